"""`train` and `export` as they are typed: files that appear, exit codes, one sentence for each mistake."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from understudy_trainer.__main__ import main
from understudy_trainer.config import TrainConfig

TINY_RUN = ["--size", "tiny", "--steps", "3", "--lanes", "4", "--window", "32", "--validation-bytes", "512"]


@pytest.mark.parametrize("arch", ["swift", "deep", "transformer32"])
def test_train_then_export_makes_a_model_folder(
    text_folder: Path, tmp_path: Path, arch: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run, model = tmp_path / "run", tmp_path / "models" / "student-1"
    arguments = ["train", "--arch", arch, "--text", str(text_folder), "--out", str(run), *TINY_RUN]
    assert main([*arguments, "--share", "prose.txt=3", "--share", "digits.txt=1"]) == 0
    assert {"config.json", "log.jsonl", "checkpoint.pt", "finished"} <= {p.name for p in run.iterdir()}
    facts = tmp_path / "facts.json"
    facts.write_text('{"licence": "CC-BY-SA-4.0"}')
    assert main(["export", str(run), "--out", str(model), "--card", str(facts)]) == 0
    assert sorted(p.name for p in model.iterdir()) == ["card.json", "parity.bin", "student.onnx"]
    card = json.loads((model / "card.json").read_text())
    assert card["id"] == hashlib.sha256((model / "student.onnx").read_bytes()).hexdigest()
    assert card["name"] == "student-1" and card["architecture"] == arch and card["licence"] == "CC-BY-SA-4.0"
    assert card["training"]["data"]["text"][0]["share"] == 0.25 and card["validationBitsPerByte"].keys() == {
        "prose.txt",
        "digits.txt",
    }
    assert str(tmp_path) not in json.dumps(card), "a card names no folders of this machine"
    assert "step 3 loss" in capsys.readouterr().err

    before = (model / "student.onnx").read_bytes()
    assert main(["export", str(run), "--out", str(model)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["export", str(run), "--out", str(model), "--force"]) == 0
    assert (model / "student.onnx").read_bytes() == before
    assert sorted(p.name for p in model.parent.iterdir()) == ["student-1"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--arch", "swfit"], 2, "no architecture 'swfit'; there are swift, deep, transformer32"),
        (["--size", "big"], 2, "invalid choice: 'big'"),
        (["--text", "{tmp}/nowhere"], 1, "nowhere: no such folder of training text"),
        (["--text", "{tmp}"], 1, "holds no text files"),
        (["--text", "{text}", "--share", "nothing.txt=1"], 1, "--share nothing.txt: no such file in"),
        (["--text", "{text}", "--share", "prose.txt"], 2, "'prose.txt' is not FILE=SHARE"),
        (["--text", "{text}", "--share", "prose.txt=0"], 1, "sum to zero"),
        (["--shards", "{tmp}/nowhere"], 1, "nowhere/manifest.json: not found"),
        (["--text", "{text}", "--init", "{tmp}"], 1, "checkpoint.pt: no checkpoint there"),
        ([], 2, "nothing to learn from: give --text, --shards or both"),
        (["--text", "{text}", "--alpha", "1.5"], 2, "--alpha 1.5: must be from 0 to 1"),
        (["--text", "{text}", "--lanes", "0"], 2, "--lanes 0: must be at least 1"),
        (["--text", "{text}", "--window", "100000"], 1, "no text file has a window of 100000 bytes"),
        (["--step-count", "5"], 2, "unrecognized arguments: --step-count"),
    ],
)
def test_mistakes_are_named_and_leave_nothing_behind(
    text_folder: Path,
    tmp_path: Path,
    arguments: list[str],
    code: int,
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    filled = [a.replace("{tmp}", str(tmp_path)).replace("{text}", str(text_folder)) for a in arguments]
    assert main(["train", "--out", str(tmp_path / "run"), "--size", "tiny", *filled]) == code
    error = capsys.readouterr().err
    assert message in error and error.startswith("trainer: ") and error.count("\n") == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("card", "message"),
    [("{", "cannot be read as JSON"), ("[]", "must hold one JSON object"), (None, "cannot be read")],
)
def test_export_refuses_a_card_that_is_none(
    text_folder: Path, tmp_path: Path, card: str | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--text", str(text_folder), "--out", str(tmp_path / "run"), *TINY_RUN]) == 0
    if card is not None:
        (tmp_path / "card.json").write_text(card)
    assert (
        main(
            [
                "export",
                str(tmp_path / "run"),
                "--out",
                str(tmp_path / "m"),
                "--card",
                str(tmp_path / "card.json"),
            ]
        )
        == 2
    )
    assert message in capsys.readouterr().err and not (tmp_path / "m").exists()


def test_export_of_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path), "--out", str(tmp_path / "m")]) == 1
    assert "is this the folder of a training run?" in capsys.readouterr().err


def test_architectures_bring_their_reference_recipe_and_given_options_win() -> None:
    config = TrainConfig.for_architecture("transformer32", {"lanes": 7})
    assert (config.learning_rate, config.alpha, config.lanes) == (1e-4, 1.0, 7)
    assert TrainConfig.for_architecture("swift", {}) == TrainConfig()


def test_help_tells_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("train", "export"):
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
    text = capsys.readouterr().out
    assert "default 96, 1024 for transformer32" in " ".join(text.split())
    assert "MISSING" not in text
