"""Images in the grid are crisp on every screen: each of their pixels is as large as the others."""

import re
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import ImageSet
from lenet_desktop.ui.gallery.gallery_state import GalleryState
from lenet_desktop.ui.gallery.grid.cell_painter import CellPainter, CellsInSight
from lenet_desktop.ui.gallery.grid.gallery_model import GalleryModel
from tests.painted import pixels

SIDE = 28
pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def chequered(qtbot: QtBot) -> GalleryModel:
    """Return six images whose pixels are alternately black and white."""
    board = (np.indices((SIDE, SIDE)).sum(axis=0) % 2 * 255).astype(np.uint8)
    state = GalleryState()
    model = GalleryModel(state, state)
    pixels = np.repeat(board[np.newaxis, np.newaxis], 6, axis=0)
    state.set_images(ImageSet(pixels, np.zeros(6, np.uint8), DEFAULT))
    return model


def paint(
    model: GalleryModel, scale: int, ratio: float, selected: int | None = None
) -> npt.NDArray[np.uint8]:
    """Return two lines of cells on a screen of a density, as grey, uint8 (height, width)."""
    cells, font = CellPainter(), QFont()
    cells.set_scale(scale)
    size = cells.cell_size(font)
    lefts = [3 + at * (size.width() + 7) for at in range(3)]
    sight = CellsInSight(
        first_row=0, lines=2, lefts=lefts, top=-5, size=size,
        selected=selected, pointed=None, focused=True,
    )  # fmt: skip
    whole = QSize(lefts[-1] + size.width() + 9, 2 * size.height())
    screen = QImage(whole * ratio, QImage.Format.Format_RGB32)
    screen.setDevicePixelRatio(ratio)
    screen.fill(QColor(200, 0, 0))
    painter = QPainter(screen)
    cells.paint(painter, model, sight, font, ratio)
    painter.end()
    return pixels(screen)[..., 1]


@pytest.mark.parametrize("selected", [None, 0])
@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0, 3.0])
@pytest.mark.parametrize("scale", [1, 2, 3, 6])
def test_every_pixel_gets_as_many_of_the_screen_as_every_other(
    chequered: GalleryModel, scale: int, ratio: float, selected: int | None
) -> None:
    screen = paint(chequered, scale, ratio, selected)
    each = max(1, int(scale * ratio))
    first = CellPainter()
    first.set_scale(scale)
    board = np.kron(np.indices((SIDE, SIDE)).sum(axis=0) % 2 * 255, np.ones((each, each)))
    corners = _places(screen, board.astype(np.uint8))
    assert len(corners) == 6
    lines, columns = ({corner[axis] for corner in corners} for axis in (0, 1))
    assert (len(lines), len(columns)) == (2, 3), "and they stand in lines and columns"


def _places(screen: npt.NDArray[np.uint8], wanted: npt.NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Return where a picture lies in another one, pixel for pixel."""
    height, width = wanted.shape
    middle = height // 2
    line = re.compile(b"(?=" + re.escape(wanted[middle].tobytes()) + b")", re.DOTALL)
    corners = [
        (row - middle, found.start())
        for row in range(middle, len(screen))
        for found in line.finditer(screen[row].tobytes())
    ]
    return [
        (row, column)
        for row, column in corners
        if np.array_equal(screen[row : row + height, column : column + width], wanted)
    ]


def test_long_names_stay_within_the_frame_of_a_cell() -> None:
    names = ("a" + 60 * "w", "b" + 60 * "w")
    info = replace(DEFAULT, class_names=names, train_counts=(), fingerprint=16 * "e")
    state = GalleryState()
    model = GalleryModel(state, state)
    state.set_images(ImageSet(np.zeros((6, 1, SIDE, SIDE), np.uint8), np.zeros(6, np.uint8), info))
    cells, font = CellPainter(), QFont()
    cells.show_dataset(info)
    size = cells.cell_size(font)
    sight = CellsInSight(
        first_row=0, lines=1, lefts=[0], top=0, size=size,
        selected=None, pointed=None, focused=True,
    )  # fmt: skip
    screen = QImage(size, QImage.Format.Format_RGB32)
    screen.fill(QColor(255, 255, 255))
    painter = QPainter(screen)
    cells.paint(painter, model, sight, font, 1.0)
    painter.end()
    written = np.flatnonzero((pixels(screen)[..., 1] < 255).any(axis=0))
    assert written[-1] - written[0] > 3 * SIDE
    assert 5 < written[0] <= written[-1] < size.width() - 5


def test_the_layout_is_the_same_whatever_is_painted(chequered: GalleryModel) -> None:
    cells = CellPainter()
    before = cells.cell_size(QFont())
    for ratio in (1.0, 1.5, 2.0):
        paint(chequered, 3, ratio)
        assert cells.cell_size(QFont()) == before
    assert before.width() >= 3 * SIDE
