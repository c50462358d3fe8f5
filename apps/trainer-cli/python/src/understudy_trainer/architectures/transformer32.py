"""`transformer32`, the reference design: a transformer encoder over the last 32 bytes, computed afresh for
every byte. About 39 M MAC.

    x      = byte embedding + position embedding                         residual stream, steps of 1/1024
    x      = x + Wo·attention(normalised x);  x = x + W2·relu(W1·normalised x)      six times
    c      = sum over positions of mixer ⊙ normalised x                  the learned context mixer
    logits = Wl·c + bl                                                   steps of 1/32 of a factor of two

Normalisation and attention are integer forms from the start (`transformer32_forms`), so in float32 this
training form gives the exported graph's integers exactly, up to the last rounding of the logits. Letters: B
rows, 32 positions, D width, H heads of 16.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ..autograd import differentiable
from ..config import TrainConfig
from ..quantise import (
    ACTIVATION_LIMIT,
    ACTIVATION_STEP,
    INT8_MAX,
    channel_steps,
    largest_weight,
    quantise_bias,
    quantise_weight,
    round_clip,
    straight_through,
)
from ..student import Student
from . import transformer32_forms as forms

LOGIT_STEP = 1 / 32
LOGIT_LIMIT = 2047
_UNBOUNDED = math.inf
_RESIDUAL_LIMIT = forms.RESIDUAL_MAX * forms.RESIDUAL_STEP
_OCTAVES_PER_SCORE = 2.0**-forms.SCORE_SHIFT / (ACTIVATION_STEP**2 * forms.DISTANCE_STEPS_PER_OCTAVE)


@dataclass(frozen=True)
class Transformer32Config:
    """Widths; the defaults are the reference design. `width` is a power of two and 16 times `heads`."""

    width: int = 128
    layers: int = 6
    heads: int = 8
    feed_forward: int = 512


TINY = Transformer32Config(width=32, layers=2, heads=2, feed_forward=64)


class _AttentionWeights(torch.autograd.Function):
    """Scores [..., 32] to integer weights 0…127, the largest score's being 127; the maximum itself gets no
    gradient, because dividing by the sum of the weights takes it out again.
    """

    @staticmethod
    def forward(ctx: Any, scores: Tensor) -> Tensor:
        per_octave = forms.DISTANCE_STEPS_PER_OCTAVE
        distance = (scores.amax(dim=-1, keepdim=True) - scores).mul_(_OCTAVES_PER_SCORE * per_octave)
        distance.add_(0.5).floor_().clamp_max_(forms.DISTANCE_MAX)
        weights = distance.mul_(-1 / per_octave).exp2_().mul_(INT8_MAX).add_(0.5).floor_()
        ctx.save_for_backward(weights)
        return weights

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        (weights,) = ctx.saved_tensors
        slope: Tensor = weights * (math.log(2) * _OCTAVES_PER_SCORE)
        return grads[0] * slope


class Linear(nn.Module):
    """Int8 weights, one scale a channel; inputs in steps of 1/32, outputs not yet rounded."""

    def __init__(self, inputs: int, outputs: int, output_step: float, spread: float = 1.0) -> None:
        super().__init__()
        self.output_step = output_step
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * spread / inputs**0.5)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor, dtype: torch.dtype) -> Tensor:
        """[..., inputs] -> float32 [..., outputs]"""
        steps = channel_steps(self.weight, self.bias)
        weight = quantise_weight(self.weight, steps)
        product = nn.functional.linear(x.to(dtype), weight.to(dtype)).float()
        return product + quantise_bias(self.bias, steps)


class Block(nn.Module):
    """One encoder layer, normalisation first."""

    def __init__(self, config: Transformer32Config) -> None:
        super().__init__()
        width = config.width
        self.heads = config.heads
        calm = config.layers**-0.5
        self.attention_in = Linear(width, 3 * width, ACTIVATION_STEP)
        self.attention_out = Linear(width, width, forms.RESIDUAL_STEP, calm)
        self.hidden = Linear(width, config.feed_forward, ACTIVATION_STEP)
        self.hidden_out = Linear(config.feed_forward, width, forms.RESIDUAL_STEP, calm)

    def forward(self, x: Tensor, dtype: torch.dtype) -> Tensor:
        """Residual stream [B, 32, D] -> the same after attention and the two dense layers."""
        x = _add(x, self.attention_out(self._attend(_normalise(x), dtype), dtype))
        hidden = round_clip(self.hidden(_normalise(x), dtype), ACTIVATION_STEP, 0.0, ACTIVATION_LIMIT)
        return _add(x, self.hidden_out(hidden, dtype))

    def _attend(self, y: Tensor, dtype: torch.dtype) -> Tensor:
        """[B, 32, D] -> [B, 32, D]: every position looks at all 32."""
        rows, positions, width = y.shape
        heads = _to_int8(self.attention_in(y, dtype)).to(dtype)
        heads = heads.reshape(rows, positions, 3 * self.heads, forms.HEAD_WIDTH).transpose(1, 2)
        query, key, value = torch.chunk(heads, 3, dim=1)
        weights = differentiable(_AttentionWeights, (query @ key.transpose(2, 3)).float())
        mixed = (weights.to(dtype) @ value).float()
        mixed = round_clip(mixed, ACTIVATION_STEP * 2**forms.SUM_SHIFT, -_UNBOUNDED, _UNBOUNDED)
        mixed = _to_int8(mixed * _shares(weights.sum(dim=-1, keepdim=True)))
        return mixed.transpose(1, 2).reshape(rows, positions, width)


class Transformer32(Student):
    """Training form; `IntegerTransformer32` is the exact one."""

    architecture = "transformer32"
    validation_bytes = 1024

    def __init__(self, config: Transformer32Config | None = None) -> None:
        super().__init__()
        self.config = config or Transformer32Config()
        width = self.config.width
        assert width == self.config.heads * forms.HEAD_WIDTH and width & (width - 1) == 0
        self.byte_embedding = nn.Parameter(torch.randn(256, width) * 0.8)
        self.position_embedding = nn.Parameter(torch.randn(forms.WINDOW, width) * 0.4)
        self.blocks = nn.ModuleList(Block(self.config) for _ in range(self.config.layers))
        # the byte before speaks first; the others join in as far as they help
        mixer = torch.full((width, forms.WINDOW), 0.05)
        mixer[:, -1] = 1.0
        self.mixer = nn.Parameter(mixer)
        self.logits = Linear(width, 256, LOGIT_STEP, 0.5)

    def forward(self, window: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """window int64 [B, 32], oldest byte first -> logits [B, 256] in factors of two."""
        x = nn.functional.embedding(window, _to_int8(self.byte_embedding)) + _to_int8(self.position_embedding)
        for block in self.blocks:
            x = block(x, dtype)
        mixed = (_normalise(x) * quantise_weight(self.mixer).T).sum(dim=1)
        logits: Tensor = self.logits(_to_int8(mixed), dtype)
        return logits

    @torch.no_grad()
    def clip_parameters(self) -> None:
        """Keeps embeddings within int8 and weights within what shifts of at least 1 can rescale."""
        self.byte_embedding.clamp_(-ACTIVATION_LIMIT, ACTIVATION_LIMIT)
        self.position_embedding.clamp_(-ACTIVATION_LIMIT, ACTIVATION_LIMIT)
        self.mixer.clamp_(-largest_weight(ACTIVATION_STEP), largest_weight(ACTIVATION_STEP))
        for module in self.modules():
            if isinstance(module, Linear):
                limit = largest_weight(module.output_step)
                module.weight.clamp_(-limit, limit)

    def bytes_per_step(self, config: TrainConfig) -> int:
        """One byte a row: only the byte after the window is learned."""
        return config.lanes

    def mac_per_byte(self) -> int:
        """All 32 positions of the window are computed for one byte."""
        config = self.config
        dense = 4 * config.width**2 + 2 * config.width * config.feed_forward
        attention = 2 * forms.WINDOW * config.width
        read_out = forms.WINDOW * config.width + 256 * config.width
        return forms.WINDOW * config.layers * (dense + attention) + read_out


def _to_int8(x: Tensor) -> Tensor:
    return round_clip(x, ACTIVATION_STEP, -ACTIVATION_LIMIT, ACTIVATION_LIMIT)


def _add(x: Tensor, branch: Tensor) -> Tensor:
    """The branch is rounded before it joins the residual stream: the sum would not fit float32 otherwise."""
    branch = round_clip(branch, forms.RESIDUAL_STEP, -_UNBOUNDED, _UNBOUNDED)
    return round_clip(x + branch, forms.RESIDUAL_STEP, -_RESIDUAL_LIMIT, _RESIDUAL_LIMIT)


def _normalise(x: Tensor) -> Tensor:
    """x [B, 32, D] of the residual stream to int8 with a mean magnitude of 24 steps, as far as the gain's
    limit allows.
    """
    mean = x.abs().mean(dim=-1, keepdim=True)
    # residual steps to activation steps: 2^-13 · 1024 / 32
    unit = 2.0**-forms.NORM_SHIFT * ACTIVATION_STEP / forms.RESIDUAL_STEP
    index = (mean.detach() / forms.NORM_MEAN_STEP + 0.5).floor_().long()
    gain = _table(forms.NORM_GAINS, x)[index] * unit
    ideal = (forms.NORM_TARGET / mean.clamp_min(1e-6)).clamp_max(forms.MULTIPLIER_MAX * unit)
    return _to_int8(x * straight_through(ideal, gain))


def _shares(total: Tensor) -> Tensor:
    """1 / total for sums of attention weights, as the table gives it."""
    share = _table(forms.SHARES, total)[total.detach().long()] * 2.0 ** -(forms.SUM_SHIFT + forms.SHARE_SHIFT)
    return straight_through(1 / total, share)


def _table(values: forms.IntArray, like: Tensor) -> Tensor:
    return torch.from_numpy(values).to(device=like.device, dtype=torch.float32)
