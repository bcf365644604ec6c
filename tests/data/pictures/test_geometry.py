"""Pictures of another size."""

import numpy as np
import pytest

from lenet_desktop.data.pictures import geometry
from lenet_desktop.data.pictures.geometry import scaled


@pytest.mark.parametrize(
    ("line", "expected"),
    [([0, 90, 180], [30, 150]), ([0, 0, 240, 0, 0, 0], [0, 160, 0, 0]), ([8] * 77, [8] * 5)],
)
def test_what_is_made_smaller_is_so_by_area(line: list[int], expected: list[int]) -> None:
    row = np.array([line], np.uint8)
    assert scaled(row, 1, len(expected)).tolist() == [expected]
    assert scaled(row.T, len(expected), 1).T.tolist() == [expected]
    colours = scaled(np.stack([row, row, 255 - row], axis=2), 1, len(expected))
    assert colours[..., 0].tolist() == [expected]
    assert colours[..., 2].tolist() == [[255 - each for each in expected]]


@pytest.mark.parametrize("shape", [(45, 31), (45, 31, 3)])
def test_a_picture_is_scaled_to_the_same_pixels_however_that_is_computed(
    shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    by_matrices = scaled(picture, 28, 20)

    monkeypatch.setattr(geometry, "_SMALL_PRODUCT", 0)

    np.testing.assert_array_equal(scaled(picture, 28, 20), by_matrices)
