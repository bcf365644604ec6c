from __future__ import annotations

from pathlib import Path

import pytest

from lenet_desktop.data.catalogue import read_named
from lenet_desktop.data.images import DataSplits, as_splits
from lenet_desktop.data.known import small_digits
from lenet_desktop.settings.choices import Activation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.vary import Vary


@pytest.fixture(scope="session")
def digits(cache: Path) -> DataSplits:
    """Return digits of which an epoch takes next to no time."""
    return as_splits(read_named(small_digits.KEY, cache))


@pytest.fixture(scope="session")
def few_digits(digits: DataSplits) -> DataSplits:
    """Return so few of them that a trial takes no time."""
    return DataSplits(digits.train.first(260), digits.test.first(100))


@pytest.fixture(scope="session")
def brief(digits: DataSplits) -> SweepDefinition:
    """Return a sweep of six trials of two epochs each, in generations of two."""
    return SweepDefinition(
        base=TrainingConfig(
            data=digits.info,
            epochs=2,
            batch_size=80,
            activation=Activation.RELU,
            validation_images=100,
            device="cpu",
        ),
        vary=(Vary.parse("learning_rate=log:0.01:1"), Vary.parse("pooling=average,max")),
        recipes=6,
        generation=2,
        seed=3,
    )
