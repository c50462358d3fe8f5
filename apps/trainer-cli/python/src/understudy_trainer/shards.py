"""Reads trace shards (docs/TRACE.md, section 4): what a teacher thought before each byte.

The manifest is the way in: it names the shards with their digests, the teacher, the stride. Folders are local
or in object storage (`storage.py`). Row groups are the unit of reading, so memory stays at one group for each
reader, and of trying again, so that a connection may break in the middle of a shard.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from .errors import TrainerError
from .ranks import rank, world_size
from .storage import Location, locate, patiently

SCHEMA_VERSION = 1
CONTEXT_BYTES = 32

ByteArray = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Group:
    shard: Location
    metadata: Any
    index: int
    rows: int


class ShardSet:
    """All row groups of one or more folders of shards, traced by one version of one teacher."""

    def __init__(
        self,
        folders: Sequence[Path | str],
        shortest_run: int,
        verify: bool = True,
        consecutive: bool = True,
        memory: Path | None = None,
    ) -> None:
        """Row groups with fewer than `shortest_run` rows are left out. `verify`: the ranks of a run together
        read every shard once for its digest; those found right are remembered in the file `memory`, and not
        read again as long as size and time of change stay.

        Raises TrainerError for a missing or broken manifest, a missing or altered shard, another schema,
        different teachers, and, where rows must be `consecutive`, a stride other than 1.
        """
        self.teacher: dict[str, Any] = {}
        self.sources: list[dict[str, Any]] = []
        self.rows = 0
        self._groups: list[_Group] = []
        self._consecutive = consecutive
        self._verify = verify
        self._memory = memory
        self._verified: dict[str, list[Any]] = _load_memory(memory)
        self._shards_seen = 0
        for folder in folders:
            try:
                self._add(locate(str(folder)), shortest_run)
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

    def remember(self) -> None:
        """Writes the file `memory`, once a run that is not refused has a folder for it."""
        if self._memory is not None and self._verified != _load_memory(self._memory):
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._memory.with_suffix(".partial")
            temporary.write_text(json.dumps(self._verified, indent=1))
            temporary.rename(self._memory)
        self._memory = None

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

        def read() -> Any:
            with entry.shard.open() as source:
                # over a network the columns' parts are fetched together, not one after the other
                file = pq.ParquetFile(source, metadata=entry.metadata, pre_buffer=entry.shard.is_remote)
                return file.read_row_group(entry.index, columns=columns)

        return patiently(entry.shard.name, read)

    def _add(self, folder: Location, shortest_run: int) -> None:
        manifest_file = folder.child("manifest.json")
        if manifest_file.size() is None:
            unfinished = folder.child("manifest.partial.json").size() is not None
            remedy = "run `trainer log` to its end" if unfinished else "make it with `trainer log`"
            raise TrainerError(f"{manifest_file.name}: not found; {remedy}")
        manifest: dict[str, Any] = json.loads(manifest_file.read())
        if manifest.get("schema") != SCHEMA_VERSION:
            raise TrainerError(
                f"{manifest_file.name}: schema {manifest.get('schema')}, this trainer reads {SCHEMA_VERSION}"
            )
        if self._consecutive and manifest["stride"] != 1:
            raise TrainerError(
                f"{folder.name}: stride {manifest['stride']}; recurrent students learn from consecutive "
                "rows, trace with --stride 1"
            )
        if self.teacher and manifest["teacher"] != self.teacher:
            raise TrainerError(
                f"{folder.name}: traced by another teacher than the folders before it; use shards of one "
                "teacher"
            )
        self.teacher = manifest["teacher"]
        self.sources.append({key: manifest[key] for key in ("source", "range", "rows")})
        self.rows += int(manifest["rows"])
        for facts in manifest["shards"]:
            shard = folder.child(facts["file"])
            if shard.size() is None:
                raise TrainerError(
                    f"{shard.name}: named in the manifest but not there; run `trainer log` again"
                )
            if self._verify:
                self._check_digest(shard, facts["sha256"])
            self._add_groups(shard, shortest_run)

    def _check_digest(self, shard: Location, sha256: str) -> None:
        mine = self._shards_seen % world_size() == rank()
        self._shards_seen += 1
        if not mine:
            return
        known = [sha256, *shard.version()]
        if self._verified.get(shard.name) == known:
            return
        if shard.sha256() != sha256:
            raise TrainerError(
                f"{shard.name}: its SHA-256 differs from the manifest's; delete it and run `trainer log` "
                "again"
            )
        self._verified[shard.name] = known

    def _add_groups(self, shard: Location, shortest_run: int) -> None:
        def read_footer() -> Any:
            with shard.open() as source:
                return pq.ParquetFile(source).metadata

        metadata = patiently(shard.name, read_footer)
        for index in range(metadata.num_row_groups):
            rows = metadata.row_group(index).num_rows
            if rows >= shortest_run:
                self._groups.append(_Group(shard, metadata, index, rows))


def verified_memory(run: str) -> Path:
    """Where this rank of the run in folder `run` remembers which digests it has found right."""
    return Path(run) / f"verified-{rank()}.json"


def _load_memory(memory: Path | None) -> dict[str, list[Any]]:
    if memory is None or not memory.is_file():
        return {}
    try:
        content: dict[str, list[Any]] = json.loads(memory.read_text())
    except (OSError, ValueError):
        # nothing remembered: the digests are read again
        return {}
    return content


def _symbols(table: Any) -> ByteArray:
    symbols: ByteArray = table.column("target_symbol").combine_chunks().to_numpy(zero_copy_only=False)
    return symbols.astype(np.uint8)


def _distributions(table: Any) -> FloatArray:
    flat: FloatArray = table.column("final_prob").combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(-1, 256)
