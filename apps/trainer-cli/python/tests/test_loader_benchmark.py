"""`trainer loader`: rates for each number of workers, and what architectures would need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import sentences, write_shards

from understudy_trainer.__main__ import main


def test_tells_rows_a_second_beside_what_each_architecture_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_shards(tmp_path / "s", sentences(3000))
    arguments = ["--shards", str(folder), "--workers", "1", "2", "--batch", "100", "--seconds", "0.2"]
    assert main(["loader", *arguments]) == 0
    told = capsys.readouterr().out
    assert re.search(r"^rows, 1 worker\(s\): [\d,]+ rows/s", told, re.M)
    assert re.search(r"^rows, 2 worker\(s\): [\d,]+ rows/s, [\d,]+ a worker", told, re.M)
    assert re.search(r"^lanes, 24 of 192 rows, 1 worker: [\d,]+ rows/s", told, re.M)
    # 312e12 FLOP/s at 6 FLOP for each of 91,264 MAC
    assert "swift: 91,264 MAC a row; one A100 at its full 312 TFLOP/s: 569,775,596 rows/s" in told


def test_shards_of_a_stride_have_no_lanes_and_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_shards(tmp_path / "s", sentences(3000), stride=3)
    assert main(["loader", "--shards", str(folder), "--workers", "1", "--seconds", "0.1"]) == 0
    assert "lanes: not measured" in capsys.readouterr().out


def test_facts_are_those_of_the_student(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "--arch", "swift"]) == 0
    assert '"macPerByte": 91264' in capsys.readouterr().out
    assert main(["facts", "--arch", "swfit"]) == 2
