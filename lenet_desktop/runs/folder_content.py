"""What the folder of a run holds, as far as it can be believed: from this the list is rebuilt."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.run_folder import About, RunFolder
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.training.events import EpochDone, LearningRateChanged
from lenet_desktop.training.validation import has_lost_patience

if TYPE_CHECKING:
    from lenet_desktop.training.checkpoint import Checkpoint, Past
    from lenet_desktop.training.epoch_file import KeptEpoch

log = logging.getLogger(__name__)

Losses = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class FolderContent:
    """What the folder of a run holds.

    Attributes:
        about: what it is about, with the seconds of work and the planned epochs of its checkpoint;
            finished only where all of these are there.
        epochs: the figures of its finished epochs, from the first on without a gap, each with the
            losses of its steps, float32 (S,).
        checkpoint: the name of the newest checkpoint that can be read; None where there is none.
        tail: float32 (K,), the losses of the steps after the last finished epoch.
        cycles: how many epochs each course of the schedule has, as far as a checkpoint says so.
    """

    about: About
    epochs: tuple[tuple[EpochDone, Losses], ...]
    changes: tuple[LearningRateChanged, ...]
    checkpoint: str | None
    tail: Losses
    cycles: tuple[int, ...] = ()


def read_content(folder: RunFolder, about: About) -> FolderContent:
    """Return what a folder holds, as far as it can be believed.

    Raises:
        CheckpointError: it holds no epoch and no checkpoint that can be read.
    """
    kept = _read_epochs(folder, about.steps_per_epoch)
    epochs = [(epoch.done, epoch.losses) for epoch in kept]
    past = {epoch.done.epoch: (epoch.done, epoch.losses) for epoch in kept}
    name, checkpoint = newest_checkpoint(folder, about.steps_per_epoch, past)
    changes = kept[-1].changes if kept else ()
    tail = np.empty(0, np.float32)
    if checkpoint is not None:
        about = replace(about, config=checkpoint.config, elapsed_s=checkpoint.elapsed_s)
        if len(checkpoint.epochs) >= len(epochs):
            epochs = [(done, checkpoint.losses_of(done.epoch)) for done in checkpoint.epochs]
            changes = checkpoint.changes
            tail = checkpoint.losses_of(checkpoint.epoch)
    elif epochs:
        about = replace(about, elapsed_s=sum(done.elapsed_s for done, _ in epochs))
    else:
        raise CheckpointError(f"{folder.path} holds nothing of a run that can be read.")
    is_early = has_lost_patience(about.config, [done for done, _ in epochs])
    is_whole = is_early or len(epochs) >= about.config.epochs
    if about.status is RunStatus.FINISHED and not is_whole:
        about = replace(about, status=RunStatus.STOPPED)
    cycles = () if checkpoint is None else checkpoint.cycles
    return FolderContent(about, tuple(epochs), changes, name, tail, cycles)


def newest_checkpoint(
    folder: RunFolder, steps_per_epoch: int, past: Past = MappingProxyType({})
) -> tuple[str | None, Checkpoint | None]:
    """Return the newest checkpoint of a folder that can be read, with the name of its file.

    Args:
        folder: of the run.
        steps_per_epoch: how many steps an epoch of it has.
        past: what is known of its epochs, so that their files need not be read.
    """
    from lenet_desktop.training.checkpoint import load_checkpoint

    for name in folder.checkpoints():
        try:
            checkpoint = load_checkpoint(folder.path / name, past)
        except CheckpointError as error:
            log.warning("%s", error)
            continue
        if checkpoint.steps_per_epoch == steps_per_epoch:
            return name, checkpoint
    return None, None


def _read_epochs(folder: RunFolder, steps_per_epoch: int) -> tuple[KeptEpoch, ...]:
    epochs: list[KeptEpoch] = []
    for number in folder.epochs():
        try:
            epoch = folder.read_epoch(number, weights_later=True)
        except CheckpointError as error:
            log.warning("%s", error)
            break
        if number != len(epochs) + 1 or len(epoch.losses) != steps_per_epoch:
            break
        epochs.append(epoch)
    return tuple(epochs)
