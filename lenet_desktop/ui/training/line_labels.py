"""What the curves of a plot are called, beside the end of each."""

from collections.abc import Iterable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsSimpleTextItem

from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.theme import LIGHT, Theme, with_alpha
from lenet_desktop.ui.training.overlays import Overlay, drawable
from lenet_desktop.ui.training.run_curve import RunCurve

_GAP = 6
"""Pixels between the end of a curve and its name."""
_MOST_OVERLAYS = 8
_MOST_LETTERS = 14
"""The average letters of a name of another run, at most; its whole name is in the legend."""
VEIL = 0.9
"""How opaque the ground of a name is, over lines that go on behind it."""


class _Name(QGraphicsSimpleTextItem):
    """Words with a ground of their own."""

    def __init__(self, words: str, item: pg.PlotItem) -> None:
        super().__init__(words, item)
        self._ground = QGraphicsRectItem(self)
        self._ground.setFlag(QGraphicsRectItem.GraphicsItemFlag.ItemStacksBehindParent)
        self._ground.setPen(QPen(Qt.PenStyle.NoPen))

    def write_in(self, font: QFont) -> None:
        """Write the words in a font."""
        self.setFont(font)
        self._ground.setRect(self.boundingRect())

    def paint_in(self, colour: str, ground: str) -> None:
        """Take on colours."""
        self.setBrush(QColor(colour))
        self._ground.setBrush(with_alpha(ground, VEIL))


class LineLabels:
    """Names in the colours of the curves; those that would lie on each other are moved apart.

    They stand right of the last values, also where the axis ends there. A name whose curve is
    hidden, or ends out of sight, is not shown.
    """

    def __init__(self, item: pg.PlotItem, curves: Sequence[RunCurve]) -> None:
        self._item = item
        self._theme = LIGHT
        self._font = QFont()
        self._overlays: list[tuple[Overlay, tuple[float, float], _Name]] = []
        self._labels = [(curve, _Name(_(curve.style.label), item)) for curve in curves]
        for curve in curves:
            curve.visibleChanged.connect(self.place)
        view = item.getViewBox()
        view.sigRangeChanged.connect(self.place)
        view.sigResized.connect(self.place)
        view.sigTransformChanged.connect(self.place)

    @property
    def shown(self) -> dict[str, QRectF]:
        """Where each name in sight lies, in the plot's own pixels."""
        return {
            label.text(): label.mapRectToParent(label.boundingRect())
            for label in self._all
            if label.isVisible()
        }

    @property
    def _all(self) -> list[_Name]:
        return [*(label for _curve, label in self._labels), *(each[-1] for each in self._overlays)]

    def show_overlays(self, overlays: Sequence[Overlay], *, log: bool) -> None:
        """Name these curves of other runs, unless they are so many that none could be read.

        Args:
            overlays: the curves.
            log: whether the values are drawn on a logarithmic axis.
        """
        for *_about, label in self._overlays:
            label.scene().removeItem(label)
        self._overlays = []
        for overlay in overlays if len(overlays) <= _MOST_OVERLAYS else ():
            x, y = drawable(overlay.x, overlay.y, log=log)
            seen = np.flatnonzero(np.isfinite(y))
            if len(seen):
                end = float(x[seen[-1]]), float(np.log10(y[seen[-1]]) if log else y[seen[-1]])
                self._overlays.append((overlay, end, _Name("", self._item)))
        self.set_font(self._font)
        self.show_theme(self._theme)

    def width_of(self, curves: Iterable[RunCurve]) -> float:
        """Return the pixels that the longest name of these takes behind the end of its curve."""
        wanted = list(curves)
        widths = [
            label.boundingRect().width() + 2 * _GAP
            for curve, label in self._labels
            if curve in wanted and curve.style.label
        ]
        widths += [each[-1].boundingRect().width() + 2 * _GAP for each in self._overlays]
        return max(widths, default=0.0)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        for curve, label in self._labels:
            label.paint_in(curve.style.colour(theme), theme.surface)
        for *_about, label in self._overlays:
            label.paint_in(theme.text, theme.surface)  # colours of lines are too pale for letters

    def set_font(self, font: QFont) -> None:
        """Write in this font."""
        self._font = font
        metrics, cut = QFontMetricsF(font), Qt.TextElideMode.ElideRight
        widest = metrics.averageCharWidth() * _MOST_LETTERS
        for overlay, _end, label in self._overlays:
            label.setText(metrics.elidedText(overlay.text, cut, widest))
        for label in self._all:
            label.write_in(font)
        self.place()

    def place(self, *_view: object) -> None:
        """Put each name beside the end of its curve."""
        seen = []
        ends = [(curve.end if curve.isVisible() else None, name) for curve, name in self._labels]
        ends += [(end, name) for _overlay, end, name in self._overlays]
        for place, label in ends:
            end = self._pixel_of(place) if place and label.text() else None
            label.setVisible(end is not None)
            if end is not None:
                seen.append((end, label))
        seen.sort(key=lambda each: each[0].y())
        floor = -np.inf
        for end, label in seen:
            area = label.boundingRect()
            top = max(end.y() - area.height() / 2, floor)
            label.setPos(end.x() + _GAP, top)
            floor = top + area.height()
        self._move_up(seen)

    def _move_up(self, seen: Sequence[tuple[QPointF, _Name]]) -> None:
        """Bring those back that were pushed out of the plot, and what is in their way."""
        ceiling = self._item.getViewBox().geometry().bottom()
        for _end, label in reversed(seen):
            height = label.boundingRect().height()
            label.setY(min(label.y(), ceiling - height))
            ceiling = label.y()

    def _pixel_of(self, place: tuple[float, float]) -> QPointF | None:
        """Return where a value lies in the plot's own pixels, None where it is not seen."""
        x, y = place
        view = self._item.getViewBox()
        (left, right), (low, high) = view.viewRange()
        if not (left <= x <= right and low <= y <= high):  # also where it is not a number
            return None
        end: QPointF = self._item.mapFromItem(view, view.mapFromView(QPointF(x, y)))
        return end
