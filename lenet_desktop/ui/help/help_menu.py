"""The menu Help: pages, what has the keyboard, a report of a problem, versions."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _
from lenet_desktop.ui.help.about import AboutWindow, problem_report
from lenet_desktop.ui.help.help_window import show_help, show_help_on_focus
from lenet_desktop.ui.kit.actions import add_command
from lenet_desktop.ui.kit.shortcuts import Shortcut


class HelpMenu(QObject):
    """Opens what helps, beside the window."""

    copied = Signal(str)  # a sentence about what is on the clipboard

    def __init__(self, menu: QMenu, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._info = DEFAULT
        here = _("Help on what has the &keyboard")
        add_command(menu, _("&Help and keys"), self._on_help, Shortcut.HELP)
        add_command(menu, here, self._on_help_here, Shortcut.HELP_HERE)
        self.lessons = menu.addMenu(_("&Lessons"))
        self.lessons.setToolTipsVisible(True)
        menu.addSeparator()
        add_command(menu, _("&Report a problem"), self._on_report)
        add_command(menu, _("&About LeNet Desktop"), self._on_about)

    def show_data(self, info: DatasetInfo) -> None:
        """Know which data are loaded, to say where they come from."""
        self._info = info

    @Slot()
    def _on_help(self) -> None:
        show_help(self._window)

    @Slot()
    def _on_help_here(self) -> None:
        show_help_on_focus(self._window)

    @Slot()
    def _on_report(self) -> None:
        """Put what a report needs on the clipboard; nothing is sent anywhere."""
        QGuiApplication.clipboard().setText(problem_report())
        self.copied.emit(
            _(
                "Versions and the end of the log are on the clipboard; nothing was sent. "
                "Paste them into your report, and say what you did and what you expected."
            )
        )

    @Slot()
    def _on_about(self) -> None:
        infos = {info.fingerprint: info for info in (DEFAULT, self._info)}
        AboutWindow(infos.values(), self._window).show()
