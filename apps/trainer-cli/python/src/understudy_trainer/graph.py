"""Builds ONNX graphs of the integer contract by hand: the same bytes from run to run, only the operators
docs/MODEL.md allows.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from .integer_layer import IntegerLayer
from .quantise import INT8_MAX

OPSET = 21
IR_VERSION = 10


class GraphBuilder:
    """Collects nodes and initialisers; every method returns the name of the tensor it made."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._initialisers: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._constants: dict[str, str] = {}
        self._count = 0

    def input(self, name: str, kind: int, width: int) -> str:
        """A graph input [lanes, width] of an ONNX element type."""
        self._inputs.append(helper.make_tensor_value_info(name, kind, ["lanes", width]))
        return name

    def output(self, name: str, source: str, width: int) -> None:
        """Marks `source` as the graph output `name`."""
        for node in self._nodes:
            for i, out in enumerate(node.output):
                if out == source:
                    node.output[i] = name
            for i, used in enumerate(node.input):
                if used == source:
                    node.input[i] = name
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["lanes", width]))

    def weights(self, name: str, array: npt.NDArray[Any]) -> str:
        """int8 initialiser, cast to float32 (folded when a session loads)."""
        assert np.abs(array.astype(np.int64)).max() <= INT8_MAX
        self._initialisers.append(numpy_helper.from_array(np.ascontiguousarray(array.astype(np.int8)), name))
        return self.node("Cast", [name], name + "_f", to=TensorProto.FLOAT)

    def packed_table(self, name: str, array: npt.NDArray[np.int8]) -> str:
        """int8 initialiser of any value, cast to float32; for looking up alone, not for dot products."""
        self._initialisers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return self.node("Cast", [name], name + "_f", to=TensorProto.FLOAT)

    def floats(self, name: str, array: npt.NDArray[Any]) -> str:
        """float32 initialiser: biases, powers of two, tables of functions."""
        self._initialisers.append(
            numpy_helper.from_array(np.ascontiguousarray(array.astype(np.float32)), name)
        )
        return name

    def scalar(self, value: float) -> str:
        """A float32 constant, stored once in the file."""
        return self._shared(f"const_{value:.17g}", np.array(value, dtype=np.float32))

    def ints(self, values: list[int]) -> str:
        """An int64 constant (shape, axes, ends of a slice), stored once in the file."""
        return self._shared("ints_" + "_".join(map(str, values)), np.array(values, dtype=np.int64))

    def node(self, kind: str, inputs: list[str], name: str = "", **attributes: Any) -> str:
        """One operator with one output."""
        self._count += 1
        name = name or f"{kind.lower()}_{self._count}"
        self._nodes.append(helper.make_node(kind, inputs, [name], name="node_" + name, **attributes))
        return name

    def clip(self, x: str, low: float, high: float, name: str = "") -> str:
        """`x` within [low, high]."""
        return self.node("Clip", [x, self.scalar(low), self.scalar(high)], name)

    def rescale(self, x: str, shift: int, name: str = "") -> str:
        """floor((x + 2^(shift-1)) · 2^-shift)."""
        x = self.node("Add", [x, self.scalar(float(1 << (shift - 1)))])
        x = self.node("Mul", [x, self.scalar(2.0**-shift)])
        return self.node("Floor", [x], name)

    def dense(self, x: str, name: str, layer: IntegerLayer) -> str:
        """floor((W·x + bias) · 2^-shift + ½) over the last axis."""
        product = self.node("MatMul", [x, self.weights(name + "_weight", layer.weight.T)])
        return self.rescale_channels(product, name, layer)

    def rescale_channels(self, sums: str, name: str, layer: IntegerLayer) -> str:
        """floor((sums + bias) · 2^-shift + ½) with the bias and shift of each of the last axis's channels."""
        rounded = self.floats(name + "_bias", layer.bias + (1 << (layer.shift - 1)))
        shifted = self.node("Add", [sums, rounded])
        scale = self.floats(name + "_scale", 2.0 ** -layer.shift.astype(np.float64))
        return self.node("Floor", [self.node("Mul", [shifted, scale])], name)

    def slice(self, x: str, start: int, end: int, axis: int, name: str = "") -> str:
        """Elements start…end-1 of one axis (not the first, which is the lanes')."""
        return self.node("Slice", [x, self.ints([start]), self.ints([end]), self.ints([axis])], name)

    def build(self, name: str, metadata: dict[str, Any]) -> onnx.ModelProto:
        """The checked model, with `metadata` as its `understudy` entry."""
        graph = helper.make_graph(self._nodes, name, self._inputs, self._outputs, self._initialisers)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="understudy",
        )
        helper.set_model_props(
            model, {"understudy": json.dumps(metadata, separators=(",", ":"), sort_keys=True)}
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def _shared(self, name: str, array: npt.NDArray[Any]) -> str:
        key = name.replace("-", "m").replace(".", "p").replace("+", "")
        if name not in self._constants:
            self._initialisers.append(numpy_helper.from_array(array, key))
            self._constants[name] = key
        return self._constants[name]
