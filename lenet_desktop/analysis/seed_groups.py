"""Runs of one recipe that differ only in their seed, and what they amount to together."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lenet_desktop.analysis.history import Series
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.config_differences import without_seed
from lenet_desktop.text.language import _
from lenet_desktop.training.learning_rate import RateCourse

LEAST_MEMBERS = 2
"""How many runs a mean and a band need at an epoch."""


class MeanBand(NamedTuple):
    """The mean of several series and the band that they fill, float64 (E,) each.

    Attributes:
        x: the epochs, ascending.
        mean: the mean over the series that have the epoch.
        low: the lowest of them.
        high: the highest of them.
    """

    x: Series
    mean: Series
    low: Series
    high: Series


def seed_groups(recipes: Sequence[tuple[TrainingConfig, RateCourse]]) -> list[list[int]]:
    """Return the places of runs that differ at most in seed and device.

    Every place is in one group. The groups stand in the order of their first members, and so do the
    members.

    Args:
        recipes: the configuration of each run, and what was done to its learning rate on the way.
    """
    groups: dict[object, list[int]] = {}
    for place, (config, course) in enumerate(recipes):
        groups.setdefault((without_seed(config), course), []).append(place)
    return list(groups.values())


def mean_band(series: Sequence[tuple[Series, Series]]) -> MeanBand:
    """Return the mean of several runs' series, with the band from the lowest to the highest.

    The band shows what was seen and nothing else: with two to five seeds, a standard deviation is
    itself hardly known, and would claim a symmetry, and values, that no run has shown. An epoch
    counts as soon as two runs have it, so that the mean grows while the last run goes on; where a
    run ends before the others, the mean may jump, which `band_legend` tells.

    Args:
        series: for each run its epochs, each at most once, and the values there, float64 (E,).
    """
    if not series:
        empty = np.empty(0, np.float64)
        return MeanBand(empty, empty, empty, empty)
    epochs = np.concatenate([x for x, _other in series])
    values = np.concatenate([y for _other, y in series])
    x, place, members = np.unique(epochs, return_inverse=True, return_counts=True)
    low, high = np.full(len(x), np.inf), np.full(len(x), -np.inf)
    with np.errstate(invalid="ignore"):  # a loss that is not a number leaves a gap
        np.minimum.at(low, place, values)
        np.maximum.at(high, place, values)
    # Rounding may carry the mean of equal values past them.
    mean = np.clip(np.bincount(place, values, len(x)) / members, low, high)
    shown = members >= LEAST_MEMBERS
    return MeanBand(x[shown], mean[shown], low[shown], high[shown])


def band_legend(configs: Sequence[TrainingConfig], series: Sequence[tuple[Series, Series]]) -> str:
    """Say what `mean_band` shows: "mean of 5 seeds, band: lowest to highest".

    Where not every epoch has all runs it is a "mean of 3 to 5 seeds". Runs that share a seed are
    called runs. Empty where there is no band.

    Args:
        configs: those of the runs.
        series: what `mean_band` was given for them.
    """
    epochs = np.concatenate([x for x, _other in series]) if series else np.empty(0)
    members = np.unique(epochs, return_counts=True)[1]
    members = members[members >= LEAST_MEMBERS]
    if not len(members):
        return ""
    fewest, most = int(members.min()), int(members.max())
    count = str(most) if fewest == most else _("{low} to {high}").format(low=fewest, high=most)
    if len({config.seed for config in configs}) == len(configs):
        return _("mean of {count} seeds, band: lowest to highest").format(count=count)
    return _("mean of {count} runs, band: lowest to highest").format(count=count)
