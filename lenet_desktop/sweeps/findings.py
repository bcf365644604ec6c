"""What the trials of a sweep amount to: its recipes, the best of them, and what to believe."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from lenet_desktop.analysis.importance import Importance, importance_of_settings
from lenet_desktop.analysis.measures import Measure
from lenet_desktop.analysis.recipe_comparison import (
    RecipeComparison,
    SeedsMean,
    compare_recipes,
    seeds_mean,
)
from lenet_desktop.analysis.selection import BestOfMany, best_so_far, picked_value, seed_scatter
from lenet_desktop.settings.config import MAX_SEED, TrainingConfig
from lenet_desktop.settings.config_differences import (
    recipe_text,
    setting_phrase,
    setting_text,
    without_seed,
)
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.records import TrialRecord, TrialState
from lenet_desktop.text.language import _
from lenet_desktop.text.numbers import write_number
from lenet_desktop.text.wording import joined, sentences

FRESH_SEEDS = 5
_FAR, _LEAST_REACH = 4, 0.005
_DIGITS, _FEW_DIGITS = 4, 3


@dataclass(frozen=True, slots=True)
class RecipeResult:
    """What one recipe of a sweep came to.

    Attributes:
        number: that of the recipe, from 1.
        name: what tells it from the others, as "rate 0.31, ReLU".
        short: the same without words for numbers, as "0.31, ReLU".
        config: it, with its first seed.
        settings: the values of the settings that are varied.
        scores: what each seed came to that has done what is planned, not a number where it
            diverged.
        is_pruned: whether a seed was ended early as it was worse, so that those that are left are
            the lucky ones.
    """

    number: int
    name: str
    short: str
    config: TrainingConfig
    settings: Mapping[str, Any]
    scores: Mapping[int, float]
    is_pruned: bool = False

    @property
    def mean(self) -> SeedsMean | None:
        """The mean of its seeds, None where none ended well."""
        return seeds_mean(list(self.scores.values()))


@dataclass(frozen=True)
class SweepFindings:
    """A sweep as it stands, looked at as a whole.

    Attributes:
        definition: what it was asked to do.
        trials: in the order of their numbers.
    """

    definition: SweepDefinition
    trials: Sequence[TrialRecord]

    @property
    def measure(self) -> Measure:
        """By what its trials are judged."""
        return Measure(self.definition.aim.value)

    @property
    def measure_text(self) -> str:
        """What that is called: "Accuracy, held out", or of which other images it is."""
        match self.measure, self.definition.judges_test_images:
            case Measure.ACCURACY, True:
                return _("Accuracy, test images")
            case Measure.ACCURACY, False:
                return _("Accuracy, held out")
            case _loss, True:
                return _("Loss, test images")
            case _loss, _held_out:
                return _("Loss, held out")

    @property
    def names(self) -> tuple[str, ...]:
        """The settings that are varied."""
        return tuple(each.name for each in self.definition.vary)

    def value(self, trial: TrialRecord) -> float:
        """Return what a trial came to, not a number where there is nothing to compare."""
        value = trial.value(self.definition.aim)
        return math.nan if value is None else value

    @cached_property
    def diverged(self) -> int:
        """How many trials diverged; they are counted, and no plot makes room for them."""
        return sum(trial.state is TrialState.DIVERGED for trial in self.trials)

    @cached_property
    def usual_range(self) -> tuple[float, float]:
        """Where the values worth looking at lie: all of them, but for those that are far off.

        Those are four times as far from the best as the better half is. Some trials of nearly
        every sweep learn nothing at all, and would flatten all plots.
        """
        values = self._values
        if not len(values):
            return 0.0, 1.0
        best = self.measure.best(values.tolist())
        reach = _FAR * max(abs(best - float(np.median(values))), _LEAST_REACH)
        near = values[np.abs(values - best) <= reach]
        return float(near.min()), float(near.max())

    @cached_property
    def far_off(self) -> int:
        """How many values lie outside of the usual range."""
        low, high = self.usual_range
        return int(np.count_nonzero((self._values < low) | (self._values > high)))

    @property
    def _values(self) -> npt.NDArray[np.float64]:
        values = np.array([self.value(trial) for trial in self.trials], np.float64)
        return values[np.isfinite(values)]

    @cached_property
    def recipes(self) -> tuple[RecipeResult, ...]:
        """The recipes of which a trial came to its end, the best first, those that failed last.

        One of which a seed was pruned comes behind all of which none was.
        """
        trials: dict[int, list[TrialRecord]] = {}
        for trial in self.trials:
            if trial.state is TrialState.DIVERGED or trial.is_complete(self.definition):
                trials.setdefault(trial.recipe, []).append(trial)
        return tuple(sorted(map(self._recipe, trials.values()), key=self._rank))

    @cached_property
    def course(self) -> list[float]:
        """The best value up to each trial; not a number before the first."""
        values = [
            self.value(trial) if trial.is_complete(self.definition) else math.nan
            for trial in self.trials
        ]
        return best_so_far(values, self.measure)

    @property
    def best(self) -> RecipeResult | None:
        """The recipe that came out best with all of its seeds so far."""
        best = next(iter(self.recipes), None)
        return None if best is None or not _has_value(best) else best

    @property
    def best_text(self) -> str:
        """Say which recipe came out best, and what it came to; "" where none did."""
        if self.best is None or self.best.mean is None:
            return ""
        measured = _("{measure}: {value}.").format(
            measure=self.measure_text, value=self.best.mean.text(self.measure)
        )
        if not self.names:
            return measured
        return sentences(
            [_("The best recipe is {recipe}.").format(recipe=self.best.name), measured]
        )

    def best_of_many(self, others: Sequence[SweepFindings] = ()) -> BestOfMany | None:
        """Return what to believe of the best recipe; None where there is none.

        Args:
            others: other sweeps, among them the one that trained it again with fresh seeds.
        """
        if self.best is None:
            return None
        again = self.scores_again(others)
        return BestOfMany(
            measure=self.measure,
            value=picked_value(list(self.best.scores.values())),
            seeds=len(self.best.scores),
            trials=sum(_has_value(recipe) for recipe in self.recipes),
            scatter=seed_scatter([list(recipe.scores.values()) for recipe in self.recipes]),
            again=seeds_mean(list(again.values())),
        )

    def scores_again(self, others: Sequence[SweepFindings]) -> dict[int, float]:
        """Return what seeds that had no part in its being picked came to with the best recipe."""
        if self.best is None:
            return {}
        recipe = without_seed(self.best.config)
        return {
            seed: value
            for other in others
            if other.measure is self.measure and other.definition != self.definition
            for result in other.recipes
            if without_seed(result.config) == recipe
            for seed, value in result.scores.items()
            if seed not in self.best.scores
        }

    def repeated_best(self, seeds: int = FRESH_SEEDS) -> SweepDefinition | None:
        """Return the sweep that trains the best recipe again with seeds that it has not had."""
        if self.best is None:
            return None
        first = min(max(self.best.scores) + 1, MAX_SEED - seeds + 1)
        base = replace(self.best.config, seed=first)
        return SweepDefinition(base=base, seeds=seeds, aim=self.definition.aim)

    def compare(self, a: RecipeResult, b: RecipeResult) -> RecipeComparison | None:
        """Compare two recipes over their seeds; None where one of them has no result."""
        return compare_recipes(a.scores, b.scores, self.measure)

    def importance(self) -> Importance:
        """Say which of the varied settings matter; this takes up to seconds."""
        logarithmic = frozenset(each.name for each in self.definition.vary if each.is_log)
        rows = [
            (recipe.settings, mean.mean)
            for recipe in self.recipes
            if (mean := recipe.mean) is not None and _has_value(recipe)
        ]
        return importance_of_settings(rows, logarithmic)

    @cached_property
    def _pruned(self) -> frozenset[int]:
        """The recipes of which a seed was ended early as it was worse."""
        return frozenset(trial.recipe for trial in self.trials if trial.state is TrialState.PRUNED)

    def _recipe(self, trials: Sequence[TrialRecord]) -> RecipeResult:
        first = trials[0]
        config = first.config(self.definition)
        return RecipeResult(
            number=first.recipe,
            name=recipe_name(config, self.names),
            short=_short_name(config, self.names),
            config=config,
            settings=first.settings,
            is_pruned=first.recipe in self._pruned,
            scores={trial.seed: self.value(trial) for trial in trials},
        )

    def _rank(self, recipe: RecipeResult) -> tuple[bool, bool, float, int]:
        value = picked_value(list(recipe.scores.values()))
        if math.isnan(value):
            return True, recipe.is_pruned, 0.0, recipe.number
        signed = -value if self.measure.higher_is_better else value
        return False, recipe.is_pruned, signed, recipe.number


def recipe_name(config: TrainingConfig, names: Sequence[str]) -> str:
    """Return what tells a recipe from the others of its sweep: "rate 0.31, ReLU"."""
    short = _rounded(config, names)
    return joined(setting_phrase(short, name) for name in names) or recipe_text(config)


def _short_name(config: TrainingConfig, names: Sequence[str]) -> str:
    short = _rounded(config, names, _FEW_DIGITS)
    return joined(setting_text(short, name) for name in names) or _("This recipe")


def _rounded(config: TrainingConfig, names: Sequence[str], digits: int = _DIGITS) -> TrainingConfig:
    """Return a recipe whose varied settings have no more digits than a person reads."""
    short: dict[str, Any] = {
        name: float(f"{getattr(config, name):.{digits}g}")
        for name in names
        if isinstance(getattr(config, name), float)
    }
    return replace(config, **short)


def _has_value(recipe: RecipeResult) -> bool:
    return not math.isnan(picked_value(list(recipe.scores.values())))


def number_text(value: float) -> str:
    """Write a number with four digits at the most."""
    return write_number(float(f"{value:.{_DIGITS}g}"))
