"""Networks that have learned a little, to look into."""

from dataclasses import replace

import pytest

from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import train
from lenet_desktop.training.events import PredictionsReady
from tests.recipes import RELU

RECIPES = {
    "ReLU": replace(RELU.config, epochs=1, batch_size=32),
    "ReLU, normalised": replace(RELU.config, epochs=1, batch_size=32, normalise=True),
    "sigmoid": replace(TEXTBOOK.config, epochs=1, batch_size=32),
}


def _learned(config: TrainingConfig, few: DataSplits) -> Snapshot:
    told = [e for e in train(config, few, Device("cpu", "CPU")) if isinstance(e, PredictionsReady)]
    snapshot = told[-1].snapshot
    assert snapshot is not None
    return snapshot


@pytest.fixture(scope="session")
def learned_networks(few: DataSplits) -> dict[str, Snapshot]:
    """Return a network for each recipe, by its name."""
    return {name: _learned(config, few) for name, config in RECIPES.items()}


@pytest.fixture(params=list(RECIPES))
def learned(request: pytest.FixtureRequest, learned_networks: dict[str, Snapshot]) -> Snapshot:
    """Return each of the networks in turn."""
    return learned_networks[request.param]


@pytest.fixture
def relu(learned_networks: dict[str, Snapshot]) -> Snapshot:
    """Return one of them, where one is enough."""
    return learned_networks["ReLU, normalised"]
