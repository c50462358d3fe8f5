"""Plain training text: compressed or not, cut for validation, read in lanes."""

from __future__ import annotations

import hashlib
import lzma
from pathlib import Path

import numpy as np
import pytest
from conftest import sentences

from understudy_trainer.errors import TrainerError
from understudy_trainer.lanes import TextLanes
from understudy_trainer.text import load_text


def test_xz_and_raw_files_are_one_thing(tmp_path: Path) -> None:
    text = sentences(5000)
    (tmp_path / "a.txt.xz").write_bytes(lzma.compress(text))
    (tmp_path / "b.txt").write_bytes(text[:2500])
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "empty").write_bytes(b"")
    a, b = load_text(tmp_path, 400, {})
    assert (a.name, b.name) == ("a.txt", "b.txt")
    assert a.train.tobytes() + a.validation.tobytes() == text and len(a.validation) == 400
    assert len(b.validation) == 250, "a small file keeps nine tenths for training"
    assert a.digest == hashlib.sha256(text).hexdigest()
    assert [a.share, b.share] == pytest.approx([2 / 3, 1 / 3])


def test_a_broken_xz_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xz").write_bytes(b"no xz")
    with pytest.raises(TrainerError, match=r"a\.xz: cannot be unpacked"):
        load_text(tmp_path, 400, {})


def test_lanes_read_on_and_jump_cold_by_shares(text_folder: Path) -> None:
    files = load_text(text_folder, 1024, {"prose.txt": 1.0})
    prose = next(f for f in files if f.name == "prose.txt").train.tobytes()
    lanes = TextLanes(files, 4, 64, 1024, np.random.default_rng(5))
    before = [b""] * 4
    jumps = 0
    for _ in range(50):
        window = lanes.next()
        for lane in range(4):
            history, piece = window.text[lane, :32].tobytes(), window.text[lane, 32:].tobytes()
            assert piece in prose, "a file with no share is never read"
            assert history == (bytes(32) if window.fresh[lane] else before[lane][-32:])
            jumps += int(window.fresh[lane])
            before[lane] = piece
    # runs of 256 to 768 bytes: 4 to 11 windows
    assert 4 * 50 / 12 < jumps < 4 * 50 / 4
