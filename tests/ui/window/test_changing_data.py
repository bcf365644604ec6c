"""Other data in the window: all parts follow, the run that is shown goes, and is brought back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import DataSplits, ImageSet, Split
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.data.progress import Preparing, Progress
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.loading_thread import LoadingThread, TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.training.devices import Device
from lenet_desktop.training.network_file import save_network
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.window_memory import WindowMemory
from tests.kept_runs import BRIEF, keep_run
from tests.other_data import colours

LIMIT_MS = 30_000
OWN, OTHER, STOPPED = 1, 2, 3
QUICK = replace(BRIEF, epochs=1, batch_size=200)


@pytest.fixture(scope="module")
def kept(few: DataSplits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with runs of the window's data and of others, of which one stopped."""
    folder = tmp_path_factory.mktemp("changing") / "kept"
    store = open_store(folder)
    assert keep_run(store, few, QUICK) == OWN
    assert keep_run(store, colours(), replace(QUICK, batch_size=32)) == OTHER
    assert keep_run(store, colours(), replace(QUICK, epochs=2, batch_size=32), steps=4) == STOPPED
    store.close()
    return folder


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """Return a cache folder in which the other data are."""
    other = colours()
    parts = {Split.TRAIN: other.train.as_image_set(), Split.TEST: other.test.as_image_set()}
    assert PreparedSets(tmp_path / "data").save(parts, "folder-1") is None
    return tmp_path / "data"


@pytest.fixture
def changing(
    session: TrainingSession,
    few_images: ImageSet,
    resources: TrainingResources,
    settings_file: Path,
    data_folder: Path,
) -> Iterator[MainWindow]:
    """Return a window with `few` images that can load other data."""
    shown = window_of(session, settings_file, data_folder)
    shown.show_images(few_images)
    shown.show_runs(resources.store)
    shown.show_resources(resources)
    session.use_resources(resources)
    shown.show()
    yield shown
    shown.close()
    shiboken6.delete(shown)


def window_of(session: TrainingSession, settings_file: Path, data_folder: Path) -> MainWindow:
    settings = QSettings(str(settings_file), QSettings.Format.IniFormat)
    window = MainWindow(session, settings, None, data_folder)
    window.closed.connect(session.shutdown)
    return window


def entries(window: MainWindow) -> dict[str, QAction]:
    """Return what the menu of data sets offers, as it does when it is opened."""
    window.menus.data.menu.aboutToShow.emit()
    return {action.text(): action for action in window.menus.data.menu.actions() if action.text()}


def choose(qtbot: QtBot, window: MainWindow, title: str) -> None:
    with qtbot.waitSignal(window.data_switch.switched, timeout=LIMIT_MS):
        entries(window)[title].trigger()


def ticked(window: MainWindow) -> list[str]:
    return [title for title, action in entries(window).items() if action.isChecked()]


def test_every_part_of_the_window_follows_to_other_data_and_back(
    qtbot: QtBot, changing: MainWindow, store: RunStore
) -> None:
    window, gallery, session = changing, changing.gallery, changing.session
    session.open(read_run(store, OWN))
    assert ticked(window) == ["Fashion-MNIST"]
    window.commands.view.present.trigger()
    page = window.commands.presenting.page
    assert page is not None
    assert page.plots.history().epochs

    choose(qtbot, window, "Digits (small)")
    assert page.plots.history().epochs == []
    references = page.plots.accuracy.annotations.references
    assert references == window.training.plots.accuracy.annotations.references
    page.close()
    assert ticked(window) == ["Digits (small)"]
    assert session.run_id is None
    assert gallery.state.epochs == []
    assert len(gallery.state.numbers) == 364
    assert "“\u2068Run 1\u2069” learned from Fashion-MNIST" in window.message_bar.text
    assert window.training.form.config is not None
    assert window.training.form.config.data.key == "digits"
    assert window.training.table.rowCount() == 0
    (_, chance), *others = window.training.plots.accuracy.annotations.references
    assert chance.startswith("chance")
    assert not others, "nobody has asked people about these"
    label = window.findChild(QLabel, "data_label")
    assert isinstance(label, QLabel)
    assert "1,433 training and 364 test images" in label.text()

    window.training.form.set_config(QUICK)
    with qtbot.waitSignal(session.left_unkept, timeout=LIMIT_MS):
        window.controls.start_button.click()
    assert session.state is RunState.FINISHED
    assert gallery.state.epochs == [1]
    run_id = session.run_id
    assert run_id is not None
    assert store.record(run_id).config.data.key == "digits"

    choose(qtbot, window, "Colours")
    assert gallery.state.info.title == "Colours"
    assert gallery.state.images(Split.TRAIN) is not None
    assert gallery.state.epochs == []
    with qtbot.waitSignal(session.run_opened, timeout=LIMIT_MS):
        window.runs.opened.emit(run_id)
    assert ticked(window) == ["Digits (small)"]
    assert gallery.state.epochs == [1]
    assert session.run_id == run_id
    window.message_bar.clear()


def test_data_cannot_be_changed_while_a_run_goes_on(qtbot: QtBot, changing: MainWindow) -> None:
    changing.training.form.set_config(replace(QUICK, epochs=50))
    changing.controls.start_button.click()
    changing.controls.pause_button.click()
    entries(changing)["Colours"].trigger()
    assert "A run is going on" in changing.message_bar.text
    assert not changing.data_switch.is_busy
    with qtbot.waitSignal(changing.session.left_unkept, timeout=LIMIT_MS):
        changing.controls.stop_button.click()


def test_what_is_loaded_is_given_up_when_a_run_begins_or_somebody_says_so(
    qtbot: QtBot, changing: MainWindow
) -> None:
    def endless() -> Preparing:
        while True:
            yield Progress(1, 0, "Reading the pictures…")

    switch = changing.data_switch
    for give_up in (changing.controls.start_button.click, lambda: cancel(qtbot, changing)):
        switch.make_ready("Pictures", endless)
        assert switch.is_busy
        give_up()
        assert not switch.is_busy
        assert "Pictures" not in changing.message_bar.text
        changing.session.stop()
        qtbot.waitUntil(lambda: changing.session.state.can_start, timeout=LIMIT_MS)
    assert changing.gallery.state.info.key == "fashion-mnist"


def cancel(qtbot: QtBot, window: MainWindow) -> None:
    """Press what is offered where data take long to load."""
    qtbot.waitUntil(lambda: "is being loaded" in window.message_bar.text)
    button = window.message_bar.findChild(QPushButton, "message_action_button")
    assert isinstance(button, QPushButton)
    button.click()


def test_continuing_a_run_of_other_data_brings_them_first(
    qtbot: QtBot, changing: MainWindow, store: RunStore
) -> None:
    with qtbot.waitSignal(changing.session.left_unkept, timeout=LIMIT_MS):
        changing.runs.continue_requested.emit(STOPPED)
    assert changing.session.run_id == STOPPED
    assert store.record(STOPPED).epochs_done == 2
    assert changing.gallery.state.epochs == [1, 2]


def test_a_model_brings_the_data_that_it_has_learned(
    qtbot: QtBot, changing: MainWindow, store: RunStore, tmp_path: Path
) -> None:
    network = read_run(store, OTHER).snapshots[-1]
    assert isinstance(network, Snapshot)
    save_network(network, tmp_path / "model.safetensors")
    with qtbot.waitSignal(changing.models.opened, timeout=LIMIT_MS):
        changing.models.open_file(tmp_path / "model.safetensors")
    assert changing.gallery.state.info.title == "Colours"
    assert changing.gallery.state.epochs == [network.epoch]
    assert "judged on" not in changing.message_bar.text


def test_without_its_data_a_run_or_a_model_is_told_of(
    qtbot: QtBot, changing: MainWindow, store: RunStore, data_folder: Path, tmp_path: Path
) -> None:
    for path in data_folder.rglob("*.npz"):
        path.unlink()
    with qtbot.waitSignal(changing.session.run_opened, timeout=LIMIT_MS):
        changing.runs.opened.emit(OTHER)
    assert "Colours are not prepared on this machine" in changing.message_bar.text
    assert changing.training.table.rowCount() == 1
    assert changing.gallery.state.info.key == "fashion-mnist"

    save_network(read_run(store, OTHER).snapshots[-1], tmp_path / "model.safetensors")
    with qtbot.waitSignal(changing.models.failed, timeout=LIMIT_MS) as failed:
        changing.models.open_file(tmp_path / "model.safetensors")
    assert "does not fit Fashion-MNIST" in failed.args[0]
    assert "not prepared on this machine" in failed.args[0]


@pytest.mark.parametrize("is_chosen", [True, False])
def test_the_last_run_brings_its_data_unless_others_were_chosen_after_it(
    qtbot: QtBot, changing: MainWindow, store: RunStore, settings_file: Path, is_chosen: bool
) -> None:
    memory = WindowMemory(QSettings(str(settings_file), QSettings.Format.IniFormat))
    memory.remember_data(changing.gallery.state.info, is_chosen=is_chosen)
    changing.show_last_run(read_run(store, OTHER))
    if is_chosen:
        assert not changing.data_switch.is_busy
    else:
        with qtbot.waitSignal(changing.session.run_opened, timeout=LIMIT_MS):
            assert changing.data_switch.is_busy
        assert changing.gallery.state.info.title == "Colours"


def test_the_window_begins_with_the_data_used_last(
    qtbot: QtBot,
    qapp: object,
    changing: MainWindow,
    settings_file: Path,
    data_folder: Path,
    devices: list[Device],
    tmp_path: Path,
) -> None:
    choose(qtbot, changing, "Digits (small)")
    changing.close()
    again = window_of(TrainingSession(), settings_file, data_folder)
    wanted = again.data_wanted
    assert wanted.key == "digits"
    loader = LoadingThread(data_folder, tmp_path / "kept", again, wanted)
    loader.images_ready.connect(again.show_images)
    loader.resources_ready.connect(again.show_resources)
    with qtbot.waitSignal(loader.resources_ready, timeout=LIMIT_MS):
        loader.start()
    loader.end()
    qtbot.waitUntil(lambda: again.gallery.state.images(Split.TRAIN) is not None)
    assert len(again.gallery.state.numbers) == 364
    assert ticked(again) == ["Digits (small)"]
    again.close()
    loader.close_store()
    shiboken6.delete(again)
