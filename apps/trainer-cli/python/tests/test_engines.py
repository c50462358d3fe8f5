"""One function everywhere: the graph in ONNX Runtime against the step form, and what is shipped with it."""

from __future__ import annotations

import hashlib
import struct

import numpy as np
import pytest
from conftest import REPOSITORY, sentences

from understudy_trainer.architectures import ARCHITECTURES, build_graph, integer_form
from understudy_trainer.export import compare_with_runtime, export_student, model_metadata
from understudy_trainer.parity import parity_vectors, sample_bytes
from understudy_trainer.vectors import TINY_MODELS, tiny_student


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("lanes", [1, 64])
def test_onnx_runtime_gives_the_step_forms_integers(architecture: str, lanes: int) -> None:
    integers = integer_form(tiny_student(architecture))
    model = build_graph(integers, {})
    noise = np.random.default_rng(lanes).integers(0, 256, lanes * 24 // 2, dtype=np.uint8).tobytes()
    text = np.frombuffer(sentences(lanes * 24 - len(noise)) + noise, dtype=np.uint8).reshape(lanes, 24)
    compare_with_runtime(model.SerializeToString(), model_metadata(model), integers, text)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_export_is_the_same_to_the_byte_as_the_one_in_the_repository(architecture: str) -> None:
    folder = REPOSITORY / "tests" / "models" / TINY_MODELS[architecture]
    model, parity = export_student(tiny_student(architecture))
    assert (
        hashlib.sha256(model).hexdigest()
        == hashlib.sha256((folder / "student.onnx").read_bytes()).hexdigest()
    )
    assert parity == (folder / "parity.bin").read_bytes()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_models_own_bytes_do_not_depend_on_the_lanes_beside_it(architecture: str) -> None:
    integers = integer_form(tiny_student(architecture))
    text = sample_bytes()[:, :8]
    together, alone = parity_vectors(integers, text), parity_vectors(integers, text[2:3])
    all_logits = np.frombuffer(together, dtype="<i2", count=8 * 4 * 256, offset=20 + text.size)
    own_logits = np.frombuffer(alone, dtype="<i2", count=8 * 256, offset=20 + 8)
    assert np.array_equal(all_logits.reshape(8, 4, 256)[:, 2], own_logits.reshape(8, 256))


@pytest.mark.parametrize(("architecture", "state_width"), [("swift", 32), ("deep", 80), ("transformer32", 0)])
def test_parity_vectors_have_the_documented_layout(architecture: str, state_width: int) -> None:
    integers = integer_form(tiny_student(architecture))
    text = sample_bytes()
    stored = parity_vectors(integers, text)
    magic, version, lanes, steps, width = struct.unpack_from("<4s4I", stored)
    assert (magic, version, lanes, steps, width) == (b"UPAR", 1, 4, 64, state_width)
    assert len(stored) == 20 + steps * lanes + 2 * steps * lanes * 256 + 4 * lanes * width
    assert stored[20 : 20 + lanes] == bytes(text[:, 0])
    # replayed by hand: the last step's logits and the state after it
    padded = np.concatenate([np.zeros((lanes, 32), dtype=np.uint8), text], axis=1)
    inputs, state = integers.inputs(padded), integers.start(lanes)
    for t in range(steps):
        logits, state = integers.step(inputs[:, t], state)
    at = 20 + steps * lanes
    stored_logits = np.frombuffer(stored, "<i2", steps * lanes * 256, at).reshape(steps, lanes, 256)
    assert np.array_equal(stored_logits[-1], logits)
    tail = np.frombuffer(stored, "<i4", lanes * width, at + stored_logits.nbytes)
    assert np.array_equal(tail.reshape(lanes, width), state)
