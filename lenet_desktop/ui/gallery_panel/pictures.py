"""Pictures of images and of the confusion matrix, drawn for a file rather than for the screen."""

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QImage, QPainter

from lenet_desktop.core.datasets import CLASS_NAMES, IMAGE_SIDE, ImageSet
from lenet_desktop.core.predictions import Numbers, PredictionSet
from lenet_desktop.ui.gallery_panel.confusion_matrix import paint_matrix_cell
from lenet_desktop.ui.gallery_panel.gallery_model import image_of
from lenet_desktop.ui.theme import SPACING, Theme, heading, steady_figures
from lenet_desktop.ui.wording import WRONG_MARK

MOST_IMAGES = 200
"""Images on one sheet; more of them would be a picture that few programs open."""
MOST_SCALE = 64
"""Times that an image can be enlarged."""

_CLASSES = len(CLASS_NAMES)
_CELL_WIDTH, _CELL_HEIGHT = 44, 28
_MATRIX_FONT_PX = 12
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
Line = tuple[str, str]
"""A text and its colour."""


def image_picture(images: ImageSet, number: int, scale: int) -> QImage:
    """Return one image enlarged, (28 * scale) pixels square, each of its own a crisp square.

    Raises:
        ValueError: the scale is not from 1 to `MOST_SCALE`.
    """
    if not 1 <= scale <= MOST_SCALE:
        raise ValueError(f"The scale must be from 1 to {MOST_SCALE}.")
    side = IMAGE_SIDE * scale
    return image_of(images, number).scaled(side, side)  # Qt's default repeats pixels


def contact_sheet(
    images: ImageSet,
    numbers: Numbers,
    predictions: PredictionSet | None,
    theme: Theme,
    *,
    columns: int = 10,
    scale: int = 3,
) -> QImage:
    """Return a sheet of images with captions as in the grid.

    No more than `MOST_IMAGES` are drawn; a line at the foot says how many were left out.

    Args:
        images: all images, of which those in `numbers` are drawn.
        numbers: intp (K,), in the order in which they are drawn.
        predictions: the answers for all images; without them the captions are the true classes.
        theme: whose colours the sheet has.
        columns: images side by side; fewer where there are fewer images.
        scale: times that each image is enlarged, from 1 to `MOST_SCALE`.

    Raises:
        ValueError: the scale is out of its range, or there are no columns.
    """
    if columns < 1:
        raise ValueError("A sheet must have at least one column.")
    drawn = numbers[:MOST_IMAGES].tolist()
    columns = min(columns, max(1, len(drawn)))
    font = _font(max(9, 4 * scale))
    metrics = QFontMetrics(font)
    foot = _foot(len(drawn), len(numbers))
    width, height = _sheet_cell(metrics, scale)
    top = -(-len(drawn) // columns) * height + 2 * SPACING
    foot_height = metrics.height() + SPACING if foot else 0
    least_width = metrics.horizontalAdvance(foot) + 4 * SPACING
    sheet = _canvas(max(columns * width + 2 * SPACING, least_width), top + foot_height, theme)
    painter = QPainter(sheet)
    painter.setFont(font)
    for position, number in enumerate(drawn):
        row, column = divmod(position, columns)
        cell = QRect(SPACING + column * width, SPACING + row * height, width, height)
        lines = _captions(number, int(images.labels[number]), predictions, theme)
        _draw_cell(painter, cell, image_picture(images, number, scale), lines)
    painter.setPen(QColor(theme.muted))
    foot_area = QRect(2 * SPACING, top - SPACING // 2, sheet.width(), metrics.height())
    painter.drawText(foot_area, _LEFT, foot)
    painter.end()
    return sheet


def matrix_picture(counts: Numbers, theme: Theme, scale: int = 2) -> QImage:
    """Return the confusion matrix as a heat map with names, counts and axes.

    Args:
        counts: intp (10, 10), how often each true class (row) was predicted as each (column).
        theme: whose colours the picture has.
        scale: times that it is larger than what is drawn at 96 dots per inch.

    Raises:
        ValueError: the scale is not from 1 to `MOST_SCALE`.
    """
    if not 1 <= scale <= MOST_SCALE:
        raise ValueError(f"The scale must be from 1 to {MOST_SCALE}.")
    font = _font(_MATRIX_FONT_PX)
    metrics = QFontMetrics(font)
    line = metrics.height() + SPACING
    names = max(metrics.horizontalAdvance(name) for name in CLASS_NAMES) + SPACING
    cells = QRect(
        line + names, line + names, _CLASSES * _CELL_WIDTH, _CLASSES * _CELL_HEIGHT
    ).translated(SPACING, SPACING)
    picture = _canvas(
        (cells.right() + 2 * SPACING) * scale, (cells.bottom() + 2 * SPACING) * scale, theme
    )
    painter = QPainter(picture)
    painter.scale(scale, scale)
    painter.setFont(font)
    _draw_axes(painter, cells, line, names, theme)
    _draw_counts(painter, cells, counts, theme)
    painter.end()
    return picture


def _canvas(width: int, height: int, theme: Theme) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.surface))
    return image


def _font(height_px: int) -> QFont:
    font = steady_figures(QGuiApplication.font())
    font.setPixelSize(height_px)
    return font


def _sheet_cell(metrics: QFontMetrics, scale: int) -> tuple[int, int]:
    """Return the width and height of a cell that has room for any caption."""
    names = (metrics.horizontalAdvance(f"{WRONG_MARK} {name}") for name in CLASS_NAMES)
    side = IMAGE_SIDE * scale
    return max(side, *names) + 2 * SPACING, side + 2 * metrics.height() + 2 * SPACING


def _captions(
    number: int, label: int, predictions: PredictionSet | None, theme: Theme
) -> list[Line]:
    """Return what stands under an image: what it was taken for and, where wrong, what it is."""
    true = CLASS_NAMES[label]
    if predictions is None:
        return [(true, theme.muted)]
    predicted = CLASS_NAMES[predictions.predicted[number]]
    if predictions.correct[number]:
        return [(predicted, theme.muted)]
    return [(f"{WRONG_MARK} {predicted}", theme.wrong), (true, theme.text)]


def _draw_cell(painter: QPainter, cell: QRect, picture: QImage, lines: list[Line]) -> None:
    left = cell.left() + (cell.width() - picture.width()) // 2
    painter.drawImage(left, cell.top() + SPACING // 2, picture)
    height = painter.fontMetrics().height()
    top = cell.top() + SPACING + picture.height()
    for text, colour in lines:
        painter.setPen(QColor(colour))
        painter.drawText(QRect(cell.left(), top, cell.width(), height), _CENTRE, text)
        top += height


def _foot(drawn: int, total: int) -> str:
    if total == 0:
        return "There are no images in this list."
    if drawn == total:
        return ""
    return f"The first {drawn:,} of {total:,} images; {total - drawn:,} were left out."


def _draw_axes(painter: QPainter, cells: QRect, line: int, names: int, theme: Theme) -> None:
    painter.save()
    painter.setPen(QColor(theme.text))
    painter.setFont(heading(painter.font()))
    painter.drawText(QRect(cells.left(), SPACING, cells.width(), line), _CENTRE, "Predicted")
    _draw_upright(painter, QRect(SPACING, cells.top(), line, cells.height()), _CENTRE, "True")
    painter.restore()
    painter.setPen(QColor(theme.muted))
    for position, name in enumerate(CLASS_NAMES):
        left, top = cells.left() + position * _CELL_WIDTH, cells.top() + position * _CELL_HEIGHT
        row = QRect(cells.left() - names, top, names - SPACING // 2, _CELL_HEIGHT)
        painter.drawText(row, _RIGHT, name)
        column = QRect(left, cells.top() - names, _CELL_WIDTH, names - SPACING // 2)
        _draw_upright(painter, column, _LEFT, name)


def _draw_upright(painter: QPainter, area: QRect, flags: Qt.AlignmentFlag, text: str) -> None:
    """Write a text from the bottom of an area to its top."""
    painter.save()
    painter.translate(area.left(), area.top() + area.height())
    painter.rotate(-90)
    painter.drawText(QRect(0, 0, area.height(), area.width()), flags, text)
    painter.restore()


def _draw_counts(painter: QPainter, cells: QRect, counts: Numbers, theme: Theme) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for (row, column), count in np.ndenumerate(counts):
        left, top = cells.left() + column * _CELL_WIDTH, cells.top() + row * _CELL_HEIGHT
        area = QRect(left, top, _CELL_WIDTH - 1, _CELL_HEIGHT - 1)
        text = f"{count:,}" if count else ""
        share = float(shares[row, column])
        paint_matrix_cell(painter, area, theme, share, text, right=row == column)
