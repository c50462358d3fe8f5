"""Proof that every number inside an exported graph is an integer below 2^24 in magnitude: docs/MODEL.md,
section 4.

Interval arithmetic over the ONNX graph, element by element along the last axis. A dot product's bound is
Σ|w|·max|a|, so every partial sum, in any order, with or without fused multiply-add, is exact in float32. The
loader in shared/codec makes the same proof again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from .errors import TrainerError

LIMIT = float(2**24)
INT8_MAX = 127
_ELEMENT_WISE = ("Add", "Sub", "Mul", "Clip", "Min", "Max")
FloatArray = npt.NDArray[np.float64]


@dataclass
class Interval:
    """Bounds that hold for every lane; `low` and `high` have the tensor's shape without its lane axis.

    `exponent` e means: every value is a multiple of 2^-e (0 for integers). `partial` bounds every partial
    sum that an engine may form on the way to the values, in whatever order it adds.
    """

    low: FloatArray
    high: FloatArray
    exponent: int = 0
    constant: FloatArray | None = None
    partial: float = 0.0

    @property
    def magnitude(self) -> FloatArray:
        """Largest absolute value of each element."""
        return np.maximum(np.abs(self.low), np.abs(self.high))


def prove_bounds(
    model: onnx.ModelProto, inputs: dict[str, tuple[float, float, tuple[int, ...]]]
) -> dict[str, float]:
    """Checks the whole graph; returns the largest magnitude by tensor.

    `inputs`: low, high and shape (without lanes) of every graph input. Raises TrainerError naming the
    tensor where the proof fails.
    """
    values: dict[str, Interval] = {}
    for tensor in model.graph.initializer:
        array = numpy_helper.to_array(tensor).astype(np.float64)
        values[tensor.name] = _constant(array)
    for name, (low, high, shape) in inputs.items():
        values[name] = Interval(np.full(shape, low), np.full(shape, high))
    largest: dict[str, float] = {}
    for node in model.graph.node:
        operands = [values[name] for name in node.input if name]
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        result = _apply(node.op_type, operands, attributes)
        top = max(float(result.magnitude.max()), result.partial)
        for name in node.output:
            if result.constant is None and top * 2**result.exponent >= LIMIT:
                raise TrainerError(
                    f"tensor {name} ({node.op_type}) can reach {top:.0f} (· 2^-{result.exponent}): "
                    "not exact in float32"
                )
            values[name] = result
            largest[name] = top
    for output in model.graph.output:
        value = values[output.name]
        if value.exponent != 0:
            raise TrainerError(f"output {output.name} is not made of integers")
        if output.name.startswith("next_"):
            before = values["state_" + output.name.removeprefix("next_")]
            if (value.low < before.low).any() or (value.high > before.high).any():
                raise TrainerError(f"state {output.name} can leave its declared range")
    return largest


def _constant(array: FloatArray) -> Interval:
    exponent = 0
    while exponent < 24 and not np.array_equal(array * 2**exponent, np.floor(array * 2**exponent)):
        exponent += 1
    return Interval(array, array, exponent, array)


def _apply(kind: str, x: list[Interval], attributes: dict[str, Any]) -> Interval:
    """The interval of one node's output; element-wise operators first, then those that change shapes."""
    a = x[0]
    b = x[1] if len(x) > 1 else a
    finest = max(v.exponent for v in x)
    if kind in _ELEMENT_WISE:
        _check_ranks(kind, x)
    match kind:
        case "Cast":
            if attributes["to"] != onnx.TensorProto.FLOAT and a.exponent != 0:
                raise TrainerError("Cast to a whole number of something that is none: Floor comes first")
            return a
        case "Add":
            return Interval(a.low + b.low, a.high + b.high, finest)
        case "Sub":
            return Interval(a.low - b.high, a.high - b.low, finest)
        case "Mul":
            ends = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
            return Interval(np.minimum.reduce(ends), np.maximum.reduce(ends), a.exponent + b.exponent)
        case "Floor":
            return Interval(np.floor(a.low), np.floor(a.high))
        case "Clip":
            return Interval(np.clip(a.low, b.low, x[2].high), np.clip(a.high, b.low, x[2].high), finest)
        case "Relu":
            return Interval(np.maximum(a.low, 0), np.maximum(a.high, 0), finest)
        case "Min":
            return Interval(np.minimum(a.low, b.low), np.minimum(a.high, b.high), finest)
        case "Max":
            return Interval(np.maximum(a.low, b.low), np.maximum(a.high, b.high), finest)
        case "Abs":
            crosses = (a.low <= 0) & (a.high >= 0)
            sides = [np.abs(a.low), np.abs(a.high)]
            return Interval(np.where(crosses, 0, np.minimum(*sides)), np.maximum(*sides), finest)
        case "MatMul":
            return _matmul(a, b)
        case "Gather":
            return _gather(a, b, int(attributes.get("axis", 0)))
        case "Reshape":
            return _reshape(a, _integers(kind, b))
        case "Transpose":
            return _transpose(a, [int(axis) for axis in attributes["perm"]])
        case "Concat":
            axis = _inner_axis(kind, int(attributes["axis"]))
            low = np.concatenate([v.low for v in x], axis=axis)
            return Interval(low, np.concatenate([v.high for v in x], axis=axis), finest)
        case "Slice":
            return _slice(x)
        case "ReduceSum" | "ReduceMax":
            return _reduce(kind, a, _integers(kind, b), bool(attributes.get("keepdims", 1)))
    raise TrainerError(f"operator {kind} is outside of the contract (docs/MODEL.md, section 4)")


def _check_ranks(kind: str, x: list[Interval]) -> None:
    """Broadcasting aligns axes from the right, so computed tensors must have one rank or lanes would meet
    other axes.
    """
    ranks = {v.low.ndim for v in x if v.constant is None}
    if len(ranks) != 1 or any(v.low.ndim > max(ranks) for v in x):
        raise TrainerError(f"{kind} mixes tensors of different ranks: a lane could meet its neighbours")


def _inner_axis(kind: str, axis: int) -> int:
    """An axis of the ONNX tensor as an axis of the intervals, which have no lane axis."""
    if axis == 0:
        raise TrainerError(f"{kind} works along the lanes: a lane must not depend on its neighbours")
    return axis - 1 if axis > 0 else axis


def _integers(kind: str, x: Interval) -> list[int]:
    if x.constant is None:
        raise TrainerError(
            f"{kind} takes its shape, axes or ends from a computed tensor; they must be constants"
        )
    return [int(v) for v in x.constant.reshape(-1)]


def _matmul(a: Interval, b: Interval) -> Interval:
    """Σ|a|·max|b|: symmetric, because partial sums of any order must stay inside too."""
    if a.constant is not None or (b.low.ndim != a.low.ndim if b.constant is None else b.low.ndim != 2):
        raise TrainerError(
            "MatMul must be of a computed tensor with weights [in, out] or with one of its own rank"
        )
    if b.constant is None and a.low.ndim < 2:
        raise TrainerError("MatMul of two computed tensors would mix lanes")
    if a.exponent or b.exponent or max(float(a.magnitude.max()), float(b.magnitude.max())) > INT8_MAX:
        raise TrainerError(
            f"MatMul must be of integers of at most {INT8_MAX}, so that int8 kernels can run it"
        )
    bound = np.matmul(a.magnitude, b.magnitude)
    return Interval(-bound, bound, a.exponent + b.exponent)


def _gather(table: Interval, index: Interval, axis: int) -> Interval:
    if table.constant is None or axis != 0:
        raise TrainerError("Gather must look up a constant table by its first axis")
    if float(index.low.min()) < 0 or float(index.high.max()) > len(table.low) - 1 or index.exponent != 0:
        raise TrainerError(f"an index of Gather can leave its table of {len(table.low)} rows")
    shape = index.low.shape + table.low.shape[1:]
    low = np.broadcast_to(table.low.min(axis=0), shape)
    return Interval(low, np.broadcast_to(table.high.max(axis=0), shape), table.exponent)


def _reshape(a: Interval, shape: list[int]) -> Interval:
    if shape[0] != -1 or min(shape[1:], default=0) < 1:
        raise TrainerError(f"Reshape to {shape}: the first axis must be -1 (the lanes), the others fixed")
    return Interval(a.low.reshape(shape[1:]), a.high.reshape(shape[1:]), a.exponent)


def _transpose(a: Interval, order: list[int]) -> Interval:
    if order[0] != 0:
        raise TrainerError("Transpose moves the lanes away from the first axis")
    inner = [axis - 1 for axis in order[1:]]
    return Interval(a.low.transpose(inner), a.high.transpose(inner), a.exponent)


def _slice(x: list[Interval]) -> Interval:
    starts, ends, axes = (_integers("Slice", v) for v in x[1:4])
    cut: list[slice] = [slice(None)] * x[0].low.ndim
    for start, end, axis in zip(starts, ends, axes, strict=True):
        cut[_inner_axis("Slice", axis)] = slice(start, end)
    return Interval(x[0].low[tuple(cut)], x[0].high[tuple(cut)], x[0].exponent)


def _reduce(kind: str, a: Interval, axes: list[int], keep: bool) -> Interval:
    inner = tuple(_inner_axis(kind, axis) for axis in axes)
    if kind == "ReduceMax":
        return Interval(
            a.low.max(axis=inner, keepdims=keep), a.high.max(axis=inner, keepdims=keep), a.exponent
        )
    return Interval(
        a.low.sum(axis=inner, keepdims=keep),
        a.high.sum(axis=inner, keepdims=keep),
        a.exponent,
        partial=float(a.magnitude.sum(axis=inner).max()),
    )
