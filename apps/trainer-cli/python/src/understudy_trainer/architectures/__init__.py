"""The registry of students: name, making, training, exact integer form, ONNX graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import onnx
import torch

from ..config import TrainConfig
from ..errors import TrainerError
from ..lane_task import LaneTask
from ..row_task import RowTask
from ..student import StepModel, Student, Task
from ..text import TextFile
from . import deep, recurrent_graph, swift, transformer32_graph
from .recurrent import IntegerRecurrent, RecurrentStudent
from .transformer32 import TINY as TRANSFORMER32_TINY
from .transformer32 import Transformer32, Transformer32Config
from .transformer32_integer import IntegerTransformer32

S = TypeVar("S", bound=Student)
M = TypeVar("M", bound=StepModel)


@dataclass(frozen=True)
class Architecture(Generic[S, M]):
    """One entry of the registry; `create` takes the size `full` (what is released) or `tiny` (for tests)."""

    create: Callable[[str], S]
    make_task: Callable[[TrainConfig, list[TextFile], S, int, torch.device], Task]
    integer_form: Callable[[S], M]
    build_graph: Callable[[M, dict[str, Any]], onnx.ModelProto]
    metadata: Callable[[M], dict[str, Any]]


def _recurrent_task(
    config: TrainConfig, files: list[TextFile], student: RecurrentStudent, rank: int, device: torch.device
) -> Task:
    return LaneTask(config, files, student.front, student.state_width, rank, device)


def _transformer32_task(
    config: TrainConfig, files: list[TextFile], student: Transformer32, rank: int, device: torch.device
) -> Task:
    return RowTask(config, files, rank, device)


def _recurrent(create: Callable[[str], RecurrentStudent]) -> Architecture[RecurrentStudent, IntegerRecurrent]:
    """The entry of an architecture that is a configuration of recurrent.py."""
    return Architecture(
        create=create,
        make_task=_recurrent_task,
        integer_form=IntegerRecurrent,
        build_graph=recurrent_graph.build_graph,
        metadata=recurrent_graph.metadata,
    )


_REGISTRY: dict[str, Architecture[Any, Any]] = {
    "swift": _recurrent(swift.create),
    "deep": _recurrent(deep.create),
    "transformer32": Architecture(
        create=lambda size: Transformer32(TRANSFORMER32_TINY if size == "tiny" else Transformer32Config()),
        make_task=_transformer32_task,
        integer_form=IntegerTransformer32,
        build_graph=transformer32_graph.build_graph,
        metadata=transformer32_graph.metadata,
    ),
}
ARCHITECTURES = tuple(_REGISTRY)
SIZES = ("full", "tiny")


def create(name: str, size: str) -> Student:
    """A fresh student of a registered architecture. Raises TrainerError for an unknown name or size."""
    if size not in SIZES:
        raise TrainerError(f"no size {size!r}; there are {', '.join(SIZES)}", exit_code=2)
    if name not in _REGISTRY:
        raise TrainerError(f"no architecture {name!r}; there are {', '.join(ARCHITECTURES)}", exit_code=2)
    student: Student = _REGISTRY[name].create(size)
    return student


def restore(checkpoint: dict[str, Any]) -> Student:
    """The student of a run's checkpoint (`load_checkpoint`), with its weights."""
    student = create(checkpoint["config"]["arch"], checkpoint["config"]["size"])
    student.load_state_dict(checkpoint["model"])
    return student


def make_task(
    config: TrainConfig, files: list[TextFile], student: Student, rank: int, device: torch.device
) -> Task:
    """What feeds `student` on one rank: lanes of consecutive bytes, or shuffled rows."""
    task: Task = _REGISTRY[student.architecture].make_task(config, files, student, rank, device)
    return task


def integer_form(student: Student) -> StepModel:
    """The exact integers that `student` would be exported as."""
    model: StepModel = _REGISTRY[student.architecture].integer_form(student)
    return model


def build_graph(model: StepModel, metadata: dict[str, Any]) -> onnx.ModelProto:
    """The ONNX graph of an integer form, with `metadata` completed by the architecture's own entries."""
    entry = _REGISTRY[model.architecture]
    return entry.build_graph(model, {**metadata, **entry.metadata(model)})
