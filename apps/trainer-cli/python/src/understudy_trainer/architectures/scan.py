"""The gated linear recurrence over a window: h[t] = h[t-1] + z[t] · (c[t] - h[t-1]), all of it at once.

On a CPU a loop over time is quickest: each step is one pass over memory. On a GPU it would be one small
kernel a byte of the window, so there the steps are combined in pairs, then pairs of pairs: log2 T rounds
over the whole window (Hillis and Steele, "Data parallel algorithms", 1986). Sums are added in another order
then, so the last bits of a training differ between the two; what is exported are integers of the weights.

T steps, B lanes, W channels.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class GatedScan(torch.autograd.Function):
    """z, c [T, B, W], start [B, W], whether to go in rounds -> h [T, B, W]; `start` gets no gradient."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, c: Tensor, start: Tensor, in_rounds: bool) -> Tensor:
        h = _in_rounds(1 - z, z * c, start) if in_rounds else _in_a_loop(z, c, start)
        ctx.save_for_backward(z, c, h, start)
        ctx.in_rounds = in_rounds
        return h

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None, None]:
        z, c, h, start = ctx.saved_tensors
        # the same recurrence from the last step to the first: total[t] = grad[t] + keep[t+1] · total[t+1]
        keep, total = 1 - z, grads[0]
        if ctx.in_rounds:
            following = torch.cat([keep[1:], torch.zeros_like(keep[:1])]).flip(0)
            total = _in_rounds(following, total.flip(0), torch.zeros_like(start)).flip(0)
        else:
            total = total.clone()
            for t in range(z.shape[0] - 2, -1, -1):
                total[t].addcmul_(total[t + 1], keep[t + 1])
        before = torch.cat([start.unsqueeze(0), h[:-1]])
        return total * (c - before), total * z, None, None


def _in_rounds(keep: Tensor, add: Tensor, start: Tensor) -> Tensor:
    """h[t] = keep[t] · h[t-1] + add[t] in log2 T rounds; keep, add [T, B, W], start [B, W] -> [T, B, W]."""
    distance = 1
    while distance < keep.shape[0]:
        add = torch.cat([add[:distance], torch.addcmul(add[distance:], keep[distance:], add[:-distance])])
        keep = torch.cat([keep[:distance], keep[distance:] * keep[:-distance]])
        distance *= 2
    return torch.addcmul(add, keep, start)


def _in_a_loop(z: Tensor, c: Tensor, start: Tensor) -> Tensor:
    h = torch.empty_like(c)
    previous = start
    for t in range(z.shape[0]):
        torch.lerp(previous, c[t], z[t], out=h[t])
        previous = h[t]
    return h
