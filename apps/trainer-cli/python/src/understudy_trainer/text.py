"""Plain training text: a folder of files (raw or .xz), each with its share of the batches and a slice kept
for validation.
"""

from __future__ import annotations

import hashlib
import lzma
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import TrainerError

ByteArray = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class TextFile:
    """One source: `validation` is its end, `train` the rest, `digest` the SHA-256 of the whole."""

    name: str
    train: ByteArray
    validation: ByteArray
    digest: str
    share: float

    def provenance(self) -> dict[str, Any]:
        """What it was, for a model's card."""
        size = len(self.train) + len(self.validation)
        return {"name": self.name, "bytes": size, "sha256": self.digest, "share": round(self.share, 4)}


def load_text(folder: Path, validation_bytes: int, shares: dict[str, float]) -> list[TextFile]:
    """All files of `folder`. A file's share of the batches is its size where `shares` does not name it;
    shares are normalised.

    Raises TrainerError for a missing or empty folder and for a share whose file is not there.
    """
    if not folder.is_dir():
        raise TrainerError(f"{folder}: no such folder of training text; give one with --text")
    found: list[tuple[str, ByteArray, str]] = []
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            raw = _read(path)
            name = path.stem if path.suffix == ".xz" else path.name
            found.append((name, np.frombuffer(raw, dtype=np.uint8), hashlib.sha256(raw).hexdigest()))
    found = [entry for entry in found if len(entry[1]) > 0]
    if not found:
        raise TrainerError(f"{folder}: holds no text files; put raw or .xz files there")
    unknown = sorted(set(shares) - {name for name, _, _ in found})
    if unknown:
        raise TrainerError(
            f"--share {unknown[0]}: no such file in {folder}; there are {', '.join(n for n, _, _ in found)}"
        )
    sizes = {name: shares.get(name, len(data) if not shares else 0.0) for name, data, _ in found}
    total = sum(sizes.values())
    if total <= 0:
        raise TrainerError(
            "the shares given with --share sum to zero; give at least one file a positive share"
        )
    files = []
    for name, data, digest in found:
        cut = min(validation_bytes, len(data) // 10)
        files.append(
            TextFile(name, data[: len(data) - cut], data[len(data) - cut :], digest, sizes[name] / total)
        )
    return files


def _read(path: Path) -> bytes:
    raw = path.read_bytes()
    if path.suffix != ".xz":
        return raw
    try:
        return lzma.decompress(raw)
    except lzma.LZMAError as cause:
        raise TrainerError(f"{path}: cannot be unpacked ({cause}); fetch it again") from cause
