"""Parts that stand side by side where they fit, and one above the other where they do not."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget


class StackingSplitter(QSplitter):
    """Asks for no more width than its widest part; each way to stand keeps its own sizes."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self._parts = parts
        self._sizes: dict[Qt.Orientation, list[int]] = {}
        for part in parts:
            self.addWidget(part)

    def minimumSizeHint(self) -> QSize:
        """Return the least size, in which the parts are stacked if need be."""
        return QSize(max(self._least_widths()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stack the parts, or put them side by side again."""
        self._stack()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Look anew what fits when a part asks for another width."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._stack()
        return super().event(event)

    def _least_widths(self) -> list[int]:
        return [max(part.minimumSizeHint().width(), part.minimumWidth()) for part in self._parts]

    def _stack(self) -> None:
        widths = self._least_widths()
        fits = sum(widths) + (len(widths) - 1) * self.handleWidth() <= self.width()
        wanted = Qt.Orientation.Horizontal if fits else Qt.Orientation.Vertical
        if wanted is not self.orientation():
            self._sizes[self.orientation()] = self.sizes()
            self.setOrientation(wanted)
            self.setSizes(self._sizes.get(wanted, [1] * self.count()))
