"""Reading a network back from a file, to see that it is the one that was written."""

from pathlib import Path

from torch import nn

from lenet_desktop.export.model_files import read_model
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.config import TrainingConfig


def load_model(path: Path) -> tuple[nn.Sequential, TrainingConfig]:
    """Return the network of a file of this program, with its configuration."""
    stored = read_model(path)
    assert stored.config is not None
    return Snapshot.of(stored.config, 0, stored.weights).build(), stored.config
