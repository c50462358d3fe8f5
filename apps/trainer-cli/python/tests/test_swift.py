"""swift: its hand-written gradients, and how far the training form is from the integers that are shipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from conftest import sentences

from understudy_trainer.architectures.swift import TINY, IntegerSwift, Swift, _GatedScan, _GatherRows
from understudy_trainer.checkpoint import load_checkpoint
from understudy_trainer.config import TrainConfig
from understudy_trainer.contexts import LOOK_BACK
from understudy_trainer.loss import mixed_cross_entropy
from understudy_trainer.training import train
from understudy_trainer.validation import bits_per_byte


def test_the_scans_gradient_equals_autograd_of_the_recurrence() -> None:
    torch.manual_seed(8)
    z, c = torch.rand(7, 3, 4, dtype=torch.float64), torch.randn(7, 3, 4, dtype=torch.float64)
    start, weight = torch.randn(3, 4, dtype=torch.float64), torch.randn(7, 3, 4, dtype=torch.float64)
    grads = []
    for plain in (True, False):
        zz, cc = z.clone().requires_grad_(), c.clone().requires_grad_()
        if plain:
            h, steps = start, []
            for t in range(7):
                h = h + zz[t] * (cc[t] - h)
                steps.append(h)
            result = torch.stack(steps)
        else:
            result = _GatedScan.apply(zz, cc, start)  # type: ignore[no-untyped-call]
        (result * weight).sum().backward()  # type: ignore[no-untyped-call]
        grads.append((result.detach(), zz.grad, cc.grad))
    for a, b in zip(*grads, strict=True):
        assert torch.allclose(a, b, rtol=1e-12)


def test_gathered_rows_are_int8_steps_and_collect_their_gradients() -> None:
    table = torch.randn(6, 4).mul_(3).requires_grad_()
    rows = torch.tensor([[[1, 5], [1, 1]]])
    picked = _GatherRows.apply(table, rows, torch.float32)  # type: ignore[no-untyped-call]
    assert picked.shape == (1, 2, 8) and picked.abs().max() <= 127 / 32
    assert torch.equal(picked * 32, (picked * 32).round())
    picked.sum().backward()
    assert table.grad is not None
    assert table.grad.sum(dim=1).tolist() == [0, 12, 0, 0, 0, 4]


def test_weights_and_table_are_kept_within_what_the_export_can_say() -> None:
    model = Swift(TINY)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1e4)
    model.clip_parameters()
    IntegerSwift(model)
    assert model.table.abs().max() <= 127 / 32


def test_the_training_form_predicts_the_integer_forms_bits_within_one_percent(
    config: Callable[..., TrainConfig],
) -> None:
    options = config(steps=300, lanes=16, window=64, longest_run=2048, checkpoint_every=300, log_every=100)
    train(options)
    model = Swift(TINY)
    model.load_state_dict(load_checkpoint(Path(options.out))["model"])
    data = np.frombuffer(sentences(4096, seed=9), dtype=np.uint8)
    padded = np.concatenate([np.zeros(LOOK_BACK, dtype=np.uint8), data])[None]
    rows = torch.from_numpy(np.ascontiguousarray(model.front.rows(padded).transpose(1, 0, 2)))
    with torch.no_grad():
        logits, _ = model(rows, torch.zeros(1, model.state_width))
    trained = mixed_cross_entropy(logits, torch.from_numpy(data.astype(np.int64))[:, None], None, 0.0).item()
    shipped = bits_per_byte(IntegerSwift(model), data)
    print(f"training form {trained:.4f}, integer form {shipped:.4f} bits/byte")
    assert shipped < 3.5, "300 steps must have taught it something"
    assert abs(shipped / trained - 1) < 0.01, (
        f"training form {trained:.4f}, integer form {shipped:.4f} bits/byte"
    )
