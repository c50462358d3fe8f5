"""Parity vectors: what the integer model does on a short text, so that every engine can prove itself
(docs/MODEL.md, section 6).
"""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

from .contexts import LOOK_BACK
from .student import StepModel

LANES = 4
STEPS = 64

# Text, markup, code, JSON, digits, and bytes that are no text: 256 bytes, one row of the square a lane.
_SAMPLES = (
    b"The '''quick''' brown [[fox]] jumps over the lazy dog; then it rests.",
    b'{"id": 1042, "name": "Ada", "tags": ["x", "y"]}\nfor (i = 0; i < n; i++) {',
    "Größe, naïve, Привет, 世界 — déjà vu, Ελλάδα, ещё немного текста".encode(),
    bytes((i * 37 + (i * i >> 3)) & 255 for i in range(STEPS)),
)


def sample_bytes() -> npt.NDArray[np.uint8]:
    """[LANES, STEPS]"""
    return np.stack([np.frombuffer(s[:STEPS], dtype=np.uint8) for s in _SAMPLES])


def parity_vectors(model: StepModel, text: npt.NDArray[np.uint8]) -> bytes:
    """The file `parity.bin` for `text` [lanes, steps]."""
    lanes, steps = text.shape
    padded = np.concatenate([np.zeros((lanes, LOOK_BACK), dtype=np.uint8), text], axis=1)
    inputs = model.inputs(padded)
    state = model.start(lanes)
    logits = np.empty((steps, lanes, 256), dtype="<i2")
    for t in range(steps):
        logits[t], state = model.step(np.ascontiguousarray(inputs[:, t]), state)
    header = b"UPAR" + struct.pack("<4I", 1, lanes, steps, state.shape[1])
    return header + text.T.tobytes() + logits.tobytes() + state.astype("<i4").tobytes()
