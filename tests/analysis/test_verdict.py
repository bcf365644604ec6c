"""The verdict on two networks or recipes, and what is flagged beside it."""

from dataclasses import replace

import numpy as np
import pytest

from lenet_desktop.analysis.measures import Measure
from lenet_desktop.analysis.paired_outcomes import PairedOutcomes
from lenet_desktop.analysis.recipe_comparison import compare_recipes, seeds_mean
from lenet_desktop.analysis.verdict import (
    Contestant,
    Verdict,
    contestant_names,
    flags,
    network_verdict,
    no_verdict,
    recipe_verdict,
)
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.settings.choices import Activation, Optimizer, Schedule
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import PRESETS
from lenet_desktop.training.events import LearningRateChanged
from lenet_desktop.training.learning_rate import RateCourse
from tests.judged import judged

SIGMOID = TrainingConfig(epochs=10)
RELU = replace(SIGMOID, activation=Activation.RELU)
A, B = Contestant("Sigmoid", SIGMOID, 10), Contestant("ReLU", RELU, 10)


def answers(right: int, wrong_first: int = 0, images: int = 1_000) -> PredictionSet:
    """Return answers of which so many are right, after some that are wrong."""
    labels = np.zeros(images, np.uint8)
    predicted = np.ones(images, np.intp)
    predicted[wrong_first : wrong_first + right] = 0
    probabilities = np.eye(10, dtype=np.float32)[predicted]
    return PredictionSet(10, labels, probabilities, np.zeros(images, np.float32), DEFAULT)


def verdict_of(right_a: int, right_b: int, wrong_first: int = 0) -> Verdict:
    outcomes = PairedOutcomes(answers(right_a), answers(right_b, wrong_first))
    return network_verdict(A, B, outcomes)


@pytest.mark.parametrize(
    ("right_a", "right_b", "shift", "said"),
    [
        (
            821,
            817,
            20,
            "Sigmoid 82.10\xa0%, ReLU 81.70\xa0%: could be chance.",
        ),
        (
            812,
            820,
            0,
            "Sigmoid 81.20\xa0%, ReLU 82.00\xa0%: ReLU is better, and hardly by chance.",
        ),
        (
            826,
            820,
            0,
            "Sigmoid 82.60\xa0%, ReLU 82.00\xa0%: Sigmoid is probably better.",
        ),
        (
            820,
            820,
            30,
            "Sigmoid 82.00\xa0%, ReLU 82.00\xa0%: equally good.",
        ),
        (0, 0, 0, "Sigmoid 0.00\xa0%, ReLU 0.00\xa0%: equally good."),
    ],
)
def test_the_headline_says_who_is_better_and_whether_that_could_be_chance(
    right_a: int, right_b: int, shift: int, said: str
) -> None:
    verdict = verdict_of(right_a, right_b, shift)
    assert verdict.headline == said
    assert verdict.flags == ()


def test_a_name_of_several_parts_is_told_from_the_figure_behind_it() -> None:
    name = "Textbook LeNet, rate 50"
    outcomes = PairedOutcomes(answers(900), answers(100))
    told = network_verdict(A, Contestant(name, RELU, 10), outcomes).headline
    assert f"“{name}” 10.00\xa0%" in told
    assert "Sigmoid 90.00\xa0%" in told


def test_behind_the_headline_stand_the_test_and_what_one_network_says_of_a_recipe() -> None:
    outcomes = PairedOutcomes(answers(821), answers(700))
    told = " ".join(network_verdict(A, B, outcomes).details)
    assert outcomes.sentence("A", "B") in told
    assert "with another seed" in told


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ({0: 0.82, 1: 0.83, 2: 0.81}, {0: 0.70, 1: 0.711, 2: 0.69}, "Sigmoid is better"),
        ({0: 0.82, 1: 0.80, 2: 0.81}, {0: 0.81, 1: 0.82, 2: 0.80}, "equally good."),
        ({0: 0.82, 1: 0.80, 2: 0.81}, {0: 0.81, 1: 0.82, 2: 0.801}, "could be chance."),
        ({0: 0.82}, {0: 0.81, 1: 0.80}, "too few seeds to say which is better."),
    ],
)
def test_recipes_are_compared_over_their_seeds(
    a: dict[int, float], b: dict[int, float], said: str
) -> None:
    comparison = judged(compare_recipes(a, b, Measure.ACCURACY))
    means = judged(seeds_mean(list(a.values()))), judged(seeds_mean(list(b.values())))
    verdict = recipe_verdict(A, B, means, comparison)
    assert said in verdict.headline
    assert verdict.details == (comparison.sentence("A", "B"), comparison.method)


def test_unequal_epochs_rates_and_data_are_flagged() -> None:
    other_data = replace(DEFAULT, title="Other data", fingerprint="0" * 64)
    slow = replace(RELU, learning_rate=0.1, schedule=Schedule.COSINE, data=other_data)
    told = flags(A, Contestant("ReLU", slow, 4))
    data, epochs, rates, much = told
    assert "Other data" in data
    assert "A has learned for 10, B for 4, so B may only be behind" in epochs
    assert "Learning rate: A had 0.9, B 0.1." in rates
    assert "Schedule: A had" in rates
    assert "activation and learning rate" in much


@pytest.mark.parametrize(("epochs", "lead"), [(4, -0.1), (4, 0), (40, 0.1)])
def test_who_is_not_behind_is_not_said_to_be_so_for_few_epochs(epochs: int, lead: float) -> None:
    other = Contestant("Longer or shorter", SIGMOID, epochs)
    (told,) = flags(A, other, lead)
    assert f"A has learned for 10, B for {epochs}." in told
    (told,) = flags(A, other, 0.1 if epochs < 10 else -0.1)
    assert "may only be behind" in told


def test_a_rate_that_was_changed_on_the_way_is_flagged() -> None:
    course = RateCourse((LearningRateChanged(3, 0, 0.05),))
    (told,) = flags(A, Contestant("ReLU", RELU, 10, course))
    assert "B had rate 0.05 from epoch 3 on" in told


def test_where_one_setting_alone_differs_nothing_is_flagged() -> None:
    assert flags(A, B) == ()
    assert flags(A, Contestant("Seed 1", replace(SIGMOID, seed=1), 10)) == ()
    both = replace(RELU, optimizer=Optimizer.ADAM)
    (told,) = flags(A, Contestant("Both", both, 10))
    assert "does not say which" in told


def test_runs_on_other_data_or_without_an_epoch_get_no_verdict() -> None:
    assert no_verdict(A, B) is None
    other = replace(DEFAULT, title="Other data", fingerprint="0" * 64)
    elsewhere = no_verdict(A, Contestant("ReLU", replace(RELU, data=other), 10))
    assert elsewhere is not None
    assert "learned from different data" in elsewhere.headline
    assert len(elsewhere.flags) == 1
    unborn = no_verdict(A, Contestant("ReLU", RELU, 0))
    assert unborn is not None
    assert "ReLU has finished no epoch yet" in unborn.headline


def test_two_are_called_by_their_titles_or_by_what_differs_or_by_their_recipes() -> None:
    names = ["Run 1", "Run 2"]
    assert contestant_names([SIGMOID, RELU], names) == ["Sigmoid", "ReLU"]
    assert contestant_names([SIGMOID, RELU], names, ["old", ""]) == ["Sigmoid", "ReLU"]
    assert contestant_names([SIGMOID, RELU], names, ["old", "new"]) == ["Old", "New"]
    presets = [preset.config for preset in PRESETS[:2]]
    assert contestant_names(presets, names) == [preset.name for preset in PRESETS[:2]]
    other_seed = replace(SIGMOID, seed=1)
    assert contestant_names([SIGMOID, other_seed], names) == ["Seed 0", "Seed 1"]
    assert contestant_names([other_seed, RELU], names) == ["Sigmoid", "ReLU"]
    assert contestant_names([SIGMOID, SIGMOID], names) == names
    assert contestant_names([SIGMOID, SIGMOID], ["Same", "Same"]) == ["Same (A)", "Same (B)"]
