"""Two recipes, each trained with several seeds: which is better, and whether that can be chance.

A single run says little of its recipe, as another seed could have turned out otherwise. Hence the
unit is the seed, and the test is Student's of the differences over the seeds that both recipes
share, or else that of Welch, "The generalization of Student's problem when several different
population variances are involved", 1947. Two single networks are compared by McNemar's test, in
`paired_outcomes`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import NamedTuple

from lenet_desktop.analysis.measures import Measure
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, figure, joined, sentences, whole

CONFIDENCE = 0.95
LEAST_SEEDS = 2
"""Seeds of a recipe without which nothing is known of how far they lie apart."""
ENOUGH_SEEDS = 5
"""Seeds of a recipe from which its interval is no longer wide for want of seeds alone."""
_ROUNDING = 1e-12

Scores = Mapping[int, float]
"""What each seed of a recipe came to."""


class Interval(NamedTuple):
    """The 95 % confidence interval of a mean, or of a difference of means."""

    low: float
    high: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, float | int) and self.low <= value <= self.high


class SeedsMean(NamedTuple):
    """What the seeds of one recipe came to.

    Attributes:
        mean: of the finite values.
        interval: of the mean; None for fewer than two of them.
        seeds: how many there are.
        diverged: how many more are not finite, and do not count.
    """

    mean: float
    interval: Interval | None
    seeds: int
    diverged: int = 0

    def text(self, measure: Measure) -> str:
        """Write it for a table: "91.2 % ± 0.4, 5 seeds"."""
        words = [measure.text(self.mean)]
        if self.interval is not None:
            reach = (self.interval.high - self.interval.low) / 2
            words.append(f"± {measure.gap_text(reach, measure.decimals(reach))}")
        parts = [" ".join(words), counted(self.seeds, "{count} seed", "{count} seeds")]
        if self.diverged:
            parts.append(counted(self.diverged, "{count} diverged", "{count} diverged"))
        return joined(parts)


def seeds_mean(values: Sequence[float]) -> SeedsMean | None:
    """Return the mean of what the seeds of a recipe came to; None where no seed ended well.

    The interval is that of Student's t, which assumes that the seeds scatter normally.
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return None
    diverged = len(values) - len(finite)
    if len(finite) < LEAST_SEEDS:
        return SeedsMean(finite[0], None, 1, diverged)
    interval = _around(*_error_of_mean(finite))
    return SeedsMean(fmean(finite), interval, len(finite), diverged)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeComparison:
    """How much better one recipe is than another one, and what is known of that.

    Attributes:
        measure: what they are compared by.
        gain: by how much the mean of the first is better, below 0 if it is worse.
        interval: of `gain`; None where too few seeds were trained, or all came out too alike.
        p_value: how probable so large a gain, or a larger one, is if the recipes are equally
            good; None where there is no interval.
        seeds: how many of each count.
        is_paired: whether these are the seeds that both share.
        diverged: how many of each were left out as they diverged.
    """

    measure: Measure
    gain: float
    interval: Interval | None
    p_value: float | None
    seeds: tuple[int, int]
    is_paired: bool
    diverged: tuple[int, int] = (0, 0)

    @property
    def could_be_chance(self) -> bool:
        """Whether the recipes may well be equally good, for all that is known."""
        return self.interval is None or 0 in self.interval

    def sentence(self, name_a: str, name_b: str) -> str:
        """Say which recipe is better and by how much: "… (0.8 to 1.6, 5 seeds each)."."""
        a_leads = self.gain >= 0
        better, worse = (name_a, name_b) if a_leads else (name_b, name_a)
        named = {
            "better": better,
            "worse": worse,
            "lead": self.measure.gap_with_unit(abs(self.gain)),
            "seeds": self._seeds_text(a_leads),
            "reach": self._interval_text(a_leads),
        }
        if self.interval is None:
            text = (
                _("{better} and {worse} came out equal ({seeds}).")
                if self.gain == 0
                else _("{better} came out better than {worse} by {lead} ({seeds}).")
            )
            return sentences([text.format(**named), self._why_no_interval])
        if self.gain == 0:
            text = _(
                "{better} and {worse} came out equal, which could be chance ({reach}, {seeds})."
            )
        elif self.could_be_chance:
            text = _(
                "{better} came out better than {worse} by {lead}, which could be chance ({reach}, "
                "{seeds})."
            )
        else:
            text = _("{better} is better than {worse} by {lead} ({reach}, {seeds}).")
        return sentences([text.format(**named), self._too_few_text])

    @property
    def method(self) -> str:
        """Say what the interval is, for those who want to know."""
        if self.p_value is None:
            return _("There is no test of so few, or so equal, results.")
        p = "p < 0.0001" if self.p_value < 0.0001 else f"p = {figure(self.p_value, '.2g')}"
        if self.is_paired:
            said = counted(
                self.seeds[0],
                "95 % interval; paired t-test over {count} shared seed, {p}.",
                "95 % interval; paired t-test over {count} shared seeds, {p}.",
                p=p,
            )
        else:
            said = _(
                "95 % interval; Welch's t-test, as the recipes share fewer than two seeds, {p}."
            ).format(p=p)
        lost = sum(self.diverged)
        left_out = counted(
            lost,
            "{count} run diverged and is left out.",
            "{count} runs diverged and are left out.",
        )
        return sentences([said, left_out if lost else ""])

    def _seeds_text(self, a_leads: bool) -> str:
        a, b = self.seeds if a_leads else reversed(self.seeds)
        if a == b:
            return counted(a, "{count} seed each", "{count} seeds each")
        return counted(b, "{other} and {count} seed", "{other} and {count} seeds", other=whole(a))

    @property
    def _why_no_interval(self) -> str:
        if min(self.seeds) < LEAST_SEEDS:
            return _("One seed says nothing of a recipe: repeat both with several seeds.")
        return _("All seeds agree to the last image, so no interval can be given.")

    @property
    def _too_few_text(self) -> str:
        if min(self.seeds) >= ENOUGH_SEEDS or not self.could_be_chance:
            return ""
        return _("So few seeds tell little; try {count}.").format(count=ENOUGH_SEEDS)

    def _interval_text(self, a_leads: bool) -> str:
        if self.interval is None:
            return ""
        low, high = self.interval if a_leads else (-self.interval.high, -self.interval.low)
        decimals = self.measure.decimals(self.gain)
        return _("{low} to {high}").format(
            low=self.measure.gap_text(low, decimals), high=self.measure.gap_text(high, decimals)
        )


def compare_recipes(a: Scores, b: Scores, measure: Measure) -> RecipeComparison | None:
    """Compare two recipes over their seeds; None where one of them has no run that ended well.

    Where they share two seeds or more, only these count, each with its own difference, so that
    what a seed does to both is no part of the comparison. Runs that diverged do not count.

    Args:
        a: what each seed of the first recipe came to, not finite where it diverged.
        b: the same of the second.
        measure: what that is.
    """
    finite_a, finite_b = _finite(a), _finite(b)
    if not finite_a or not finite_b:
        return None
    diverged = len(a) - len(finite_a), len(b) - len(finite_b)
    shared = sorted(finite_a.keys() & finite_b.keys())
    is_paired = len(shared) >= LEAST_SEEDS
    sign = 1.0 if measure.higher_is_better else -1.0
    values_a, values_b = (
        [sign * scores[seed] for seed in (shared if is_paired else sorted(scores))]
        for scores in (finite_a, finite_b)
    )
    gain = fmean(values_a) - fmean(values_b)
    interval, p_value = _test(values_a, values_b, is_paired=is_paired)
    return RecipeComparison(
        measure=measure,
        gain=gain,
        interval=interval,
        p_value=p_value,
        seeds=(len(values_a), len(values_b)),
        is_paired=is_paired,
        diverged=diverged,
    )


def _finite(scores: Scores) -> dict[int, float]:
    return {seed: value for seed, value in scores.items() if math.isfinite(value)}


def _test(
    a: Sequence[float], b: Sequence[float], *, is_paired: bool
) -> tuple[Interval | None, float | None]:
    """Return the interval of mean(a) - mean(b) and the two-sided p-value, None for too few."""
    if min(len(a), len(b)) < LEAST_SEEDS:
        return None, None
    if is_paired:
        gain, error, freedom = _error_of_mean([x - y for x, y in zip(a, b, strict=True)])
    else:
        gain, error, freedom = _welch(a, b)
    if error == 0:
        return None, None
    from scipy.special import stdtr

    p_value = 2 * float(stdtr(freedom, -abs(gain) / error))
    return _around(gain, error, freedom), p_value


def _welch(a: Sequence[float], b: Sequence[float]) -> tuple[float, float, float]:
    """Return the difference of means, its standard error and the degrees of freedom."""
    mean_a, error_a, free_a = _error_of_mean(a)
    mean_b, error_b, free_b = _error_of_mean(b)
    error = math.hypot(error_a, error_b)
    if error == 0:
        return mean_a - mean_b, 0.0, free_a + free_b
    share_a, share_b = (error_a / error) ** 2, (error_b / error) ** 2
    return mean_a - mean_b, error, 1 / (share_a**2 / free_a + share_b**2 / free_b)


def _error_of_mean(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean of two values or more, its standard error and the degrees of freedom.

    Values that are equal but for rounding have no error.
    """
    mean = fmean(values)
    spread = stdev(values, mean)
    is_rounding = spread <= _ROUNDING * max(map(abs, values))
    error = 0.0 if is_rounding else spread / math.sqrt(len(values))
    return mean, error, float(len(values) - 1)


def _around(mean: float, error: float, freedom: float) -> Interval:
    from scipy.special import stdtrit

    reach = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * error
    return Interval(mean - reach, mean + reach)
