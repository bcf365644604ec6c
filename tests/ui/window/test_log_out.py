"""What the window does when the desktop says that a log-out is near."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.runs.records import RunStatus
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.ui.window.log_out import LogOut
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.window_memory import WindowMemory
from tests.recipes import RELU


def test_a_log_out_that_may_be_called_off_stops_the_run_and_keeps_everything(
    qtbot: QtBot,
    qapp: QApplication,
    window: MainWindow,
    resources: TrainingResources,
    settings_file: Path,
) -> None:
    LogOut(qapp, window)
    window.training.form.set_config(replace(RELU.config, epochs=1_000, batch_size=64))
    window.controls.start.trigger()
    qtbot.waitUntil(lambda: len(window.session.history.step_losses) > 0, timeout=30_000)

    manager = qapp.findChild(QSessionManager)
    assert manager is not None
    qapp.commitDataRequest.emit(manager)

    (record,) = resources.store.records()  # at once: the next moment may be the last one
    assert record.status is RunStatus.STOPPED
    remembered = WindowMemory(QSettings(str(settings_file), QSettings.Format.IniFormat)).config
    assert remembered is not None
    assert remembered.epochs == 1_000
    assert manager.restartHint() is QSessionManager.RestartHint.RestartNever
    qtbot.waitUntil(lambda: window.session.state is RunState.STOPPED)
    assert window.isVisible()
    assert window.controls.continue_button.isEnabled()
