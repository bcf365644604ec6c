"""An image is told to be unlike the training images where test images are nearer to them."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from lenet_desktop.analysis.neighbours import FeatureBankBuilder
from lenet_desktop.analysis.unlikeness import COMPARED, Unlikeness, UnlikenessScale, spread
from lenet_desktop.data.images import DataSplits, LabelledImages
from lenet_desktop.networks.snapshot import Snapshot


@pytest.fixture
def builder(relu: Snapshot, few: DataSplits) -> FeatureBankBuilder:
    """Return the features of all training images, compared with test images."""
    builder = FeatureBankBuilder(relu, few.train)
    while not builder.is_complete:
        builder.advance()
    while builder.compare(few.test):
        pass
    return builder


def shares(builder: FeatureBankBuilder, images: torch.Tensor) -> list[float]:
    bank = builder.bank()
    assert bank is not None
    assert bank.scale is not None
    return [bank.scale.place(each).share for each in builder.features(images)]


def test_test_images_never_compared_are_spread_evenly(
    builder: FeatureBankBuilder, data: DataSplits
) -> None:
    found = np.array(shares(builder, data.test.images[300:800]))

    counts, _ = np.histogram(found, bins=5, range=(0, 1))
    assert counts.min() > 60
    assert counts.max() < 140
    assert (found >= 0.95).mean() == pytest.approx(0.05, abs=0.05)


def test_what_is_no_clothing_is_farther_away_than_test_images(
    builder: FeatureBankBuilder, data: DataSplits
) -> None:
    generator = torch.Generator().manual_seed(0)
    noise = torch.randint(0, 256, (200, 1, 28, 28), generator=generator).to(torch.uint8)
    shirts = data.test.images[data.test.labels == 6][:20]
    chess = (torch.arange(28)[:, None] // 2 + torch.arange(28) // 2) % 2 * 255

    assert np.median(shares(builder, noise)) > 0.85
    assert np.median(shares(builder, 255 - shirts)) > 0.8
    assert shares(builder, chess.to(torch.uint8)[None, None])[0] > 0.95


def test_it_is_the_share_of_test_images_whose_eighth_neighbour_is_nearer() -> None:
    generator = np.random.default_rng(0)
    bank, tests, image = (
        generator.normal(size=(count, 5)).astype(np.float32) for count in (90, 120, 1)
    )
    scale = UnlikenessScale(bank, tests)
    while not scale.is_complete:
        scale.advance()

    def eighth(features: np.ndarray) -> float:
        there, here = (a / np.linalg.norm(a, axis=-1, keepdims=True) for a in (bank, features))
        return float(np.sort(np.linalg.norm(there - here, axis=1))[7])

    expected = np.mean([eighth(test) < eighth(image[0]) for test in tests])
    assert scale.place(image[0]).share == pytest.approx(expected, abs=1e-6)
    assert scale.place(image[0]).compared == 120
    assert scale.place(3 * image[0]) == scale.place(image[0]), "whatever its length"


def test_a_training_image_is_not_its_own_neighbour() -> None:
    generator = np.random.default_rng(0)
    once, tests = (generator.normal(size=(40, 6)).astype(np.float32) for _ in range(2))
    scale = UnlikenessScale(np.repeat(once, 8, axis=0), tests)
    scale.advance()

    assert scale.place(once[3]).share == 0
    assert scale.place(once[3], leave_out=24).share > 0
    assert scale.place(np.zeros(6, np.float32)).share == 1, "nothing at all is like nothing"


@pytest.mark.parametrize("count", [8, 5, 2])
def test_a_training_image_among_few_is_compared_with_the_others(count: int) -> None:
    bank = np.random.default_rng(0).normal(size=(count, 6)).astype(np.float32)
    opposite = -bank.sum(axis=0, keepdims=True)
    scale = UnlikenessScale(bank, opposite)
    scale.advance()

    assert scale.place(bank[0], leave_out=0).share == 0, "the test image is farther away"


def test_few_test_images_do_not_tell_what_is_unusual() -> None:
    assert not Unlikeness(1.0, 3).is_unlike
    assert Unlikeness(1.0, 3).sentence.endswith("those of any of 3 test images.")
    assert not Unlikeness(1.0, 3).sentence.startswith("Unlike")
    assert Unlikeness(1.0, 30).is_unlike


@pytest.mark.parametrize(("train", "test"), [(0, 5), (3, 5), (5, 0)])
def test_few_images_are_enough_or_nothing_is_said(
    relu: Snapshot, few: DataSplits, train: int, test: int
) -> None:
    builder = FeatureBankBuilder(relu, few.train.first(train))
    builder.advance()
    while builder.compare(few.test.first(test)):
        pass

    bank = builder.bank()
    assert bank is not None
    assert (bank.scale is not None) == (train > 0 and test > 0)
    if bank.scale is not None:
        found = bank.scale.place(builder.features(few.test.images[:1])[0])
        assert found.compared == test


def test_images_of_every_class_are_compared_in_whatever_order_they_are(data: DataSplits) -> None:
    order = torch.argsort(data.test.labels)
    by_class = LabelledImages(data.test.images[order], data.test.labels[order], data.info)

    chosen = spread(by_class)

    assert len(chosen) == COMPARED
    assert torch.bincount(chosen.labels).tolist() == pytest.approx([50] * 10, abs=1)
    assert len(spread(replace(by_class, images=by_class.images[:7], labels=order[:7]))) == 7


@pytest.mark.parametrize("share", [0.0, 0.004, 0.5, 0.949, 0.95, 0.99, 0.998, 1.0])
def test_the_sentence_says_how_many_and_whether_that_is_unusual(share: float) -> None:
    found = Unlikeness(share, 500)

    assert found.is_unlike == found.sentence.startswith("Unlike") == (share >= 0.95)
    assert found.sentence.endswith(".")
    told = re.search(r"those of (\d+)\xa0%", found.sentence)
    if share < 1:
        assert told
        assert int(told[1]) == pytest.approx(share * 100, abs=1)
        assert int(told[1]) < 100
    else:
        assert "any of 500 test images" in found.sentence
