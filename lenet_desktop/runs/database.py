"""The SQLite database of the runs: opening it whatever its condition, and its versions."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from lenet_desktop.core.errors import first_line

log = logging.getLogger(__name__)

DATABASE_NAME = "runs.sqlite"
MEMORY = ":memory:"
_BUSY_TIMEOUT_S = 10.0
_NOT_OF_THE_CONTENT = tuple(
    f"SQLITE_{what}"
    for what in ("BUSY", "CANTOPEN", "FULL", "IOERR", "LOCKED", "NOMEM", "PERM", "READONLY")
)
"""Errors that say nothing about what is in the file."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
            key TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL DEFAULT '',
            note TEXT NOT NULL DEFAULT '',
            starred INTEGER NOT NULL DEFAULT 0,
            status TEXT NOT NULL,
            config TEXT NOT NULL,        -- JSON
            surroundings TEXT NOT NULL,  -- JSON
            images_per_epoch INTEGER NOT NULL,
            steps_per_epoch INTEGER NOT NULL,
            parameter_count INTEGER NOT NULL,
            epochs_done INTEGER NOT NULL DEFAULT 0,
            last_accuracy REAL,
            best_accuracy REAL,
            elapsed_s REAL NOT NULL DEFAULT 0,
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            deleted_at REAL,
            checkpoint TEXT,             -- name of a file in the run's folder
            tail BLOB NOT NULL DEFAULT x''  -- float32 losses of steps after the last finished epoch
        )
        """,
        """
        CREATE TABLE epochs (
            run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            epoch INTEGER NOT NULL,
            train_loss REAL NOT NULL,
            train_accuracy REAL NOT NULL,
            test_loss REAL NOT NULL,
            test_accuracy REAL NOT NULL,
            elapsed_s REAL NOT NULL,
            losses BLOB NOT NULL,        -- float32, little-endian, one for each step
            UNIQUE (run_id, epoch)
        )
        """,
        """
        CREATE TABLE rate_changes (
            run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            step INTEGER NOT NULL,
            learning_rate REAL NOT NULL,
            UNIQUE (run_id, place)
        )
        """,
    ),
    # The list is read newest first, and never with what was deleted.
    ("CREATE INDEX runs_listed ON runs (deleted_at, updated_at)",),
    # JSON: how many epochs each course of the learning rate schedule has.
    ("ALTER TABLE runs ADD COLUMN cycles TEXT NOT NULL DEFAULT '[]'",),
    # Counts up with all that is kept of any run, because a clock may be set back.
    (
        "ALTER TABLE runs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX runs_by_turn ON runs (turn)",
    ),
)
"""What leads from each version of the schema to the next; a new database goes through all."""
SCHEMA_VERSION = len(MIGRATIONS)


class NewerDatabaseError(RuntimeError):
    """The database was written by a newer version of the program."""


class DamagedDatabaseError(RuntimeError):
    """The file is no database, or not a sound one."""


class Database:
    """One connection, which any thread may use; each use holds it as long as it takes.

    Args:
        path: the file, or `MEMORY`.

    Raises:
        NewerDatabaseError: another version of the program must open it.
        DamagedDatabaseError: it cannot be read and has to be made anew.
        OSError: it cannot be written where it is.
    """

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise OSError(first_line(error)) from error
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        try:
            self._connection.row_factory = sqlite3.Row
            # One damaged text must not take the whole list with it.
            self._connection.text_factory = lambda text: text.decode(errors="replace")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute("PRAGMA journal_mode = WAL")
            # A commit is on the disk before it is believed, also when the power fails.
            self._connection.execute("PRAGMA synchronous = FULL")
            check = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if check != "ok":
                raise DamagedDatabaseError(str(check).splitlines()[0])
            migrate(self, MIGRATIONS)
            if not _columns(self._connection) >= _columns_of(MIGRATIONS):
                raise DamagedDatabaseError("a column is missing")
            self._try_to_write()
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "").startswith(_NOT_OF_THE_CONTENT):
                raise OSError(first_line(error)) from error
            raise DamagedDatabaseError(first_line(error)) from error
        # Some errors quote the file, and what is damaged may be no text at all.
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise DamagedDatabaseError(first_line(error)) from error

    def _try_to_write(self) -> None:
        """Fail now where the file may only be read, which SQLite says at the first change."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("PRAGMA user_version = 0")
        except sqlite3.OperationalError as error:
            # Where another window is writing, this one may, too.
            if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                raise
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection to read from it."""
        with self._lock:
            yield self._connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection in a transaction: all that is done in it is kept, or nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def data_version(self) -> int:
        """Return a number that is another one when another connection has changed something."""
        with self._lock:
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def copy_from(self, path: Path) -> None:
        """Take over what a file holds that may only be read.

        Raises:
            sqlite3.Error: it cannot be read either.
        """
        address = f"{path.resolve().as_uri()}?mode=ro"
        try:
            self._copy(address)  # with what is in the WAL, if the files of its readers are there
        except sqlite3.OperationalError:
            self._copy(f"{address}&immutable=1")  # the folder does not take them
        self._prepare()

    def _copy(self, address: str) -> None:
        with contextlib.closing(sqlite3.connect(address, uri=True)) as source, self._lock:
            source.backup(self._connection)

    def close(self) -> None:
        """Let go of the file. May be called again and again."""
        with self._lock:
            self._connection.close()


def migrate(database: Database, migrations: Sequence[Sequence[str]]) -> None:
    """Bring a database up to the last version that there is; each step is done whole or not at all.

    Raises:
        NewerDatabaseError: it is beyond that already.
    """
    with database.reading() as connection:
        version = _version(connection)
    if version > len(migrations):
        raise NewerDatabaseError(f"schema {version}")
    for number in range(version, len(migrations)):
        with database.writing() as connection:
            if _version(connection) != number:  # another window was quicker
                continue
            for statement in migrations[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
            log.info("The database of runs is now of version %d", number + 1)


def _columns_of(migrations: Sequence[Sequence[str]]) -> set[tuple[str, str]]:
    """Return the columns of a new database."""
    with contextlib.closing(sqlite3.connect(MEMORY)) as connection:
        for statement in chain.from_iterable(migrations):
            connection.execute(statement)
        return _columns(connection)


def _columns(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """Return the names of all tables, each with each of its columns."""
    rows = connection.execute(
        "SELECT made.name, info.name FROM sqlite_master AS made "
        "JOIN pragma_table_info(made.name) AS info WHERE made.type = 'table'"
    )
    return {(table, column) for table, column in rows}


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


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
        reason = error.strerror or first_line(error)
        log.warning("%s cannot be written: %s", path, reason)
        return _open_in_memory(path, reason)


def _open_file(path: Path) -> Opening:
    try:
        return Opening(Database(path))
    except NewerDatabaseError:
        own = path.with_name(f"runs.v{SCHEMA_VERSION}.sqlite")
        if path == own:
            raise OSError("every list there is of a newer version of this program") from None
        log.warning("%s is of a newer program; %s is used", path, own)
        return replace(
            _open_file(own),
            notice="The list of runs was last used by a newer version of this program, which is "
            "why names and notes may be missing here. Update the program to see them.",
        )
    except DamagedDatabaseError as error:
        log.warning("%s is damaged: %s", path, error)
        aside = _set_aside(path)
        return Opening(
            Database(path),
            notice=f"The list of runs was damaged and was put together anew from the files of each "
            f"run. The damaged one was set aside as {aside.name}.",
        )


def _set_aside(path: Path) -> Path:
    """Rename a database and what belongs to it; return its new name."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside


def _open_in_memory(path: Path, reason: str) -> Opening:
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
        f"Runs cannot be kept in {path.parent} ({reason}): what is trained now is lost when the "
        "window is closed. Make the folder writable and start the program again.",
    )
