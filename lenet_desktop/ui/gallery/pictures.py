"""Pictures of images and of the confusion matrix, drawn for a file rather than for the screen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QImage, QPainter

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import ImageSet
from lenet_desktop.networks.predictions import Numbers, PredictionSet
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import WRONG_MARK, counted, percent, whole
from lenet_desktop.ui.gallery.classes.matrix_layout import SHARES, MatrixLayout
from lenet_desktop.ui.gallery.classes.matrix_painter import MatrixPainter
from lenet_desktop.ui.gallery.classes.matrix_words import overall_figures
from lenet_desktop.ui.gallery.grid.image_marks import paint_duplicate_mark, paint_flag
from lenet_desktop.ui.gallery.pixel_images import pixel_image
from lenet_desktop.ui.kit.theme import SPACING, Theme, heading, steady_figures

MOST_IMAGES = 200
"""Images on one sheet; more of them would be a picture that few programs open."""
MOST_SCALE = 64
"""Times that an image can be enlarged."""

_COLUMNS = 10
_MATRIX_CELL = QSize(44, 28)
_MATRIX_FONT_PX = 12
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
Line = tuple[str, str]
"""A text and its colour."""


def image_picture(images: ImageSet, number: int, scale: int) -> QImage:
    """Return one image enlarged, (side * scale) pixels square, each of its own a crisp square.

    Raises:
        ValueError: the scale is not from 1 to `MOST_SCALE`.
    """
    if not 1 <= scale <= MOST_SCALE:
        raise ValueError(f"The scale must be from 1 to {MOST_SCALE}.")
    side = images.info.side * scale
    return pixel_image(images.images[number]).scaled(side, side)  # Qt's default repeats pixels


def contact_sheet(
    images: ImageSet,
    numbers: Numbers,
    predictions: PredictionSet | None,
    theme: Theme,
    *,
    first: int = 0,
    head: Sequence[str] = (),
    columns: int = _COLUMNS,
    scale: int = 3,
    marked: Collection[int] = (),
    duplicate_marks: Mapping[int, str] | None = None,
) -> QImage:
    """Return a sheet of images with captions as in the grid, their numbers and confidences.

    No more than `MOST_IMAGES` are drawn; a line at the foot says which of the list they are.

    Args:
        images: all images, of which those in `numbers` are drawn.
        numbers: intp (K,), in the order in which they are drawn.
        predictions: the predictions for all images; without them the captions are the true classes.
        theme: whose colours the sheet has.
        first: the place in `numbers` at which the sheet begins.
        head: lines above the images, the first of which is the sheet's title.
        columns: images side by side; fewer where there are fewer images.
        scale: times that each image is enlarged, from 1 to `MOST_SCALE`.
        marked: the numbers of the images that somebody has marked; they get the grid's flag.
        duplicate_marks: the grid's mark for each image that stands elsewhere in the data, too.

    Raises:
        ValueError: the scale is out of its range.
    """
    drawn = numbers[first : first + MOST_IMAGES].tolist()
    columns = min(columns, max(1, len(drawn)))
    font = _font(max(9, 4 * scale))
    metrics = QFontMetrics(font)
    foot = _("There are no images in this list.")
    if drawn:
        foot = _("{images}.").format(images=name_part(numbers, first))
    width, height = _sheet_cell(metrics, images.info, scale)
    top = SPACING + len(head) * metrics.height() + (SPACING if head else 0)
    bottom = top + -(-len(drawn) // columns) * height
    longest = max(QFontMetrics(heading(font)).horizontalAdvance(line) for line in (*head, foot))
    sheet = _canvas(
        max(columns * width, longest + 2 * SPACING) + 2 * SPACING,
        bottom + metrics.height() + 2 * SPACING,
        theme,
    )
    painter = QPainter(sheet)
    _draw_head(painter, QPoint(2 * SPACING, SPACING), head, font, theme)
    painter.setFont(font)
    for position, number in enumerate(drawn):
        row, column = divmod(position, columns)
        cell = QRect(SPACING + column * width, top + row * height, width, height)
        lines = _captions(number, images, predictions, theme)
        picture = _draw_cell(painter, cell, image_picture(images, number, scale), lines)
        if number in marked:
            paint_flag(painter, picture, theme)
        if mark := (duplicate_marks or {}).get(number):
            paint_duplicate_mark(painter, picture, mark, theme)
    painter.setPen(QColor(theme.muted))
    foot_area = QRect(2 * SPACING, bottom + SPACING // 2, sheet.width(), metrics.height())
    painter.drawText(foot_area, _LEFT, foot)
    painter.end()
    return sheet


def name_part(numbers: Numbers, first: int) -> str:
    """Say which images of a list are on a sheet that begins at a place in it."""
    total = len(numbers)
    drawn = len(numbers[first : first + MOST_IMAGES])
    if drawn in (0, total):
        return counted(drawn, "{count} image", "{count} images")
    if first == 0:
        return _("The first {count} of {total} images").format(
            count=whole(drawn), total=whole(total)
        )
    if first + drawn == total:
        return counted(
            drawn,
            "The last image of {total} images",
            "The last {count} of {total} images",
            total=whole(total),
        )
    return _("{count} of {total} images from image {number} on").format(
        count=whole(drawn), total=whole(total), number=numbers[first]
    )


def matrix_picture(
    counts: Numbers,
    names: Sequence[str],
    theme: Theme,
    scale: int = 2,
    *,
    title: str = "",
    run: str = "",
    in_percent: bool = False,
) -> QImage:
    """Return the confusion matrix as a heat map with names, counts, totals and shares.

    Args:
        counts: intp (C, C), how often each true class (row) was predicted as each (column).
        names: of the C classes.
        theme: whose colours the picture has.
        scale: times that it is larger than what is drawn at 96 dots per inch.
        title: stands above it, in place of what it is.
        run: whose it is, below the title, on as many lines as it takes.
        in_percent: whether cells say which share of their row they are, instead of how many.

    Raises:
        ValueError: the scale is not from 1 to `MOST_SCALE`.
    """
    if not 1 <= scale <= MOST_SCALE:
        raise ValueError(f"The scale must be from 1 to {MOST_SCALE}.")
    title = title or _("Confusion matrix")
    matrix = MatrixPainter(_font(_MATRIX_FONT_PX), names, len(overall_figures(counts)))
    across, down = matrix.least_layout.across, matrix.least_layout.down
    totals, shares = across.totals + SPACING, across.shares + SPACING
    height = _MATRIX_CELL.height()
    layout = MatrixLayout(
        replace(across, cell=_MATRIX_CELL.width(), totals=totals, shares=shares),
        replace(down, cell=height, totals=height, shares=height),
    )
    font, edge = _font(_MATRIX_FONT_PX), 2 * SPACING + 1
    metrics, corner = QFontMetrics(font), layout.place(SHARES, SHARES).bottomRight()
    width = max(corner.x(), QFontMetrics(heading(font)).horizontalAdvance(title))
    lines = [title, *_wrapped(run, metrics, width)]
    head = len(lines) * metrics.height() + SPACING
    picture = _canvas((width + edge) * scale, (corner.y() + edge + head) * scale, theme)
    painter = QPainter(picture)
    painter.scale(scale, scale)
    painter.translate(SPACING, SPACING)
    _draw_head(painter, QPoint(0, 0), lines, font, theme)
    painter.translate(0, head)
    matrix.paint(painter, layout, counts, theme, in_percent=in_percent)
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


def _sheet_cell(metrics: QFontMetrics, info: DatasetInfo, scale: int) -> tuple[int, int]:
    """Return the width and height of a cell that has room for any caption."""
    texts = [f"{WRONG_MARK} {name}" for name in info.class_names]
    texts.append(_title(59_999, 1.0))
    side = info.side * scale
    width = max(side, *(metrics.horizontalAdvance(text) for text in texts))
    return width + 2 * SPACING, side + 3 * metrics.height() + 2 * SPACING


def _title(number: int, confidence: float | None) -> str:
    return str(number) if confidence is None else f"{number} · {percent(confidence, 0)}"


def _captions(
    number: int, images: ImageSet, predictions: PredictionSet | None, theme: Theme
) -> list[Line]:
    """Return what stands under an image: its number, how sure the network was, and its classes.

    These are what it was taken for and, where that is wrong, what it is.
    """
    names = images.info.class_names
    true = names[images.labels[number]]
    if predictions is None:
        return [(_title(number, None), theme.text), (true, theme.muted)]
    predicted = names[predictions.predicted[number]]
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


def _draw_head(
    painter: QPainter, corner: QPoint, lines: Sequence[str], font: QFont, theme: Theme
) -> None:
    """Draw lines below each other, the first of them as a title."""
    metrics = QFontMetrics(font)
    for position, line in enumerate(lines):
        painter.setFont(font if position else heading(font))
        painter.setPen(QColor(theme.muted if position else theme.text))
        painter.drawText(corner + QPoint(0, position * metrics.height() + metrics.ascent()), line)


def _wrapped(text: str, metrics: QFontMetrics, room: int) -> list[str]:
    """Return a text in lines of some width; a word that is longer than a line is cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else ""
        if longer and metrics.horizontalAdvance(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(metrics.elidedText(word, Qt.TextElideMode.ElideRight, room))
    return lines
