"""Frequencies: what every decoder relies on, whatever the logits."""

from __future__ import annotations

import json

import numpy as np
from conftest import REPOSITORY

from understudy_trainer.normalisation import EXP2, TOTAL, code_length_bits, frequencies


def random_logits() -> np.ndarray:
    rng = np.random.default_rng(5)
    spread = rng.integers(1, 2048, (500, 1))
    return np.clip(np.round(rng.standard_normal((500, 256)) * spread), -2047, 2047).astype(np.int64)


def test_frequencies_are_positive_sum_to_the_total_and_keep_the_order_of_logits() -> None:
    logits = random_logits()
    f = frequencies(logits)
    assert (f >= 1).all() and (f.sum(axis=1) == TOTAL).all()
    order = np.lexsort((f, logits))
    assert (np.diff(np.take_along_axis(f, order, 1), axis=1) >= 0).all()
    assert (f.argmax(axis=1) == logits.argmax(axis=1)).all()


def test_adding_a_constant_to_all_logits_changes_nothing() -> None:
    logits = random_logits() // 4
    assert np.array_equal(frequencies(logits), frequencies(logits + 700))


def test_the_rest_goes_to_the_lowest_symbol_of_a_tie() -> None:
    logits = np.zeros((1, 256), dtype=np.int64)
    logits[0, [9, 200]] = 50
    f = frequencies(logits)[0]
    assert f[9] > f[200] and (f[200] - f[9] + TOTAL - 1) < TOTAL


def test_nothing_leaves_32_bits() -> None:
    assert int(EXP2.max()) * 65280 < 2**32
    assert 256 * int(EXP2.max()) <= 2**24
    assert EXP2[0] == 65536 and EXP2[32] == 32768 and (np.diff(EXP2) <= 0).all()


def test_code_length_is_close_to_the_entropy_of_the_softmax() -> None:
    logits = np.clip(random_logits(), -60, 60)
    symbols = np.random.default_rng(6).integers(0, 256, 500)
    exact = logits / 32 - np.log2(np.exp2(logits / 32).sum(axis=1, keepdims=True))
    wanted = -np.take_along_axis(exact, symbols[:, None], 1).sum()
    assert abs(code_length_bits(logits, symbols) / wanted - 1) < 0.01


def test_the_shared_vectors_are_reproduced() -> None:
    folder = REPOSITORY / "tests/vectors"
    assert json.loads((folder / "exp2.json").read_text()) == EXP2.tolist()
    for case in json.loads((folder / "frequencies.json").read_text()):
        assert frequencies(np.array([case["logits"]]))[0].tolist() == case["frequencies"]
