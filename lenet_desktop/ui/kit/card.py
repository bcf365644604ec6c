"""A panel of the window: a framed ground of its own, with a title where it needs one."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

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
        self.head = QHBoxLayout()
        self.head.setSpacing(SPACING)
        self.head.addWidget(self.title)
        self.head.addStretch()
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACING)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        column.setSpacing(SPACING)
        column.addLayout(self.head)
        column.addLayout(self.body, 1)
        self.set_title(title)
        for content in contents:
            self.body.addWidget(content)

    def tighten(self) -> None:
        """Leave less room above and below the content, which needs it more."""
        self._column.setContentsMargins(SPACING, SPACING // 4, SPACING // 2, SPACING // 4)

    def set_title(self, title: str) -> None:
        """Take another name, or none."""
        self.title.setText(title)
        self.title.setVisible(bool(title))
