"""What tests of the plots share."""

import pytest
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.history import History
from lenet_desktop.training.events import Event
from lenet_desktop.ui.training.plots import TrainingPlots


@pytest.fixture
def history(few_events: list[Event]) -> History:
    """Return the history of a real run of two epochs."""
    folded = History()
    for event in few_events:
        folded.add(event)
    return folded


@pytest.fixture
def plots(qtbot: QtBot, history: History) -> TrainingPlots:
    """Return plots in sight that show it."""
    shown = TrainingPlots()
    qtbot.addWidget(shown)
    shown.resize(600, 500)
    shown.show()
    shown.show_history(history)
    return shown
