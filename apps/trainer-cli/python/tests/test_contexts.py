"""Row numbers of n-gram contexts against a plain reading of docs/MODEL.md, section 3."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from conftest import REPOSITORY

from understudy_trainer.architectures.swift import FULL_FRONT, TINY_FRONT
from understudy_trainer.contexts import LOOK_BACK, NgramFront

MASK = 0xFFFFFFFF


def is_letter(byte: int) -> bool:
    return 65 <= byte <= 90 or 97 <= byte <= 122 or byte >= 128


def add(acc: int, byte: int) -> int:
    """One byte taken into an accumulator, lower-cased by the caller where that is asked for."""
    return (acc + byte + 1) * 0x9E3779B1 & MASK


def fold(byte: int) -> int:
    return byte + 32 if 65 <= byte <= 90 else byte


def finalise(x: int) -> int:
    x = (x ^ x >> 16) * 0x85EBCA6B & MASK
    x = (x ^ x >> 13) * 0xC2B2AE35 & MASK
    return x ^ x >> 16


def take_word(back: bytes, k: int, acc: int) -> tuple[int, int]:
    """Takes letters from `back[k]` on, at most 16; gives the next k and the accumulator."""
    taken = 0
    while k < 32 and taken < 16 and is_letter(back[k]):
        acc, k, taken = add(acc, fold(back[k])), k + 1, taken + 1
    return k, acc


def slow_rows(front: dict[str, Any], history: bytes) -> list[int]:
    """Row numbers before the byte that follows `history` (at least 32 bytes)."""
    back = history[::-1][:32]
    rows: list[int] = []
    for index, table in enumerate(front["tables"]):
        if table["context"] == "byte":
            row = back[0]
        else:
            acc = 0x57
            if table["context"] == "order":
                acc = 0
                for byte in back[: table["order"]]:
                    acc = add(acc, byte)
            else:
                k, acc = take_word(back, 0, acc)
                if table["context"] == "words":
                    acc = (acc + 257) * 0x9E3779B1 & MASK
                    while k < 32 and not is_letter(back[k]):
                        k += 1
                    _, acc = take_word(back, k, acc)
            row = finalise(acc ^ index) % table["rows"]
        parts = table["dim"] // front["rowDim"]
        rows += [table["firstRow"] + row * parts + part for part in range(parts)]
    return rows


def check(front: NgramFront, text: bytes) -> None:
    padded = np.concatenate([np.zeros(LOOK_BACK, dtype=np.uint8), np.frombuffer(text, dtype=np.uint8)])
    fast = front.rows(padded[None])[0]
    for t in range(len(text)):
        assert fast[t].tolist() == slow_rows(front.metadata(), bytes(padded[: LOOK_BACK + t])), (
            f"position {t}"
        )


def test_words_orders_and_look_back_equal_the_plain_reading() -> None:
    text = (
        b"Two words, THREE words;   averyverylongwordbeyondthelimitofsixteenletters next "
        b"abcdefghijklmnop qrstuvwxyzabcdef x                                      far "
        + "naïve Größe, Привет мир".encode()
    )
    check(FULL_FRONT, text)


def test_random_bytes_and_many_word_boundaries_equal_the_plain_reading() -> None:
    rng = np.random.default_rng(3)
    check(TINY_FRONT, rng.integers(0, 256, 200, dtype=np.uint8).tobytes())
    check(TINY_FRONT, bytes(rng.choice(np.frombuffer(b"aB .\xc3", dtype=np.uint8), 400)))


def test_row_numbers_stay_inside_their_tables() -> None:
    front = TINY_FRONT
    text = np.random.default_rng(4).integers(0, 256, (3, 200), dtype=np.uint8)
    rows = front.rows(text)
    assert rows.shape == (3, 200 - LOOK_BACK, front.rows_per_step)
    assert rows.min() >= 0 and rows.max() < front.total_rows


def test_the_shared_vectors_are_reproduced() -> None:
    stored = json.loads((REPOSITORY / "tests/vectors/ngram_rows.json").read_text())
    text = np.array([0] * LOOK_BACK + stored["text"], dtype=np.uint8)[None]
    fronts = (FULL_FRONT, TINY_FRONT)
    for front, entry in zip(fronts, stored["fronts"], strict=True):
        assert front.metadata() == entry["front"]
        assert front.rows(text)[0].tolist() == entry["rows"]
