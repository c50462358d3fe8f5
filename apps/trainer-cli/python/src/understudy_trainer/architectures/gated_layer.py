"""One layer of a recurrent student: a gated linear recurrence and a rectified mix of its input and state.

    z, c = clip(Wg·x + bg), clip(Wc·x + bc)            gate in 1/256, candidate in 1/128
    h    = h + z · (c - h)                             state, steps of 1/32768
    y    = clip(Wm·[x, h, more] + bm, 0, 127/32)       int8, steps of 1/32

Gates see only the layer's input, never its state, so training multiplies all positions at once and scans
afterwards. T steps, B lanes, I inputs, W width of the state, H outputs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..autograd import differentiable
from ..graph import GraphBuilder
from ..integer_layer import IntArray, IntegerLayer, rescale
from ..quantise import (
    ACTIVATION_LIMIT,
    ACTIVATION_STEP,
    INT8_MAX,
    largest_weight,
    quantise_weight,
    round_clip,
)
from .scan import GatedScan

GATE_STEP = 1 / 256
CANDIDATE_STEP = 1 / 128
STATE_ONE = 32768


class GatedLayer(nn.Module):
    """The training form of a layer with I inputs, `more` further inputs of its mix, a state of W,
    H outputs.
    """

    def __init__(self, inputs: int, more: int, state: int, outputs: int) -> None:
        super().__init__()
        self.inputs, self.more, self.state, self.outputs = inputs, more, state, outputs
        self.gates_weight = nn.Parameter(torch.randn(2 * state, inputs) * 0.5 / inputs**0.5)
        # gates start spread between slow (1/50) and quick (2/3), so that both kinds of memory are there from
        # the start
        speeds = torch.exp(torch.linspace(float(np.log(0.02)), float(np.log(0.66)), state))
        self.gates_bias = nn.Parameter(torch.cat([speeds, torch.zeros(state)]))
        self.mix_weight = nn.Parameter(torch.randn(outputs, inputs + state + more) / inputs**0.5)
        self.mix_bias = nn.Parameter(torch.full((outputs,), 0.1))

    def forward(
        self, x: Tensor, more: Tensor | None, start: Tensor, dtype: torch.dtype
    ) -> tuple[Tensor, Tensor]:
        """x [T, B, I], more [T, B, M] or None, start [B, W] -> outputs [T, B, H], last state [B, W]."""
        gates = nn.functional.linear(x, quantise_weight(self.gates_weight).to(dtype))
        gates = gates.float() + self.gates_bias
        z = round_clip(gates[..., : self.state].contiguous(), GATE_STEP, 0.0, 1.0)
        c = gates[..., self.state :].contiguous()
        c = round_clip(c, CANDIDATE_STEP, -INT8_MAX / 128, INT8_MAX / 128)
        h = differentiable(GatedScan, z, c, start, z.is_cuda)
        # the dot product sees the state's upper 8 bits as if they were steps of 1/32, like every other input
        seen = round_clip(h, 1 / 128, -INT8_MAX / 128, INT8_MAX / 128) * 4
        parts = [x, seen.to(dtype)] + ([] if more is None else [more])
        y = nn.functional.linear(
            torch.cat(parts, dim=-1), quantise_weight(self.mix_weight).to(dtype), self.mix_bias.to(dtype)
        )
        return round_clip(y, ACTIVATION_STEP, 0.0, ACTIVATION_LIMIT), h[-1].detach()

    @torch.no_grad()
    def clip_parameters(self) -> None:
        """Keeps weights within what shifts of at least 1 can rescale."""
        for weight, output_step in (
            (self.gates_weight[: self.state], GATE_STEP),
            (self.gates_weight[self.state :], CANDIDATE_STEP),
            (self.mix_weight, ACTIVATION_STEP),
        ):
            weight.clamp_(-largest_weight(output_step), largest_weight(output_step))

    @torch.no_grad()
    def take_over(self, smaller: GatedLayer) -> None:
        """Becomes `smaller` in its first channels, which then ignore the new ones; these stay as they are."""
        state, outputs, inputs = smaller.state, smaller.outputs, smaller.inputs
        for first, source in ((0, 0), (self.state, state)):
            self.gates_weight[first : first + state] = smaller.gates_weight[source : source + state]
            self.gates_bias[first : first + state] = smaller.gates_bias[source : source + state]
        self.mix_weight[:outputs] = 0
        self.mix_weight[:outputs, :inputs] = smaller.mix_weight[:, :inputs]
        self.mix_weight[:outputs, inputs : inputs + state] = smaller.mix_weight[:, inputs:]
        self.mix_bias[:outputs] = smaller.mix_bias

    @torch.no_grad()
    def pass_on(self, channels: int) -> None:
        """Makes the first `channels` outputs copies of the first inputs."""
        self.mix_weight[:channels] = 0
        self.mix_weight[:channels, :channels] = torch.eye(channels)
        self.mix_bias[:channels] = 0


@dataclass(frozen=True)
class IntegerGatedLayer:
    """The exact step form of a layer, and its nodes in the exported graph."""

    gate: IntegerLayer
    candidate: IntegerLayer
    mix: IntegerLayer

    @staticmethod
    def from_float(layer: GatedLayer, order: Tensor) -> IntegerGatedLayer:
        """`order` [E] tells where the integer form's embedding values stand in the training form.

        Raises TrainerError for weights that the export cannot say.
        """
        gates: Tensor = layer.gates_weight
        mix, bias, width = layer.mix_weight, layer.gates_bias, layer.state
        columns = torch.arange(mix.shape[1])
        if layer.more == 0:
            gates = gates[:, order]
            columns[: layer.inputs] = order
        else:
            columns[-layer.more :] = order + (layer.inputs + width)
        return IntegerGatedLayer(
            IntegerLayer.from_float(gates[:width], bias[:width], GATE_STEP),
            IntegerLayer.from_float(gates[width:], bias[width:], CANDIDATE_STEP),
            IntegerLayer.from_float(mix[:, columns], layer.mix_bias, ACTIVATION_STEP),
        )

    def step(self, x: IntArray, more: IntArray | None, state: IntArray) -> tuple[IntArray, IntArray]:
        """x [B, I], more [B, M] or None, state [B, W] -> outputs [B, H], next state."""
        z = self.gate(x).clip(0, 256)
        c = self.candidate(x).clip(-INT8_MAX, INT8_MAX)
        state = (state + rescale(z * (c * 256 - state), 8)).clip(1 - STATE_ONE, STATE_ONE - 1)
        seen = rescale(state, 8).clip(-INT8_MAX, INT8_MAX)
        parts = [x, seen] + ([] if more is None else [more])
        return self.mix(np.concatenate(parts, axis=1)).clip(0, INT8_MAX), state

    def add_to(self, g: GraphBuilder, name: str, x: str, more: str | None, h: str) -> tuple[str, str]:
        """Adds the same arithmetic to a graph; gives the names of outputs and next state."""
        z = g.clip(g.dense(x, f"{name}_gate", self.gate), 0, 256)
        c = g.clip(g.dense(x, f"{name}_candidate", self.candidate), -INT8_MAX, INT8_MAX)
        distance = g.node("Sub", [g.node("Mul", [c, g.scalar(256)]), h])
        moved = g.node("Add", [h, g.rescale(g.node("Mul", [z, distance]), 8)])
        state = g.clip(moved, 1 - STATE_ONE, STATE_ONE - 1)
        seen = g.clip(g.rescale(state, 8), -INT8_MAX, INT8_MAX)
        seen_by_mix = g.node("Concat", [x, seen] + ([] if more is None else [more]), axis=1)
        return g.clip(g.dense(seen_by_mix, f"{name}_mix", self.mix), 0, INT8_MAX), state
