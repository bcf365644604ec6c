"""Recipes compared over their seeds: against SciPy's own tests, and in words that hold."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from lenet_desktop.analysis.measures import Measure
from lenet_desktop.analysis.recipe_comparison import Interval, compare_recipes, seeds_mean

values = st.integers(0, 10_000).map(lambda right: right / 10_000)
scores = st.dictionaries(st.integers(0, 9), values, min_size=1, max_size=8)


def is_scattered(numbers: list[float]) -> bool:
    return float(np.ptp(numbers)) > 1e-9


@given(scores, scores)
def test_the_figures_are_those_of_scipy(a: dict[int, float], b: dict[int, float]) -> None:
    compared = compare_recipes(a, b, Measure.ACCURACY)
    assert compared is not None
    shared = sorted(a.keys() & b.keys())
    if len(shared) >= 2:
        x, y = [a[seed] for seed in shared], [b[seed] for seed in shared]
        assert compared.seeds == (len(shared), len(shared))
        assert compared.gain == pytest.approx(np.mean(x) - np.mean(y))
        assume(is_scattered(list(np.subtract(x, y))))
        expected = stats.ttest_rel(x, y)
    else:
        x, y = list(a.values()), list(b.values())
        assert compared.seeds == (len(a), len(b))
        assert compared.gain == pytest.approx(np.mean(x) - np.mean(y))
        assume(min(len(x), len(y)) >= 2 and is_scattered(x) and is_scattered(y))
        expected = stats.ttest_ind(x, y, equal_var=False)
    assert compared.interval is not None
    assert compared.interval == pytest.approx(tuple(expected.confidence_interval()), abs=1e-9)
    assert compared.p_value == pytest.approx(expected.pvalue)


@given(scores, scores, st.sampled_from(Measure))
def test_it_is_the_same_the_other_way_round(
    a: dict[int, float], b: dict[int, float], measure: Measure
) -> None:
    one, other = compare_recipes(a, b, measure), compare_recipes(b, a, measure)
    assert one is not None
    assert other is not None
    assert one.gain == pytest.approx(-other.gain)
    assert one.p_value == (None if other.p_value is None else pytest.approx(other.p_value))
    if one.gain:
        assert one.sentence("A", "B") == other.sentence("B", "A")
    if one.interval is not None and one.p_value is not None:
        low, high = one.interval
        assert low <= one.gain <= high
        if abs(one.p_value - 0.05) > 1e-6:
            assert one.could_be_chance == (one.p_value > 0.05)


@given(scores, scores, st.sampled_from(Measure))
def test_what_diverged_is_counted_and_changes_nothing_else(
    a: dict[int, float], b: dict[int, float], measure: Measure
) -> None:
    plain = compare_recipes(a, b, measure)
    lost = compare_recipes(a | {100: math.nan, 101: math.inf}, b | {100: 0.5}, measure)
    assert plain is not None
    assert lost is not None
    assert lost.diverged == (2, 0)
    assert compare_recipes({0: math.nan}, b, measure) is None
    if plain.is_paired:
        assert (lost.gain, lost.interval) == (plain.gain, plain.interval)


def test_the_sentence_says_by_how_much_and_from_what() -> None:
    relu = {seed: 0.90 + 0.001 * seed for seed in range(5)}
    sigmoid = {
        seed: value - (0.011, 0.013, 0.012, 0.012, 0.012)[seed] for seed, value in relu.items()
    }
    compared = compare_recipes(relu, sigmoid, Measure.ACCURACY)
    assert compared is not None
    words = compared.sentence("ReLU", "sigmoid")
    assert words == "ReLU is better than sigmoid by 1.2 points (1.1 to 1.3, 5 seeds each)."
    assert "paired" in compared.method
    assert not compared.could_be_chance


def test_lower_losses_are_better() -> None:
    low, high = {0: 0.30, 1: 0.31, 2: 0.32}, {5: 0.50, 6: 0.51, 7: 0.52}
    compared = compare_recipes(high, low, Measure.LOSS)
    assert compared is not None
    assert compared.sentence("A", "B").startswith("B is better than A by 0.200 (")
    assert "Welch" in compared.method


def test_chance_and_too_few_seeds_are_said() -> None:
    close = compare_recipes({0: 0.90, 1: 0.91}, {0: 0.91, 1: 0.905}, Measure.ACCURACY)
    single = compare_recipes({0: 0.90}, {0: 0.80, 1: 0.81}, Measure.ACCURACY)
    assert close is not None
    assert single is not None
    assert "could be chance" in close.sentence("A", "B")
    assert "few seeds" in close.sentence("A", "B")
    assert single.could_be_chance
    assert "One seed says nothing" in single.sentence("A", "B")
    assert single.seeds == (1, 2)


def test_equal_differences_have_no_interval_of_no_width() -> None:
    even = compare_recipes({0: 0.9, 1: 0.8}, {0: 0.8, 1: 0.7}, Measure.ACCURACY)
    same = compare_recipes({0: 0.9, 1: 0.8}, {0: 0.9, 1: 0.8}, Measure.ACCURACY)
    assert even is not None
    assert same is not None
    assert even.interval is None
    assert even.could_be_chance
    assert "equal" in same.sentence("A", "B")


@given(st.lists(values, min_size=2, max_size=8))
def test_the_interval_of_a_mean_is_that_of_scipy(several: list[float]) -> None:
    mean = seeds_mean([*several, math.nan])
    assert mean is not None
    assert (mean.seeds, mean.diverged) == (len(several), 1)
    assume(is_scattered(several))
    expected = stats.ttest_1samp(several, 0).confidence_interval()
    assert mean.interval == pytest.approx(tuple(expected), abs=1e-9)


def test_one_seed_has_no_interval_and_none_no_mean() -> None:
    single = seeds_mean([0.5])
    assert single is not None
    assert single.interval is None
    assert seeds_mean([math.nan]) is None


def test_the_interval_has_the_truth_in_it_as_often_as_it_claims() -> None:
    random = np.random.default_rng(0)
    hits = 0
    for _ in range(400):
        a, b = random.normal(0.912, 0.004, 5), random.normal(0.900, 0.004, 5)
        compared = compare_recipes(
            dict(enumerate(a)), dict(enumerate(b, start=10)), Measure.ACCURACY
        )
        assert compared is not None
        assert compared.interval is not None
        hits += 0.012 in compared.interval
    assert 0.92 <= hits / 400 <= 0.98


def test_an_interval_knows_what_is_in_it() -> None:
    assert 0 in Interval(-0.1, 0.1)
    assert 0 not in Interval(0.1, 0.2)
