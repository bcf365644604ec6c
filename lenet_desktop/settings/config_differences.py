"""The settings of runs in words, and what tells several runs apart.

Numbers are written as they are typed: a thousands separator would be one more comma in a list.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.settings.config import BY_NAME, SETTINGS, TrainingConfig
from lenet_desktop.settings.presets import PRESETS, Preset
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.text.numbers import write_number
from lenet_desktop.text.wording import joined

DATA = "data"
COMPARED = (DATA, *(each.name for each in SETTINGS if each.is_compared))
"""What is learned from, and the names of the settings in the order of the form."""
_RECIPE = (DATA, *(each.name for each in SETTINGS if each.is_recipe))


def setting_name(field: str) -> str:
    """Return what a setting of `TrainingConfig` is called, for example "learning rate".

    Raises:
        KeyError: there is no such setting.
    """
    return _("data") if field == DATA else BY_NAME[field].noun


def setting_text(config: TrainingConfig, field: str) -> str:
    """Return one setting as a person writes it below its name: "0.9", "ReLU", "flips and shifts".

    Raises:
        KeyError: there is no such setting.
    """
    if field == DATA:
        info = config.data
        return info.title if info.fingerprint == DEFAULT.fingerprint else info.told_from(DEFAULT)
    setting = BY_NAME[field]
    value = getattr(config, field)
    if not setting.is_used(config):
        return _("not used")
    if value in setting.texts.words:
        return _(setting.texts.words[value])
    return write_number(value) if setting.is_number else str(value)


def setting_phrase(config: TrainingConfig, field: str) -> str:
    """Write one setting so that it is understood without its name: "rate 0.5", "1 epoch".

    Raises:
        KeyError: there is no such setting.
    """
    text = setting_text(config, field)
    if field == DATA:
        return pgettext("data", "on {data}").format(data=text)
    return BY_NAME[field].phrase(getattr(config, field), text)


def recipe_text(config: TrainingConfig) -> str:
    """Name a recipe by the nearest preset and what differs from it.

    For example "Textbook LeNet, 3 epochs, rate 0.5", or "Modern on MNIST". The nearest preset is
    the one from which the fewest settings differ, the first of several. Seed and device are no part
    of a recipe. Equal texts mean equal recipes, on data of equal titles.
    """
    nearest, changed = _nearest_preset(config)
    name = nearest.title
    if config.data.fingerprint != DEFAULT.fingerprint:
        data = setting_text(config, DATA)
        name = _("{recipe} on {data}").format(recipe=name, data=data)
    return joined([name, *_phrases(config, changed)])


@lru_cache
def _nearest_preset(config: TrainingConfig) -> tuple[Preset, list[str]]:
    """Return the preset from which the fewest settings differ, the first of several, and these."""
    changes = [(each, _changed(each.for_data(config.data), config)) for each in PRESETS]
    return min(changes, key=lambda change: len(change[1]))


def differing_fields(configs: Sequence[TrainingConfig]) -> tuple[str, ...]:
    """Return the settings in which the configurations are not all equal, in the table's order.

    A setting is compared only among those that use it.
    """
    values = {field: {_in_use(config, field) for config in configs} for field in COMPARED}
    return tuple(field for field in COMPARED if len(values[field] - {None}) > 1)


def legend_texts(configs: Sequence[TrainingConfig]) -> list[str]:
    """Return, for each configuration, what tells it from the others: "rate 0.5, seed 1".

    The texts are empty where nothing differs. Equal texts mean configurations that compute the
    same, on data of equal titles.
    """
    differing = differing_fields(configs)
    return [joined(_phrases(config, differing)) for config in configs]


def without_seed(config: TrainingConfig) -> tuple[Any, ...]:
    """Return what is left of a configuration without its seed, its device and what is not used.

    Equal values mean equal recipes; the value can be a key of a dictionary.
    """
    return tuple(_in_use(config, field) for field in _RECIPE)


def _in_use(config: TrainingConfig, field: str) -> Any:
    """Return the value of a setting, None for one that the configuration does not use."""
    if field == DATA:
        return config.data.fingerprint
    return getattr(config, field) if BY_NAME[field].is_used(config) else None


def _changed(preset: TrainingConfig, config: TrainingConfig) -> list[str]:
    """Return the settings of the recipe that `config` uses and has otherwise than `preset`."""
    return [
        field
        for field in _RECIPE
        if _in_use(config, field) not in (None, _in_use(preset, field), _unused(preset, field))
    ]


def _unused(preset: TrainingConfig, field: str) -> Any:
    """Return the value that switches a setting off, None where the preset uses it, or none does."""
    setting = BY_NAME.get(field)
    return 0 if setting and setting.can_be_off and not setting.is_used(preset) else None


def _phrases(config: TrainingConfig, names: Iterable[str]) -> list[str]:
    return [setting_phrase(config, field) for field in names if _in_use(config, field) is not None]
