"""Two networks judged on the same images: where they differ, and whether that can be chance.

Sources: McNemar, "Note on the sampling error of the difference between correlated proportions or
percentages", 1947; recommended for two trained classifiers by Dietterich, "Approximate statistical
tests for comparing supervised classification learning algorithms", 1998. The interval is that of
Bonett and Price, "Adjusted Wald confidence interval for a difference of binomial proportions based
on paired data", 2012.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, figure, sentences

Flags = npt.NDArray[np.bool_]

ONE_PAIR_NOTE = marked(
    "The interval and the test ask whether these two trained networks differ on images like these. "
    "They do not compare recipes: with another seed, either network could have come out better. "
    "To compare recipes, train each with several seeds."
)
"""What the figures do not say, for a tool tip."""

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class McNemarResult:
    """Whether two classifiers that disagree are as often right as each other.

    Attributes:
        only_a: how many images only the first got right.
        only_b: how many images only the second got right.
        p_value: how probable so uneven a split, or one more uneven, is if each of these images was
            as likely to be won by the one as by the other; above 0 up to 1, but 0 below the
            smallest float.
    """

    only_a: int
    only_b: int
    p_value: float

    @property
    def sentence(self) -> str:
        """What the test says, in plain words."""
        p = self.p_value
        if p < 0.01:
            text = _("McNemar's exact test: {p}, so the difference is hardly chance.")
        elif p < 0.05:
            text = _("McNemar's exact test: {p}, so the difference is unlikely to be chance alone.")
        else:
            text = _("McNemar's exact test: {p}, so this difference could well be chance.")
        return text.format(p=_p_text(p))


def mcnemar(only_a: int, only_b: int) -> McNemarResult:
    """Test two classifiers on the same images by the two-sided exact binomial test.

    The exact test is never bolder than it claims to be; the common chi-squared form is only an
    approximation to it for many images.

    Args:
        only_a: how many images only the first got right.
        only_b: how many images only the second got right.

    Raises:
        ValueError: a count is negative.
    """
    if min(only_a, only_b) < 0:
        raise ValueError("A number of images cannot be negative.")
    from scipy.special import bdtr

    tail = float(bdtr(min(only_a, only_b), only_a + only_b, 0.5))
    return McNemarResult(only_a, only_b, min(1.0, 2 * tail))


@dataclass(frozen=True, eq=False)
class PairedOutcomes:
    """What two networks got right of the same N images. Every mask is bool (N,).

    Raises:
        ValueError: the predictions are not for the same images.
    """

    a: PredictionSet
    b: PredictionSet

    def __post_init__(self) -> None:
        is_same = self.a.info.fingerprint == self.b.info.fingerprint
        if not is_same or not np.array_equal(self.a.labels, self.b.labels):
            raise ValueError("The two runs were not judged on the same images.")

    def __len__(self) -> int:
        return len(self.a)

    @property
    def both_right(self) -> Flags:
        """Where both are right."""
        return self.a.correct & self.b.correct

    @property
    def only_a(self) -> Flags:
        """Where only the first is right."""
        return self.a.correct & ~self.b.correct

    @property
    def only_b(self) -> Flags:
        """Where only the second is right."""
        return self.b.correct & ~self.a.correct

    @property
    def both_wrong(self) -> Flags:
        """Where both are wrong, be it with the same answer or not."""
        return ~(self.a.correct | self.b.correct)

    @cached_property
    def counts(self) -> tuple[int, int, int, int]:
        """How many images both got right, only the first, only the second, and neither."""
        masks = (self.both_right, self.only_a, self.only_b, self.both_wrong)
        both, only_a, only_b, neither = (int(np.count_nonzero(mask)) for mask in masks)
        return both, only_a, only_b, neither

    @property
    def difference(self) -> float:
        """How much higher the accuracy of the first is, -1 to 1; 0 without images."""
        _both, only_a, only_b, _neither = self.counts
        return (only_a - only_b) / max(1, len(self))

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of `difference`, after Bonett and Price 2012, -1 to 1.

        A Wald interval with one image more in either count of disagreement, which keeps it honest
        where there are few.
        """
        _both, only_a, only_b, _neither = self.counts
        images = len(self) + 2
        share_a, share_b = (only_a + 1) / images, (only_b + 1) / images
        centre = share_a - share_b
        reach = _Z * math.sqrt((share_a + share_b - centre**2) / images)
        return max(-1.0, centre - reach), min(1.0, centre + reach)

    @cached_property
    def test(self) -> McNemarResult:
        """McNemar's test of these outcomes."""
        _both, only_a, only_b, _neither = self.counts
        return mcnemar(only_a, only_b)

    def sentence(self, name_a: str, name_b: str) -> str:
        """Say for a person which network is better, by how much, and whether it can be chance."""
        _both, only_a, only_b, _neither = self.counts
        if not len(self):
            return _("There are no images to compare.")
        if only_a == only_b == 0:
            text = _("{a} and {b} are right for the same images.")
            return text.format(a=name_a, b=name_b)
        low, high = self.interval
        if only_a == only_b:
            decimals = _decimals(high)
            return counted(
                only_a,
                "{a} and {b} are right for equally many images, each for one image that the other "
                "gets wrong (95 % interval {low} to {high} percentage points).",
                "{a} and {b} are right for equally many images, each for {count} images that the "
                "other gets wrong (95 % interval {low} to {high} percentage points).",
                a=name_a,
                b=name_b,
                low=_points(low, decimals),
                high=_points(high, decimals),
            )
        better, worse = (name_a, name_b) if only_a > only_b else (name_b, name_a)
        low, high = (low, high) if only_a > only_b else (-high, -low)
        lead = abs(self.difference)
        decimals = _decimals(lead)
        text = _(
            "{better} is right for {lead} percentage points more images than {worse} (95 % "
            "interval {low} to {high})."
        ).format(
            better=better,
            worse=worse,
            lead=_points(lead, decimals),
            low=_points(low, decimals),
            high=_points(high, decimals),
        )
        return sentences([text, self.test.sentence])


def _p_text(p: float) -> str:
    if p < 0.0001:
        return "p < 0.0001"
    if p < 0.001:
        return f"p = {figure(p, '.4f')}"
    if p < 0.1:
        return f"p = {figure(p, '.2g')}"
    return "p = 1" if p > 0.995 else f"p = {figure(p, '.2f')}"


def _decimals(share: float) -> int:
    """Return with how many decimals a share above 0 is no 0.0 in percentage points."""
    return max(1, math.ceil(-math.log10(100 * share)))


def _points(share: float, decimals: int) -> str:
    """Write a share in percentage points."""
    return figure(100 * share, f"z.{decimals}f")
