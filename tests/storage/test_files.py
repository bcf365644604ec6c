"""Files are replaced whole or not at all, wherever their name leads to and whatever it is."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lenet_desktop.storage.files import file_stem, replacing, write_atomically, write_folder

NAMES = st.one_of(
    st.text(max_size=260),
    st.text(st.sampled_from("*?[]!{}~%\"'\n\t ./\\:\0ü\ud800漢"), min_size=1, max_size=12),
)
RESERVED = ("con", "nul", "aux", "prn", "com1", "com9", "lpt1")


def _is_taken(path: Path) -> bool:
    """Return whether the system takes the path for a new file."""
    try:
        path.touch()
    except (OSError, ValueError):
        return False
    path.unlink()
    return True


@given(name=NAMES)
def test_whatever_name_the_system_takes_is_written(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.mktemp("names")
    path = folder / name
    assume(path.parent == folder and name != "..")  # which is a folder already
    if not _is_taken(path):
        with pytest.raises(OSError, match=r"\w"):
            write_atomically(path, b"new")
        assert list(folder.iterdir()) == []
        return
    write_atomically(path, b"new")
    write_atomically(path, b"newer")
    assert path.read_bytes() == b"newer"
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("length", [200, 244, 255])
def test_a_name_may_be_as_long_as_the_system_allows(tmp_path: Path, length: int) -> None:
    write_atomically(tmp_path / ("n" * length), b"new")
    write_folder(tmp_path / ("f" * length), "m" * length, b"new")
    assert {len(path.name) for path in tmp_path.iterdir()} == {length}


def test_a_name_that_is_too_long_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 300)
    with pytest.raises(OSError, match="too long") as raised:
        write_atomically(path, b"new")
    assert raised.value.filename == str(path)


def test_what_a_link_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    there, link = tmp_path / "there" / "real.csv", tmp_path / "link.csv"
    there.write_bytes(b"old")
    link.symlink_to(there)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert there.read_bytes() == b"new"
    assert list((tmp_path / "there").iterdir()) == [there]


def test_a_link_to_nothing_yet_makes_what_it_points_to(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to("later.csv")
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "later.csv").read_bytes() == b"new"


def test_a_link_to_itself_is_refused_by_its_name(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(link)
    with pytest.raises(OSError, match=r"link\.csv"):
        write_atomically(link, b"new")
    assert link.is_symlink()


def test_a_folder_of_a_link_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    write_folder(tmp_path / "link", "events", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "events").read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_refused_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="plain file") as raised:
        write_atomically(pipe, b"new")
    assert raised.value.filename == str(pipe)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no device files")
def test_a_device_is_refused() -> None:
    with pytest.raises(OSError, match="plain file"):
        write_atomically(Path(os.devnull), b"new")


def test_a_folder_is_no_file_and_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path / "folder", b"new")
    with pytest.raises(NotADirectoryError) as raised:
        write_atomically(tmp_path / "file" / "below", b"new")
    assert raised.value.filename == str(tmp_path / "file" / "below")
    with pytest.raises(NotADirectoryError):
        write_folder(tmp_path / "file", "events", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "file"}


def test_a_folder_with_something_in_it_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_bytes(b"old")
    with pytest.raises(OSError, match="empty") as raised:
        write_folder(tmp_path / "mine", "events", b"new")
    assert raised.value.filename == str(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter"]


def test_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "shared.csv"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_atomically(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def _fill_the_disk(path: Path) -> None:
    with replacing(path) as stream:
        stream.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_fills_leaves_what_was_there_and_names_it(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match=r"list\.csv") as raised:
        _fill_the_disk(path)
    assert raised.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_about_another_file_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised, replacing(tmp_path / "run.zip") as stream:
        stream.write((tmp_path / "away" / "epoch").read_bytes())
    assert raised.value.filename == str(tmp_path / "away" / "epoch")


def test_what_was_left_by_a_killed_process_goes_in_time(tmp_path: Path) -> None:
    for name, age_s in {"a*b.0123.part": 7_200, "a*b.4567.part": 0, "axb.0123.part": 7_200}.items():
        (tmp_path / name).touch()
        then = (tmp_path / name).stat().st_mtime - age_s
        os.utime(tmp_path / name, (then, then))
    write_atomically(tmp_path / "a*b", b"new")
    assert {path.name for path in tmp_path.iterdir()} == {"a*b", "a*b.4567.part", "axb.0123.part"}


@given(text=st.text(max_size=320))
def test_a_stem_is_taken_by_every_system(text: str) -> None:
    stem = file_stem(text, "run-3")
    assert stem
    assert not set(stem) & set('<>:"/\\|?*. \n\r\t\0')
    assert all(character.isprintable() for character in stem)
    assert len(f"{stem}.safetensors".encode()) <= 255
    assert stem.casefold() not in RESERVED


@pytest.mark.parametrize("name", [*RESERVED, "CON", "Nul", "com¹", " con ", "aux/"])
def test_no_device_is_proposed(name: str) -> None:
    assert file_stem(name, "run-3") not in RESERVED
    assert file_stem(name, "run-3").startswith("run-3-")


def test_a_stem_says_the_text() -> None:
    assert file_stem("ReLU, 0.1 / second try", "run-3") == "relu-0-1-second-try"
    assert file_stem("连衣裙", "run-3") == "连衣裙"
    assert file_stem("…", "run-3") == "run-3"
