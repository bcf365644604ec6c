from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.config_differences import without_seed
from lenet_desktop.sweeps.definition import Aim, Pruning, Sampler, SweepDefinition
from lenet_desktop.sweeps.proposals import next_trials
from lenet_desktop.sweeps.pruning import Pruner
from lenet_desktop.sweeps.records import EpochFigures, TrialRecord, TrialState
from lenet_desktop.sweeps.vary import Vary

BASE = TrainingConfig(validation_images=500, epochs=3)
VARIED = (
    Vary.parse("learning_rate=log:0.01:1"),
    Vary.parse("activation=relu,tanh"),
    Vary.parse("batch_size=32:512"),
)


def ended(
    trial: TrialRecord, *losses: float, state: TrialState = TrialState.FINISHED
) -> TrialRecord:
    figures = tuple(EpochFigures(n, loss, 1 - loss) for n, loss in enumerate(losses, start=1))
    return replace(trial, state=state, figures=figures)


def asked(definition: SweepDefinition, order: list[int] | None = None) -> list[TrialRecord]:
    """Propose all trials of a sweep whose results follow from their settings."""
    trials: list[TrialRecord] = []
    while new := next_trials(definition, 1, trials):
        for trial in new:
            loss = abs(math.log10(trial.settings.get("learning_rate", 0.1)) + 1) / 2 + 0.01
            is_hopeless = trial.settings.get("learning_rate", 0) > 0.9
            state = TrialState.DIVERGED if is_hopeless else TrialState.FINISHED
            trials.append(ended(trial, loss, loss, loss, state=state))
    return trials


@settings(max_examples=10)
@given(
    sampler=st.sampled_from([Sampler.SOBOL, Sampler.TPE]),
    seed=st.integers(0, 2**31 - 1),
    seeds=st.integers(1, 2),
)
def test_what_is_proposed_follows_from_definition_and_results_alone(
    sampler: Sampler, seed: int, seeds: int
) -> None:
    definition = SweepDefinition(
        base=BASE, vary=VARIED, sampler=sampler, recipes=12, seeds=seeds, seed=seed, generation=4
    )
    trials, again = asked(definition), asked(definition)
    assert [each.settings for each in trials] == [each.settings for each in again]
    assert [each.number for each in trials] == list(range(1, 12 * seeds + 1))
    assert [each.generation for each in trials] == [
        (n // seeds) // 4 + 1 for n in range(12 * seeds)
    ]
    assert [each.seed for each in trials] == list(range(seeds)) * 12
    assert len({each.key for each in trials}) == len(trials)
    recipes = {without_seed(each.config(definition)) for each in trials}
    assert len(recipes) == 12, "no recipe is tried twice"
    for each in trials:
        assert 0.01 <= each.settings["learning_rate"] <= 1
        assert each.settings["learning_rate"] == float(f"{each.settings['learning_rate']:.4g}")
        assert each.settings["batch_size"] in range(32, 513)


def test_a_grid_has_every_recipe_once_and_leaves_out_what_computes_the_same() -> None:
    definition = SweepDefinition(
        base=BASE,
        vary=(Vary.parse("optimizer=sgd,adam"), Vary.parse("momentum=0,0.5,0.9")),
        sampler=Sampler.GRID,
    )
    pairs = {
        (str(each.settings["optimizer"]), each.settings["momentum"]) for each in asked(definition)
    }
    assert {pair for pair in pairs if pair[0] == "sgd"} == {("sgd", 0), ("sgd", 0.5), ("sgd", 0.9)}
    assert len(pairs) == 4, "Adam knows no momentum"


def test_a_sobol_sequence_fills_a_range_evenly() -> None:
    vary = (Vary.parse("momentum=0:0.96"), Vary.parse("pooling=average,max"))
    trials = asked(SweepDefinition(base=BASE, vary=vary, recipes=16))
    parts = sorted(int(each.settings["momentum"] / 0.06) for each in trials)
    assert parts == list(range(16))
    assert sum(each.settings["pooling"] == "max" for each in trials) == 8


def test_what_is_adaptive_goes_where_the_results_are_good_and_nothing_diverges() -> None:
    definition = SweepDefinition(base=BASE, vary=VARIED, sampler=Sampler.TPE, recipes=60, seed=1)
    rates = [each.settings["learning_rate"] for each in asked(definition)]
    near = [abs(math.log10(rate) + 1) < 0.3 for rate in rates]
    assert sum(near[40:]) >= 12 > sum(near[:20])
    assert max(rates[30:]) < 0.9, "what has diverged is learned from"


def test_to_repeat_a_recipe_is_a_sweep_that_varies_its_seed_alone() -> None:
    trials = asked(SweepDefinition(base=replace(BASE, seed=7), seeds=3))
    assert [(each.recipe, each.seed, dict(each.settings)) for each in trials] == [
        (1, 7, {}), (1, 8, {}), (1, 9, {}),
    ]  # fmt: skip


def test_fewer_recipes_than_were_asked_for_are_all_there_are() -> None:
    vary = (Vary.parse("activation=relu,tanh"), Vary.parse("pooling=average,max"))
    for sampler in (Sampler.SOBOL, Sampler.TPE):
        assert len(asked(SweepDefinition(base=BASE, vary=vary, recipes=40, sampler=sampler))) == 4


@pytest.mark.parametrize("pruning", [Pruning.MEDIAN, Pruning.HALVING])
@pytest.mark.parametrize("aim", list(Aim))
def test_a_trial_is_compared_with_earlier_generations_only(pruning: Pruning, aim: Aim) -> None:
    definition = SweepDefinition(
        base=BASE, vary=VARIED, pruning=pruning, recipes=18, generation=6, aim=aim
    )
    trials = next_trials(definition, 1, [])
    first = [ended(each, 0.3 + place / 10, 0.2) for place, each in enumerate(trials[:6])]
    pruner = Pruner(definition)
    assert all(pruner.goes_on(ended(each, 0.9), trials) for each in trials[:6]), "nothing is known"

    good, bad = ended(trials[6], 0.1), ended(trials[7], 0.95)
    assert pruner.goes_on(bad, trials) is None, "its earlier generation is still on its way"
    known = [
        *(replace(e, figures=(*e.figures, EpochFigures(3, 0.1, 0.9))) for e in first),
        *trials[6:],
    ]
    told = [pruner.goes_on(each, known) for each in (bad, good)]
    assert told == [False, True]
    # Whatever its own generation has come to by then.
    others = [*known[:8], *(ended(each, 0.99, 0.99, 0.99) for each in trials[8:12]), *trials[12:]]
    assert [Pruner(definition).goes_on(each, others) for each in (bad, good)] == told
    whole = ended(bad, 0.95, 0.95, 0.95)
    assert pruner.goes_on(whole, known), "there is nothing left to be saved"
