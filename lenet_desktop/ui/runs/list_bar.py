"""The row above the table: the search, how many runs there are, and the common commands."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolBar, QToolButton, QWidget

from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING, steady_figures
from lenet_desktop.ui.runs.note_line import EscapableLine
from lenet_desktop.ui.runs.run_actions import RunActions

_LONGEST_SEARCH = 200
_SEARCH_CHARACTERS = (16, 38)


class ListBar(QWidget):
    """Keeps the buttons quiet; those that find no room are offered by a menu at the end."""

    search_changed = Signal(str)
    left = Signal()
    """The search is done with, so that the keyboard can go to what was found."""

    def __init__(self, commands: RunActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build(commands)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.search, 1)
        layout.addWidget(self.count)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.search.textChanged.connect(self.search_changed)
        self.search.returnPressed.connect(self.left)
        self.search.escaped.connect(self._on_escaped)

    def button(self, action: QAction) -> QToolButton:
        """Return the button of an action that has one."""
        button = self.buttons.widgetForAction(action)
        if not isinstance(button, QToolButton):
            raise TypeError(f"{action.text()} has no button")
        return button

    def _build(self, commands: RunActions) -> None:
        self.search = identify(
            EscapableLine(clearButtonEnabled=True, maxLength=_LONGEST_SEARCH),
            "runs_search",
            "Search runs",
            "Shows only runs whose name, note, state or recipe hold every word.",
        )
        self.search.setPlaceholderText("Search name, note, recipe")
        least, most = (
            self.search.fontMetrics().averageCharWidth() * count for count in _SEARCH_CHARACTERS
        )
        self.search.setMinimumWidth(least)
        self.search.setMaximumWidth(most)
        self.count = muted(identify(QLabel(), "runs_count"))
        self.count.setFont(steady_figures(self.count.font()))
        self.buttons = identify(QToolBar(movable=False), "runs_buttons", "What to do with runs")
        self.buttons.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.buttons.setIconSize(QSize(16, 16))
        self.buttons.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        export = commands.export_menu.menuAction()
        for action, name in (
            (commands.open, "runs_open_button"),
            (commands.go_on, "runs_continue_button"),
            (commands.copy_settings, "runs_copy_settings_button"),
            (commands.compare, "runs_compare_images_button"),
            (export, "runs_export_button"),
            (commands.delete, "runs_delete_button"),
            (commands.import_run, "runs_import_button"),
        ):
            self.buttons.addAction(action)
            button = identify(self.button(action), name, action.iconText())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button(export).setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    @Slot()
    def _on_escaped(self) -> None:
        if self.search.text():
            self.search.clear()
        else:
            self.left.emit()
