"""What every student is to the rest of the trainer: a module with a few facts, a step form in integers, a
task that feeds it.

The registry in `architectures` ties the three together; training, export and validation know only these
protocols.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from .config import TrainConfig
from .errors import TrainerError


class Student(nn.Module, ABC):
    """The training form. Parameters named `table` get a learning rate of their own and are left out of
    gradient clipping.
    """

    architecture: str
    # bytes of each validation slice that are worth their time: a student that recomputes its window is slow
    validation_bytes: int
    # whether tables are used unrounded: small steps of training are not lost then
    real_tables = False

    @abstractmethod
    def clip_parameters(self) -> None:
        """Keeps every parameter within what the exported integers can say; called between optimiser steps."""

    def grow_from(self, smaller: Student) -> None:
        """Starts as the function of a smaller student of another architecture. Raises TrainerError where that
        cannot be.
        """
        raise TrainerError(
            f"a run of {smaller.architecture} cannot start one of {self.architecture}; "
            "use a run of the same kind",
            exit_code=2,
        )

    @abstractmethod
    def bytes_per_step(self, config: TrainConfig) -> int:
        """Bytes that one step of one rank learns from."""

    @abstractmethod
    def mac_per_byte(self) -> int:
        """Multiply-accumulates that coding one byte takes."""


class StepModel(Protocol):
    """The exact step form of an architecture: what the exported graph computes, in NumPy integers."""

    architecture: str

    def inputs(self, text: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
        """[lanes, LOOK_BACK + steps], history first -> graph inputs [lanes, steps, width of the front]."""
        ...

    def start(self, lanes: int) -> npt.NDArray[np.int64]:
        """The zero state [lanes, W]; W is 0 for a student without state."""
        ...

    def step(
        self, inputs: npt.NDArray[np.int32], state: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """inputs [lanes, width], state [lanes, W] -> logits [lanes, 256] before the byte is known, next state
        [lanes, W].
        """
        ...


class Task(Protocol):
    """One rank's data and loss, resumable to the byte."""

    def next_batch(self) -> Any:
        """The next batch of this rank, in the task's own form."""
        ...

    def loss(self, model: nn.Module, batch: Any, dtype: torch.dtype) -> Tensor:
        """Mean bits a byte of `batch`; matrix products run in `dtype`."""
        ...

    def steps_an_epoch(self) -> float:
        """Steps in which all ranks together see as many traced rows as there are; 0 without traced rows."""
        ...

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs for the batches to go on as if never interrupted."""
        ...

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on after the batch that had been given out last when `state` was taken."""
        ...

    def provenance(self) -> dict[str, Any]:
        """Teacher and traced ranges of the shards that are learned from; empty where there are none."""
        ...
