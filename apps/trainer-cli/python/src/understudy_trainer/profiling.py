"""`trainer train --profile N`: a trace of N steps for chrome://tracing or Perfetto, and a table of what took
longest.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

from torch.profiler import ProfilerActivity, profile, schedule

SKIPPED_STEPS = 3
TABLE_ROWS = 25


class StepProfile:
    """Records steps 4 to 3 + N of this start of the run; does nothing where N is 0."""

    def __init__(self, folder: Path, rank: int, steps: int, cuda: bool) -> None:
        self._folder = folder
        self._rank = rank
        # torch leaves the methods of its profiler without types
        self._profile: Any = None
        if steps > 0:
            self._profile = profile(
                activities=[ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if cuda else [])],
                # the first steps start threads and choose kernels
                schedule=schedule(wait=SKIPPED_STEPS - 1, warmup=1, active=steps, repeat=1),
                on_trace_ready=self._write,
            )

    def __enter__(self) -> StepProfile:
        if self._profile is not None:
            self._profile.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._profile is not None:
            self._profile.__exit__(kind, error, trace)

    def step(self) -> None:
        """To be called after each step."""
        if self._profile is not None:
            self._profile.step()

    def _write(self, recorded: profile) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        recorded.export_chrome_trace(str(self._folder / f"rank{self._rank}.json"))
        table = recorded.key_averages().table(sort_by="self_cpu_time_total", row_limit=TABLE_ROWS)
        (self._folder / f"rank{self._rank}.txt").write_text(table)
