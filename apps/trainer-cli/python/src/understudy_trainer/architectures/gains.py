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


def add_gained(g: GraphBuilder, y: str, outputs: int, values: str, tables: int, width: int) -> str:
    """Adds the same arithmetic to a graph; y has `outputs` channels, values K = `tables`."""
    by_context = g.node("Reshape", [values, g.ints([-1, tables, width])])
    summed = g.node("ReduceSum", [by_context, g.ints([1])], keepdims=0)
    gain = g.node("Add", [summed, g.scalar(GAIN_ONE)])
    first = y if outputs == width else g.slice(y, 0, width, 1)
    first = g.clip(g.rescale(g.node("Mul", [first, gain]), GAIN_SHIFT), -INT8_MAX, INT8_MAX)
    return first if outputs == width else g.node("Concat", [first, g.slice(y, width, outputs, 1)], axis=1)
