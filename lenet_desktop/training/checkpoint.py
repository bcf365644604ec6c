"""Everything that is needed to go on with a run exactly, and the file that it is kept in.

In the folder of a run this file refers to those of the epochs before it; anywhere else it is
complete in itself. It is safetensors: tensors and a text, nothing that could be executed.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.networks.inputs import usage_texts
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.config import MAX_EPOCHS, TrainingConfig
from lenet_desktop.storage.documents import read_whole
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.storage.tensor_files import pack_tensors, read_tensors
from lenet_desktop.text.wording import first_line
from lenet_desktop.training.epoch_file import (
    MODEL,
    epoch_name,
    prediction_tensors,
    read_epoch,
    read_losses,
    read_predictions,
    under,
)
from lenet_desktop.training.events import (
    EpochDone,
    Event,
    LearningRateChanged,
    PredictionsReady,
    tell_again,
)
from lenet_desktop.training.learner import LearnerState
from lenet_desktop.training.validation import has_lost_patience, more_patience

log = logging.getLogger(__name__)

FORMAT = "LeNet Desktop checkpoint"
COMPLETE, REFERRING = "1", "2"
"""Versions of the file: one that is complete in itself, and one that refers to files beside it."""
_OPTIMIZER = "optimizer."

Losses = npt.NDArray[np.float32]
Past = Mapping[int, tuple[EpochDone, Losses]]
"""Finished epochs by their numbers, each with the losses of its steps, float32 (S,)."""

# All that a document of another form raises where it is read.
_DAMAGE = (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Checkpoint:
    """Where a run stands between two of its steps, and what it has reported up to there.

    Attributes:
        config: the recipe; its epochs are all that are planned by now.
        cycles: how many epochs each course of the learning rate schedule has, in order; there is
            more than one when a finished run was continued. They sum up to the planned epochs.
        learning_rate: the current one, before the schedule's factor.
        correct: how many images of the epoch under way were right.
        elapsed_s: seconds of work since the run began.
        epoch_elapsed_s: seconds of work in the epoch under way.
        learner: weights and the optimiser's memory.
        losses: float32 (S,), the loss of every step so far.
        epochs: the figures of every finished epoch.
        changes: every learning rate that was set while the run went on.
        predictions: the predictions after the last finished epoch, None before the first.
        steps_per_epoch: how many steps an epoch has.
    """

    config: TrainingConfig
    cycles: tuple[int, ...]
    learning_rate: float
    correct: int
    elapsed_s: float
    epoch_elapsed_s: float
    learner: LearnerState
    losses: npt.NDArray[np.float32]
    epochs: tuple[EpochDone, ...]
    changes: tuple[LearningRateChanged, ...]
    predictions: PredictionSet | None
    steps_per_epoch: int

    @property
    def epoch(self) -> int:
        """The epoch under way, from 1; one more than planned when the run is finished."""
        return len(self.epochs) + 1

    @property
    def step(self) -> int:
        """How many steps of the epoch under way were made."""
        return len(self.losses) - len(self.epochs) * self.steps_per_epoch

    def losses_of(self, epoch: int) -> npt.NDArray[np.float32]:
        """Return the losses of the steps of an epoch, from 1, float32 (S,)."""
        return self.losses[(epoch - 1) * self.steps_per_epoch : epoch * self.steps_per_epoch]

    @property
    def is_finished(self) -> bool:
        """Whether every planned epoch is done, or the run was stopped early."""
        return len(self.epochs) >= self.config.epochs or self._has_lost_patience

    @property
    def is_stopped_early(self) -> bool:
        """Whether the run has ended before every planned epoch was done."""
        return self._has_lost_patience and len(self.epochs) < self.config.epochs

    @property
    def _has_lost_patience(self) -> bool:
        return has_lost_patience(self.config, self.epochs)

    def waiting(self) -> "Checkpoint":
        """Return the same with the patience to go on where the run was stopped early.

        It then does what one does that had as much patience from the beginning.
        """
        patience = more_patience(self.config, self.epochs)
        return replace(self, config=replace(self.config, patience=patience))

    def extended(self, epochs: int) -> "Checkpoint":
        """Return the same with more epochs planned, at most `MAX_EPOCHS` in all.

        The schedule begins anew in them; a constant learning rate just goes on.
        """
        if self._has_lost_patience:
            return self.waiting().extended(epochs)
        more = min(epochs, MAX_EPOCHS - self.config.epochs)
        if more <= 0:
            raise CheckpointError(f"A run has at most {MAX_EPOCHS:,} epochs.")
        config = replace(self.config, epochs=self.config.epochs + more)
        return replace(self, config=config, cycles=(*self.cycles, more))

    def moved_to(self, device: str) -> "Checkpoint":
        """Return the same, to be gone on with on another device."""
        return replace(self, config=replace(self.config, device=device))

    def check_data(self, loaded: DatasetInfo) -> None:
        """See that the run has learned from the data that are loaded.

        Raises:
            CheckpointError: it has learned from others.
        """
        own = self.config.data
        if own.fingerprint != loaded.fingerprint:
            raise CheckpointError(
                f"The run learned from {own.told_from(loaded)}, so it cannot go on with "
                f"{loaded.title}. Start a new run."
            )

    def past(self) -> Iterator[Event]:
        """Tell again, in few words, what the run has reported after its start."""
        yield from tell_again(
            self.epochs, self.losses, self.changes, self.steps_per_epoch, self.elapsed_s
        )
        last = self.last_predictions()
        if last is not None:
            yield last

    def last_predictions(self) -> PredictionsReady | None:
        """Return what was predicted after the last finished epoch, None before the first."""
        if self.predictions is None:
            return None
        return PredictionsReady(self.predictions, self._snapshot())

    def _snapshot(self) -> Snapshot | None:
        """Return the network of the last finished epoch, unless it has learned on since."""
        if self.step:
            return None
        weights = {name: weight.clone() for name, weight in self.learner.weights.items()}
        return Snapshot.of(self.config, len(self.epochs), weights)


def save_checkpoint(checkpoint: Checkpoint, path: Path, written: Collection[int] = ()) -> None:
    """Write a checkpoint, so that `path` holds this one or the one before, never half of one.

    Args:
        checkpoint: where a run stands.
        path: the file.
        written: the finished epochs whose files are beside it, to which it refers.

    Raises:
        OSError: it cannot be written.
    """
    write_atomically(path, checkpoint_bytes(checkpoint, written))


def checkpoint_bytes(checkpoint: Checkpoint, written: Collection[int] = ()) -> bytes:
    """Return the content of a checkpoint's file, which is complete in itself by default.

    With files of epochs beside it, it holds only what these do not: the optimiser's memory, what
    was learned since the last of them, and the epochs that have no file.
    """
    own = [done for done in checkpoint.epochs if done.epoch not in written]
    count = len(checkpoint.epochs)
    tensors = {f"{_OPTIMIZER}{key}": value for key, value in checkpoint.learner.optimizer.items()}
    if count not in written or checkpoint.step:
        tensors |= {f"{MODEL}{name}": value for name, value in checkpoint.learner.weights.items()}
    if count not in written and checkpoint.predictions is not None:
        tensors |= prediction_tensors(checkpoint.predictions)
    numbers = [*(done.epoch for done in own), checkpoint.epoch]
    tensors["losses"] = torch.tensor(np.concatenate(list(map(checkpoint.losses_of, numbers))))
    document: dict[str, Any] = {
        "config": checkpoint.config.to_dict(),
        "cycles": checkpoint.cycles,
        "learning_rate": checkpoint.learning_rate,
        "correct": checkpoint.correct,
        "elapsed_s": checkpoint.elapsed_s,
        "epoch_elapsed_s": checkpoint.epoch_elapsed_s,
        "epochs": [asdict(done) for done in own],
        "changes": [asdict(change) for change in checkpoint.changes],
        "steps_per_epoch": checkpoint.steps_per_epoch,
    }
    if len(own) < count:
        document["epochs_done"] = count
    text = {
        "format": FORMAT,
        "version": REFERRING if len(own) < count else COMPLETE,
        "run": json.dumps(document),
        **usage_texts(checkpoint.config),
    }
    return pack_tensors(tensors, text)


def load_checkpoint(path: Path, past: Past = MappingProxyType({})) -> Checkpoint:
    """Read a checkpoint, which is checked before it is believed.

    Args:
        path: the file; those of the epochs to which it refers are beside it.
        past: what is known of these epochs, so that only the file of the last one is read.

    Raises:
        CheckpointError: there is none, or it cannot be used.
    """
    tensors, text = read_tensors(path)
    if text.get("format") != FORMAT:
        raise CheckpointError(f"{path} is no checkpoint of this program.")
    if text.get("version") not in (COMPLETE, REFERRING):
        raise CheckpointError(
            f"{path} was written by another version of this program. Update the program."
        )
    try:
        checkpoint = _read(json.loads(text["run"]), tensors, path.parent, past)
        _check(checkpoint)
    except _DAMAGE as error:
        log.info("%s is damaged", path, exc_info=True)
        raise CheckpointError(f"{path} is damaged: {first_line(error)}.") from error
    return checkpoint


def _read(document: Any, tensors: Mapping[str, Tensor], folder: Path, past: Past) -> Checkpoint:
    config = TrainingConfig.from_dict(document["config"])
    own = [read_whole(done, EpochDone) for done in document["epochs"]]
    losses = read_losses(tensors)
    count = int(document.get("epochs_done", len(own)))
    per_epoch = int(document["steps_per_epoch"])
    weights = dict(under(MODEL, tensors))
    predictions = read_predictions(tensors, count, config.data)
    if len(own) < count:

        def find(number: int) -> tuple[EpochDone, Losses]:
            if number < count and number in past:
                return past[number]
            epoch = read_epoch(folder / epoch_name(number), number, weights_later=True)
            return epoch.done, epoch.losses

        own, losses = _completed(own, losses, per_epoch, count, find)
    if count and (not weights or predictions is None):
        last = read_epoch(folder / epoch_name(count), count, weights_later=bool(weights))
        predictions = last.predictions
        weights = weights or {n: torch.tensor(each) for n, each in last.snapshot.weights.items()}
    return Checkpoint(
        config=config,
        cycles=tuple(int(epochs) for epochs in document["cycles"]),
        learning_rate=float(document["learning_rate"]),
        correct=int(document["correct"]),
        elapsed_s=float(document["elapsed_s"]),
        epoch_elapsed_s=float(document["epoch_elapsed_s"]),
        learner=LearnerState(weights, dict(under(_OPTIMIZER, tensors))),
        losses=losses,
        epochs=tuple(own),
        changes=msgspec.convert(document["changes"], tuple[LearningRateChanged, ...]),
        predictions=predictions,
        steps_per_epoch=per_epoch,
    )


def _completed(
    own: list[EpochDone],
    losses: Losses,
    per_epoch: int,
    count: int,
    find: Callable[[int], tuple[EpochDone, Losses]],
) -> tuple[list[EpochDone], Losses]:
    """Return the figures of the first `count` epochs, and the losses of all steps.

    Args:
        own: the figures that the checkpoint itself has.
        losses: float32, those of the steps of these epochs, and of the steps after the last one.
        per_epoch: how many steps an epoch has.
        count: how many epochs are finished.
        find: returns the figures of another epoch, with the losses of its steps.
    """
    *parts, tail = np.split(losses, [per_epoch * (place + 1) for place in range(len(own))])
    known = {done.epoch: (done, part) for done, part in zip(own, parts, strict=True)}
    epochs: list[tuple[EpochDone, Losses]] = []
    for number in range(1, count + 1):
        epoch = known.get(number) or find(number)
        if len(epoch[1]) != per_epoch:
            raise ValueError("its steps do not add up")
        epochs.append(epoch)
    together = np.concatenate([*(part for _, part in epochs), tail])
    together.setflags(write=False)
    return [done for done, _ in epochs], together


def _check(checkpoint: Checkpoint) -> None:
    if min(checkpoint.cycles, default=0) < 1 or sum(checkpoint.cycles) != checkpoint.config.epochs:
        raise ValueError("its epochs do not add up")
    finished = [done.epoch for done in checkpoint.epochs]
    if finished != list(range(1, len(finished) + 1)) or len(finished) > checkpoint.config.epochs:
        raise ValueError("its epochs are out of order")
    most = checkpoint.steps_per_epoch if not checkpoint.is_finished else 0
    if checkpoint.steps_per_epoch < 1 or not 0 <= checkpoint.step <= most:
        raise ValueError("its steps do not add up")
    for values in (*checkpoint.learner.weights.values(), *checkpoint.learner.optimizer.values()):
        if not values.isfinite().all():
            raise ValueError("it holds what is not a number")
    TrainingConfig.from_dict({"learning_rate": checkpoint.learning_rate})
