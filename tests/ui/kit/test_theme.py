"""The colours of a theme are applied, and follow the system where asked to."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme, ThemeController, ThemeMode, make_palette


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_palette_has_the_colours_of_the_theme(qapp: QApplication, theme: Theme) -> None:
    palette = make_palette(theme)
    assert palette.color(QPalette.ColorRole.Window) == QColor(theme.window)
    assert palette.color(QPalette.ColorRole.Text) == QColor(theme.text)


def test_a_chosen_theme_is_applied_and_announced(qtbot: QtBot, qapp: QApplication) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    themes = ThemeController(owner)
    for mode, theme in ((ThemeMode.DARK, DARK), (ThemeMode.LIGHT, LIGHT)):
        with qtbot.waitSignal(themes.changed) as changed:
            themes.set_mode(mode)
        assert changed.args == [theme]
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(theme.window)
    themes.set_mode(ThemeMode.SYSTEM)
    assert themes.mode is ThemeMode.SYSTEM
