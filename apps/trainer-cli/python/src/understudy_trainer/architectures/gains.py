"""Gains: looked-up values that multiply hidden channels, one table for each of a few contexts.

    gain = 1 + sum over K contexts of their values       steps of 1/8
    y    = clip(y · gain, -127/32, 127/32)               the first G channels; int8, steps of 1/32

A context so chooses which hidden channels speak, as a context mixer chooses its set of weights by context.
That costs G products a byte, and tables of four bits a value (embedding.py).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..graph import GraphBuilder
from ..integer_layer import IntArray, rescale
from ..quantise import ACTIVATION_LIMIT, ACTIVATION_STEP, INT8_MAX, round_clip
from .embedding import GainRows

GAIN_SHIFT = 3  # gains are in steps of 1/8, as the values of tables are (embedding.py)
GAIN_ONE = 1 << GAIN_SHIFT


def gained(y: Tensor, summed: Tensor, dtype: torch.dtype) -> Tensor:
    """y [T, B, H], summed [T, B, G <= H] the contexts' values in float32 -> [T, B, H] in `dtype`."""
    width = summed.shape[-1]
    # products of an int8 and a gain have more bits than bfloat16
    first = round_clip(y[..., :width] * (summed + 1), ACTIVATION_STEP, -ACTIVATION_LIMIT, ACTIVATION_LIMIT)
    first = first.to(dtype)
    return first if width == y.shape[-1] else torch.cat([first, y[..., width:].to(dtype)], dim=-1)


def integer_gained(y: IntArray, values: IntArray, width: int) -> IntArray:
    """The same in integers: y [B, H] in steps of 1/32, values [B, K·G] as stored, -8 … 7."""
    gain = GAIN_ONE + values.reshape(values.shape[0], -1, width).sum(axis=1)
    first = rescale(y[:, :width] * gain, GAIN_SHIFT).clip(-INT8_MAX, INT8_MAX)
    return np.concatenate([first, y[:, width:]], axis=1)


def add_gained(g: GraphBuilder, y: str, outputs: int, packed: str, rows: GainRows, tables: int) -> str:
    """Adds the same arithmetic to a graph; y has `outputs` channels, `packed` is what was looked up
    [lanes, R, n], two values to a byte (`pack`), the last rows of it the gains of K = `tables` contexts.

    Sums the bytes and their first values over the contexts; what the bytes hold besides is the second ones.
    """
    width = rows.group * rows.row_dim
    starts = [rows.column + rows.group * k for k in range(tables)]
    contexts = [
        g.node(
            "Reshape",
            [g.slice(packed, start, start + rows.group, 1), g.ints([-1, width // 2])],
        )
        for start in starts
    ]
    first = _sum(g, [g.node("Floor", [g.node("Mul", [c, g.scalar(2.0**-4)])]) for c in contexts])
    rest = g.node("Sub", [_sum(g, contexts), g.node("Mul", [first, g.scalar(16)])])
    second = g.node("Sub", [rest, g.scalar(8 * tables - GAIN_ONE)])
    gain = g.node("Concat", [g.node("Add", [first, g.scalar(GAIN_ONE)]), second], axis=1)
    chosen = y if outputs == width else g.slice(y, 0, width, 1)
    chosen = g.clip(g.rescale(g.node("Mul", [chosen, gain]), GAIN_SHIFT), -INT8_MAX, INT8_MAX)
    return chosen if outputs == width else g.node("Concat", [chosen, g.slice(y, width, outputs, 1)], axis=1)


def _sum(g: GraphBuilder, terms: list[str]) -> str:
    total = terms[0]
    for term in terms[1:]:
        total = g.node("Add", [total, term])
    return total
