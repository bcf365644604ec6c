"""Makes a long run without training it: the first epochs are real, the others vary them.

All of it goes through the program's own recorder, so that the files are those of a real run.
"""

import importlib.util
import math
import time
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from lenet_desktop.data.catalogue import load_splits
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.recorder import RunRecorder
from lenet_desktop.runs.store import RunStore
from lenet_desktop.settings.presets import MODERN
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import (
    EpochDone,
    Event,
    PredictionsReady,
    RunFinished,
    RunStarted,
    StepsDone,
)

CPU = Device("cpu", "CPU")
BATCH_SIZE = 256
_LEARNED_FROM, _SEEMING, _EPOCH_S = 12_000, 60_000, 1.5
_MEMORY = 0.9
"""How much of what varies the answers of an epoch is there in the next one, too."""
_UNREST = 0.7
"""Standard deviation by which a logit varies."""


@dataclass(frozen=True, slots=True)
class Written:
    """What it took to keep one epoch.

    Attributes:
        seconds: of the processor, from the report of its predictions to the next question; how
            long a disk takes drifts too much to be compared.
        bytes: given to the system to be written meanwhile; 0 where it does not count them.
    """

    seconds: float
    bytes: int


@dataclass
class MadeUpRun(Trainer):
    """A run that goes on from a real checkpoint by variations of what it said there.

    Attributes:
        start: where it goes on from.
        epochs: how many epochs it has in the end.
        stop_at: after how many it rests, to be gone on with by the next event.
        written: what it took to keep each epoch.
    """

    start: Checkpoint
    epochs: int
    written: list[Written] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._now = replace(
            self.start,
            config=replace(self.start.config, epochs=self.epochs),
            cycles=(self.epochs,),
        )
        self._random = np.random.default_rng(len(self.start.epochs))
        if self.start.predictions is None:
            raise ValueError("There is nothing to vary.")
        self._first = self.start.predictions
        self._logits = np.log(np.maximum(self._first.probabilities, 1e-9))
        self._wave = np.zeros_like(self._logits)

    def checkpoint(self) -> Checkpoint:
        """Return where the run stands."""
        return self._now

    def events(self) -> Generator[Event, None, None]:
        """Yield what a run of the engine would report."""
        config, steps = self._now.config, self._now.steps_per_epoch
        weights = self._now.learner.weights
        parameters = sum(weight.numel() for weight in weights.values())
        yield RunStarted(config, CPU, parameters, _SEEMING, steps)
        for _ in range(len(self._now.epochs), self.epochs):
            yield from self._make_up_epoch()
        yield RunFinished(len(self._now.epochs), self._now.elapsed_s)

    def _make_up_epoch(self) -> Generator[Event, None, None]:
        now, epoch = self._now, len(self._now.epochs) + 1
        predictions = self._answer(epoch)
        losses = (predictions.loss * self._random.uniform(0.5, 1.5, now.steps_per_epoch)).astype(
            np.float32
        )
        loss, accuracy = predictions.loss, predictions.accuracy
        done = EpochDone(epoch, loss, accuracy, loss, accuracy, _EPOCH_S)
        weights = {
            name: weight + 0.01 * torch.randn_like(weight)
            for name, weight in now.learner.weights.items()
        }
        yield StepsDone(epoch, len(losses), losses, _SEEMING, _EPOCH_S, _EPOCH_S * epoch)
        yield done
        self._now = replace(
            now,
            losses=np.concatenate([now.losses, losses]),
            epochs=(*now.epochs, done),
            predictions=predictions,
            elapsed_s=_EPOCH_S * epoch,
            learner=replace(now.learner, weights=weights),
        )
        began_at, before = time.process_time(), bytes_written()
        yield PredictionsReady(predictions, Snapshot.of(now.config, epoch, weights))
        self.written.append(Written(time.process_time() - began_at, bytes_written() - before))

    def _answer(self, epoch: int) -> PredictionSet:
        """Return answers that vary from epoch to epoch and become surer of themselves."""
        unrest = self._random.standard_normal(self._wave.shape, dtype=np.float32)
        self._wave = _MEMORY * self._wave + _UNREST * np.sqrt(1 - _MEMORY**2) * unrest
        logits = (self._logits + self._wave) * (1 + 2 * epoch / self.epochs)
        scores = np.exp(logits - logits.max(axis=1, keepdims=True)).astype(np.float32)
        probabilities = scores / scores.sum(axis=1, keepdims=True)
        truth = probabilities[np.arange(len(probabilities)), self._first.labels]
        losses = -np.log(np.maximum(truth, np.finfo(np.float32).tiny))
        first = self._first
        return as_kept(PredictionSet(epoch, first.labels, probabilities, losses, first.info))


def as_kept(predictions: PredictionSet) -> PredictionSet:
    """Return predictions rounded as the engine does; earlier ones kept every bit."""
    if importlib.util.find_spec("lenet_desktop.networks.compact_predictions") is None:
        return predictions
    from lenet_desktop.networks.compact_predictions import rounded

    return rounded(predictions)


def real_start(cache: Path) -> Checkpoint:
    """Train briefly on a part of the images; return where that ends, as if it were on all."""
    data = load_splits(cache)
    few = replace(data, train=data.train.some(torch.arange(_LEARNED_FROM)))
    config = replace(MODERN.config, epochs=2, batch_size=BATCH_SIZE, device="cpu")
    trainer = Trainer(config, few, CPU)
    for _ in trainer.events():
        pass
    steps = math.ceil(len(data.train) / BATCH_SIZE)
    return replace(trainer.checkpoint(), steps_per_epoch=steps)


def keep_made_up(store: RunStore, start: Checkpoint, epochs: int) -> tuple[int, list[Written]]:
    """Keep a finished run of so many epochs; return its number and what each took to write."""
    first = replace(start, losses=start.losses[:0], epochs=(), elapsed_s=0.0)
    run = MadeUpRun(first, epochs)
    recorder = RunRecorder(store)
    for _ in recorder.follow(run):
        pass
    if recorder.run_id is None or recorder.reason is not None:
        raise RuntimeError(f"The run could not be kept: {recorder.reason}")
    return recorder.run_id, run.written


def bytes_written() -> int:
    """Return how many bytes this process gave to the system to be written; 0 if nobody counts."""
    try:
        lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return int(next(line.split()[1] for line in lines if line.startswith("wchar")))
