"""The training loop: the same for one process and for ranks under torchrun (DistributedDataParallel; gloo on
CPUs, NCCL on GPUs).

A run is a folder: config.json, log.jsonl, checkpoint.pt, TensorBoard events, and `finished` or `stopped`.
Started again it resumes exactly (weights, optimiser, data position, random numbers). SIGTERM and SIGUSR1 save
a checkpoint and leave `stopped`.
"""

from __future__ import annotations

import json
import math
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from .architectures import create, integer_form, make_task, restore
from .checkpoint import CHECKPOINT, FINISHED_MARKER, STOPPED_MARKER, load_checkpoint, save_checkpoint
from .config import TrainConfig
from .devices import compiled, resolve_dtype
from .errors import TrainerError
from .peak import share_of_peak
from .profiling import StepProfile
from .ranks import rank as rank_of_process
from .ranks import world_size
from .resuming import refuse_other_data, refuse_other_student
from .run_log import RunLog
from .stop_request import StopRequest
from .text import load_text
from .validation import validate

CLIP_EVERY = 20
LOOK_EVERY_ON_GPU = 16


def learning_rate_factor(config: TrainConfig, step: int) -> float:
    """Linear warm-up, then constant or a cosine down to `final_rate`."""
    warm = min(1.0, (step + 1) / max(1, config.warm_up_steps))
    if config.schedule == "constant":
        return warm
    progress = min(1.0, step / max(1, config.steps))
    return warm * (config.final_rate + (1 - config.final_rate) * 0.5 * (1 + math.cos(math.pi * progress)))


def steps_of(epochs: float, steps_an_epoch: float) -> int:
    """Raises TrainerError where there are no traced rows to count epochs of."""
    if steps_an_epoch == 0:
        raise TrainerError(
            f"--epochs {epochs}: counts passes over traced rows, and none are learned from; give --steps",
            exit_code=2,
        )
    return max(1, math.ceil(epochs * steps_an_epoch))


def train(config: TrainConfig) -> None:
    """Runs or resumes the training that `config` describes. Raises TrainerError for bad input."""
    rank, world = rank_of_process(), world_size()
    cuda = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if cuda else torch.device("cpu")
    torch.set_num_threads(config.threads)
    if cuda:
        torch.cuda.set_device(device)
    if world > 1:
        dist.init_process_group("nccl" if cuda else "gloo")
    try:
        run = TrainingRun(config, rank, world, device)
        with StopRequest() as stop:
            run.go(stop)
    finally:
        if world > 1:
            dist.destroy_process_group()


class TrainingRun:
    """One rank of a run: the student, its optimiser, its data, and how far it has come."""

    def __init__(self, config: TrainConfig, rank: int, world: int, device: torch.device) -> None:
        self.config, self.rank, self.world, self.device = config, rank, world, device
        self.folder = Path(config.out)
        self.dtype = resolve_dtype(config.dtype, device)
        torch.manual_seed(config.seed)
        self.files = (
            load_text(Path(config.text), config.validation_bytes, config.shares) if config.text else []
        )
        self.student = create(config.arch, config.size).to(device)
        self.task = make_task(config, self.files, self.student, rank, device)
        if config.epochs > 0:
            self.config = config = replace(config, steps=steps_of(config.epochs, self.task.steps_an_epoch()))
        tables = [p for name, p in self.student.named_parameters() if name == "table"]
        self.others = [p for name, p in self.student.named_parameters() if name != "table"]
        groups: list[dict[str, Any]] = [{"params": self.others, "base": config.learning_rate}]
        if tables:
            groups.append({"params": tables, "base": config.table_learning_rate})
        self.optimiser = torch.optim.Adam(groups, lr=1e-3, betas=(0.9, config.beta2), fused=True)
        self.step = 0
        self.bytes_seen = 0
        self.seconds = 0.0
        self.look_every = LOOK_EVERY_ON_GPU if device.type == "cuda" else 1
        self.log = RunLog(self.folder, speaks=rank == 0)
        self._resume()
        self.model: nn.Module = self.student
        if world > 1:
            # buffers are tables that all ranks have alike, and room for gradients: nothing to hand around
            self.model = DistributedDataParallel(self.student, broadcast_buffers=False)
        if config.compile == "on":
            self.model = compiled(self.model)
        self.device_name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"

    def _resume(self) -> None:
        if (self.folder / CHECKPOINT).is_file():
            stored = load_checkpoint(self.folder)
            refuse_other_student(stored, self.config, f"--out {self.folder}", "use another --out")
            refuse_other_data(stored, self.config, self.world, self.task.provenance().get("traces"))
            self.student.load_state_dict(stored["model"])
            self.optimiser.load_state_dict(stored["optimiser"])
            # the stored groups carry the rates of the first start; those of this start count
            for group, rate in zip(
                self.optimiser.param_groups,
                (self.config.learning_rate, self.config.table_learning_rate),
                strict=False,
            ):
                group["base"] = rate
            self.task.restore(stored["task"][self.rank])
            torch.set_rng_state(stored["rng"])
            self.step, self.bytes_seen, self.seconds = stored["step"], stored["bytes_seen"], stored["seconds"]
            self.log.say(f"resumed {self.folder} at step {self.step}")
        elif self.config.init:
            self._start_from(load_checkpoint(Path(self.config.init)))
        if self.rank == 0:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / "config.json").write_text(self.config.to_json())
            for marker in (STOPPED_MARKER, FINISHED_MARKER):
                (self.folder / marker).unlink(missing_ok=True)

    def _start_from(self, stored: dict[str, Any]) -> None:
        """Weights of another run: of the same student, or of a smaller one that this one can grow from."""
        other, init = stored["config"], self.config.init
        if other["arch"] == self.config.arch:
            refuse_other_student(stored, self.config, f"--init {init}", "use a run of the same kind")
            self.student.load_state_dict(stored["model"])
            self.log.say(f"weights from {init}, step {stored['step']}")
            return
        self.student.grow_from(restore(stored))
        self.log.say(f"grown from {init} ({other['arch']}), step {stored['step']}")

    def go(self, stop: StopRequest) -> None:
        """Steps until the run is whole or `stop` is asked for."""
        config = self.config
        self.log.say(
            f"{config.arch} ({config.size}): {sum(p.numel() for p in self.student.parameters()):,} weights, "
            f"{self.student.mac_per_byte():,} MAC a byte; {self.world} rank(s) on {self.device.type}, "
            f"{self.dtype}; steps {self.step}…{config.steps}"
        )
        self.log.started(self.step, self._facts())
        with StepProfile(self.folder / "profile", self.rank, config.profile, self.device.type == "cuda") as p:
            whole = self._steps(stop, p)
        if not whole:
            self._mark(STOPPED_MARKER)
            self.log.say(f"stopped at step {self.step}; the same command goes on from there")
            self.log.close()
            return
        self.student.clip_parameters()
        self._save()
        self._evaluate()
        self._mark(FINISHED_MARKER)
        self.log.say(
            f"finished: {self.step} steps, {self.bytes_seen / 1e6:.3g} MB seen in {self.seconds:.0f} s"
        )
        self.log.close()

    def _facts(self) -> dict[str, Any]:
        """For the log: what a step's figures mean."""
        return {
            "ranks": self.world,
            "device": self.device_name,
            "dtype": str(self.dtype).removeprefix("torch."),
            "compile": self.config.compile,
            "steps": self.config.steps,
            "weights": sum(p.numel() for p in self.student.parameters()),
            "mac_per_byte": self.student.mac_per_byte(),
        }

    def _steps(self, stop: StopRequest, profile: StepProfile) -> bool:
        """Steps until the run is whole (True), or until a stop was asked for and all is saved (False)."""
        config = self.config
        total, since, began = torch.zeros((), device=self.device), 0, time.monotonic()
        while self.step < config.steps:
            factor = learning_rate_factor(config, self.step)
            total, since = total + self._learn(factor), since + 1
            profile.step()
            logging = self.step % config.log_every == 0 or self.step == config.steps
            # asking a GPU for a number, or every rank for its wish, makes it wait: not at each step
            saving = self.step % config.checkpoint_every == 0
            validating = self.step % config.evaluate_every == 0 and self.step < config.steps
            if self.step % self.look_every != 0 and not (logging or saving or validating):
                continue
            mean = float(total) / since
            if not math.isfinite(mean):
                raise TrainerError(
                    f"step {self.step}: the loss is {mean}; lower --learning-rate, "
                    "the run goes on from its last checkpoint"
                )
            stopping = self._someone_asked(stop)
            if logging or stopping:
                spent = time.monotonic() - began
                self.seconds += spent
                left = (config.steps - self.step) * spent / since
                speed = since * self._bytes_a_step() / spent
                share = share_of_peak(
                    self.student.mac_per_byte(), speed / self.world, self.device_name, self.dtype
                )
                self.log.progress(self.step, self.bytes_seen, mean, factor, speed, left, share)
                total, since, began = torch.zeros_like(total), 0, time.monotonic()
            if stopping:
                self._save()
                return False
            if saving:
                self._save()
            if validating:
                before = time.monotonic()
                self._evaluate()
                began += time.monotonic() - before
        return True

    def _learn(self, rate_factor: float) -> torch.Tensor:
        """One step of the optimiser; gives this rank's loss, a scalar on its device."""
        for group in self.optimiser.param_groups:
            group["lr"] = group["base"] * rate_factor
        self.student.real_tables = self.step < self.config.real_tables_until
        batch = self.task.next_batch()
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.task.loss(self.model, batch, self.dtype)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.others, self.config.clip_norm)
        self.optimiser.step()
        self.step += 1
        self.bytes_seen += self._bytes_a_step()
        if self.step % CLIP_EVERY == 0:
            self.student.clip_parameters()
        return loss.detach()

    def _bytes_a_step(self) -> int:
        return self.student.bytes_per_step(self.config) * self.world

    def _someone_asked(self, stop: StopRequest) -> bool:
        """True on every rank as soon as one rank got the signal, so that all stop after the same step."""
        if self.world == 1:
            return stop.asked
        flag = torch.tensor([int(stop.asked)], device=self.device)
        dist.all_reduce(flag, op=dist.ReduceOp.MAX)
        return bool(flag.item())

    def _mark(self, marker: str) -> None:
        if self.rank == 0:
            (self.folder / marker).write_text(f"{self.step}\n")

    def _save(self) -> None:
        task = self.task.state()
        tasks: list[Any] = [task]
        if self.world > 1:
            tasks = [None] * self.world
            dist.all_gather_object(tasks, task)
        if self.rank == 0:
            content = {
                "config": json.loads(self.config.to_json()),
                "model": self.student.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "task": tasks,
                "data": {"text": [file.provenance() for file in self.files], **self.task.provenance()},
                "rng": torch.get_rng_state(),
                "step": self.step,
                "bytes_seen": self.bytes_seen,
                "seconds": self.seconds,
            }
            save_checkpoint(self.folder, content)
        if self.world > 1:
            dist.barrier()

    def _evaluate(self) -> None:
        if self.rank == 0 and self.files:
            figures = validate(integer_form(self.student), self.files, self.student.validation_bytes)
            self.log.validation(self.step, self.bytes_seen, figures)
        if self.world > 1:
            dist.barrier()
