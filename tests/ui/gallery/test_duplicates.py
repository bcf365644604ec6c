"""An image that stands in the data again is badged, told of, and one click away from the other."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QTextDocumentFragment
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.suspects import Suspect, Suspects
from lenet_desktop.data.duplicates import Duplicate, Duplicates, find_duplicates
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.ui.gallery.classes.suspect_model import Column
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.gallery.image.duplicate_links import DuplicateLinks
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme
from tests.image_sets import image_set

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def train(few_images: ImageSet) -> ImageSet:
    """Return as many training images, none of which is a test image."""
    return replace(few_images, images=255 - few_images.images)


@pytest.fixture
def duplicates(few_images: ImageSet, train: ImageSet) -> Duplicates:
    """Return what would be found if image 6 stood again as 8, and nearly so as 7 of training."""
    test = few_images.images.copy()
    test[8] = test[6]
    labels = np.zeros(len(test), np.uint8)
    train_labels = labels.copy()
    train_labels[7] = 1
    found = find_duplicates(image_set(test, labels), image_set(train.images, train_labels))
    return found.with_near(
        [((Split.TEST, 6), (Split.TRAIN, 7)), ((Split.TEST, 10), (Split.TEST, 11))]
    )


@pytest.fixture
def gallery(
    qtbot: QtBot, few_images: ImageSet, train: ImageSet, duplicates: Duplicates
) -> GalleryPanel:
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 800)
    panel.show()
    panel.state.set_images(few_images)
    panel.state.set_images(train, Split.TRAIN)
    panel.state.set_duplicates(duplicates)
    return panel


def spoken(gallery: GalleryPanel, row: int) -> str:
    return str(gallery.model.index(row).data(SPOKEN))


def test_each_cell_says_where_its_image_stands_again(gallery: GalleryPanel) -> None:
    near = "nearly the same picture as training image 7, labelled differently"
    assert spoken(gallery, 6).endswith(f", the very same picture as test image 8, {near}")
    assert spoken(gallery, 8).endswith(f", the very same picture as test image 6, {near}")
    assert spoken(gallery, 10).endswith(", nearly the same picture as test image 11")
    assert "same picture" not in spoken(gallery, 7)
    gallery.state.browse(Split.TRAIN)
    assert spoken(gallery, 7).endswith(
        ", nearly the same picture as test image 6, labelled differently; "
        "test image 8, labelled differently"
    )
    assert "same picture" not in spoken(gallery, 6), "test image 6 is another one"


def badges(gallery: GalleryPanel, theme: Theme) -> dict[int, bool]:
    """Return for the rows in sight whether the image has a badge in its corner, on the screen."""
    picture: QImage = gallery.view.viewport().grab().toImage()
    side, ground = 28 * gallery.view_bar.size_slider.value(), QColor(theme.accent)
    found = {}
    for row in range(gallery.model.rowCount()):
        cell = gallery.view.visualRect(gallery.model.index(row))
        left, top = cell.left() + (cell.width() - side) // 2, cell.top() + (8 if side > 28 else 5)
        place = QPoint(left + side - 1, top + side - 1)
        if picture.rect().contains(place):
            found[row] = picture.pixelColor(place) == ground
    return found


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("scale", [1, 3, 6])
def test_these_cells_and_no_others_have_a_badge(
    gallery: GalleryPanel, theme: Theme, scale: int
) -> None:
    gallery.view_bar.size_slider.setValue(scale)
    gallery.show_theme(theme)
    gallery.show_number(7)  # between the two
    found = badges(gallery, theme)
    assert {6, 7} < found.keys()
    assert {row for row, is_badged in found.items() if is_badged} == {6, 8, 10, 11} & found.keys()


def test_the_badge_tells_equal_from_nearly_equal(gallery: GalleryPanel) -> None:
    marks = {row: gallery.model.duplicate_mark(row) for row in range(12)}
    assert {row: mark for row, mark in marks.items() if mark} == {6: "=", 8: "=", 10: "≈", 11: "≈"}


def test_nothing_is_badged_before_anything_is_found(qtbot: QtBot, few_images: ImageSet) -> None:
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    panel.state.set_images(few_images)
    assert panel.model.duplicate_mark(6) == ""
    assert panel.inspector.duplicates.isHidden()


def test_the_inspector_leads_to_the_other_and_back(gallery: GalleryPanel) -> None:
    duplicates = gallery.inspector.duplicates
    gallery.show_number(6)
    assert duplicates.isVisible()
    assert duplicates.accessibleName() == (
        "The very same picture as test image 8. "
        "Nearly the same picture as training image 7, labelled differently"
    )
    duplicates.linkActivated.emit("train/7")
    assert gallery.inspector.title.text() == "Training image 7"
    assert gallery.state.chosen == 7
    assert "; test image 8, labelled differently" in duplicates.accessibleName()
    duplicates.linkActivated.emit("t10k/8")
    assert gallery.inspector.title.text() == "Test image 8"
    assert gallery.state.chosen == 8
    gallery.show_number(9)
    assert duplicates.isHidden()


def test_the_links_are_reached_by_keyboard_and_by_mouse(qtbot: QtBot) -> None:
    links = DuplicateLinks()
    qtbot.addWidget(links)
    links.resize(600, 60)
    links.show_duplicates(
        [Duplicate(Split.TRAIN, 123, True), Duplicate(Split.TEST, 5, is_near=True)]
    )
    links.activateWindow()
    links.setFocus()
    qtbot.waitUntil(links.hasFocus)
    chosen = QSignalSpy(links.image_chosen)
    for _ in range(2):
        QTest.keyClick(links, Qt.Key.Key_Tab)
        QTest.keyClick(links, Qt.Key.Key_Return)
    assert sorted(chosen.at(each)[1] for each in range(chosen.count())) == [5, 123]
    place = QPoint(links.fontMetrics().horizontalAdvance("trai"), links.fontMetrics().height() + 5)
    QTest.mouseClick(links, Qt.MouseButton.LeftButton, pos=place)
    assert chosen.count() == 3
    assert chosen.at(2) == [Split.TRAIN, 123]


def test_a_narrow_place_shows_marks_and_numbers_and_says_the_rest(qtbot: QtBot) -> None:
    links = DuplicateLinks()
    qtbot.addWidget(links)

    def plain() -> str:
        return QTextDocumentFragment.fromHtml(links.text()).toPlainText()

    links.show_duplicates([Duplicate(Split.TRAIN, 123, False, is_near=True)])
    assert plain() == "Nearly the same as\ntraining image 123"
    links.show_brief(True)
    assert plain() == "≈ training image 123"
    links.show_duplicates(
        [
            Duplicate(Split.TEST, 5, True),
            Duplicate(Split.TRAIN, 7, False, is_near=True),
            Duplicate(Split.TRAIN, 8, False, is_near=True),
            Duplicate(Split.TEST, 9, False, is_near=True),
        ]
    )
    assert plain() == "= test image 5, other label; ≈ training 7, 8, test 9"
    sentence = "The very same picture as test image 5, labelled differently. Nearly the same "
    assert links.accessibleName().startswith(sentence)
    assert sentence in links.toolTip()
    links.show_brief(False)
    assert plain().split("\n")[:2] == ["The very same as", "test image 5, other label"]
    links.show_duplicates([])
    assert (links.text(), links.toolTip(), links.height_of(99, brief=True)) == ("", "", 0)


def test_the_list_of_suspects_names_them(gallery: GalleryPanel) -> None:
    suspects = gallery.about_classes.suspects
    ranked = tuple(Suspect(number, 0, 1, 0.9, 2) for number in (6, 7, 10))
    suspects.show_computing(Split.TEST)
    suspects.show_suspects(Suspects(ranked, 2, 300, has_learned=True))
    assert not suspects.table.isColumnHidden(Column.DUPLICATES)
    texts = [suspects.model.index(row, Column.DUPLICATES).data() for row in range(3)]
    assert texts == ["test 8; ≈ train 7, other label", "", "≈ test 11"]
    said = str(suspects.model.index(0, Column.DUPLICATES).data(SPOKEN))
    assert said.endswith(", same image as test 8, nearly the same image as train 7, other label")
    assert str(suspects.model.index(2, 0).data(SPOKEN)).endswith(
        ", nearly the same image as test 11"
    )
