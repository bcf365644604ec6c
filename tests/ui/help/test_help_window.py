"""Help that is searched, and that opens at what has the keyboard."""

import logging
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QPushButton, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop import __version__
from lenet_desktop.settings.config import SETTINGS
from lenet_desktop.ui.help.help_window import HelpWindow
from lenet_desktop.ui.help.topics import find_topics, topic_about, topics
from lenet_desktop.ui.window.main_window import MainWindow
from tests.ui.controls import make_all_parts

TERMS = (
    "learning rate", "batch", "epoch", "gradient", "overfitting", "validation", "confusion matrix",
    "precision", "recall", "margin", "entropy", "attribution",
    "many runs", "sobol", "tpe", "pruning", "importance of settings",
)  # fmt: skip


def action(window: MainWindow, text: str) -> QAction:
    actions = window.findChildren(QAction)
    return next(each for each in actions if each.text().replace("&", "") == text)


def shown_page(window: QWidget) -> str:
    page = window.findChild(QTextBrowser, "help_page")
    assert page is not None
    return page.toPlainText()


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[HelpWindow]:
    parent = QWidget()
    qtbot.addWidget(parent)
    window = HelpWindow(parent)
    window.show()
    yield window
    window.close()


@pytest.mark.parametrize("term", TERMS)
def test_every_term_has_a_page_that_is_found_first(term: str) -> None:
    found = find_topics(term)
    assert found[0].title.casefold().startswith(term)


def test_every_setting_of_a_run_is_explained() -> None:
    titles = {topic.title for topic in topics()}
    assert all(f"Setting: {each.noun}" in titles for each in SETTINGS)
    assert len(titles) == len(topics())


def test_a_word_that_is_typed_leads_to_its_page(page: HelpWindow) -> None:
    search = page.findChild(QLineEdit, "help_search")
    listed = page.findChild(QListWidget, "help_topics")
    assert isinstance(search, QLineEdit)
    assert isinstance(listed, QListWidget)
    assert listed.count() == len(topics())
    QTest.keyClicks(search, "integrated gradi pixels")
    assert listed.count() == 1
    assert shown_page(page).startswith("Attribution")
    QTest.keyClicks(search, " zebra")
    assert not listed.isVisible()
    search.clear()
    assert listed.count() == len(topics())


def test_help_opens_beside_the_window_and_only_once(qtbot: QtBot, window: MainWindow) -> None:
    for _ in range(2):
        action(window, "Help and keys").trigger()
    (shown,) = window.findChildren(HelpWindow)
    assert shown.isVisible()
    assert not shown.isModal()
    assert "press Start" in shown_page(shown)
    shown.close()


def test_shift_f1_explains_what_has_the_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    form = window.training.form
    form.learning_rate.setFocus()
    QTest.keyClick(form.learning_rate, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    assert shown_page(window).startswith("Learning rate")
    window.findChildren(HelpWindow)[0].close()


def test_every_part_that_a_page_is_about_is_in_the_window(window: MainWindow) -> None:
    make_all_parts(window)
    window.training.form.show_more(True)
    window.commands.show_preferences()
    window.commands.view.present.trigger()
    late = {"data_window", "data_list", "folder_classes", "rate_finder", "neighbours_page"}
    named = {part for topic in topics() for part in topic.parts}
    missing = {part for part in named if window.findChild(QWidget, part) is None}
    assert missing <= late | {"comparison_table"}
    for topic in topics():
        for part in topic.parts:
            found = window.findChild(QWidget, part)
            assert found is None or topic_about(found) == topic


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "program.log"
    handler = RotatingFileHandler(file, encoding="utf-8")
    logging.getLogger().addHandler(handler)
    yield file
    logging.getLogger().removeHandler(handler)
    handler.close()


def test_a_report_has_versions_and_log_and_names_nobody(window: MainWindow, log_file: Path) -> None:
    logging.getLogger("a.room").warning("%s is gone", Path.home() / "secret" / "file")
    action(window, "Report a problem").trigger()
    text = QGuiApplication.clipboard().text()
    assert __version__ in text
    assert "~/secret/file is gone" in text.replace("\\", "/")
    assert str(Path.home()) not in text
    assert "nothing was sent" in window.message_bar.text


def test_about_tells_versions_and_licences(qtbot: QtBot, window: MainWindow) -> None:
    action(window, "About LeNet Desktop").trigger()
    about = window.findChild(QWidget, "about_window")
    assert about is not None
    page = about.findChild(QTextBrowser)
    assert page is not None
    told = page.toPlainText()
    assert all(word in told for word in (__version__, "PySide6", "torch", "Fashion-MNIST", "MIT"))
    copy = about.findChild(QPushButton, "copy_versions_button")
    assert isinstance(copy, QPushButton)
    copy.click()
    assert __version__ in QGuiApplication.clipboard().text()
    with qtbot.waitSignal(about.destroyed):
        about.close()
