"""The axes of the plots: epochs below, values on the left, what lines mean on the right."""

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem

from lenet_desktop.text.language import pgettext
from lenet_desktop.text.wording import with_marks

MARGIN = 56
"""Pixels beside the curves for the ticks on the left and what lines mean on the right."""
_MARGIN_LINES = 4
"""Lines of text as which the margins are at least as wide."""
_TICK_GAP = 16
"""Pixels between what stands at two ticks, at least."""
_TICK_ROOM = 30, 18
"""Pixels beside and below an axis for what stands at its ticks, as long as nothing does."""
_EMPTY = 30
"""Epochs for which an axis has room before there is anything on it, at most."""
_ROUNDING = 1e-9
_ROOM_STEPS = (1, 2, 3, 5)
"""Times a power of ten: the epochs that an axis has room for, as the run goes on."""
_FIRST_ROOM = 0.5
"""Epochs: in steps of less the axis would jump, and be painted anew, several times a second."""


class EvenAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Writes figures as the language does, with as many decimals at each of its ticks.

    pyqtgraph gives ticks of two spacings as many as each needs.
    """

    def __init__(self, orientation: str, **look: object) -> None:
        super().__init__(orientation, **look)
        self.enableAutoSIPrefix(False)  # or a tenth of an epoch would be 100, times 0.001

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return what stands beside each tick."""
        return list(map(with_marks, super().tickStrings(values, scale, spacing)))

    def generateDrawSpecs(
        self, painter: object
    ) -> tuple[Any, Any, list[tuple[Any, Any, str]]] | None:
        """Return what is drawn: the line, the ticks, and what stands beside which of them."""
        specs = super().generateDrawSpecs(painter)
        if specs is None:
            return None
        line, ticks, texts = specs
        words = [text for _area, _flags, text in texts]
        words = words if self.logMode else with_equal_decimals(words)
        return line, ticks, [(*place, word) for (*place, _), word in zip(texts, words, strict=True)]


class KeptAxis(EvenAxis):
    """Is painted anew only when it has changed, not with each curve that grows over its grid."""

    def __init__(self, orientation: str, **look: object) -> None:
        super().__init__(orientation, **look)
        self.setExportMode(False)

    def setExportMode(self, export: bool, opts: dict[str, object] | None = None) -> None:
        """Draw lines and letters into a file, where they stay such; keep pixels on the screen."""
        super().setExportMode(export, opts)
        mode = QGraphicsItem.CacheMode
        self.setCacheMode(mode.NoCache if export else mode.DeviceCoordinateCache)


class ValueAxis(KeptAxis):
    """On a logarithmic scale, ticks at 1, 2 and 5 of every power of ten, and no more."""

    def tickValues(
        self, low: float, high: float, size: float
    ) -> list[tuple[float | None, list[float]]]:
        """Return the spacing and the places of the ticks, in powers of ten if logarithmic."""
        if not self.logMode:
            ticks: list[tuple[float | None, list[float]]] = super().tickValues(low, high, size)
            return ticks
        places = [
            power + float(np.log10(digit))
            for power in range(int(np.floor(low)), int(np.ceil(high)) + 1)
            for digit in (1, 2, 5)
        ]
        return [(None, [place for place in places if low <= place <= high])]

    def logTickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Return what stands beside each tick of a logarithmic scale."""
        return [f"{10**value:g}" for value in values]


class NoteAxis(KeptAxis):
    """Says what lines mean, at their end in the margin; no ticks and no line of its own."""

    def __init__(self) -> None:
        super().__init__("right", pen=None, tickPen=None, maxTickLength=0)
        self.setTicks([[]])


class PercentAxis(KeptAxis):
    """Writes shares, 0-1, as percentages."""

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Return what stands beside each tick."""
        return [rounded_percent(value, 6) for value in values]


class EpochAxis(KeptAxis):
    """Whole epochs as long as there are some in sight; the last of them has its tick, too."""

    _end = math.inf

    def end_at(self, end: float) -> None:
        """Have ticks up to a place only; what is behind it is room for names."""
        if end != self._end:
            self._end = end
            self.picture = None  # what was drawn, which pyqtgraph keeps as long as the range stays
            self.update()

    def tickValues(
        self, low: float, high: float, size: float
    ) -> list[tuple[float | None, list[float]]]:
        """Return the spacing and the places of the ticks."""
        widest = QFontMetricsF(self.font()).horizontalAdvance(f"{high:.0f}") + _TICK_GAP
        most = max(2, int(size / widest))
        steps = (digit * 10**power for power in range(6) for digit in (1, 2, 5))
        step = next((step for step in steps if (high - low) / step <= most), 10**6)
        places = np.arange(np.ceil(low / step), np.floor(min(high, self._end) / step) + 1) * step
        if len(places) < 2:  # there is less than an epoch to see
            ticks: list[tuple[float | None, list[float]]] = super().tickValues(low, high, size)
            end = self._end + _ROUNDING
            return [(each, [place for place in some if place <= end]) for each, some in ticks]
        return [(step, (places + 0.0).tolist())]  # no negative zero

    def boundingRect(self) -> QRectF:
        """Let what stands at the outermost ticks reach into the margins."""
        area: QRectF = super().boundingRect()
        return area.adjusted(-MARGIN // 2, 0, MARGIN // 2, 0)


def rounded_percent(share: float, digits: int) -> str:
    """Write a share, 0-1, as a percentage with so many digits at most: `90 %`, `83.5 %`."""
    return pgettext("share", "{number} %").format(number=with_marks(f"{100 * share:.{digits}g}"))


def with_equal_decimals(figures: Sequence[str]) -> list[str]:
    """Write zeros behind those with fewer decimals: `0.85` and `0.90`, `87.5 %` and `90.0 %`.

    They stay as they are where one of them is no such figure.
    """
    point = re.escape(with_marks("."))
    parts = [re.fullmatch(rf"(\D?\d+)(?:{point}(\d+))?(\D*)", each) for each in figures]
    found = [part.groups(default="") for part in parts if part is not None]
    most = max((len(decimals) for _whole, decimals, _unit in found), default=0)
    if not most or len(found) < len(figures):
        return list(figures)
    return [f"{whole}{with_marks('.')}{decimals:0<{most}}{unit}" for whole, decimals, unit in found]


def room_for(reached: float, planned: int) -> float:
    """Return how many epochs an axis has room for: not for all that are planned at once.

    Before the first step there is room for all, of very many only for some.

    Args:
        reached: the last place that is drawn, in epochs.
        planned: the epochs of the run.
    """
    if not reached:
        return min(planned, _EMPTY)
    whole = (digit * 10.0**power for power in range(5) for digit in _ROOM_STEPS)
    room = next((step for step in (_FIRST_ROOM, *whole) if step > reached), planned)
    return max(reached, min(room, planned))


def letter_size(font: QFont) -> str:
    """Return the size of a font as pyqtgraph wants it."""
    return f"{font.pointSizeF():.1f}pt"


def fit_letters(item: pg.PlotItem, legend: pg.LegendItem, font: QFont) -> None:
    """Write all that stands around the curves of a plot in a font, and make room for it."""
    size, line = letter_size(font), QFontMetricsF(font).height()
    for name in ("left", "bottom", "right"):
        axis = item.getAxis(name)
        axis.setStyle(tickFont=font)
        _forget_letters(axis)
        if axis.orientation != "bottom":
            axis.setWidth(max(MARGIN, round(_MARGIN_LINES * line)))
        elif axis.labelText:
            axis.setLabel(axis.labelText, **{**axis.labelStyle, "font-size": size})
    legend.setLabelTextSize(size)
    legend.updateSize()
    item.layout.setRowFixedHeight(0, legend.height())  # the row of pyqtgraph's own titles


def fit_titles(item: pg.PlotItem, font: QFont) -> None:
    """Write what the axes of a plot are called as large as a font, whatever it will be."""
    for name in ("left", "bottom"):
        axis = item.getAxis(name)
        _forget_letters(axis)
        style = {**axis.labelStyle, "font-size": letter_size(font)}
        axis.setLabel(axis.labelText, **style)


def _forget_letters(axis: pg.AxisItem) -> None:
    """Let an axis measure anew what stands at its ticks, for which it makes ever more room."""
    axis.textWidth, axis.textHeight = _TICK_ROOM
