"""A trained network is opened from a file, and the gallery shows at once what it gets wrong."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file
from torch import Tensor

from lenet_desktop.analysis.queries import Show
from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.networks.compact_predictions import CELLS
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.choices import Network
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.network_file import save_model
from lenet_desktop.ui.kit.message_bar import MessageKind
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.services.data_switch import DataSwitch
from lenet_desktop.ui.services.model_opener import ModelOpener
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.judged import judged
from tests.kept_runs import BRIEF, STEPS, KeptRun

LIMIT_MS = 20_000
TAUGHT = replace(BRIEF, epochs=3, batch_size=20)
"""Enough steps that no other activation or pooling explains the images better."""
RUN, BEGUN = 1, 2
"""The runs that are there: a finished one, and one that was stopped in its second epoch."""
KEPT_RUNS = (KeptRun(TAUGHT), KeptRun(steps=STEPS + 3))


@pytest.fixture
def answers(store: RunStore) -> PredictionSet:
    """Return what the finished run says of the test images."""
    return store.predictions(RUN, TAUGHT.epochs)


@pytest.fixture
def network(store: RunStore) -> Snapshot:
    """Return the network of the finished run."""
    return store.run_folder(RUN).read_epoch(TAUGHT.epochs).network


@pytest.fixture
def weights(network: Snapshot) -> dict[str, Tensor]:
    return {name: torch.tensor(array) for name, array in network.weights.items()}


@pytest.fixture
def model(weights: dict[str, Tensor], tmp_path: Path) -> Path:
    """Return the file of a model with this network."""
    path = tmp_path / "model.safetensors"
    save_model(weights, TAUGHT, path, 3)
    return path


def checkpoint_of(store: RunStore, run_id: int) -> Path:
    """Return the newest checkpoint of a run."""
    folder = store.run_folder(run_id)
    return folder.path / folder.checkpoints()[0]


def open_dialog(qtbot: QtBot, window: MainWindow) -> QFileDialog:
    window.activateWindow()  # as a window system does when the dialog before was closed
    window.workspaces.show(Workspace.EXPLORE)
    window.gallery.view.setFocus()
    qtbot.waitUntil(window.gallery.view.hasFocus)
    QTest.keyClick(window.gallery.view, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QFileDialog, "open_model_dialog")
    assert isinstance(dialog, QFileDialog)
    assert dialog.isVisible()
    return dialog


def open_file(qtbot: QtBot, window: MainWindow, path: Path) -> str:
    """Choose a file in the dialog and return what the window says about it."""
    dialog = open_dialog(qtbot, window)
    dialog.selectFile(str(path))
    window.message_bar.clear()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.accept()
    return said(qtbot, window)


def open_anything(qtbot: QtBot, window: MainWindow, path: Path) -> str:
    """Open what a dialog would not let anybody choose."""
    window.message_bar.clear()
    window.models.open_file(path)
    return said(qtbot, window)


def said(qtbot: QtBot, window: MainWindow) -> str:
    qtbot.waitUntil(lambda: bool(window.message_bar.text), timeout=LIMIT_MS)
    return window.message_bar.text


def assert_shown(window: MainWindow, answers: PredictionSet) -> None:
    """Check that the gallery shows these answers, and only the misclassified where wanted."""
    shown = window.gallery.state.predictions
    assert shown is not None
    np.testing.assert_allclose(shown.probabilities, answers.probabilities, atol=1 / CELLS)
    if window.gallery.filters.query.show is not Show.MISCLASSIFIED:
        window.gallery.state.toggle_misclassified()
    wrong = np.flatnonzero(~answers.correct)
    np.testing.assert_array_equal(np.sort(window.gallery.state.numbers), wrong)
    assert window.gallery.filters.count.text() == f"{len(wrong)} of 300"
    assert window.gallery.matrix.counts is not None


def right(answers: PredictionSet) -> str:
    return f"It is right for {100 * answers.accuracy:.1f}\xa0% of the test images."


def test_a_model_of_this_program_shows_what_it_gets_wrong(
    qtbot: QtBot, window: MainWindow, model: Path, answers: PredictionSet
) -> None:
    form = window.training.form.config
    sentence = open_file(qtbot, window, model)
    assert sentence == (
        "Opened model.safetensors: LeNet with ReLU and maximum pooling, epoch 3 of 3. "
        f"{right(answers)}"
    )
    assert window.message_bar.kind is MessageKind.INFO
    assert_shown(window, answers)
    assert list(window.gallery.state.epochs) == [3]
    assert window.gallery.state.snapshot is not None, "it can be looked into"
    assert window.training.form.config == form
    assert window.controls.start_button.isEnabled()


def test_a_checkpoint_shows_its_network(
    qtbot: QtBot, window: MainWindow, store: RunStore, answers: PredictionSet
) -> None:
    sentence = open_file(qtbot, window, checkpoint_of(store, RUN))
    assert "LeNet with ReLU and maximum pooling, epoch 3 of 3." in sentence
    assert sentence.endswith(right(answers))
    assert_shown(window, answers)
    sentence = open_file(qtbot, window, checkpoint_of(store, BEGUN))
    assert "within epoch 2 of 2." in sentence


def test_a_network_of_another_program_is_found_out_and_shown(
    qtbot: QtBot,
    window: MainWindow,
    weights: dict[str, Tensor],
    answers: PredictionSet,
    tmp_path: Path,
) -> None:
    path = tmp_path / "theirs.safetensors"
    save_file({f"net.{place}": value for place, value in enumerate(weights.values())}, path)
    sentence = open_file(qtbot, window, path)
    assert "The file does not say how its network computes; ReLU, maximum pooling" in sentence
    assert sentence.endswith(f"pixels from 0 to 1 fit it best. {right(answers)}")
    assert_shown(window, answers)


def test_nobody_is_asked_how_a_perceptron_pools(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    drawn = new_network(TrainingConfig(network=Network.PERCEPTRON)).named_parameters()
    path = tmp_path / "theirs.safetensors"
    save_file({f"net.{name}": weight.detach() for name, weight in drawn}, path)

    sentence = open_file(qtbot, window, path)

    assert "before the names of its tensors was taken off" in sentence
    assert "pooling" not in sentence
    bar = window.models.bar
    assert bar.isVisibleTo(window)
    assert bar.pooling.isHidden()
    window.message_bar.clear()
    with qtbot.waitSignal(window.models.opened, timeout=LIMIT_MS):
        bar.activation.set_value("relu" if bar.activation.currentData() == "tanh" else "tanh")
    assert bar.best_button.isEnabled()
    snapshot = window.gallery.state.snapshot
    assert snapshot is not None
    assert snapshot.config.network is Network.PERCEPTRON
    assert snapshot.config.activation == bar.activation.currentData()


def test_a_person_says_how_a_network_of_another_program_computes(
    qtbot: QtBot,
    window: MainWindow,
    weights: dict[str, Tensor],
    answers: PredictionSet,
    store: RunStore,
    tmp_path: Path,
) -> None:
    kernels = weights["conv1.weight"]
    save_file({**weights, "conv1.weight": kernels / 255}, path := tmp_path / "bytes.safetensors")
    bar = window.models.bar
    assert bar.isHidden()
    assert "pixels from 0 to 255 fit it best" in open_file(qtbot, window, path)
    assert not bar.isHidden()
    assert bar.scale.currentText() == "0 to 255"
    assert not bar.best_button.isEnabled()
    assert_shown(window, answers)
    found = window.gallery.state.snapshot

    window.message_bar.clear()
    with qtbot.waitSignal(window.models.opened, timeout=LIMIT_MS):
        bar.scale.set_value("unit")
    assert "As chosen, it computes with ReLU, maximum pooling and pixels from 0 to 1" in said(
        qtbot, window
    )
    shown = window.gallery.state.predictions
    assert shown is not None
    assert shown.accuracy < answers.accuracy
    assert window.gallery.state.snapshot is not found, "what looks inside sees the choice, too"

    with qtbot.waitSignal(window.models.opened, timeout=LIMIT_MS):
        QTest.mouseClick(bar.best_button, Qt.MouseButton.LeftButton)
    assert bar.scale.currentText() == "0 to 255"
    assert_shown(window, answers)

    open_file(qtbot, window, store.run_folder(RUN).epoch_file(2))
    assert bar.isHidden(), "a file of this program says itself how its network computes"


def test_an_epoch_of_a_run_is_opened_as_a_model(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    sentence = open_file(qtbot, window, store.run_folder(RUN).epoch_file(2))
    assert "LeNet with ReLU and maximum pooling, epoch 2 of 3." in sentence
    shown = window.gallery.state.predictions
    assert shown is not None
    kept = judged(store.run_folder(RUN).read_epoch(2).predictions)
    np.testing.assert_allclose(shown.probabilities, kept.probabilities, atol=1 / CELLS)


def test_a_network_that_does_not_fit_is_told_by_tensor_and_shapes(
    qtbot: QtBot, window: MainWindow, weights: dict[str, Tensor], tmp_path: Path
) -> None:
    path = tmp_path / "wide.safetensors"
    weights["fc1.weight"] = torch.zeros(128, 400)
    save_file(weights, path)
    sentence = open_file(qtbot, window, path)
    assert sentence == (
        "wide.safetensors does not fit LeNet: it has no tensor of the shape (120, 400), which "
        "fc1.weight needs; its “fc1.weight” is (128, 400)."
    )
    assert window.message_bar.kind is MessageKind.ERROR
    assert window.gallery.state.predictions is None


def test_what_is_no_model_gets_a_sentence_and_what_was_shown_stays(
    qtbot: QtBot, window: MainWindow, model: Path, answers: PredictionSet, tmp_path: Path
) -> None:
    open_file(qtbot, window, model)
    nonsense = tmp_path / "nonsense.safetensors"
    nonsense.write_bytes(b"this is no safetensors file at all")
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(model.read_bytes()[:-1_000])
    empty = tmp_path / "empty.safetensors"
    empty.write_bytes(b"")
    for path in (nonsense, cut, empty):
        sentence = open_file(qtbot, window, path)
        assert path.name in sentence
        assert sentence.endswith(".")
        assert "Something went wrong" not in sentence
        assert window.message_bar.kind is MessageKind.ERROR
    for path in (tmp_path, tmp_path / "gone.safetensors"):
        sentence = open_anything(qtbot, window, path)
        assert path.name in sentence
        assert "Something went wrong" not in sentence
        assert window.message_bar.kind is MessageKind.ERROR
    assert_shown(window, answers)


def test_a_model_takes_the_place_of_the_run_that_was_open(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    window.workspaces.show(Workspace.COMPARE)
    window.runs.select([BEGUN])
    window.runs.table.setFocus()
    qtbot.waitUntil(window.runs.table.hasFocus)
    with qtbot.waitSignal(window.session.run_opened):
        QTest.keyClick(window.runs.table, Qt.Key.Key_Return)
    assert window.training.table.rowCount() == 1
    open_file(qtbot, window, checkpoint_of(store, RUN))
    assert window.session.run_id is None
    assert window.session.state is RunState.READY
    assert window.training.table.rowCount() == 0
    assert len(window.training.plots.loss.curves[0].places) == 0
    assert not window.controls.continue_button.isEnabled()
    bold = window.runs.runs.index_of(BEGUN).data(Qt.ItemDataRole.FontRole)
    assert bold is None, "no run of the list is the open one"
    assert window.runs.commands.open.isEnabled()


def test_a_run_can_be_started_after_a_model_was_opened(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    open_file(qtbot, window, checkpoint_of(store, RUN))
    window.training.form.set_config(replace(BRIEF, epochs=1))
    QTest.mouseClick(window.controls.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
    assert list(window.gallery.state.epochs) == [1]
    assert window.training.table.rowCount() == 1


def test_while_a_run_goes_on_no_model_is_opened_and_the_window_says_why(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    window.training.form.set_config(replace(BRIEF, epochs=1_000))
    QTest.mouseClick(window.controls.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.session.history.epochs) > 0, timeout=LIMIT_MS)
    sentence = open_file(qtbot, window, checkpoint_of(store, RUN))
    assert sentence == "A run is going on. Stop it before you open a model."
    assert window.message_bar.kind is MessageKind.WARNING
    assert window.session.state is RunState.RUNNING
    QTest.mouseClick(window.controls.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.state is RunState.STOPPED, timeout=LIMIT_MS)


def test_of_two_files_that_are_asked_for_at_once_the_last_one_is_shown(
    qtbot: QtBot, window: MainWindow, weights: dict[str, Tensor], tmp_path: Path
) -> None:
    for name in ("first", "second"):
        save_model(weights, TAUGHT, tmp_path / f"{name}.safetensors", 3)
    opened = QSignalSpy(window.models.opened)
    window.models.open_file(tmp_path / "first.safetensors")
    window.models.open_file(tmp_path / "second.safetensors")
    assert said(qtbot, window).startswith("Opened second.safetensors")
    window.models.shutdown()
    qtbot.wait(0)
    assert opened.count() == 1


def test_changing_ones_mind_opens_nothing_and_the_next_dialog_is_where_was_opened_last(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    dialog = open_dialog(qtbot, window)
    with qtbot.assertNotEmitted(window.models.opened), qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    checkpoint = checkpoint_of(store, RUN)
    open_file(qtbot, window, checkpoint)
    dialog = open_dialog(qtbot, window)
    assert Path(dialog.directory().absolutePath()) == checkpoint.parent
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()


def test_before_the_images_are_there_a_model_has_to_wait(qtbot: QtBot, tmp_path: Path) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    opener = ModelOpener(
        widget, SaveFolder(tmp_path), DataSwitch(TrainingSession(widget), tmp_path, widget)
    )
    with qtbot.waitSignal(opener.failed) as failed:
        opener.open_file(tmp_path / "model.safetensors")
    assert failed.args == ["The images are still being loaded. Open the model in a moment."]


def test_a_model_of_this_program_that_computes_no_numbers_is_refused(
    qtbot: QtBot, window: MainWindow, weights: dict[str, Tensor], tmp_path: Path
) -> None:
    huge = {name: torch.full_like(tensor, 1e38) for name, tensor in weights.items()}
    save_model(huge, TAUGHT, tmp_path / "huge.safetensors", 3)
    said = open_file(qtbot, window, tmp_path / "huge.safetensors")
    assert "The weights are too large: the network computes no numbers with them." in said
    assert window.message_bar.kind is MessageKind.ERROR
