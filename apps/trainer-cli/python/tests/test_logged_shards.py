"""Shards as `trainer log` really writes them (by parquet-wasm), read by pyarrow, DuckDB and the loader."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import REPOSITORY, sentences

from understudy_trainer.shards import ShardSet

BEGIN, END, ROWS_PER_SHARD = 500, 1500, 700
TEXT = sentences(2000, seed=7)
COMMAND = REPOSITORY / "apps" / "trainer-cli" / "bin" / "trainer.mjs"


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a `full` trace of TEXT[BEGIN:END] in two shards."""
    folder = tmp_path_factory.mktemp("logged")
    (folder / "text.txt").write_bytes(TEXT)
    node = shutil.which("node")
    assert node, "node is not in PATH; the trainer's command line needs it"
    source, out = str(folder / "text.txt"), str(folder / "shards")
    options = f"--profile full --range {BEGIN}:{END} --warm-up 400 --rows-per-shard {ROWS_PER_SHARD} --mem 16"
    command = [node, str(COMMAND), "log", source, "--out", out, *options.split()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / "shards"


def _read(folder: Path) -> pa.Table:
    return pa.concat_tables([pq.read_table(path) for path in sorted(folder.glob("shard_*.parquet"))])


def _values(table: pa.Table, name: str) -> npt.NDArray[np.float64]:
    """A list column as [rows, length]."""
    column = table.column(name).combine_chunks()
    flat: npt.NDArray[np.float64] = column.flatten().to_numpy(zero_copy_only=False).astype(np.float64)
    return flat.reshape(len(table), -1)


def test_schema_is_that_of_the_document(logged: Path) -> None:
    path = logged / "shard_0000.parquet"
    header = json.loads(pq.read_metadata(path).metadata[b"understudy"])
    schema = pq.read_schema(path)

    def vector(length: int) -> pa.DataType:
        return pa.list_(pa.field("item", pa.float32(), nullable=False), length)

    expected = {
        "position": pa.uint64(),
        "context": pa.binary(32),
        "context_hash": pa.uint64(),
        **{f"order{order}_prob": vector(256) for order in range(7)},
        "word_prob": vector(256),
        "match_prob": vector(256),
        "icm_path": vector(8 * len(header["components"])),
        "isse_path": vector(8 * len(header["components"])),
        "mixer_weights": vector(8),
        "final_prob": vector(256),
        "final_path": pa.binary(16),
        "target_symbol": pa.uint8(),
        "coder_low": pa.uint32(),
        "coder_range": pa.uint32(),
    }
    assert {field.name: field.type for field in schema} == expected
    assert not any(field.nullable for field in schema)


def test_duckdb_reads_what_pyarrow_reads(logged: Path) -> None:
    columns = ["position", "context", "target_symbol", "final_prob", "mixer_weights", "coder_range"]
    query = f"SELECT {', '.join(columns)} FROM read_parquet(?) ORDER BY position"
    rows = duckdb.connect().execute(query, [str(logged / "shard_*.parquet")]).fetchall()
    table = _read(logged).select(columns)
    assert len(rows) == END - BEGIN
    for name, found in zip(columns, zip(*rows, strict=True), strict=True):
        expected = table.column(name).to_pylist()
        assert [list(v) if isinstance(v, tuple | list) else v for v in found] == expected, name


def test_values_belong_to_the_text(logged: Path) -> None:
    table = _read(logged)
    data = np.frombuffer(TEXT, dtype=np.uint8)[BEGIN:END]
    symbols = table.column("target_symbol").to_numpy()
    assert np.array_equal(table.column("position").to_numpy(), np.arange(BEGIN, END))
    assert np.array_equal(symbols, data)
    assert table.column("context")[40].as_py() == TEXT[BEGIN + 8 : BEGIN + 40]
    final = _values(table, "final_prob")
    assert np.abs(final.sum(axis=1) - 1).max() < 1e-4
    for name in ("order0_prob", "order3_prob", "word_prob", "match_prob"):
        assert np.abs(_values(table, name).sum(axis=1) - 1).max() < 1e-3


def test_path_and_distribution_say_the_same_of_the_coded_byte(logged: Path) -> None:
    table = _read(logged)
    symbols = table.column("target_symbol").to_numpy()
    raw = b"".join(table.column("final_path").to_pylist())
    ones = np.frombuffer(raw, dtype="<u2").reshape(-1, 8) / 65536
    bits = (symbols[:, None] >> np.arange(7, -1, -1)) & 1
    along_path = np.where(bits == 1, ones, 1 - ones).prod(axis=1)
    final = _values(table, "final_prob")[np.arange(len(symbols)), symbols]
    assert np.allclose(along_path, final, rtol=1e-3)
    assert -np.log2(final[-200:]).mean() < 4, "the teacher learnt nothing of 40 words"


def test_manifest_and_loader_agree(logged: Path) -> None:
    manifest = json.loads((logged / "manifest.json").read_text())
    assert [shard["rows"] for shard in manifest["shards"]] == [ROWS_PER_SHARD, END - BEGIN - ROWS_PER_SHARD]
    for shard in manifest["shards"]:
        assert hashlib.sha256((logged / shard["file"]).read_bytes()).hexdigest() == shard["sha256"]
    digest = hashlib.sha256(TEXT).hexdigest()
    assert manifest["source"] == {"name": "text.txt", "bytes": 2000, "sha256": digest}
    shards = ShardSet([logged], shortest_run=100)
    assert shards.rows == END - BEGIN
    symbols, final = shards.load_run(1)
    assert bytes(symbols) == TEXT[BEGIN + ROWS_PER_SHARD : END]
    assert final.shape == (END - BEGIN - ROWS_PER_SHARD, 256)
