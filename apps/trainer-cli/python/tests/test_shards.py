"""Shards: what is read is what was traced; whatever does not fit together is refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import TEACHER, sentences, teacher_distribution, write_shards

from understudy_trainer.config import TrainConfig
from understudy_trainer.errors import TrainerError
from understudy_trainer.lanes import TracedLanes
from understudy_trainer.rows import TextRows
from understudy_trainer.shards import ShardSet
from understudy_trainer.text import load_text
from understudy_trainer.training import train


def edit_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_runs_hold_consecutive_symbols_with_their_distributions(shard_folder: Path) -> None:
    shards = ShardSet([shard_folder], 64)
    text = sentences(4000, seed=2)
    assert shards.rows == 4000 and shards.teacher == TEACHER
    runs = [shards.load_run(group) for group in range(shards.group_count)]
    assert b"".join(symbols.tobytes() for symbols, _ in runs) == text
    symbols, distributions = runs[1]
    assert np.array_equal(distributions, teacher_distribution(symbols))


def test_rows_hold_the_context_before_each_byte_at_any_stride(tmp_path: Path) -> None:
    text = sentences(900, seed=3)
    shards = ShardSet([write_shards(tmp_path / "s", text, stride=7)], 1, consecutive=False)
    contexts, symbols, _ = shards.load_rows(0)
    for row in (0, 2, 40):
        position = row * 7
        assert symbols[row] == text[position]
        assert contexts[row].tobytes() == text[max(0, position - 32) : position].rjust(32, b"\0")


def test_traced_lanes_carry_history_within_a_run_and_none_across_runs(shard_folder: Path) -> None:
    lanes = TracedLanes(ShardSet([shard_folder], 64), 3, 32, np.random.default_rng(1))
    text = sentences(4000, seed=2)
    before: list[bytes] = [b""] * 3
    jumps = 0
    for _ in range(40):
        window = lanes.next()
        assert window.teacher is not None
        for lane in range(3):
            history, piece = window.text[lane, :32].tobytes(), window.text[lane, 32:].tobytes()
            assert piece in text
            assert history == (bytes(32) if window.fresh[lane] else before[lane])
            assert np.array_equal(window.teacher[lane], teacher_distribution(window.text[lane, 32:]))
            jumps += int(window.fresh[lane])
            before[lane] = piece
    assert 3 < jumps < 40


def test_text_rows_are_windows_of_the_text_with_cold_starts_among_them(text_folder: Path) -> None:
    files = load_text(text_folder, 1024, {"prose.txt": 1.0})
    rows = TextRows(files, 20_000, np.random.default_rng(3)).next()
    text = bytes(32) + next(f for f in files if f.name == "prose.txt").train.tobytes()
    cold = 0
    for window, symbol in zip(rows.windows[:500], rows.symbols[:500], strict=True):
        assert (window.tobytes().lstrip(b"\0") + bytes([symbol])) in text
    cold = int((rows.windows[:, 0] == 0).sum())
    assert 60 < cold < 300, "about 32 in 4096 windows reach back before their lane's start"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            lambda f: (f / "shard_0001.parquet").write_bytes(b"PAR1"),
            r"shard_0001\.parquet: its SHA-256 differs",
        ),
        (
            lambda f: (f / "shard_0000.parquet").unlink(),
            r"shard_0000\.parquet: named in the manifest but not there",
        ),
        (lambda f: (f / "manifest.json").unlink(), r"manifest\.json: not found; make it with `trainer log`"),
        (
            lambda f: (f / "manifest.json").rename(f / "manifest.partial.json"),
            r"run `trainer log` to its end",
        ),
        (lambda f: (f / "manifest.json").write_text("{"), r"manifest or shards are broken"),
        (lambda f: edit_manifest(f, schema=2), r"schema 2, this trainer reads 1"),
        (lambda f: edit_manifest(f, stride=5), r"stride 5; recurrent students learn from consecutive rows"),
        (lambda f: edit_manifest(f, shards=[]), r"no row group holds 64 rows"),
    ],
)
def test_refuses_damaged_or_unfit_folders_by_name(
    tmp_path: Path, damage: Callable[[Path], object], message: str
) -> None:
    folder = write_shards(tmp_path / "trace", sentences(1000))
    damage(folder)
    with pytest.raises(TrainerError, match=message) as caught:
        ShardSet([folder], 64)
    assert str(folder) in str(caught.value)


def test_refuses_shards_of_two_teachers(tmp_path: Path) -> None:
    first = write_shards(tmp_path / "first", sentences(1000))
    second = write_shards(tmp_path / "second", sentences(1000), teacher={**TEACHER, "version": "2.0.0"})
    with pytest.raises(TrainerError, match=r"second: traced by another teacher"):
        ShardSet([first, second], 64)


@pytest.mark.parametrize(("arch", "text"), [("swift", True), ("swift", False), ("transformer32", True)])
def test_training_on_shards_learns(
    config: Callable[..., TrainConfig], shard_folder: Path, arch: str, text: bool
) -> None:
    options = config(
        arch,
        shards=(str(shard_folder),),
        traced=0.5,
        steps=60,
        learning_rate=3e-3,
        alpha=0.7,
        lanes=16 if arch == "swift" else 64,
        **({} if text else {"text": ""}),
    )
    train(options)
    log = [json.loads(line) for line in (Path(options.out) / "log.jsonl").read_text().splitlines()]
    losses = [entry["bits_per_byte"] for entry in log if "bits_per_byte" in entry]
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 1
    assert any("validation" in entry for entry in log) == text
