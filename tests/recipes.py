"""Recipes that tests train with."""

from lenet_desktop.settings.choices import (
    Activation,
    Augmentation,
    ClassWeights,
    Network,
    Optimizer,
    Pooling,
    Schedule,
)
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import Preset

RELU = Preset(
    "ReLU and max pooling",
    "Learns at once and keeps its learning rate.",
    "It was never measured.",
    TrainingConfig(
        learning_rate=0.02,
        optimizer=Optimizer.NESTEROV,
        momentum=0.9,
        activation=Activation.RELU,
        pooling=Pooling.MAX,
    ),
    least_batch=256,
    least_steps=1,
)

OPTIMIZERS = {
    "sgd": TrainingConfig(epochs=3, batch_size=100),
    "nesterov": TrainingConfig(
        epochs=3, batch_size=100, learning_rate=0.05, optimizer=Optimizer.NESTEROV, momentum=0.9,
        schedule=Schedule.ONE_CYCLE, weight_decay=5e-4, activation=Activation.RELU,
        pooling=Pooling.MAX, augmentation=Augmentation.FLIPS_AND_SHIFTS, normalise=True,
        batch_norm=True, validation_images=77, patience=2,
    ),
    "adam": TrainingConfig(
        epochs=3, batch_size=100, learning_rate=2e-3, optimizer=Optimizer.ADAM,
        network=Network.PERCEPTRON, activation=Activation.TANH, schedule=Schedule.COSINE,
        label_smoothing=0.1, class_weights=ClassWeights.BALANCED,
    ),
    "adamw": TrainingConfig(
        epochs=3, batch_size=100, learning_rate=2e-3, optimizer=Optimizer.ADAMW,
        weight_decay=0.05, activation=Activation.RELU, augmentation=Augmentation.FLIPS,
        validation_images=30, dropout=0.25,
    ),
}  # fmt: skip
"""Three short epochs with each optimiser, and with everything else that a recipe can ask for."""
