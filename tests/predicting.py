"""Answers of networks that never were, for tests that count, filter and sort them."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.networks.predictions import Labels, PredictionSet

FEW_CLASSES = st.sampled_from([0, 1, 2, 9])


@st.composite
def prediction_sets(draw: st.DrawFn, labels: Labels | None = None, epoch: int = 1) -> PredictionSet:
    """Few different classes, probabilities and losses, so that ties are the rule."""
    if labels is None:
        count = draw(st.integers(0, 30))
        labels = draw(hnp.arrays(np.uint8, count, elements=FEW_CLASSES))
    count = len(labels)
    weights = draw(hnp.arrays(np.float32, (count, 10), elements=st.sampled_from([0.0, 1.0, 2.0])))
    weights[np.arange(count), draw(hnp.arrays(np.intp, count, elements=FEW_CLASSES))] += 2
    losses = draw(hnp.arrays(np.float32, count, elements=st.sampled_from([0.0, 0.5, 2.0])))
    return PredictionSet(
        epoch, labels, weights / weights.sum(axis=1, keepdims=True), losses, DEFAULT
    )


@st.composite
def histories(draw: st.DrawFn) -> PredictionHistory:
    """Up to five epochs, not always from the first and with gaps, as after a continued run."""
    count = draw(st.integers(0, 20))
    labels = draw(hnp.arrays(np.uint8, count, elements=FEW_CLASSES))
    history = PredictionHistory()
    for epoch in draw(st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True).map(sorted)):
        history.add(draw(prediction_sets(labels, epoch)))
    return history


def example_set() -> PredictionSet:
    """Return four images: number 2 is wrong, 0 and 3 are equally sure."""
    probabilities = np.zeros((4, 10), np.float32)
    probabilities[[0, 1, 2, 3], [5, 6, 6, 5]] = [0.75, 0.5625, 0.625, 0.75]
    probabilities[:, 0] = 1 - probabilities.sum(axis=1)
    labels = np.array([5, 6, 4, 5], np.uint8)
    return PredictionSet(
        3, labels, probabilities, np.array([0.3, 0.7, 4.0, 0.3], np.float32), DEFAULT
    )
