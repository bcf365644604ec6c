"""The colours of a theme are applied, and follow the system where asked to."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit.naming import as_caption, as_display
from lenet_desktop.ui.kit.theme import (
    DARK,
    LIGHT,
    Theme,
    ThemeController,
    ThemeMode,
    caption,
    control_height,
    display,
    heading,
    make_palette,
)
from tests.contrast import contrast


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_palette_has_the_colours_of_the_theme(qapp: QApplication, theme: Theme) -> None:
    palette = make_palette(theme)
    assert palette.color(QPalette.ColorRole.Window) == QColor(theme.window)
    assert palette.color(QPalette.ColorRole.Text) == QColor(theme.text)


def test_a_chosen_theme_is_applied_and_announced(qtbot: QtBot, qapp: QApplication) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    heads = QHeaderView(Qt.Orientation.Horizontal, owner)
    themes = ThemeController(owner)
    for mode, theme in ((ThemeMode.DARK, DARK), (ThemeMode.LIGHT, LIGHT)):
        with qtbot.waitSignal(themes.changed) as changed:
            themes.set_mode(mode)
        assert changed.args == [theme]
        for palette in (qapp.palette(), heads.palette()):  # that of the room beside columns
            assert palette.color(QPalette.ColorRole.Window) == QColor(theme.window)
    themes.set_mode(ThemeMode.SYSTEM)
    assert themes.mode is ThemeMode.SYSTEM


@pytest.fixture
def large_text(qapp: QApplication) -> Iterator[QFont]:
    usual = qapp.font()
    large = QFont(usual)
    large.setPointSizeF(1.5 * usual.pointSizeF())
    qapp.setFont(large)
    yield large
    qapp.setFont(usual)


def rows(window: QWidget) -> list[QWidget]:
    """Return one of each kind of control, in a window."""
    primary, chip, choice = QPushButton("Start"), QToolButton(), QToolButton()
    for button, role in ((primary, "primary"), (chip, "chip"), (choice, "choice")):
        button.setProperty("role", role)
    plain = QPushButton("Stop"), QLineEdit(), QSpinBox(), QComboBox()
    controls: list[QWidget] = [*plain, primary, chip, choice]
    column = QVBoxLayout(window)
    for control in controls:
        column.addWidget(control)
    return controls


def heights(qtbot: QtBot) -> set[int]:
    window = QWidget()
    qtbot.addWidget(window)
    controls = rows(window)
    ThemeController(window).set_mode(ThemeMode.LIGHT)
    window.show()
    return {control.height() for control in controls}


def test_all_controls_are_of_one_height(qtbot: QtBot, qapp: QApplication) -> None:
    assert heights(qtbot) == {control_height(qapp.font())} == {28}


@pytest.mark.usefixtures("large_text")
def test_controls_grow_with_the_text(qtbot: QtBot) -> None:
    assert heights(qtbot) == {42}


def test_type_comes_in_three_sizes(qtbot: QtBot, qapp: QApplication) -> None:
    window, small, body, large = QWidget(), as_caption(QLabel("a")), QLabel("b"), QLabel("c")
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    for label in (small, body, as_display(large)):
        column.addWidget(label)
    ThemeController(window).set_mode(ThemeMode.LIGHT)
    window.show()
    sizes = [label.font().pointSizeF() for label in (small, body, large)]
    font = qapp.font()
    wanted = [each.pointSizeF() for each in (caption(font), heading(font), display(font))]
    assert sizes == pytest.approx(wanted, abs=0.05)
    assert sizes[0] < sizes[1] == font.pointSizeF() < sizes[2]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_border_is_seen_on_every_ground(theme: Theme) -> None:
    least = 2 if theme.is_dark else 1.5
    assert min(contrast(theme.border, ground) for ground in (theme.window, theme.surface)) > least
