"""A dense layer in integers: what `quantise_weight` and `round_clip` become when a student is exported.

Stands between the training forms, whose weights are real numbers, and the exact step forms and graphs,
which hold only these integers (docs/MODEL.md, section 4). Inputs are int8-valued in steps of 1/32
everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from .errors import TrainerError
from .quantise import ACTIVATION_STEP, channel_steps, integer_bias, integer_weight

IntArray = npt.NDArray[np.int64]


def dot(x: IntArray, y: IntArray) -> IntArray:
    """Matrix product of integers; exact in double, because every sum is below 2^24."""
    # PyTorch rather than NumPy: its threads are those that --threads allows
    product = torch.from_numpy(x).double() @ torch.from_numpy(y).double()
    result: IntArray = product.long().numpy()
    return result


def rescale(x: IntArray, shift: int | IntArray) -> IntArray:
    """floor(x · 2^-shift + ½), the contract's only way of making numbers smaller; shift >= 1."""
    halves: IntArray = np.left_shift(1, np.asarray(shift) - 1)
    return (x + halves) >> shift


@dataclass(frozen=True)
class IntegerLayer:
    """floor((W·x + bias) · 2^-shift + ½): weight [out, in] of int8 values, bias [out], shift >= 1 [out]."""

    weight: IntArray
    bias: IntArray
    shift: IntArray

    @staticmethod
    def from_float(weight: Tensor, bias: Tensor, output_step: float) -> IntegerLayer:
        """Inputs are in steps of 1/32; outputs in `output_step` (a power of two).

        Raises TrainerError for weights that are not finite or too large for that step: `clip_parameters`
        keeps them below.
        """
        if not bool(torch.isfinite(weight).all() and torch.isfinite(bias).all()):
            raise TrainerError("a weight is not a finite number; go back to an earlier checkpoint")
        steps = channel_steps(weight, bias)
        shift = torch.log2(output_step / (steps.squeeze(1).double() * ACTIVATION_STEP)).round().long()
        if int(shift.min()) < 1:
            largest = float(weight.detach().abs().max())
            raise TrainerError(
                f"a weight of {largest:.3g} is too large for outputs in steps of {output_step:g}; "
                "train on with clipped weights or lower --learning-rate"
            )
        return IntegerLayer(
            integer_weight(weight, steps).long().cpu().numpy(),
            integer_bias(bias, steps).long().cpu().numpy(),
            shift.cpu().numpy(),
        )

    def __call__(self, x: IntArray) -> IntArray:
        """[..., in] -> [..., out]"""
        return rescale(dot(x, self.weight.T) + self.bias, self.shift)
