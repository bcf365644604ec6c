"""Which settings matter: found where they do, doubted where trials are few."""

import math
from typing import Any

import numpy as np
import pytest

from lenet_desktop.analysis.importance import importance_of_settings


def trials(count: int) -> list[tuple[dict[str, Any], float]]:
    random = np.random.default_rng(0)
    made = []
    for _ in range(count):
        rate = float(10 ** random.uniform(-2, 0))
        settings = {
            "learning_rate": rate,
            "activation": str(random.choice(["relu", "tanh"])),
            "normalise": bool(random.integers(2)),
            "epochs": 3,
        }
        value = -((math.log10(rate) + 1) ** 2)
        made.append((settings, value + 0.05 * (settings["activation"] == "relu")))
    return made


def test_the_setting_that_decides_comes_first_and_a_fixed_one_not_at_all() -> None:
    found = importance_of_settings(trials(40), frozenset({"learning_rate"}))
    assert next(iter(found.shares)) == "learning_rate"
    assert set(found.shares) == {"learning_rate", "activation", "normalise"}
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.shares["learning_rate"] > 0.8
    assert not found.warning
    assert importance_of_settings(trials(40), frozenset({"learning_rate"})) == found


def test_too_few_trials_are_said_and_diverged_ones_do_not_count() -> None:
    some = trials(6)
    lost = [(settings, math.nan) for settings, _ in trials(30)]
    assert importance_of_settings([*some, *lost]) == importance_of_settings(some)
    assert "6 trials" in importance_of_settings(some).warning
    nothing = importance_of_settings(some[:2])
    assert not nothing.shares
    assert nothing.warning
    assert not importance_of_settings([]).shares


def test_results_that_hardly_differ_and_those_that_are_equal() -> None:
    settings = [{"momentum": place / 10} for place in range(6)]
    equal = importance_of_settings([(each, 0.5) for each in settings])
    close = importance_of_settings(
        [(each, 0.5 + 1e-9 * place) for place, each in enumerate(settings)]
    )
    assert not equal.shares
    assert equal.warning
    assert close.shares == {"momentum": pytest.approx(1)}
