"""The menu bar and the tool bar: every command with its words, keys and explanation."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from lenet_desktop.data.images import DataSplits
from lenet_desktop.session.run_state import RunState
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import whole
from lenet_desktop.ui.data.data_menu import DataMenu
from lenet_desktop.ui.help.help_menu import HelpMenu
from lenet_desktop.ui.kit.actions import add_command, make_action
from lenet_desktop.ui.kit.elided_label import ElidedLabel
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.shortcuts import Shortcut
from lenet_desktop.ui.kit.theme import SPACING, TARGET, Theme, ThemeController, ThemeMode
from lenet_desktop.ui.runs.run_exports import RunExportMenu
from lenet_desktop.ui.runs.seeds_menu import SeedsMenu
from lenet_desktop.ui.window.edit_menu import EditMenu
from lenet_desktop.ui.window.run_controls import RunControls

_THEME_NAMES = {
    ThemeMode.SYSTEM: marked("&Follow the system"),
    ThemeMode.LIGHT: marked("&Light"),
    ThemeMode.DARK: marked("&Dark"),
}


class MainMenus(QObject):
    """File, Edit, Run, Data, View and Help.

    Attributes:
        end_of_looking: the line in View below what is done with images and curves.
    """

    open_requested = Signal()
    quit_requested = Signal()
    textbook_requested = Signal()
    misclassified_toggled = Signal()
    jump_requested = Signal()
    view_reset_requested = Signal()
    theme_chosen = Signal(object)  # ThemeMode
    folder_requested = Signal()
    import_requested = Signal()
    preferences_requested = Signal()

    def __init__(
        self, bar: QMenuBar, controls: RunControls, themes: ThemeController, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._themes = themes
        self._fill_file_menu(bar.addMenu(_("&File")), parent)
        edit_menu = bar.addMenu(_("Ed&it"))
        self.edit = EditMenu(edit_menu, parent)
        edit_menu.addSeparator()
        preferences = add_command(
            edit_menu, _("Prefere&nces…"), self.preferences_requested, Shortcut.PREFERENCES
        )
        preferences.setMenuRole(QAction.MenuRole.PreferencesRole)
        run_menu = bar.addMenu(pgettext("menu", "&Run"))
        run_menu.addActions([controls.start, controls.pause, controls.stop, controls.go_on])
        self.repeat_menu = SeedsMenu("repeat_menu", parent)
        run_menu.addMenu(self.repeat_menu)
        run_menu.addSeparator()
        self._reset = add_command(run_menu, _("Reset to the &textbook"), self.textbook_requested)
        self.data = DataMenu(bar.addMenu(_("&Data")), self.open_images)
        view_menu = self.view_menu = bar.addMenu(pgettext("menu", "&View"))
        for text, does, shortcut in (
            (
                _("&Misclassified images only, or all"),
                self.misclassified_toggled,
                Shortcut.MISCLASSIFIED,
            ),
            (_("Look at &image number…"), self.jump_requested, Shortcut.JUMP),
            (_("Show all of the &curves"), self.view_reset_requested, Shortcut.WHOLE_CURVES),
        ):
            add_command(view_menu, text, does, shortcut)
        self.end_of_looking = view_menu.addSeparator()
        theme_menu = view_menu.addMenu(_("&Theme"))
        self._theme_actions = QActionGroup(self)
        for mode, name in _THEME_NAMES.items():
            action = QAction(_(name), self, checkable=True)
            action.setData(mode.value)
            self._theme_actions.addAction(action)
            theme_menu.addAction(action)
        self._theme_actions.triggered.connect(self._on_theme_triggered)
        self.theme_chosen.connect(themes.set_mode)
        themes.changed.connect(self._on_theme_changed)
        self.help = HelpMenu(bar.addMenu(_("&Help")), parent)

    def _fill_file_menu(self, file_menu: QMenu, parent: QWidget) -> None:
        add_command(file_menu, _("&Open a model…"), self.open_requested, Shortcut.OPEN_MODEL)
        self.open_images = make_action(file_menu, _("Open &images…"), Shortcut.OPEN_IMAGES)
        file_menu.addAction(self.open_images)
        self.recent_menu = file_menu.addMenu(_("Open &recent"))
        file_menu.addSeparator()
        add_command(file_menu, _("I&mport a run…"), self.import_requested)
        self.run_export_menu = RunExportMenu(_("E&xport the run"), parent)
        file_menu.addMenu(self.run_export_menu)
        self.export_menu = file_menu.addMenu(_("&Export images"))
        file_menu.addSeparator()
        add_command(file_menu, _("Open data &folder"), self.folder_requested)
        file_menu.addSeparator()
        add_command(file_menu, _("&Quit"), self.quit_requested, Shortcut.QUIT)

    def show_state(self, state: RunState) -> None:
        """Offer what the state of the run allows."""
        self._reset.setEnabled(not state.is_active)

    @Slot()
    def _on_theme_changed(self) -> None:
        """Tick the theme that is chosen."""
        for action in self._theme_actions.actions():
            action.setChecked(action.data() == self._themes.mode.value)

    @Slot(QAction)
    def _on_theme_triggered(self, action: QAction) -> None:
        self.theme_chosen.emit(ThemeMode(action.data()))


class MainToolBar(QToolBar):
    """The pages of the window, the data, the buttons of a run, and light or dark."""

    def __init__(
        self, tabs: QWidget, controls: RunControls, themes: ThemeController, parent: QWidget
    ) -> None:
        super().__init__(_("Tool bar"), parent, movable=False)
        self.setObjectName("main_tool_bar")
        self._controls = controls
        self.toggleViewAction().setEnabled(False)
        self.setContentsMargins(SPACING // 2, SPACING // 2, SPACING // 2, 0)
        self.addWidget(_gap(SPACING // 2))
        self.addWidget(tabs)
        self.addWidget(_gap(SPACING))
        self._data = muted(identify(ElidedLabel(), "data_label"))
        self._data.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._data.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(self._data)
        self.addWidget(_gap(SPACING))
        for button in (
            controls.start_button,
            controls.pause_button,
            controls.stop_button,
            controls.continue_button,
        ):
            self.addWidget(button)
            gap = self.addWidget(_gap(SPACING // 2))
            if button is controls.start_button:
                self._behind_start = gap
        words = _("Switch between light and dark")
        self._theme_button = identify(QToolButton(autoRaise=True), "theme_button", words, words)
        self._theme_button.clicked.connect(themes.toggle)
        self.addWidget(self._theme_button)

    def add_repeat(self, menu: QMenu) -> None:
        """Give a menu of what the form's recipe is repeated with a button beside Start."""
        button = identify(
            QToolButton(),
            "repeat_button",
            _("Repeat with seeds"),
            _("Train the recipe of the form with several seeds."),
        )
        button.setArrowType(Qt.ArrowType.DownArrow)
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")  # it is an arrow
        button.setMinimumSize(TARGET, TARGET)
        button.setMaximumWidth(TARGET)
        self.insertWidget(self._behind_start, button)

    def show_data(self, data: DataSplits) -> None:
        """Say which data are loaded."""
        self._data.setText(
            _("{data}: {training} training and {test} test images").format(
                data=data.info.title, training=whole(len(data.train)), test=whole(len(data.test))
            )
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Save the words of some buttons where there is no room for them."""
        self._controls.save_room(False)
        wanted = self.sizeHint().width() - self._data.sizeHint().width()
        self._controls.save_room(wanted > self.width())
        super().resizeEvent(event)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme_button.setIcon(themed_icon("theme", theme.text))


def _gap(width: int) -> QWidget:
    gap = QWidget()
    gap.setFixedWidth(width)
    return gap
