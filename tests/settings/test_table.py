"""The table of settings: complete for every reader of it."""

import pytest

from lenet_desktop.settings.choices import Choice
from lenet_desktop.settings.config import SETTINGS, TrainingConfig
from lenet_desktop.settings.table import ConfigError, Range, Setting

every = pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)


@every
def test_a_setting_says_what_it_is(setting: Setting) -> None:
    assert setting.label
    assert setting.help.endswith(".")
    assert setting.option.startswith("--")
    assert setting.default == getattr(TrainingConfig(), setting.name)


@every
def test_each_choice_has_words_and_a_label(setting: Setting) -> None:
    if issubclass(setting.kind, Choice | bool):
        choices = list(setting.kind) if issubclass(setting.kind, Choice) else [False, True]
        assert list(setting.words) == list(setting.labels) == choices
        assert all(setting.words.values())
        assert len(set(setting.labels.values())) == len(choices)


@every
def test_a_default_is_read_back(setting: Setting) -> None:
    assert setting.read(setting.default) == setting.default


@every
def test_what_is_of_another_type_is_refused(setting: Setting) -> None:
    with pytest.raises(ConfigError) as caught:
        setting.read([])
    assert caught.value.field == setting.name


@pytest.mark.parametrize(
    ("numbers", "inside", "outside"),
    [
        (Range(0, 1), [0, 0.5, 1], [-0.1, 1.1]),
        (Range(0, 1, includes_high=False), [0, 0.999], [1, float("nan")]),
        (Range(0, includes_low=False), [1e-300, 1e300], [0, float("inf")]),
    ],
)
def test_a_range_holds_what_its_words_say(
    numbers: Range, inside: list[float], outside: list[float]
) -> None:
    assert all(value in numbers for value in inside)
    assert not any(value in numbers for value in outside)
    assert f"{numbers.low:g}" in numbers.refusal("The number")
