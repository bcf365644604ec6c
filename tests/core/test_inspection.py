"""What is shown of a network is what the network does, by PyTorch's own layers."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import Tensor, nn

from lenet_desktop.core.config import TrainingConfig
from lenet_desktop.core.datasets import DataSplits, LabelledImages
from lenet_desktop.core.devices import Device
from lenet_desktop.core.engine import train
from lenet_desktop.core.events import PredictionsReady
from lenet_desktop.core.inspection import FeatureBank, FeatureBankBuilder, inspect
from lenet_desktop.core.model import to_input
from lenet_desktop.core.presets import TEXTBOOK
from lenet_desktop.core.snapshot import Snapshot
from tests.recipes import RELU

RECIPES = {
    "ReLU": replace(RELU.config, epochs=1, batch_size=32),
    "ReLU, normalised": replace(RELU.config, epochs=1, batch_size=32, normalise=True),
    "sigmoid": replace(TEXTBOOK.config, epochs=1, batch_size=32),
}


def learned(config: TrainingConfig, few: DataSplits) -> Snapshot:
    told = [e for e in train(config, few, Device("cpu", "CPU")) if isinstance(e, PredictionsReady)]
    snapshot = told[-1].snapshot
    assert snapshot is not None
    return snapshot


@pytest.fixture(scope="module")
def networks(few: DataSplits) -> dict[str, Snapshot]:
    return {name: learned(config, few) for name, config in RECIPES.items()}


@pytest.fixture(params=list(RECIPES))
def snapshot(request: pytest.FixtureRequest, networks: dict[str, Snapshot]) -> Snapshot:
    return networks[request.param]


@pytest.fixture(scope="module")
def relu(networks: dict[str, Snapshot]) -> Snapshot:
    return networks["ReLU, normalised"]


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
    snapshot: Snapshot, few: DataSplits
) -> None:
    for number in (0, 7):
        seen = inspect(snapshot, few.test.images[number, 0].numpy())
        x = to_input(few.test.images[number : number + 1], snapshot.config.normalise)
        layers = hooked(snapshot.build(), x)
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


def test_attribution_adds_up_to_the_change_of_the_logit(
    snapshot: Snapshot, few: DataSplits
) -> None:
    model, normalise = snapshot.build(), snapshot.config.normalise
    black = to_input(torch.zeros(1, 1, 28, 28, dtype=torch.uint8), normalise)
    for number in range(5):
        pixels = few.test.images[number, 0].numpy()
        seen = inspect(snapshot, pixels)
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
    FeatureBank.of(relu, few.test)
    assert torch.is_grad_enabled()
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads
    after = np.random.get_state()[1]  # type: ignore[index] # noqa: NPY002
    np.testing.assert_array_equal(after, numpys)


def test_every_array_is_read_only(relu: Snapshot, few: DataSplits) -> None:
    bank = FeatureBank.of(relu, few.train)
    assert bank is not None
    seen = inspect(relu, few.test.images[0, 0].numpy(), bank)
    assert seen.neighbours is not None
    arrays: list[npt.NDArray[Any]] = [
        seen.pixels, seen.probabilities, seen.first_maps, seen.second_maps, seen.first_kernels,
        seen.second_kernels, seen.features, seen.attribution, bank.features, bank.labels,
        *(neighbour.pixels for neighbour in seen.neighbours),
    ]  # fmt: skip
    assert not any(array.flags.writeable for array in arrays)


def test_features_are_what_the_last_layer_reads_in_batches_of_any_size(
    snapshot: Snapshot, few: DataSplits
) -> None:
    with torch.no_grad():
        x = to_input(few.train.images, snapshot.config.normalise)
        expected = snapshot.build()[:-1](x).numpy()
    for batch_size in (1_000, 600, 256, 7):
        bank = FeatureBank.of(snapshot, few.train, batch_size=batch_size)
        assert bank is not None
        assert bank.features.shape == (600, 84)
        assert bank.features.dtype == np.float32
        np.testing.assert_allclose(bank.features, expected, atol=2e-5)
        np.testing.assert_array_equal(bank.labels, few.train.labels.numpy())


def test_neighbours_are_those_of_a_search_through_all(snapshot: Snapshot, few: DataSplits) -> None:
    bank = FeatureBank.of(snapshot, few.train)
    assert bank is not None
    for number in range(10):
        seen = inspect(snapshot, few.test.images[number, 0].numpy(), bank)
        wide = bank.features.astype(np.float64)
        distances = [float(np.linalg.norm(row - seen.features.astype(np.float64))) for row in wide]
        nearest = sorted(range(600), key=distances.__getitem__)[:8]
        assert seen.neighbours is not None
        found = [each.distance for each in seen.neighbours]
        assert found == sorted(found)
        assert found == pytest.approx([distances[at] for at in nearest], rel=1e-4)
        for each in seen.neighbours:
            assert each.distance == pytest.approx(distances[each.number], rel=1e-4)
            assert each.label == few.train.labels[each.number]
            np.testing.assert_array_equal(each.pixels, few.train.images[each.number, 0].numpy())


def test_a_training_image_is_its_own_nearest_neighbour_and_the_first_of_equals_comes_first(
    relu: Snapshot, few: DataSplits
) -> None:
    twice = LabelledImages(
        few.train.images[:50].repeat(2, 1, 1, 1), few.train.labels[:50].repeat(2)
    )
    bank = FeatureBank.of(relu, twice)
    assert bank is not None
    nearest = bank.nearest(bank.features[13], 3)
    assert [each.number for each in nearest][:2] == [13, 63]
    assert nearest[0].distance == nearest[1].distance == 0
    assert len(bank.nearest(bank.features[0], 500)) == len(bank) == 100


def test_a_bank_can_be_given_up_between_two_batches(relu: Snapshot, few: DataSplits) -> None:
    asked = iter([False, False, True])
    assert FeatureBank.of(relu, few.train, lambda: next(asked), batch_size=100) is None
    assert next(asked, None) is None
    assert FeatureBank.of(relu, few.train, lambda: True) is None


def test_a_bank_in_the_making_can_be_gone_on_with(relu: Snapshot, few: DataSplits) -> None:
    builder = FeatureBankBuilder(relu, few.train, batch_size=250)
    for _ in range(3):
        assert builder.bank is None
        builder.advance()
    at_once = FeatureBank.of(relu, few.train)
    assert builder.bank is not None
    assert at_once is not None
    np.testing.assert_allclose(builder.bank.features, at_once.features, atol=2e-5)


def test_an_empty_training_set_has_no_neighbours(relu: Snapshot, few: DataSplits) -> None:
    bank = FeatureBank.of(relu, LabelledImages(few.train.images[:0], few.train.labels[:0]))
    assert bank is not None
    assert inspect(relu, few.test.images[0, 0].numpy(), bank).neighbours == ()
