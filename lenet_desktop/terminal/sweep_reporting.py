"""What a sweep looks like in a terminal: lines of words, or lines of JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import NoReturn

from tqdm import tqdm

from lenet_desktop.analysis.measures import Measure
from lenet_desktop.sweeps.definition import Aim, SweepDefinition
from lenet_desktop.sweeps.events import SweepChanged, SweepEvent, TrialChanged, WorkerLost
from lenet_desktop.sweeps.findings import SweepFindings, recipe_name
from lenet_desktop.sweeps.records import SweepRecord, TrialRecord, TrialState, best_trial
from lenet_desktop.terminal.output import fitted, say, tell, write
from lenet_desktop.text.wording import counted, listed

MEASURES = {Aim.ACCURACY: Measure.ACCURACY, Aim.LOSS: Measure.LOSS}


class SweepTextReporter:
    """Prints a line for each trial that is through, and a bar where somebody can see it move."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None
        self._definition: SweepDefinition | None = None
        self._best: TrialRecord | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, event: SweepEvent) -> None:
        """Print what an event means, if anything."""
        match event:
            case SweepChanged() if self._bar is None:
                self._begin(event)
            case TrialChanged():
                self._show_trial(event)
            case WorkerLost():
                with tqdm.external_write_mode(file=sys.stderr):
                    say(event.reason)

    def _begin(self, event: SweepChanged) -> None:
        definition = self._definition = event.sweep.definition
        tell(f"{event.sweep.name}: {asked_for(definition)}, {event.capacity} at once")
        self._bar = tqdm(
            total=definition.runs * definition.base.epochs,
            unit="epoch",
            leave=False,
            disable=None,  # where standard error is no terminal
            file=sys.stderr,
        )

    def _show_trial(self, event: TrialChanged) -> None:
        trial, definition = event.trial, self._definition
        if definition is None or self._bar is None:
            return
        if event.epoch is not None:
            self._bar.update()
        if not trial.state.is_settled:
            return
        self._best = best_trial(
            [each for each in (self._best, trial) if each is not None], definition.aim
        )
        if self._best is not None:
            value = self._best.value(definition.aim)
            best = "" if value is None else MEASURES[definition.aim].text(value)
            self._bar.set_postfix_str(fitted(f"best {best}", sys.stderr), refresh=False)
        with tqdm.external_write_mode(file=sys.stdout):
            tell(trial_line(trial, definition, event.run_id))


class SweepJsonReporter:
    """Prints every event as a line of JSON, with its name in snake case."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, event: SweepEvent) -> None:
        """Print an event."""
        match event:
            case SweepChanged():
                told = {"event": "sweep_changed", **sweep_values(event.sweep)}
                told["capacity"] = event.capacity
            case TrialChanged():
                told = {"event": "trial_changed", **trial_values(event.trial, event.run_id)}
                told["epoch"] = None if event.epoch is None else asdict(event.epoch)
            case WorkerLost():
                told = {"event": "worker_lost", **asdict(event)}
        write_json(told)


def write_json(values: dict[str, object]) -> None:
    """Print a line of JSON."""
    write(json.dumps(values) + "\n", sys.stdout)


def sweep_values(sweep: SweepRecord) -> dict[str, object]:
    """Return a sweep as plain JSON values."""
    return {
        "sweep": sweep.id,
        "name": sweep.name,
        "state": sweep.state,
        "definition": sweep.definition.to_dict(),
        "runs": sweep.definition.runs,
        "counts": dict(sweep.counts),
    }


def trial_values(trial: TrialRecord, run_id: int | None) -> dict[str, object]:
    """Return a trial as plain JSON values; `key` is that of its run."""
    values = asdict(trial)
    return {"sweep": values.pop("sweep_id"), "trial": values.pop("number"), "run": run_id, **values}


def asked_for(definition: SweepDefinition) -> str:
    """Say in few words what a sweep is asked for: "40 recipes with 3 seeds each, by sobol"."""
    seeds = counted(definition.seeds, "seed")
    if not definition.vary:
        return f"one recipe with {seeds}"
    varied = listed(each.setting.noun for each in definition.vary)
    with_seeds = "" if definition.seeds == 1 else f" with {seeds} each"
    pruned = "" if definition.pruning == "none" else f", {definition.pruning} pruning"
    recipes = counted(definition.planned, "recipe")
    return f"{recipes}{with_seeds} by {definition.sampler}{pruned}, varying {varied}"


def trial_line(trial: TrialRecord, definition: SweepDefinition, run_id: int | None) -> str:
    """Return what a trial has come to: its figures, its recipe and its run."""
    figures = trial.best()
    told = [f"trial {trial.number}", str(trial.state)]
    if figures is not None:
        told += [f"val loss {figures.loss:.4f}", f"val acc {figures.accuracy:.3f}"]
    if trial.epochs_done:
        told.append(f"epochs {trial.epochs_done}")
    if trial.reason:
        return ", ".join([*told, trial.reason])
    if definition.vary:
        names = [each.name for each in definition.vary]
        told.append(recipe_name(trial.config(definition), names))
    told += [f"seed {trial.seed}"] if definition.seeds > 1 else []
    return ", ".join([*told, "no run" if run_id is None else f"run {run_id}"])


def outcome(
    sweep: SweepRecord,
    trials: list[TrialRecord],
    run_ids: Mapping[int, int],
    others: Sequence[SweepFindings] = (),
) -> Iterator[str]:
    """Yield sentences about what came of a sweep, and what to believe of it.

    Args:
        sweep: the sweep.
        trials: those that were proposed by now.
        run_ids: the runs of trials in the list of runs.
        others: other sweeps, which may have trained its best recipe again.
    """
    counts = [
        f"{counted(sweep.counts[state], 'trial')} {state}"
        for state in TrialState
        if sweep.counts.get(state)
    ]
    yield f"{sweep.name} is {sweep.state}: {listed(counts) or 'no trial yet'}."
    findings = SweepFindings(sweep.definition, trials)
    best = findings.best
    if best is None or best.mean is None:
        return
    value = best.mean.text(findings.measure)
    if not sweep.definition.vary:
        yield f"{findings.measure_text}: {value}."
        return
    of_best = (each.number for each in trials if each.recipe == best.number)
    runs = [run_ids[number] for number in of_best if number in run_ids]  # some wait, or are deleted
    which = f", {'run' if len(runs) == 1 else 'runs'} {listed(runs)}" if runs else ""
    yield f"The best recipe is {best.name}{which}. {findings.measure_text}: {value}."
    belief = findings.best_of_many(others)
    if belief is not None and belief.sentence:
        yield belief.sentence
    if not sweep.definition.judges_test_images:
        yield (
            "The test images were not looked at, or a recipe would be picked for them, too: open "
            "the run that you pick in the window to judge it."
        )
