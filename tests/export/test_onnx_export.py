"""A network that was saved as ONNX answers elsewhere as it does here."""

import json
import sys
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

import lenet_desktop
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import DataSplits
from lenet_desktop.export.onnx_export import IR_VERSION, OPSET, onnx_bytes
from lenet_desktop.export.optional_packages import MissingPackageError
from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.networks.compact_predictions import CELLS
from lenet_desktop.networks.computation import SCALES, UNIT, PixelScale
from lenet_desktop.networks.inputs import to_input, to_unit
from lenet_desktop.networks.predictions import Floats
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.choices import Activation, Network, Pooling
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import train
from lenet_desktop.training.events import PredictionsReady
from tests.recipes import RELU

CONFIG = TrainingConfig(normalise=True, seed=3)


def lively(config: TrainingConfig, epoch: int = 7) -> Snapshot:
    """Random weights, large enough that the answers differ from image to image."""
    gain = {Activation.SIGMOID: 5.0, Activation.TANH: 2.0, Activation.RELU: 1.5}[config.activation]
    weights = {}
    for name, weight in new_network(config).named_parameters():
        larger = weight.detach() * gain
        if larger.ndim == 4:  # as training leaves them
            larger = larger.contiguous(memory_format=torch.channels_last)
        weights[name] = larger
    return Snapshot.of(config, epoch, weights)


def run(content: bytes, unit: Floats) -> tuple[Floats, Floats]:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    logits, probabilities = session.run(["logits", "probabilities"], {"image": unit})
    return logits, probabilities


@pytest.mark.parametrize("normalise", [False, True])
@pytest.mark.parametrize("pooling", Pooling)
@pytest.mark.parametrize("activation", Activation)
def test_the_saved_network_gives_the_same_answers(
    few: DataSplits, activation: Activation, pooling: Pooling, normalise: bool
) -> None:
    config = TrainingConfig(activation=activation, pooling=pooling, normalise=normalise)
    snapshot = lively(config)
    content = onnx_bytes(snapshot)

    for first, last in ((0, 1), (1, 8), (0, 300)):
        pixels = few.test.images[first:last]
        with torch.no_grad():
            here = snapshot.build()(to_input(pixels, normalise, few.test.info))
        logits, probabilities = run(content, to_unit(pixels).numpy())
        assert logits.dtype == np.float32
        np.testing.assert_allclose(logits, here.numpy(), rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(probabilities, here.softmax(dim=1).numpy(), atol=1e-5)
    # Or a graph that ignores its input would do.
    assert here.std(dim=0).min() > 0.1


@pytest.mark.parametrize("network", Network)
def test_a_network_for_other_images_is_saved_without_its_dropout(network: Network) -> None:
    data = replace(
        CONFIG.data,
        side=9,
        channels=3,
        class_names=("a", "b", "c"),
        train_counts=(),
        mean=0.4,
        std=0.2,
    )
    config = replace(CONFIG, network=network, dropout=0.5, data=data)
    pixels = torch.randint(0, 256, (4, 3, 9, 9), generator=torch.Generator().manual_seed(0))
    snapshot = lively(config)
    with torch.no_grad():
        here = snapshot.build()(to_input(pixels, normalise=True, info=data))

    logits, probabilities = run(onnx_bytes(snapshot), to_unit(pixels).numpy())

    np.testing.assert_allclose(logits, here.numpy(), rtol=1e-4, atol=1e-4)
    assert probabilities.shape == (4, 3)


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_the_graph_rescales_pixels_as_a_network_of_another_program_wants_them(
    few: DataSplits, scale: PixelScale
) -> None:
    snapshot = replace(lively(RELU.config), scale=scale)
    pixels = few.test.images[:8]
    with torch.no_grad():
        here = snapshot.build()(to_unit(pixels)).numpy()
        plain = replace(snapshot, scale=UNIT).build()((to_unit(pixels) - scale.mean) / scale.std)
    np.testing.assert_allclose(here, plain.numpy(), rtol=1e-5, atol=1e-4)
    logits, _ = run(onnx_bytes(snapshot), to_unit(pixels).numpy())
    np.testing.assert_allclose(logits, here, rtol=1e-4, atol=1e-3)


def test_a_trained_network_predicts_as_the_run_has_reported(few: DataSplits) -> None:
    config = replace(RELU.config, epochs=1, batch_size=16)
    events = train(config, few, Device("cpu", "CPU"))
    (ready,) = (event for event in events if isinstance(event, PredictionsReady))

    assert ready.snapshot is not None
    _, probabilities = run(onnx_bytes(ready.snapshot), to_unit(few.test.images).numpy())
    np.testing.assert_allclose(probabilities, ready.predictions.probabilities, atol=1 / CELLS)


def test_the_file_says_what_it_is_and_how_to_use_it() -> None:
    content = onnx_bytes(lively(CONFIG))

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    known = session.get_modelmeta()
    texts = known.custom_metadata_map
    assert known.producer_name == "LeNet Desktop"
    assert TrainingConfig.from_dict(json.loads(texts["config"])) == CONFIG
    assert tuple(json.loads(texts["class_names"])) == tuple(DEFAULT.class_names)
    assert texts["program_version"] == lenet_desktop.__version__
    assert texts["epoch"] == "7"
    (image,) = session.get_inputs()
    assert (image.name, image.type, image.shape) == ("image", "tensor(float)", ["N", 1, 28, 28])
    assert [(out.name, out.shape) for out in session.get_outputs()] == [
        ("logits", ["N", 10]),
        ("probabilities", ["N", 10]),
    ]


def test_old_runtimes_can_read_the_file() -> None:
    model = onnx.load_from_string(onnx_bytes(lively(CONFIG)))

    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == IR_VERSION
    assert [(used.domain, used.version) for used in model.opset_import] == [("", OPSET)]


def test_the_weights_are_in_the_file_bit_for_bit() -> None:
    snapshot = lively(TrainingConfig())

    model = onnx.load_from_string(onnx_bytes(snapshot))

    saved = {each.name: onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
    assert saved.keys() == snapshot.weights.keys()
    for name, weight in snapshot.weights.items():
        np.testing.assert_array_equal(saved[name], weight)


def test_the_same_snapshot_gives_the_same_bytes() -> None:
    assert onnx_bytes(lively(CONFIG)) == onnx_bytes(lively(CONFIG))
    assert onnx_bytes(lively(CONFIG)) != onnx_bytes(lively(CONFIG, epoch=8))


def test_without_the_package_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)

    with pytest.raises(MissingPackageError) as caught:
        onnx_bytes(lively(CONFIG))

    assert str(caught.value) == (
        "Saving as ONNX needs the package onnx, which is not installed. "
        "Install it with “python -m pip install onnx”."
    )


def test_a_package_that_does_not_work_is_to_be_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(onnx, "checker")
    monkeypatch.setitem(sys.modules, "onnx.checker", None)

    with pytest.raises(MissingPackageError, match=r"cannot be loaded .*--force-reinstall onnx”"):
        onnx_bytes(lively(CONFIG))
