"""The page Explore in windows of several sizes: what is large, and what never scrolls."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.gallery.shown_run import Rival
from lenet_desktop.ui.window.main_window import MainWindow

SMALLEST, USUAL = (1100, 700), (1440, 900)


@pytest.fixture
def answers(few_events: list[Event]) -> list[PredictionSet]:
    return [event.predictions for event in few_events if isinstance(event, PredictionsReady)]


def lay_out(window: MainWindow, size: tuple[int, int] = SMALLEST) -> None:
    window.resize(*size)
    for _turn in range(5):
        QApplication.processEvents()


def can_scroll(area: QWidget | None) -> bool:
    return (
        isinstance(area, QAbstractScrollArea)
        and area.isVisible()
        and area.verticalScrollBar().maximum() > 0
    )


def scrolling_within_scrolling(window: MainWindow) -> list[str]:
    found = []
    for inner in filter(can_scroll, window.findChildren(QAbstractScrollArea)):
        outer = inner.parentWidget()
        while outer is not None and not can_scroll(outer):
            outer = outer.parentWidget()
        if outer is not None:
            found.append(f"{inner.objectName()} in {outer.objectName()}")
    return found


def test_nothing_scrolls_within_what_scrolls_in_the_smallest_window(
    window: MainWindow, answers: list[PredictionSet]
) -> None:
    gallery, state = window.gallery, window.gallery.state
    lay_out(window)
    assert not scrolling_within_scrolling(window), "before a run"
    for each in answers:
        state.add(each)
    state.go_to(29)
    lay_out(window)
    assert can_scroll(gallery.view), "or nothing would be held here"
    assert not scrolling_within_scrolling(window), "after a run"
    QTest.mouseClick(gallery.filters.more_button, Qt.MouseButton.LeftButton)
    state.ask(Query(show=Show.CHANGED, true_class=6, predicted_class=0))
    lay_out(window)
    assert not scrolling_within_scrolling(window), "with all filters and two epochs"
    state.compare_with(Rival(7, "Another run", answers[0], "Its learning rate went otherwise."))
    lay_out(window)
    assert not scrolling_within_scrolling(window), "beside another run"


def test_the_matrix_is_the_largest_beside_the_grid(
    window: MainWindow, answers: list[PredictionSet]
) -> None:
    gallery = window.gallery
    for each in answers:
        gallery.state.add(each)
    for size, least in ((SMALLEST, 18), (USUAL, 32)):
        lay_out(window, size)
        assert gallery.about_classes.height() > 1.3 * gallery.about_image.height()
        cell = gallery.matrix.part_place(gallery.matrix.part_count() - 1)
        assert min(cell.width(), cell.height()) >= least, size
        assert gallery.inspector.picture.scale >= 5, "and the image is seen as well"
