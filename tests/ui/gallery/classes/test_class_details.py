"""The pages about the classes: confused pairs where there is room, and suspect labels."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import ImageSet
from lenet_desktop.networks.predictions import confused_pairs
from lenet_desktop.text.wording import tip
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.gallery.classes.class_details import ClassDetails
from lenet_desktop.ui.gallery.gallery_state import GalleryState
from lenet_desktop.ui.kit.theme import SPACING
from tests.made_images import made_images, made_predictions
from tests.painted import colours

TAB = Qt.FocusPolicy.TabFocus
WIDE, NARROW = 680, 380


@pytest.fixture
def state(few_images: ImageSet) -> GalleryState:
    known = GalleryState()
    known.set_images(few_images)
    return known


@pytest.fixture
def details(qtbot: QtBot, state: GalleryState) -> ClassDetails:
    shown = ClassDetails(state)
    qtbot.addWidget(shown)
    shown.resize(NARROW, 290)
    shown.show()
    return shown


@pytest.fixture
def trained(details: ClassDetails, state: GalleryState, few_events: list[Event]) -> ClassDetails:
    learn(state, few_events)
    return details


def learn(state: GalleryState, events: list[Event]) -> None:
    for event in events:
        if isinstance(event, PredictionsReady):
            state.add(event.predictions, event.snapshot)


def tabs(details: ClassDetails) -> list[str]:
    return [details.tabText(position) for position in range(details.count())]


def test_the_pairs_stand_beside_the_matrix_as_soon_as_there_is_room(trained: ClassDetails) -> None:
    assert tabs(trained) == ["Matrix", "Confused", "Suspects"]
    trained.setCurrentWidget(trained.pairs)
    trained.pairs.setCurrentRow(2)
    for _ in range(2):
        trained.resize(WIDE, 290)
        assert tabs(trained) == ["Matrix", "Suspects"]
        assert trained.matrix.isVisible()
        assert trained.pairs.isVisible()
        assert trained.pairs.currentRow() == 2
        trained.resize(NARROW, 290)
        assert tabs(trained) == ["Matrix", "Confused", "Suspects"]
        assert trained.tabToolTip(1)
        assert not trained.pairs.isVisible()
    assert trained.findChildren(QListWidget, "confused_pairs") == [trained.pairs]


def test_tabs_are_never_cut_however_many_classes_there_are(
    details: ClassDetails, state: GalleryState
) -> None:
    images = made_images(62)
    state.set_images(images)
    state.add(made_predictions(images))

    def widths() -> list[int]:
        return [details.tabBar().tabRect(position).width() for position in (0, details.count() - 1)]

    details.resize(1_000, 290)
    whole = widths()
    details.resize(details.minimumSizeHint().width(), 290)
    assert widths() == whole
    assert details.ordered.isVisible()
    for button in (details.zoom_in, details.zoom_out):
        assert button.isVisible()
        assert min(button.size().toTuple()) >= 24
    QTest.mouseClick(details.zoom_out, Qt.MouseButton.LeftButton)
    assert not details.matrix.is_scrolled
    assert not details.zoom_out.isEnabled()
    QTest.mouseClick(details.zoom_in, Qt.MouseButton.LeftButton)
    assert details.matrix.is_scrolled
    details.setCurrentWidget(details.suspects)
    assert not details.ordered.isVisible()


def test_the_pairs_leave_large_cells_to_the_matrix(qtbot: QtBot, trained: ClassDetails) -> None:
    least = trained.matrix.full_size_width + SPACING + trained.pairs.least_width
    trained.resize(least, 500)
    assert trained.pairs_are_beside
    qtbot.waitUntil(lambda: trained.matrix.width() >= trained.matrix.full_size_width)
    cell = trained.matrix.part_place(12)  # the first cell, behind the names
    assert cell.width() >= 32
    trained.resize(least - 1, 500)
    assert not trained.pairs_are_beside


def test_the_keyboard_comes_to_all_of_it_as_it_is_read(qtbot: QtBot, trained: ClassDetails) -> None:
    action = QAction("Copy", trained)
    action.setObjectName("copy_action")
    copying = trained.add_tool(action, "copy")
    trained.resize(WIDE, 500)
    qtbot.waitUntil(copying.isVisible)
    part: QWidget | None = trained.tabBar()
    met: list[QWidget] = []
    while part is not None and part not in met:
        met.append(part)
        part = part.nextInFocusChain()
    taking = [each for each in met if each.isVisible() and each.focusPolicy() & TAB]
    parts = (trained.percent, copying, trained.matrix, trained.pairs)
    assert [taking.index(each) for each in parts] == [1, 2, 3, 4]


def test_a_tool_is_called_by_its_words_alone(trained: ClassDetails) -> None:
    action = QAction("保存(&A)…", trained)
    button = trained.add_tool(action, "save")
    assert button.accessibleName() == "保存"
    assert button.toolTip() == "保存"


def test_a_page_that_is_looked_at_stays(trained: ClassDetails) -> None:
    trained.setCurrentWidget(trained.suspects)
    trained.resize(WIDE, 290)
    assert trained.currentWidget() is trained.suspects
    trained.resize(NARROW, 290)
    assert trained.currentWidget() is trained.suspects


def test_beside_the_matrix_no_pair_is_cut_and_each_says_all_of_it(trained: ClassDetails) -> None:
    trained.resize(WIDE, 290)
    counts = trained.matrix.counts
    assert counts is not None
    names = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
             "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")  # fmt: skip
    metrics, room = trained.pairs.fontMetrics(), trained.pairs.viewport().width()
    for row, (true, predicted, times) in enumerate(confused_pairs(counts)):
        item = trained.pairs.item(row)
        assert item.text() == f"{names[true]} → {names[predicted]}  {times}"
        sentence = f"{names[true]} taken for {names[predicted]}: {times}"
        assert item.data(Qt.ItemDataRole.AccessibleTextRole) == sentence
        assert item.toolTip() == tip(sentence)
        assert metrics.horizontalAdvance(item.text()) < room


def test_a_count_stands_at_the_right_even_where_the_pair_is_cut(details: ClassDetails) -> None:
    counts = np.zeros((10, 10), np.intp)
    counts[9, 0] = 182
    details.pairs.show_counts(counts)
    details.setCurrentWidget(details.pairs)
    details.resize(NARROW, 290)

    def ink(width: int) -> int:
        picture = details.pairs.viewport().grab().toImage()
        row = details.pairs.visualItemRect(details.pairs.item(0))
        ground = QColor(picture.pixelColor(row.width() // 2, row.bottom() + 20))
        return sum(
            picture.pixelColor(x, y) != ground
            for x in range(row.right() - width, row.right())
            for y in range(row.top(), row.bottom())
        )

    width = details.pairs.fontMetrics().horizontalAdvance("182") + 4
    of_three_figures = ink(width)
    counts[9, 0] = 1
    details.pairs.show_counts(counts)
    assert of_three_figures > ink(width) > 0


def test_an_empty_list_of_pairs_says_why(details: ClassDetails) -> None:
    details.resize(WIDE, 290)
    assert details.pairs.placeholder.startswith("After the first epoch")
    picture = details.pairs.viewport().grab().toImage()
    assert len(colours(picture)) > 1
    details.pairs.show_counts(np.diag(np.full(10, 5)))
    assert details.pairs.placeholder == "No image was taken for one of another class."


def test_a_window_can_grow_narrow_again(details: ClassDetails) -> None:
    narrow = details.minimumSizeHint().width()
    details.resize(WIDE, 290)
    assert details.minimumSizeHint().width() == narrow


def test_labels_are_doubted_only_while_that_page_is_looked_at(
    details: ClassDetails, state: GalleryState, few_events: list[Event]
) -> None:
    asked: list[int] = []
    details.suspects_requested.connect(lambda _labels, answers: asked.append(len(answers)))
    learn(state, few_events)
    assert asked == []
    details.setCurrentWidget(details.suspects)
    assert asked == [len(state.epochs)]
