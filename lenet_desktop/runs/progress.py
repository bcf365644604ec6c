"""Writes how a run goes on: its beginning, each epoch, and where it ends."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lenet_desktop.runs.records import About, RunStatus, Surroundings
from lenet_desktop.runs.rows import (
    Losses,
    drop_epochs,
    insert_run,
    last_epoch,
    next_turn,
    outcome_of,
    pack_answers,
    put_changes,
    put_epochs,
    update_run,
)
from lenet_desktop.runs.run_folder import RunFolder, Unwritten, checkpoint_name
from lenet_desktop.runs.store import BusyRunError, MissingRunError, RunStore, fit_title, why_busy
from lenet_desktop.settings.choices import KeptNetworks
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, sentences
from lenet_desktop.training.events import LearningRateChanged, RunStarted
from lenet_desktop.training.validation import best_epoch

if TYPE_CHECKING:
    from lenet_desktop.training.checkpoint import Checkpoint
    from lenet_desktop.training.epoch_file import KeptEpoch

_TENTH = 10


class RunProgress:
    """Keeps in a store what runs learn. Who begins or goes on with a run holds it to its end."""

    def __init__(self, store: RunStore) -> None:
        self._store = store

    def begin(
        self, started: RunStarted, surroundings: Surroundings, title: str = "", key: str = ""
    ) -> int:
        """Keep a new run from now on, and return its number.

        Args:
            started: what it is.
            surroundings: where it is computed.
            title: its name; empty to have it named by its number.
            key: its name in the world; empty to have one made.

        Raises:
            OSError: its folder cannot be made.
            StoreError: the database cannot be written.
        """
        store, now = self._store, time.time()
        about = About(
            key=key or uuid.uuid4().hex,
            title=fit_title(title),
            status=RunStatus.RUNNING,
            config=started.config,
            surroundings=surroundings,
            images_per_epoch=started.images_per_epoch,
            steps_per_epoch=started.steps_per_epoch,
            parameter_count=started.parameter_count,
            created_at=now,
            updated_at=now,
        )
        folder = store.folder_of(about.key)
        try:
            if store.reason is None:
                folder.take()
                folder.write_about(about)
            with store.writing() as connection:
                run_id = insert_run(connection, about, next_turn(connection))
        except BaseException:
            folder.leave()
            shutil.rmtree(folder.path, ignore_errors=True)  # there is nothing in it yet
            raise
        store.hold(run_id, folder)
        return run_id

    def go_on(
        self, run_id: int, config: TrainingConfig, checkpoint: Checkpoint | None = None
    ) -> None:
        """Keep what a run learns that goes on from its checkpoint.

        Args:
            run_id: the run.
            config: its recipe, with all epochs that are planned by now.
            checkpoint: from where it goes on, unless it is known to be the newest one.

        Raises:
            BusyRunError: another window or terminal works on it, has got further with it, or has
                taken it out of the list.
            StoreError: the database cannot be written.
        """
        try:
            folder = self._store.run_folder(run_id)
            self._claim(run_id, folder, checkpoint)
        except MissingRunError as error:
            advice = _(
                "It was deleted for good or imported anew in another window: look for it in the "
                "list of runs."
            )
            raise BusyRunError(sentences([str(error), advice])) from error
        self._store.hold(run_id, folder)
        # Whoever goes on with a deleted run wants it back.
        values: dict[str, Any] = {"status": RunStatus.RUNNING, "deleted_at": None}
        if checkpoint is not None:
            # Steps after it, as of a run that failed, are made again. Where the list has other
            # epochs than the checkpoint, its steps do not follow upon the last of them.
            follows = self._store.record(run_id).epochs_done == len(checkpoint.epochs)
            values["tail"] = checkpoint.losses_of(checkpoint.epoch) if follows else b""
        self._store.edit(run_id, config=config, **values)

    def keep(
        self,
        run_id: int,
        checkpoint: Checkpoint,
        epochs: Sequence[KeptEpoch],
        status: RunStatus | None = None,
    ) -> Unwritten:
        """Keep where a run stands: its files first, then everything about it in one transaction.

        Args:
            run_id: the run.
            checkpoint: from where it can be gone on.
            epochs: those that were finished since this was last done.
            status: what the list says of it from now on; None to leave that as it is.

        Returns:
            For which of the epochs there is no room; their figures are kept.

        Raises:
            OSError: where it stands cannot be written.
            StoreError: the database cannot be written.
        """
        folder, name, left = self._store.run_folder(run_id), None, Unwritten()
        if self._store.reason is None:
            name, left = folder.write_state(epochs, checkpoint)
        with self._store.writing() as connection:
            # What the table lacks, or has of an earlier attempt at the same epochs.
            first = min([last_epoch(connection, run_id) + 1, *(e.done.epoch for e in epochs)])
            judged = ((each.done.epoch, each.predictions) for each in epochs)
            answers = {epoch: pack_answers(each) for epoch, each in judged if each is not None}
            missing = [
                (done, checkpoint.losses_of(done.epoch), answers.get(done.epoch))
                for done in checkpoint.epochs[first - 1 :]
            ]
            put_epochs(connection, run_id, missing)
            drop_epochs(connection, run_id, len(checkpoint.epochs))
            put_changes(connection, run_id, checkpoint.changes)
            update_run(
                connection,
                run_id,
                **({} if status is None else {"status": status}),
                config=checkpoint.config,
                cycles=checkpoint.cycles,
                elapsed_s=checkpoint.elapsed_s,
                checkpoint=name,
                tail=checkpoint.losses_of(checkpoint.epoch),
                updated_at=time.time(),
                turn=next_turn(connection),
                **outcome_of(checkpoint.epochs),
            )
        if name is not None:
            folder.prune(name, len(checkpoint.epochs), _networks_to_keep(checkpoint))
        return left

    def set_status(
        self,
        run_id: int,
        status: RunStatus,
        tail: Losses | None = None,
        changes: Sequence[LearningRateChanged] | None = None,
    ) -> None:
        """Note where a run stands; one that has ended is left to whoever wants to go on with it.

        Args:
            run_id: the run.
            status: where it stands.
            tail: float32 (K,), losses of steps after its last finished epoch which no checkpoint
                has, because the run did not end well.
            changes: every learning rate that was set, some of them perhaps in these steps.

        Raises:
            StoreError: the database cannot be written.
        """
        values: dict[str, Any] = {"status": status, "updated_at": time.time()}
        if tail is not None:
            values["tail"] = tail
        try:
            if changes is not None:
                with self._store.writing() as connection:
                    put_changes(connection, run_id, changes)
            self._store.edit(run_id, is_news=True, **values)
        finally:
            if not status.is_active:
                self._store.let_go(run_id)

    def _claim(self, run_id: int, folder: RunFolder, checkpoint: Checkpoint | None) -> None:
        """Take the folder of a run, unless there is more in it than `checkpoint` knows."""
        if self._store.reason is not None:
            return
        if not folder.take():
            raise BusyRunError(why_busy(self._store.record(run_id).quoted_name))
        try:
            self._store.row(run_id)  # nobody takes it out of the list from here on
            if checkpoint is not None:
                self._refuse_overtaken(run_id, folder, checkpoint)
        except BaseException:
            folder.leave()
            raise

    def _refuse_overtaken(self, run_id: int, folder: RunFolder, checkpoint: Checkpoint) -> None:
        if not any(name > checkpoint_name(checkpoint) for name in folder.checkpoints()):
            return  # without reading any
        _other, newest = folder.newest_checkpoint(checkpoint.steps_per_epoch)
        if newest is None or len(newest.losses) <= len(checkpoint.losses):
            return
        done, known = len(newest.epochs), len(checkpoint.epochs)
        name = self._store.record(run_id).quoted_name
        told = (
            counted(
                done,
                "{name} has gone on elsewhere meanwhile and has {count} epoch now.",
                "{name} has gone on elsewhere meanwhile and has {count} epochs now.",
                name=name,
            )
            if done > known
            else _("{name} has gone on elsewhere meanwhile.").format(name=name)
        )
        advice = _("Show the list of runs, which brings it up to date here.")
        raise BusyRunError(sentences([told, advice]))


def _networks_to_keep(checkpoint: Checkpoint) -> set[int] | None:
    """Return the epochs whose networks a run is to keep, None for all."""
    if checkpoint.config.keep_networks is KeptNetworks.ALL:
        return None
    last = len(checkpoint.epochs)
    return {*range(_TENTH, last + 1, _TENTH), best_epoch(checkpoint.epochs) or last, last}
