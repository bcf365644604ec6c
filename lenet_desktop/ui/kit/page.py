"""What Esc leads away from: a page of the window, or a part of one."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


def escapes(event: QEvent, leave: Callable[[], object]) -> bool:
    """Claim Esc before the window's shortcuts see it, and leave; return whether it was Esc."""
    if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
        return False
    if event.type() is QEvent.Type.ShortcutOverride:
        event.accept()
    elif event.type() is QEvent.Type.KeyPress:
        leave()
    else:
        return False
    return True


class LeavablePage(QWidget):
    """Claims Esc, unless something in it does, before it would end a run."""

    left = Signal()
    """Somebody wants to go back to the curves or the images."""

    def event(self, event: QEvent) -> bool:
        """Claim the key, and go back."""
        return escapes(event, self.escape) or super().event(event)

    def escape(self) -> None:
        """Go back; a subclass may have something to close first."""
        self.left.emit()
