"""Which recipes are tried next: all of it by Optuna, asked in generations and told in order.

What is proposed follows from the definition and the results of earlier generations alone. So it is
the same however many workers there are and whichever is first, and nothing of a sampler needs to be
kept: it is made anew for each generation.
"""

from __future__ import annotations

import math
import sys
import uuid
import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from lenet_desktop.settings.config_differences import without_seed
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.sweeps.definition import Sampler, SweepDefinition
from lenet_desktop.sweeps.records import TrialRecord, TrialState
from lenet_desktop.sweeps.vary import Vary

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.pruners import BasePruner
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial

Settings = Mapping[str, Any]
_DIGITS = 4
_TRIES = 50
"""How often another recipe is asked for in place of one that was tried already."""


def next_trials(
    definition: SweepDefinition, sweep_id: int, trials: Sequence[TrialRecord]
) -> list[TrialRecord]:
    """Return the trials of the next generation; none when all are proposed.

    A grid and a quasi-random sweep know all their recipes from the beginning, and propose every
    generation at once.

    Args:
        definition: what is asked for.
        sweep_id: the sweep that they become trials of.
        trials: those that were proposed before, in their order. Where the sampler learns from
            them, all of them are settled.
    """
    known = [next(group) for _, group in groupby(trials, key=lambda trial: trial.recipe)]
    count = definition.planned - len(known)
    if not definition.sampler.learns:
        if known:
            return []
    else:
        count = min(count, definition.generation)
    if count < 1:
        return []
    asked = _asked(definition, trials, len(known) // definition.generation)
    first = len(known) + 1
    new = _new(definition, [trial.settings for trial in known], asked, count)
    return [
        TrialRecord(
            sweep_id=sweep_id,
            number=(recipe - 1) * definition.seeds + offset + 1,
            recipe=recipe,
            generation=(recipe - 1) // definition.generation + 1,
            settings=settings,
            seed=definition.base.seed + offset,
            key=uuid.uuid4().hex,
        )
        for recipe, settings in enumerate(new, first)
        for offset in range(definition.seeds)
    ]


def _new(
    definition: SweepDefinition, known: Sequence[Settings], asked: Iterator[Settings], count: int
) -> list[Settings]:
    """Return so many recipes that nobody has tried, or fewer where the sampler has no more."""
    seen = {_recipe(definition, settings) for settings in known}
    new: list[Settings] = []
    tries = 0
    for settings in asked:
        recipe = _recipe(definition, settings)
        tries = tries + 1 if recipe in seen else 0
        if recipe not in seen:
            seen.add(recipe)
            new.append(settings)
        if len(new) == count or tries == _TRIES:
            break
    return new


def _recipe(definition: SweepDefinition, settings: Settings) -> Hashable:
    """Return what tells a recipe from all that compute something else."""
    try:
        return without_seed(definition.config(settings, definition.base.seed))
    except ConfigError:  # its trials say so
        return tuple(settings.items())


def _asked(
    definition: SweepDefinition, trials: Sequence[TrialRecord], generation: int
) -> Iterator[Settings]:
    """Yield what Optuna proposes, one after the other, as long as it has something."""
    if not definition.vary:
        yield {}
        return
    space = {each.name: _distribution(each) for each in definition.vary}
    study = new_study(definition, _sampler(definition, generation))
    if definition.sampler is Sampler.TPE:
        study.add_trials(list(_told(definition, trials, space)))
    elif definition.sampler is Sampler.SOBOL:
        # Its first trial would be drawn at random, only to see what is varied.
        study.add_trial(_trial({each.name: _first(each) for each in definition.vary}, space, 0.0))
    is_grid = definition.sampler is Sampler.GRID
    most = math.prod(len(each.values) for each in definition.vary) if is_grid else sys.maxsize
    for _ in range(most):
        values = study.ask(fixed_distributions=space).params
        yield {each.name: _value(each, values[each.name]) for each in definition.vary}


def new_study(
    definition: SweepDefinition,
    sampler: BaseSampler | None = None,
    pruner: BasePruner | None = None,
) -> Study:
    """Return an empty study of Optuna, in memory."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)  # it tells of every study that is made
    directions = optuna.study.StudyDirection
    is_higher_better = definition.aim.is_higher_better
    direction = directions.MAXIMIZE if is_higher_better else directions.MINIMIZE
    return optuna.create_study(direction=direction, sampler=sampler, pruner=pruner)


def _sampler(definition: SweepDefinition, generation: int) -> BaseSampler:
    from optuna.exceptions import ExperimentalWarning
    from optuna.samplers import GridSampler, QMCSampler, TPESampler

    seed = definition.seed
    match definition.sampler:
        case Sampler.GRID:
            places = {each.name: range(len(each.values)) for each in definition.vary}
            return GridSampler(places, seed=seed)
        case Sampler.SOBOL:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ExperimentalWarning)  # as it is for years
                return QMCSampler(qmc_type="sobol", scramble=True, seed=seed)
        case Sampler.TPE:
            state = np.random.SeedSequence((seed, generation)).generate_state(1)
            return TPESampler(seed=int(state[0]))


def _distribution(vary: Vary) -> BaseDistribution:
    """Return what Optuna draws from: a number, or the place of a value in the list."""
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    if vary.low is None or vary.high is None:
        return CategoricalDistribution(tuple(range(len(vary.values))))
    if vary.setting.is_whole:
        return IntDistribution(int(vary.low), int(vary.high), log=vary.is_log)
    return FloatDistribution(vary.low, vary.high, log=vary.is_log)


def _first(vary: Vary) -> float:
    """Return what Optuna may draw for a setting."""
    return vary.low if vary.low is not None else 0


def _value(vary: Vary, drawn: Any) -> Any:
    """Return a value of the list, or the number in as many digits as a person would type."""
    if vary.low is None or vary.high is None:
        return vary.values[drawn]
    if vary.setting.is_whole:
        return drawn
    return min(max(float(f"{drawn:.{_DIGITS}g}"), vary.low), vary.high)


def _drawn(vary: Vary, value: Any) -> Any:
    return value if vary.is_range else vary.values.index(value)


def _told(
    definition: SweepDefinition,
    trials: Sequence[TrialRecord],
    space: Mapping[str, BaseDistribution],
) -> Iterator[FrozenTrial]:
    """Yield what came of each recipe, over all of its seeds, as Optuna is told it."""
    for _, group in groupby(trials, key=lambda trial: trial.recipe):
        seeds = list(group)
        drawn = {each.name: _drawn(each, seeds[0].settings[each.name]) for each in definition.vary}
        yield _outcome(definition, seeds, drawn, space)


def _outcome(
    definition: SweepDefinition,
    seeds: Sequence[TrialRecord],
    drawn: Settings,
    space: Mapping[str, BaseDistribution],
) -> FrozenTrial:
    from optuna.trial import TrialState as Told

    if any(trial.state is TrialState.DIVERGED for trial in seeds):
        # Without a figure it is worse to the sampler than all that have one, and is learned from.
        return _trial(drawn, space, state=Told.PRUNED)
    judged = [trial for trial in seeds if trial.state.has_value and trial.figures]
    epochs = definition.epochs(seeds[0].settings)
    if not judged:
        return _trial(drawn, space, state=Told.FAIL)
    if any(trial.epochs_done < epochs and not trial.is_whole for trial in judged):
        courses = [_course(definition, trial, epochs) for trial in judged]
        steps = min(len(course) for course in courses)
        means = {step + 1: float(np.mean([c[step] for c in courses])) for step in range(steps)}
        return _trial(drawn, space, state=Told.PRUNED, figures=means)
    values = [trial.value(definition.aim, epochs) for trial in judged]
    return _trial(drawn, space, float(np.mean([each for each in values if each is not None])))


def _course(definition: SweepDefinition, trial: TrialRecord, epochs: int) -> list[float]:
    values = [each.value(definition.aim) for each in trial.figures[:epochs]]
    return [value for value in values if value is not None]


def _trial(
    drawn: Settings,
    space: Mapping[str, BaseDistribution],
    value: float | None = None,
    state: Any = None,
    figures: Mapping[int, float] | None = None,
) -> FrozenTrial:
    from optuna.trial import TrialState as Told
    from optuna.trial import create_trial

    return create_trial(
        params=dict(drawn),
        distributions=dict(space),
        value=value,
        state=state or Told.COMPLETE,
        intermediate_values=dict(figures or {}),
    )
