"""The course of the learning rate."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.settings.choices import Schedule
from lenet_desktop.training.schedules import WARM_UP_SHARE, rate_factor


@given(st.sampled_from(Schedule), st.integers(1, 5_000), st.data())
def test_a_factor_is_above_0_and_at_most_1(
    schedule: Schedule, steps: int, data: st.DataObject
) -> None:
    step = data.draw(st.integers(0, steps - 1))
    assert 0 < rate_factor(schedule, step, steps) <= 1


@pytest.mark.parametrize("schedule", [Schedule.COSINE, Schedule.ONE_CYCLE])
def test_rates_fall_to_the_end(schedule: Schedule) -> None:
    factors = [rate_factor(schedule, step, 1_000) for step in range(1_000)]
    top = round(WARM_UP_SHARE * 1_000) if schedule is Schedule.ONE_CYCLE else 0
    assert factors[top] == pytest.approx(1)
    assert factors[: top + 1] == sorted(factors[: top + 1])
    assert factors[top:] == sorted(factors[top:], reverse=True)
    assert factors[-1] < 1e-3


def test_cosine_is_what_the_paper_says() -> None:
    for step in range(7):
        expected = (1 + math.cos(math.pi * step / 7)) / 2
        assert rate_factor(Schedule.COSINE, step, 7) == pytest.approx(expected)


def test_constant_is_constant() -> None:
    assert {rate_factor(Schedule.CONSTANT, step, 9) for step in range(9)} == {1.0}
