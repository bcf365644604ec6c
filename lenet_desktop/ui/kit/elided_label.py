"""Labels of plain text: some give way where there is no room for all of it, others do not."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QToolTip

from lenet_desktop.text.wording import tip

_MOST_CHARACTERS = 24


def short(name: str, metrics: QFontMetrics) -> str:
    """Return a class's name, cut where it is longer than what anybody reads under a picture."""
    most = metrics.averageCharWidth() * _MOST_CHARACTERS
    return metrics.elidedText(name, Qt.TextElideMode.ElideRight, most)


def plain_label(text: str = "") -> QLabel:
    """Return a label that breaks its plain text into lines."""
    return QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)


def keep_width(label: QLabel, pixels: int) -> None:
    """Have a label be at least so wide, be it less than before.

    QLabel counts its least width among what it asks for, and keeps that until it is measured anew.
    """
    label.setMinimumWidth(pixels)
    label.setIndent(label.indent())


def paint_placeholder(view: QAbstractScrollArea, sentence: str, margin: int) -> None:
    """Say in the middle of an empty view why it is empty, so many pixels from its edges."""
    painter = QPainter(view.viewport())
    area = view.viewport().rect()
    upright = min(margin, area.height() // 8)  # in a low one every line counts
    if view.hasFocus():
        paint_focus(painter, area, view.palette())
    painter.setPen(view.palette().placeholderText().color())
    area.adjust(margin, upright, -margin, -upright)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, sentence)


def paint_focus(painter: QPainter, area: QRect, palette: QPalette) -> None:
    """Paint a frame within a view that has the keyboard and nothing that could be marked."""
    painter.setPen(QPen(palette.highlight().color(), 1, Qt.PenStyle.DashLine))
    painter.drawRect(area.adjusted(2, 2, -3, -3))


class ElidedLabel(QLabel):
    """Ends in "…" where its one line of plain text is cut off; the tool tip says all of it then."""

    def __init__(self, text: str = "", **properties: Any) -> None:
        super().__init__(text, textFormat=Qt.TextFormat.PlainText, **properties)

    def minimumSizeHint(self) -> QSize:
        """Ask for no width."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint as many letters as have room."""
        self.style().drawItemText(
            QPainter(self),
            self.contentsRect(),
            self.alignment().value,
            self.palette(),
            self.isEnabled(),
            self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width()),
            self.foregroundRole(),
        )

    def event(self, event: QEvent) -> bool:
        """Say all of the text where some of it is cut off."""
        is_cut = self.width() < self.sizeHint().width()
        if is_cut and isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), tip(self.text()), self)
            return True
        return super().event(event)


class WholeLabel(QLabel):
    """Breaks its plain text into lines, and insists on the room for all of them."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        """Say something else, for which it has room as soon as others have made it."""
        super().setText(text)
        self._insist()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take other lines in another width."""
        super().resizeEvent(event)
        self._insist()

    def changeEvent(self, event: QEvent) -> None:
        """Take larger lines in a larger font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._insist()

    def _insist(self) -> None:
        self.setMinimumHeight(0)  # or it would never need less than that
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())))


class SteadyLabel(WholeLabel):
    """Says one of some texts, and has room for the longest of them, so that nothing below moves."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

    def _insist(self) -> None:
        margins, wraps = self.contentsMargins(), Qt.TextFlag.TextWordWrap
        room = QRect(0, 0, self.contentsRect().width(), 0)
        heights = (
            self.fontMetrics().boundingRect(room, wraps, text).height() for text in self._texts
        )
        self.setMinimumHeight(max(heights) + margins.top() + margins.bottom())
