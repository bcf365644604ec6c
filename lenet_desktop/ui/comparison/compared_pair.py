"""Two runs, or the seeds of two recipes, read and judged against each other. Needs no widgets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lenet_desktop.analysis.measures import Measure
from lenet_desktop.analysis.paired_outcomes import PairedOutcomes
from lenet_desktop.analysis.recipe_comparison import compare_recipes, seeds_mean
from lenet_desktop.analysis.seed_groups import seed_groups
from lenet_desktop.analysis.verdict import (
    Contestant,
    Verdict,
    contestant_names,
    file_verdict,
    network_verdict,
    no_verdict,
    recipe_verdict,
)
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.records import RunCurves, RunRecord, RunStatus
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.settings.config import MAX_EPOCHS
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import listed

SIDES = 2


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two: a run, the seeds of a recipe, or a network from a file.

    Attributes:
        runs: one, or two and more, without the points of their curves; none of a file.
        name: what the verdict calls it; of a file, its name.
        predictions: those of a single run or of a file for the test images, None where they were
            not read. Their epoch is 0 where nobody knows for how many a network has learned.
    """

    runs: tuple[RunCurves, ...]
    name: str
    predictions: PredictionSet | None = None

    @property
    def ids(self) -> tuple[int, ...]:
        """The numbers of the runs."""
        return tuple(run.record.id for run in self.runs)

    @property
    def is_file(self) -> bool:
        """Whether it is a network from a file."""
        return not self.runs

    @property
    def title(self) -> str:
        """What the run is called, the first of several, or the file."""
        return self.runs[0].record.name if self.runs else self.name

    @property
    def epochs(self) -> int:
        """For how many epochs it has learned where it is compared; 0 where nobody knows."""
        if self.predictions is not None:
            return self.predictions.epoch
        return min((run.record.epochs_done for run in self.runs), default=0)

    @property
    def contestant(self) -> Contestant:
        """What the verdict is told of runs."""
        first = self.runs[0]
        return Contestant(self.name, first.record.config, self.epochs, first.course)


@dataclass(frozen=True, slots=True, eq=False)
class ComparedPair:
    """Both, with the verdict on them.

    Attributes:
        outcomes: what both said of each test image; None of recipes with several seeds, and where
            there is no verdict.
        equal_epoch: the last epoch that both have, where they have not learned equally long.
    """

    a: Side
    b: Side
    verdict: Verdict
    outcomes: PairedOutcomes | None = None
    equal_epoch: int | None = None

    @property
    def ids(self) -> frozenset[int]:
        """The numbers of all runs."""
        return frozenset((*self.a.ids, *self.b.ids))

    @property
    def can_show_images(self) -> bool:
        """Whether both said something of the same images."""
        return self.outcomes is not None

    @property
    def sides(self) -> dict[str, Side]:
        """Both by their letters."""
        return {"A": self.a, "B": self.b}


def read_pair(
    store: RunStore, run_ids: Sequence[int], epoch: int | None = None, file: Side | None = None
) -> ComparedPair:
    """Read two runs, or the runs of two recipes, and compare them.

    Args:
        store: where they are kept.
        run_ids: the runs; the first is A, or one of A.
        epoch: after which epoch both are compared; after the last of each with None.
        file: a network from a file with its predictions; then it is A, and B a single run.

    Raises:
        StoreError: there is no such run, or they are of more or fewer than two recipes.
        CheckpointError: what a run said of the test images cannot be read.
    """
    runs = store.curves(run_ids, first=MAX_EPOCHS + 1)
    if file is not None:
        return _with_file(store, file, runs)
    a, b = _sides(runs)
    refused = no_verdict(a.contestant, b.contestant)
    if refused is not None:
        return ComparedPair(a, b, refused)
    if len(a.runs) == len(b.runs) == 1:
        return _networks(store, a, b, epoch)
    return ComparedPair(a, b, _recipes(a, b))


def letters_of(runs: Sequence[RunCurves]) -> dict[int, str]:
    """Return which runs are A and which are B, by their numbers; nothing where these are not two.

    Args:
        runs: two, or those of two recipes; the first is A, or one of A.
    """
    places = _parted(runs)
    if len(places) != SIDES:
        return {}
    parts = zip("AB", places, strict=True)
    return {runs[place].record.id: letter for letter, part in parts for place in part}


def _parted(runs: Sequence[RunCurves]) -> list[list[int]]:
    """Return the places of the runs of each recipe; two runs are parted in any case."""
    if len(runs) == SIDES:
        return [[0], [1]]
    return seed_groups([(run.record.config, run.course) for run in runs])


def _sides(runs: Sequence[RunCurves]) -> tuple[Side, Side]:
    places = _parted(runs)
    if len(places) != SIDES:
        raise StoreError(_("Select two runs, or the runs of two recipes."))
    parts = [tuple(runs[place] for place in part) for part in places]
    records = [part[0].record for part in parts]
    titles = [part[0].record.title if len(part) == 1 else "" for part in parts]
    names = contestant_names(
        [record.config for record in records], [record.name for record in records], titles
    )
    first, second = (Side(part, name) for part, name in zip(parts, names, strict=True))
    return first, second


def _with_file(store: RunStore, file: Side, runs: Sequence[RunCurves]) -> ComparedPair:
    (run,) = runs
    record = run.record
    if not record.epochs_done:
        headline = _("{name} has finished no epoch yet, so there is no verdict.")
        side = Side((run,), record.name)
        return ComparedPair(file, side, Verdict(headline.format(name=record.name)))
    (side,) = _answering(store, [Side((run,), record.name)], None)
    outcomes = _outcomes(file, side)
    if outcomes is None:
        return _on_other_images(file, side)
    return ComparedPair(file, side, file_verdict(file.name, side.name, outcomes), outcomes)


def _networks(store: RunStore, a: Side, b: Side, epoch: int | None) -> ComparedPair:
    a, b = _answering(store, [a, b], epoch)
    outcomes = _outcomes(a, b)
    if outcomes is None:
        return _on_other_images(a, b)
    equal = None if a.epochs == b.epochs else min(a.epochs, b.epochs)
    return ComparedPair(
        a, b, network_verdict(a.contestant, b.contestant, outcomes), outcomes, equal
    )


def _answering(store: RunStore, sides: Sequence[Side], epoch: int | None) -> list[Side]:
    """Return single runs with what they said of the test images.

    Raises:
        StoreError: these were not judged for all of them.
        CheckpointError: what a run said cannot be read.
    """
    records = [side.runs[0].record for side in sides]
    unjudged = [record.quoted_name for record in records if not record.is_judged]
    if unjudged:
        text = _(
            "The test images were not judged for {names} yet: open each of them once, and "
            "compare them then."
        )
        raise StoreError(text.format(names=listed(unjudged)))
    return [
        replace(side, predictions=store.predictions(record.id, epoch or record.epochs_done))
        for side, record in zip(sides, records, strict=True)
    ]


def _outcomes(a: Side, b: Side) -> PairedOutcomes | None:
    """Return what both said of each image, None where they were judged on other ones."""
    if a.predictions is None or b.predictions is None:
        raise StoreError(_("The runs have no predictions to be compared."))
    try:
        return PairedOutcomes(a.predictions, b.predictions)
    except ValueError:
        return None


def _on_other_images(a: Side, b: Side) -> ComparedPair:
    headline = _("{first} and {second} were judged on other images, so there is no verdict.")
    return ComparedPair(a, b, Verdict(headline.format(first=a.name, second=b.name)))


def _recipes(a: Side, b: Side) -> Verdict:
    (scores_a, scores_b), note = _comparable_scores(a, b)
    means = [seeds_mean(list(scores.values())) for scores in (scores_a, scores_b)]
    comparison = compare_recipes(scores_a, scores_b, Measure.ACCURACY)
    if comparison is None or means[0] is None or means[1] is None:
        headline = _("No run of {first}, or none of {second}, has a test accuracy: no verdict.")
        return Verdict(headline.format(first=a.name, second=b.name))
    verdict = recipe_verdict(a.contestant, b.contestant, (means[0], means[1]), comparison)
    return replace(verdict, details=(*verdict.details, *note))


def _comparable_scores(
    a: Side, b: Side
) -> tuple[tuple[dict[int, float], dict[int, float]], tuple[str, ...]]:
    """Return what each seed of both came to, and a sentence where it is of the images held out.

    It is so where a sweep has left the test images of some runs alone.
    """
    judged, held_out = ((_scores(a, of), _scores(b, of)) for of in (_judged, _held_out))
    counts = (len({run.record.config.seed for run in side.runs}) for side in (a, b))
    if sum(map(len, held_out)) == sum(counts) > sum(map(len, judged)):
        note = _(
            "By the images held out: the test images were left alone while these runs were trained."
        )
        return held_out, (note,)
    return judged, ()


def _scores(side: Side, of: Callable[[RunRecord], float | None]) -> dict[int, float]:
    """Return what each seed came to, not a number where the run diverged."""
    scores = {}
    for run in side.runs:
        score = math.nan if run.record.status is RunStatus.DIVERGED else of(run.record)
        if score is not None:
            scores[run.record.config.seed] = score
    return scores


def _judged(record: RunRecord) -> float | None:
    return record.last_accuracy


def _held_out(record: RunRecord) -> float | None:
    return record.validation_accuracy
