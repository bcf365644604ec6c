"""What an earlier version wrote opens as it did there, and is gone on with to the same network.

What these files are and how they were made is told in `earlier/README.md`. They guard the database
with its migrations, run folders, checkpoints, exported runs, models, marks and settings. Whoever
changes a format changes how it is read here, never what comes out.
"""

import hashlib
import json
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest
import torch
from PySide6.QtCore import QSettings

from lenet_desktop.data.images import DataSplits, Split
from lenet_desktop.data.known.fashion_mnist import FASHION_MNIST
from lenet_desktop.data.marks import Mark, MarkKind, MarkStore
from lenet_desktop.export.model_files import read_model
from lenet_desktop.export.model_opening import judge, make_usable
from lenet_desktop.runs.database import DATABASE_NAME
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.portable import import_run
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.recorder import RunRecorder
from lenet_desktop.runs.records import OpenedRun, RunRecord
from lenet_desktop.runs.store import RunStore
from lenet_desktop.runs.trash import restore_runs
from lenet_desktop.settings.choices import Network
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.checkpoint_file import load_checkpoint
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.ui.kit.theme import ThemeMode
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.window_memory import WindowMemory
from tests.models import load_model

FILES = Path(__file__).with_name("earlier")
EXPECTED = json.loads((FILES / "expected.json").read_bytes())
RUNS: dict[int, dict[str, Any]] = {each["record"]["id"]: each for each in EXPECTED["runs"]}
STOPPED, DELETED, KILLED = 2, 4, 5
DEVICE = Device(CPU, "A processor")


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with everything that the earlier version wrote; tests only read it."""
    folder = tmp_path_factory.mktemp("earlier")
    with zipfile.ZipFile(FILES / "files.zip") as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def kept(earlier: Path) -> Path:
    """Return the earlier folder of runs, with a run that was deleted a minute ago."""
    with sqlite3.connect(earlier / "kept" / DATABASE_NAME) as connection:
        connection.execute(
            "UPDATE runs SET deleted_at = ? WHERE deleted_at IS NOT NULL", [time.time() - 60]
        )
    connection.close()
    return earlier / "kept"


@pytest.fixture
def splits(few: DataSplits) -> DataSplits:
    """Return what the earlier version trained with."""
    test = replace(few.test, images=few.test.images[:100], labels=few.test.labels[:100])
    return replace(few, test=test)


@pytest.fixture
def settings_file(earlier: Path, tmp_path: Path) -> Path:
    """Return what a window of the earlier version remembered."""
    return Path(shutil.copy(earlier / "settings.ini", tmp_path))


# What the files say


def test_the_list_is_as_it_was(store: RunStore) -> None:
    records = store.records()
    latest = store.latest()
    assert store.notice is None
    assert [record.id for record in records] == [5, 3, 2, 1]
    assert latest is not None
    assert latest.id == KILLED
    for record in records:
        assert_record(record, RUNS[record.id]["record"])


@pytest.mark.parametrize("run_id", [5, 3, 2, 1])
def test_a_run_opens_as_it_did(store: RunStore, run_id: int) -> None:
    assert_opened(store, run_id, RUNS[run_id])


def test_a_deleted_run_comes_back(store: RunStore) -> None:
    restore_runs(store, [DELETED])
    assert_opened(store, DELETED, RUNS[DELETED])


def test_the_list_is_put_together_from_the_earlier_folders(kept: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    shutil.copytree(kept, folder, ignore=shutil.ignore_patterns(f"{DATABASE_NAME}*"))
    store = open_store(folder)
    try:
        ids = {record.key: record.id for record in store.records()}
        assert ids == {RUNS[number]["record"]["key"]: number for number in RUNS}
        for number, expected in RUNS.items():
            assert_told(read_run(store, number), expected)
    finally:
        store.close()


def test_an_exported_run_is_imported(earlier: Path, tmp_path: Path) -> None:
    store = open_store(tmp_path / "empty")
    try:
        record = import_run(store, earlier / "run-1.zip")
        assert_opened(store, record.id, RUNS[1])
    finally:
        store.close()


def test_a_checkpoint_of_its_own_is_read(earlier: Path) -> None:
    checkpoint = load_checkpoint(earlier / "out" / "checkpoint.safetensors")
    assert_checkpoint(checkpoint, EXPECTED["checkpoint"])


def test_a_model_is_judged_as_it_was(earlier: Path, splits: DataSplits) -> None:
    stored = read_model(earlier / "out" / "model.safetensors", splits.info)
    model = make_usable(stored, splits.train)
    answers = judge(model, splits.test)
    assert model.sentence == EXPECTED["model"]["sentence"]
    assert_config(model.snapshot.config, RUNS[STOPPED]["record"]["config"])
    assert_close(torch.tensor(answers.losses), torch.tensor(EXPECTED["model"]["losses"]))


def test_marks_come_back(earlier: Path, tmp_path: Path) -> None:
    marks = MarkStore(Path(shutil.copy(earlier / "marks.json", tmp_path)))
    assert marks.notice is None
    assert marks.marks == {
        (Split.TEST, 12): Mark(MarkKind.WRONG_LABEL, "A coat, „sicher“"),
        (Split.TRAIN, 59_999): Mark(MarkKind.AMBIGUOUS),
    }


def test_the_window_is_as_it_was_left(window: MainWindow, settings_file: Path) -> None:
    memory = WindowMemory(QSettings(str(settings_file), QSettings.Format.IniFormat))
    form = window.training.form
    assert form.config is not None
    assert_config(form.config, RUNS[STOPPED]["record"]["config"] | {"device": "auto"})
    assert form.more_is_shown
    assert memory.theme_mode is ThemeMode.DARK
    assert window.runs.model.rowCount() == len(RUNS) - 1


# What is done with them


@pytest.mark.parametrize(("run_id", "name"), [(STOPPED, "stopped"), (KILLED, "killed")])
def test_a_run_goes_on_to_the_network_that_the_earlier_version_reached(
    store: RunStore, splits: DataSplits, earlier: Path, run_id: int, name: str
) -> None:
    before = read_run(store, run_id)
    checkpoint = before.checkpoint
    assert checkpoint is not None
    assert "another order" in checkpoint.caveat
    trainer = Trainer(checkpoint.config, splits, DEVICE, checkpoint=checkpoint)
    for _ in RunRecorder(store, run_id, checkpoint).follow(trainer):
        pass
    network, _ = load_model(earlier / f"{name}-reached.safetensors")
    reached = trainer.checkpoint().learner.weights
    for layer, weight in network.state_dict().items():
        assert_close(reached[layer], weight)
    # Epochs of both versions are kept side by side.
    store.close()
    anew = open_store(store.folder)
    try:
        after, curves = read_run(anew, run_id), next(iter(anew.curves([run_id])))
    finally:
        anew.close()
    losses = torch.tensor(EXPECTED[f"{name}_reached"]["losses"])
    assert_close(torch.tensor(curves.losses), losses)
    epochs = [*range(1, checkpoint.config.epochs + 1)]
    assert [answers.epoch for answers in after.predictions] == epochs
    assert [snapshot.epoch for snapshot in after.snapshots] == epochs
    assert digest_answers(after)[: len(before.predictions)] == RUNS[run_id]["predictions"]
    assert after.notice is None
    assert after.checkpoint is not None
    assert after.checkpoint.is_finished
    assert after.checkpoint.caveat == after.checkpoint.extended(1).caveat == ""


# How they are compared


def assert_opened(store: RunStore, run_id: int, expected: Mapping[str, Any]) -> None:
    opened, curves = read_run(store, run_id), next(iter(store.curves([run_id])))
    assert_record(opened.record, expected["record"])
    assert_fields(curves.epochs, expected["epochs"])
    assert_fields(curves.changes, expected["changes"])
    assert list(curves.cycles) == expected["cycles"]
    assert len(curves.losses) == expected["steps"]
    assert digest([curves.losses]) == expected["losses"]
    assert [type(event).__name__ for event in opened.events] == expected["events"]
    assert_told(opened, expected)


def assert_told(opened: OpenedRun, expected: Mapping[str, Any]) -> None:
    assert opened.notice == expected["notice"]
    assert digest_answers(opened) == expected["predictions"]
    assert [
        [network.epoch, digest(network.weights[name] for name in sorted(network.weights))]
        for network in opened.snapshots
    ] == expected["networks"]
    assert opened.checkpoint is not None
    assert_checkpoint(opened.checkpoint, expected["checkpoint"])


def assert_record(record: RunRecord, expected: Mapping[str, Any]) -> None:
    assert_config(record.config, expected["config"])
    nested = {"config", "id", "surroundings"}
    assert_fields([record], [{k: v for k, v in expected.items() if k not in nested}])
    assert_fields([record.surroundings], [expected["surroundings"]])


def assert_checkpoint(checkpoint: Checkpoint, expected: Mapping[str, Any]) -> None:
    assert_config(checkpoint.config, expected["config"])
    assert list(checkpoint.cycles) == expected["cycles"]
    assert checkpoint.learning_rate == expected["learning_rate"]
    assert checkpoint.correct == expected["correct"]
    assert checkpoint.elapsed_s == expected["elapsed_s"]
    assert checkpoint.epoch_elapsed_s == expected["epoch_elapsed_s"]
    assert checkpoint.step == expected["step"]
    assert_fields(checkpoint.epochs, expected["epochs"])
    assert_fields(checkpoint.changes, expected["changes"])
    assert digest([checkpoint.losses]) == expected["losses"]
    assert digest(sorted_arrays(checkpoint.learner.weights)) == expected["weights"]
    assert digest(sorted_arrays(checkpoint.learner.optimizer)) == expected["optimizer"]


def assert_config(config: TrainingConfig, expected: Mapping[str, Any]) -> None:
    """Whatever else a recipe has by now, it is that of LeNet on Fashion-MNIST."""
    assert_fields([config], [expected])
    assert replace(TrainingConfig(), **{name: getattr(config, name) for name in expected}) == config
    assert (config.data, config.network) == (FASHION_MNIST, Network.LENET)


def assert_fields(values: Iterable[object], expected: Iterable[Mapping[str, Any]]) -> None:
    for value, fields in zip(values, expected, strict=True):
        assert {name: getattr(value, name) for name in fields} == fields


def digest_answers(opened: OpenedRun) -> list[list[object]]:
    return [
        [answers.epoch, digest([answers.labels, answers.probabilities, answers.losses])]
        for answers in opened.predictions
    ]


def assert_close(values: torch.Tensor, expected: torch.Tensor) -> None:
    """Other processors round the last bits otherwise; lost momentum moves weights by 0.04."""
    torch.testing.assert_close(values, expected, rtol=1e-4, atol=2e-5)


def sorted_arrays(tensors: Mapping[str, torch.Tensor]) -> Iterator[npt.NDArray[Any]]:
    return (tensors[name].numpy() for name in sorted(tensors))


def digest(arrays: Iterable[npt.NDArray[Any]]) -> str:
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
