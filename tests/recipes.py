"""Recipes that tests train with."""

from lenet_desktop.core.config import Activation, Optimizer, Pooling, TrainingConfig
from lenet_desktop.core.presets import Preset

RELU = Preset(
    "ReLU and max pooling",
    "Learns at once and keeps its learning rate.",
    TrainingConfig(
        learning_rate=0.02,
        optimizer=Optimizer.NESTEROV,
        momentum=0.9,
        activation=Activation.RELU,
        pooling=Pooling.MAX,
    ),
)
