"""What a folder of somebody's own pictures holds: which classes, and what cannot be used.

Nothing is decoded here; a folder of 200,000 files is looked through in seconds.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lenet_desktop.data.dataset_info import FEWEST_CLASSES, MOST_CLASSES
from lenet_desktop.data.images import DataError, Split
from lenet_desktop.data.pictures.picture_files import MOST_PIXELS, SUFFIXES
from lenet_desktop.data.progress import Progress, result_of
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import Worded, one_line, sentences, whole, why_not

FEWEST_IMAGES, MOST_IMAGES = 10, 200_000
MOST_FILES = 1_000_000
"""Of all kinds; a folder with more is hardly one of pictures of classes."""
FEWEST_PER_CLASS = 2
"""One to learn from and one to be judged on."""
_SPLIT_NAMES = {
    **dict.fromkeys(("train", "training"), Split.TRAIN),
    **dict.fromkeys(("test", "testing", "val", "valid", "validation"), Split.TEST),
}
_OTHER_KINDS = frozenset(
    {".avif", ".dng", ".heic", ".heif", ".jp2", ".jxl", ".pgm", ".ppm", ".svg"}
)
"""What pictures are often saved as and are not read; of the rest it is said that it is none."""
_LARGEST_TABLE = 50_000_000
_REPORTED_EACH = 500
TABLE = ".csv"


class Skipped(Worded):
    """Why a file is not used."""

    HIDDEN = marked("hidden")
    LINK = marked("a link to another folder")
    NO_CLASS = marked("beside the folders of the classes")
    NO_PICTURE = marked("no picture")
    OTHER_KIND = marked("a picture of a kind that is not read")
    UNREADABLE = marked("cannot be read")
    TOO_LARGE = f"with more than {MOST_PIXELS // 10**6} million pixels"
    DUPLICATE = marked("the same picture as another one")
    TOO_FEW = f"in a class of fewer than {FEWEST_PER_CLASS} pictures"
    MISSING = marked("named in the table but not there")

    @property
    def words(self) -> str:
        """What a person is told of it, within a sentence; the value itself stands in files."""
        match self:
            case Skipped.TOO_LARGE:
                text = _("with more than {most} million pixels")
                return text.format(most=MOST_PIXELS // 10**6)
            case Skipped.TOO_FEW:
                text = _("in a class of fewer than {fewest} pictures")
                return text.format(fewest=FEWEST_PER_CLASS)
        return super().words


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A file that looks like a picture.

    Attributes:
        path: where it is.
        label: the number of its class.
        split: the part that its folder puts it into, None where nothing says so.
    """

    path: Path
    label: int
    split: Split | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FolderScan:
    """What was found.

    Attributes:
        root: the folder, or the table, that was chosen.
        class_names: in the order of the labels.
        pictures: in the order of their classes, those for testing first, and of their names, so
            that the same folder is always read alike.
        skipped: the files that are not used, and why.
    """

    root: Path
    class_names: tuple[str, ...]
    pictures: tuple[FoundPicture, ...]
    skipped: tuple[tuple[Path, Skipped], ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many pictures each class has."""
        found = Counter(picture.label for picture in self.pictures)
        return tuple(found[label] for label in range(len(self.class_names)))

    @property
    def is_parted(self) -> bool:
        """Whether the folder says itself which pictures are for testing."""
        return len({picture.split for picture in self.pictures} - {None}) > 1


class _File(NamedTuple):
    """A file or folder that was come upon, and its class or why it is not used."""

    path: Path
    class_name: str = ""
    split: Split | None = None
    skipped: Skipped | None = None


def scan_folder(root: Path) -> FolderScan:
    """Look through a folder or a table, see `scanning`, without a word about how far it is."""
    return result_of(scanning(root))


def scanning(root: Path) -> Generator[Progress, None, FolderScan]:
    """Look through a folder: one subfolder for each class, or a table of files and classes.

    Subfolders called train and test (or val) are taken for the two parts, each with its classes.

    Args:
        root: the folder, or the table.

    Raises:
        DataError: it is none, or not enough is in it; the message says what is wanted.
    """
    named: list[_File] = []
    skipped: list[tuple[Path, Skipped]] = []
    folder = one_line(root.name or root)
    try:
        for number, file in enumerate(_files(root)):
            if file.skipped is None:
                named.append(file)
            else:
                skipped.append((file.path, file.skipped))
            if len(named) > MOST_IMAGES or number > MOST_FILES:
                raise DataError(
                    _(
                        "{root} has more than {most_images} pictures or {most_files} "
                        "files. Choose a folder with fewer."
                    ).format(
                        root=one_line(root),
                        most_images=whole(MOST_IMAGES),
                        most_files=whole(MOST_FILES),
                    )
                )
            if number % _REPORTED_EACH == 0:
                yield Progress(number, 0, _("Looking through {folder}…").format(folder=folder))
    except (OSError, csv.Error) as error:
        reason = why_not(error)
        raise DataError(
            _("{root} cannot be looked through ({reason}).").format(
                root=one_line(root), reason=reason
            )
        ) from error
    counts = Counter(file.class_name for file in named)
    names = sorted((name for name in counts if counts[name] >= FEWEST_PER_CLASS), key=_by_number)
    labels = {name: label for label, name in enumerate(names)}
    skipped += [(file.path, Skipped.TOO_FEW) for file in named if file.class_name not in labels]
    pictures = [
        FoundPicture(file.path, labels[file.class_name], file.split)
        for file in named
        if file.class_name in labels
    ]
    _check(root, names, pictures)
    pictures.sort(key=lambda each: (each.label, each.split is not Split.TEST, str(each.path)))
    return FolderScan(root, tuple(names), tuple(pictures), tuple(skipped))


def _check(root: Path, names: Sequence[str], pictures: Sequence[FoundPicture]) -> None:
    folder = one_line(root.name or root)
    wanted = (
        _("Each row needs the file of a picture, beside the table or below, and then its class.")
        if root.suffix.lower() == TABLE
        else _("Make one subfolder for each class, with its pictures in it.")
    )
    if not names:
        text = _("No pictures of classes were found in {folder}.").format(folder=folder)
        raise DataError(sentences([text, wanted]))
    if len(names) < FEWEST_CLASSES:
        text = _("{folder} has pictures of one class only, {only}.")
        text = text.format(folder=folder, only=one_line(names[0]))
        raise DataError(sentences([text, wanted]))
    if len(names) > MOST_CLASSES:
        raise DataError(
            _(
                "{folder} has {count} classes; at most {most_classes} can be told apart "
                "here. Choose a folder with fewer subfolders."
            ).format(folder=folder, count=whole(len(names)), most_classes=MOST_CLASSES)
        )
    if not FEWEST_IMAGES <= len(pictures) <= MOST_IMAGES:
        raise DataError(
            _(
                "{folder} has {count} pictures; from {fewest_images} to {most_images} can be used."
            ).format(
                folder=folder,
                count=whole(len(pictures)),
                fewest_images=FEWEST_IMAGES,
                most_images=whole(MOST_IMAGES),
            )
        )


def _files(root: Path) -> Iterator[_File]:
    if root.is_file() and root.suffix.lower() == TABLE:
        return _by_table(root)
    if not root.is_dir():
        raise DataError(
            _("{root} is no folder. Choose a folder of pictures.").format(root=one_line(root))
        )
    tables = [Path(entry.path) for entry in _entries(root)[0] if _is_table(entry)]
    rows = list(_by_table(tables[0])) if len(tables) == 1 else []
    return iter(rows) if any(row.skipped is None for row in rows) else _by_folders(root)


def _is_table(entry: os.DirEntry[str]) -> bool:
    path = Path(entry.path)
    is_named_so = path.suffix.lower() == TABLE and path.is_file()
    return is_named_so and path.stat().st_size <= _LARGEST_TABLE


def _by_folders(root: Path) -> Iterator[_File]:
    """Yield the pictures below subfolders, each with the name of its class."""
    folders, rest = _subfolders(root)
    yield from rest
    while len(folders) == 1 and (within := _subfolders(folders[0]))[0]:
        folders, rest = within  # of a folder around those of the classes, as zips often have one
        yield from rest
    parts = {folder: _SPLIT_NAMES.get(folder.name.lower()) for folder in folders}
    if folders and all(parts.values()) and len(set(parts.values())) > 1:
        for part, split in parts.items():
            of_part, rest = _subfolders(part)
            yield from rest
            for folder in of_part:
                yield from _below(folder, folder.name, split)
        return
    for folder in folders:
        yield from _below(folder, folder.name, None)


def _subfolders(folder: Path) -> tuple[list[Path], list[_File]]:
    """Return the folders in a folder that may be classes, and what in it is left out."""
    found, left_out = _entries(folder)
    files = [Path(entry.path) for entry in found if not _is_folder(entry)]
    left_out += [
        _File(path, skipped=Skipped.NO_CLASS) for path in files if path.suffix.lower() != TABLE
    ]
    return [Path(entry.path) for entry in found if _is_folder(entry)], left_out


def _below(folder: Path, name: str, split: Split | None) -> Iterator[_File]:
    """Yield all that is below the folder of a class, however deep."""
    waiting = [folder]
    while waiting:
        folder = waiting.pop()
        try:
            found, left_out = _entries(folder)
        except OSError:
            yield _File(folder, skipped=Skipped.UNREADABLE)
            continue
        yield from left_out
        for entry in found:
            path = Path(entry.path)
            if _is_folder(entry):
                waiting.append(path)
            elif path.suffix.lower() in SUFFIXES:
                yield _File(path, name, split)
            else:
                is_other = path.suffix.lower() in _OTHER_KINDS
                yield _File(path, skipped=Skipped.OTHER_KIND if is_other else Skipped.NO_PICTURE)


def _entries(folder: Path) -> tuple[list[os.DirEntry[str]], list[_File]]:
    """Return what is in a folder, and apart from it what the system or a tool has put there."""
    used: list[os.DirEntry[str]] = []
    left_out: list[_File] = []
    with os.scandir(folder) as found:
        for entry in found:
            if entry.name.startswith((".", "__")):
                left_out.append(_File(Path(entry.path), skipped=Skipped.HIDDEN))
            elif entry.is_symlink() and Path(entry.path).is_dir():  # which a loop is not
                left_out.append(_File(Path(entry.path), skipped=Skipped.LINK))
            else:
                used.append(entry)
    return sorted(used, key=lambda entry: entry.name), sorted(left_out)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _by_table(table: Path) -> Iterator[_File]:
    """Yield the pictures that a table names, file and class in each row."""
    root = table.parent
    if table.stat().st_size > _LARGEST_TABLE:
        raise DataError(
            _(
                "{name} has more than {largest_table} MB. Choose a table of files and classes."
            ).format(name=one_line(table.name), largest_table=_LARGEST_TABLE // 10**6)
        )
    with table.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        sample = file.read(4096)
        file.seek(0)
        rows = csv.reader(file, delimiter=_delimiter(sample))
        for number, row in enumerate(rows):
            if len(row) < 2 or not row[0].strip() or not row[1].strip():
                continue
            path = root / row[0].strip()
            if number == 0 and path.suffix.lower() not in SUFFIXES:
                continue  # the heads of the columns
            if _is_file_below(root, path):
                yield _File(path, row[1].strip())
            else:
                yield _File(path, skipped=Skipped.MISSING)


def _is_file_below(root: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root.resolve()) and path.is_file()
    except (OSError, ValueError):  # no file can have such a name
        return False


def _delimiter(sample: str) -> str:
    counts: Mapping[str, int] = {mark: sample.count(mark) for mark in ",;\t"}
    return max(counts, key=lambda mark: counts[mark])


def _by_number(name: str) -> tuple[bool, int, str]:
    """Sort classes that are called by numbers as numbers."""
    is_number = name.isascii() and name.isdigit()
    return (not is_number, int(name) if is_number else 0, name)
