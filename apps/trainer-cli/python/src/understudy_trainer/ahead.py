"""Prepares the next batch while the current one is learned from, without losing exact resumption."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

Batch = TypeVar("Batch")


class PreparedAhead(Generic[Batch]):
    """One thread, one batch ahead. `prepare` gives a batch and the position of the data after it."""

    def __init__(self, prepare: Callable[[], tuple[Batch, dict[str, Any]]], position: dict[str, Any]) -> None:
        self._prepare = prepare
        self._worker = ThreadPoolExecutor(1)
        self._ahead: Future[tuple[Batch, dict[str, Any]]] | None = None
        self.position = position

    def next(self) -> Batch:
        """The next batch; `position` is then where a resumed run would go on."""
        batch, self.position = (self._ahead or self._worker.submit(self._prepare)).result()
        self._ahead = self._worker.submit(self._prepare)
        return batch

    def drop(self) -> None:
        """Forgets what was prepared, so that the data's position may be changed."""
        if self._ahead is not None:
            self._ahead.result()
            self._ahead = None
