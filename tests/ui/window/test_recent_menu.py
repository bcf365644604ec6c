"""What was opened last is offered, the newest first, as long as it is there."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.window.recent_menu import RecentMenu

NAMES = {1: "A & B", 2: "Second"}


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def menu(qtbot: QtBot) -> QMenu:
    menu = QMenu()
    qtbot.addWidget(menu)
    return menu


def make(menu: QMenu, settings: QSettings, kept: Path) -> RecentMenu:
    return RecentMenu(menu, settings, kept, NAMES.get)


def offered(menu: QMenu) -> list[str]:
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if action.isEnabled() and action.text()]


def test_runs_and_models_stand_in_the_order_in_which_they_were_opened(
    qtbot: QtBot, menu: QMenu, settings: QSettings, tmp_path: Path
) -> None:
    recent = make(menu, settings, tmp_path)
    assert offered(menu) == []
    model = tmp_path / "model.safetensors"
    model.touch()
    recent.note_run(1)
    recent.note_model(model)
    recent.note_run(2)
    recent.note_run(1)
    texts = offered(menu)
    assert texts[:3] == ["&1  A && B", "&2  Second", "&3  model.safetensors"]
    _first, second, third, *_others = menu.actions()
    with qtbot.waitSignal(recent.run_chosen) as chosen:
        second.trigger()
    assert chosen.args == [2]
    with qtbot.waitSignal(recent.model_chosen) as opened:
        third.trigger()
    assert opened.args == [model]
    model.unlink()
    assert "model" not in " ".join(offered(menu))


def test_runs_of_another_folder_and_deleted_ones_are_not_offered(
    menu: QMenu, settings: QSettings, tmp_path: Path
) -> None:
    recent = make(menu, settings, tmp_path)
    recent.note_run(2)
    recent.note_run(3)  # which has no name any more
    assert offered(menu)[0] == "&1  Second"
    other = QMenu(menu)
    make(other, settings, tmp_path / "elsewhere")
    assert offered(other) == []


def test_what_was_opened_is_forgotten_on_demand(
    menu: QMenu, settings: QSettings, tmp_path: Path
) -> None:
    recent = make(menu, settings, tmp_path)
    for run_id in range(40):
        recent.note_run(run_id % 20)
    recent.note_run(1)
    assert len(offered(menu)) == 2
    menu.actions()[-1].trigger()
    assert offered(menu) == []


@pytest.mark.parametrize("damage", ["no JSON", "[1, 2]", '[["run", "x", ""]]', "{}"])
def test_a_damaged_memory_is_no_memory(
    menu: QMenu, settings: QSettings, tmp_path: Path, damage: str
) -> None:
    recent = make(menu, settings, tmp_path)
    settings.setValue("recent/opened", damage)
    assert offered(menu) == []
    recent.note_run(1)
    assert offered(menu)[0] == "&1  A && B"
