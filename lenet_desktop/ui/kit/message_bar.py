"""Sentences laid over the foot of the window, instead of dialogs that interrupt."""

from collections.abc import Sequence
from itertools import product

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QCursor
from PySide6.QtWidgets import QFrame, QWidget

from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.layout import throw_away
from lenet_desktop.ui.kit.message_row import Message, MessageAction, MessageKind, MessageRow
from lenet_desktop.ui.kit.naming import set_look
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme

__all__ = ["MessageAction", "MessageBar", "MessageKind"]

_NARROWEST, _WIDEST = 260, 840
"""Pixels."""
_MOVING = (
    QEvent.Type.Resize,
    QEvent.Type.LayoutRequest,
    QEvent.Type.Move,
    QEvent.Type.Show,
    QEvent.Type.Hide,
)
_MOST_IN_SIGHT = 3
_LEAST_MS = 4_000


class MessageBar(QFrame):
    """Shows what happened and what to do, the most important first, until it is dismissed.

    A message never makes a greater one go: it stands below it, or waits where there is no room. One
    about lost work stays until somebody dismisses it or it is taken back with `withdraw`.

    It lies over the lower edge of its parent, or of a part of it, and moves nothing there. Where
    the mouse is just there, it lies over the upper edge.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message_bar")
        self._theme = LIGHT
        self._messages: list[Message] = []
        self._problem = ""
        self._rows = in_column(spacing=0, on=self)
        self._lies_below = True
        self.least_ms = _LEAST_MS
        self._part: QWidget | None = None
        self.hide()

    @property
    def text(self) -> str:
        """The sentences in sight, one on each line; empty when there is none."""
        return "\n".join(message.sentence for message in self._in_sight)

    @property
    def kind(self) -> MessageKind:
        """How much the first of them matters."""
        return self._messages[0].kind if self._messages else MessageKind.INFO

    def show_message(
        self,
        sentence: str,
        kind: MessageKind = MessageKind.INFO,
        *actions: MessageAction,
    ) -> None:
        """Say something in place of what mattered as much or less; nothing about lost work goes."""
        greater = [
            each
            for each in self._messages
            if each.kind.rank > kind.rank or each.kind is MessageKind.LOSS
        ]
        self._set(greater, Message(sentence, kind, actions))

    def add_message(
        self,
        sentence: str,
        kind: MessageKind = MessageKind.INFO,
        *actions: MessageAction,
    ) -> None:
        """Say something beside what was said before; what is said already is not said again."""
        if all(each.sentence != sentence for each in self._messages):
            self._set(self._messages, Message(sentence, kind, actions))

    def hear(self, *parts: QObject) -> None:
        """Say from now on what parts of the window have to say, by the names of their signals.

        `failed`, `noticed` and `saved` carry a sentence, and `withdrawn` one that does not hold any
        more; `advised` and `done` carry the MessageActions with it.
        """
        heard = {
            "failed": self.show_error,
            "noticed": self.add_notice,
            "advised": self.add_advice,
            "saved": self.show_done,
            "done": self.show_done_with,
            "withdrawn": self.withdraw,
        }
        for part, (name, slot) in product(parts, heard.items()):
            if hasattr(part, name):
                getattr(part, name).connect(slot)

    @Slot(str)
    def show_error(self, sentence: str) -> None:
        """Say what went wrong and what to do."""
        self.show_message(sentence, MessageKind.ERROR)

    @Slot(str)
    def show_done(self, sentence: str) -> None:
        """Say what was done, as was asked for."""
        self.show_message(sentence, MessageKind.INFO)

    @Slot(str, object)
    def show_done_with(self, sentence: str, actions: Sequence[MessageAction]) -> None:
        """Say what was done, and offer what can be done about it."""
        self.show_message(sentence, MessageKind.INFO, *actions)

    @Slot(str)
    def add_notice(self, sentence: str) -> None:
        """Say something that a person should know, beside what was said before; work goes on."""
        self.add_message(sentence, MessageKind.WARNING)

    @Slot(str, object)
    def add_advice(self, sentence: str, actions: Sequence[MessageAction]) -> None:
        """Say something that a person should know, with what does what it advises."""
        self.add_message(sentence, MessageKind.WARNING, *actions)

    @Slot(str)
    def show_problem(self, sentence: str) -> None:
        """Say what is wrong with what is typed somewhere, and nothing else about that any more."""
        self.take_back_problem()
        self._problem = sentence
        self.add_notice(sentence)

    @Slot()
    def take_back_problem(self) -> None:
        """Say no more that something typed is wrong."""
        self.withdraw(self._problem)

    @Slot(str)
    def withdraw(self, sentence: str) -> None:
        """Take back what does not hold any more, if it is still said."""
        left = [each for each in self._messages if each.sentence != sentence]
        if len(left) < len(self._messages):
            self._messages = left
            self._show()

    @Slot()
    def clear(self) -> None:
        """Take back everything but what is about lost work."""
        self._messages = [each for each in self._messages if each.kind is MessageKind.LOSS]
        self._show()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the edge of the parent, whatever size that has."""
        if event.type() in _MOVING and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Fit the sentences anew in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and self.isVisible():
            self._place()

    def lie_over(self, parent: QWidget) -> None:
        """Belong to a widget and lie over what is in it."""
        self.setParent(parent)
        parent.installEventFilter(self)

    def keep_to(self, part: QWidget | None) -> None:
        """Lie over a part of the parent, where there is nothing to be clicked; None for all of it.

        Where it has not the room for a sentence, all of the parent is lain over nevertheless.
        """
        if self._part is not None:
            self._part.removeEventFilter(self)
        self._part = part
        if part is not None:
            part.installEventFilter(self)
        self._place()

    @property
    def _in_sight(self) -> list[Message]:
        """The greatest messages, and of those that matter as much the newest, in their order."""
        newest_first = self._messages[::-1]
        newest_first.sort(key=_greatest_first)
        chosen = newest_first[:_MOST_IN_SIGHT]
        return [message for message in self._messages if message in chosen]

    def _set(self, others: list[Message], new: Message) -> None:
        was_hidden = self.isHidden()
        self._messages = sorted([*others, new], key=_greatest_first)
        self._show()
        if was_hidden:
            self._lies_below = not self._place_below().contains(self._pointer())
            self._place()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _show(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                throw_away(row)
        for message in self._in_sight:
            row = MessageRow(message, self._theme, self.least_ms)
            row.answered.connect(self._on_answered)
            row.dismissed.connect(self._on_dismissed)
            self._rows.addWidget(row)
            row.show()  # a layout would do so only with the next turn of the event loop
        set_look(self, "kind", self.kind.value)
        self.setAccessibleName(self.kind.said_of(self.text) if self.text else "")
        self.setVisible(bool(self._messages))
        self._place()
        self.raise_()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            below = self._place_below()
            if not self._lies_below:
                below.moveTop(self._room().top() + SPACING)
            self.setGeometry(below)
            self._rows.activate()

    def _place_below(self) -> QRect:
        """Return where the bar lies in its parent as a rule."""
        room = self._room()
        width = max(1, min(_WIDEST, room.width() - 2 * SPACING))
        frame = self.size() - self.contentsRect().size()
        wanted = self._rows.heightForWidth(width - frame.width()) + frame.height()
        height = min(wanted, max(1, room.height() - 2 * SPACING))
        place = QRect(room.left(), room.top() + room.height() - SPACING - height, width, height)
        return place.translated((room.width() - width) // 2, 0)

    def _room(self) -> QRect:
        """Return over what it may lie."""
        parent, part = self.parentWidget(), self._part
        if parent is None:
            return self.rect()
        if part is not None and part.isVisible():
            seen = QRect(part.mapTo(parent, QPoint()), part.size()) & parent.rect()
            needed = max(_NARROWEST, self._rows.minimumSize().width() + 2 * SPACING)
            if seen.width() >= needed and seen.height() >= seen.width() // 2:
                return seen
        return parent.rect()

    def _pointer(self) -> QPoint:
        parent = self.parentWidget() or self
        return parent.mapFromGlobal(QCursor.pos())

    @Slot(object)
    def _on_dismissed(self, message: Message) -> None:
        self.withdraw(message.sentence)

    @Slot(object, object)
    def _on_answered(self, message: Message, action: MessageAction) -> None:
        if message.kind.rank < MessageKind.ERROR.rank:
            self.withdraw(message.sentence)
        action.do()


def _greatest_first(message: Message) -> int:
    return -message.kind.rank
