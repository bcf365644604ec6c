"""Pictures from files: as they are meant to be seen, or a sentence."""

import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from PIL import Image

from lenet_desktop.data.picture_files import MOST_PIXELS, PictureError, read_picture


def packed(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def grey(side: int = 16) -> Image.Image:
    return Image.fromarray(np.arange(side * side, dtype=np.uint8).reshape(side, side))


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF"])
def test_greys_are_read_to_the_pixel(kind: str) -> None:
    picture = read_picture(packed(grey(), kind))

    np.testing.assert_array_equal(picture.pixels, np.asarray(grey()))
    assert picture.is_grey


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_lossy_kinds_are_read_nearly(kind: str) -> None:
    flat = Image.new("RGB", (16, 16), (200, 40, 90))

    picture = read_picture(packed(flat, kind))

    assert np.abs(picture.pixels.astype(int) - (200, 40, 90)).max() < 8


def test_sixteen_bits_are_scaled_and_not_cut_off() -> None:
    deep = np.arange(0, 65_536, 256, dtype=np.uint16).reshape(16, 16)

    picture = read_picture(packed(Image.fromarray(deep)))

    np.testing.assert_array_equal(picture.pixels, np.rint(deep / 257).astype(np.uint8))
    assert picture.notes


def test_floats_are_scaled() -> None:
    deep = np.linspace(0, 1, 256, dtype=np.float32).reshape(16, 16)

    picture = read_picture(packed(Image.fromarray(deep), "TIFF"))

    np.testing.assert_array_equal(picture.pixels.reshape(-1), np.arange(256))


@pytest.mark.parametrize(("ink", "paper"), [(10, 255), (240, 0)])
def test_what_is_transparent_sets_off_the_rest(ink: int, paper: int) -> None:
    image = Image.new("RGBA", (8, 8), (ink, ink, ink, 0))
    image.putpixel((3, 3), (ink, ink, ink, 255))

    picture = read_picture(packed(image))

    assert (picture.pixels[3, 3], picture.pixels[0, 0]) == (ink, paper)
    assert picture.notes


def test_a_palette_with_a_transparent_colour_is_read() -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([255, 0, 0, 0, 0, 90])
    image.putpixel((0, 0), 0)

    picture = read_picture(packed(image, transparency=0))

    assert picture.pixels[0, 0].tolist() == [255, 255, 255]
    assert picture.pixels[1, 1].tolist() == [0, 0, 90]


def test_printers_colours_and_single_bits_are_read() -> None:
    red = read_picture(packed(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "TIFF"))
    white = read_picture(packed(Image.new("1", (8, 8), 1)))

    assert red.pixels[0, 0].tolist() == [255, 0, 0]
    assert (white.pixels == 255).all()


def test_a_picture_is_turned_as_the_camera_was_held() -> None:
    image = Image.new("L", (8, 4))
    image.putpixel((0, 0), 255)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise

    picture = read_picture(packed(image, "PNG", exif=exif))

    assert picture.pixels.shape == (8, 4)
    assert picture.pixels[0, 3] == 255


def test_of_several_pictures_the_first_is_taken() -> None:
    frames = [Image.new("L", (4, 4), 50), Image.new("L", (4, 4), 200)]

    picture = read_picture(packed(frames[0], "GIF", save_all=True, append_images=frames[1:]))

    assert (picture.pixels == 50).all()
    assert picture.notes


@pytest.mark.parametrize("side", [7_000, 9_800, 30_000])
def test_an_enormous_picture_is_refused_before_it_is_unpacked(side: int) -> None:
    assert side**2 > MOST_PIXELS
    content = packed(Image.new("1", (10, 10)))
    header = content[:16] + side.to_bytes(4) + side.to_bytes(4) + content[24:29]
    content = header + zlib.crc32(header[12:]).to_bytes(4) + content[33:]

    with pytest.raises(PictureError, match="million pixels"):
        read_picture(content)


def test_what_is_no_picture_gets_a_sentence(tmp_path: Path) -> None:
    text = tmp_path / "shoe.png"
    text.write_text("no picture")
    for source in (text, tmp_path, tmp_path / "missing.png", b""):
        with pytest.raises(PictureError, match=r"\.$"):
            read_picture(source)


@given(st.data())
@bounded(max_examples=120)
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "BMP", "WEBP", "TIFF", "GIF"]))
    content = bytearray(packed(grey(8).convert("RGB"), kind))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))]

    try:
        picture = read_picture(bytes(content))
    except PictureError:
        return
    assert picture.pixels.dtype == np.uint8
