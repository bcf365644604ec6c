"""The file of a checkpoint.

In the folder of a run it refers to those of the epochs before it; anywhere else it is complete in
itself. It is safetensors: tensors and a text, nothing that could be executed.
"""

import itertools
import json
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lenet_desktop.networks.inputs import usage_texts
from lenet_desktop.settings.choices import KeptNetworks
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.documents import DAMAGE
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.storage.tensor_files import pack_tensors, read_tensors
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.epoch_file import (
    MODEL,
    epoch_name,
    prediction_tensors,
    read_epoch,
    read_figures,
    read_losses,
    read_predictions,
    under,
)
from lenet_desktop.training.events import EpochDone, LearningRateChanged
from lenet_desktop.training.learner import LearnerState

log = logging.getLogger(__name__)

FORMAT = "LeNet Desktop checkpoint"
COMPLETE, REFERRING = "1", "2"
"""Versions of the file: one that is complete in itself, and one that refers to files beside it."""
LARGEST_CHECKPOINT = 2**30
"""Bytes. The losses of 1,000 epochs of EMNIST's 240,000 digits, one by one, are 960 MB."""
_OPTIMIZER, _LEARNING = "optimizer.", "learning."
"""Before the names of the optimiser's memory, and of weights that are judged as others."""

Losses = npt.NDArray[np.float32]
Past = Mapping[int, tuple[EpochDone, Losses]]
"""Finished epochs by their numbers, each with the losses of its steps, float32 (S,)."""


def save_checkpoint(checkpoint: Checkpoint, path: Path, written: Collection[int] = ()) -> None:
    """Write a checkpoint, so that `path` holds this one or the one before, never half of one.

    Args:
        checkpoint: where a run stands.
        path: the file.
        written: the finished epochs whose files are beside it, to which it refers.

    Raises:
        OSError: it cannot be written.
    """
    is_of_run = bool(written)  # whose folder is tidied by who keeps it
    write_atomically(path, checkpoint_bytes(checkpoint, written), tidies=not is_of_run)


def checkpoint_bytes(checkpoint: Checkpoint, written: Collection[int] = ()) -> bytes:
    """Return the content of a checkpoint's file, which is complete in itself by default.

    With files of epochs beside it, it holds only what these do not: the optimiser's memory, what
    was learned since the last of them, and the epochs that have no file.
    """
    own = [done for done in checkpoint.epochs if done.epoch not in written]
    count = len(checkpoint.epochs)
    tensors = {f"{_OPTIMIZER}{key}": value for key, value in checkpoint.learner.optimizer.items()}
    # The network of a finished epoch may give way to a later one before this checkpoint does.
    is_lasting = checkpoint.config.keep_networks is KeptNetworks.ALL
    if count not in written or checkpoint.step or not is_lasting:
        tensors |= {f"{MODEL}{name}": value for name, value in checkpoint.network.items()}
    if checkpoint.judged is not None:
        tensors |= {f"{_LEARNING}{n}": value for n, value in checkpoint.learner.weights.items()}
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
        "arithmetic": checkpoint.arithmetic,
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
    tensors, text = read_tensors(path, LARGEST_CHECKPOINT)
    if text.get("format") != FORMAT:
        raise CheckpointError(_("{path} is no checkpoint of this program.").format(path=path))
    if text.get("version") not in (COMPLETE, REFERRING):
        raise CheckpointError(
            _("{path} was written by another version of this program. Update the program.").format(
                path=path
            )
        )
    try:
        checkpoint = _read(json.loads(text["run"]), tensors, path.parent, past)
        _check(checkpoint)
    except DAMAGE as error:
        log.info("%s is damaged", path, exc_info=True)
        raise CheckpointError(
            _("{path} is damaged: {reason}.").format(path=path, reason=first_line(error))
        ) from error
    return checkpoint


def _read(document: Any, tensors: Mapping[str, Tensor], folder: Path, past: Past) -> Checkpoint:
    config = TrainingConfig.from_dict(document["config"])
    own = [read_figures(done) for done in document["epochs"]]
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
    is_judged = bool(own) and own[-1].test_loss is not None
    if count and (not weights or (is_judged and predictions is None)):
        last = read_epoch(folder / epoch_name(count), count, weights_later=bool(weights))
        predictions = last.predictions
        weights = weights or {n: torch.tensor(each) for n, each in last.network.weights.items()}
    learning = dict(under(_LEARNING, tensors)) if config.batch_norm else weights
    return Checkpoint(
        config=config,
        cycles=tuple(int(epochs) for epochs in document["cycles"]),
        learning_rate=float(document["learning_rate"]),
        correct=int(document["correct"]),
        elapsed_s=float(document["elapsed_s"]),
        epoch_elapsed_s=float(document["epoch_elapsed_s"]),
        learner=LearnerState(learning, dict(under(_OPTIMIZER, tensors))),
        losses=losses,
        epochs=tuple(own),
        changes=msgspec.convert(document["changes"], tuple[LearningRateChanged, ...]),
        predictions=predictions,
        steps_per_epoch=per_epoch,
        arithmetic=int(document.get("arithmetic", 1)),
        judged=weights if config.batch_norm else None,
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
            raise ValueError(_("its steps do not add up"))
        epochs.append(epoch)
    together = np.concatenate([*(part for _other, part in epochs), tail])
    together.setflags(write=False)
    return [done for done, _other in epochs], together


def _check(checkpoint: Checkpoint) -> None:
    if min(checkpoint.cycles, default=0) < 1 or sum(checkpoint.cycles) != checkpoint.config.epochs:
        raise ValueError(_("its epochs do not add up"))
    finished = [done.epoch for done in checkpoint.epochs]
    if finished != list(range(1, len(finished) + 1)) or len(finished) > checkpoint.config.epochs:
        raise ValueError(_("its epochs are out of order"))
    most = checkpoint.steps_per_epoch if not checkpoint.is_finished else 0
    if checkpoint.steps_per_epoch < 1 or not 0 <= checkpoint.step <= most:
        raise ValueError(_("its steps do not add up"))
    learner = checkpoint.learner
    kept = (checkpoint.network, learner.weights, learner.optimizer)
    for values in itertools.chain.from_iterable(each.values() for each in kept):
        if not values.isfinite().all():
            raise ValueError(_("it holds what is not a number"))
    TrainingConfig.from_dict({"learning_rate": checkpoint.learning_rate})
