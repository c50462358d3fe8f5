"""Bits per byte of the integer model, lanes of 4 KiB as in an archive, on slices that training never sees."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .contexts import LOOK_BACK
from .normalisation import code_length_bits
from .student import StepModel
from .text import TextFile

LANE_BYTES = 4096
ROWS_AT_ONCE = 128


def bits_per_byte(model: StepModel, data: npt.NDArray[np.uint8]) -> float:
    """Ideal code length of `data` cut into lanes of 4 KiB (the rest that fills no lane is left out), in bits
    per byte.
    """
    lane_bytes = min(LANE_BYTES, len(data))
    lanes = len(data) // lane_bytes
    body = data[: lanes * lane_bytes].reshape(lanes, lane_bytes)
    text = np.zeros((lanes, LOOK_BACK + lane_bytes), dtype=np.uint8)
    text[:, LOOK_BACK:] = body
    inputs = model.inputs(text)
    state = model.start(lanes)
    bits = 0.0
    if state.shape[1] == 0:
        # without state no byte waits for the one before it
        rows, symbols = inputs.reshape(-1, inputs.shape[-1]), body.reshape(-1).astype(np.int64)
        for at in range(0, len(rows), ROWS_AT_ONCE):
            logits, _ = model.step(rows[at : at + ROWS_AT_ONCE], state)
            bits += code_length_bits(logits, symbols[at : at + ROWS_AT_ONCE])
        return bits / len(rows)
    for t in range(lane_bytes):
        logits, state = model.step(np.ascontiguousarray(inputs[:, t]), state)
        bits += code_length_bits(logits, body[:, t].astype(np.int64))
    return bits / (lanes * lane_bytes)


def validate(model: StepModel, files: list[TextFile], limit: int) -> dict[str, float]:
    """Bits per byte by file, on at most `limit` bytes of each validation slice."""
    return {f.name: bits_per_byte(model, f.validation[:limit]) for f in files if len(f.validation) > 0}
