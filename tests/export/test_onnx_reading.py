"""A network that was saved as ONNX is opened again, and any other file gets a sentence."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import ModelProto, TensorProto

from lenet_desktop.data.images import DataSplits
from lenet_desktop.export.model_files import ModelSource, StoredModel, read_model
from lenet_desktop.export.model_opening import judge, make_usable
from lenet_desktop.export.onnx_export import onnx_bytes
from lenet_desktop.settings.choices import Network
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.errors import CheckpointError
from tests.export.test_onnx_export import CONFIG, lively


def opened(content: bytes, folder: Path) -> StoredModel:
    file = folder / "mine.onnx"
    file.write_bytes(content)
    return read_model(file)


def changed(change: Callable[[ModelProto], object]) -> bytes:
    model = onnx.load_model_from_string(onnx_bytes(lively(CONFIG)))
    change(model)
    return bytes(model.SerializeToString())


@pytest.mark.parametrize("network", Network)
def test_what_was_saved_is_opened_as_it_was(network: Network, tmp_path: Path) -> None:
    config = TrainingConfig(network=network, normalise=True, dropout=0.5)
    snapshot = lively(config)
    stored = opened(onnx_bytes(snapshot), tmp_path)
    assert (stored.source, stored.network) == (ModelSource.MODEL, network)
    assert (stored.config, stored.epochs_done) == (config, snapshot.epoch)
    assert list(stored.weights) == list(snapshot.weights)
    for name, weight in stored.weights.items():
        np.testing.assert_array_equal(weight, snapshot.weights[name])


def test_one_of_another_program_is_told_by_its_shapes(few: DataSplits, tmp_path: Path) -> None:
    def make_foreign(model: ModelProto) -> None:
        del model.metadata_props[:]
        for constant in model.graph.initializer:
            for node in model.graph.node:
                if constant.name in node.input:
                    node.input[list(node.input).index(constant.name)] = f"net.{constant.name}"
            constant.name = f"net.{constant.name}"

    stored = opened(changed(make_foreign), tmp_path)
    assert (stored.source, stored.config) == (ModelSource.OTHER, None)
    predictions = judge(make_usable(stored, few.train), few.test)
    assert len(predictions) == len(few.test)


def elsewhere(model: ModelProto) -> None:
    constant = model.graph.initializer[-1]
    constant.ClearField("raw_data")
    constant.data_location = TensorProto.EXTERNAL
    constant.external_data.add(key="location", value="/etc/hostname")


def cut_short(model: ModelProto) -> None:
    model.graph.initializer[-1].raw_data = b"1234"


def without_a_layer(model: ModelProto) -> None:
    del model.graph.initializer[-1]


@pytest.mark.parametrize(
    ("change", "word"),
    [(elsewhere, "another file"), (cut_short, "damaged"), (without_a_layer, "does not fit")],
)
def test_what_cannot_be_used_gets_a_sentence(
    change: Callable[[ModelProto], object], word: str, tmp_path: Path
) -> None:
    with pytest.raises(CheckpointError, match=word):
        opened(changed(change), tmp_path)


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_any_bytes_get_a_sentence(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.raises(CheckpointError):
        opened(content, Path(folder))


def test_without_the_package_a_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = onnx_bytes(lively(CONFIG))
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(CheckpointError, match="pip install onnx"):
        opened(content, tmp_path)
