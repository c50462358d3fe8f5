"""From a training run to a model folder: student.onnx (bounds proven, run against PyTorch's integers),
parity.bin, card.json.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort

from .architectures import build_graph, integer_form, restore
from .bounds import prove_bounds
from .checkpoint import load_checkpoint
from .contexts import LOOK_BACK
from .errors import TrainerError
from .normalisation import LOGITS_PER_OCTAVE
from .parity import parity_vectors, sample_bytes
from .run_log import last_validation
from .student import StepModel, Student

CONTRACT = 1
NORMALISATION = 1
MAX_MODEL_BYTES = 8_000_000
# options that name folders of one machine: no part of a card
PLACES = ("text", "shards", "out", "init")


def export_model(run: Path, out: Path, name: str, card_path: Path | None, force: bool) -> None:
    """Writes the model folder `out`, whole or not at all. Raises TrainerError where a proof or a comparison
    fails.
    """
    if out.exists() and not force:
        raise TrainerError(
            f"{out}: exists already; released models never change, choose another name or --force",
            exit_code=2,
        )
    checkpoint = load_checkpoint(run)
    config = checkpoint["config"]
    student = restore(checkpoint)
    student.clip_parameters()
    facts = _card_facts(card_path)
    onnx_bytes, parity = export_student(student)
    card = {
        "name": name,
        "architecture": config["arch"],
        "id": hashlib.sha256(onnx_bytes).hexdigest(),
        "bytes": len(onnx_bytes),
        "macPerByte": student.mac_per_byte(),
        "training": {
            "config": {key: value for key, value in config.items() if key not in PLACES},
            "data": checkpoint.get("data", {}),
            "steps": checkpoint["step"],
            "bytesSeen": checkpoint["bytes_seen"],
            "seconds": round(checkpoint["seconds"]),
        },
        "validationBitsPerByte": last_validation(run),
        **facts,
    }
    temporary = out.with_name(f".{out.name}.partial")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    (temporary / "student.onnx").write_bytes(onnx_bytes)
    (temporary / "parity.bin").write_bytes(parity)
    (temporary / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    if out.exists():
        shutil.rmtree(out)
    temporary.rename(out)
    print(f"{out}: {len(onnx_bytes):,} bytes, id {card['id'][:16]}")


def _card_facts(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        facts = json.loads(path.read_text())
    except (OSError, ValueError) as cause:
        raise TrainerError(f"--card {path}: cannot be read as JSON ({cause})", exit_code=2) from cause
    if not isinstance(facts, dict):
        raise TrainerError(f"--card {path}: must hold one JSON object", exit_code=2)
    return facts


def export_student(student: Student) -> tuple[bytes, bytes]:
    """student.onnx and parity.bin; the graph is proven, checked, and run in ONNX Runtime against the integer
    form.
    """
    integers = integer_form(student)
    model = build_graph(
        integers, {"contract": CONTRACT, "logitsPerOctave": LOGITS_PER_OCTAVE, "normalisation": NORMALISATION}
    )
    metadata = model_metadata(model)
    prove_bounds(model, input_ranges(metadata))
    data = model.SerializeToString(deterministic=True)
    if len(data) > MAX_MODEL_BYTES:
        raise TrainerError(
            f"the model has {len(data):,} bytes, more than {MAX_MODEL_BYTES:,}; use smaller tables"
        )
    compare_with_runtime(data, metadata, integers, sample_bytes())
    return data, parity_vectors(integers, sample_bytes())


def model_metadata(model: onnx.ModelProto) -> dict[str, Any]:
    """The `understudy` entry of a model file: docs/MODEL.md, section 2."""
    metadata: dict[str, Any] = json.loads(
        next(p.value for p in model.metadata_props if p.key == "understudy")
    )
    return metadata


def input_ranges(metadata: dict[str, Any]) -> dict[str, tuple[float, float, tuple[int, ...]]]:
    """Ranges of the graph inputs as the contract gives them: what `prove_bounds` starts from."""
    front = metadata["front"]
    ranges: dict[str, tuple[float, float, tuple[int, ...]]] = {}
    if front["kind"] == "ngram":
        parts = [t["dim"] // front["rowDim"] for t in front["tables"]]
        last = front["tables"][-1]
        total = last["firstRow"] + last["rows"] * parts[-1]
        ranges["rows"] = (0, total - 1, (sum(parts),))
    else:
        ranges["window"] = (0, 255, (front["bytes"],))
    for entry in metadata["state"]:
        ranges["state_" + entry["name"]] = (entry["min"], entry["max"], (entry["width"],))
    return ranges


def compare_with_runtime(
    data: bytes, metadata: dict[str, Any], integers: StepModel, text: npt.NDArray[np.uint8]
) -> None:
    """Steps the graph in ONNX Runtime beside the integer form over `text` [lanes, steps]; every logit and
    state must be equal.
    """
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    lanes = len(text)
    padded = np.concatenate([np.zeros((lanes, LOOK_BACK), dtype=np.uint8), text], axis=1)
    inputs = integers.inputs(padded)
    state = integers.start(lanes)
    input_name = "rows" if metadata["front"]["kind"] == "ngram" else "window"
    names = [entry["name"] for entry in metadata["state"]]
    widths = [entry["width"] for entry in metadata["state"]]
    fed = {f"state_{n}": np.zeros((lanes, w), dtype=np.float32) for n, w in zip(names, widths, strict=True)}
    for t in range(text.shape[1]):
        step_input = np.ascontiguousarray(inputs[:, t])
        outputs = session.run(["logits", *(f"next_{n}" for n in names)], {input_name: step_input, **fed})
        logits, state = integers.step(step_input, state)
        if not np.array_equal(outputs[0].astype(np.int64), logits):
            raise TrainerError(
                f"step {t}: ONNX Runtime's logits differ from PyTorch's integers; the export is wrong"
            )
        fed = {f"state_{n}": value for n, value in zip(names, outputs[1:], strict=True)}
        if names and not np.array_equal(np.concatenate(outputs[1:], axis=1).astype(np.int64), state):
            raise TrainerError(
                f"step {t}: ONNX Runtime's state differs from PyTorch's integers; the export is wrong"
            )
