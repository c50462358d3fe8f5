"""The hand-written loss against autograd of the plain formula."""

from __future__ import annotations

import math

import pytest
import torch

from understudy_trainer.loss import mixed_cross_entropy


@pytest.mark.parametrize("traced", [0, 2, 5])
@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_value_and_gradient_equal_those_of_the_plain_formula(traced: int, alpha: float) -> None:
    torch.manual_seed(7)
    steps, lanes = 3, 5
    logits = (torch.randn(steps, lanes, 256) * 3).requires_grad_()
    symbols = torch.randint(0, 256, (steps, lanes))
    teacher = torch.softmax(torch.randn(steps, traced, 256) * 2, dim=-1) if traced else None

    plain_logits = logits.detach().clone().requires_grad_()
    target = torch.nn.functional.one_hot(symbols, 256).float()
    if teacher is not None:
        target[:, lanes - traced :] = alpha * teacher + (1 - alpha) * target[:, lanes - traced :]
    log_p = torch.log_softmax(plain_logits * math.log(2), dim=-1)
    plain = -(target * log_p).sum() / (steps * lanes * math.log(2))

    value = mixed_cross_entropy(logits, symbols, teacher, alpha)
    assert torch.allclose(value, plain, rtol=1e-5)
    (value * 2).backward()  # type: ignore[no-untyped-call]
    (plain * 2).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None and plain_logits.grad is not None
    assert torch.allclose(logits.grad, plain_logits.grad, atol=1e-6)


def test_even_logits_cost_eight_bits() -> None:
    assert (
        mixed_cross_entropy(torch.zeros(2, 3, 256), torch.zeros(2, 3, dtype=torch.int64), None, 0.5).item()
        == 8.0
    )
