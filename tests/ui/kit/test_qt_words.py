"""Qt's own words are said in the language that is spoken."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from lenet_desktop.text.language import LANGUAGES, SOURCE, set_language
from lenet_desktop.ui.kit.qt_words import name_fields, speak_of_qt
from lenet_desktop.ui.kit.shortcuts import Shortcut


@pytest.fixture(autouse=True)
def _english_afterwards(qapp: QApplication) -> Iterator[None]:
    yield
    set_language(SOURCE)
    speak_of_qt(qapp)


def words_of_qt(qtbot: QtBot) -> list[str]:
    """Return what stands on a button and in the menu of a field."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    field = QLineEdit()
    menu = field.createStandardContextMenu()
    qtbot.addWidget(buttons)
    qtbot.addWidget(field)
    entries = [each.text().partition("\t")[0] for each in menu.findChildren(QAction) if each.text()]
    return [*(each.text() for each in buttons.buttons()), *entries]


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != SOURCE])
def test_buttons_and_menus_of_qt_are_translated_and_go_back(
    qtbot: QtBot, qapp: QApplication, code: str
) -> None:
    english = words_of_qt(qtbot)
    set_language(code)
    speak_of_qt(qapp)
    own = words_of_qt(qtbot)
    assert len(own) == len(english) > 5
    assert not set(own) & set(english)
    set_language(SOURCE)
    speak_of_qt(qapp)
    assert words_of_qt(qtbot) == english


def test_they_are_chinese(qtbot: QtBot, qapp: QApplication) -> None:
    set_language("zh")
    speak_of_qt(qapp)
    assert {"取消", "复制(&C)", "全选"} <= set(words_of_qt(qtbot))


@pytest.mark.parametrize("mode", QFileDialog.FileMode)
def test_a_dialog_that_qt_draws_has_no_english_label(
    qtbot: QtBot, qapp: QApplication, mode: QFileDialog.FileMode
) -> None:
    said = []
    for code in (SOURCE, "zh"):
        set_language(code)
        speak_of_qt(qapp)
        dialog = QFileDialog(options=QFileDialog.Option.DontUseNativeDialog)
        qtbot.addWidget(dialog)
        dialog.setFileMode(mode)
        as_qt_says = [each.text() for each in dialog.findChildren(QLabel)]
        name_fields(dialog)
        said.append([each.text() for each in dialog.findChildren(QLabel)])
        if code == SOURCE:
            assert said[0] == as_qt_says
    english, own = said
    assert len(english) >= 3
    assert not set(own) & set(english)


@pytest.mark.parametrize("code", LANGUAGES)
def test_keys_stay_what_they_are(qapp: QApplication, code: str) -> None:
    portable = QKeySequence.SequenceFormat.PortableText
    before = [each.sequence.toString(portable) for each in Shortcut]
    set_language(code)
    speak_of_qt(qapp)
    assert [each.sequence.toString(portable) for each in Shortcut] == before
