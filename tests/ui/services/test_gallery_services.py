"""What the window does for its gallery: doubts, looks inside, marks, saves and copies."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import DataSplits, Split
from lenet_desktop.data.marks import Mark, MarkKind, MarkStore
from lenet_desktop.networks.compact_predictions import CELLS
from lenet_desktop.session.inspection_session import ImageInspected
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.training.events import Event
from lenet_desktop.ui.window.main_window import MainWindow


@pytest.fixture
def marks_file(notes_folder: Path) -> Path:
    return notes_folder / "marks.json"


@pytest.fixture
def window(judged_window: MainWindow) -> MainWindow:
    return judged_window


def press_mark_key(window: MainWindow) -> None:
    window.gallery.view.setFocus()
    QTest.keyClick(window.gallery.view, Qt.Key.Key_M)


def test_m_marks_the_image_and_the_mark_outlives_the_window(
    window: MainWindow, marks_file: Path, qtbot: QtBot
) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    gallery = window.gallery
    gallery.show_number(12)
    press_mark_key(window)
    index = gallery.model.index(12)
    assert gallery.model.is_marked(12)
    assert "marked: label is wrong" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    press_mark_key(window)
    assert gallery.state.marks == {(Split.TEST, 12): Mark(MarkKind.AMBIGUOUS)}
    QTest.keyClicks(gallery.about_image.mark_editor.note, "a dress, if anything")
    gallery.show_number(13)  # what was typed belongs to the image before
    assert gallery.about_image.mark_editor.mark is None
    kept = MarkStore(marks_file).marks.get((Split.TEST, 12))
    assert kept == Mark(MarkKind.AMBIGUOUS, "a dress, if anything")
    gallery.show_number(12)
    press_mark_key(window)
    assert not gallery.model.is_marked(12)
    assert MarkStore(marks_file).marks == {}


def type_note_on_five(qtbot: QtBot, window: MainWindow, note: str) -> None:
    """Mark image 5 and type a note, without finishing it."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    window.gallery.show_number(5)
    press_mark_key(window)
    field = window.gallery.about_image.mark_editor.note
    field.setFocus()
    QTest.keyClicks(field, note)


def test_after_a_note_was_typed_m_goes_on_from_the_mark_that_is_kept(
    window: MainWindow, marks_file: Path, qtbot: QtBot
) -> None:
    gallery, editor = window.gallery, window.gallery.about_image.mark_editor
    type_note_on_five(qtbot, window, "a sweater")
    QTest.keyClick(editor.note, Qt.Key.Key_Return)
    for kind in (MarkKind.AMBIGUOUS, None, MarkKind.WRONG_LABEL):
        press_mark_key(window)
        kept = MarkStore(marks_file).marks.get((Split.TEST, 5))
        assert kept == (None if kind is None else Mark(kind, "a sweater")), "with its note again"
        assert editor.mark == kept, "and that is what the editor shows"
    gallery.show_number(6)
    for kind in (MarkKind.WRONG_LABEL, MarkKind.AMBIGUOUS, None):
        press_mark_key(window)
        kept = MarkStore(marks_file).marks.get((Split.TEST, 6))
        assert kept == (None if kind is None else Mark(kind)), "no note of another image"
        assert editor.mark == kept


def test_a_note_that_is_being_typed_survives_what_happens_meanwhile(
    window: MainWindow, qtbot: QtBot, few_events: list[Event]
) -> None:
    gallery, editor = window.gallery, window.gallery.about_image.mark_editor
    type_note_on_five(qtbot, window, "a eater")
    editor.note.setCursorPosition(2)
    gallery.state.look_at(1)
    QTest.keyClicks(editor.note, "sw")
    gallery.state.look_at(2)
    assert editor.note.text() == "a sweater"


def test_a_mark_that_cannot_be_saved_is_told_and_kept(
    window: MainWindow, marks_file: Path, qtbot: QtBot
) -> None:
    marks_file.mkdir()
    window.gallery.show_number(3)
    window.services.mark_action.trigger()
    assert window.message_bar.isVisible()
    assert "marks" in window.message_bar.text
    assert window.gallery.model.is_marked(3)


def test_the_page_inside_shows_what_the_network_of_that_epoch_saw(
    window: MainWindow, qtbot: QtBot
) -> None:
    gallery = window.gallery
    inspecting = window.services.inspecting
    gallery.show_number(40)
    for epoch in (2, 1):
        with qtbot.waitSignal(inspecting.inspected) as told:
            if epoch == 2:
                gallery.about_image.setCurrentWidget(gallery.about_image.inside)
            else:
                gallery.state.look_at(1)
        answer = told.args[0] if told.args else None
        assert isinstance(answer, ImageInspected)
        assert (answer.number, answer.epoch) == (40, epoch)
        predictions = gallery.state.predictions
        assert predictions is not None
        np.testing.assert_allclose(
            answer.inspection.probabilities, predictions.probabilities[40], atol=1 / CELLS
        )


def test_suspects_are_looked_for_when_somebody_looks(window: MainWindow, qtbot: QtBot) -> None:
    gallery = window.gallery
    suspecting = window.services.suspecting
    assert not suspecting.is_busy
    with qtbot.waitSignal(suspecting.found, timeout=30_000):
        gallery.about_classes.setCurrentWidget(gallery.about_classes.suspects)
    gallery.about_classes.suspects.image_chosen.emit(77)
    assert gallery.state.chosen == 77
    assert gallery.inspector.number == 77


def test_images_that_are_equal_or_nearly_so_are_told_of(
    window: MainWindow, few: DataSplits, resources: TrainingResources, qtbot: QtBot
) -> None:
    images, train = few.test.images.clone(), few.train.images.clone()
    images[8] = train[70] = images[6]
    train[70, 0, 14, 14] ^= 15  # a trifle lighter or darker in one pixel
    doubled = DataSplits(replace(few.train, images=train), replace(few.test, images=images))
    gallery = window.gallery
    gallery.state.set_images(doubled.test.as_image_set())
    window.services.use_resources(replace(resources, data=doubled))
    gallery.show_number(6)
    duplicates = gallery.inspector.duplicates
    near = "Nearly the same picture as training image 70"
    qtbot.waitUntil(lambda: near in duplicates.accessibleName())
    assert "The very same picture as test image 8" in duplicates.accessibleName()
    duplicates.linkActivated.emit("train/70")
    assert gallery.state.split is Split.TRAIN
    assert gallery.state.chosen == 70


def test_a_window_that_is_closed_waits_for_no_search(
    window: MainWindow, data: DataSplits, resources: TrainingResources
) -> None:
    train = data.train.images.clone()
    train[13360] = 0  # so that what is known of Fashion-MNIST is not true of these
    other = replace(data, train=replace(data.train, images=train))
    window.services.use_resources(replace(resources, data=other))
    comparing = window.services._comparing
    found = QSignalSpy(comparing.reported)
    assert comparing.is_busy
    window.close()
    assert not comparing.is_busy
    events = [found.at(number)[0] for number in range(found.count())]
    assert not any(event and event.near_groups for event in events), "it was given up"


def test_a_class_is_gone_to_by_typing_it(window: MainWindow) -> None:
    gallery = window.gallery
    gallery.show_number(0)
    predictions = gallery.state.predictions
    assert predictions is not None
    bags = np.flatnonzero(predictions.predicted == DEFAULT.class_names.index("Bag"))
    QTest.keyClicks(gallery.view, "ba")
    assert gallery.state.chosen == bags[0]


def test_copying_takes_what_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    gallery = window.gallery
    gallery.filters.set_query(Query(show=Show.MISCLASSIFIED))
    window.services.exporter.refresh()
    with qtbot.waitSignal(window.services.exporter.saved):
        window.services.exporter.copy_list.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [int(line.split("\t")[0]) for line in lines[1:]] == gallery.state.numbers.tolist()


def test_a_right_click_offers_marking_and_saving(window: MainWindow, qtbot: QtBot) -> None:
    gallery = window.gallery
    gallery.view.customContextMenuRequested.emit(QPoint(20, 20))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text().replace("&", "") for action in menu.actions()]
    assert "Mark the image, or change its mark" in texts
    assert any(text.startswith("Save grid") for text in texts)
    menu.close()


def test_a_note_that_is_not_finished_comes_back_with_the_mark(window: MainWindow) -> None:
    gallery = window.gallery
    gallery.show_number(12)
    press_mark_key(window)
    editor = gallery.about_image.mark_editor
    QTest.keyClicks(editor.note, "not finished")
    editor.kind.setCurrentIndex(0)  # as the wheel does, which takes the keyboard nowhere
    assert editor.mark is None
    editor.kind.setCurrentIndex(2)
    assert editor.mark == Mark(MarkKind.AMBIGUOUS, "not finished")


def test_until_a_network_has_been_looked_into_it_says_so(qtbot: QtBot, window: MainWindow) -> None:
    inside = window.gallery.about_image.inside
    window.gallery.about_image.setCurrentWidget(inside)
    assert inside.placeholder.text() == "Looking into the network…"
    qtbot.waitUntil(lambda: not inside.placeholder.isVisible(), timeout=20_000)
