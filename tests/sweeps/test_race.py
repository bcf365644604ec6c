from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.judging import judge_run
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.sweeps.control import SweepControl, prolonged
from lenet_desktop.sweeps.definition import Aim, Pruning, Sampler, SweepDefinition
from lenet_desktop.sweeps.events import TrialChanged, WorkerLost
from lenet_desktop.sweeps.executor import Report, TaskEnded
from lenet_desktop.sweeps.race import race
from lenet_desktop.sweeps.records import SweepState, TrialState, best_trial
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.sweeps.vary import Vary
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import PredictionsReady
from tests.sweeps.interleaving import Interleaving
from tests.sweeps.outcomes import outcome, result, run_whole


def test_the_same_sweep_gives_the_same_trials_however_many_workers_there_are_and_whoever_is_late(
    tmp_path: Path, few_digits: DataSplits, brief: SweepDefinition
) -> None:
    definition = replace(
        brief,
        sampler=Sampler.TPE,
        pruning=Pruning.HALVING,
        aim=Aim.LOSS,
        recipes=9,
        generation=3,
    )
    one, two, three = (
        result(tmp_path / str(workers), few_digits, definition, workers, loses=workers - 1)
        for workers in (1, 2, 3)
    )
    assert one == two == three
    assert [number for number, *_ in one] == list(range(1, 10))
    ended = [(state, len(figures)) for _, _, state, figures, _ in one]
    assert set(ended) == {(TrialState.FINISHED, 2), (TrialState.PRUNED, 1)}


def test_a_grid_over_seeds_is_the_same_with_more_workers_than_a_generation_has_trials(
    tmp_path: Path, few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    definition = replace(
        brief,
        sampler=Sampler.GRID,
        pruning=Pruning.HALVING,
        aim=Aim.LOSS,
        vary=(Vary.parse("pooling=average,max"), Vary.parse("learning_rate=0.1,0.5")),
        recipes=3,
        seeds=2,
        generation=1,
    )
    one, three = (
        result(tmp_path / str(workers), few_digits, definition, workers) for workers in (1, 3)
    )
    assert one == three
    assert len(one) == 6
    # Those that are left wait for the results of a trial that nobody trains any more.
    fewer = Interleaving(store.folder, few_digits, 3, random.Random(1), loses=2, replaces=False)
    sweep_id = run_whole(store, fewer, definition)
    assert fewer.capacity == 1
    assert outcome(store, SweepStore(store).trials(sweep_id)) == one


def test_a_sweep_that_is_closed_at_any_moment_goes_on_to_the_same_bits(
    tmp_path: Path, few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    whole = result(tmp_path / "whole", few_digits, brief, 1)
    sweeps, delays = SweepStore(store), random.Random(5)
    sweep = sweeps.add(brief)
    control = SweepControl()
    closed = 0
    while sweeps.sweep(sweep.id).state is not SweepState.FINISHED:
        executor = Interleaving(store.folder, few_digits, 2, delays)
        with closing(race(sweeps, sweep.id, executor, control)) as events:
            for place, _ in enumerate(events):
                if place > 20 + delays.randrange(20):
                    break
            else:
                continue
        closed += 1
        assert sweeps.sweep(sweep.id).state is SweepState.PAUSED
        states = {trial.state for trial in sweeps.trials(sweep.id)}
        assert states <= {TrialState.FINISHED, TrialState.WAITING}

    assert closed > 2
    assert outcome(store, sweeps.trials(sweep.id)) == whole


def test_a_person_ends_a_trial_and_gives_another_one_more_epochs(
    few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    sweeps, control = SweepStore(store), SweepControl()
    sweep = sweeps.add(brief)
    executor = Interleaving(store.folder, few_digits, 2, random.Random(1))
    for event in race(sweeps, sweep.id, executor, control):
        if isinstance(event, TrialChanged) and event.trial.number == 1 and event.epoch:
            control.prolong_trial(1, 1) if event.epoch.epoch == 1 else None
        if isinstance(event, TrialChanged) and event.trial.number == 2 and event.epoch:
            control.stop_trial(2)
            control.stop_trial(6)

    first, second, *others, last = sweeps.trials(sweep.id)
    assert (first.state, first.epochs_done) == (TrialState.FINISHED, 3)
    assert (second.state, last.state) == (TrialState.STOPPED, TrialState.STOPPED)
    assert last.epochs_done == 0
    assert all(trial.state is TrialState.FINISHED for trial in others)
    run = store.record(store.id_of(first.key) or 0)
    assert (run.epochs_done, run.config.epochs, run.sweep_id) == (3, 3, sweep.id)


class InOnePiece(Interleaving):
    """Tells all of a trial at once, as a pipe does that was not read for a while."""

    def reports(self, timeout_s: float) -> Sequence[Report]:
        told = list(super().reports(timeout_s))
        while told and not isinstance(told[-1], TaskEnded):
            told += super().reports(timeout_s)
        return told


def test_what_was_told_before_a_sweep_is_closed_is_heard(
    few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    sweeps = SweepStore(store)
    sweep = sweeps.add(replace(brief, vary=(), recipes=None))
    executor = InOnePiece(store.folder, few_digits, 1, random.Random(1))
    with closing(race(sweeps, sweep.id, executor)) as events:
        for event in events:
            if isinstance(event, TrialChanged) and event.epoch:
                break
    (trial,) = sweeps.trials(sweep.id)
    assert (trial.state, trial.epochs_done) == (TrialState.FINISHED, 2)


def test_a_trial_that_was_ended_early_goes_on_to_the_end_that_it_had(
    tmp_path: Path, few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    definition = replace(brief, pruning=Pruning.HALVING, aim=Aim.LOSS)
    whole = result(tmp_path / "whole", few_digits, replace(definition, pruning=Pruning.NONE), 1)
    sweeps, delays = SweepStore(store), random.Random(1)
    sweep = sweeps.add(definition)
    control, stopped = SweepControl(), 1
    for event in race(sweeps, sweep.id, Interleaving(store.folder, few_digits, 2, delays), control):
        if isinstance(event, TrialChanged) and event.trial.number == stopped and event.epoch:
            control.stop_trial(stopped)
    trials = sweeps.trials(sweep.id)
    pruned = next(each.number for each in trials if each.state is TrialState.PRUNED)
    short = [trials[stopped - 1], trials[pruned - 1]]
    assert [(each.epochs_done, each.is_cut_short(definition)) for each in short] == [(1, True)] * 2

    # The sweep is closed in the middle of that, and goes on with what was wanted.
    sweeps.put_trials([prolonged(trial, 0) for trial in short])
    with closing(race(sweeps, sweep.id, Interleaving(store.folder, few_digits, 1, delays))) as some:
        next(event for event in some if isinstance(event, TrialChanged))
    for _ in race(sweeps, sweep.id, Interleaving(store.folder, few_digits, 1, delays)):
        pass
    told = {each[0]: each for each in outcome(store, sweeps.trials(sweep.id))}
    assert [told[number] for number in (stopped, pruned)] == [
        whole[stopped - 1], whole[pruned - 1],
    ]  # fmt: skip


def test_a_trial_that_was_ended_and_is_prolonged_goes_on_past_its_plan(
    few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    sweeps, control = SweepStore(store), SweepControl()
    sweep = sweeps.add(replace(brief, pruning=Pruning.MEDIAN, recipes=8, aim=Aim.LOSS))
    executor = Interleaving(store.folder, few_digits, 2, random.Random(1))
    pruned = None
    for event in race(sweeps, sweep.id, executor, control):
        if not isinstance(event, TrialChanged) or event.trial.state is not TrialState.PRUNED:
            continue
        if pruned is None:
            pruned = event.trial.number
            control.prolong_trial(pruned, 1)
    assert pruned is not None
    trial = sweeps.trials(sweep.id)[pruned - 1]
    assert (trial.state, trial.epochs_done) == (TrialState.FINISHED, 3)


def test_a_trial_that_was_stopped_and_is_prolonged_waits_where_the_sweep_is_closed(
    few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    sweeps, control = SweepStore(store), SweepControl()
    sweep = sweeps.add(replace(brief, vary=(), recipes=None))
    executor = Interleaving(store.folder, few_digits, 1, random.Random(1))
    with closing(race(sweeps, sweep.id, executor, control)) as events:
        for event in events:
            if not isinstance(event, TrialChanged):
                continue
            if event.trial.state is TrialState.STOPPED:
                control.prolong_trial(1, 1)
            elif event.epoch and event.trial.more_epochs:
                break
            elif event.epoch:
                control.stop_trial(1)
    (trial,) = sweeps.trials(sweep.id)
    assert trial.state is TrialState.WAITING


def test_a_trial_of_a_paused_sweep_goes_on_alone_and_leaves_the_others(
    few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    sweeps = SweepStore(store)
    sweep = sweeps.add(replace(brief, recipes=2))

    def executor() -> Interleaving:
        return Interleaving(store.folder, few_digits, 2, random.Random(1))

    with closing(race(sweeps, sweep.id, executor())) as events:
        next(event for event in events if isinstance(event, TrialChanged) and event.epoch)
    sweeps.set_state(sweep.id, SweepState.STOPPED)
    for more_epochs, epochs_done in ((0, 2), (1, 3)):
        control = SweepControl(is_whole=False)
        control.prolong_trial(2, more_epochs)
        for _ in race(sweeps, sweep.id, executor(), control):
            pass
        first, second = sweeps.trials(sweep.id)
        assert (second.state, second.epochs_done) == (TrialState.FINISHED, epochs_done)
        assert first.state is TrialState.WAITING
        assert first.epochs_done < 2
        assert sweeps.sweep(sweep.id).state is SweepState.STOPPED

    # What is left to be proposed stays so; once nothing is left, the sweep is finished.
    control = SweepControl(is_whole=False)
    control.prolong_trial(1, 0)
    for _ in race(sweeps, sweep.id, executor(), control):
        pass
    assert sweeps.sweep(sweep.id).counts == {TrialState.FINISHED: 2}
    assert sweeps.sweep(sweep.id).state is SweepState.FINISHED


def test_an_adaptive_sweep_proposes_nothing_while_one_trial_goes_on_alone(
    few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    sweeps = SweepStore(store)
    sweep = sweeps.add(replace(brief, sampler=Sampler.TPE, generation=1))
    with closing(
        race(sweeps, sweep.id, Interleaving(store.folder, few_digits, 1, random.Random(1)))
    ) as events:
        next(event for event in events if isinstance(event, TrialChanged) and event.epoch)
    control = SweepControl(is_whole=False)
    control.prolong_trial(1, 0)
    executor = Interleaving(store.folder, few_digits, 1, random.Random(1))
    for _ in race(sweeps, sweep.id, executor, control):
        pass
    assert sweeps.sweep(sweep.id).counts == {TrialState.FINISHED: 1}
    assert sweeps.sweep(sweep.id).state is SweepState.PAUSED


def test_a_trial_that_diverges_or_cannot_be_made_is_counted_and_nothing_is_chosen_by_it(
    few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    definition = replace(
        brief,
        sampler=Sampler.GRID,
        recipes=None,
        vary=(Vary.parse("learning_rate=0.1,1e30"), Vary.parse("optimizer=sgd,nesterov")),
    )
    executor = Interleaving(store.folder, few_digits, 2, random.Random(1))
    sweeps = SweepStore(store)
    sweep_id = run_whole(store, executor, definition)
    counts = sweeps.sweep(sweep_id).counts
    assert counts == {TrialState.FINISHED: 1, TrialState.DIVERGED: 1, TrialState.FAILED: 2}
    trials = sweeps.trials(sweep_id)
    assert all("momentum" in each.reason for each in trials if each.state is TrialState.FAILED)
    best = best_trial(trials, definition.aim)
    assert best is not None
    assert best.settings["learning_rate"] == 0.1


def test_a_trial_that_loses_one_worker_after_the_other_is_given_up(
    few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    definition = replace(brief, vary=(), recipes=None, base=replace(brief.base, epochs=40))
    executor = Interleaving(store.folder, few_digits, 1, random.Random(1), loses=9)
    sweeps = SweepStore(store)
    sweep = sweeps.add(definition)
    events = list(race(sweeps, sweep.id, executor))
    told = [event.reason for event in events if isinstance(event, WorkerLost)]
    assert ["goes on" in reason for reason in told] == [True, True, False]
    (trial,) = sweeps.trials(sweep.id)
    assert (trial.state, trial.reason) == (TrialState.FAILED, "It is gone.")
    assert trial.epochs_done > 2, "it went on from where it was each time"

    # A person may have it tried again, and then one worker that is lost is none too many.
    control = SweepControl(is_whole=False)
    control.prolong_trial(1, 0)
    executor = Interleaving(store.folder, few_digits, 1, random.Random(1), loses=1)
    for _ in race(sweeps, sweep.id, executor, control):
        pass
    (trial,) = sweeps.trials(sweep.id)
    assert (trial.state, trial.reason, trial.epochs_done) == (TrialState.FINISHED, "", 40)


def test_the_runs_of_a_sweep_are_in_the_list_and_not_judged_until_one_is_picked(
    few_digits: DataSplits, brief: SweepDefinition, store: RunStore
) -> None:
    executor = Interleaving(store.folder, few_digits, 2, random.Random(1))
    sweeps = SweepStore(store)
    sweep_id = run_whole(store, executor, replace(brief, recipes=2))
    records = store.records()
    assert {record.sweep_id for record in records} == {sweep_id}
    assert [record.id for record in records] == sorted(sweeps.run_ids(sweep_id).values())[::-1]
    assert not any(record.is_judged for record in records)
    assert store.latest() is None  # nothing is shown at the next start that no person has picked
    assert all(record.validation_accuracy is not None for record in records)

    run_id = records[0].id
    opened = read_run(store, run_id)
    assert (opened.predictions, opened.notice) == ((), None)
    assert len(opened.snapshots) == 2
    for _ in judge_run(store, run_id, few_digits):
        pass
    assert [record.is_judged for record in store.records()] == [True, False]
    assert (picked := store.latest()) is not None
    assert picked.id == run_id

    # It is as if it had been judged all along.
    judged = Trainer(records[0].config, few_digits, Device(CPU, ""))
    answers = [each for each in judged.events() if isinstance(each, PredictionsReady)]
    opened = read_run(store, run_id)
    for kept, told in zip(opened.predictions, answers, strict=True):
        assert kept.probabilities.tobytes() == told.predictions.probabilities.tobytes()
    assert opened.checkpoint is not None
    figures = [(done.test_loss, done.test_accuracy) for done in opened.checkpoint.epochs]
    assert figures == [(each.predictions.loss, each.predictions.accuracy) for each in answers]

    sweeps.delete([sweep_id])
    assert not store.records()
    sweeps.restore([sweep_id])
    assert len(store.records()) == 2
