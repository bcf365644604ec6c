"""What the menu View has beside the pages: size of text, presentation, full screen, layout."""

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import percent
from lenet_desktop.ui.kit.actions import add_command, make_action
from lenet_desktop.ui.kit.shortcuts import Shortcut
from lenet_desktop.ui.window.preferences import TEXT_PERCENT, Preference, Preferences


class ViewCommands(QObject):
    """Puts its commands at the end of a menu.

    Attributes:
        present: checked while curves and matrix alone fill the screen.
        full_screen: checked while the window fills the screen.
    """

    layout_reset_requested = Signal()

    def __init__(self, menu: QMenu, preferences: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._preferences = window, preferences
        menu.addSeparator()
        self._add_text_size(menu.addMenu(_("Text si&ze")))
        self.present = make_action(menu, _("&Presentation"), Shortcut.PRESENT)
        self.full_screen = make_action(menu, _("F&ull screen"), Shortcut.FULL_SCREEN)
        for action in (self.present, self.full_screen):
            action.setCheckable(True)
            menu.addAction(action)
        self.full_screen.triggered.connect(self._on_full_screen_triggered)
        add_command(menu, _("Reset la&yout"), self.layout_reset_requested)
        preferences.changed.connect(self._on_preference_changed)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tick what the window is, also where it was the desktop that changed it."""
        if event.type() is QEvent.Type.WindowStateChange:
            self.full_screen.setChecked(self._window.isFullScreen())
        return super().eventFilter(watched, event)

    def _add_text_size(self, menu: QMenu) -> None:
        step = partial(self._preferences.step, TEXT_PERCENT)
        larger = add_command(menu, _("&Larger"), partial(step, 1), Shortcut.LARGER_TEXT)
        larger.setShortcuts([Shortcut.LARGER_TEXT.sequence, QKeySequence("Ctrl+=")])
        add_command(menu, _("&Smaller"), partial(step, -1), Shortcut.SMALLER_TEXT)
        menu.addSeparator()
        self._sizes = QActionGroup(self)
        for size in TEXT_PERCENT.choices:
            action = QAction(percent(size / 100, 0), self, checkable=True)
            action.setData(size)
            self._sizes.addAction(action)
            menu.addAction(action)
        self._sizes.triggered.connect(self._on_size_triggered)
        self._on_preference_changed(TEXT_PERCENT)

    @Slot(QAction)
    def _on_size_triggered(self, action: QAction) -> None:
        self._preferences.set_value(TEXT_PERCENT, action.data())

    @Slot(object)
    def _on_preference_changed(self, preference: Preference[Any]) -> None:
        if preference is TEXT_PERCENT:
            for action in self._sizes.actions():
                action.setChecked(action.data() == self._preferences.value(TEXT_PERCENT))

    @Slot(bool)
    def _on_full_screen_triggered(self, fills: bool) -> None:
        state = self._window.windowState()
        full = Qt.WindowState.WindowFullScreen
        self._window.setWindowState(state | full if fills else state & ~full)
