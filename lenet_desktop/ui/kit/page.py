"""A page of the window that Esc leads away from."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class LeavablePage(QWidget):
    """Claims Esc, unless something in it does, before it would end a run."""

    left = Signal()
    """Somebody wants to go back to the curves or the images."""

    def event(self, event: QEvent) -> bool:
        """Claim the key before the window's shortcuts see it, and go back."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self.escape()
                return True
        return super().event(event)

    def escape(self) -> None:
        """Go back; a subclass may have something to close first."""
        self.left.emit()
