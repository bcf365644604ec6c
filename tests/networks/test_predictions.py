"""Predictions counted as plain Python would."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lenet_desktop.data.class_sizes import NOTICEABLE, imbalance
from lenet_desktop.networks.predictions import (
    Numbers,
    PredictionSet,
    balanced_accuracy,
    confused_pairs,
    confusion_counts,
    precisions,
    recalls,
)
from tests.predicting import example_set, prediction_sets


@given(prediction_sets())
def test_confusion_counts_every_image_once_in_its_row_and_column(
    predictions: PredictionSet,
) -> None:
    labels, predicted = predictions.labels, predictions.predicted

    counts = predictions.confusion

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


@given(prediction_sets())
def test_margin_and_entropy_are_what_plain_python_finds(predictions: PredictionSet) -> None:
    for number, row in enumerate(predictions.probabilities.tolist()):
        first, second = sorted(row, reverse=True)[:2]
        assert predictions.margin[number] == pytest.approx(first - second, abs=1e-6)
        nats = -sum(share * math.log(share) for share in row if share)
        assert predictions.entropy[number] == pytest.approx(nats, abs=1e-5)


@given(prediction_sets())
def test_pairs_precisions_and_recalls_follow_from_the_counts(predictions: PredictionSet) -> None:
    counts = predictions.confusion
    pairs = confused_pairs(counts)

    wrong = [
        (true, predicted)
        for true, predicted in zip(
            predictions.labels.tolist(), predictions.predicted.tolist(), strict=True
        )
        if true != predicted
    ]
    assert {(true, predicted): times for true, predicted, times in pairs} == Counter(wrong)
    times = [count for _, _, count in pairs]
    assert times == sorted(times, reverse=True)
    for position in range(10):
        right = int(counts[position, position])
        of_class, as_class = int(counts[position].sum()), int(counts[:, position].sum())
        assert recalls(counts)[position] == (right / of_class if of_class else None)
        assert precisions(counts)[position] == (right / as_class if as_class else None)


@given(
    hnp.arrays(
        np.intp, st.integers(2, 5).map(lambda side: (side, side)), elements=st.integers(0, 9)
    )
)
def test_the_balanced_accuracy_is_that_of_as_many_images_of_each_class(counts: Numbers) -> None:
    sizes = counts.sum(axis=1)
    balanced = balanced_accuracy(counts)

    if imbalance(sizes.tolist()) < NOTICEABLE:
        assert balanced is None
        return
    assert balanced is not None
    known = np.flatnonzero(sizes)
    evened = np.zeros_like(counts)  # each class repeated until all that have images are as large
    evened[known] = counts[known] * (np.lcm.reduce(sizes[known]) // sizes[known])[:, np.newaxis]
    assert balanced == pytest.approx(np.trace(evened) / evened.sum())


def test_a_class_without_images_takes_nothing_from_the_balanced_accuracy() -> None:
    counts = np.array([[8, 0, 0], [1, 1, 0], [0, 0, 0]])
    assert balanced_accuracy(counts) == 0.75
    assert balanced_accuracy(counts * 0) is None
    assert balanced_accuracy(np.array([[9, 0], [3, 0]])) == 0.5, "always the most frequent class"
