"""`swift`: one gated layer over the embeddings of eight contexts, gains of five. About 91 K MAC a byte.

15.8 million table values of four bits.
"""

from __future__ import annotations

from ..contexts import NgramFront, Table
from .recurrent import RecurrentConfig, RecurrentStudent

GAIN_TABLES = 5


def ngram_front(
    order2_rows_log2: int, hashed_rows_log2: int, gain_rows_log2: int, gain_dim: int
) -> NgramFront:
    """Eight contexts: the byte before, orders 2 to 6, the word, the word with the one before it. Then gains
    by the byte before, orders 2 and 3, the word, the word with the one before it.
    """
    hashed, gains = 1 << hashed_rows_log2, 1 << gain_rows_log2
    return NgramFront(
        (
            Table("order1", "byte", 1, 256, 32),
            Table("order2", "order", 2, 1 << order2_rows_log2, 16),
            *(Table(f"order{n}", "order", n, hashed, 16) for n in (3, 4, 5, 6)),
            Table("word", "word", 0, hashed, 16),
            Table("words", "words", 0, hashed, 16),
            Table("gain1", "byte", 1, 256, gain_dim),
            Table("gain2", "order", 2, gains, gain_dim),
            Table("gain3", "order", 3, gains, gain_dim),
            Table("gainword", "word", 0, gains, gain_dim),
            Table("gainwords", "words", 0, gains, gain_dim),
        )
    )


FULL_FRONT = ngram_front(16, 16, 14, 128)
TINY_FRONT = ngram_front(8, 8, 8, 16)
FULL = RecurrentConfig("swift", FULL_FRONT, GAIN_TABLES, ((96, 128),))
TINY = RecurrentConfig("swift", TINY_FRONT, GAIN_TABLES, ((32, 32),))


def create(size: str) -> RecurrentStudent:
    """A fresh student; `full` is what is released, `tiny` for tests."""
    return RecurrentStudent(TINY if size == "tiny" else FULL)
