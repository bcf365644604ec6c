"""The commands for the terminal: the same engine without a window, and without Qt."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from tqdm import tqdm

from lenet_desktop.core.config import ConfigError, TrainingConfig, parse_number
from lenet_desktop.core.controls import RateDial
from lenet_desktop.core.datasets import CLASS_NAMES, DataError, load_splits
from lenet_desktop.core.devices import DeviceError, choose_device, find_devices
from lenet_desktop.core.errors import CheckpointError
from lenet_desktop.core.events import (
    CheckpointFailed,
    EpochDone,
    Event,
    PredictionsReady,
    RunDiverged,
    RunFinished,
    RunStarted,
    StepsDone,
)
from lenet_desktop.core.libraries import LibraryError, import_torch
from lenet_desktop.core.presets import PRESETS, TEXTBOOK

if TYPE_CHECKING:
    from lenet_desktop.core.checkpoint import Checkpoint
    from lenet_desktop.core.predictions import PredictionSet

CHECKPOINT_NAME, MODEL_NAME = "checkpoint.safetensors", "model.safetensors"
EXIT_SUCCESS, EXIT_FAILURE, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130
_RECIPE_OPTIONS = ("preset", "batch_size", "seed")
_PRESET_KEYS = {preset.name.partition(" ")[0].lower(): preset for preset in PRESETS}
_KNOWN = (CheckpointError, ConfigError, DataError, DeviceError, LibraryError)


class UsageError(ValueError):
    """The arguments do not go together; the message is a sentence."""


class OneSentenceParser(argparse.ArgumentParser):
    """Says what is wrong with an argument in one sentence, without repeating all of the usage."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence and end the program with status 2."""
        sentence = message[:1].upper() + message[1:].rstrip(".")
        self.exit(EXIT_USAGE, f"{self.prog}: {sentence}. See {self.prog} --help.\n")


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Add `train` and `evaluate`; without a command the window opens."""
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=OneSentenceParser
    )
    shared = OneSentenceParser(add_help=False)
    shared.add_argument("--data", type=Path, metavar="FOLDER", help="where the data are unpacked")
    shared.add_argument("--device", help="cpu, cuda:0, ...; the best one by default")
    train = commands.add_parser(
        "train", parents=[shared], help="train without a window", description=_train.__doc__
    )
    train.add_argument("--preset", choices=sorted(_PRESET_KEYS), help="textbook by default")
    train.add_argument("--epochs", type=_whole, metavar="N", help="how many in all")
    train.add_argument("--lr", type=_number, metavar="RATE", help="learning rate")
    train.add_argument("--batch-size", type=_whole, metavar="N")
    train.add_argument("--seed", type=_whole, metavar="N")
    train.add_argument("--out", type=Path, metavar="FOLDER", help="where to keep what is learned")
    train.add_argument(
        "--resume", type=Path, metavar="FILE", help="go on from a checkpoint, exactly"
    )
    train.add_argument("--jsonl", action="store_true", help="print the events as lines of JSON")
    evaluate = commands.add_parser(
        "evaluate", parents=[shared], help="judge a saved network", description=_evaluate.__doc__
    )
    evaluate.add_argument("file", type=Path, metavar="FILE", help="a model or a checkpoint")


def run_command(options: argparse.Namespace, cache: Path) -> int:
    """Run a command; return the exit status, 0 only on success."""
    command = {"train": _train, "evaluate": _evaluate}[options.command]
    try:
        return command(options, options.data or cache)
    except UsageError as error:
        _say(str(error))
        return EXIT_USAGE
    except _KNOWN as error:
        _say(str(error))
        return EXIT_FAILURE
    except OSError as error:
        _say(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")
        return EXIT_FAILURE


def _train(options: argparse.Namespace, cache: Path) -> int:
    """Train LeNet on Fashion-MNIST and print how it learns, epoch by epoch."""
    config = None if options.resume else _config(options)
    import_torch()
    from lenet_desktop.core.engine import Trainer
    from lenet_desktop.core.keeping import CheckpointKeeper

    checkpoint = _resumed(options) if options.resume else None
    if checkpoint is not None:
        config = checkpoint.config
    if config is None:
        raise UsageError("There is nothing to train.")
    data = load_splits(cache)
    device = choose_device(config.device, find_devices())
    dial = RateDial()
    if checkpoint is not None and options.lr is not None:
        dial.turn(options.lr)
    trainer = Trainer(config, data, device, checkpoint=checkpoint, dial=dial)
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        events = CheckpointKeeper(options.out / CHECKPOINT_NAME, checkpoint).follow(trainer)
    else:
        events = trainer.events()
    reporter = _JsonReporter() if options.jsonl else _TextReporter()
    last: Event | None = None
    with _interruptions() as interrupted, reporter:
        for event in events:
            reporter.show(event)
            last = event
            if interrupted:
                break
        events.close()
    if isinstance(last, RunDiverged):
        raise ConfigError(
            "learning_rate",
            f"The loss is not a number any more: the learning rate {last.learning_rate:g} is too "
            "high for this network. Lower it and start again.",
        )
    if options.out is not None:
        from lenet_desktop.core.model_files import save_model

        weights = trainer.checkpoint().learner.weights
        save_model(weights, config, options.out / MODEL_NAME)
    if isinstance(last, RunFinished):
        return EXIT_SUCCESS
    kept = f" Go on with --resume {options.out / CHECKPOINT_NAME}." if options.out else ""
    _say(f"Stopped.{kept}")
    return EXIT_INTERRUPTED


def _evaluate(options: argparse.Namespace, cache: Path) -> int:
    """Judge a saved network on the 10,000 test images and print how each class fares."""
    import_torch()
    from lenet_desktop.core.evaluation import evaluate
    from lenet_desktop.core.model_files import load_model

    model, config = load_model(options.file)
    device = choose_device(options.device or TEXTBOOK.config.device, find_devices())
    test = load_splits(cache).test.to(device.id)
    answers = evaluate(model.to(device.id), test, config.epochs, normalise=config.normalise)
    print(f"loss {answers.loss:.4f}, accuracy {answers.accuracy:.4f}")
    for line in _class_table(answers):
        print(line)
    return EXIT_SUCCESS


def _class_table(answers: PredictionSet) -> Iterator[str]:
    yield f"{'class':12}{'images':>8}{'right':>8}{'recall':>9}{'precision':>11}"
    for number, name in enumerate(CLASS_NAMES):
        mine, called = answers.labels == number, answers.predicted == number
        right = int((mine & called).sum())
        recall = f"{right / mine.sum():.3f}" if mine.any() else "-"
        precision = f"{right / called.sum():.3f}" if called.any() else "-"
        yield f"{name:12}{mine.sum():8,}{right:8,}{recall:>9}{precision:>11}"


def _config(options: argparse.Namespace) -> TrainingConfig:
    preset = _PRESET_KEYS[options.preset] if options.preset else TEXTBOOK
    given = {
        "epochs": options.epochs,
        "learning_rate": options.lr,
        "batch_size": options.batch_size,
        "seed": options.seed,
        "device": options.device,
    }
    try:
        return replace(preset.config, **{k: v for k, v in given.items() if v is not None})
    except ConfigError as error:
        raise UsageError(str(error)) from error


def _resumed(options: argparse.Namespace) -> Checkpoint:
    """Return the checkpoint to go on from, with more epochs planned if they were asked for."""
    from lenet_desktop.core.checkpoint import load_checkpoint

    for name in _RECIPE_OPTIONS:
        if getattr(options, name) is not None:
            option = name.replace("_", "-")
            raise UsageError(f"A run that goes on keeps its recipe: leave --{option} out.")
    checkpoint = load_checkpoint(options.resume)
    planned = checkpoint.config.epochs
    if options.epochs is not None and options.epochs < planned:
        raise UsageError(f"The run is planned for {planned} epochs: --epochs can only add to them.")
    if options.epochs is not None and options.epochs > planned:
        checkpoint = checkpoint.extended(options.epochs - planned)
    elif checkpoint.is_finished:
        raise UsageError(f"The run is finished: plan more than {planned} epochs with --epochs.")
    if options.device is not None:
        checkpoint = replace(checkpoint, config=replace(checkpoint.config, device=options.device))
    return checkpoint


class _TextReporter:
    """Prints a line an epoch, and a progress bar where somebody can see it move."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, event: Event) -> None:
        match event:
            case RunStarted():
                print(f"training on {event.device.id}", flush=True)
                self._bar = tqdm(
                    total=event.config.epochs * event.steps_per_epoch,
                    unit="step",
                    leave=False,
                    disable=None,  # where standard error is no terminal
                    file=sys.stderr,
                )
            case StepsDone() if self._bar is not None:
                self._bar.update(len(event.losses))
            case EpochDone():
                tqdm.write(
                    f"epoch {event.epoch}, loss {event.train_loss:.4f}, "
                    f"train acc {event.train_accuracy:.3f}, test acc {event.test_accuracy:.3f}, "
                    f"time {event.elapsed_s:.1f} sec",
                    file=sys.stdout,
                )
                sys.stdout.flush()
            case CheckpointFailed():
                _say(f"The checkpoint cannot be written: {event.reason}. The run goes on.")


class _JsonReporter:
    """Prints every event but the predictions as a line of JSON, with its name in snake case."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, event: Event) -> None:
        if isinstance(event, PredictionsReady):
            return
        kind = type(event).__name__
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).lstrip("_")
        print(json.dumps({"event": name, **asdict(event)}, default=_plain), flush=True)


def _plain(value: object) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no JSON form")


@contextmanager
def _interruptions() -> Iterator[list[int]]:
    """Note Ctrl+C instead of breaking off in the middle of a step; a second one does break off."""
    seen: list[int] = []

    def note(number: int, _frame: object) -> None:
        if seen:
            raise KeyboardInterrupt
        seen.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, before)


def _say(sentence: str) -> None:
    print(f"lenet-desktop: {sentence}", file=sys.stderr, flush=True)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number") from error


def _number(text: str) -> float:
    try:
        return parse_number(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
