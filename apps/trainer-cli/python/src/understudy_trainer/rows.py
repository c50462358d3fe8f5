"""What a windowed student learns from: single rows in random order, each a window of 32 bytes and the byte
after it.

Text rows are drawn anywhere in the training text; traced rows come from shards (`row_stream.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .contexts import LOOK_BACK
from .shards import ByteArray, FloatArray
from .text import TextFile

# lanes of an archive start with no history; this many bytes is how long they are taken to be
LANE_BYTES = 4096


@dataclass
class Rows:
    """`windows` [n, 32], oldest byte first; `symbols` [n]; `teacher` [n, 256] or None."""

    windows: ByteArray
    symbols: ByteArray
    teacher: FloatArray | None = None

    def part(self, first: int, last: int) -> Rows:
        """Rows [first, last), as far as there are, without copying."""
        teacher = None if self.teacher is None else self.teacher[first:last]
        return Rows(self.windows[first:last], self.symbols[first:last], teacher)


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


def join_rows(parts: list[Rows]) -> Rows:
    """The rows of all parts, in order."""
    teachers = [part.teacher for part in parts if part.teacher is not None]
    return Rows(
        np.concatenate([part.windows for part in parts]),
        np.concatenate([part.symbols for part in parts]),
        np.concatenate(teachers) if teachers else None,
    )
