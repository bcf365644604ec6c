"""The database of the runs: it opens whatever its condition, and loses nothing on the way."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lenet_desktop.runs.database
from lenet_desktop.runs.database import (
    DATABASE_NAME,
    MEMORY,
    DamagedDatabaseError,
    Database,
    NewerDatabaseError,
    migrate,
)
from lenet_desktop.runs.opening import Opening, open_database
from lenet_desktop.runs.schema import MIGRATIONS, SCHEMA_VERSION
from tests.runs.conftest import only_to_read

connect = sqlite3.connect  # as it is before a test makes it fail
TABLES = ("runs", "epochs", "rate_changes")
WRITE_VERSION = 18
"""Where a file says how it may be written; of a later version it is only read."""
MORE_THAN_ALL = 40_000
"""Bytes; a database with 20 runs has fewer."""


@contextmanager
def opened(folder: Path) -> Iterator[Opening]:
    opening = open_database(folder)
    try:
        yield opening
    finally:
        opening.database.close()


def plain(path: Path) -> "closing[sqlite3.Connection]":
    return closing(connect(path, isolation_level=None))


def add_run(connection: sqlite3.Connection, key: str) -> None:
    """Put in a run with an epoch and a change, by what every version of the schema knows."""
    cursor = connection.execute(
        "INSERT INTO runs (key, title, status, config, surroundings, images_per_epoch, "
        "steps_per_epoch, parameter_count, best_accuracy, created_at, updated_at, tail) "
        "VALUES (?, 'Großer Lauf', 'stopped', '{}', '{}', 600, 3, 61706, 0.1, 1e9, 2e9, x'00ff')",
        [key],
    )
    connection.execute(
        "INSERT INTO epochs (run_id, epoch, train_loss, train_accuracy, test_loss, test_accuracy, "
        "elapsed_s, losses) VALUES (?, 1, 1.5, 0.25, 2.5, 0.125, 9.75, x'0001')",
        [cursor.lastrowid],
    )
    connection.execute("INSERT INTO rate_changes VALUES (?, 0, 1, 2, 1e-3)", [cursor.lastrowid])


def columns(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the names of the columns of each table."""
    about = {name: connection.execute(f"PRAGMA table_info({name})") for name in TABLES}
    return {name: [row[1] for row in described] for name, described in about.items()}


def rows(
    connection: sqlite3.Connection, known: dict[str, list[str]] | None = None
) -> list[list[tuple[Any, ...]]]:
    """Return what all tables hold, or what they hold in the columns that are known."""
    return [
        [
            tuple(row)
            for row in connection.execute(
                f"SELECT {', '.join(names)} FROM {table} ORDER BY 1"  # noqa: S608
            )
        ]
        for table, names in (known or columns(connection)).items()
    ]


def keys(database: Database) -> list[str]:
    with database.reading() as connection:
        return [row["key"] for row in connection.execute("SELECT key FROM runs ORDER BY id")]


def write(database: Database, *some: str) -> None:
    """Put in runs, all of them or none."""
    with database.writing() as connection:
        for key in some:
            add_run(connection, key)


def break_off(database: Database) -> None:
    """Put in a run and think better of it."""
    with database.writing() as connection:
        add_run(connection, "a")
        raise KeyError


def make(folder: Path, migrations: Sequence[Sequence[str]] = MIGRATIONS, key: str = "a") -> Path:
    """Make a database as a program of another version left it, with a run in it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / DATABASE_NAME
    with plain(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for statement in (each for step in migrations for each in step):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        add_run(connection, key)
    return path


def test_a_new_database_is_empty_and_of_the_last_version(tmp_path: Path) -> None:
    with opened(tmp_path / "not" / "there") as opening:
        assert (opening.reason, opening.notice) == (None, None)
        assert keys(opening.database) == []
        with opening.database.reading() as connection:
            assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
            assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_what_was_written_is_there_the_next_time(tmp_path: Path) -> None:
    with opened(tmp_path) as opening:
        write(opening.database, "a")
    with opened(tmp_path) as opening:
        assert keys(opening.database) == ["a"]
        opening.database.close()
        opening.database.close()


def test_what_is_begun_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    with opened(tmp_path) as opening:
        with pytest.raises(sqlite3.IntegrityError):
            write(opening.database, "a", "b", "a")
        assert keys(opening.database) == []
        with pytest.raises(KeyError):
            break_off(opening.database)
        assert keys(opening.database) == []
        write(opening.database, "c")
        assert keys(opening.database) == ["c"]


# --- versions


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_every_older_version_becomes_the_last_one_with_its_rows(
    tmp_path: Path, version: int
) -> None:
    path = make(tmp_path / "old", MIGRATIONS[:version])
    with plain(path) as connection:
        known = columns(connection)
        before = rows(connection)
    with opened(tmp_path / "old") as opening, opening.database.reading() as connection:
        assert (opening.reason, opening.notice) == (None, None)
        assert rows(connection, known) == before
        schema = "SELECT sql FROM sqlite_master ORDER BY name"
        migrated = [tuple(row) for row in connection.execute(schema)]
        assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    with opened(tmp_path / "new") as opening, opening.database.reading() as connection:
        assert migrated == [tuple(row) for row in connection.execute(schema)]


def test_a_migration_that_fails_half_way_leaves_the_version_before(tmp_path: Path) -> None:
    path = make(tmp_path)
    with plain(path) as connection:
        before = list(connection.iterdump())
    broken = ("ALTER TABLE runs RENAME TO walks", "DELETE FROM epochs", "CREATE NONSENSE")
    database = Database(path)
    with pytest.raises(sqlite3.OperationalError):
        migrate(database, [*MIGRATIONS, broken])
    database.close()
    with plain(path) as connection:
        assert list(connection.iterdump()) == before
        assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    with opened(tmp_path) as opening:
        assert (opening.reason, opening.notice) == (None, None)


def test_each_step_of_a_migration_is_kept_before_the_next_one(tmp_path: Path) -> None:
    path = make(tmp_path, MIGRATIONS[:1])
    more = [*MIGRATIONS[:1], ("ALTER TABLE runs ADD COLUMN colour TEXT",), ("CREATE NONSENSE",)]
    with plain(path) as connection:
        database = Database(MEMORY)
        database.close()
        database._connection = connection
        with pytest.raises(sqlite3.OperationalError):
            migrate(database, more)
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 2
        assert connection.execute("SELECT key, colour FROM runs").fetchall() == [("a", None)]


def test_windows_that_are_opened_at_once_migrate_once(tmp_path: Path) -> None:
    make(tmp_path, MIGRATIONS[:1])
    together = threading.Barrier(3)
    openings: list[Opening] = []

    def open_together() -> None:
        together.wait()
        openings.append(open_database(tmp_path))

    threads = [threading.Thread(target=open_together) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(each.reason, each.notice) for each in openings] == [(None, None)] * 3
    assert [keys(each.database) for each in openings] == [["a"]] * 3
    for each in openings:
        each.database.close()


def test_one_of_a_newer_program_stays_as_it_is_and_another_is_used_beside_it(
    tmp_path: Path,
) -> None:
    newer = (*MIGRATIONS, *[("CREATE TABLE IF NOT EXISTS later (a TEXT)",)] * 3)
    path = make(tmp_path, newer)
    before = path.read_bytes()
    for known in ([], ["b"]):
        with opened(tmp_path) as opening:
            assert opening.reason is None
            assert "newer version of this program" in (opening.notice or "")
            assert keys(opening.database) == known
            if not known:
                write(opening.database, "b")
    assert path.read_bytes() == before
    with plain(tmp_path / f"runs.v{SCHEMA_VERSION}.sqlite") as connection:
        assert connection.execute("SELECT key FROM runs").fetchall() == [("b",)]
    with pytest.raises(NewerDatabaseError):
        Database(path)


def test_where_all_are_of_a_newer_program_nothing_is_written(tmp_path: Path) -> None:
    path = make(tmp_path, (*MIGRATIONS, ()))
    other = tmp_path / f"runs.v{SCHEMA_VERSION}.sqlite"
    other.write_bytes(path.read_bytes())
    before = path.read_bytes()
    with opened(tmp_path) as opening:
        assert opening.reason is not None
        write(opening.database, "b")
    assert path.read_bytes() == before
    assert other.read_bytes() == before


# --- damage


def not_a_database(content: bytes) -> bytes:
    return b"not a database at all " * (len(content) // 22)


def cut_short(content: bytes) -> bytes:
    return content[: len(content) // 2]


def cut_in_its_header(content: bytes) -> bytes:
    return content[:50]


def with_a_lost_page(content: bytes) -> bytes:
    page = int.from_bytes(content[16:18], "big")
    return content[:page] + bytes(page) + content[2 * page :]


def with_a_lost_last_page(content: bytes) -> bytes:
    page = int.from_bytes(content[16:18], "big")
    return content[:-page] + bytes(page)


def without_its_magic(content: bytes) -> bytes:
    return b"sqLite" + content[6:]


DAMAGES = [
    not_a_database,
    cut_short,
    cut_in_its_header,
    with_a_lost_page,
    with_a_lost_last_page,
    without_its_magic,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_one_is_set_aside_and_begun_anew(tmp_path: Path, damage: Any) -> None:
    for number in (1, 2):
        path = make(tmp_path / "other")
        content = damage(path.read_bytes())
        path.unlink()
        (tmp_path / DATABASE_NAME).write_bytes(content)
        with pytest.raises(DamagedDatabaseError):
            Database(tmp_path / DATABASE_NAME)
        with opened(tmp_path) as opening:
            aside = f"{DATABASE_NAME}.damaged-{number}"
            assert opening.reason is None
            assert aside in (opening.notice or "")
            assert (tmp_path / aside).read_bytes() == content
            assert keys(opening.database) == []
            write(opening.database, "b")
        with opened(tmp_path) as opening:
            assert opening.notice is None, "it is said once"
            assert keys(opening.database) == ["b"]
        (tmp_path / DATABASE_NAME).unlink()


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION])
def test_a_database_of_something_else_is_set_aside(tmp_path: Path, version: int) -> None:
    table = "runs" if version == 0 else "recipes"
    with plain(tmp_path / DATABASE_NAME) as connection:
        connection.execute(f"CREATE TABLE {table} (cake TEXT)")
        connection.execute(f"INSERT INTO {table} VALUES ('Sacher')")  # noqa: S608
        connection.execute(f"PRAGMA user_version = {version}")
    with opened(tmp_path) as opening:
        assert opening.reason is None
        assert "set aside" in (opening.notice or "")
        assert keys(opening.database) == []
    with plain(tmp_path / f"{DATABASE_NAME}.damaged-1") as connection:
        assert connection.execute(f"SELECT * FROM {table}").fetchall() == [("Sacher",)]  # noqa: S608


def test_a_damaged_one_leaves_no_journal_to_the_new_one(tmp_path: Path) -> None:
    path = make(tmp_path / "killed")
    (tmp_path / "after").mkdir()
    with plain(path) as connection:
        add_run(connection, "b")  # in the journal only, as when the program is killed
        for part in path.parent.iterdir():
            (tmp_path / "after" / part.name).write_bytes(part.read_bytes())
    damaged = tmp_path / "after" / DATABASE_NAME
    assert damaged.with_name(f"{DATABASE_NAME}-wal").stat().st_size > 0
    damaged.write_bytes(without_its_magic(damaged.read_bytes()))
    with opened(tmp_path / "after") as opening:
        assert "set aside" in (opening.notice or "")
        assert keys(opening.database) == []
        write(opening.database, "c")
    with opened(tmp_path / "after") as opening:
        assert opening.notice is None
        assert keys(opening.database) == ["c"]


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).touch()
    with opened(tmp_path) as opening:
        assert (opening.reason, opening.notice) == (None, None)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with 20 runs; its bytes would be too much in the text of a failure."""
    path = make(tmp_path_factory.mktemp("sound"))
    with plain(path) as connection:
        for number in range(20):
            add_run(connection, f"{number:032x}")
    return path


@settings(max_examples=50)
@given(
    length=st.integers(0, MORE_THAN_ALL),
    changes=st.lists(st.tuples(st.integers(0, MORE_THAN_ALL), st.integers(0, 255)), max_size=3),
)
def test_whatever_is_in_the_file_there_is_a_database(
    tmp_path_factory: pytest.TempPathFactory,
    sound: Path,
    length: int,
    changes: list[tuple[int, int]],
) -> None:
    content = bytearray(sound.read_bytes()[:length])
    for place, value in changes if content else ():
        content[place % len(content)] = value
    assume(content[WRITE_VERSION : WRITE_VERSION + 1] <= b"\x02")  # what SQLite can write
    folder = tmp_path_factory.mktemp("any")
    (folder / DATABASE_NAME).write_bytes(content)
    with opened(folder) as opening:
        assert opening.reason is None
        write(opening.database, "new")
        assert "new" in keys(opening.database)
        set_aside = [path for path in folder.iterdir() if ".damaged-" in path.name]
        assert bool(set_aside) == ("damaged" in (opening.notice or ""))


def test_a_column_that_has_another_name_is_a_sign_of_damage(tmp_path: Path, sound: Path) -> None:
    content = sound.read_bytes()
    assert b" title TEXT" in content
    (tmp_path / DATABASE_NAME).write_bytes(content.replace(b" title TEXT", b" tiule TEXT"))
    with opened(tmp_path) as opening:
        assert "damaged" in (opening.notice or "")
        write(opening.database, "new")


def test_a_message_of_sqlite_that_is_no_text_is_a_sign_of_damage(
    tmp_path: Path, sound: Path
) -> None:
    content = sound.read_bytes()
    assert content.count(b"CREATE TABLE trials") == 1
    damaged = content.replace(b"CREATE TABLE trials", b"CREATE TABL\x80 trials")
    (tmp_path / DATABASE_NAME).write_bytes(damaged)
    with opened(tmp_path) as opening:  # whose error quotes what it does not understand
        assert opening.reason is None
        assert "damaged" in (opening.notice or "")


# --- where it cannot be written


def test_without_a_folder_all_stays_in_memory(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    with opened(tmp_path / "blocked" / "runs") as opening:
        assert opening.reason
        assert opening.reason in (opening.notice or "")
        assert "Make the folder writable" in (opening.notice or "")
        write(opening.database, "a")
        assert keys(opening.database) == ["a"]
    with opened(tmp_path / "blocked" / "runs") as opening:
        assert keys(opening.database) == []


def test_a_folder_in_the_place_of_the_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME / "precious").mkdir(parents=True)
    with opened(tmp_path) as opening:
        assert opening.reason
        assert keys(opening.database) == []
    assert (tmp_path / DATABASE_NAME / "precious").is_dir()


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "connect", only_to_read(connect))


@pytest.mark.usefixtures("read_only")
@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_what_may_only_be_read_is_read_and_the_rest_stays_in_memory(
    tmp_path: Path, version: int
) -> None:
    path = make(tmp_path, MIGRATIONS[:version])
    before = path.read_bytes()
    with opened(tmp_path) as opening:
        assert opening.reason == "attempt to write a readonly database"
        assert keys(opening.database) == ["a"]
        write(opening.database, "b")
        with opening.database.reading() as connection:
            assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    assert path.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="may write anywhere")
@pytest.mark.parametrize("which", ["folder", "file"])
def test_what_the_system_lets_nobody_write_is_read_all_the_same(tmp_path: Path, which: str) -> None:
    path = make(tmp_path / "kept")
    protected = path if which == "file" else path.parent
    mode = protected.stat().st_mode
    protected.chmod(mode & ~0o222)
    try:
        with opened(path.parent) as opening:
            assert opening.reason
            assert keys(opening.database) == ["a"]
            write(opening.database, "b")
    finally:
        protected.chmod(mode)
        for part in path.parent.iterdir():  # SQLite gives its journal the mode of the database
            part.chmod(0o644)
    with opened(path.parent) as opening:
        assert opening.reason is None
        assert keys(opening.database) == ["a"]


def test_a_damaged_one_that_may_only_be_read_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path)
    content = cut_short(path.read_bytes())
    path.write_bytes(content)

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", forbidden)
    with opened(tmp_path) as opening:
        assert opening.reason == "Permission denied"
        assert keys(opening.database) == []
        write(opening.database, "b")
    assert path.read_bytes() == content


def test_a_full_disk_leaves_everything_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_a_full_disk(path: Any, **keywords: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(path, **keywords)
        if isinstance(path, Path):
            connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr(sqlite3, "connect", on_a_full_disk)
    with opened(tmp_path) as opening:
        assert opening.reason == "database or disk is full"
        write(opening.database, "a")
        assert keys(opening.database) == ["a"]
    assert not list(tmp_path.glob("*.damaged-*")), "it says nothing about what is in the file"


# --- two at once


def test_each_window_sees_at_once_what_the_other_writes(tmp_path: Path) -> None:
    with opened(tmp_path) as first, opened(tmp_path) as second:
        write(first.database, "a")
        assert keys(second.database) == ["a"]
        write(second.database, "b")
        assert keys(first.database) == ["a", "b"]
        with first.database.writing() as connection:
            add_run(connection, "c")
            assert keys(second.database) == ["a", "b"], "not before it is done"
        assert keys(second.database) == ["a", "b", "c"]


def test_many_threads_and_windows_write_without_losing_anything(tmp_path: Path) -> None:
    with opened(tmp_path) as first, opened(tmp_path) as second:
        databases = (first.database, second.database)

        def write_some(number: int) -> None:
            for part in range(5):
                write(databases[number % 2], f"{number}-{part}")

        threads = [threading.Thread(target=write_some, args=[number]) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = {f"{number}-{part}" for number in range(4) for part in range(5)}
        assert set(keys(first.database)) == expected
        assert len(keys(second.database)) == len(expected)


def test_a_window_that_is_opened_while_another_one_writes_is_no_worse_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lenet_desktop.runs.database, "_BUSY_TIMEOUT_S", 0.01)
    with opened(tmp_path) as first:
        write(first.database, "a")
        with first.database.writing() as connection, opened(tmp_path) as second:
            add_run(connection, "b")
            assert (second.reason, second.notice) == (None, None)
            assert keys(second.database) == ["a"]
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                write(second.database, "c")
