"""What is shown of a network is what the network does, by PyTorch's own layers."""

import sys
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import Tensor, nn

from lenet_desktop.analysis.inspection import inspect, preload
from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.networks.computation import SCALES, PixelScale
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.inputs import to_input
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.choices import Activation, Network
from lenet_desktop.settings.config import TrainingConfig


def hooked(model: nn.Sequential, x: Tensor) -> dict[str, Tensor]:
    """Return what each layer gives, as forward hooks see it."""
    seen: dict[str, Tensor] = {}
    for name, layer in model.named_children():
        layer.register_forward_hook(
            lambda _layer, _inputs, output, name=name: seen.update({name: output.detach()})
        )
    model(x)
    return seen


def logit_change(snapshot: Snapshot, pixels: Tensor) -> float:
    """Return the likeliest class's logit of an image, uint8 (C, H, W), less a black one's."""
    config, both = snapshot.config, torch.stack((pixels, torch.zeros_like(pixels)))
    with torch.no_grad():
        logits, black = snapshot.build()(to_input(both, config.normalise, config.data))
    return float((logits - black)[logits.argmax()])


def test_maps_features_and_answer_are_those_of_the_plain_network(
    learned: Snapshot, few: DataSplits
) -> None:
    for number in (0, 7):
        seen = inspect(learned, few.test.images[number, 0].numpy())
        x = to_input(few.test.images[number : number + 1], learned.config.normalise, few.test.info)
        layers = hooked(learned.build(), x)
        for ours, theirs in (
            (seen.maps[0].values, layers["act1"]),
            (seen.maps[1].values, layers["act2"]),
            (seen.features, layers["act4"]),
            (seen.probabilities, layers["fc3"].softmax(dim=1)),
        ):
            assert ours.dtype == np.float32
            np.testing.assert_allclose(ours, theirs[0].numpy(), atol=1e-6)
        assert [maps.values.shape for maps in seen.maps] == [(6, 28, 28), (16, 10, 10)]
        assert seen.predicted == int(layers["fc3"].argmax())
        np.testing.assert_array_equal(seen.pixels, few.test.images[number].numpy())
        assert seen.neighbours is None


def test_kernels_are_the_weights_of_the_two_convolutions(relu: Snapshot, few: DataSplits) -> None:
    seen = inspect(relu, few.test.images[0, 0].numpy())
    model = relu.build()
    for layer, name in zip(seen.kernels, ("conv1", "conv2"), strict=True):
        weights = model.get_parameter(f"{name}.weight").detach().numpy()
        np.testing.assert_array_equal(layer.values, weights)


def test_a_perceptron_shows_what_its_first_units_look_for_and_why_it_has_no_maps(
    few: DataSplits,
) -> None:
    config = TrainingConfig(network=Network.PERCEPTRON, activation=Activation.RELU, dropout=0.5)
    model = new_network(config).eval()
    weights = {name: weight.detach() for name, weight in model.named_parameters()}
    pixels = few.test.images[3:4]

    snapshot = Snapshot.of(config, 1, weights)
    seen = inspect(snapshot, pixels[0].numpy())

    layers = hooked(model, to_input(pixels, False, few.test.info))
    np.testing.assert_allclose(seen.features, layers["act2"][0].numpy(), atol=1e-6)
    (first,) = seen.kernels
    np.testing.assert_array_equal(
        first.values, model.get_parameter("fc1.weight").detach().view(71, 1, 28, 28).numpy()
    )
    assert not seen.maps
    assert "no maps" in seen.without_maps
    change, size = logit_change(snapshot, pixels[0]), float(np.abs(seen.attribution).sum())
    assert float(seen.attribution.sum()) == pytest.approx(change, abs=0.03 * size)


def test_a_colour_image_is_looked_into(few: DataSplits) -> None:
    data = replace(few.test.info, side=9, channels=3)
    pixels = np.random.default_rng(0).integers(0, 256, (3, 9, 9), np.uint8)
    for network in Network:
        config = TrainingConfig(network=network, activation=Activation.TANH, data=data)
        weights = {name: w.detach() for name, w in new_network(config).named_parameters()}

        seen = inspect(Snapshot.of(config, 1, weights), pixels)

        assert seen.attribution.shape == (9, 9)
        np.testing.assert_array_equal(seen.pixels, pixels)
        assert seen.kernels[0].values.shape[1] == 3


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_a_network_of_another_program_is_looked_into_on_its_own_scale(
    learned: Snapshot, few: DataSplits, scale: PixelScale
) -> None:
    snapshot = replace(learned, config=replace(learned.config, normalise=False), scale=scale)
    answers = evaluate(snapshot.build(), few.test, 0)
    seen = inspect(snapshot, few.test.images[0, 0].numpy())
    np.testing.assert_allclose(seen.probabilities, answers.probabilities[0], atol=1e-5)
    change = logit_change(snapshot, few.test.images[0])
    size = float(np.abs(seen.attribution).sum())
    assert float(seen.attribution.sum()) == pytest.approx(change, abs=0.05 * size)


def test_attribution_adds_up_to_the_change_of_the_logit(learned: Snapshot, few: DataSplits) -> None:
    for number in range(5):
        pixels = few.test.images[number, 0].numpy()
        seen = inspect(learned, pixels)
        change = logit_change(learned, few.test.images[number])
        size = float(np.abs(seen.attribution).sum())
        assert float(seen.attribution.sum()) == pytest.approx(change, abs=0.03 * size)
        assert (seen.attribution[pixels == 0] == 0).all(), "what is black has nothing to say"
        assert seen.attribution.shape == (28, 28)
        assert seen.attribution.dtype == np.float32


def test_nothing_outside_is_changed(relu: Snapshot, few: DataSplits) -> None:
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    numpys = np.random.get_state()[1].copy()  # type: ignore[index] # noqa: NPY002
    with torch.no_grad():
        inspect(relu, few.test.images[0, 0].numpy())
        assert not torch.is_grad_enabled()
    assert torch.is_grad_enabled()
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads
    after = np.random.get_state()[1]  # type: ignore[index] # noqa: NPY002
    np.testing.assert_array_equal(after, numpys)


def test_every_array_is_read_only(relu: Snapshot, few: DataSplits) -> None:
    seen = inspect(relu, few.test.images[0, 0].numpy())
    arrays: list[npt.NDArray[Any]] = [
        seen.pixels, seen.probabilities, seen.features, seen.attribution,
        *(layer.values for layer in (*seen.maps, *seen.kernels)),
    ]  # fmt: skip
    assert not any(array.flags.writeable for array in arrays)


def test_after_preloading_a_look_imports_nothing_of_captum(relu: Snapshot, few: DataSplits) -> None:
    preload()
    before = set(sys.modules)
    inspect(relu, few.test.images[0, 0].numpy())
    assert not {name for name in set(sys.modules) - before if name.startswith("captum")}
