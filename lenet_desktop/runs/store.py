"""The list of every run that was ever trained.

The database has the list and the figures; the folder of each run has its networks, predictions and
checkpoints. Files are written first and the row last, so what the list names is there. What changes
runs stands above: a run's progress, the trash, and what is recovered from folders.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.database import Database
from lenet_desktop.runs.records import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    About,
    RunCurves,
    RunRecord,
    RunStatus,
)
from lenet_desktop.runs.rows import (
    LISTED,
    next_turn,
    read_about,
    read_curves,
    read_record,
    update_run,
)
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import ToldError, first_line

FOLDER_NAME = "runs"


class StoreError(ToldError, RuntimeError):
    """Something cannot be done with a kept run; the message is a sentence for the person."""


class MissingRunError(StoreError):
    """There is no such run in the list, or not any more."""


class BusyRunError(StoreError):
    """Another window or terminal works on the run, or has done something to it meanwhile."""


class RunStore:
    """The runs of one user. Any thread may use it, and so may other windows and terminals.

    Args:
        folder: where the database and the folder of each run are.
        database: the list.
        reason: why nothing can be kept on the disk, as the system says it; None where it can.
        notice: a sentence about what was found when it was opened, None when all was well.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        reason: str | None = None,
        notice: str | None = None,
    ) -> None:
        self.folder = folder
        self.reason, self.notice = reason, notice
        self._database = database
        self._held: dict[int, RunFolder] = {}  # of runs that this process works on

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
        with self.reading() as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])

    def record(self, run_id: int) -> RunRecord:
        """Return one run.

        Raises:
            StoreError: there is none of this number.
        """
        record = read_record(self.row(run_id))
        if record is None:
            raise _of_another_version(run_id)
        return record

    def latest(self) -> RunRecord | None:
        """Return the run of which something was kept last, None where there is no run.

        Trials of a sweep count where a person has picked them: not before their test images are
        judged, nor where they wait for their sweep to go on.
        """
        # Not by the time, which was another one while a clock was ahead; it decides only between
        # runs that came from elsewhere.
        latest = self._listed("turn DESC, updated_at DESC, id DESC")
        return next((record for record in latest if not record.is_left_to_sweep), None)

    def curves(self, run_ids: Iterable[int], first: int = 1) -> list[RunCurves]:
        """Return what the plots show of some runs, from an epoch on.

        Raises:
            StoreError: there is no such run.
        """
        curves = []
        for run_id in run_ids:
            record = self.record(run_id)
            with self.reading() as connection:
                curves.append(read_curves(connection, record, first))
        return curves

    def keys(self) -> set[str]:
        """Return the keys of all runs, also of those that were deleted and can be brought back."""
        with self.reading() as connection:
            return {row["key"] for row in connection.execute("SELECT key FROM runs")}

    def id_of(self, key: str) -> int | None:
        """Return the number of the run of a key, also of a deleted one; None where it is gone."""
        with self.reading() as connection:
            row = connection.execute("SELECT id FROM runs WHERE key = ?", [key]).fetchone()
        return None if row is None else int(row["id"])

    def knows(self, key: str) -> RunRecord | None:
        """Return the run of a key, None where there is none, or it was deleted."""
        return next((record for record in self.records() if record.key == key), None)

    # What a person says about a run

    def rename(self, run_id: int, title: str) -> RunRecord:
        """Give a run a name of one line; an empty one gives it back its number."""
        return self.edit(run_id, title=fit_title(title))

    def set_note(self, run_id: int, note: str) -> RunRecord:
        """Write something about a run."""
        return self.edit(run_id, note=_writable(note).strip()[:LONGEST_NOTE])

    def set_star(self, run_id: int, starred: bool) -> RunRecord:
        """Give a run a star, or take it away."""
        return self.edit(run_id, starred=int(starred))

    # What is kept of a run

    def about(self, run_id: int) -> About:
        """Return what a run is about, as its folder has it.

        Raises:
            StoreError: there is no such run, or its line cannot be read.
        """
        row = self.row(run_id)
        try:
            return read_about(row)
        except (ValueError, TypeError, RecursionError) as error:
            raise _of_another_version(run_id) from error

    def predictions(self, run_id: int, epoch: int) -> PredictionSet:
        """Return the predictions of a run for the test images after an epoch.

        Raises:
            CheckpointError: they are not kept, or cannot be read.
            StoreError: there is no such run.
        """
        return self.run_folder(run_id).read_predictions(epoch)

    def run_folder(self, run_id: int) -> RunFolder:
        """Return the folder of a run; where nothing can be kept it may not be there."""
        return self._held.get(run_id) or self.folder_of(self.row(run_id)["key"])

    def folder_of(self, key: str) -> RunFolder:
        """Return the folder of the run of a key, be it in the list or not."""
        return RunFolder(self.runs_path / key)

    # For what changes runs

    def hold(self, run_id: int, folder: RunFolder) -> None:
        """Note that this process works on a run whose folder it has taken."""
        self._held[run_id] = folder

    def let_go(self, run_id: int) -> None:
        """Leave the folder of a run, if this process works on it, to whoever wants it."""
        folder = self._held.pop(run_id, None)
        if folder is not None:
            folder.leave()

    def edit(self, run_id: int, *, is_news: bool = False, **values: Any) -> RunRecord:
        """Change columns of a run, in the list and in its folder, and return it.

        Args:
            run_id: the run.
            is_news: whether something was kept of it, so that it becomes the latest.
            values: the columns.

        Raises:
            StoreError: there is no such run, or the database cannot be written.
        """
        with self.writing() as connection:
            if is_news:
                values["turn"] = next_turn(connection)
            if not update_run(connection, run_id, **values):
                raise MissingRunError(_("There is no run {number}.").format(number=run_id))
        self.write_about(run_id)
        return self.record(run_id)

    def write_about(self, run_id: int) -> None:
        """Have the folder of a run that does not go on say what the list says."""
        about = self.about(run_id)
        if self.reason is None and not about.status.is_active:
            with contextlib.suppress(OSError):  # the database has it; this is for its rebuilding
                self.run_folder(run_id).write_about(about)

    def row(self, run_id: int) -> sqlite3.Row:
        """Return the row of a run, also of a deleted one.

        Raises:
            MissingRunError: there is none.
        """
        row = None
        if abs(run_id) < 2**63:  # SQLite counts no further
            with self.reading() as connection:
                row = connection.execute("SELECT * FROM runs WHERE id = ?", [run_id]).fetchone()
        if row is None:
            raise MissingRunError(_("There is no run {number}.").format(number=run_id))
        found: sqlite3.Row = row
        return found

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold the database to read from it.

        Raises:
            StoreError: it cannot be read.
        """
        try:
            with self._database.reading() as connection:
                yield connection
        except sqlite3.Error as error:
            raise StoreError(
                _("The list of runs cannot be read ({reason}).").format(reason=first_line(error))
            ) from error

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the database in a transaction: all that is done in it is kept, or nothing.

        Raises:
            StoreError: it cannot be written.
        """
        try:
            with self._database.writing() as connection:
                yield connection
        except sqlite3.Error as error:
            raise StoreError(
                _("The list of runs cannot be written: {reason}.").format(reason=first_line(error))
            ) from error

    # Inside

    def _listed(self, order: str) -> list[RunRecord]:
        self._find_interrupted()
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {LISTED} FROM runs WHERE deleted_at IS NULL ORDER BY {order}"  # noqa: S608
            ).fetchall()
        return [record for row in rows if (record := read_record(row)) is not None]

    def _find_interrupted(self) -> None:
        """Note which runs are said to go on although nobody works on them any more."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id, key FROM runs WHERE status IN (?, ?)",
                [RunStatus.RUNNING, RunStatus.PAUSED],
            ).fetchall()
        for row in rows:
            if row["id"] in self._held:
                continue
            folder = self.folder_of(row["key"])
            if folder.take():
                # Only if it still says so: it may have ended well a moment ago.
                with contextlib.suppress(StoreError), self.writing() as connection:
                    connection.execute(
                        "UPDATE runs SET status = ? WHERE id = ? AND status IN (?, ?)",
                        [RunStatus.INTERRUPTED, row["id"], RunStatus.RUNNING, RunStatus.PAUSED],
                    )
                folder.leave()


def why_busy(name: str) -> str:
    """Return the sentence that what is called so cannot be gone on with as somebody else does."""
    text = _("{name} is going on in another window or terminal. Stop it there first.")
    return text.format(name=name)


def fit_title(text: str) -> str:
    """Return the name of a run as it is kept: one line, and not endless."""
    return " ".join(_writable(text).split())[:LONGEST_TITLE]


def _writable(text: str) -> str:
    """Return a text with “?” for half a character, as a terminal may send it: no file has those."""
    return text.encode(errors="replace").decode()


def _of_another_version(run_id: int) -> StoreError:
    return StoreError(
        _("Run {number} was kept by another version of this program.").format(number=run_id)
    )
