"""`transformer32` in NumPy integers: the exact function that the exported graph computes and every engine
must reproduce.

Written apart from the training form on purpose: the two are compared in the tests, integer for integer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ..contexts import LOOK_BACK
from ..integer_layer import IntArray, IntegerLayer, dot, rescale
from ..quantise import ACTIVATION_STEP, INT8_MAX
from . import transformer32_forms as forms
from .transformer32 import LOGIT_LIMIT, Block, Linear, Transformer32


@dataclass(frozen=True)
class IntegerBlock:
    """The four dense layers of one encoder layer."""

    attention_in: IntegerLayer
    attention_out: IntegerLayer
    hidden: IntegerLayer
    hidden_out: IntegerLayer


class IntegerTransformer32:
    """Stateless: logits depend on the 32 bytes of the window alone."""

    architecture = "transformer32"

    def __init__(self, model: Transformer32) -> None:
        self.config = model.config
        self.byte_embedding = _int8(model.byte_embedding)
        self.position_embedding = _int8(model.position_embedding)
        self.blocks = [_integer_block(block) for block in model.blocks if isinstance(block, Block)]
        # a channel's 32 weights are one dot product over positions
        no_bias = torch.zeros(model.config.width)
        self.mixer = IntegerLayer.from_float(model.mixer, no_bias, ACTIVATION_STEP)
        self.logits = _integer_layer(model.logits)

    def inputs(self, text: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
        """[lanes, LOOK_BACK + steps] -> windows [lanes, steps, 32], oldest byte first."""
        windows = np.lib.stride_tricks.sliding_window_view(text, forms.WINDOW, axis=1)
        return windows[:, LOOK_BACK - forms.WINDOW : -1].astype(np.int32)

    def start(self, lanes: int) -> npt.NDArray[np.int64]:
        """No state: [lanes, 0]."""
        return np.zeros((lanes, 0), dtype=np.int64)

    def step(
        self, window: npt.NDArray[np.int32], state: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """window [B, 32] -> logits [B, 256]; the empty state is handed back."""
        x = (self.byte_embedding[window] + self.position_embedding) * forms.EMBEDDING_TO_RESIDUAL
        for block in self.blocks:
            x = _add(x, block.attention_out(self._attend(_normalise(x), block)))
            x = _add(x, block.hidden_out(block.hidden(_normalise(x)).clip(0, INT8_MAX)))
        summed = (_normalise(x) * self.mixer.weight.T).sum(axis=1)
        context = rescale(summed, self.mixer.shift).clip(-INT8_MAX, INT8_MAX)
        return self.logits(context).clip(-LOGIT_LIMIT, LOGIT_LIMIT), state

    def _attend(self, y: IntArray, block: IntegerBlock) -> IntArray:
        """[B, 32, D] -> [B, 32, D]"""
        rows, positions, width = y.shape
        heads = block.attention_in(y).clip(-INT8_MAX, INT8_MAX)
        heads = heads.reshape(rows, positions, 3 * self.config.heads, forms.HEAD_WIDTH).transpose(0, 2, 1, 3)
        query, key, value = np.split(heads, 3, axis=1)
        scores = dot(query, key.transpose(0, 1, 3, 2))
        distance = rescale(scores.max(axis=-1, keepdims=True) - scores, forms.SCORE_SHIFT)
        weights = forms.ATTENTION_WEIGHTS[distance.clip(0, forms.DISTANCE_MAX)]
        share = forms.SHARES[weights.sum(axis=-1, keepdims=True)]
        mixed = rescale(rescale(dot(weights, value), forms.SUM_SHIFT) * share, forms.SHARE_SHIFT)
        return mixed.clip(-INT8_MAX, INT8_MAX).transpose(0, 2, 1, 3).reshape(rows, positions, width)


def _integer_layer(layer: Linear) -> IntegerLayer:
    return IntegerLayer.from_float(layer.weight, layer.bias, layer.output_step)


def _integer_block(block: Block) -> IntegerBlock:
    parts = (block.attention_in, block.attention_out, block.hidden, block.hidden_out)
    return IntegerBlock(*map(_integer_layer, parts))


def _add(x: IntArray, branch: IntArray) -> IntArray:
    return (x + branch).clip(-forms.RESIDUAL_MAX, forms.RESIDUAL_MAX)


def _normalise(x: IntArray) -> IntArray:
    mean = rescale(np.abs(x).sum(axis=-1, keepdims=True), forms.mean_shift(x.shape[-1]))
    return rescale(x * forms.NORM_GAINS[mean], forms.NORM_SHIFT).clip(-INT8_MAX, INT8_MAX)


def _int8(embedding: Tensor) -> IntArray:
    rounded = (embedding.detach() / ACTIVATION_STEP + 0.5).floor().clamp(-INT8_MAX, INT8_MAX)
    values: IntArray = rounded.long().cpu().numpy()
    return values
