"""The class probabilities of one image, as bars with their names and figures on them."""

import math
from itertools import pairwise, zip_longest

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import WRONG_MARK, counted, enumerated, percent
from lenet_desktop.ui.kit.elided_label import short
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme, heading, steady_figures, with_alpha

_PADDING = SPACING // 2
"""Pixels between the ends of a bar's ground and the words on it."""
BAR_TINT = 0.45
"""How strong the colour of a wrong answer is under its name, which can still be read."""
_LINE = 2
"""Pixels of the strong line under a bar, which stays clear of what is written on it."""
_VISIBLE_SHARE = 0.01
"""From this share on a class is written as strongly as a bar can lie under its name."""
_LEAST_SHARE = 0.0005
"""Of many classes, those with a smaller share, which reads as 0.0 %, have no line of their own."""
_MOST_ALWAYS = 10
"""Classes that all have a line, however low the place is; of more, those that matter have one."""
_LEAST_OF_MANY = 8
"""Lines that there is always room for where there are more classes."""


class ProbabilityBars(QWidget):
    """A line for each class: the bar is the ground that its name and its figure are written on.

    So the bars are as long as there is room, and a narrow place is enough for them. Of many classes
    the most probable ones are shown with the true one, and what the others have together.
    """

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._names = DEFAULT.class_names
        self._probabilities: list[float] = []
        self._label = self._predicted = 0
        self._least: QSize | None = None  # once it was measured
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
        texts = (f"{name} {percent(share)}" for name, share in self._lines(_MOST_ALWAYS))
        told = _("Class probabilities: {shares}").format(shares=enumerated(texts))
        self.setAccessibleName(told)
        self.update()

    def show_dataset(self, info: DatasetInfo) -> None:
        """Take on the classes of a data set; there are no probabilities of them yet."""
        self._names, self._least = info.class_names, None
        self.show_probabilities([], 0)
        self.updateGeometry()

    def shown(self, lines: int) -> list[int]:
        """Return which classes have one of so many lines: all, or the most probable ones."""
        if len(self._probabilities) <= max(lines, _MOST_ALWAYS):
            return list(range(len(self._probabilities)))
        shares = [_known(share) for share in self._probabilities]
        ranked = sorted(range(len(shares)), key=lambda number: -shares[number])
        likely = sum(share >= _LEAST_SHARE for share in shares)
        best = ranked[: max(1, min(lines, max(likely, _MOST_ALWAYS)) - 1)]  # then come the others
        return best if self._label in best else [*best[:-1], self._label]

    def _lines(self, lines: int) -> list[tuple[str, float]]:
        """Return what stands in the lines, the last of which may be about several classes."""
        shown, shares = self.shown(lines), self._probabilities
        written = [(self._names[number], shares[number]) for number in shown]
        left = len(shares) - len(shown)
        if left:
            others = max(0.0, 1 - sum(_known(shares[number]) for number in shown))
            written.append((counted(left, "{count} other", "{count} others"), others))
        return written

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which every line can be read."""
        if self._least is None:  # layouts ask for it again and again
            self._least = self._measured()
        return self._least

    def changeEvent(self, event: QEvent) -> None:
        """Measure the names anew when they are written in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._least = None

    def _measured(self) -> QSize:
        metrics = self.fontMetrics()
        bold = QFontMetrics(heading(self.font()))
        names = max(
            max(bold.horizontalAdvance(name), metrics.horizontalAdvance(f"{WRONG_MARK} {name}"))
            for name in (short(name, metrics) for name in self._names)
        )
        width = names + bold.horizontalAdvance(percent(1.0)) + 2 * _PADDING + SPACING
        classes = len(self._names)
        lines = classes if classes <= _MOST_ALWAYS else _LEAST_OF_MANY
        return QSize(width, lines * metrics.height())

    def sizeHint(self) -> QSize:
        """Return the same: more room makes longer bars, not more information."""
        return self.minimumSizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines; the true and the predicted class stand out."""
        if not self._probabilities:
            return
        painter, height = QPainter(self), self.fontMetrics().height()
        fitting = max(1, self.height() // height)
        lines, numbers = self._lines(fitting), self.shown(fitting)
        line = min(self.height() / len(lines), height * 1.5)
        edges = [round(position * line) for position in range(len(lines) + 1)]
        areas = [QRect(0, top, self.width(), below - top) for top, below in pairwise(edges)]
        for (_name, share), area, number in zip_longest(lines, areas, numbers):
            self._paint_bar(painter, area, share, is_wrong=self._is_wrong(number))
        # On all grounds, or the next would cut a "g".
        for (name, share), area, number in zip_longest(lines, areas, numbers):
            self._write(painter, area, name, share, number)

    def _paint_bar(self, painter: QPainter, area: QRect, share: float, *, is_wrong: bool) -> None:
        theme = self._theme
        ground = area.adjusted(0, 0, 0, -1)
        painter.fillRect(ground, QColor(theme.grid))
        bar = QRect(ground)
        bar.setWidth(round(ground.width() * _known(share)))
        painter.fillRect(
            bar, with_alpha(theme.wrong, BAR_TINT) if is_wrong else QColor(theme.progress)
        )
        bar.setTop(bar.bottom() + 1 - _LINE)
        painter.fillRect(bar, QColor(theme.wrong if is_wrong else theme.muted))

    def _write(
        self, painter: QPainter, area: QRect, name: str, share: float, number: int | None
    ) -> None:
        """Write a class, or what the others are, and its share."""
        true = number == self._label
        stands_out = number is not None and (
            true or number == self._predicted or share >= _VISIBLE_SHARE
        )
        painter.setPen(QColor(self._theme.text if stands_out else self._theme.muted))
        painter.setFont(heading(self.font()) if true else self.font())
        words = area.adjusted(_PADDING, 0, -_PADDING, -1)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        text = f"{WRONG_MARK} {name}" if self._is_wrong(number) else name
        figure = percent(share)
        room = words.width() - painter.fontMetrics().horizontalAdvance(figure) - SPACING
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(words, flags | Qt.AlignmentFlag.AlignLeft, shown)
        painter.drawText(words, flags | Qt.AlignmentFlag.AlignRight, figure)

    def _is_wrong(self, number: int | None) -> bool:
        return number == self._predicted != self._label


def _known(share: float) -> float:
    """Return a share, none where a run that diverged left what is not a number."""
    return 0.0 if math.isnan(share) else share
