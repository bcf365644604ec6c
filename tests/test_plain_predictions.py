"""Runs of the version that kept every probability to the bit, and networks in the files of epochs.

How these files were made is told in `earlier/README.md`.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest

from lenet_desktop.data.images import DataSplits
from lenet_desktop.export.model_files import read_model
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.portable import export_run, import_run
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.recorder import RunRecorder
from lenet_desktop.runs.store import RunStore
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import Trainer

FILES = Path(__file__).with_name("earlier")
EXPECTED = json.loads((FILES / "plain_predictions.json").read_bytes())
FINISHED, STOPPED = 1, 2


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    with zipfile.ZipFile(FILES / "plain_predictions.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path


@pytest.fixture
def kept(earlier: Path) -> Iterator[RunStore]:
    opened = open_store(earlier / "kept")
    yield opened
    opened.close()


def digest(arrays: Iterable[npt.NDArray[Any]]) -> str:
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


def told(store: RunStore, run_id: int) -> dict[str, Any]:
    """Return what that version said of a run, too."""
    opened, (curves,) = read_run(store, run_id), store.curves([run_id])
    assert opened.notice is None
    assert opened.checkpoint is not None
    return {
        "epochs": opened.record.epochs_done,
        "best_epoch": opened.record.best_epoch,
        "losses": digest([curves.losses]),
        "predictions": [
            [each.epoch, digest([each.labels, each.probabilities, each.losses])]
            for each in opened.predictions
        ],
        "networks": [
            [each.epoch, digest(each.weights[name] for name in sorted(each.weights))]
            for each in opened.snapshots
        ],
        "step": opened.checkpoint.step,
    }


@pytest.mark.parametrize("run_id", [FINISHED, STOPPED])
def test_a_run_opens_to_the_bits_that_it_had(kept: RunStore, run_id: int) -> None:
    assert told(kept, run_id) == EXPECTED[run_id - 1]
    model = read_model(kept.run_folder(run_id).epoch_file(1))
    assert (
        digest(model.weights[name].numpy() for name in sorted(model.weights))
        == (EXPECTED[run_id - 1]["networks"][0][1])
    )


def test_a_run_is_carried_as_it_was(kept: RunStore, earlier: Path) -> None:
    assert export_run(kept, STOPPED, earlier / "run-2.zip") is None
    other = open_store(earlier / "other")
    try:
        for run_id in (FINISHED, STOPPED):
            taken = import_run(other, earlier / f"run-{run_id}.zip")
            assert told(other, taken.id) == EXPECTED[run_id - 1]
    finally:
        other.close()


def test_a_run_that_goes_on_has_files_of_both_versions(kept: RunStore, few: DataSplits) -> None:
    test = replace(few.test, images=few.test.images[:100], labels=few.test.labels[:100])
    checkpoint = read_run(kept, STOPPED).checkpoint
    assert checkpoint is not None
    trainer = Trainer(
        checkpoint.config,
        replace(few, test=test),
        Device(CPU, "A processor"),
        checkpoint=checkpoint,
    )
    for _ in RunRecorder(kept, STOPPED, checkpoint).follow(trainer):
        pass
    folder = kept.run_folder(STOPPED)
    assert (folder.epochs(), folder.networks()) == ([1, 2, 3], [2, 3])
    after = told(kept, STOPPED)
    assert [epoch for epoch, _ in after["networks"]] == [1, 2, 3]
    assert after["predictions"][0] == EXPECTED[STOPPED - 1]["predictions"][0]
