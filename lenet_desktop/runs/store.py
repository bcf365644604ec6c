"""Every run that was ever trained, kept from its first epoch on.

The database has the list and the figures; the folder of each run has its networks, predictions and
checkpoints. Files are written first and the row last, so what the list names is there.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.database import Database
from lenet_desktop.runs.database_opening import open_database
from lenet_desktop.runs.records import RunCurves, RunRecord, RunStatus, Surroundings
from lenet_desktop.runs.rows import (
    LISTED,
    LOSSES,
    Losses,
    drop_epochs,
    new_epochs,
    next_turn,
    put_changes,
    put_epochs,
    read_about,
    read_cycles,
    read_record,
    turn_at,
    update_run,
)
from lenet_desktop.runs.run_folder import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    About,
    KeptEpoch,
    RunFolder,
    Unwritten,
)
from lenet_desktop.runs.tidying import tidy
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.wording import counted, first_line
from lenet_desktop.training.events import EpochDone, LearningRateChanged, RunStarted

if TYPE_CHECKING:
    from lenet_desktop.runs.recovery import FolderContent
    from lenet_desktop.training.checkpoint import Checkpoint

log = logging.getLogger(__name__)

FOLDER_NAME = "runs"


class StoreError(RuntimeError):
    """Something cannot be done with a kept run; the message is a sentence for the person."""


class MissingRunError(StoreError):
    """There is no such run in the list, or not any more."""


class BusyRunError(StoreError):
    """Another window or terminal works on the run, or has done something to it meanwhile."""


class RunStore:
    """The runs of one user. Any thread may use it, and so may other windows and terminals.

    Opening it never fails: where something is damaged or cannot be written, `notice` says so and
    what can be saved is there.

    Attributes:
        folder: where the database and the folder of each run are.
        reason: why nothing can be kept on the disk, as the system says it; None where it can.
        notice: a sentence about what was found when it was opened, None when all was well.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        opening = open_database(folder)
        self._database: Database = opening.database
        self.reason, self.notice = opening.reason, opening.notice
        self._folders: dict[int, RunFolder] = {}  # of runs that this process works on
        if self.reason is None:
            tidy(self)

    @property
    def runs_path(self) -> Path:
        """Where the folder of each run is."""
        return self.folder / FOLDER_NAME

    def close(self) -> None:
        """Let go of the database. May be called again and again."""
        self._database.close()

    # The list

    def records(self) -> list[RunRecord]:
        """Return all runs, the newest first."""
        return self._listed("id DESC")

    def data_version(self) -> int:
        """Return a number that is another one when another window or terminal changed the list.

        Raises:
            StoreError: the database cannot be read.
        """
        try:
            return self._database.data_version()
        except sqlite3.Error as error:
            raise _unreadable(error) from error

    def record(self, run_id: int) -> RunRecord:
        """Return one run.

        Raises:
            StoreError: there is none of this number.
        """
        record = read_record(self._row(run_id))
        if record is None:
            raise _of_another_version(run_id)
        return record

    def latest(self) -> RunRecord | None:
        """Return the run of which something was kept last, None where there is no run."""
        # Not by the time, which was another one while a clock was ahead; it decides only between
        # runs that came from elsewhere.
        return next(iter(self._listed("turn DESC, updated_at DESC, id DESC")), None)

    def curves(self, run_ids: Iterable[int]) -> list[RunCurves]:
        """Return what the plots show of some runs.

        Raises:
            StoreError: there is no such run.
        """
        return [self._curves(run_id) for run_id in run_ids]

    # What a person says about a run

    def rename(self, run_id: int, title: str) -> RunRecord:
        """Give a run a name of one line; an empty one gives it back its number."""
        return self._edit(run_id, title=_title(title))

    def set_note(self, run_id: int, note: str) -> RunRecord:
        """Write something about a run."""
        return self._edit(run_id, note=_writable(note).strip()[:LONGEST_NOTE])

    def set_star(self, run_id: int, starred: bool) -> RunRecord:
        """Give a run a star, or take it away."""
        return self._edit(run_id, starred=int(starred))

    def delete(self, run_ids: Sequence[int]) -> None:
        """Take runs out of the list; they can be brought back for a day.

        Raises:
            StoreError: one of them is going on, and nothing was deleted.
        """
        with self._writing() as connection:  # so that nobody goes on with one in between
            for record in map(self.record, run_ids):
                if record.status.is_active:
                    name = record.quoted_name
                    raise StoreError(f"{name} is going on. Stop it before you delete it.")
                update_run(connection, record.id, deleted_at=time.time())
        for run_id in run_ids:
            with contextlib.suppress(StoreError):  # another window may be quicker
                self._write_about(run_id)

    def restore(self, run_ids: Sequence[int]) -> None:
        """Bring back runs that were deleted."""
        for run_id in run_ids:
            self._edit(run_id, deleted_at=None)

    # A run that goes on

    def begin(self, started: RunStarted, surroundings: Surroundings, title: str = "") -> int:
        """Keep a new run from now on, and return its number.

        Raises:
            OSError: its folder cannot be made.
            StoreError: the database cannot be written.
        """
        now = time.time()
        about = About(
            key=uuid.uuid4().hex,
            title=_title(title),
            status=RunStatus.RUNNING,
            config=started.config,
            surroundings=surroundings,
            images_per_epoch=started.images_per_epoch,
            steps_per_epoch=started.steps_per_epoch,
            parameter_count=started.parameter_count,
            created_at=now,
            updated_at=now,
        )
        folder = self._folder_of(about.key)
        try:
            if self.reason is None:
                folder.take()
                folder.write_about(about)
            with self._writing() as connection:
                run_id = _insert(connection, about, next_turn(connection))
        except BaseException:
            folder.leave()
            shutil.rmtree(folder.path, ignore_errors=True)  # there is nothing in it yet
            raise
        self._folders[run_id] = folder
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
            folder = self._folder(run_id)
            self._claim(run_id, folder, checkpoint)
        except MissingRunError as error:
            raise BusyRunError(
                f"{error} It was deleted for good or imported anew in another window: look for it "
                "in the list of runs."
            ) from error
        self._folders[run_id] = folder
        # Whoever goes on with a deleted run wants it back.
        values: dict[str, Any] = {"status": RunStatus.RUNNING, "deleted_at": None}
        if checkpoint is not None:
            # Steps after it, as of a run that failed, are made again. Where the list has other
            # epochs than the checkpoint, its steps do not follow upon the last of them.
            follows = self.record(run_id).epochs_done == len(checkpoint.epochs)
            values["tail"] = _tail(checkpoint) if follows else b""
        self._edit(run_id, config=json.dumps(config.to_dict()), **values)

    def _claim(self, run_id: int, folder: RunFolder, checkpoint: Checkpoint | None) -> None:
        """Take the folder of a run, unless there is more in it than `checkpoint` knows."""
        if self.reason is not None:
            return
        if not folder.take():
            raise BusyRunError(is_busy(self.record(run_id)))
        try:
            self._row(run_id)  # nobody takes it out of the list from here on
            if checkpoint is not None:
                self._refuse_overtaken(run_id, folder, checkpoint)
        except BaseException:
            folder.leave()
            raise

    def _refuse_overtaken(self, run_id: int, folder: RunFolder, checkpoint: Checkpoint) -> None:
        from lenet_desktop.runs.recovery import newest_checkpoint

        _, newest = newest_checkpoint(folder, checkpoint.steps_per_epoch)
        if newest is None or len(newest.losses) <= len(checkpoint.losses):
            return
        done, known = len(newest.epochs), len(checkpoint.epochs)
        now = f" and has {counted(done, 'epoch')} now" if done > known else ""
        raise BusyRunError(
            f"{self.record(run_id).quoted_name} has gone on elsewhere meanwhile{now}. Show "
            "the list of runs, which brings it up to date here."
        )

    def keep(
        self, run_id: int, checkpoint: Checkpoint, epochs: Sequence[KeptEpoch], status: RunStatus
    ) -> Unwritten:
        """Keep where a run stands: its files first, then everything about it in one transaction.

        Args:
            run_id: the run.
            checkpoint: from where it can be gone on.
            epochs: those that were finished since this was last done.
            status: where it stands.

        Returns:
            For which of the epochs there is no room; their figures are kept.

        Raises:
            OSError: where it stands cannot be written.
            StoreError: the database cannot be written.
        """
        folder, name, left = self._folder(run_id), None, Unwritten()
        if self.reason is None:
            name, left = folder.write_state(epochs, checkpoint)
        with self._writing() as connection:
            put_epochs(connection, run_id, new_epochs(connection, run_id, checkpoint, epochs))
            drop_epochs(connection, run_id, len(checkpoint.epochs))
            put_changes(connection, run_id, checkpoint.changes)
            best = connection.execute(
                "SELECT max(test_accuracy) FROM epochs WHERE run_id = ?", [run_id]
            ).fetchone()[0]
            update_run(
                connection,
                run_id,
                status=status,
                config=json.dumps(checkpoint.config.to_dict()),
                cycles=json.dumps(checkpoint.cycles),
                epochs_done=len(checkpoint.epochs),
                last_accuracy=checkpoint.epochs[-1].test_accuracy if checkpoint.epochs else None,
                best_accuracy=best,
                elapsed_s=checkpoint.elapsed_s,
                checkpoint=name,
                tail=_tail(checkpoint),
                updated_at=time.time(),
                turn=next_turn(connection),
            )
        if name is not None:
            folder.prune(name, len(checkpoint.epochs))
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
            values["tail"] = tail.astype(LOSSES).tobytes()
        try:
            if changes is not None:
                with self._writing() as connection:
                    put_changes(connection, run_id, changes)
            self._edit(run_id, is_news=True, **values)
        finally:
            if not status.is_active:
                folder = self._folders.pop(run_id, None)
                if folder is not None:
                    folder.leave()

    # What is kept of a run

    def started(self, run_id: int) -> tuple[int, int, int]:
        """Return how many images and steps an epoch of a run has, and its network's parameters."""
        row = self._row(run_id)
        return row["images_per_epoch"], row["steps_per_epoch"], row["parameter_count"]

    def run_folder(self, run_id: int) -> RunFolder:
        """Return the folder of a run; where nothing can be kept it may not be there."""
        return self._folder(run_id)

    def predictions(self, run_id: int, epoch: int) -> PredictionSet:
        """Return the answers of a run for the test images after an epoch.

        Raises:
            CheckpointError: they are not kept, or cannot be read.
            StoreError: there is no such run.
        """
        return self._folder(run_id).read_epoch(epoch).predictions

    def about(self, run_id: int) -> About:
        """Return what a run is about, as its folder has it.

        Raises:
            StoreError: there is no such run, or its line cannot be read.
        """
        row = self._row(run_id)
        try:
            return read_about(row)
        except (ValueError, TypeError, RecursionError) as error:
            raise _of_another_version(run_id) from error

    def take_over(self, about: About, checkpoint: Checkpoint) -> int:
        """Keep a run of which there is nothing but a checkpoint, and return its number.

        Raises:
            OSError: its files cannot be written.
            StoreError: the database cannot be written.
        """
        folder = self._folder_of(about.key)
        folder.write_about(about)
        folder.write_checkpoint(checkpoint)
        return self.adopt(folder, about)

    def adopt(self, folder: RunFolder, about: About) -> int:
        """Put a run into the list whose folder is in place, and return its number.

        Raises:
            CheckpointError: the folder holds no epoch and no checkpoint that can be read.
            StoreError: the database cannot be written.
        """
        from lenet_desktop.runs.recovery import read_content

        content = read_content(folder, about)
        with self._writing() as connection:
            turn = turn_at(connection, content.about.updated_at)
            run_id = _insert(connection, content.about, turn)
            _put_content(connection, run_id, content)
        return run_id

    def count_anew(self, run_id: int) -> None:
        """Put into the list all that the folder of a run holds, which may be more than it says.

        Raises:
            CheckpointError: the folder holds no epoch and no checkpoint that can be read.
            StoreError: there is no such run, or the database cannot be written.
        """
        from lenet_desktop.runs.recovery import read_content

        content = read_content(self._folder(run_id), self.about(run_id))
        with self._writing() as connection:
            _put_content(connection, run_id, content)

    def keys(self) -> set[str]:
        """Return the keys of all runs, also of those that were deleted and can be brought back."""
        with self._reading() as connection:
            return {row["key"] for row in connection.execute("SELECT key FROM runs")}

    def purge(self, before: float) -> None:
        """Delete for good what was deleted before a time, in seconds since 1970."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, key FROM runs WHERE deleted_at < ?", [before]
            ).fetchall()
        for row in rows:
            folder = self._folder_of(row["key"])
            if self.reason is None and not folder.take():
                continue  # somebody goes on with it, or imports it again
            try:
                with self._writing() as connection:
                    purged = connection.execute(
                        "DELETE FROM runs WHERE id = ? AND deleted_at < ?", [row["id"], before]
                    ).rowcount
                if purged:  # nobody has brought it back meanwhile
                    shutil.rmtree(folder.path, ignore_errors=True)
            finally:
                folder.leave()

    def id_of(self, key: str) -> int | None:
        """Return the number of the run of a key, also of a deleted one; None where it is gone."""
        with self._reading() as connection:
            row = connection.execute("SELECT id FROM runs WHERE key = ?", [key]).fetchone()
        return None if row is None else int(row["id"])

    def knows(self, key: str) -> RunRecord | None:
        """Return the run of a key, None where there is none, or it was deleted."""
        return next((record for record in self.records() if record.key == key), None)

    # Inside

    def _curves(self, run_id: int) -> RunCurves:
        record = self.record(run_id)
        with self._reading() as connection:
            epochs = connection.execute(
                "SELECT * FROM epochs WHERE run_id = ? ORDER BY epoch", [run_id]
            ).fetchall()
            changes = connection.execute(
                "SELECT * FROM rate_changes WHERE run_id = ? ORDER BY place", [run_id]
            ).fetchall()
            tail, cycles = connection.execute(
                "SELECT tail, cycles FROM runs WHERE id = ?", [run_id]
            ).fetchone()
        parts = [np.frombuffer(blob, LOSSES) for blob in (*(e["losses"] for e in epochs), tail)]
        figures = EpochDone.__dataclass_fields__.keys()
        return RunCurves(
            record=record,
            losses=np.concatenate(parts).astype(np.float32),
            epochs=tuple(EpochDone(**{n: e[n] for n in figures & set(e.keys())}) for e in epochs),
            changes=tuple(
                LearningRateChanged(c["epoch"], c["step"], c["learning_rate"]) for c in changes
            ),
            cycles=read_cycles(cycles),
        )

    def _listed(self, order: str) -> list[RunRecord]:
        self._find_interrupted()
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {LISTED} FROM runs WHERE deleted_at IS NULL ORDER BY {order}"  # noqa: S608
            ).fetchall()
        return [record for row in rows if (record := read_record(row)) is not None]

    def _edit(self, run_id: int, *, is_news: bool = False, **values: Any) -> RunRecord:
        with self._writing() as connection:
            if is_news:
                values["turn"] = next_turn(connection)
            if not update_run(connection, run_id, **values):
                raise MissingRunError(f"There is no run {run_id}.")
        self._write_about(run_id)
        return self.record(run_id)

    def _write_about(self, run_id: int) -> None:
        about = self.about(run_id)
        if self.reason is None and not about.status.is_active:
            with contextlib.suppress(OSError):  # the database has it; this is for its rebuilding
                self._folder(run_id).write_about(about)

    def _row(self, run_id: int) -> sqlite3.Row:
        row = None
        if abs(run_id) < 2**63:  # SQLite counts no further
            with self._reading() as connection:
                row = connection.execute("SELECT * FROM runs WHERE id = ?", [run_id]).fetchone()
        if row is None:
            raise MissingRunError(f"There is no run {run_id}.")
        found: sqlite3.Row = row
        return found

    def _folder(self, run_id: int) -> RunFolder:
        return self._folders.get(run_id) or self._folder_of(self._row(run_id)["key"])

    def _folder_of(self, key: str) -> RunFolder:
        return RunFolder(self.runs_path / key)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._database.reading() as connection:
                yield connection
        except sqlite3.Error as error:
            raise _unreadable(error) from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._database.writing() as connection:
                yield connection
        except sqlite3.Error as error:
            raise StoreError(f"The list of runs cannot be written: {first_line(error)}.") from error

    def _find_interrupted(self) -> None:
        """Note which runs are said to go on although nobody works on them any more."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, key FROM runs WHERE status IN (?, ?)",
                [RunStatus.RUNNING, RunStatus.PAUSED],
            ).fetchall()
        for row in rows:
            if row["id"] in self._folders or self.reason is not None:
                continue
            folder = self._folder_of(row["key"])
            if folder.take():
                # Only if it still says so: it may have ended well a moment ago.
                with contextlib.suppress(StoreError), self._writing() as connection:
                    connection.execute(
                        "UPDATE runs SET status = ? WHERE id = ? AND status IN (?, ?)",
                        [RunStatus.INTERRUPTED, row["id"], RunStatus.RUNNING, RunStatus.PAUSED],
                    )
                folder.leave()


def is_busy(record: RunRecord) -> str:
    """Return the sentence that a run cannot be gone on with because somebody else does."""
    return f"{record.quoted_name} is going on in another window or terminal. Stop it there first."


def _title(text: str) -> str:
    return " ".join(_writable(text).split())[:LONGEST_TITLE]


def _writable(text: str) -> str:
    """Return a text with “?” for half a character, as a terminal may send it: no file has those."""
    return text.encode(errors="replace").decode()


def _tail(checkpoint: Checkpoint) -> bytes:
    """Return the losses of the steps after the last finished epoch, as a row has them."""
    tail = checkpoint.losses[len(checkpoint.epochs) * checkpoint.steps_per_epoch :]
    return tail.astype(LOSSES).tobytes()


def _unreadable(error: sqlite3.Error) -> StoreError:
    return StoreError(f"The list of runs cannot be read ({first_line(error)}).")


def _of_another_version(run_id: int) -> StoreError:
    return StoreError(f"Run {run_id} was kept by another version of this program.")


def _put_content(connection: sqlite3.Connection, run_id: int, content: FolderContent) -> None:
    put_epochs(connection, run_id, content.epochs)
    put_changes(connection, run_id, content.changes)
    accuracies = [done.test_accuracy for done, _ in content.epochs]
    update_run(
        connection,
        run_id,
        epochs_done=len(accuracies),
        last_accuracy=accuracies[-1] if accuracies else None,
        best_accuracy=max(accuracies, default=None),
        checkpoint=content.checkpoint,
        cycles=json.dumps(content.cycles),
        tail=content.tail.astype(LOSSES).tobytes(),
    )


def _insert(connection: sqlite3.Connection, about: About, turn: int) -> int:
    values = {
        **asdict(about),
        "turn": turn,
        "config": json.dumps(about.config.to_dict()),
        "surroundings": json.dumps(asdict(about.surroundings)),
    }
    places = ", ".join("?" * len(values))
    # What was deleted under this key gives way to what comes back.
    connection.execute("DELETE FROM runs WHERE key = ? AND deleted_at IS NOT NULL", [about.key])
    cursor = connection.execute(
        f"INSERT INTO runs ({', '.join(values)}) VALUES ({places})",  # noqa: S608
        [*values.values()],
    )
    return int(cursor.lastrowid or 0)
