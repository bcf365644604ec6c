"""What the curves of a plot are called, beside the end of each."""

from collections.abc import Iterable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsSimpleTextItem

from lenet_desktop.analysis.history import Series
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import told_apart
from lenet_desktop.ui.kit.theme import LIGHT, Theme, with_alpha
from lenet_desktop.ui.training.overlays import Overlay, drawable
from lenet_desktop.ui.training.run_curve import RunCurve

_GAP = 6
"""Pixels between the end of a curve and its name."""
_MOST_OVERLAYS = 8
_WIDEST = 0.3
"""Share of a plot's width that a name of another run takes; its whole name is in the legend."""
_LEAST_LETTERS = 14
"""The average letters that such a name may take in any plot."""
_FURTHEST = 2.5
"""Heights of a name of another run by which it is moved away from its curve, at most."""
VEIL = 0.9
"""How opaque the ground of a name is, over lines that go on behind it."""


class _Name(QGraphicsSimpleTextItem):
    """Words with a ground of their own."""

    def __init__(self, words: str, item: pg.PlotItem) -> None:
        super().__init__(words, item)
        self._ground = QGraphicsRectItem(self)
        self._ground.setFlag(QGraphicsRectItem.GraphicsItemFlag.ItemStacksBehindParent)
        self._ground.setPen(QPen(Qt.PenStyle.NoPen))

    @property
    def area(self) -> QRectF:
        """Where it lies, in the plot's own pixels."""
        return self.mapRectToParent(self.boundingRect())

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
    hidden, or ends out of sight, is not shown; nor is that of another run where it would lie on a
    curve, or far from its own: the legend has all of them.
    """

    def __init__(self, item: pg.PlotItem, curves: Sequence[RunCurve]) -> None:
        self._item = item
        self._theme = LIGHT
        self._font = QFont()
        self._room = 0.0
        self._overlays: list[tuple[Overlay, tuple[Series, Series], _Name]] = []
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
        return {label.text(): label.area for label in self._all if label.isVisible()}

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
            line = _seen(*drawable(overlay.x, overlay.y, log=log), log=log)
            if len(line[0]):
                self._overlays.append((overlay, line, _Name("", self._item)))
        self.set_font(self._font)
        self.show_theme(self._theme)

    def fit(self, room: float) -> None:
        """Shorten the names of other runs where a plot is not many pixels wide."""
        if room != self._room:
            self._room = room
            self._write()

    def width_of(self, curves: Iterable[RunCurve]) -> float:
        """Return the pixels that the longest name of these takes behind the end of its curve."""
        wanted = list(curves)
        widths = [
            label.boundingRect().width() + 2 * _GAP
            for curve, label in self._labels
            if curve in wanted and curve.style.label
        ]
        named = [label for *_about, label in self._overlays if label.text()]
        widths += [label.boundingRect().width() + 2 * _GAP for label in named]
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
        self._write()
        for label in self._all:
            label.write_in(font)
        self.place()

    def _write(self) -> None:
        """Write the names of other runs, as long as they may be; none that reads like another."""
        metrics, cut = QFontMetricsF(self._font), Qt.TextElideMode.ElideRight
        widest = max(self._room * _WIDEST, metrics.averageCharWidth() * _LEAST_LETTERS)
        names = told_apart(
            [overlay.text for overlay, *_drawn in self._overlays],
            lambda name: metrics.elidedText(name, cut, widest),
        )
        for (*_about, label), name in zip(self._overlays, names, strict=True):
            label.setText(name if names.count(name) == 1 else "")
            label.write_in(self._font)

    def place(self, *_view: object) -> None:
        """Put each name beside the end of its curve."""
        ends = [(curve.end if curve.isVisible() else None, name) for curve, name in self._labels]
        lines = [(float(x[-1]), float(y[-1])) for _overlay, (x, y), _name in self._overlays]
        others = [name for *_about, name in self._overlays]
        seen = []
        for place, label in [*ends, *zip(lines, others, strict=True)]:
            end = self._pixel_of(place) if place and label.text() else None
            label.setVisible(end is not None)
            if end is not None:
                label.setPos(end.x() + _GAP, end.y() - label.boundingRect().height() / 2)
                if label in others and self._covers_a_curve(label):
                    label.hide()  # before others would be moved apart from it
                else:
                    seen.append((end, label))
        self._move_apart(sorted((label for _end, label in seen), key=_Name.y))
        for end, label in seen:
            height = label.boundingRect().height()
            is_far = abs(label.y() + height / 2 - end.y()) > _FURTHEST * height
            if label in others and (is_far or self._covers_a_curve(label)):
                label.hide()

    def _move_apart(self, labels: Sequence[_Name]) -> None:
        """Move those down that lie on one above, and then up what is out of the plot by that."""
        for number, label in enumerate(labels):
            above = [each for each in labels[:number] if _are_in_line(each, label)]
            label.setY(max([label.y(), *(each.area.bottom() for each in above)]))
        bottom = self._item.getViewBox().geometry().bottom()
        for number in reversed(range(len(labels))):
            label = labels[number]
            below = [each for each in labels[number + 1 :] if _are_in_line(each, label)]
            ceiling = min([bottom, *(each.y() for each in below)])
            label.setY(min(label.y(), ceiling - label.boundingRect().height()))

    def _covers_a_curve(self, label: _Name) -> bool:
        """Tell whether a name lies on the values of any epochs, its own curve's or another's."""
        own = [curve for curve, _name in self._labels if curve.isVisible()]
        lines = [_seen(*curve.series) for curve in own if not curve.style.has_steps]
        lines += [line for _overlay, line, _name in self._overlays]
        return any(self._crosses(label.area, *line) for line in lines if len(line[0]))

    def _crosses(self, area: QRectF, x: Series, y: Series) -> bool:
        """Tell whether a line of values goes through an area in the plot's own pixels."""
        view = self._item.getViewBox()
        room, ((left, right), (low, high)) = view.geometry(), view.viewRange()
        x = room.left() + (x - left) / (right - left) * room.width()
        y = room.bottom() - (y - low) / (high - low) * room.height()
        begin, end = max(area.left(), x[0]), min(area.right(), x[-1])
        if begin > end:
            return False
        heights = np.append(y[(begin < x) & (x < end)], np.interp((begin, end), x, y))
        return bool(heights.min() < area.bottom() and heights.max() > area.top())

    def _pixel_of(self, place: tuple[float, float]) -> QPointF | None:
        """Return where a value lies in the plot's own pixels, None where it is not seen."""
        x, y = place
        view = self._item.getViewBox()
        (left, right), (low, high) = view.viewRange()
        if not (left <= x <= right and low <= y <= high):  # also where it is not a number
            return None
        end: QPointF = self._item.mapFromItem(view, view.mapFromView(QPointF(x, y)))
        return end


def _are_in_line(one: _Name, other: _Name) -> bool:
    """Tell whether two names would lie on each other if they were at the same height."""
    mine, theirs = one.area, other.area
    return mine.left() < theirs.right() and theirs.left() < mine.right()


def _seen(x: Series, y: Series, *, log: bool = False) -> tuple[Series, Series]:
    """Return those values that are numbers, as they are on an axis."""
    has_place = np.isfinite(y)
    return x[has_place], np.log10(y[has_place]) if log else y[has_place]
