"""Where a recurrent student's batches come from: lanes that read on for some kilobytes and then jump to a new
random place.

A lane starts cold, as in an archive: zero history, zero state. Text lanes have only bytes; traced lanes also
have the teacher's distribution before each byte. Both give windows of T steps and say which lanes just
jumped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .contexts import LOOK_BACK
from .errors import TrainerError
from .shards import ShardSet
from .text import TextFile

ByteArray = npt.NDArray[np.uint8]


@dataclass
class Window:
    """`text` [lanes, LOOK_BACK + T] with history first, `fresh` [lanes] where a lane has just jumped,
    `teacher` [lanes, T, 256] or None."""

    text: ByteArray
    fresh: npt.NDArray[np.bool_]
    teacher: npt.NDArray[np.float32] | None = None


class TextLanes:
    """`lanes` readers over plain text; a run lasts a quarter to three quarters of `longest_run` bytes."""

    def __init__(
        self, files: list[TextFile], lanes: int, steps: int, longest_run: int, rng: np.random.Generator
    ) -> None:
        """Files shorter than a window of `steps` bytes are left out; TrainerError where none is longer."""
        self._files = files
        shares = np.array([file.share if len(file.train) >= steps else 0.0 for file in files])
        if shares.sum() <= 0:
            raise TrainerError(f"no text file has a window of {steps} bytes to learn from; give longer files")
        self._shares = shares / shares.sum()
        self._steps = steps
        self._longest_run = longest_run
        self._rng = rng
        # file, position, bytes left of the run; a lane with nothing left jumps
        self._at = np.zeros((lanes, 3), dtype=np.int64)

    def next(self) -> Window:
        """The next window of every lane."""
        lanes, steps = len(self._at), self._steps
        text = np.zeros((lanes, LOOK_BACK + steps), dtype=np.uint8)
        fresh = np.zeros(lanes, dtype=np.bool_)
        for lane in range(lanes):
            if self._at[lane, 2] < steps:
                self._jump(lane)
                fresh[lane] = True
            file, position, left = self._at[lane]
            history = 0 if fresh[lane] else LOOK_BACK
            text[lane, LOOK_BACK - history :] = self._files[file].train[position - history : position + steps]
            self._at[lane, 1:] = position + steps, left - steps
        return Window(text, fresh)

    def _jump(self, lane: int) -> None:
        file = int(self._rng.choice(len(self._files), p=self._shares))
        length = len(self._files[file].train)
        run = int(self._rng.integers(self._longest_run // 4, 3 * self._longest_run // 4))
        run = max(self._steps, min(run, length))
        position = int(self._rng.integers(0, max(1, length - run)))
        self._at[lane] = file, position, run

    def state(self) -> dict[str, Any]:
        """Where every lane stands."""
        return {"at": self._at.copy()}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken."""
        self._at = state["at"].copy()


class TracedLanes:
    """`lanes` readers over runs of consecutive rows of shards; a run is what is left of a row group."""

    def __init__(self, shards: ShardSet, lanes: int, steps: int, rng: np.random.Generator) -> None:
        self._shards = shards
        self._steps = steps
        self._rng = rng
        self._at = np.full((lanes, 2), -1, dtype=np.int64)  # row group (of the whole set), next row
        self._groups: list[tuple[ByteArray, npt.NDArray[np.float32]] | None] = [None] * lanes

    def next(self) -> Window:
        """The next window of every lane, with the teacher's distributions."""
        lanes, steps = len(self._at), self._steps
        text = np.zeros((lanes, LOOK_BACK + steps), dtype=np.uint8)
        teacher = np.empty((lanes, steps, 256), dtype=np.float32)
        fresh = np.zeros(lanes, dtype=np.bool_)
        for lane in range(lanes):
            group = self._groups[lane]
            if group is None or self._at[lane, 1] + steps > len(group[0]):
                group = self._jump(lane)
                fresh[lane] = True
            symbols, distribution = group
            row = int(self._at[lane, 1])
            start = row if fresh[lane] else row - LOOK_BACK
            text[lane, LOOK_BACK - (row - start) :] = symbols[start : row + steps]
            teacher[lane] = distribution[row : row + steps]
            self._at[lane, 1] = row + steps
        return Window(text, fresh, teacher)

    def _jump(self, lane: int) -> tuple[ByteArray, npt.NDArray[np.float32]]:
        group = int(self._rng.integers(0, self._shards.group_count))
        loaded = self._shards.load_run(group)
        # row groups are cut by size, not by meaning: any start in the first half is as good as another
        row = int(self._rng.integers(LOOK_BACK, max(LOOK_BACK + 1, len(loaded[0]) // 2)))
        self._at[lane] = group, min(row, max(0, len(loaded[0]) - self._steps))
        self._groups[lane] = loaded
        return loaded

    def state(self) -> dict[str, Any]:
        """Where every lane stands."""
        return {"at": self._at.copy()}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken."""
        self._at = state["at"].copy()
        self._groups = [self._shards.load_run(int(g)) if g >= 0 else None for g, _ in self._at]
