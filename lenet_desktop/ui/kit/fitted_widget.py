"""Widgets whose parts take their room from the font."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget


class FittedWidget(QWidget):
    """Calls `fit` when words take more or less room than before; a subclass says what that is."""

    def fit(self) -> None:
        """Share the room anew."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        """Share the room anew in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.fit()
