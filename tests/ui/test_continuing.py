"""Continuing runs, other learning rates on the way, and finding one, with real clicks."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton
from pytestqt.qtbot import QtBot

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.choices import Activation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training.events import CheckpointFailed, EpochDone
from lenet_desktop.ui.kit.inputs import ChoiceInput, NumberInput, WholeNumberInput
from lenet_desktop.ui.kit.message_bar import MessageKind
from lenet_desktop.ui.window.main_window import MainWindow
from tests.recipes import RELU

LIMIT_MS = 30_000
SHORT = replace(RELU.config, epochs=2, batch_size=64, device="cpu")
ENDLESS = replace(SHORT, epochs=1_000)


def click(button: QAbstractButton) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for(qtbot: QtBot, window: MainWindow, state: RunState) -> None:
    qtbot.waitUntil(lambda: window.session.state is state, timeout=LIMIT_MS)


def run_some_steps(qtbot: QtBot, window: MainWindow, steps: int) -> None:
    qtbot.waitUntil(lambda: len(window.session.history.step_losses) >= steps, timeout=LIMIT_MS)


def stop(qtbot: QtBot, window: MainWindow) -> None:
    click(window.controls.stop_button)
    wait_for(qtbot, window, RunState.STOPPED)


def test_a_run_that_was_computed_in_another_order_is_continued_with_a_word(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.training.form.set_config(ENDLESS)
    click(window.controls.start_button)
    run_some_steps(qtbot, window, 1)
    stop(qtbot, window)
    monkeypatch.setattr("lenet_desktop.training.checkpoint.ARITHMETIC", 99)

    click(window.controls.continue_button)

    assert "another order" in window.message_bar.text
    run_some_steps(qtbot, window, 5)


def test_a_stopped_run_is_continued_with_its_own_settings(qtbot: QtBot, window: MainWindow) -> None:
    controls, form = window.controls, window.training.form
    assert not controls.continue_button.isEnabled()
    form.set_config(ENDLESS)
    click(controls.start_button)
    run_some_steps(qtbot, window, 15)
    assert not controls.continue_button.isEnabled()
    stop(qtbot, window)
    before = window.session.history.step_losses.copy()
    assert controls.continue_button.text() == "Continue"
    form.set_config(replace(SHORT, batch_size=7))

    click(controls.continue_button)

    assert form.config == ENDLESS, "what is shown is what is run"
    assert not window.message_bar.isVisible()
    run_some_steps(qtbot, window, len(before) + 5)
    stop(qtbot, window)
    np.testing.assert_array_equal(window.session.history.step_losses[: len(before)], before)
    assert len(window.training.plots.loss.curves[0].places) == len(
        window.session.history.step_losses
    )


def test_a_finished_run_gets_as_many_more_epochs_as_the_form_says(
    qtbot: QtBot, window: MainWindow
) -> None:
    controls, form = window.controls, window.training.form
    form.set_config(SHORT)
    click(controls.start_button)
    wait_for(qtbot, window, RunState.FINISHED)
    assert controls.continue_button.text() == "More epochs"
    assert window.training.table.rowCount() == 2

    epochs = form.editor("epochs", WholeNumberInput)
    epochs.setValue(1)
    click(controls.continue_button)
    wait_for(qtbot, window, RunState.FINISHED)

    assert window.training.table.rowCount() == 3
    assert epochs.value() == 1, "so that the next click adds as many"
    epochs.lineEdit().setText("none")
    assert not controls.continue_button.isEnabled()


def test_a_run_that_was_stopped_early_says_why_and_is_continued_with_as_much_patience_again(
    qtbot: QtBot, window: MainWindow
) -> None:
    controls, form, session = window.controls, window.training.form, window.session
    # So fast that it does not get better from each epoch to the next.
    config = replace(
        SHORT, epochs=30, batch_size=54, learning_rate=0.1, validation_images=60, patience=1
    )
    form.set_config(config)
    click(controls.start_button)
    wait_for(qtbot, window, RunState.FINISHED)
    done = session.history.epochs
    assert len(done) < 30
    place = f"topped early after epoch {len(done)}"
    assert place in window.status.text.text()
    assert place in window.message_bar.text
    assert "1 epoch." in window.message_bar.text
    assert "stopped early" in window.header.text
    assert window.gallery.state.best == session.history.best_epoch == len(done) - 1
    assert controls.continue_button.text() == "Continue"

    click(controls.continue_button)

    assert form.config == replace(config, patience=2), "what is shown is what is run"
    wait_for(qtbot, window, RunState.FINISHED)
    assert len(session.history.epochs) > len(done)
    assert session.history.epochs[: len(done)] == done

    form.set_config(replace(config, epochs=len(done)))
    click(controls.start_button)
    wait_for(qtbot, window, RunState.FINISHED)
    assert session.history.best_epoch == len(done) - 1, "no patience is left at the planned end"
    assert controls.continue_button.text() == "More epochs"
    form.editor("epochs", WholeNumberInput).setValue(1)

    click(controls.continue_button)

    assert form.config == replace(config, epochs=1, patience=2), "what is shown is what is run"
    wait_for(qtbot, window, RunState.FINISHED)


def test_the_learning_rate_of_a_run_is_changed_from_the_form(
    qtbot: QtBot, window: MainWindow
) -> None:
    form, plots = window.training.form, window.training.plots
    form.set_config(ENDLESS)
    assert form.rate_buttons.apply_button.isHidden()
    click(window.controls.start_button)
    run_some_steps(qtbot, window, 5)
    assert form.rate_buttons.find_button.isHidden()
    assert not form.editor("epochs", WholeNumberInput).isEnabled()
    assert not form.rate_buttons.apply_button.isEnabled(), "nothing has changed yet"

    form.learning_rate.setText("fast")
    assert not form.rate_buttons.apply_button.isEnabled()
    form.learning_rate.setText("0.004")
    click(form.rate_buttons.apply_button)
    qtbot.waitUntil(lambda: bool(window.session.history.changes), timeout=LIMIT_MS)
    assert not form.rate_buttons.apply_button.isEnabled()
    form.learning_rate.setFocus()
    form.learning_rate.setText("0.002")
    QTest.keyClick(form.learning_rate, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.session.history.changes) == 2, timeout=LIMIT_MS)

    stop(qtbot, window)
    rates = [change.learning_rate for change in window.session.history.changes]
    assert rates == [0.004, 0.002]
    places = [place for place, _ in window.session.history.rate_changes]
    assert [mark.value() for mark in plots.loss.annotations.marks] == pytest.approx(places)
    assert plots.loss.annotations.marks[0].label.format == "rate 0.004"
    assert form.rate_buttons.apply_button.isHidden()

    form.set_config(SHORT)
    click(window.controls.start_button)
    wait_for(qtbot, window, RunState.FINISHED)
    assert plots.loss.annotations.marks == []


def test_a_rate_is_found_and_put_into_the_form(qtbot: QtBot, window: MainWindow) -> None:
    form, finder = window.training.form, window.rate_finder
    form.set_config(replace(SHORT, batch_size=32))
    click(form.rate_buttons.find_button)
    assert finder.isVisible()
    qtbot.waitUntil(finder.use_button.isEnabled, timeout=LIMIT_MS)
    x, y = finder.plot.getPlotItem().listDataItems()[0].getOriginalDataset()
    assert len(x) == len(y) > 50
    words = finder.use_button.text()
    finder.plot.setXRange(-5, -1, padding=0)  # as after a search that ends early
    label = finder.plot.getPlotItem().getAxis("bottom").labelString()
    assert "0.001" not in label, "the ticks are written in full"

    click(finder.use_button)

    assert not finder.isVisible()
    assert words == f"Use {form.learning_rate.value():g}"
    assert window.controls.start_button.isEnabled()


def test_a_search_ends_when_its_window_is_closed_or_a_run_is_started(
    qtbot: QtBot, window: MainWindow
) -> None:
    form, finder = window.training.form, window.rate_finder
    form.set_config(replace(TEXTBOOK.config, batch_size=600, device="cpu"))
    click(form.rate_buttons.find_button)
    finder.close()
    click(form.rate_buttons.find_button)
    click(window.controls.start_button)
    assert window.session.state is RunState.RUNNING
    click(window.controls.stop_button)
    wait_for(qtbot, window, RunState.STOPPED)
    click(form.rate_buttons.find_button)  # and closing the window ends this one


def test_sigmoids_get_no_suggestion_but_an_explanation(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_config(replace(TEXTBOOK.config, batch_size=32, device="cpu"))
    click(window.training.form.rate_buttons.find_button)
    finder = window.rate_finder
    qtbot.waitUntil(lambda: "sigmoids" in finder.answer.text(), timeout=LIMIT_MS)
    assert not finder.use_button.isEnabled()


def epoch(number: int, train_loss: float) -> EpochDone:
    return EpochDone(number, train_loss, 0.1, train_loss, 0.1, 1.0)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (TEXTBOOK.config, "usual for sigmoids"),
        (replace(SHORT, learning_rate=0.5), "too high"),
        (replace(SHORT, learning_rate=1e-6), "too low"),
        (SHORT, "preset Modern"),
    ],
)
def test_an_epoch_without_learning_is_explained_until_something_is_learned(
    qtbot: QtBot, window: MainWindow, config: TrainingConfig, words: str
) -> None:
    window.training.form.set_config(replace(config, epochs=1, batch_size=12, device="cpu"))
    click(window.controls.start_button)
    wait_for(qtbot, window, RunState.FINISHED)
    if words not in window.message_bar.text:  # it is said once
        window.message_bar.clear()

    window.session._on_event_received(epoch(2, DEFAULT.guessing_loss * 1.009))
    assert words in window.message_bar.text
    assert window.message_bar.kind is MessageKind.HINT
    window.session._on_event_received(epoch(3, DEFAULT.guessing_loss * 0.98))
    assert window.message_bar.text == ""


@pytest.mark.parametrize("goes_on", [True, False])
def test_the_button_beside_the_advice_does_what_it_says(
    qtbot: QtBot, window: MainWindow, goes_on: bool
) -> None:
    epochs = 1_000 if goes_on else 1
    config = replace(TEXTBOOK.config, epochs=epochs, batch_size=12, device="cpu", seed=3)
    window.training.form.set_config(config)
    click(window.controls.start_button)
    wait_for(qtbot, window, RunState.RUNNING if goes_on else RunState.FINISHED)
    qtbot.waitUntil(lambda: window.session.history.started is not None, timeout=LIMIT_MS)
    before = window.session.run_id
    if goes_on:  # but does not finish an epoch of its own meanwhile
        click(window.controls.pause_button)
        wait_for(qtbot, window, RunState.PAUSED)
    window.session._on_event_received(epoch(1, DEFAULT.guessing_loss))
    QApplication.processEvents()
    button = window.message_bar.findChild(QPushButton, "message_action_button")
    assert isinstance(button, QPushButton)
    assert button.text() == "Restart with ReLU at 0.1"
    click(button)
    qtbot.waitUntil(
        lambda: (
            window.session.history.started is not None
            and window.session.history.started.config != config
        ),
        timeout=LIMIT_MS,
    )
    restarted = window.session.history.started
    assert restarted is not None
    assert restarted.config == replace(config, activation=Activation.RELU, learning_rate=0.1)
    assert window.training.form.config == restarted.config
    assert "mere guessing" not in window.message_bar.text
    window.session.stop()
    qtbot.waitUntil(lambda: not window.session.state.is_active, timeout=LIMIT_MS)
    assert window.session.run_id != before, "what was learned before is kept under its own number"


def test_a_run_that_cannot_be_kept_is_mentioned(window: MainWindow) -> None:
    window.session._on_event_received(CheckpointFailed("No space left on device"))
    assert "No space left on device" in window.message_bar.text
    assert "goes on" in window.message_bar.text


def test_choosing_nesterov_brings_the_momentum_that_it_needs(window: MainWindow) -> None:
    form = window.training.form
    form.set_config(TEXTBOOK.config)
    form.show_more(True)
    optimizer = form.editor("optimizer", ChoiceInput)
    optimizer.setFocus()
    QTest.keyClick(optimizer, Qt.Key.Key_Down)
    QTest.keyClick(optimizer, Qt.Key.Key_Return)
    assert optimizer.currentText() == "SGD + Nesterov"
    assert form.editor("momentum", NumberInput).value() == 0.9
    assert window.controls.start_button.isEnabled()
