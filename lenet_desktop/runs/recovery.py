"""Brings the list of runs in line with their folders: what fell out of it comes back.

The list may have been begun anew, and the program may have ended between a file and its row.
"""

from __future__ import annotations

import logging
import math
import sqlite3
import time
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lenet_desktop.runs.records import About, RunRecord, RunStatus, Surroundings
from lenet_desktop.runs.rows import (
    EpochRow,
    Losses,
    insert_run,
    last_epoch,
    outcome_of,
    pack_answers,
    put_changes,
    put_epochs,
    turn_at,
    update_run,
)
from lenet_desktop.runs.run_folder import ABOUT_NAME, RunFolder
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.runs.trash import UNDO_LIMIT_S, purge
from lenet_desktop.storage.errors import CheckpointError, UnreadableError
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import sentences
from lenet_desktop.training.events import LearningRateChanged
from lenet_desktop.training.validation import has_lost_patience

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class FolderContent:
    """What the folder of a run holds.

    Attributes:
        about: what it is about, with the seconds of work and the planned epochs of its checkpoint;
            finished only where all of these are there.
        epochs: its finished epochs, from the first on without a gap.
        checkpoint: the name of the newest checkpoint that can be read; None where there is none.
        tail: float32 (K,), the losses of the steps after the last finished epoch.
        cycles: how many epochs each course of the schedule has, as far as a checkpoint says so.
    """

    about: About
    epochs: tuple[EpochRow, ...]
    changes: tuple[LearningRateChanged, ...]
    checkpoint: str | None
    tail: Losses
    cycles: tuple[int, ...] = ()


def read_content(folder: RunFolder, about: About) -> FolderContent:
    """Return what a folder holds, as far as it can be believed.

    Raises:
        CheckpointError: it holds no epoch and no checkpoint that can be read.
    """
    epochs, changes = _read_epochs(folder, about.steps_per_epoch)
    past = {done.epoch: (done, losses) for done, losses, _other in epochs}
    name, checkpoint = folder.newest_checkpoint(about.steps_per_epoch, past)
    tail = np.empty(0, np.float32)
    if checkpoint is not None:
        about = replace(about, config=checkpoint.config, elapsed_s=checkpoint.elapsed_s)
        if len(checkpoint.epochs) >= len(epochs):
            answers = {done.epoch: packed for done, _other, packed in epochs}
            epochs = [
                (done, checkpoint.losses_of(done.epoch), answers.get(done.epoch))
                for done in checkpoint.epochs
            ]
            changes = checkpoint.changes
            tail = checkpoint.losses_of(checkpoint.epoch)
    elif epochs:
        about = replace(about, elapsed_s=sum(done.elapsed_s for done, *_other in epochs))
    else:
        raise CheckpointError(
            _("{path} holds nothing of a run that can be read.").format(path=folder.path)
        )
    is_early = has_lost_patience(about.config, [done for done, *_other in epochs])
    is_whole = is_early or len(epochs) >= about.config.epochs
    if about.status is RunStatus.FINISHED and not is_whole:
        about = replace(about, status=RunStatus.STOPPED)
    cycles = () if checkpoint is None else checkpoint.cycles
    return FolderContent(about, tuple(epochs), changes, name, tail, cycles)


def _read_epochs(
    folder: RunFolder, steps_per_epoch: int
) -> tuple[list[EpochRow], tuple[LearningRateChanged, ...]]:
    """Return the epochs from the first on, and every learning rate that was set up to the last."""
    epochs: list[EpochRow] = []
    changes: tuple[LearningRateChanged, ...] = ()
    for number in folder.epochs():
        try:
            epoch = folder.read_epoch(number, weights_later=True)
        except CheckpointError as error:
            log.warning("%s", error)
            break
        if number != len(epochs) + 1 or len(epoch.losses) != steps_per_epoch:
            break
        answers = None if epoch.predictions is None else pack_answers(epoch.predictions)
        epochs.append((epoch.done, epoch.losses, answers))
        changes = epoch.changes
    return epochs, changes


def add_run(store: RunStore, folder: RunFolder, about: About) -> int:
    """Put a run into the list whose folder is in place, and return its number.

    Raises:
        CheckpointError: the folder holds no epoch and no checkpoint that can be read.
        StoreError: the database cannot be written.
    """
    content = read_content(folder, about)
    with store.writing() as connection:
        turn = turn_at(connection, content.about.updated_at)
        run_id = insert_run(connection, content.about, turn)
        put_content(connection, run_id, content)
    return run_id


def catch_up(store: RunStore, record: RunRecord) -> None:
    """Count whole epochs in the folder of a run that the list lacks.

    The disk was full, or another process trains the run and only its figures are here as yet.
    """
    if not _is_behind(store, record):
        return
    try:
        content = read_content(store.run_folder(record.id), store.about(record.id))
        with store.writing() as connection:
            put_content(connection, record.id, content)
    except (CheckpointError, OSError, StoreError):
        log.warning("Run %d of the list is behind its files", record.id, exc_info=True)


def _is_behind(store: RunStore, record: RunRecord) -> bool:
    if record.status is RunStatus.INCOMPLETE:
        return record.epochs_done + 1 in store.run_folder(record.id).epochs()
    if not record.status.is_active and record.status is not RunStatus.INTERRUPTED:
        return False
    with store.reading() as connection:
        return last_epoch(connection, record.id) < record.epochs_done


def put_content(connection: sqlite3.Connection, run_id: int, content: FolderContent) -> None:
    """Have the list say what a folder holds."""
    put_epochs(connection, run_id, content.epochs)
    put_changes(connection, run_id, content.changes)
    update_run(
        connection,
        run_id,
        checkpoint=content.checkpoint,
        cycles=content.cycles,
        tail=content.tail,
        **outcome_of([done for done, *_other in content.epochs]),
    )


def tidy(store: RunStore) -> None:
    """Remove what was deleted long ago, and list the folders that the list does not know.

    Such folders are there when the list had to be begun anew, or when the program ended between
    the making of a folder and its line in the list. A store that cannot be tidied is left as it is.
    """
    try:
        purge(store, time.time() - UNDO_LIMIT_S)
        known, records = store.keys(), store.records()
        found = {path.name for path in store.runs_path.iterdir()}
    except (OSError, RuntimeError):
        log.info("The folders of the runs cannot be tidied", exc_info=True)
        return
    for record in records:
        catch_up(store, record)
    unknown = [store.folder_of(key) for key in sorted(found - known)]
    for folder in sorted(unknown, key=_created_at):
        _take_in(store, folder)


def _created_at(folder: RunFolder) -> float:
    """Return when a run was begun: in that order they get their numbers, as they did before."""
    try:
        return folder.read_about().created_at
    except CheckpointError:
        return math.inf  # it is none


def _take_in(store: RunStore, folder: RunFolder) -> None:
    """List the run of a folder, unless another window works on it, or it is none."""
    if not folder.epochs() and not folder.checkpoints():
        folder.remove_abandoned()
        return
    if not (folder.path / ABOUT_NAME).exists() or not folder.take():
        return
    try:
        about = folder.read_about()
        if about.key == folder.path.name:
            if about.status.is_active:
                about = replace(about, status=RunStatus.INTERRUPTED)
            add_run(store, folder, about)
    except (CheckpointError, RuntimeError) as error:
        log.warning("%s was not taken in: %s", folder.path, error)
    finally:
        folder.leave()


def recover_single_checkpoint(store: RunStore, path: Path, images_per_epoch: int) -> int | None:
    """Take in the one run that earlier versions of the program kept, and return its number.

    Its file is deleted as soon as everything in it is kept; None where there is none.

    Raises:
        UnreadableError: the system does not let it be read.
        CheckpointError: it is damaged, and was set aside so that it is not tried again.
        OSError: its files cannot be written.
        StoreError: the list cannot be written.
    """
    from lenet_desktop.networks.catalogue import build_network, parameter_count
    from lenet_desktop.training.checkpoint_file import load_checkpoint

    if store.reason is not None or not path.exists():
        return None
    try:
        checkpoint = load_checkpoint(path)
    except UnreadableError:
        raise  # it may be sound, and is tried again the next time
    except CheckpointError as error:
        aside = path.rename(path.with_name(f"{path.name}.damaged"))
        told = _("It was set aside as {name}.").format(name=aside.name)
        raise CheckpointError(sentences([str(error), told])) from error
    changed_at = path.stat().st_mtime
    about = About(
        key=uuid.uuid4().hex,
        status=RunStatus.FINISHED if checkpoint.is_finished else RunStatus.STOPPED,
        config=checkpoint.config,
        surroundings=Surroundings(),
        images_per_epoch=images_per_epoch,
        steps_per_epoch=checkpoint.steps_per_epoch,
        parameter_count=parameter_count(build_network(checkpoint.config)),
        elapsed_s=checkpoint.elapsed_s,
        created_at=max(0.0, changed_at - checkpoint.elapsed_s),
        updated_at=changed_at,
    )
    folder = store.folder_of(about.key)
    folder.write_about(about)
    folder.write_checkpoint(checkpoint)
    run_id = add_run(store, folder, about)
    path.unlink()
    return run_id
