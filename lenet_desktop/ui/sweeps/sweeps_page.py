"""The page of many runs: the list of sweeps, and one of them or the form for the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.records import SweepRecord
from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.page import LeavablePage
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import SPACING, Theme
from lenet_desktop.ui.sweeps.sweep_editor import SweepEditor
from lenet_desktop.ui.sweeps.sweep_list import SweepList
from lenet_desktop.ui.sweeps.sweep_view import SweepView

_EMPTY = marked(
    "Many runs at once: vary settings over lists or ranges, or repeat one recipe "
    "with several seeds, and see which difference is real."
)


class SweepsPage(LeavablePage):
    """Shows sweeps and says what is wanted of them; knows neither store nor thread."""

    new_requested = Signal()  # a form for a sweep, from the settings of the window's form
    chosen = Signal(int)  # a sweep is to be shown

    def __init__(self, folder: SaveFolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweeps_page")
        self.list = SweepList()
        self.new = identify(
            QPushButton(_("Ne&w sweep")),
            "sweep_new_button",
            _("New sweep"),
            _("Vary settings, from those of the form."),
        )
        self.editor = SweepEditor()
        self.view = SweepView(folder)
        self.empty = muted(identify(QLabel(_(_EMPTY), wordWrap=True), "sweeps_notice"))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages = QStackedWidget()
        self._nothing, self._form = Card("", self.empty), Card("", self.editor)
        for page in (self._nothing, self.view, self._form):
            self.pages.addWidget(page)
        self._lay_out()
        self.new.clicked.connect(self.new_requested)
        self.list.chosen.connect(self._on_chosen)
        self.editor.cancelled.connect(self.close_editor)
        self.view.clone_requested.connect(self.edit_clone)

    def _lay_out(self) -> None:
        side = Card("", self.new, self.list)
        side.body.setStretchFactor(self.list, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self.splitter.addWidget(side)
        self.splitter.addWidget(self.pages)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([200, 1130])
        in_row(self.splitter, margins=SPACING, on=self)

    @property
    def is_editing(self) -> bool:
        """Whether the form for the next sweep is in sight."""
        return self.pages.currentWidget() is self._form

    def show_sweeps(self, sweeps: Sequence[SweepRecord]) -> None:
        """List these sweeps."""
        self.list.show_sweeps(sweeps)
        if not sweeps and not self.is_editing:
            self.pages.setCurrentWidget(self._nothing)

    def show_view(self) -> None:
        """Bring the chosen sweep into sight."""
        self.pages.setCurrentWidget(self.view)

    def edit_new(self, base: TrainingConfig) -> None:
        """Open the form for a new sweep that varies this recipe."""
        self.editor.begin(base)
        self._show_editor()

    @Slot(object)
    def edit_clone(self, definition: SweepDefinition) -> None:
        """Open the form with a definition, to be changed."""
        self.editor.show_definition(definition)
        self._show_editor()

    @Slot()
    def close_editor(self) -> None:
        """Go back to the sweep that was shown, or to the notice."""
        is_chosen = self.list.chosen_id is not None
        self.pages.setCurrentWidget(self.view if is_chosen else self._nothing)
        self.focus()

    def focus(self) -> None:
        """Give the keyboard to where it is of use."""
        (self.list if self.list.count() else self.new).setFocus()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.view.show_theme(theme)
        self.editor.show_theme(theme)

    def escape(self) -> None:
        """Close the form, or go back."""
        if self.is_editing:
            self.close_editor()
        else:
            super().escape()

    def _show_editor(self) -> None:
        self.pages.setCurrentWidget(self._form)
        if self.editor.rows:
            self.editor.rows[0].setting.setFocus()

    @Slot(int)
    def _on_chosen(self, sweep_id: int) -> None:
        self.show_view()
        self.chosen.emit(sweep_id)
