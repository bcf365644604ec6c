"""A disk that fills at any write of a run: what can be kept is, and the rest is told, not lost."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from operator import eq, le
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.database import Database
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.recorder import RunRecorder
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.storage import files
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import CheckpointFailed, CheckpointRecovered, Event, RunFinished
from tests.judged import judged
from tests.recipes import RELU

CONFIG = replace(RELU.config, epochs=3, batch_size=50, device=CPU)
LAST_WRITES = 2
"""Those that only say, in the list and in the folder, that the run has ended."""
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Disk:
    """Takes so many writes, of files and of the database, and then no more until there is room.

    Attributes:
        writes: how many were tried.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.writes = 0
        self._is_full: Callable[[int], bool] = lambda _number: False
        replacing, writing = files.replacing, Database.writing

        @contextmanager
        def limited_file(path: Path, **wishes: bool) -> Iterator[BinaryIO]:
            with replacing(path, **wishes) as stream:
                self._count()
                yield stream

        @contextmanager
        def limited_row(database: Database) -> Iterator[sqlite3.Connection]:
            with writing(database) as connection:
                yield connection
                try:
                    self._count()
                except OSError as error:
                    raise sqlite3.OperationalError("database or disk is full") from error

        monkeypatch.setattr(files, "replacing", limited_file)
        monkeypatch.setattr(Database, "writing", limited_row)

    def fill(self, is_full: Callable[[int], bool]) -> None:
        """Refuse the writes of these numbers, counted from 0 from now on."""
        self.writes, self._is_full = 0, is_full

    def _count(self) -> None:
        number = self.writes
        self.writes += 1
        if self._is_full(number):
            raise FULL


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture(scope="module")
def some(data: DataSplits) -> DataSplits:
    return DataSplits(data.train.first(100), data.test.first(50))


def train(store: RunStore, data: DataSplits) -> tuple[RunRecorder, list[Event]]:
    recorder = RunRecorder(store)
    trainer = Trainer(CONFIG, data, Device(CPU, "CPU"), report_interval_s=0)
    return recorder, list(recorder.follow(trainer))


def count_writes(disk: Disk, folder: Path, data: DataSplits) -> int:
    """Return how many writes a run takes that nothing happens to."""
    store = open_store(folder)
    disk.fill(lambda _number: False)
    train(store, data)
    store.close()
    return disk.writes


def uninterrupted_losses(data: DataSplits) -> np.ndarray:
    trainer = Trainer(CONFIG, data, Device(CPU, "CPU"), report_interval_s=0)
    for _ in trainer.events():
        pass
    return trainer.checkpoint().losses


def go_on(store: RunStore, run_id: int, data: DataSplits) -> None:
    checkpoint = read_run(store, run_id).checkpoint
    assert checkpoint is not None
    recorder = RunRecorder(store, run_id, checkpoint)
    trainer = Trainer(
        checkpoint.config, data, Device(CPU, "CPU"), checkpoint=checkpoint, report_interval_s=0
    )
    for _ in recorder.follow(trainer):
        pass
    assert recorder.unkept is None


def test_a_write_that_fails_once_is_made_up_for(
    disk: Disk, some: DataSplits, tmp_path: Path
) -> None:
    writes = count_writes(disk, tmp_path / "count", some)
    assert writes > 8
    for number in range(writes):
        store = open_store(tmp_path / f"{number}")
        disk.fill(partial(eq, number))
        recorder, events = train(store, some)
        assert isinstance(events[-1], RunFinished | CheckpointRecovered), number
        told = [type(event) for event in events]
        failed, mended = told.count(CheckpointFailed), told.count(CheckpointRecovered)
        assert failed - mended in (0, 1), number
        assert recorder.run_id is not None
        if number < writes - LAST_WRITES:  # which nobody tries again
            assert recorder.reason is None, number
            opened = read_run(store, recorder.run_id)
            assert (opened.record.status, opened.record.epochs_done) == (RunStatus.FINISHED, 3)
            assert (opened.notice, len(opened.predictions)) == (None, 3), number
        store.close()


def test_a_disk_that_stays_full_ends_no_run_and_leaves_all_that_was_written(
    disk: Disk, some: DataSplits, tmp_path: Path
) -> None:
    expected = uninterrupted_losses(some)
    writes = count_writes(disk, tmp_path / "count", some)
    for number in range(writes - LAST_WRITES):
        store = open_store(tmp_path / f"{number}")
        disk.fill(partial(le, number))
        recorder, events = train(store, some)
        assert RunFinished in {type(event) for event in events}, number
        assert sum(isinstance(event, CheckpointFailed) for event in events) == 1, number
        assert recorder.unkept is not None
        assert recorder.unkept.hindrance.reason
        assert recorder.latest is not None
        assert recorder.latest.is_finished, "the network is in memory"
        store.close()

        disk.fill(lambda _number: False)  # somebody has made room
        again = open_store(tmp_path / f"{number}")
        records = again.records()
        for record in records:
            assert record.status is not RunStatus.FINISHED, number
            opened = read_run(again, record.id)
            shown = opened.record
            assert shown.epochs_done == len(again.curves([record.id])[0].epochs)
            kept = again.run_folder(record.id).epochs()
            if shown.status is RunStatus.INCOMPLETE:
                assert shown.epochs_done >= len(kept), "every whole epoch counts"
            accuracies = [
                judged(done.test_accuracy) for done in again.curves([record.id])[0].epochs
            ]
            assert shown.last_accuracy == (accuracies[-1] if accuracies else None)
            assert shown.best_accuracy == max(accuracies, default=None)
            if opened.checkpoint is not None and not opened.checkpoint.is_finished:
                go_on(again, record.id, some)
                done = read_run(again, record.id)
                assert (done.record.status, done.record.epochs_done) == (RunStatus.FINISHED, 3)
                assert done.checkpoint is not None
                np.testing.assert_array_equal(done.checkpoint.losses, expected)
        again.close()


@pytest.mark.parametrize(
    ("code", "is_full"),
    [
        (errno.ENOSPC, True),
        (errno.EDQUOT, True),
        (errno.EROFS, False),
        (errno.EACCES, False),
        (errno.ENOENT, False),
        (errno.EIO, False),
    ],
)
def test_what_helps_fits_why_nothing_can_be_written(
    some: DataSplits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, is_full: bool
) -> None:
    replacing = files.replacing

    @contextmanager
    def refused(path: Path, **wishes: bool) -> Iterator[BinaryIO]:
        if path.suffix == ".safetensors":
            raise OSError(code, os.strerror(code), str(path))
        with replacing(path, **wishes) as stream:
            yield stream

    monkeypatch.setattr(files, "replacing", refused)
    store = open_store(tmp_path / "kept")
    recorder, _ = train(store, some)
    assert recorder.unkept is not None
    sentence = recorder.unkept.sentence("“Run 1”")
    assert os.strerror(code) in sentence
    assert ("make room" in sentence) is is_full
    assert ("written to" in sentence) is not is_full
    store.close()


def test_a_full_database_wants_room_and_a_list_in_memory_another_place(
    some: DataSplits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    store = open_store(tmp_path / "blocked" / "kept")
    recorder, _ = train(store, some)
    assert recorder.unkept is not None
    sentence = recorder.unkept.sentence("“Run 1”")
    assert "elsewhere before the window is closed" in sentence, "nothing else can be done"
    store.close()

    @contextmanager
    def refused(_database: Database) -> Iterator[sqlite3.Connection]:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error
        yield

    store = open_store(tmp_path / "kept")
    monkeypatch.setattr(Database, "writing", refused)
    recorder, _ = train(store, some)
    assert recorder.unkept is not None
    assert "make room" in recorder.unkept.sentence("“Run 1”")
    store.close()


def test_the_newest_network_comes_before_older_ones(
    disk: Disk, some: DataSplits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is room for checkpoints, where older ones give way, but for no more epochs."""
    from lenet_desktop.runs.run_folder import RunFolder

    write = RunFolder.write_epoch

    def only_the_first(folder: RunFolder, epoch: object) -> None:
        if epoch.done.epoch > 1:  # type: ignore[attr-defined]
            raise FULL
        write(folder, epoch)  # type: ignore[arg-type]

    monkeypatch.setattr(RunFolder, "write_epoch", only_the_first)
    store = open_store(tmp_path / "kept")
    recorder, _ = train(store, some)
    unkept = recorder.unkept
    assert unkept is not None
    assert (unkept.epochs, unkept.network) == ((2, 3), None)
    assert "epochs 2 to 3" in unkept.sentence("“Run 1”")
    assert recorder.run_id is not None
    opened = read_run(store, recorder.run_id)
    assert (opened.record.status, opened.record.epochs_done) == (RunStatus.INCOMPLETE, 3)
    assert opened.checkpoint is not None
    assert opened.checkpoint.is_finished
    assert [answers.epoch for answers in opened.predictions] == [1, 3]
    assert opened.snapshots[-1].epoch == 3
    store.close()
