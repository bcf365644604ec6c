"""Remembers between sessions where the window stood and what was entered."""

import json
import logging
from dataclasses import asdict

from PySide6.QtCore import QRect, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QWidget

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.ui.kit.screen_fit import fitted
from lenet_desktop.ui.kit.theme import ThemeMode
from lenet_desktop.ui.training.config_form import ConfigForm

log = logging.getLogger(__name__)

_MOST_REMEMBERED = 100


class WindowMemory:
    """Reads and writes a QSettings file; whatever it does not understand it leaves alone.

    Qt writes the file as soon as the window has nothing else to do. To ask it by `sync()` holds
    Python's lock until the disk has it, and a run stands still for so long.
    """

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def restore_form(self, form: ConfigForm) -> None:
        """Enter again what was entered."""
        config = self.config
        if config is not None:
            form.show_data(config.data)
            form.set_config(config)
        form.show_more(str(self._settings.value("training/more")) == "true")

    def save_form(self, form: ConfigForm) -> None:
        """Remember what is entered, if it can be used."""
        self._settings.setValue("training/more", "true" if form.more_is_shown else "false")
        if form.config is not None:
            self.config = form.config

    def restore_window(self, window: QMainWindow) -> None:
        """Put the window where it was."""
        self.restore_place(window, "window")
        if str(self._settings.value("window/maximized")) == "true":
            window.setWindowState(Qt.WindowState.WindowMaximized)

    def save_window(self, window: QMainWindow) -> None:
        """Remember where the window is."""
        self.save_place(window, "window")
        self._settings.setValue("window/maximized", "true" if window.isMaximized() else "false")
        self._settings.sync()

    def save_place(self, window: QWidget, name: str) -> None:
        """Remember on which screen a window is, and where, by a name."""
        screen = window.screen()
        place = window.normalGeometry().translated(-screen.geometry().topLeft())
        self._settings.setValue(f"{name}/screen", screen.name())
        self._settings.setValue(f"{name}/place", place)

    def restore_place(self, window: QWidget, name: str) -> None:
        """Put a window on the screen where it was, or on the first one if that is gone.

        Qt's own restoreGeometry knows screens by their number only, and does nothing where another
        width than before is found.
        """
        place = self._settings.value(f"{name}/place")
        if not isinstance(place, QRect) or place.isEmpty():
            return
        name = self._settings.value(f"{name}/screen")
        first = QGuiApplication.primaryScreen()
        known = (screen for screen in QGuiApplication.screens() if screen.name() == name)
        screen = next(known, first)
        there = place.translated(screen.geometry().topLeft())
        window.setGeometry(fitted(there, screen.availableGeometry()))

    @property
    def scheduler(self) -> str:
        """The address of the scheduler that was entered last, empty for this machine."""
        return str(self._settings.value("sweeps/scheduler") or "")

    def note_scheduler(self, address: str) -> None:
        """Remember an address that is entered."""
        self._settings.setValue("sweeps/scheduler", address.strip())

    @property
    def config(self) -> TrainingConfig | None:
        """The settings last used for a run, None if there are none that can be used."""
        text = self._settings.value("training/config")
        if not isinstance(text, str):
            return None
        try:
            return TrainingConfig.from_dict(json.loads(text))
        except (ValueError, AttributeError):
            log.warning("The remembered settings cannot be used: %s", text)
            return None

    @config.setter
    def config(self, config: TrainingConfig) -> None:
        self._settings.setValue("training/config", json.dumps(config.to_dict()))

    @property
    def advised(self) -> list[str]:
        """The fingerprints of data sets of which it was said that their classes are unequal."""
        return str(self._settings.value("training/advised") or "").split()

    @advised.setter
    def advised(self, fingerprints: list[str]) -> None:
        self._settings.setValue("training/advised", " ".join(fingerprints[-_MOST_REMEMBERED:]))

    @property
    def data(self) -> DatasetInfo | None:
        """The data that the window held last, None if that is not known."""
        text = self._settings.value("data/last")
        if not isinstance(text, str):
            return None
        try:
            return DatasetInfo.from_dict(json.loads(text))
        except ValueError:
            log.warning("The remembered data cannot be used: %s", text)
            return None

    def remember_data(self, info: DatasetInfo, *, is_chosen: bool) -> None:
        """Remember which data the window holds, and whether a person chose them without a run."""
        self._settings.setValue("data/last", json.dumps(asdict(info)))
        self._settings.setValue("data/chosen", "true" if is_chosen else "false")

    @property
    def data_are_chosen(self) -> bool:
        """Whether a person chose the data last, and opened or began no run since."""
        return str(self._settings.value("data/chosen")) == "true"

    @property
    def theme_mode(self) -> ThemeMode:
        """What a person chose for light and dark."""
        try:
            return ThemeMode(str(self._settings.value("window/theme")))
        except ValueError:
            return ThemeMode.SYSTEM

    @theme_mode.setter
    def theme_mode(self, mode: ThemeMode) -> None:
        self._settings.setValue("window/theme", mode.value)
