"""Runs are taken along as files and code, and come back, through real actions and dialogs."""

import csv
import io
import shutil
import sqlite3
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from lenet_desktop.data.images import DataSplits
from lenet_desktop.data.pictures.own_pictures import OwnPictures
from lenet_desktop.export.model_files import read_model
from lenet_desktop.export.tensorboard_export import TEST_ACCURACY, TRAIN_STEP_LOSS
from lenet_desktop.networks.compact_predictions import CELLS
from lenet_desktop.networks.inputs import to_input, to_unit
from lenet_desktop.runs.database import DATABASE_NAME
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.portable import export_run, import_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.runs.trash import delete_runs
from lenet_desktop.ui.kit.message_bar import MessageKind
from lenet_desktop.ui.kit.saving import SaveDialog
from lenet_desktop.ui.runs.run_exports import ExportKind
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.judged import judged
from tests.kept_runs import BRIEF, STEPS, KeptRun, keep_run
from tests.models import load_model
from tests.ui.dialogs import answer_question, dialog_of

LIMIT_MS = 20_000
RUN, BEGUN = 1, 2
"""The runs that are there: one with two finished epochs, one that was stopped in its first."""
KEPT_RUNS = (KeptRun(replace(BRIEF, normalise=True, validation_images=60)), KeptRun(steps=3))


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    """Return the window with its list of runs in sight and a run selected in it."""
    window.workspaces.show(Workspace.COMPARE)
    window.runs.select([RUN])
    return window


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def save_dialog(window: MainWindow, kind: ExportKind) -> SaveDialog:
    action = window.runs.commands.exports[kind]
    assert action.isEnabled()
    action.trigger()
    return dialog_of(window)


def save(qtbot: QtBot, window: MainWindow, kind: ExportKind, path: Path) -> str:
    """Export the selected run and return what the window says about it."""
    dialog = save_dialog(window, kind)
    dialog.selectFile(str(path))
    window.message_bar.clear()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.accept()
    return said(qtbot, window)


def said(qtbot: QtBot, window: MainWindow) -> str:
    qtbot.waitUntil(lambda: bool(window.message_bar.text), timeout=LIMIT_MS)
    return window.message_bar.text.replace("\u2068", "").replace("\u2069", "")


def import_file(qtbot: QtBot, window: MainWindow, path: Path) -> str:
    """Choose a file to import and return what the window says about it."""
    window.runs.commands.import_run.trigger()
    dialog = window.findChild(QFileDialog, "import_run_dialog")
    assert isinstance(dialog, QFileDialog)
    dialog.selectFile(str(path))
    window.message_bar.clear()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.accept()
    return said(qtbot, window)


def listed(window: MainWindow) -> list[str]:
    rows = range(window.runs.runs.rowCount())
    return [window.runs.model.record_at(row).name for row in rows]


# Every kind of file


def test_a_run_as_zip_is_imported_elsewhere_with_all_that_is_kept_of_it(
    qtbot: QtBot, window: MainWindow, store: RunStore, elsewhere: Path
) -> None:
    path = elsewhere / "run.zip"
    store.rename(RUN, "best so far")
    sentence = save(qtbot, window, ExportKind.RUN, path)
    assert sentence == f"“best so far” was saved to {path}."
    assert window.message_bar.kind is MessageKind.INFO
    other = open_store(elsewhere / "other")
    try:
        record = import_run(other, path)
        assert record.title == "best so far"
        here, there = store.curves([RUN])[0], other.curves([record.id])[0]
        np.testing.assert_array_equal(there.losses, here.losses)
        assert there.epochs == here.epochs
        for epoch in (1, 2):
            np.testing.assert_array_equal(
                other.predictions(record.id, epoch).probabilities,
                store.predictions(RUN, epoch).probabilities,
            )
    finally:
        other.close()


def test_own_pictures_go_along_where_asked_for_and_are_offered_where_a_zip_comes_in(
    qtbot: QtBot, window: MainWindow, store: RunStore, elsewhere: Path
) -> None:
    exporter, mine = window.run_services.exporter, OwnPictures(elsewhere / "mine")
    exporter.own = mine
    kept = mine.add(np.zeros((5, 5), np.uint8), "Coat")
    save(qtbot, window, ExportKind.RUN, elsewhere / "run.zip")
    save(qtbot, window, ExportKind.RUN_AND_PICTURES, elsewhere / "both.zip")
    exporter.own = theirs = OwnPictures(elsewhere / "theirs")
    delete_runs(store, [RUN])
    sentence = import_file(qtbot, window, elsewhere / "both.zip")
    assert "is in the list now. Its zip holds 1 own picture, too." in sentence
    assert theirs.read() == []
    (button,) = window.message_bar.findChildren(QPushButton, "message_action_button")
    with qtbot.waitSignal(exporter.pictures_changed):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert theirs.read() == [kept]
    assert "1 own picture was taken in" in window.message_bar.text
    delete_runs(store, [record.id for record in store.records() if record.epochs_done])
    import_file(qtbot, window, elsewhere / "run.zip")
    assert not window.message_bar.findChildren(QPushButton, "message_action_button")


def test_a_report_is_saved_for_a_browser_and_for_a_printer(
    qtbot: QtBot, window: MainWindow, store: RunStore, elsewhere: Path
) -> None:
    store.rename(RUN, "best <so far>")
    assert "was saved" in save(qtbot, window, ExportKind.REPORT, elsewhere / "r.html")
    page = (elsewhere / "r.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "<h1>best &lt;so far&gt;</h1>" in page
    accuracy = store.record(RUN).last_accuracy
    assert accuracy is not None
    assert f"{accuracy * 100:.1f}\xa0%" in page
    assert "was saved" in save(qtbot, window, ExportKind.PDF_REPORT, elsewhere / "r.pdf")
    written = (elsewhere / "r.pdf").read_bytes()
    assert written.startswith(b"%PDF-")
    assert written.count(b"/Type /Page\n") >= 3


def test_saved_weights_give_the_answers_of_the_last_epoch(
    qtbot: QtBot, window: MainWindow, store: RunStore, few: DataSplits, elsewhere: Path
) -> None:
    path = elsewhere / "weights.safetensors"
    assert save(qtbot, window, ExportKind.WEIGHTS, path) == f"“Run 1” was saved to {path}."
    model, config = load_model(path)
    assert config == store.record(RUN).config
    with torch.no_grad():
        answers = (
            model(to_input(few.test.images, config.normalise, few.test.info)).softmax(dim=1).numpy()
        )
    np.testing.assert_allclose(answers, store.predictions(RUN, 2).probabilities, atol=1 / CELLS)


def test_the_best_epoch_is_chosen_by_the_images_held_out_and_not_by_the_test_images(
    qtbot: QtBot, window: MainWindow, store: RunStore, elsewhere: Path
) -> None:
    with sqlite3.connect(store.folder / DATABASE_NAME) as database:
        database.execute("UPDATE epochs SET validation_loss = epoch, test_accuracy = epoch / 9.0")
        database.execute("UPDATE runs SET best_epoch = 1, best_accuracy = 2 / 9.0 WHERE id = 1")
    database.close()
    window.run_services.refresh()

    save(qtbot, window, ExportKind.BEST_WEIGHTS, elsewhere / "best.safetensors")

    stored = read_model(elsewhere / "best.safetensors")
    first = store.run_folder(RUN).read_epoch(1).network
    assert stored.epochs_done == 1
    for name, weight in stored.weights.items():
        np.testing.assert_array_equal(weight.numpy(), first.weights[name])


def test_a_saved_onnx_network_gives_the_same_logits(
    qtbot: QtBot, window: MainWindow, store: RunStore, few: DataSplits, elsewhere: Path
) -> None:
    path = elsewhere / "network.onnx"
    assert save(qtbot, window, ExportKind.ONNX, path) == f"“Run 1” was saved to {path}."
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    unit = to_unit(few.test.images).numpy()
    logits, answers = session.run(["logits", "probabilities"], {"image": unit})
    snapshot = store.run_folder(RUN).read_epoch(2).network
    with torch.no_grad():
        here = snapshot.build()(
            to_input(few.test.images, snapshot.config.normalise, few.test.info)
        ).numpy()
    np.testing.assert_allclose(logits, here, atol=1e-5)
    np.testing.assert_allclose(answers, store.predictions(RUN, 2).probabilities, atol=1 / CELLS)


def test_saved_curves_are_a_table_of_steps_epochs_and_rates(
    qtbot: QtBot, window: MainWindow, store: RunStore, elsewhere: Path
) -> None:
    path = elsewhere / "curves.csv"
    assert save(qtbot, window, ExportKind.CURVES, path) == f"“Run 1” was saved to {path}."
    with io.StringIO(path.read_text(encoding="utf-8-sig"), newline="") as stream:
        lines = list(csv.DictReader(stream))
    curves = store.curves([RUN])[0]
    steps = [float(line["train_loss"]) for line in lines if line["kind"] == "step"]
    np.testing.assert_allclose(steps, curves.losses, rtol=1e-6)
    epochs = [float(line["test_accuracy"]) for line in lines if line["kind"] == "epoch"]
    assert epochs == [done.test_accuracy for done in curves.epochs]
    rates = [float(line["learning_rate"]) for line in lines if line["kind"] == "rate"]
    assert rates == [BRIEF.learning_rate]


def test_a_tensorboard_folder_is_read_by_tensorboard(
    qtbot: QtBot, window: MainWindow, store: RunStore, elsewhere: Path
) -> None:
    folder = elsewhere / "for-tensorboard"
    sentence = save(qtbot, window, ExportKind.TENSORBOARD, folder)
    assert sentence == f"“Run 1” was saved to {folder}."
    reader = EventAccumulator(str(folder), size_guidance={"scalars": 0}).Reload()
    curves = store.curves([RUN])[0]
    losses = [event.value for event in reader.Scalars(TRAIN_STEP_LOSS)]
    np.testing.assert_allclose(losses, curves.losses, rtol=1e-6)
    accuracies = [event.value for event in reader.Scalars(TEST_ACCURACY)]
    expected = [judged(done.test_accuracy) for done in curves.epochs]
    np.testing.assert_allclose(accuracies, expected, rtol=1e-6)


def test_the_settings_are_copied_as_a_program_that_can_be_compiled(
    qtbot: QtBot, window: MainWindow
) -> None:
    QGuiApplication.clipboard().clear()
    window.runs.commands.copy_code.trigger()
    assert said(qtbot, window) == "PyTorch code for the settings of “Run 1” is on the clipboard."
    code = QGuiApplication.clipboard().text()
    compile(code, "copied.py", "exec")
    assert "import torch" in code
    assert str(BRIEF.learning_rate) in code


# Names and dialogs


def test_no_name_turns_the_sentence_that_quotes_it(
    qtbot: QtBot, window: MainWindow, store: RunStore, elsewhere: Path
) -> None:
    store.rename(RUN, "\u202egnp.exe <b>bold</b> " + "x" * 150)
    window.run_services.refresh()
    window.runs.commands.copy_code.trigger()
    sentences = [said(qtbot, window), save(qtbot, window, ExportKind.RUN, elsewhere / "a.zip")]
    for sentence in sentences:
        assert "“gnp.exe <b>bold</b> x" in sentence, "as plain text"
        assert "\u202e" not in sentence
        assert "x" * 100 not in sentence


NAMES = {
    "": "run-1",
    "rate 0.9, best.": "rate-0-9-best",
    "../../etc/passwd": "etc-passwd",
    'a<b>:"|?*\\c': "a-b-c",
    "größer": "größer",
    "🙂": "run-1",
    "x" * 200: "x" * 60,
}


def test_any_name_of_a_run_becomes_the_name_of_a_file(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    cases = [(title, name, ".zip", ExportKind.RUN) for title, name in NAMES.items()]
    title = "rate 0.9"
    cases += [
        (title, "rate-0-9", ".safetensors", ExportKind.WEIGHTS),
        (title, "rate-0-9", "-best.safetensors", ExportKind.BEST_WEIGHTS),
        (title, "rate-0-9", ".onnx", ExportKind.ONNX),
        (title, "rate-0-9", ".csv", ExportKind.CURVES),
        (title, "rate-0-9", "-tensorboard", ExportKind.TENSORBOARD),
    ]
    for title, name, suffix, kind in cases:
        store.rename(RUN, title)
        dialog = save_dialog(window, kind)
        assert [Path(each).name for each in dialog.selectedFiles()] == [f"{name}{suffix}"]
        with qtbot.waitSignal(dialog.destroyed):
            dialog.reject()


def test_a_name_without_a_suffix_gets_one_and_the_next_dialog_opens_in_the_same_folder(
    qtbot: QtBot, window: MainWindow, elsewhere: Path
) -> None:
    sentence = save(qtbot, window, ExportKind.CURVES, elsewhere / "plain")
    assert sentence == f"“Run 1” was saved to {elsewhere / 'plain.csv'}."
    assert (elsewhere / "plain.csv").exists()
    dialog = save_dialog(window, ExportKind.ONNX)
    assert Path(dialog.directory().absolutePath()) == elsewhere
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    assert [path.name for path in elsewhere.iterdir()] == ["plain.csv"]


def test_any_name_that_the_system_takes_is_written_whatever_is_saved(
    qtbot: QtBot, window: MainWindow, elsewhere: Path
) -> None:
    for stem, kind in product(("a**b [x] 'q' {n} %s ~", "n" * 230), ExportKind):
        path = elsewhere / f"{stem}.{kind.name.lower()}"
        window.message_bar.clear()
        dialog = save_dialog(window, kind)
        dialog.fileSelected.emit(str(path))
        with qtbot.waitSignal(dialog.destroyed):
            dialog.reject()
        assert said(qtbot, window) == f"“Run 1” was saved to {path}."
        assert path.exists()
    assert len(list(elsewhere.iterdir())) == 2 * len(ExportKind)


def test_a_file_is_replaced_only_after_a_question(
    qtbot: QtBot, window: MainWindow, elsewhere: Path
) -> None:
    path = elsewhere / "mine.csv"
    path.write_text("mine")
    dialog = save_dialog(window, ExportKind.CURVES)
    dialog.selectFile(str(path))
    for button in (QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes):
        assert path.read_text() == "mine"
        QTimer.singleShot(0, lambda answer=button: answer_question(answer))
        dialog.accept()
    qtbot.waitUntil(lambda: path.read_text().startswith("kind,"), timeout=LIMIT_MS)
    assert said(qtbot, window) == f"“Run 1” was saved to {path}."


def test_what_is_being_saved_is_whole_though_the_window_is_closed_at_once(
    qtbot: QtBot, window: MainWindow, elsewhere: Path
) -> None:
    dialog = save_dialog(window, ExportKind.RUN)
    dialog.selectFile(str(elsewhere / "run.zip"))
    dialog.accept()
    window.close()
    other = open_store(elsewhere / "other")
    try:
        assert import_run(other, elsewhere / "run.zip").epochs_done == 2
    finally:
        other.close()
    assert sorted(path.name for path in elsewhere.iterdir()) == ["other", "run.zip"]


# What goes wrong


def test_a_place_that_cannot_be_written_gets_a_sentence_whatever_is_saved(
    qtbot: QtBot, window: MainWindow, elsewhere: Path
) -> None:
    gone = elsewhere / "file"
    gone.write_text("")  # root writes into any folder, but not into a file
    for kind in ExportKind:
        window.message_bar.clear()
        dialog = save_dialog(window, kind)
        dialog.fileSelected.emit(str(gone / "run"))
        with qtbot.waitSignal(dialog.destroyed):
            dialog.reject()
        sentence = said(qtbot, window)
        assert sentence.startswith(f"{gone / 'run'} could not be written ("), kind
        assert sentence.endswith("). Choose another folder or another disk.")
        assert window.message_bar.kind is MessageKind.ERROR


def test_a_network_that_cannot_be_read_is_told_and_not_saved(
    qtbot: QtBot, window: MainWindow, store: RunStore, elsewhere: Path
) -> None:
    folder = store.run_folder(RUN)
    file = folder.epoch_file(2)
    for damaged in (file, *(folder.path / name for name in folder.checkpoints())):
        damaged.write_bytes(b"nonsense")
    sentence = save(qtbot, window, ExportKind.WEIGHTS, elsewhere / "weights.safetensors")
    assert file.name in sentence
    assert window.message_bar.kind is MessageKind.ERROR
    assert list(elsewhere.iterdir()) == []


def test_a_zip_in_which_something_is_missing_says_so(
    qtbot: QtBot, window: MainWindow, store: RunStore, elsewhere: Path
) -> None:
    store.run_folder(RUN).epoch_file(1).write_bytes(b"nonsense")
    sentence = save(qtbot, window, ExportKind.RUN, elsewhere / "run.zip")
    assert sentence == (
        f"“Run 1” was saved to {elsewhere / 'run.zip'}. What cannot be read of “Run 1” is not in "
        "run.zip: epoch-0001.safetensors."
    )


def test_a_run_without_a_finished_epoch_can_be_taken_along_only_as_a_run(
    qtbot: QtBot, window: MainWindow, elsewhere: Path
) -> None:
    window.runs.select([BEGUN])
    enabled = [kind for kind in ExportKind if window.runs.commands.exports[kind].isEnabled()]
    assert enabled == [ExportKind.RUN, ExportKind.RUN_AND_PICTURES]
    save(qtbot, window, ExportKind.RUN, elsewhere / "begun.zip")
    other = open_store(elsewhere / "other")
    try:
        record = import_run(other, elsewhere / "begun.zip")
        assert len(other.curves([record.id])[0].losses) == 3
    finally:
        other.close()


# Back in again


def test_a_run_of_another_machine_comes_into_the_list_and_can_be_opened(
    qtbot: QtBot, window: MainWindow, few: DataSplits, elsewhere: Path
) -> None:
    other = open_store(elsewhere / "other")
    number = keep_run(other, few, replace(BRIEF, epochs=1, seed=9), title="from elsewhere")
    export_run(other, number, elsewhere / "run.zip")
    other.close()
    sentence = import_file(qtbot, window, elsewhere / "run.zip")
    assert sentence == "“from elsewhere” is in the list now."
    assert window.message_bar.kind is MessageKind.INFO
    assert sorted(listed(window)) == ["Run 1", "Run 2", "from elsewhere"]
    row = listed(window).index("from elsewhere")
    window.runs.select([window.runs.model.record_at(row).id])
    window.activateWindow()  # as a window system does when a dialog is closed
    window.runs.table.setFocus()
    qtbot.waitUntil(window.runs.table.hasFocus)
    with qtbot.waitSignal(window.session.run_opened):
        QTest.keyClick(window.runs.table, Qt.Key.Key_Return)
    assert list(window.gallery.state.epochs) == [1]
    assert len(window.session.history.step_losses) == STEPS


def test_a_run_that_is_in_the_list_is_not_imported_twice_but_a_deleted_one_comes_back(
    qtbot: QtBot, window: MainWindow, elsewhere: Path
) -> None:
    path = elsewhere / "run.zip"
    save(qtbot, window, ExportKind.RUN, path)
    sentence = import_file(qtbot, window, path)
    assert sentence == "This run is in the list already, as “Run 1”."
    assert window.message_bar.kind is MessageKind.ERROR
    window.runs.commands.delete.trigger()
    assert listed(window) == ["Run 2"]
    assert import_file(qtbot, window, path) == "“Run 3” is in the list now."
    assert sorted(listed(window)) == ["Run 2", "Run 3"]


def test_a_file_that_is_no_run_gets_a_sentence_and_changes_nothing(
    qtbot: QtBot, window: MainWindow, store: RunStore, elsewhere: Path
) -> None:
    before = sorted(path.name for path in store.runs_path.iterdir())
    nonsense = elsewhere / "nonsense.zip"
    nonsense.write_bytes(b"PK\x03\x04 but not really")
    shutil.make_archive(str(elsewhere / "photos"), "zip", elsewhere, "nonsense.zip")
    for name, reason in (
        ("nonsense.zip", "it is no zip file, or not a whole one"),
        ("photos.zip", "it holds"),
    ):
        sentence = import_file(qtbot, window, elsewhere / name)
        assert name in sentence
        assert f"cannot be imported, because {reason}" in sentence
        assert window.message_bar.kind is MessageKind.ERROR
    assert sorted(listed(window)) == ["Run 1", "Run 2"]
    assert sorted(path.name for path in store.runs_path.iterdir()) == before


def test_a_file_that_is_gone_gets_a_sentence(
    qtbot: QtBot, window: MainWindow, elsewhere: Path
) -> None:
    window.runs.commands.import_run.trigger()
    dialog = window.findChild(QFileDialog, "import_run_dialog")
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(elsewhere / "gone.zip"))
    dialog.reject()
    assert "gone.zip" in said(qtbot, window)
    assert "No such file" in window.message_bar.text
    assert window.message_bar.kind is MessageKind.ERROR
