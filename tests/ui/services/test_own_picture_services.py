"""My pictures in the window: kept, shown, judged, looked into, given other labels and deleted."""

import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import ImageSet, Own, Split
from lenet_desktop.data.pictures.own_pictures import FOLDER, OwnPictures
from lenet_desktop.data.pictures.preparation import Fit, prepare
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.session.inspection_session import ImageInspected
from lenet_desktop.ui.gallery.gallery_state import GalleryState
from lenet_desktop.ui.gallery.grid.empty_reasons import why_unpredicted
from lenet_desktop.ui.services.own_picture_services import OwnPictureServices
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace

LEFT = Qt.MouseButton.LeftButton
COAT = np.full((60, 40), 255, np.uint8)
COAT[10:50, 12:28] = 30
BAG = np.zeros((30, 50, 3), np.uint8)
BAG[8:25, 5:45] = (200, 30, 90)


@pytest.fixture
def kept(notes_folder: Path) -> Path:
    return notes_folder


@pytest.fixture
def window(judged_window: MainWindow) -> MainWindow:
    return judged_window


@pytest.fixture
def own(window: MainWindow) -> OwnPictureServices:
    assert window.services.own is not None
    return window.services.own


@pytest.fixture
def state(window: MainWindow) -> GalleryState:
    return window.gallery.state


@pytest.fixture
def mine(kept: Path) -> OwnPictures:
    """Return the collection as another window has it."""
    return OwnPictures(kept / FOLDER)


def choose_source(window: MainWindow, text: str) -> None:
    box = window.gallery.view_bar.source_input
    box.setCurrentIndex(box.findText(text))


def press_button(window: MainWindow, text: str) -> None:
    buttons = window.message_bar.findChildren(QPushButton, "message_action_button")
    QTest.mouseClick(next(each for each in buttons if each.text() == text), LEFT)


def show_both(qtbot: QtBot, window: MainWindow, mine: OwnPictures) -> None:
    """Have a coat and a bag judged, and browse them."""
    mine.add(COAT, "Coat")
    mine.add(BAG, "Bag")
    choose_source(window, "My pictures")
    state = window.gallery.state
    qtbot.waitUntil(lambda: state.predictions is not None and len(state.predictions) == 2)


def test_where_there_is_none_it_is_said_how_to_get_one_and_one_that_is_kept_is_shown_and_judged(
    qtbot: QtBot, window: MainWindow, own: OwnPictureServices, state: GalleryState,
    mine: OwnPictures,
) -> None:  # fmt: skip
    choose_source(window, "My pictures")
    qtbot.waitUntil(lambda: "page Try" in window.gallery.view.placeholder)
    assert window.gallery.filters.count.text() == "0 of 0"
    assert "page Try" in why_unpredicted(window.gallery.state)
    assert window.gallery.inspector.number is None
    choose_source(window, "Test images")
    assert window.gallery.inspector.number == 0
    own.keep(COAT, "Coat")
    assert "My pictures" in window.message_bar.text
    (picture,) = mine.read()
    press_button(window, "Show")
    qtbot.waitUntil(lambda: state.split is Own.PICTURES and state.predictions is not None)
    assert window.gallery.view_bar.source_input.currentText() == "My pictures"
    assert window.gallery.inspector.title.text() == "Own picture 0"
    images = state.images(Own.PICTURES)
    assert images is not None
    ready = prepare(mine.pixels(picture.key), 28, 1, DEFAULT.preparation).pixels
    np.testing.assert_array_equal(images.images[0], ready)
    snapshot, answers = state.snapshot, state.predictions
    assert snapshot is not None
    assert answers is not None
    truth = evaluate(snapshot.build(), images.as_tensors(), snapshot.epoch)
    np.testing.assert_array_equal(answers.probabilities, truth.probabilities)
    said = window.gallery.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Own picture 0: predicted ")
    assert "true label Coat" in said
    own.keep(BAG, "Bag")
    press_button(window, "Undo")
    assert mine.read() == [picture]


def draw(window: MainWindow) -> None:
    canvas = window.picture.canvas
    middle = canvas.rect().center()
    QTest.mousePress(canvas, LEFT, pos=middle - QPoint(40, 60))
    for step in range(12):
        QTest.mouseMove(canvas, middle + QPoint(6 * step, 8 * step - 60))
    QTest.mouseRelease(canvas, LEFT, pos=middle + QPoint(70, 30))


def test_a_drawing_is_kept_as_what_it_is_taken_for_and_looks_the_same_in_the_gallery(
    qtbot: QtBot, window: MainWindow, state: GalleryState, mine: OwnPictures
) -> None:
    window.workspaces.show(Workspace.TRY)
    page = window.picture
    assert not page.keep.keep.isEnabled()
    draw(window)
    qtbot.waitUntil(page.keep.keep.isEnabled)
    assert page.answer.verdict.text().startswith(page.keep.label.currentText())
    page.strip.fit.set_value(Fit.STRETCHED)
    before = page.seen
    qtbot.waitUntil(lambda: page.seen is not before)
    QTest.mouseClick(page.keep.keep, LEFT)
    label = page.keep.label.currentText()
    assert [each.label for each in mine.read()] == [label]
    press_button(window, "Show")
    assert not page.isVisible()
    qtbot.waitUntil(lambda: len(state.numbers) == 1)
    images = state.images(Own.PICTURES)
    assert images is not None
    np.testing.assert_array_equal(images.images[0], page.seen)
    window.workspaces.show(Workspace.TRY)
    box = page.keep.label
    other = (box.currentIndex() + 1) % box.count()
    box.setFocus()
    box.setCurrentIndex(other)
    box.activated.emit(other)  # as a click in the list does
    before = page.seen
    draw(window)
    qtbot.waitUntil(lambda: page.seen is not before)
    assert box.currentIndex() == other
    QTest.mouseClick(page.keep.keep, LEFT)
    assert [each.label for each in mine.read()] == [label, box.itemText(other)], "as was chosen"
    page.tools.clear.trigger()
    qtbot.waitUntil(lambda: not page.keep.keep.isEnabled())
    assert box.currentIndex() == -1


def test_epochs_filters_and_looks_inside_are_there_for_own_pictures(
    qtbot: QtBot, window: MainWindow, state: GalleryState, mine: OwnPictures
) -> None:
    show_both(qtbot, window, mine)
    qtbot.waitUntil(lambda: state.known.tell_course)
    answers = {}
    for epoch in (1, 2):
        state.look_at(epoch)
        assert state.predictions is not None
        assert state.predictions.epoch == epoch
        answers[epoch] = state.predictions
    assert window.gallery.matrix.counts is not None
    assert window.gallery.matrix.counts.sum() == 2
    state.ask(Query(true_class=DEFAULT.class_names.index("Bag")))
    assert state.numbers.tolist() == [1]
    assert "1 of 2" in window.gallery.filters.count.text()
    state.ask(Query(show=Show.MISCLASSIFIED))
    assert state.numbers.tolist() == np.flatnonzero(~answers[2].correct).tolist()
    assert window.gallery.content().split_name == "own"
    state.ask(Query())
    state.choose(0)
    seen: list[ImageInspected] = []
    window.services.inspecting.inspected.connect(seen.append)
    details = window.gallery.about_image
    details.setCurrentWidget(details.inside)
    qtbot.waitUntil(lambda: bool(seen), timeout=30_000)
    images = state.images(Own.PICTURES)
    assert images is not None
    np.testing.assert_array_equal(seen[0].inspection.pixels.ravel(), images.images[0].ravel())


def test_another_label_and_a_deletion_count_at_once_and_are_undone(
    qtbot: QtBot, window: MainWindow, state: GalleryState, mine: OwnPictures
) -> None:
    show_both(qtbot, window, mine)
    state.choose(1)
    editor = window.gallery.about_image.own_editor
    assert editor.label.currentText() == "Bag"
    assert not window.gallery.about_image.mark_editor.isVisible()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    window.gallery.view.setFocus()
    QTest.keyClick(window.gallery.view, Qt.Key.Key_F2)
    popup = editor.label.view()
    assert popup.isVisible()
    place = popup.visualRect(editor.label.model().index(8 - 1, 0)).center()
    QTest.mouseClick(popup.viewport(), LEFT, pos=place)  # Sneaker, the eighth class
    assert [each.label for each in mine.read()] == ["Coat", "Sneaker"]
    qtbot.waitUntil(lambda: window.gallery.inspector.verdict.text().startswith("True label: Snea"))
    assert state.chosen == 1
    press_button(window, "Undo")
    assert [each.label for each in mine.read()] == ["Coat", "Bag"]
    qtbot.waitUntil(lambda: editor.label.currentText() == "Bag")
    before = mine.read()
    window.activateWindow()  # a list that opens takes that away on a screen nobody sees
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    state.choose(0)
    window.gallery.view.setFocus()
    QTest.keyClick(window.gallery.view, Qt.Key.Key_Delete)
    assert mine.read() == before[1:]
    qtbot.waitUntil(lambda: state.numbers.tolist() == [0])
    qtbot.waitUntil(lambda: "Bag" in window.gallery.inspector.verdict.text())
    press_button(window, "Undo")
    assert mine.read() == before
    qtbot.waitUntil(lambda: state.numbers.tolist() == [0, 1])
    assert state.chosen == 0
    QTest.mouseClick(window.gallery.about_image.own_editor.delete, LEFT)
    qtbot.waitUntil(lambda: state.numbers.tolist() == [0])
    choose_source(window, "Test images")
    QTest.keyClick(window.gallery.view, Qt.Key.Key_Delete)
    assert mine.read() == before[1:], "images of the data set stay"


def test_a_label_that_cannot_be_kept_is_taken_back(
    qtbot: QtBot, window: MainWindow, mine: OwnPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_disk(path: Path, _content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    show_both(qtbot, window, mine)
    monkeypatch.setattr("lenet_desktop.data.pictures.own_pictures.write_atomically", fill_disk)
    label = window.gallery.about_image.own_editor.label
    label.setFocus()
    QTest.keyClick(label, Qt.Key.Key_Down)
    assert "cannot be given another label" in window.message_bar.text
    assert label.currentText() == "Coat"
    assert [each.label for each in mine.read()] == ["Coat", "Bag"]


def test_what_has_no_meaning_for_own_pictures_is_off_with_a_word(
    qtbot: QtBot, window: MainWindow, state: GalleryState, mine: OwnPictures
) -> None:
    def offered() -> list[str]:
        window.gallery.menu_requested.emit(QPoint())
        menu = window.gallery.findChild(QMenu)
        assert menu is not None
        menu.close()
        return [each.text() for each in menu.actions() if each.isVisible() and each.isEnabled()]

    assert any("ark" in each for each in offered())
    assert not any("elete" in each for each in offered())
    show_both(qtbot, window, mine)
    assert any("elete" in each for each in offered())
    assert any("abel" in each for each in offered())
    assert not any("ark" in each for each in offered())
    window.services.mark_action.trigger()
    assert "no marks" in window.message_bar.text
    assert state.marks == {}
    classes = window.gallery.about_classes
    classes.setCurrentWidget(classes.suspects)
    assert "test and training images" in classes.suspects.table.placeholder
    state.show(Show.MARKED)
    assert "no marks" in window.gallery.view.placeholder
    assert list(state.duplicates_of(0)) == []


def test_pictures_of_other_classes_wait_for_other_data(
    qtbot: QtBot, window: MainWindow, state: GalleryState, mine: OwnPictures,
    few_images: ImageSet,
) -> None:  # fmt: skip
    mine.add(COAT, "7")
    choose_source(window, "My pictures")
    qtbot.waitUntil(lambda: "“7”" in window.gallery.view.placeholder)
    mine.add(BAG, "Bag")
    choose_source(window, "Test images")
    choose_source(window, "My pictures")
    qtbot.waitUntil(lambda: state.numbers.tolist() == [0])
    assert window.gallery.own_note.isVisible()
    assert "1 more own picture waits" in window.gallery.own_note.text()
    digits = replace(few_images.info, class_names=tuple("0123456789"), fingerprint="0" * 64)
    window.show_images(replace(few_images, info=digits))
    assert state.split is Split.TEST
    choose_source(window, "My pictures")
    qtbot.waitUntil(lambda: state.numbers.tolist() == [0])
    assert window.gallery.inspector.verdict.text().startswith("True label: 7")


def test_what_was_deleted_elsewhere_or_is_damaged_is_told(
    qtbot: QtBot, window: MainWindow, state: GalleryState, mine: OwnPictures, kept: Path
) -> None:
    show_both(qtbot, window, mine)
    mine.delete(mine.read()[0].key)
    QTest.mouseClick(window.gallery.about_image.own_editor.delete, LEFT)
    assert "is gone" in window.message_bar.text
    qtbot.waitUntil(lambda: state.numbers.tolist() == [0])
    (kept / FOLDER / f"{'0' * 20}.png").write_bytes(b"no picture")
    choose_source(window, "Test images")
    choose_source(window, "My pictures")
    qtbot.waitUntil(lambda: "set aside" in window.message_bar.text)
    assert state.numbers.tolist() == [0]
