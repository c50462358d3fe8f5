"""`deep`: the tables of swift under two wider gated layers. About 457 K MAC a byte.

Tables are slow to learn and cost no multiplications, so a deep student best grows from a trained swift
(`--init`): it then starts as exactly that function.
"""

from __future__ import annotations

from .recurrent import RecurrentConfig, RecurrentStudent
from .swift import FULL_FRONT, GAIN_TABLES, TINY_FRONT

FULL = RecurrentConfig("deep", FULL_FRONT, GAIN_TABLES, ((192, 256), (192, 256)))
TINY = RecurrentConfig("deep", TINY_FRONT, GAIN_TABLES, ((48, 48), (32, 48)))


def create(size: str) -> RecurrentStudent:
    """A fresh student; `full` is what is released, `tiny` for tests."""
    return RecurrentStudent(TINY if size == "tiny" else FULL)
