"""Paints what has changed all over a window part by part, so that clicks are heard in between."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget


class StaggeredPainting(QObject):
    """Holds back the costly parts of a window, as when it is resized, and paints one at a time.

    Args:
        window: the window.
        parts: what takes long to paint, in the order in which it is to be seen.
    """

    def __init__(self, window: QWidget, parts: Sequence[QWidget]) -> None:
        super().__init__(window)
        self._window = window
        self._parts = list(parts)
        self._waiting: list[QWidget] = []
        self._timer = QTimer(self, interval=0, singleShot=True)
        self._timer.timeout.connect(self._on_due)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold the parts back before the window lays them out anew."""
        if event.type() is QEvent.Type.Resize and self._window.isVisible():
            self.hold()
        return super().eventFilter(watched, event)

    @Slot()
    def hold(self) -> None:
        """Hold the parts back, because much of them is about to change."""
        for part in self._parts:
            part.setUpdatesEnabled(False)
        self._waiting = list(self._parts)
        self._timer.start()

    @Slot()
    def _on_due(self) -> None:
        """Let the next part be painted; what is posted by that comes before the next turn."""
        self._waiting.pop(0).setUpdatesEnabled(True)
        if self._waiting:
            self._timer.start()
