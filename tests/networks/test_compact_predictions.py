"""What is left of predictions where they are kept, and that nothing that is shown can tell."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.networks.compact_predictions import CELLS, packed, rounded, unpacked
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.text.wording import percent

CLASSES = len(DEFAULT.class_names)
Floats = npt.NDArray[np.float32]


def predictions_of(logits: Floats, labels: npt.NDArray[np.uint8]) -> PredictionSet:
    """Return what a network says whose last layer gives these, in float32 as torch computes it."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    sums = powers.sum(axis=1, keepdims=True)
    losses = (np.log(sums) - shifted)[np.arange(len(labels)), labels[:, None].T].ravel()
    return PredictionSet(1, labels, powers / sums, losses.astype(np.float32), DEFAULT)


@st.composite
def predictions(draw: st.DrawFn) -> PredictionSet:
    """Draw any answers: sure, unsure, equal, tiny, at the ends of cells and of what is shown."""
    count = draw(st.integers(1, 12))
    labels = draw(arrays.arrays(np.uint8, count, elements=st.integers(0, CLASSES - 1)))
    if draw(st.booleans()):
        logit = st.sampled_from([0.0, 1.0, 2.0, -3.0, 20.0, -100.0]) | st.floats(-40, 40, width=32)
        return predictions_of(
            draw(arrays.arrays(np.float32, (count, CLASSES), elements=logit)), labels
        )
    # Halves of shown digits, ends of cells, and what lies just beside them.
    edge = st.integers(0, CELLS).map(lambda n: n / CELLS) | st.integers(0, 64).map(lambda n: n / 64)
    share = st.tuples(edge, st.sampled_from([-np.inf, 0, np.inf])).map(
        lambda each: (
            float(np.nextafter(np.float32(each[0]), np.float32(each[1]))) if each[1] else each[0]
        )
    )
    shares = draw(arrays.arrays(np.float64, (count, CLASSES), elements=share))
    shares = np.clip(shares, 0, 1).astype(np.float32)
    shares[:, 2:] = np.minimum(shares[:, 2:], np.float32(1 / 3))  # as they add up to 1
    losses = draw(arrays.arrays(np.float32, count, elements=st.floats(0, 120, width=32)))
    return PredictionSet(1, labels, shares, losses, DEFAULT)


@given(predictions())
def test_what_is_shown_of_an_image_is_the_same(exact: PredictionSet) -> None:
    kept = rounded(exact)
    for decimals in (0, 1):
        shown, true = (
            [percent(share, decimals) for share in each.probabilities.ravel().tolist()]
            for each in (kept, exact)
        )
        assert shown == true
    assert np.abs(kept.probabilities - exact.probabilities).max() <= 1 / CELLS
    of_image: tuple[Callable[[PredictionSet], npt.NDArray[np.generic]], ...] = (
        lambda each: each.labels,
        lambda each: each.predicted,
        lambda each: each.confidence,
        lambda each: each.margin,
        lambda each: each.losses,
        lambda each: each.confusion,
    )
    for figure in of_image:
        np.testing.assert_array_equal(figure(kept), figure(exact))


@given(predictions())
def test_what_is_read_back_is_what_was_shown_to_the_bit(exact: PredictionSet) -> None:
    shown = rounded(exact)
    read = unpacked(packed(shown), len(shown), 1, DEFAULT)
    assert read.probabilities.tobytes() == shown.probabilities.tobytes()
    assert read.losses.tobytes() == shown.losses.tobytes()
    assert read.labels.tobytes() == shown.labels.tobytes()
    assert rounded(shown).probabilities.tobytes() == shown.probabilities.tobytes()


def test_what_a_real_network_might_say_takes_less_than_a_third() -> None:
    random = np.random.default_rng(7)
    labels = random.integers(0, CLASSES, 10_000).astype(np.uint8)
    logits = random.normal(0, 3, (len(labels), CLASSES)).astype(np.float32)
    logits[np.arange(len(labels)), labels] += 8
    exact = predictions_of(logits, labels)
    kept = rounded(exact)
    bytes_before = exact.labels.nbytes + exact.probabilities.nbytes + exact.losses.nbytes
    assert 0.8 < exact.accuracy < 0.99
    assert sum(part.nbytes for part in packed(kept).values()) < bytes_before / 3
    assert np.abs(kept.probabilities.sum(axis=1) - 1).max() < 0.001
    assert np.abs(kept.entropy - exact.entropy).max() < 0.01
    assert (kept.loss, kept.accuracy) == (exact.loss, exact.accuracy)


def test_a_network_that_knows_nothing_has_equal_answers() -> None:
    shares = np.full((3, CLASSES), 1 / CLASSES, np.float32)
    exact = PredictionSet(1, np.zeros(3, np.uint8), shares, np.ones(3, np.float32), DEFAULT)
    np.testing.assert_array_equal(rounded(exact).probabilities, shares)


@pytest.mark.parametrize("name", ["labels", "losses", "predicted", "second", "cells"])
def test_parts_that_are_missing_or_cut_short_are_refused(name: str) -> None:
    logits = np.eye(CLASSES, dtype=np.float32)
    parts = packed(predictions_of(logits, np.arange(CLASSES, dtype=np.uint8)))
    with pytest.raises(ValueError, match="damaged"):
        unpacked(parts | {name: parts[name][:-5]}, CLASSES, 1, DEFAULT)
    del parts[name]
    with pytest.raises(KeyError):
        unpacked(parts, CLASSES, 1, DEFAULT)
