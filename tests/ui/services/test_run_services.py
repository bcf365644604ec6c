"""The list of runs in the window: kept while they go on, opened, continued, named and deleted."""

import shutil
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs import reading
from lenet_desktop.runs.database import DATABASE_NAME
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.portable import export_run, import_run
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.recorder import RunRecorder
from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.runs.trash import delete_runs, purge
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.config import AUTO_DEVICE, TrainingConfig
from lenet_desktop.settings.presets import MODERN
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import PredictionsReady, RunFinished, RunStarted
from lenet_desktop.ui.kit.inputs import WholeNumberInput
from lenet_desktop.ui.kit.message_bar import MessageKind
from lenet_desktop.ui.runs.run_columns import Column
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.judged import judged
from tests.kept_runs import BRIEF, STEPS, KeptRun, keep_run

LIMIT_MS = 30_000
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
LONG = replace(BRIEF, epochs=4, seed=5)
ENDLESS = replace(BRIEF, epochs=1_000)
FINISHED, STOPPED, UNBROKEN = 1, 2, 3
"""The runs that are there already: finished, stopped within its third epoch, and the same
recipe as the stopped one, never interrupted."""
KEPT_RUNS = (
    KeptRun(),
    KeptRun(LONG, steps=2 * STEPS + 4),
    KeptRun(LONG, title="unbroken"),
)


@pytest.fixture
def window(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """Return the window with its list of runs in sight."""
    window.training.form.set_config(MODERN.config)
    window.training.setFocus()
    qtbot.waitUntil(window.training.hasFocus)
    QTest.keyClick(window.training, Qt.Key.Key_L, CTRL)
    assert window.runs.isVisible()
    return window


def wait_for_epochs(qtbot: QtBot, window: MainWindow, count: int) -> None:
    qtbot.waitUntil(lambda: len(window.session.history.epochs) == count, timeout=LIMIT_MS)


def listed(window: MainWindow) -> list[int]:
    return [window.runs.runs.id_at(row) for row in range(window.runs.runs.rowCount())]


def text(window: MainWindow, number: int, column: Column) -> str:
    index = window.runs.runs.index_of(number, column)
    return str(index.data()) if index.isValid() else ""


def place(window: MainWindow, number: int, column: Column = Column.NAME) -> QPoint:
    index = window.runs.runs.index_of(number, column)
    assert index.isValid()
    window.runs.table.scrollTo(index)
    return window.runs.table.visualRect(index).center()


def select(window: MainWindow, number: int) -> None:
    window.workspaces.show(Workspace.COMPARE)
    table = window.runs.table
    QTest.mouseClick(table.viewport(), LEFT, NONE, place(window, number))
    assert window.runs.selected_ids == [number]
    table.setFocus()


def double_click(window: MainWindow, number: int) -> None:
    select(window, number)
    viewport, at = window.runs.table.viewport(), place(window, number)
    QTest.mouseDClick(viewport, LEFT, NONE, at)
    QTest.mouseRelease(viewport, LEFT, NONE, at)


def push(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def wait_for(qtbot: QtBot, window: MainWindow, state: RunState) -> None:
    qtbot.waitUntil(lambda: window.session.state is state, timeout=LIMIT_MS)


def open_run(qtbot: QtBot, window: MainWindow, number: int) -> None:
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        double_click(window, number)
    assert window.session.run_id == number
    assert window.workspaces.current is Workspace.TRAIN, "where its curves are"
    window.workspaces.show(Workspace.COMPARE)


def start(qtbot: QtBot, window: MainWindow, config: TrainingConfig) -> int:
    """Start a run, wait until it is in the list, and return its number."""
    before = set(listed(window))
    window.training.form.set_config(config)
    push(window.controls.start_button)
    qtbot.waitUntil(lambda: len(listed(window)) > len(before), timeout=LIMIT_MS)
    (number,) = set(listed(window)) - before
    window.workspaces.show(Workspace.COMPARE)
    return number


def press(window: MainWindow, words: str) -> None:
    """Press the button of a message that says so."""
    buttons = window.message_bar.findChildren(QPushButton, "message_action_button")
    push(next(button for button in buttons if button.text() == words))


def stop(qtbot: QtBot, window: MainWindow) -> None:
    push(window.controls.stop_button)
    wait_for(qtbot, window, RunState.STOPPED)


def kept_again(window: MainWindow) -> RunStore:
    """Open what is kept once more, as another window would."""
    assert window.run_services.store is not None
    return open_store(window.run_services.store.folder)


def kept_record(window: MainWindow, number: int) -> RunRecord:
    again = kept_again(window)
    try:
        return again.record(number)
    finally:
        again.close()


def rename(qtbot: QtBot, window: MainWindow, number: int, name: str) -> None:
    select(window, number)
    QTest.keyClick(window.runs.table, Qt.Key.Key_F2)
    editor = window.runs.table.findChild(QLineEdit, "run_name_editor")
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, name)
    with qtbot.waitSignal(editor.destroyed):
        QTest.keyClick(editor, Qt.Key.Key_Return)


def same_network(store: RunStore, first: int, second: int, epoch: int) -> bool:
    kept = [store.run_folder(number).read_epoch(epoch) for number in (first, second)]
    weights = [each.network.weights for each in kept]
    answers = [judged(each.predictions).probabilities for each in kept]
    return np.array_equal(answers[0], answers[1]) and all(
        np.array_equal(weights[0][name], weights[1][name]) for name in weights[0]
    )


# While a run goes on


def test_a_run_is_in_the_list_from_its_beginning_and_says_how_it_goes(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert listed(window) == [UNBROKEN, STOPPED, FINISHED]
    number = start(qtbot, window, ENDLESS)
    assert listed(window)[0] == number
    assert text(window, number, Column.STATUS) == "running"
    qtbot.waitUntil(
        lambda: text(window, number, Column.EPOCHS) not in ("0 of 1,000", "1 of 1,000"),
        timeout=LIMIT_MS,
    )
    push(window.controls.pause_button)
    assert text(window, number, Column.STATUS) == "paused"
    assert text(window, number, Column.LAST).endswith("\xa0%")
    push(window.controls.pause_button)
    assert text(window, number, Column.STATUS) == "running"
    stop(qtbot, window)
    qtbot.waitUntil(lambda: text(window, number, Column.STATUS) == "stopped")
    record = kept_record(window, number)
    assert text(window, number, Column.EPOCHS) == f"{record.epochs_done} of 1,000"
    assert record.epochs_done == len(window.session.history.epochs) >= 2


def test_a_run_that_ends_says_how_good_it_is_and_the_selection_stays(
    qtbot: QtBot, window: MainWindow
) -> None:
    select(window, STOPPED)
    number = start(qtbot, window, BRIEF)
    wait_for(qtbot, window, RunState.FINISHED)
    assert text(window, number, Column.STATUS) == "finished"
    accuracies = [judged(done.test_accuracy) for done in window.session.history.epochs]
    assert text(window, number, Column.LAST) == f"{100 * accuracies[-1]:.2f}\xa0%"
    assert text(window, number, Column.BEST) == f"{100 * max(accuracies):.2f}\xa0%"
    assert text(window, number, Column.RECIPE) == text(window, FINISHED, Column.RECIPE)
    assert text(window, number, Column.LAST) == text(window, FINISHED, Column.LAST), "same seed"
    assert window.runs.selected_ids == [STOPPED]


def test_a_loss_that_is_no_number_is_in_the_list_and_cannot_be_continued(
    qtbot: QtBot, window: MainWindow
) -> None:
    number = start(qtbot, window, replace(BRIEF, learning_rate=1e20))
    wait_for(qtbot, window, RunState.DIVERGED)
    assert text(window, number, Column.STATUS) == "diverged"
    select(window, number)
    assert not window.runs.commands.go_on.isEnabled()
    assert "no numbers any more" in window.runs.commands.go_on.toolTip()


# Opening


def test_an_opened_run_brings_back_curves_table_gallery_and_leaves_the_form(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    number = start(qtbot, window, replace(BRIEF, epochs=1))
    wait_for(qtbot, window, RunState.FINISHED)
    window.training.form.set_config(MODERN.config)
    window.show_notice("Something about the run before.")

    open_run(qtbot, window, FINISHED)

    curves = store.curves([FINISHED])[0]
    np.testing.assert_array_equal(window.session.history.step_losses, curves.losses)
    np.testing.assert_array_equal(window.training.plots.loss.curves[0].values, curves.losses)
    table = window.training.table
    assert table.rowCount() == 2
    item = table.item(1, 1)
    assert item is not None
    assert item.text() == f"{curves.epochs[1].train_loss:.4f}"
    gallery = window.gallery
    assert list(gallery.state.epochs) == [1, 2]
    assert gallery.state.predictions is not None
    np.testing.assert_array_equal(
        gallery.state.predictions.probabilities, store.predictions(FINISHED, 2).probabilities
    )
    gallery.view_bar.epoch_slider.setValue(0)
    np.testing.assert_array_equal(
        gallery.state.predictions.probabilities, store.predictions(FINISHED, 1).probabilities
    )
    assert window.training.form.config == MODERN.config, "only Copy settings changes it"
    assert window.training.form.editor("epochs", WholeNumberInput).isEnabled()
    assert window.controls.start_button.isEnabled()
    assert window.controls.continue_button.text() == "More epochs"
    assert window.status.text.text().startswith("Finished: ")
    assert window.message_bar.isHidden()
    bold = window.runs.runs.index_of(FINISHED).data(Qt.ItemDataRole.FontRole)
    assert bold.bold()
    assert window.runs.runs.index_of(number).data(Qt.ItemDataRole.FontRole) is None
    assert not window.runs.commands.open.isEnabled()


def test_a_stopped_run_is_opened_by_enter_and_can_be_continued(
    qtbot: QtBot, window: MainWindow
) -> None:
    select(window, STOPPED)
    with qtbot.waitSignal(window.session.run_opened):
        QTest.keyClick(window.runs.table, Qt.Key.Key_Return)
    assert window.session.state is RunState.STOPPED
    assert len(window.session.history.step_losses) == 2 * STEPS + 4
    assert list(window.gallery.state.epochs) == [1, 2]
    assert window.controls.continue_button.isEnabled()
    assert window.controls.continue_button.text() == "Continue"
    assert window.workspaces.current is Workspace.TRAIN
    assert window.training.hasFocus(), "where no key does any harm"


def test_runs_are_opened_one_after_the_other_and_looked_into(
    qtbot: QtBot, window: MainWindow
) -> None:
    for number, steps in ((FINISHED, 2 * STEPS), (UNBROKEN, 4 * STEPS), (FINISHED, 2 * STEPS)):
        open_run(qtbot, window, number)
        assert len(window.session.history.step_losses) == steps
        assert list(window.gallery.state.epochs)[-1] == steps // STEPS
        for epoch in (1, 2):
            window.gallery.state.look_at(epoch)
            snapshot = window.gallery.state.snapshot
            assert snapshot is not None
            assert snapshot.epoch == epoch


def test_of_two_runs_that_are_asked_for_at_once_the_last_one_is_shown(
    qtbot: QtBot, window: MainWindow
) -> None:
    double_click(window, FINISHED)
    with qtbot.waitSignal(window.session.run_opened):
        double_click(window, UNBROKEN)
    assert window.session.run_id == UNBROKEN


def test_while_a_run_goes_on_another_one_is_not_opened_and_the_window_says_why(
    qtbot: QtBot, window: MainWindow
) -> None:
    number = start(qtbot, window, ENDLESS)
    go_on = window.runs.bar.button(window.runs.commands.go_on)
    for way in ("double click", "button"):
        window.message_bar.clear()
        if way == "button":
            push(go_on)
        else:
            double_click(window, FINISHED)
        assert window.message_bar.text == (
            "A run is going on. Stop it before you open another one."
        )
        assert window.message_bar.kind is MessageKind.WARNING
    assert window.session.run_id == number
    assert window.session.state is RunState.RUNNING
    press(window, "Stop the run")
    qtbot.waitUntil(lambda: window.session.state is RunState.STOPPED, timeout=LIMIT_MS)
    assert "Stop it" not in window.message_bar.text
    double_click(window, STOPPED)
    qtbot.waitUntil(lambda: window.session.run_id == STOPPED, timeout=LIMIT_MS)
    start(qtbot, window, ENDLESS)
    double_click(window, FINISHED)
    assert "Stop it" in window.message_bar.text
    stop(qtbot, window)
    assert "Stop it" not in window.message_bar.text, "nothing is in the way any more"
    open_run(qtbot, window, FINISHED)


def test_a_run_that_goes_on_in_another_window_is_followed_until_it_ends(
    qtbot: QtBot, window: MainWindow, store: RunStore, few: DataSplits
) -> None:
    window.run_services.look_often(50)
    elsewhere = open_store(store.folder)
    recorder = RunRecorder(elsewhere)
    trainer = Trainer(LONG, few, Device(CPU, "A processor"))
    ends = (e for e in recorder.follow(trainer) if isinstance(e, PredictionsReady | RunFinished))
    next(ends)
    assert recorder.run_id is not None
    window.run_services.refresh()
    assert text(window, recorder.run_id, Column.STATUS) == "running"
    open_run(qtbot, window, recorder.run_id)
    assert "is followed here, epoch by epoch" in window.message_bar.text
    assert window.session.checkpoint is None, "it is not ours to go on with"
    assert len(window.session.history.epochs) == 1

    for epochs in (2, 3, 4):
        next(ends)
        wait_for_epochs(qtbot, window, epochs)
    assert window.gallery.state.epochs == [1, 2, 3, 4]
    assert [type(event) for event in ends] == [RunFinished]
    qtbot.waitUntil(lambda: window.session.checkpoint is not None, timeout=LIMIT_MS)
    assert window.session.state is RunState.FINISHED
    elsewhere.close()


def test_a_run_that_was_killed_says_what_is_left_of_it(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    with sqlite3.connect(store.folder / DATABASE_NAME) as database:
        database.execute("UPDATE runs SET status = 'running' WHERE id = ?", [STOPPED])
    database.close()
    window.run_services.refresh()
    assert text(window, STOPPED, Column.STATUS) == "interrupted"
    open_run(qtbot, window, STOPPED)
    assert window.message_bar.text == (
        "“Run 2” was interrupted after epoch 2 of 4. Nothing up to there is lost: Continue goes on "
        "from there."
    )
    press(window, "Continue")
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
    assert len(window.session.history.epochs) == 4


# What is damaged


def test_a_damaged_newest_checkpoint_is_mentioned_and_the_run_opens_and_goes_on(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    folder = store.run_folder(STOPPED)
    newest = folder.path / folder.checkpoints()[0]
    newest.write_bytes(newest.read_bytes()[:-100])
    open_run(qtbot, window, STOPPED)
    assert window.message_bar.text == (
        "The newest checkpoint of “Run 2” cannot be read; it can be continued from epoch 2."
    )
    assert window.message_bar.kind is MessageKind.WARNING
    assert window.training.table.rowCount() == 2
    assert list(window.gallery.state.epochs) == [1, 2]
    push(window.controls.continue_button)
    wait_for(qtbot, window, RunState.FINISHED)
    assert same_network(store, STOPPED, UNBROKEN, 4)


def test_a_damaged_epoch_is_mentioned_and_the_others_are_there(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    store.run_folder(UNBROKEN).epoch_file(2).write_bytes(b"nonsense")
    open_run(qtbot, window, UNBROKEN)
    state, slider = window.gallery.state, window.gallery.view_bar.epoch_slider
    slider.setValue(1)
    assert "epoch 2" in window.message_bar.text
    assert state.epoch == 3, "the next one that can be read"
    assert list(state.epochs) == [1, 3, 4]
    assert window.training.table.rowCount() == 4


def test_a_run_whose_files_are_gone_still_shows_its_curves(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    shutil.rmtree(store.run_folder(FINISHED).path)
    open_run(qtbot, window, FINISHED)
    assert window.training.table.rowCount() == 2
    assert len(window.training.plots.loss.curves[0].places) == 2 * STEPS
    assert list(window.gallery.state.epochs) == []
    assert not window.controls.continue_button.isEnabled()


# Continuing


def test_an_older_run_goes_on_from_the_list_to_the_bits_of_one_never_interrupted(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    start(qtbot, window, BRIEF)
    wait_for(qtbot, window, RunState.FINISHED)
    select(window, STOPPED)

    push(window.runs.bar.button(window.runs.commands.go_on))

    qtbot.waitUntil(lambda: text(window, STOPPED, Column.STATUS) == "running", timeout=LIMIT_MS)
    wait_for(qtbot, window, RunState.FINISHED)
    assert window.session.run_id == STOPPED
    assert window.training.form.config == LONG, "what is shown is what was run"
    assert text(window, STOPPED, Column.EPOCHS) == "4 of 4"
    assert text(window, STOPPED, Column.LAST) == text(window, UNBROKEN, Column.LAST)
    losses = [curves.losses for curves in store.curves([STOPPED, UNBROKEN])]
    np.testing.assert_array_equal(losses[0], losses[1])
    np.testing.assert_array_equal(window.session.history.step_losses, losses[1])
    assert all(same_network(store, STOPPED, UNBROKEN, epoch) for epoch in (1, 2, 3, 4))
    assert list(window.gallery.state.epochs) == [1, 2, 3, 4]


def test_a_finished_run_gets_more_epochs_from_the_list(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    window.training.form.editor("epochs", WholeNumberInput).setValue(2)
    select(window, FINISHED)
    push(window.runs.bar.button(window.runs.commands.go_on))
    wait_for(qtbot, window, RunState.FINISHED)
    qtbot.waitUntil(lambda: text(window, FINISHED, Column.EPOCHS) == "4 of 4", timeout=LIMIT_MS)
    assert window.training.table.rowCount() == 4
    assert listed(window) == [UNBROKEN, STOPPED, FINISHED], "it is the same run"


def test_the_open_run_goes_on_from_the_list_as_well(qtbot: QtBot, window: MainWindow) -> None:
    open_run(qtbot, window, STOPPED)
    events: list[object] = []
    window.session.event_received.connect(events.append)
    push(window.runs.bar.button(window.runs.commands.go_on))
    wait_for(qtbot, window, RunState.FINISHED)
    assert isinstance(events[0], RunStarted)
    assert events[0].resumed
    assert text(window, STOPPED, Column.EPOCHS) == "4 of 4"


def test_the_settings_of_a_run_are_copied_into_the_form(qtbot: QtBot, window: MainWindow) -> None:
    select(window, UNBROKEN)
    push(window.runs.bar.button(window.runs.commands.copy_settings))
    assert window.training.form.config == LONG
    assert window.session.run_id is None, "nothing is opened"
    number = start(qtbot, window, LONG)
    wait_for(qtbot, window, RunState.FINISHED)
    assert text(window, number, Column.LAST) == text(window, UNBROKEN, Column.LAST)


# What a person says about a run


def test_name_note_and_star_are_there_the_next_time(qtbot: QtBot, window: MainWindow) -> None:
    rename(qtbot, window, STOPPED, "baseline of Friday")
    assert text(window, STOPPED, Column.NAME) == "baseline of Friday"
    assert window.session.run_id is None, "Enter ended the name and opened nothing"
    note = window.runs.note.edit
    note.setFocus()
    QTest.keyClicks(note, "Learns from its first epoch on")
    QTest.keyClick(note, Qt.Key.Key_Return)
    assert window.runs.table.hasFocus()
    viewport = window.runs.table.viewport()
    QTest.mouseClick(viewport, LEFT, NONE, place(window, STOPPED, Column.STAR))
    select(window, FINISHED)
    QTest.keyClick(window.runs.table, Qt.Key.Key_D, CTRL)

    record = kept_record(window, STOPPED)
    assert record.title == "baseline of Friday"
    assert record.note == "Learns from its first epoch on"
    assert record.starred
    assert kept_record(window, FINISHED).starred
    assert not kept_record(window, UNBROKEN).starred
    rename(qtbot, window, STOPPED, " ")
    assert text(window, STOPPED, Column.NAME) == "Run 2"
    assert kept_record(window, STOPPED).title == ""


def test_a_run_that_goes_on_can_be_named_but_not_deleted(qtbot: QtBot, window: MainWindow) -> None:
    number = start(qtbot, window, ENDLESS)
    rename(qtbot, window, number, "still going on")
    assert text(window, number, Column.NAME) == "still going on"
    QTest.keyClick(window.runs.table, Qt.Key.Key_Delete)
    assert number in listed(window)
    assert "going on" in window.runs.commands.delete.toolTip()
    stop(qtbot, window)
    qtbot.waitUntil(lambda: text(window, number, Column.STATUS) == "stopped")
    assert kept_record(window, number).title == "still going on"


def test_a_note_that_is_being_typed_is_kept_when_the_window_is_closed(window: MainWindow) -> None:
    select(window, FINISHED)
    window.runs.note.edit.setFocus()
    QTest.keyClicks(window.runs.note.edit, "not yet saved")
    window.close()
    assert kept_record(window, FINISHED).note == "not yet saved"


def test_keys_of_the_list_and_of_the_window_do_not_get_in_each_others_way(
    qtbot: QtBot, window: MainWindow
) -> None:
    number = start(qtbot, window, ENDLESS)
    select(window, FINISHED)
    shown = window.gallery.filters.query
    QTest.keyClick(window.runs.table, Qt.Key.Key_F2)
    editor = window.runs.table.findChild(QLineEdit, "run_name_editor")
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "f m")
    assert editor.text() == "f m"
    with qtbot.waitSignal(editor.destroyed):
        QTest.keyClick(editor, Qt.Key.Key_Escape)
    for line in (window.runs.bar.search, window.runs.note.edit):
        line.setFocus()
        QTest.keyClicks(line, " f m")
        QTest.keyClick(line, Qt.Key.Key_Escape)
    assert window.session.state is RunState.RUNNING
    assert window.gallery.filters.query == shown
    window.runs.table.setFocus()
    QTest.keyClick(window.runs.table, Qt.Key.Key_Space)
    assert window.session.state.name == "PAUSED"
    QTest.keyClick(window.runs.table, Qt.Key.Key_F)
    assert window.gallery.filters.query != shown
    assert window.workspaces.current is Workspace.EXPLORE
    window.workspaces.show(Workspace.COMPARE)
    QTest.keyClick(window.runs.table, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is window.gallery.view
    assert window.session.state.name == "PAUSED", "Esc only leaves the list"
    window.workspaces.show(Workspace.COMPARE)
    window.runs.bar.button(window.runs.commands.copy_settings).setFocus()
    window.runs.table.clearSelection()
    assert QApplication.focusWidget() is window.runs.table, "a button that is off leads to the list"
    assert text(window, FINISHED, Column.NAME) == "Run 1"
    assert set(listed(window)) == {FINISHED, STOPPED, UNBROKEN, number}


# Deleting


def test_deleted_runs_come_back_with_all_that_is_kept_of_them(
    qtbot: QtBot, window: MainWindow
) -> None:
    select(window, STOPPED)
    QTest.mouseClick(window.runs.table.viewport(), LEFT, CTRL, place(window, UNBROKEN))
    QTest.keyClick(window.runs.table, Qt.Key.Key_Delete)
    assert listed(window) == [FINISHED]
    again = kept_again(window)
    assert [record.id for record in again.records()] == [FINISHED]
    again.close()
    QTest.keyClick(window.runs.table, Qt.Key.Key_Z, CTRL)
    assert listed(window) == [UNBROKEN, STOPPED, FINISHED]
    open_run(qtbot, window, UNBROKEN)
    assert list(window.gallery.state.epochs) == [1, 2, 3, 4]


def test_undo_says_so_where_the_run_was_imported_meanwhile(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    other = kept_again(window)
    export_run(other, UNBROKEN, tmp_path / "run.zip")
    select(window, UNBROKEN)
    QTest.mouseClick(window.runs.table.viewport(), LEFT, CTRL, place(window, FINISHED))
    QTest.keyClick(window.runs.table, Qt.Key.Key_Delete)
    imported = import_run(other, tmp_path / "run.zip")
    other.close()

    push(window.runs.deleted.undo_button)

    assert listed(window) == [imported.id, STOPPED, FINISHED], "the other one is back"
    assert "“unbroken” was imported anew" in window.message_bar.text


def test_the_open_run_is_deleted_and_comes_back_when_it_is_continued(
    qtbot: QtBot, window: MainWindow
) -> None:
    open_run(qtbot, window, STOPPED)
    QTest.keyClick(window.runs.table, Qt.Key.Key_Delete)
    assert STOPPED not in listed(window)
    assert window.training.table.rowCount() == 2, "it can still be looked at"
    push(window.controls.continue_button)
    wait_for(qtbot, window, RunState.FINISHED)
    qtbot.waitUntil(lambda: STOPPED in listed(window))
    assert kept_record(window, STOPPED).epochs_done == 4


# Other windows


def test_a_run_that_another_window_deleted_for_good_is_a_sentence(
    qtbot: QtBot, window: MainWindow
) -> None:
    select(window, UNBROKEN)
    other = kept_again(window)
    delete_runs(other, [FINISHED])
    purge(other, time.time() + 1)
    other.close()
    double_click(window, FINISHED)
    qtbot.waitUntil(lambda: window.message_bar.text == "There is no run 1.")
    assert window.message_bar.kind is MessageKind.ERROR
    for action in (window.runs.commands.go_on, window.runs.commands.copy_settings):
        window.message_bar.clear()
        push(window.runs.bar.button(action))
        qtbot.waitUntil(lambda: window.message_bar.text == "There is no run 1.")
    window.message_bar.clear()
    QTest.keyClick(window.runs.table, Qt.Key.Key_Delete)
    assert window.message_bar.text == "There is no run 1."
    window.run_services.refresh()
    assert listed(window) == [UNBROKEN, STOPPED]
    open_run(qtbot, window, UNBROKEN)


def test_a_run_of_a_device_that_is_not_here_goes_on_where_the_form_says(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    checkpoint = reading.read_run(store, STOPPED).checkpoint
    assert checkpoint is not None
    RunProgress(store).keep(STOPPED, checkpoint.moved_to("cuda:7"), (), RunStatus.STOPPED)
    open_run(qtbot, window, STOPPED)

    push(window.controls.continue_button)

    wait_for(qtbot, window, RunState.FINISHED)
    assert window.training.form.device_id == AUTO_DEVICE
    assert store.record(STOPPED).config == replace(LONG, device=AUTO_DEVICE)
    assert store.record(STOPPED).epochs_done == 4


def test_a_run_that_another_window_continues_is_not_continued_here_as_well(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    open_run(qtbot, window, STOPPED)
    other = kept_again(window)
    RunProgress(other).go_on(STOPPED, LONG)
    try:
        push(window.controls.continue_button)
        sentence = "“Run 2” is going on in another window or terminal. Stop it there first."
        qtbot.waitUntil(lambda: window.message_bar.text == sentence, timeout=LIMIT_MS)
    finally:
        RunProgress(other).set_status(STOPPED, RunStatus.STOPPED)
        other.close()


def test_runs_of_other_windows_and_terminals_come_with_the_next_look(
    window: MainWindow, few: DataSplits
) -> None:
    other = kept_again(window)
    number = keep_run(other, few, replace(BRIEF, epochs=1), title="from a terminal")
    other.close()
    window.run_services.refresh()
    assert listed(window)[0] == number
    assert text(window, number, Column.NAME) == "from a terminal"
