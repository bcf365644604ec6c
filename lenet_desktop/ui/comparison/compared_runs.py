"""Which runs make one curve together, and how a curve is named. Needs no widgets."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lenet_desktop.analysis.history import Series
from lenet_desktop.analysis.seed_groups import (
    LEAST_MEMBERS,
    MeanBand,
    band_legend,
    mean_band,
    seed_groups,
)
from lenet_desktop.runs.records import RunCurves
from lenet_desktop.settings.config import AUTO_DEVICE, TrainingConfig
from lenet_desktop.settings.config_differences import legend_texts, recipe_text
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import joined, listed, quoted_title, tidied, told_apart
from lenet_desktop.training.events import EpochDone

_LONGEST_TEXT = 160
_LONGEST_SHORT = 36
_LONGEST_NAME = 60
_MOST_NAMES = 6


@dataclass(frozen=True, slots=True, eq=False)
class ComparedRuns:
    """One curve of the comparison: a run, or runs of one recipe, shown as their mean.

    Attributes:
        runs: one, or two and more.
        text: what tells it from the other curves, for the legend; plain, in one line.
        short: the same for the read-out, where there is less room.
    """

    runs: tuple[RunCurves, ...]
    text: str
    short: str

    @property
    def ids(self) -> tuple[int, ...]:
        """The numbers of the runs."""
        return tuple(run.record.id for run in self.runs)

    @property
    def names(self) -> str:
        """What the runs are called, as plain text."""
        return listed((quoted_title(run.record.name) for run in self.runs), most=_MOST_NAMES)

    def band(self, read: Callable[[EpochDone], float | None]) -> MeanBand:
        """Return what is drawn of it; of a single run, the edges are its values.

        Args:
            read: takes a figure from an epoch, None where it does not have it.
        """
        if len(self.runs) >= LEAST_MEMBERS:
            return mean_band([_series(run, read) for run in self.runs])
        x, y = _series(self.runs[0], read)
        return MeanBand(x, y, y, y)


def compared_runs(
    open_config: TrainingConfig | None, others: Sequence[RunCurves], *, are_apart: bool = False
) -> list[ComparedRuns]:
    """Return the curves that show some runs, in the order of their first runs.

    Runs that differ at most in seed and device make one curve, as far as they have epochs. One
    whose learning rate was changed on the way is of another recipe.

    Args:
        open_config: the settings of the run that is open, from which the others may differ, too.
        others: the runs to be shown.
        are_apart: whether each makes a curve of its own, whatever the recipes.
    """
    open_configs = [] if open_config is None else [open_config]
    first = len(open_configs)
    configs = open_configs + [run.record.config for run in others]
    texts = _with_courses(_texts(configs)[first:], others)
    seedless = [replace(config, seed=0, device=AUTO_DEVICE) for config in configs]
    recipes = _with_courses(_texts(seedless)[first:], others)
    curves = [
        _single(others[places[0]], texts[places[0]])
        if len(places) == 1
        else _group([others[place] for place in places], recipes[places[0]])
        for places in ([[place] for place in range(len(others))] if are_apart else _groups(others))
    ]
    return _told_apart(curves)


def _texts(configs: Sequence[TrainingConfig]) -> list[str]:
    """Return what differs, or the whole recipes where these are said in fewer words."""
    differing, recipes = legend_texts(configs), [recipe_text(config) for config in configs]
    longest, longest_recipe = (max(map(len, texts), default=0) for texts in (differing, recipes))
    return recipes if longest > max(_LONGEST_SHORT, longest_recipe) else differing


def _with_courses(texts: Sequence[str], runs: Sequence[RunCurves]) -> list[str]:
    """Add to what tells runs apart what was done to their learning rates on the way."""
    return [
        joined(part for part in (text, run.course.text) if part)
        for text, run in zip(texts, runs, strict=True)
    ]


def _groups(runs: Sequence[RunCurves]) -> list[list[int]]:
    """Return the places of the runs that make a curve together."""
    groups: list[list[int]] = []
    for places in seed_groups([(run.record.config, run.course) for run in runs]):
        drawn = [place for place in places if runs[place].epochs]
        if len(drawn) >= LEAST_MEMBERS and _meet([runs[place] for place in drawn]):
            groups.append(drawn)
            groups += [[place] for place in places if not runs[place].epochs]
        else:
            groups += [[place] for place in places]
    return sorted(groups, key=lambda group: group[0])


def _meet(runs: Sequence[RunCurves]) -> bool:
    """Tell whether two of the runs have an epoch in common, as a mean needs."""
    epochs = Counter(done.epoch for run in runs for done in run.epochs)
    return max(epochs.values()) >= LEAST_MEMBERS


def _single(run: RunCurves, differing: str) -> ComparedRuns:
    text = tidied(differing, _LONGEST_TEXT) or tidied(run.record.name, _LONGEST_NAME)
    return ComparedRuns((run,), text if run.epochs else joined([text, _("no epoch yet")]), text)


def _group(runs: Sequence[RunCurves], recipe: str) -> ComparedRuns:
    configs = [run.record.config for run in runs]
    band = band_legend(configs, [_series(run, lambda done: done.test_accuracy) for run in runs])
    text = joined(part for part in (tidied(recipe, _LONGEST_TEXT), band) if part)
    cut = tidied(recipe, _LONGEST_TEXT)
    short = _("{recipe} mean").format(recipe=cut) if cut else _("mean")
    return ComparedRuns(tuple(runs), text, short)


def _told_apart(curves: Sequence[ComparedRuns]) -> list[ComparedRuns]:
    """Add the name where two curves are called alike, and the number where that is alike, too."""
    named = [_renamed(curve, curves, tidied(curve.runs[0].record.name, 40)) for curve in curves]
    named = [
        _renamed(curve, named, _("run {number}").format(number=curve.ids[0])) for curve in named
    ]
    shorts = told_apart([curve.short for curve in named], lambda text: tidied(text, _LONGEST_SHORT))
    return [replace(curve, short=short) for curve, short in zip(named, shorts, strict=True)]


def _renamed(curve: ComparedRuns, others: Sequence[ComparedRuns], name: str) -> ComparedRuns:
    if sum(other.text == curve.text for other in others) == 1 or name in curve.text:
        return curve
    named = _("{curve} ({runs})")
    return replace(
        curve,
        text=named.format(curve=curve.text, runs=name),
        short=named.format(curve=curve.short, runs=name),
    )


def _series(run: RunCurves, read: Callable[[EpochDone], float | None]) -> tuple[Series, Series]:
    told = [(done.epoch, value) for done in run.epochs if (value := read(done)) is not None]
    x, y = np.array(told, np.float64).reshape(-1, 2).T.copy()
    return x, y
