"""Keeps the page of sweeps in line with the store and with the sweep that goes on."""

from __future__ import annotations

import logging
from collections.abc import Generator

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lenet_desktop.runs.store import StoreError
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.sweep_session import SweepSession
from lenet_desktop.session.worker import describing
from lenet_desktop.sweeps.events import SweepChanged, SweepEvent, TrialChanged
from lenet_desktop.sweeps.findings import SweepFindings
from lenet_desktop.sweeps.records import SweepRecord, SweepState, TrialRecord
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.late_part import LatePart
from lenet_desktop.ui.sweeps.sweeps_page import SweepsPage

log = logging.getLogger(__name__)

REPAINT_INTERVAL_MS = 500
"""How soon the page shows what has happened: painting takes time from the trials."""
_LOOK_INTERVAL_MS = 2_000


class SweepDisplay(QObject):
    """Shows how sweeps stand; its `session` is the thread of the one under way."""

    failed = Signal(str)
    runs_changed = Signal()  # there are other runs in the list than before

    _ending = Signal()

    def __init__(self, place: LatePart[SweepsPage], parent: QObject) -> None:
        super().__init__(parent)
        self._place = place
        self.session = SweepSession(self)
        self._sweeps: SweepStore | None = None
        self._is_away = False
        self._seen = -1
        self._shown: int | None = None
        self._trials: dict[int, TrialRecord] = {}
        self._others: list[SweepFindings] = []
        self._importance = LatestRequest(describing(_("The importance could not be found")), self)
        self._weighed: tuple[int, int] | None = None  # the sweep and its recipes, as weighed last
        self._repaint = QTimer(self, interval=REPAINT_INTERVAL_MS, singleShot=True)
        self._look = QTimer(self, interval=_LOOK_INTERVAL_MS)
        place.once_made(self._connect_page)
        self.session.event_received.connect(self._on_event_received)
        self.session.state_changed.connect(self._on_state_changed)
        self._importance.failed.connect(self.failed)
        self._repaint.timeout.connect(self.refresh)
        self._look.timeout.connect(self._on_look_due)

    def _connect_page(self, page: SweepsPage) -> None:
        page.chosen.connect(self._on_chosen)
        page.view.turned.connect(self._weigh)
        self._importance.reported.connect(page.view.show_importance)
        self._ending.connect(page.view.shutdown)

    @property
    def _page(self) -> SweepsPage:
        return self._place.part

    def go_away(self, is_away: bool) -> None:
        """Show nothing while the page is out of sight, and all that has come since once it is."""
        self._is_away = is_away
        self.refresh()

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
        self._ending.emit()

    # What is shown

    @Slot()
    def refresh(self) -> None:
        """Read the list anew, and show how the chosen sweep stands."""
        if self._sweeps is None or self._is_away:
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
        if self._sweeps is None or self._shown is None or self._is_away:
            return
        sweep = self._sweeps.sweep(self._shown)
        trials = [self._trials[number] for number in sorted(self._trials)]
        findings = SweepFindings(sweep.definition, trials)
        is_ours = self.session.sweep_id == sweep.id
        is_elsewhere = sweep.state is SweepState.RUNNING and not is_ours
        is_whole = self.session.prolonging is None
        self._page.view.show_sweep(
            sweep,
            findings,
            others=self._others,
            left_s=self._seconds_left(sweep) if is_ours and is_whole else None,
            is_here=not is_elsewhere,
            is_whole=is_whole or not is_ours,
            ending=self.session.ending if is_ours else None,
            places=sorted({"", self._page.editor.address} - {sweep.scheduler}),
        )
        self._weigh()

    def _seconds_left(self, sweep: SweepRecord) -> float | None:
        pace = self.session.seconds_per_epoch
        if pace is None:
            return None
        done = sum(trial.epochs_done for trial in self._trials.values())
        unproposed = sweep.definition.runs - len(self._trials)
        planned = unproposed * sweep.definition.most_epochs + sum(
            trial.epochs_done if trial.state.is_settled else trial.planned_epochs(sweep.definition)
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

    # What happens

    @Slot(int)
    def _on_chosen(self, sweep_id: int) -> None:
        self._shown, self._weighed = sweep_id, None
        self.refresh()

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
        if self._sweeps is None or self._is_away:
            return
        try:
            if self._sweeps.runs.data_version() != self._seen:
                self.refresh()
        except StoreError:
            log.info("The list of sweeps cannot be read just now", exc_info=True)


def _weighing(findings: SweepFindings) -> Generator[object, None, None]:
    yield findings.importance()
