"""Every pixel of an image is as large as the others, on a screen with any density."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.neighbours import Neighbour
from lenet_desktop.ui.gallery.inside.map_grid import MapGrid, MapGroup
from lenet_desktop.ui.gallery.inside.neighbours_page import NeighbourTile
from lenet_desktop.ui.gallery.inside.pixel_picture import EnlargedImage, Pixel
from tests.painted import pixels

SIDE = 28
BOARD = (np.indices((SIDE, SIDE)).sum(axis=0) % 2 * 255).astype(np.uint8)
Widget = TypeVar("Widget", bound=QWidget)
RATIOS = pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0, 3.0])


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.resize(420, 300)
    return shown


def put(
    widget: Widget,
    window: QWidget,
    ratio: float,
    monkeypatch: pytest.MonkeyPatch,
    height: int = 207,
) -> Widget:
    """Put a widget where it begins between two pixels of a screen with this density."""
    monkeypatch.setattr(widget, "devicePixelRatioF", lambda: ratio)
    widget.setParent(window)
    widget.setGeometry(7, 5, 401, height)
    return widget


def enlarged(window: QWidget, ratio: float, monkeypatch: pytest.MonkeyPatch) -> EnlargedImage:
    picture = put(EnlargedImage(), window, ratio, monkeypatch)
    kind = QImage.Format.Format_Grayscale8
    picture.show_image(QImage(BOARD.tobytes(), SIDE, SIDE, SIDE, kind).copy())
    return picture


def maps(window: QWidget, ratio: float, monkeypatch: pytest.MonkeyPatch) -> MapGrid:
    grid = put(MapGrid(), window, ratio, monkeypatch, 283)
    large, small = (np.stack([BOARD[:side, :side]] * 6).astype(np.float32) for side in (24, 8))
    names = tuple("abcdef")
    grid.show_groups([MapGroup("one", large, names, 3), MapGroup("two", small, names, 6)], "")
    return grid


def tile(window: QWidget, ratio: float, monkeypatch: pytest.MonkeyPatch) -> NeighbourTile:
    shown = put(NeighbourTile(), window, ratio, monkeypatch)
    shown.show_neighbour(Neighbour(number=3, label=1, distance=0.5, pixels=BOARD), 1)
    return shown


def screen_of(window: QWidget, ratio: float) -> npt.NDArray[np.uint8]:
    """Return what a screen of a density shows of the window, grey, uint8 (height, width)."""
    screen = QImage(window.size() * ratio, QImage.Format.Format_RGB32)
    screen.setDevicePixelRatio(ratio)
    window.render(screen)
    return pixels(screen)[..., 1]


def stretches(line: npt.NDArray[np.uint8]) -> list[int]:
    """Return how long each black and each white stretch between two others is."""
    edges = np.flatnonzero(np.diff((line > 128).astype(int)) != 0)
    lengths: list[int] = np.diff(edges).tolist()
    return lengths


def assert_even(screen: npt.NDArray[np.uint8], area: QRect, ratio: float) -> None:
    """Check the pixels in an area of the window: sharp, and of one size across and down."""
    left, top = int(area.left() * ratio) + 2, int(area.top() * ratio) + 2
    right, bottom = int(area.right() * ratio) - 2, int(area.bottom() * ratio) - 2
    part = screen[top:bottom, left:right]
    assert set(np.unique(part)) <= {0, 255}
    lengths = stretches(part[0]) + stretches(part[:, 0])
    assert len(lengths) > 8
    assert len(set(lengths)) == 1, lengths


@RATIOS
def test_pixels_of_the_enlarged_image_are_of_one_size(
    window: QWidget, ratio: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = enlarged(window, ratio, monkeypatch)
    assert picture.rect().contains(picture.area)
    assert_even(screen_of(window, ratio), picture.area.translated(picture.pos()), ratio)


@RATIOS
def test_the_mouse_hits_the_pixel_that_is_seen_under_it(
    window: QWidget, ratio: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = enlarged(window, ratio, monkeypatch)
    for place in (Pixel(0, 0), Pixel(3, 27), Pixel(27, 11), Pixel(27, 27)):
        middle = ((at + 0.5) * picture.scale / ratio for at in (place.column, place.row))
        assert picture.pixel_at(QPoint(*(int(at) for at in middle))) == place
    assert picture.pixel_at(picture.area.bottomRight() + QPoint(1, 1)) is None


@RATIOS
def test_pixels_of_maps_are_of_one_size_and_where_the_mouse_finds_them(
    window: QWidget, ratio: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = maps(window, ratio, monkeypatch)
    screen = screen_of(window, ratio)
    for position in range(12):
        place = grid.part_place(position)
        assert grid.rect().contains(place)
        assert grid.part_at(place.center()) == position
        if position < 6:
            assert_even(screen, place.translated(grid.pos()), ratio)


@RATIOS
def test_pixels_of_a_neighbour_are_of_one_size(
    window: QWidget, ratio: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = tile(window, ratio, monkeypatch)
    middle = QRect(0, 0, 100, 100)
    middle.moveCenter(shown.geometry().center() - QPoint(0, 30))
    assert_even(screen_of(window, ratio), middle, ratio)
