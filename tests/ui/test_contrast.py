"""Whatever is painted can be told from what it is painted on, in both themes, as WCAG AA asks."""

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QIcon, QImage, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.ui.gallery.classes.matrix_figures import cell_colour
from lenet_desktop.ui.gallery.classes.matrix_painter import MatrixPainter
from lenet_desktop.ui.gallery.image.probability_bars import BAR_TINT
from lenet_desktop.ui.gallery.pixel_images import AGAINST_COLOUR, FOR_COLOUR
from lenet_desktop.ui.kit.theme import (
    CHOSEN_TINT,
    DARK,
    LIGHT,
    POINTED_TINT,
    WRONG_TINT,
    Theme,
    ThemeController,
    ThemeMode,
    between,
    make_palette,
)
from lenet_desktop.ui.runs.run_delegates import QUIET_ALPHA
from lenet_desktop.ui.runs.run_table_model import star_icon, status_icon
from lenet_desktop.ui.training.run_curve import FINE_ALPHA
from lenet_desktop.ui.window.run_controls import RunControls
from tests.contrast import AA_GRAPHICS, AA_TEXT, contrast

Pair = tuple[str, str]
both_themes = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


def texts(theme: Theme) -> Iterator[Pair]:
    """Yield each colour in which something is written, with each ground on which it is."""
    grounds = (theme.window, theme.surface, theme.raised)
    tints = [
        between(ground, theme.accent, tint)
        for ground, tint in product(grounds[:2], (POINTED_TINT, CHOSEN_TINT))
    ]
    yield from product((theme.text, theme.muted, theme.wrong), (*grounds, *tints))
    yield from product(
        (theme.text, theme.muted), (theme.grid, between(theme.surface, theme.wrong, WRONG_TINT))
    )
    yield from product((theme.train,), grounds)  # links
    yield theme.text, theme.progress
    yield theme.text, between(theme.grid, theme.wrong, BAR_TINT)
    yield theme.window, theme.text  # tool tips
    yield theme.on_accent, theme.accent
    yield theme.window, theme.accent  # marks on images
    yield between(theme.accent, theme.on_accent, QUIET_ALPHA), theme.accent


def graphics(theme: Theme) -> Iterator[Pair]:
    """Yield each colour of a line or a mark, with what lies behind it."""
    grounds = (theme.window, theme.surface, theme.raised)
    curves = (theme.train, theme.test, theme.validation)
    yield from product((*curves, theme.wrong, theme.outline, theme.accent), grounds)
    yield between(theme.surface, theme.train, FINE_ALPHA), theme.surface
    yield from product((FOR_COLOUR, AGAINST_COLOUR), ("#000000",))
    yield theme.muted, theme.grid  # the line under a bar
    yield theme.muted, theme.surface  # the end of what is done of a run
    yield theme.muted, theme.border  # a start that is not possible
    yield theme.text, theme.heat  # around the cell that is chosen


@both_themes
def test_all_that_is_written_can_be_read(theme: Theme) -> None:
    for ink, ground in texts(theme):
        assert contrast(ink, ground) >= AA_TEXT, (ink, ground)


@both_themes
def test_all_lines_and_marks_can_be_seen(theme: Theme) -> None:
    for ink, ground in graphics(theme):
        assert contrast(ink, ground) >= AA_GRAPHICS, (ink, ground)


@both_themes
@pytest.mark.parametrize("is_right", [True, False])
def test_a_count_can_be_read_on_every_shade_of_the_matrix(theme: Theme, is_right: bool) -> None:
    grounds = [cell_colour(theme, share / 200, is_right=is_right) for share in range(201)]
    assert min(contrast(theme.text, ground) for ground in grounds) >= AA_TEXT
    assert contrast(grounds[0], grounds[-1]) >= 1.5, "shares are told apart"


@both_themes
def test_the_matrix_is_painted_so(qapp: QApplication, theme: Theme) -> None:
    counts = np.full((10, 10), 111, np.intp) * np.arange(1, 11)  # shares from 2 to 18 percent
    counts[0] = [1, 0, 0, 0, 0, 0, 888, 0, 0, 111]
    font = QFont(qapp.font())
    font.setPixelSize(24)
    painting = MatrixPainter(font, DEFAULT.class_names)
    layout = painting.fit(QSize(1200, 1000))
    image = QImage(1200, 1000, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painting.paint(painter, layout, counts, theme)
    painter.end()
    for (row, column), count in np.ndenumerate(counts):
        area = layout.place(row, column).adjusted(1, 1, -2, -2)
        ground = image.pixelColor(area.topLeft()).name()
        share = count / counts[row].sum()
        assert ground == cell_colour(theme, float(share), is_right=row == column)
        if count:
            assert strongest(image, area, ground) >= AA_TEXT, (row, column)


def strongest(image: QImage, area: QRect, ground: str) -> float:
    """Return the best contrast of a pixel in an area with its ground."""
    colours = {
        image.pixelColor(x, y).name()
        for y in range(area.top(), area.bottom() + 1)
        for x in range(area.left(), area.right() + 1)
    }
    return max(contrast(colour, ground) for colour in colours)


@pytest.fixture(params=[ThemeMode.LIGHT, ThemeMode.DARK])
def themed(
    request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication
) -> Iterator[tuple[QWidget, Theme]]:
    """Return a room in the colours of a theme, and the theme."""
    room = QWidget()
    qtbot.addWidget(room)
    room.resize(300, 100)
    themes = ThemeController(room)
    themes.set_mode(request.param)
    yield room, themes.theme
    themes.set_mode(ThemeMode.SYSTEM)


def pressed(room: QWidget) -> QWidget:
    """Return a button that stays down, as the one of the list of runs."""
    button = QToolButton(room, autoRaise=True)
    button.setCheckable(True)
    button.setChecked(True)
    return button


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize(
    "make", [QCheckBox, QLineEdit, QSpinBox, QComboBox, QPushButton, QSlider, pressed]
)
def test_what_can_be_used_has_an_outline_that_can_be_seen(
    themed: tuple[QWidget, Theme], make: Callable[[QWidget], QWidget], enabled: bool
) -> None:
    room, theme = themed
    part = make(room)
    part.setEnabled(enabled)
    part.setGeometry(20, 20, 160, 30)
    room.show()
    edge = QRect(20, 35, 6, 1)  # from its left end, half-way up
    if isinstance(part, QCheckBox):
        option = QStyleOptionButton()
        option.initFrom(part)
        box = part.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, part)
        edge = QRect(20 + box.left(), 20 + box.center().y(), 3, 1)
    elif isinstance(part, QSlider):
        edge = part.geometry()
    assert strongest(room.grab().toImage(), edge, theme.window) >= AA_GRAPHICS


def colour_of(icon: QIcon, mode: QIcon.Mode) -> str:
    """Return the most opaque colour of an icon."""
    image = icon.pixmap(QSize(48, 48), 1.0, mode).toImage()
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return max((image.pixelColor(x, y) for x, y in places), key=lambda found: found.alpha()).name()


@both_themes
def test_icons_can_be_seen_whatever_their_state(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    controls = RunControls(window)
    controls.show_theme(theme)
    modes, palette = QIcon.Mode, make_palette(theme)
    pointed_at = palette.color(QPalette.ColorRole.Highlight)
    for action in (controls.start, controls.pause, controls.stop, controls.go_on):
        assert contrast(colour_of(action.icon(), modes.Active), pointed_at) >= AA_GRAPHICS
        for mode, ground in product((modes.Normal, modes.Disabled), (theme.window, theme.raised)):
            assert contrast(colour_of(action.icon(), mode), ground) >= AA_GRAPHICS, mode
    for button in (controls.pause_button, controls.stop_button, controls.continue_button):
        for mode in modes:
            assert contrast(colour_of(button.icon(), mode), theme.raised) >= AA_GRAPHICS, mode
    start = controls.start_button.icon()
    assert contrast(colour_of(start, modes.Normal), theme.accent) >= AA_GRAPHICS
    assert contrast(colour_of(start, modes.Disabled), theme.border) >= AA_GRAPHICS


@both_themes
def test_marks_in_the_list_of_runs_can_be_seen(qapp: QApplication, theme: Theme) -> None:
    icons = [star_icon(theme, False), star_icon(theme, True)]
    icons += [status_icon(status, theme) for status in RunStatus]
    for icon in icons:
        for ground in (theme.surface, theme.window):
            assert contrast(colour_of(icon, QIcon.Mode.Normal), ground) >= AA_GRAPHICS
        assert contrast(colour_of(icon, QIcon.Mode.Selected), theme.accent) >= AA_GRAPHICS


@both_themes
def test_what_is_switched_off_can_still_be_read(qapp: QApplication, theme: Theme) -> None:
    palette, role = make_palette(theme), QPalette.ColorRole
    for ink in (role.Text, role.WindowText, role.ButtonText):
        colour = palette.color(QPalette.ColorGroup.Disabled, ink)
        for ground in (theme.window, theme.surface, theme.raised):
            assert contrast(colour, ground) >= AA_GRAPHICS
