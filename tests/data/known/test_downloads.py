"""Downloads from a server on this very machine, which has all the faults that servers have."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.data.images import DataError
from lenet_desktop.data.known import downloads
from lenet_desktop.data.known.downloads import download
from lenet_desktop.data.known.originals import ORIGINALS, OriginalFile, hand_folder, is_here
from lenet_desktop.data.known.torchvision_sets import read
from lenet_desktop.data.progress import Progress
from tests.data.known.file_server import Server, offered, server
from tests.data.known.made_originals import drawn, small_originals

__all__ = ["offered", "server", "small_originals"]


def whole(key: str, cache: Path) -> list[Progress]:
    return list(download(key, cache))


def check_is_whole(key: str, cache: Path) -> None:
    assert is_here(key, cache)
    for split, part in read(key, cache).items():
        np.testing.assert_array_equal(part.images[:, 0], drawn(key, split))
    left = {path for path in cache.rglob("*") if path.is_file()}
    assert {cache / place for place in ORIGINALS[key].places} <= left
    assert not [path for path in left if path.suffix in (".gz", ".zip", ".part")]


def test_what_was_downloaded_for_several_data_sets_stays_until_all_are_here(
    offered: Server, tmp_path: Path
) -> None:
    downloading = download("emnist-digits", tmp_path)
    while not is_here("emnist-balanced", tmp_path):
        next(downloading)
    downloading.close()

    assert whole("emnist-balanced", tmp_path) == []
    offered.files.clear()
    whole("emnist-digits", tmp_path)

    check_is_whole("emnist-digits", tmp_path)


@pytest.mark.parametrize("key", ["mnist", "qmnist", "emnist-letters", "usps"])
def test_a_data_set_comes_whole_and_lies_where_it_is_read(
    key: str, offered: Server, tmp_path: Path
) -> None:
    progress = whole(key, tmp_path)

    check_is_whole(key, tmp_path)
    assert [each.words for each in progress if each.done > each.total] == []
    assert {path for path, _ in offered.asked} == {
        path for path in offered.files if path.startswith(f"/{key}/")
    }
    count = len(offered.asked)
    assert whole(key, tmp_path) == []
    assert len(offered.asked) == count


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_a_download_goes_on_where_it_was_given_up(
    knows_ranges: bool, offered: Server, tmp_path: Path
) -> None:
    offered.knows_ranges = knows_ranges
    downloading = download("mnist", tmp_path)
    for progress in downloading:
        if progress.done:
            break
    downloading.close()
    assert not is_here("mnist", tmp_path)

    (part,) = tmp_path.rglob("*.part")
    part.write_bytes(part.read_bytes()[:1_000])
    whole("mnist", tmp_path)

    check_is_whole("mnist", tmp_path)
    assert ("/mnist/train-images-idx3-ubyte.gz", "bytes=1000-") in offered.asked


def test_a_connection_that_breaks_off_is_told_and_gone_on_with(
    offered: Server, tmp_path: Path
) -> None:
    offered.breaks_after = 700

    with pytest.raises(DataError, match=r"(?s)MNIST could not .* broke off.*from where it stood"):
        whole("mnist", tmp_path)
    assert not is_here("mnist", tmp_path)
    whole("mnist", tmp_path)

    check_is_whole("mnist", tmp_path)
    assert offered.asked[1][1] == "bytes=700-"


def test_another_server_goes_on_with_what_one_has_broken_off(
    offered: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = ORIGINALS["usps"]
    files = tuple(OriginalFile((each.urls[0],) * 2, each.md5) for each in original.files)
    monkeypatch.setitem(ORIGINALS, "usps", replace(original, files=files))
    offered.breaks_after = 700

    whole("usps", tmp_path)

    check_is_whole("usps", tmp_path)
    assert [asked for _, asked in offered.asked] == [None, "bytes=700-", None]


def test_what_is_not_the_original_is_never_used(offered: Server, tmp_path: Path) -> None:
    offered.files["/mnist/train-labels-idx1-ubyte.gz"] += b"more"

    with pytest.raises(DataError, match="not the original"):
        whole("mnist", tmp_path)

    assert not is_here("mnist", tmp_path)
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("damaged", [b"x" * 700, bytes(100_000)], ids=["other", "more"])
def test_what_was_damaged_meanwhile_comes_again(
    offered: Server, tmp_path: Path, damaged: bytes
) -> None:
    offered.breaks_after = 700
    with pytest.raises(DataError):
        whole("mnist", tmp_path)
    (part,) = tmp_path.rglob("*.part")
    part.write_bytes(damaged)

    whole("mnist", tmp_path)

    check_is_whole("mnist", tmp_path)


def test_another_part_than_was_asked_for_is_refused(offered: Server, tmp_path: Path) -> None:
    offered.breaks_after = 700
    offered.shift = 5
    for _ in range(2):
        with pytest.raises(DataError) as caught:
            whole("mnist", tmp_path)

    assert "another part of the file" in str(caught.value)


def test_a_file_that_is_gone_is_told_with_what_can_be_done(offered: Server, tmp_path: Path) -> None:
    offered.files.clear()

    with pytest.raises(DataError) as caught:
        whole("kmnist", tmp_path)

    told = str(caught.value)
    assert "127.0.0.1: it has no such file" in told
    assert str(hand_folder(tmp_path)) in told
    assert all(name in told for name in ORIGINALS["kmnist"].file_names)


def test_no_server_is_told(
    offered: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = ORIGINALS["usps"]
    files = tuple(
        OriginalFile((re.sub(r":\d+/", ":9/", each.urls[0]),), each.md5) for each in original.files
    )
    monkeypatch.setitem(ORIGINALS, "usps", replace(original, files=files))

    with pytest.raises(DataError, match=r"USPS could not be downloaded \(127\.0\.0\.1: "):
        whole("usps", tmp_path)


def test_a_server_that_says_nothing_is_given_up(
    offered: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "PATIENCE_S", 0.1)
    given_up = threading.Event()
    offered.on_asked = given_up.wait

    with pytest.raises(DataError, match="no answer for"):
        whole("usps", tmp_path)
    given_up.set()


def test_a_folder_that_cannot_be_written_to_is_told(offered: Server, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")

    with pytest.raises(DataError, match="cannot be written"):
        whole("usps", tmp_path / "cache")
    assert offered.asked == []


def test_nobody_downloads_the_same_twice_at_once(offered: Server, tmp_path: Path) -> None:
    first = download("mnist", tmp_path)
    next(first)

    with pytest.raises(DataError, match="is being downloaded already"):
        whole("mnist", tmp_path)
    first.close()
    whole("mnist", tmp_path)

    check_is_whole("mnist", tmp_path)
