"""Leads the keyboard on when the control that has it is switched off or goes out of sight."""

from collections.abc import Mapping, Sequence

import shiboken6
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWidget


class FocusKeeper(QObject):
    """Leads it to the control that takes over, or to a place where no key does any harm.

    Of itself Qt goes on to the next control in line, whatever the space bar would do there.

    Args:
        window: the window whose controls are meant.
        successors: for a control, the one that takes over.
        homes: where to go otherwise: to the first that can be used of those that share a part of
            the window with the control, or else to the last.
    """

    def __init__(
        self,
        window: QWidget,
        successors: Mapping[QWidget, QWidget],
        homes: Sequence[tuple[QWidget, QWidget]],
    ) -> None:
        super().__init__(window)
        self._window, self._successors, self._homes = window, successors, homes
        self._last: QWidget | None = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if not shiboken6.isValid(self._window) or not self._window.isActiveWindow():
            return  # what becomes of the control meanwhile is seen on return
        if now is not None and not _is_in(self._window, now):
            return
        last = self._last
        if last is not None and shiboken6.isValid(last) and not _is_usable(last):
            self._last = now
            self._lead_on_from(last)
        elif now is not None:
            self._last = now

    def _lead_on_from(self, last: QWidget) -> None:
        places = [self._successors.get(last)]
        places += [home for part, home in self._homes if _is_in(part, last)]
        for place in places:
            if place is not None and _is_usable(place):
                place.setFocus()
                return


def _is_usable(control: QWidget) -> bool:
    return control.isVisible() and control.isEnabled()


def _is_in(part: QWidget, control: QWidget) -> bool:
    return part is control or part.isAncestorOf(control)
