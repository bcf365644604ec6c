"""Why the best of many trials looks better than it is, and by how much.

Whoever picks the best of many results picks good luck along with it (the "winner's curse"). How
much luck that can be follows from how far the seeds of one recipe lie apart; how much it was is
seen once the recipe is trained again with seeds that had no part in its being picked.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, variance

from lenet_desktop.analysis.measures import Measure
from lenet_desktop.analysis.recipe_comparison import LEAST_SEEDS, SeedsMean
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, sentences, whole


def expected_luck(trials: int, scatter: float, seeds: int = 1) -> float:
    """Return by how much the best of many equally good recipes looks better than it is.

    The expected highest of so many normal values after Blom, "Statistical Estimates and
    Transformed Beta-Variables", 1958, off by at most 5 % of it. Recipes that differ leave less
    room for luck, so this is the most that is to be expected.

    Args:
        trials: from how many recipes the best was picked.
        scatter: the standard deviation of the results of one recipe over its seeds.
        seeds: of how many seeds the mean was taken.
    """
    if trials < 2:
        return 0.0
    highest = NormalDist().inv_cdf((trials - 0.375) / (trials + 0.25))
    return highest * scatter / math.sqrt(seeds)


def seed_scatter(recipes: Iterable[Sequence[float]]) -> float | None:
    """Return the standard deviation of one recipe's results over its seeds, of all recipes pooled.

    Values that are not finite do not count. None where no recipe has two seeds.
    """
    squares, freedom = 0.0, 0
    for values in recipes:
        finite = [value for value in values if math.isfinite(value)]
        if len(finite) >= LEAST_SEEDS:
            squares += variance(finite) * (len(finite) - 1)
            freedom += len(finite) - 1
    return math.sqrt(squares / freedom) if freedom else None


@dataclass(frozen=True, slots=True, kw_only=True)
class BestOfMany:
    """The recipe that came out best, and what to believe of that.

    Attributes:
        measure: by what it is the best.
        value: what it came to when it was picked: the mean of its seeds.
        seeds: of how many seeds that is the mean.
        trials: from how many recipes it was picked, those that diverged left out.
        scatter: as `seed_scatter` says; None where it is not known.
        again: what it came to with fresh seeds; None where it was not trained again.
    """

    measure: Measure
    value: float
    seeds: int
    trials: int
    scatter: float | None = None
    again: SeedsMean | None = None

    @property
    def sentence(self) -> str:
        """Say that it looks better than it is, and by how much its re-run came out otherwise."""
        if self.trials < 2:
            return ""
        if self.again is None:
            again = _("Train it again with fresh seeds to see by how much.")
            return sentences([self._warning, again])
        return sentences([self._warning, self._outcome(self.again)])

    def _outcome(self, again: SeedsMean) -> str:
        """Say what it came to when it was trained again."""
        gap = self.measure.gain(again.mean, self.value)
        if not gap:
            text = _("Trained again it came out the same ({seeds}).")
        elif (gap < 0) == self.measure.higher_is_better:
            text = _(
                "Trained again it came to {again}, {gap} lower than the {value} it was picked for "
                "({seeds})."
            )
        else:
            text = _(
                "Trained again it came to {again}, {gap} higher than the {value} it was picked for "
                "({seeds})."
            )
        return text.format(
            again=self.measure.text(again.mean),
            gap=self.measure.gap_with_unit(abs(gap)),
            value=self.measure.text(self.value),
            seeds=self._seeds_text(again),
        )

    def _seeds_text(self, again: SeedsMean) -> str:
        if again.interval is None:
            return counted(again.seeds, "{count} fresh seed", "{count} fresh seeds")
        low, high = (self.measure.text(value) for value in again.interval)
        return counted(
            again.seeds,
            "95 % interval {low} to {high}, {count} fresh seed",
            "95 % interval {low} to {high}, {count} fresh seeds",
            low=low,
            high=high,
        )

    @property
    def _warning(self) -> str:
        if not self.scatter:
            text = _(
                "The best of {trials} looks better than it is, as it was picked for its luck, too."
            )
            return text.format(trials=whole(self.trials))
        luck = expected_luck(self.trials, self.scatter, self.seeds)
        return _(
            "The best of {trials} looks better than it is, by up to about {gap} of luck."
        ).format(trials=whole(self.trials), gap=self.measure.gap_with_unit(luck))


def best_so_far(values: Sequence[float], measure: Measure) -> list[float]:
    """Return the best value up to each place; not a number before the first finite one."""
    best = math.nan
    course = []
    for value in values:
        if math.isfinite(value) and not measure.gain(best, value) >= 0:
            best = value
        course.append(best)
    return course


def picked_value(values: Sequence[float]) -> float:
    """Return the mean by which a recipe is ranked; not a number where one of its seeds diverged.

    A recipe that fails with one of its seeds is not to be picked for the others.
    """
    if not values or not all(math.isfinite(value) for value in values):
        return math.nan
    return fmean(values)
