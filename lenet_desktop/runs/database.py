"""The SQLite database of the runs: opened, checked and brought up to date."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from lenet_desktop.runs.schema import MIGRATIONS
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line

log = logging.getLogger(__name__)

DATABASE_NAME = "runs.sqlite"
MEMORY = ":memory:"
_BUSY_TIMEOUT_S = 10.0
_COPY_TIMEOUT_S = 1.0
_OF_THE_CONTENT = frozenset(
    getattr(sqlite3, f"SQLITE_{what}")
    for what in (
        "CONSTRAINT", "CORRUPT", "ERROR", "FORMAT", "MISMATCH", "NOTADB", "SCHEMA", "TOOBIG",
    )
)  # fmt: skip
"""Errors that say something about what is in the file; all others are of its surroundings."""
_SHARED_JOURNAL = ("PRAGMA journal_mode = WAL",)
_PLAIN_JOURNAL = (
    "PRAGMA locking_mode = EXCLUSIVE",  # or a WAL that is there could not be read
    "PRAGMA journal_mode = DELETE",
    "PRAGMA locking_mode = NORMAL",
)
"""Needs no memory that processes share, which a network disk does not have."""


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
            self._open(path, _SHARED_JOURNAL)
        except OSError as error:
            if primary_code(error.__cause__) == sqlite3.SQLITE_BUSY:
                raise
            log.info("%s gets a journal without shared memory: %s", path, error)
            try:
                self._open(path, _PLAIN_JOURNAL)
            except (OSError, DamagedDatabaseError):  # where nothing is sure, nothing is damaged
                raise error from error.__cause__

    def _open(self, path: Path | str, journal: Sequence[str]) -> None:
        try:
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise OSError(first_line(error)) from error
        try:
            self._prepare(journal)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, journal: Sequence[str] = _SHARED_JOURNAL) -> None:
        try:
            self._set_up(journal)
        except UnicodeDecodeError as error:  # of an error that quotes what is no text
            raise DamagedDatabaseError(first_line(error)) from error
        except sqlite3.Error as error:
            if primary_code(error) not in _OF_THE_CONTENT:
                raise OSError(first_line(error)) from error
            raise DamagedDatabaseError(first_line(error)) from error

    def _set_up(self, journal: Sequence[str]) -> None:
        self._connection.row_factory = sqlite3.Row
        # One damaged text must not take the whole list with it.
        self._connection.text_factory = lambda text: text.decode(errors="replace")
        for statement in ("PRAGMA foreign_keys = ON", *journal):
            self._connection.execute(statement)
        # A commit is on the disk before it is believed, also when the power fails.
        self._connection.execute("PRAGMA synchronous = FULL")
        check = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if check != "ok":
            raise DamagedDatabaseError(str(check).splitlines()[0])
        migrate(self, MIGRATIONS)
        if not _columns(self._connection) >= _columns_of(MIGRATIONS):
            raise DamagedDatabaseError(_("a column is missing"))
        self._try_to_write()

    def _try_to_write(self) -> None:
        """Fail now where the file may only be read, which SQLite says at the first change."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("PRAGMA user_version = 0")
        except sqlite3.OperationalError as error:
            # Where another window is writing, this one may, too.
            if primary_code(error) != sqlite3.SQLITE_BUSY:
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
        opened = sqlite3.connect(address, timeout=_COPY_TIMEOUT_S, uri=True)
        with contextlib.closing(opened) as source, self._lock:
            # Locked before the copy, which tries for ever where it gets no lock.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(self._connection)

    def close(self) -> None:
        """Let go of the file. May be called again and again."""
        with self._lock:
            self._connection.close()


def primary_code(error: BaseException | None) -> int | None:
    """Return which kind of error SQLite tells of; None for an error that is not SQLite's."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF  # the rest says more about it


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
