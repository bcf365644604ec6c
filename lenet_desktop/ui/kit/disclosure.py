"""A button that shows what is needed less often, and hides it again."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QToolButton, QWidget


class Disclosure(QToolButton):
    """An arrow and a name; checked while its content is in sight, which it is not at first."""

    def __init__(self, text: str, content: QWidget) -> None:
        super().__init__(
            autoRaise=True,
            arrowType=Qt.ArrowType.RightArrow,
            toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
        )
        self.setText(text)
        self.setCheckable(True)
        self._content = content
        content.hide()
        self.toggled.connect(self._on_toggled)

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        self._content.setVisible(shown)
        self.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
