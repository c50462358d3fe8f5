"""The proof lets the real graphs through and stops every way out of exactness that an export could take."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from understudy_trainer.architectures import ARCHITECTURES, build_graph, integer_form
from understudy_trainer.bounds import LIMIT, prove_bounds
from understudy_trainer.errors import TrainerError
from understudy_trainer.export import input_ranges, model_metadata
from understudy_trainer.graph import GraphBuilder
from understudy_trainer.vectors import tiny_student

RANGES = {"x": (-127.0, 127.0, (64,)), "state_h": (-1000.0, 1000.0, (8,)), "window": (0.0, 255.0, (32,))}


def proven(build: Callable[[GraphBuilder, str], str], state: bool = False) -> dict[str, float]:
    """Proves a graph with one operand (the state or 64 values) that `build` adds nodes to."""
    g = GraphBuilder()
    name, width = ("state_h", 8) if state else ("x", 64)
    result = build(g, g.input(name, TensorProto.FLOAT, width))
    graph = onnx.helper.make_graph(
        g._nodes,
        "test",
        g._inputs,
        [onnx.helper.make_tensor_value_info("next_h" if state else "logits", TensorProto.FLOAT, None)],
        g._initialisers,
    )
    graph.node.append(onnx.helper.make_node("Clip", [result, "low", "high"], [graph.output[0].name]))
    wide = 2**23 if not state else 2000
    for limit, value in (("low", -wide), ("high", wide)):
        graph.initializer.append(onnx.numpy_helper.from_array(np.array(value, dtype=np.float32), limit))
    return prove_bounds(onnx.helper.make_model(graph), {name: RANGES[name]})


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_real_graphs_are_proven_with_room_to_spare(architecture: str) -> None:
    model = build_graph(integer_form(tiny_student(architecture)), {})
    largest = prove_bounds(model, input_ranges(model_metadata(model)))
    assert set(largest) >= {"logits"} and max(largest.values()) < LIMIT
    assert largest["logits"] <= 2047


def test_refuses_dot_products_so_long_that_sums_can_leave_24_bits() -> None:
    def build(copies: int) -> Callable[[GraphBuilder, str], str]:
        def product(g: GraphBuilder, x: str) -> str:
            long = g.node("Concat", [x] * copies, axis=1)
            return g.node("MatMul", [long, g.floats("w", np.full((64 * copies, 4), 127))], "sum")

        return product

    assert proven(build(16))["sum"] == 64 * 16 * 127 * 127
    with pytest.raises(TrainerError, match=r"tensor sum \(MatMul\) can reach 17548352"):
        proven(build(17))


def test_refuses_dot_products_that_int8_kernels_cannot_run() -> None:
    with pytest.raises(TrainerError, match="MatMul must be of integers of at most 127"):
        proven(lambda g, x: g.node("MatMul", [x, g.floats("w", np.full((64, 4), 128))]))
    with pytest.raises(TrainerError, match="MatMul must be of integers of at most 127"):
        proven(
            lambda g, x: g.node(
                "MatMul", [g.node("Mul", [x, g.scalar(2)]), g.floats("w", np.full((64, 4), 1))]
            )
        )


def test_counts_the_partial_sums_of_cancelling_terms() -> None:
    def build(factor: int) -> Callable[[GraphBuilder, str], str]:
        def add(g: GraphBuilder, x: str) -> str:
            halves = [g.node("Abs", [g.node("Mul", [x, g.scalar(factor)])]) for _ in range(2)]
            both = g.node("Concat", [halves[0], g.node("Sub", [g.scalar(0), halves[1]])], axis=1)
            return g.node("ReduceSum", [both, g.ints([1])], "sum", keepdims=1)

        return add

    proven(build(1000))
    with pytest.raises(TrainerError, match="tensor sum"):
        proven(build(1100))


def test_refuses_fractions_that_need_too_many_bits() -> None:
    with pytest.raises(TrainerError, match="not exact in float32"):
        proven(lambda g, x: g.node("Add", [g.node("Mul", [x, g.scalar(2.0**-18)]), g.scalar(1000)]))


def test_refuses_an_output_that_is_no_integer() -> None:
    with pytest.raises(TrainerError, match="logits is not made of integers"):
        proven(lambda g, x: g.node("Mul", [x, g.scalar(0.5)]))


@pytest.mark.parametrize("kind", ["Softmax", "Div", "Round", "Exp", "Tanh"])
def test_refuses_operators_outside_of_the_contract(kind: str) -> None:
    with pytest.raises(TrainerError, match=f"operator {kind} is outside of the contract"):
        proven(lambda g, x: g.node(kind, [x, x] if kind == "Div" else [x]))


def test_refuses_a_state_that_can_grow() -> None:
    assert proven(lambda g, h: g.clip(g.node("Add", [h, g.scalar(1)]), -1000, 1000), state=True)
    with pytest.raises(TrainerError, match="state next_h can leave its declared range"):
        proven(lambda g, h: g.node("Add", [h, g.scalar(1)]), state=True)


def test_refuses_an_index_beyond_its_table() -> None:
    def build(shift: int) -> Callable[[GraphBuilder, str], str]:
        def look_up(g: GraphBuilder, x: str) -> str:
            index = g.node("Cast", [g.node("Add", [x, g.scalar(shift)])], to=TensorProto.INT32)
            return g.node("Gather", [g.weights("table", np.arange(255) - 127), index], axis=0)

        return look_up

    proven(build(127))
    for shift in (126, 128):
        with pytest.raises(TrainerError, match="can leave its table of 255 rows"):
            proven(build(shift))


def test_refuses_a_cast_that_would_cut_fractions_off() -> None:
    with pytest.raises(TrainerError, match="Floor comes first"):
        proven(lambda g, x: g.node("Cast", [g.node("Mul", [x, g.scalar(0.5)])], to=TensorProto.INT32))


@pytest.mark.parametrize(
    "build",
    [
        lambda g, x: g.node("ReduceSum", [x, g.ints([0])], keepdims=1),
        lambda g, x: g.node("Concat", [x, x], axis=0),
        lambda g, x: g.node("Transpose", [x], perm=[1, 0]),
        lambda g, x: g.node("Reshape", [x, g.ints([64, -1])]),
        lambda g, x: g.node("MatMul", [x, x]),
        lambda g, x: g.node("Add", [x, g.node("Reshape", [x, g.ints([-1, 8, 8])])]),
    ],
)
def test_refuses_lanes_that_look_at_each_other(build: Callable[[GraphBuilder, str], str]) -> None:
    with pytest.raises(TrainerError, match=r"lane|lanes"):
        proven(build)
