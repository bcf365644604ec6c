"""Two runs on the same images: counted by plain Python, tested by exact arithmetic."""

import math
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lenet_desktop.analysis.paired_outcomes import (
    ONE_PAIR_NOTE,
    McNemarResult,
    PairedOutcomes,
    mcnemar,
)
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.networks.predictions import PredictionSet
from tests.predicting import prediction_sets

MINUS = "\N{MINUS SIGN}"


def exact_p(only_a: int, only_b: int) -> Fraction:
    """Return the two-sided p-value in whole numbers, as the definition has it."""
    coins = only_a + only_b
    ways = way = 1
    for heads in range(1, min(only_a, only_b) + 1):
        way = way * (coins - heads + 1) // heads
        ways += way
    return min(Fraction(1), Fraction(2 * ways, 2**coins))


def answers(right: npt.NDArray[np.bool_]) -> PredictionSet:
    """Return answers for images of class 0, taken for class 1 where they are not right."""
    count = len(right)
    probabilities = np.zeros((count, 10), np.float32)
    probabilities[np.arange(count), np.where(right, 0, 1)] = 1
    return PredictionSet(
        1, np.zeros(count, np.uint8), probabilities, np.zeros(count, np.float32), DEFAULT
    )


def outcomes_of(both: int, only_a: int, only_b: int, neither: int) -> PairedOutcomes:
    counts = [both, only_a, only_b, neither]
    return PairedOutcomes(
        answers(np.repeat([True, True, False, False], counts)),
        answers(np.repeat([True, False, True, False], counts)),
    )


counts_of_four = st.tuples(*[st.integers(0, 40)] * 4)


@given(prediction_sets(), st.data())
def test_outcomes_are_as_plain_python_would_tell_them(
    a: PredictionSet, data: st.DataObject
) -> None:
    b = data.draw(prediction_sets(a.labels))

    outcomes = PairedOutcomes(a, b)

    rights = list(zip(a.correct.tolist(), b.correct.tolist(), strict=True))
    masks = (outcomes.both_right, outcomes.only_a, outcomes.only_b, outcomes.both_wrong)
    kinds = [(True, True), (True, False), (False, True), (False, False)]
    for mask, kind in zip(masks, kinds, strict=True):
        assert mask.dtype == np.bool_
        assert mask.tolist() == [each == kind for each in rights]
    assert outcomes.counts == tuple(rights.count(kind) for kind in kinds)
    assert sum(outcomes.counts) == len(outcomes) == len(a)
    if len(a):
        assert outcomes.difference == pytest.approx(a.accuracy - b.accuracy)


@pytest.mark.parametrize("other", [[True], [True, True, True]])
def test_other_images_cannot_be_compared(other: list[bool]) -> None:
    with pytest.raises(ValueError, match="not judged on the same images"):
        PairedOutcomes(answers(np.array([True, False])), answers(np.array(other)))


def test_images_with_other_labels_cannot_be_compared() -> None:
    a = answers(np.array([True, False]))
    b = PredictionSet(1, np.array([0, 1], np.uint8), a.probabilities, a.losses, DEFAULT)

    with pytest.raises(ValueError, match="not judged on the same images"):
        PairedOutcomes(a, b)


@given(st.integers(0, 1_500), st.integers(0, 1_500))
def test_the_p_value_is_that_of_exact_arithmetic(only_a: int, only_b: int) -> None:
    expected = float(exact_p(only_a, only_b))
    assume(expected > 1e-300)

    assert mcnemar(only_a, only_b).p_value == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize(
    ("only_a", "only_b"), [(30_000, 30_000), (29_700, 30_300), (33_500, 26_500), (5_000, 5_200)]
)
def test_the_p_value_is_right_for_as_many_images_as_there_are(only_a: int, only_b: int) -> None:
    expected = float(exact_p(only_a, only_b))

    assert expected > 1e-300
    assert mcnemar(only_a, only_b).p_value == pytest.approx(expected, rel=1e-9)


@given(st.integers(0, 60_000), st.integers(0, 60_000))
def test_the_p_value_is_a_probability_whichever_run_comes_first(only_a: int, only_b: int) -> None:
    p = mcnemar(only_a, only_b).p_value

    assert 0 <= p <= 1
    assert p == mcnemar(only_b, only_a).p_value
    assert p >= mcnemar(max(only_a, only_b) + 1, min(only_a, only_b)).p_value
    assert p == 1 or only_a != only_b


@pytest.mark.parametrize("images", [5, 12, 37])
@pytest.mark.parametrize("level", [0.01, 0.05, 0.2])
def test_chance_is_called_a_difference_no_more_often_than_the_test_claims(
    images: int, level: float
) -> None:
    alarms = sum(
        math.comb(images, only_a) / 2**images
        for only_a in range(images + 1)
        if mcnemar(only_a, images - only_a).p_value <= level
    )

    assert alarms <= level


def test_counts_below_0_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        mcnemar(-1, 3)


def test_a_published_example() -> None:
    """Airway hyper-responsiveness before and after a transplantation, Bentur et al. 2009."""
    outcomes = outcomes_of(1, 1, 7, 12)

    assert outcomes.test.p_value == pytest.approx(18 / 2**8)
    assert outcomes.difference == pytest.approx(-6 / 21)
    assert outcomes.interval == pytest.approx((-0.508, -0.013), abs=5e-4)


@given(counts_of_four)
def test_the_interval_is_one_and_turns_with_the_runs(counts: tuple[int, int, int, int]) -> None:
    both, only_a, only_b, neither = counts
    outcomes, turned = outcomes_of(*counts), outcomes_of(both, only_b, only_a, neither)

    low, high = outcomes.interval

    assert -1 <= low <= outcomes.difference <= high <= 1
    assert low < high
    assert turned.interval == pytest.approx((-high, -low))


def test_19_of_20_intervals_hold_the_true_difference() -> None:
    generator = np.random.default_rng(0)
    shares = [0.7, 0.08, 0.04, 0.18]
    held = 0
    for counts in generator.multinomial(300, shares, size=1_000).tolist():
        low, high = outcomes_of(*counts).interval
        held += low <= 0.04 <= high

    assert 935 <= held <= 965


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            (8_000, 520, 400, 1_080),
            "Run 3 is right for 1.2 percentage points more images than Run 5 (95\xa0% interval "
            "0.6 to 1.8). McNemar's exact test: p < 0.0001, so the difference is hardly chance.",
        ),
        (
            (8_000, 400, 520, 1_080),
            "Run 5 is right for 1.2 percentage points more images than Run 3 (95\xa0% interval "
            "0.6 to 1.8). McNemar's exact test: p < 0.0001, so the difference is hardly chance.",
        ),
        (
            (9_000, 103, 100, 797),
            "Run 3 is right for 0.03 percentage points more images than Run 5 (95\xa0% interval "
            f"{MINUS}0.25 to 0.31). McNemar's exact test: p = 0.89, so this difference could "
            "well be chance.",
        ),
        (
            (9_000, 60, 40, 900),
            "Run 3 is right for 0.2 percentage points more images than Run 5 (95\xa0% interval "
            "0.0 to 0.4). McNemar's exact test: p = 0.057, so this difference could well be "
            "chance.",
        ),
        (
            (9_000, 62, 38, 900),
            "Run 3 is right for 0.2 percentage points more images than Run 5 (95\xa0% interval "
            "0.0 to 0.4). McNemar's exact test: p = 0.021, so the difference is unlikely to be "
            "chance alone.",
        ),
        (
            (100, 1_250, 1_250, 0),
            "Run 3 and Run 5 are right for equally many images, each for 1,250 images that the "
            f"other gets wrong (95\xa0% interval {MINUS}3.8 to 3.8 percentage points).",
        ),
        (
            (9_998, 1, 1, 0),
            "Run 3 and Run 5 are right for equally many images, each for one image that the other "
            f"gets wrong (95\xa0% interval {MINUS}0.04 to 0.04 percentage points).",
        ),
        ((9_000, 0, 0, 1_000), "Run 3 and Run 5 are right for the same images."),
        ((0, 0, 0, 0), "There are no images to compare."),
    ],
)  # fmt: skip
def test_the_outcome_is_said_in_plain_words(
    counts: tuple[int, int, int, int], sentence: str
) -> None:
    assert outcomes_of(*counts).sentence("Run 3", "Run 5") == sentence


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (1e-300, "p < 0.0001"),
        (0.00032, "p = 0.0003"),
        (0.0012345, "p = 0.0012"),
        (0.0498, "p = 0.05"),
        (0.41, "p = 0.41"),
        (0.994, "p = 0.99"),
        (0.996, "p = 1"),
        (1.0, "p = 1"),
    ],
)
def test_p_values_are_short(p: float, text: str) -> None:
    assert f": {text}, so " in McNemarResult(10, 20, p).sentence


@given(counts_of_four)
def test_the_better_run_comes_first_and_never_by_nothing(counts: tuple[int, int, int, int]) -> None:
    _, only_a, only_b, _ = counts
    assume(only_a != only_b)

    words = outcomes_of(*counts).sentence("A", "B").split()

    assert words[0] == ("A" if only_a > only_b else "B")
    assert float(words[4]) > 0


def test_the_note_says_what_a_single_pair_cannot_tell() -> None:
    assert "with another seed" in ONE_PAIR_NOTE
