"""What the tests of the kept runs share: one real run, and disks that fail."""

import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest
import torch

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.records import About, RunStatus, Surroundings
from lenet_desktop.runs.store import RunStore
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.tensor_files import pack_tensors
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.epoch_file import KeptEpoch
from lenet_desktop.training.events import (
    EpochDone,
    LearningRateChanged,
    PredictionsReady,
    RunStarted,
    StepsDone,
)
from tests.recipes import RELU

SHORT = replace(RELU.config, epochs=3, batch_size=200, device="cpu")
"""Three epochs of three steps on `few`."""
STEPS = 3
CHANGE = LearningRateChanged(2, 1, 0.01)
CPU = Device("cpu", "CPU")
SURROUNDINGS = Surroundings(device="cpu", device_name="CPU", torch="2.6")


@dataclass(frozen=True, slots=True)
class Course:
    """What a real run of `SHORT` with one change of its learning rate came to.

    Attributes:
        kept: its epochs.
        checkpoints: where it stood after each of them.
        midway: where it stood two steps into the last one.
    """

    started: RunStarted
    kept: tuple[KeptEpoch, ...]
    checkpoints: tuple[Checkpoint, ...]
    midway: Checkpoint

    def begin(self, store: RunStore, title: str = "") -> int:
        return RunProgress(store).begin(self.started, SURROUNDINGS, title)

    def keep(self, store: RunStore, run_id: int, *epochs: int) -> None:
        """Keep these epochs, from 1, as a run does that goes on."""
        for epoch in epochs:
            checkpoint, kept = self.checkpoints[epoch - 1], self.kept[epoch - 1]
            RunProgress(store).keep(run_id, checkpoint, [kept], RunStatus.RUNNING)

    def finish(self, store: RunStore, title: str = "") -> int:
        """Keep a run from its beginning to its end."""
        run_id = self.begin(store, title)
        self.keep(store, run_id, 1, 2, 3)
        RunProgress(store).set_status(run_id, RunStatus.FINISHED)
        return run_id

    def stop(self, store: RunStore) -> int:
        """Keep a run that is stopped two steps into its last epoch."""
        run_id = self.begin(store)
        self.keep(store, run_id, 1, 2)
        RunProgress(store).keep(run_id, self.midway, [], RunStatus.STOPPED)
        RunProgress(store).set_status(run_id, RunStatus.STOPPED)
        return run_id


@pytest.fixture(scope="package")
def course(few: DataSplits) -> Course:
    """Return what a real run came to; tests only read it."""
    trainer = trainer_on(few, changes=[CHANGE])
    kept: list[KeptEpoch] = []
    checkpoints: list[Checkpoint] = []
    for event in trainer.events():
        match event:
            case RunStarted():
                started = event
            case StepsDone(epoch=3, step=2):
                midway = trainer.checkpoint()
            case EpochDone():
                done = event
            case PredictionsReady(predictions, snapshot):
                assert snapshot is not None
                checkpoint = trainer.checkpoint()
                losses = checkpoint.losses_of(done.epoch)
                kept.append(
                    KeptEpoch(
                        checkpoint.config, done, losses, checkpoint.changes, predictions, snapshot
                    )
                )
                checkpoints.append(checkpoint)
    return Course(started, tuple(kept), tuple(checkpoints), midway)


def trainer_on(few: DataSplits, config: TrainingConfig = SHORT, **keywords: Any) -> Trainer:
    """Return a run that reports every step."""
    return Trainer(config, few, CPU, report_interval_s=0, **keywords)


def about_a_run(**values: Any) -> About:
    """Return what some run is about."""
    known: dict[str, Any] = {
        "key": "0123456789abcdef" * 2,
        "status": RunStatus.STOPPED,
        "config": SHORT,
        "surroundings": SURROUNDINGS,
        "images_per_epoch": 600,
        "steps_per_epoch": STEPS,
        "parameter_count": 61_706,
        "created_at": 1_700_000_000.25,
        "updated_at": 1_700_000_100.75,
    }
    return About(**known | values)


class Disk:
    """Lets what is written to files or to the database fail for as long as a test wants."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files_are_full = False
        self._connections: list[sqlite3.Connection] = []
        fsync, connect = os.fsync, sqlite3.connect

        def full_or_not(handle: int) -> None:
            if self.files_are_full:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            fsync(handle)

        def remembered(*arguments: Any, **keywords: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*arguments, **keywords)
            self._connections.append(connection)
            return connection

        monkeypatch.setattr(os, "fsync", full_or_not)
        monkeypatch.setattr(sqlite3, "connect", remembered)

    def fill_database(self) -> None:
        """Let no database grow any more; what finds room in its pages can still be written."""
        for connection in self._open_connections():
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")

    def empty_database(self) -> None:
        for connection in self._open_connections():
            connection.execute("PRAGMA max_page_count = 1000000")

    def protect_database(self, protected: bool) -> None:
        """Let nothing at all be written to a database."""
        for connection in self._open_connections():
            connection.execute(f"PRAGMA query_only = {int(protected)}")

    def _open_connections(self) -> list[sqlite3.Connection]:
        def is_open(connection: sqlite3.Connection) -> bool:
            with contextlib.suppress(sqlite3.ProgrammingError):
                return connection.execute("SELECT 1").fetchone() is not None
            return False

        return [connection for connection in self._connections if is_open(connection)]


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Return the disk of this test; to be asked for before the store that is on it."""
    return Disk(monkeypatch)


@pytest.fixture
def another_window(store: RunStore) -> Iterator[RunStore]:
    """Return the same store as another window has it."""
    opened = open_store(store.folder)
    yield opened
    opened.close()


@pytest.fixture
def reopened(store: RunStore) -> Iterator[Callable[[], RunStore]]:
    """Return what closes the store and opens it as the next start of the program does."""
    opened: list[RunStore] = [store]

    def reopen() -> RunStore:
        opened[-1].close()
        opened.append(open_store(store.folder))
        return opened[-1]

    yield reopen
    opened[-1].close()


def die(store: RunStore, run_id: int) -> None:
    """Leave a run as a process does that is killed: its lock is gone, and nothing is noted."""
    store.run_folder(run_id).leave()
    store.close()


def only_to_read(connect: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
    """Return a way to open databases as SQLite does where files may only be read."""

    def connect_to_read(path: Any, **keywords: Any) -> sqlite3.Connection:
        if isinstance(path, Path):
            path, keywords = f"{path.as_uri()}?mode=ro", {**keywords, "uri": True}
        return connect(path, **keywords)

    return connect_to_read


def rewrite(path: Path, tensors: Mapping[str, npt.NDArray[Any]], text: Mapping[str, str]) -> None:
    """Write a file of tensors as somebody does who knows how its checksum is made."""
    path.write_bytes(pack_tensors({n: torch.tensor(array) for n, array in tensors.items()}, text))


def flip(path: Path, place: int, mask: int = 0xFF) -> None:
    """Damage a byte of a file."""
    content = bytearray(path.read_bytes())
    content[place] ^= mask
    path.write_bytes(content)
