"""Fake quantisation: values on their grids, gradients that lead back inside."""

from __future__ import annotations

import torch

from understudy_trainer.quantise import (
    ACTIVATION_STEP,
    channel_steps,
    integer_bias,
    integer_weight,
    largest_weight,
    quantise_bias,
    quantise_weight,
    round_clip,
    straight_through,
)


def test_round_clip_rounds_half_up_and_clips() -> None:
    x = torch.tensor([-5.0, -0.76, -0.75, -0.74, 0.24, 0.25, 0.26, 5.0])
    assert round_clip(x, 0.5, -1.0, 1.0).tolist() == [-1.0, -1.0, -0.5, -0.5, 0.0, 0.5, 0.5, 1.0]


def test_round_clip_passes_gradients_except_those_that_push_further_out() -> None:
    for direction, wanted in ((1.0, [0.0, 1.0, 1.0]), (-1.0, [-1.0, -1.0, 0.0])):
        x = torch.tensor([-3.0, 0.3, 3.0], requires_grad=True)
        round_clip(x, 0.25, -1.0, 1.0).backward(torch.full((3,), direction))  # type: ignore[no-untyped-call]
        assert x.grad is not None and x.grad.tolist() == wanted


def test_straight_through_gives_one_value_and_the_other_gradient() -> None:
    x = torch.tensor([0.3, -1.7], requires_grad=True)
    y = straight_through(x * 2, x.detach().round())
    assert y.tolist() == [0.0, -2.0]
    y.sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None and x.grad.tolist() == [2.0, 2.0]


def test_weights_are_integers_of_their_channels_power_of_two() -> None:
    torch.manual_seed(1)
    weight = torch.randn(9, 40) * torch.logspace(-4, 1, 9)[:, None]
    steps = channel_steps(weight)
    assert torch.equal(torch.log2(steps), torch.log2(steps).round())
    integers = integer_weight(weight, steps)
    assert torch.equal(quantise_weight(weight), integers * steps)
    assert integers.abs().max() <= 127 and (integers.abs().amax(dim=1) >= 63).all()
    assert ((weight - integers * steps).abs() <= steps / 2).all()


def test_a_weight_at_its_limit_still_leaves_a_shift_of_one() -> None:
    for step in (1 / 32, 1 / 256, 1 / 1024):
        channel = channel_steps(torch.tensor([[largest_weight(step), 0.0]]))
        assert float(torch.log2(step / (channel * ACTIVATION_STEP))) == 1.0


def test_a_large_bias_on_vanishing_weights_stays_within_22_bits() -> None:
    weight, bias = torch.full((1, 4), 1e-6), torch.tensor([3.0])
    steps = channel_steps(weight, bias)
    assert integer_bias(bias, steps).abs().item() <= 2**22
    assert abs(quantise_bias(bias, steps).item() - 3.0) < 1e-6
    assert integer_bias(bias, channel_steps(weight)).abs().item() > 2**24
