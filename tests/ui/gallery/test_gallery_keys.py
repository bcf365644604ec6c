"""The keyboard in the grid: what a key does there, whatever else it does in the window."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.session.run_state import RunState
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.gallery.pictures import image_picture
from lenet_desktop.ui.window.main_window import MainWindow
from tests.recipes import RELU

LIMIT_MS = 30_000
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ENDLESS = replace(RELU.config, epochs=900, device="cpu")


@pytest.fixture
def active(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """Return the window with the keyboard in its grid."""
    window.activateWindow()
    window.gallery.view.setFocus()
    qtbot.waitUntil(window.gallery.view.hasFocus)
    return window


@pytest.fixture
def running(qtbot: QtBot, active: MainWindow) -> Iterator[MainWindow]:
    active.training.form.set_config(ENDLESS)
    active.controls.start.trigger()
    qtbot.waitUntil(lambda: active.session.state is RunState.RUNNING, timeout=LIMIT_MS)
    active.gallery.view.setFocus()
    yield active
    active.session.stop()
    qtbot.waitUntil(lambda: not active.session.state.is_active, timeout=LIMIT_MS)


def test_ctrl_c_copies_the_image_from_the_beginning(active: MainWindow) -> None:
    gallery = active.gallery
    for number in (0, 12):
        QGuiApplication.clipboard().clear()
        gallery.show_number(number)
        QTest.keyClick(gallery.view, Qt.Key.Key_C, CTRL)
        copied = QGuiApplication.clipboard().image()
        assert gallery.state.source.images is not None
        expected = image_picture(gallery.state.source.images, number, 8)
        assert copied.convertToFormat(expected.format()) == expected


def test_ctrl_shift_c_copies_the_list_from_the_beginning(qtbot: QtBot, active: MainWindow) -> None:
    active.gallery.filters.set_query(Query(true_class=6))
    with qtbot.waitSignal(active.services.exporter.saved):
        QTest.keyClick(active.gallery.view, Qt.Key.Key_C, CTRL | SHIFT)
    lines = QGuiApplication.clipboard().text().splitlines()[1:]
    numbers = [int(line.split("\t")[0]) for line in lines]
    assert numbers == active.gallery.state.numbers.tolist()
    assert numbers


def test_what_can_be_exported_follows_the_gallery(
    active: MainWindow, few_events: list[Event]
) -> None:
    gallery, exporter = active.gallery, active.services.exporter
    assert exporter.save_list.isEnabled()
    assert not exporter.save_matrix_csv.isEnabled()
    gallery.filters.set_query(Query(show=Show.MISCLASSIFIED))
    assert not exporter.save_list.isEnabled(), "nothing is listed before any training"
    assert exporter.copy_image.isEnabled(), "but an image is looked at"
    for event in few_events:
        if isinstance(event, PredictionsReady):
            gallery.state.add(event.predictions, event.snapshot)
    assert exporter.save_list.isEnabled()
    assert exporter.save_matrix_csv.isEnabled()
    gallery.state.forget()
    assert not exporter.save_matrix_csv.isEnabled()


def test_a_caption_is_never_copied(active: MainWindow) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("mine")
    active.services.exporter.copy_image.setEnabled(False)
    QTest.keyClick(active.gallery.view, Qt.Key.Key_C, CTRL)
    assert clipboard.text() == "mine"


def test_enter_leads_to_the_inspector_and_esc_back(active: MainWindow) -> None:
    gallery = active.gallery
    for number, key in ((17, Qt.Key.Key_Return), (23, Qt.Key.Key_Enter)):
        gallery.show_number(number)
        gallery.about_image.setCurrentWidget(gallery.about_image.inside)
        gallery.view.setFocus()
        QTest.keyClick(gallery.view, key)
        assert gallery.about_image.currentIndex() == 0
        assert QApplication.focusWidget() is gallery.inspector.picture
        assert gallery.inspector.number == number
        QTest.keyClick(gallery.inspector.picture, Qt.Key.Key_Escape)
        assert QApplication.focusWidget() is gallery.view
        assert gallery.state.chosen == number


def test_esc_stops_a_run_from_the_grid_but_not_from_the_inspector(
    qtbot: QtBot, running: MainWindow
) -> None:
    gallery = running.gallery
    QTest.keyClick(gallery.view, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is gallery.inspector.picture
    QTest.keyClick(gallery.inspector.picture, Qt.Key.Key_Escape)
    assert running.session.state is RunState.RUNNING
    assert QApplication.focusWidget() is gallery.view
    QTest.keyClick(gallery.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: running.session.state is RunState.STOPPED, timeout=LIMIT_MS)


def test_the_space_of_a_class_that_is_typed_is_no_pause(running: MainWindow) -> None:
    gallery = running.gallery
    boots = DEFAULT.class_names.index("Ankle boot")
    QTest.keyClicks(gallery.view, "ankle b")
    assert running.session.state is RunState.RUNNING
    predictions, images = gallery.state.predictions, gallery.state.source.images
    assert images is not None
    captions = images.labels if predictions is None else predictions.predicted
    found = np.flatnonzero(captions == boots)
    assert gallery.state.chosen in found


def test_the_space_bar_pauses_where_nothing_is_typed(running: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(running.gallery.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: running.session.state is RunState.PAUSED, timeout=LIMIT_MS)


def test_the_space_bar_pauses_again_some_time_after_a_search(
    running: MainWindow, qtbot: QtBot
) -> None:
    view = running.gallery.view
    QTest.keyClicks(view, "ank")
    qtbot.waitUntil(lambda: not view.is_searching, timeout=LIMIT_MS)
    QTest.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: running.session.state is RunState.PAUSED, timeout=LIMIT_MS)
