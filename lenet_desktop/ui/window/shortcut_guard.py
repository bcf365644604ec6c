"""Lets the control that has the keyboard keep the keys that it understands itself.

Space, Esc and single letters are shortcuts of the window. Without this, the space bar would pause
the run instead of pressing the button that has the keyboard, and Esc would stop it when somebody
only wants to leave a field.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)

from lenet_desktop.ui.gallery.classes.confusion_matrix import ConfusionMatrix

_PRESSED_BY_SPACE = (QAbstractButton, QComboBox, ConfusionMatrix)
_LEFT_BY_ESC = (QLineEdit, QAbstractSpinBox, QComboBox, QAbstractItemView)


class ShortcutGuard(QObject):
    """Judges the keys that come up to a window because no control in it has claimed them.

    Args:
        windows: the main window, and what can be taken out of it.
        home: where Esc leads from a field or a list.
    """

    def __init__(self, windows: Sequence[QWidget], home: QWidget) -> None:
        super().__init__(windows[0])
        self._home = home
        for window in windows:
            window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Claim a key before the window's shortcuts see it, and lead home on Esc."""
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        if not isinstance(event, QKeyEvent) or not self._is_kept(event):
            return False
        if kind is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.key() == Qt.Key.Key_Escape:
            self._home.window().activateWindow()  # from a list that floats beside it
            self._home.setFocus()
            return True
        return False

    def _is_kept(self, event: QKeyEvent) -> bool:
        control = QApplication.focusWidget()
        if control is None or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        if event.key() == Qt.Key.Key_Escape:
            return isinstance(control, _LEFT_BY_ESC) and control is not self._home
        if event.key() == Qt.Key.Key_Space:
            return isinstance(control, _PRESSED_BY_SPACE)
        return isinstance(control, QComboBox) and event.text().isalpha()
