"""A run that goes on in another window or terminal is followed, and what a person does stays."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Show
from lenet_desktop.data.images import DataSplits, Split
from lenet_desktop.runs.database import DATABASE_NAME
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.recorder import RunRecorder
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.run_folder import EPOCH_FILE
from lenet_desktop.runs.store import RunStore
from lenet_desktop.runs.trash import delete_runs, purge
from lenet_desktop.session.requests import Job
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.ui.kit.message_bar import MessageKind
from lenet_desktop.ui.training.curve_plot import CurvePlot
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import BRIEF, STEPS, Elsewhere, KeptRun
from tests.opened_files import opened_files

LIMIT_MS = 30_000
LONG = replace(BRIEF, epochs=4, seed=5)
STOPPED = 1
"""The run that is there already: stopped within its third epoch."""
FOLLOWED = "is going on in another window or terminal. It is followed here, epoch by epoch."


KEPT_RUNS = (KeptRun(LONG, steps=2 * STEPS + 4),)


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    """Return the window with its list of runs in sight, which looks around often."""
    window.workspaces.show(Workspace.COMPARE)
    window.run_services.look_often(20)
    return window


@pytest.fixture
def elsewhere(store: RunStore, few: DataSplits) -> Iterator[Elsewhere]:
    """Return a run of four epochs that has begun elsewhere and finished its first epoch."""
    run = Elsewhere.begin(store.folder, few, LONG)
    run.go_on()
    yield run
    run.stop()


def show(qtbot: QtBot, window: MainWindow, run_id: int) -> None:
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        window.run_opener.open_run(run_id)
    assert window.session.run_id == run_id


def wait_for_epochs(qtbot: QtBot, window: MainWindow, count: int) -> None:
    qtbot.waitUntil(lambda: len(window.session.history.epochs) == count, timeout=LIMIT_MS)


def extend(store: RunStore, run_id: int, few: DataSplits, more: int) -> TrainingConfig:
    """Go on with a run as a terminal does."""
    other = open_store(store.folder)
    checkpoint = read_run(other, run_id).checkpoint
    assert checkpoint is not None
    if checkpoint.is_finished:
        checkpoint = checkpoint.extended(more)
    trainer = Trainer(checkpoint.config, few, Device(CPU, "A processor"), checkpoint=checkpoint)
    for _ in RunRecorder(other, run_id, checkpoint).follow(trainer):
        pass
    other.close()
    return checkpoint.config


def zoom_to(plot: CurvePlot, first: float, last: float) -> None:
    """Show a part of the epochs, as somebody does with the wheel."""
    plot.getPlotItem().getViewBox().setXRange(first, last, padding=0)
    plot.getPlotItem().getViewBox().sigRangeChangedManually.emit([True, True])


def range_of(plot: CurvePlot) -> tuple[float, float]:
    first, last = plot.getPlotItem().getViewBox().viewRange()[0]
    return first, last


def test_the_epoch_that_is_looked_at_stays_with_its_network_and_everything_around_it(
    qtbot: QtBot, window: MainWindow, elsewhere: Elsewhere
) -> None:
    elsewhere.go_on()
    show(qtbot, window, elsewhere.run_id)
    gallery = window.gallery
    gallery.state.look_at(1)
    gallery.state.toggle_misclassified()
    gallery.show_number(int(gallery.state.numbers[20]))
    snapshot, selected, numbers = (
        gallery.state.snapshot,
        gallery.state.chosen,
        gallery.state.numbers,
    )
    place = gallery.view.verticalScrollBar().value()
    zoom_to(window.training.plots.loss, 0.5, 1.5)

    elsewhere.go_on()
    wait_for_epochs(qtbot, window, 3)
    assert gallery.state.epochs == [1, 2, 3]
    assert gallery.state.epoch == 1
    assert gallery.state.snapshot is snapshot
    assert snapshot is not None
    assert gallery.state.chosen == selected
    assert gallery.filters.query.show is Show.MISCLASSIFIED
    np.testing.assert_array_equal(gallery.state.numbers, numbers)
    assert gallery.view.verticalScrollBar().value() == place
    assert range_of(window.training.plots.loss) == pytest.approx((0.5, 1.5))
    # What nobody has zoomed shows all, once it is painted anew.
    qtbot.waitUntil(lambda: range_of(window.training.plots.accuracy)[1] >= 3)
    assert window.training.table.rowCount() == 3
    gallery.state.look_at(3)
    assert gallery.state.snapshot is not None
    assert gallery.state.snapshot.epoch == 3


def test_each_epoch_costs_what_is_new(
    qtbot: QtBot, window: MainWindow, elsewhere: Elsewhere
) -> None:
    elsewhere.go_on()
    show(qtbot, window, elsewhere.run_id)
    with opened_files() as names, qtbot.assertNotEmitted(window.session.run_opened):
        elsewhere.go_on()
        wait_for_epochs(qtbot, window, 3)
    read = {name for name in names if EPOCH_FILE.fullmatch(name)}
    assert read == {"epoch-0003.safetensors"}
    kept = elsewhere.store.curves([elsewhere.run_id])[0]
    history = window.session.history
    assert tuple(history.epochs) == kept.epochs
    np.testing.assert_array_equal(history.step_losses, kept.losses)
    assert history.elapsed_s == pytest.approx(kept.record.elapsed_s, rel=0.05)


def test_who_looks_at_the_newest_epoch_sees_the_next_one(
    qtbot: QtBot, window: MainWindow, elsewhere: Elsewhere
) -> None:
    show(qtbot, window, elsewhere.run_id)
    assert window.gallery.state.epoch == 1
    elsewhere.go_on(2)
    wait_for_epochs(qtbot, window, 3)
    assert window.gallery.state.epochs == [1, 2, 3]
    assert window.gallery.state.epoch == 3


def test_answers_for_the_training_images_need_not_be_found_anew(
    qtbot: QtBot, window: MainWindow, elsewhere: Elsewhere
) -> None:
    show(qtbot, window, elsewhere.run_id)
    state = window.gallery.state
    window.gallery.state.browse(Split.TRAIN)
    qtbot.waitUntil(lambda: state.source.history.at(1) is not None, timeout=LIMIT_MS)
    answers = state.source.history.at(1)
    elsewhere.go_on()
    wait_for_epochs(qtbot, window, 2)
    assert state.split is Split.TRAIN
    assert state.source.history.at(1) is answers


def test_a_message_stays_and_that_the_run_is_followed_is_taken_back_when_it_ends(
    qtbot: QtBot, window: MainWindow, elsewhere: Elsewhere
) -> None:
    show(qtbot, window, elsewhere.run_id)
    followed = window.message_bar.text
    assert followed.endswith(FOLLOWED)
    window.message_bar.add_message("A mark could not be saved.", MessageKind.ERROR)
    both = window.message_bar.text
    elsewhere.go_on()
    wait_for_epochs(qtbot, window, 2)
    assert window.message_bar.text == both
    assert window.message_bar.kind is MessageKind.ERROR
    elsewhere.store.rename(elsewhere.run_id, "another name")
    elsewhere.go_on()
    wait_for_epochs(qtbot, window, 3)
    elsewhere.end()
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
    assert window.message_bar.text == "A mark could not be saved."
    assert window.message_bar.kind is MessageKind.ERROR


def test_that_a_run_was_interrupted_is_taken_back_once_it_goes_on_elsewhere(
    qtbot: QtBot, window: MainWindow, store: RunStore, few: DataSplits
) -> None:
    with sqlite3.connect(store.folder / DATABASE_NAME) as database:
        database.execute("UPDATE runs SET status = 'running' WHERE id = ?", [STOPPED])
    database.close()
    window.run_services.refresh()
    show(qtbot, window, STOPPED)
    assert "interrupted" in window.message_bar.text
    going = Elsewhere.begin(store.folder, few, LONG, STOPPED)
    going.go_on()
    qtbot.waitUntil(lambda: window.message_bar.text.endswith(FOLLOWED), timeout=LIMIT_MS)
    assert "interrupted" not in window.message_bar.text
    going.stop()


def test_a_dismissed_message_does_not_come_back_with_the_next_epoch(
    qtbot: QtBot, window: MainWindow, elsewhere: Elsewhere
) -> None:
    show(qtbot, window, elsewhere.run_id)
    window.message_bar.clear()
    elsewhere.go_on()
    wait_for_epochs(qtbot, window, 2)
    assert window.message_bar.isHidden()
    elsewhere.end()
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
    assert window.message_bar.isHidden()


def test_the_status_bar_says_that_the_run_goes_on_elsewhere(
    qtbot: QtBot, window: MainWindow, elsewhere: Elsewhere
) -> None:
    show(qtbot, window, elsewhere.run_id)
    status = window.status
    assert status.text.text() == "Going on elsewhere, epoch 2 of 4"
    assert status.left.text() == "", "it has not taken its time yet"
    elsewhere.recorder.note_pause(paused=True)
    qtbot.waitUntil(
        lambda: window.runs.model.record_at(0).status is RunStatus.PAUSED, timeout=LIMIT_MS
    )
    elsewhere.recorder.note_pause(paused=False)
    elsewhere.go_on()
    wait_for_epochs(qtbot, window, 2)
    assert status.text.text() == "Going on elsewhere, epoch 3 of 4"
    elsewhere.end()
    qtbot.waitUntil(lambda: status.text.text().startswith("Finished: "), timeout=LIMIT_MS)
    assert status.left.text().startswith("took ")
    show(qtbot, window, STOPPED)
    assert status.text.text() == "Stopped in epoch 3 of 4"


def test_a_run_that_was_made_here_is_followed_where_a_terminal_gets_further_with_it(
    qtbot: QtBot, window: MainWindow, store: RunStore, few: DataSplits
) -> None:
    window.training.form.set_config(BRIEF)
    window.controls.start.trigger()
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
    window.gallery.state.look_at(1)
    snapshot, run_id = window.gallery.state.snapshot, window.session.run_id
    assert run_id is not None
    extend(store, run_id, few, 1)
    wait_for_epochs(qtbot, window, 3)
    assert window.gallery.state.epochs == [1, 2, 3]
    assert window.gallery.state.snapshot is snapshot
    checkpoint = window.session.checkpoint
    assert checkpoint is not None
    assert len(checkpoint.epochs) == 3


def test_a_run_whose_epochs_are_other_ones_by_now_is_shown_anew(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    show(qtbot, window, STOPPED)
    window.gallery.state.look_at(1)
    snapshot = window.gallery.state.snapshot
    show(qtbot, window, STOPPED)
    assert window.gallery.state.snapshot is snapshot
    with sqlite3.connect(store.folder / DATABASE_NAME) as database:
        database.execute("UPDATE epochs SET test_loss = 0.5 WHERE epoch = 2")
    database.close()
    show(qtbot, window, STOPPED)
    window.gallery.state.look_at(1)
    assert window.gallery.state.epochs == [1, 2]
    assert window.gallery.state.snapshot is not snapshot


def test_a_run_that_is_asked_for_is_not_forgotten_over_the_one_that_is_followed(
    qtbot: QtBot, window: MainWindow, elsewhere: Elsewhere
) -> None:
    show(qtbot, window, elsewhere.run_id)
    window.run_services.look_often(LIMIT_MS)
    elsewhere.go_on()
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        window.run_opener.open_run(STOPPED)
        window.run_services._on_look_due()
    qtbot.waitUntil(lambda: not window.findChildren(Job), timeout=LIMIT_MS)
    assert window.session.run_id == STOPPED


def test_the_run_that_is_followed_is_not_continued_because_another_one_could_not_be(
    qtbot: QtBot, window: MainWindow, store: RunStore, elsewhere: Elsewhere
) -> None:
    show(qtbot, window, elsewhere.run_id)
    window.training.form.set_config(BRIEF)
    delete_runs(elsewhere.store, [STOPPED])
    purge(elsewhere.store, float("inf"))
    window.runs.continue_requested.emit(STOPPED)
    sentence = f"There is no run {STOPPED}."
    qtbot.waitUntil(lambda: sentence in window.message_bar.text, timeout=LIMIT_MS)
    elsewhere.end()
    qtbot.waitUntil(lambda: len(window.session.history.epochs) == 4, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: not window.run_opener.goes_on_elsewhere, timeout=LIMIT_MS)
    assert window.session.state is RunState.FINISHED
    assert store.record(elsewhere.run_id).config == LONG
