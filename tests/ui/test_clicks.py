"""What people ask for most is few clicks away; `comparison/test_compare_page.py` has one more."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.gallery.pictures import matrix_picture
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import KeptRun
from tests.ui.clicks import Clicks, clicks

__all__ = ["clicks"]

EPOCHS = 8
KEPT_RUNS = (KeptRun(title="ReLU for once"),)


@pytest.fixture
def exploring(window: MainWindow, few_events: list[Event]) -> Iterator[MainWindow]:
    """Return the window where images are explored, with a run of eight epochs."""
    known = [each.predictions for each in few_events if isinstance(each, PredictionsReady)]
    for epoch in range(1, EPOCHS + 1):
        window.gallery.state.add(replace(known[epoch % 2], epoch=epoch))
    window.workspaces.show(Workspace.EXPLORE)
    yield window
    QGuiApplication.clipboard().clear()


def shown(window: MainWindow) -> list[int]:
    return sorted(window.gallery.state.numbers.tolist())


def predicted(window: MainWindow) -> PredictionSet:
    predictions = window.gallery.state.predictions
    assert predictions is not None
    return predictions


def test_the_shirts_taken_for_coats_are_one_click_away(
    exploring: MainWindow, clicks: Clicks
) -> None:
    names = exploring.gallery.state.info.class_names
    shirt, coat = names.index("Shirt"), names.index("Coat")
    matrix, answers = exploring.gallery.matrix, predicted(exploring)
    cell = (shirt + 1) * (len(names) + 1) + coat + 1  # names stand before the cells
    assert matrix.part_sentence(cell).count("Shirt")
    clicks.click(matrix, matrix.part_place(cell).center())
    assert exploring.gallery.filters.query == Query(true_class=shirt, predicted_class=coat)
    taken = (answers.labels == shirt) & (answers.predicted == coat)
    assert shown(exploring) == np.flatnonzero(taken).tolist()
    assert clicks.count == 1


def test_what_was_forgotten_between_two_epochs_is_two_clicks_away(
    exploring: MainWindow, clicks: Clicks
) -> None:
    state, epochs = exploring.gallery.state, exploring.gallery.view_bar.epochs
    for epoch in (5, 3):
        clicks.click(epochs, QPoint(epochs.shown.middle(epoch - 1), epochs.height() // 2))
    assert (state.query.since_epoch, state.epoch) == (3, 5)
    assert state.query.show is Show.BROKEN
    assert exploring.gallery.epochs_bar.text.startswith("From epoch 3 to 5:")
    before, now = (state.known.history.at(epoch) for epoch in (3, 5))
    assert before is not None
    assert now is not None
    assert shown(exploring) == np.flatnonzero(before.correct & ~now.correct).tolist()
    assert clicks.count <= 2


def test_the_matrix_is_on_its_way_into_a_report_after_two_clicks(
    window: MainWindow, store: RunStore, clicks: Clicks
) -> None:
    window.session.open(read_run(store, 1))
    assert window.workspaces.current is Workspace.TRAIN
    clicks.on_tab(window.workspaces.tabs, "Explore")
    button = window.findChild(QToolButton, "copy_matrix_button")
    assert button is not None
    clicks.on_button(button)
    assert clicks.count == 2
    content = window.gallery.content()
    assert content.run.startswith("ReLU for once: ")
    expected = matrix_picture(
        predicted(window).confusion,
        window.gallery.state.info.class_names,
        content.theme,
        title="Confusion matrix of test images after epoch 2",
        run=window.header.caption,
    )
    copied = QGuiApplication.clipboard().image()
    assert copied.convertToFormat(expected.format()) == expected


def test_who_explores_already_copies_the_matrix_by_a_key(
    qtbot: QtBot, exploring: MainWindow
) -> None:
    exploring.activateWindow()
    qtbot.waitUntil(exploring.isActiveWindow)
    matrix = exploring.gallery.matrix
    matrix.setFocus()
    QGuiApplication.clipboard().clear()
    QTest.keyClick(matrix, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert not QGuiApplication.clipboard().image().isNull()
