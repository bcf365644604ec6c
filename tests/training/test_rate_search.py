"""Finding a learning rate."""

from dataclasses import replace

import numpy as np
import pytest

from lenet_desktop.data.images import DataSplits
from lenet_desktop.settings.choices import Activation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import MODERN, TEXTBOOK
from lenet_desktop.training.devices import Device
from lenet_desktop.training.rate_search import (
    HIGHEST_RATE,
    LOWEST_RATE,
    STEPS,
    RatesTried,
    search_rates,
)

CPU = Device("cpu", "CPU")
RECIPE = replace(MODERN.config, label_smoothing=0.0, activation=Activation.TANH)
"""Its loss bursts at a high rate, whatever the seed; a smoothed one cannot become that large."""


def search(data: DataSplits, config: TrainingConfig = RECIPE) -> RatesTried:
    *earlier, last = search_rates(config, data, CPU)
    assert last.is_done
    assert not any(report.is_done for report in earlier)
    return last


@pytest.fixture(scope="module")
def found(data: DataSplits) -> RatesTried:
    """Return what a search on the real images came to."""
    return search(data)


def test_rates_grow_until_the_loss_bursts(found: RatesTried) -> None:
    assert found.rates[0] == pytest.approx(LOWEST_RATE)
    steps = np.diff(np.log(found.rates))
    np.testing.assert_allclose(steps, np.log(HIGHEST_RATE / LOWEST_RATE) / (STEPS - 1))
    assert len(found.rates) == len(found.losses) < STEPS
    assert np.isfinite(found.losses).all()


def test_the_suggestion_is_a_tenth_of_the_best_and_works(found: RatesTried) -> None:
    best = found.rates[found.losses.argmin()]
    assert found.suggestion == pytest.approx(best / 10, rel=0.05)
    assert found.suggestion is not None
    assert 1e-3 < found.suggestion < 0.2


def test_a_network_that_learns_nothing_in_the_test_gets_no_suggestion(data: DataSplits) -> None:
    assert search(data, replace(TEXTBOOK.config, batch_size=32)).suggestion is None


def test_a_search_is_repeatable(few: DataSplits) -> None:
    config = replace(RECIPE, batch_size=8)
    first, second = (search(few, config) for _ in range(2))
    assert first.losses.tobytes() == second.losses.tobytes()
    other = search(few, replace(config, seed=1))
    assert other.losses.tobytes() != first.losses.tobytes()


def test_nothing_tried_is_nothing_suggested() -> None:
    assert RatesTried(np.empty(0), np.empty(0), is_done=True).suggestion is None
