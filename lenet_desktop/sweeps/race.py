"""A sweep on its way: proposes trials, has them trained, and keeps what comes of them.

A race is a generator, as a run is: it yields what happens and knows no listener. To close it is to
pause the sweep: every trial under way is kept where it stands, and a race that is begun later, by
whichever process, goes on from there.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import replace

from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.remote_runs import list_run, note_epochs, settle_run
from lenet_desktop.runs.store import StoreError
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.sweeps.control import SweepControl, prolonged
from lenet_desktop.sweeps.definition import Pruning
from lenet_desktop.sweeps.events import SweepChanged, SweepEvent, TrialChanged, WorkerLost
from lenet_desktop.sweeps.executor import (
    Executor,
    ExecutorError,
    Report,
    TaskAdvanced,
    TaskBegun,
    TaskEnded,
    TaskLost,
    TaskRefused,
    TrialTask,
)
from lenet_desktop.sweeps.proposals import next_trials
from lenet_desktop.sweeps.pruning import Pruner
from lenet_desktop.sweeps.records import (
    EpochFigures,
    SweepRecord,
    SweepState,
    TrialRecord,
    TrialState,
)
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import sentences
from lenet_desktop.training.events import EpochDone

log = logging.getLogger(__name__)

HEARTBEAT_S = 0.1
"""A race yields something, be it None, at least so often, so that it can be closed."""
_ENDING_LIMIT_S = 60.0
"""Seconds that trials are given to keep where they stand; else they go on from their last epoch."""
_ATTEMPTS = 3
"""How many workers a trial may lose before it is given up."""
_ENDED = {
    RunStatus.FINISHED: TrialState.FINISHED,
    RunStatus.DIVERGED: TrialState.DIVERGED,
    RunStatus.STOPPED: TrialState.WAITING,  # unless somebody wanted that
}


def race(
    sweeps: SweepStore, sweep_id: int, executor: Executor, control: SweepControl | None = None
) -> Generator[SweepEvent | None, None, None]:
    """Go on with a sweep until all of its trials are settled.

    Yields what happens, and None at times where nothing does. The executor is not closed.

    Args:
        sweeps: the list of sweeps.
        sweep_id: the sweep.
        executor: trains its trials.
        control: by which single trials are stopped or prolonged meanwhile. Where it is for these
            only, the sweep is left as it stood, unless nothing is left of it.

    Raises:
        BusyRunError: another window or terminal works on it.
        ExecutorError: nobody can train its trials, which wait; it has failed, and can go on.
        StoreError: there is no such sweep, or it cannot be kept.
    """
    runs = sweeps.runs
    if runs.reason is not None:
        raise StoreError(
            _(
                "No sweep can be made, because runs cannot be kept in {folder} "
                "({reason}). Make the folder writable and start the program again."
            ).format(folder=runs.folder, reason=runs.reason)
        )
    sweep = sweeps.sweep(sweep_id)
    with sweeps.hold(sweep):
        yield from _Race(sweeps, sweep, executor, control or SweepControl()).events()


class _Race:
    def __init__(
        self, sweeps: SweepStore, sweep: SweepRecord, executor: Executor, control: SweepControl
    ) -> None:
        self._sweeps, self._executor, self._control = sweeps, executor, control
        self._sweep = sweep
        self._definition = sweep.definition
        self._prolonged: set[int] = set()
        self._trials = {trial.number: trial for trial in sweeps.trials(sweep.id)}
        self._pruner = Pruner(sweep.definition)
        self._asks = sweep.definition.pruning is not Pruning.NONE
        self._under_way: dict[int, int] = {}  # each with its epochs beyond the recipe
        self._asking: set[int] = set()  # those that wait for an answer
        self._stopped: set[int] = set()  # by a person
        self._pruned: set[int] = set()
        self._refusal = ""  # why none of them can be trained
        self._lost: dict[int, int] = {}  # how many workers of a trial are gone
        self._run_ids: dict[int, int] = {}
        self._epochs: dict[int, list[EpochDone]] = {}  # of those under way
        self._reports: deque[Report] = deque()  # not heard yet, as where it was closed meanwhile

    def events(self) -> Generator[SweepEvent | None, None, None]:
        ended = SweepState.FAILED  # unless something better is known at the end
        try:
            yield from self._begin()
            ended = yield from self._go_on()
        except GeneratorExit:  # closed between two events
            ended = self._control.ending
            raise
        finally:
            self._end(ended)
        yield self._changed()

    def _go_on(self) -> Generator[SweepEvent | None, None, SweepState]:
        """Go on until nothing is left or somebody elsewhere ends it; return how it ends."""
        while (state := self._sweeps.state(self._sweep.id)) is SweepState.RUNNING:
            yield from self._obey()
            known = len(self._trials)
            yield from self._propose()
            yield from self._submit()
            is_idle = not self._under_way and not self._waiting()
            if is_idle and known == len(self._trials):
                return SweepState.FINISHED if self._is_done() else self._sweep.state
            self._reports += self._executor.reports(HEARTBEAT_S)
            yield from self._submit()  # before what came of others is kept: that takes a while
            yield from self._hear()
            if self._refusal:
                raise ExecutorError(self._refusal)
            self._decide()
            yield None
        return state

    def _begin(self) -> Iterator[SweepEvent]:
        left = self._definition.runs - sum(each.state.is_settled for each in self._trials.values())
        self._executor.prepare(left if self._control.is_whole else 1)  # while some are proposed
        self._sweeps.take_runs(self._sweep.id)
        self._run_ids = self._sweeps.run_ids(self._sweep.id)
        # Whoever trained these is gone.
        cut_short = [each for each in self._trials.values() if not each.state.is_settled]
        self._keep(*(replace(trial, state=TrialState.WAITING) for trial in cut_short))
        self._sweeps.set_state(self._sweep.id, SweepState.RUNNING)
        yield self._changed()

    def _end(self, state: SweepState) -> None:
        """Have all trials end where they stand, and note where the sweep stands."""
        for number in self._under_way:
            self._executor.stop(number)
        limit = time.monotonic() + _ENDING_LIMIT_S
        try:
            while self._under_way and time.monotonic() < limit:
                self._reports += self._executor.reports(HEARTBEAT_S)
                for _other in self._hear():
                    pass
        finally:
            self._sweeps.set_state(self._sweep.id, state)

    def _changed(self) -> SweepChanged:
        return SweepChanged(self._sweeps.sweep(self._sweep.id), self._executor.capacity)

    # What is to be done

    def _obey(self) -> Iterator[SweepEvent]:
        """Do what a person wants of single trials."""
        for number, more_epochs in self._control.take():
            trial = self._trials.get(number)
            if trial is None:
                continue
            if more_epochs is not None:
                self._keep(prolonged(trial, more_epochs))
                self._prolonged.add(number)
                self._lost.pop(number, None)
            elif number in self._under_way:
                self._stopped.add(number)
                self._executor.stop(number)
                continue
            elif trial.state is TrialState.WAITING:
                self._keep(replace(trial, state=TrialState.STOPPED))
            yield self._told(number)

    def _propose(self) -> Iterator[SweepEvent]:
        """Propose the next generation, if the one before is told."""
        new = self._next() if self._control.is_whole else []
        self._keep(*map(self._checked, new))
        if new:
            yield self._changed()
        for trial in new:
            yield self._told(trial.number)

    def _next(self) -> list[TrialRecord]:
        trials = list(self._trials.values())
        if not all(trial.is_told(self._definition) for trial in trials):
            return []
        return next_trials(self._definition, self._sweep.id, trials)

    def _is_done(self) -> bool:
        """Whether nothing is left of the sweep, now that all is done which was to be done."""
        if self._control.is_whole:
            return True
        return all(each.state.is_settled for each in self._trials.values()) and not self._next()

    def _checked(self, trial: TrialRecord) -> TrialRecord:
        """Return a new trial, which fails where no run can be made of it."""
        try:
            trial.config(self._definition)
        except ConfigError as error:
            return replace(trial, state=TrialState.FAILED, reason=str(error))
        return trial

    def _waiting(self) -> list[TrialRecord]:
        wanted = self._trials if self._control.is_whole else self._prolonged
        trials = [self._trials[number] for number in sorted(wanted)]
        return [trial for trial in trials if trial.state is TrialState.WAITING]

    def _submit(self) -> Iterator[SweepEvent]:
        """Have as many trials trained as can be at once, in their order."""
        waiting, free = self._waiting(), self._free_places()
        for trial in waiting[: max(free, 0)]:
            self._under_way[trial.number] = trial.more_epochs
            self._stopped.discard(trial.number)  # it was prolonged since
            self._pruned.discard(trial.number)
            self._keep(replace(trial, state=TrialState.RUNNING))
            self._executor.submit(TrialTask.of(trial, self._definition))
            yield self._told(trial.number)
        if waiting and free <= 0 and self._asking and self._asking == self._under_way.keys():
            self._make_way(waiting[0])

    def _free_places(self) -> int:
        """Return how many more trials can be trained now; those that have ended need no place."""
        ended = {each.number for each in self._reports if isinstance(each, TaskEnded | TaskLost)}
        return self._executor.capacity - len(self._under_way.keys() - ended)

    def _make_way(self, first: TrialRecord) -> None:
        """Stop a trial that waits for the results of one which has no worker."""
        last = max(self._asking)
        if last > first.number:
            self._asking.discard(last)
            self._executor.stop(last)

    def _decide(self) -> None:
        """Answer the trials that ask whether they go on."""
        trials = list(self._trials.values())
        for number in sorted(self._asking):
            goes_on = number in self._stopped or self._pruner.goes_on(self._trials[number], trials)
            if goes_on is None:
                continue
            self._asking.discard(number)
            if not goes_on:
                self._pruned.add(number)
            self._executor.answer(number, goes_on=goes_on)

    # What has happened

    def _hear(self) -> Iterator[SweepEvent]:
        while self._reports:
            report = self._reports.popleft()
            if report.number not in self._under_way:
                continue
            match report:
                case TaskBegun():
                    self._run_ids[report.number] = self._list(report.number)
                    self._epochs[report.number] = []
                    yield self._told(report.number)
                case TaskAdvanced():
                    if self._advance(report.number, report.done):
                        yield self._told(report.number, report.done)
                case TaskEnded():
                    self._settle(report)
                    yield self._told(report.number)
                case TaskRefused():
                    self._refusal = report.reason
                    self._keep(replace(self._let_go(report.number), state=TrialState.WAITING))
                    yield self._told(report.number)
                case TaskLost():
                    yield self._lose(report)
                    yield self._told(report.number)

    def _list(self, number: int) -> int:
        return list_run(self._sweeps.runs, self._trials[number].key, self._sweep.id)

    def _advance(self, number: int, done: EpochDone) -> bool:
        """Keep what a trial came to; return False where that was told before."""
        trial = self._trials[number]
        figures = (*trial.figures[: done.epoch - 1], EpochFigures.of(done))
        is_new = figures != trial.figures[: done.epoch]
        if is_new:
            self._keep(replace(trial, figures=figures))
        epochs = self._epochs.setdefault(number, [])
        epochs.append(done)
        if number in self._run_ids:
            note_epochs(self._sweeps.runs, self._run_ids[number], epochs)
        if self._asks:
            self._asking.add(number)
        return is_new

    def _settle(self, ended: TaskEnded) -> None:
        number, state = ended.number, _ENDED.get(ended.status, TrialState.FAILED)
        if state is TrialState.WAITING and number in self._stopped:
            state = TrialState.STOPPED
        elif state is TrialState.WAITING and number in self._pruned:
            state = TrialState.PRUNED
        more_epochs = self._under_way[number]
        trial = self._let_go(number)
        settle_run(self._sweeps.runs, trial.key, ended.status)
        if state is TrialState.FINISHED and trial.more_epochs > more_epochs:
            state = TrialState.WAITING  # it was prolonged while it was under way
        self._keep(replace(trial, state=state, reason=ended.reason))

    def _lose(self, lost: TaskLost) -> WorkerLost:
        """Have another worker take up a trial, unless it has lost too many."""
        number, reason = lost.number, lost.reason
        trial = self._let_go(number)
        settle_run(self._sweeps.runs, trial.key, RunStatus.INTERRUPTED)
        self._lost[number] = self._lost.get(number, 0) + 1
        if self._lost[number] >= _ATTEMPTS:
            self._keep(replace(trial, state=TrialState.FAILED, reason=reason))
            return WorkerLost(number, reason)
        self._keep(replace(trial, state=TrialState.WAITING))
        advice = _("Trial {number} goes on from its last epoch.").format(number=number)
        return WorkerLost(number, sentences([reason, advice]))

    def _let_go(self, number: int) -> TrialRecord:
        self._under_way.pop(number, None)
        self._asking.discard(number)
        self._epochs.pop(number, None)
        return self._trials[number]

    def _keep(self, *trials: TrialRecord) -> None:
        if trials:
            self._sweeps.put_trials(trials)
            self._trials |= {trial.number: trial for trial in trials}

    def _told(self, number: int, done: EpochDone | None = None) -> TrialChanged:
        return TrialChanged(self._trials[number], done, self._run_ids.get(number))
