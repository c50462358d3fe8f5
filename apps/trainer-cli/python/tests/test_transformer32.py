"""transformer32: integer stand-ins for normalisation and softmax; the training form equals the integers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from conftest import sentences

from understudy_trainer.architectures import create
from understudy_trainer.architectures import transformer32_forms as forms
from understudy_trainer.architectures.transformer32 import Transformer32, _AttentionWeights, _normalise
from understudy_trainer.architectures.transformer32_integer import IntegerTransformer32
from understudy_trainer.contexts import LOOK_BACK
from understudy_trainer.normalisation import code_length_bits
from understudy_trainer.validation import bits_per_byte
from understudy_trainer.vectors import tiny_student


def student() -> Transformer32:
    model = tiny_student("transformer32")
    assert isinstance(model, Transformer32)
    return model


def windows(rows: int) -> torch.Tensor:
    text = np.frombuffer(sentences(rows + 32), dtype=np.uint8)
    return torch.from_numpy(np.lib.stride_tricks.sliding_window_view(text, 32)[:rows].astype(np.int64))


def test_every_product_with_a_table_stays_below_24_bits() -> None:
    assert forms.RESIDUAL_MAX * forms.NORM_GAINS.max() + 2 ** (forms.NORM_SHIFT - 1) < 2**24
    mixed = forms.WINDOW * 127 * 127 // 2**forms.SUM_SHIFT + 1
    assert mixed * forms.SHARES.max() + 2 ** (forms.SHARE_SHIFT - 1) < 2**24
    for width in (32, 128):
        shift = forms.mean_shift(width)
        assert (width * forms.RESIDUAL_MAX + 2 ** (shift - 1)) >> shift == forms.NORM_MEAN_MAX


@pytest.mark.parametrize("scale", [0.7, 1.0, 8.0])
def test_normalisation_brings_a_layer_to_its_target_magnitude(scale: float) -> None:
    torch.manual_seed(3)
    x = (torch.randn(4, 32, 128) * scale * 1024).round().clamp(-32767, 32767) / 1024
    y = _normalise(x)
    assert (y.abs().mean(dim=-1) - forms.NORM_TARGET).abs().max() < 0.04 * forms.NORM_TARGET


def test_normalisation_has_the_gradient_of_its_ideal() -> None:
    torch.manual_seed(4)
    x = ((torch.randn(1, 2, 32) * 1024).round() / 1024).requires_grad_()
    ideal_x = x.detach().clone().requires_grad_()
    weight = torch.randn(1, 2, 32)
    (_normalise(x) * weight).sum().backward()  # type: ignore[no-untyped-call]
    mean = ideal_x.abs().mean(dim=-1, keepdim=True)
    (ideal_x * forms.NORM_TARGET / mean * weight).sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None and ideal_x.grad is not None
    assert torch.allclose(x.grad, ideal_x.grad, rtol=0.02, atol=0.01)


def test_attention_weights_fall_by_half_for_each_octave_and_pull_scores_apart() -> None:
    # 4 units of the real score are one octave
    scores = torch.tensor([[8.0, 4.0, 0.0, -60.0]], requires_grad=True)
    weights = _AttentionWeights.apply(scores)  # type: ignore[no-untyped-call]
    assert weights.tolist() == [[127.0, 64.0, 32.0, 0.0]]
    weights.sum().backward()
    assert scores.grad is not None
    assert torch.allclose(scores.grad, weights.detach() * np.log(2) / 4)
    distances = torch.arange(forms.DISTANCE_MAX + 1) / 4
    table = _AttentionWeights.apply(-distances[None])  # type: ignore[no-untyped-call]
    assert table[0].long().tolist() == forms.ATTENTION_WEIGHTS.tolist()


def test_the_float32_training_form_gives_the_integers_exactly() -> None:
    model = student()
    window = windows(64)
    with torch.no_grad():
        trained = torch.floor(model(window) * 32 + 0.5).long().numpy()
    integers = IntegerTransformer32(model)
    shipped, _ = integers.step(window.numpy().astype(np.int32), integers.start(64))
    assert np.array_equal(trained, shipped) and shipped.std() > 10


def test_every_weight_gets_a_gradient() -> None:
    model = student()
    model(windows(8))[:, 65].sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.abs().max() > 0, name


def test_weights_are_kept_within_what_the_export_can_say() -> None:
    model = student()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1e3)
    model.clip_parameters()
    IntegerTransformer32(model)


def test_windows_hold_the_32_bytes_before_each_position() -> None:
    text = np.arange(LOOK_BACK + 40, dtype=np.uint8)[None]
    inputs = IntegerTransformer32(student()).inputs(text)
    assert inputs.shape == (1, 40, 32)
    assert inputs[0, 0].tolist() == list(range(32)) and inputs[0, 39].tolist() == list(range(39, 71))


def test_validation_without_state_equals_coding_byte_after_byte() -> None:
    model = IntegerTransformer32(student())
    data = np.frombuffer(sentences(300), dtype=np.uint8)
    padded = np.concatenate([np.zeros(32, dtype=np.uint8), data])[None]
    bits = 0.0
    for t, window in enumerate(model.inputs(padded)[0]):
        logits, _ = model.step(window[None], model.start(1))
        bits += code_length_bits(logits, data[None, t].astype(np.int64))
    assert abs(bits_per_byte(model, data) - bits / 300) < 1e-9


def test_the_full_size_is_the_reference_design() -> None:
    model = create("transformer32", "full")
    assert 39_000_000 < model.mac_per_byte() < 40_000_000
    assert 1_200_000 < sum(p.numel() for p in model.parameters()) < 1_300_000
