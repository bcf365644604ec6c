"""Dropout: which numbers are dropped follows from seed, epoch and image alone."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from lenet_desktop.networks.catalogue import build_network, new_network
from lenet_desktop.networks.layers import Dropout, kept_units
from lenet_desktop.settings.choices import Network
from lenet_desktop.settings.config import TrainingConfig

WORD = 2**64


def split_mix(seed: int, count: int) -> list[int]:
    """Return the first numbers of the generator, as its authors have published it in C."""
    numbers = []
    for _ in range(count):
        seed = z = (seed + 0x9E3779B97F4A7C15) % WORD
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % WORD
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % WORD
        numbers.append(z ^ (z >> 31))
    return numbers


def key(value: int) -> Tensor:
    return torch.tensor(value - WORD if value >= WORD // 2 else value)


@given(st.integers(0, WORD - 1), st.sampled_from([0.0, 0.1, 0.5, 0.9]))
def test_the_first_image_gets_the_generators_first_numbers(seed: int, share: float) -> None:
    expected = [number / WORD >= share for number in split_mix(seed, 20)]
    assert kept_units(key(seed), torch.tensor([0]), 0, 20, share).tolist() == [expected]


def test_the_reference_is_the_published_generator() -> None:
    assert split_mix(1234567, 2) == [6457827717110365317, 3203168211198807973]


def test_what_is_dropped_of_an_image_is_the_same_in_every_batch() -> None:
    numbers = torch.randperm(500, generator=torch.Generator().manual_seed(1))
    together = kept_units(key(7), numbers, 1, 84, 0.3)
    for begin in (0, 130):
        part = slice(begin, begin + 77)
        assert torch.equal(kept_units(key(7), numbers[part], 1, 84, 0.3), together[part])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_as_many_are_dropped_as_asked_for_and_each_for_itself(share: float) -> None:
    numbers, kept = torch.arange(2_000), 1 - share
    here, there, later = (
        kept_units(key(seed), numbers, place, 120, share).float()
        for seed, place in ((3, 0), (3, 1), (4, 0))
    )
    for one, other in (
        (here, here), (here, there), (here, later), (here[1:], here[:-1]),
        (here[:, 1:], here[:, :-1]),
    ):  # fmt: skip
        both = kept if one is other else kept**2
        assert (one * other).mean().item() == pytest.approx(both, abs=0.01)
    assert here.mean(dim=0).sub(kept).abs().max() < 0.06
    assert here.mean(dim=1).sub(kept).abs().max() < 0.25


def test_what_is_kept_makes_up_for_the_rest_only_while_learning() -> None:
    layer, x = Dropout(0.25, place=0), torch.ones(400, 120)
    assert layer(x) is x, "nobody has said which images these are"
    layer.choose(torch.arange(400), key(5))

    learned = layer(x)
    assert learned.unique().tolist() == pytest.approx([0, 4 / 3])
    assert learned.mean().item() == pytest.approx(1, abs=0.02)
    layer.eval()
    assert layer(x) is x


@pytest.mark.parametrize("network", Network)
def test_it_stands_before_the_last_two_layers_and_only_where_it_is_asked_for(
    network: Network,
) -> None:
    config = TrainingConfig(network=network)
    plain, dropping = build_network(config), new_network(replace(config, dropout=0.5))

    assert not any(isinstance(layer, Dropout) for layer in plain)
    kinds = [type(layer).__name__ for layer in dropping]
    before = "Flatten" if network is Network.VGG else "Sigmoid"
    assert kinds[-6:] == [before, "Dropout", "Linear", "Sigmoid", "Dropout", "Linear"]
    assert kinds.count("Dropout") == 2
    names = [name for name, _ in plain.named_parameters()]
    assert names == [name for name, _ in dropping.named_parameters()]


def test_nothing_is_fetched_from_the_device_so_that_a_step_can_be_recorded() -> None:
    layer = Dropout(0.5, place=1)
    layer.choose(torch.empty(9, dtype=torch.int64, device="meta"), key(1).to("meta"))

    assert layer(torch.empty(9, 84, device="meta")).shape == (9, 84)  # has no numbers to look at
