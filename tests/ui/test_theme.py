"""Colours can be told from their background, in both themes, and follow the system."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.theme import DARK, LIGHT, Theme, ThemeController, ThemeMode, make_palette
from tests.contrast import AA_GRAPHICS, AA_TEXT, contrast


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_text_passes_wcag_aa(theme: Theme) -> None:
    for background in (theme.window, theme.surface, theme.raised):
        for foreground in (theme.text, theme.muted, theme.wrong):
            assert contrast(foreground, background) >= AA_TEXT, (foreground, background)
    assert contrast(theme.on_accent, theme.accent) >= AA_TEXT
    assert contrast(theme.text, theme.progress) >= AA_TEXT


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_curves_pass_wcag_aa(theme: Theme) -> None:
    for colour in (theme.train, theme.test, theme.wrong):
        assert contrast(colour, theme.surface) >= AA_GRAPHICS, colour


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
