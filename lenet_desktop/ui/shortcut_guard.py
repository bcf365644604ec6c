"""Lets a focused control keep the keys that it understands itself.

Space and single letters are shortcuts of the window. Without this, the space bar would pause the
run instead of pressing the button that has the focus.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

from lenet_desktop.ui.gallery_panel.confusion_matrix import ConfusionMatrix


class ShortcutGuard(QObject):
    """Watches the buttons, the combo boxes and the confusion matrix of a window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        for kind in (QAbstractButton, QComboBox, ConfusionMatrix):
            for control in window.findChildren(kind):
                control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim a key for the control before the window's shortcuts see it."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            types = isinstance(watched, QComboBox) and event.text().isalpha()
            if plain and (event.key() == Qt.Key.Key_Space or types):
                event.accept()
                return True
        return False
