"""`trainer loader`: how fast shards are read, for a windowed student and for a recurrent one, beside what one
A100 would need if it used all of its arithmetic.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from .architectures import ARCHITECTURES, create
from .contexts import LOOK_BACK
from .errors import TrainerError
from .lanes import TracedLanes
from .peak import FLOP_PER_MAC, peak_flops
from .row_stream import RowStream, Split
from .shards import ShardSet

A100 = "A100"
LANES, WINDOW = 24, 192


def measure_loader(
    folders: list[str], workers: list[int], batch: int, shuffle_rows: int, seconds: float
) -> None:
    """Prints one line for each number of workers, one for lanes, one for each architecture's need."""
    if min(workers) < 1 or batch < 1 or seconds <= 0:
        raise TrainerError("--workers, --batch and --seconds must be above 0", exit_code=2)
    shards = ShardSet(folders, 1, verify=False, consecutive=False)
    print(f"{shards.rows:,} rows in {shards.group_count:,} row groups")
    for count in workers:
        stream = RowStream(shards, batch, 1, Split(workers=count), shuffle_rows)
        rate, of_core = _speed(partial(_rows_of_next, stream), seconds, count)
        print(
            f"rows, {count} worker(s): {rate:,.0f} rows/s, {rate / count:,.0f} a worker, "
            f"{of_core:,.0f} in a second of a core"
        )
    try:
        runs = ShardSet(folders, LOOK_BACK + WINDOW, verify=False)
    except TrainerError as refusal:
        print(f"lanes: not measured ({refusal})")
    else:
        lanes = TracedLanes(runs, LANES, WINDOW, np.random.default_rng(1))
        rate, of_core = _speed(lambda: lanes.next().fresh.size * WINDOW, seconds, 1)
        print(
            f"lanes, {LANES} of {WINDOW} rows, 1 worker: {rate:,.0f} rows/s, "
            f"{of_core:,.0f} in a second of a core"
        )
    flops = peak_flops(A100, torch.bfloat16)
    assert flops is not None
    for name in ARCHITECTURES:
        mac = create(name, "full").mac_per_byte()
        need = flops / (FLOP_PER_MAC * mac)
        peak = f"one {A100} at its full {flops / 1e12:.0f} TFLOP/s"
        print(f"{name}: {mac:,} MAC a row; {peak}: {need:,.0f} rows/s")


def _rows_of_next(stream: RowStream) -> int:
    return len(stream.next().symbols)


def _speed(read: Callable[[], int], seconds: float, workers: int) -> tuple[float, float]:
    """Rows a second, and rows in a second that a core worked: the one figure that other work on the machine
    does not lower.
    """
    for _ in range(workers):
        read()
    rows, began, worked = 0, time.monotonic(), time.process_time()
    while (spent := time.monotonic() - began) < seconds:
        rows += read()
    return rows / spent, rows / (time.process_time() - worked)
