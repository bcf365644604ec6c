"""Named recipes. The figures that they reach are measured by `benchmarks/accuracy.py`."""

from dataclasses import dataclass, replace

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.settings.choices import Activation, Augmentation, Optimizer, Pooling, Schedule
from lenet_desktop.settings.config import SETTINGS, TrainingConfig


@dataclass(frozen=True, slots=True)
class Preset:
    """A named recipe with one sentence that says what it is good for."""

    name: str
    sentence: str
    config: TrainingConfig

    def matches(self, config: TrainingConfig) -> bool:
        """Tell whether `config` is this recipe, whatever its seed, its device and its data."""
        return self.for_run(config) == config

    def for_run(self, config: TrainingConfig) -> TrainingConfig:
        """Return the recipe with the seed, the device and the data of another configuration."""
        kept = {each.name: getattr(config, each.name) for each in SETTINGS if not each.is_recipe}
        return replace(self.for_data(config.data), **kept)

    def for_data(self, info: DatasetInfo) -> TrainingConfig:
        """Return the recipe for a data set; images that must not be mirrored are not varied."""
        varied = self.config.augmentation if info.can_be_mirrored else Augmentation.NONE
        return replace(self.config, augmentation=varied, data=info)


TEXTBOOK = Preset(
    "Textbook LeNet",
    "Sigmoids and average pooling, as the network was first taught. It learns nothing for about "
    "an epoch, then takes off.",
    TrainingConfig(),
)
MODERN = Preset(
    "Modern",
    "As many weights, with ReLU, maximum pooling and a learning rate that rises and falls. It "
    "learns at once.",
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
)
BEST = Preset(
    "Best",
    "The modern recipe for longer, with images that are also moved: as far as these weights were "
    "brought.",
    replace(
        MODERN.config,
        epochs=60,
        batch_size=256,
        label_smoothing=0.0,
        augmentation=Augmentation.FLIPS_AND_SHIFTS,
    ),
)
PRESETS = (TEXTBOOK, MODERN, BEST)


def find_preset(config: TrainingConfig) -> Preset | None:
    """Return the preset that `config` follows, or None if it is a recipe of its own."""
    return next((preset for preset in PRESETS if preset.matches(config)), None)
