"""Embeddings of hashed contexts, four bits a value: where a small student keeps most of what it knows.

A row of a table costs memory and download but no multiplication, so twice the rows at half the bits is the
better bargain: values -8 … 7 in steps of 1/4, packed two to a byte (docs/MODEL.md, section 4.1). The graph
unpacks the few rows that it looks up; ONNX's own int4 type is not known to every build of ONNX Runtime.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ..autograd import differentiable
from ..graph import GraphBuilder
from ..quantise import ACTIVATION_STEP

EMBEDDING_STEP = 1 / 4
INT4_MIN, INT4_MAX = -8, 7
# what the graph multiplies unpacked values by, so that they are in steps of 1/32 like every other input
EMBEDDING_SCALE = round(EMBEDDING_STEP / ACTIVATION_STEP)


class _GatherRows(torch.autograd.Function):
    """Rows of a table, quantised; the gradient is summed per row into a buffer of the table's shape.

    The buffer is the caller's and lives on: a fresh one each step would cost as much as the dot products.
    """

    @staticmethod
    def forward(ctx: Any, table: Tensor, rows: Tensor, dtype: torch.dtype, buffer: Tensor) -> Tensor:
        ctx.save_for_backward(rows)
        ctx.buffer = buffer
        picked = table.index_select(0, rows.reshape(-1))
        picked.mul_(1 / EMBEDDING_STEP).add_(0.5).floor_().clamp_(INT4_MIN, INT4_MAX).mul_(EMBEDDING_STEP)
        return picked.to(dtype).reshape(*rows.shape[:-1], rows.shape[-1] * table.shape[1])

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None, None]:
        (rows,) = ctx.saved_tensors
        (grad,) = grads
        total: Tensor = ctx.buffer.zero_()
        total.index_add_(0, rows.reshape(-1), grad.reshape(-1, total.shape[1]).float())
        # detached, it is a tensor that nobody else holds: autograd takes it over instead of copying it
        return total.detach(), None, None, None


def gather_rows(table: Tensor, rows: Tensor, dtype: torch.dtype, buffer: Tensor) -> Tensor:
    """table [total rows, row width], rows int64 [T, B, R] -> [T, B, R · row width] in steps of 1/4.

    `buffer`, of the table's shape, receives the table's gradient and becomes its `grad`.
    """
    return differentiable(_GatherRows, table, rows, dtype, buffer)


def clip_table(table: Tensor) -> None:
    """Keeps a table within what four bits can say, in place, with room to round either way."""
    table.clamp_((INT4_MIN - 0.4) * EMBEDDING_STEP, (INT4_MAX + 0.4) * EMBEDDING_STEP)


def integer_table(table: Tensor) -> npt.NDArray[np.int8]:
    """The values -8 … 7 that are shipped."""
    steps = (table.detach() / EMBEDDING_STEP + 0.5).floor().clamp(INT4_MIN, INT4_MAX)
    result: npt.NDArray[np.int8] = steps.to(torch.int8).cpu().numpy()
    return result


def pack(values: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Values -8 … 7 [rows, 2·n] -> bytes [rows, n]: 16 · (of the first half) + (of the second) + 8."""
    half = values.shape[1] // 2
    return (values[:, :half] * np.int8(16) + (values[:, half:] + np.int8(8))).astype(np.int8)


def add_unpacked(g: GraphBuilder, packed: str, embedded: int) -> str:
    """Adds the unpacking of looked-up rows [lanes, R, n]: values [lanes, embedded] in steps of 1/32."""
    first = g.node("Floor", [g.node("Mul", [packed, g.scalar(2.0**-4)])])
    rest = g.node("Sub", [packed, g.node("Mul", [first, g.scalar(16)])])
    # the clip changes nothing: it tells the proof what an interval cannot know of a difference
    second = g.node("Sub", [g.clip(rest, 0, 15), g.scalar(8)])
    both = g.node("Reshape", [g.node("Concat", [first, second], axis=2), g.ints([-1, embedded])])
    return g.node("Mul", [both, g.scalar(EMBEDDING_SCALE)], "e")
