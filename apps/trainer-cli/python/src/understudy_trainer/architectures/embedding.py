"""Embeddings of hashed contexts, four bits a value: where a small student keeps most of what it knows.

A row of a table costs memory and download but no multiplication, so twice the rows at half the bits is the
better bargain: values -8 … 7 in steps of 1/8, packed two to a byte (docs/MODEL.md, section 4.1). The graph
unpacks the few rows that it looks up; ONNX's own int4 type is not known to every build of ONNX Runtime.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ..autograd import differentiable_pair
from ..graph import GraphBuilder
from ..quantise import ACTIVATION_STEP

EMBEDDING_STEP = 1 / 8
INT4_MIN, INT4_MAX = -8, 7
# what the graph multiplies unpacked values by, so that they are in steps of 1/32 like every other input
EMBEDDING_SCALE = round(EMBEDDING_STEP / ACTIVATION_STEP)


@dataclass(frozen=True)
class GainRows:
    """Where a step's gains begin: their first column among its row numbers, the first row of their tables,
    the rows that one context's gains take, the values of a row. Looked up as one wide row, they cost a
    fraction of the time.
    """

    column: int
    row: int
    group: int
    row_dim: int

    def split(self, table: Tensor) -> tuple[Tensor, Tensor]:
        """table [total rows, row_dim] -> views: embeddings [.., row_dim], gains [.., group · row_dim]."""
        return table[: self.row], table[self.row :].view(-1, self.group * self.row_dim)

    def indices(self, rows: Tensor) -> tuple[Tensor, list[Tensor]]:
        """rows [T, B, R] -> row numbers of the embeddings [T · B · E / width], of each context's gains
        [T · B].
        """
        wide = (rows[..., self.column :: self.group] - self.row) // self.group
        return rows[..., : self.column].reshape(-1), [wide[..., k].reshape(-1) for k in range(wide.shape[-1])]


class _LookUp(torch.autograd.Function):
    """Embeddings and sums of gains; the gradient is summed per row into a buffer of the table's shape.

    The buffer is the caller's and lives on: a fresh one each step would cost as much as the dot products.
    """

    @staticmethod
    def forward(
        ctx: Any,
        table: Tensor,
        rows: Tensor,
        dtype: torch.dtype,
        buffer: Tensor,
        gains: GainRows,
        rounded: bool,
    ) -> tuple[Tensor, Tensor]:
        ctx.save_for_backward(rows)
        ctx.buffer, ctx.gains = buffer, gains
        narrow, wide = gains.split(table)
        index, wide_indices = gains.indices(rows)
        e = _picked(narrow, index, rounded)
        gain = _picked(wide, wide_indices[0], rounded)
        for others in wide_indices[1:]:
            gain.add_(_picked(wide, others, rounded))
        steps = rows.shape[:-1]
        return e.reshape(*steps, -1).to(dtype), gain.reshape(*steps, -1)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None, None, None, None]:
        (rows,) = ctx.saved_tensors
        e_grad, gain_grad = grads
        total: Tensor = ctx.buffer.zero_()
        narrow, wide = ctx.gains.split(total)
        index, wide_indices = ctx.gains.indices(rows)
        narrow.index_add_(0, index, e_grad.reshape(-1, narrow.shape[1]).float())
        flat = gain_grad.reshape(-1, wide.shape[1])
        for others in wide_indices:
            wide.index_add_(0, others, flat)
        # detached, it is a tensor that nobody else holds: autograd takes it over instead of copying it
        return total.detach(), None, None, None, None, None


def _picked(table: Tensor, index: Tensor, rounded: bool) -> Tensor:
    picked = table.index_select(0, index)
    if rounded:
        picked.mul_(1 / EMBEDDING_STEP).add_(0.5).floor_().clamp_(INT4_MIN, INT4_MAX).mul_(EMBEDDING_STEP)
    return picked


def look_up(
    table: Tensor, rows: Tensor, dtype: torch.dtype, buffer: Tensor, gains: GainRows, rounded: bool = True
) -> tuple[Tensor, Tensor]:
    """table [total rows, row width], rows int64 [T, B, R] -> embeddings [T, B, E] in `dtype`, and the sum
    of the contexts' gains [T, B, G] in float32; in steps of 1/8, or as they are where not `rounded`.

    `buffer`, of the table's shape, receives the table's gradient and becomes its `grad`.
    """
    return differentiable_pair(_LookUp, table, rows, dtype, buffer, gains, rounded)


def clip_table(table: Tensor) -> None:
    """Keeps a table within what four bits can say, in place, with room to round either way."""
    table.clamp_((INT4_MIN - 0.4) * EMBEDDING_STEP, (INT4_MAX + 0.4) * EMBEDDING_STEP)


def integer_table(table: Tensor) -> npt.NDArray[np.int8]:
    """The values -8 … 7 that are shipped."""
    steps = (table.detach() / EMBEDDING_STEP + 0.5).floor().clamp(INT4_MIN, INT4_MAX)
    result: npt.NDArray[np.int8] = steps.to(torch.int8).cpu().numpy()
    return result


def pack(values: npt.NDArray[np.int8], gains: GainRows) -> npt.NDArray[np.int8]:
    """Values -8 … 7 [rows, row_dim] -> bytes [rows, row_dim / 2]: 16 · (a value of the first half) + (one of
    the second) + 8. Halves are those of a row, among gains those of a context's group of rows.
    """
    narrow, wide = values[: gains.row], values[gains.row :].reshape(-1, gains.group * gains.row_dim)
    return np.concatenate([_packed(part).reshape(-1, gains.row_dim // 2) for part in (narrow, wide)])


def _packed(values: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    half = values.shape[1] // 2
    return (values[:, :half] * np.int8(16) + (values[:, half:] + np.int8(8))).astype(np.int8)


def unpacked_order(embedded: int, row_dim: int) -> Tensor:
    """Where the embedding values of the graph stand in the training form: the first halves of all rows, then
    the second ones, so that engines unpack them in two runs.
    """
    return torch.arange(embedded).reshape(-1, 2, row_dim // 2).transpose(0, 1).reshape(-1)


def add_unpacked(g: GraphBuilder, packed: str, embedded: int) -> str:
    """Adds the unpacking of looked-up rows [lanes, R, n]: embeddings [lanes, embedded] in steps of 1/32, in
    the order of `unpacked_order`.
    """
    flat = g.node("Reshape", [packed, g.ints([-1, embedded // 2])])
    first = g.node("Floor", [g.node("Mul", [flat, g.scalar(2.0**-4)])])
    rest = g.node("Sub", [flat, g.node("Mul", [first, g.scalar(16)])])
    # the clip changes nothing: it tells the proof what an interval cannot know of a difference
    second = g.node("Sub", [g.clip(rest, 0, 15), g.scalar(8)])
    scaled = [g.node("Mul", [half, g.scalar(EMBEDDING_SCALE)]) for half in (first, second)]
    return g.node("Concat", scaled, "e", axis=1)
