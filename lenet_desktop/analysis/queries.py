"""Which images a person asked to see, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from lenet_desktop.analysis.paired_outcomes import PairedOutcomes
from lenet_desktop.analysis.prediction_history import Epochs, LearningRecord, PredictionHistory
from lenet_desktop.networks.predictions import Floats, Labels, Numbers, PredictionSet
from lenet_desktop.text.language import marked
from lenet_desktop.text.wording import Worded

Flags = npt.NDArray[np.bool_]
ANY_CONFIDENCE = (0.0, 1.0)


class Show(Worded):
    """Which images, by what was predicted for them."""

    ALL = marked("all")
    MISCLASSIFIED = marked("misclassified")
    CORRECT = marked("correct")
    CHANGED = marked("changed")
    FIXED = marked("fixed")
    BROKEN = marked("broken")
    FORGOTTEN = marked("forgotten")
    NEVER_RIGHT = marked("never right")
    LEARNED_LAST = marked("learned last")
    MARKED = marked("marked")
    BOTH_RIGHT = marked("both right")
    ONLY_THIS = marked("only this")
    ONLY_OTHER = marked("only other")
    BOTH_WRONG = marked("both wrong")

    @property
    def compares_epochs(self) -> bool:
        """Whether the answer depends on an earlier epoch, too."""
        return self in _BY_CHANGE

    @property
    def tells_course(self) -> bool:
        """Whether the answer depends on every epoch so far."""
        return self in _BY_COURSE

    @property
    def compares_runs(self) -> bool:
        """Whether the answer depends on another run, too."""
        return self in _BY_RUN

    @property
    def outcome(self) -> bool | None:
        """Whether all that it shows is right or wrong now; None where it may be either."""
        if self in (Show.ALL, Show.CHANGED, Show.MARKED):
            return None
        right = (Show.CORRECT, Show.FIXED, Show.LEARNED_LAST, Show.BOTH_RIGHT, Show.ONLY_THIS)
        return self in right


class Sort(Worded):
    """In which order."""

    NUMBER = marked("number")
    MOST_CONFIDENT = marked("most confident")
    LEAST_CONFIDENT = marked("least confident")
    HIGHEST_LOSS = marked("highest loss")
    LOWEST_LOSS = marked("lowest loss")
    SMALLEST_MARGIN = marked("smallest margin")
    HIGHEST_ENTROPY = marked("highest entropy")
    MOST_FORGOTTEN = marked("most forgotten")
    LEARNED_LAST = marked("learned last")
    LEAST_OFTEN_RIGHT = marked("least often right")

    @property
    def tells_course(self) -> bool:
        """Whether the order depends on every epoch so far."""
        return self in _COURSE_ORDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a person asked for. Every part narrows down what the others leave.

    Attributes:
        true_class: index of the class that the images must have, or None for any.
        predicted_class: index of the class that they must have been taken for, or None for any.
        confidence: the least and the greatest probability of the predicted class, 0-1.
        digits: what the image's number must contain, for example "12" for 12, 112 and 1200.
        since_epoch: the epoch that is compared with, where `show` compares.
        rival_class: index of the class that the run which is compared with must have taken them
            for, or None for any.
    """

    show: Show = Show.ALL
    true_class: int | None = None
    predicted_class: int | None = None
    confidence: tuple[float, float] = ANY_CONFIDENCE
    digits: str = ""
    since_epoch: int = 1
    rival_class: int | None = None
    sort: Sort = Sort.NUMBER

    @property
    def compares_runs(self) -> bool:
        """Whether the answer depends on another run, too."""
        return self.show.compares_runs or self.rival_class is not None

    @property
    def of_one_run(self) -> Query:
        """The same without what depends on another run."""
        show = Show.ALL if self.show.compares_runs else self.show
        return replace(self, show=show, rival_class=None)

    @property
    def needs_predictions(self) -> bool:
        """Whether the question has an answer only once a network has predicted."""
        return (
            self.show not in (Show.ALL, Show.MARKED)
            or self.predicted_class is not None
            or self.rival_class is not None
            or self.confidence != ANY_CONFIDENCE
        )

    def epochs_needed(self, epochs: Sequence[int], shown: int) -> list[int]:
        """Return after which epochs the network must have been asked to know the answer.

        Args:
            epochs: those of the run, ascending.
            shown: the one of them that is looked at.
        """
        if self.sort.tells_course or self.show.tells_course:
            needed = {epoch for epoch in epochs if epoch <= shown}
        else:
            needed = {shown} if self.needs_predictions else set()
        if self.show.compares_epochs:
            needed.add(self.since_epoch)
        return sorted(needed)

    def at_cell(self, true_class: int | None, predicted_class: int | None) -> Query:
        """Return the question about a cell, row or column of the confusion matrix.

        What else is asked for is kept, but for an outcome that no image of the cell can have.
        """
        show = self.show
        if true_class is not None and predicted_class is not None:
            is_right = true_class == predicted_class
            show = show if show.outcome in (None, is_right) else Show.ALL
        return replace(self, show=show, true_class=true_class, predicted_class=predicted_class)


def select(
    labels: Labels,
    predictions: PredictionSet | None,
    query: Query,
    history: PredictionHistory | None = None,
    rival: PredictionSet | None = None,
    *,
    marked: Numbers | None = None,
) -> Numbers:
    """Return the numbers of the images that `query` asks for, in its order.

    Images that the order can't tell apart stand by number. Without predictions no image counts as
    misclassified, correct or predicted, and the order is by number.

    Args:
        labels: uint8 (N,), the true classes.
        predictions: the predictions for the same N images, or None before any training.
        query: what to show.
        history: the predictions of other epochs, for questions that compare epochs; without it only
            those of `predictions` are known.
        rival: the predictions of another run for the same images, for questions that compare runs;
            without it these select nothing.
        marked: intp (K,), the images that somebody has marked; without it none is.

    Raises:
        ValueError: the question compares runs, and `rival` is not for the same images.
    """
    wanted = _of_class(labels, query.true_class)
    if query.digits:
        wanted &= _containing(len(labels), query.digits)
    if query.show is Show.MARKED:
        wanted &= _among(len(labels), marked)
    if predictions is None:
        return np.empty(0, np.intp) if query.needs_predictions else np.flatnonzero(wanted)
    if history is None:
        history = PredictionHistory()
        history.add(predictions)
    wanted &= _of_class(predictions.predicted, query.predicted_class)
    if query.rival_class is not None:
        wanted &= rival is not None and _of_class(rival.predicted, query.rival_class)
    if query.confidence != ANY_CONFIDENCE:
        least, most = (np.float32(bound) for bound in query.confidence)
        wanted &= (predictions.confidence >= least) & (predictions.confidence <= most)
    if query.show not in (Show.ALL, Show.MARKED):
        wanted &= _shown(predictions, query, history, rival)
    numbers = np.flatnonzero(wanted)
    key = _sort_key(predictions, query.sort, history)
    return numbers if key is None else numbers[np.argsort(key[numbers], kind="stable")]


def _of_class(classes: Labels, wanted: int | None) -> Flags:
    return np.ones(len(classes), dtype=np.bool_) if wanted is None else classes == wanted


def _among(count: int, numbers: Numbers | None) -> Flags:
    found = np.zeros(count, np.bool_)
    if numbers is not None:
        found[numbers] = True
    return found


@lru_cache(maxsize=2)
def _decimals(count: int) -> npt.NDArray[np.str_]:
    return np.arange(count).astype(np.str_)


def _containing(count: int, digits: str) -> Flags:
    found: Flags = np.char.find(_decimals(count), digits) >= 0
    return found


# What each way to show tells of the predictions, and what each order sorts by. Those that are in no
# table ask for nothing else than the images.

_BY_OUTCOME: Mapping[Show, Callable[[PredictionSet], Flags]] = {
    Show.CORRECT: lambda now: now.correct,
    Show.MISCLASSIFIED: lambda now: ~now.correct,
}
_BY_CHANGE: Mapping[Show, Callable[[Labels, PredictionSet], Flags]] = {
    Show.CHANGED: lambda before, now: np.not_equal(before, now.predicted),
    Show.FIXED: lambda before, now: (before != now.labels) & now.correct,
    Show.BROKEN: lambda before, now: (before == now.labels) & ~now.correct,
}
_BY_COURSE: Mapping[Show, Callable[[LearningRecord, PredictionSet], Flags]] = {
    Show.FORGOTTEN: lambda record, _all: record.forgotten,
    Show.NEVER_RIGHT: lambda record, _all: record.never_right,
    Show.LEARNED_LAST: lambda record, now: (record.learned_in == now.epoch) & now.correct,
}
_BY_RUN: Mapping[Show, Callable[[PairedOutcomes], Flags]] = {
    Show.BOTH_RIGHT: lambda outcomes: outcomes.both_right,
    Show.ONLY_THIS: lambda outcomes: outcomes.only_a,
    Show.ONLY_OTHER: lambda outcomes: outcomes.only_b,
    Show.BOTH_WRONG: lambda outcomes: outcomes.both_wrong,
}
_ORDERS: Mapping[Sort, Callable[[PredictionSet], Floats]] = {
    Sort.MOST_CONFIDENT: lambda now: -now.confidence,
    Sort.LEAST_CONFIDENT: lambda now: now.confidence,
    Sort.HIGHEST_LOSS: lambda now: -now.losses,
    Sort.LOWEST_LOSS: lambda now: now.losses,
    Sort.SMALLEST_MARGIN: lambda now: now.margin,
    Sort.HIGHEST_ENTROPY: lambda now: -now.entropy,
}
_COURSE_ORDERS: Mapping[Sort, Callable[[LearningRecord], Epochs]] = {
    Sort.MOST_FORGOTTEN: lambda record: -record.times_forgotten,
    Sort.LEARNED_LAST: lambda record: -record.learned_in,
    Sort.LEAST_OFTEN_RIGHT: lambda record: record.times_right,
}


def _shown(
    now: PredictionSet, query: Query, history: PredictionHistory, rival: PredictionSet | None
) -> Flags:
    show = query.show
    if show in _BY_OUTCOME:
        return _BY_OUTCOME[show](now)
    if show in _BY_CHANGE and (before := history.predicted(query.since_epoch)) is not None:
        return _BY_CHANGE[show](before, now)
    if show in _BY_COURSE and (record := history.record(now.epoch)) is not None:
        return _BY_COURSE[show](record, now)
    if show in _BY_RUN and rival is not None:
        return _BY_RUN[show](PairedOutcomes(now, rival))
    return np.zeros(len(now), np.bool_)


def _sort_key(now: PredictionSet, sort: Sort, history: PredictionHistory) -> Floats | Epochs | None:
    if sort in _COURSE_ORDERS:
        record = history.record(now.epoch)
        return None if record is None else _COURSE_ORDERS[sort](record)
    return _ORDERS[sort](now) if sort in _ORDERS else None
