"""The list of confused pairs: it highlights what the gallery is filtered to, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import ImageSet
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.ui.gallery.classes.confused_pairs import ConfusedPairs
from lenet_desktop.ui.gallery.classes.matrix_layout import Cell
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel

CLICK, KEY = Qt.MouseButton.LeftButton, Qt.Key
CLASSES = len(DEFAULT.class_names)
SHIRT_COAT, SHIRT_DRESS = (6, 4), (6, 3)


@pytest.fixture
def answers() -> PredictionSet:
    """Return answers in which every class was taken for every other one, some more often."""
    pairs = [(true, other) for true in range(CLASSES) for other in range(CLASSES)]
    pairs += [SHIRT_COAT] * 9 + [(0, 6)] * 7 + [(9, 7)] * 5
    labels, predicted = np.array(pairs, np.uint8).T
    sure = np.eye(CLASSES, dtype=np.float32)[predicted]
    return PredictionSet(1, labels, sure, np.zeros(len(labels), np.float32), DEFAULT)


@pytest.fixture
def gallery(qtbot: QtBot, answers: PredictionSet) -> GalleryPanel:
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 800)
    panel.show()
    images = np.zeros((len(answers), 1, 28, 28), np.uint8)
    panel.state.set_images(ImageSet(images, answers.labels, answers.info))
    panel.state.add(answers)
    panel.about_classes.setCurrentWidget(panel.about_classes.pairs)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return panel


@pytest.fixture
def pairs(gallery: GalleryPanel) -> ConfusedPairs:
    return gallery.about_classes.pairs


def pair_of(pairs: ConfusedPairs, row: int) -> Cell:
    found: Cell = pairs.item(row).data(Qt.ItemDataRole.UserRole)
    return found


def row_of(pairs: ConfusedPairs, pair: Cell) -> int:
    return [pair_of(pairs, row) for row in range(pairs.count())].index(pair)


def highlighted(pairs: ConfusedPairs) -> list[Cell]:
    return [pair_of(pairs, index.row()) for index in pairs.selectedIndexes()]


def click(pairs: ConfusedPairs, pair: Cell) -> None:
    item = pairs.item(row_of(pairs, pair))
    pairs.scrollToItem(item)
    QTest.mouseClick(pairs.viewport(), CLICK, pos=pairs.visualItemRect(item).center())


def test_the_list_follows_the_filter_whoever_sets_it(
    gallery: GalleryPanel, pairs: ConfusedPairs
) -> None:
    assert highlighted(pairs) == []
    click(pairs, SHIRT_COAT)
    assert highlighted(pairs) == [SHIRT_COAT]
    QTest.mouseClick(gallery.chips.clear_button, CLICK)
    assert highlighted(pairs) == []
    gallery.matrix.cell_chosen.emit((0, 6))
    assert highlighted(pairs) == [(0, 6)]
    for query in (Query(true_class=6), Query(true_class=3, predicted_class=3), Query()):
        gallery.filters.set_query(query)
        assert highlighted(pairs) == []
    gallery.filters.set_query(Query(true_class=6, predicted_class=3))
    assert highlighted(pairs) == [SHIRT_DRESS]


def test_a_second_click_takes_the_filter_away(gallery: GalleryPanel, pairs: ConfusedPairs) -> None:
    asked = QSignalSpy(gallery.filters.query_changed)
    click(pairs, SHIRT_COAT)
    click(pairs, SHIRT_COAT)
    assert gallery.filters.query == Query()
    assert highlighted(pairs) == []
    click(pairs, SHIRT_COAT)
    click(pairs, SHIRT_DRESS)
    assert highlighted(pairs) == [SHIRT_DRESS]
    assert asked.count() == 4, "one question for each click"


def test_a_double_click_shows_the_images(gallery: GalleryPanel, pairs: ConfusedPairs) -> None:
    place = pairs.visualItemRect(pairs.item(row_of(pairs, SHIRT_COAT))).center()
    QTest.mouseClick(pairs.viewport(), CLICK, pos=place)
    QTest.mouseDClick(pairs.viewport(), CLICK, pos=place)
    assert gallery.filters.query == Query(true_class=6, predicted_class=4)


@pytest.mark.parametrize("key", [KEY.Key_Return, KEY.Key_Enter])
def test_keys_move_without_highlighting_and_choose_with_enter(
    qtbot: QtBot, gallery: GalleryPanel, pairs: ConfusedPairs, key: Qt.Key
) -> None:
    pairs.setFocus()
    qtbot.waitUntil(pairs.hasFocus)
    before = pairs.viewport().grab().toImage()
    QTest.keyClick(pairs, KEY.Key_Down)
    assert pairs.currentRow() == 1
    assert highlighted(pairs) == []
    assert gallery.filters.query == Query()
    assert pairs.viewport().grab().toImage() != before, "the place of the keyboard is seen"
    QTest.keyClick(pairs, key)
    assert highlighted(pairs) == [pair_of(pairs, 1)]
    QTest.keyClick(pairs, KEY.Key_Down)
    assert highlighted(pairs) == [pair_of(pairs, 1)], "still what is filtered to"
    QTest.keyClick(pairs, KEY.Key_Up)
    QTest.keyClick(pairs, key)
    assert gallery.filters.query == Query()
    assert highlighted(pairs) == []


def test_highlight_keyboard_and_scroll_survive_refreshes(
    gallery: GalleryPanel, pairs: ConfusedPairs, answers: PredictionSet
) -> None:
    click(pairs, SHIRT_DRESS)
    bar = pairs.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    scrolled = bar.value()
    assert scrolled > 0
    gallery.state.add(replace(answers, epoch=2, probabilities=answers.probabilities[::-1]))
    gallery.state.add(replace(answers, epoch=3))
    assert highlighted(pairs) == [SHIRT_DRESS]
    assert pair_of(pairs, pairs.currentRow()) == SHIRT_DRESS
    assert bar.value() == scrolled
    gallery.state.set_running(True)
    assert bar.value() == scrolled
    assert highlighted(pairs) == [SHIRT_DRESS]


def test_a_pair_chosen_in_the_matrix_comes_into_sight(
    gallery: GalleryPanel, pairs: ConfusedPairs
) -> None:
    last = pair_of(pairs, pairs.count() - 1)
    gallery.matrix.cell_chosen.emit(last)
    shown = pairs.visualItemRect(pairs.item(pairs.count() - 1))
    assert pairs.viewport().rect().contains(shown)


def test_a_count_stands_near_its_pair_however_wide_the_list_is(
    qtbot: QtBot, answers: PredictionSet
) -> None:
    pairs = ConfusedPairs()
    qtbot.addWidget(pairs)
    pairs.show_counts(answers.confusion)
    pairs.resize(pairs.least_width + 500, 40)
    pairs.show()
    picture = pairs.viewport().grab().toImage()
    ground = pairs.palette().base().color().name()
    inked = {
        x
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).name() != ground
    }
    assert inked
    assert max(inked) < picture.width() - 200
