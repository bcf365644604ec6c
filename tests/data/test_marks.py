"""Marks survive everything that can happen to the file that they are kept in."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenet_desktop.data import marks as marks_module
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import Split
from lenet_desktop.data.marks import (
    FORMAT,
    LONGEST_NOTE,
    VERSION,
    Mark,
    MarkError,
    MarkKind,
    MarkStore,
)
from lenet_desktop.storage import files

WRONG = Mark(MarkKind.WRONG_LABEL, "This is a coat.")
UNSURE = Mark(MarkKind.AMBIGUOUS)

notes = st.text(st.characters(codec="utf-8"), max_size=LONGEST_NOTE)
marks = st.none() | st.builds(Mark, st.sampled_from(MarkKind), notes)
changes = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(Split), st.integers(0, 5), marks), max_size=8
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "marks.json"


def entry(**other: object) -> dict[str, object]:
    return {"split": "t10k", "number": 3, "kind": "ambiguous", "note": ""} | other


def document(*entries: object, **other: object) -> bytes:
    parts = {"format": FORMAT, "version": VERSION, "marks": list(entries)} | other
    return json.dumps(parts).encode()


def write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def test_marks_survive_a_restart(file: Path) -> None:
    store = MarkStore(file)
    assert store.set_mark(Split.TEST, 3, WRONG) is None
    assert store.set_mark(Split.TRAIN, 59_999, UNSURE) is None
    assert store.set_mark(Split.TEST, 4, UNSURE) is None
    assert store.set_mark(Split.TEST, 4, None) is None
    again = MarkStore(file)
    assert again.notice is None
    assert again.marks == {(Split.TEST, 3): WRONG, (Split.TRAIN, 59_999): UNSURE}
    assert again.marks.get((Split.TEST, 3)) == WRONG
    assert again.marks.get((Split.TRAIN, 3)) is None


def test_without_a_file_there_are_no_marks_and_no_folder_is_made(file: Path) -> None:
    store = MarkStore(file)
    assert store.marks == {}
    assert store.notice is None
    assert not file.parent.exists()


@settings(max_examples=40)  # each of them waits for the disk several times
@given(changes)
def test_two_windows_keep_what_each_has_marked_last(
    made: list[tuple[int, Split, int, Mark | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "marks.json"
        windows = MarkStore(file), MarkStore(file)
        expected: dict[tuple[Split, int], Mark] = {}
        for window, split, number, mark in made:
            assert windows[window].set_mark(split, number, mark) is None
            if mark is None:
                expected.pop((split, number), None)
            else:
                expected[split, number] = mark
            assert windows[window].marks == expected
        assert MarkStore(file).marks == expected
        for window_store in windows:
            assert window_store.reload() is None
            assert window_store.marks == expected


DAMAGED = {
    "empty": b"",
    "cut short": document(entry())[:-5],
    "no text": b"\xff\xfe\x00\x01\x02",
    "too deep": b"[" * 100_000,
    "a list": b"[]",
    "foreign": b'{"format": "something else", "version": 1, "marks": []}',
    "newer": document(version=VERSION + 1),
    "older": document(version=0),
    "version is true": document(version=True),
    "marks are none": document(marks=None),
    "an extra part": document(more=1),
    "a mark is a text": document("mark"),
    "split unknown": document(entry(split="validation")),
    "split is a list": document(entry(split=[])),
    "number too large": document(entry(number=2**31)),
    "number negative": document(entry(number=-1)),
    "number is true": document(entry(number=True)),
    "number is not whole": document(entry(number=3.0)),
    "number is endless": document(entry()).replace(b"3", b"9" * 5_000),
    "kind unknown": document(entry(kind="nice")),
    "note too long": document(entry(note="x" * (LONGEST_NOTE + 1))),
    "note is a number": document(entry(note=1)),
    "note is half a character": document(entry(note="\ud800")),
    "note missing": document({"split": "t10k", "number": 3, "kind": "ambiguous"}),
    "marked twice": document(entry(), entry(kind="label is wrong")),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_file_that_cannot_be_used_is_set_aside(file: Path, content: bytes) -> None:
    write(file, content)
    store = MarkStore(file)
    aside = file.with_name("marks.json.damaged-1")
    assert store.marks == {}
    assert store.notice is not None
    assert f"It was set aside as {aside.name}." in store.notice
    assert aside.read_bytes() == content
    assert not file.exists()
    assert store.set_mark(Split.TEST, 1, WRONG) is None
    assert MarkStore(file).marks == {(Split.TEST, 1): WRONG}


def test_a_newer_file_is_called_newer(file: Path) -> None:
    write(file, document(version=VERSION + 1))
    assert "by a newer version of this program" in str(MarkStore(file).notice)


def test_none_of_several_damaged_files_is_lost(file: Path) -> None:
    for content in (b"first", b"second", b"third"):
        write(file, content)
        MarkStore(file)
    kept = sorted(file.parent.glob("marks.json.damaged-*"))
    assert [path.read_bytes() for path in kept] == [b"first", b"second", b"third"]


def test_a_file_that_is_damaged_meanwhile_takes_no_mark_away(file: Path) -> None:
    store = MarkStore(file)
    store.set_mark(Split.TEST, 1, WRONG)
    write(file, b"damaged")
    sentence = store.set_mark(Split.TEST, 2, UNSURE)
    assert sentence is not None
    assert "set aside" in sentence
    assert MarkStore(file).marks == {(Split.TEST, 1): WRONG, (Split.TEST, 2): UNSURE}


def test_a_file_that_is_gone_takes_no_mark_away(file: Path) -> None:
    store = MarkStore(file)
    store.set_mark(Split.TEST, 1, WRONG)
    file.unlink()
    store.set_mark(Split.TEST, 2, UNSURE)
    assert len(MarkStore(file).marks) == 2


def test_a_file_that_is_too_large_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks_module, "LARGEST_FILE", 1_000)
    write(file, document() + b" " * 1_000)
    assert "is too large" in str(MarkStore(file).notice)


def test_marks_that_would_make_the_file_too_large_are_kept_in_memory(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MarkStore(file)
    store.set_mark(Split.TEST, 1, WRONG)
    monkeypatch.setattr(marks_module, "LARGEST_FILE", 300)
    long = Mark(MarkKind.AMBIGUOUS, "x" * LONGEST_NOTE)
    assert "no more room" in str(store.set_mark(Split.TEST, 2, long))
    assert store.marks.get((Split.TEST, 2)) == long
    assert MarkStore(file).marks == {(Split.TEST, 1): WRONG}


def test_where_nothing_can_be_written_marks_are_kept_in_memory_and_saved_later(
    tmp_path: Path,
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    store = MarkStore(blocked / "marks.json")
    assert store.notice is None
    sentence = store.set_mark(Split.TEST, 1, WRONG)
    assert sentence is not None
    assert "cannot be saved" in sentence
    assert store.marks.get((Split.TEST, 1)) == WRONG
    blocked.unlink()
    assert store.set_mark(Split.TEST, 2, UNSURE) is None
    assert len(MarkStore(blocked / "marks.json").marks) == 2


def test_a_file_that_cannot_be_read_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "marks.json"
    file.mkdir()  # a folder cannot be read, whoever runs this
    store = MarkStore(file)
    assert "cannot be read" in str(store.notice)
    assert "cannot be saved" in str(store.set_mark(Split.TEST, 1, WRONG))
    assert file.is_dir()
    assert store.marks.get((Split.TEST, 1)) == WRONG


def test_a_file_that_cannot_be_set_aside_is_never_written_over(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(file, b"precious")

    def refused(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refused)
    store = MarkStore(file)
    assert "cannot be read (Permission denied)" in str(store.notice)
    assert "cannot be saved" in str(store.set_mark(Split.TEST, 1, WRONG))
    assert file.read_bytes() == b"precious"


def test_a_window_that_hangs_does_not_hang_another(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MarkStore(file)
    store.set_mark(Split.TEST, 1, WRONG)
    monkeypatch.setattr(files, "_LONGEST_WAIT_S", 0)
    with files.locked(file):  # as a window does that was stopped while it saved
        assert store.set_mark(Split.TEST, 2, UNSURE) is None
    assert len(MarkStore(file).marks) == 2


@pytest.mark.parametrize("number", [-1, 2**31, True])
def test_only_images_that_exist_can_be_marked(file: Path, number: int) -> None:
    store = MarkStore(file)
    with pytest.raises(ValueError, match="no image"):
        store.set_mark(Split.TEST, number, WRONG)
    assert store.marks == {}


@pytest.mark.parametrize("note", ["x" * (LONGEST_NOTE + 1), "\ud83d"])
def test_a_note_is_checked(note: str) -> None:
    with pytest.raises(MarkError):
        Mark(MarkKind.AMBIGUOUS, note)


OTHER = replace(DEFAULT, title="Digits", fingerprint="0" * 64)


def test_marks_belong_to_their_data(file: Path) -> None:
    MarkStore(file).set_mark(Split.TEST, 1, WRONG)
    other = MarkStore(file, OTHER)
    assert other.marks == {}
    other.set_mark(Split.TEST, 1, UNSURE)
    assert MarkStore(file).marks == {(Split.TEST, 1): WRONG}
    assert MarkStore(file, OTHER).marks == {(Split.TEST, 1): UNSURE}


def test_marks_that_were_renamed_to_those_of_other_data_are_set_aside(file: Path) -> None:
    MarkStore(file, OTHER).set_mark(Split.TEST, 1, UNSURE)
    (theirs,) = (path for path in file.parent.iterdir() if path.suffix == ".json")
    theirs.rename(file)
    store = MarkStore(file)
    assert store.marks == {}
    assert "is of other images" in (store.notice or "")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(max_size=8), values),
    max_leaves=12,
)
fields = st.sampled_from(["split", "number", "kind", "note"])
contents = st.one_of(
    st.binary(max_size=200),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.lists(json_values, max_size=3).map(lambda values: document(*values)),
    st.dictionaries(fields, json_values).map(lambda other: document(entry(**other))),
)


@given(contents)
def test_no_content_breaks_the_store_or_gets_lost(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "marks.json"
        file.write_bytes(content)
        store = MarkStore(file)
        if store.notice is None:
            assert file.read_bytes() == content
        else:
            assert file.with_name("marks.json.damaged-1").read_bytes() == content
        before = dict(store.marks)
        assert store.set_mark(Split.TRAIN, 7, WRONG) is None
        assert MarkStore(file).marks == before | {(Split.TRAIN, 7): WRONG}
