"""How the curves of other runs look: a colour, a shape for the points and a dash pattern.

The eight hues were searched for numerically: under normal and colour-blind vision, simulated
after Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color
Vision Deficiency" (IEEE TVCG 15, 2009), each keeps its distance from the others and from the
colours of train, test and wrong, and has a contrast of 3:1 at least on every background of its
theme.
"""

from dataclasses import dataclass, replace

import pyqtgraph as pg
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.kit.theme import Theme

_LINE_WIDTH = 1.5
POINT_SIZE = 7
_ICON_SIDE = 16
_ICON_SCALE = 3
"""Times that a picture is larger than it is shown, for sharp screens."""


@dataclass(frozen=True, slots=True)
class LineLook:
    """How one curve looks.

    Attributes:
        name: what the colour is called, `marked`.
        light: the colour in the light theme, as `#rrggbb`.
        dark: the colour in the dark theme.
        symbol: pyqtgraph's name of the shape of its points.
        dash: lengths of dashes and gaps in widths of the line; empty for a solid one.
    """

    name: str
    light: str
    dark: str
    symbol: str
    dash: tuple[float, ...] = ()

    def colour(self, theme: Theme) -> QColor:
        """Return the colour in a theme."""
        return QColor(self.dark if theme.is_dark else self.light)

    def pen(self, theme: Theme, *, fine: bool = False) -> QPen:
        """Return what its line is drawn with, as a hairline if `fine`."""
        width = 1 if fine else _LINE_WIDTH
        pen: QPen = pg.mkPen(self.colour(theme), width=width, dash=self.dash or None)
        return pen

    @property
    def words(self) -> str:
        """The look in words, for those who cannot see it."""
        words = _("{colour}, dashed line") if self.dash else _("{colour}, solid line")
        return words.format(colour=_(self.name))


SOLID_LOOKS = (
    LineLook(marked("violet"), "#a664fe", "#9d5bf4", "t1"),
    LineLook(marked("petrol"), "#185459", "#50888e", "d"),
    LineLook(marked("pink"), "#c71d8b", "#c89cb1", "t"),
    LineLook(marked("ochre"), "#5a4721", "#fed917", "x"),
    LineLook(marked("grey"), "#6c90a2", "#abc6b4", "t2"),
    LineLook(marked("indigo"), "#433cd2", "#c6cef9", "+"),
    LineLook(marked("purple"), "#7f1d89", "#b86fbf", "star"),
    LineLook(marked("green"), "#28744a", "#adf9c9", "t3"),
)
_DASHES = ((), (6.0, 3.0), (1.5, 2.5), (8.0, 2.5, 1.5, 2.5))
LOOKS = tuple(replace(look, dash=dash) for dash in _DASHES for look in SOLID_LOOKS)
"""All looks that are told apart: first the solid ones, then the same colours dashed."""


def paint_sample(painter: QPainter, area: QRectF, look: LineLook, theme: Theme) -> None:
    """Paint a piece of the line with a point in its middle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = look.pen(theme)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    middle = area.center()
    painter.drawLine(QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour(theme))
    painter.translate(middle)
    painter.scale(POINT_SIZE + 1, POINT_SIZE + 1)  # its shape is one unit wide
    painter.drawPath(Symbols[look.symbol])
    painter.restore()


def sample_icon(look: LineLook, theme: Theme) -> QIcon:
    """Return a small square picture of the line."""
    pixmap = QPixmap(QSize(_ICON_SIDE, _ICON_SIDE) * _ICON_SCALE)
    pixmap.setDevicePixelRatio(_ICON_SCALE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_sample(painter, QRectF(0, 0, _ICON_SIDE, _ICON_SIDE), look, theme)
    painter.end()
    return QIcon(pixmap)
