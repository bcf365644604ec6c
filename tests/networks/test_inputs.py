"""What networks read of pixels."""

import torch

from lenet_desktop.networks.inputs import to_unit


def test_pixels_are_scaled_to_one_and_left_as_they_were() -> None:
    pixels = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)

    scaled = to_unit(pixels)

    assert scaled.dtype == torch.float32
    assert scaled.shape == pixels.shape
    torch.testing.assert_close(
        scaled.flatten(), torch.tensor([value / 255 for value in range(256)]), rtol=0, atol=1e-7
    )
    assert pixels.flatten().tolist() == list(range(256))
