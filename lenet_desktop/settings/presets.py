"""Named recipes, which fit themselves to what is learned from.

The figures that they reach are measured by `benchmarks/accuracy.py`.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.settings.choices import (
    Activation,
    Augmentation,
    Network,
    Optimizer,
    Pooling,
    Schedule,
)
from lenet_desktop.settings.config import SETTINGS, TrainingConfig
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import sentences

_NO_RECIPE = tuple(each.name for each in SETTINGS if not each.is_recipe)
_STEPS_PER_EPOCH, _MOST_EPOCHS = 40, 200
"""How many steps of an epoch batches are made smaller for, and how many epochs are enough."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A named recipe.

    Attributes:
        name: what it is called in English, and in lessons.
        sentence: what it is good for.
        measured: a sentence about the data on which its figures were measured.
        config: the recipe for 60,000 images that may be mirrored.
        least_batch: how small its batches become where there are few images.
        least_steps: how many steps a run should have.
    """

    name: str
    sentence: str
    measured: str
    config: TrainingConfig
    least_batch: int
    least_steps: int

    @property
    def title(self) -> str:
        """What people call it."""
        return _(self.name)

    def matches(self, config: TrainingConfig) -> bool:
        """Tell whether `config` is this recipe, whatever its seed, its device and its data."""
        return self.for_run(config) == config

    def for_run(self, config: TrainingConfig) -> TrainingConfig:
        """Return the recipe with the seed, the device and the data of another configuration."""
        return self.for_data(config.data, config)

    def for_data(self, info: DatasetInfo, run: TrainingConfig | None = None) -> TrainingConfig:
        """Return the recipe for a data set, with the seed and the device of a run, if one is given.

        Images that must not be mirrored are only moved. Where an epoch would have hardly a step,
        batches are halved, and the learning rate with them (the linear scaling rule of Goyal et
        al., "Accurate, large minibatch SGD", 2017, downwards). Where the run would still have too
        few steps it has more epochs, of normalised pixels, with which sigmoids take off much sooner
        (LeCun et al. 1998, section II.B, normalise them for that).
        """
        config, images = self.config, info.training_images or self.config.data.training_images
        batch = config.batch_size
        while batch // 2 >= self.least_batch and images < _STEPS_PER_EPOCH * batch:
            batch //= 2
        enough = math.ceil(self.least_steps / math.ceil(images / batch))
        epochs = max(config.epochs, min(enough, _MOST_EPOCHS))
        kept: dict[str, Any] = (
            {} if run is None else {name: getattr(run, name) for name in _NO_RECIPE}
        )
        return replace(
            config,
            **kept,
            data=info,
            batch_size=batch,
            learning_rate=config.learning_rate * min(batch, images) / config.batch_size,
            epochs=epochs,
            normalise=config.normalise or epochs > config.epochs,
            augmentation=_allowed(config.augmentation, info),
        )

    def about(self, info: DatasetInfo) -> str:
        """Say what it is good for, where that was measured, and whether it is fitted to data."""
        plain = replace(self.for_data(info), data=self.config.data)
        said = [_(self.sentence), _(self.measured)]
        if plain != self.config:
            said.append(_("It is fitted to {title}.").format(title=info.title))
        return sentences(said)


TEXTBOOK = Preset(
    marked("Textbook LeNet"),
    marked(
        "Sigmoids and average pooling, as the network was first taught. It learns nothing for "
        "hundreds of steps, then takes off."
    ),
    marked("Its figures were measured on Fashion-MNIST and on the small digits."),
    TrainingConfig(),
    least_batch=64,  # smaller ones are too noisy for a sigmoid's small gradients
    least_steps=2_000,
)
MODERN = Preset(
    marked("Modern"),
    marked(
        "As many weights, with ReLU, maximum pooling and a learning rate that rises and falls. It "
        "learns at once."
    ),
    marked("Its figures were measured on Fashion-MNIST and on the small digits."),
    TrainingConfig(
        learning_rate=0.1,
        batch_size=128,
        optimizer=Optimizer.NESTEROV,
        momentum=0.9,
        activation=Activation.RELU,
        pooling=Pooling.MAX,
        schedule=Schedule.ONE_CYCLE,
        weight_decay=5e-4,
        label_smoothing=0.05,
        augmentation=Augmentation.FLIPS,
        normalise=True,
    ),
    least_batch=8,
    least_steps=400,
)
FAST = Preset(
    marked("Fast"),
    marked(
        "A network worth looking at after two epochs: layers that are normalised while they "
        "learn bear "
        "larger steps."
    ),
    marked("Its figures were measured on Fashion-MNIST and on the small digits."),
    replace(
        MODERN.config,
        epochs=2,
        learning_rate=0.2,
        batch_norm=True,
        augmentation=Augmentation.NONE,
    ),
    least_batch=8,
    least_steps=400,
)
BEST = Preset(
    marked("Best"),
    marked(
        "A deeper network, the small VGG, whose layers are normalised while they learn, from "
        "images that are also mirrored and moved: the most accurate, and the slowest by far."
    ),
    marked(
        "It was chosen on Fashion-MNIST, and its figures were measured there and on the small "
        "digits."
    ),
    replace(
        MODERN.config,
        network=Network.VGG,
        epochs=30,
        batch_size=256,
        learning_rate=0.2,
        batch_norm=True,
        label_smoothing=0.0,
        augmentation=Augmentation.FLIPS_AND_SHIFTS,
    ),
    least_batch=8,
    least_steps=400,
)
PRESETS = (TEXTBOOK, FAST, MODERN, BEST)


def find_preset(config: TrainingConfig) -> Preset | None:
    """Return the preset that `config` follows, or None if it is a recipe of its own."""
    return next((preset for preset in PRESETS if preset.matches(config)), None)


def fitted_to(info: DatasetInfo, config: TrainingConfig) -> TrainingConfig:
    """Return a recipe for another data set than the one that it was made for.

    A preset is what it is for those data. All else stays, but that what must not be mirrored is
    not.
    """
    if info.fingerprint == config.data.fingerprint:
        return replace(config, data=info)
    preset = find_preset(config)
    if preset is not None:
        return preset.for_data(info, config)
    return replace(config, data=info, augmentation=_allowed(config.augmentation, info))


def _allowed(augmentation: Augmentation, info: DatasetInfo) -> Augmentation:
    return augmentation if info.can_be_mirrored else augmentation.without_flips
