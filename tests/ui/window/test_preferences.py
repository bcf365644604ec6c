"""What a person prefers counts at once, and at the next start."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.window.preferences import (
    LANGUAGE,
    REFRESH_HZ,
    TEXT_PERCENT,
    THREADS,
    Preferences,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def open_again(file: Path) -> Preferences:
    return Preferences(QSettings(str(file), QSettings.Format.IniFormat))


def test_what_is_preferred_is_said_once_and_remembered(qtbot: QtBot, file: Path) -> None:
    preferences = open_again(file)
    assert preferences.value(TEXT_PERCENT) == 100
    with qtbot.waitSignal(preferences.changed) as changed:
        preferences.set_value(TEXT_PERCENT, 150)
    assert changed.args == [TEXT_PERCENT]
    with qtbot.assertNotEmitted(preferences.changed):
        preferences.set_value(TEXT_PERCENT, 150)
    assert open_again(file).value(TEXT_PERCENT) == 150
    assert open_again(file).value(REFRESH_HZ) == REFRESH_HZ.usual


def test_a_language_is_remembered_until_it_is_left_to_the_system_again(file: Path) -> None:
    preferences = open_again(file)
    assert preferences.value(LANGUAGE) == ""
    for code in ("zh", ""):
        preferences.set_value(LANGUAGE, code)
        assert open_again(file).value(LANGUAGE) == code


@pytest.mark.parametrize(
    "content", ["", "[preferences]\ntext_percent=999\nthreads=many\nlanguage=tlh"]
)
def test_what_makes_no_sense_counts_as_never_chosen(file: Path, content: str) -> None:
    file.write_text(content)
    preferences = open_again(file)
    assert preferences.value(TEXT_PERCENT) == 100
    assert preferences.value(THREADS) == 0
    assert preferences.value(LANGUAGE) == ""
    with pytest.raises(ValueError, match="999"):
        preferences.set_value(TEXT_PERCENT, 999)


def test_it_steps_from_choice_to_choice_and_not_beyond(file: Path) -> None:
    preferences = open_again(file)
    preferences.step(TEXT_PERCENT, -1)
    assert preferences.value(TEXT_PERCENT) == 100
    seen = []
    for _step in TEXT_PERCENT.choices:
        preferences.step(TEXT_PERCENT, 1)
        seen.append(preferences.value(TEXT_PERCENT))
    assert seen == [*TEXT_PERCENT.choices[1:], 200]
