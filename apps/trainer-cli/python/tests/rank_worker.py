"""One rank of the two-rank test: trains, then writes the digest of the weights this rank ended with.

torchrun … rank_worker.py CONFIG_JSON OUT_FOLDER
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import torch
import torch.distributed as dist

from understudy_trainer.config import TrainConfig
from understudy_trainer.stop_request import StopRequest
from understudy_trainer.training import TrainingRun


def main(config_path: Path, out: Path) -> None:
    rank, world = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    raw = json.loads(config_path.read_text())
    run = TrainingRun(
        TrainConfig(**{**raw, "shards": tuple(raw["shards"])}), rank, world, torch.device("cpu")
    )
    with StopRequest() as stop:
        run.go(stop)
    digest = hashlib.sha256()
    for name, value in sorted(run.student.state_dict().items()):
        digest.update(name.encode() + value.numpy().tobytes())
    (out / f"rank{rank}.txt").write_text(digest.hexdigest())
    dist.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
