"""`transformer32` as an ONNX graph under the integer contract: node for node what `IntegerTransformer32.step`
computes.
"""

from __future__ import annotations

from typing import Any

import onnx
from onnx import TensorProto

from ..graph import GraphBuilder
from ..quantise import INT8_MAX
from . import transformer32_forms as forms
from .transformer32 import LOGIT_LIMIT
from .transformer32_integer import IntegerBlock, IntegerTransformer32


def build_graph(model: IntegerTransformer32, metadata: dict[str, Any]) -> onnx.ModelProto:
    """Input `window` int32 [lanes, 32]; output `logits` [lanes, 256]; no state."""
    width = model.config.width
    g = GraphBuilder()
    window = g.input("window", TensorProto.INT32, forms.WINDOW)
    tables = _Tables(g, width)
    embedded = g.node("Gather", [g.weights("byte_embedding", model.byte_embedding), window], axis=0)
    placed = g.node("Add", [embedded, g.weights("position_embedding", model.position_embedding)])
    x = g.node("Mul", [placed, g.scalar(forms.EMBEDDING_TO_RESIDUAL)])
    for index, block in enumerate(model.blocks):
        name = f"block{index}"
        attended = _attend(g, tables, tables.normalise(x), block, name, model.config.heads)
        x = _add(g, x, g.dense(attended, name + "_attention_out", block.attention_out))
        hidden = g.clip(g.dense(tables.normalise(x), name + "_hidden", block.hidden), 0, INT8_MAX)
        x = _add(g, x, g.dense(hidden, name + "_hidden_out", block.hidden_out))
    weighted = g.node("Mul", [tables.normalise(x), g.weights("mixer_weight", model.mixer.weight.T)])
    summed = g.node("ReduceSum", [weighted, g.ints([1])], keepdims=0)
    context = g.clip(g.rescale_channels(summed, "mixer", model.mixer), -INT8_MAX, INT8_MAX)
    raw = g.dense(context, "raw_logits", model.logits)
    g.output("logits", g.clip(raw, -LOGIT_LIMIT, LOGIT_LIMIT), 256)
    return g.build("transformer32", metadata)


def metadata(model: IntegerTransformer32) -> dict[str, Any]:
    """Architecture part of the file's metadata."""
    return {"architecture": "transformer32", "front": {"kind": "window", "bytes": forms.WINDOW}, "state": []}


class _Tables:
    """The three function tables, stored once in the file and shared by all layers."""

    def __init__(self, g: GraphBuilder, width: int) -> None:
        self._g = g
        self._mean_shift = forms.mean_shift(width)
        self._gains = g.floats("norm_gains", forms.NORM_GAINS)
        self._weights = g.weights("attention_weights", forms.ATTENTION_WEIGHTS)
        self._shares = g.floats("attention_shares", forms.SHARES)

    def normalise(self, x: str) -> str:
        """[B, 32, D] of the residual stream to int8."""
        g = self._g
        total = g.node("ReduceSum", [g.node("Abs", [x]), g.ints([2])], keepdims=1)
        gain = self._look_up(self._gains, g.rescale(total, self._mean_shift))
        return g.clip(g.rescale(g.node("Mul", [x, gain]), forms.NORM_SHIFT), -INT8_MAX, INT8_MAX)

    def attention_weights(self, scores: str) -> str:
        """[B, H, 32, 32] to 0…127."""
        g = self._g
        largest = g.node("ReduceMax", [scores, g.ints([3])], keepdims=1)
        distance = g.rescale(g.node("Sub", [largest, scores]), forms.SCORE_SHIFT)
        return self._look_up(self._weights, g.clip(distance, 0, forms.DISTANCE_MAX))

    def share(self, weights: str) -> str:
        """Reciprocal of the sum of the last axis, [B, H, 32, 1]."""
        g = self._g
        return self._look_up(self._shares, g.node("ReduceSum", [weights, g.ints([3])], keepdims=1))

    def _look_up(self, table: str, index: str) -> str:
        g = self._g
        return g.node("Gather", [table, g.node("Cast", [index], to=TensorProto.INT32)], axis=0)


def _attend(g: GraphBuilder, tables: _Tables, y: str, block: IntegerBlock, name: str, heads: int) -> str:
    """[B, 32, D] -> [B, 32, D]"""
    parts = g.clip(g.dense(y, name + "_attention_in", block.attention_in), -INT8_MAX, INT8_MAX)
    parts = g.node("Reshape", [parts, g.ints([-1, forms.WINDOW, 3 * heads, forms.HEAD_WIDTH])])
    parts = g.node("Transpose", [parts], perm=[0, 2, 1, 3])
    query, key, value = (g.slice(parts, i * heads, (i + 1) * heads, 1) for i in range(3))
    scores = g.node("MatMul", [query, g.node("Transpose", [key], perm=[0, 1, 3, 2])])
    weights = tables.attention_weights(scores)
    mixed = g.rescale(g.node("MatMul", [weights, value]), forms.SUM_SHIFT)
    mixed = g.rescale(g.node("Mul", [mixed, tables.share(weights)]), forms.SHARE_SHIFT)
    mixed = g.node("Transpose", [g.clip(mixed, -INT8_MAX, INT8_MAX)], perm=[0, 2, 1, 3])
    return g.node("Reshape", [mixed, g.ints([-1, forms.WINDOW, heads * forms.HEAD_WIDTH])])


def _add(g: GraphBuilder, x: str, branch: str) -> str:
    return g.clip(g.node("Add", [x, branch]), -forms.RESIDUAL_MAX, forms.RESIDUAL_MAX)
