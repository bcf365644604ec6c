"""What a training run is asked to do: a frozen value that is valid from birth."""

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

MAX_EPOCHS = 1_000
MAX_BATCH_SIZE = 10_000
MAX_SEED = 2**31 - 1
AUTO_DEVICE = "auto"
_LONGEST_TEXT = 200


class Optimizer(StrEnum):
    """How the weights are updated from the gradients."""

    SGD = "sgd"
    NESTEROV = "nesterov"
    ADAM = "adam"
    ADAMW = "adamw"

    @property
    def uses_momentum(self) -> bool:
        """Whether the momentum of the configuration has a meaning for this optimiser."""
        return self in (Optimizer.SGD, Optimizer.NESTEROV)


class Activation(StrEnum):
    """The non-linearity behind every layer but the last."""

    SIGMOID = "sigmoid"
    RELU = "relu"
    TANH = "tanh"


class Pooling(StrEnum):
    """How 2x2 neighbours become one value."""

    AVERAGE = "average"
    MAX = "max"


class Schedule(StrEnum):
    """How the learning rate goes on through a run."""

    CONSTANT = "constant"
    COSINE = "cosine"
    ONE_CYCLE = "one_cycle"


class Augmentation(StrEnum):
    """How training images are varied each time that they are seen; test images never are."""

    NONE = "none"
    FLIPS = "flips"
    FLIPS_AND_SHIFTS = "flips_and_shifts"


class ConfigError(ValueError):
    """A value that no run can be started with.

    Attributes:
        field: name of the `TrainingConfig` field at fault.
    """

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def _require_whole(field: str, label: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(field, f"{label} must be a whole number from {low:,} to {high:,}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """Everything that decides what a run computes. The defaults are the textbook's recipe.

    The network and recipe are LeNet as taught in Zhang et al., Dive into Deep Learning, section
    7.6, after LeCun et al. 1998.

    Raises:
        ConfigError: a value is out of its range; the message is a sentence for the person.
    """

    epochs: int = 10
    learning_rate: float = 0.9
    batch_size: int = 256
    seed: int = 0
    device: str = AUTO_DEVICE
    optimizer: Optimizer = Optimizer.SGD
    momentum: float = 0.0
    activation: Activation = Activation.SIGMOID
    pooling: Pooling = Pooling.AVERAGE
    schedule: Schedule = Schedule.CONSTANT
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    augmentation: Augmentation = Augmentation.NONE
    normalise: bool = False

    def __post_init__(self) -> None:
        _require_whole("epochs", "Epochs", self.epochs, 1, MAX_EPOCHS)
        _require_whole("batch_size", "The batch size", self.batch_size, 1, MAX_BATCH_SIZE)
        _require_whole("seed", "The seed", self.seed, 0, MAX_SEED)
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise ConfigError("learning_rate", "The learning rate must be a number above 0.")
        if not 0 <= self.momentum < 1:
            raise ConfigError("momentum", "The momentum must be at least 0 and below 1.")
        if self.optimizer is Optimizer.NESTEROV and self.momentum == 0:
            raise ConfigError("momentum", "Nesterov's method needs a momentum above 0; try 0.9.")
        if not 0 <= self.weight_decay <= 1:
            raise ConfigError("weight_decay", "The weight decay must be from 0 to 1.")
        if not 0 <= self.label_smoothing < 1:
            raise ConfigError(
                "label_smoothing", "The label smoothing must be at least 0 and below 1."
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values, to be read back by `from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build a configuration from `to_dict`'s values; a missing field gets its default.

        Raises:
            ConfigError: a field is unknown, of the wrong type or out of its range.
        """
        readers = {
            "epochs": _read_whole,
            "learning_rate": _read_number,
            "batch_size": _read_whole,
            "seed": _read_whole,
            "device": _read_text,
            "optimizer": Optimizer,
            "momentum": _read_number,
            "activation": Activation,
            "pooling": Pooling,
            "schedule": Schedule,
            "weight_decay": _read_number,
            "label_smoothing": _read_number,
            "augmentation": Augmentation,
            "normalise": _read_flag,
        }
        read: dict[str, Any] = {}
        for name, value in values.items():
            if name not in readers:
                raise ConfigError(name, f"There is no setting called {name!r}.")
            try:
                read[name] = readers[name](value)
            except (TypeError, ValueError, OverflowError) as error:
                raise ConfigError(name, f"{value!r} is no value for {name!r}.") from error
        return cls(**read)


def _read_whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a whole number")
    return value


def _read_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    return float(value)


def _read_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    if len(value) > _LONGEST_TEXT:
        raise ValueError("too long")
    value.encode()  # raises a ValueError for half a character
    return value
