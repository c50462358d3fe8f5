"""`swift`: hashed n-gram embeddings, one gated linear recurrence, one hidden layer. About 96 K MAC a byte.

    e      = embeddings of 8 contexts, 160 values                        int8, steps of 1/32
    z, c   = clip(Wg·e + bg), clip(Wc·e + bc)                            gate in 1/256, candidate in 1/128
    h      = h + z · (c - h)                                             state, steps of 1/32768
    a      = clip(W1·[e, h] + b1, 0, 127/32)                             int8, steps of 1/32
    logits = W2·a + b2                                                   steps of 1/32 of a factor of two

Gates see only the input, so training scans over time after all matrix products are done. Letters: T steps,
B lanes, R rows a step, E = 160 embedding values, W = width of the state, H = hidden width. Tensors of
training are [T, B, …].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from ..autograd import differentiable
from ..config import TrainConfig
from ..contexts import NgramFront, Table
from ..integer_layer import IntegerLayer, rescale
from ..quantise import (
    ACTIVATION_LIMIT,
    ACTIVATION_STEP,
    INT8_MAX,
    largest_weight,
    quantise_weight,
    round_clip,
)
from ..student import Student

GATE_STEP = 1 / 256
CANDIDATE_STEP = 1 / 128
STATE_ONE = 32768
LOGIT_STEP = 1 / 32
LOGIT_LIMIT = 2047


@dataclass(frozen=True)
class SwiftConfig:
    """Widths and table sizes; the defaults are the released design, `tiny` is for tests."""

    order2_rows_log2: int = 15
    hashed_rows_log2: int = 16
    state: int = 96
    hidden: int = 128

    def front(self) -> NgramFront:
        """Eight contexts: the byte before, orders 2 to 6, the word, the word with the one before it."""
        hashed = 1 << self.hashed_rows_log2
        return NgramFront(
            (
                Table("order1", "byte", 1, 256, 32),
                Table("order2", "order", 2, 1 << self.order2_rows_log2, 32),
                *(Table(f"order{n}", "order", n, hashed, 16) for n in (3, 4, 5, 6)),
                Table("word", "word", 0, hashed, 16),
                Table("words", "words", 0, hashed, 16),
            )
        )


TINY = SwiftConfig(order2_rows_log2=8, hashed_rows_log2=8, state=32, hidden=32)


class _GatherRows(torch.autograd.Function):
    """Embeddings of row numbers, quantised to int8 steps; the gradient is summed per row of the table."""

    @staticmethod
    def forward(ctx: Any, table: Tensor, rows: Tensor, dtype: torch.dtype) -> Tensor:
        ctx.save_for_backward(rows)
        ctx.table_shape = table.shape
        picked = table.index_select(0, rows.reshape(-1))
        picked.mul_(1 / ACTIVATION_STEP).add_(0.5).floor_().mul_(ACTIVATION_STEP)
        picked.clamp_(-ACTIVATION_LIMIT, ACTIVATION_LIMIT)
        return picked.to(dtype).reshape(*rows.shape[:-1], rows.shape[-1] * table.shape[1])

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        (rows,) = ctx.saved_tensors
        (grad,) = grads
        rows_count, width = ctx.table_shape
        total = torch.zeros(rows_count, width, dtype=torch.float32, device=grad.device)
        total.index_add_(0, rows.reshape(-1), grad.reshape(-1, width).float())
        return total, None, None


class _GatedScan(torch.autograd.Function):
    """h[t] = h[t-1] + z[t]·(c[t] - h[t-1]) over time; z, c [T, B, W], start [B, W] -> [T, B, W]."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, c: Tensor, start: Tensor) -> Tensor:
        h = torch.empty_like(c)
        previous = start
        for t in range(z.shape[0]):
            torch.lerp(previous, c[t], z[t], out=h[t])
            previous = h[t]
        ctx.save_for_backward(z, c, h, start)
        return h

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None]:
        z, c, h, start = ctx.saved_tensors
        total = grads[0].clone()
        keep = 1 - z
        for t in range(z.shape[0] - 2, -1, -1):
            total[t].addcmul_(total[t + 1], keep[t + 1])
        before = torch.cat([start.unsqueeze(0), h[:-1]])
        return total * (c - before), total * z, None


class Swift(Student):
    """Parallel-over-time training form; `IntegerSwift` is the exact step form."""

    architecture = "swift"
    validation_bytes = 16384

    def __init__(self, config: SwiftConfig | None = None) -> None:
        super().__init__()
        self.config = config or SwiftConfig()
        self.front = self.config.front()
        width, hidden = self.config.state, self.config.hidden
        embedded = self.front.rows_per_step * self.front.row_dim
        self.table = nn.Parameter(torch.randn(self.front.total_rows, self.front.row_dim) * 0.1)
        self.gates_weight = nn.Parameter(torch.randn(2 * width, embedded) * 0.5 / embedded**0.5)
        # gates start spread between slow (1/50) and quick (2/3), so that both kinds of memory are there from
        # the start
        speeds = torch.exp(torch.linspace(float(np.log(0.02)), float(np.log(0.66)), width))
        self.gates_bias = nn.Parameter(torch.cat([speeds, torch.zeros(width)]))
        self.hidden_weight = nn.Parameter(torch.randn(hidden, embedded + width) * 1.0 / embedded**0.5)
        self.hidden_bias = nn.Parameter(torch.full((hidden,), 0.1))
        self.logits_weight = nn.Parameter(torch.randn(256, hidden) * 0.5 / hidden**0.5)
        self.logits_bias = nn.Parameter(torch.zeros(256))

    @property
    def state_width(self) -> int:
        """W: recurrent values of a lane."""
        return self.config.state

    def forward(
        self, rows: Tensor, start: Tensor, dtype: torch.dtype = torch.float32
    ) -> tuple[Tensor, Tensor]:
        """rows int64 [T, B, R], start [B, W] -> logits [T, B, 256] in factors of two, last state [B, W]."""
        e = differentiable(_GatherRows, self.table, rows, dtype)
        width = self.config.state
        gates = nn.functional.linear(e, quantise_weight(self.gates_weight).to(dtype))
        gates = gates.float() + self.gates_bias
        z = round_clip(gates[..., :width].contiguous(), GATE_STEP, 0.0, 1.0)
        c = round_clip(gates[..., width:].contiguous(), CANDIDATE_STEP, -INT8_MAX / 128, INT8_MAX / 128)
        h = differentiable(_GatedScan, z, c, start)
        # the dot product sees the state's upper 8 bits as if they were steps of 1/32, like every other input
        seen = round_clip(h, 1 / 128, -INT8_MAX / 128, INT8_MAX / 128) * 4
        x = torch.cat([e, seen.to(dtype)], dim=-1)
        a = nn.functional.linear(x, quantise_weight(self.hidden_weight).to(dtype), self.hidden_bias.to(dtype))
        a = round_clip(a, ACTIVATION_STEP, 0.0, ACTIVATION_LIMIT)
        logits = nn.functional.linear(
            a, quantise_weight(self.logits_weight).to(dtype), self.logits_bias.to(dtype)
        )
        return logits, h[-1].detach()

    @torch.no_grad()
    def clip_parameters(self) -> None:
        """Keeps the table within int8 and weights within what shifts of at least 1 can rescale."""
        self.table.clamp_(-ACTIVATION_LIMIT, ACTIVATION_LIMIT)
        width = self.config.state
        for weight, output_step in (
            (self.gates_weight[:width], GATE_STEP),
            (self.gates_weight[width:], CANDIDATE_STEP),
            (self.hidden_weight, ACTIVATION_STEP),
            (self.logits_weight, LOGIT_STEP),
        ):
            weight.clamp_(-largest_weight(output_step), largest_weight(output_step))

    def bytes_per_step(self, config: TrainConfig) -> int:
        """Every lane's window."""
        return config.lanes * config.window

    def mac_per_byte(self) -> int:
        """One product for each weight; a table row costs none."""
        return sum(w.numel() for w in (self.gates_weight, self.hidden_weight, self.logits_weight))


class IntegerSwift:
    """The exported function, step by step in integers: what every engine must reproduce."""

    architecture = "swift"

    def __init__(self, model: Swift) -> None:
        self.config = model.config
        self.front = model.front
        table = (model.table.detach() / ACTIVATION_STEP + 0.5).floor().clamp(-INT8_MAX, INT8_MAX)
        self.table = table.to(torch.int8).cpu().numpy()
        width = model.config.state
        gates, bias = model.gates_weight, model.gates_bias
        self.gate = IntegerLayer.from_float(gates[:width], bias[:width], GATE_STEP)
        self.candidate = IntegerLayer.from_float(gates[width:], bias[width:], CANDIDATE_STEP)
        self.hidden = IntegerLayer.from_float(model.hidden_weight, model.hidden_bias, ACTIVATION_STEP)
        self.logits = IntegerLayer.from_float(model.logits_weight, model.logits_bias, LOGIT_STEP)

    def inputs(self, text: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
        """[lanes, LOOK_BACK + steps] -> row numbers [lanes, steps, R]."""
        return self.front.rows(text)

    def start(self, lanes: int) -> npt.NDArray[np.int64]:
        """The zero state [lanes, W]."""
        return np.zeros((lanes, self.config.state), dtype=np.int64)

    def step(
        self, rows: npt.NDArray[np.int32], state: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """rows [B, R], state [B, W] -> logits [B, 256], next state [B, W]."""
        e = self.table[rows].reshape(rows.shape[0], -1).astype(np.int64)
        z = self.gate(e).clip(0, 256)
        c = self.candidate(e).clip(-INT8_MAX, INT8_MAX)
        state = (state + rescale(z * (c * 256 - state), 8)).clip(1 - STATE_ONE, STATE_ONE - 1)
        seen = rescale(state, 8).clip(-INT8_MAX, INT8_MAX)
        a = self.hidden(np.concatenate([e, seen], axis=1)).clip(0, INT8_MAX)
        return self.logits(a).clip(-LOGIT_LIMIT, LOGIT_LIMIT), state
