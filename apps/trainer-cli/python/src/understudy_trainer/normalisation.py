"""Integer logits to frequencies: docs/MODEL.md, section 5 (normalisation 1)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LOGITS_PER_OCTAVE = 32
TOTAL = 65536
MAX_DISTANCE = LOGITS_PER_OCTAVE * 17

# floor(2^(16 - d/32) + 1/2). The last is exactly 2^-1; no other lies near a rounding boundary, so any correct
# pow gives these integers.
EXP2 = np.floor(np.exp2(16.0 - np.arange(MAX_DISTANCE + 1) / LOGITS_PER_OCTAVE) + 0.5).astype(np.int64)


def frequencies(logits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """[..., 256] integer logits to [..., 256] frequencies, each at least 1, that sum to 65,536."""
    largest = logits.max(axis=-1, keepdims=True)
    e = EXP2[np.minimum(largest - logits, MAX_DISTANCE)]
    f: npt.NDArray[np.int64] = 1 + e * 65280 // e.sum(axis=-1, keepdims=True)
    rest = TOTAL - f.sum(axis=-1)
    best = logits.argmax(axis=-1)  # the lowest symbol on ties, as the contract asks
    np.put_along_axis(f, best[..., None], np.take_along_axis(f, best[..., None], -1) + rest[..., None], -1)
    return f


def code_length_bits(logits: npt.NDArray[np.int64], symbols: npt.NDArray[np.int64]) -> float:
    """Bits that an ideal coder needs for the symbols under the frequencies of these logits."""
    f = np.take_along_axis(frequencies(logits), symbols[..., None], -1)
    return float((16.0 - np.log2(f)).sum())
