"""`swift` as an ONNX graph under the integer contract: node for node what `IntegerSwift.step` computes."""

from __future__ import annotations

from typing import Any

import onnx
from onnx import TensorProto

from ..graph import GraphBuilder
from ..quantise import INT8_MAX
from .swift import LOGIT_LIMIT, STATE_ONE, IntegerSwift


def build_graph(model: IntegerSwift, metadata: dict[str, Any]) -> onnx.ModelProto:
    """From `rows` int32 [lanes, R] and `state_h` [lanes, W] to `logits` [lanes, 256] and `next_h`."""
    width = model.config.state
    g = GraphBuilder()
    rows = g.input("rows", TensorProto.INT32, model.front.rows_per_step)
    h = g.input("state_h", TensorProto.FLOAT, width)
    picked = g.node("Gather", [g.weights("table", model.table), rows], axis=0)
    embedded = model.front.rows_per_step * model.front.row_dim
    e = g.node("Reshape", [picked, g.ints([-1, embedded])], "e")
    z = g.clip(g.dense(e, "gate", model.gate), 0, 256)
    c = g.clip(g.dense(e, "candidate", model.candidate), -INT8_MAX, INT8_MAX)
    distance = g.node("Sub", [g.node("Mul", [c, g.scalar(256)]), h])
    moved = g.node("Add", [h, g.rescale(g.node("Mul", [z, distance]), 8)])
    state = g.clip(moved, 1 - STATE_ONE, STATE_ONE - 1)
    seen = g.clip(g.rescale(state, 8), -INT8_MAX, INT8_MAX)
    x = g.node("Concat", [e, seen], axis=1)
    a = g.clip(g.dense(x, "hidden", model.hidden), 0, INT8_MAX)
    raw = g.dense(a, "raw_logits", model.logits)
    g.output("logits", g.clip(raw, -LOGIT_LIMIT, LOGIT_LIMIT), 256)
    g.output("next_h", state, width)
    return g.build("swift", metadata)


def metadata(model: IntegerSwift) -> dict[str, Any]:
    """Architecture part of the file's metadata."""
    return {
        "architecture": "swift",
        "front": model.front.metadata(),
        "state": [{"name": "h", "width": model.config.state, "min": 1 - STATE_ONE, "max": STATE_ONE - 1}],
    }
