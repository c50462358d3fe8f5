"""Files wherever they are: a folder is a path, or a URI of object storage (`s3://`, `gs://`, or any protocol
of fsspec).

pyarrow's file systems do the talking. What comes on top is patience: a read that fails on the way is tried
again from its beginning, so that a cut connection costs seconds and not the run.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.fs as fs

from .errors import TrainerError

T = TypeVar("T")

ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 0.25
BLOCK_BYTES = 1 << 22


@dataclass(frozen=True)
class Location:
    """A file or folder: `name` as the user wrote it, `path` as its file system wants it."""

    name: str
    system: Any
    path: str

    @property
    def is_remote(self) -> bool:
        """Whether reading goes over a network."""
        return not isinstance(self.system, fs.LocalFileSystem)

    def child(self, name: str) -> Location:
        """A file within this folder."""
        # what follows a `?` are options of the connection, no part of the path
        shown, mark, options = self.name.partition("?")
        full_name = f"{shown.rstrip('/')}/{name}{mark}{options}"
        return Location(full_name, self.system, f"{self.path.rstrip('/')}/{name}")

    def size(self) -> int | None:
        """Bytes of the file, None where there is none."""
        info = patiently(self.name, lambda: self.system.get_file_info(self.path))
        return int(info.size) if info.type == fs.FileType.File else None

    def version(self) -> list[Any]:
        """Size and time of change: equal as long as nobody wrote the file anew."""
        info = patiently(self.name, lambda: self.system.get_file_info(self.path))
        return [info.size, info.mtime_ns]

    def open(self) -> Any:
        """The file for reading at any place."""
        return self.system.open_input_file(self.path)

    def read(self) -> bytes:
        """The whole file."""

        def read_once() -> bytes:
            with self.open() as stream:
                content: bytes = stream.readall()
                return content

        return patiently(self.name, read_once)

    def sha256(self) -> str:
        """Digest of the whole file, read in blocks; a block that fails is read again."""
        digest = hashlib.sha256()
        at = 0

        def go_on() -> bool:
            nonlocal at
            with self.open() as stream:
                stream.seek(at)
                while block := stream.read(BLOCK_BYTES):
                    digest.update(block)
                    at += len(block)
            return True

        patiently(self.name, go_on)
        return digest.hexdigest()


def locate(name: str) -> Location:
    """Raises TrainerError for a URI that no file system here can read."""
    if "://" not in name:
        return Location(name, fs.LocalFileSystem(), name)
    try:
        system, path = fs.FileSystem.from_uri(name)
        return Location(name, system, path)
    except (pa.ArrowException, OSError, ValueError) as cause:
        return _locate_with_fsspec(name, cause)


def _locate_with_fsspec(name: str, first_cause: Exception) -> Location:
    """The way for protocols that pyarrow does not know itself."""
    import fsspec

    protocol = name.split("://", 1)[0]
    if protocol in ("s3", "gs", "gcs", "file", "hdfs"):
        raise TrainerError(f"{name}: cannot be opened ({first_cause}); check address and credentials")
    try:
        system, path = fsspec.core.url_to_fs(name)
    except (ValueError, ImportError) as cause:
        raise TrainerError(
            f"{name}: no file system for {protocol}:// here ({cause}); install fsspec's package for it",
            exit_code=3,
        ) from cause
    return Location(name, fs.PyFileSystem(fs.FSSpecHandler(system)), path)


def patiently(name: str, read: Callable[[], T]) -> T:
    """`read()`, again after a pause that doubles where it fails on its way. Raises TrainerError when it keeps
    failing.
    """
    pause = FIRST_PAUSE_SECONDS
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return read()
        except (FileNotFoundError, PermissionError) as cause:
            raise TrainerError(
                f"{name}: cannot be read ({cause}); is it there, and may you read it?"
            ) from cause
        except OSError as cause:
            if attempt == ATTEMPTS:
                raise TrainerError(
                    f"{name}: reading failed {ATTEMPTS} times ({_first_line(cause)}); "
                    "check the connection, the same command goes on from the last checkpoint",
                    exit_code=3,
                ) from cause
        time.sleep(pause)
        pause *= 2
    raise AssertionError("unreachable")


def _first_line(cause: BaseException) -> str:
    return (str(cause).splitlines() or [type(cause).__name__])[0]
