"""No word is cut off in any language, on every page, before a run and after it, small or large."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.help.about import AboutWindow
from lenet_desktop.ui.help.help_window import HelpWindow
from lenet_desktop.ui.kit.message_bar import MessageAction, MessageKind
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.preferences import TEXT_PERCENT
from lenet_desktop.ui.window.preferences_window import PreferencesWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import BRIEF, KeptRun
from tests.ui.clipping import clipped

KEPT_RUNS = (KeptRun(BRIEF, title="A run with a name that is quite long"), KeptRun(BRIEF, steps=12))
SIZES = ((1100, 700), (1440, 900))
LIMIT_MS = 30_000


@pytest.fixture
def usual_font(qapp: QApplication) -> Iterator[QFont]:
    font = QFont(qapp.font())
    yield font
    qapp.setFont(font)


@pytest.fixture(params=[100, 150], ids=lambda percent: f"{percent} %")
def lettered(
    request: pytest.FixtureRequest, spoken_language: str, usual_font: QFont, window: MainWindow
) -> MainWindow:
    """Return the window in a language, with text of a size."""
    window.commands.preferences.set_value(TEXT_PERCENT, request.param)
    return window


def problems_of(window: QWidget) -> list[str]:
    """Return what is cut off for good: what is laid out follows what is said turn by turn."""
    assert window.isVisible()
    found = [""]
    for _turn in range(30):
        QApplication.processEvents()
        found = clipped(window)
        if not found:
            break
    return found


def problems_of_pages(window: MainWindow, state: str) -> list[str]:
    found: list[str] = []
    for workspace in Workspace:
        window.workspaces.show(workspace)
        for size in SIZES:
            window.resize(*size)
            where = f"{state}, {workspace.name}, {size}"
            found += [f"{where}: {each}" for each in problems_of(window)]
    return found


def test_no_word_is_cut_off_on_any_page(qtbot: QtBot, lettered: MainWindow) -> None:
    window = lettered
    found = problems_of_pages(window, "before a run")
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        window.run_opener.open_run(1)
    window.training.form.show_more(True)
    window.gallery.state.toggle_misclassified()
    window.runs.select([1, 2])
    window.runs.commands.compare.trigger()
    qtbot.waitUntil(lambda: window.compare.verdict.pair is not None, timeout=LIMIT_MS)
    window.message_bar.show_message(
        "Something has gone wrong, and this is said in a sentence that is as long as they are.",
        MessageKind.WARNING,
        MessageAction("Do what helps", list),
    )
    found += problems_of_pages(window, "after a run")
    window.workspaces.show(Workspace.SWEEPS)
    window.sweeps.new_requested.emit()
    found += [f"a new sweep: {each}" for each in problems_of(window)]
    assert found == [], "\n".join(found)


def test_no_word_is_cut_off_where_text_grew_while_another_page_was_in_sight(
    usual_font: QFont, window: MainWindow
) -> None:
    window.resize(*SIZES[-1])
    for workspace in Workspace:
        window.workspaces.show(workspace)
        QApplication.processEvents()
    window.workspaces.show(Workspace.TRAIN)
    window.commands.preferences.set_value(TEXT_PERCENT, TEXT_PERCENT.choices[-1])
    found: list[str] = []
    for workspace in Workspace:
        QApplication.processEvents()
        window.workspaces.show(workspace)
        found += [f"{workspace.name}: {each}" for each in problems_of(window)]
    assert found == [], "\n".join(found)


def test_no_word_is_cut_off_in_the_windows_beside(qtbot: QtBot, lettered: MainWindow) -> None:
    window, found = lettered, []
    window.commands.show_preferences()
    window.menus.help._on_help()
    window.menus.help._on_about()
    window.commands.view.present.trigger()
    kinds = (PreferencesWindow, HelpWindow, AboutWindow)
    others = [each for kind in kinds for each in window.findChildren(kind)]
    page = window.commands.presenting.page
    assert page is not None
    assert len(others) == len(kinds)
    for beside in (*others, page):
        found += [f"{beside.objectName()}: {each}" for each in problems_of(beside)]
    page.close()
    assert found == [], "\n".join(found)


def test_what_is_cut_off_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 300)
    window.show()
    cases: list[tuple[QWidget, bool]] = []
    for make in (QLabel, QPushButton, QCheckBox):
        for width in (200, 20):
            words = make("Some words")
            words.setParent(window)
            words.resize(width, 30)
            cases.append((words, width == 20))
    for width in (200, 40):
        box = QComboBox(window)
        box.addItem("Some words")
        box.resize(width, 30)
        cases.append((box, width == 40))
    beyond = QLabel("Some words", window)
    beyond.setGeometry(250, 0, 100, 30)
    high = QLabel("Some words, which take several lines", window, wordWrap=True)
    high.resize(60, 20)
    cases += [(beyond, True), (high, True)]
    for part, is_cut in cases:
        part.show()
        assert bool(clipped(window)) is is_cut, part
        shiboken6.delete(part)
