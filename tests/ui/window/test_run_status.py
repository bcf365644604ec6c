"""The line at the bottom says where a run stands, whatever is known of it."""

import sqlite3

import numpy as np
import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.history import History
from lenet_desktop.runs.database import DATABASE_NAME
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.devices import Device
from lenet_desktop.training.events import RunStarted, StepsDone
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.run_status import RunStatusBar
from tests.kept_runs import KeptRun
from tests.ui.paint_counter import PaintCounter

BEGUN = 1
"""The run that is there already: it was stopped in its first epoch."""
KEPT_RUNS = (KeptRun(steps=3),)


def test_a_run_that_is_said_to_be_finished_without_an_epoch_opens_all_the_same(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    with sqlite3.connect(store.folder / DATABASE_NAME) as database:
        database.execute("UPDATE runs SET status = 'finished'")
    database.close()
    with qtbot.captureExceptions() as exceptions, qtbot.waitSignal(window.session.state_changed):
        window.run_opener.open_run(BEGUN)
    assert exceptions == []
    assert window.session.state is RunState.FINISHED
    assert window.status.text.text() == "Finished"


@pytest.mark.parametrize("state", list(RunState))
def test_every_state_has_words_before_anything_is_known(qtbot: QtBot, state: RunState) -> None:
    bar = RunStatusBar()
    qtbot.addWidget(bar)
    bar.show_run(state, History())
    assert bar.text.text()


def test_many_epochs_are_written_as_all_large_numbers(qtbot: QtBot) -> None:
    bar, history = RunStatusBar(), History()
    qtbot.addWidget(bar)
    history.add(RunStarted(TrainingConfig(epochs=1_000), Device("cpu", "CPU"), 61_706, 60_000, 10))
    bar.show_run(RunState.PAUSED, history)
    assert "of 1,000" in bar.text.text()


def test_all_that_is_new_is_painted_at_once(qtbot: QtBot) -> None:
    bar, history = RunStatusBar(), History()
    qtbot.addWidget(bar)
    with qtbot.waitExposed(bar):
        bar.show()
    history.add(RunStarted(TrainingConfig(epochs=2), Device("cpu", "CPU"), 61_706, 60_000, 10))
    bar.show_run(RunState.RUNNING, history)
    QApplication.processEvents()
    progress, text = PaintCounter(bar.progress), PaintCounter(bar.text)
    history.add(StepsDone(1, 5, np.full(5, 2.3, np.float32), 1_280, 0.1, 0.1))
    bar.show_run(RunState.RUNNING, history)
    qtbot.waitUntil(lambda: text.times > 0)
    QApplication.processEvents()
    assert (progress.times, text.times) == (1, 1)


def test_a_screen_reader_is_told_of_each_epoch_and_of_the_end(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def listen(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            told.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", staticmethod(listen))
    window.training.form.set_config(TrainingConfig(epochs=2))
    window.controls.start.trigger()
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=30_000)
    assert len(told) == 3
    assert [f"poch {number}" in words for number, words in enumerate(told[:2], 1)] == [True, True]
    assert told[2] == window.status.text.text()
