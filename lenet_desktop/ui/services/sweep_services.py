"""Keeps the page of sweeps in line with the store and the thread, and does what it asks for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.sweep_session import SweepSession
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.session.worker import describing
from lenet_desktop.settings.config import MAX_SEED, TrainingConfig
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.events import SweepChanged, SweepEvent, TrialChanged
from lenet_desktop.sweeps.findings import SweepFindings
from lenet_desktop.sweeps.records import SweepRecord, SweepState, TrialRecord
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.text.wording import counted
from lenet_desktop.ui.kit.message_bar import MessageAction
from lenet_desktop.ui.services.data_switch import DataSwitch
from lenet_desktop.ui.sweeps.sweeps_page import SweepsPage

if TYPE_CHECKING:
    from lenet_desktop.sweeps.executor import Executor

log = logging.getLogger(__name__)

REPAINT_INTERVAL_MS = 500
"""How soon the page shows what has happened: painting takes time from the trials."""
_LOOK_INTERVAL_MS = 2_000
_BOTH = (
    "A sweep and a run go on at once: both take longer, and come to the same as they would alone."
)


class SweepServices(QObject):
    """Starts sweeps and shows how they stand; its `session` is the thread of the one under way."""

    failed = Signal(str)
    saved = Signal(str)
    noticed = Signal(str)
    done = Signal(str, object)  # a sentence, and the MessageActions that go with it
    open_requested = Signal(int)  # the number of a run
    page_requested = Signal(bool)  # the page is to come into sight
    runs_changed = Signal()  # there are other runs in the list than before

    def __init__(
        self,
        page: SweepsPage,
        data: DataSwitch,
        base: Callable[[], TrainingConfig | None],
        training: TrainingSession,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page, self._data, self._base, self._training = page, data, base, training
        self._make_executor: Callable[[str], Executor] | None = None
        self.session = SweepSession(self)
        self._sweeps: SweepStore | None = None
        self._seen = -1
        self._shown: int | None = None
        self._trials: dict[int, TrialRecord] = {}
        self._others: list[SweepFindings] = []
        self._importance = LatestRequest(describing("The importance could not be found"), self)
        self._weighed: tuple[int, int] | None = None  # the sweep and its recipes, as weighed last
        self._repaint = QTimer(self, interval=REPAINT_INTERVAL_MS, singleShot=True)
        self._look = QTimer(self, interval=_LOOK_INTERVAL_MS)
        self._connect()

    def _connect(self) -> None:
        page, view, session = self._page, self._page.view, self.session
        page.new_requested.connect(self._on_new_requested)
        page.chosen.connect(self._on_chosen)
        page.editor.start_requested.connect(self.start)
        page.editor.base_requested.connect(self._on_base_requested)
        page.list.delete_requested.connect(self._on_delete_requested)
        view.pause_requested.connect(session.pause)
        view.stop_requested.connect(self._on_stop_requested)
        view.resume_requested.connect(self._on_resume_requested)
        view.repeat_requested.connect(self.start)
        view.run_requested.connect(self._on_run_requested)
        view.stop_trial_requested.connect(self._on_stop_trial_requested)
        view.prolong_requested.connect(self._on_prolong_requested)
        view.saved.connect(self.saved)
        view.failed.connect(self.failed)
        view.plots.currentChanged.connect(self._weigh)
        session.event_received.connect(self._on_event_received)
        session.state_changed.connect(self._on_state_changed)
        session.failed.connect(self.failed)
        session.noticed.connect(self.noticed)
        self._importance.reported.connect(view.show_importance)
        self._importance.failed.connect(self.failed)
        self._repaint.timeout.connect(self.refresh)
        self._look.timeout.connect(self._on_look_due)

    def use_store(self, runs: RunStore) -> None:
        """List the sweeps of a store, and say which can be gone on with."""
        self._sweeps = SweepStore(runs)
        self.refresh()
        self._look.start()
        self._say_unfinished()

    def use_executor(self, make_executor: Callable[[str], Executor]) -> None:
        """Train trials by what this makes, given the address of a scheduler, or nothing."""
        if self._sweeps is not None:
            self._make_executor = make_executor
            self.session.use(self._sweeps, partial(make_executor, self._page.editor.address))
            self._show()

    @Slot()
    def interrupt(self) -> None:
        """Have the sweep end where it stands, without waiting."""
        self._importance.interrupt()
        self.session.interrupt()

    @Slot()
    def shutdown(self) -> None:
        """Wait for all of it. May be called again and again."""
        self._look.stop()
        self._repaint.stop()
        self._importance.shutdown()
        self.session.shutdown()
        self._page.view.shutdown()

    # What is shown

    @Slot()
    def refresh(self) -> None:
        """Read the list anew, and show how the chosen sweep stands."""
        if self._sweeps is None:
            return
        try:
            self._seen = self._sweeps.runs.data_version()
            sweeps = self._sweeps.sweeps()
            known = {sweep.id for sweep in sweeps}
            if self._shown not in known:
                self._shown = None
            self._page.show_sweeps(sweeps)
            if self._shown is None and sweeps and not self._page.is_editing:
                self._page.list.choose(sweeps[0].id)  # which shows it
                return
            self._read_trials()
            self._others = [
                SweepFindings(each.definition, self._sweeps.trials(each.id))
                for each in sweeps
                if each.id != self._shown and not each.definition.vary
            ]
        except StoreError as error:
            self.failed.emit(str(error))
            return
        self._show()

    def _read_trials(self) -> None:
        """Read the trials of the chosen sweep; those of one that goes on here are told."""
        if self._sweeps is not None and self._shown is not None:
            trials = self._sweeps.trials(self._shown)
            self._trials = {trial.number: trial for trial in trials}

    def _show(self) -> None:
        if self._sweeps is None or self._shown is None:
            return
        sweep = self._sweeps.sweep(self._shown)
        trials = [self._trials[number] for number in sorted(self._trials)]
        findings = SweepFindings(sweep.definition, trials)
        is_ours = self.session.sweep_id == sweep.id
        is_elsewhere = sweep.state is SweepState.RUNNING and not is_ours
        self._page.view.show_sweep(
            sweep,
            findings,
            others=self._others,
            left_s=self._seconds_left(sweep) if is_ours else None,
            is_here=not is_elsewhere,
        )
        self._weigh()

    def _seconds_left(self, sweep: SweepRecord) -> float | None:
        pace = self.session.seconds_per_epoch
        if pace is None:
            return None
        done = sum(trial.epochs_done for trial in self._trials.values())
        unproposed = sweep.definition.runs - len(self._trials)
        planned = unproposed * sweep.definition.base.epochs + sum(
            trial.epochs_done
            if trial.state.is_settled
            else sweep.definition.epochs(trial.settings) + trial.more_epochs
            for trial in self._trials.values()
        )
        return max(0, planned - done) * pace

    @Slot()
    def _weigh(self) -> None:
        """Find the importance of the settings, if somebody looks and more is known than before."""
        view = self._page.view
        findings = view.findings
        if findings is None or self._shown is None or not findings.names:
            return
        if not view.plots.shows_importance:
            return
        wanted = self._shown, len(findings.recipes)
        if wanted != self._weighed:
            self._weighed = wanted
            self._importance.begin(lambda: _weighing(findings))

    def _say_unfinished(self) -> None:
        if self._sweeps is None:
            return
        words = {SweepState.INTERRUPTED: "was interrupted", SweepState.PAUSED: "is paused"}
        left = next((each for each in self._sweeps.sweeps() if each.state in words), None)
        if left is not None:
            runs = counted(left.definition.runs, "run")
            self.done.emit(
                f"{left.quoted_name} {words[left.state]} after {left.settled:,} of {runs}. "
                "Nothing that was finished is lost.",
                (MessageAction("Show it", lambda: self.show_sweep(left.id)),),
            )

    @Slot(int)
    def show_sweep(self, sweep_id: int) -> None:
        """Bring the page into sight with a sweep on it."""
        self.page_requested.emit(True)
        self._page.list.choose(sweep_id)

    # What a person does

    @Slot()
    def _on_new_requested(self) -> None:
        base = self._base()
        if base is None:
            self.noticed.emit("An entry of the form cannot be used. Mend it before you vary it.")
            return
        self._page.editor.show_pace(self._usual_pace())
        self._page.edit_new(base)

    def _usual_pace(self) -> float | None:
        """Return how many seconds an epoch of the latest run took; None without one."""
        try:
            latest = None if self._sweeps is None else self._sweeps.runs.latest()
        except StoreError:
            return None
        if latest is None or not latest.epochs_done:
            return None
        return latest.elapsed_s / latest.epochs_done

    @Slot()
    def _on_base_requested(self) -> None:
        base = self._base()
        if base is not None:
            self._page.editor.use_base(base)

    @Slot(int)
    def _on_chosen(self, sweep_id: int) -> None:
        self._shown, self._weighed = sweep_id, None
        self.refresh()

    @Slot(int)
    def repeat_form(self, seeds: int) -> None:
        """Train the recipe of the form with so many seeds, from that of the form on."""
        base = self._base()
        if base is None:
            self.noticed.emit("An entry of the form cannot be used. Mend it before you repeat it.")
        else:
            self._repeat(base, seeds)

    @Slot(int, int)
    def repeat_run(self, run_id: int, seeds: int) -> None:
        """Train the recipe of a kept run with so many seeds after its own."""
        if self._sweeps is None:
            return
        try:
            config = self._sweeps.runs.record(run_id).config
        except StoreError as error:
            self.failed.emit(str(error))
        else:
            self._repeat(fresh_seed(config), seeds)

    def _repeat(self, config: TrainingConfig, seeds: int) -> None:
        try:
            self.start(SweepDefinition(base=config, seeds=seeds))
        except ConfigError as error:
            self.failed.emit(str(error))

    @Slot(object)
    def start(self, definition: SweepDefinition) -> None:
        """Keep a new sweep, show it, and begin it unless another one goes on."""
        if self._sweeps is None:
            return
        try:
            sweep = self._sweeps.add(definition)
        except StoreError as error:
            self.failed.emit(str(error))
            return
        self._shown = sweep.id
        self._page.show_view()
        self.refresh()
        self._page.list.choose(sweep.id)
        self.page_requested.emit(True)
        self._go_on(sweep)

    @Slot()
    def _on_resume_requested(self) -> None:
        if self._sweeps is not None and self._shown is not None:
            self._go_on(self._sweeps.sweep(self._shown))

    def _go_on(self, sweep: SweepRecord) -> None:
        """Go on with a sweep once its data are there."""
        if self.session.sweep_id is not None:
            self.noticed.emit(
                f"Another sweep is going on. {sweep.quoted_name} waits: resume it when that has "
                "ended or is paused."
            )
            return

        def then(problem: str) -> None:
            if problem:
                self.failed.emit(problem)
            elif not self._begin(sweep.id):
                self.noticed.emit(
                    f"{sweep.quoted_name} waits until all is loaded. Press Resume then."
                )

        self._data.bring(sweep.definition.base.data, then)

    def _begin(self, sweep_id: int) -> bool:
        if self._make_executor is None or self._sweeps is None:
            return False
        self.session.use(self._sweeps, partial(self._make_executor, self._page.editor.address))
        if self._training.state.is_active:
            self.noticed.emit(_BOTH)
        return self.session.go_on(sweep_id)

    @Slot()
    def note_run(self) -> None:
        """Say that a run that begins shares the machine with the sweep."""
        if self.session.sweep_id is not None:
            self.noticed.emit(_BOTH)

    @Slot()
    def _on_stop_requested(self) -> None:
        if self._shown == self.session.sweep_id:
            self.session.stop()
            return
        sweeps, shown = self._sweeps, self._shown
        if sweeps is not None and shown is not None:
            self._do(lambda: sweeps.set_state(shown, SweepState.STOPPED))

    @Slot(object)
    def _on_run_requested(self, trial: TrialRecord) -> None:
        if self._sweeps is None:
            return
        run_id = self._sweeps.run_ids(trial.sweep_id).get(trial.number)
        if run_id is None:
            self.noticed.emit("The run of this trial is not in the list of runs any more.")
            return
        self.open_requested.emit(run_id)

    @Slot(int)
    def _on_stop_trial_requested(self, number: int) -> None:
        trial = self._trials.get(number)
        if trial is not None:
            self._do(lambda: self.session.stop_trial(trial))

    @Slot(int, int)
    def _on_prolong_requested(self, number: int, more_epochs: int) -> None:
        trial = self._trials.get(number)
        if trial is None or self._sweeps is None:
            return
        needs_sweep = self._do(lambda: self.session.prolong_trial(trial, more_epochs))
        if needs_sweep:
            self._go_on(self._sweeps.sweep(trial.sweep_id))

    @Slot(int)
    def _on_delete_requested(self, sweep_id: int) -> None:
        sweeps = self._sweeps
        if sweeps is None:
            return
        try:
            sweep = sweeps.sweep(sweep_id)
            sweeps.delete([sweep_id])
        except StoreError as error:
            self.failed.emit(str(error))
            return
        self.refresh()
        self.runs_changed.emit()
        self.done.emit(
            f"{sweep.quoted_name} was deleted, with its runs.",
            (MessageAction("Undo", lambda: self._restore(sweep_id)),),
        )

    def _restore(self, sweep_id: int) -> None:
        sweeps = self._sweeps
        if sweeps is not None:
            self._do(lambda: sweeps.restore([sweep_id]))
            self.runs_changed.emit()

    def _do(self, change: Callable[[], object]) -> object:
        """Change something in the store and show it; return what came of it."""
        try:
            result = change()
        except StoreError as error:
            self.failed.emit(str(error))
            return None
        self.refresh()
        return result

    # What happens

    @Slot(object)
    def _on_event_received(self, event: SweepEvent) -> None:
        if isinstance(event, SweepChanged) or (
            isinstance(event, TrialChanged) and event.trial.state.is_settled
        ):
            self.runs_changed.emit()
        if not self._repaint.isActive():
            self._repaint.start()

    @Slot()
    def _on_state_changed(self) -> None:
        self._repaint.stop()
        self.refresh()
        if self.session.sweep_id is None:
            self.runs_changed.emit()

    @Slot()
    def _on_look_due(self) -> None:
        """Read the list anew where another window or a terminal has changed it."""
        if self._sweeps is None or not self._page.isVisible():
            return
        try:
            if self._sweeps.runs.data_version() != self._seen:
                self.refresh()
        except StoreError:
            log.info("The list of sweeps cannot be read just now", exc_info=True)


def _weighing(findings: SweepFindings) -> Generator[object, None, None]:
    yield findings.importance()


def fresh_seed(config: TrainingConfig) -> TrainingConfig:
    """Return a recipe with the seed after its own, which was trained already."""
    return replace(config, seed=min(config.seed + 1, MAX_SEED))
