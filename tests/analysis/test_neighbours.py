"""Neighbours are those of a search through all images, whatever was computed when."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from lenet_desktop.analysis import neighbours
from lenet_desktop.analysis.inspection import inspect
from lenet_desktop.analysis.neighbours import FeatureBank, FeatureBankBuilder, FeatureBanks
from lenet_desktop.data.images import DataSplits, LabelledImages
from lenet_desktop.networks.inputs import to_input
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.networks.threads import threads


def bank_of(snapshot: Snapshot, train: LabelledImages, batch_size: int = 1_000) -> FeatureBank:
    """Return the features of all images."""
    builder = FeatureBankBuilder(snapshot, train, batch_size)
    while not builder.is_complete:
        builder.advance()
    bank = builder.bank()
    assert bank is not None
    assert bank.is_complete
    return bank


def test_features_are_what_the_last_layer_reads_in_batches_of_any_size(
    learned: Snapshot, few: DataSplits
) -> None:
    with torch.no_grad():
        x = to_input(few.train.images, learned.config.normalise, few.train.info)
        expected = learned.build()[:-1](x).numpy()
    for batch_size in (1_000, 600, 256, 7):
        bank = bank_of(learned, few.train, batch_size)
        assert bank.features.shape == (600, 84)
        assert bank.features.dtype == np.float32
        np.testing.assert_allclose(bank.features, expected, atol=2e-5)
        np.testing.assert_array_equal(bank.labels, few.train.labels.numpy())


def test_features_have_the_same_bits_with_any_number_of_threads(
    learned: Snapshot, few: DataSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for count in (1, 2, 4):
        monkeypatch.setattr(threads, "count", count)
        found.append(bank_of(learned, few.train).features.tobytes())
    assert len(set(found)) == 1


def test_neighbours_are_those_of_a_search_through_all(learned: Snapshot, few: DataSplits) -> None:
    bank = bank_of(learned, few.train)
    for number in range(10):
        features = inspect(learned, few.test.images[number, 0].numpy()).features
        wide = bank.features.astype(np.float64)
        distances = [float(np.linalg.norm(row - features.astype(np.float64))) for row in wide]
        nearest = sorted(range(600), key=distances.__getitem__)[:8]
        neighbours = bank.nearest(features)
        assert (neighbours.searched, neighbours.total) == (600, 600)
        found = [each.distance for each in neighbours.nearest]
        assert found == sorted(found)
        assert found == pytest.approx([distances[at] for at in nearest], rel=1e-4)
        for each in neighbours.nearest:
            assert each.distance == pytest.approx(distances[each.number], rel=1e-4)
            assert each.label == few.train.labels[each.number]
            np.testing.assert_array_equal(each.pixels, few.train.images[each.number].numpy())


def test_a_training_image_is_its_own_nearest_neighbour_and_the_first_of_equals_comes_first(
    relu: Snapshot, few: DataSplits
) -> None:
    twice = LabelledImages(
        few.train.images[:50].repeat(2, 1, 1, 1), few.train.labels[:50].repeat(2), few.info
    )
    bank = bank_of(relu, twice)
    nearest = bank.nearest(bank.features[13], 3).nearest
    assert [each.number for each in nearest][:2] == [13, 63]
    assert nearest[0].distance == nearest[1].distance == 0
    assert len(bank.nearest(bank.features[0], 500).nearest) == len(bank) == 100


def test_a_sample_is_searched_before_all_images_are_known_and_is_then_left_as_it_is(
    relu: Snapshot, few: DataSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "SAMPLE", 200)
    whole = bank_of(relu, few.train)
    builder = FeatureBankBuilder(relu, few.train, batch_size=150)
    seen = []
    while not builder.is_complete:
        bank = builder.bank()
        seen.append(None if bank is None else len(bank))
        if bank is not None:
            found = bank.nearest(whole.features[300])
            assert (found.searched, found.total, found.is_complete) == (200, 600, False)
            assert all(each.number < 200 for each in found.nearest)
            np.testing.assert_allclose(bank.features, whole.features[:200], atol=2e-5)
        builder.advance()
    assert seen == [None, None, 200, 200]
    bank = builder.bank()
    assert bank is not None
    found = bank.nearest(bank.features[300])
    assert found.nearest[0].number == 300
    assert found.is_complete


def test_nothing_that_was_computed_can_be_changed(relu: Snapshot, few: DataSplits) -> None:
    bank = bank_of(relu, few.train)
    found = bank.nearest(bank.features[0]).nearest
    arrays: list[npt.NDArray[Any]] = [bank.features, bank.labels, *(each.pixels for each in found)]
    assert not any(array.flags.writeable for array in arrays)


def test_the_banks_of_the_last_networks_are_kept_and_gone_on_with(
    learned_networks: dict[str, Snapshot], few: DataSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "KEPT_BANKS", 2)
    first, second, third = learned_networks.values()
    banks = FeatureBanks()
    begun = banks.builder(first, few.train)
    begun.advance()
    banks.builder(second, few.train)
    assert banks.builder(first, few.train) is begun
    banks.builder(third, few.train)  # the second was asked for longest ago
    assert banks.builder(first, few.train) is begun
    again = banks.builder(second, few.train)
    assert again.done == 0
    assert again.snapshot is second


def test_a_bank_of_other_images_is_not_taken_for_these(relu: Snapshot, few: DataSplits) -> None:
    banks = FeatureBanks()
    banks.builder(relu, few.train).advance()
    other = banks.builder(relu, few.test)
    assert other.train is few.test
    assert other.done == 0


def test_an_empty_training_set_has_no_neighbours(relu: Snapshot, few: DataSplits) -> None:
    bank = bank_of(relu, few.train.first(0))
    found = bank.nearest(np.zeros(84, np.float32))
    assert found.nearest == ()
    assert found.is_complete


def test_nobody_is_a_neighbour_of_their_own(relu: Snapshot, few: DataSplits) -> None:
    bank = bank_of(relu, few.train)
    everybody = bank.nearest(bank.features[13], 9).nearest
    assert [each.number for each in bank.nearest(bank.features[13], 8, leave_out=13).nearest] == [
        each.number for each in everybody if each.number != 13
    ]
    assert len(bank.nearest(bank.features[13], 1_000, leave_out=13).nearest) == 599
    beyond = bank.nearest(bank.features[13], 8, leave_out=600)
    assert [each.number for each in beyond.nearest] == [each.number for each in everybody[:8]]
