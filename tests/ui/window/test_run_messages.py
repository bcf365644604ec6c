"""What a run shows of itself is said where it happens, once, with what helps."""

from dataclasses import replace

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.history import History
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.choices import Augmentation, Optimizer
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.events import EpochDone, Event, RunStarted
from lenet_desktop.ui.kit.message_bar import MessageBar
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.run_messages import RunMessages
from tests.recipes import RELU

LIMIT_MS = 60_000
HEART = "by heart"
GREEDY = replace(
    RELU.config, epochs=40, batch_size=32, optimizer=Optimizer.ADAM, learning_rate=0.003, device=CPU
)
"""On a few hundred images it soon knows all of them."""


def test_learning_by_heart_is_said_once_and_a_click_helps(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_config(GREEDY)
    window.controls.start.trigger()
    qtbot.waitUntil(lambda: HEART in window.message_bar.text, timeout=LIMIT_MS)
    said = window.message_bar.text
    assert said.count(HEART) == 1
    told = len(window.session.history.epochs)
    with qtbot.waitSignal(
        window.session.event_received,
        timeout=LIMIT_MS,
        check_params_cb=lambda event: isinstance(event, EpochDone) and event.epoch > told,
    ):
        pass
    assert window.message_bar.text.count(HEART) == 1

    button = window.message_bar.findChild(QPushButton, "message_action_button")
    assert isinstance(button, QPushButton)
    button.click()
    qtbot.waitUntil(lambda: _augmentation(window) is not Augmentation.NONE, timeout=LIMIT_MS)
    assert HEART not in window.message_bar.text
    window.controls.stop.trigger()
    qtbot.waitUntil(lambda: window.session.state is RunState.STOPPED, timeout=LIMIT_MS)


def _augmentation(window: MainWindow) -> Augmentation:
    started = window.session.history.started
    return Augmentation.NONE if started is None else started.config.augmentation


def test_learning_by_heart_is_taken_back_once_other_images_are_learned_too(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    messages = RunMessages(bar, _nothing, lambda: None, _nothing)
    history = History()
    history.add(RunStarted(RELU.config, Device("cpu", "CPU"), 61_706, 60_000, 100))
    said = []
    for epoch, test in enumerate((1.0, 1.1, 1.2, 1.3, 1.04, 0.9, 1.1, 1.2, 1.3), 1):
        done = EpochDone(epoch, 0.9 - 0.1 * epoch, 0.5, test, 0.5, 1.0)
        history.add(done)
        messages.show_event(done, history)
        said.append(HEART in bar.text)
    assert said == [False] * 3 + [True] * 2 + [False] * 3 + [True]
    assert "Since epoch 6" in bar.text


def test_a_plateau_is_spoken_of_once_in_a_run(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    messages = RunMessages(bar, _nothing, lambda: None, _nothing)
    config = replace(TEXTBOOK.config, learning_rate=0.1)
    guessing = config.guessing_loss

    def tell(history: History, event: Event) -> str:
        history.add(event)
        messages.show_event(event, history)
        return bar.text

    for _run in range(2):
        history = History()
        assert not tell(history, RunStarted(config, Device("cpu", "CPU"), 61_706, 60_000, 100))
        said = tell(history, EpochDone(1, guessing, 0.1, guessing, 0.1, 1.0))
        assert said
        bar.withdraw(said)  # as a person does
        assert not tell(history, EpochDone(2, guessing, 0.1, guessing, 0.1, 1.0))


def test_a_loss_far_above_guessing_is_spoken_of_once_and_taken_back(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    restarted: list[TrainingConfig] = []
    messages = RunMessages(bar, restarted.append, lambda: None, _nothing)
    history = History()
    config = replace(TEXTBOOK.config, learning_rate=50.0)
    history.add(RunStarted(config, Device("cpu", "CPU"), 61_706, 60_000, 100))
    for epoch, loss in enumerate((40.0, 58.9, 0.5), start=1):
        done = EpochDone(epoch, loss, 0.1, loss, 0.1, 1.0)
        history.add(done)
        messages.show_event(done, history)
        if loss > 1:
            assert bar.text.count("40.00") == 1
            assert "50 is probably too high" in bar.text
    assert not bar.text


def _nothing(_value: object) -> None: ...
