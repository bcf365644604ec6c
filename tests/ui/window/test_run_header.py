"""Whose figures the window shows is said above them, and what the form is for beside it."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.history import History
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.text.wording import percent
from lenet_desktop.training.devices import Device
from lenet_desktop.training.events import RunStarted
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.run_header import RunHeader
from tests.kept_runs import BRIEF, KeptRun

LEFT = Qt.MouseButton.LeftButton
LIMIT_MS = 20_000
KEPT_RUNS = (KeptRun(title="ReLU for once"), KeptRun(replace(BRIEF, seed=1), title="the next"))


def test_before_any_run_it_says_what_to_do(window: MainWindow) -> None:
    assert "Press Start" in window.header.text
    assert not any(line.isVisible() for line in window.header.findChildren(QLineEdit))
    assert window.training.heading.text() == "Next run"


def test_an_opened_run_has_its_recipe_in_sight_and_the_form_keeps_its_own(
    window: MainWindow, store: RunStore
) -> None:
    window.training.form.set_config(TEXTBOOK.config)
    window.session.open(read_run(store, 1))
    assert window.header.name.text() == "ReLU for once"
    for words in ("ReLU", "rate 0.02", "seed 0", "2 of 2 epochs, finished"):
        assert words in window.header.recipe.text()
    assert window.training.form.config == TEXTBOOK.config
    assert window.training.heading.text() == "Next run"
    window.runs.renamed.emit(1, "<b>other</b>\u202e")
    assert window.header.name.text().startswith("<b>other</b>")
    assert "\u202e" not in window.header.text


def test_while_a_run_goes_on_it_counts_and_names_what_was_changed(
    qtbot: QtBot, window: MainWindow
) -> None:
    config = replace(BRIEF, epochs=1_000)
    window.training.form.set_config(config)
    window.controls.start_button.click()
    qtbot.waitUntil(lambda: len(window.session.history.epochs) > 0, timeout=LIMIT_MS)
    assert window.training.heading.text() == "This run"
    assert "of 1,000 epochs, running" in window.header.recipe.text()
    window.session.change_learning_rate(0.0123)
    qtbot.waitUntil(lambda: "rate 0.0123 from" in window.header.recipe.text(), timeout=LIMIT_MS)
    window.session.stop()
    qtbot.waitUntil(lambda: window.session.state is RunState.STOPPED, timeout=LIMIT_MS)
    assert "stopped" in window.header.recipe.text()
    assert window.training.heading.text() == "Next run"


def test_it_names_stars_notes_and_hands_on_the_settings(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    header = window.header
    assert not header.star.isVisible(), "there is no run to be named"
    window.session.open(read_run(store, 1))
    window.training.form.set_config(TEXTBOOK.config)
    QTest.mouseClick(header.star, LEFT)
    QTest.mouseClick(header.rename, LEFT)
    header.name_line.selectAll()
    QTest.keyClicks(header.name_line, "the first")
    QTest.keyClick(header.name_line, Qt.Key.Key_Return)
    QTest.mouseClick(header.edit_note, LEFT)
    QTest.keyClicks(header.note_line.edit, "bags are easy")
    QTest.keyClick(header.note_line.edit, Qt.Key.Key_Return)
    kept = store.record(1)
    assert (kept.title, kept.note, kept.starred) == ("the first", "bags are easy", True)
    assert header.name.text() == "the first"
    assert header.note.text() == "bags are easy"
    assert header.name.isVisible()
    assert header.note.isVisible()
    QTest.mouseClick(header.rename, LEFT)
    QTest.keyClicks(header.name_line, "never mind")
    QTest.keyClick(header.name_line, Qt.Key.Key_Escape)
    assert (header.name.text(), store.record(1).title) == ("the first", "the first")
    QTest.mouseClick(header.use_settings, LEFT)
    assert window.training.form.config == store.record(1).config


def test_what_is_typed_of_a_run_is_of_that_run_where_another_one_is_opened_meanwhile(
    window: MainWindow, store: RunStore
) -> None:
    header = window.header
    window.session.open(read_run(store, 1))
    QTest.mouseClick(header.rename, LEFT)
    QTest.keyClicks(header.name_line, "the first")
    window.session.open(read_run(store, 2))
    assert [store.record(run_id).title for run_id in (1, 2)] == ["the first", "the next"]
    assert header.name.isVisible()
    assert header.name.text() == "the next"
    QTest.mouseClick(header.edit_note, LEFT)
    QTest.keyClicks(header.note_line.edit, "bags are easy")
    window.session.open(read_run(store, 1))
    assert [store.record(run_id).note for run_id in (1, 2)] == ["", "bags are easy"]


def test_the_recipe_comes_back_where_another_run_is_opened_behind_another_window(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    window.session.open(read_run(store, 1))
    QTest.mouseClick(window.header.edit_note, LEFT)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    window.session.open(read_run(store, 2))
    assert window.header.recipe.isVisible()
    assert not window.header.note_line.isVisible()


def test_the_accuracy_is_large_and_that_of_the_newest_epoch(
    window: MainWindow, store: RunStore
) -> None:
    header = window.header
    assert not header.accuracy.isVisible()
    QApplication.processEvents()
    low = header.height()
    begun = History()
    begun.add(next(each for each in read_run(store, 1).events if isinstance(each, RunStarted)))
    header.show_run("A run that begins", begun, RunState.RUNNING)
    QApplication.processEvents()
    height = header.height()
    assert height > low, "before a run, more room is left to what is below"
    window.session.open(read_run(store, 1))
    QApplication.processEvents()
    assert header.height() == height, "what is below does not move with the first figure"
    accuracy = store.record(1).last_accuracy
    assert accuracy is not None
    assert header.accuracy.text() == percent(accuracy)
    assert header.accuracy.font().pointSizeF() > 1.5 * header.recipe.font().pointSizeF()
    assert percent(accuracy) in header.text
    header.show_nothing()
    QApplication.processEvents()
    assert header.height() == height, "nor from one run to the next"


def test_a_long_name_is_cut_and_makes_nothing_wider(qtbot: QtBot) -> None:
    header = RunHeader()
    qtbot.addWidget(header)
    narrow = header.minimumSizeHint().width()
    header.show_model("model " * 60, "a network of unknown origin " * 20)
    assert header.minimumSizeHint().width() <= narrow + 20
    assert "unknown origin" in header.toolTip()
    header.show_run("", History(), RunState.READY)
    assert "Press Start" in header.text


def test_one_epoch_is_no_epochs(qtbot: QtBot) -> None:
    header, history = RunHeader(), History()
    qtbot.addWidget(header)
    config = replace(TEXTBOOK.config, epochs=1)
    history.add(RunStarted(config, Device("cpu", "CPU"), 61_706, 600, 10))
    header.show_run("", history, RunState.RUNNING)
    assert header.recipe.text().endswith("0 of 1 epoch, running")


def test_a_name_that_is_given_elsewhere_is_seen_while_the_list_is_hidden(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    window.session.open(read_run(store, 1))
    assert not window.runs.isVisible()
    window.run_services.look_often(10)
    other = open_store(store.folder)
    other.rename(1, "from elsewhere")
    other.close()
    qtbot.waitUntil(lambda: window.header.name.text() == "from elsewhere", timeout=LIMIT_MS)
    assert window.windowTitle().startswith("from elsewhere")
