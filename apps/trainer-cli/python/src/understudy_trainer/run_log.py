"""What a run tells: log.jsonl for programs, TensorBoard for curves, lines on the standard error for people.
Only rank 0 speaks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from torch.utils.tensorboard import SummaryWriter

LOG = "log.jsonl"


class RunLog:
    """One run's log; silent unless `speaks`."""

    def __init__(self, folder: Path, speaks: bool) -> None:
        self._folder = folder
        self._speaks = speaks
        # made with the first numbers: a run that is refused leaves nothing behind
        self._board: SummaryWriter | None = None

    def progress(
        self,
        step: int,
        bytes_seen: int,
        loss: float,
        rate_factor: float,
        bytes_per_second: float,
        seconds_left: float,
        peak_share: float | None = None,
    ) -> None:
        """Mean loss (bits a byte), speed of all ranks, and share of their devices' peak, since the last such
        line.
        """
        numbers = {"bits_per_byte": loss, "lr_factor": rate_factor, "bytes_per_second": bytes_per_second}
        if peak_share is not None:
            numbers["peak_share"] = peak_share
        self._write({"step": step, **numbers, "bytes_seen": bytes_seen}, step, numbers)
        self.say(
            f"step {step} loss {loss:.4f} bits/byte {bytes_per_second / 1e3:.3g} kB/s "
            f"{bytes_seen / 1e6:.3g} MB seen {seconds_left / 60:.1f} min left"
        )

    def started(self, step: int, facts: dict[str, Any]) -> None:
        """What this start of the run works with: ranks, device, type, sizes."""
        if self._speaks:
            self._append({"step": step, "started": facts})

    def validation(self, step: int, bytes_seen: int, figures: dict[str, float]) -> None:
        """Bits a byte of the integer form by file."""
        if not figures:
            return
        numbers = {f"validation/{name}": value for name, value in figures.items()}
        self._write({"step": step, "validation": figures, "bytes_seen": bytes_seen}, step, numbers)
        mean = sum(figures.values()) / len(figures)
        each = ", ".join(f"{name} {value:.3f}" for name, value in figures.items())
        self.say(f"step {step} validation {mean:.4f} bits/byte ({each})")

    def say(self, line: str) -> None:
        """A line for people."""
        if self._speaks:
            print(line, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Flushes the curves."""
        if self._board is not None:
            self._board.close()

    def _write(self, entry: dict[str, Any], step: int, numbers: dict[str, float]) -> None:
        if not self._speaks:
            return
        if self._board is None:
            self._board = SummaryWriter(str(self._folder / "tensorboard"))
        self._append(entry)
        for name, value in numbers.items():
            self._board.add_scalar(name, value, step)

    def _append(self, entry: dict[str, Any]) -> None:
        with (self._folder / LOG).open("a") as stream:
            stream.write(json.dumps(entry) + "\n")


def last_validation(run: Path) -> dict[str, float] | None:
    """The figures of the run's last validation, or None where there was none."""
    path = run / LOG
    if not path.is_file():
        return None
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    figures: list[dict[str, float]] = [entry["validation"] for entry in entries if "validation" in entry]
    return figures[-1] if figures else None
