"""A run: stopped and resumed it is the unbroken one; what cannot go on is said in one sentence."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from understudy_trainer.checkpoint import load_checkpoint
from understudy_trainer.config import TrainConfig
from understudy_trainer.errors import TrainerError
from understudy_trainer.training import learning_rate_factor, train

WORKER = Path(__file__).with_name("rank_worker.py")


def stop_after(folder: Path, steps: int, number: signal.Signals) -> threading.Thread:
    """Sends this process a signal once the run in `folder` has logged `steps` steps."""

    def wait() -> None:
        log, deadline = folder / "log.jsonl", time.monotonic() + 60
        while time.monotonic() < deadline:
            if log.is_file() and len(log.read_text().splitlines()) >= steps:
                os.kill(os.getpid(), number)
                return
            time.sleep(0.002)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def assert_same(a: Any, b: Any) -> None:
    if isinstance(a, torch.Tensor):
        assert torch.equal(a, b)
    elif isinstance(a, dict):
        assert a.keys() == b.keys()
        for key in a:
            assert_same(a[key], b[key])
    elif isinstance(a, list | tuple):
        for x, y in zip(a, b, strict=True):
            assert_same(x, y)
    else:
        assert a == b or a is b


@pytest.mark.parametrize(("arch", "number"), [("swift", signal.SIGTERM), ("transformer32", signal.SIGUSR1)])
def test_a_stopped_run_resumes_to_exactly_the_unbroken_ones_weights(
    config: Callable[..., TrainConfig], shard_folder: Path, tmp_path: Path, arch: str, number: signal.Signals
) -> None:
    common: dict[str, Any] = {
        "shards": (str(shard_folder),),
        "traced": 0.5,
        "steps": 60,
        "checkpoint_every": 7,
    }
    unbroken = config(arch, out=str(tmp_path / "unbroken"), **common)
    train(unbroken)

    broken = config(arch, out=str(tmp_path / "broken"), **common)
    folder = Path(broken.out)
    thread = stop_after(folder, 10, number)
    train(broken)
    thread.join()
    stopped_at = load_checkpoint(folder)["step"]
    assert 10 <= stopped_at < 60
    assert (folder / "stopped").read_text() == f"{stopped_at}\n" and not (folder / "finished").exists()

    train(broken)
    assert (folder / "finished").read_text() == "60\n" and not (folder / "stopped").exists()
    whole, resumed = load_checkpoint(Path(unbroken.out)), load_checkpoint(folder)
    for part in ("model", "optimiser"):
        assert_same(whole[part], resumed[part])
    assert whole["bytes_seen"] == resumed["bytes_seen"]


def test_signals_have_their_old_meaning_after_a_run(config: Callable[..., TrainConfig]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    train(config(steps=1))
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_checkpoint_says_what_it_learned_from(
    config: Callable[..., TrainConfig], shard_folder: Path
) -> None:
    options = config(steps=1, shards=(str(shard_folder),))
    train(options)
    data = load_checkpoint(Path(options.out))["data"]
    assert [file["name"] for file in data["text"]] == ["digits.txt", "prose.txt"]
    assert all(len(file["sha256"]) == 64 for file in data["text"])
    assert data["teacher"]["name"] == "cmix" and data["traces"][0]["rows"] == 4000


def test_a_warm_start_takes_the_other_runs_weights(
    config: Callable[..., TrainConfig], tmp_path: Path
) -> None:
    first = config(out=str(tmp_path / "first"), steps=3)
    train(first)
    second = config(
        out=str(tmp_path / "second"), init=first.out, steps=1, learning_rate=0.0, table_learning_rate=0.0
    )
    train(second)
    assert_same(load_checkpoint(Path(first.out))["model"], load_checkpoint(Path(second.out))["model"])


def test_the_learning_rate_warms_up_and_falls_along_a_cosine() -> None:
    config = TrainConfig(steps=1000, warm_up_steps=10, final_rate=0.1)
    factors = [learning_rate_factor(config, step) for step in range(1000)]
    assert factors[0] == 0.1 and max(factors) == factors[9] > 0.99
    assert factors[10:] == sorted(factors[10:], reverse=True) and abs(factors[-1] - 0.1) < 1e-4


def test_a_loss_that_is_no_number_ends_the_run_and_keeps_the_last_checkpoint(
    config: Callable[..., TrainConfig],
) -> None:
    options = config(steps=4)
    train(options)
    with pytest.raises(TrainerError, match=r"step \d: the loss is nan; lower --learning-rate"):
        train(config(steps=9, learning_rate=1e38, checkpoint_every=100))
    stored = load_checkpoint(Path(options.out))
    assert stored["step"] == 4 and all(torch.isfinite(v).all() for v in stored["model"].values())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lanes": 4}, "--lanes 4: the run in .* was started with 8"),
        ({"arch": "transformer32"}, r"holds a run of swift \(tiny\), not of transformer32"),
        ({"size": "full"}, r"holds a run of swift \(tiny\), not of swift \(full\)"),
        ({"text": ""}, "nothing to learn from"),
    ],
)
def test_refuses_to_resume_another_run(
    config: Callable[..., TrainConfig], options: dict[str, Any], message: str
) -> None:
    train(config(steps=1))
    with pytest.raises(TrainerError, match=message):
        train(config(**options))


def test_a_broken_checkpoint_is_named(config: Callable[..., TrainConfig], tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "checkpoint.pt").write_bytes(b"not a checkpoint")
    with pytest.raises(TrainerError, match=r"run/checkpoint\.pt: cannot be read as a checkpoint"):
        train(config())


def test_two_ranks_under_torchrun_stay_equal_and_learn(
    config: Callable[..., TrainConfig], tmp_path: Path
) -> None:
    options = config(steps=40, lanes=16, log_every=5, checkpoint_every=40)
    (tmp_path / "config.json").write_text(options.to_json())
    command = ["torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    result = subprocess.run(
        [sys.executable, "-m", *command, str(WORKER), str(tmp_path / "config.json"), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(WORKER.parents[1] / "src")},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    digests = [(tmp_path / f"rank{rank}.txt").read_text() for rank in range(2)]
    assert digests[0] == digests[1]
    run = Path(options.out)
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    losses = [entry["bits_per_byte"] for entry in log if "bits_per_byte" in entry]
    assert len(losses) == 8 and losses[-1] < losses[0] - 1
    stored = load_checkpoint(run)
    assert len(stored["task"]) == 2 and stored["bytes_seen"] == 40 * 2 * 16 * 32
    assert not (stored["task"][0]["text"]["at"] == stored["task"][1]["text"]["at"]).all(), "ranks read apart"
    with pytest.raises(TrainerError, match="was run with 2 ranks, now 1"):
        train(options)
