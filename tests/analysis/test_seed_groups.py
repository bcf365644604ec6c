"""Runs of one recipe: put together, averaged as plain Python would, and told honestly."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.analysis.history import Series
from lenet_desktop.analysis.seed_groups import band_legend, mean_band, seed_groups
from lenet_desktop.settings.choices import Optimizer, Schedule
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.events import LearningRateChanged
from lenet_desktop.training.learning_rate import RateCourse

ADAM = TrainingConfig(optimizer=Optimizer.ADAM)

configs = st.builds(
    TrainingConfig,
    epochs=st.integers(1, 2),
    learning_rate=st.sampled_from([0.5, 0.9]),
    seed=st.integers(0, 3),
    device=st.sampled_from(["auto", "cpu"]),
    optimizer=st.sampled_from([Optimizer.SGD, Optimizer.ADAM]),
    momentum=st.sampled_from([0.0, 0.9]),
)


def series_of(*curves: dict[int, float]) -> list[tuple[Series, Series]]:
    return [
        (np.array(list(curve), np.float64), np.array(list(curve.values()), np.float64))
        for curve in curves
    ]


values = st.floats(-1e6, 1e6)
curves = st.lists(st.dictionaries(st.integers(1, 6), values, max_size=6), max_size=5)


@given(st.lists(configs, max_size=12))
def test_every_run_is_in_the_group_of_its_recipe(several: list[TrainingConfig]) -> None:
    groups = seed_groups([(config, RateCourse()) for config in several])

    def recipe(place: int) -> TrainingConfig:
        config = several[place]
        momentum = config.momentum if config.optimizer.uses_momentum else 0.0
        return replace(config, seed=0, device="auto", momentum=momentum)

    assert sorted(place for group in groups for place in group) == list(range(len(several)))
    for group in groups:
        assert group == sorted(group)
        assert {recipe(place) for place in group} == {recipe(group[0])}
    firsts = [group[0] for group in groups]
    assert firsts == sorted(firsts)
    assert len({recipe(first) for first in firsts}) == len(groups)


def test_an_example_worked_out_by_hand() -> None:
    runs = [
        TrainingConfig(seed=1),
        ADAM,
        TrainingConfig(seed=2, device="cpu"),
        replace(ADAM, momentum=0.5),
        TrainingConfig(epochs=5),
    ]

    assert seed_groups([(run, RateCourse()) for run in runs]) == [[0, 2], [1, 3], [4]]
    assert seed_groups([]) == []


def test_runs_whose_learning_rate_went_otherwise_are_of_another_recipe() -> None:
    cosine = TrainingConfig(schedule=Schedule.COSINE, epochs=6)
    changed = (LearningRateChanged(2, 0, 0.1),)
    runs = [
        (cosine, RateCourse.of(cosine, (), (6,))),
        (cosine, RateCourse.of(cosine, changed, (6,))),
        (cosine, RateCourse.of(cosine, (), (4, 2))),
        (replace(cosine, seed=1), RateCourse.of(cosine, (), ())),
        (replace(cosine, seed=2), RateCourse.of(cosine, changed, (6,))),
    ]
    assert seed_groups(runs) == [[0, 3], [1, 4], [2]]
    constant = TrainingConfig(epochs=6)
    courses = [RateCourse.of(constant, (), cycles) for cycles in ((6,), (4, 2))]
    assert seed_groups([(constant, course) for course in courses]) == [[0, 1]]


@given(curves)
def test_mean_and_band_are_as_plain_python_would_find_them(several: list[dict[int, float]]) -> None:
    x, mean, low, high = mean_band(series_of(*several))

    epochs = sorted({epoch for curve in several for epoch in curve})
    held = {epoch: [curve[epoch] for curve in several if epoch in curve] for epoch in epochs}
    shared = [epoch for epoch in epochs if len(held[epoch]) >= 2]
    assert {array.dtype for array in (x, mean, low, high)} == {np.dtype(np.float64)}
    assert x.tolist() == shared
    assert low.tolist() == [min(held[epoch]) for epoch in shared]
    assert high.tolist() == [max(held[epoch]) for epoch in shared]
    np.testing.assert_allclose(
        mean, [sum(held[epoch]) / len(held[epoch]) for epoch in shared], rtol=1e-12, atol=1e-9
    )
    assert np.all((low <= mean) & (mean <= high))


def test_equal_runs_have_a_band_without_height() -> None:
    _, mean, low, high = mean_band(series_of(*[{1: 0.1}] * 3))

    assert mean.tolist() == low.tolist() == high.tolist() == [0.1]


def test_a_value_that_is_no_number_leaves_a_gap() -> None:
    _, mean, low, high = mean_band(series_of({1: 0.5, 2: np.nan}, {1: 0.7, 2: 0.8}))

    for array in (mean, low, high):
        assert np.isnan(array).tolist() == [False, True]


def test_the_legend_says_of_how_many_runs_the_mean_is() -> None:
    seeds = [TrainingConfig(seed=seed) for seed in range(3)]
    full = {1: 0.5, 2: 0.6}

    assert band_legend(seeds, series_of(full, full, full)) == (
        "mean of 3 seeds, band: lowest to highest"
    )
    assert band_legend(seeds, series_of(full, full, {1: 0.5})) == (
        "mean of 2 to 3 seeds, band: lowest to highest"
    )
    assert band_legend(seeds[:2] + seeds[:1], series_of(full, full, full)) == (
        "mean of 3 runs, band: lowest to highest"
    )


def test_one_run_has_no_band() -> None:
    alone = series_of({1: 0.5, 2: 0.6})

    assert [array.tolist() for array in mean_band(alone)] == [[], [], [], []]
    assert band_legend([TrainingConfig()], alone) == ""
    assert [array.tolist() for array in mean_band([])] == [[], [], [], []]
    assert band_legend([], []) == ""
