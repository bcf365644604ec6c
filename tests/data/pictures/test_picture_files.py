"""Pictures from files: as they are meant to be seen, or a sentence."""

import io
import os
import struct
import subprocess
import sys
import time
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from PIL import Image, ImageOps

from lenet_desktop.data.pictures.picture_files import MOST_PIXELS, PictureError, read_picture
from lenet_desktop.data.pictures.preparation import prepare


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


def test_numbers_below_nothing_are_scaled_with_the_others() -> None:
    deep = np.array([[-1_000, 0, 1_000]], np.int32)

    picture = read_picture(packed(Image.fromarray(deep), "TIFF"))

    assert picture.pixels.tolist() == [[0, 128, 255]]
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


@pytest.mark.parametrize("orientation", range(10))
def test_every_orientation_is_that_of_the_standard(orientation: int) -> None:
    image = Image.fromarray(np.arange(32, dtype=np.uint8).reshape(4, 8))
    exif = Image.Exif()
    exif[0x0112] = orientation

    content = packed(image, exif=exif)

    with Image.open(io.BytesIO(content)) as opened:
        expected = np.asarray(ImageOps.exif_transpose(opened))
    np.testing.assert_array_equal(read_picture(content).pixels, expected)


@pytest.mark.filterwarnings("ignore::UserWarning")  # which tests alone take for errors
@pytest.mark.parametrize(
    "tag",
    [
        struct.pack("<HHIf", 0x0103, 11, 1, 1.5),  # a fraction where a number belongs
        struct.pack("<HHIi", 0x0100, 9, 1, -5),
        struct.pack("<HHII", 0x8769, 4, 1, 0xFFFFFF),  # more of it is beyond the end
        struct.pack("<HHII", 0x9003, 2, 0x7FFFFFFF, 26),
    ],
)
def test_metadata_that_are_not_as_they_should_be_cost_no_picture(tag: bytes) -> None:
    plain = packed(Image.new("L", (8, 4), 50), "JPEG")
    turned = struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + turned + tag + bytes(4)
    content = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]

    assert read_picture(content).pixels.shape == (8, 4)
    assert read_picture(plain[:2] + b"\xff\xe1\0\x0cExif\0\0????" + plain[2:]).pixels.size == 32


def test_sixteen_bits_in_which_nothing_is_white_are_read_so() -> None:
    deep = np.array([[0, 65_535]], np.uint16)
    content = packed(Image.fromarray(deep), "TIFF")
    black_is_zero, white_is_zero = (struct.pack("<HHIHH", 262, 3, 1, n, 0) for n in (1, 0))
    assert content.count(black_is_zero) == 1

    assert read_picture(content).pixels.tolist() == [[0, 255]]
    negative = content.replace(black_is_zero, white_is_zero)
    assert read_picture(negative).pixels.tolist() == [[255, 0]]


def test_of_a_million_pictures_the_first_is_taken_at_once() -> None:
    header = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + bytes([2, 2, 0x44, 1, 0])

    before = time.process_time()
    picture = read_picture(header + 1_000_000 * frame + b";")
    assert time.process_time() - before < 1
    assert picture.pixels.shape == (1, 1)
    assert picture.notes


@pytest.mark.parametrize("mode", ["RGBA", "I;16"])
def test_a_long_line_is_read_in_little_memory(mode: str) -> None:
    line = Image.new(mode, (3_000_000, 1), 7 if mode != "RGBA" else (9, 9, 9, 99))
    content = packed(line)

    tracemalloc.start()
    try:
        assert read_picture(content).pixels.shape == (1, 3_000_000)
        assert tracemalloc.get_traced_memory()[1] < 60e6
    finally:
        tracemalloc.stop()


ENORMOUS = """
import io, resource, struct, sys
from PIL import Image, ImageOps
from lenet_desktop.data.pictures.picture_files import PictureError, read_picture
Image.MAX_IMAGE_PIXELS = None
def packed(image, kind, **options):
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()
webp = packed(Image.new("L", (8, 8)), "WEBP", lossless=True)
place = webp.index(b"VP8L") + 9
bits = int.from_bytes(webp[place : place + 4], "little") | 2**28 - 1
webp = webp[:place] + bits.to_bytes(4, "little") + webp[place + 4 :]
gif = b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0x80, 0, 0) + bytes(6)
gif += b"\\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + bytes([2, 2, 0x44, 1, 0]) + b";"
bmp = packed(Image.new("L", (8, 8)), "BMP")
bmp = bmp[:18] + struct.pack("<ii", 30_000, 30_000) + bmp[26:]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for content in (sys.stdin.buffer.read(), webp, gif, bmp):
    try:
        read_picture(content)
    except PictureError as error:
        assert "million pixels" in str(error) or "damaged" in str(error), error
    else:
        raise AssertionError(content[:4])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the figure is in kilobytes on Linux only")
def test_what_is_enormous_takes_no_memory() -> None:
    rows = zlib.compress(bytes(30_000 * (1 + 30_000 // 8)), 9)
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)
        for kind, body in chunks
    )
    assert len(png) < 120_000

    done = subprocess.run(
        [sys.executable, "-c", ENORMOUS], input=png, capture_output=True, check=True
    )

    assert done.stderr == b""
    assert int(done.stdout) < 30_000


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


KINDS = [
    (mode, kind)
    for kind, modes in {
        "PNG": ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"],
        "JPEG": ["L", "RGB", "CMYK"],
        "BMP": ["1", "L", "P", "RGB"],
        "WEBP": ["RGB", "RGBA"],
        "TIFF": ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "I", "F"],
        "GIF": ["L", "P"],
    }.items()
    for mode in modes
]
WHOLE = [packed(Image.new(mode, (9, 7), 3 if mode != "F" else 0.5), kind) for mode, kind in KINDS]


@given(st.data())
@bounded(max_examples=200)
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(WHOLE)))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content)))]

    try:
        picture = read_picture(bytes(content))
    except PictureError as error:
        sentence = str(error)
    else:
        sentence = "."
        assert picture.pixels.dtype == np.uint8
        assert prepare(picture.pixels, 28, 3).pixels.shape == (3, 28, 28)
    assert sentence.endswith(".")
    assert sentence.isprintable()


def test_pictures_of_every_kind_are_read_when_they_are_whole() -> None:
    assert {read_picture(content).pixels.shape[:2] for content in WHOLE} == {(7, 9)}


@pytest.mark.parametrize("suffix", [".jpg", ".gif", ".txt", ""])
def test_a_wrong_name_does_not_matter(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"picture{suffix}"
    path.write_bytes(packed(grey()))

    np.testing.assert_array_equal(read_picture(path).pixels, np.asarray(grey()))


def test_what_is_no_plain_file_is_refused_at_once(tmp_path: Path) -> None:
    places = [
        tmp_path,
        tmp_path / "\0",
        tmp_path / ("x" * 300),
        Path("/dev/zero"),
        tmp_path / "loop",
    ]
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        places.append(tmp_path / "pipe")
    for place in places:
        with pytest.raises(PictureError, match=r"\.$"):
            read_picture(place)
