"""Bundled data: the same bytes by every way, healed when damaged, never from a network."""

import errno
import gzip
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torchvision.datasets import FashionMNIST

from lenet_desktop import assets
from lenet_desktop.data.catalogue import load_splits, read_split
from lenet_desktop.data.images import DataError, DataSplits, ImageSet, LabelledImages, Split
from lenet_desktop.data.known.fashion_mnist import FASHION_MNIST, FILES
from lenet_desktop.data.known.idx_files import IdxFile

LABELS = FILES.labels[Split.TEST]
TEST_FILES = (FILES.images[Split.TEST], LABELS)
COUNTS = {Split.TRAIN: 60_000, Split.TEST: 10_000}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def assert_is_the_test_split(images: ImageSet, data: DataSplits) -> None:
    np.testing.assert_array_equal(images.images, data.test.images.numpy())
    np.testing.assert_array_equal(images.labels, data.test.labels.numpy())


def assert_cache_is_whole(cache: Path, files: tuple[IdxFile, ...] = TEST_FILES) -> None:
    for file in files:
        assert sha256((FILES.raw_folder(cache) / file.name).read_bytes()) == file.sha256


@pytest.fixture
def test_cache(tmp_path: Path, cache: Path, data: DataSplits) -> Path:
    """Return a cache folder of its own, with the intact files of the test split."""
    FILES.raw_folder(tmp_path).mkdir(parents=True)
    for file in TEST_FILES:
        shutil.copy(FILES.raw_folder(cache) / file.name, FILES.raw_folder(tmp_path))
    return tmp_path


# --- the content


@pytest.mark.parametrize("split", Split)
def test_numpy_reads_what_torchvision_reads(split: Split, cache: Path, data: DataSplits) -> None:
    theirs = FashionMNIST(root=str(cache), train=split is Split.TRAIN, download=False)

    ours = read_split(split, cache)

    np.testing.assert_array_equal(ours.images[:, 0], theirs.data.numpy())
    np.testing.assert_array_equal(ours.labels, theirs.targets.numpy())
    assert tuple(theirs.classes) == FASHION_MNIST.class_names


@pytest.mark.parametrize("split", Split)
def test_the_tensors_are_what_torchvision_reads(
    split: Split, cache: Path, data: DataSplits
) -> None:
    theirs = FashionMNIST(root=str(cache), train=split is Split.TRAIN, download=False)

    ours = data.train if split is Split.TRAIN else data.test

    assert torch.equal(ours.images[:, 0], theirs.data)
    assert torch.equal(ours.labels, theirs.targets)


@pytest.mark.parametrize("split", Split)
def test_the_arrays_have_the_stated_shape_and_type_and_are_read_only(
    split: Split, cache: Path, data: DataSplits
) -> None:
    images = read_split(split, cache)

    assert images.images.shape == (COUNTS[split], 1, 28, 28)
    assert images.labels.shape == (COUNTS[split],)
    assert images.images.dtype == images.labels.dtype == np.uint8
    assert not images.images.flags.writeable
    assert not images.labels.flags.writeable
    assert len(images) == COUNTS[split]
    assert images.notice is None


def test_the_tensors_have_the_stated_shape_and_type(data: DataSplits) -> None:
    for images, count in ((data.train, 60_000), (data.test, 10_000)):
        assert images.images.shape == (count, 1, 28, 28)
        assert images.images.dtype == torch.uint8
        assert images.labels.shape == (count,)
        assert images.labels.dtype == torch.int64
        assert len(images) == count


def test_the_images_are_fashion_mnist_as_published(data: DataSplits) -> None:
    pixels = data.train.images.to(torch.float32) / 255

    assert torch.bincount(data.train.labels).tolist() == [6_000] * 10
    assert torch.bincount(data.test.labels).tolist() == [1_000] * 10
    assert pixels.mean().item() == pytest.approx(0.2860, abs=1e-4)
    assert pixels.std().item() == pytest.approx(0.3530, abs=1e-4)


def test_both_splits_can_be_loaded_into_an_empty_cache(tmp_path: Path, data: DataSplits) -> None:
    loaded = load_splits(tmp_path)

    assert_same_tensors(loaded.train, data.train)
    assert_same_tensors(loaded.test, data.test)
    assert loaded.notice is None


def test_nothing_touches_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: DataSplits
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("The network was asked for.")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    assert_is_the_test_split(read_split(Split.TEST, tmp_path), data)
    assert len(load_splits(tmp_path).train) == 60_000


# --- the cache


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def halved(content: bytes) -> bytes:
    return content[: len(content) // 2]


def without_its_last_byte(content: bytes) -> bytes:
    return content[:-1]


def lengthened(content: bytes) -> bytes:
    return content + b"\0"


def emptied(_: bytes) -> bytes:
    return b""


DAMAGES = [flipped, halved, without_its_last_byte, lengthened, emptied]


@pytest.mark.parametrize("file", TEST_FILES, ids=lambda file: file.name)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_made_anew(
    damage: Callable[[bytes], bytes], file: IdxFile, test_cache: Path, data: DataSplits
) -> None:
    path = FILES.raw_folder(test_cache) / file.name
    path.write_bytes(damage(path.read_bytes()))

    images = read_split(Split.TEST, test_cache)

    assert_is_the_test_split(images, data)
    assert images.notice is None
    assert_cache_is_whole(test_cache)


def test_a_missing_file_is_unpacked_and_nothing_else_is_left(
    test_cache: Path, data: DataSplits
) -> None:
    (FILES.raw_folder(test_cache) / LABELS.name).unlink()

    assert_is_the_test_split(read_split(Split.TEST, test_cache), data)

    assert_cache_is_whole(test_cache)
    assert names_in(FILES.raw_folder(test_cache)) == {file.name for file in TEST_FILES}


def test_an_intact_cache_is_not_written_again(
    test_cache: Path, monkeypatch: pytest.MonkeyPatch, data: DataSplits
) -> None:
    def refuse(_: str) -> Path:
        raise AssertionError("The bundled files were asked for.")

    monkeypatch.setattr(assets, "bundled_data", refuse)

    assert_is_the_test_split(read_split(Split.TEST, test_cache), data)


def test_a_part_that_a_killed_program_left_does_no_harm(tmp_path: Path, data: DataSplits) -> None:
    FILES.raw_folder(tmp_path).mkdir(parents=True)
    for file in TEST_FILES:
        (FILES.raw_folder(tmp_path) / f"{file.name}.k1ll3d.part").write_bytes(b"half")

    assert_is_the_test_split(read_split(Split.TEST, tmp_path), data)

    assert_cache_is_whole(tmp_path)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, data: DataSplits) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = tmp_path / "file" / "cache"

    images = read_split(Split.TEST, cache)

    assert_is_the_test_split(images, data)
    assert images.notice is not None
    assert str(FILES.raw_folder(cache)) in images.notice
    assert images.notice.endswith("read from memory this time; everything works.")


def test_a_cache_that_cannot_be_read_is_left_alone(
    test_cache: Path, data: DataSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = FILES.raw_folder(test_cache) / TEST_FILES[0].name
    before = path.stat()
    read_bytes = Path.read_bytes

    def fail(path: Path) -> bytes:
        if test_cache in path.parents:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", fail)
    images = read_split(Split.TEST, test_cache)
    np.testing.assert_array_equal(images.images, data.test.images.numpy())
    assert os.strerror(errno.EIO) in (images.notice or "")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_tensors_are_the_same_where_the_cache_cannot_be_written(
    tmp_path: Path, data: DataSplits
) -> None:
    (tmp_path / "file").write_bytes(b"")

    loaded = load_splits(tmp_path / "file")

    assert_same_tensors(loaded.train, data.train)
    assert_same_tensors(loaded.test, data.test)
    assert loaded.notice is not None


def assert_same_tensors(actual: LabelledImages, expected: LabelledImages) -> None:
    assert actual.images.dtype == expected.images.dtype
    assert actual.labels.dtype == expected.labels.dtype
    assert torch.equal(actual.images, expected.images)
    assert torch.equal(actual.labels, expected.labels)


def test_a_folder_in_the_place_of_a_file_is_done_without(
    test_cache: Path, data: DataSplits
) -> None:
    path = FILES.raw_folder(test_cache) / LABELS.name
    path.unlink()
    path.mkdir()
    (path / "something").write_bytes(b"")

    images = read_split(Split.TEST, test_cache)

    assert_is_the_test_split(images, data)
    assert images.notice is not None
    assert names_in(FILES.raw_folder(test_cache)) == {file.name for file in TEST_FILES}


def fill_disk(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """Let only files of at most `room` bytes reach the disk."""
    sync = os.fsync

    def sync_what_fits(descriptor: int) -> None:
        if os.fstat(descriptor).st_size > room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync_what_fits)


def test_a_full_disk_is_done_without_and_no_part_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: DataSplits
) -> None:
    fill_disk(monkeypatch, room=0)

    images = read_split(Split.TEST, tmp_path)

    assert_is_the_test_split(images, data)
    assert images.notice is not None
    assert os.strerror(errno.ENOSPC) in images.notice
    assert names_in(FILES.raw_folder(tmp_path)) == set()


def test_a_full_disk_leaves_a_damaged_file_as_it_was(
    test_cache: Path, monkeypatch: pytest.MonkeyPatch, data: DataSplits
) -> None:
    (FILES.raw_folder(test_cache) / LABELS.name).write_bytes(b"damaged")
    fill_disk(monkeypatch, room=0)

    assert_is_the_test_split(read_split(Split.TEST, test_cache), data)

    assert (FILES.raw_folder(test_cache) / LABELS.name).read_bytes() == b"damaged"
    assert names_in(FILES.raw_folder(test_cache)) == {file.name for file in TEST_FILES}


def test_a_disk_with_room_for_the_test_images_alone_serves_both_splits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: DataSplits
) -> None:
    fill_disk(monkeypatch, room=10_000_000)

    loaded = load_splits(tmp_path)

    assert_same_tensors(loaded.train, data.train)
    assert_same_tensors(loaded.test, data.test)
    assert loaded.notice is not None
    assert_cache_is_whole(tmp_path)


# --- two programs at once


def test_two_threads_that_write_at_the_same_time_both_succeed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: DataSplits
) -> None:
    both_have_written = threading.Barrier(2, timeout=30)
    sync = os.fsync

    def sync_together(descriptor: int) -> None:
        sync(descriptor)
        both_have_written.wait()

    monkeypatch.setattr(os, "fsync", sync_together)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(read_split, [Split.TEST] * 2, [tmp_path] * 2)

    for images in (first, second):
        assert_is_the_test_split(images, data)
        assert images.notice is None
    assert_cache_is_whole(tmp_path)
    assert names_in(FILES.raw_folder(tmp_path)) == {file.name for file in TEST_FILES}


PROGRAM = """
import hashlib, pathlib, sys
from lenet_desktop.data.catalogue import read_split
from lenet_desktop.data.images import Split

images = read_split(Split.TEST, pathlib.Path(sys.argv[1]))
print(hashlib.sha256(images.images.tobytes() + images.labels.tobytes()).hexdigest())
print(images.notice)
print(sorted({"torch", "torchvision", "PySide6"} & set(sys.modules)))
"""


def test_two_programs_unpack_at_the_same_time_and_need_no_torch(
    tmp_path: Path, data: DataSplits
) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    programs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]
    outputs = [program.communicate(timeout=60)[0].split() for program in programs]

    content = data.test.images.numpy().tobytes() + data.test.labels.numpy().astype("u1").tobytes()
    assert outputs == [[sha256(content), "None", "[]"]] * 2
    assert_cache_is_whole(tmp_path)
    assert names_in(FILES.raw_folder(tmp_path)) == {file.name for file in TEST_FILES}


# --- the bundled files


def bundle(folder: Path, monkeypatch: pytest.MonkeyPatch, labels: bytes | None) -> None:
    """Put `labels`, or nothing, in the place of the bundled labels of the test split."""
    for file in TEST_FILES:
        shutil.copy(assets.bundled_data(FILES.bundle) / f"{file.name}.gz", folder)
    path = folder / f"{LABELS.name}.gz"
    if labels is None:
        path.unlink()
    else:
        path.write_bytes(labels)
    monkeypatch.setattr(assets, "bundled_data", lambda _: folder)


ORIGINAL = (assets.bundled_data(FILES.bundle) / f"{LABELS.name}.gz").read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="missing"),
        pytest.param(b"", id="empty"),
        pytest.param(b"<!DOCTYPE html>", id="no gzip"),
        pytest.param(halved(ORIGINAL), id="truncated"),
        pytest.param(flipped(ORIGINAL), id="flipped"),
        pytest.param(gzip.compress(b"other labels"), id="another content"),
    ],
)
def test_a_damaged_bundled_file_is_named_in_a_sentence(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bundle").mkdir()
    bundle(tmp_path / "bundle", monkeypatch, content)

    with pytest.raises(DataError, match=rf"{LABELS.name}\.gz .*\. Install LeNet Desktop again\.$"):
        read_split(Split.TEST, tmp_path / "cache")

    assert not (FILES.raw_folder(tmp_path / "cache") / LABELS.name).exists()


def test_a_damaged_bundled_file_does_not_matter_while_the_cache_is_intact(
    test_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: DataSplits
) -> None:
    (tmp_path / "bundle").mkdir()
    bundle(tmp_path / "bundle", monkeypatch, b"damaged")

    assert_is_the_test_split(read_split(Split.TEST, test_cache), data)


@settings(max_examples=60)
@given(st.integers(0, len(ORIGINAL) - 1), st.integers(1, 255))
@example(3, 0x04)  # the flag that says that an extra field follows
@example(len(ORIGINAL) - 1, 1)
def test_a_bundled_file_with_a_changed_byte_is_refused_or_still_the_original(
    place: int, change: int
) -> None:
    changed = bytearray(ORIGINAL)
    changed[place] ^= change
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        path = Path(folder) / f"{LABELS.name}.gz"
        path.write_bytes(changed)
        monkeypatch.setattr(assets, "bundled_data", lambda _: Path(folder))
        try:
            content = FILES.unpack(LABELS)
        except DataError:
            return
    assert sha256(content) == LABELS.sha256


def test_every_bundled_file_is_the_original() -> None:
    files = (*FILES.images.values(), *FILES.labels.values())

    assert len({file.name for file in files}) == 4
    for file in files:
        content = gzip.decompress(
            (assets.bundled_data(FILES.bundle) / f"{file.name}.gz").read_bytes()
        )
        assert sha256(content) == file.sha256


def test_what_all_users_share_is_read_where_it_is(
    test_cache: Path, tmp_path: Path, data: DataSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    monkeypatch.setenv("LENET_DESKTOP_DATA", str(test_cache))
    assert_is_the_test_split(read_split(Split.TEST, own), data)
    assert not own.exists()

    monkeypatch.setenv("LENET_DESKTOP_DATA", str(tmp_path / "nowhere"))
    assert_is_the_test_split(read_split(Split.TEST, own), data)
    assert_cache_is_whole(own)
