"""Esc leads from the details of an image, and of the classes, back to the grid."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class WayBack(QObject):
    """Lets Esc lead from anywhere in a widget to another one, before it stops a run."""

    def __init__(self, start: QWidget, end: QWidget) -> None:
        super().__init__(start)
        self._end = end
        start.installEventFilter(self)  # what nobody in it wants comes up to it

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the key before the window's shortcuts see it, and go back."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._end.setFocus()
                return True
        return super().eventFilter(watched, event)
