"""Where a windowed student's batches come from: single rows in random order, each a window of 32 bytes and
the byte after it.

Text rows are drawn anywhere in the training text. Traced rows come with the teacher's distribution, and each
is seen once an epoch: a few random row groups are read together and their rows shuffled, so that neighbours
in a batch are strangers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .contexts import LOOK_BACK
from .shards import ByteArray, FloatArray, ShardSet
from .text import TextFile

GROUPS_AT_ONCE = 4
# lanes of an archive start with no history; this many bytes is how long they are taken to be
LANE_BYTES = 4096


@dataclass
class Rows:
    """`windows` [n, 32], oldest byte first; `symbols` [n]; `teacher` [n, 256] or None."""

    windows: ByteArray
    symbols: ByteArray
    teacher: FloatArray | None = None


class TextRows:
    """Rows at random places of plain text; some see only zeros before a random near start, as at the start of
    a lane.
    """

    def __init__(self, files: list[TextFile], rows: int, rng: np.random.Generator) -> None:
        self._texts = [np.concatenate([np.zeros(LOOK_BACK, dtype=np.uint8), f.train]) for f in files]
        self._shares = np.array([f.share for f in files])
        self._rows = rows
        self._rng = rng

    def next(self) -> Rows:
        """The next `rows` rows; places and files are drawn anew for each."""
        windows = np.empty((self._rows, LOOK_BACK), dtype=np.uint8)
        symbols = np.empty(self._rows, dtype=np.uint8)
        which = self._rng.choice(len(self._texts), size=self._rows, p=self._shares)
        for index, text in enumerate(self._texts):
            chosen = np.flatnonzero(which == index)
            # the text has 32 zeros before it, so a window starts where its byte's offset in the file says
            starts = self._rng.integers(0, len(text) - LOOK_BACK, size=len(chosen))
            windows[chosen] = text[starts[:, None] + np.arange(LOOK_BACK)]
            symbols[chosen] = text[starts + LOOK_BACK]
        ages = self._rng.integers(0, LANE_BYTES, size=self._rows)
        windows[np.arange(LOOK_BACK) < LOOK_BACK - ages[:, None]] = 0
        return Rows(windows, symbols)


class TracedRows:
    """Rows of shards of any stride, once an epoch each, in an order drawn anew for each epoch."""

    def __init__(self, shards: ShardSet, rows: int, rng: np.random.Generator) -> None:
        self._shards = shards
        self._rows = rows
        self._rng = rng
        self._epoch = np.zeros(0, dtype=np.int64)  # row groups in this epoch's order
        self._next_group = 0
        self._order = np.zeros(0, dtype=np.int64)  # rows of the groups now held, shuffled
        self._next_row = 0
        self._held = Rows(np.zeros((0, LOOK_BACK), dtype=np.uint8), np.zeros(0, dtype=np.uint8))
        self._held_groups = np.zeros(0, dtype=np.int64)

    def next(self) -> Rows:
        """The next `rows` rows with their teacher's distributions."""
        parts: list[Rows] = []
        missing = self._rows
        while missing > 0:
            if self._next_row == len(self._order):
                self._take_groups()
            chosen = self._order[self._next_row : self._next_row + missing]
            self._next_row += len(chosen)
            missing -= len(chosen)
            held = self._held
            assert held.teacher is not None
            parts.append(Rows(held.windows[chosen], held.symbols[chosen], held.teacher[chosen]))
        return _join(parts)

    def state(self) -> dict[str, Any]:
        """Place in the epoch; the held rows are read again from their groups."""
        return {
            "epoch": self._epoch.copy(),
            "next_group": self._next_group,
            "held_groups": self._held_groups.copy(),
            "order": self._order.copy(),
            "next_row": self._next_row,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken."""
        self._epoch, self._next_group = state["epoch"].copy(), state["next_group"]
        self._order, self._next_row = state["order"].copy(), state["next_row"]
        self._hold(state["held_groups"].copy())

    def _take_groups(self) -> None:
        if self._next_group == len(self._epoch):
            self._epoch = self._rng.permutation(self._shards.group_count)
            self._next_group = 0
        self._hold(self._epoch[self._next_group : self._next_group + GROUPS_AT_ONCE])
        self._next_group += len(self._held_groups)
        self._order = self._rng.permutation(len(self._held.symbols))
        self._next_row = 0

    def _hold(self, groups: npt.NDArray[np.int64]) -> None:
        self._held_groups = groups
        if len(groups) > 0:
            self._held = _join([Rows(*self._shards.load_rows(int(group))) for group in groups])


def _join(parts: list[Rows]) -> Rows:
    teachers = [part.teacher for part in parts if part.teacher is not None]
    return Rows(
        np.concatenate([part.windows for part in parts]),
        np.concatenate([part.symbols for part in parts]),
        np.concatenate(teachers) if teachers else None,
    )
