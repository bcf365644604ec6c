"""A panel of the window: a framed ground of its own, with a title where it needs one."""

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.theme import SPACING, heading


class Card(QFrame):
    """Lies on the ground of the window, in the colour `surface` of the theme.

    Attributes:
        title: the name over its content; hidden while it says nothing.
        head: the row of the title. What is added stands at its right end.
        body: the column of its content.
    """

    def __init__(self, title: str = "", *contents: QWidget) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.title = QLabel()
        self.title.setFont(heading(self.title.font()))
        self.head = in_row(self.title, (None, 0))
        self.body = in_column(*contents)
        self._column = in_column(self.head, (self.body, 1), margins=SPACING, on=self)
        self.set_title(title)

    def tighten(self) -> None:
        """Leave less room above and below the content, which needs it more."""
        self._column.setContentsMargins(SPACING, SPACING // 4, SPACING // 2, SPACING // 4)

    def set_title(self, title: str) -> None:
        """Take another name, or none."""
        self.title.setText(title)
        self.title.setVisible(bool(title))
