"""Everything that decides a training run, as one value: printed, stored with the run, part of every
checkpoint.

The command line is made from these fields: name, default, range and help text stand here once.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .errors import TrainerError

# What an architecture's reference recipe changes; an option given on the command line wins.
ARCHITECTURE_DEFAULTS: dict[str, dict[str, Any]] = {
    "transformer32": {
        "lanes": 1024,
        "alpha": 1.0,
        "traced": 0.5,
        "learning_rate": 1e-4,
        "beta2": 0.999,
        "schedule": "constant",
    }
}


def _option(
    default: Any,
    text: str,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A field of the configuration with its help text and what it may be."""
    return field(default=default, metadata={"help": text, "low": low, "high": high, "choices": choices})


@dataclass(frozen=True)
class TrainConfig:
    """Options of `trainer train`. A step of `swift` or `deep` sees `lanes · window` bytes on each rank,
    one of `transformer32` `lanes`.
    """

    arch: str = _option("swift", "architecture of the student: swift, deep or transformer32")
    size: str = _option("full", "full is what is released, tiny is for trying out", choices=("full", "tiny"))
    text: str = _option("", "folder of plain training text, files raw or .xz")
    shards: tuple[str, ...] = _option(
        (), "folders of trace shards with their manifest.json: paths, or URIs such as s3://bucket/folder"
    )
    out: str = _option("", "the run's folder; an unfinished run there is resumed")
    init: str = _option(
        "",
        "folder of another run whose weights to start from: of the same architecture, or of swift for deep",
    )
    steps: int = _option(1000, "optimiser steps of the whole run, those before a resumption included", 1)
    epochs: float = _option(
        0.0, "take as many steps as see every traced row so many times, instead of --steps", 0
    )
    lanes: int = _option(96, "lanes (swift, deep) or rows (transformer32) of a rank's batch", 1)
    window: int = _option(192, "bytes that each lane reads in a step (swift, deep)", 32)
    longest_run: int = _option(
        16384, "bytes after which a lane has surely jumped to a new place (swift, deep)", 64
    )
    alpha: float = _option(
        0.5, "weight of the teacher's distribution on traced rows, the rest is the true byte's", 0, 1
    )
    traced: float = _option(
        0.25, "share of the lanes or rows that are traced, where there are text and shards", 0, 1
    )
    shares: dict[str, float] = field(
        default_factory=dict,
        metadata={"help": "a text file's share of the batches (repeat; files not named get none)"},
    )
    learning_rate: float = _option(2.5e-3, "peak rate of Adam for everything but tables", 0)
    table_learning_rate: float = _option(4e-3, "peak rate of Adam for tables of embeddings (swift, deep)", 0)
    real_tables_until: int = _option(
        0, "steps before which table values are not yet rounded to four bits (swift, deep)", 0
    )
    beta2: float = _option(0.98, "Adam's decay of squared gradients", 0, 0.99999)
    schedule: str = _option("cosine", "how the rate goes on after warming up", choices=("cosine", "constant"))
    warm_up_steps: int = _option(100, "steps in which the rate climbs to its peak", 0)
    final_rate: float = _option(0.03, "rate at the end of a cosine, as a share of the peak", 0, 1)
    clip_norm: float = _option(1.0, "largest norm of a step's gradient, tables left out", 0)
    validation_bytes: int = _option(65536, "bytes at the end of each file that are kept from training", 0)
    evaluate_every: int = _option(2000, "steps between validations of the integer form", 1)
    checkpoint_every: int = _option(500, "steps between checkpoints", 1)
    log_every: int = _option(50, "steps between lines of the log", 1)
    workers: int = _option(1, "threads of each rank that read shards ahead (transformer32)", 1)
    shuffle_rows: int = _option(
        65536, "traced rows that are shuffled together, about 1.06 kB each (transformer32)", 1
    )
    threads: int = _option(1, "CPU threads of each rank", 1)
    dtype: str = _option(
        "auto", "type of matrix products in training", choices=("auto", "float32", "bfloat16")
    )
    compile: str = _option(
        "off", "torch.compile for the student: minutes at the start, faster steps", choices=("off", "on")
    )
    profile: int = _option(0, "steps to trace into the run's folder profile/, from the fourth on", 0)
    seed: int = _option(1, "seed of weights and of the order of the data", 0)

    @staticmethod
    def for_architecture(arch: str, given: dict[str, Any]) -> TrainConfig:
        """The architecture's reference recipe with the options that were given. Raises TrainerError for a
        value out of range.
        """
        config = TrainConfig(**{**ARCHITECTURE_DEFAULTS.get(arch, {}), **given, "arch": arch})
        for option in fields(TrainConfig):
            value, low, high = (
                getattr(config, option.name),
                option.metadata.get("low"),
                option.metadata.get("high"),
            )
            if (low is not None and not value >= low) or (high is not None and not value <= high):
                allowed = f"at least {low}" if high is None else f"from {low} to {high}"
                flag = option.name.replace("_", "-")
                raise TrainerError(f"--{flag} {value}: must be {allowed}", exit_code=2)
        return config

    def to_json(self) -> str:
        """The resolved configuration, as stored with the run."""
        return json.dumps(asdict(self), indent=1)
