"""How often widgets were painted."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class PaintCounter(QObject):
    """Counts how often a widget is painted from now on.

    Attributes:
        times: how often it was.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.times = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count, and let the widget be painted."""
        self.times += event.type() is QEvent.Type.Paint
        return super().eventFilter(watched, event)
