"""Zips of runs that come from nobody knows where, before anything in them is believed."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import zipfile
from collections.abc import Callable
from functools import reduce
from pathlib import Path

import pytest

from lenet_desktop.runs.run_archive import LARGEST_ARCHIVE, open_archive
from lenet_desktop.runs.run_folder import ABOUT_NAME
from lenet_desktop.storage.zips import RefusedError
from tests.runs.hostile_zips import HOSTILE, NEW, Hostile, added, edited, inside, stated

CHECKPOINT = "checkpoint-0001-000000.safetensors"
CONTENT = {
    ABOUT_NAME: b'{"what": "only its reader knows"}',
    "epoch-0001.safetensors": b"numbers" * 800,
    CHECKPOINT: bytes(range(256)) * 40,
}


def zip_of(how: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as archive:
        for name, content in CONTENT.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture(params=[zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
def zipped(request: pytest.FixtureRequest) -> bytes:
    """Return a zip with files that a run may have, whatever is in them."""
    return zip_of(request.param)


def unpacked(file: Path, folder: Path) -> dict[str, bytes]:
    """Return what a zip unpacks to."""
    with open_archive(file) as archive:
        for name in (ABOUT_NAME, *archive.names()):
            archive.unpack(name, folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refusal(file: Path, folder: Path) -> str:
    """Return why a zip is refused, sooner or later."""
    with pytest.raises(RefusedError) as caught:
        unpacked(file, folder)
    return str(caught.value)


def test_a_zip_unpacks_to_what_was_packed_whether_it_was_deflated_or_not(
    zipped: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "run.zip"
    file.write_bytes(zipped)

    assert unpacked(file, tmp_path / "out") == CONTENT


def test_what_other_programs_do_to_a_zip_does_no_harm(zipped: bytes, tmp_path: Path) -> None:
    file = tmp_path / "run.zip"

    def comment(archive: zipfile.ZipFile) -> None:
        archive.comment = b"Sent by mail." * 1_000

    for number, harmless in enumerate(
        (
            edited(zipped, comment),
            b"something before it" + zipped,
            stated(ABOUT_NAME, external_attr=0, create_system=0)(zipped),
        )
    ):
        file.write_bytes(harmless)
        assert unpacked(file, tmp_path / str(number)) == CONTENT


def litter(*names: str) -> Callable[[bytes], bytes]:
    def add(real: bytes) -> bytes:
        return reduce(lambda zipped, name: added(name)(zipped), names, real)

    return add


@pytest.mark.parametrize(
    "pack_again",
    [
        inside("./"),
        inside("The run, 3 epochs/"),
        inside("./run/"),
        litter("run/"),
        litter("./", "./run/"),
        lambda real: litter("run/", "run/.DS_Store", "__MACOSX/run/._about.json", "__MACOSX/")(
            inside("run/")(real)
        ),
        litter("__MACOSX/._epoch-0001.safetensors", ".DS_Store"),
        litter("desktop.ini", "Desktop.ini", "Thumbs.db", "thumbs.db"),
    ],
)
def test_a_zip_that_was_unpacked_and_packed_again_by_a_system_holds_the_same_run(
    pack_again: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    file = tmp_path / "run.zip"
    file.write_bytes(pack_again(zip_of(zipfile.ZIP_DEFLATED)))

    assert unpacked(file, tmp_path / "out") == CONTENT


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_zip_is_refused_and_writes_nothing_that_is_not_its_own(
    hostile: Hostile, tmp_path: Path
) -> None:
    file, out = tmp_path / "run.zip", tmp_path / "deep" / "out"
    out.mkdir(parents=True)
    file.write_bytes(hostile.make(zip_of(zipfile.ZIP_STORED)))

    assert hostile.reason in refusal(file, out)

    assert {path.name for path in out.iterdir()} <= CONTENT.keys() | {NEW}
    assert {path.name for path in tmp_path.iterdir()} == {"run.zip", "deep"}
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_every_way_of_cutting_a_zip_short_is_noticed(zipped: bytes, tmp_path: Path) -> None:
    file = tmp_path / "run.zip"
    for length in range(0, len(zipped), 97):
        file.write_bytes(zipped[:length])
        assert refusal(file, tmp_path / "out") == "it is no zip file, or not a whole one"


def test_a_flipped_bit_is_noticed_or_changes_nothing_that_is_unpacked(
    zipped: bytes, tmp_path: Path
) -> None:
    file, noticed = tmp_path / "run.zip", 0
    directory = range(zipped.index(b"PK\x01\x02"), len(zipped))
    heads = [zipped.index(name.encode()) - 30 for name in CONTENT]
    places = [*directory, *(head + offset for head in heads for offset in range(50))][::4]

    for place in places:
        damaged = bytearray(zipped)
        damaged[place] ^= 1 << place % 8
        file.write_bytes(damaged)
        try:
            found = unpacked(file, tmp_path / "out")
        except RefusedError:
            noticed += 1
        else:
            assert found == CONTENT, f"byte {place}"

    assert noticed > len(places) / 3


def test_nothing_but_a_file_is_opened(zipped: bytes, tmp_path: Path) -> None:
    assert refusal(tmp_path, tmp_path / "out") == "it is no file"
    with pytest.raises(FileNotFoundError):
        unpacked(tmp_path / "none.zip", tmp_path / "out")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")

    assert refusal(tmp_path / "pipe.zip", tmp_path / "out") == "it is no file"


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.zip"
    with file.open("wb") as stream:
        stream.truncate(LARGEST_ARCHIVE + 1)  # of nothing but a hole

    assert refusal(file, tmp_path / "out").startswith("it is too large (68")


def test_a_zip_is_closed_also_after_it_was_refused(zipped: bytes, tmp_path: Path) -> None:
    file = tmp_path / "run.zip"
    for content in (zipped, added("evil")(zipped), b"no zip"):
        file.write_bytes(content)
        with contextlib.suppress(RefusedError):
            unpacked(file, tmp_path / "out")
        file.unlink()  # which Windows refuses while it is open
