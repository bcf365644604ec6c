"""How unequal classes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.data.class_sizes import imbalance


@pytest.mark.parametrize(
    ("counts", "times"), [((6, 6), 1), ((9, 3, 6), 3), ((0, 4, 2), 2), ((0, 5), 1), ((0, 0), 1)]
)
def test_the_largest_class_is_set_against_the_smallest_that_has_images(
    counts: tuple[int, ...], times: float
) -> None:
    assert imbalance(counts) == times


@given(st.lists(st.integers(0, 99), max_size=9), st.integers(2, 9))
def test_more_images_of_every_class_make_no_difference(counts: list[int], times: int) -> None:
    assert imbalance(counts) == pytest.approx(imbalance([times * each for each in counts]))
    assert imbalance(counts) >= 1
