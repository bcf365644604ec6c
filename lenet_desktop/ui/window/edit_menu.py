"""The menu Edit: undo, redo, cut, copy and paste, for whatever has the keyboard."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QMenuBar,
    QWidget,
)

from lenet_desktop.text.language import _, marked

Key = QKeySequence.StandardKey


class _Edit(NamedTuple):
    """A command of every editor.

    Attributes:
        text: what it is called, with its mnemonic.
        key: the standard key of the system.
        can: whether a line of text offers it now.
        do: does it in a line of text.
    """

    text: str
    key: Key
    can: Callable[[QLineEdit], bool]
    do: Callable[[QLineEdit], object]


_EDITS = (
    _Edit(marked("&Undo"), Key.Undo, QLineEdit.isUndoAvailable, QLineEdit.undo),
    _Edit(marked("&Redo"), Key.Redo, QLineEdit.isRedoAvailable, QLineEdit.redo),
    _Edit(
        marked("Cu&t"),
        Key.Cut,
        lambda line: line.hasSelectedText() and not line.isReadOnly(),
        QLineEdit.cut,
    ),
    _Edit(marked("&Copy"), Key.Copy, QLineEdit.hasSelectedText, QLineEdit.copy),
    _Edit(
        marked("&Paste"),
        Key.Paste,
        lambda line: bool(QApplication.clipboard().text()) and not line.isReadOnly(),
        QLineEdit.paste,
    ),
)


class EditMenu(QObject):
    """Offers what the control that has the keyboard can do: a field, a drawing, a list, the grid.

    The keys are only shown here. Each control hears them itself, as without a menu.

    Attributes:
        actions: undo, redo, cut, copy and paste, by their standard keys.
    """

    def __init__(self, menu: QMenu, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._last: QWidget | None = None
        self.actions = {edit.key: self._add(menu, edit) for edit in _EDITS}
        menu.insertSeparator(self.actions[Key.Cut])
        menu.aboutToShow.connect(self._on_about_to_show)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def _add(self, menu: QMenu, edit: _Edit) -> QAction:
        keys = QKeySequence(edit.key).toString(QKeySequence.SequenceFormat.NativeText)
        action = QAction(f"{_(edit.text)}\t{keys}", self)  # as a shortcut no control would hear it
        action.triggered.connect(partial(self._do, edit))
        menu.addAction(action)
        return action

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Know whose menu it is: the bar itself has the keyboard while somebody chooses in it."""
        if not shiboken6.isValid(self._window) or isinstance(now, QMenuBar | QMenu):
            return
        if now is not None and self._window.isAncestorOf(now):
            self._last = now

    @Slot()
    def _on_about_to_show(self) -> None:
        target = self._target
        for edit in _EDITS:
            self.actions[edit.key].setEnabled(target is not None and _can(target, edit))

    @property
    def _target(self) -> QWidget | None:
        """What had the keyboard last, if it can still be used."""
        last = self._last
        return last if last is not None and shiboken6.isValid(last) and last.isVisible() else None

    def _do(self, edit: _Edit) -> None:
        target = self._target
        if target is None:
            return
        line, action = _line(target), _own_action(target, edit.key)
        if line is not None:
            edit.do(line)
        elif action is not None:
            action.trigger()
        else:
            QApplication.sendEvent(target, _copy_event(QEvent.Type.KeyPress))


def _can(target: QWidget, edit: _Edit) -> bool:
    line, action = _line(target), _own_action(target, edit.key)
    if line is not None:
        return edit.can(line)
    if action is not None:
        return action.isEnabled()
    return edit.key == Key.Copy and _copies_by_key(target)


def _line(control: QWidget) -> QLineEdit | None:
    """Return the line of text that is edited in a control."""
    if isinstance(control, QAbstractSpinBox | QComboBox):
        return control.lineEdit()
    return control if isinstance(control, QLineEdit) else None


def _own_action(control: QWidget, key: Key) -> QAction | None:
    """Return what a control, or what it lies in, does at a key."""
    keys = QKeySequence.keyBindings(key)
    for part in _upwards(control):
        for action in part.actions():
            if action.isVisible() and any(each in keys for each in action.shortcuts()):
                return action
    return None


def _copies_by_key(control: QWidget) -> bool:
    """Return whether a control claims the key for itself, as it does where that means something."""
    claim = _copy_event(QEvent.Type.ShortcutOverride)
    claim.ignore()
    QApplication.sendEvent(control, claim)
    return claim.isAccepted() or isinstance(control, QAbstractItemView)


def _upwards(control: QWidget) -> Iterator[QWidget]:
    part: QWidget | None = control
    while part is not None:
        yield part
        part = None if part.isWindow() else part.parentWidget()


def _copy_event(kind: QEvent.Type) -> QKeyEvent:
    return QKeyEvent(kind, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
