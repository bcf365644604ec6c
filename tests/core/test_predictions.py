"""Predictions: filtered, ordered and counted as plain Python would."""

from collections import Counter

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lenet_desktop.core.predictions import (
    PredictionSet,
    Query,
    Show,
    Sort,
    confusion_counts,
    select,
)

classes_or_none = st.none() | st.integers(0, 9)
queries = st.builds(
    Query,
    show=st.sampled_from(Show),
    true_class=classes_or_none,
    predicted_class=classes_or_none,
    sort=st.sampled_from(Sort),
)


@st.composite
def prediction_sets(draw: st.DrawFn) -> PredictionSet:
    """Few different classes, probabilities and losses, so that ties are the rule."""
    count = draw(st.integers(0, 30))
    few_classes = st.sampled_from([0, 1, 2, 9])
    labels = draw(hnp.arrays(np.uint8, count, elements=few_classes))
    weights = draw(hnp.arrays(np.float32, (count, 10), elements=st.sampled_from([0.0, 1.0, 2.0])))
    weights[np.arange(count), draw(hnp.arrays(np.intp, count, elements=few_classes))] += 2
    losses = draw(hnp.arrays(np.float32, count, elements=st.sampled_from([0.0, 0.5, 2.0])))
    return PredictionSet(1, labels, weights / weights.sum(axis=1, keepdims=True), losses)


def expected_numbers(predictions: PredictionSet, query: Query) -> list[int]:
    """Answer the query with lists and Python's sort, which is stable."""
    labels = predictions.labels.tolist()
    rows = predictions.probabilities.tolist()
    losses = predictions.losses.tolist()
    predicted = [row.index(max(row)) for row in rows]
    shown = {
        Show.ALL: (True, False),
        Show.CORRECT: (True,),
        Show.MISCLASSIFIED: (False,),
    }[query.show]
    numbers = [
        number
        for number in range(len(labels))
        if (predicted[number] == labels[number]) in shown
        and query.true_class in (None, labels[number])
        and query.predicted_class in (None, predicted[number])
    ]
    keys = {
        Sort.NUMBER: lambda number: number,
        Sort.MOST_CONFIDENT: lambda number: -max(rows[number]),
        Sort.LEAST_CONFIDENT: lambda number: max(rows[number]),
        Sort.HIGHEST_LOSS: lambda number: -losses[number],
        Sort.LOWEST_LOSS: lambda number: losses[number],
    }
    return sorted(numbers, key=keys[query.sort])


@given(prediction_sets(), queries)
def test_every_question_is_answered_as_plain_python_would(
    predictions: PredictionSet, query: Query
) -> None:
    numbers = select(predictions.labels, predictions, query)

    assert numbers.dtype == np.intp
    assert numbers.tolist() == expected_numbers(predictions, query)


@given(prediction_sets(), classes_or_none, classes_or_none, st.sampled_from(Sort))
def test_the_misclassified_and_the_correct_are_all(
    predictions: PredictionSet, true: int | None, predicted: int | None, sort: Sort
) -> None:
    found = {
        show: select(
            predictions.labels,
            predictions,
            Query(show=show, true_class=true, predicted_class=predicted, sort=sort),
        ).tolist()
        for show in Show
    }

    assert not set(found[Show.CORRECT]) & set(found[Show.MISCLASSIFIED])
    assert sorted(found[Show.CORRECT] + found[Show.MISCLASSIFIED]) == sorted(found[Show.ALL])


def example_set() -> PredictionSet:
    """Return four images: number 2 is wrong, 0 and 3 are equally sure."""
    probabilities = np.zeros((4, 10), np.float32)
    probabilities[[0, 1, 2, 3], [5, 6, 6, 5]] = [0.75, 0.5625, 0.625, 0.75]
    probabilities[:, 0] = 1 - probabilities.sum(axis=1)
    labels = np.array([5, 6, 4, 5], np.uint8)
    return PredictionSet(3, labels, probabilities, np.array([0.3, 0.7, 4.0, 0.3], np.float32))


def test_an_example_worked_out_by_hand() -> None:
    predictions = example_set()

    def ask(query: Query) -> list[int]:
        numbers: list[int] = select(predictions.labels, predictions, query).tolist()
        return numbers

    assert ask(Query()) == [0, 1, 2, 3]
    assert ask(Query(show=Show.MISCLASSIFIED)) == [2]
    assert ask(Query(show=Show.CORRECT, sort=Sort.LEAST_CONFIDENT)) == [1, 0, 3]
    assert ask(Query(sort=Sort.MOST_CONFIDENT)) == [0, 3, 2, 1]
    assert ask(Query(sort=Sort.HIGHEST_LOSS)) == [2, 1, 0, 3]
    assert ask(Query(predicted_class=6)) == [1, 2]
    assert ask(Query(true_class=4, predicted_class=6, show=Show.CORRECT)) == []


@given(hnp.arrays(np.uint8, st.integers(0, 30), elements=st.integers(0, 9)), queries)
def test_before_any_training_only_true_classes_can_be_asked_for(
    labels: npt.NDArray[np.uint8], query: Query
) -> None:
    numbers = select(labels, None, query).tolist()

    if query.show is Show.ALL and query.predicted_class is None:
        wanted = query.true_class
        assert not query.needs_predictions
        assert numbers == [n for n, label in enumerate(labels) if wanted in (None, label)]
    else:
        assert query.needs_predictions
        assert numbers == []


@given(prediction_sets())
def test_confusion_counts_every_image_once_in_its_row_and_column(
    predictions: PredictionSet,
) -> None:
    labels, predicted = predictions.labels, predictions.predicted

    counts = confusion_counts(labels, predicted)

    assert counts.shape == (10, 10)
    pairs = Counter(zip(labels.tolist(), predicted.tolist(), strict=True))
    assert {(t, p): counts[t, p] for t, p in np.argwhere(counts).tolist()} == pairs
    assert counts.sum() == len(predictions)
    assert counts.sum(axis=1).tolist() == [labels.tolist().count(c) for c in range(10)]
    assert counts.sum(axis=0).tolist() == [predicted.tolist().count(c) for c in range(10)]
    assert np.trace(counts) == predictions.correct.sum()


def test_confusion_counts_with_two_hundred_classes_do_not_overflow() -> None:
    last = np.array([199, 199], np.uint8)

    counts = confusion_counts(last, last, classes=200)

    assert counts.shape == (200, 200)
    assert counts[199, 199] == counts.sum() == 2


def test_the_figures_of_a_set_follow_from_its_arrays() -> None:
    predictions = example_set()

    assert predictions.predicted.tolist() == [5, 6, 6, 5]
    assert predictions.predicted.dtype == np.uint8
    assert predictions.confidence.tolist() == [0.75, 0.5625, 0.625, 0.75]
    assert predictions.correct.tolist() == [True, True, False, True]
    assert predictions.accuracy == 0.75
    assert predictions.loss == pytest.approx((0.3 + 0.7 + 4.0 + 0.3) / 4)
    assert len(predictions) == 4


def test_nobody_can_change_a_set() -> None:
    predictions = example_set()

    for array in (
        predictions.labels,
        predictions.probabilities,
        predictions.losses,
        predictions.predicted,
        predictions.confidence,
        predictions.correct,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
