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
from lenet_desktop.data.datasets import DataSplits
from lenet_desktop.networks.computation import SCALES, PixelScale
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.inputs import to_input
from lenet_desktop.networks.snapshot import Snapshot


def hooked(model: nn.Sequential, x: Tensor) -> dict[str, Tensor]:
    """Return what each layer gives, as forward hooks see it."""
    seen: dict[str, Tensor] = {}
    for name, layer in model.named_children():
        layer.register_forward_hook(
            lambda _layer, _inputs, output, name=name: seen.update({name: output.detach()})
        )
    model(x)
    return seen


def test_maps_features_and_answer_are_those_of_the_plain_network(
    learned: Snapshot, few: DataSplits
) -> None:
    for number in (0, 7):
        seen = inspect(learned, few.test.images[number, 0].numpy())
        x = to_input(few.test.images[number : number + 1], learned.config.normalise)
        layers = hooked(learned.build(), x)
        for ours, theirs in (
            (seen.first_maps, layers["act1"]),
            (seen.second_maps, layers["act2"]),
            (seen.features, layers["act4"]),
            (seen.probabilities, layers["fc3"].softmax(dim=1)),
        ):
            assert ours.dtype == np.float32
            np.testing.assert_allclose(ours, theirs[0].numpy(), atol=1e-6)
        assert seen.first_maps.shape == (6, 28, 28)
        assert seen.second_maps.shape == (16, 10, 10)
        assert seen.predicted == int(layers["fc3"].argmax())
        np.testing.assert_array_equal(seen.pixels, few.test.images[number, 0].numpy())
        assert seen.neighbours is None


def test_kernels_are_the_weights_of_the_two_convolutions(relu: Snapshot, few: DataSplits) -> None:
    seen = inspect(relu, few.test.images[0, 0].numpy())
    model = relu.build()
    first, second = model.get_parameter("conv1.weight"), model.get_parameter("conv2.weight")
    np.testing.assert_array_equal(seen.first_kernels, first[:, 0].detach().numpy())
    np.testing.assert_array_equal(seen.second_kernels, second.detach().numpy())
    assert seen.second_kernels.shape == (16, 6, 5, 5)


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_a_network_of_another_program_is_looked_into_on_its_own_scale(
    learned: Snapshot, few: DataSplits, scale: PixelScale
) -> None:
    snapshot = replace(learned, config=replace(learned.config, normalise=False), scale=scale)
    answers = evaluate(snapshot.build(), few.test, 0)
    seen = inspect(snapshot, few.test.images[0, 0].numpy())
    np.testing.assert_allclose(seen.probabilities, answers.probabilities[0], atol=1e-5)
    size = float(np.abs(seen.attribution).sum())
    assert float(seen.attribution.sum()) == pytest.approx(seen.logit_change, abs=0.05 * size)


def test_attribution_adds_up_to_the_change_of_the_logit(learned: Snapshot, few: DataSplits) -> None:
    model, normalise = learned.build(), learned.config.normalise
    black = to_input(torch.zeros(1, 1, 28, 28, dtype=torch.uint8), normalise)
    for number in range(5):
        pixels = few.test.images[number, 0].numpy()
        seen = inspect(learned, pixels)
        x = to_input(few.test.images[number : number + 1], normalise)
        with torch.no_grad():
            change = (model(x) - model(black))[0, seen.predicted].item()
        assert seen.logit_change == pytest.approx(change, rel=1e-4, abs=1e-6)
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
        seen.pixels, seen.probabilities, seen.first_maps, seen.second_maps, seen.first_kernels,
        seen.second_kernels, seen.features, seen.attribution,
    ]  # fmt: skip
    assert not any(array.flags.writeable for array in arrays)


def test_after_preloading_a_look_imports_nothing_of_captum(relu: Snapshot, few: DataSplits) -> None:
    preload()
    before = set(sys.modules)
    inspect(relu, few.test.images[0, 0].numpy())
    assert not {name for name in set(sys.modules) - before if name.startswith("captum")}
