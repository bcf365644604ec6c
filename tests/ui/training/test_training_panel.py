"""The page of a run: what is asked for at the left, the network or the epochs below it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.history import History
from lenet_desktop.settings.presets import FAST
from lenet_desktop.training.events import Event
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.training.training_panel import TrainingPanel


@pytest.fixture
def panel(qtbot: QtBot) -> TrainingPanel:
    shown = TrainingPanel(SaveFolder(), QWidget())
    qtbot.addWidget(shown)
    shown.network.allow_building()
    shown.resize(1200, 740)
    shown.show()
    return shown


def press(panel: TrainingPanel, name: str) -> None:
    button = panel.findChild(QToolButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def shows(panel: TrainingPanel) -> QWidget:
    (shown,) = (part for part in (panel.network, panel.table) if part.isVisible())
    return shown


def test_the_network_stands_there_before_a_run_and_the_epochs_from_the_first_on(
    panel: TrainingPanel, few_events: list[Event]
) -> None:
    history = History()
    assert shows(panel) is panel.network
    for event in few_events:
        history.add(event)
        panel.show_event(event, history)
        assert (shows(panel) is panel.table) is bool(history.epochs)
    press(panel, "show_network_button")
    panel.show_event(few_events[-1], history)
    panel.show_run(history, is_the_same=True)
    assert shows(panel) is panel.network, "a person has chosen it"
    press(panel, "show_epochs_button")
    assert shows(panel) is panel.table
    panel.show_run(History())
    assert shows(panel) is panel.network


def test_the_picture_is_that_of_the_form(panel: TrainingPanel) -> None:
    before = panel.network.layers.part_sentence(1)
    panel.form.set_config(FAST.config)
    assert "sigmoid" in before
    assert "sigmoid" not in panel.network.layers.part_sentence(1)
    assert "ReLU" in panel.network.layers.part_sentence(2)


def test_everything_is_in_sight_at_the_usual_size_without_a_scroll_bar(
    panel: TrainingPanel,
) -> None:
    QApplication.processEvents()
    assert not panel.column.verticalScrollBar().isVisible()
    assert not panel.results.verticalScrollBar().isVisible()
    assert 340 <= panel.column.width() <= 380


def test_curves_get_what_the_strip_can_spare_where_there_is_little_height(
    panel: TrainingPanel,
) -> None:
    told: list[bool] = []
    panel.is_low.connect(told.append)
    for height in (900, 540):
        panel.resize(1200, height)
    assert told == [False, True]
