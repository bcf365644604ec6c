"""A real training process that dies when it is told to, and what it says before.

Importing torch takes seconds, and what was killed has to be begun anew. So one process imports
everything, computes nothing, and forks those that train and die:

    python -m tests.runs.training_process

takes orders as lines of JSON and answers in lines of JSON. `TrainingProcess` speaks with it.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.opening import open_store
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.events import EpochDone, PredictionsReady, RunFinished, RunStarted

if TYPE_CHECKING:
    from lenet_desktop.data.images import DataSplits

TRAIN_IMAGES, TEST_IMAGES = 120, 100
STDOUT = 1
CALLS = ("mkdir", "fsync", "replace", "unlink")
STATEMENTS = ("PRAGMA", "BEGIN", "COMMIT")
"""Functions of `os`, and beginnings of SQL, before each of which a process can be told to die. What
it changes between two of them cannot be told from what it has not yet changed."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is to train, and when it is to die.

    Attributes:
        folder: of the store.
        run_id: the run to go on with, None for a new one.
        kill_after_s: seconds after which it is killed from outside, wherever it is.
        kill_at_call: the call that changes a file or the database, from 1, before which it kills
            itself.
        hold_after: the epoch after which it stands still until `TrainingProcess.release`.
    """

    folder: str
    config: dict[str, Any]
    run_id: int | None = None
    kill_after_s: float | None = None
    kill_at_call: int | None = None
    hold_after: int | None = None


@dataclass(frozen=True, slots=True)
class ToldEpoch:
    """What a process told of an epoch when its recorder had passed it on."""

    done: EpochDone
    predictions: str
    weights: str


@dataclass(slots=True)
class Report:
    """What a process told before it ended.

    Attributes:
        run_id: the run, None if it died before it knew.
        ended: `killed`, `held` or `finished`.
    """

    run_id: int | None = None
    epochs: list[ToldEpoch] = field(default_factory=list)
    ended: str = ""


class TrainingProcess:
    """Trains in a process of its own, again and again. To be used in a `with` statement."""

    def __enter__(self) -> TrainingProcess:
        single = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, **single},
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def train(self, folder: Path, config: TrainingConfig, **order: Any) -> Report:
        """Train in a process until it dies, stands still or is done; see `Order`."""
        return self._ask(json.dumps(asdict(Order(str(folder), config.to_dict(), **order))))

    def release(self, *, kill: bool) -> Report:
        """Kill the process that stands still, or let it go on to its end."""
        return self._ask("kill" if kill else "go on")

    def _ask(self, line: str) -> Report:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        report = Report()
        for answer in self._process.stdout:
            told = json.loads(answer)
            report.run_id = told.get("run_id", report.run_id)
            if "done" in told:
                done = EpochDone(**told["done"])
                report.epochs.append(ToldEpoch(done, told["predictions"], told["weights"]))
            if "error" in told:
                raise RuntimeError(told["error"])
            if "ended" in told:
                report.ended = told["ended"]
                return report
        raise RuntimeError("The process that forks the others has ended.")


def digest(arrays: Iterable[npt.NDArray[Any]]) -> str:
    """Return what two rows of arrays share only if every bit of them is the same."""
    result = hashlib.sha256()
    for array in arrays:
        result.update(f"{array.dtype}{array.shape}".encode())
        result.update(np.ascontiguousarray(array).tobytes())
    return result.hexdigest()


def digest_of_predictions(predictions: PredictionSet) -> str:
    return digest([predictions.labels, predictions.probabilities, predictions.losses])


def digest_of_weights(weights: dict[str, npt.NDArray[Any]]) -> str:
    return digest(weights[name] for name in sorted(weights))


# --- in the process that forks


def main() -> None:
    """Take orders until there are no more."""
    import torch

    # Threads would not survive a fork, and their number changes the bits.
    torch.set_num_threads(1)
    data = _small_data()
    _import_the_rest(data)
    for line in iter(sys.stdin.readline, ""):
        order = Order(**json.loads(line))
        child = os.fork()
        if child == 0:
            _train_and_exit(order, data)
        if order.kill_after_s is not None:
            time.sleep(order.kill_after_s)  # into the middle of whatever it does
            os.kill(child, signal.SIGKILL)
        _tell(ended=_end_of(child))


def _end_of(child: int) -> str:
    _, status = os.waitpid(child, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        _tell(ended="held")
        kill = sys.stdin.readline().strip() == "kill"
        os.kill(child, signal.SIGKILL if kill else signal.SIGCONT)
        _, status = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(status) else "finished"


def _tell(**facts: Any) -> None:
    # In one call, so that a process that dies has told it or has not.
    os.write(STDOUT, (json.dumps(facts) + "\n").encode())


def _small_data() -> DataSplits:
    import torch

    from lenet_desktop.data.catalogue import read_split
    from lenet_desktop.data.images import DataSplits, LabelledImages, Split

    with tempfile.TemporaryDirectory() as folder:
        images = read_split(Split.TEST, Path(folder))
    pixels = torch.from_numpy(images.images[: TRAIN_IMAGES + TEST_IMAGES].copy())
    labels = torch.from_numpy(images.labels[: TRAIN_IMAGES + TEST_IMAGES].astype(np.int64))
    return DataSplits(
        LabelledImages(pixels[:TRAIN_IMAGES], labels[:TRAIN_IMAGES], images.info),
        LabelledImages(pixels[TRAIN_IMAGES:], labels[TRAIN_IMAGES:], images.info),
    )


def _import_the_rest(data: DataSplits) -> None:
    """Import what would otherwise be imported in every child anew; computes no gradients."""
    import safetensors.numpy  # noqa: F401

    from lenet_desktop.runs.reading import read_run  # noqa: F401
    from lenet_desktop.runs.recorder import RunRecorder, surroundings_of  # noqa: F401
    from lenet_desktop.training.engine import Trainer

    Trainer(TrainingConfig(), data, _cpu())


def _cpu() -> Any:
    from lenet_desktop.training.devices import Device

    return Device("cpu", "CPU")


# --- in the process that trains


def _train_and_exit(order: Order, data: DataSplits) -> None:
    status = 1
    try:
        if order.kill_at_call is not None:
            _die_at(order.kill_at_call)
        _train(order, data)
        status = 0
    except BaseException:
        _tell(error=traceback.format_exc())
    finally:
        os._exit(status)


def _train(order: Order, data: DataSplits) -> None:
    from lenet_desktop.runs.reading import read_run
    from lenet_desktop.runs.recorder import RunRecorder
    from lenet_desktop.training.engine import Trainer

    store = open_store(Path(order.folder))
    config = TrainingConfig.from_dict(order.config)
    checkpoint = None if order.run_id is None else read_run(store, order.run_id).checkpoint
    trainer = Trainer(config, data, _cpu(), checkpoint=checkpoint, report_interval_s=0)
    recorder = RunRecorder(store, order.run_id, checkpoint)
    known = 0 if checkpoint is None else len(checkpoint.epochs)
    done: EpochDone | None = None
    for event in recorder.follow(trainer):
        match event:
            case RunStarted():
                _tell(run_id=recorder.run_id)
            case EpochDone():
                done = event
            case PredictionsReady() if done is not None and done.epoch > known:
                _tell_of(done, event)
                if order.hold_after == done.epoch:
                    os.kill(os.getpid(), signal.SIGSTOP)
            case RunFinished():
                pass
    store.close()


def _tell_of(done: EpochDone, ready: PredictionsReady) -> None:
    assert ready.snapshot is not None
    _tell(
        done=asdict(done),
        predictions=digest_of_predictions(ready.predictions),
        weights=digest_of_weights(dict(ready.snapshot.weights)),
    )


def _die_at(last: int) -> None:
    """Have this process kill itself before a certain of its calls, counted from 1."""
    calls = iter(range(last - 1))

    def count() -> None:
        if next(calls, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **keywords: Any) -> Any:
            count()
            return function(*arguments, **keywords)

        return wrapper

    class CountedConnection(sqlite3.Connection):
        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            if sql.startswith(STATEMENTS):
                count()
            return super().execute(sql, *parameters)

    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))
    connect = sqlite3.connect
    sqlite3.connect = lambda *a, **k: connect(*a, **k, factory=CountedConnection)  # type: ignore[assignment]


if __name__ == "__main__":
    main()
