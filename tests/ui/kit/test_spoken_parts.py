"""A screen reader goes through what is painted: parts, their sentences and their places."""

from collections.abc import Callable

import numpy as np
import pytest
import shiboken6
from PySide6.QtGui import QAccessible, QAccessibleInterface, QImage
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.ui.gallery.classes.confusion_matrix import ConfusionMatrix
from lenet_desktop.ui.gallery.image.history_strip import HistoryStrip
from lenet_desktop.ui.gallery.inside.map_grid import MapGrid, MapGroup
from lenet_desktop.ui.gallery.inside.pixel_picture import EnlargedImage
from lenet_desktop.ui.kit import spoken_parts
from lenet_desktop.ui.kit.spoken_parts import PartedWidget

NAME = QAccessible.Text.Name


def matrix() -> PartedWidget:
    shown = ConfusionMatrix()
    labels = np.arange(100, dtype=np.uint8) % 10
    probabilities = np.eye(10, dtype=np.float32)[labels // 2]
    shown.show_predictions(
        PredictionSet(1, labels, probabilities, np.zeros(100, np.float32), DEFAULT)
    )
    return shown


def strip() -> PartedWidget:
    shown = HistoryStrip()
    shown.show_history([(1, 6), (2, 4), (3, 4)], 4, 2)
    return shown


def maps() -> PartedWidget:
    shown = MapGrid()
    names = tuple(f"Map {position}" for position in range(6))
    shown.show_groups([MapGroup("Maps", np.ones((6, 10, 10), np.float32), names, 3)], "Legend")
    return shown


def picture() -> PartedWidget:
    shown = EnlargedImage()
    image = QImage(28, 28, QImage.Format.Format_Grayscale8)
    image.fill(7)
    shown.show_image(image)
    return shown


@pytest.fixture(params=[matrix, strip, maps, picture])
def parted(request: pytest.FixtureRequest, qtbot: QtBot) -> PartedWidget:
    make: Callable[[], PartedWidget] = request.param
    shown = make()
    qtbot.addWidget(shown)
    shown.resize(420, 300)
    shown.show()
    shown.activateWindow()
    shown.setFocus()
    qtbot.waitUntil(shown.hasFocus)
    return shown


def interface(widget: QWidget) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(widget)


def test_every_part_says_its_sentence_and_where_it_is(parted: PartedWidget) -> None:
    whole = interface(parted)
    assert whole.childCount() == parted.part_count() > 0
    sentences = set()
    for position in range(whole.childCount()):
        part = whole.child(position)
        sentences.add(part.text(NAME))
        assert part.text(NAME) == parted.part_sentence(position)
        assert whole.indexOfChild(part) == position
        assert part.parent() is whole
        assert part.isValid()
        assert whole.rect().contains(part.rect())
        centre = part.rect().center()
        assert whole.childAt(centre.x(), centre.y()) is part
    assert len(sentences) == whole.childCount(), "no two say the same"
    assert whole.child(whole.childCount()) is None


def test_the_part_at_which_the_keyboard_stands_has_the_focus(parted: PartedWidget) -> None:
    whole = interface(parted)
    focused = [at for at in range(whole.childCount()) if whole.child(at).state().focused]
    assert focused == [parted.current_part()]
    assert whole.focusChild() is whole.child(focused[0])
    parted.clearFocus()
    assert whole.focusChild() is None


def test_there_are_as_many_parts_as_there_are_things_to_show(qtbot: QtBot) -> None:
    shown = HistoryStrip()
    qtbot.addWidget(shown)
    whole = interface(shown)
    assert whole.childCount() == 0
    shown.show_history([(1, 6), (2, 4)], 4, 2)
    last = whole.child(1)
    assert last.isValid()
    shown.show_history([(1, 6)], 4, 1)
    assert whole.childCount() == 1
    assert not last.isValid()
    assert last.text(NAME) == ""
    assert last.state().invalid
    assert whole.childAt(-5, -5) is None


@pytest.mark.parametrize("goes_with_its_parent", [True, False])
def test_interfaces_go_with_their_widget(qapp: object, goes_with_its_parent: bool) -> None:
    before = len(spoken_parts._seen)
    parent = QWidget()
    shown = HistoryStrip()
    shown.setParent(parent)
    shown.show_history([(1, 6), (2, 4)], 4, 2)
    valid_at_the_end: list[bool] = []
    shown.destroyed.connect(lambda: valid_at_the_end.append(parts[0].isValid()))
    whole = interface(shown)
    parts: list[QAccessibleInterface] = [whole.child(position) for position in range(2)]
    assert len(spoken_parts._seen) == before + 1
    shiboken6.delete(parent if goes_with_its_parent else shown)
    assert valid_at_the_end == [False], "a screen reader still asks then"
    assert len(spoken_parts._seen) == before
    assert not any(shiboken6.isValid(each) for each in (whole, *parts))


def test_other_widgets_speak_as_ever(qtbot: QtBot) -> None:
    button = QPushButton("Start")
    qtbot.addWidget(button)
    assert interface(button).text(NAME) == "Start"
