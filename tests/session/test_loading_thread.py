"""Images first, then torch, then the rest; and a sentence when something is missing."""

import gc
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import ImageSet
from lenet_desktop.session import loading_thread
from lenet_desktop.session.loading_thread import LoadingThread, TrainingResources
from tests.other_data import colours

LIMIT_MS = 30_000


@pytest.fixture
def loader(qapp: QApplication, cache: Path, tmp_path: Path) -> Iterator[LoadingThread]:
    thread = LoadingThread(cache, tmp_path / "kept", qapp)
    yield thread
    thread.end()


def test_the_images_come_before_everything_else(qtbot: QtBot, loader: LoadingThread) -> None:
    loaded: list[object] = []
    loader.images_ready.connect(loaded.append)
    loader.resources_ready.connect(loaded.append)
    loader.networks_ready.connect(lambda: loaded.append(None))
    with qtbot.waitSignal(loader.finished, timeout=LIMIT_MS):
        loader.start()
    images, resources, networks = loaded
    assert networks is None, "what takes long to import for a network comes last"
    assert isinstance(images, ImageSet)
    assert images.images.shape == (10_000, 1, 28, 28)
    assert isinstance(resources, TrainingResources)


def test_the_resources_are_the_whole_data_set_and_the_devices(
    qtbot: QtBot, loader: LoadingThread
) -> None:
    with qtbot.waitSignal(loader.resources_ready, timeout=LIMIT_MS) as ready:
        loader.start()
    resources = ready.args[0]
    assert isinstance(resources, TrainingResources)
    assert len(resources.data.train) == 60_000
    assert len(resources.data.test) == 10_000
    assert resources.devices[-1].id == "cpu"


def test_no_later_collection_goes_through_what_the_first_optimiser_has_imported(
    qtbot: QtBot, loader: LoadingThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading_thread, "import_torch", lambda: None)  # it is there already
    made_before: list[object] = []
    assert any(each is made_before for each in gc.get_objects())
    with qtbot.waitSignal(loader.finished, timeout=LIMIT_MS):
        loader.start()
    assert not any(each is made_before for each in gc.get_objects())


def test_a_cache_that_cannot_be_written_is_mentioned_and_worked_around(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    loader = LoadingThread(blocked / "cache", tmp_path / "kept", qapp)
    notices: list[str] = []
    loader.notice.connect(notices.append)
    with qtbot.waitSignals([loader.resources_ready, loader.notice], timeout=LIMIT_MS):
        loader.start()
    loader.end()
    assert len(notices) == 1
    assert str(blocked) in notices[0]
    assert "from memory" in notices[0]


def test_a_broken_library_gets_a_sentence_that_says_how_to_repair_it(
    qtbot: QtBot, loader: LoadingThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_module = importlib.import_module

    def broken(name: str, package: str | None = None) -> object:
        if name == "torch":
            raise ImportError("no file")
        return import_module(name, package)

    monkeypatch.setattr(importlib, "import_module", broken)
    loaded: list[object] = []
    loader.images_ready.connect(loaded.append)
    with qtbot.waitSignal(loader.failed, timeout=LIMIT_MS) as failed:
        loader.start()
    assert len(loaded) == 1, "the images can be browsed all the same"
    sentence = failed.args[0]
    assert "PyTorch cannot be loaded (no file)" in sentence
    assert "pip install --force-reinstall torch torchvision" in sentence


def test_whatever_else_goes_wrong_is_told_with_what_to_do(
    qtbot: QtBot, loader: LoadingThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no luck.\nat all")

    monkeypatch.setattr(loading_thread, "open_store", fail)
    with qtbot.waitSignal(loader.failed, timeout=LIMIT_MS) as failed:
        loader.start()
    assert failed.args == ["Loading failed: no luck. Close the window and start it again."]


def test_an_interrupted_loader_ends_without_loading_the_rest(
    qtbot: QtBot, loader: LoadingThread
) -> None:
    loaded: list[object] = []
    loader.resources_ready.connect(loaded.append)
    loader.started.connect(loader.requestInterruption, Qt.ConnectionType.DirectConnection)
    with qtbot.waitSignal(loader.finished, timeout=LIMIT_MS):
        loader.start()
    assert loaded == []


def test_the_usual_data_take_the_place_of_those_that_are_gone(
    qtbot: QtBot, qapp: QApplication, cache: Path, tmp_path: Path
) -> None:
    loader = LoadingThread(cache, tmp_path / "kept", qapp, colours().info)
    notices: list[str] = []
    loader.notice.connect(notices.append)
    with qtbot.waitSignal(loader.images_ready, timeout=LIMIT_MS) as ready:
        loader.start()
    loader.end()
    assert len(ready.args[0]) == 10_000
    assert "Colours are not prepared" in notices[0]
    assert "Fashion-MNIST is loaded in their place" in notices[0]
