"""The best of many: how lucky it is on average, and what is said of it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.analysis.measures import Measure
from lenet_desktop.analysis.recipe_comparison import seeds_mean
from lenet_desktop.analysis.selection import (
    BestOfMany,
    best_so_far,
    expected_luck,
    picked_value,
    seed_scatter,
)

results = st.lists(st.floats(0, 1) | st.just(math.nan), max_size=20)


@pytest.mark.parametrize(("trials", "seeds"), [(2, 1), (10, 1), (40, 3), (200, 1)])
def test_the_luck_is_what_drawing_at_random_shows(trials: int, seeds: int) -> None:
    random = np.random.default_rng(trials)
    means = random.normal(0, 0.01, (4_000, trials, seeds)).mean(axis=2)
    assert expected_luck(trials, 0.01, seeds) == pytest.approx(means.max(axis=1).mean(), rel=0.07)


def test_one_trial_is_not_picked() -> None:
    assert expected_luck(1, 0.01) == 0
    assert not BestOfMany(measure=Measure.ACCURACY, value=0.9, seeds=1, trials=1).sentence


def test_the_scatter_is_that_of_the_seeds_and_not_of_the_recipes() -> None:
    random = np.random.default_rng(0)
    recipes = [list(random.normal(centre, 0.01, 4)) for centre in np.linspace(0.5, 0.9, 200)]
    assert seed_scatter([*recipes, [0.3, math.nan]]) == pytest.approx(0.01, rel=0.1)
    assert seed_scatter([[0.5], [0.6], []]) is None


@given(results, st.sampled_from(Measure))
def test_the_best_so_far_is_the_best_of_all_up_to_there(
    values: list[float], measure: Measure
) -> None:
    course = best_so_far(values, measure)
    assert len(course) == len(values)
    for place, best in enumerate(course):
        finite = [value for value in values[: place + 1] if math.isfinite(value)]
        assert best == measure.best(finite) if finite else math.isnan(best)


def test_a_recipe_that_fails_with_one_seed_is_not_picked_for_the_others() -> None:
    assert picked_value([0.8, 0.9]) == pytest.approx(0.85)
    assert math.isnan(picked_value([0.8, math.nan]))
    assert math.isnan(picked_value([]))


def test_what_is_said_of_the_best() -> None:
    again = seeds_mean([0.90, 0.91, 0.905, 0.899, 0.904])
    alone = BestOfMany(measure=Measure.ACCURACY, value=0.92, seeds=1, trials=40)
    known = BestOfMany(measure=Measure.ACCURACY, value=0.92, seeds=1, trials=40, scatter=0.004)
    told = BestOfMany(measure=Measure.ACCURACY, value=0.92, seeds=1, trials=40, again=again)
    assert "The best of 40 looks better than it is" in alone.sentence
    assert "fresh seeds" in alone.sentence
    assert "about 0.9 points" in known.sentence
    assert "90.4\xa0%" in told.sentence
    assert "1.6 points lower than the 92.0\xa0%" in told.sentence
    assert "5 fresh seeds" in told.sentence


def test_a_rerun_may_come_out_better() -> None:
    lower = seeds_mean([0.28, 0.27])
    told = BestOfMany(measure=Measure.LOSS, value=0.3, seeds=1, trials=5, again=lower)
    assert "0.025 lower than the 0.300" in told.sentence
    same = BestOfMany(
        measure=Measure.LOSS, value=0.3, seeds=1, trials=5, again=seeds_mean([0.3, 0.3])
    )
    assert "the same" in same.sentence
