"""The buttons of a run have room for their words in every language, and none is called as another.

What they do is held where whole runs are driven.
"""

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.session.run_state import RunState
from lenet_desktop.ui.window.run_controls import RunControls


@pytest.mark.usefixtures("spoken_language")
def test_buttons_have_room_for_their_words_and_do_not_jump(
    qtbot: QtBot,
) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    controls = RunControls(host)
    buttons = (
        controls.start_button,
        controls.pause_button,
        controls.stop_button,
        controls.continue_button,
    )
    line = QHBoxLayout(host)
    for button in buttons:
        line.addWidget(button)
    widths = set()
    for state in RunState:
        controls.show_state(state, can_continue=True)
        assert len({button.text() for button in buttons}) == len(buttons)
        assert all(each.sizeHint().width() <= each.minimumWidth() for each in buttons)
        widths.add(tuple(button.minimumWidth() for button in buttons))
    assert len(widths) == 1
