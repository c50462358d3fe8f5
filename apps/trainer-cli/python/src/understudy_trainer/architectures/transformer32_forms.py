"""The integer stand-ins for layer normalisation and softmax that `transformer32` is made of: units, shifts,
tables.

The one home of these numbers: training form, step form and graph all read them, and docs/MODEL.md (section
4.1) tells why they fit. Every product below stays under 2^24 by plain interval arithmetic.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..quantise import INT8_MAX

WINDOW = 32
HEAD_WIDTH = 16

# Residual stream: steps of 1/1024 within ±32. Embeddings are int8 in steps of 1/32.
RESIDUAL_STEP = 1 / 1024
RESIDUAL_MAX = 32767
EMBEDDING_TO_RESIDUAL = 32

# Normalisation: y = x · NORM_GAINS[mean |x|] · 2^-13, so that the mean |y| is 24 steps of 1/32. 32767 · 511 +
# 2^12 < 2^24. The mean is in steps of 1/128; small means share one gain, as the epsilon of a float
# normalisation would have it.
NORM_SHIFT = 13
NORM_MEAN_STEP = 1 / 128
NORM_MEAN_MAX = 4096
NORM_TARGET = 24 / 32

# Attention: weight = 127 · 2^-(distance from the largest score), distance in 1/16 of a factor of two, nothing
# left after 8 of them. Weighted sums are rescaled by 2^-4 and divided by the sum of the weights through
# SHARES: (32·127·127 / 16) · 511 < 2^24.
SCORE_SHIFT = 8
DISTANCE_STEPS_PER_OCTAVE = 16
DISTANCE_MAX = 8 * DISTANCE_STEPS_PER_OCTAVE
SUM_SHIFT = 4
SHARE_SHIFT = 12
MULTIPLIER_MAX = 511

IntArray = npt.NDArray[np.int64]


def _reciprocals(numerator: int, largest: int) -> IntArray:
    """round(numerator / i), at most 511, for i = 0…largest."""
    i = np.maximum(np.arange(largest + 1, dtype=np.int64), 1)
    rounded: IntArray = (2 * numerator + i) // (2 * i)
    return np.minimum(rounded, np.int64(MULTIPLIER_MAX))


# A residual step is 1/8 of a step of the mean, hence 24 / 8.
NORM_GAINS = _reciprocals(3 << NORM_SHIFT, NORM_MEAN_MAX)
SHARES = _reciprocals(1 << (SUM_SHIFT + SHARE_SHIFT), WINDOW * INT8_MAX)
_distances = np.arange(DISTANCE_MAX + 1)
ATTENTION_WEIGHTS: IntArray = np.floor(
    INT8_MAX * np.exp2(-_distances / DISTANCE_STEPS_PER_OCTAVE) + 0.5
).astype(np.int64)


def mean_shift(width: int) -> int:
    """Shift from Σ|x| over `width` (a power of two) residual values to their mean in steps of 1/128."""
    return (width.bit_length() - 1) + 3
