"""Names the curves of other runs in a row of their own; a click hides or shows a curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QStyle,
    QStyleOptionFocusRect,
    QToolButton,
    QWidget,
)

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, sentences, tip, told_apart
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import LEAST_TARGET, LIGHT, POINTED_TINT, SPACING, Theme, with_alpha
from lenet_desktop.ui.training.line_looks import LineLook, paint_sample

_SAMPLE_WIDTH = 26
_GAP = SPACING // 2
_MOST_LINES = 2
"""Lines that the names take before somebody asks for all of them."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What the legend says of one curve.

    Attributes:
        key: the key of its overlay.
        text: what tells it from the others; plain text.
        runs: which runs it shows, for the tool tip; plain text.
        look: how it is drawn.
    """

    key: int
    text: str
    runs: str
    look: LineLook


class OverlayLegend(QWidget):
    """Rows of names that wrap. Takes no room while there is nothing to name."""

    toggled = Signal(int, bool)  # key, whether its curve is to be seen

    def __init__(self) -> None:
        super().__init__()
        identify(self, "overlay_legend", _("Runs that are compared"))
        self._theme = LIGHT
        self._shows_all = False
        self.entries: list[EntryButton] = []
        self.more_button = QToolButton(self, autoRaise=True)
        self.more_button.setObjectName("overlay_legend_more_button")
        self.more_button.clicked.connect(self._on_more_clicked)
        self.notice = muted(QLabel(self))
        self.hide()

    def show_entries(self, entries: Sequence[LegendEntry], notice: str = "") -> None:
        """Name exactly these curves; those that were hidden before stay hidden.

        Args:
            entries: the curves, in their order.
            notice: what else is to be said of them, a few words.
        """
        known = {button.entry.key: button for button in self.entries}
        self.entries = [self._button(known.pop(entry.key, None), entry) for entry in entries]
        for button in known.values():
            button.hide()
            button.deleteLater()
        self.notice.setText(notice)
        self._shows_all = self._shows_all and bool(entries)
        for first, second in pairwise([*self.entries, self.more_button]):
            self.setTabOrder(first, second)
        self._arrange()
        self.setVisible(bool(entries))

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        for button in self.entries:
            button.show_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the names wrap anew where the width has changed."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Measure the names anew when they are written in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._arrange()

    def _button(self, button: "EntryButton | None", entry: LegendEntry) -> "EntryButton":
        if button is None:
            button = EntryButton(self)
            button.toggled.connect(self._on_toggled)
        button.show_theme(self._theme)
        button.show_entry(entry)
        return button

    def _arrange(self) -> None:
        """Place the names, as many as fit, and take the height that they need."""
        lines = self._lines(self.width())
        if len(lines) > _MOST_LINES:
            lines = self._lines((self.width() - _GAP) // 2)  # two of them stand side by side
        fits = len(lines) <= _MOST_LINES
        if not fits and not self._shows_all:
            self._name_more(len(self.entries))  # as wide as it can get
            reserved = self.more_button.sizeHint().width() + _GAP
            lines = self._lines((self.width() - _GAP) // 2, reserved)[:_MOST_LINES]
        left_out = len(self.entries) - sum(len(line) for line in lines)
        self._name_more(left_out)
        line_height = self._line_height()
        end = QPoint(0, 0)
        for place, line in enumerate(lines):
            end = QPoint(0, place * line_height)
            for button, width in line:
                button.setGeometry(QRect(end, QSize(width, line_height)))
                end += QPoint(width + _GAP, 0)
        for place, button in enumerate(self.entries):
            button.setVisible(place < len(self.entries) - left_out)
        self._shorten()
        bottom = self._place_rest(end, (left_out > 0 or not fits, bool(self.notice.text())))
        self.setFixedHeight(bottom)

    def _place_rest(self, end: QPoint, wanted: tuple[bool, bool]) -> int:
        """Place the button and the notice behind the names, and return where all of it ends."""
        line_height = self._line_height()
        for widget, is_wanted in zip((self.more_button, self.notice), wanted, strict=True):
            widget.setVisible(is_wanted)
            if not is_wanted:
                continue
            width = min(widget.sizeHint().width(), self.width())
            if end.x() and end.x() + width > self.width():
                end = QPoint(0, end.y() + line_height)
            widget.setGeometry(QRect(end, QSize(width, line_height)))
            end += QPoint(width + _GAP, 0)
        return end.y() + line_height

    def _shorten(self) -> None:
        """Cut the names that have not all their room, so that they are still told apart."""
        shown = [button for button in self.entries if not button.isHidden()]
        cut = [button for button in shown if button.width() < button.sizeHint().width()]
        room = max((button.room.width() for button in cut), default=0)
        metrics, end = self.fontMetrics(), Qt.TextElideMode.ElideRight
        shorts = told_apart(
            [button.entry.text for button in cut],
            lambda name: metrics.elidedText(name, end, room),
        )
        for button in shown:
            button.show_short(button.entry.text)
        for button, short in zip(cut, shorts, strict=True):
            button.show_short(short)

    def _lines(self, widest: int, reserved: int = 0) -> list[list[tuple["EntryButton", int]]]:
        """Distribute the names over lines.

        Args:
            widest: pixels that a name may take.
            reserved: pixels that are left free at the end of the last line that is shown.
        """
        lines: list[list[tuple[EntryButton, int]]] = []
        left = -1
        for button in self.entries:
            width = min(button.sizeHint().width(), widest)
            if width > left:
                lines.append([])
                left = self.width() - (reserved if len(lines) == _MOST_LINES else 0)
            width = max(min(width, left), 0)
            lines[-1].append((button, width))
            left -= width + _GAP
        return lines

    def _line_height(self) -> int:
        return max((button.sizeHint().height() for button in self.entries), default=0)

    def _name_more(self, left_out: int) -> None:
        """Say on the button how many names are left out, or that they can be left out again."""
        if left_out:
            text = counted(left_out, "+{count} more", "+{count} more")
            name = counted(left_out, "Name {count} more run", "Name {count} more runs")
            sentence = counted(left_out, "Name {count} more run.", "Name {count} more runs.")
        else:
            text, name = _("fewer"), _("Name only the first runs")
            sentence = _("Name only the first runs.")
        self.more_button.setText(text)
        identify(self.more_button, self.more_button.objectName(), name, sentence)

    @Slot(bool)
    def _on_toggled(self, visible: bool) -> None:
        button = self.sender()
        if isinstance(button, EntryButton):
            self.toggled.emit(button.entry.key, visible)

    @Slot()
    def _on_more_clicked(self) -> None:
        self._shows_all = not self._shows_all
        self._arrange()


class EntryButton(QAbstractButton):
    """One name beside a piece of its line; struck out while the curve is hidden.

    Attributes:
        short: what is written of its text.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._theme = LIGHT
        self._entry: LegendEntry | None = None
        self.short = ""
        self.toggled.connect(self._on_toggled)

    @property
    def entry(self) -> LegendEntry:
        """What it says."""
        assert self._entry is not None  # noqa: S101  for mypy: it is shown before it is seen
        return self._entry

    def show_entry(self, entry: LegendEntry) -> None:
        """Say something else."""
        if entry == self._entry:
            return
        self._entry = entry
        self.setAccessibleName(entry.text)
        self._explain()
        self.updateGeometry()
        self.update()

    def show_short(self, short: str) -> None:
        """Write this in place of the text, which may be too long."""
        self.short = short
        self.update()

    @property
    def room(self) -> QRect:
        """Where its text stands."""
        return self.rect().adjusted(_GAP + _SAMPLE_WIDTH + _GAP, 0, -_GAP, 0)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for the whole text."""
        text = 0 if self._entry is None else self.fontMetrics().horizontalAdvance(self._entry.text)
        width = _SAMPLE_WIDTH + text + 2 * SPACING
        return QSize(width, max(LEAST_TARGET, self.fontMetrics().height() + _GAP))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the piece of the line and the text."""
        painter = QPainter(self)
        if self.underMouse():
            painter.fillRect(self.rect(), with_alpha(self._theme.accent, POINTED_TINT))
        sample = QRectF(_GAP, 0, _SAMPLE_WIDTH, self.height())
        paint_sample(painter, sample, self.entry.look, self._theme)
        font = self.font()
        font.setStrikeOut(not self.isChecked())
        painter.setFont(font)
        role = QPalette.ColorRole.WindowText
        hidden = QPalette.ColorRole.PlaceholderText
        painter.setPen(self.palette().color(role if self.isChecked() else hidden))
        side = Qt.TextElideMode.ElideRight
        text = painter.fontMetrics().elidedText(self.short, side, self.room.width())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(self.room, flags, text)
        if self.hasFocus():
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            self.style().drawPrimitive(
                QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self
            )
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Claim the space bar before the window's shortcuts see it."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and event.key() == Qt.Key.Key_Space:
                event.accept()
                return True
        return super().event(event)

    def _explain(self) -> None:
        entry = self.entry
        shown = _("{curve}: {runs}.").format(curve=entry.text, runs=entry.runs)
        act = _("Click to hide the curve.") if self.isChecked() else _("Click to show the curve.")
        look = _("It is a {look}.").format(look=entry.look.words)
        self.setToolTip(tip(sentences([shown, act])))
        self.setAccessibleDescription(sentences([shown, act, look]))

    @Slot()
    def _on_toggled(self) -> None:
        self._explain()
        self.update()
