"""Rows over ranks and workers: each exactly once an epoch, in an order of its own, resumed at the row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import sentences, teacher_distribution, write_shards

from understudy_trainer.errors import TrainerError
from understudy_trainer.row_stream import RowStream, Split
from understudy_trainer.rows import Rows
from understudy_trainer.shards import ShardSet

ROWS, STRIDE, WORLD, WORKERS, EPOCHS, BATCH = 1501, 2, 2, 2, 3, 37


def keys(rows: Rows) -> list[bytes]:
    """Window and symbol of each row: which row it is."""
    pairs = zip(rows.windows, rows.symbols, strict=True)
    return [window.tobytes() + bytes([symbol]) for window, symbol in pairs]


def unlike_text(size: int) -> bytes:
    """Text in which no 33 bytes come twice."""
    return np.random.default_rng(5).integers(0, 256, size, dtype=np.uint8).tobytes()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], set[bytes]]:
    """Two folders of shards with row groups of 64 rows and shorter ones, and the keys of all their rows."""
    base, every = tmp_path_factory.mktemp("stream"), set[bytes]()
    made = []
    for name, text in (("a", unlike_text(2000)), ("b", unlike_text(3002)[2000:])):
        made.append(write_shards(base / name, text, stride=STRIDE, group_rows=64))
        padded = bytes(32) + text
        every |= {padded[i : i + 33] for i in range(0, len(text), STRIDE)}
    assert len(every) == ROWS
    return made, every


def stream_of(folders: list[Path], rank: int, workers: int = WORKERS) -> RowStream:
    shards = ShardSet(folders, 1, consecutive=False)
    return RowStream(shards, BATCH, 7, Split(rank, WORLD, workers), window_rows=150)


def part_length(part: int) -> int:
    parts = WORLD * WORKERS
    return (part + 1) * ROWS // parts - part * ROWS // parts


def test_every_row_comes_exactly_once_an_epoch_over_ranks_workers_and_interruptions(
    folders: tuple[list[Path], set[bytes]],
) -> None:
    made, every = folders
    epochs: list[list[bytes]] = [[] for _ in range(EPOCHS)]
    for rank in range(WORLD):
        stream = stream_of(made, rank)
        of_worker: list[list[bytes]] = [[] for _ in range(WORKERS)]
        needed = WORKERS * (EPOCHS * ROWS // (WORLD * WORKERS) // BATCH + 2)
        for number in range(needed):
            # in the first epoch, and just before the end of the second
            if number in (3, 37):
                position = stream.state()
                stream = stream_of(made, rank)
                stream.restore(position)
            of_worker[number % WORKERS] += keys(stream.next())
        for worker, seen in enumerate(of_worker):
            length = part_length(rank * WORKERS + worker)
            for epoch in range(EPOCHS):
                epochs[epoch] += seen[epoch * length : (epoch + 1) * length]
    for seen in epochs:
        assert len(seen) == ROWS and set(seen) == every
    assert epochs[0] != epochs[1], "each epoch has an order of its own"


@pytest.mark.parametrize("stopped_after", [1, 2, 9, 40, 41])
def test_a_resumed_stream_gives_the_batches_of_the_unbroken_one(
    folders: tuple[list[Path], set[bytes]], stopped_after: int
) -> None:
    made, _ = folders
    unbroken, broken = stream_of(made, 1), stream_of(made, 1)
    for _ in range(stopped_after):
        unbroken.next()
        broken.next()
    resumed = stream_of(made, 1)
    resumed.restore(broken.state())
    for _ in range(30):
        expected, got = unbroken.next(), resumed.next()
        assert keys(expected) == keys(got)
        assert expected.teacher is not None and got.teacher is not None
        assert np.array_equal(expected.teacher, got.teacher)
        assert np.array_equal(got.teacher, teacher_distribution(got.symbols))


def test_neighbours_in_a_batch_are_strangers(folders: tuple[list[Path], set[bytes]]) -> None:
    rows = stream_of(folders[0], 0).next()
    pairs = zip(rows.windows[:-1], rows.windows[1:], strict=True)
    follows = sum(bool(np.array_equal(first[STRIDE:], second[:-STRIDE])) for first, second in pairs)
    assert follows < 3


def test_more_readers_than_rows_are_refused(tmp_path: Path) -> None:
    shards = ShardSet([write_shards(tmp_path / "s", sentences(9))], 1, consecutive=False)
    with pytest.raises(TrainerError, match="9 rows of shards for 10 readers"):
        RowStream(shards, 4, 1, Split(0, 2, 5), 100)
