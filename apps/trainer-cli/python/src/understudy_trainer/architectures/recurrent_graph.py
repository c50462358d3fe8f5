"""A recurrent student as an ONNX graph under the integer contract: node for node what `IntegerRecurrent.step`
computes.
"""

from __future__ import annotations

from typing import Any

import onnx
from onnx import TensorProto

from ..graph import GraphBuilder
from .embedding import add_unpacked, pack
from .gains import add_gained
from .gated_layer import STATE_ONE
from .recurrent import LOGIT_LIMIT, IntegerRecurrent


def build_graph(model: IntegerRecurrent, metadata: dict[str, Any]) -> onnx.ModelProto:
    """From `rows` int32 [lanes, R] and `state_h1` … [lanes, W] to `logits` [lanes, 256] and `next_h1` …"""
    g = GraphBuilder()
    rows = g.input("rows", TensorProto.INT32, model.front.rows_per_step)
    widths = model.config.state_widths
    states = [
        g.input(f"state_h{number}", TensorProto.FLOAT, width) for number, width in enumerate(widths, start=1)
    ]
    config = model.config
    table = g.packed_table("table", pack(model.table, config.gains))
    packed = g.node("Gather", [table, rows], axis=0)
    e = add_unpacked(g, g.slice(packed, 0, config.gains.column, 1), config.embedded)
    x, more, after = e, None, []
    for number, (layer, state) in enumerate(zip(model.layers, states, strict=True), start=1):
        x, state = layer.add_to(g, f"layer{number}", x, more, state)
        after.append(state)
        more = e
    x = add_gained(g, x, config.layers[-1][1], packed, config.gains, config.gain_tables)
    raw = g.dense(x, "raw_logits", model.logits)
    g.output("logits", g.clip(raw, -LOGIT_LIMIT, LOGIT_LIMIT), 256)
    for number, (width, state) in enumerate(zip(widths, after, strict=True), start=1):
        g.output(f"next_h{number}", state, width)
    return g.build(model.architecture, metadata)


def metadata(model: IntegerRecurrent) -> dict[str, Any]:
    """Architecture part of the file's metadata."""
    return {
        "architecture": model.architecture,
        "front": model.front.metadata(),
        "state": [
            {"name": f"h{number}", "width": width, "min": 1 - STATE_ONE, "max": STATE_ONE - 1}
            for number, width in enumerate(model.config.state_widths, start=1)
        ],
    }
