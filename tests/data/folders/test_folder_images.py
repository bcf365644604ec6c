"""Folders of somebody's own pictures: what is found, what is skipped, and how they are parted."""

import contextlib
import os
import tempfile
import threading
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lenet_desktop.data.folders.folder_images import (
    DECODING,
    FolderImages,
    by_threads,
    open_folder,
    reading,
)
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_preview import checking, looking
from lenet_desktop.data.folders.folder_scan import (
    FolderScan,
    FoundPicture,
    Skipped,
    scan_folder,
)
from lenet_desktop.data.images import DataError, Split
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.data.progress import Progress, result_of


def put_picture(path: Path, number: int, size: tuple[int, int] = (9, 12)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(number).integers(0, 256, (*size, 3), np.uint8)
    Image.fromarray(pixels).save(path)


def put_classes(root: Path, names: Sequence[str], each: int = 6) -> None:
    for label, name in enumerate(names):
        for number in range(each):
            put_picture(root / name / f"{number}.png", label * 1_000 + number)


def read_folder(scan: FolderScan, options: FolderOptions) -> FolderImages:
    return result_of(reading(scan, options))


def reasons(skipped: Sequence[tuple[Path, Skipped]]) -> dict[str, Skipped]:
    return {path.name: reason for path, reason in skipped}


def test_each_subfolder_is_a_class(tmp_path: Path) -> None:
    put_classes(tmp_path, ["10", "9", "cat"], each=5)

    scan = scan_folder(tmp_path)

    assert scan.class_names == ("9", "10", "cat")
    assert scan.counts == (5, 5, 5)
    assert scan.skipped == ()


def test_what_cannot_be_used_is_told(tmp_path: Path) -> None:
    put_classes(tmp_path, ["a", "b"])
    put_picture(tmp_path / ".ipynb_checkpoints" / "x.png", 1)
    put_picture(tmp_path / "a" / "._0.png", 2)
    put_picture(tmp_path / "lonely" / "only.png", 3)
    (tmp_path / "a" / "notes.txt").write_text("no picture")
    (tmp_path / "b" / "broken.png").write_bytes(b"broken")
    for loop in (tmp_path / "loop", tmp_path / "b" / "loop.png"):
        loop.symlink_to(loop)
    (tmp_path / "b" / "again.png").write_bytes((tmp_path / "b" / "0.png").read_bytes())
    (tmp_path / "b" / "photo.HEIC").write_bytes(b"as a telephone leaves it")

    scan = scan_folder(tmp_path)
    read = read_folder(scan, FolderOptions())

    assert scan.class_names == ("a", "b")
    found = reasons(read.skipped)
    assert [found.pop(name) for name in ("broken.png", "loop.png")] == [Skipped.UNREADABLE] * 2
    assert found.pop("loop") is Skipped.NO_CLASS
    assert [found.pop(name) for name in (".ipynb_checkpoints", "._0.png")] == [Skipped.HIDDEN] * 2
    assert found.pop("only.png") is Skipped.TOO_FEW
    assert found.pop("notes.txt") is Skipped.NO_PICTURE
    assert found.pop("photo.HEIC") is Skipped.OTHER_KIND
    assert list(found.values()) == [Skipped.DUPLICATE]
    assert sum(map(len, read.parts.values())) == 12


@pytest.mark.parametrize(("each_s", "most"), [(0.0002, 1), (0.002, 2)])
def test_only_files_that_take_long_are_read_at_the_same_time(
    each_s: float, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s, met = 0.0, False
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(time, "perf_counter", lambda: now_s)
    meeting = threading.Barrier(2)

    def work(found: FoundPicture) -> int:
        nonlocal now_s, met
        now_s += each_s
        with contextlib.suppress(threading.BrokenBarrierError):  # nobody else came in time
            meeting.wait(0 if met else 0.001)
            met = True
        meeting.reset()
        return found.label

    files = [FoundPicture(Path(), number) for number in range(200)]
    found = [label for some in by_threads(work, files) for label in some]

    assert found == list(range(200))
    assert (2 if met else 1) == most


@pytest.mark.parametrize("channels", [1, 3])
def test_the_parts_are_stratified_and_follow_the_seed(channels: int, tmp_path: Path) -> None:
    put_classes(tmp_path, ["a", "b", "c"], each=10)
    scan = scan_folder(tmp_path)

    def read(seed: int) -> dict[Split, bytes]:
        options = FolderOptions(side=16, channels=channels, seed=seed, test_share=0.3)
        parts = read_folder(scan, options).parts
        assert np.bincount(parts[Split.TEST].labels).tolist() == [3, 3, 3]
        assert parts[Split.TRAIN].images.shape == (21, channels, 16, 16)
        return {split: part.images.tobytes() for split, part in parts.items()}

    assert read(0) == read(0)
    assert read(0) != read(1)


def test_a_split_that_is_there_is_respected(tmp_path: Path) -> None:
    put_classes(tmp_path / "train", ["a", "b"], each=5)
    put_classes(tmp_path / "Test", ["a", "b"], each=3)
    for path in (tmp_path / "Test").rglob("*.png"):  # no copies of those to learn from
        put_picture(path, 50_000 + ord(path.parent.name) * 100 + int(path.stem))

    scan = scan_folder(tmp_path)
    parts = read_folder(scan, FolderOptions()).parts

    assert scan.class_names == ("a", "b")
    assert [len(parts[split]) for split in Split] == [10, 6]


def in_both_parts(root: Path) -> set[bytes]:
    parts = read_folder(scan_folder(root), FolderOptions()).parts
    train, test = ({image.tobytes() for image in parts[split].images} for split in Split)
    return train & test


def test_a_class_of_which_there_is_nothing_to_learn_from_gets_a_sentence(tmp_path: Path) -> None:
    put_classes(tmp_path / "train", ["a", "b"])
    for number in range(6):
        put_picture(tmp_path / "test" / "new" / f"{number}.png", 5_000 + number)

    with pytest.raises(DataError, match="class new"):
        read_folder(scan_folder(tmp_path), FolderOptions())


def test_files_that_are_equal_are_never_in_both_parts(tmp_path: Path) -> None:
    put_classes(tmp_path, ["a", "b"], each=8)
    for number in range(8):  # the same pictures, called otherwise
        content = (tmp_path / "a" / f"{number}.png").read_bytes()
        (tmp_path / "b" / f"again{number}.png").write_bytes(content)

    assert not in_both_parts(tmp_path)


@pytest.mark.parametrize("parts", [("", ""), ("train", "val")])
def test_pictures_of_the_same_pixels_are_never_in_both_parts(
    parts: tuple[str, str], tmp_path: Path
) -> None:
    for name, kind in zip(parts, ("png", "bmp"), strict=True):
        put_classes(tmp_path / name, ["a", "b"], each=8)
        for label, folder in enumerate(("a", "b")):
            for number in range(4):
                path = tmp_path / name / folder / f"once more {number}.{kind}"
                put_picture(path, label * 1_000 + number)
    for path in (tmp_path / "val").glob("*/[0-9].png"):
        put_picture(path, 50_000 + ord(path.parent.name) * 100 + int(path.stem))

    assert not in_both_parts(tmp_path)


def opened(root: Path, cache: Path, side: int = 28) -> tuple[list[str], FolderImages]:
    """Return what was done, and what came of it."""
    heard: list[Progress] = []
    stream = open_folder(scan_folder(root), FolderOptions(side=side), cache)
    read = result_of(stream, heard.append)
    return [each.words for each in heard], read


def test_a_folder_is_found_again_by_content_without_decoding(tmp_path: Path) -> None:
    root, cache = tmp_path / "pictures", tmp_path / "cache"
    put_classes(root, ["a", "b"], each=7)
    (root / "a" / "3.png").write_bytes(b"broken")
    (root / "b" / "again.png").write_bytes((root / "b" / "0.png").read_bytes())
    (root / ".hidden").mkdir()

    steps, first = opened(root, cache)
    for path in root.rglob("*.png"):
        path.touch()
    (tmp_path / "moved").mkdir()
    root = root.rename(tmp_path / "moved" / root.name)
    steps_again, again = opened(root, cache)
    other_steps, _ = opened(root, cache, side=20)

    assert DECODING in steps
    assert DECODING in other_steps
    assert DECODING not in steps_again
    assert reasons(again.skipped) == reasons(first.skipped)
    assert len(first.skipped) == 3
    assert again.parts[Split.TEST].info == first.parts[Split.TEST].info
    for split in Split:
        assert (again.parts[split].images == first.parts[split].images).all()
    put_picture(root / "a" / "0.png", 77)
    assert DECODING in opened(root, cache)[0]


def test_what_was_made_of_a_folder_before_gives_way_unless_it_is_in_use(tmp_path: Path) -> None:
    cache, root, other = (tmp_path / name for name in ("cache", "pictures", "others"))
    put_classes(root, ["a", "b"])
    put_classes(other, ["c", "d"])

    def make(side: int, place: Path = root, in_use: Sequence[str] | None = ()) -> str:
        scan, options = scan_folder(place), FolderOptions(side=side)
        parts = result_of(open_folder(scan, options, cache, in_use)).parts
        return parts[Split.TEST].info.fingerprint

    def kept() -> set[str]:
        return {info.fingerprint for info in PreparedSets(cache).infos()}

    apart, first = make(16, other), make(16)
    second = make(20, in_use=[first])
    assert kept() == {apart, first, second}
    third = make(24)
    assert kept() == {apart, third}
    fourth = make(28, in_use=None)
    assert kept() == {apart, third, fourth}
    make(24)
    assert kept() == {apart, third}, "also where it was found again"


@pytest.mark.parametrize("name", ["labels.csv", "Labels.CSV"])
def test_a_table_names_files_and_classes(name: str, tmp_path: Path) -> None:
    for number in range(10):
        put_picture(tmp_path / "pictures" / f"{number}.png", number)
    put_picture(tmp_path.parent / "outside.png", 99)
    rows = [f"pictures/{number}.png;{'even' if number % 2 == 0 else 'odd'}" for number in range(10)]
    rows += ["pictures/missing.png;odd", "../outside.png;odd", ";", "pictures/1.png"]
    rows += ["no\0name.png;odd", f"{'long' * 100}.png;odd"]
    (tmp_path / name).write_text("\n".join(["file;class", *rows]), encoding="utf-8-sig")
    (tmp_path / f"._{name}").write_bytes(b"what a Mac leaves beside a file")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.csv").mkdir()

    scan = scan_folder(tmp_path)

    assert (scan.class_names, scan.counts) == (("even", "odd"), (5, 5))
    assert set(reasons(scan.skipped).values()) == {Skipped.MISSING}
    assert len(scan.skipped) == 4


def test_a_table_that_cannot_be_read_gets_a_sentence(tmp_path: Path) -> None:
    put_classes(tmp_path, ["a", "b"])
    (tmp_path / "labels.csv").write_text('file,class\n"' + "x" * 200_000)

    with pytest.raises(DataError, match="cannot be looked through"):
        scan_folder(tmp_path)


def test_a_table_without_files_is_told_what_its_rows_need(tmp_path: Path) -> None:
    put_picture(tmp_path / "1.png", 1)
    (tmp_path / "labels.csv").write_text("id,file,class\n1,1.png,a")

    with pytest.raises(DataError, match="row"):
        scan_folder(tmp_path / "labels.csv")


@pytest.mark.parametrize("around", ["pictures", "pictures/again"])
@pytest.mark.parametrize("parts", [("",), ("train", "test")])
def test_a_folder_around_those_of_the_classes_is_looked_into(
    tmp_path: Path, around: str, parts: tuple[str, ...]
) -> None:
    for part in parts:
        put_classes(tmp_path / around / part, ["a", "b"], each=5)
    put_picture(tmp_path / "pictures" / "loose.png", 1)

    scan = scan_folder(tmp_path)

    assert (scan.class_names, scan.is_parted) == (("a", "b"), len(parts) > 1)
    assert reasons(scan.skipped) == {"loose.png": Skipped.NO_CLASS}


@pytest.mark.parametrize(
    ("names", "each", "word"),
    [([], 0, "No pictures"), (["a"], 20, "one class"), (["a", "b"], 3, "6 pictures")],
)
def test_too_little_gets_a_sentence(names: list[str], each: int, word: str, tmp_path: Path) -> None:
    put_classes(tmp_path, names, each)

    with pytest.raises(DataError, match=word):
        scan_folder(tmp_path)


def test_too_many_classes_get_a_sentence(tmp_path: Path) -> None:
    put_classes(tmp_path, [f"class {number}" for number in range(63)], each=2)

    with pytest.raises(DataError, match="at most 62"):
        scan_folder(tmp_path)


def test_what_is_no_folder_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    for path in (tmp_path / "file", tmp_path / "missing"):
        with pytest.raises(DataError, match="no folder"):
            scan_folder(path)


def test_pictures_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    put_classes(tmp_path, ["a", "b"])

    with pytest.raises(DataError, match="GB"):
        read_folder(scan_folder(tmp_path), FolderOptions(side=20_000, channels=3))


def test_an_enormous_picture_is_left_out_and_named_so(tmp_path: Path) -> None:
    put_classes(tmp_path, ["a", "b"])
    small = (tmp_path / "a" / "0.png").read_bytes()
    header = small[:16] + (30_000).to_bytes(4) * 2 + small[24:29]
    enormous = header + zlib.crc32(header[12:]).to_bytes(4) + small[33:]
    (tmp_path / "a" / "enormous.png").write_bytes(enormous)
    expected = {"enormous.png": Skipped.TOO_LARGE}
    if hasattr(os, "mkfifo"):  # it would be waited for if it were opened
        os.mkfifo(tmp_path / "a" / "pipe.png")
        expected["pipe.png"] = Skipped.UNREADABLE
    scan = scan_folder(tmp_path)

    read = read_folder(scan, FolderOptions())
    *_, check = checking(scan, FolderOptions())

    assert check is not None
    assert reasons(read.skipped) == reasons(check.skipped(scan)) == expected
    assert check.done == check.total == len(scan.pictures)


NAMES = st.sampled_from(["a", "b", "train", "test", ".hidden", "__MACOSX", "c d", "ä", "7"])
FILES = st.sampled_from(["0.png", "1.PNG", "._0.png", "2.jpg", "notes.txt", "labels.csv"])


@given(
    st.lists(
        st.tuples(st.lists(NAMES, max_size=3), FILES, st.integers(0, 5), st.booleans()),
        max_size=30,
    ),
    st.booleans(),
)
@settings(max_examples=40)
def test_any_tree_is_a_data_set_or_gets_a_sentence(
    files: list[tuple[list[str], str, int, bool]], has_classes: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for folders, name, number, is_damaged in files:
            path = root.joinpath(*folders, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".csv":
                path.write_text(f'a/{number}.png,x\n0.png;y,,\n"')
            else:
                put_picture(path.with_suffix(".png"), number, (3, 4))
                content = path.with_suffix(".png").read_bytes()
                path.write_bytes(content[: 60 if is_damaged else None])
        if has_classes:
            put_classes(root, ["cat", "dog"], each=5)
        problem = "."
        try:
            scan = scan_folder(root)
            read = read_folder(scan, FolderOptions(side=8))
        except DataError as error:
            problem = str(error)
        else:
            used = sum(map(len, read.parts.values()))
            assert used + len(read.skipped) - len(scan.skipped) == len(scan.pictures)
            assert all(len(part) for part in read.parts.values())
            *_, check = checking(scan, FolderOptions(side=8))
            assert check is not None
            counts = result_of(looking(scan)).part_counts(FolderOptions(side=8), check)
            assert counts == read.part_counts
            assert sorted(check.skipped(scan)) == sorted(read.skipped[len(scan.skipped) :])
        assert problem.endswith(".")


@pytest.mark.parametrize("parts", [("",), ("train", "test")])
def test_what_is_told_before_is_what_is_held_out(tmp_path: Path, parts: tuple[str, ...]) -> None:
    for part in parts:
        put_classes(tmp_path / part, ["a", "b"], each=20)
    for picture in tmp_path.rglob("1*.png"):  # the same pixels in other files
        Image.open(picture).save(picture.with_suffix(".bmp"))
        if "train" in parts:
            picture.unlink()
    scan = scan_folder(tmp_path)

    read = read_folder(scan, FolderOptions())
    *_, check = checking(scan, FolderOptions())

    look = result_of(looking(scan))
    assert look.part_counts(FolderOptions(), check) == read.part_counts
    assert look.part_counts(FolderOptions()) != read.part_counts, "or nothing had to be looked at"


def test_reading_can_be_given_up(tmp_path: Path) -> None:
    put_classes(tmp_path / "pictures", ["a", "b"], each=100)
    stream = open_folder(scan_folder(tmp_path / "pictures"), FolderOptions(), tmp_path / "cache")

    reached = next(each for each in stream if each.done)
    stream.close()

    assert reached.total == 200
    assert not (tmp_path / "cache").exists()
