"""`python -m understudy_trainer train|export|…`: the PyTorch half of `npx trainer`."""

from __future__ import annotations

import argparse
import errno
import json
import sys
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, NoReturn

from .config import ARCHITECTURE_DEFAULTS, TrainConfig
from .errors import TrainerError


class _Parser(argparse.ArgumentParser):
    """Leaves the printing of a usage error to `main`, like that of every other error."""

    def error(self, message: str) -> NoReturn:
        raise TrainerError(f"{message}; see --help", exit_code=2)


def _share(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if not name or not 0 <= share < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not FILE=SHARE with a share of 0 or more")
    return name, share


def _help(option: Field[Any]) -> str:
    """The field's text with its default, and with those of architectures that have their own."""
    text: str = option.metadata["help"]
    if option.default in ("", (), MISSING):
        return text
    own = [
        f"{own_values[option.name]} for {arch}"
        for arch, own_values in ARCHITECTURE_DEFAULTS.items()
        if option.name in own_values
    ]
    return f"{text} (default {', '.join([str(option.default), *own])})"


def _add_train(commands: argparse._SubParsersAction[_Parser]) -> None:
    train = commands.add_parser(
        "train",
        help="train a student on plain text, on trace shards, or on both",
        description="Trains a student, or resumes its training, in the folder --out. Under torchrun every "
        "rank takes its own data. SIGTERM and SIGUSR1 save a checkpoint and leave a file `stopped`.",
    )
    _add_options(train)


def _add_check(commands: argparse._SubParsersAction[_Parser]) -> None:
    check = commands.add_parser(
        "check-train",
        help="read the options of train and end: what writes a job file asks before it is queued",
    )
    _add_options(check)


def _add_ablate(commands: argparse._SubParsersAction[_Parser]) -> None:
    ablate = commands.add_parser(
        "ablate",
        help="train with several weights of the teacher at equal budget and compare",
        description="Trains one student for each weight of the teacher's distribution, from the same weights "
        "on the same bytes in the same order, and compares their integers on validation slices. Prints a "
        "table; --out gets ablation.json, ablation.svg and the runs. Run again, it goes on where it stopped.",
    )
    ablate.add_argument(
        "--alphas",
        type=_alphas,
        default=[0.0, 0.5, 1.0],
        metavar="A,B,…",
        help="weights to try, 0 among them (default 0,0.5,1)",
    )
    _add_options(ablate, without=("alpha",))


def _add_record(commands: argparse._SubParsersAction[_Parser]) -> None:
    record = commands.add_parser(
        "record",
        help="write what a run was told and how it went as one JSON file",
        description="Writes the record of a run, finished or not, for models/records/: configuration, data, "
        "training curve, bits per byte of the integer form.",
    )
    record.add_argument("run", type=Path, metavar="RUN", help="folder of a training run")
    record.add_argument("--out", type=Path, required=True, metavar="FILE", help="the record's file")
    record.add_argument("--note", default="", metavar="TEXT", help="what came of it, in a sentence")


def _alphas(text: str) -> list[float]:
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = [-1.0]
    if not all(0 <= value <= 1 for value in values) or len(set(values)) != len(values):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of different weights from 0 to 1")
    return values


def _add_options(train: argparse.ArgumentParser, without: tuple[str, ...] = ()) -> None:
    for option in (option for option in fields(TrainConfig) if option.name not in without):
        flag = "--" + option.name.replace("_", "-")
        text = _help(option)
        if option.name == "shards":
            train.add_argument(flag, nargs="+", metavar="DIR", help=text)
        elif option.name == "shares":
            train.add_argument(
                "--share", dest="shares", action="append", type=_share, metavar="FILE=SHARE", help=text
            )
        elif option.name in ("text", "init", "out"):
            train.add_argument(flag, metavar="DIR", required=option.name == "out", help=text)
        elif option.metadata["choices"]:
            train.add_argument(flag, choices=option.metadata["choices"], help=text)
        else:
            kind = type(option.default)
            metavar = {int: "N", float: "X", str: "NAME"}[kind]
            train.add_argument(flag, type=kind, metavar=metavar, help=text)


def _add_export(commands: argparse._SubParsersAction[_Parser]) -> None:
    export = commands.add_parser(
        "export",
        help="write student.onnx, parity.bin and card.json from a run",
        description="Turns a run's checkpoint into a model folder: the integer graph is built, its bounds "
        "are proven, and ONNX Runtime must give the same integers. The folder appears whole or not at all.",
    )
    export.add_argument("run", type=Path, metavar="RUN", help="folder of a training run, finished or not")
    export.add_argument("--out", type=Path, required=True, metavar="DIR", help="the model's folder")
    export.add_argument("--name", default="", help="the name on the card (default: that of the folder)")
    export.add_argument(
        "--card",
        type=Path,
        metavar="JSON",
        help="file with further facts for the card: sources, licences, …",
    )
    export.add_argument("--force", action="store_true", help="replace a model that is already there")


def _add_facts(commands: argparse._SubParsersAction[_Parser]) -> None:
    facts = commands.add_parser(
        "facts", help="weights and multiply-accumulates a byte of an architecture, as JSON"
    )
    facts.add_argument("--arch", required=True, metavar="NAME", help="architecture of the student")
    facts.add_argument("--size", default="full", metavar="NAME", help="full or tiny")


def _print_facts(arch: str, size: str) -> None:
    from .architectures import create

    student = create(arch, size)
    weights = sum(parameter.numel() for parameter in student.parameters())
    print(json.dumps({"weights": weights, "macPerByte": student.mac_per_byte()}))


def _add_loader(commands: argparse._SubParsersAction[_Parser]) -> None:
    loader = commands.add_parser(
        "loader",
        help="measure how many rows of shards a second are read for training",
        description="Reads shards as training does, without learning: rows/s for each number of workers, "
        "beside what one A100 would need.",
    )
    loader.add_argument("--shards", nargs="+", required=True, metavar="DIR", help="folders or URIs of shards")
    loader.add_argument("--workers", nargs="+", type=int, default=[1, 2], metavar="N", help="numbers to try")
    loader.add_argument("--batch", type=int, default=1024, metavar="N", help="rows of a batch (default 1024)")
    loader.add_argument("--shuffle-rows", type=int, default=16384, metavar="N", help="rows shuffled together")
    loader.add_argument("--seconds", type=float, default=10.0, metavar="S", help="time for each (default 10)")


def _train_config(options: argparse.Namespace) -> TrainConfig:
    names = [option.name for option in fields(TrainConfig)]
    given = {name: getattr(options, name) for name in names if getattr(options, name, None) is not None}
    if "shards" in given:
        given["shards"] = tuple(given["shards"])
    if "shares" in given:
        given["shares"] = dict(given["shares"])
    return TrainConfig.for_architecture(given.pop("arch", TrainConfig.arch), given)


def main(arguments: list[str]) -> int:
    """Exit code: 0 ok, 1 bad data, 2 usage, 3 environment."""
    parser = _Parser(prog="trainer", description="Train and export students.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    _add_train(commands)
    _add_check(commands)
    _add_export(commands)
    _add_ablate(commands)
    _add_record(commands)
    _add_facts(commands)
    _add_loader(commands)
    try:
        options = parser.parse_args(arguments)
        # PyTorch takes seconds to load: help and usage errors do not wait for it
        if options.command == "train":
            from .training import train

            train(_train_config(options))
        elif options.command == "check-train":
            _train_config(options)
        elif options.command == "ablate":
            from .ablation import ablate, table

            print(table(ablate(_train_config(options), options.alphas)))
        elif options.command == "record":
            from .record import write_record

            write_record(options.run, options.out, options.note)
        elif options.command == "facts":
            _print_facts(options.arch, options.size)
        elif options.command == "loader":
            from .loader_benchmark import measure_loader

            measure_loader(
                options.shards, options.workers, options.batch, options.shuffle_rows, options.seconds
            )
        else:
            from .export import export_model

            export_model(
                options.run, options.out, options.name or options.out.name, options.card, options.force
            )
    except TrainerError as error:
        print(f"trainer: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        place = f"{error.filename}: " if error.filename else ""
        print(
            f"trainer: {place}the disk is full; free some space, the same command goes on from the last "
            "checkpoint",
            file=sys.stderr,
        )
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
