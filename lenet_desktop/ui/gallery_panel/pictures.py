"""Pictures of images and of the confusion matrix, drawn for a file rather than for the screen."""

from collections.abc import Collection

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QImage, QPainter

from lenet_desktop.core.datasets import CLASS_NAMES, IMAGE_SIDE, ImageSet
from lenet_desktop.core.predictions import Numbers, PredictionSet
from lenet_desktop.ui.gallery_panel.cell_painter import paint_flag
from lenet_desktop.ui.gallery_panel.gallery_model import image_of
from lenet_desktop.ui.gallery_panel.matrix_layout import SHARES, MatrixLayout
from lenet_desktop.ui.gallery_panel.matrix_painter import MatrixPainter
from lenet_desktop.ui.theme import SPACING, Theme, heading, steady_figures
from lenet_desktop.ui.wording import WRONG_MARK, percent

MOST_IMAGES = 200
"""Images on one sheet; more of them would be a picture that few programs open."""
MOST_SCALE = 64
"""Times that an image can be enlarged."""

_MATRIX_CELL, _MATRIX_EDGES = QSize(44, 28), (56, 44)
_MATRIX_FONT_PX = 12
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
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
    marked: Collection[int] = (),
) -> QImage:
    """Return a sheet of images with captions as in the grid, their numbers and confidences.

    No more than `MOST_IMAGES` are drawn; a line at the foot says how many were left out.

    Args:
        images: all images, of which those in `numbers` are drawn.
        numbers: intp (K,), in the order in which they are drawn.
        predictions: the answers for all images; without them the captions are the true classes.
        theme: whose colours the sheet has.
        columns: images side by side; fewer where there are fewer images.
        scale: times that each image is enlarged, from 1 to `MOST_SCALE`.
        marked: the numbers of the images that somebody has marked; they get the grid's flag.

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
        picture = _draw_cell(painter, cell, image_picture(images, number, scale), lines)
        if number in marked:
            paint_flag(painter, picture, theme)
    painter.setPen(QColor(theme.muted))
    foot_area = QRect(2 * SPACING, top - SPACING // 2, sheet.width(), metrics.height())
    painter.drawText(foot_area, _LEFT, foot)
    painter.end()
    return sheet


def matrix_picture(
    counts: Numbers, theme: Theme, scale: int = 2, *, epoch: int | None = None
) -> QImage:
    """Return the confusion matrix as a heat map with names, counts, totals and shares.

    Args:
        counts: intp (10, 10), how often each true class (row) was predicted as each (column).
        theme: whose colours the picture has.
        scale: times that it is larger than what is drawn at 96 dots per inch.
        epoch: after which the predictions were made; the title names it.

    Raises:
        ValueError: the scale is not from 1 to `MOST_SCALE`.
    """
    if not 1 <= scale <= MOST_SCALE:
        raise ValueError(f"The scale must be from 1 to {MOST_SCALE}.")
    matrix = MatrixPainter(_font(_MATRIX_FONT_PX))
    layout = MatrixLayout(matrix.names, _MATRIX_CELL, _MATRIX_EDGES, _MATRIX_CELL.height())
    title = "Confusion matrix" if epoch is None else f"Confusion matrix after epoch {epoch}"
    line = QFontMetrics(_font(_MATRIX_FONT_PX)).height() + SPACING
    edge = 2 * SPACING + 1
    corner = layout.place(SHARES, SHARES).bottomRight() + QPoint(edge, edge + line)
    picture = _canvas(corner.x() * scale, corner.y() * scale, theme)
    painter = QPainter(picture)
    painter.scale(scale, scale)
    painter.translate(SPACING, SPACING)
    painter.setFont(heading(_font(_MATRIX_FONT_PX)))
    painter.setPen(QColor(theme.text))
    painter.drawText(QRect(0, 0, corner.x(), line), _LEFT, title)
    painter.translate(0, line)
    matrix.paint(painter, layout, counts, theme)
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
    texts = [f"{WRONG_MARK} {name}" for name in CLASS_NAMES] + [_title(59_999, 1.0)]
    side = IMAGE_SIDE * scale
    width = max(side, *(metrics.horizontalAdvance(text) for text in texts))
    return width + 2 * SPACING, side + 3 * metrics.height() + 2 * SPACING


def _title(number: int, confidence: float | None) -> str:
    return str(number) if confidence is None else f"{number} · {percent(confidence, 0)}"


def _captions(
    number: int, label: int, predictions: PredictionSet | None, theme: Theme
) -> list[Line]:
    """Return what stands under an image: its number, how sure the network was, and its classes.

    These are what it was taken for and, where that is wrong, what it is.
    """
    true = CLASS_NAMES[label]
    if predictions is None:
        return [(_title(number, None), theme.text), (true, theme.muted)]
    predicted = CLASS_NAMES[predictions.predicted[number]]
    title = (_title(number, float(predictions.confidence[number])), theme.text)
    if predictions.correct[number]:
        return [title, (predicted, theme.muted)]
    return [title, (f"{WRONG_MARK} {predicted}", theme.wrong), (true, theme.text)]


def _draw_cell(painter: QPainter, cell: QRect, picture: QImage, lines: list[Line]) -> QRect:
    """Draw an image with its captions; return where the image lies."""
    left = cell.left() + (cell.width() - picture.width()) // 2
    place = QRect(QPoint(left, cell.top() + SPACING // 2), picture.size())
    painter.drawImage(place.topLeft(), picture)
    height = painter.fontMetrics().height()
    top = cell.top() + SPACING + picture.height()
    for text, colour in lines:
        painter.setPen(QColor(colour))
        painter.drawText(QRect(cell.left(), top, cell.width(), height), _CENTRE, text)
        top += height
    return place


def _foot(drawn: int, total: int) -> str:
    if total == 0:
        return "There are no images in this list."
    if drawn == total:
        return ""
    return f"The first {drawn:,} of {total:,} images; {total - drawn:,} were left out."
