"""Rows of shards for a windowed student, at any scale: each row exactly once an epoch over all ranks and
workers, in an order drawn anew for each epoch, and resumable at the row from one number.

An epoch is a random order of all row groups. Read one after the other they are one long list of rows, which
is cut into equal slices, one for each worker of each rank (a row group at a cut is read by both, each taking
its own rows). A worker reads its slice in windows of some row groups, shuffles a window's rows, and has the
next window ready while the present one is learned from. Batch i of a rank comes from its worker i mod
workers. All of this follows from seed and numbers, so a position is just the number of batches given out.

Workers are threads: decoding Parquet happens in C++, which lets Python go, and no rows have to be carried
between processes.
"""

from __future__ import annotations

from bisect import bisect_right
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from .contexts import LOOK_BACK
from .errors import TrainerError
from .rows import Rows, join_rows
from .shards import ShardSet


@dataclass(frozen=True)
class Split:
    """Which part of the rows is whose: `rank` of `world`, with `workers` in each."""

    rank: int = 0
    world: int = 1
    workers: int = 1

    def part(self, worker: int) -> tuple[int, int]:
        """(number of the worker's part, number of parts)."""
        return self.rank * self.workers + worker, self.world * self.workers


@dataclass(frozen=True)
class _Piece:
    """Rows [first, last) of a row group."""

    group: int
    first: int
    last: int


class RowStream:
    """Batches of one rank, without end. `window_rows`: rows that are shuffled together, rounded up to whole
    row groups; about 1.06 kB of memory each, twice for each worker.
    """

    def __init__(self, shards: ShardSet, batch_rows: int, seed: int, split: Split, window_rows: int) -> None:
        """Raises TrainerError where there are fewer rows than workers."""
        counts = [shards.group_rows(group) for group in range(shards.group_count)]
        parts = split.world * split.workers
        if sum(counts) < parts:
            raise TrainerError(
                f"{sum(counts)} rows of shards for {parts} readers (ranks times workers); trace more or "
                "take fewer --workers",
                exit_code=2,
            )
        self.rows_an_epoch = sum(counts)
        self._workers = [
            _Worker(shards, counts, batch_rows, seed, split.part(worker), window_rows)
            for worker in range(split.workers)
        ]
        self._given = 0

    def next(self) -> Rows:
        """The next `batch_rows` rows with their teacher's distributions."""
        worker = self._workers[self._given % len(self._workers)]
        self._given += 1
        return worker.next()

    def state(self) -> dict[str, Any]:
        """The position: batches given out."""
        return {"batches": self._given}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken, in a stream of the same shards, split, seed and window."""
        if "batches" not in state:
            raise TrainerError("the checkpoint was made by another version of the trainer; use another --out")
        self._given = int(state["batches"])
        for number, worker in enumerate(self._workers):
            worker.seek((self._given - number + len(self._workers) - 1) // len(self._workers))


class _Worker:
    """One part of the rows, read window by window."""

    def __init__(
        self,
        shards: ShardSet,
        counts: list[int],
        batch_rows: int,
        seed: int,
        part: tuple[int, int],
        window_rows: int,
    ) -> None:
        self._shards = shards
        self._counts = np.array(counts, dtype=np.int64)
        self._batch_rows = batch_rows
        self._seed = seed
        self._part, parts = part
        total = int(self._counts.sum())
        self._slice = (self._part * total // parts, (self._part + 1) * total // parts)
        self._window_rows = window_rows
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"rows-{self._part}")
        self._ahead: Future[Rows] | None = None
        self._place = (0, 0)  # epoch and window that come next
        self._epoch = -1
        self._windows: list[list[_Piece]] = []
        self._held: Rows | None = None
        self._next_row = 0

    def next(self) -> Rows:
        """The next batch of this part, over the ends of windows and epochs if need be."""
        parts: list[Rows] = []
        missing = self._batch_rows
        while missing > 0:
            held = self._held
            if held is None or self._next_row == len(held.symbols):
                held = self._held = self._take_window()
                self._next_row = 0
            rows = held.part(self._next_row, self._next_row + missing)
            self._next_row += len(rows.symbols)
            missing -= len(rows.symbols)
            parts.append(rows)
        return parts[0] if len(parts) == 1 else join_rows(parts)

    def seek(self, batches: int) -> None:
        """Goes to the first row after the first `batches` batches of this part."""
        epoch, row = divmod(batches * self._batch_rows, self._slice[1] - self._slice[0])
        starts = np.concatenate([[0], np.cumsum([_rows_of(w) for w in self._windows_of(epoch)])])
        window = bisect_right(starts.tolist(), row) - 1
        if self._ahead is not None:
            self._ahead.cancel()
            self._ahead = None
        self._place = (epoch, window)
        self._held = self._take_window()
        self._next_row = row - int(starts[window])

    def _take_window(self) -> Rows:
        """The window that is next, from the thread if it has it already; the one after it is begun."""
        rows = (self._ahead or self._begin_next()).result()
        epoch, window = self._place
        last = window + 1 == len(self._windows_of(epoch))
        self._place = (epoch + 1, 0) if last else (epoch, window + 1)
        self._ahead = self._begin_next()
        return rows

    def _begin_next(self) -> Future[Rows]:
        epoch, window = self._place
        return self._thread.submit(self._load, epoch, window, self._windows_of(epoch)[window])

    def _windows_of(self, epoch: int) -> list[list[_Piece]]:
        """The epoch's order of row groups, cut to this part's slice and into windows."""
        if epoch != self._epoch:
            order = np.random.default_rng([self._seed, epoch]).permutation(len(self._counts))
            self._windows, self._epoch = self._cut(order), epoch
        return self._windows

    def _cut(self, order: Any) -> list[list[_Piece]]:
        begin, end = self._slice
        ends = np.cumsum(self._counts[order])
        windows: list[list[_Piece]] = []
        held = self._window_rows
        at = int(np.searchsorted(ends, begin, side="right"))
        while at < len(order) and ends[at] - self._counts[order[at]] < end:
            group = int(order[at])
            first_row = int(ends[at] - self._counts[group])
            piece = _Piece(group, max(0, begin - first_row), min(int(self._counts[group]), end - first_row))
            if held >= self._window_rows:
                windows.append([])
                held = 0
            windows[-1].append(piece)
            held += piece.last - piece.first
            at += 1
        return windows

    def _load(self, epoch: int, window: int, pieces: list[_Piece]) -> Rows:
        """A window's rows in their shuffled order; runs in the worker's thread, changes nothing here."""
        rows = _rows_of(pieces)
        rng = np.random.default_rng([self._seed, epoch, self._part, window])
        place = rng.permutation(rows)
        contexts = np.empty((rows, LOOK_BACK), dtype=np.uint8)
        symbols = np.empty(rows, dtype=np.uint8)
        teacher = np.empty((rows, 256), dtype=np.float32)
        at = 0
        for piece in pieces:
            chosen = slice(piece.first, piece.last)
            count = piece.last - piece.first
            to = place[at : at + count]
            group = self._shards.load_rows(piece.group)
            contexts[to], symbols[to], teacher[to] = (column[chosen] for column in group)
            at += count
        return Rows(contexts, symbols, teacher)


def _rows_of(pieces: list[_Piece]) -> int:
    return sum(piece.last - piece.first for piece in pieces)
