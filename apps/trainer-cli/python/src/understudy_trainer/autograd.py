"""The typed way into our own differentiable functions: torch leaves `Function.apply` without types."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def differentiable(function: type[torch.autograd.Function], *operands: object) -> Tensor:
    """`function.apply(*operands)`, which gives one tensor."""
    result: Tensor = _apply(function, operands)
    return result


def differentiable_pair(function: type[torch.autograd.Function], *operands: object) -> tuple[Tensor, Tensor]:
    """`function.apply(*operands)`, which gives two tensors."""
    results: tuple[Tensor, Tensor] = _apply(function, operands)
    return results


def _apply(function: type[torch.autograd.Function], operands: tuple[object, ...]) -> Any:
    return function.apply(*operands)  # type: ignore[no-untyped-call]
