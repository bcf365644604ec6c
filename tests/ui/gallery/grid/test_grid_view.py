"""Scrolling moves what is painted and has painted what comes into sight."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QCursor, QPaintEvent, QRegion, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import ImageSet
from lenet_desktop.ui.gallery.gallery_state import GalleryState
from lenet_desktop.ui.gallery.grid.gallery_model import GalleryModel
from lenet_desktop.ui.gallery.grid.grid_view import GridView
from lenet_desktop.ui.kit.steady_scroll_bar import SteadyScrollBar


class WatchedGrid(GridView):
    """Notes what of the viewport is painted."""

    painted = QRegion()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted = self.painted.united(event.region())
        super().paintEvent(event)


class WatchedBar(SteadyScrollBar):
    """Notes what is painted."""

    painted = QRegion()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted = self.painted.united(event.region())
        super().paintEvent(event)


@pytest.fixture
def grid(qtbot: QtBot) -> WatchedGrid:
    state, view = GalleryState(), WatchedGrid()
    model = GalleryModel(state, view)
    qtbot.addWidget(view)
    pixels = np.random.default_rng(0).integers(0, 256, (300, 1, 28, 28), np.uint8)
    state.set_images(ImageSet(pixels, np.zeros(300, np.uint8), DEFAULT))
    model.setParent(view)
    view.setModel(model)
    view.fit_cells()
    view.resize(500, 400)
    view.show()
    qtbot.waitExposed(view)
    point_at(view, None)
    return view


def point_at(view: WatchedGrid, cell: QRect | None) -> None:
    """Put the mouse on a cell or beside the grid, and forget what was painted until now."""
    beside = view.rect().bottomRight() * 2
    place = view.mapToGlobal(beside) if cell is None else view.viewport().mapToGlobal(cell.center())
    QCursor.setPos(place)
    QApplication.processEvents()
    view.viewport().repaint()
    view.painted = QRegion()


def test_what_comes_into_sight_is_painted_and_nothing_else(qtbot: QtBot, grid: WatchedGrid) -> None:
    grid.verticalScrollBar().setValue(40)
    qtbot.waitUntil(lambda: not grid.painted.isEmpty())
    viewport = grid.viewport().rect()
    exposed = QRect(0, viewport.height() - 40, viewport.width(), 40)
    assert grid.painted == QRegion(exposed)


def test_the_cell_under_the_mouse_is_painted_before_and_after(
    qtbot: QtBot, grid: WatchedGrid
) -> None:
    cells = [grid.visualRect(grid.model().index(row, 0)) for row in (0, grid.columns)]
    point_at(grid, cells[1])
    grid.verticalScrollBar().setValue(grid.gridSize().height())
    qtbot.waitUntil(lambda: not grid.painted.isEmpty())
    assert all(cell.isValid() for cell in cells)
    for cell in cells:  # the one that was pointed at has moved to the place of the first
        assert QRegion(cell).subtracted(grid.painted).isEmpty()


def test_only_the_slider_is_painted_when_it_moves(qtbot: QtBot) -> None:
    bar = WatchedBar()
    qtbot.addWidget(bar)
    bar.setRange(0, 10_000)
    bar.setPageStep(400)
    bar.resize(14, 400)
    bar.show()
    qtbot.waitUntil(lambda: not bar.painted.isEmpty())
    bar.painted = QRegion()
    bar.setValue(5_000)
    qtbot.waitUntil(lambda: not bar.painted.isEmpty())
    for height, is_painted in ((25, True), (100, False), (200, True), (300, False)):
        assert bar.painted.intersects(QRect(0, height, 14, 1)) == is_painted
    bar.painted = QRegion()
    bar.setRange(0, 500)
    qtbot.waitUntil(lambda: not bar.painted.isEmpty())
    assert bar.painted == QRegion(bar.rect())


def test_a_fine_wheel_changes_the_size_a_step_at_a_notch(grid: WatchedGrid) -> None:
    steps: list[int] = []
    grid.scale_step_requested.connect(steps.append)
    for delta in (*[15] * 8, *[-30] * 4, 240):
        place = QPointF(grid.viewport().rect().center())
        turned = QWheelEvent(
            place, place, QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(grid.viewport(), turned)
    assert steps == [1, -1, 2]


def test_it_claims_the_height_of_a_line_unless_its_images_are_large(grid: WatchedGrid) -> None:
    frame = 2 * grid.frameWidth()
    assert grid.minimumSizeHint().height() - frame >= 0.95 * grid.gridSize().height()
    grid.cells.set_scale(6)
    grid.fit_cells()
    assert grid.minimumSizeHint().height() - frame < 0.7 * grid.gridSize().height()


def test_the_image_looked_at_stays_in_sight_in_another_number_of_columns(
    qtbot: QtBot, grid: WatchedGrid
) -> None:
    index = grid.model().index(207, 0)
    grid.setCurrentIndex(index)
    for width, height in ((300, 200), (900, 400), (120, 160), (500, 400)):
        grid.resize(width, height)
        assert grid.viewport().rect().contains(grid.visualRect(index).center())
    grid.verticalScrollBar().setValue(0)
    grid.resize(300, 300)
    assert grid.verticalScrollBar().value() == 0, "who has scrolled away is not taken back"
