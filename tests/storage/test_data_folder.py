"""The folder that a person has chosen is known to every later start, or it is the usual one."""

from pathlib import Path

import pytest

from lenet_desktop.storage.data_folder import choose_folder, chosen_folder


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "not there yet" / "note.txt"


def test_what_was_chosen_is_known_until_the_usual_one_is(note: Path, tmp_path: Path) -> None:
    assert chosen_folder(note) is None
    folder = tmp_path / "Läufe, 数据"
    choose_folder(note, folder)
    assert chosen_folder(note) == folder
    choose_folder(note, None)
    choose_folder(note, None)
    assert chosen_folder(note) is None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"relative/folder", b"\n"])
def test_a_note_that_names_no_folder_counts_as_none(note: Path, content: bytes) -> None:
    note.parent.mkdir()
    note.write_bytes(content)
    assert chosen_folder(note) is None
