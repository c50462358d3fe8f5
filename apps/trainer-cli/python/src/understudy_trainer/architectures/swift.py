"""`swift`: one gated layer over the embeddings of eight contexts. About 96 K MAC a byte.

14.8 million embedding values of four bits.
"""

from __future__ import annotations

from ..contexts import NgramFront, Table
from .recurrent import RecurrentConfig, RecurrentStudent


def ngram_front(order2_rows_log2: int, hashed_rows_log2: int) -> NgramFront:
    """Eight contexts: the byte before, orders 2 to 6, the word, the word with the one before it."""
    hashed = 1 << hashed_rows_log2
    return NgramFront(
        (
            Table("order1", "byte", 1, 256, 32),
            Table("order2", "order", 2, 1 << order2_rows_log2, 32),
            *(Table(f"order{n}", "order", n, hashed, 16) for n in (3, 4, 5, 6)),
            Table("word", "word", 0, hashed, 16),
            Table("words", "words", 0, hashed, 16),
        )
    )


FULL_FRONT = ngram_front(16, 17)
TINY_FRONT = ngram_front(8, 8)
FULL = RecurrentConfig("swift", FULL_FRONT, ((96, 128),))
TINY = RecurrentConfig("swift", TINY_FRONT, ((32, 32),))


def create(size: str) -> RecurrentStudent:
    """A fresh student; `full` is what is released, `tiny` for tests."""
    return RecurrentStudent(TINY if size == "tiny" else FULL)
