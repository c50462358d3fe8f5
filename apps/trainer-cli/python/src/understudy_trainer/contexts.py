"""Row numbers of hashed n-gram contexts: docs/MODEL.md, section 3.

The same integers are computed in C++ (wasm/coder) when a student runs; tests/vectors/ngram_rows.json holds
both to one answer. Everything here is vectorised over positions with wrapping 32-bit arithmetic.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

LOOK_BACK = 32
WORD_LIMIT = 16
MULTIPLIER = np.uint32(0x9E3779B1)
WORD_SEED = np.uint32(0x57)
WORD_SEPARATOR = np.uint32(257)

UInt32Array = npt.NDArray[np.uint32]

_codes = np.arange(256)
_UPPER = (_codes >= 0x41) & (_codes <= 0x5A)
_IS_LETTER = _UPPER | ((_codes >= 0x61) & (_codes <= 0x7A)) | (_codes >= 0x80)
_FOLD = np.where(_UPPER, _codes + 0x20, _codes).astype(np.uint32)


@dataclass(frozen=True)
class Table:
    """One embedding table of an n-gram front; `rows` is a power of two, `dim` a multiple of the front's row
    width.
    """

    name: str
    context: str  # byte | order | word | words
    order: int
    rows: int
    dim: int


@dataclass(frozen=True)
class NgramFront:
    """The tables of a student, stored one after the other as rows of `row_dim` values."""

    tables: tuple[Table, ...]
    row_dim: int = 16

    @property
    def rows_per_step(self) -> int:
        """R of docs/MODEL.md: row numbers a lane needs in one step."""
        return sum(table.dim // self.row_dim for table in self.tables)

    @property
    def total_rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows * (table.dim // self.row_dim) for table in self.tables)

    def first_rows(self) -> list[int]:
        """First row of each table among all rows."""
        firsts, at = [], 0
        for table in self.tables:
            firsts.append(at)
            at += table.rows * (table.dim // self.row_dim)
        return firsts

    def metadata(self) -> dict[str, Any]:
        """The `front` entry of the model file's metadata."""
        entries = [
            {**asdict(table), "firstRow": first}
            for table, first in zip(self.tables, self.first_rows(), strict=True)
        ]
        return {"kind": "ngram", "rowDim": self.row_dim, "tables": entries}

    def rows(self, text: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
        """Row numbers for every position of lanes of text.

        `text`: [lanes, LOOK_BACK + steps], the history first. Gives [lanes, steps, R].
        """
        lanes, width = text.shape
        steps = width - LOOK_BACK
        back = [text[:, LOOK_BACK - k : LOOK_BACK - k + steps] for k in range(1, LOOK_BACK + 1)]
        accumulators = _accumulate_orders(
            back, max((t.order for t in self.tables if t.context == "order"), default=0)
        )
        word, words = (
            _accumulate_words(back)
            if any(t.context in ("word", "words") for t in self.tables)
            else (None, None)
        )
        out = np.empty((lanes, steps, self.rows_per_step), dtype=np.int32)
        column = 0
        for index, (table, first) in enumerate(zip(self.tables, self.first_rows(), strict=True)):
            if table.context == "byte":
                row = back[0].astype(np.int32)
            else:
                by_context = {"order": accumulators.get(table.order), "word": word, "words": words}
                accumulator = by_context[table.context]
                assert accumulator is not None, f"table {table.name}: unknown context {table.context}"
                row = (_finalise(accumulator ^ np.uint32(index)) & np.uint32(table.rows - 1)).astype(np.int32)
            split = table.dim // self.row_dim
            for part in range(split):
                out[:, :, column] = first + row * split + part
                column += 1
        return out


def _accumulate_orders(back: list[npt.NDArray[np.uint8]], highest: int) -> dict[int, UInt32Array]:
    accumulators: dict[int, UInt32Array] = {}
    acc = np.zeros(back[0].shape, dtype=np.uint32)
    for k in range(1, highest + 1):
        acc = (acc + back[k - 1] + np.uint32(1)) * MULTIPLIER
        accumulators[k] = acc
    return accumulators


def _accumulate_words(back: list[npt.NDArray[np.uint8]]) -> tuple[UInt32Array, UInt32Array]:
    """`word` and `words` accumulators; a small state machine that walks back one byte at a time."""
    shape = back[0].shape
    acc = np.full(shape, WORD_SEED, dtype=np.uint32)
    word = acc.copy()
    # phase 0: inside the current word, 1: in the gap before it, 2: inside the previous word, 3: done
    phase = np.zeros(shape, dtype=np.uint8)
    taken = np.zeros(shape, dtype=np.uint8)
    for k in range(1, LOOK_BACK + 1):
        byte = back[k - 1]
        letter = _IS_LETTER[byte]
        ends_word = (phase == 0) & ~(letter & (taken < WORD_LIMIT))
        if ends_word.any():
            np.copyto(word, acc, where=ends_word)
            np.copyto(acc, (acc + WORD_SEPARATOR) * MULTIPLIER, where=ends_word)
            phase[ends_word] = 1
        starts_previous = (phase == 1) & letter
        phase[starts_previous] = 2
        taken[starts_previous] = 0
        ends_previous = (phase == 2) & ~(letter & (taken < WORD_LIMIT))
        phase[ends_previous] = 3
        take = letter & ((phase == 0) | (phase == 2))
        np.copyto(acc, (acc + _FOLD[byte] + np.uint32(1)) * MULTIPLIER, where=take)
        taken += take
    return word, acc


def _finalise(x: UInt32Array) -> UInt32Array:
    """MurmurHash3's 32-bit finaliser (public domain)."""
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return x ^ (x >> np.uint32(16))
