"""What is written into a confusion matrix, and the ground that it is written on."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter

from lenet_desktop.ui.kit.theme import Theme, between

HARDLY_ANY, NEARLY_ALL = "<1", ">99"
_LEAST_SIZE = 5
"""Points, or pixels of a font in pixels; nobody can read smaller figures."""
_MOST_CHARACTERS = 18
"""How long the name of a class may be, which takes room beside the cells and above them."""


def brief(name: str, metrics: QFontMetrics) -> str:
    """Return a class's name; of an endless one the end is left, which may be all that differs."""
    most = metrics.averageCharWidth() * _MOST_CHARACTERS
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, most)


def font_for(font: QFont, figures: str, room: float) -> QFont:
    """Return a font, smaller where figures would not fit into their room otherwise."""
    font = QFont(font)
    in_pixels = font.pixelSize() > 0
    size = float(font.pixelSize()) if in_pixels else font.pointSizeF()
    # Hinted figures do not shrink in proportion, so their width is measured at each size.
    while size > _LEAST_SIZE and QFontMetricsF(font).horizontalAdvance(figures) > room:
        size -= 1 if in_pixels else 0.25
        if in_pixels:
            font.setPixelSize(round(size))
        else:
            font.setPointSizeF(size)
    return font


def whole_percent(share: float | None) -> str:
    """Write a share, 0-1, in whole percent; nothing where there is none.

    What is not quite none and not quite all does not read as if it were.
    """
    if share is None:
        return ""
    words = f"{100 * share:.0f}"
    if words == "0" and share > 0:
        return HARDLY_ANY
    return NEARLY_ALL if words == "100" and share < 1 else words


def draw_upright(painter: QPainter, area: QRect, flags: Qt.AlignmentFlag, text: str) -> None:
    """Write a text from the bottom of an area to its top."""
    painter.save()
    painter.translate(area.left(), area.top() + area.height())
    painter.rotate(-90)
    painter.drawText(QRect(0, 0, area.height(), area.width()), flags, text)
    painter.restore()


def cell_colour(theme: Theme, share: float, *, is_right: bool) -> str:
    """Return the colour of a cell by its share of the images of its row, 0-1: right is quiet."""
    if is_right:
        return between(theme.grid, theme.muted, 0.35 * share)
    # The root lets rare errors be seen beside frequent ones.
    return between(theme.grid, theme.heat, min(1.0, (share / 0.5) ** 0.5))
