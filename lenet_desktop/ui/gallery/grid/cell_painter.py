"""Paints the cells of the grid: images, what they were taken for and what they are.

The images of a line are put together in one array and drawn at once, and captions are drawn as
pictures that were made before: a frame takes a few milliseconds, for 30 cells as for 600.

On a screen with, say, 1.5 pixels for each of the window's, images are drawn in pixels of the
screen, so that each pixel of an image gets the same whole number of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QImage, QPainter, QPen

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.wording import WRONG_MARK
from lenet_desktop.ui.gallery.grid.caption_pictures import CaptionPictures
from lenet_desktop.ui.gallery.grid.epoch_strips import (
    STRIP_HEIGHT,
    Colours,
    draw_strips,
    epochs_that_fit,
)
from lenet_desktop.ui.gallery.grid.gallery_model import GalleryModel
from lenet_desktop.ui.gallery.grid.image_marks import paint_duplicate_mark, paint_flag
from lenet_desktop.ui.kit.elided_label import short
from lenet_desktop.ui.kit.screen_pixels import enlargement, in_screen_pixels, in_window, on_screen
from lenet_desktop.ui.kit.theme import (
    CHOSEN_TINT,
    LIGHT,
    POINTED_TINT,
    SPACING,
    Theme,
    caption,
    with_alpha,
)

LEAST_CAPTIONED = 56
"""Pixels from which there is room for words under an image; in a smaller one a mark has to do."""
_USUAL_SIZE = 3 * LEAST_CAPTIONED // 2
_SIZES = [step * LEAST_CAPTIONED // 2 for step in range(1, 7)]
"""About how many pixels of the window an image may be wide."""
_MARGIN = SPACING // 2
_RADIUS = 4
_FRAME = 2
_OPAQUE = 0xFF000000
_STRIP_ROOM = STRIP_HEIGHT + 2
"""Pixels under every image for its strip, kept free before there is one: nothing moves later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsInSight:
    """Which cells are to be painted, and where.

    Attributes:
        first_row: the row of the model in the first cell.
        lines: how many lines of cells.
        lefts: where each column of cells begins, in pixels of the viewport.
        top: where the first line begins, often above the viewport.
        size: of every cell.
        selected: the row that is selected, None if there is none.
        pointed: the row under the mouse, None if there is none.
        focused: whether the keyboard is in the grid.
    """

    first_row: int
    lines: int
    lefts: Sequence[int]
    top: int
    size: QSize
    selected: int | None
    pointed: int | None
    focused: bool

    def rect(self, row: int) -> QRect:
        """Return where the cell of a row lies."""
        line, column = divmod(row - self.first_row, len(self.lefts))
        corner = QPoint(self.lefts[column], self.top + line * self.size.height())
        return QRect(corner, self.size)


def scales_of(side: int) -> list[int]:
    """Return how many times images of so many pixels can be enlarged, ascending, at least two."""
    found = sorted({max(1, round(size / side)) for size in _SIZES})
    return found if len(found) > 1 else [1, 2]


def usual_scale(side: int) -> int:
    """Return how many times images of so many pixels are enlarged at first."""
    return max(1, round(_USUAL_SIZE / side))


class CellPainter:
    """Draws images at a whole multiple of their size, so that their pixels stay crisp."""

    def __init__(self) -> None:
        self._theme = LIGHT
        self._info = DEFAULT
        self._scale = usual_scale(DEFAULT.side)
        self._captions = CaptionPictures()
        self._wrong_mark: Colours | None = None
        self._is_compared = False
        self._ratio = 1.0
        self._side = self._fitting_side()

    def set_scale(self, scale: int) -> None:
        """Draw images larger or smaller, at one of `scales_of` their side."""
        self._scale = scale
        self._side = self._fitting_side()

    def show_dataset(self, info: DatasetInfo) -> None:
        """Have room for the images and the class names of a data set, at the usual scale."""
        self._info = info
        self.set_scale(usual_scale(info.side))

    def set_compared(self, compared: bool) -> None:
        """Leave room for the letters that tell the predictions of two runs apart."""
        self._is_compared = compared

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self._wrong_mark = None

    def cell_size(self, font: QFont) -> QSize:
        """Return the size of every cell, wide enough for every class name."""
        side = self._side = self._fitting_side()
        if not self._has_captions:
            width = side + 2 * _MARGIN + 2
            return QSize(width, width + _STRIP_ROOM)
        metrics = QFontMetrics(caption(font))
        before = f"B {WRONG_MARK}" if self._is_compared else WRONG_MARK
        names = (f"{before} {short(name, metrics)}" for name in self._info.class_names)
        text_width = max(metrics.horizontalAdvance(name) for name in names)
        width = max(side, text_width) + 2 * _MARGIN + SPACING
        return QSize(width, side + _STRIP_ROOM + 2 * metrics.height() + 3 * _MARGIN + SPACING)

    def paint(
        self, painter: QPainter, model: GalleryModel, cells: CellsInSight, font: QFont, ratio: float
    ) -> None:
        """Paint some cells of the model.

        Args:
            painter: of the viewport.
            model: what is shown.
            cells: which of it, and where.
            font: of the grid; captions are a little smaller.
            ratio: how many pixels of the screen one of the viewport is wide.
        """
        rows = range(
            cells.first_row,
            min(cells.first_row + cells.lines * len(cells.lefts), model.rowCount()),
        )
        if not rows:
            return
        self._ratio = ratio
        within = cells.size.width() - 3 * _MARGIN  # the frame of the cell that is selected
        if self._captions.use(caption(font), ratio, within):
            self._wrong_mark = None
        tiles, strips = self._tiles(model, rows, font), self._strips(model, rows)
        self._paint_tiles(painter, tiles, strips, cells)
        for row in {cells.selected, cells.pointed} & set(rows):
            if row is not None:
                self._paint_frame(painter, cells, row)
                at = row - rows.start
                self._paint_again(painter, cells.rect(row), tiles[at], strips[at])
        for row in rows:
            if model.is_marked(row):
                paint_flag(painter, self._place(cells.rect(row)), self._theme)
            if mark := model.duplicate_mark(row):
                paint_duplicate_mark(painter, self._place(cells.rect(row)), mark, self._theme)
        if self._has_captions:
            self._paint_captions(painter, model, rows, cells)

    @property
    def _has_captions(self) -> bool:
        return self._info.side * self._scale >= LEAST_CAPTIONED

    def _fitting_side(self) -> int:
        """Return the room for an image, in which its pixels are whole ones of the usual screen."""
        screen = QGuiApplication.primaryScreen()
        ratio = 1.0 if screen is None else screen.devicePixelRatio()
        return in_window(self._info.side * max(1, on_screen(self._scale, ratio)), ratio)

    @property
    def _pixel_side(self) -> int:
        """How many pixels of the screen each pixel of an image is wide and high."""
        return enlargement(self._side, self._info.side, self._ratio)

    def _within_cell(self, size: QSize) -> tuple[QPoint, int]:
        """Return where in a cell the image begins, and how far down its strip, on the screen."""
        room = self._place(QRect(QPoint(0, 0), size))
        spare = (self._side * self._ratio - self._info.side * self._pixel_side) / 2
        left, top = (self._on_screen(place, spare) for place in (room.left(), room.top()))
        return QPoint(left, top), self._on_screen(room.bottom() + 1 + _STRIP_ROOM - STRIP_HEIGHT)

    def _on_screen(self, length: float, more: float = 0.0) -> int:
        """Return pixels of the window as whole pixels of the screen."""
        return on_screen(length, self._ratio, more)

    def _place(self, cell: QRect) -> QRect:
        """Return the room for the image in a cell."""
        side = self._side
        left = cell.left() + (cell.width() - side) // 2
        top = 2 * _MARGIN if self._has_captions else _MARGIN + 1
        return QRect(left, cell.top() + top, side, side)

    @property
    def _lines_each(self) -> int:
        """How often each line of what `_tiles` returns is drawn."""
        return self._pixel_side if self._has_captions else 1

    def _tiles(self, model: GalleryModel, rows: range, font: QFont) -> Colours:
        """Return the images of some rows, 0xAARRGGBB (K, H, side), as wide as they are drawn.

        They are as high, too, where they are marked; elsewhere each line stands for several.
        """
        tiles = _colours(model.pixels(rows))
        if self._pixel_side > 1:
            tiles = tiles.repeat(self._pixel_side, axis=2)
        if not self._has_captions:
            tiles = tiles.repeat(self._pixel_side, axis=1)
            right = model.are_correct(rows)
            if right is not None:
                self._mark_wrong(tiles, ~right, font)
        return tiles

    def _strips(self, model: GalleryModel, rows: range) -> Colours:
        """Return what stands under the images, 0xAARRGGBB (K, height, side), 0 where nothing is."""
        side = self._info.side * self._pixel_side
        right = model.were_right(rows, epochs_that_fit(side))
        strips = draw_strips(right, model.known_epochs, side, self._theme)
        height = self._on_screen(STRIP_HEIGHT)
        if height == STRIP_HEIGHT:
            return strips
        higher: Colours = strips[:, np.arange(height) * STRIP_HEIGHT // height]
        return higher

    def _mark_wrong(self, tiles: Colours, wrong: npt.NDArray[np.bool_], font: QFont) -> None:
        """Frame the wrong ones and put a cross into their corner."""
        colour, width = QColor(self._theme.wrong).rgb(), self._on_screen(_FRAME)
        edges = (np.s_[:, :width], np.s_[:, -width:], np.s_[:, :, :width], np.s_[:, :, -width:])
        for edge in edges:
            tiles[edge][wrong] = colour
        if self._wrong_mark is None:
            self._wrong_mark = self._draw_wrong_mark(font)
        height, width = self._wrong_mark.shape
        tiles[:, :height, -width:][wrong] = self._wrong_mark

    def _draw_wrong_mark(self, font: QFont) -> Colours:
        side = self._on_screen(12)
        image = QImage(QSize(side, side), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self._ratio)
        image.fill(QColor(self._theme.window))
        painter = QPainter(image)
        painter.setFont(caption(font))
        painter.setPen(QColor(self._theme.wrong))
        painter.drawText(QRect(0, 0, 12, 12), Qt.AlignmentFlag.AlignCenter, WRONG_MARK)
        painter.end()
        pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
        return pixels.copy()

    def _paint_tiles(
        self, painter: QPainter, tiles: Colours, strips: Colours, cells: CellsInSight
    ) -> None:
        base = QColor(self._theme.surface).rgb()
        corner, under = self._within_cell(cells.size)
        images = self._beside(tiles, cells, base).repeat(self._lines_each, axis=1)
        strips = self._beside(np.where(strips, strips, np.uint32(base)), cells, base)
        with in_screen_pixels(painter, self._ratio):
            for line, (image, strip) in enumerate(zip(images, strips, strict=True)):
                top = self._on_screen(cells.top + line * cells.size.height())
                _draw(painter, corner.x(), top + corner.y(), image)
                _draw(painter, corner.x(), top + under, strip)

    def _beside(self, tiles: Colours, cells: CellsInSight, base: int) -> Colours:
        """Return tiles, (K, H, W), in lines of cells, (lines, H, width), on a ground."""
        count, height, side = tiles.shape
        columns = len(cells.lefts)
        lefts = [self._on_screen(left) for left in cells.lefts]
        shape = (-(-count // columns), height, lefts[-1] + side)
        lines: Colours = np.full(shape, base, np.uint32)
        for column, left in enumerate(lefts):
            of_column = tiles[column::columns]
            lines[: len(of_column), :, left : left + side] = of_column
        return lines

    def _paint_again(self, painter: QPainter, cell: QRect, tile: Colours, strip: Colours) -> None:
        """Paint the image and the strip, 0xAARRGGBB (H, W), opaque or 0, of a cell with a frame."""
        corner, under = self._within_cell(cell.size())
        left, top = self._on_screen(cell.left()) + corner.x(), self._on_screen(cell.top())
        kind = QImage.Format.Format_ARGB32_Premultiplied
        with in_screen_pixels(painter, self._ratio):
            image = tile.repeat(self._lines_each, axis=0)
            _draw(painter, left, top + corner.y(), image)
            _draw(painter, left, top + under, np.ascontiguousarray(strip), kind)

    def _paint_frame(self, painter: QPainter, cells: CellsInSight, row: int) -> None:
        selected = row == cells.selected
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(with_alpha(self._theme.accent, CHOSEN_TINT if selected else POINTED_TINT))
        colour = self._theme.accent if cells.focused else self._theme.muted
        painter.setPen(QPen(QColor(colour), 2) if selected else Qt.PenStyle.NoPen)
        gap = _MARGIN if self._has_captions else 1
        painter.drawRoundedRect(cells.rect(row).adjusted(gap, gap, -gap, -gap), _RADIUS, _RADIUS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_captions(
        self, painter: QPainter, model: GalleryModel, rows: range, cells: CellsInSight
    ) -> None:
        theme, size, columns = self._theme, cells.size, len(cells.lefts)
        picture = self._place(QRect(QPoint(0, 0), size))
        first = cells.top + picture.bottom() + 1 + _STRIP_ROOM + _MARGIN // 2
        for row in rows:
            line, column = divmod(row - cells.first_row, columns)
            top = first + line * size.height()
            for position, (text, is_wrong) in enumerate(model.captions(row)):
                colour = theme.wrong if is_wrong else theme.text if position else theme.muted
                caption = self._captions.picture(text, colour)
                left = cells.lefts[column] + (size.width() - caption.width) // 2
                painter.drawPixmap(left, top, caption.pixmap)
                top += caption.height


def _colours(pixels: npt.NDArray[np.uint8]) -> Colours:
    """Return images, uint8 (K, 1, H, W) or (K, 3, H, W), as 0xAARRGGBB (K, H, W)."""
    if pixels.shape[1] == 1:
        greys = np.arange(256, dtype=np.uint32) * 0x010101 + _OPAQUE
        grey: Colours = greys.take(pixels[:, 0])
        return grey
    red, green, blue = pixels.astype(np.uint32).swapaxes(0, 1)
    colours: Colours = _OPAQUE | red << 16 | green << 8 | blue
    return colours


def _draw(
    painter: QPainter,
    left: int,
    top: int,
    pixels: Colours,
    kind: QImage.Format = QImage.Format.Format_RGB32,
) -> None:
    """Draw an array, 0xAARRGGBB (H, W), one pixel for each of its own."""
    height, width = pixels.shape
    painter.drawImage(left, top, QImage(pixels.data, width, height, 4 * width, kind))
