"""The window of what is to hold for every run; what is chosen counts at once."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QPushButton, QWidget

from lenet_desktop.text.language import LANGUAGES, _, marked
from lenet_desktop.text.wording import percent
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.elided_label import ElidedLabel
from lenet_desktop.ui.kit.inputs import ChoiceInput
from lenet_desktop.ui.kit.naming import as_caption, identify, label_for, muted, without_mnemonic
from lenet_desktop.ui.kit.opening import ask_for_folder
from lenet_desktop.ui.kit.screen_fit import ScreenFit
from lenet_desktop.ui.kit.theme import SPACING, ThemeController, ThemeMode
from lenet_desktop.ui.training.config_form import ConfigForm
from lenet_desktop.ui.window.preferences import (
    LANGUAGE,
    REFRESH_HZ,
    TEXT_PERCENT,
    THREADS,
    Preference,
    Preferences,
    T,
)

_LEAST_CHARACTERS = 22
_KEPT = "keep_networks"
_THEMES = {
    ThemeMode.SYSTEM: marked("As the system"),
    ThemeMode.LIGHT: marked("Light"),
    ThemeMode.DARK: marked("Dark"),
}


class PreferencesWindow(QDialog):
    """Lies beside the main window, which follows at once.

    Args:
        preferences: what is chosen from a few.
        themes: the colours.
        form: of the next run, which says of what networks are kept.
        folder: where runs are kept, None where they are not.
    """

    folder_requested = Signal()  # the data folder is to be opened
    folder_chosen = Signal(object)  # Path of the data folder from the next start on

    def __init__(
        self,
        preferences: Preferences,
        themes: ThemeController,
        form: ConfigForm,
        folder: Path | None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("preferences_window")
        self.setWindowTitle(_("Preferences"))
        self.setModal(False)
        self._preferences, self._themes, self._form = preferences, themes, form
        self._at_start = preferences.value(LANGUAGE)
        self._inputs: dict[Preference[Any], ChoiceInput] = {}
        self.appearance, self.training = Card(_("Appearance")), Card(_("Training"))
        self.data = Card(_("Data folder"))
        self._fill_appearance()
        self._fill_training()
        self._fill_data(folder)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        in_column(
            self.appearance,
            self.training,
            self.data,
            (None, 0),
            buttons,
            spacing=2 * SPACING,
            margins=2 * SPACING,
            on=self,
        )
        self.resize(self.sizeHint().expandedTo(self.minimumSizeHint()))
        ScreenFit(self)
        preferences.changed.connect(self._on_preference_changed)
        themes.changed.connect(self._on_theme_changed)
        form.changed.connect(self._on_form_changed)

    def _fill_appearance(self) -> None:
        grid = _grid(self.appearance)
        self.theme = ChoiceInput(
            {mode.value: _(words) for mode, words in _THEMES.items()}, _LEAST_CHARACTERS
        )
        self.theme.set_value(self._themes.mode.value)
        self.theme.edited.connect(self._on_theme_edited)
        _add(grid, _("&Theme"), self.theme, "theme_input", _("Light or dark."))
        sizes = {size: percent(size / 100, 0) for size in TEXT_PERCENT.choices}
        text = self._choice(TEXT_PERCENT, sizes)
        words = _("How large text is, measured by what it is elsewhere on this desktop.")
        _add(grid, _("Te&xt size"), text, "text_size_input", words)
        language = self._choice(LANGUAGE, {"": _("As the system")} | LANGUAGES)
        words = _("The language of the window, from the next start on.")
        _add(grid, _("&Language"), language, "language_input", words)
        self.note_of_language = as_caption(muted(QLabel(_("From the next start on."))))
        self.note_of_language.setVisible(False)
        grid.addWidget(self.note_of_language, grid.rowCount(), 1)

    def _fill_training(self) -> None:
        grid = _grid(self.training)
        threads = {0: _("Automatic")} | {each: str(each) for each in THREADS.choices if each}
        words = _("How many threads compute on the CPU. What is computed does not depend on it.")
        _add(grid, _("Th&reads"), self._choice(THREADS, threads), "threads_input", words)
        often = {
            hz: _("Once a second") if hz == 1 else _("{count} times a second").format(count=hz)
            for hz in REFRESH_HZ.choices
        }
        words = _(
            "How often, at most, curves are drawn anew while a run goes on. Drawing takes time "
            "from it, so that it is done more seldom where it takes long."
        )
        _add(grid, _("&Curves are drawn"), self._choice(REFRESH_HZ, often), "refresh_input", words)
        editor = self._form.editor(_KEPT, ChoiceInput)
        items = {editor.itemData(row): editor.itemText(row) for row in range(editor.count())}
        self.kept = ChoiceInput(items, _LEAST_CHARACTERS)
        self.kept.edited.connect(self._on_kept_edited)
        words = editor.accessibleDescription()
        _add(grid, _("&Networks kept of the next run"), self.kept, "kept_networks_input", words)
        self._on_form_changed()

    def _fill_data(self, folder: Path | None) -> None:
        self.folder = ElidedLabel(
            _("Nowhere: this window keeps nothing") if folder is None else str(folder)
        )
        identify(self.folder, "data_folder_label", _("Where runs, notes and own pictures are kept"))
        self.note = as_caption(muted(QLabel(wordWrap=True)))
        self.note.setText(_("Runs, notes on images and your own pictures are kept there."))
        buttons = []
        for text, name, does in (
            (_("&Open"), "open_data_folder_button", self.folder_requested.emit),
            (_("C&hange…"), "change_data_folder_button", self._on_change_clicked),
        ):
            button = identify(QPushButton(text), name, without_mnemonic(text).rstrip("…"))
            button.setEnabled(folder is not None)
            button.clicked.connect(does)
            buttons.append(button)
        self.data.body.addWidget(self.folder)
        self.data.body.addWidget(self.note)
        self.data.body.addLayout(in_row(*buttons, None))

    def show_folder(self, folder: Path) -> None:
        """Say which folder is used from the next start on."""
        self.folder.setText(str(folder))
        self.note.setText(
            _(
                "From the next start on. What is kept so far stays where it is; export runs before "
                "and import them then to take them along."
            )
        )

    def _choice(self, preference: Preference[T], items: Mapping[T, str]) -> ChoiceInput:
        choice = self._inputs[preference] = ChoiceInput(items, _LEAST_CHARACTERS)
        choice.set_value(self._preferences.value(preference))
        choice.edited.connect(partial(self._on_edited, preference))
        return choice

    def _on_edited(self, preference: Preference[Any]) -> None:
        self._preferences.set_value(preference, self._inputs[preference].value())

    @Slot(object)
    def _on_preference_changed(self, preference: Preference[Any]) -> None:
        if preference in self._inputs:
            self._inputs[preference].set_value(self._preferences.value(preference))
        self.note_of_language.setVisible(self._preferences.value(LANGUAGE) != self._at_start)

    @Slot()
    def _on_theme_edited(self) -> None:
        mode = ThemeMode(self.theme.value())
        if mode is not self._themes.mode:
            self._themes.set_mode(mode)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.theme.set_value(self._themes.mode.value)

    @Slot()
    def _on_kept_edited(self) -> None:
        self._form.editor(_KEPT, ChoiceInput).set_value(self.kept.value())

    @Slot()
    def _on_form_changed(self) -> None:
        editor = self._form.editor(_KEPT, ChoiceInput)
        self.kept.set_value(editor.value())
        self.kept.setEnabled(editor.isEnabled())

    @Slot()
    def _on_change_clicked(self) -> None:
        ask_for_folder(
            self,
            Path(self.folder.text()),
            self.folder_chosen.emit,
            title=_("Folder for runs, notes and own pictures"),
            object_name="data_folder_dialog",
        )


def _grid(card: Card) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * SPACING)
    grid.setVerticalSpacing(SPACING)
    grid.setColumnStretch(1, 1)
    card.body.addLayout(grid)
    return grid


def _add(grid: QGridLayout, text: str, control: Any, name: str, explanation: str) -> None:
    """Put a control into a new row, behind its name."""
    identify(control, name, without_mnemonic(text), explanation)
    row = grid.rowCount()
    grid.addWidget(label_for(control, text), row, 0)
    grid.addWidget(control, row, 1)
