"""What a training run is asked to do: a frozen value that is valid from birth."""

import difflib
import math
from dataclasses import asdict, dataclass
from typing import Any, Self

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.settings.choices import (
    Activation,
    Augmentation,
    ClassWeights,
    KeptNetworks,
    Network,
    Optimizer,
    Pooling,
    Schedule,
)
from lenet_desktop.settings.table import ConfigError, Group, Range, Setting, read_table, setting
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import listed, quoted

MAX_EPOCHS = 1_000
MAX_BATCH_SIZE = 10_000
MAX_SEED = 2**31 - 1
MAX_VALIDATION_IMAGES = 100_000
AUTO_DEVICE = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """Everything that decides what a run computes. The defaults are the textbook's recipe.

    The network and recipe are LeNet as taught in Zhang et al., Dive into Deep Learning, section
    7.6, after LeCun et al. 1998.

    Attributes:
        data: what is learned from.

    Raises:
        ConfigError: a value is out of its range; the message is a sentence for the person.
    """

    epochs: int = setting(
        10,
        range=Range(1, MAX_EPOCHS),
        label="&Epochs",
        phrase="{value} epochs",
        phrases={1: "1 epoch"},
        is_fixed=False,
        help="How many times the network sees every training image.",
    )
    learning_rate: float = setting(
        0.9,
        range=Range(0, includes_low=False),
        label="&Learning rate",
        phrase="rate {value}",
        is_fixed=False,
        help="How far each step moves the weights along the gradient: too small learns slowly, "
        "too large never settles.",
    )
    batch_size: int = setting(
        256,
        range=Range(1, MAX_BATCH_SIZE),
        label="&Batch size",
        phrase="batch {value}",
        help="How many images are averaged for one step of the weights.",
    )
    seed: int = setting(
        0,
        range=Range(0, MAX_SEED),
        label="&Seed",
        is_recipe=False,
        group=Group.KEEPING,
        help="The number from which first weights and shuffling are drawn: the same seed repeats "
        "a run.",
    )
    device: str = setting(
        AUTO_DEVICE,
        label="Devi&ce",
        words={AUTO_DEVICE: "automatic"},
        labels={AUTO_DEVICE: "Automatic"},
        phrase="on {value}",
        phrases={AUTO_DEVICE: "automatic device"},
        is_recipe=False,
        is_fixed=False,
        group=Group.KEEPING,
        help="The processor that computes, as cpu or cuda:0; auto is the best one that is found.",
    )
    optimizer: Optimizer = setting(
        Optimizer.SGD,
        label="O&ptimiser",
        noun="optimiser",
        group=Group.OPTIMISER,
        help="The rule that turns gradients into steps of the weights.",
    )
    momentum: float = setting(
        0.0,
        range=Range(0, 1, includes_high=False),
        label="&Momentum",
        can_be_off=True,
        is_used=lambda config: config.optimizer.uses_momentum,
        group=Group.OPTIMISER,
        help="How much of the last step is carried into the next one, from 0 to below 1.",
    )
    schedule: Schedule = setting(
        Schedule.CONSTANT,
        group=Group.OPTIMISER,
        help="How the learning rate goes on: constant; falling to 0 along a cosine; or one cycle, "
        "which rises for the first 15 % of the run and then falls to 0.",
    )
    weight_decay: float = setting(
        0.0,
        range=Range(0, 1),
        can_be_off=True,
        group=Group.OPTIMISER,
        help="How strongly every step pulls the weights towards 0, so that the network does not "
        "rely on a few large ones; 0 is off.",
    )
    network: Network = setting(
        Network.LENET,
        group=Group.NETWORK,
        help="What learns: LeNet, whose convolutions look for patterns anywhere in the image; a "
        "small VGG, which is deeper, sees more and takes several times as long; or a multilayer "
        "perceptron of about as many weights as LeNet, for which every pixel is a place of its "
        "own.",
    )
    dropout: float = setting(
        0.0,
        range=Range(0, 0.9),
        can_be_off=True,
        group=Group.NETWORK,
        help="How many of the numbers that each of the last two layers reads are set to 0 at "
        "random in every step, so that the network does not rely on single ones; 0 is off.",
    )
    activation: Activation = setting(
        Activation.SIGMOID,
        label="&Activation",
        group=Group.NETWORK,
        help="The curve that bends each layer's output: sigmoid squeezes it into 0 to 1, ReLU "
        "cuts off what is negative, tanh squeezes it into -1 to 1.",
    )
    pooling: Pooling = setting(
        Pooling.AVERAGE,
        label="Pooling 2&x2",
        is_used=lambda config: config.network.pools,
        group=Group.NETWORK,
        help="How each 2 by 2 block of a feature map becomes one value: its average or its "
        "maximum.",
    )
    batch_norm: bool = setting(
        False,
        noun="batch normalisation",
        label="Layers",
        words={False: "plain layers", True: "batch normalisation"},
        labels={False: "Plain", True: "Normalised"},
        group=Group.NETWORK,
        help="Batch normalisation: while the network learns, what each layer computes is brought "
        "to mean 0 and deviation 1 over a part of the batch, so that it can learn much faster. "
        "Afterwards that is part of the weights.",
    )
    augmentation: Augmentation = setting(
        Augmentation.NONE,
        label="Var&y images",
        group=Group.DATA,
        help="Augmentation: training images are shown mirrored half of the time, moved by up to a "
        "pixel, or both, so that they are seldom twice the same. Test images stay as they are.",
    )
    normalise: bool = setting(
        False,
        noun="input",
        words={False: "pixels 0 to 1", True: "normalised pixels"},
        labels={False: "0 to 1", True: "Normalised"},
        group=Group.DATA,
        help="What the network reads: pixels from 0 to 1, or normalised to mean 0 and deviation 1.",
    )
    label_smoothing: float = setting(
        0.0,
        range=Range(0, 1, includes_high=False),
        label="Smoothing",
        can_be_off=True,
        group=Group.OPTIMISER,
        help="Label smoothing: how much of each training label is spread evenly over all classes, "
        "so that the network is not pushed to be certain; 0 is off.",
    )
    class_weights: ClassWeights = setting(
        ClassWeights.NONE,
        group=Group.DATA,
        help="How much an image counts in the training loss: as much as any other, or balanced, "
        "more in a rare class, so that all classes count alike. The training loss is then a "
        "weighted mean, the test loss never is.",
    )
    validation_images: int = setting(
        0,
        range=Range(0, MAX_VALIDATION_IMAGES),
        label="Validation",
        phrase="{value} validation images",
        phrases={1: "1 validation image"},
        can_be_off=True,
        group=Group.STOPPING,
        help="Validation images: so many of the training images are not learned from, but judged "
        "after each epoch, which shows when the network begins to learn the others by heart; 0 is "
        "off.",
    )
    patience: int = setting(
        0,
        range=Range(0, MAX_EPOCHS),
        can_be_off=True,
        phrases={0: "no early stopping"},
        is_used=lambda config: config.validation_images > 0,
        group=Group.STOPPING,
        help="Early stopping: the run ends after so many epochs in which the loss of the "
        "validation images was not lower than the lowest before; 0 is off.",
    )
    keep_networks: KeptNetworks = setting(
        KeptNetworks.ALL,
        label="Networks kept",
        noun="networks kept",
        is_recipe=False,
        is_compared=False,
        group=Group.KEEPING,
        help="Which networks can be looked into later: that of every epoch; or the best by the "
        "validation images, every tenth and the last one, which takes much less of the disk in a "
        "long run. What was predicted is kept of every epoch.",
    )
    data: DatasetInfo = DEFAULT

    def __post_init__(self) -> None:
        for each in SETTINGS:
            each.check(getattr(self, each.name))
        if self.optimizer is Optimizer.NESTEROV and self.momentum == 0:
            raise ConfigError("momentum", _("Nesterov's method needs a momentum above 0; try 0.9."))
        if self.augmentation.flips and not self.data.can_be_mirrored:
            raise ConfigError(
                "augmentation",
                _(
                    "Mirrored, an image of {title} may be of another class. Choose {augmentation}."
                ).format(title=self.data.title, augmentation=self.augmentation.without_flips.words),
            )

    @property
    def guessing_loss(self) -> float:
        """The training loss of a network that only knows how frequent each class is, in nats."""
        counts = self.data.train_counts
        if self.class_weights is ClassWeights.BALANCED or not counts:
            return self.data.guessing_loss
        blur = self.label_smoothing / len(counts)
        shares = [(1 - self.label_smoothing) * each / sum(counts) + blur for each in counts]
        return -sum(share * math.log(share) for share in shares if share)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values, to be read back by `from_dict`.

        The data set is left out where it is the one that is meant where none is named.
        """
        values = asdict(self)
        if self.data == DEFAULT:
            del values["data"]
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build a configuration from `to_dict`'s values; a missing field gets its default.

        Raises:
            ConfigError: a field is unknown, of the wrong type or out of its range.
        """
        read: dict[str, Any] = {}
        for name, value in values.items():
            if name == "data":
                read[name] = _read_data(value)
            elif name in BY_NAME:
                read[name] = BY_NAME[name].read(value)
            else:
                raise unknown_setting(name)
        return cls(**read)


def unknown_setting(name: str) -> ConfigError:
    """Return the error that there is no setting of a name, with the one that may be meant."""
    meant = difflib.get_close_matches(name, BY_NAME, n=1)
    if meant:
        text = _("There is no setting called {name}. Perhaps “{meant}” is meant.")
        return ConfigError(name, text.format(name=quoted(name), meant=meant[0]))
    text = _("There is no setting called {name}. There are {names}.")
    return ConfigError(name, text.format(name=quoted(name), names=listed(BY_NAME)))


def _read_data(value: object) -> DatasetInfo:
    try:
        return DatasetInfo.from_dict(value)
    except ValueError as error:
        sentence = _("What is said of the data cannot be used: {reason}").format(reason=error)
        raise ConfigError("data", sentence) from error


SETTINGS: tuple[Setting, ...] = read_table(TrainingConfig)
"""The settings of a run, in the order in which they are shown."""
BY_NAME = {each.name: each for each in SETTINGS}
