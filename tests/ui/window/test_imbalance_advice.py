"""Class weights are advised where classes are very unequal, once for each data set."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.reading import read_run
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.choices import ClassWeights
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.devices import CPU
from lenet_desktop.ui.window.main_window import MainWindow
from tests.kept_runs import BRIEF, keep_run
from tests.other_data import UNEQUAL_LABELS, colours

LIMIT_MS = 30_000
ADVICE = "20 times as many training images of “red” as of “blue”"


@pytest.fixture(scope="module")
def unequal() -> DataSplits:
    return colours(train_labels=UNEQUAL_LABELS, test_labels=UNEQUAL_LABELS)


def load(
    window: MainWindow, resources: TrainingResources, data: DataSplits, *, opens: bool = False
) -> None:
    """Have data in the window because somebody chose them, or a run that is to be opened."""
    window.data_switch.switched.emit(replace(resources, data=data), opens)


def click_advice(window: MainWindow) -> None:
    QApplication.processEvents()
    button = window.message_bar.findChild(QPushButton, "message_action_button")
    assert isinstance(button, QPushButton)
    button.click()


def config_of(window: MainWindow) -> TrainingConfig:
    config = window.training.form.config
    assert config is not None
    return config


def test_it_is_said_once_when_such_data_are_loaded_and_a_click_does_it(
    window: MainWindow, resources: TrainingResources, unequal: DataSplits
) -> None:
    assert ADVICE not in window.message_bar.text
    load(window, resources, unequal)
    assert ADVICE in window.message_bar.text

    click_advice(window)
    assert config_of(window).class_weights is ClassWeights.BALANCED
    assert "next run" in window.message_bar.text
    assert ADVICE not in window.message_bar.text

    window.training.form.reset()
    load(window, resources, resources.data)
    load(window, resources, unequal)
    assert ADVICE not in window.message_bar.text, "it was said"


def test_what_is_said_of_data_goes_with_them(
    window: MainWindow, resources: TrainingResources, unequal: DataSplits
) -> None:
    load(window, resources, unequal)
    load(window, resources, colours())
    assert window.message_bar.text == ""


def test_a_run_that_begins_without_weights_is_advised_to_begin_with_them(
    qtbot: QtBot, window: MainWindow, resources: TrainingResources, unequal: DataSplits
) -> None:
    form = window.training.form
    form.set_config(replace(config_of(window), class_weights=ClassWeights.BALANCED, device=CPU))
    load(window, resources, unequal)
    assert window.message_bar.text == "", "they are chosen"
    form.set_config(replace(config_of(window), class_weights=ClassWeights.NONE, epochs=1))

    window.controls.start_button.click()
    qtbot.waitUntil(lambda: ADVICE in window.message_bar.text, timeout=LIMIT_MS)
    click_advice(window)

    def is_weighted() -> bool:
        started = window.session.history.started
        weights = None if started is None else started.config.class_weights
        return weights is ClassWeights.BALANCED and window.session.state is RunState.FINISHED

    qtbot.waitUntil(is_weighted, timeout=LIMIT_MS)
    assert ADVICE not in window.message_bar.text
    (done,) = window.session.history.epochs
    assert done.balanced_accuracy is not None


def test_nothing_is_said_of_the_data_of_a_run_that_is_opened_until_another_one_begins(
    qtbot: QtBot, window: MainWindow, resources: TrainingResources, unequal: DataSplits
) -> None:
    run_id = keep_run(resources.store, unequal, replace(BRIEF, epochs=1))
    load(window, resources, unequal, opens=True)
    window.session.open(read_run(resources.store, run_id))
    assert ADVICE not in window.message_bar.text

    window.controls.start_button.click()
    qtbot.waitUntil(lambda: ADVICE in window.message_bar.text, timeout=LIMIT_MS)
    window.controls.stop_button.click()
    qtbot.waitUntil(lambda: window.session.state.can_start, timeout=LIMIT_MS)
