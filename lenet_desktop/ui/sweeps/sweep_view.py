"""One sweep: where it stands, what can be done, its trials and what they amount to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAction
from PySide6.QtWidgets import (
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QToolButton,
    QWidget,
)

from lenet_desktop.analysis.importance import Importance
from lenet_desktop.sweeps.findings import SweepFindings
from lenet_desktop.sweeps.records import SweepRecord, SweepState, TrialRecord
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import sentences, tidied
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.layout import StackingSplitter
from lenet_desktop.ui.kit.naming import identify, muted, without_mnemonic
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme, heading
from lenet_desktop.ui.sweeps.recipe_verdict import RecipeVerdict
from lenet_desktop.ui.sweeps.sweep_export import SweepExport
from lenet_desktop.ui.sweeps.sweep_plots import SweepPlots
from lenet_desktop.ui.sweeps.sweep_words import (
    about_text,
    obstacle_text,
    pausing_text,
    place_text,
    place_title,
    standing_text,
)
from lenet_desktop.ui.sweeps.trial_actions import TrialActions, why_not_opened
from lenet_desktop.ui.sweeps.trial_table import TrialTable


class SweepView(QWidget):
    """Shows a sweep and says what is wanted of it; changes none itself."""

    pause_requested = Signal()
    resume_requested = Signal()
    place_requested = Signal(str)  # to be resumed by a scheduler's workers, or on this machine
    stop_requested = Signal()
    clone_requested = Signal(object)  # SweepDefinition, to be edited
    repeat_requested = Signal(object)  # SweepDefinition, to be started at once
    run_requested = Signal(object)  # TrialRecord, whose run is to be opened
    stop_trial_requested = Signal(int)  # the number of a trial
    prolong_requested = Signal(int, int)  # the number of a trial, and how many epochs more
    saved = Signal(str)
    failed = Signal(str)
    turned = Signal()  # to another plot
    theme_changed = Signal(object)  # Theme

    def __init__(self, folder: SaveFolder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweep_view")
        self.findings: SweepFindings | None = None
        self._sweep: SweepRecord | None = None
        self._is_whole, self._obstacle = True, ""
        self._folder, self._theme = folder, LIGHT
        self._spoken = ""
        self._build()
        self._lay_out()
        self._connect()

    def _build(self) -> None:
        self.title = identify(QLabel(textFormat=Qt.TextFormat.PlainText), "sweep_title")
        self.title.setFont(heading(self.title.font()))
        self.about = muted(
            identify(QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True), "sweep_about")
        )
        self.progress = identify(QProgressBar(textVisible=False), "sweep_progress", _("Progress"))
        self.progress.setMaximumHeight(2 * SPACING)
        self.standing = identify(QLabel(), "sweep_standing")
        self.pause = _button("sweep_pause_button", _("Pa&use"), "")
        self.stop = _button("sweep_stop_button", _("S&top"), _("End the sweep and keep its runs."))
        self.clone = _button(
            "sweep_clone_button",
            _("Cl&one and edit"),
            _("Begin another sweep from this definition."),
        )
        self.repeat = _button(
            "sweep_repeat_button",
            _("Repeat the &best"),
            _(
                "Train the best recipe again with fresh seeds, to see how much of its lead was "
                "luck."
            ),
        )
        self.place = identify(
            QToolButton(),
            "sweep_place_button",
            _("Resume elsewhere"),
            _("Go on with all trials that are left at another place than so far."),
        )
        self.place.setText(_("Resume elsewhere"))
        self.place.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.place.setMenu(QMenu(self.place))
        self.finding = identify(
            QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True), "sweep_finding"
        )
        self.finding.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = TrialTable()
        self.tabs = identify(QTabWidget(documentMode=True), "sweep_plots", _("Plots of the sweep"))
        self.verdict = RecipeVerdict(self.tabs)
        self.verdict.hide()  # until it is on its tab
        self.trial_actions = TrialActions(self)
        self.menu = QMenu(self)
        self.menu.addActions(list(self.trial_actions.all))
        self.export = SweepExport(
            self._folder, self.table.trials.table, lambda: self.plots.shown_export
        )

    def _lay_out(self) -> None:
        trials = QWidget()
        below = in_row(*self.trial_actions.buttons, None)
        in_column((self.table, 1), below, spacing=SPACING // 2, on=trials)
        self.splitter = StackingSplitter(trials, self.tabs)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([595, 595])
        buttons = (self.pause, self.stop, self.repeat, self.clone, self.export)
        in_column(
            in_row((self.title, 1), *buttons),
            self.about,
            in_row((self.progress, 1), self.standing, self.place),
            self.finding,
            (self.splitter, 1),
            on=self,
        )

    def _connect(self) -> None:
        self.pause.clicked.connect(self._on_pause_clicked)
        self.stop.clicked.connect(self.stop_requested)
        self.place.menu().triggered.connect(self._on_place_triggered)
        self.clone.clicked.connect(self._on_clone_clicked)
        self.repeat.clicked.connect(self._on_repeat_clicked)
        self.table.trial_opened.connect(self.open_trial)
        self.table.selection_changed.connect(self._refresh_actions)
        self.table.customContextMenuRequested.connect(self._on_menu_requested)
        self.trial_actions.open_run.triggered.connect(self._on_open_triggered)
        self.trial_actions.stop.triggered.connect(self._on_stop_triggered)
        self.trial_actions.prolong.triggered.connect(self._on_prolong_triggered)
        self.export.saved.connect(self.saved)
        self.export.failed.connect(self.failed)

    # What is shown

    @cached_property
    def plots(self) -> SweepPlots:
        """The plots on the tabs, made with the first sweep that is shown.

        Most people never open one, and five plots take a sixth of the time that a window does.
        """
        plots = SweepPlots(self.tabs, self.verdict, self._folder)
        plots.show_theme(self._theme)
        self.theme_changed.connect(plots.show_theme)
        plots.trial_chosen.connect(self._on_trial_chosen)
        plots.picked_changed.connect(self._on_picked_changed)
        plots.saved.connect(self.saved)
        plots.failed.connect(self.failed)
        self.tabs.currentChanged.connect(self.turned)
        return plots

    def show_sweep(
        self,
        sweep: SweepRecord,
        findings: SweepFindings,
        *,
        others: Sequence[SweepFindings] = (),
        left_s: float | None = None,
        is_here: bool = True,
        is_whole: bool = True,
        ending: SweepState | None = None,
        places: Sequence[str] = (),
    ) -> None:
        """Show how a sweep stands.

        Args:
            sweep: its line in the list.
            findings: its trials.
            others: the other sweeps, among them those that trained its best recipe again.
            left_s: how many seconds are left, about; None where that is not known.
            is_here: whether this window may go on with it.
            is_whole: whether all of it goes on where something does, not only single trials.
            ending: as what it ends after the steps under way, if a person has asked for that.
            places: the schedulers by whose workers it could go on instead; "" is this machine.
        """
        if self._sweep is None or self._sweep.id != sweep.id:
            self.table.forget()
            self.plots.forget()
        self._sweep, self.findings = sweep, findings
        self._is_whole, self._obstacle = is_whole, obstacle_text(is_here=is_here, ending=ending)
        self.title.setText(tidied(sweep.name))
        about = about_text(sweep.definition)
        by = f" · {place_text(sweep.scheduler)}" if sweep.scheduler else ""
        self.about.setText(f"{about}{by}")
        self.progress.setMaximum(max(1, sweep.definition.runs))
        self.progress.setValue(sweep.settled)
        self.progress.setVisible(sweep.state is not SweepState.FINISHED)
        self._say_standing(
            sweep,
            standing_text(sweep, left_s, is_whole=is_whole, ending=ending),
            is_ending=ending is not None,
        )
        best = findings.best_of_many(others)
        self.finding.setText("" if best is None else sentences([findings.best_text, best.sentence]))
        self.finding.setVisible(bool(self.finding.text()))
        self.table.show_findings(findings)
        self.plots.show_findings(findings)
        is_going = sweep.state is SweepState.RUNNING
        self._show_places(places if is_here and sweep.state.can_go_on else ())
        text = _("Pa&use") if is_going else _("Res&ume")
        self.pause.setText(text)
        identify(self.pause, self.pause.objectName(), explanation=pausing_text(sweep))
        is_free = not self._obstacle
        self.pause.setEnabled(is_free and (is_going or sweep.state.can_go_on))
        self.stop.setEnabled(is_free and sweep.state in (SweepState.RUNNING, SweepState.PAUSED))
        self.repeat.setEnabled(is_here and findings.best is not None)
        self._on_picked_changed()
        self._refresh_actions()

    def show_importance(self, importance: Importance) -> None:
        """Show how much each setting matters."""
        self.plots.show_importance(importance)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.theme_changed.emit(theme)
        self.table.trials.show_theme(theme)

    def _show_places(self, places: Sequence[str]) -> None:
        menu = self.place.menu()
        if [action.data() for action in menu.actions()] != list(places):
            menu.clear()
            for scheduler in places:
                menu.addAction(place_title(scheduler).replace("&", "&&")).setData(scheduler)
        self.place.setVisible(bool(places))

    def _say_standing(self, sweep: SweepRecord, words: str, *, is_ending: bool) -> None:
        self.standing.setText(words)
        spoken = f"{sweep.state.value}, {sweep.settled} of {sweep.definition.runs}, {is_ending}"
        if spoken != self._spoken:
            self._spoken = spoken
            self.standing.setAccessibleName(self.standing.text())
            event = QAccessibleEvent(self.standing, QAccessible.Event.NameChanged)
            QAccessible.updateAccessibility(event)

    @Slot()
    def _refresh_actions(self) -> None:
        selected = self.table.selected
        one = selected[0] if len(selected) == 1 else None
        sweep = self._sweep
        if sweep is not None:
            is_going = self._is_whole and sweep.state is SweepState.RUNNING
            self.trial_actions.show_trial(
                one, sweep.definition, is_going=is_going, obstacle=self._obstacle
            )

    # What a person does

    def open_trial(self, number: int) -> None:
        """Ask for the run of a trial, if it has one by now."""
        trial = self._trial(number)
        if trial is not None and not why_not_opened(trial):
            self.run_requested.emit(trial)

    def _trial(self, number: int) -> TrialRecord | None:
        trials = () if self.findings is None else self.findings.trials
        return next((trial for trial in trials if trial.number == number), None)

    @Slot(int)
    def _on_trial_chosen(self, number: int) -> None:
        self.table.select([number])
        self.open_trial(number)

    @Slot()
    def _on_picked_changed(self) -> None:
        parallel = self.plots.parallel
        if self.findings is None or not parallel.has_brush:
            self.table.show_picked(None)
            return
        pairs = zip(self.findings.trials, parallel.picked, strict=True)
        self.table.show_picked({trial.number for trial, is_picked in pairs if is_picked})

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        self.menu.popup(self.table.viewport().mapToGlobal(place))

    @Slot()
    def _on_pause_clicked(self) -> None:
        if self._sweep is not None and self._sweep.state is SweepState.RUNNING:
            self.pause_requested.emit()
        else:
            self.resume_requested.emit()

    @Slot(QAction)
    def _on_place_triggered(self, action: QAction) -> None:
        self.place_requested.emit(action.data())

    @Slot()
    def _on_clone_clicked(self) -> None:
        if self._sweep is not None:
            self.clone_requested.emit(self._sweep.definition)

    @Slot()
    def _on_repeat_clicked(self) -> None:
        again = None if self.findings is None else self.findings.repeated_best()
        if again is not None:
            self.repeat_requested.emit(again)

    @Slot()
    def _on_open_triggered(self) -> None:
        for trial in self.table.selected[:1]:
            self.open_trial(trial.number)

    @Slot()
    def _on_stop_triggered(self) -> None:
        for trial in self.table.selected[:1]:
            self.stop_trial_requested.emit(trial.number)

    @Slot()
    def _on_prolong_triggered(self) -> None:
        for trial in self.table.selected[:1]:
            self.prolong_requested.emit(trial.number, self.trial_actions.more_epochs)

    def shutdown(self) -> None:
        """Wait for what is being written. May be called again and again."""
        self.export.shutdown()


def _button(name: str, text: str, explanation: str) -> QPushButton:
    return identify(QPushButton(text), name, without_mnemonic(text), explanation)
