"""The ablation compares like with like, tells what it found, and the record of a run can be read later."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from understudy_trainer.__main__ import main
from understudy_trainer.ablation import ablate, table
from understudy_trainer.config import TrainConfig
from understudy_trainer.errors import TrainerError
from understudy_trainer.training import train


def losses(run: Path) -> list[float]:
    """What a run logged, step by step."""
    entries = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    return [entry["bits_per_byte"] for entry in entries if "bits_per_byte" in entry]


def test_trials_differ_by_alpha_alone_and_are_compared_on_what_none_has_seen(
    config: Callable[..., TrainConfig], shard_folder: Path
) -> None:
    options = config(shards=(str(shard_folder),), traced=0.5, steps=30, learning_rate=3e-3)
    hard, soft = ablate(options, [0.0, 1.0])
    assert (hard.alpha, soft.alpha) == (0.0, 1.0)
    assert hard.steps == soft.steps == 30 and hard.bytes_seen == soft.bytes_seen
    assert hard.validation.keys() == soft.validation.keys() == {"prose.txt", "digits.txt"}
    assert hard.validation != soft.validation, "the teacher's weight must make a difference"
    # the hard trial is what a plain training with alpha 0 gives, so the comparison is not with something else
    alone = replace(options, alpha=0.0, out=options.out + "-alone")
    train(alone)
    assert losses(Path(alone.out)) == losses(Path(options.out) / "alpha-0")

    stored = json.loads((Path(options.out) / "ablation.json").read_text())
    assert [trial["alpha"] for trial in stored["trials"]] == [0.0, 1.0]
    assert not {"alpha", "out", "text", "shards"} & stored["config"].keys()
    change = f"{100 * (soft.mean / hard.mean - 1):+.2f} %"
    assert table([hard, soft]).splitlines()[-1].endswith(f"| {soft.mean:.4f} | {change} |")
    with pytest.raises(
        TrainerError, match=r"alpha-0: that trial was run with --learning-rate 0.003, not 0.001"
    ):
        ablate(replace(options, learning_rate=1e-3), [0.0, 1.0])
    drawing = ElementTree.parse(Path(options.out) / "ablation.svg").getroot()
    dots = [e for e in drawing.iter("{http://www.w3.org/2000/svg}circle")]
    assert len(dots) == 1 + 3, "one in the legend, one a file, one for the mean"


def test_an_ablation_needs_a_teacher_and_the_trial_without_it(
    config: Callable[..., TrainConfig], shard_folder: Path
) -> None:
    with pytest.raises(TrainerError, match="needs --shards"):
        ablate(config(), [0.0, 1.0])
    with pytest.raises(TrainerError, match="must hold 0"):
        ablate(config(shards=(str(shard_folder),)), [0.5, 1.0])


def test_a_record_tells_the_run_without_this_machines_folders(
    config: Callable[..., TrainConfig], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = config()
    train(options)
    out = tmp_path / "records" / "first-try.json"
    assert main(["record", options.out, "--out", str(out), "--note", "Too short to learn."]) == 0
    record = json.loads(out.read_text())
    assert record["trial"] == "first-try" and record["note"] == "Too short to learn."
    assert record["steps"] == 12 and record["bytesSeen"] == 12 * 8 * 32 and record["config"]["lanes"] == 8
    assert [step for step, _ in record["trainingBitsPerByte"]] == list(range(1, 13))
    assert record["validationBitsPerByte"][-1].keys() == {"step", "prose.txt", "digits.txt"}
    assert {entry["name"] for entry in record["data"]["text"]} == {"prose.txt", "digits.txt"}
    assert str(tmp_path) not in out.read_text()
    assert main(["record", str(tmp_path / "nothing"), "--out", str(out)]) == 1
    assert "no checkpoint there" in capsys.readouterr().err


def test_alphas_are_different_weights_from_0_to_1(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("0,2", "0,0", "none"):
        assert main(["ablate", "--alphas", wrong, "--out", "nowhere"]) == 2
        assert "is not a list of different weights from 0 to 1" in capsys.readouterr().err
