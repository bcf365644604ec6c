"""What the trials of a sweep amount to, and where they lie on the axes of a plot."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.findings import SweepFindings
from lenet_desktop.sweeps.records import EpochFigures, TrialState
from lenet_desktop.sweeps.scales import scales_of, value_scale
from tests.sweeps.made_sweeps import DEFINITION, made_findings, made_trial

values = st.lists(st.none() | st.floats(0.1, 0.95), max_size=12)


@given(values)
def test_diverged_trials_are_counted_and_never_the_best(several: list[float | None]) -> None:
    findings = made_findings(several)
    finite = [value for value in several if value is not None]
    assert findings.diverged == len(several) - len(finite)
    if finite:
        assert findings.best is not None
        assert findings.course[-1] == max(finite)
        assert list(findings.best.scores.values()) == [max(finite)]
    else:
        assert findings.best is None
        assert findings.best_of_many() is None


@given(values)
def test_the_usual_range_has_the_best_half_and_counts_the_rest(several: list[float | None]) -> None:
    findings = made_findings(several)
    low, high = findings.usual_range
    finite = sorted(value for value in several if value is not None)
    outside = sum(value < low or value > high for value in finite)
    assert findings.far_off == outside
    assert outside <= len(finite) / 2
    if finite:
        assert high == finite[-1]


def test_trials_that_learned_nothing_do_not_flatten_a_plot() -> None:
    findings = made_findings([0.9, 0.89, 0.88, 0.1, 0.91, 0.1, None])
    assert findings.usual_range == (0.88, 0.91)
    assert findings.far_off == 2


def test_a_recipe_is_the_mean_of_its_seeds_and_fails_with_one_of_them() -> None:
    findings = made_findings([0.90, 0.92, 0.95, None, 0.80, 0.82], seeds=2)
    assert [recipe.number for recipe in findings.recipes] == [1, 3, 2]
    best = findings.best_of_many()
    assert best is not None
    assert best.value == pytest.approx(0.91)
    assert (best.trials, best.seeds) == (2, 2)
    compared = findings.compare(findings.recipes[0], findings.recipes[1])
    assert compared is not None
    assert compared.gain == pytest.approx(0.10)


@pytest.mark.parametrize("state", [TrialState.WAITING, TrialState.RUNNING, TrialState.STOPPED])
def test_a_trial_that_goes_on_beyond_its_recipe_still_counts(state: TrialState) -> None:
    findings = made_findings([0.90, 0.95, 0.80])
    figures = tuple(EpochFigures(epoch, 0.05, 0.95) for epoch in range(1, 4))
    longer = replace(findings.trials[1], figures=figures, more_epochs=3, is_spared=True)
    now = replace(findings, trials=[findings.trials[0], replace(longer, state=state)])
    assert now.best is not None
    assert now.best.number == 2
    assert now.course == [0.90, 0.95]


def test_a_trial_that_goes_on_to_its_planned_end_has_a_value_and_is_not_the_best_yet() -> None:
    findings = made_findings([0.90, 0.95])
    pruned = replace(findings.trials[1], state=TrialState.WAITING, is_spared=True)
    now = replace(findings, trials=[findings.trials[0], pruned])
    assert now.value(now.trials[1]) == 0.95
    assert now.best is not None
    assert now.best.number == 1
    diverged = replace(pruned, state=TrialState.DIVERGED)
    assert math.isnan(now.value(diverged))


def test_a_recipe_is_not_picked_for_the_seeds_that_were_left_when_others_were_pruned() -> None:
    findings = made_findings([0.90, 0.92, 0.99, 0.50], seeds=2)
    pruned = replace(findings.trials[3], state=TrialState.PRUNED)
    now = replace(findings, trials=[*findings.trials[:3], pruned])
    assert [recipe.number for recipe in now.recipes] == [1, 2]


def test_the_best_is_trained_again_with_seeds_that_it_has_not_had() -> None:
    findings = made_findings([0.90, 0.92, 0.80, 0.82], seeds=2)
    again = findings.repeated_best(5)
    assert again is not None
    assert not again.vary
    assert again.base.seed == 2
    assert again.base.learning_rate == findings.recipes[0].settings["learning_rate"]
    fresh = SweepFindings(
        again,
        [
            made_trial(number, 0.89, settings={}, seed=number + 1, recipe=1)
            for number in range(1, 6)
        ],
    )
    told = findings.best_of_many([fresh, made_findings([0.5])])
    assert told is not None
    assert told.again is not None
    assert told.again.seeds == 5
    assert "5 fresh seeds" in told.sentence


def test_runs_that_judge_the_test_images_count_by_their_last_epoch() -> None:
    figures = (
        EpochFigures(1, 0.3, 0.95, held_out=False),
        EpochFigures(2, 0.4, 0.90, held_out=False),
    )
    repeat = SweepDefinition(base=replace(DEFINITION.base, validation_images=0), seeds=2)
    findings = SweepFindings(repeat, [made_trial(1, 0.5, figures=figures, settings={})])
    assert findings.value(findings.trials[0]) == 0.90
    assert "test images" in findings.measure_text


def test_pruned_trials_have_a_value_but_are_no_result() -> None:
    pruned = made_trial(2, 0.99, state=TrialState.PRUNED)
    findings = SweepFindings(DEFINITION, [made_trial(1, 0.9), pruned])
    assert findings.value(pruned) == 0.99
    assert [recipe.number for recipe in findings.recipes] == [1]
    assert findings.course == [0.9, 0.9]


def test_settings_lie_where_they_are_varied() -> None:
    rate, activation, value = scales_of(made_findings([0.8, 0.9, None]))
    assert rate.is_log
    assert rate.places.tolist() == pytest.approx([0, math.log(2) / math.log(100), 0.30103])
    assert [words for _, words in rate.ticks] == ["0.01", "0.1", "1"]
    assert set(activation.places) == {0, 1}
    assert value.places[:2].tolist() == [0, 1]
    assert math.isnan(value.places[2])


@given(st.floats(0.01, 1))
def test_a_place_on_an_axis_is_that_of_its_number(number: float) -> None:
    rate = scales_of(made_findings([0.8]))[0]
    assert rate.value_at(rate.place_of(number)) == pytest.approx(number)


def test_an_axis_of_equal_or_no_values_stands_all_the_same() -> None:
    assert np.isfinite(value_scale(made_findings([0.5, 0.5])).places).all()
    assert not len(value_scale(made_findings([])).places)
