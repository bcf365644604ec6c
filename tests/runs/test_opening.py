"""A list of runs on a disk that knows no locks, or no memory that processes share."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import lenet_desktop.runs.database
from lenet_desktop.runs.database import DATABASE_NAME
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.store import RunStore
from tests.runs.conftest import Course

connect = sqlite3.connect
SURROUNDINGS = {
    "BUSY": 5, "LOCKED": 6, "NOMEM": 7, "READONLY": 8, "IOERR": 10, "IOERR_SHMMAP": 5386,
    "IOERR_LOCK": 3850, "FULL": 13, "CANTOPEN": 14, "PROTOCOL": 15, "NOLFS": 22, "AUTH": 23,
    "PERM": 3,
}  # fmt: skip
"""What SQLite says of a disk, with its numbers for that."""


class Network(sqlite3.Connection):
    """A connection whose statements fail as a test wants."""

    name = "PROTOCOL"
    fails: Callable[[str], bool] = staticmethod(lambda _statement: False)

    def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
        if Network.fails(statement):
            error = sqlite3.OperationalError(f"the disk says {Network.name}")
            error.sqlite_errorname = f"SQLITE_{Network.name}"
            error.sqlite_errorcode = SURROUNDINGS[Network.name]
            raise error
        return super().execute(statement, *arguments)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> type[Network]:
    """Let every database that may be written be on a network disk, which is sound at first."""

    def connected(path: Any, **keywords: Any) -> sqlite3.Connection:
        kind = Network if isinstance(path, Path) else sqlite3.Connection
        connection: sqlite3.Connection = connect(path, factory=kind, **keywords)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connected)
    monkeypatch.setattr(Network, "fails", staticmethod(lambda _statement: False))
    return Network


@pytest.fixture
def folder(tmp_path: Path, course: Course) -> Path:
    """Return where a run is kept, in a database as it usually is."""
    with closing(open_store(tmp_path)) as store:
        course.finish(store, "the only one")
    return tmp_path


def titles(store: RunStore) -> list[str]:
    return [record.title for record in store.records()]


def set_aside(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if "damaged" in path.name]


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_a_disk_that_fails_leaves_the_list_alone_and_what_is_in_it_is_shown(
    folder: Path, network: type[Network], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = (folder / DATABASE_NAME).read_bytes()
    monkeypatch.setattr(network, "name", name)
    monkeypatch.setattr(network, "fails", staticmethod(lambda _statement: True))
    for _ in range(2):
        with closing(open_store(folder)) as store:
            assert store.reason == f"the disk says {name}"
            assert store.notice is not None
            assert "damaged" not in store.notice
            locks = name in ("BUSY", "LOCKED", "PROTOCOL") or name.startswith("IOERR")
            assert ("knows no locks" if locks else "folder writable") in store.notice
            assert titles(store) == ["the only one"]
    assert set_aside(folder) == []
    assert (folder / DATABASE_NAME).read_bytes() == before
    monkeypatch.setattr(network, "fails", staticmethod(lambda _statement: False))
    with closing(open_store(folder)) as store:
        assert (store.notice, titles(store)) == (None, ["the only one"])


def test_a_new_list_where_nothing_works_is_in_memory(
    tmp_path: Path, network: type[Network], monkeypatch: pytest.MonkeyPatch, course: Course
) -> None:
    monkeypatch.setattr(network, "fails", staticmethod(lambda _statement: True))
    with closing(open_store(tmp_path)) as store:
        assert store.reason is not None
        course.finish(store, "kept for now")
        assert titles(store) == ["kept for now"]


@pytest.mark.parametrize("name", ["PROTOCOL", "IOERR_SHMMAP", "CANTOPEN"])
def test_a_disk_without_shared_memory_gets_a_journal_that_needs_none(
    folder: Path,
    network: type[Network],
    monkeypatch: pytest.MonkeyPatch,
    course: Course,
    name: str,
) -> None:
    monkeypatch.setattr(network, "name", name)
    monkeypatch.setattr(network, "fails", staticmethod(lambda statement: "WAL" in statement))
    check_that_runs_are_kept(folder, course)


def test_a_journal_without_shared_memory_is_taken_where_that_cannot_be_made(
    folder: Path, course: Course
) -> None:
    (folder / f"{DATABASE_NAME}-shm").mkdir()  # so that SQLite itself cannot map it
    check_that_runs_are_kept(folder, course)


def check_that_runs_are_kept(folder: Path, course: Course) -> None:
    """Check that the list in a folder is read and written, by two windows at once, too."""
    with closing(open_store(folder)) as store, closing(open_store(folder)) as other:
        for opened in (store, other):
            assert (opened.reason, opened.notice) == (None, None)
        assert titles(store) == ["the only one"]
        second = course.finish(store, "the second")
        assert titles(other) == ["the second", "the only one"]
        other.rename(second, "renamed")
        assert store.record(second).status is RunStatus.FINISHED
    with closing(open_store(folder)) as again:
        assert titles(again) == ["renamed", "the only one"]
    assert set_aside(folder) == []


def test_a_disk_that_gives_no_lock_to_anybody_lets_the_list_be_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lenet_desktop.runs.database, "_BUSY_TIMEOUT_S", 0.01)
    monkeypatch.setattr(lenet_desktop.runs.database, "_COPY_TIMEOUT_S", 0.01)
    with closing(connect(folder / DATABASE_NAME, isolation_level=None)) as lock:
        lock.execute("PRAGMA journal_mode = DELETE")
        lock.execute("BEGIN EXCLUSIVE")
        with closing(open_store(folder)) as store:
            assert store.reason == "database is locked"
            assert titles(store) == ["the only one"]
    assert set_aside(folder) == []


def test_a_repair_that_fails_leaves_the_damaged_list_where_it_is(
    folder: Path, network: type[Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / DATABASE_NAME
    damaged = b"not a database " * 1_000
    path.write_bytes(damaged)
    # Only the new one fails: what is damaged is found out before the migrations.
    monkeypatch.setattr(
        network, "fails", staticmethod(lambda statement: "CREATE TABLE" in statement)
    )
    with closing(open_store(folder)) as store:
        assert store.reason == "the disk says PROTOCOL"
        assert store.records() == []
    assert path.read_bytes() == damaged
    assert set_aside(folder) == []
    monkeypatch.setattr(network, "fails", staticmethod(lambda _statement: False))
    with closing(open_store(folder)) as store:
        assert titles(store) == ["the only one"]
        assert "damaged" in (store.notice or "")
