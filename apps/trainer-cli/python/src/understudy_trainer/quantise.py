"""Fake quantisation with straight-through gradients: the training-time side of the numeric contract.

Activations are int8 in steps of 1/32 (gates 1/256, candidates 1/128), weights int8 with one power-of-two
scale for each output channel, so that the exported graph rescales by shifts alone (docs/MODEL.md, section
4).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from .autograd import differentiable

INT8_MAX = 127
ACTIVATION_STEP = 1 / 32
ACTIVATION_LIMIT = INT8_MAX * ACTIVATION_STEP
# with at most 640 inputs a dot product stays below 2^24 whatever its int8 weights: 640·127·127 + 2^22 +
# rounding
BIAS_LIMIT = 2**22


class _RoundClip(torch.autograd.Function):
    """Rounds to multiples of `step` and clips; a clipped value still gets gradients that push it back."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, step: float, low: float, high: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.limits = (low, high)
        return x.mul(1 / step).add_(0.5).floor_().mul_(step).clamp_(low, high)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None, None]:
        (x,) = ctx.saved_tensors
        low, high = ctx.limits
        (grad,) = grads
        # descent moves x by -grad: at the upper clip only grad > 0 leads back, at the lower one only grad < 0
        outside = x - x.clamp(low, high)
        return grad.masked_fill(outside.mul_(grad) < 0, 0), None, None, None


def round_clip(x: Tensor, step: float, low: float, high: float) -> Tensor:
    """`x` rounded half up to multiples of `step` (a power of two) within [low, high], same shape and type."""
    return differentiable(_RoundClip, x, step, low, high)


class _StraightThrough(torch.autograd.Function):
    """Takes the place of `ideal` on the way forward and is not there on the way back."""

    @staticmethod
    def forward(ctx: Any, ideal: Tensor, actual: Tensor) -> Tensor:
        return actual.view_as(actual)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        return grads[0], None


def straight_through(ideal: Tensor, actual: Tensor) -> Tensor:
    """Exactly the value of `actual`, with the gradient of `ideal`; same shapes."""
    return differentiable(_StraightThrough, ideal, actual)


def channel_steps(weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Power-of-two step [out, 1] of each channel of `weight` [out, in] that keeps |w| / step within 127.

    With `bias` [out] the step is also large enough for the bias to stay below 2^22 in the unit of the sums
    (step / 32); that matters only for channels whose weights have all but vanished.
    """
    largest = weight.detach().float().abs().amax(dim=1, keepdim=True).clamp_min(2.0**-14)
    steps = torch.exp2(torch.ceil(torch.log2(largest / INT8_MAX)))
    if bias is None:
        return steps
    needed = bias.detach().float().abs().unsqueeze(1).clamp_min(2.0**-30) / (BIAS_LIMIT * ACTIVATION_STEP)
    return torch.maximum(steps, torch.exp2(torch.ceil(torch.log2(needed))))


def quantise_weight(weight: Tensor, steps: Tensor | None = None) -> Tensor:
    """`weight` [out, in] on the int8 grid of its channels, gradients straight through."""
    steps = channel_steps(weight) if steps is None else steps
    return straight_through(weight, integer_weight(weight, steps) * steps)


def quantise_bias(bias: Tensor, steps: Tensor) -> Tensor:
    """`bias` [out] on the grid of its channel's sums (step / 32), gradients straight through."""
    return straight_through(bias, integer_bias(bias, steps).mul(steps.squeeze(1) * ACTIVATION_STEP).float())


def integer_weight(weight: Tensor, steps: Tensor) -> Tensor:
    """int8-valued weights [out, in] in the steps [out, 1] of their channels."""
    return (weight.detach() / steps).round_().clamp_(-INT8_MAX, INT8_MAX)


def integer_bias(bias: Tensor, steps: Tensor) -> Tensor:
    """Integer biases [out] in the unit of the channels' sums, which is step / 32."""
    return (bias.detach().double() / (steps.squeeze(1).double() * ACTIVATION_STEP)).round()


def largest_weight(output_step: float) -> float:
    """The largest weight with which a layer whose outputs are in `output_step` still rescales by a shift of
    at least 1.
    """
    return INT8_MAX * output_step / (2 * ACTIVATION_STEP)
