"""What can be chosen for a setting, each with its words."""

from enum import StrEnum
from typing import Self

from lenet_desktop.text.language import _


class Choice(StrEnum):
    """One of several; its value is what files and the command line say.

    Attributes:
        source_words: what it is called in an English sentence, as "no augmentation".
        source_label: what it is called below the name of its setting, as "None".
    """

    source_words: str
    source_label: str

    def __new__(cls, value: str, words: str = "", label: str = "") -> Self:
        """Make a choice; its label is that of its words, unless it is given."""
        choice = str.__new__(cls, value)
        choice._value_ = value
        choice.source_words = words
        choice.source_label = label or words[:1].upper() + words[1:]
        return choice

    @property
    def words(self) -> str:
        """What it is called in a sentence."""
        return _(self.source_words)

    @property
    def label(self) -> str:
        """What it is called below the name of its setting."""
        return _(self.source_label)


class Optimizer(Choice):
    """How the weights are updated from the gradients."""

    SGD = "sgd", "SGD"
    NESTEROV = "nesterov", "SGD + Nesterov"
    ADAM = "adam", "Adam"
    ADAMW = "adamw", "AdamW"

    @property
    def uses_momentum(self) -> bool:
        """Whether the momentum of the configuration has a meaning for this optimiser."""
        return self in (Optimizer.SGD, Optimizer.NESTEROV)


class Network(Choice):
    """What learns; `networks.catalogue` says how each is built."""

    LENET = "lenet", "LeNet"
    VGG = "vgg", "small VGG"
    PERCEPTRON = "perceptron", "perceptron"

    @property
    def pools(self) -> bool:
        """Whether the pooling of the configuration has a meaning for this network."""
        return self is not Network.PERCEPTRON


class Activation(Choice):
    """The non-linearity behind every layer but the last."""

    SIGMOID = "sigmoid", "sigmoid"
    RELU = "relu", "ReLU"
    TANH = "tanh", "tanh"


class Pooling(Choice):
    """How 2x2 neighbours become one value."""

    AVERAGE = "average", "average pooling", "Average"
    MAX = "max", "maximum pooling", "Maximum"


class Schedule(Choice):
    """How the learning rate goes on through a run."""

    CONSTANT = "constant", "constant rate", "Constant"
    COSINE = "cosine", "cosine"
    ONE_CYCLE = "one_cycle", "one cycle"


class Augmentation(Choice):
    """How training images are varied each time that they are seen; test images never are."""

    NONE = "none", "no augmentation", "None"
    FLIPS = "flips", "flips"
    SHIFTS = "shifts", "shifts"
    FLIPS_AND_SHIFTS = "flips_and_shifts", "flips and shifts"

    @property
    def flips(self) -> bool:
        """Whether left and right are exchanged in half of the images."""
        return self in (Augmentation.FLIPS, Augmentation.FLIPS_AND_SHIFTS)

    @property
    def shifts(self) -> bool:
        """Whether images are moved by up to a pixel."""
        return self in (Augmentation.SHIFTS, Augmentation.FLIPS_AND_SHIFTS)

    @property
    def without_flips(self) -> "Augmentation":
        """What is left of it where a mirror image may be of another class."""
        return Augmentation.SHIFTS if self.shifts else Augmentation.NONE


class ClassWeights(Choice):
    """How much an image of each class counts in the loss that is made small."""

    NONE = "none", "no class weights", "None"
    BALANCED = "balanced", "balanced class weights", "Balanced"


class KeptNetworks(Choice):
    """Of which epochs a run keeps the networks; predictions are kept of each."""

    ALL = "all", "all networks", "All"
    BEST_AND_TENTHS = "best_and_tenths", "the best and every tenth network", "Best and tenths"
