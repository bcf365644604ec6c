"""What is compared follows new names and new figures, whoever made them."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.recorder import RunRecorder
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import BRIEF, STEPS, KeptRun, keep_run

FINISHED, STOPPED = 1, 2
"""The runs that are there already: a finished one, and one that was stopped in its second epoch."""
KEPT_RUNS = (
    KeptRun(),
    KeptRun(replace(BRIEF, learning_rate=0.05, epochs=3), steps=STEPS + 2),
)


@pytest.fixture
def window(window: MainWindow, store: RunStore) -> MainWindow:
    """Return the window with one run open and the other one beside it."""
    window.session.open(read_run(store, FINISHED))
    window.workspaces.show(Workspace.COMPARE)
    window.runs.select([STOPPED])
    return window


def headers(window: MainWindow) -> list[str]:
    model = window.comparison.panel.model
    sections = range(model.columnCount())
    return [str(model.headerData(each, Qt.Orientation.Horizontal)) for each in sections]


def finish(store: RunStore, few: DataSplits) -> None:
    """Go on with the stopped run to its end, as a terminal does."""
    other = open_store(store.folder)
    checkpoint = read_run(other, STOPPED).checkpoint
    assert checkpoint is not None
    trainer = Trainer(checkpoint.config, few, Device(CPU, "A processor"), checkpoint=checkpoint)
    for _ in RunRecorder(other, STOPPED, checkpoint).follow(trainer):
        pass
    other.close()


def test_a_new_name_is_in_the_comparison_at_once(window: MainWindow) -> None:
    assert headers(window) == ["A: Run 1 (open)", "B: Run 2"]
    window.runs.renamed.emit(STOPPED, "slower")
    assert headers(window) == ["A: Run 1 (open)", "B: slower"]
    window.runs.renamed.emit(FINISHED, "textbook")
    assert headers(window) == ["A: textbook (open)", "B: slower"]
    (entry,) = window.training.plots.overlay_legend.entries
    assert "slower" in entry.entry.runs


def test_the_run_whose_answers_are_compared_has_its_new_name(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.runs.commands.compare.trigger()
    bar = window.gallery.rival_bar
    window.workspaces.show(Workspace.EXPLORE)
    qtbot.waitUntil(bar.isVisible)
    assert "Run 2" in bar.title.text()
    window.runs.renamed.emit(STOPPED, "slower")
    assert "slower" in bar.title.text()
    assert "slower" in bar.title.toolTip()
    window.runs.renamed.emit(FINISHED, "textbook")
    assert "slower" in bar.title.text()


def test_what_a_terminal_has_made_of_a_compared_run_is_in_the_comparison(
    window: MainWindow, store: RunStore, few: DataSplits
) -> None:
    finish(store, few)
    window.run_services.refresh()
    record = window.comparison.panel.model.columns[1].record
    assert record == store.record(STOPPED)
    assert (record.status, record.epochs_done) == (RunStatus.FINISHED, 3)
    assert window.training.plots.loss.overlays.last_epoch == 3


def test_nothing_is_drawn_anew_for_a_star_a_note_or_a_run_that_is_not_compared(
    window: MainWindow, store: RunStore, few: DataSplits
) -> None:
    drawn = QSignalSpy(window.comparison.coloured)
    window.runs.starred.emit(STOPPED, True)
    window.runs.note_changed.emit(FINISHED, "as in the book")
    keep_run(store, few, replace(BRIEF, epochs=1))
    window.run_services.refresh()
    assert drawn.count() == 0


def test_a_change_that_comes_while_the_list_is_read_is_seen_at_the_next_look(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    other = open_store(store.folder)

    def rename_once() -> None:
        window.runs.model.dataChanged.disconnect(rename_once)
        other.rename(FINISHED, "from another window")

    other.rename(STOPPED, "first")
    window.runs.model.dataChanged.connect(rename_once)
    window.run_services.refresh()  # which shows one change while there is another
    window.run_services.look_often(20)
    expected = ["first", "from another window"]
    qtbot.waitUntil(lambda: [record.name for record in window.runs.model.records] == expected)
    assert headers(window) == ["A: from another window (open)", "B: first"]
    other.close()
