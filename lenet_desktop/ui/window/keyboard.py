"""Who gets a key, and where the keyboard goes when the control that has it is switched off.

Space, Esc and single letters are shortcuts of the window. Without a guard, the space bar would
pause the run instead of pressing the button that has the keyboard, and Esc would stop it when
somebody only wants to leave a field.
"""

from collections.abc import Mapping

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Slot
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
from lenet_desktop.ui.window.run_controls import RunControls

_PRESSED_BY_SPACE = (QAbstractButton, QComboBox, ConfusionMatrix)
_LEFT_BY_ESC = (QLineEdit, QAbstractSpinBox, QComboBox, QAbstractItemView)


def lead_keyboard(window: QWidget, homes: Mapping[QWidget, QWidget], controls: RunControls) -> None:
    """Say who gets a key, and where the keyboard goes when its control is switched off.

    Args:
        window: the main window.
        homes: its pages, with where the keyboard goes in each.
        controls: of which one takes over from another.
    """
    ShortcutGuard(window, homes)
    takes_over: dict[QWidget, QWidget] = {
        controls.start_button: controls.pause_button,
        controls.continue_button: controls.pause_button,
    }
    FocusKeeper(window, takes_over, homes)


class ShortcutGuard(QObject):
    """Judges the keys that come up to a window because no control in it has claimed them.

    Args:
        window: the main window.
        homes: where Esc leads from a field or a list, on each page.
    """

    def __init__(self, window: QWidget, homes: Mapping[QWidget, QWidget]) -> None:
        super().__init__(window)
        self._homes = homes
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
            _home_in_sight(self._homes).setFocus()
            return True
        return False

    def _is_kept(self, event: QKeyEvent) -> bool:
        control = QApplication.focusWidget()
        if control is None or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        if event.key() == Qt.Key.Key_Escape:
            return isinstance(control, _LEFT_BY_ESC) and control not in self._homes.values()
        if event.key() == Qt.Key.Key_Space:
            return isinstance(control, _PRESSED_BY_SPACE)
        return isinstance(control, QComboBox) and event.text().isalpha()


class FocusKeeper(QObject):
    """Leads it to the control that takes over, or to a place where no key does any harm.

    Of itself Qt goes on to the next control in line, whatever the space bar would do there. And a
    button shows that it has the keyboard wherever a key led there; Qt does so for Tab alone.

    Args:
        window: the window whose controls are meant.
        successors: for a control, the one that takes over.
        homes: where to go otherwise, on each page.
    """

    def __init__(
        self,
        window: QWidget,
        successors: Mapping[QWidget, QWidget],
        homes: Mapping[QWidget, QWidget],
    ) -> None:
        super().__init__(window)
        self._window, self._successors, self._homes = window, successors, homes
        self._last: QWidget | None = None
        self._is_by_key = False
        window.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note that a key was pressed last."""
        if event.type() is QEvent.Type.ShortcutOverride:
            self._is_by_key = True
        return False

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if not shiboken6.isValid(self._window) or not self._window.isActiveWindow():
            return  # what becomes of the control meanwhile is seen on return
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._is_by_key = False
        elif self._is_by_key:
            self._window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if now is not None and not _is_in(self._window, now):
            return
        last = self._last
        if last is not None and shiboken6.isValid(last) and not _is_usable(last):
            self._last = now
            self._lead_on_from(last)
        elif now is not None:
            self._last = now

    def _lead_on_from(self, last: QWidget) -> None:
        for place in (self._successors.get(last), _home_in_sight(self._homes)):
            if place is not None and _is_usable(place):
                place.setFocus()
                return


def _home_in_sight(homes: Mapping[QWidget, QWidget]) -> QWidget:
    return next((home for page, home in homes.items() if page.isVisible()), next(iter(homes)))


def _is_usable(control: QWidget) -> bool:
    return control.isVisible() and control.isEnabled()


def _is_in(part: QWidget, control: QWidget) -> bool:
    return part is control or part.isAncestorOf(control)
