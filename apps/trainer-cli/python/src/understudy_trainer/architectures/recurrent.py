"""Recurrent students: embeddings of hashed contexts, gated layers one upon the other, gains, 256 logits.

    e, g   = values of R rows, 16 each                      int8, steps of 1/32 (four bits of them stored)
    y_1    = layer_1(e), y_k = layer_k(y_(k-1), again e)    gated_layer.py
    logits = W·gained(y_last, g) + b                        gains.py; steps of 1/32 of a factor of two

T steps, B lanes, R rows a step, E embedding values, G gained channels, W widths of all states together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from ..config import TrainConfig
from ..contexts import NgramFront
from ..errors import TrainerError
from ..integer_layer import IntegerLayer
from ..quantise import largest_weight, quantise_weight
from ..student import Student
from .embedding import EMBEDDING_SCALE, GainRows, clip_table, integer_table, look_up, unpacked_order
from .gains import gained, integer_gained
from .gated_layer import GatedLayer, IntegerGatedLayer

LOGIT_STEP = 1 / 32
LOGIT_LIMIT = 2047


@dataclass(frozen=True)
class RecurrentConfig:
    """What makes one architecture of this kind: its name, its tables, how many of them (the last ones) hold
    gains, (state, outputs) of each layer.
    """

    name: str
    front: NgramFront
    gain_tables: int
    layers: tuple[tuple[int, int], ...]

    @property
    def looked_up(self) -> int:
        """Values that a step looks up: E of embeddings, then G for each table of gains."""
        return self.front.rows_per_step * self.front.row_dim

    @property
    def gain_width(self) -> int:
        """G: channels of the last layer, its first ones, that have gains."""
        return self.front.tables[-1].dim

    @property
    def embedded(self) -> int:
        """E: embedding values of a step."""
        return self.looked_up - self.gain_tables * self.gain_width

    @property
    def gains(self) -> GainRows:
        """Where the tables of gains are."""
        first = len(self.front.tables) - self.gain_tables
        row_dim = self.front.row_dim
        return GainRows(
            self.embedded // row_dim, self.front.first_rows()[first], self.gain_width // row_dim, row_dim
        )

    @property
    def state_widths(self) -> list[int]:
        """Width of each layer's state."""
        return [state for state, _ in self.layers]


class RecurrentStudent(Student):
    """Parallel-over-time training form; `IntegerRecurrent` is the exact step form."""

    validation_bytes = 16384

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.config = config
        self.architecture = config.name
        self.front = config.front
        table = torch.randn(self.front.total_rows, self.front.row_dim) * 0.1
        self._gains = config.gains
        table[self._gains.row :] = 0  # all gains 1
        self.table = nn.Parameter(table)
        self.register_buffer("_table_gradient", torch.zeros_like(table), persistent=False)
        self.layers = nn.ModuleList()
        inputs = config.embedded
        for number, (state, outputs) in enumerate(config.layers):
            self.layers.append(GatedLayer(inputs, config.embedded if number else 0, state, outputs))
            inputs = outputs
        self.logits_weight = nn.Parameter(torch.randn(256, inputs) * 0.5 / inputs**0.5)
        self.logits_bias = nn.Parameter(torch.zeros(256))

    @property
    def gated_layers(self) -> list[GatedLayer]:
        """The layers, the first one first."""
        return [layer for layer in self.layers if isinstance(layer, GatedLayer)]

    @property
    def state_width(self) -> int:
        """W: recurrent values of a lane."""
        return sum(self.config.state_widths)

    def forward(
        self, rows: Tensor, start: Tensor, dtype: torch.dtype = torch.float32
    ) -> tuple[Tensor, Tensor]:
        """rows int64 [T, B, R], start [B, W] -> logits [T, B, 256] in factors of two, last state [B, W]."""
        buffer = self._table_gradient
        assert isinstance(buffer, Tensor)
        e, gains = look_up(self.table, rows, dtype, buffer, self._gains, rounded=not self.real_tables)
        x, more, last = e, None, []
        for layer, state in zip(
            self.gated_layers, torch.split(start, self.config.state_widths, dim=1), strict=True
        ):
            x, state = layer(x, more, state, dtype)
            last.append(state)
            more = e
        x = gained(x, gains, dtype)
        logits = nn.functional.linear(
            x, quantise_weight(self.logits_weight).to(dtype), self.logits_bias.to(dtype)
        )
        return logits, torch.cat(last, dim=1)

    @torch.no_grad()
    def clip_parameters(self) -> None:
        """Keeps the table within four bits and weights within what shifts of at least 1 can rescale."""
        clip_table(self.table)
        for layer in self.gated_layers:
            layer.clip_parameters()
        self.logits_weight.clamp_(-largest_weight(LOGIT_STEP), largest_weight(LOGIT_STEP))

    @torch.no_grad()
    def grow_from(self, smaller: Student) -> None:
        """Starts as exactly the function of a student with the same tables and one narrower layer.

        The new channels feed logits with weights of zero at first, so nothing that was learnt is lost.
        Raises TrainerError where `smaller` does not fit.
        """
        if not (
            isinstance(smaller, RecurrentStudent)
            and smaller.front == self.front
            and len(smaller.layers) == 1
            and all(smaller.config.layers[0][1] <= outputs for _, outputs in self.config.layers)
            and smaller.config.layers[0][0] <= self.config.layers[0][0]
        ):
            raise TrainerError(
                f"a run of {smaller.architecture} has other tables or more channels than "
                f"{self.architecture}, which cannot grow from it; use a run of swift at the same --size",
                exit_code=2,
            )
        self.table.copy_(smaller.table)
        channels = smaller.config.layers[0][1]
        first, *others = self.gated_layers
        first.take_over(smaller.gated_layers[0])
        for layer in others:
            layer.pass_on(channels)
        self.logits_weight.zero_()
        self.logits_weight[:, :channels] = smaller.logits_weight
        self.logits_bias.copy_(smaller.logits_bias)

    def bytes_per_step(self, config: TrainConfig) -> int:
        """Every lane's window."""
        return config.lanes * config.window

    def mac_per_byte(self) -> int:
        """One product for each weight; a table row costs none, a gain one."""
        layers = sum(layer.gates_weight.numel() + layer.mix_weight.numel() for layer in self.gated_layers)
        return layers + self.config.gain_width + self.logits_weight.numel()


class IntegerRecurrent:
    """The exported function, step by step in integers: what every engine must reproduce."""

    def __init__(self, model: RecurrentStudent) -> None:
        self.config = model.config
        self.architecture = model.architecture
        self.front = model.front
        self.table = integer_table(model.table)
        self._order = unpacked_order(self.config.embedded, self.front.row_dim)
        self.layers = [IntegerGatedLayer.from_float(layer, self._order) for layer in model.gated_layers]
        self.logits = IntegerLayer.from_float(model.logits_weight, model.logits_bias, LOGIT_STEP)

    def inputs(self, text: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
        """[lanes, LOOK_BACK + steps] -> row numbers [lanes, steps, R]."""
        return self.front.rows(text)

    def start(self, lanes: int) -> npt.NDArray[np.int64]:
        """The zero state [lanes, W]."""
        return np.zeros((lanes, sum(self.config.state_widths)), dtype=np.int64)

    def step(
        self, rows: npt.NDArray[np.int32], state: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """rows [B, R], state [B, W] -> logits [B, 256], next state [B, W]."""
        values = self.table[rows].reshape(rows.shape[0], -1).astype(np.int64)
        e = values[:, self._order.numpy()] * EMBEDDING_SCALE
        ends = np.cumsum(self.config.state_widths)[:-1]
        x, more, last = e, None, []
        for layer, before in zip(self.layers, np.split(state, ends, axis=1), strict=True):
            x, after = layer.step(x, more, before)
            last.append(after)
            more = e
        x = integer_gained(x, values[:, self.config.embedded :], self.config.gain_width)
        return self.logits(x).clip(-LOGIT_LIMIT, LOGIT_LIMIT), np.concatenate(last, axis=1)
