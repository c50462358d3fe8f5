"""Cross-entropy of a student against a mixture of the teacher's distribution and the byte that came.

q = alpha · teacher + (1 - alpha) · byte where a teacher's distribution is known, q = byte elsewhere;
loss = mean over all positions of CE(q, softmax(logits · ln 2)), in bits.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from .autograd import differentiable

LN2 = math.log(2.0)


class _MixedCrossEntropy(torch.autograd.Function):
    """Forward and backward share one softmax: the gradient of CE(q, softmax) is softmax - q."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, symbols: Tensor, teacher: Tensor | None, alpha: float) -> Tensor:
        steps, lanes, _ = logits.shape
        scaled = logits.float() * LN2
        norm = torch.logsumexp(scaled, dim=-1, keepdim=True)
        true_logit = scaled.gather(-1, symbols.unsqueeze(-1))
        hard = (norm - true_logit).squeeze(-1)
        loss = hard.sum()
        traced = teacher.shape[1] if teacher is not None else 0
        if teacher is not None and traced > 0:
            # rows of the teacher sum to 1, so CE(teacher) = norm - sum(teacher · logits)
            expected = torch.einsum("tbs,tbs->tb", teacher, scaled[:, lanes - traced :])
            soft = norm[:, lanes - traced :, 0] - expected
            loss = loss + alpha * (soft - hard[:, lanes - traced :]).sum()
        gradient = scaled.sub_(norm).exp_()
        byte_share = torch.ones(steps, lanes, 1, device=logits.device)
        if teacher is not None and traced > 0:
            byte_share[:, lanes - traced :] = 1 - alpha
            gradient[:, lanes - traced :].add_(teacher, alpha=-alpha)
        gradient.scatter_add_(-1, symbols.unsqueeze(-1), -byte_share)
        positions = steps * lanes
        ctx.save_for_backward(gradient.to(logits.dtype))
        ctx.positions = positions
        return loss / (positions * LN2)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None, None]:
        (gradient,) = ctx.saved_tensors
        # d bits / d logit = (p - q): the factors ln 2 of the scaling and of the unit cancel
        return gradient.mul_(float(grads[0]) / ctx.positions), None, None, None


def mixed_cross_entropy(logits: Tensor, symbols: Tensor, teacher: Tensor | None, alpha: float) -> Tensor:
    """Mean bits per position.

    logits [T, B, 256] in factors of two, symbols int64 [T, B], teacher float32 [T, b, 256] for the last b
    lanes (or None).
    """
    return differentiable(_MixedCrossEntropy, logits, symbols, teacher, alpha)
