"""The list of sweeps, with the trials of each, in the database of the runs.

A trial and its run know each other by the key of the run. A sweep is worked on by one process at a
time, which holds the lock of its folder; where nobody holds it, it has been interrupted.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
import time
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import filelock

from lenet_desktop.runs.store import BusyRunError, RunStore, StoreError, fit_title, why_busy
from lenet_desktop.storage.files import claim
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.records import (
    SweepRecord,
    SweepState,
    TrialRecord,
    TrialState,
)
from lenet_desktop.sweeps.rows import TRIAL_COLUMNS, counts_of, left, read_trial, stored_trial
from lenet_desktop.text.language import _

log = logging.getLogger(__name__)

_FOLDER = "sweeps"
_TRIAL = ", ".join(TRIAL_COLUMNS)


class SweepStore:
    """The sweeps of one user. Any thread may use it, and so may other windows and terminals."""

    def __init__(self, runs: RunStore) -> None:
        self.runs = runs

    # The list

    def sweeps(self) -> list[SweepRecord]:
        """Return all sweeps, the newest first."""
        with self.runs.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM sweeps WHERE deleted_at IS NULL ORDER BY id DESC"
            ).fetchall()
            counts = counts_of(connection)
        return [sweep for row in rows if (sweep := self._read(row, counts)) is not None]

    def sweep(self, sweep_id: int) -> SweepRecord:
        """Return one sweep, also one that was deleted.

        Raises:
            StoreError: there is none of this number, or it is of another version of the program.
        """
        with self.runs.reading() as connection:
            row = connection.execute("SELECT * FROM sweeps WHERE id = ?", [sweep_id]).fetchone()
            counts = counts_of(connection, sweep_id)
        if row is None:
            raise StoreError(_("There is no sweep {number}.").format(number=sweep_id))
        sweep = self._read(row, counts)
        if sweep is None:
            raise StoreError(
                _("Sweep {number} was kept by another version of this program.").format(
                    number=sweep_id
                )
            )
        return sweep

    def state(self, sweep_id: int) -> SweepState:
        """Return where a sweep was last said to stand, be it so or not; costs next to nothing.

        Raises:
            StoreError: there is none of this number.
        """
        with self.runs.reading() as connection:
            row = connection.execute("SELECT state FROM sweeps WHERE id = ?", [sweep_id]).fetchone()
        if row is None:
            raise StoreError(_("There is no sweep {number}.").format(number=sweep_id))
        return SweepState(row["state"])

    def trials(self, sweep_id: int) -> list[TrialRecord]:
        """Return the trials of a sweep that were proposed by now, in their order.

        Where nobody works on it any more, those that were under way wait.
        """
        with self.runs.reading() as connection:
            rows = connection.execute(
                f"SELECT {_TRIAL} FROM trials WHERE sweep_id = ? ORDER BY number",  # noqa: S608
                [sweep_id],
            ).fetchall()
        trials = [read_trial(row) for row in rows]
        is_under_way = any(trial.state is TrialState.RUNNING for trial in trials)
        if is_under_way and self.sweep(sweep_id).state is not SweepState.RUNNING:
            return [left(trial) for trial in trials]
        return trials

    def run_ids(self, sweep_id: int) -> dict[int, int]:
        """Return the numbers of the runs of a sweep's trials that are in the list of runs."""
        with self.runs.reading() as connection:
            rows = connection.execute(
                "SELECT trials.number, runs.id FROM trials JOIN runs ON runs.key = trials.key "
                "WHERE trials.sweep_id = ? AND runs.deleted_at IS NULL",
                [sweep_id],
            ).fetchall()
        return {int(row["number"]): int(row["id"]) for row in rows}

    # What is kept of a sweep

    def add(self, definition: SweepDefinition, title: str = "", scheduler: str = "") -> SweepRecord:
        """Keep a new sweep, which nobody has begun.

        Args:
            definition: what it is asked to do.
            title: its name; empty for its number.
            scheduler: the address of the one whose workers train it; empty for this machine.

        Raises:
            StoreError: the database cannot be written.
        """
        now = time.time()
        with self.runs.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO sweeps "
                "(key, title, state, definition, scheduler, created_at, updated_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    uuid.uuid4().hex,
                    fit_title(title),
                    SweepState.PAUSED,
                    json.dumps(definition.to_dict()),
                    scheduler,
                    now,
                    now,
                ],
            )
        return self.sweep(int(cursor.lastrowid or 0))

    def set_state(self, sweep_id: int, state: SweepState) -> SweepRecord:
        """Note where a sweep stands.

        Raises:
            StoreError: the database cannot be written.
        """
        return self._edit(sweep_id, state=state, updated_at=time.time())

    def set_scheduler(self, sweep_id: int, scheduler: str) -> SweepRecord:
        """Note whose workers train a sweep from now on; empty for this machine.

        Raises:
            StoreError: the database cannot be written.
        """
        return self._edit(sweep_id, scheduler=scheduler)

    def rename(self, sweep_id: int, title: str) -> SweepRecord:
        """Give a sweep a name of one line; an empty one gives it back its number."""
        return self._edit(sweep_id, title=fit_title(title))

    def set_star(self, sweep_id: int, starred: bool) -> SweepRecord:
        """Give a sweep a star, or take it away."""
        return self._edit(sweep_id, starred=int(starred))

    def delete(self, sweep_ids: Sequence[int]) -> None:
        """Take sweeps out of the list, with their runs; both can be brought back for a day.

        Raises:
            StoreError: one of them is going on, and nothing was deleted.
        """
        now = time.time()
        with self.runs.writing() as connection:
            for sweep in map(self.sweep, sweep_ids):
                if sweep.state is SweepState.RUNNING:
                    raise StoreError(
                        _("{name} is going on. Stop it before you delete it.").format(
                            name=sweep.quoted_name
                        )
                    )
                for table, column in (("sweeps", "id"), ("runs", "sweep_id")):
                    connection.execute(
                        f"UPDATE {table} SET deleted_at = ? "  # noqa: S608  # the names are ours
                        f"WHERE {column} = ? AND deleted_at IS NULL",
                        [now, sweep.id],
                    )

    def restore(self, sweep_ids: Sequence[int]) -> None:
        """Bring back sweeps that were deleted, with the runs that were deleted with them."""
        with self.runs.writing() as connection:
            for sweep_id in sweep_ids:
                connection.execute(
                    "UPDATE runs SET deleted_at = NULL WHERE sweep_id = ? "
                    "AND deleted_at = (SELECT deleted_at FROM sweeps WHERE id = ?)",
                    [sweep_id, sweep_id],
                )
                connection.execute("UPDATE sweeps SET deleted_at = NULL WHERE id = ?", [sweep_id])

    def put_trials(self, trials: Iterable[TrialRecord]) -> None:
        """Keep trials as they stand now.

        Raises:
            StoreError: the database cannot be written.
        """
        places = ", ".join("?" * len(TRIAL_COLUMNS))
        with self.runs.writing() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO trials ({_TRIAL}) VALUES ({places})",  # noqa: S608
                [stored_trial(trial) for trial in trials],
            )

    def take_runs(self, sweep_id: int) -> None:
        """Have the runs of a sweep's trials belong to it, also those that the list has found."""
        with self.runs.writing() as connection:
            connection.execute(
                "UPDATE runs SET sweep_id = ? WHERE sweep_id IS NOT ? "
                "AND key IN (SELECT key FROM trials WHERE sweep_id = ?)",
                [sweep_id, sweep_id, sweep_id],
            )

    def hold(self, sweep: SweepRecord) -> contextlib.ExitStack:
        """Work on a sweep until what is returned is closed, or the process ends.

        Raises:
            BusyRunError: another window or terminal works on it.
        """
        lock, holding = self._lock(sweep.key), contextlib.ExitStack()
        if not claim(lock):
            raise BusyRunError(why_busy(sweep.quoted_name))
        holding.callback(lock.release, force=True)
        return holding

    # Inside

    @property
    def _path(self) -> Path:
        return self.runs.folder / _FOLDER

    def _lock(self, key: str) -> filelock.BaseFileLock:
        with contextlib.suppress(OSError):
            self._path.mkdir(parents=True, exist_ok=True)
        return filelock.FileLock(self._path / f"{key}.lock", timeout=0, thread_local=False)

    def _edit(self, sweep_id: int, **values: Any) -> SweepRecord:
        names = ", ".join(f"{name} = ?" for name in values)
        with self.runs.writing() as connection:
            connection.execute(
                f"UPDATE sweeps SET {names} WHERE id = ?",  # noqa: S608  # the names are ours
                [*values.values(), sweep_id],
            )
        return self.sweep(sweep_id)

    def _read(
        self, row: sqlite3.Row, counts: dict[int, dict[TrialState, int]]
    ) -> SweepRecord | None:
        try:
            state = SweepState(row["state"])
            if state is SweepState.RUNNING and not self._is_held(row["key"]):
                state = SweepState.INTERRUPTED
            counted = dict(counts.get(row["id"], {}))
            if state is not SweepState.RUNNING and TrialState.RUNNING in counted:
                count = counted.pop(TrialState.RUNNING)
                counted[TrialState.WAITING] = counted.get(TrialState.WAITING, 0) + count
            return SweepRecord(
                id=row["id"],
                key=row["key"],
                title=row["title"],
                note=row["note"],
                starred=bool(row["starred"]),
                state=state,
                definition=SweepDefinition.from_dict(json.loads(row["definition"])),
                created_at=row["created_at"],
                updated_at=row["updated_at"],
                counts=counted,
                scheduler=row["scheduler"],
            )
        except (ValueError, TypeError, RecursionError):
            log.warning("Sweep %s of the list cannot be read", row["id"], exc_info=True)
            return None

    def _is_held(self, key: str) -> bool:
        """Whether some process works on a sweep, be it this one."""
        lock = self._lock(key)
        is_held = not claim(lock)
        lock.release(force=True)
        return is_held
