"""The whole program on the real data, through the real window: train, watch, look, keep."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shiboken6
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QSpinBox,
    QTableWidget,
)
from pytestqt.qtbot import QtBot

from lenet_desktop.app import create_window
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.compact_predictions import CELLS
from lenet_desktop.networks.predictions import Floats
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.session.run_state import RunState
from lenet_desktop.ui.gallery.grid.gallery_model import NUMBER_ROLE
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.recipes import RELU

LOADING_LIMIT_MS = 60_000
EPOCH_LIMIT_MS = 100_000
LEARNING_RATE = 0.005


def answers_of_the_kept_network(folder: Path, data: DataSplits) -> Floats:
    """Let the network that was kept answer in the plainest way, with nothing of the engine."""
    with closing(open_store(folder)) as store:
        run = read_run(store, 1)
    assert run.record.config == replace(RELU.config, learning_rate=LEARNING_RATE, epochs=1)
    (network,) = run.snapshots
    with torch.no_grad():
        return np.asarray(network.build()(data.test.images.float() / 255).softmax(dim=1))


CHOICES = {
    "optimizer_input": "SGD + Nesterov",
    "activation_input": "ReLU",
    "pooling_input": "Maximum",
}


def configure(window: MainWindow) -> None:
    """Fill the form: one epoch of what `RELU` says."""
    for name, choice in CHOICES.items():
        box = window.findChild(QComboBox, name)
        assert isinstance(box, QComboBox)
        box.setCurrentText(choice)
    rate = window.findChild(QLineEdit, "learning_rate_input")
    assert isinstance(rate, QLineEdit)
    rate.setText(str(LEARNING_RATE))
    momentum = window.findChild(QLineEdit, "momentum_input")
    assert isinstance(momentum, QLineEdit)
    momentum.setText("0.9")
    epochs = window.findChild(QSpinBox, "epochs_input")
    assert isinstance(epochs, QSpinBox)
    epochs.setValue(1)


@pytest.mark.timeout(300)
def test_train_watch_and_look(
    qtbot: QtBot, cache: Path, data: DataSplits, settings_file: Path, tmp_path: Path
) -> None:
    window = create_window(cache, settings_file, tmp_path / "kept")
    try:
        window.show()
        count = window.findChild(QLabel, "gallery_count")
        assert isinstance(count, QLabel)
        qtbot.waitUntil(lambda: count.text() == "10,000 of 10,000", timeout=LOADING_LIMIT_MS)
        start = window.findChild(QPushButton, "start_button")
        assert isinstance(start, QPushButton)
        qtbot.waitUntil(start.isEnabled, timeout=LOADING_LIMIT_MS)

        configure(window)
        QTest.mouseClick(start, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=EPOCH_LIMIT_MS)
        assert len(window.training.plots.loss.curves[0].getOriginalDataset()[1]) == 235

        window.workspaces.show(Workspace.EXPLORE)
        show = window.findChild(QComboBox, "gallery_show_input")
        assert isinstance(show, QComboBox)
        show.setCurrentText("Misclassified")
        expected = answers_of_the_kept_network(tmp_path / "kept", data)
        predicted, labels = expected.argmax(axis=1), data.test.labels.numpy()
        correct = predicted == labels
        assert correct.mean() > 0.6, "an epoch of the real data teaches something"
        view = window.findChild(QListView, "gallery_view")
        assert isinstance(view, QListView)
        wrong = view.model().rowCount()
        assert wrong == pytest.approx(int((~correct).sum()), abs=1), "but for what is undecided"
        assert count.text() == f"{wrong:,} of 10,000"
        table = window.findChild(QTableWidget, "epoch_table")
        assert isinstance(table, QTableWidget)
        accuracy = table.item(0, 4)
        assert accuracy is not None
        assert accuracy.text() == f"{100 - wrong / 100:.1f}\xa0%"

        row = next(
            row
            for row in range(view.model().rowCount())
            if expected[view.model().index(row, 0).data(NUMBER_ROLE)].max() > 0.8
        )
        index = view.model().index(row, 0)
        view.scrollTo(index)
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center()
        )
        number = index.data(NUMBER_ROLE)
        inspector = window.gallery.inspector
        assert inspector.title.text() == f"Test image {number}"
        assert f"True label: {DEFAULT.class_names[labels[number]]}" in inspector.verdict.text()
        verdict = f"Predicted: {DEFAULT.class_names[predicted[number]]} (✗ wrong)"
        assert verdict in inspector.verdict.text()
        np.testing.assert_allclose(inspector.bars.probabilities, expected[number], atol=1 / CELLS)
        assert sum(inspector.bars.probabilities) == pytest.approx(1, abs=1e-5)
    finally:
        window.close()
        shiboken6.delete(window)
