"""What every test relies on: no screen, no network, real data, and no thread left behind."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import Any

# Before Qt is imported: screens of several sizes that nobody sees, with frames around the windows.
# The first by name is the primary one. The colon of a drive would end the name of the file.
os.environ["QT_QPA_PLATFORM"] = (
    "offscreen:configfile=" + Path(__file__).with_name("screens.json").as_posix().rpartition(":")[2]
)
# Before torch is: small networks are not faster with more threads, and those that wait for each
# other on a busy machine are many times slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.pop("LENET_DESKTOP_DATA", None)
# Tests compare what is said in the language of the source.
os.environ["LENET_DESKTOP_LANGUAGE"] = "en"

import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

# What takes seconds to import is imported where it is needed: the process that only hands out the
# tests to others reads this file, too, and they wait for it.
if TYPE_CHECKING:
    from PySide6.QtCore import QThread

    from lenet_desktop.data.images import DataSplits, ImageSet
    from lenet_desktop.runs.store import RunStore
    from lenet_desktop.session.loading_thread import TrainingResources
    from lenet_desktop.session.training_session import TrainingSession
    from lenet_desktop.training.devices import Device
    from lenet_desktop.training.events import Event
    from lenet_desktop.ui.window.main_window import MainWindow
    from tests.kept_runs import KeptRun

# What the imports and the collection make is no garbage: to look through it again and again would
# take as long as to make it. Later it is collected between tests, on the thread of the widgets, as
# in the window.
gc.disable()


def pytest_collection() -> None:
    """Set up what the collected modules use."""
    from hypothesis import HealthCheck, settings

    # A shared machine may be slow at any moment; that is no fault of the code.
    slow = [HealthCheck.too_slow]
    settings.register_profile("unhurried", deadline=None, suppress_health_check=slow)
    settings.load_profile("unhurried")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Call tests with bytes by their number: what is packed has the time of packing in it.

    The processes that run the tests have to call each of them the same.
    """
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, or one process waits for the other in the end."""
    items.sort(key=lambda item: "tests/ui" not in item.path.as_posix())


def pytest_collection_finish() -> None:
    """Never look through what the imports and the collection have made."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _garbage() -> Iterator[None]:
    """Collect on this thread, and after everything that the test has set up is gone."""
    from lenet_desktop.ui.kit.garbage import collect_what_is_due

    yield
    collect_what_is_due()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing reach for the network; what stays on this machine may be connected to."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        is_here = self.family == getattr(socket, "AF_UNIX", None) or address[0] == "127.0.0.1"
        assert is_here, f"connects to {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _no_thread_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a QThread running, which would abort the process later."""
    from PySide6.QtCore import QThread

    started: list[QThread] = []
    start = QThread.start

    def recorded(
        self: QThread, priority: QThread.Priority = QThread.Priority.InheritPriority
    ) -> None:
        started.append(self)
        start(self, priority)

    monkeypatch.setattr(QThread, "start", recorded)
    yield
    left = [thread for thread in started if _is_running(thread)]
    for thread in left:
        thread.requestInterruption()
        thread.wait(10_000)
    assert not left, f"still running at the end of the test: {left}"


def _is_running(thread: QThread) -> bool:
    try:
        return thread.isRunning()
    except RuntimeError:  # its C++ part is gone, as it should be
        return False


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder that holds both splits after `data`; tests only read it."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def data(cache: Path) -> DataSplits:
    """Return the whole data set."""
    from lenet_desktop.data.catalogue import load_splits

    return load_splits(cache)


@pytest.fixture(scope="session")
def images(cache: Path) -> ImageSet:
    """Return the 10,000 test images, as the gallery shows them."""
    from lenet_desktop.data.catalogue import read_split
    from lenet_desktop.data.images import Split

    return read_split(Split.TEST, cache)


@pytest.fixture(scope="session")
def few(data: DataSplits) -> DataSplits:
    """Return 600 images to learn from and 300 to be judged on; 600 is no multiple of 256."""
    return replace(data, train=data.train.first(600), test=data.test.first(300))


@pytest.fixture(scope="session")
def few_images(images: ImageSet) -> ImageSet:
    """Return the 300 test images of `few`, as the gallery shows them."""
    return replace(images, images=images.images[:300], labels=images.labels[:300])


@pytest.fixture(scope="session")
def devices() -> list[Device]:
    """Return the devices of this machine."""
    from lenet_desktop.training.devices import find_devices

    return find_devices()


@pytest.fixture(scope="module")
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """Return a folder with the runs that a module names in `KEPT_RUNS`; tests only copy it.

    The runs are real, and numbered from 1 in this order. None where a module names none.
    """
    runs: Sequence[KeptRun] = getattr(request.module, "KEPT_RUNS", ())
    if not runs:
        return None
    from tests.kept_runs import keep_runs

    folder = tmp_path_factory.mktemp("runs") / "kept"
    keep_runs(folder, request.getfixturevalue("few"), runs)
    return folder


@pytest.fixture
def store(kept: Path | None, tmp_path: Path) -> Iterator[RunStore]:
    """Return a store of runs in a folder of this test, empty but for a copy of what is `kept`."""
    from lenet_desktop.runs.opening import open_store

    if kept is not None:
        shutil.copytree(kept, tmp_path / "kept")
    opened = open_store(tmp_path / "kept")
    yield opened
    opened.close()


@pytest.fixture
def resources(few: DataSplits, devices: list[Device], store: RunStore) -> TrainingResources:
    """Return what a run on `few` needs, kept in a folder of this test."""
    from lenet_desktop.session.loading_thread import TrainingResources

    return TrainingResources(few, devices, store)


@pytest.fixture
def session(qapp: object) -> Iterator[TrainingSession]:
    """Return a session that has nothing to run yet, and end its thread afterwards."""
    from lenet_desktop.session.training_session import TrainingSession

    owned = TrainingSession()
    yield owned
    owned.shutdown()


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """Return where a window of this test remembers."""
    return tmp_path / "settings.ini"


@pytest.fixture
def window(
    qtbot: object,
    session: TrainingSession,
    few_images: ImageSet,
    resources: TrainingResources,
    settings_file: Path,
) -> Iterator[MainWindow]:
    """Return a shown window with `few` images, ready to start a real run."""
    from tests.ui.opened_window import opened_window

    with opened_window(session, settings_file, resources, few_images) as shown:
        yield shown


@pytest.fixture(scope="session")
def few_events(few: DataSplits, devices: list[Device]) -> list[Event]:
    """Return the events of a real run of two epochs that learns something on `few`."""
    from lenet_desktop.training.engine import train
    from tests.recipes import RELU

    config = replace(RELU.config, epochs=2, batch_size=32)
    return list(train(config, few, devices[-1]))
