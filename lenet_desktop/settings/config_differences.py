"""The settings of runs in words, and what tells several runs apart.

Numbers are written as they are typed: a thousands separator would be one more comma in a list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from lenet_desktop.settings.config import (
    AUTO_DEVICE,
    Activation,
    Augmentation,
    Optimizer,
    Pooling,
    Schedule,
    TrainingConfig,
)
from lenet_desktop.settings.presets import PRESETS

SETTINGS = tuple(field.name for field in fields(TrainingConfig))
"""The names of all settings, in the order of the form."""
_RECIPE = tuple(name for name in SETTINGS if name not in {"seed", "device"})

_NAMES = {
    "epochs": "epochs",
    "learning_rate": "learning rate",
    "batch_size": "batch size",
    "seed": "seed",
    "device": "device",
    "optimizer": "optimiser",
    "momentum": "momentum",
    "activation": "activation",
    "pooling": "pooling",
    "schedule": "schedule",
    "weight_decay": "weight decay",
    "label_smoothing": "label smoothing",
    "augmentation": "augmentation",
    "normalise": "input",
}
_WORDS: dict[str, dict[Any, str]] = {
    "optimizer": {
        Optimizer.SGD: "SGD",
        Optimizer.NESTEROV: "SGD + Nesterov",
        Optimizer.ADAM: "Adam",
        Optimizer.ADAMW: "AdamW",
    },
    "activation": {
        Activation.SIGMOID: "sigmoid",
        Activation.RELU: "ReLU",
        Activation.TANH: "tanh",
    },
    "pooling": {Pooling.AVERAGE: "average pooling", Pooling.MAX: "maximum pooling"},
    "schedule": {
        Schedule.CONSTANT: "constant rate",
        Schedule.COSINE: "cosine",
        Schedule.ONE_CYCLE: "one cycle",
    },
    "augmentation": {
        Augmentation.NONE: "no augmentation",
        Augmentation.FLIPS: "flips",
        Augmentation.FLIPS_AND_SHIFTS: "flips and shifts",
    },
    "normalise": {False: "pixels 0 to 1", True: "normalised pixels"},
}


def setting_name(field: str) -> str:
    """Return what a setting of `TrainingConfig` is called, for example "learning rate".

    Raises:
        KeyError: there is no such setting.
    """
    return _NAMES[field]


def setting_text(config: TrainingConfig, field: str) -> str:
    """Return one setting as a person writes it below its name: "0.9", "ReLU", "flips and shifts".

    Raises:
        AttributeError: there is no such setting.
    """
    value = getattr(config, field)
    if field in _WORDS:
        return _WORDS[field][value]
    if field == "device":
        return "automatic" if value == AUTO_DEVICE else str(value)
    if field == "momentum" and not config.optimizer.uses_momentum:
        return "not used"
    return _number(value)


def recipe_text(config: TrainingConfig) -> str:
    """Name a recipe by the nearest preset and what differs from it.

    For example "Textbook LeNet, 3 epochs, rate 0.5". The nearest preset is the one from which the
    fewest settings differ, the first of several. Seed and device are no part of a recipe. Equal
    texts mean equal recipes.
    """
    changes = [(preset.name, _changed(preset.config, config)) for preset in PRESETS]
    name, fewest = min(changes, key=lambda change: len(change[1]))
    return ", ".join([name, *_phrases(config, fewest)])


def differing_fields(configs: Sequence[TrainingConfig]) -> tuple[str, ...]:
    """Return the settings in which the configurations are not all equal, in the form's order.

    Momentum is compared only among those whose optimiser uses it.
    """
    values = {field: {_in_use(config, field) for config in configs} for field in SETTINGS}
    return tuple(field for field in SETTINGS if len(values[field] - {None}) > 1)


def legend_texts(configs: Sequence[TrainingConfig]) -> list[str]:
    """Return, for each configuration, what tells it from the others: "rate 0.5, seed 1".

    The texts are empty where nothing differs. Equal texts mean configurations that compute the
    same.
    """
    differing = differing_fields(configs)
    return [", ".join(_phrases(config, differing)) for config in configs]


def without_seed(config: TrainingConfig) -> tuple[Any, ...]:
    """Return what is left of a configuration without its seed, its device and a momentum not used.

    Equal values mean equal recipes; the value can be a key of a dictionary.
    """
    return tuple(_in_use(config, field) for field in _RECIPE)


def _in_use(config: TrainingConfig, field: str) -> Any:
    """Return the value of a setting, None for a momentum that the optimiser does not use."""
    if field == "momentum" and not config.optimizer.uses_momentum:
        return None
    return getattr(config, field)


def _changed(preset: TrainingConfig, config: TrainingConfig) -> list[str]:
    """Return the settings of the recipe that `config` uses and has otherwise than `preset`."""
    return [
        field for field in _RECIPE if _in_use(config, field) not in (None, _in_use(preset, field))
    ]


def _phrases(config: TrainingConfig, names: Iterable[str]) -> list[str]:
    return [_phrase(config, field) for field in names if _in_use(config, field) is not None]


def _phrase(config: TrainingConfig, field: str) -> str:
    """Write one setting so that it is understood without its name."""
    text = setting_text(config, field)
    match field:
        case "epochs":
            return "1 epoch" if config.epochs == 1 else f"{text} epochs"
        case "learning_rate":
            return f"rate {text}"
        case "batch_size":
            return f"batch {text}"
        case "device":
            return "automatic device" if config.device == AUTO_DEVICE else f"on {text}"
        case "seed":
            return f"seed {text}"
        case "momentum" | "weight_decay" | "label_smoothing":
            name = setting_name(field)
            return f"no {name}" if getattr(config, field) == 0 else f"{name} {text}"
    return text


def _number(value: float) -> str:
    """Write a number as short as it can be written and read back."""
    if isinstance(value, int):
        return str(value)
    short = f"{value + 0.0:g}"  # no minus before 0
    return short if float(short) == value else repr(value)
