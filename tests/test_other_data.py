"""Everything does for other data what it does for Fashion-MNIST: other classes, sizes, colours."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import lenet_desktop.app
from lenet_desktop.analysis.inspection import inspect
from lenet_desktop.analysis.neighbours import FeatureBankBuilder
from lenet_desktop.analysis.queries import Query, Show, select
from lenet_desktop.analysis.suspects import find_suspects
from lenet_desktop.app import main
from lenet_desktop.data import catalogue
from lenet_desktop.data.images import DataError, DataSplits
from lenet_desktop.export.onnx_export import onnx_bytes
from lenet_desktop.export.pytorch_code import pytorch_code
from lenet_desktop.export.tables import confusion_csv, predictions_table
from lenet_desktop.networks.compact_predictions import CELLS
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.portable import export_run, import_run
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.settings.choices import ClassWeights, Network
from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import EpochDone
from lenet_desktop.training.network_file import save_model
from lenet_desktop.training.rate_search import search_rates
from tests.kept_runs import keep_run
from tests.models import load_model
from tests.other_data import CLASS_NAMES, colours
from tests.recipes import RELU

DEVICE = Device(CPU, "CPU")
CONFIG = replace(RELU.config, epochs=2, batch_size=16, learning_rate=0.03, device=CPU)


@pytest.fixture(scope="module")
def other() -> DataSplits:
    return colours()


@pytest.fixture(scope="module")
def folder(other: DataSplits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two finished runs, and a stopped one; LeNet has learned the first."""
    path = tmp_path_factory.mktemp("kept")
    store = open_store(path)
    keep_run(store, other, replace(CONFIG, normalise=True))
    keep_run(store, other, replace(CONFIG, network=Network.PERCEPTRON))
    keep_run(store, other, replace(CONFIG, network=Network.PERCEPTRON, dropout=0.2), steps=8)
    store.close()
    return path


@pytest.fixture
def runs(folder: Path) -> Iterator[RunStore]:
    store = open_store(folder)
    yield store
    store.close()


def test_it_is_learned_and_brought_back(runs: RunStore, other: DataSplits) -> None:
    opened = read_run(runs, 1)
    assert opened.notice is None
    assert opened.record.config.data == other.info
    assert opened.record.last_accuracy is not None
    assert opened.record.last_accuracy > other.info.chance_accuracy
    assert " on Colours, 2 epochs, " in recipe_text(opened.record.config)
    for answers, snapshot in zip(opened.predictions, opened.snapshots, strict=True):
        assert answers.probabilities.shape == (40, 3)
        assert answers.info == snapshot.config.data == other.info
        again = evaluate(snapshot.build(), other.test, answers.epoch, normalise=True)
        np.testing.assert_allclose(again.probabilities, answers.probabilities, atol=1 / CELLS)


def test_rates_are_tried_for_it(other: DataSplits) -> None:
    *_, last = search_rates(replace(CONFIG, class_weights=ClassWeights.BALANCED), other, DEVICE)
    assert len(last.losses) > 50


def test_its_predictions_are_asked_counted_and_doubted(runs: RunStore, other: DataSplits) -> None:
    answers = runs.predictions(2, 2)
    reds = select(answers.labels, answers, Query(show=Show.ALL, true_class=0))
    assert len(reds) == 20
    assert answers.confusion.shape == (3, 3)
    assert answers.confusion.sum() == 40
    sure = np.where(np.eye(3, dtype=bool)[answers.labels], 0.9, 0.05).astype(np.float32)
    mistaken = answers.labels.copy()
    mistaken[[0, 1]] = 2, 0
    found = find_suspects(mistaken, [sure], window=1)
    assert {(suspect.number, suspect.proposed) for suspect in found.ranked} == {(0, 0), (1, 1)}


def test_its_tables_name_its_classes(runs: RunStore) -> None:
    answers = runs.predictions(1, 2)
    table = predictions_table(
        "test", np.arange(40), answers.labels, answers.info.class_names, answers, marks={}
    )
    for line, probabilities in zip(
        csv.DictReader(io.StringIO(table)), answers.probabilities, strict=True
    ):
        assert [np.float32(line[name]) for name in CLASS_NAMES] == probabilities.tolist()
    assert confusion_csv(answers.confusion, CLASS_NAMES).count("\r\n") == 6


def test_onnx_knows_its_shape_and_its_classes(runs: RunStore, other: DataSplits) -> None:
    import onnx
    import onnxruntime

    content = onnx_bytes(read_run(runs, 1).snapshots[-1])
    texts = {each.key: each.value for each in onnx.load_from_string(content).metadata_props}
    assert json.loads(texts["class_names"]) == list(CLASS_NAMES)
    assert json.loads(texts["learned_from"])["fingerprint"] == other.info.fingerprint
    pixels = other.test.images.numpy().astype(np.float32) / 255
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (probabilities,) = session.run(["probabilities"], {"image": pixels})
    np.testing.assert_allclose(
        probabilities, runs.predictions(1, 2).probabilities, rtol=0, atol=1 / CELLS
    )


def test_its_model_comes_back_from_its_file(
    runs: RunStore, other: DataSplits, tmp_path: Path
) -> None:
    snapshot = read_run(runs, 1).snapshots[-1]
    weights = {name: torch.tensor(array) for name, array in snapshot.weights.items()}
    save_model(weights, snapshot.config, tmp_path / "model.safetensors", 2)
    model, config = load_model(tmp_path / "model.safetensors")
    assert config.data == other.info
    assert evaluate(model, other.test, 2, normalise=True).accuracy > 0.5


@pytest.mark.parametrize("run_id", [1, 2])
def test_its_networks_are_looked_into(runs: RunStore, other: DataSplits, run_id: int) -> None:
    snapshot = read_run(runs, run_id).snapshots[-1]
    seen = inspect(snapshot, other.test.images[0].numpy())
    assert np.array_equal(seen.pixels, other.test.images[0].numpy())
    assert seen.attribution.shape == (16, 16)
    np.testing.assert_allclose(
        seen.probabilities, runs.predictions(run_id, 2).probabilities[0], rtol=0, atol=1 / CELLS
    )
    builder = FeatureBankBuilder(snapshot, other.train)
    builder.advance()
    bank = builder.bank()
    assert bank is not None
    nearest = bank.nearest(seen.features).nearest
    number = nearest[0].number
    assert np.array_equal(nearest[0].pixels, other.train.images[number].numpy())
    assert {each.label for each in nearest} <= {0, 1, 2}


def test_it_is_not_written_as_code_that_nobody_could_run(other: DataSplits) -> None:
    with pytest.raises(DataError, match="A run on Colours cannot be written as code, as its"):
        pytorch_code(replace(CONFIG, data=other.info))


def test_a_run_travels_as_a_zip(runs: RunStore, other: DataSplits, tmp_path: Path) -> None:
    export_run(runs, 3, tmp_path / "run.zip")
    elsewhere = open_store(tmp_path / "elsewhere")
    try:
        record = import_run(elsewhere, tmp_path / "run.zip")
        assert record.config.data == other.info
        checkpoint = read_run(elsewhere, record.id).checkpoint
    finally:
        elsewhere.close()
    assert checkpoint is not None
    trainer = Trainer(CONFIG, other, DEVICE, checkpoint=checkpoint)
    done = [event.epoch for event in trainer.events() if isinstance(event, EpochDone)]
    assert done == [1, 2]
    with pytest.raises(CheckpointError, match="learned from Colours"):
        Trainer(CONFIG, colours("Shades", seed=1), DEVICE, checkpoint=checkpoint)


def test_the_terminal_does_not_go_on_with_other_images(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    others = colours("Shades", seed=1)
    monkeypatch.setattr(lenet_desktop.app, "_user_data", lambda: folder)
    monkeypatch.setattr(catalogue, "load_splits", lambda *_: others)
    assert main(["train", "--resume", "3"]) == 1
    assert "The run learned from Colours, so it cannot go on with Shades." in (
        capsys.readouterr().err
    )
