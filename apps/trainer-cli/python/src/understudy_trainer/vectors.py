"""Writes tests/vectors/*.json and tests/models/tiny-*: what holds Python, TypeScript and C++ to one answer.

tests/models/tiny-swift is older (a table of int8, as in swift-1): no longer written, it stays as it is.

python -m understudy_trainer.vectors REPOSITORY
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch

from .architectures import create
from .architectures.swift import FULL_FRONT, TINY_FRONT
from .contexts import LOOK_BACK
from .export import export_student
from .normalisation import EXP2, frequencies
from .student import Student

_TEXT = (
    "A context's words: CamelCase, ünïcödé, 'quoted' & <tags a=\"1\">; "
    "averyveryverylongwordthatgoesbeyondsixteenletters and-then 1234567890   spaced\n\tout. "
    "Привет мир 世界"
).encode()


TINY_MODELS = {"swift": "tiny-swift-2", "deep": "tiny-deep", "transformer32": "tiny-transformer32"}


def vectors() -> dict[str, object]:
    """Content of each file by name."""
    rng = np.random.default_rng(7)
    text = np.frombuffer(_TEXT + bytes(rng.integers(0, 256, 64, dtype=np.uint8)), dtype=np.uint8)
    padded = np.concatenate([np.zeros(LOOK_BACK, dtype=np.uint8), text])[None]
    fronts = []
    for front in (FULL_FRONT, TINY_FRONT):
        fronts.append({"front": front.metadata(), "rows": front.rows(padded)[0].tolist()})
    cases = [
        np.zeros(256, dtype=np.int64),
        np.where(np.arange(256) == 65, 2047, -2047),
        np.arange(256) * 3 - 400,
        np.where(np.arange(256) % 2 == 0, 10, 9),
        *rng.integers(-300, 300, (4, 256)),
        *np.round(rng.standard_normal((4, 256)) * 90).astype(np.int64),
    ]
    return {
        "exp2.json": EXP2.tolist(),
        "ngram_rows.json": {"text": text.tolist(), "fronts": fronts},
        "frequencies.json": [
            {"logits": c.tolist(), "frequencies": frequencies(c[None])[0].tolist()} for c in cases
        ],
    }


def tiny_student(architecture: str) -> Student:
    """A small student with fixed random weights, made without a random generator whose stream may change."""
    model = create(architecture, "tiny")
    with torch.no_grad():
        for index, (name, parameter) in enumerate(model.named_parameters()):
            count = torch.arange(parameter.numel(), dtype=torch.int64)
            mixed = (count * 2654435761 + index * 40503) % 4294967296
            mixed = ((mixed ^ (mixed >> 15)) * 2246822519) % 4294967296
            uniform = (mixed >> 8).double() / 2**23 - 1
            plain = parameter.dim() == 1 or name == "table" or name.endswith("embedding")
            scale = 1.0 if plain else 2.0 / parameter.shape[1] ** 0.5
            parameter.copy_((uniform * scale).float().reshape(parameter.shape))
    return model


def main(repository: Path) -> None:
    """Writes all vectors and tiny models of the repository anew."""
    folder = repository / "tests" / "vectors"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in vectors().items():
        (folder / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")
    for architecture, name in TINY_MODELS.items():
        write_tiny_model(repository / "tests" / "models" / name, architecture)


def write_tiny_model(folder: Path, architecture: str) -> None:
    """A model folder as docs/MODEL.md, section 7, with a card that says what it is for."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx_bytes, parity = export_student(tiny_student(architecture))
    (folder / "student.onnx").write_bytes(onnx_bytes)
    (folder / "parity.bin").write_bytes(parity)
    about = "fixed pseudo-random weights: for tests only"
    card = {"name": folder.name, "architecture": architecture, "about": about}
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
