"""Training a recurrent student (`swift`): batches of lanes, state carried from window to window, loss,
validation in integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .ahead import PreparedAhead
from .config import TrainConfig
from .contexts import LOOK_BACK, NgramFront
from .errors import TrainerError
from .lanes import TextLanes, TracedLanes, Window
from .loss import mixed_cross_entropy
from .ranks import world_size
from .shards import ShardSet, verified_memory
from .text import TextFile


@dataclass
class LaneBatch:
    """rows int64 [T, B, R], symbols int64 [T, B], fresh [B], teacher float32 [T, b, 256] of the last b lanes
    or None.
    """

    rows: Tensor
    symbols: Tensor
    fresh: Tensor
    teacher: Tensor | None


class LaneTask:
    """One rank's data and loss. `state()` holds what an exact resume needs."""

    def __init__(
        self,
        config: TrainConfig,
        files: list[TextFile],
        front: NgramFront,
        state_width: int,
        rank: int,
        device: torch.device,
    ) -> None:
        """Raises TrainerError where there is neither text nor a shard, or where a shard is unfit."""
        if not files and not config.shards:
            raise TrainerError("nothing to learn from: give --text, --shards or both", exit_code=2)
        self._config = config
        self._device = device
        self._front = front
        self._rng = np.random.default_rng([config.seed, rank])
        memory = verified_memory(config.out)
        self._shards = (
            ShardSet(config.shards, LOOK_BACK + config.window, memory=memory) if config.shards else None
        )
        traced = round(config.lanes * config.traced) if self._shards else 0
        if not files:
            traced = config.lanes
        self._traced_lanes = traced
        self._text = (
            TextLanes(files, config.lanes - traced, config.window, config.longest_run, self._rng)
            if files and traced < config.lanes
            else None
        )
        self._traced = (
            TracedLanes(self._shards, traced, config.window, self._rng) if self._shards and traced else None
        )
        self._recurrent = torch.zeros(config.lanes, state_width, device=device)
        self._batches = PreparedAhead(self._prepare, self._snapshot())

    def next_batch(self) -> LaneBatch:
        """The next batch; the one after it is prepared meanwhile."""
        if self._shards:
            self._shards.remember()
        return self._batches.next()

    def steps_an_epoch(self) -> float:
        """Steps in which as many traced rows are seen as there are; 0 without traced rows."""
        if self._shards is None or self._traced is None:
            return 0.0
        return self._shards.rows / (self._traced_lanes * self._config.window * world_size())

    def loss(self, model: nn.Module, batch: LaneBatch, dtype: torch.dtype) -> Tensor:
        """Mean bits a byte; carries the recurrent state on."""
        device = self._device
        self._recurrent[batch.fresh.to(device)] = 0
        logits, self._recurrent = model(batch.rows.to(device), self._recurrent, dtype)
        teacher = None if batch.teacher is None else batch.teacher.to(device)
        return mixed_cross_entropy(logits, batch.symbols.to(device), teacher, self._config.alpha)

    def provenance(self) -> dict[str, Any]:
        """Teacher and traced ranges of the shards."""
        return self._shards.provenance() if self._shards else {}

    def state(self) -> dict[str, Any]:
        """Random numbers, every lane's place, every lane's recurrent values."""
        return {**self._batches.position, "recurrent": self._recurrent.cpu().clone()}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken."""
        self._batches.drop()
        self._rng.bit_generator.state = state["rng"]
        if self._text:
            self._text.restore(state["text"])
        if self._traced:
            self._traced.restore(state["traced"])
        self._recurrent = state["recurrent"].to(self._device).clone()
        self._batches.position = self._snapshot()

    def _snapshot(self) -> dict[str, Any]:
        return {
            "rng": self._rng.bit_generator.state,
            "text": self._text.state() if self._text else None,
            "traced": self._traced.state() if self._traced else None,
        }

    def _prepare(self) -> tuple[LaneBatch, dict[str, Any]]:
        windows: list[Window] = [source.next() for source in (self._text, self._traced) if source is not None]
        text = np.concatenate([w.text for w in windows])
        rows = self._front.rows(text).transpose(1, 0, 2)
        teacher = windows[-1].teacher
        batch = LaneBatch(
            rows=torch.from_numpy(np.ascontiguousarray(rows)),
            symbols=torch.from_numpy(text[:, LOOK_BACK:].T.astype(np.int64)),
            fresh=torch.from_numpy(np.concatenate([w.fresh for w in windows])),
            teacher=None
            if teacher is None
            else torch.from_numpy(np.ascontiguousarray(teacher.transpose(1, 0, 2))),
        )
        return batch, self._snapshot()
