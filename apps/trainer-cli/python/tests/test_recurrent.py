"""Recurrent students: hand-written gradients, how far the training form is from the integers that are
shipped, and growing a deep one from a swift one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import sentences

from understudy_trainer.architectures import create
from understudy_trainer.architectures.embedding import GainRows, look_up
from understudy_trainer.architectures.gains import gained, integer_gained
from understudy_trainer.architectures.recurrent import IntegerRecurrent, RecurrentStudent
from understudy_trainer.architectures.scan import GatedScan
from understudy_trainer.autograd import differentiable
from understudy_trainer.checkpoint import load_checkpoint
from understudy_trainer.config import TrainConfig
from understudy_trainer.contexts import LOOK_BACK
from understudy_trainer.errors import TrainerError
from understudy_trainer.loss import mixed_cross_entropy
from understudy_trainer.training import train
from understudy_trainer.validation import bits_per_byte


def recurrent(architecture: str) -> RecurrentStudent:
    """A fresh tiny student."""
    student = create(architecture, "tiny")
    assert isinstance(student, RecurrentStudent)
    return student


@pytest.mark.parametrize("steps", [1, 2, 7, 8, 192])
@pytest.mark.parametrize("in_rounds", [False, True])
def test_the_scan_and_its_gradient_equal_autograd_of_the_recurrence(steps: int, in_rounds: bool) -> None:
    torch.manual_seed(8)
    shape = (steps, 3, 4)
    z, c = torch.rand(shape, dtype=torch.float64), torch.randn(shape, dtype=torch.float64)
    start, weight = torch.randn(3, 4, dtype=torch.float64), torch.randn(shape, dtype=torch.float64)
    grads = []
    for plain in (True, False):
        zz, cc = z.clone().requires_grad_(), c.clone().requires_grad_()
        if plain:
            h, each = start, []
            for t in range(steps):
                h = h + zz[t] * (cc[t] - h)
                each.append(h)
            result = torch.stack(each)
        else:
            result = differentiable(GatedScan, zz, cc, start, in_rounds)
        torch.autograd.backward((result * weight).sum())
        grads.append((result.detach(), zz.grad, cc.grad))
    for a, b in zip(*grads, strict=True):
        assert torch.allclose(a, b, rtol=1e-12, atol=1e-12)


# two rows of embeddings, then two contexts' gains of two rows each, of a table of 4 + 4 rows
GAINS = GainRows(column=2, row=4, group=2, row_dim=4)


def test_what_is_looked_up_is_eighths_of_four_bits_and_collects_its_gradients() -> None:
    table = torch.randn(8, 4).mul_(3).requires_grad_()
    rows = torch.tensor([[[1, 3, 4, 5, 6, 7], [1, 1, 6, 7, 6, 7]]])
    buffer = torch.full((8, 4), 9.0)  # what an earlier step left there does not count
    e, gain = look_up(table, rows, torch.float32, buffer, GAINS)
    assert e.shape == (1, 2, 8) and e.min() >= -1 and e.max() <= 0.875
    assert torch.equal(e * 8, (e * 8).round())
    rounded = (table.detach() * 8 + 0.5).floor().clamp(-8, 7) / 8
    wide = rounded[4:].reshape(2, 8)
    assert torch.equal(gain[0], torch.stack([wide[0] + wide[1], wide[1] * 2]))
    torch.autograd.backward(e.sum() + 2 * gain.sum())
    assert table.grad is not None
    assert table.grad.sum(dim=1).tolist() == [0, 12, 0, 4, 8, 8, 24, 24]


def test_tables_may_be_looked_up_unrounded() -> None:
    table = torch.randn(8, 4)
    rows = torch.tensor([[[1, 3, 4, 5, 6, 7]]])
    e, gain = look_up(table, rows, torch.float32, torch.zeros(8, 4), GAINS, rounded=False)
    assert torch.equal(e[0, 0], torch.cat([table[1], table[3]]))
    assert torch.equal(gain[0, 0], (table[4:6] + table[6:]).reshape(8))


def test_gains_of_the_training_form_are_those_of_the_integers() -> None:
    rng = np.random.default_rng(4)
    y, values = rng.integers(0, 128, (5, 12)), rng.integers(-8, 8, (5, 3 * 8))
    summed = torch.from_numpy(values.reshape(5, 3, 8).sum(axis=1) / 8).float()
    trained = gained(torch.from_numpy(y / 32).float()[None], summed[None], torch.float32)[0] * 32
    assert trained.numpy().astype(int).tolist() == integer_gained(y, values, 8).tolist()
    assert integer_gained(y, values, 8).min() < 0, "a gain may turn a channel around"


@pytest.mark.parametrize("architecture", ["swift", "deep"])
def test_weights_and_table_are_kept_within_what_the_export_can_say(architecture: str) -> None:
    model = recurrent(architecture)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1e4)
    model.clip_parameters()
    integers = IntegerRecurrent(model)
    assert integers.table.min() == -8 and integers.table.max() == 7


@pytest.mark.parametrize("architecture", ["swift", "deep"])
def test_the_training_form_predicts_the_integer_forms_bits_within_one_percent(
    architecture: str, config: Callable[..., TrainConfig]
) -> None:
    options = config(
        arch=architecture,
        steps=300,
        lanes=16,
        window=64,
        longest_run=2048,
        checkpoint_every=300,
        log_every=100,
    )
    train(options)
    model = recurrent(architecture)
    model.load_state_dict(load_checkpoint(Path(options.out))["model"])
    data = np.frombuffer(sentences(4096, seed=9), dtype=np.uint8)
    padded = np.concatenate([np.zeros(LOOK_BACK, dtype=np.uint8), data])[None]
    rows = torch.from_numpy(np.ascontiguousarray(model.front.rows(padded).transpose(1, 0, 2)))
    with torch.no_grad():
        logits, _ = model(rows, torch.zeros(1, model.state_width))
    trained = mixed_cross_entropy(logits, torch.from_numpy(data.astype(np.int64))[:, None], None, 0.0).item()
    shipped = bits_per_byte(IntegerRecurrent(model), data)
    print(f"training form {trained:.4f}, integer form {shipped:.4f} bits/byte")
    assert shipped < 3.5, "300 steps must have taught it something"
    assert abs(shipped / trained - 1) < 0.01, (
        f"training form {trained:.4f}, integer form {shipped:.4f} bits/byte"
    )


def test_a_deep_student_grows_from_a_swift_one_without_losing_what_it_knew(
    config: Callable[..., TrainConfig], tmp_path: Path
) -> None:
    options = config(steps=300, lanes=16, window=64, longest_run=2048, checkpoint_every=300, log_every=100)
    train(options)
    swift, deep = recurrent("swift"), recurrent("deep")
    swift.load_state_dict(load_checkpoint(Path(options.out))["model"])
    deep.grow_from(swift)
    data = np.frombuffer(sentences(2048, seed=9), dtype=np.uint8)
    before, after = (bits_per_byte(IntegerRecurrent(student), data) for student in (swift, deep))
    assert before < 3.5, "300 steps must have taught it something"
    assert after == before
    # the same over the command line's way, which then learns on
    grown = config(
        arch="deep",
        init=options.out,
        out=str(tmp_path / "deep"),
        steps=40,
        lanes=16,
        window=64,
        longest_run=2048,
    )
    train(grown)
    deep.load_state_dict(load_checkpoint(Path(grown.out))["model"])
    assert bits_per_byte(IntegerRecurrent(deep), data) < before * 1.02


def test_a_deep_student_refuses_to_grow_from_one_that_does_not_fit() -> None:
    with pytest.raises(TrainerError, match="cannot grow from it; use a run of swift"):
        recurrent("deep").grow_from(recurrent("deep"))
    with pytest.raises(TrainerError, match="a run of deep cannot start one of transformer32"):
        create("transformer32", "tiny").grow_from(recurrent("deep"))
