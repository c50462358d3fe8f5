"""A request to stop that came as a signal: SIGTERM from a scheduler or a user, SIGUSR1 from a queue that
warns before its time limit.
"""

from __future__ import annotations

import signal
from types import TracebackType
from typing import Any

STOP_SIGNALS = (signal.SIGTERM, signal.SIGUSR1)


class StopRequest:
    """Within its `with` block the signals only set `asked`, which is looked at between steps."""

    def __init__(self) -> None:
        self.asked = False
        self._before: list[tuple[signal.Signals, Any]] = []

    def __enter__(self) -> StopRequest:
        self._before = [(number, signal.signal(number, self._ask)) for number in STOP_SIGNALS]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)

    def _ask(self, *_: object) -> None:
        self.asked = True
