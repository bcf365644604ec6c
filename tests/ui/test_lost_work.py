"""What could not be kept is said until it is saved elsewhere, made up for, or dismissed."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from lenet_desktop.export.model_files import read_model
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.storage import files
from lenet_desktop.ui.kit.message_bar import MessageKind
from lenet_desktop.ui.window.main_window import MainWindow
from tests.kept_runs import BRIEF

LIMIT_MS = 20_000


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Return a switch: while `disk` is true, no file of a run can be written."""
    switch = {"disk": True}
    replacing = files.replacing

    @contextmanager
    def limited(path: Path, **wishes: bool) -> Iterator[BinaryIO]:
        if switch["disk"] and path.suffix == ".safetensors":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        with replacing(path, **wishes) as stream:
            yield stream

    monkeypatch.setattr(files, "replacing", limited)
    return switch


def train(qtbot: QtBot, window: MainWindow, epochs: int = 2) -> None:
    window.training.form.set_config(replace(TEXTBOOK.config, epochs=epochs, device="cpu"))
    window.controls.start_button.click()
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)


def press(window: MainWindow, name: str) -> None:
    QApplication.processEvents()
    button = window.message_bar.findChild(QAbstractButton, name)
    assert isinstance(button, QAbstractButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_loss_is_not_replaced_by_a_hint_and_the_network_can_be_saved_elsewhere(
    qtbot: QtBot, window: MainWindow, full: dict[str, bool], tmp_path: Path
) -> None:
    train(qtbot, window)
    bar = window.message_bar
    assert bar.kind is MessageKind.LOSS
    first = bar.text.splitlines()[0]
    assert "is not kept from epoch 1 on" in first
    for kind in (MessageKind.INFO, MessageKind.HINT, MessageKind.WARNING, MessageKind.ERROR):
        bar.show_message("Something else.", kind)
        assert bar.text.splitlines()[0] == first
    bar.clear()
    assert bar.text == first
    (record,) = window.runs.model.records
    assert record.status is RunStatus.INCOMPLETE
    full["disk"] = False
    press(window, "message_action_button")
    dialog = window.findChild(QFileDialog, "save_dialog")
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "mine.safetensors"))
    dialog.reject()
    qtbot.waitUntil(lambda: first not in bar.text, timeout=LIMIT_MS)
    latest = window.session.checkpoint
    assert latest is not None
    saved = read_model(tmp_path / "mine.safetensors").weights
    for name, value in latest.learner.weights.items():
        assert saved[name].tolist() == value.tolist()


def test_a_run_that_is_kept_after_all_needs_no_word(
    qtbot: QtBot, window: MainWindow, full: dict[str, bool]
) -> None:
    window.training.form.set_config(replace(BRIEF, epochs=1_000))
    window.controls.start_button.click()
    bar = window.message_bar
    qtbot.waitUntil(lambda: "cannot be kept" in bar.text, timeout=LIMIT_MS)
    assert bar.kind is MessageKind.LOSS
    full["disk"] = False
    qtbot.waitUntil(lambda: "cannot be kept" not in bar.text, timeout=LIMIT_MS)
    window.controls.stop_button.click()
    qtbot.waitUntil(lambda: window.session.state is RunState.STOPPED, timeout=LIMIT_MS)
    (record,) = window.runs.model.records
    assert record.status is RunStatus.STOPPED
    store = window.run_services.store
    assert store is not None
    folder: RunFolder = store.run_folder(record.id)
    assert folder.epochs() == list(range(1, record.epochs_done + 1))
