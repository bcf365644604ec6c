"""One message of the message bar: what it is, what can be done about it, and when it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QPropertyAnimation, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsOpacityEffect,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.elided_label import plain_label
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, TARGET, Theme

READING_MS = 60
"""How long a letter of a message stays in sight that goes by itself; people read twice as fast."""
_FADING_MS = 300
_ICON_SIDE = 20


class MessageKind(StrEnum):
    """How much it matters, from the least to the most."""

    INFO = "info"
    """Something was done, as was asked for."""
    HINT = "hint"
    """Something that may help."""
    WARNING = "warning"
    """Something was worked around."""
    ERROR = "error"
    """Something could not be done."""
    LOSS = "loss"
    """Work is lost if nothing is done about it."""

    @property
    def rank(self) -> int:
        """Its place in this order, from 0."""
        return list(MessageKind).index(self)

    def said_of(self, text: str) -> str:
        """Return a text as it is spoken, after what kind of message it is."""
        spoken = {
            MessageKind.INFO: _("Info: {text}"),
            MessageKind.HINT: _("Hint: {text}"),
            MessageKind.WARNING: _("Warning: {text}"),
            MessageKind.ERROR: _("Error: {text}"),
            MessageKind.LOSS: _("Loss: {text}"),
        }
        return spoken[self].format(text=text)


@dataclass(frozen=True, slots=True)
class MessageAction:
    """What a person can do about a message with one click.

    Attributes:
        text: what the button says, as "Restart with ReLU".
        do: called by the click. The message goes then, unless it is an error or about lost work,
            which stay until they are dismissed or taken back.
    """

    text: str
    do: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, how much it matters, and what can be done about it."""

    sentence: str
    kind: MessageKind
    actions: tuple[MessageAction, ...]


class MessageRow(QWidget):
    """Says a message, with a button for each thing that can be done about it and a cross.

    What was done as it was asked for needs no answer: it fades once it could be read, but for
    while the mouse or the keyboard is on it. What offers something to do stays.

    Args:
        message: what is said.
        theme: the colours.
        least_ms: how long it stays in sight at the least.
    """

    answered = Signal(object, object)  # Message, the MessageAction that was chosen
    dismissed = Signal(object)  # Message, by a person or because it could be read

    def __init__(self, message: Message, theme: Theme, least_ms: int) -> None:
        super().__init__()
        self._message = message
        self._lay_out(theme)
        if message.kind is MessageKind.INFO and not message.actions:
            reading = least_ms + READING_MS * len(message.sentence)
            self._reading = QTimer(self, singleShot=True, interval=reading)
            self._reading.timeout.connect(self._on_read)
            self._reading.start()

    def _lay_out(self, theme: Theme) -> None:
        message = self._message
        icon = QLabel()
        icon.setPixmap(themed_icon(*_look(message.kind, theme)).pixmap(_ICON_SIDE))
        label = plain_label(message.sentence)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # which a policy of one's own takes from a label
        label.setSizePolicy(policy)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setAccessibleName(message.kind.said_of(message.sentence))
        buttons = []
        for action in message.actions:
            button = identify(
                QPushButton(action.text), "message_action_button", action.text, message.sentence
            )
            button.setMinimumHeight(TARGET)
            button.clicked.connect(partial(self._on_action_clicked, action))
            buttons.append(button)
        words = _("Dismiss this message")
        dismiss = identify(QToolButton(autoRaise=True), "dismiss_button", words, words)
        dismiss.setIcon(themed_icon("close", theme.muted))
        dismiss.setMinimumSize(TARGET, TARGET)
        dismiss.clicked.connect(self._on_dismissed)
        room = SPACING // 2
        in_row(icon, (label, 1), *buttons, dismiss, margins=(SPACING, room, room, room), on=self)

    def _on_action_clicked(self, action: MessageAction) -> None:
        self.answered.emit(self._message, action)

    @Slot()
    def _on_dismissed(self) -> None:
        self.dismissed.emit(self._message)

    @Slot()
    def _on_read(self) -> None:
        focus = QApplication.focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self._reading.start()
            return
        effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(effect)
        fading = QPropertyAnimation(effect, b"opacity", self)
        fading.setStartValue(1.0)
        fading.setEndValue(0.0)
        fading.setDuration(_FADING_MS)
        fading.finished.connect(self._on_dismissed)
        fading.start()


def _look(kind: MessageKind, theme: Theme) -> tuple[str, str]:
    """Return the icon of a kind, and its colour."""
    match kind:
        case MessageKind.INFO | MessageKind.HINT:
            return "info", theme.muted
        case MessageKind.WARNING:
            return "warning", theme.test
        case MessageKind.ERROR | MessageKind.LOSS:
            return "error", theme.wrong
