"""Makes what a widget paints, part by part, into objects that a screen reader can go through."""

from __future__ import annotations

from functools import cache, partial

from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QHelpEvent, QWindow
from PySide6.QtWidgets import QAccessibleWidget, QToolTip, QWidget

from lenet_desktop.text.wording import tip


class PartedWidget(QWidget):
    """A widget that paints many things of which each has a place and a sentence.

    A subclass says what they are, and calls `speak_of_current_part` when its keyboard mark or
    what stands there changes. Parts are counted from 0 in the order in which they are read.
    """

    def __init__(self) -> None:
        super().__init__()
        _install_factory()

    def part_count(self) -> int:
        """Return how many parts there are now."""
        raise NotImplementedError

    def part_sentence(self, position: int) -> str:
        """Return what a part says."""
        raise NotImplementedError

    def part_place(self, position: int) -> QRect:
        """Return where in the widget a part lies."""
        raise NotImplementedError

    def part_at(self, point: QPoint) -> int | None:
        """Return which part lies at a point of the widget."""
        raise NotImplementedError

    def part_tip(self, _position: int) -> str:
        """Return what a tool tip says of a part; nothing where the widget itself says it."""
        return ""

    def event(self, event: QEvent) -> bool:
        """Explain the part under the mouse; beside all of them, the widget if it can."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            position = self.part_at(event.pos())
            words = "" if position is None else self.part_tip(position)
            if words:
                QToolTip.showText(event.globalPos(), tip(words), self)
                return True
            QToolTip.hideText()
        return super().event(event)

    def current_part(self) -> int | None:
        """Return the part at which the keyboard stands, or would if the widget had it."""
        raise NotImplementedError

    def speak_of_current_part(self, otherwise: str = "") -> None:
        """Let a screen reader that listens go where the keyboard stands.

        Args:
            otherwise: what describes the widget while there is no such part.
        """
        position = self.current_part()
        sentence = otherwise if position is None else self.part_sentence(position)
        is_new = sentence != self.accessibleDescription()
        self.setAccessibleDescription(sentence)
        if is_new and position is not None and self.hasFocus():
            event = QAccessibleEvent(self, QAccessible.Event.Focus)
            event.setChild(position)
            QAccessible.updateAccessibility(event)


class _PartedInterface(QAccessibleWidget):
    """What a screen reader sees of a parted widget."""

    def __init__(self, widget: PartedWidget) -> None:
        super().__init__(widget, QAccessible.Role.List)
        self.parts: dict[int, _PartInterface] = {}

    def childCount(self) -> int:
        widget = _parted(self)
        return 0 if widget is None else widget.part_count()

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        if not 0 <= index < self.childCount():
            return None
        if index not in self.parts:
            self.parts[index] = _PartInterface(self, index)
            QAccessible.registerAccessibleInterface(self.parts[index])
        return self.parts[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.position if isinstance(child, _PartInterface) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        widget = _parted(self)
        position = None if widget is None else widget.part_at(widget.mapFromGlobal(QPoint(x, y)))
        return None if position is None else self.child(position)

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        widget = _parted(self)
        position = widget.current_part() if widget is not None and widget.hasFocus() else None
        return None if position is None else self.child(position)


class _PartInterface(QAccessibleInterface):
    """What a screen reader sees of one part."""

    def __init__(self, whole: _PartedInterface, position: int) -> None:
        super().__init__()
        self._whole = whole
        self.position = position

    def isValid(self) -> bool:
        return self.position < self._whole.childCount()

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]
        return self._whole.window()

    def parent(self) -> QAccessibleInterface:
        return self._whole

    def child(self, _index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def text(self, kind: QAccessible.Text) -> str:
        widget = _parted(self._whole)
        if widget is None or kind != QAccessible.Text.Name or not self.isValid():
            return ""
        return widget.part_sentence(self.position)

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Change nothing: parts say what they show."""

    def rect(self) -> QRect:
        widget = _parted(self._whole)
        if widget is None or not self.isValid():
            return QRect()
        place = widget.part_place(self.position)
        return QRect(widget.mapToGlobal(place.topLeft()), place.size())

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        widget = _parted(self._whole)
        if widget is None or not self.isValid():
            state.invalid = 1
            return state
        state.focusable = 1
        state.focused = int(widget.hasFocus() and widget.current_part() == self.position)
        state.invisible = int(not widget.isVisible())
        return state


_seen: dict[int, _PartedInterface] = {}
"""The interfaces that Qt has asked for and uses: nothing else keeps them alive in Python."""


def _parted(interface: _PartedInterface) -> PartedWidget | None:
    """Return the widget behind an interface, None once it is gone or on its way."""
    widget = interface.object()
    return widget if isinstance(widget, PartedWidget) else None


def _interface_for(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, PartedWidget):
        return None
    interface = _PartedInterface(thing)
    key = id(interface)  # it is kept, so no other one can have its id
    _seen[key] = interface
    thing.destroyed.connect(partial(_forget, key))
    return interface


def _forget(key: int, *_: object) -> None:
    """Have Qt delete the interfaces of a widget that is going, before Python would."""
    interface = _seen.pop(key)
    for part in interface.parts.values():
        QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(part))
    QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(interface))


@cache
def _install_factory() -> None:
    """Tell Qt once where interfaces of parted widgets come from."""
    QAccessible.installFactory(_interface_for)
