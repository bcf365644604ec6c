"""Of runs, models and new runs that somebody asks for, the one asked for last is shown."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shiboken6
import torch
from PySide6.QtCore import QSettings
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.images import ImageSet
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.requests import Job
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.training.network_file import save_model
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import BRIEF, STEPS, KeptRun
from tests.long_runs import lengthen
from tests.opened_files import opened_files

LIMIT_MS = 30_000
FINISHED, STOPPED, SLOW = 1, 2, 3
"""The runs that are there already: a finished one, one that was stopped in its second epoch, and
one with so many epochs that a model is read while it is."""
KEPT_RUNS = (
    KeptRun(),
    KeptRun(replace(BRIEF, seed=3), steps=STEPS + 2),
    KeptRun(replace(BRIEF, epochs=30, batch_size=600)),
)


@pytest.fixture
def model(store: RunStore, tmp_path: Path) -> Path:
    """Return a file with the network of the finished run."""
    snapshot = store.run_folder(FINISHED).read_epoch(BRIEF.epochs).network
    weights = {name: torch.tensor(array) for name, array in snapshot.weights.items()}
    save_model(weights, snapshot.config, tmp_path / "model.safetensors", snapshot.epoch)
    return tmp_path / "model.safetensors"


@pytest.fixture
def loading(
    qtbot: QtBot,
    session: TrainingSession,
    few_images: ImageSet,
    store: RunStore,
    settings_file: Path,
) -> Iterator[MainWindow]:
    """Return a window that has the images and the list of runs, and waits for the libraries."""
    shown = MainWindow(session, QSettings(str(settings_file), QSettings.Format.IniFormat))
    shown.show_images(few_images)
    shown.show_runs(store)
    shown.show()
    yield shown
    shown.close()
    shiboken6.delete(shown)


def let_all_arrive(qtbot: QtBot, window: MainWindow) -> None:
    """Let whatever is still being read be read, and be shown if the window wants to."""
    qtbot.waitUntil(lambda: not window.findChildren(Job), timeout=LIMIT_MS)


def test_of_a_thousand_epochs_those_that_are_looked_at_are_read_and_one_that_is_damaged_is_told(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    answers = lengthen(store, FINISHED, 1_000, readable=(400, 401, 701))
    with opened_files() as names, qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        window.run_opener.open_run(FINISHED)
    state, slider = window.gallery.state, window.gallery.view_bar.epoch_slider
    assert {n for n in names if n.startswith("epoch-")} == {"epoch-1000.safetensors"}
    assert (state.epoch, state.epochs) == (1_000, list(range(1, 1_001)))
    assert window.training.table.rowCount() == 1_000
    table = window.training.table.model()
    assert table.index(998, 0).data() == "999"
    window.workspaces.show(Workspace.EXPLORE)
    strip = window.gallery.about_image.inspector.strip
    assert len(strip.guesses) == 1_000
    assert window.message_bar.isHidden()

    def shows(epoch: int) -> bool:
        found = state.predictions
        return found is not None and np.array_equal(
            found.probabilities, answers[epoch].probabilities
        )

    for epoch in (400, 401, 400):
        slider.setValue(epoch - 1)
        assert state.epoch == epoch
        assert shows(epoch)
    state.ask(Query(show=Show.CHANGED, since_epoch=123))
    changed = answers[123].predicted != answers[400].predicted
    np.testing.assert_array_equal(state.numbers, np.flatnonzero(changed))
    state.ask(Query(show=Show.NEVER_RIGHT))
    never = ~np.array([answers[epoch].correct for epoch in range(1, 401)]).any(axis=0)
    np.testing.assert_array_equal(state.numbers, np.flatnonzero(never))

    slider.setValue(699)
    assert (state.epoch, shows(701)) == (701, True)
    assert "epoch 700" in window.message_bar.text
    assert state.epochs == [epoch for epoch in range(1, 1_001) if epoch != 700]
    slider.setValue(399)
    assert shows(400)
    assert window.training.table.rowCount() == 1_000, "its figures are in the list"


def test_a_run_that_is_asked_for_after_a_model_stays(
    qtbot: QtBot, window: MainWindow, model: Path
) -> None:
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        window.models.open_file(model)
        window.run_opener.open_run(STOPPED)
    let_all_arrive(qtbot, window)
    assert window.session.run_id == STOPPED
    assert window.gallery.state.epochs == [1]
    assert window.message_bar.isHidden()


def test_a_model_that_is_asked_for_after_a_run_stays(
    qtbot: QtBot, window: MainWindow, model: Path
) -> None:
    with qtbot.waitSignal(window.models.opened, timeout=LIMIT_MS):
        window.run_opener.open_run(SLOW)
        window.models.open_file(model)
    let_all_arrive(qtbot, window)
    assert window.session.run_id is None
    assert window.gallery.state.epochs == [BRIEF.epochs]
    assert window.message_bar.text.startswith("Opened model.safetensors: ")


def test_what_went_wrong_with_a_file_is_not_told_over_the_run_that_was_asked_for_then(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        window.models.open_file(tmp_path / "gone.safetensors")
        window.run_opener.open_run(STOPPED)
    let_all_arrive(qtbot, window)
    assert window.message_bar.isHidden()


def test_a_new_run_takes_the_place_of_the_model_that_is_still_being_read(
    qtbot: QtBot, window: MainWindow, model: Path
) -> None:
    window.training.form.set_config(replace(BRIEF, epochs=1_000))
    window.models.open_file(model)
    window.controls.start.trigger()
    let_all_arrive(qtbot, window)
    assert window.session.state is RunState.RUNNING
    assert window.message_bar.isHidden()
    window.controls.stop.trigger()
    qtbot.waitUntil(lambda: window.session.state is RunState.STOPPED, timeout=LIMIT_MS)


@pytest.mark.parametrize("is_read", [True, False])
def test_the_last_run_does_not_replace_the_model_that_was_asked_for_meanwhile(
    qtbot: QtBot, window: MainWindow, store: RunStore, model: Path, is_read: bool
) -> None:
    opened = read_run(store, STOPPED)
    with qtbot.waitSignal(window.models.opened, timeout=LIMIT_MS):
        window.models.open_file(model)
        if not is_read:
            window.show_last_run(opened)
            assert window.session.run_id is None
    if is_read:
        window.show_last_run(opened)
    assert window.session.run_id is None
    assert window.gallery.state.epochs == [BRIEF.epochs]


def test_the_last_run_is_shown_where_the_model_could_not_be_read(
    qtbot: QtBot, window: MainWindow, store: RunStore, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.models.failed, timeout=LIMIT_MS):
        window.models.open_file(tmp_path / "gone.safetensors")
    window.show_last_run(read_run(store, STOPPED))
    assert window.session.run_id == STOPPED


def test_what_is_said_at_the_start_stays_when_the_last_run_is_shown_by_itself(
    window: MainWindow, store: RunStore
) -> None:
    window.show_notice("What is trained now cannot be kept.")
    window.show_last_run(read_run(store, STOPPED))
    assert window.session.run_id == STOPPED
    assert "cannot be kept" in window.message_bar.text
    window.run_opener.show(read_run(store, FINISHED))
    assert "cannot be kept" not in window.message_bar.text


def test_a_run_that_is_asked_for_while_torch_is_imported_is_shown_and_not_the_last_one(
    qtbot: QtBot, loading: MainWindow, resources: TrainingResources, store: RunStore
) -> None:
    opened = QSignalSpy(loading.session.run_opened)
    loading.run_opener.open_run(FINISHED)
    let_all_arrive(qtbot, loading)
    with qtbot.waitSignal(loading.session.run_opened, timeout=LIMIT_MS):
        loading.show_resources(resources)
        loading.session.use_resources(resources)
        loading.show_last_run(read_run(store, STOPPED))
    assert loading.session.run_id == FINISHED
    assert opened.count() == 1


def test_a_run_is_not_continued_because_another_one_was_to_be_while_one_went_on(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.training.form.set_config(replace(BRIEF, epochs=1_000))
    window.controls.start.trigger()
    window.runs.continue_requested.emit(FINISHED)
    assert window.message_bar.text.startswith("A run is going on.")
    window.controls.stop.trigger()
    qtbot.waitUntil(lambda: window.session.state is RunState.STOPPED, timeout=LIMIT_MS)
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        window.run_opener.open_run(STOPPED)
    assert window.session.state is RunState.STOPPED
    assert window.session.run_id == STOPPED


def test_a_run_that_is_to_be_continued_is_not_when_another_one_is_opened_at_once(
    qtbot: QtBot, window: MainWindow
) -> None:
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        window.runs.continue_requested.emit(STOPPED)
        window.runs.opened.emit(STOPPED)
    let_all_arrive(qtbot, window)
    assert window.session.state is RunState.STOPPED
