"""Reads trace shards (docs/TRACE.md, section 4): what a teacher thought before each byte.

The manifest is the way in: it names the shards with their digests, the teacher, the stride. Row groups are
the unit of reading, so memory stays at one group for each reader.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from .errors import TrainerError

SCHEMA_VERSION = 1
CONTEXT_BYTES = 32

ByteArray = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Group:
    path: Path
    index: int
    rows: int


class ShardSet:
    """All row groups of one or more folders of shards, traced by one version of one teacher."""

    def __init__(
        self, folders: list[Path], shortest_run: int, verify: bool = True, consecutive: bool = True
    ) -> None:
        """Row groups with fewer than `shortest_run` rows are left out; `verify` reads every shard once for
        its digest.

        Raises TrainerError for a missing or broken manifest, a missing or altered shard, another schema,
        different teachers, and, where rows must be `consecutive`, a stride other than 1.
        """
        self.teacher: dict[str, Any] = {}
        self.sources: list[dict[str, Any]] = []
        self.rows = 0
        self._groups: list[_Group] = []
        self._consecutive = consecutive
        for folder in folders:
            try:
                self._add(folder, shortest_run, verify)
            except (KeyError, TypeError, ValueError, pa.ArrowException) as cause:
                raise TrainerError(
                    f"{folder}: manifest or shards are broken ({cause}); run `trainer log` again"
                ) from cause
        if not self._groups:
            raise TrainerError(f"{folders[0]}: no row group holds {shortest_run} rows; trace a longer range")

    @property
    def group_count(self) -> int:
        """Number of row groups of all folders."""
        return len(self._groups)

    def group_rows(self, group: int) -> int:
        """Rows of one row group."""
        return self._groups[group].rows

    def provenance(self) -> dict[str, Any]:
        """Who was asked about what: for a model's card."""
        return {"teacher": self.teacher, "traces": self.sources}

    def load_run(self, group: int) -> tuple[ByteArray, FloatArray]:
        """Symbols [n] and teacher's distributions [n, 256] of a row group's consecutive positions."""
        table = self._read(group, ["target_symbol", "final_prob"])
        return _symbols(table), _distributions(table)

    def load_rows(self, group: int) -> tuple[ByteArray, ByteArray, FloatArray]:
        """Contexts [n, 32] (oldest first), symbols [n], teacher's distributions [n, 256] of a row group."""
        table = self._read(group, ["context", "target_symbol", "final_prob"])
        column = table.column("context").combine_chunks()
        flat = np.frombuffer(column.buffers()[1], dtype=np.uint8)
        first = column.offset * CONTEXT_BYTES
        contexts = flat[first : first + len(column) * CONTEXT_BYTES].reshape(-1, CONTEXT_BYTES)
        return contexts, _symbols(table), _distributions(table)

    def _read(self, group: int, columns: list[str]) -> Any:
        entry = self._groups[group]
        return pq.ParquetFile(entry.path).read_row_group(entry.index, columns=columns)

    def _add(self, folder: Path, shortest_run: int, verify: bool) -> None:
        manifest_path = folder / "manifest.json"
        if not manifest_path.is_file():
            unfinished = (folder / "manifest.partial.json").is_file()
            remedy = "run `trainer log` to its end" if unfinished else "make it with `trainer log`"
            raise TrainerError(f"{manifest_path}: not found; {remedy}")
        manifest: dict[str, Any] = json.loads(manifest_path.read_text())
        if manifest.get("schema") != SCHEMA_VERSION:
            raise TrainerError(
                f"{manifest_path}: schema {manifest.get('schema')}, this trainer reads {SCHEMA_VERSION}"
            )
        if self._consecutive and manifest["stride"] != 1:
            raise TrainerError(
                f"{folder}: stride {manifest['stride']}; recurrent students learn from consecutive rows, "
                "trace with --stride 1"
            )
        if self.teacher and manifest["teacher"] != self.teacher:
            raise TrainerError(
                f"{folder}: traced by another teacher than the folders before it; use shards of one teacher"
            )
        self.teacher = manifest["teacher"]
        self.sources.append({key: manifest[key] for key in ("source", "range", "rows")})
        self.rows += int(manifest["rows"])
        for shard in manifest["shards"]:
            path = folder / shard["file"]
            if not path.is_file():
                raise TrainerError(f"{path}: named in the manifest but not there; run `trainer log` again")
            if verify and _sha256(path) != shard["sha256"]:
                raise TrainerError(
                    f"{path}: its SHA-256 differs from the manifest's; delete it and run `trainer log` again"
                )
            metadata = pq.ParquetFile(path).metadata
            for index in range(metadata.num_row_groups):
                rows = metadata.row_group(index).num_rows
                if rows >= shortest_run:
                    self._groups.append(_Group(path, index, rows))


def _symbols(table: Any) -> ByteArray:
    symbols: ByteArray = table.column("target_symbol").combine_chunks().to_numpy(zero_copy_only=False)
    return symbols.astype(np.uint8)


def _distributions(table: Any) -> FloatArray:
    flat: FloatArray = table.column("final_prob").combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(-1, 256)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
