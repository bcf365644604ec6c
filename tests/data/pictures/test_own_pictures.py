"""Own pictures survive everything that can happen to the folder that they are kept in."""

import errno
import io
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lenet_desktop.data.pictures import own_pictures as module
from lenet_desktop.data.pictures.own_pictures import (
    KEY,
    LARGEST_PICTURE,
    LONGEST_SIDE,
    OwnPictureError,
    OwnPictures,
)
from lenet_desktop.data.pictures.picture_files import Pixels
from lenet_desktop.data.pictures.preparation import AS_IT_IS

GREY = np.arange(12, dtype=np.uint8).reshape(3, 4)
COLOURED = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
FOREIGN = "0" + "1" * 19
"""The key of a picture that was kept elsewhere."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "pictures"


@pytest.fixture
def own(folder: Path) -> OwnPictures:
    return OwnPictures(folder)


def png(
    pixels: Pixels = GREY, label: str = "Coat", keyword: str = "Label", how: str = "{}"
) -> bytes:
    texts, stream = PngInfo(), io.BytesIO()
    texts.add_itxt(keyword, label)
    texts.add_itxt("Preparation", how)
    Image.fromarray(pixels).save(stream, "PNG", pnginfo=texts)
    return stream.getvalue()


def in_folder(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


@pytest.mark.parametrize("pixels", [GREY, COLOURED], ids=["grey", "coloured"])
def test_a_picture_comes_back_as_it_was(own: OwnPictures, folder: Path, pixels: Pixels) -> None:
    kept = own.add(pixels, "Ankle boot")
    again = OwnPictures(folder)
    assert again.read() == [kept]
    assert again.notice is None
    assert kept.label == "Ankle boot"
    np.testing.assert_array_equal(again.pixels(kept.key), pixels)


def test_how_a_picture_is_prepared_is_kept_with_it(own: OwnPictures) -> None:
    kept = own.add(GREY, "Coat", AS_IT_IS)
    own.relabel(kept.key, "Bag")
    content = own.delete(kept.key)
    own.take_in(kept.key, content)
    assert own.read() == [replace(kept, label="Bag")]
    assert own.read()[0].how == AS_IT_IS


def test_without_a_folder_there_are_no_pictures_and_none_is_made(
    own: OwnPictures, folder: Path
) -> None:
    assert own.read() == []
    assert own.notice is None
    assert not folder.parent.exists()


def test_a_large_picture_is_scaled_down_by_area(own: OwnPictures) -> None:
    pixels = np.zeros((2 * LONGEST_SIDE, 600), np.uint8)
    pixels[::2] = 200
    kept = own.pixels(own.add(pixels, "Coat").key)
    assert kept.shape == (LONGEST_SIDE, 300)
    assert (kept == 100).all()


def test_the_worst_picture_is_small_enough_to_be_read(own: OwnPictures) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (LONGEST_SIDE, LONGEST_SIDE, 3), np.uint8)
    kept = own.add(noise, "Coat")
    assert len(own.content(kept.key)) < LARGEST_PICTURE
    np.testing.assert_array_equal(own.pixels(kept.key), noise)


def test_deleting_is_undone(own: OwnPictures) -> None:
    first, second = own.add(GREY, "Coat"), own.add(COLOURED, "Bag")
    content = own.delete(first.key)
    assert own.read() == [second]
    assert own.take_in(first.key, content) == first
    assert own.read() == sorted([first, second], key=lambda each: each.key)
    np.testing.assert_array_equal(own.pixels(first.key), GREY)


def test_a_picture_that_is_there_is_not_taken_in_again(own: OwnPictures) -> None:
    assert own.take_in(FOREIGN, png()) is not None
    own.relabel(FOREIGN, "Bag")
    assert own.take_in(FOREIGN, png()) is None
    assert [each.label for each in own.read()] == ["Bag"]


labels = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1)


@settings(max_examples=25)  # each of them waits for the disk several times
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3), st.none() | labels), max_size=6))
def test_two_windows_keep_what_each_did_last(
    changes: list[tuple[int, int, str | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        windows = OwnPictures(Path(folder)), OwnPictures(Path(folder))
        keys = [windows[0].add(GREY, "Coat").key for _ in range(4)]
        assert len(set(keys)) == 4
        expected = dict.fromkeys(keys, "Coat")
        for window, place, label in changes:
            key = keys[place]
            if key not in expected:
                with pytest.raises(OwnPictureError, match="is gone"):
                    windows[window].relabel(key, "Coat")
            elif label is None:
                windows[window].delete(key)
                del expected[key]
            else:
                windows[window].relabel(key, label[:100])
                expected[key] = label[:100]
            for each in windows:
                assert {kept.key: kept.label for kept in each.read()} == expected


DAMAGED = {
    "empty": b"",
    "cut short": png()[:40],
    "no picture": b"\xff\xfe\x00\x01\x02",
    "another kind of picture": b"BM" + bytes(60),
    "no label": png(keyword="Title"),
    "an empty label": png(label=""),
    "a label of two lines": png(label="one\ntwo"),
    "a label that turns": png(label="\u202eCoat"),
    "a label that is endless": png(label="x" * 200_000),
    "a preparation that is none": png(how='{"fit": "twisted"}'),
    "too many bytes": png() + bytes(LARGEST_PICTURE),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_file_that_cannot_be_used_is_set_aside(
    own: OwnPictures, folder: Path, content: bytes
) -> None:
    kept = own.add(GREY, "Coat")
    bad = in_folder(folder, f"{FOREIGN}.png", content)
    assert own.read() == [kept]
    assert "1 own picture cannot be used" in (own.notice or "")
    aside = bad.with_name(f"{bad.name}.damaged-1")
    assert aside.name in (own.notice or "")
    assert aside.read_bytes() == content
    assert own.read() == [kept]
    assert own.notice is None
    with pytest.raises(OwnPictureError):
        own.take_in(FOREIGN, content)


def test_damage_of_the_pixels_is_told_when_they_are_wanted(own: OwnPictures, folder: Path) -> None:
    in_folder(folder, f"{FOREIGN}.png", png()[:-30])
    assert [each.key for each in own.read()] == [FOREIGN]
    with pytest.raises(OwnPictureError, match="set aside"):
        own.pixels(FOREIGN)
    assert own.read() == []


def test_other_files_are_left_alone(own: OwnPictures, folder: Path) -> None:
    for name in ("photo.png", f"{FOREIGN}.jpg", "notes.txt", f"{FOREIGN}.png.123.part"):
        in_folder(folder, name, b"mine")
    assert own.read() == []
    assert own.notice is None
    assert len(list(folder.iterdir())) == 4


def test_what_a_killed_process_left_goes_with_the_next_picture(
    own: OwnPictures, folder: Path
) -> None:
    left, young = (in_folder(folder, f"{FOREIGN}.png.{n}.part", b"half") for n in (1, 2))
    long_ago = time.time() - 86_400
    os.utime(left, (long_ago, long_ago))
    kept = own.add(GREY, "Coat")
    assert own.read() == [kept]
    assert not left.exists()
    assert young.exists(), "another window may be writing it"


def test_there_is_room_for_so_many(own: OwnPictures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PICTURES", 2)
    own.add(GREY, "Coat")
    own.add(GREY, "Coat")
    with pytest.raises(OwnPictureError, match="room for 2"):
        own.add(GREY, "Coat")
    monkeypatch.setattr(module, "MOST_PICTURES", 1)
    assert len(own.read()) == 1
    assert "Only the first 1" in (own.notice or "")


def test_where_nothing_can_be_written_a_sentence_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    own = OwnPictures(blocked / "pictures")
    with pytest.raises(OwnPictureError, match="cannot be kept"):
        own.add(GREY, "Coat")
    assert own.read() == []
    assert "cannot be read" in (own.notice or "")


def test_a_full_disk_takes_nothing_away(own: OwnPictures, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = own.add(GREY, "Coat")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(OwnPictureError, match="No space left on device"):
            own.add(GREY, "Bag")
        with pytest.raises(OwnPictureError, match="No space left on device"):
            own.relabel(kept.key, "Bag")
    assert own.read() == [kept]


@pytest.mark.parametrize("label", ["", "two\nlines", "half \ud83d", "x" * 101])
def test_a_label_is_checked(own: OwnPictures, label: str) -> None:
    with pytest.raises(OwnPictureError, match="no label"):
        own.add(GREY, label)
    assert own.read() == []


@pytest.mark.parametrize("key", ["../../../etc/passwd", "", "0" * 19, "f" * 20, "0" * 21])
def test_a_key_from_elsewhere_is_checked(own: OwnPictures, key: str) -> None:
    assert KEY.fullmatch(key) is None
    with pytest.raises(OwnPictureError):
        own.take_in(key, png())


@given(st.binary(max_size=300) | st.binary(max_size=80).map(lambda rest: png()[:60] + rest))
def test_no_content_breaks_the_collection_or_gets_lost(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = in_folder(Path(folder), f"{FOREIGN}.png", content)
        own = OwnPictures(Path(folder))
        found = (own.read() and path) or path.with_name(f"{path.name}.damaged-1")
        assert found.read_bytes() == content
        kept = own.add(GREY, "Coat")
        assert kept in own.read()
