"""Opens the list of runs whatever its condition, or the best that takes its place."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from lenet_desktop.runs.database import (
    DATABASE_NAME,
    MEMORY,
    DamagedDatabaseError,
    Database,
    NewerDatabaseError,
    primary_code,
)
from lenet_desktop.runs.recovery import tidy
from lenet_desktop.runs.schema import SCHEMA_VERSION
from lenet_desktop.runs.store import RunStore
from lenet_desktop.storage.files import aside_of
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line, sentences, why_not

log = logging.getLogger(__name__)

_BESIDE = ("-journal", "-shm", "-wal")
"""What the names of files end in that belong to a database."""
_OF_LOCKS = (
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL,
)  # fmt: skip
"""What SQLite says of a disk that does not give it a lock, for whatever reason."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A database that was opened, and what there is to say about it.

    Attributes:
        reason: why nothing can be kept on the disk, None where it can.
        notice: a sentence for the person, None when all is as it should be.
    """

    database: Database
    reason: str | None = None
    notice: str | None = None


def open_store(folder: Path) -> RunStore:
    """Open the runs that are kept in a folder, and put them in order; never raises.

    Where something is damaged or cannot be written, the store's `notice` says so and what can be
    saved is there.
    """
    opening = open_database(folder)
    store = RunStore(folder, opening.database, opening.reason, opening.notice)
    if store.reason is None:
        tidy(store)
    return store


def open_database(folder: Path) -> Opening:
    """Open the database in a folder, or the best that takes its place; never raises.

    A damaged one is set aside and begun anew; one of a newer program is left as it is, and another
    one is used beside it; where nothing can be written, what is there is read and the rest stays
    in memory.
    """
    path = folder / DATABASE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _open_file(path)
    except OSError as error:
        reason = why_not(error)
        log.warning("%s cannot be written: %s", path, error)
        return _open_in_memory(path, reason, _advice(error))


def _open_file(path: Path) -> Opening:
    try:
        return Opening(Database(path))
    except NewerDatabaseError:
        own = path.with_name(f"runs.v{SCHEMA_VERSION}.sqlite")
        if path == own:
            raise OSError(_("every list there is of a newer version of this program")) from None
        log.warning("%s is of a newer program; %s is used", path, own)
        return replace(
            _open_file(own),
            notice=_(
                "The list of runs was last used by a newer version of this program, which is why "
                "names and notes may be missing here. Update the program to see them."
            ),
        )
    except DamagedDatabaseError as error:
        log.warning("%s is damaged: %s", path, error)
        database, aside = _begin_anew(path)
        return Opening(
            database,
            notice=_(
                "The list of runs was damaged and was put together anew from the files of each "
                "run. The damaged one was set aside as {name}."
            ).format(name=aside.name),
        )


def _begin_anew(path: Path) -> tuple[Database, Path]:
    """Rename a database and what belongs to it, and return a new one and the old one's new name.

    Raises:
        OSError: there can be no new one; the old one is where it was.
    """
    aside, moved = aside_of(path), list[str]()
    try:
        for suffix in ("", *_BESIDE):
            with contextlib.suppress(FileNotFoundError):  # another window may be quicker
                _beside(path, suffix).rename(_beside(aside, suffix))
                moved.append(suffix)
        return Database(path), aside
    except (OSError, DamagedDatabaseError, NewerDatabaseError) as error:
        with contextlib.suppress(OSError):
            for suffix in _BESIDE if moved else ():
                _beside(path, suffix).unlink(missing_ok=True)
            for suffix in moved:
                _beside(aside, suffix).replace(_beside(path, suffix))
        if isinstance(error, OSError):
            raise
        raise OSError(first_line(error)) from error


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _advice(error: OSError) -> str:
    if primary_code(error.__cause__) in _OF_LOCKS:
        return _(
            "Close the program in other windows and on other machines, and start it again; if that "
            "does not help, the folder is on a disk that fails or knows no locks."
        )
    return _("Make the folder writable and start the program again.")


def _open_in_memory(path: Path, reason: str, advice: str) -> Opening:
    database = Database(MEMORY)
    if path.exists():
        try:
            database.copy_from(path)
        except (sqlite3.Error, OSError, NewerDatabaseError, DamagedDatabaseError) as error:
            log.warning("%s cannot be read: %s", path, error)
            database.close()
            database = Database(MEMORY)
    return Opening(
        database,
        reason,
        sentences(
            [
                _(
                    "Runs cannot be kept in {folder} ({reason}): what is trained now is lost when "
                    "the window is closed."
                ).format(folder=path.parent, reason=reason),
                advice,
            ]
        ),
    )
