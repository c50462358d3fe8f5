"""The record of a trial: what a run was told, how it went, and what its integers were worth.

Records are kept for failures too (models/records/), so that nobody tries the same twice unawares.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .checkpoint import load_checkpoint
from .errors import TrainerError
from .export import PLACES
from .run_log import LOG

POINTS = 24


def make_record(run: Path, name: str, note: str) -> dict[str, Any]:
    """Everything about a run that its card or a later reader may need, without folders of one machine.

    Raises TrainerError where `run` is no training run or has not logged anything yet.
    """
    checkpoint = load_checkpoint(run)
    path = run / LOG
    if not path.is_file():
        raise TrainerError(f"{path}: the run has no log; it must have run for at least --log-every steps")
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    progress = [entry for entry in entries if "bits_per_byte" in entry]
    every = max(1, len(progress) // POINTS)
    return {
        "trial": name,
        "note": note,
        "config": {key: value for key, value in checkpoint["config"].items() if key not in PLACES},
        "steps": checkpoint["step"],
        "bytesSeen": checkpoint["bytes_seen"],
        "seconds": round(checkpoint["seconds"]),
        "data": checkpoint.get("data", {}),
        "trainingBitsPerByte": [
            [entry["step"], round(entry["bits_per_byte"], 4)] for entry in progress[every - 1 :: every]
        ],
        "validationBitsPerByte": [
            {"step": entry["step"], **{k: round(v, 4) for k, v in entry["validation"].items()}}
            for entry in entries
            if "validation" in entry
        ],
    }


def write_record(run: Path, out: Path, note: str) -> None:
    """Writes the record of `run` as the JSON file `out`, named after it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(make_record(run, out.stem, note), indent=1) + "\n")
    print(f"{out}: written")
