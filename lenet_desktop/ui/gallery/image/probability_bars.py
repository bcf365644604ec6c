"""The ten class probabilities of one image, as bars with their names and figures on them."""

import math
from itertools import pairwise

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lenet_desktop.data.datasets import CLASS_NAMES
from lenet_desktop.text.wording import WRONG_MARK, percent
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme, heading, steady_figures, with_alpha

_PADDING = SPACING // 2
"""Pixels between the ends of a bar's ground and the words on it."""
BAR_TINT = 0.45
"""How strong the colour of a wrong answer is under its name, which can still be read."""
_LINE = 2
"""Pixels of the strong line under a bar, which stays clear of what is written on it."""
_VISIBLE_SHARE = 0.01
"""From this share on a class is written as strongly as a bar can lie under its name."""


class ProbabilityBars(QWidget):
    """A line for each class: the bar is the ground that its name and its figure are written on.

    So the bars are as long as there is room, and a narrow place is enough for them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._probabilities: list[float] = []
        self._label = self._predicted = 0
        self.setFont(steady_figures(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def probabilities(self) -> list[float]:
        """What the bars show, 0-1 for each class, empty when there is nothing to show."""
        return self._probabilities

    def show_probabilities(self, probabilities: list[float], label: int) -> None:
        """Show the probabilities of an image whose true class is `label`."""
        self._probabilities = probabilities
        self._label = label
        self._predicted = max(range(len(probabilities)), key=probabilities.__getitem__, default=0)
        texts = (
            f"{name} {percent(share)}"
            for name, share in zip(CLASS_NAMES, probabilities, strict=bool(probabilities))
        )
        self.setAccessibleName("Class probabilities: " + ", ".join(texts))
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which every line can be read."""
        metrics = self.fontMetrics()
        bold = QFontMetrics(heading(self.font()))
        names = max(
            max(bold.horizontalAdvance(name), metrics.horizontalAdvance(f"{WRONG_MARK} {name}"))
            for name in CLASS_NAMES
        )
        width = names + bold.horizontalAdvance(percent(1.0)) + 2 * _PADDING + SPACING
        return QSize(width, len(CLASS_NAMES) * metrics.height())

    def sizeHint(self) -> QSize:
        """Return the same: more room makes longer bars, not more information."""
        return self.minimumSizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ten lines; the true and the predicted class stand out."""
        if not self._probabilities:
            return
        painter = QPainter(self)
        line = min(self.height() / len(CLASS_NAMES), self.fontMetrics().height() * 1.5)
        edges = [round(position * line) for position in range(len(CLASS_NAMES) + 1)]
        areas = [QRect(0, top, self.width(), below - top) for top, below in pairwise(edges)]
        for position, area in enumerate(areas):
            self._paint_bar(painter, area, position)
        for position, area in enumerate(areas):  # on all grounds, or the next would cut a "g"
            self._write(painter, area, position)

    def _paint_bar(self, painter: QPainter, area: QRect, position: int) -> None:
        theme, wrong = self._theme, self._is_wrong(position)
        ground = area.adjusted(0, 0, 0, -1)
        painter.fillRect(ground, QColor(theme.grid))
        bar = QRect(ground)
        share = self._probabilities[position]
        bar.setWidth(0 if math.isnan(share) else round(ground.width() * share))
        painter.fillRect(
            bar, with_alpha(theme.wrong, BAR_TINT) if wrong else QColor(theme.progress)
        )
        bar.setTop(bar.bottom() + 1 - _LINE)
        painter.fillRect(bar, QColor(theme.wrong if wrong else theme.muted))

    def _write(self, painter: QPainter, area: QRect, position: int) -> None:
        name, share = CLASS_NAMES[position], self._probabilities[position]
        true, predicted = position == self._label, position == self._predicted
        stands_out = true or predicted or share >= _VISIBLE_SHARE
        painter.setPen(QColor(self._theme.text if stands_out else self._theme.muted))
        painter.setFont(heading(self.font()) if true else self.font())
        words = area.adjusted(_PADDING, 0, -_PADDING, -1)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        text = f"{WRONG_MARK} {name}" if self._is_wrong(position) else name
        painter.drawText(words, flags | Qt.AlignmentFlag.AlignLeft, text)
        painter.drawText(words, flags | Qt.AlignmentFlag.AlignRight, percent(share))

    def _is_wrong(self, position: int) -> bool:
        return position == self._predicted != self._label
