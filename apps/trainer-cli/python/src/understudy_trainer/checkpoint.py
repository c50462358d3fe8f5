"""Checkpoints that are whole or not there: written beside their final name, flushed, renamed."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import torch

from .errors import TrainerError

CHECKPOINT = "checkpoint.pt"
STOPPED_MARKER = "stopped"
FINISHED_MARKER = "finished"


def save_checkpoint(run: Path, content: dict[str, Any], name: str = CHECKPOINT) -> None:
    """Replaces the run's checkpoint in one step; a crash at any moment leaves the old or the new one, and so
    does a full disk, with OSError.
    """
    # in memory first: PyTorch's own writer hides what the file system said
    serialised = io.BytesIO()
    torch.save(content, serialised)
    temporary = run / f".{name}.{os.getpid()}"
    try:
        with temporary.open("wb") as stream:
            stream.write(serialised.getbuffer())
            stream.flush()
            os.fsync(stream.fileno())
        temporary.rename(run / name)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def load_checkpoint(run: Path, name: str = CHECKPOINT) -> dict[str, Any]:
    """Raises TrainerError where there is none or it cannot be read."""
    path = run / name
    if not path.is_file():
        raise TrainerError(f"{path}: no checkpoint there; is this the folder of a training run?")
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=False)
    except Exception as cause:
        raise TrainerError(
            f"{path}: cannot be read as a checkpoint ({cause}); start again or use another run"
        ) from cause
    return content
