"""Commands as actions, with their keys."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from lenet_desktop.text.language import pgettext
from lenet_desktop.ui.kit.shortcuts import Shortcut


def make_action(parent: QObject, text: str, shortcut: Shortcut | None = None) -> QAction:
    """Return a command of the window; a key that is held down does it once."""
    action = QAction(text, parent)
    if shortcut is not None:
        action.setShortcut(shortcut.sequence)
        action.setAutoRepeat(False)
    return action


def add_command(
    menu: QMenu,
    text: str,
    does: SignalInstance | Callable[[], object],
    shortcut: Shortcut | None = None,
) -> QAction:
    """Put a command of the window at the end of a menu, and return it."""
    action = make_action(menu, text, shortcut)
    action.triggered.connect(does)
    menu.addAction(action)
    return action


def make_local_action(
    parent: QObject, text: str, object_name: str = "", shortcut: Shortcut | None = None
) -> QAction:
    """Return a command whose keys work in what it is added to, and nowhere else."""
    action = QAction(text, parent)
    action.setObjectName(object_name)
    if shortcut is not None:
        action.setShortcut(shortcut.sequence)
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    return action


def with_keys(explanation: str, action: QAction) -> str:
    """Add the keys of an action, if it has any, to what it does."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    words = pgettext("a sentence and its keys", "{sentence} ({keys})")
    return words.format(sentence=explanation, keys=keys) if keys else explanation
