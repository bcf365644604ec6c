"""The window fits whatever screen it comes to, and comes back to the one where it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSettings, QSize
from PySide6.QtGui import QFont, QGuiApplication, QScreen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.networks.computation import SCALES, Computation
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.choices import Activation, Pooling
from lenet_desktop.ui.help.help_window import HelpWindow
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.screen_fit import ScreenFit, fitted
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.ui.controls import every, make_all_parts

SMALL = ["projector", "laptop at 150 %", "laptop at 125 %", "full HD at 200 %", "dense laptop"]
NARROW = 900
FINDABLE = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLabel, QLineEdit)


def screen_of(name: str) -> QScreen:
    return next(screen for screen in QGuiApplication.screens() if screen.name() == name)


def opened(settings_file: Path) -> MainWindow:
    session = TrainingSession()
    window = MainWindow(session, QSettings(str(settings_file), QSettings.Format.IniFormat))
    session.setParent(window)
    return window


def is_inside(window: QWidget) -> bool:
    return window.screen().availableGeometry().contains(window.frameGeometry())


def lines(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)


@settings(max_examples=50)
@given(
    st.builds(QRect, lines(-4000, 4000), lines(-4000, 4000), lines(1, 4000), lines(1, 4000)),
    st.builds(QRect, lines(-2000, 2000), lines(-2000, 2000), lines(300, 3000), lines(300, 3000)),
)
def test_a_place_is_changed_no_more_than_it_must_be(place: QRect, room: QRect) -> None:
    found = fitted(place, room)
    assert room.contains(found)
    assert found.size() == place.size().boundedTo(room.size())
    assert fitted(found, room) == found
    if room.contains(place):
        assert found == place


@pytest.mark.parametrize("name", SMALL)
def test_a_first_window_fits_a_small_screen_with_its_frame(
    qtbot: QtBot, settings_file: Path, name: str
) -> None:
    window = opened(settings_file)
    qtbot.addWidget(window)
    window.move(screen_of(name).geometry().topLeft())
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: is_inside(window))
    assert window.screen().name() == name
    assert window.frameGeometry().width() == screen_of(name).geometry().width()


def test_a_large_screen_is_not_filled(qtbot: QtBot, settings_file: Path) -> None:
    window = opened(settings_file)
    qtbot.addWidget(window)
    window.show()
    assert (window.width(), window.height()) == (1440, 900)


@pytest.mark.parametrize("name", ["projector", "dense laptop"])
def test_it_comes_back_to_its_screen(qtbot: QtBot, settings_file: Path, name: str) -> None:
    place = QRect(
        screen_of(name).geometry().topLeft() + QPoint(40, 60), QRect(0, 0, 950, 620).size()
    )
    first = opened(settings_file)
    qtbot.addWidget(first)
    first.setGeometry(place)
    first.show()
    first.close()
    again = opened(settings_file)
    qtbot.addWidget(again)
    again.show()
    assert again.screen().name() == name
    assert again.geometry() == place


def test_on_a_smaller_screen_a_remembered_window_is_smaller(
    qtbot: QtBot, settings_file: Path
) -> None:
    """As when a laptop is started without its large screen: another has its name or none has."""
    for name, expected in (("laptop at 150 %", "laptop at 150 %"), ("sold", "a large screen")):
        memory = QSettings(str(settings_file), QSettings.Format.IniFormat)
        memory.setValue("window/screen", name)
        memory.setValue("window/place", QRect(1500, 900, 2400, 1500))
        memory.sync()
        window = opened(settings_file)
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        qtbot.waitUntil(lambda shown=window: is_inside(shown))  # type: ignore[misc]
        assert window.screen().name() == expected
        window.close()


def test_a_maximised_window_comes_back_so_and_knows_its_size_before(
    qtbot: QtBot, settings_file: Path
) -> None:
    place = QRect(
        screen_of("projector").geometry().topLeft() + QPoint(40, 60), QRect(0, 0, 950, 620).size()
    )
    first = opened(settings_file)
    qtbot.addWidget(first)
    first.setGeometry(place)
    first.show()
    first.showMaximized()
    first.close()
    again = opened(settings_file)
    qtbot.addWidget(again)
    again.show()
    assert again.isMaximized()
    assert again.screen().name() == "projector"
    again.showNormal()
    assert again.geometry() == place


def test_a_window_is_taken_back_when_its_screen_shrinks_but_not_when_it_is_dragged(
    qtbot: QtBot, settings_file: Path
) -> None:
    window = opened(settings_file)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    QApplication.processEvents()
    window.move(1000, 900)
    QApplication.processEvents()
    assert not is_inside(window)
    screen = screen_of("a large screen")
    screen.availableGeometryChanged.emit(screen.availableGeometry())
    assert is_inside(window)


def test_help_fits_a_low_screen(qtbot: QtBot, qapp: QApplication) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    page = HelpWindow(parent)
    page.move(screen_of("laptop at 150 %").geometry().topLeft())
    with qtbot.waitExposed(page):
        page.show()
    qtbot.waitUntil(lambda: is_inside(page))


def test_a_window_that_larger_letters_made_grow_has_its_size_again_with_smaller_ones(
    qtbot: QtBot, qapp: QApplication
) -> None:
    page = QDialog()
    in_column(
        *(QLabel("How large text is, measured by what it is elsewhere.") for _ in range(9)), on=page
    )
    qtbot.addWidget(page)
    usual, large = qapp.font(), QFont(qapp.font())
    large.setPointSizeF(2 * usual.pointSizeF())
    page.resize(page.sizeHint())
    ScreenFit(page)
    page.show()
    for size in (page.size(), page.size() + QSize(20, 30)):
        page.resize(size)
        QApplication.processEvents()
        page.setFont(large)
        qtbot.waitUntil(lambda before=size: page.width() > before.width())  # type: ignore[misc]
        QApplication.processEvents()
        page.setFont(usual)
        qtbot.waitUntil(lambda before=size: page.size() == before)  # type: ignore[misc]


@pytest.fixture(params=[1.0, 1.5], ids=["usual font", "large font"])
def full(
    request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication, settings_file: Path
) -> Iterator[MainWindow]:
    """Return a window in which everything that can be folded is open, in two sizes of font."""
    usual = qapp.font()
    font = QFont(usual)
    font.setPointSizeF(usual.pointSizeF() * request.param)
    qapp.setFont(font)
    window = opened(settings_file)
    qtbot.addWidget(window)
    make_all_parts(window)
    window.training.form.show_more(True)
    window.gallery.filters.more_button.setChecked(True)
    window.gallery.filters.set_query(
        Query(
            show=Show.CHANGED,
            true_class=0,
            predicted_class=9,
            confidence=(0.25, 0.75),
            digits="12345",
            since_epoch=100,
        )
    )
    window.gallery.filters.count.setText("10,000 of 60,000, not sorted yet")
    window.gallery.filters.left_out.setText("Image 59999 is left out")
    assumed = Computation(Activation.SIGMOID, Pooling.AVERAGE, SCALES["fashion-mnist"])
    window.models.bar.show_model("a" * 80, assumed, found=True)
    window.status.text.setText("Ended in epoch 10,000 of 10,000: the loss is not a number")
    window.show()
    yield window
    qapp.setFont(usual)


@pytest.mark.parametrize("workspace", Workspace)
def test_nothing_is_lost_in_a_narrow_window(
    workspace: Workspace, qtbot: QtBot, full: MainWindow
) -> None:
    full.workspaces.show(workspace)
    assert full.minimumSizeHint().width() <= NARROW
    full.resize(NARROW, 560)
    QApplication.processEvents()
    assert full.width() == NARROW
    page = full.workspaces.stack.currentWidget()
    assert page is not None
    for panel in (page, full.header, full.tool_bar, full.status, full.models.bar):
        for part in every(QWidget, panel):
            if isinstance(part, FINDABLE) and part.isVisible() and not part.size().isEmpty():
                left, right = (
                    part.mapTo(panel, corner).x()
                    for corner in (part.rect().topLeft(), part.rect().topRight())
                )
                assert 0 <= left <= right < panel.width(), part.objectName() or part
    rest = full.tool_bar.findChild(QWidget, "qt_toolbar_ext_button")
    assert isinstance(rest, QWidget)
    assert not rest.isVisible(), "the tool bar has room for all of its buttons"
