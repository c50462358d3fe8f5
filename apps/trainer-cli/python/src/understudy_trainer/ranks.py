"""Which of the processes of a run this is: 0 of 1 outside torchrun."""

from __future__ import annotations

import os


def rank() -> int:
    """Number of this process among all of the run, from 0."""
    return int(os.environ.get("RANK", "0"))


def world_size() -> int:
    """Number of processes of the run."""
    return int(os.environ.get("WORLD_SIZE", "1"))
