"""One sentence across the top of the window, instead of a dialog that interrupts."""

from enum import StrEnum

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from lenet_desktop.ui.icons import themed_icon
from lenet_desktop.ui.naming import identify
from lenet_desktop.ui.theme import LIGHT, SPACING, Theme

_ICON_SIDE = 20


class MessageKind(StrEnum):
    """How much it matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class MessageBar(QFrame):
    """Shows what happened and what to do, until it is dismissed or replaced."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self._theme = LIGHT
        self._kind = MessageKind.INFO
        self._build()
        self.hide()

    def _build(self) -> None:
        self._icon = QLabel()
        self._label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = "Dismiss this message"
        self._dismiss = identify(QToolButton(autoRaise=True), "dismiss_button", words, words)
        self._dismiss.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING // 2, SPACING // 2, SPACING // 2)
        layout.addWidget(self._icon)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._dismiss)

    @property
    def text(self) -> str:
        """The sentence shown, empty when there is none."""
        return self._label.text()

    @property
    def kind(self) -> MessageKind:
        """How much the sentence matters."""
        return self._kind

    def show_message(self, sentence: str, kind: MessageKind = MessageKind.INFO) -> None:
        """Show a sentence in place of the one before."""
        self._kind = kind
        self._label.setText(sentence)
        self._label.setAccessibleName(f"{kind.value.capitalize()}: {sentence}")
        self.setProperty("kind", kind.value)
        self._restyle()
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self._label, QAccessible.Event.Alert))

    def add_message(self, sentence: str, kind: MessageKind = MessageKind.INFO) -> None:
        """Show a sentence below those that are in sight, in a line of its own."""
        lines = self.text.splitlines() if not self.isHidden() else []
        if sentence not in lines:
            lines.append(sentence)
        self.show_message("\n".join(lines), kind)

    @Slot()
    def clear(self) -> None:
        """Hide the bar and forget its sentence."""
        self._label.clear()
        self.hide()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self._restyle()

    def _restyle(self) -> None:
        theme = self._theme
        tint = {
            MessageKind.INFO: theme.muted,
            MessageKind.WARNING: theme.test,
            MessageKind.ERROR: theme.wrong,
        }[self._kind]
        self._icon.setPixmap(themed_icon(self._kind.value, tint).pixmap(_ICON_SIDE))
        self._dismiss.setIcon(themed_icon("close", theme.muted))
        self.style().unpolish(self)
        self.style().polish(self)
