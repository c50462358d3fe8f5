"""What distillation is worth: the same student, data, order and number of steps, with several weights of the
teacher.

Every trial starts from the same weights and sees the same bytes in the same order; only `alpha` differs,
the share of the teacher's distribution in the loss of traced lanes. Alpha 0 learns from the same traced text
by its true bytes alone. What counts is the integer form on validation slices that no trial has seen.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from .architectures import integer_form, restore
from .checkpoint import CHECKPOINT, FINISHED_MARKER, load_checkpoint
from .config import TrainConfig
from .errors import TrainerError
from .text import load_text
from .training import train
from .validation import validate

RESULTS = "ablation.json"


@dataclass(frozen=True)
class Trial:
    """One weight of the teacher and the bits a byte that it led to, by validation file."""

    alpha: float
    steps: int
    bytes_seen: int
    validation: dict[str, float]

    @property
    def mean(self) -> float:
        """Mean over the files, each counting once."""
        return sum(self.validation.values()) / len(self.validation)


def ablate(base: TrainConfig, alphas: list[float]) -> list[Trial]:
    """Runs (or takes up again) a trial for each of `alphas` in folders below `base.out`, and writes
    ablation.json and ablation.svg there.

    Raises TrainerError where there is nothing to distil from or to validate on.
    """
    if not base.shards or not base.text:
        raise TrainerError("an ablation needs --shards to distil from and --text to validate on", exit_code=2)
    if 0.0 not in alphas:
        raise TrainerError("--alphas must hold 0, which the others are compared with", exit_code=2)
    out = Path(base.out)
    trials = []
    for alpha in alphas:
        config = replace(base, alpha=alpha, out=str(out / f"alpha-{alpha:g}"))
        _refuse_another_trial(config)
        if not (Path(config.out) / FINISHED_MARKER).is_file():
            train(config)
        trials.append(_measure(config))
    facts = {"config": _told(base), "trials": [asdict(trial) for trial in trials]}
    (out / RESULTS).write_text(json.dumps(facts, indent=1) + "\n")
    (out / "ablation.svg").write_text(plot(trials))
    return trials


def _told(config: TrainConfig) -> dict[str, object]:
    """The configuration without alpha, which differs, and without folders, which mean nothing elsewhere."""
    left_out = ("alpha", "text", "out", "init", "shards")
    return {key: value for key, value in asdict(config).items() if key not in left_out}


def _refuse_another_trial(config: TrainConfig) -> None:
    """Raises TrainerError where the trial's folder holds one that was told otherwise: its figures would stand
    under a configuration that did not make them.
    """
    if not (Path(config.out) / CHECKPOINT).is_file():
        return
    stored = load_checkpoint(Path(config.out))["config"]
    for name, value in _told(config).items():
        # epochs were turned into steps when the trial began
        if stored.get(name) != value and not (name == "steps" and config.epochs > 0):
            raise TrainerError(
                f"{config.out}: that trial was run with --{name.replace('_', '-')} {stored.get(name)}, "
                f"not {value}; use another --out",
                exit_code=2,
            )


def _measure(config: TrainConfig) -> Trial:
    stored = load_checkpoint(Path(config.out))
    student = restore(stored)
    student.clip_parameters()
    files = load_text(Path(config.text), config.validation_bytes, config.shares)
    figures = validate(integer_form(student), files, config.validation_bytes)
    if not figures:
        raise TrainerError("--validation-bytes 0 leaves nothing to compare the trials on", exit_code=2)
    return Trial(config.alpha, stored["step"], stored["bytes_seen"], figures)


def table(trials: list[Trial]) -> str:
    """Bits a byte by file and alpha, in Markdown, with the change of the mean against alpha 0."""
    names = list(trials[0].validation)
    hard = next(trial.mean for trial in trials if trial.alpha == 0)
    lines = [
        "| alpha | " + " | ".join(names) + " | mean | change |",
        "| ---: |" + " ---: |" * (len(names) + 2),
    ]
    for trial in trials:
        figures = " | ".join(f"{trial.validation[name]:.4f}" for name in names)
        change = f"{100 * (trial.mean / hard - 1):+.2f} %"
        lines.append(f"| {trial.alpha:g} | {figures} | {trial.mean:.4f} | {change} |")
    return "\n".join(lines)


WIDTH, ROW, LEFT, RIGHT, TOP, BOTTOM = 720, 34, 150, 40, 64, 44
# distinguishable without colour vision, and by position in the legend
COLOURS = ("#1b6ca8", "#c8553d", "#3c8d5a", "#8a5aa8", "#b8860b", "#555555")


def plot(trials: list[Trial]) -> str:
    """An SVG: for each file the change in % against alpha 0, a dot for each other alpha; left is better."""
    names = [*trials[0].validation, "mean"]
    hard = next(trial for trial in trials if trial.alpha == 0)

    def change(trial: Trial, name: str) -> float:
        of = trial.mean if name == "mean" else trial.validation[name]
        return 100 * (of / (hard.mean if name == "mean" else hard.validation[name]) - 1)

    soft = [trial for trial in trials if trial.alpha != 0]
    reach = max([0.5, *(abs(change(trial, name)) for trial in soft for name in names)]) * 1.1
    height = TOP + ROW * len(names) + BOTTOM

    def x(value: float) -> float:
        return LEFT + (value + reach) / (2 * reach) * (WIDTH - LEFT - RIGHT)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="system-ui, sans-serif" font-size="13" role="img" '
        'aria-label="Change in bits a byte against training without the teacher, by kind of text">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" fill="#222222">Bits a byte against alpha 0, in %: left is better</text>',
    ]
    for number, trial in enumerate(soft):
        at, colour = LEFT + 110 * number, COLOURS[number % len(COLOURS)]
        parts.append(f'<circle cx="{at + 6}" cy="40" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{at + 18}" y="45" fill="#222222">alpha {trial.alpha:g}</text>')
    bottom = TOP + ROW * len(names)
    for tick in (-reach, -reach / 2, 0.0, reach / 2, reach):
        parts.append(
            f'<line x1="{x(tick):.1f}" y1="{TOP}" x2="{x(tick):.1f}" y2="{bottom}" '
            f'stroke="{"#444444" if tick == 0 else "#dddddd"}"/>'
        )
        parts.append(
            f'<text x="{x(tick):.1f}" y="{bottom + 20}" text-anchor="middle" '
            f'fill="#444444">{tick:+.2f}</text>'
        )
    for row, name in enumerate(names):
        y = TOP + ROW * (row + 0.5)
        parts.append(f'<text x="{LEFT - 12}" y="{y + 4:.1f}" text-anchor="end" fill="#222222">{name}</text>')
        for number, trial in enumerate(soft):
            offset = 7 * (number - (len(soft) - 1) / 2)
            parts.append(
                f'<circle cx="{x(change(trial, name)):.1f}" cy="{y + offset:.1f}" r="5" '
                f'fill="{COLOURS[number % len(COLOURS)]}"/>'
            )
    return "\n".join([*parts, "</svg>", ""])
