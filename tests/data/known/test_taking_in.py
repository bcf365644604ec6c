"""Original files from elsewhere, recognised by what is in them."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenet_desktop.data.catalogue import find
from lenet_desktop.data.images import DataError, Split
from lenet_desktop.data.known.fashion_mnist import FILES
from lenet_desktop.data.known.originals import ORIGINALS, is_here
from lenet_desktop.data.known.packed_files import is_of_packed_files
from lenet_desktop.data.known.taking_in import TakenIn, take_in
from lenet_desktop.data.known.torchvision_sets import read
from lenet_desktop.data.progress import Progress, result_of
from tests.data.known.made_originals import (
    drawn,
    given_away,
    idx,
    labels,
    small_originals,
    stored,
    usps_text,
)

__all__ = ["small_originals"]
pytestmark = pytest.mark.usefixtures("small_originals")


def taken(place: Path, cache: Path) -> TakenIn:
    def checked() -> Generator[Progress, None, TakenIn]:
        taking = take_in(place, cache)
        while True:
            try:
                progress = next(taking)
            except StopIteration as ended:
                result: TakenIn = ended.value
                return result
            assert progress.words
            assert progress.total == 0 or 0 <= progress.done <= progress.total
            yield progress

    return result_of(checked())


def put_all(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def nameless(files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{number}.bin": content for number, content in enumerate(files.values())}


@pytest.mark.parametrize("key", ORIGINALS)
def test_what_is_given_away_is_known_whatever_it_is_called(key: str, tmp_path: Path) -> None:
    place, cache = put_all(tmp_path / "files", nameless(given_away(key))), tmp_path / "cache"

    result = taken(place, cache)

    assert key in result.keys
    assert result.notices == ()
    assert result.own is None
    for split, part in read(key, cache).items():
        np.testing.assert_array_equal(part.images[:, 0], drawn(key, split))
        np.testing.assert_array_equal(part.labels, labels(key, split))


def test_one_zip_brings_all_data_sets_of_emnist(tmp_path: Path) -> None:
    place = put_all(tmp_path, given_away("emnist-letters")) / "gzip.zip"

    result = taken(place, tmp_path / "cache")

    assert result.keys == ("emnist-balanced", "emnist-letters", "emnist-digits")


def test_a_folder_may_hold_all_of_them_in_folders(tmp_path: Path) -> None:
    place = tmp_path / "files"
    for key in ORIGINALS:
        put_all(place / f"{len(key)}{key[:2]}", given_away(key))

    assert taken(place, tmp_path / "cache").keys == tuple(ORIGINALS)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_files_may_be_packed_otherwise(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    files = {f"a/{n}": pack(content) for n, content in enumerate(stored("mnist").values())}
    files |= {f"usps{split}": pack(usps_text(split)) for split in Split}
    place = put_all(tmp_path / "files", files)

    assert set(taken(place, tmp_path / "cache").keys) == {"mnist", "usps"}
    assert set(read("usps", tmp_path / "cache")) == set(Split)


def test_what_no_checksum_tells_is_told_by_a_name(tmp_path: Path) -> None:
    names = {place.rpartition("/")[2]: content for place, content in stored("kmnist").items()}

    result = taken(put_all(tmp_path / "KMNIST" / "raw", names), tmp_path / "cache")

    assert result.keys == ("kmnist",)
    assert "the shape of MNIST, KMNIST and QMNIST" in " ".join(result.notices)


def test_what_nothing_tells_is_said_and_becomes_ones_own(tmp_path: Path) -> None:
    files = {
        "train-images": own_images(40, 1, (28, 28)),
        "train-labels": numbers(40),
        "test-images": own_images(9, 2, (28, 28)),
        "test-labels": numbers(9),
    }

    result = taken(put_all(tmp_path / "clothes", files), tmp_path / "cache")

    assert result.keys == ()
    assert result.own is not None
    assert "test-images has the shape of MNIST, KMNIST and QMNIST" in " ".join(result.notices)


def test_the_parts_of_qmnist_are_told_apart_by_their_names(tmp_path: Path) -> None:
    names = {place.rpartition("/")[2]: content for place, content in stored("qmnist").items()}

    result = taken(put_all(tmp_path / "files", names), tmp_path / "cache")

    assert result.keys == ("qmnist",)
    np.testing.assert_array_equal(
        read("qmnist", tmp_path / "cache")[Split.TEST].images[:, 0], drawn("qmnist", Split.TEST)
    )


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    files = given_away("mnist")
    del files["t10k-labels-idx1-ubyte.gz"]

    result = taken(put_all(tmp_path / "files", files), tmp_path / "cache")

    assert result.keys == ()
    assert "t10k-labels-idx1-ubyte" in " ".join(result.notices)
    assert not is_here("mnist", tmp_path / "cache")


def test_what_comes_with_the_program_is_not_taken_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # to the real numbers of images
    file = FILES.labels[Split.TEST]
    place = put_all(tmp_path / "kmnist", {file.name: FILES.unpack(file)})

    with pytest.raises(DataError, match="comes with the program"):
        taken(place, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def zip_of(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def own_images(count: int, seed: int, shape: tuple[int, ...] = (12, 12)) -> bytes:
    return idx(np.random.default_rng(seed).integers(0, 256, (count, *shape), np.uint8))


def numbers(count: int) -> bytes:
    return idx((np.arange(count) % 3 + 4).astype(np.uint8))


def test_idx_files_of_no_known_data_set_become_one_of_ones_own(tmp_path: Path) -> None:
    files = {
        "train-images": own_images(30, 1),
        "train-labels.gz": gzip.compress(numbers(30)),
        "test-images": own_images(12, 2),
        "test-labels": numbers(12),
    }

    result = taken(put_all(tmp_path / "signs", files), tmp_path / "cache")

    assert result.keys == ()
    assert result.own is not None
    assert (result.own.title, result.own.class_names) == ("signs", ("4", "5", "6"))
    assert (result.own.side, result.own.channels) == (12, 1)
    parts = find(result.own, tmp_path / "cache")
    np.testing.assert_array_equal(parts[Split.TEST].labels, np.arange(12) % 3)
    assert idx(parts[Split.TRAIN].images[:, 0]) == files["train-images"]


@pytest.mark.parametrize(
    ("shape", "side", "channels"), [((9, 12), 28, 1), ((16, 16, 3), 16, 3), ((2, 2), 28, 1)]
)
def test_own_images_of_any_size_are_parted_by_class(
    shape: tuple[int, ...], side: int, channels: int, tmp_path: Path
) -> None:
    files = {"images": own_images(30, 1, shape), "labels": numbers(30)}

    own = taken(put_all(tmp_path / "signs", files), tmp_path / "cache").own

    assert own is not None
    parts = find(own, tmp_path / "cache")
    assert parts[Split.TEST].images.shape == (6, channels, side, side)
    assert np.bincount(parts[Split.TEST].labels).tolist() == [2, 2, 2]


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"images": own_images(30, 1), "labels": numbers(29)}, "30 images, and labels 29 labels"),
        ({"images": own_images(30, 1)}, "one with their labels"),
        ({"images": own_images(30, 1), "more": own_images(30, 2)}, "one with their labels"),
        ({"images": own_images(30, 1)[:-1], "labels": numbers(30)}, "not as long as"),
        ({"images": own_images(30, 1) + b"x", "labels": numbers(30)}, "not as long as"),
        ({"images": own_images(99, 1), "labels": idx(np.arange(99, dtype=np.int32))}, "99 classes"),
        ({"images": idx(np.zeros((3, 0, 5), np.uint8)), "labels": numbers(3)}, "images"),
        ({"a.gz": gzip.compress(own_images(9, 1))[:-9], "b.txt": b"a text"}, "a.gz cannot be used"),
        ({"a.txt": b"a text", "b": b"", ".hidden": numbers(9)}, "holds no files of a data set"),
        ({"a.zip": b"PK\x03\x04 no zip"}, "a.zip cannot be used"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence(
    files: dict[str, bytes], word: str, tmp_path: Path
) -> None:
    place = put_all(tmp_path / "files", files)

    with pytest.raises(DataError, match=word):
        taken(place, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("name", "content", "is_packed"),
    [
        ("a.gz", gzip.compress(own_images(9, 1)), True),
        ("a", usps_text(Split.TEST), True),
        ("a.zip", zip_of({"inside.gz": gzip.compress(own_images(9, 1))}), True),
        ("a.zip", zip_of({"a/0.png": b"\x89PNG"}), False),
        ("notes.txt.gz", gzip.compress(b"1 note:\n"), False),
        ("labels.csv", b"0.png,cat\n", False),
    ],
)
def test_files_of_data_sets_are_told_from_pictures(
    name: str, content: bytes, is_packed: bool, tmp_path: Path
) -> None:
    files = {name: content} | {f"cat/{number}.png": b"\x89PNG" for number in range(30)}

    assert is_of_packed_files(put_all(tmp_path, files)) is is_packed


def test_what_is_not_there_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not there"):
        taken(tmp_path / "missing", tmp_path / "cache")


@contextlib.contextmanager
def limited_memory() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_zip_writes_nowhere_but_into_the_places_of_the_data_sets(tmp_path: Path) -> None:
    names = ["../../evil", "/evil", "C:\\evil", "EMNIST/raw/x"]
    members = dict(zip(names, stored("mnist").values(), strict=True))
    place = put_all(tmp_path / "deep" / "files", {"a.zip": zip_of(members)})

    assert taken(place, tmp_path / "deep" / "cache").keys == ("mnist",)

    written = {path for path in tmp_path.rglob("*") if path.is_file()} - {place / "a.zip"}
    cache = tmp_path / "deep" / "cache"
    assert written == {cache / place for place in ORIGINALS["mnist"].places}


def test_more_than_a_file_says_is_never_unpacked(tmp_path: Path) -> None:
    images = stored("emnist-digits")[ORIGINALS["emnist-digits"].parts[Split.TRAIN].images]
    bomb = images + bytes(50_000_000)
    place = put_all(tmp_path, {"a.gz": gzip.compress(bomb), "b.zip": zip_of({"b": bomb})})
    del bomb

    with limited_memory(), pytest.raises(DataError, match="not as long as its header says"):
        taken(place, tmp_path / "cache")


def test_a_file_in_the_way_of_the_cache_gets_a_sentence(tmp_path: Path) -> None:
    place = put_all(tmp_path / "files", given_away("usps"))
    (tmp_path / "cache").write_text("in the way")

    with pytest.raises(DataError, match="cannot be written to"):
        taken(place, tmp_path / "cache")


def test_taking_in_can_be_given_up(tmp_path: Path) -> None:
    place = put_all(tmp_path / "files", given_away("mnist"))

    taking = take_in(place, tmp_path / "cache")
    for progress in taking:
        if progress.total and progress.words.startswith("Unpacking"):
            break
    taking.close()

    assert not list(tmp_path.rglob("*.part"))
    assert not is_here("mnist", tmp_path / "cache")


@given(st.binary(max_size=200), st.sampled_from([bytes, gzip.compress, bz2.compress]))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_file_however_damaged_raises_anything_else(
    content: bytes, pack: Callable[[bytes], bytes]
) -> None:
    start = b"\0\0" if len(content) % 2 else b"1 1:0 2:1 "
    with tempfile.TemporaryDirectory() as folder:
        place = put_all(Path(folder), {"a": pack(start + content), "b": pack(content)})
        with contextlib.suppress(DataError):
            taken(place, place / "cache")
