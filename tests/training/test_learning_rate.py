"""The course of a learning rate, and what was done to it, in words that say where."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.settings.choices import Schedule
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.events import LearningRateChanged
from lenet_desktop.training.learning_rate import (
    WARM_UP_SHARE,
    RateCourse,
    rate_factor,
    unlike_courses,
    unlike_lengths,
)

COSINE = TrainingConfig(schedule=Schedule.COSINE)


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


def test_nothing_done_is_nothing_said() -> None:
    assert RateCourse.of(COSINE, (), (10,)).text == ""
    assert RateCourse.of(TrainingConfig(), (), (10, 5)).text == ""


def test_every_change_is_told_with_its_place() -> None:
    changes = (LearningRateChanged(4, 0, 0.1), LearningRateChanged(5, 17, 0.025))
    assert RateCourse.of(COSINE, changes, (10, 5, 2)).text == (
        "rate 0.1 from epoch 4 on, rate 0.025 from step 18 of epoch 5 on, "
        "schedule begun anew after epoch 10, schedule begun anew after epoch 15"
    )


def test_rates_that_differ_are_told_differently() -> None:
    texts = {
        RateCourse.of(COSINE, (LearningRateChanged(4, 0, rate),), (10,)).text
        for rate in (0.12345678, 0.12345679)
    }
    assert len(texts) == 2


def test_equal_courses_need_no_word() -> None:
    plain = TrainingConfig()
    assert unlike_courses((plain, RateCourse()), (COSINE, RateCourse())) == ""
    changed = RateCourse.of(plain, (LearningRateChanged(4, 0, 0.1),), ())
    assert unlike_courses((plain, changed), (plain, changed)) == ""
    assert unlike_lengths(3, 3) == ""


def test_what_was_done_to_one_run_only_is_said() -> None:
    plain = TrainingConfig()
    changed = RateCourse.of(plain, (LearningRateChanged(4, 0, 0.1),), ())
    sentence = unlike_courses((plain, RateCourse()), (plain, changed))
    assert "B had rate 0.1 from epoch 4 on" in sentence
    assert "A had" not in sentence


def test_a_schedule_made_for_other_epochs_is_another_course() -> None:
    longer = TrainingConfig(schedule=Schedule.COSINE, epochs=20)
    sentence = unlike_courses((COSINE, RateCourse()), (longer, RateCourse()))
    assert "A is made for 10 epochs" in sentence
    assert "B is made for 20 epochs" in sentence
    constant = TrainingConfig(epochs=20)
    assert unlike_courses((COSINE, RateCourse()), (constant, RateCourse())) == "", "another recipe"
    assert unlike_courses((TrainingConfig(), RateCourse()), (constant, RateCourse())) == ""


def test_unequal_lengths_are_said() -> None:
    assert unlike_lengths(1, 10) == "A has learned for 1 epoch, B for 10 epochs."
