"""Shards in object storage: over the wire, from a server that speaks S3, on a line that is cut."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import fsspec
import numpy as np
import pytest
import torch
from conftest import sentences, write_shards
from moto.server import ThreadedMotoServer

from understudy_trainer import storage
from understudy_trainer.checkpoint import load_checkpoint
from understudy_trainer.config import TrainConfig
from understudy_trainer.errors import TrainerError
from understudy_trainer.row_stream import RowStream, Split
from understudy_trainer.shards import ShardSet
from understudy_trainer.storage import locate
from understudy_trainer.training import train

BUCKET = "traces"


class CuttingLine:
    """A line to a server that breaks off `cuts` answers in their middle, once they are `after` bytes long."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.cuts = 0
        self.after = 0
        self.cut_so_far = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._server_port))
            threading.Thread(target=self._carry, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, True), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        carried = 0
        try:
            while block := source.recv(4096):
                sink.sendall(block)
                carried += len(block)
                if answers and carried > self.after and self._takes_a_cut():
                    break
        except OSError:
            pass
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _takes_a_cut(self) -> bool:
        with self._lock:
            if self.cuts == 0:
                return False
            self.cuts -= 1
            self.cut_so_far += 1
            return True

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """Port of an S3 server on the loopback with an empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://{host}:{port}", **keys).create_bucket(Bucket=BUCKET)
    yield int(port)
    moto.stop()


@pytest.fixture
def line(server: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[CuttingLine]:
    """The only way to the server, and the settings by which S3 clients find it."""
    line = CuttingLine(server)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{line.port}",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(storage, "FIRST_PAUSE_SECONDS", 0.01)
    yield line
    line.close()


def upload(server: int, folder: Path, prefix: str) -> str:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{server}", **keys)
    for path in folder.iterdir():
        client.put_object(Bucket=BUCKET, Key=f"{prefix}/{path.name}", Body=path.read_bytes())
    return f"s3://{BUCKET}/{prefix}"


def test_training_on_a_bucket_gives_the_weights_of_training_on_the_folder(
    config: Callable[..., TrainConfig], server: int, line: CuttingLine, shard_folder: Path, tmp_path: Path
) -> None:
    uri = upload(server, shard_folder, "same")
    models = []
    for name, place in (("local", str(shard_folder)), ("remote", uri)):
        options = config(
            "transformer32", text="", shards=(place,), out=str(tmp_path / name), steps=20, workers=2
        )
        train(options)
        models.append(load_checkpoint(Path(options.out))["model"])
    assert all(torch.equal(models[0][key], models[1][key]) for key in models[0])


def test_a_line_cut_in_mid_shard_costs_a_second_try_and_no_row(
    server: int, line: CuttingLine, tmp_path: Path
) -> None:
    text = np.random.default_rng(3).integers(0, 256, 6000, dtype=np.uint8).tobytes()
    folder = write_shards(tmp_path / "s", text, group_rows=1500)
    assert (folder / "shard_0000.parquet").stat().st_size > 25_000
    uri = upload(server, folder, "cut")
    # first where a whole shard is read for its digest, then in the middle of a row group
    line.after, line.cuts = 8_000, 3
    remote = ShardSet([uri], 1, consecutive=False)
    line.cuts += 3
    streams = [
        RowStream(shards, 250, 1, Split(workers=2), 1500)
        for shards in (ShardSet([folder], 1, consecutive=False), remote)
    ]
    for _ in range(24):
        expected, got = (stream.next() for stream in streams)
        assert np.array_equal(expected.windows, got.windows)
        assert expected.teacher is not None and got.teacher is not None
        assert np.array_equal(expected.teacher, got.teacher)
    assert line.cut_so_far == 6


def test_a_server_that_stays_away_is_named_after_some_tries(
    server: int, line: CuttingLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_shards(tmp_path / "s", sentences(6000), group_rows=1500)
    uri = upload(server, folder, "away")
    shards = ShardSet([uri], 1, consecutive=False)
    line.after, line.cuts = 0, 1_000_000
    monkeypatch.setattr(storage, "ATTEMPTS", 2)
    with pytest.raises(TrainerError, match=r"s3://traces/away/shard_0000\.parquet: reading failed 2 times"):
        shards.load_run(0)


def test_missing_buckets_altered_shards_and_unknown_protocols_are_named(
    server: int, line: CuttingLine, tmp_path: Path
) -> None:
    with pytest.raises(TrainerError, match=r"s3://traces/nothing/manifest\.json: not found"):
        ShardSet(["s3://traces/nothing"], 1)
    folder = write_shards(tmp_path / "s", sentences(1000))
    shard = folder / "shard_0001.parquet"
    stored = bytearray(shard.read_bytes())
    stored[len(stored) // 2] ^= 1
    shard.write_bytes(bytes(stored))
    with pytest.raises(TrainerError, match=r"s3://traces/altered/shard_0001\.parquet: its SHA-256 differs"):
        ShardSet([upload(server, folder, "altered")], 1)
    with pytest.raises(TrainerError, match="no file system for nosuch://"):
        locate("nosuch://bucket/folder")


def test_fsspec_takes_the_protocols_that_pyarrow_does_not_know(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "s", sentences(2000))
    memory = fsspec.filesystem("memory")
    for path in folder.iterdir():
        memory.pipe(f"/shards/{path.name}", path.read_bytes())
    shards = ShardSet(["memory://shards"], 64)
    assert shards.rows == 2000 and len(shards.load_run(0)[0]) == 512
