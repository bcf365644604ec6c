"""The row above the table of runs, and what stands in place of the table when it is empty."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, joined, quoted_title, whole
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.elided_label import plain_label
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING, steady_figures
from lenet_desktop.ui.runs.list_foot import EscapableLine
from lenet_desktop.ui.runs.run_actions import RunActions

_LONGEST_SEARCH = 200
_SEARCH_CHARACTERS = (16, 38)
_EMPTY = marked("Runs are kept here as soon as you press Start.")


class ListBar(QWidget):
    """The search, how many runs there are, and below them the common commands as buttons.

    Those that find no room are offered by a menu at the end of their row.
    """

    search_changed = Signal(str)
    left = Signal()
    """The search is done with, so that the keyboard can go to what was found."""

    def __init__(self, commands: RunActions) -> None:
        super().__init__()
        self._build(commands)
        in_column(in_row((self.search, 1), self.count), *self.rows, spacing=SPACING // 2, on=self)
        self.search.textChanged.connect(self.search_changed)
        self.search.returnPressed.connect(self.left)
        self.search.escaped.connect(self._on_escaped)

    def show_count(self, shown: int, kept: int, selected: int) -> None:
        """Say how many runs there are, how many of them are found and how many selected."""
        runs = counted(kept, "{count} run", "{count} runs")
        if shown != kept:
            runs = counted(
                kept, "{shown} of {count} run", "{shown} of {count} runs", shown=whole(shown)
            )
        words = [runs]
        if selected > 1:
            words.append(counted(selected, "{count} selected", "{count} selected"))
        self.count.setText(joined(words) if kept else "")
        self.search.setEnabled(kept > 0 or bool(self.search.text()))

    def button(self, action: QAction) -> QToolButton:
        """Return the button of an action that has one."""
        for row in self.rows:
            button = row.widgetForAction(action)
            if isinstance(button, QToolButton):
                return button
        raise TypeError(f"{action.text()} has no button")

    def _build(self, commands: RunActions) -> None:
        self.search = identify(
            EscapableLine(clearButtonEnabled=True, maxLength=_LONGEST_SEARCH),
            "runs_search",
            _("Search runs"),
            _("Shows only runs whose name, note, state or recipe hold every word."),
        )
        self.search.setPlaceholderText(_("Search runs"))
        follow_font(self.search, self._fit)
        self.count = muted(identify(QLabel(), "runs_count"))
        self.count.setFont(steady_figures(self.count.font()))
        export = commands.export_menu.menuAction()
        self.rows = [
            self._row(
                "runs_buttons",
                (commands.compare, "runs_compare_images_button"),
                (commands.open, "runs_open_button"),
                (commands.go_on, "runs_continue_button"),
                (commands.import_run, "runs_import_button"),
            ),
            self._row(
                "runs_more_buttons",
                (commands.copy_settings, "runs_copy_settings_button"),
                (export, "runs_export_button"),
                (commands.delete, "runs_delete_button"),
            ),
        ]
        self.button(commands.compare).setProperty("role", "primary")
        self.button(export).setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    @staticmethod
    def _row(object_name: str, *commands: tuple[QAction, str]) -> QToolBar:
        row = identify(QToolBar(movable=False), object_name, _("What to do with runs"))
        row.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        row.setIconSize(QSize(16, 16))
        row.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row.setProperty("role", "commands")
        for action, name in commands:
            row.addAction(action)
            button = row.widgetForAction(action)
            if isinstance(button, QToolButton):
                identify(button, name, action.iconText()).setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return row

    def _fit(self) -> None:
        wide = self.search.fontMetrics().averageCharWidth()
        least, most = _SEARCH_CHARACTERS
        self.search.setMinimumWidth(least * wide)
        self.search.setMaximumWidth(most * wide)

    @Slot()
    def _on_escaped(self) -> None:
        if self.search.text():
            self.search.clear()
        else:
            self.left.emit()


class ListNotice(QWidget):
    """One sentence, and the way out where a search found nothing."""

    clear_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.label = muted(identify(plain_label(_(_EMPTY)), "runs_notice"))
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = identify(
            QPushButton(_("Clear search")),
            "runs_clear_search_button",
            explanation=_("Show all runs again."),
        )
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self.clear_requested)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACING)
        layout.addStretch(1)
        layout.addWidget(self.label)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.show_empty()

    def show_empty(self) -> None:
        """Say when there will be runs."""
        self.label.setText(_(_EMPTY))
        self.button.hide()

    def show_no_match(self, search: str) -> None:
        """Say that no run is found by a search."""
        self.label.setText(_("No run matches {search}.").format(search=quoted_title(search)))
        self.button.show()
