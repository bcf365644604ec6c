"""Runs that are carried from one store to another as a zip."""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import sqlite3
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.data.images import DataSplits, Split, as_splits, described_by_content
from lenet_desktop.data.pictures.own_pictures import LARGEST_PICTURE, MOST_PICTURES, OwnPictures
from lenet_desktop.runs.database import DATABASE_NAME
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.portable import (
    ArchiveError,
    count_own_pictures,
    export_run,
    import_own_pictures,
    import_run,
)
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.run_folder import ABOUT_NAME, LOCK_NAME, RunFolder
from lenet_desktop.runs.store import FOLDER_NAME, BusyRunError, RunStore, StoreError
from lenet_desktop.runs.trash import delete_runs, purge, restore_runs
from lenet_desktop.settings.choices import Network
from lenet_desktop.training.checkpoint_file import checkpoint_bytes, load_checkpoint
from lenet_desktop.training.events import RunFinished
from tests.kept_runs import BRIEF, keep_run
from tests.runs.conftest import Course, Disk, trainer_on
from tests.runs.hostile_zips import HOSTILE, Hostile
from tests.runs.ordeal import fingerprint


@pytest.fixture
def other(tmp_path: Path) -> Iterator[RunStore]:
    """Return the empty store of another person."""
    opened = open_store(tmp_path / "elsewhere")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def real(course: Course, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the zip of a finished run."""
    folder = tmp_path_factory.mktemp("exported")
    with closing(open_store(folder / "kept")) as store:
        export_run(store, course.finish(store, "Carried"), folder / "run.zip")
    return (folder / "run.zip").read_bytes()


@pytest.fixture
def file(real: bytes, tmp_path: Path) -> Path:
    """Return the zip of a finished run that no store of this test knows."""
    path = tmp_path / "run.zip"
    path.write_bytes(real)
    return path


def files_below(folder: Path) -> dict[str, bytes | None]:
    """Return everything in a folder but databases, with the bytes of its files."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if not path.name.startswith(DATABASE_NAME)
    }


def rows_of(store: RunStore) -> list[str]:
    """Return all that is in the database of a store, also of runs that were deleted."""
    with closing(sqlite3.connect(store.folder / DATABASE_NAME)) as connection:
        return list(connection.iterdump())


def run_files(store: RunStore, run_id: int) -> dict[str, bytes]:
    """Return the files that belong to a run wherever it is."""
    own = (ABOUT_NAME, LOCK_NAME)
    files = [path for path in store.run_folder(run_id).path.iterdir() if path.name not in own]
    return {path.name: path.read_bytes() for path in files}


PARTS = ("epoch", "network")
"""What the files of an epoch are called."""


def assert_a_sentence(error: BaseException) -> None:
    text = re.sub(r"(?<=\d)\N{NO-BREAK SPACE}(?=MB\b)", " ", str(error))
    assert text.isprintable(), text
    assert text.endswith("."), text
    assert len(text) < 400, text


def refuse(store: RunStore, path: Path) -> str:
    """See that a zip is refused with one sentence, and that everything is as it was."""
    store.runs_path.mkdir(exist_ok=True)  # empty, as in a store that had a run once
    around = store.folder.parent  # where a path that leads out of the store would end
    before = files_below(around), rows_of(store), store.records()
    with pytest.raises(StoreError) as caught:
        import_run(store, path)
    assert_a_sentence(caught.value)
    assert (files_below(around), rows_of(store), store.records()) == before
    return str(caught.value)


# --- there and back


@pytest.mark.parametrize("end", [Course.finish, Course.stop], ids=["finished", "stopped"])
def test_a_run_comes_out_of_another_store_with_every_bit(
    end: Callable[[Course, RunStore], int],
    course: Course,
    store: RunStore,
    other: RunStore,
    tmp_path: Path,
) -> None:
    run_id = end(course, store)
    store.rename(run_id, "Näher am Ziel 🎯")
    store.set_note(run_id, "Two lines,\none of them long.")
    given = store.set_star(run_id, True)
    course.finish(other, "Was here before")

    assert export_run(store, run_id, tmp_path / "run.zip") is None
    taken = import_run(other, tmp_path / "run.zip")

    assert taken == replace(given, id=taken.id)
    assert taken.id != given.id
    assert other.record(taken.id) == taken
    about, before = other.about(taken.id), store.about(run_id)
    assert about.images_per_epoch == before.images_per_epoch
    assert about.steps_per_epoch == before.steps_per_epoch
    assert about.parameter_count == before.parameter_count
    assert fingerprint(other, taken.id) == fingerprint(store, run_id)
    folder = store.run_folder(run_id)
    newest = folder.checkpoints()[0]
    kept = {n: part for n, part in run_files(store, run_id).items() if n[:10] != "checkpoint"}
    whole = checkpoint_bytes(load_checkpoint(folder.path / newest))
    assert run_files(other, taken.id) == {**kept, newest: whole}, "complete in itself"
    assert [path.name for path in other.runs_path.iterdir() if path.name[0] == "."] == []


def test_the_same_run_gives_the_same_bytes_whenever_and_wherever_it_is_exported(
    course: Course, store: RunStore, other: RunStore, tmp_path: Path
) -> None:
    run_id = course.stop(store)
    zips = [tmp_path / name for name in ("first.zip", "second.zip", "third.zip")]

    export_run(store, run_id, zips[0])
    os.utime(store.run_folder(run_id).epoch_file(1), (0, 0))
    export_run(store, run_id, zips[1])
    export_run(other, import_run(other, zips[0]).id, zips[2])

    assert len({path.read_bytes() for path in zips}) == 1


def test_a_zip_holds_the_files_of_the_run_without_folders_and_nothing_of_the_machine(
    real: bytes, file: Path
) -> None:
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == [
            ABOUT_NAME,
            "checkpoint-0003-000000.safetensors",
            *(f"{what}-{number:04}.safetensors" for number in (1, 2, 3) for what in PARTS),
        ]
        assert archive.testzip() is None
        assert json.loads(archive.read(ABOUT_NAME))["title"] == "Carried"
    assert str(file.parent.parent).encode() not in real


def test_a_run_that_was_carried_goes_on_to_the_bits_of_one_that_stayed(
    course: Course, store: RunStore, other: RunStore, few: DataSplits, tmp_path: Path
) -> None:
    export_run(store, course.stop(store), tmp_path / "run.zip")
    opened = read_run(other, import_run(other, tmp_path / "run.zip").id)
    assert opened.notice is None
    checkpoint = opened.checkpoint
    assert checkpoint is not None
    assert (len(checkpoint.epochs), checkpoint.step) == (2, 2)

    trainer = trainer_on(few, checkpoint=checkpoint)
    for _ in trainer.events():
        pass

    expected = course.checkpoints[-1]
    found = trainer.checkpoint()
    np.testing.assert_array_equal(found.losses, expected.losses)
    for name, weight in expected.learner.weights.items():
        assert found.learner.weights[name].equal(weight), name


def test_a_run_that_goes_on_is_exported_as_far_as_it_is_kept_and_is_not_disturbed(
    course: Course, store: RunStore, other: RunStore, tmp_path: Path
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1, 2)
    store.run_folder(run_id).write_epoch(course.kept[2])  # its checkpoint comes after it

    assert export_run(store, run_id, tmp_path / "run.zip") is None
    taken = import_run(other, tmp_path / "run.zip")

    assert (taken.status, taken.epochs_done) == (RunStatus.INTERRUPTED, 2)
    assert run_files(other, taken.id).keys() == {
        "checkpoint-0002-000000.safetensors",
        *(f"{what}-{number:04}.safetensors" for number in (1, 2) for what in PARTS),
    }
    assert store.record(run_id).status is RunStatus.RUNNING
    RunProgress(store).set_status(run_id, RunStatus.STOPPED)


@pytest.mark.parametrize("epochs", [0, 2])
def test_a_run_that_says_it_is_finished_is_believed_if_all_its_epochs_are_there(
    course: Course, store: RunStore, other: RunStore, tmp_path: Path, epochs: int
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, *range(1, epochs + 1))
    if not epochs:
        start = replace(course.midway, epochs=(), losses=course.midway.losses[:2])
        RunProgress(store).keep(run_id, replace(start, predictions=None), [], RunStatus.STOPPED)
    RunProgress(store).set_status(run_id, RunStatus.FINISHED)
    export_run(store, run_id, tmp_path / "run.zip")

    taken = import_run(other, tmp_path / "run.zip")

    assert (taken.status, taken.epochs_done) == (RunStatus.STOPPED, epochs)
    opened = read_run(other, taken.id)
    assert not any(isinstance(event, RunFinished) for event in opened.events)
    assert opened.checkpoint is not None


def cut(path: Path) -> None:
    """Damage a file as a full disk does."""
    path.write_bytes(path.read_bytes()[:-1])


def test_what_cannot_be_read_is_left_out_and_named(
    course: Course, store: RunStore, other: RunStore, tmp_path: Path
) -> None:
    run_id = course.finish(store, "Half")
    folder = store.run_folder(run_id)
    newest, older = folder.checkpoints()
    cut(folder.path / newest)
    cut(folder.epoch_file(3))
    cut(folder.network_file(1))

    told = export_run(store, run_id, tmp_path / "run.zip")

    assert told == (
        f"What cannot be read of “Half” is not in run.zip: {newest}, network-0001.safetensors, "
        "epoch-0003.safetensors."
    )
    taken = import_run(other, tmp_path / "run.zip")
    assert taken.epochs_done == 2
    assert other.run_folder(taken.id).checkpoints() == [older]


def test_a_run_of_which_nothing_can_be_read_is_not_exported(
    course: Course, store: RunStore, tmp_path: Path
) -> None:
    run_id = course.begin(store, "Empty")
    RunProgress(store).set_status(run_id, RunStatus.FAILED)
    (tmp_path / "run.zip").write_bytes(b"what was here before")

    with pytest.raises(StoreError, match="Nothing is kept of “Empty” that could be exported"):
        export_run(store, run_id, tmp_path / "run.zip")
    with pytest.raises(StoreError, match="There is no run 99"):
        export_run(store, 99, tmp_path / "run.zip")

    assert {path.name for path in tmp_path.iterdir()} == {"kept", "run.zip"}
    assert (tmp_path / "run.zip").read_bytes() == b"what was here before"


def test_an_export_that_fails_leaves_the_file_that_was_there(
    disk: Disk, course: Course, store: RunStore, tmp_path: Path
) -> None:
    run_id = course.finish(store)
    (tmp_path / "run.zip").write_bytes(b"what was here before")

    disk.files_are_full = True
    with pytest.raises(OSError, match="No space left"):
        export_run(store, run_id, tmp_path / "run.zip")

    assert {path.name for path in tmp_path.iterdir()} == {"kept", "run.zip"}
    assert (tmp_path / "run.zip").read_bytes() == b"what was here before"


# --- a run that is known


def test_a_run_that_is_in_the_list_already_is_refused(
    course: Course, store: RunStore, file: Path
) -> None:
    known = import_run(store, file)
    store.rename(known.id, "Renamed since")

    assert refuse(store, file) == "This run is in the list already, as “Renamed since”."
    assert store.record(known.id).title == "Renamed since"


def test_a_run_that_was_deleted_comes_back_as_the_zip_has_it(store: RunStore, file: Path) -> None:
    first = import_run(store, file)
    before = run_files(store, first.id)
    store.rename(first.id, "Renamed since")
    delete_runs(store, [first.id])
    (store.run_folder(first.id).path / "checkpoint-0009-000000.safetensors").write_bytes(b"old")

    again = import_run(store, file)

    assert again == replace(first, id=again.id)
    assert again.id > first.id, "a number is never given twice"
    assert run_files(store, again.id) == before
    assert store.records() == [again]
    with pytest.raises(StoreError, match=f"There is no run {first.id}"):
        restore_runs(store, [first.id])


def test_a_run_that_is_taken_for_another_window_s_is_not_imported_twice(
    course: Course, store: RunStore, another_window: RunStore, file: Path
) -> None:
    key = import_run(store, file).key
    delete_runs(store, [store.records()[0].id])
    busy = RunFolder(another_window.runs_path / key)
    assert busy.take()

    with pytest.raises(BusyRunError, match="Another window imports this run"):
        import_run(store, file)
    assert "Another window imports" in refuse(store, file)

    busy.leave()
    assert import_run(another_window, file).key == key


# --- failures on the way in


FAULTS = [
    "CREATE TRIGGER fault BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'no more'); END",
    "CREATE TRIGGER fault BEFORE INSERT ON epochs BEGIN SELECT RAISE(ABORT, 'no more'); END",
    "CREATE TRIGGER fault BEFORE INSERT ON rate_changes BEGIN SELECT RAISE(ABORT, 'no more'); END",
    "CREATE TRIGGER fault BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'no more'); END",
]


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "deleted before"])
@pytest.mark.parametrize("fault", FAULTS, ids=["runs", "epochs", "rate_changes", "update"])
def test_an_import_that_the_database_refuses_is_undone_wholly(
    fault: str, is_known: bool, course: Course, store: RunStore, file: Path
) -> None:
    course.finish(store, "Neighbour")
    deleted = import_run(store, file) if is_known else None
    if deleted is not None:
        delete_runs(store, [deleted.id])
    with closing(sqlite3.connect(store.folder / DATABASE_NAME)) as connection:
        connection.execute(fault)

    assert refuse(store, file) == "The list of runs cannot be written: no more."

    with closing(sqlite3.connect(store.folder / DATABASE_NAME)) as connection:
        connection.execute("DROP TRIGGER fault")
    if deleted is not None:
        restore_runs(store, [deleted.id])
        assert store.record(deleted.id) == deleted
        assert read_run(store, deleted.id).notice is None
    else:
        assert import_run(store, file).title == "Carried"


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "deleted before"])
def test_an_import_that_the_disk_has_no_room_for_is_undone_wholly(
    is_known: bool, disk: Disk, store: RunStore, file: Path
) -> None:
    if is_known:
        delete_runs(store, [import_run(store, file).id])

    disk.files_are_full = True
    assert refuse(store, file) == "“run.zip” cannot be imported: No space left on device."

    disk.files_are_full = False
    assert import_run(store, file).title == "Carried"


def test_a_file_in_the_place_of_the_run_s_folder_is_left_as_it_is(
    store: RunStore, file: Path
) -> None:
    with zipfile.ZipFile(file) as archive:
        key = json.loads(archive.read(ABOUT_NAME))["key"]
    store.runs_path.mkdir(exist_ok=True)
    (store.runs_path / key).write_bytes(b"in the way")

    assert refuse(store, file).startswith("“run.zip” cannot be imported: ")


def test_nothing_is_imported_where_nothing_can_be_kept(tmp_path: Path, file: Path) -> None:
    (tmp_path / "no folder").write_bytes(b"a file")
    with closing(open_store(tmp_path / "no folder" / "kept")) as store:
        with pytest.raises(StoreError, match="Nothing can be imported, because runs cannot be"):
            import_run(store, file)
        assert store.records() == []


def test_what_a_killed_import_left_is_no_run_and_goes_after_an_hour(
    store: RunStore, file: Path
) -> None:
    old, young = (store.folder / FOLDER_NAME / f".import-{name}" for name in ("old", "young"))
    for left in (old, young):
        (left / "new").mkdir(parents=True)
        with zipfile.ZipFile(file) as archive:
            archive.extractall(left / "new")
    two_hours_ago = time.time() - 7_200
    os.utime(old, (two_hours_ago, two_hours_ago))

    with closing(open_store(store.folder)) as opened_next:
        assert opened_next.records() == []
        import_run(opened_next, file)

    assert not old.exists()
    assert young.exists()


@pytest.mark.parametrize("kind", ["none", "folder"])
def test_what_is_no_file_is_refused_with_a_sentence(
    kind: str, store: RunStore, tmp_path: Path
) -> None:
    path = tmp_path / f"line\nbreak {kind}.zip"
    if kind == "folder":
        path.mkdir()

    sentence = refuse(store, path)

    assert sentence.startswith(f"“line\N{REPLACEMENT CHARACTER}break {kind}.zip” cannot be")


# --- hostile zips


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_zip_leaves_the_store_and_everything_around_it_as_it_was(
    hostile: Hostile, real: bytes, store: RunStore, tmp_path: Path
) -> None:
    path = tmp_path / "hostile.zip"
    path.write_bytes(hostile.make(real))

    assert hostile.reason in refuse(store, path)


def key_of(key: str | None) -> Callable[[bytes], bytes]:
    """Put another key into about.json."""
    return lambda about: json.dumps({**json.loads(about), "key": key}).encode()


@pytest.mark.parametrize(
    "key", ["../" * 10 + "up", "/" + "a" * 31, "A" * 32, "a" * 31 + "\n", "", ".", None, "a" * 33]
)
def test_a_key_that_leads_out_of_the_store_is_refused(
    key: str | None, real: bytes, store: RunStore, tmp_path: Path
) -> None:
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w") as target, closing(opened(real, tmp_path)) as source:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, key_of(key)(content) if name == ABOUT_NAME else content)

    assert "it has no proper key" in refuse(store, path)


def opened(real: bytes, folder: Path) -> zipfile.ZipFile:
    (folder / "real.zip").write_bytes(real)
    return zipfile.ZipFile(folder / "real.zip")


def test_hundreds_of_damaged_zips_are_refused_or_give_the_very_run_that_was_exported(
    real: bytes, store: RunStore, file: Path, tmp_path: Path
) -> None:
    taken = import_run(store, file)
    expected = fingerprint(store, taken.id)
    forget(store, taken.id)
    before = files_below(tmp_path)
    chance = random.Random(3)
    refused = 0

    for number in range(150):
        damaged, how = spoiled(real, chance)
        file.write_bytes(damaged)
        try:
            record = import_run(store, file)
        except ArchiveError as error:
            refused += 1
            assert_a_sentence(error)
        else:
            assert fingerprint(store, record.id) == expected, f"{number}: {how}"
            forget(store, record.id)
        file.write_bytes(real)
        assert files_below(tmp_path) == before, f"{number}: {how}"
        assert store.keys() == set(), f"{number}: {how}"

    assert 100 < refused < 150, "some bits matter to nobody, such as those of a time"


def forget(store: RunStore, run_id: int) -> None:
    """Delete a run for good."""
    delete_runs(store, [run_id])
    purge(store, time.time() + 1)


def spoiled(real: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a zip that was damaged somewhere, as often as not where its directory is."""
    directory = real.index(b"PK\x01\x02")
    place = chance.randrange(*chance.choice([(0, len(real)), (directory, len(real)), (0, 400)]))
    end = min(len(real), place + chance.choice([1, 1, 4, 50, 100_000]))
    match chance.choice(["flip", "flip", "flip", "cut", "remove", "repeat", "noise"]):
        case "flip":
            bit = 1 << chance.randrange(8)
            changed = bytes([real[place] ^ bit])
            return real[:place] + changed + real[place + 1 :], f"bit {bit} of byte {place}"
        case "cut":
            return real[:place], f"cut at {place}"
        case "remove":
            return real[:place] + real[end:], f"without {place} to {end}"
        case "repeat":
            return real[:end] + real[place:], f"{place} to {end} twice"
        case _:
            noise = chance.randbytes(end - place)
            return real[:place] + noise + real[end:], f"noise from {place} to {end}"


# A person's own pictures


GREY = np.arange(12, dtype=np.uint8).reshape(3, 4)


@pytest.fixture
def own(tmp_path: Path) -> OwnPictures:
    """Return two own pictures, a coat and a bag."""
    pictures = OwnPictures(tmp_path / "own")
    for label in ("Coat", "Bag"):
        pictures.add(GREY, label)
    return pictures


@pytest.fixture
def with_own(course: Course, tmp_path: Path, own: OwnPictures) -> Path:
    """Return the zip of a run with both pictures."""
    with closing(open_store(tmp_path / "kept")) as store:
        run = course.finish(store, "Carried")
        assert export_run(store, run, tmp_path / "with.zip", own) == "2 own pictures went along."
        again = tmp_path / "again.zip"
        export_run(store, run, again, own)
        assert again.read_bytes() == (tmp_path / "with.zip").read_bytes()
    return tmp_path / "with.zip"


def test_own_pictures_go_along_only_where_that_is_asked_for(
    with_own: Path, file: Path, other: RunStore, own: OwnPictures, tmp_path: Path
) -> None:
    assert count_own_pictures(file) == 0
    assert count_own_pictures(with_own) == 2
    imported = import_run(other, with_own)
    assert not list(other.run_folder(imported.id).path.glob("*.png"))
    theirs = OwnPictures(tmp_path / "theirs")
    assert "2 own pictures were taken in" in import_own_pictures(with_own, theirs)
    assert theirs.read() == own.read()
    np.testing.assert_array_equal(theirs.pixels(own.read()[0].key), GREY)
    theirs.delete(own.read()[0].key)
    sentence = import_own_pictures(with_own, theirs)
    assert "1 own picture was taken in" in sentence
    assert "1 was here before" in sentence


def with_pictures(real: bytes, *contents: bytes) -> bytes:
    stream = io.BytesIO(real)
    with zipfile.ZipFile(stream, "a") as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"picture-{number:020x}.png", content)
    return stream.getvalue()


def bomb() -> bytes:
    """Return a PNG of a few KB that says it has 900 million pixels."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(200_000), 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_what_is_no_picture_of_this_program_stays_out_and_the_rest_comes_in(
    real: bytes, tmp_path: Path, own: OwnPictures
) -> None:
    file, theirs = tmp_path / "run.zip", OwnPictures(tmp_path / "theirs")
    sound = own.content(own.read()[0].key)
    file.write_bytes(with_pictures(real, b"none", sound, bomb()))
    sentence = import_own_pictures(file, theirs)
    assert "1 own picture was taken in" in sentence
    assert "2 were not" in sentence
    assert [each.label for each in theirs.read()] == ["Coat"]


def test_a_zip_with_too_many_or_too_large_pictures_is_refused(real: bytes, tmp_path: Path) -> None:
    file, theirs = tmp_path / "run.zip", OwnPictures(tmp_path / "theirs")
    for contents, reason in (
        ([b""] * (MOST_PICTURES + 1), "too many files"),
        ([os.urandom(LARGEST_PICTURE + 1)], "too large"),
    ):
        file.write_bytes(with_pictures(real, *contents))
        with pytest.raises(ArchiveError, match=reason):
            import_own_pictures(file, theirs)
        with pytest.raises(ArchiveError, match=reason):
            count_own_pictures(file)
    assert theirs.read() == []


def test_a_run_of_many_classes_and_test_images_is_carried(other: RunStore, tmp_path: Path) -> None:
    counts = {Split.TRAIN: 124, Split.TEST: 66_000}
    data = as_splits(
        described_by_content(
            {
                split: (np.zeros((count, 1, 8, 8), np.uint8), np.arange(count, dtype=np.uint8) % 62)
                for split, count in counts.items()
            },
            key="folder",
            title="Signs",
            class_names=tuple(map(str, range(62))),
            can_be_mirrored=False,
            source="drawn by a test",
            licence="",
        )
    )
    config = replace(BRIEF, epochs=1, network=Network.PERCEPTRON, data=data.info)
    with closing(open_store(tmp_path / "kept")) as store:
        export_run(store, keep_run(store, data, config), tmp_path / "run.zip")
    assert (tmp_path / "run.zip").stat().st_size > 2**24

    record = import_run(other, tmp_path / "run.zip")

    assert len(read_run(other, record.id).predictions[-1]) == 66_000


def test_a_run_for_which_there_is_no_room_is_refused(
    file: Path, other: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(file.parent)._replace(free=1_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)

    with pytest.raises(ArchiveError, match="no room on the disk"):
        import_run(other, file)
    assert other.records() == []
