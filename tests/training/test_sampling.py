"""In which order training images are learned, and how each is varied."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.settings.choices import Augmentation
from lenet_desktop.training.sampling import SHIFT, Variations, draw_variations, shuffled

VARIED = [each for each in Augmentation if each is not Augmentation.NONE]


def some_images(count: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(3)
    return torch.randint(1, 256, (count, 1, 28, 28), generator=generator, dtype=torch.uint8)


@given(st.integers(0, 400), st.integers(0, 2**31 - 1), st.integers(1, 1_000))
def test_an_order_names_every_image_once_and_is_repeatable(
    count: int, seed: int, epoch: int
) -> None:
    order = shuffled(count, seed, epoch)

    assert order.dtype == torch.int64
    assert sorted(order.tolist()) == list(range(count))
    assert torch.equal(order, shuffled(count, seed, epoch))


def test_every_epoch_and_every_seed_has_an_order_of_its_own() -> None:
    orders = {
        tuple(shuffled(50, seed, epoch).tolist()) for seed in range(12) for epoch in range(1, 13)
    }

    assert len(orders) == 12 * 12


def test_an_order_leaves_the_global_generators_as_they_were() -> None:
    before = torch.get_rng_state()

    shuffled(50, 0, 1)

    assert torch.equal(torch.get_rng_state(), before)


def test_nothing_is_done_where_nothing_is_asked_for() -> None:
    images = some_images(4)
    variations = draw_variations(Augmentation.NONE, 4, seed=0, epoch=1)
    assert variations.apply(images, torch.arange(4)) is images


@pytest.mark.parametrize("augmentation", VARIED)
def test_each_image_is_varied_by_its_number_whatever_the_batch(augmentation: Augmentation) -> None:
    images = some_images(40)
    variations = draw_variations(augmentation, 40, seed=5, epoch=2)
    together = variations.apply(images, torch.arange(40))
    order = torch.randperm(40, generator=torch.Generator().manual_seed(1))
    for numbers in torch.split(order, 7):
        assert torch.equal(variations.apply(images[numbers], numbers), together[numbers])


@given(st.integers(0, 2**31 - 1), st.integers(1, 1_000), st.sampled_from(VARIED))
def test_variations_are_repeatable(seed: int, epoch: int, augmentation: Augmentation) -> None:
    images, numbers = some_images(6), torch.arange(6)
    first, second = (
        draw_variations(augmentation, 6, seed, epoch).apply(images, numbers) for _ in range(2)
    )
    assert torch.equal(first, second)


def test_half_of_the_images_are_mirrored_and_every_epoch_others() -> None:
    mirrored = [draw_variations(Augmentation.FLIPS, 10_000, 0, epoch).mirrored for epoch in (1, 2)]
    assert mirrored[0] is not None
    assert mirrored[1] is not None
    assert 0.47 < mirrored[0].float().mean() < 0.53
    assert 0.47 < (mirrored[0] ^ mirrored[1]).float().mean() < 0.53


def test_flips_and_shifts_do_what_they_say() -> None:
    images = some_images(3)
    mirrored = torch.tensor([False, True, False])
    offsets = torch.tensor([[SHIFT, SHIFT, 2 * SHIFT], [SHIFT, SHIFT, 0]])
    varied = Variations(mirrored, offsets).apply(images, torch.arange(3))

    assert torch.equal(varied[0], images[0])
    assert torch.equal(varied[1], images[1].flip(-1))
    # The third one moved up and to the right; what came in is black.
    assert torch.equal(varied[2, 0, :-SHIFT, SHIFT:], images[2, 0, SHIFT:, :-SHIFT])
    assert not varied[2, 0, -SHIFT:].any()
    assert not varied[2, 0, :, :SHIFT].any()


def test_shifts_are_those_of_flips_and_shifts_without_the_flips() -> None:
    alone, both = (
        draw_variations(each, 30, seed=4, epoch=2)
        for each in (Augmentation.SHIFTS, Augmentation.FLIPS_AND_SHIFTS)
    )
    assert alone.mirrored is None
    assert alone.offsets is not None
    assert both.offsets is not None
    assert torch.equal(alone.offsets, both.offsets)


def test_every_direction_is_as_likely() -> None:
    offsets = draw_variations(Augmentation.FLIPS_AND_SHIFTS, 9_000, 0, 1).offsets
    assert offsets is not None
    counts = torch.bincount(offsets[0] * (2 * SHIFT + 1) + offsets[1])
    assert len(counts) == (2 * SHIFT + 1) ** 2
    assert counts.min() > 850
    assert counts.max() < 1_150
