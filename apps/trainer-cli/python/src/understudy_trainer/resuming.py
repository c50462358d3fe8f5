"""What keeps a run from going on from a checkpoint: another student, or data in which its places mean
nothing.
"""

from __future__ import annotations

from typing import Any

from .config import TrainConfig
from .errors import TrainerError

# what decides which bytes a batch holds
_OF_THE_DATA = ("lanes", "window", "traced", "workers", "shuffle_rows", "seed")


def refuse_other_student(stored: dict[str, Any], config: TrainConfig, where: str, remedy: str) -> None:
    """Raises TrainerError where the checkpoint `stored` holds weights of another kind than `config`'s."""
    arch, size = stored["config"]["arch"], stored["config"]["size"]
    if (arch, size) != (config.arch, config.size):
        raise TrainerError(
            f"{where}: holds a run of {arch} ({size}), not of {config.arch} ({config.size}); {remedy}",
            exit_code=2,
        )


def refuse_other_data(stored: dict[str, Any], config: TrainConfig, world: int, traces: Any) -> None:
    """Raises TrainerError where batches after the checkpoint would not be those of an unbroken run: another
    number of ranks, another make of batches, other kinds of data, other shards (`traces`: their provenance).
    """
    before = stored["config"]
    if len(stored["task"]) != world:
        raise TrainerError(
            f"{config.out}: was run with {len(stored['task'])} ranks, now {world}; use the same number"
        )
    for name in _OF_THE_DATA:
        # a checkpoint from before there was the option was made with its default
        was = before.get(name, getattr(TrainConfig(), name))
        if was != getattr(config, name):
            raise TrainerError(
                f"--{name.replace('_', '-')} {getattr(config, name)}: the run in {config.out} was started "
                f"with {was}; keep that or use another --out",
                exit_code=2,
            )
    if bool(before["shards"]) != bool(config.shards) or bool(before["text"]) != bool(config.text):
        raise TrainerError(
            f"{config.out}: was started with other kinds of data (--text, --shards); keep them "
            "or use another --out",
            exit_code=2,
        )
    if stored["data"].get("traces") != traces:
        raise TrainerError(
            f"{config.out}: was started with other shards than those given now; give the same in the same "
            "order, or use another --out",
            exit_code=2,
        )
