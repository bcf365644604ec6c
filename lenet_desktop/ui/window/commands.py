"""Does what the menus offer beyond a run: recent files, preferences, sizes, the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, QSize, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from lenet_desktop.networks.threads import threads
from lenet_desktop.runs.records import RunRecord
from lenet_desktop.runs.store import StoreError
from lenet_desktop.storage.data_folder import NOTE_NAME, choose_folder
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import tidied, why_not
from lenet_desktop.ui.kit.layout import bring_up
from lenet_desktop.ui.kit.theme import ThemeController
from lenet_desktop.ui.runs.run_exports import ExportKind
from lenet_desktop.ui.window.assembled_window import USUAL_SIZE, AssembledWindow
from lenet_desktop.ui.window.preferences import (
    REFRESH_HZ,
    TEXT_PERCENT,
    THREADS,
    Preference,
    Preferences,
)
from lenet_desktop.ui.window.preferences_window import PreferencesWindow
from lenet_desktop.ui.window.presentation import PresentationWindow, Presenting
from lenet_desktop.ui.window.recent_menu import RecentMenu
from lenet_desktop.ui.window.view_menu import ViewCommands

if TYPE_CHECKING:
    from lenet_desktop.export.model_opening import JudgedModel

_LONGEST_NAME = 60


class WindowCommands(QObject):
    """Belongs to the main window, whose parts follow what a person prefers.

    Args:
        window: the main window, assembled.
        themes: its colours and its size of text.
        settings: where is remembered what is preferred, and what was opened.
        kept: the data folder, None where nothing is kept.
    """

    def __init__(
        self,
        window: AssembledWindow,
        themes: ThemeController,
        settings: QSettings,
        kept: Path | None,
    ) -> None:
        super().__init__(window)
        self._window, self._themes, self._kept = window, themes, kept
        self._note = Path(settings.fileName()).with_name(NOTE_NAME)
        self._open_run: RunRecord | None = None
        self.preferences = Preferences(settings, self)
        self.recent = RecentMenu(window.menus.recent_menu, settings, kept, self._name_of)
        self.view = ViewCommands(window.menus.view_menu, self.preferences, window)
        controls = window.controls
        keys = [controls.start, controls.pause, controls.go_on]
        self.presenting = Presenting(self.view.present, keys, self._make_presentation)
        self._connect()
        for preference in (TEXT_PERCENT, REFRESH_HZ, THREADS):
            self._on_preference_changed(preference)

    def _connect(self) -> None:
        window, menus = self._window, self._window.menus
        runs = window.run_services
        menus.preferences_requested.connect(self.show_preferences)
        menus.folder_requested.connect(self._on_folder_requested)
        menus.import_requested.connect(window.runs.import_requested)
        menus.run_export_menu.chosen.connect(self._on_export_chosen)
        runs.open_changed.connect(self._on_open_changed)
        self._on_open_changed(None)
        window.models.opened.connect(self._on_model_opened)
        self.recent.run_chosen.connect(window.runs.opened)
        self.recent.model_chosen.connect(window.models.open_file)
        self.view.layout_reset_requested.connect(self._on_layout_reset_requested)
        self.preferences.changed.connect(self._on_preference_changed)

    @Slot()
    def show_preferences(self) -> None:
        """Open the preferences beside the window, or bring them to the front."""
        window = self._window
        page = window.findChild(PreferencesWindow)
        if page is None:
            page = PreferencesWindow(
                self.preferences, self._themes, window.training.form, self._kept, window
            )
            page.folder_requested.connect(self._on_folder_requested)
            page.folder_chosen.connect(self._on_folder_chosen)
        bring_up(page)

    def _make_presentation(self) -> PresentationWindow:
        window = self._window
        page = PresentationWindow(
            window.session, window.gallery.state, window.header, self._themes, window
        )
        window.gallery.about_classes.follow(page.matrix)
        page.plots.follow(window.training.plots)
        return page

    @Slot(object)
    def _on_preference_changed(self, preference: Preference[Any]) -> None:
        value = self.preferences.value(preference)
        if preference is TEXT_PERCENT:
            self._themes.set_text_percent(value)
        elif preference is REFRESH_HZ:
            self._window.training.plots.set_refresh_hz(value)
        elif preference is THREADS:
            threads.want(value or None)

    def _name_of(self, run_id: int) -> str | None:
        store = self._window.run_services.store
        try:
            return None if store is None else tidied(store.record(run_id).name, _LONGEST_NAME)
        except StoreError:  # it was deleted
            return None

    @Slot(object)
    def _on_open_changed(self, record: RunRecord | None) -> None:
        self._open_run = record
        obstacle = "" if record is not None else _("Open a run first.")
        self._window.menus.run_export_menu.offer(record, obstacle)
        if record is not None:
            self.recent.note_run(record.id)

    @Slot(object)
    def _on_model_opened(self, judged: JudgedModel) -> None:
        self.recent.note_model(judged.model.path)

    @Slot(object)
    def _on_export_chosen(self, kind: ExportKind) -> None:
        if self._open_run is not None:
            self._window.runs.export_requested.emit(self._open_run.id, kind)

    @Slot()
    def _on_folder_requested(self) -> None:
        if self._kept is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._kept)))

    @Slot(object)
    def _on_folder_chosen(self, folder: Path) -> None:
        try:
            choose_folder(self._note, folder)
        except OSError as error:
            reason = why_not(error)
            self._window.message_bar.show_error(
                _("The choice of the folder cannot be written down ({reason}).").format(
                    reason=reason
                )
            )
            return
        page = self._window.findChild(PreferencesWindow)
        if page is not None:
            page.show_folder(folder)

    @Slot()
    def _on_layout_reset_requested(self) -> None:
        """Put all borders back where they were at the first start, and the window to its size."""
        window = self._window
        if not window.isMaximized() and not window.isFullScreen():
            window.resize(QSize(*USUAL_SIZE).boundedTo(window.screen().availableSize()))
        window.borders.reset()
