"""The small marks of the list: the star, and one shape for each state. Drawn, as no font has all.

They follow the family of the other icons: 24 units wide, round strokes of two units.
"""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from lenet_desktop.runs.records import RunStatus
from lenet_desktop.ui.kit.theme import Theme

_UNITS = 24
_SIZES = (16, 24, 32, 48)
_STROKE = 2.4

_STAR = ((12, 2.8), (14.7, 8.7), (21.2, 9.5), (16.4, 13.9), (17.7, 20.3), (12, 17.1), (6.3, 20.3),
         (7.6, 13.9), (2.8, 9.5), (9.3, 8.7))  # fmt: skip
_TRIANGLE = ((7, 4.8), (19, 12), (7, 19.2))
_BOLT = ((13.5, 2.5), (5.5, 13.5), (11, 13.5), (10, 21.5), (18.5, 10), (12.8, 10))
_CHECK = ((4.5, 12.5), (9.8, 17.8), (19.5, 6.8))
_CROSS = (((5.5, 5.5), (18.5, 18.5)), ((18.5, 5.5), (5.5, 18.5)))
_BARS = (((8, 6), (8, 18)), ((16, 6), (16, 18)))
_RISE = ((3, 16), (8, 11.5), (12, 15.5), (20, 4))
_RISE_HEAD = ((13.6, 5.2), (20, 4), (21.2, 10.4))


@lru_cache(maxsize=8)
def star_icon(theme: Theme, *, filled: bool) -> QIcon:
    """Return a star, filled for a run that has one and faint for a run that could have one."""
    if filled:
        return _icon(_shape(_STAR), QColor(theme.text), theme, filled=True, stroke=1.2)
    return _icon(_shape(_STAR), QColor(theme.outline), theme, filled=False, stroke=1.2)


@lru_cache(maxsize=64)
def status_icon(status: RunStatus, theme: Theme) -> QIcon:
    """Return the mark of a state; what went wrong has the colour of what is wrong."""
    wrong = status in (RunStatus.FAILED, RunStatus.DIVERGED, RunStatus.INCOMPLETE)
    quiet = theme.text if status.is_active else theme.muted
    path, filled = _status_path(status)
    stroke = 4.0 if status is RunStatus.PAUSED else _STROKE
    colour = QColor(theme.wrong if wrong else quiet)
    return _icon(path, colour, theme, filled=filled, stroke=stroke)


def _status_path(status: RunStatus) -> tuple[QPainterPath, bool]:
    """Return the outline of a state's mark, and whether it is filled."""
    match status:
        case RunStatus.RUNNING:
            return _shape(_TRIANGLE), True
        case RunStatus.PAUSED:
            return _strokes(*_BARS), False
        case RunStatus.FINISHED:
            return _strokes(_CHECK), False
        case RunStatus.STOPPED:
            square = QPainterPath()
            square.addRoundedRect(QRectF(6.5, 6.5, 11, 11), 1.5, 1.5)
            return square, True
        case RunStatus.FAILED:
            return _strokes(*_CROSS), False
        case RunStatus.DIVERGED:
            return _strokes(_RISE, _RISE_HEAD), False
        case RunStatus.INTERRUPTED:
            return _shape(_BOLT), True
        case RunStatus.INCOMPLETE:
            ring = QPainterPath()  # which does not close
            ring.arcMoveTo(QRectF(6.5, 6.5, 11, 11), 90)
            ring.arcTo(QRectF(6.5, 6.5, 11, 11), 90, 270)
            return ring, False


def _shape(points: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(*point) for point in points]))
    path.closeSubpath()
    return path


def _strokes(*lines: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for line in lines:
        path.addPolygon(QPolygonF([QPointF(*point) for point in line]))
    return path


def _icon(
    path: QPainterPath,
    colour: QColor,
    theme: Theme,
    *,
    filled: bool,
    stroke: float,
) -> QIcon:
    """Return the icon of a path, in another colour where its row is selected."""
    icon = QIcon()
    selected = QColor(theme.on_accent)
    for mode, tint in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Selected, selected)):
        for size in _SIZES:
            icon.addPixmap(_draw(path, tint, size, filled=filled, stroke=stroke), mode)
    return icon


def _draw(path: QPainterPath, colour: QColor, size: int, *, filled: bool, stroke: float) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / _UNITS, size / _UNITS)
    pen = QPen(colour, stroke)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    if filled:
        painter.setBrush(colour)
    painter.drawPath(path)
    painter.end()
    return pixmap
