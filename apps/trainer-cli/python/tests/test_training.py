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
from conftest import sentences, write_shards

from understudy_trainer.checkpoint import load_checkpoint
from understudy_trainer.config import TrainConfig
from understudy_trainer.errors import TrainerError
from understudy_trainer.peak import share_of_peak
from understudy_trainer.storage import Location
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


def test_epochs_count_passes_over_the_traced_rows(
    config: Callable[..., TrainConfig], shard_folder: Path
) -> None:
    traced: dict[str, Any] = {"text": "", "shards": (str(shard_folder),), "lanes": 250}
    train(config("transformer32", epochs=1.5, **traced))
    run = Path(config().out)
    # 4000 rows in batches of 250, one and a half times
    assert (run / "finished").read_text() == "24\n"
    assert json.loads((run / "config.json").read_text())["steps"] == 24
    with pytest.raises(TrainerError, match="--epochs 2: counts passes over traced rows"):
        train(config(out=str(run.with_name("text")), epochs=2))


def test_a_run_is_not_resumed_on_other_shards_or_another_split(
    config: Callable[..., TrainConfig], shard_folder: Path, tmp_path: Path
) -> None:
    other = write_shards(tmp_path / "other", sentences(4500, seed=9))
    train(config("transformer32", steps=1, shards=(str(shard_folder),)))
    with pytest.raises(TrainerError, match="run: was started with other shards than those given now"):
        train(config("transformer32", shards=(str(other),)))
    with pytest.raises(TrainerError, match=r"--workers 3: the run in .* was started with 1"):
        train(config("transformer32", shards=(str(shard_folder),), workers=3))


def test_digests_found_right_are_not_read_again_until_a_shard_changes(
    config: Callable[..., TrainConfig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_shards(tmp_path / "s", sentences(2000))
    read: list[str] = []
    digest = Location.sha256

    def noted_digest(self: Location) -> str:
        read.append(Path(self.name).name)
        return digest(self)

    monkeypatch.setattr(Location, "sha256", noted_digest)
    for steps in (1, 2):
        train(config("transformer32", text="", shards=(str(folder),), steps=steps))
    assert read == ["shard_0000.parquet", "shard_0001.parquet"]
    shard = folder / "shard_0001.parquet"
    stored = bytearray(shard.read_bytes())
    stored[100] ^= 1
    shard.write_bytes(bytes(stored))
    with pytest.raises(TrainerError, match=r"shard_0001\.parquet: its SHA-256 differs"):
        train(config("transformer32", text="", shards=(str(folder),), steps=3))


def test_a_profile_is_a_trace_of_the_steps_asked_for_and_a_table(
    config: Callable[..., TrainConfig],
) -> None:
    options = config(steps=8, profile=2)
    train(options)
    folder = Path(options.out) / "profile"
    trace = json.loads((folder / "rank0.json").read_text())
    steps = [e for e in trace["traceEvents"] if str(e.get("name", "")).startswith("ProfilerStep#")]
    assert len(steps) == 2
    assert "aten::" in (folder / "rank0.txt").read_text()


def test_a_log_tells_what_its_figures_mean(config: Callable[..., TrainConfig]) -> None:
    options = config(steps=2)
    train(options)
    first = json.loads((Path(options.out) / "log.jsonl").read_text().splitlines()[0])
    assert first["step"] == 0 and first["started"]["ranks"] == 1 and first["started"]["device"] == "cpu"
    assert first["started"]["steps"] == 2 and first["started"]["mac_per_byte"] > 0


def test_the_share_of_a_peak_is_the_arithmetic_of_training_over_the_makers_figure() -> None:
    # 6 FLOP for each of 1e6 MAC, 13e6 bytes a second: a quarter of an A100
    share = share_of_peak(10**6, 13e6, "NVIDIA A100-SXM4-80GB", torch.bfloat16)
    assert share == pytest.approx(0.25)
    assert share_of_peak(10**6, 13e6, "NVIDIA A100-SXM4-80GB", torch.float32) is None
    assert share_of_peak(10**6, 13e6, "an unknown device", torch.bfloat16) is None


def test_a_full_disk_keeps_the_last_checkpoint_and_leaves_no_half_one(
    config: Callable[..., TrainConfig], tmp_path: Path
) -> None:
    options = config(steps=4)
    train(options)
    run = Path(options.out)
    before = (run / "checkpoint.pt").read_bytes()
    # as on a full disk, the file system refuses to write on: beyond a size for this process alone
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "from pathlib import Path; from understudy_trainer.checkpoint import save_checkpoint;"
        "save_checkpoint(Path(sys.argv[1]), {'weights': bytes(100_000)})"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(run)], capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode != 0 and "OSError" in result.stderr
    assert (run / "checkpoint.pt").read_bytes() == before
    assert not [path for path in run.iterdir() if path.name.startswith(".checkpoint")]


@pytest.mark.skipif(os.environ.get("UNDERSTUDY_LONG") != "1", reason="generating kernels takes minutes")
@pytest.mark.timeout(1200)
def test_generated_kernels_learn_what_the_others_do(config: Callable[..., TrainConfig]) -> None:
    losses = []
    for how in ("off", "on"):
        options = config("transformer32", steps=5, compile=how, out=f"{config().out}-{how}")
        train(options)
        log = [json.loads(line) for line in (Path(options.out) / "log.jsonl").read_text().splitlines()]
        losses.append([entry["bits_per_byte"] for entry in log if "bits_per_byte" in entry])
    assert losses[1] == pytest.approx(losses[0], abs=1e-3)


def test_tables_are_rounded_from_the_step_that_was_asked_for(
    config: Callable[..., TrainConfig], tmp_path: Path
) -> None:
    first_losses = []
    for until, steps in ((0, 2), (1, 2), (2, 2)):
        out = tmp_path / str(until)
        train(config(out=str(out), steps=steps, real_tables_until=until, log_every=1))
        log = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
        first_losses.append([entry["bits_per_byte"] for entry in log if "bits_per_byte" in entry])
    rounded, once_real, real = first_losses
    assert rounded[0] != once_real[0] == real[0], "the first step of the others is not rounded"
    assert once_real[1] != real[1], "the second step of one of them is"
