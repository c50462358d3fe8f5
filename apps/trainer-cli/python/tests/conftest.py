"""What several tests start from: a learnable text, shards of it, a short run of each architecture."""

from __future__ import annotations

import os

# before NumPy and PyTorch load: threads only get in each other's way in models this small
os.environ.setdefault("OMP_NUM_THREADS", "1")

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from understudy_trainer.config import TrainConfig

REPOSITORY = Path(__file__).parents[4]
TEACHER = {"name": "cmix", "version": "1.0.0", "options": {}}

_VOCABULARY = (
    "the of and to in is was for on as with by that from at his an were are which this also be or had its "
    "first one their not after new who they two been other when there all during into time may more years"
)
_WORDS = _VOCABULARY.split()


def sentences(size: int, seed: int = 1) -> bytes:
    """`size` bytes of made-up English: enough structure for a student to learn from."""
    rng = np.random.default_rng(seed)
    parts: list[str] = []
    length = 0
    while length < size:
        words = [_WORDS[i] for i in rng.zipf(1.3, int(rng.integers(4, 12))) % len(_WORDS)]
        parts.append(" ".join(words).capitalize() + ". ")
        length += len(parts[-1])
    return "".join(parts).encode()[:size]


@pytest.fixture(scope="session")
def text_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two training texts."""
    folder = tmp_path_factory.mktemp("text")
    (folder / "prose.txt").write_bytes(sentences(60_000))
    (folder / "digits.txt").write_bytes(b"".join(b"%d, " % (i * i) for i in range(4000)))
    return folder


def teacher_distribution(symbols: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """[n, 256]: nine tenths on the byte that comes, the rest on everything."""
    final = np.full((len(symbols), 256), 0.1 / 256, dtype=np.float32)
    final[np.arange(len(symbols)), symbols] += 0.9
    return final


def write_shards(folder: Path, text: bytes, stride: int = 1, group_rows: int = 512, **changes: Any) -> Path:
    """Two shards as docs/TRACE.md, section 4, has them (profile `target`); `changes` go into the manifest."""
    folder.mkdir(parents=True)
    data = np.frombuffer(text, dtype=np.uint8)
    padded = np.concatenate([np.zeros(32, dtype=np.uint8), data])
    positions = np.arange(0, len(data), stride)
    shards = []
    for number, part in enumerate(np.array_split(positions, 2)):
        contexts = padded[part[:, None] + np.arange(32)]
        final = teacher_distribution(data[part])
        table = pa.Table.from_arrays(
            [
                pa.array(part.astype(np.uint64)),
                pa.array([row.tobytes() for row in contexts], type=pa.binary(32)),
                pa.FixedSizeListArray.from_arrays(pa.array(final.reshape(-1)), 256),
                pa.array(data[part]),
            ],
            names=["position", "context", "final_prob", "target_symbol"],
        )
        path = folder / f"shard_{number:04d}.parquet"
        pq.write_table(
            table,
            path,
            row_group_size=group_rows,
            compression="zstd",
            use_dictionary=False,
            use_byte_stream_split=["final_prob.list.element"],
        )
        stored = path.read_bytes()
        digest = hashlib.sha256(stored).hexdigest()
        shards.append(
            {
                "file": path.name,
                "rows": len(part),
                "bytes": len(stored),
                "sha256": digest,
                "firstPosition": int(part[0]),
                "lastPosition": int(part[-1]),
            }
        )
    source = {"name": "text", "bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}
    manifest = {
        "schema": 1,
        "teacher": TEACHER,
        "profile": "target",
        "stride": stride,
        "range": [0, len(text)],
        "warmUp": 0,
        "source": source,
        "rows": len(positions),
        "archiveBytes": 0,
        "shards": shards,
        **changes,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="session")
def shard_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stride-1 shards of a short text."""
    return write_shards(tmp_path_factory.mktemp("traces") / "shards", sentences(4000, seed=2))


@pytest.fixture
def config(text_folder: Path, tmp_path: Path) -> Callable[..., TrainConfig]:
    """Makes the configuration of a tiny run in this test's folder."""

    def make(arch: str = "swift", **options: Any) -> TrainConfig:
        small: dict[str, Any] = {
            "size": "tiny",
            "text": str(text_folder),
            "out": str(tmp_path / "run"),
            "steps": 12,
            "lanes": 8,
            "window": 32,
            "longest_run": 256,
            "validation_bytes": 1024,
            "warm_up_steps": 2,
            "log_every": 1,
            "checkpoint_every": 4,
            "dtype": "float32",
        }
        return TrainConfig.for_architecture(arch, {**small, **options})

    return make
