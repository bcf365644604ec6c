"""The buttons of the list say what they do in every language, without letters for menus."""

import pytest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.runs.list_bar import ListBar
from lenet_desktop.ui.runs.run_actions import RunActions


@pytest.mark.usefixtures("spoken_language")
def test_a_button_has_words_of_its_own_and_no_letter_of_the_menu(
    qtbot: QtBot,
) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    bar = ListBar(RunActions(host))
    bar.setParent(host)
    buttons = [
        button
        for row in bar.rows
        for action in row.actions()
        if isinstance(button := row.widgetForAction(action), QToolButton)
    ]
    words = [button.text() for button in buttons]
    assert all(words)
    assert len(set(words)) == len(words) == 7
    assert not [text for text in words if set(text) & set("(&)")]
    assert words == [button.accessibleName() for button in buttons]
