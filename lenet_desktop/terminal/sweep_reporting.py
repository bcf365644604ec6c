"""What a sweep looks like in a terminal: lines of words, or lines of JSON."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from tqdm import tqdm

from lenet_desktop.analysis.measures import Measure
from lenet_desktop.sweeps.definition import Aim, SweepDefinition
from lenet_desktop.sweeps.events import SweepChanged, SweepEvent, TrialChanged, WorkerLost
from lenet_desktop.sweeps.findings import SweepFindings, recipe_name
from lenet_desktop.sweeps.records import SweepRecord, TrialRecord, TrialState, best_trial
from lenet_desktop.terminal.output import fitted, say, tell, write_json
from lenet_desktop.terminal.reporting import Reporter
from lenet_desktop.text.language import _, ngettext, pgettext
from lenet_desktop.text.wording import counted, joined, listed, sentences

MEASURES = {Aim.ACCURACY: Measure.ACCURACY, Aim.LOSS: Measure.LOSS}


class SweepTextReporter(Reporter):
    """Prints a line for each trial that is through, and a bar."""

    def __init__(self) -> None:
        super().__init__()
        self._definition: SweepDefinition | None = None
        self._best: TrialRecord | None = None
        self._epochs: Counter[int] = Counter()  # of each trial under way, as far as shown here

    def show(self, event: SweepEvent) -> None:
        """Print what an event means, if anything."""
        match event:
            case SweepChanged() if self._bar is None:
                self._tell_of(event)
            case TrialChanged():
                self._show_trial(event)
            case WorkerLost():
                with tqdm.external_write_mode(file=sys.stderr):
                    say(event.reason)

    def _tell_of(self, event: SweepChanged) -> None:
        definition = self._definition = event.sweep.definition
        text = _("{sweep}: {asked_for}, {capacity} at once")
        tell(
            text.format(
                sweep=event.sweep.name, asked_for=asked_for(definition), capacity=event.capacity
            )
        )
        epochs = (definition.runs - event.sweep.settled) * definition.most_epochs
        self.begin(epochs, pgettext("counted", "epoch"))

    def _show_trial(self, event: TrialChanged) -> None:
        trial, definition = event.trial, self._definition
        if definition is None or self._bar is None:
            return
        if event.epoch is not None:
            self._epochs[trial.number] += 1
            self._bar.update()
        if not trial.state.is_settled:
            return
        # It was thought to have as many as any has, all of them to come.
        surplus = definition.most_epochs - self._epochs.pop(trial.number, 0)
        self._bar.total = (self._bar.total or 0) - surplus
        self._best = best_trial(
            [each for each in (self._best, trial) if each is not None], definition.aim
        )
        if self._best is not None:
            value = self._best.value(definition.aim)
            best = "" if value is None else MEASURES[definition.aim].text(value)
            self._bar.set_postfix_str(
                fitted(_("best {value}").format(value=best), sys.stderr), refresh=False
            )
        with tqdm.external_write_mode(file=sys.stdout):
            tell(trial_line(trial, definition, event.run_id))


class SweepJsonReporter(Reporter):
    """Prints every event as a line of JSON, with its name in snake case."""

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


def sweep_values(sweep: SweepRecord) -> dict[str, object]:
    """Return a sweep as plain JSON values."""
    return {
        "sweep": sweep.id,
        "name": sweep.name,
        "state": sweep.state,
        "can_go_on": sweep.state.can_go_on,
        "scheduler": sweep.scheduler,
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
    if not definition.vary:
        return counted(
            definition.seeds, "one recipe with {count} seed", "one recipe with {count} seeds"
        )
    recipes = counted(definition.planned, "{count} recipe", "{count} recipes")
    if definition.seeds > 1:
        recipes = counted(
            definition.seeds,
            "{recipes} with {count} seed each",
            "{recipes} with {count} seeds each",
            recipes=recipes,
        )
    text = (
        _("{recipes} by {sampler}, varying {varied}")
        if definition.pruning == "none"
        else _("{recipes} by {sampler}, {pruning} pruning, varying {varied}")
    )
    return text.format(
        recipes=recipes,
        sampler=definition.sampler,
        pruning=definition.pruning,
        varied=listed(each.setting.noun for each in definition.vary),
    )


def trial_line(trial: TrialRecord, definition: SweepDefinition, run_id: int | None) -> str:
    """Return what a trial has come to: its figures, its recipe and its run."""
    figures = trial.best()
    told = [_("trial {number}").format(number=trial.number), trial.state.words]
    if figures is not None:
        told.append(_("val loss {figure}").format(figure=f"{figures.loss:.4f}"))
        told.append(_("val acc {figure}").format(figure=f"{figures.accuracy:.3f}"))
    if trial.epochs_done:
        told.append(_("epochs {number}").format(number=trial.epochs_done))
    if trial.reason:
        return joined([*told, trial.reason])
    if definition.vary:
        names = [each.name for each in definition.vary]
        told.append(recipe_name(trial.config(definition), names))
    if definition.seeds > 1:
        told.append(_("seed {value}").format(value=trial.seed))
    run = _("no run") if run_id is None else _("run {number}").format(number=run_id)
    return joined([*told, run])


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
        counted(count, "{count} trial {state}", "{count} trials {state}", state=state.words)
        for state in TrialState
        if (count := sweep.counts.get(state))
    ]
    text = _("{sweep} is {state}: {counts}.")
    told = listed(counts) or _("no trial yet")
    yield text.format(sweep=sweep.name, state=sweep.state.words, counts=told)
    findings = SweepFindings(sweep.definition, trials)
    best = findings.best
    if best is None or best.mean is None:
        return
    if not sweep.definition.vary:
        yield findings.best_text
        return
    definition = sweep.definition
    whole = (t.number for t in trials if t.recipe == best.number and t.is_complete(definition))
    runs = [run_ids[number] for number in whole if number in run_ids]  # others are deleted
    text = (
        ngettext(
            "The best recipe is {recipe}, run {runs}.",
            "The best recipe is {recipe}, runs {runs}.",
            len(runs),
        )
        if runs
        else _("The best recipe is {recipe}.")
    )
    value = best.mean.text(findings.measure)
    measured = _("{measure}: {value}.").format(measure=findings.measure_text, value=value)
    yield sentences([text.format(recipe=best.name, runs=listed(runs)), measured])
    belief = findings.best_of_many(others)
    if belief is not None and belief.sentence:
        yield belief.sentence
    if not sweep.definition.judges_test_images:
        yield _(
            "The test images were not looked at, or a recipe would be picked for them, too: open "
            "the run that you pick in the window to judge it."
        )
