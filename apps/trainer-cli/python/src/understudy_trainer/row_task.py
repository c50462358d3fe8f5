"""Training a windowed student (`transformer32`): batches of single shuffled rows, traced ones last, no state
to carry.

Reference hyper-parameters: Adam at 1e-4, batches of 1024 rows, the teacher's distribution alone on traced
rows (`TrainConfig` holds them).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .ahead import PreparedAhead
from .config import TrainConfig
from .errors import TrainerError
from .loss import mixed_cross_entropy
from .ranks import world_size
from .row_stream import RowStream, Split
from .rows import TextRows
from .shards import ShardSet, verified_memory
from .text import TextFile


@dataclass
class RowBatch:
    """windows int64 [B, 32], symbols int64 [B], teacher float32 [b, 256] of the last b rows or None."""

    windows: Tensor
    symbols: Tensor
    teacher: Tensor | None


class RowTask:
    """One rank's data and loss: text rows drawn by each rank for itself, traced rows shared out among all."""

    def __init__(self, config: TrainConfig, files: list[TextFile], rank: int, device: torch.device) -> None:
        """Raises TrainerError where there is neither text nor a shard, or where a shard is unfit."""
        if not files and not config.shards:
            raise TrainerError("nothing to learn from: give --text, --shards or both", exit_code=2)
        self._config = config
        self._device = device
        self._rng = np.random.default_rng([config.seed, rank])
        traced = 0
        if config.shards:
            traced = round(config.lanes * config.traced) if files else config.lanes
        self._text = TextRows(files, config.lanes - traced, self._rng) if traced < config.lanes else None
        self._traced_rows = traced
        self._shards: ShardSet | None = None
        self._traced: RowStream | None = None
        if traced:
            memory = verified_memory(config.out)
            self._shards = ShardSet(config.shards, 1, consecutive=False, memory=memory)
            split = Split(rank, world_size(), config.workers)
            self._traced = RowStream(self._shards, traced, config.seed, split, config.shuffle_rows)
        self._batches = PreparedAhead(self._prepare, self._snapshot())

    def next_batch(self) -> RowBatch:
        """The next batch; the one after it is prepared meanwhile."""
        if self._shards:
            self._shards.remember()
        return self._batches.next()

    def steps_an_epoch(self) -> float:
        """Steps in which every traced row is seen once; 0 without traced rows."""
        if self._traced is None:
            return 0.0
        return self._traced.rows_an_epoch / (self._traced_rows * world_size())

    def loss(self, model: nn.Module, batch: RowBatch, dtype: torch.dtype) -> Tensor:
        """Mean bits a row."""
        device = self._device
        logits = model(batch.windows.to(device), dtype)
        teacher = None if batch.teacher is None else batch.teacher.to(device).unsqueeze(0)
        symbols = batch.symbols.to(device).unsqueeze(0)
        return mixed_cross_entropy(logits.unsqueeze(0), symbols, teacher, self._config.alpha)

    def provenance(self) -> dict[str, Any]:
        """Teacher and traced ranges of the shards."""
        return self._shards.provenance() if self._shards else {}

    def state(self) -> dict[str, Any]:
        """Random numbers and the place in the epoch."""
        return self._batches.position

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken."""
        self._batches.drop()
        self._rng.bit_generator.state = state["rng"]
        if self._traced:
            self._traced.restore(state["traced"])
        self._batches.position = self._snapshot()

    def _snapshot(self) -> dict[str, Any]:
        return {
            "rng": self._rng.bit_generator.state,
            "traced": self._traced.state() if self._traced else None,
        }

    def _prepare(self) -> tuple[RowBatch, dict[str, Any]]:
        parts = [source.next() for source in (self._text, self._traced) if source is not None]
        teacher = parts[-1].teacher
        batch = RowBatch(
            windows=torch.from_numpy(np.concatenate([p.windows for p in parts]).astype(np.int64)),
            symbols=torch.from_numpy(np.concatenate([p.symbols for p in parts]).astype(np.int64)),
            teacher=None if teacher is None else torch.from_numpy(teacher),
        )
        return batch, self._snapshot()
