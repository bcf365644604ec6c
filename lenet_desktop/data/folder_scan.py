"""What a folder of somebody's own pictures holds: which classes, and what cannot be used.

Nothing is decoded here; a folder of 200,000 files is looked through in seconds.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lenet_desktop.data.dataset_info import FEWEST_CLASSES, MOST_CLASSES
from lenet_desktop.data.images import DataError, Split
from lenet_desktop.data.picture_files import SUFFIXES
from lenet_desktop.text.wording import first_line, one_line

FEWEST_IMAGES, MOST_IMAGES = 10, 200_000
FEWEST_PER_CLASS = 2
"""One to learn from and one to be judged on."""
_SPLIT_NAMES = {
    **dict.fromkeys(("train", "training"), Split.TRAIN),
    **dict.fromkeys(("test", "testing", "val", "valid", "validation"), Split.TEST),
}
_LARGEST_TABLE = 50_000_000


class Skipped(StrEnum):
    """Why a file is not used."""

    HIDDEN = "hidden"
    NO_PICTURE = "no picture"
    UNREADABLE = "cannot be read"
    DUPLICATE = "the same picture as another one"
    TOO_FEW = f"in a class of fewer than {FEWEST_PER_CLASS} pictures"
    MISSING = "named in the table but not there"


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
        root: the folder.
        class_names: in the order of the labels.
        pictures: in the order of their classes and names, so that the same folder is always read
            alike.
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


def scan_folder(root: Path) -> FolderScan:
    """Look through a folder: one subfolder for each class, or a table of files and classes.

    Subfolders called train and test (or val) are taken for the two parts, each with its classes.

    Raises:
        DataError: it is none, or not enough is in it; the message says what is wanted.
    """
    if not root.is_dir():
        raise DataError(f"{one_line(root)} is no folder. Choose a folder of pictures.")
    skipped: list[tuple[Path, Skipped]] = []
    try:
        named = list(_by_table(root, skipped)) or list(_by_folders(root, skipped))
    except (OSError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or first_line(error)
        raise DataError(f"{one_line(root)} cannot be looked through ({reason}).") from error
    counts = Counter(name for _, name, _ in named)
    names = sorted((name for name in counts if counts[name] >= FEWEST_PER_CLASS), key=_by_number)
    labels = {name: label for label, name in enumerate(names)}
    skipped += [(path, Skipped.TOO_FEW) for path, name, _ in named if name not in labels]
    pictures = [
        FoundPicture(path, labels[name], split) for path, name, split in named if name in labels
    ]
    _check(root, names, pictures)
    pictures.sort(key=lambda picture: (picture.label, str(picture.path)))
    return FolderScan(root, tuple(names), tuple(pictures), tuple(skipped))


def _check(root: Path, names: Sequence[str], pictures: Sequence[FoundPicture]) -> None:
    folder = one_line(root.name or root)
    wanted = "Make one subfolder for each class, with its pictures in it."
    if not names:
        raise DataError(f"No pictures of classes were found in {folder}. {wanted}")
    if len(names) < FEWEST_CLASSES:
        only = one_line(names[0])
        raise DataError(f"{folder} has pictures of one class only, {only}. {wanted}")
    if len(names) > MOST_CLASSES:
        raise DataError(
            f"{folder} has {len(names):,} classes; at most {MOST_CLASSES} can be told apart here. "
            "Choose a folder with fewer subfolders."
        )
    if not FEWEST_IMAGES <= len(pictures) <= MOST_IMAGES:
        raise DataError(
            f"{folder} has {len(pictures):,} pictures; from {FEWEST_IMAGES} to {MOST_IMAGES:,} can "
            "be used."
        )


Named = tuple[Path, str, Split | None]


def _by_folders(root: Path, skipped: list[tuple[Path, Skipped]]) -> Iterator[Named]:
    """Yield the pictures below subfolders, each with the name of its class."""
    folders = [folder for folder in _entries(root, skipped) if folder.is_dir()]
    parts = {folder: _SPLIT_NAMES.get(folder.name.lower()) for folder in folders}
    if folders and all(parts.values()) and len(set(parts.values())) > 1:
        for part, split in parts.items():
            for folder in _entries(part, skipped):
                if folder.is_dir():
                    yield from _below(folder, folder.name, split, skipped)
        return
    for folder in folders:
        yield from _below(folder, folder.name, None, skipped)


def _below(
    folder: Path, name: str, split: Split | None, skipped: list[tuple[Path, Skipped]]
) -> Iterator[Named]:
    for entry in _entries(folder, skipped):
        if entry.is_dir():
            yield from _below(entry, name, split, skipped)
        elif entry.suffix.lower() in SUFFIXES:
            yield entry, name, split
        else:
            skipped.append((entry, Skipped.NO_PICTURE))


def _entries(folder: Path, skipped: list[tuple[Path, Skipped]]) -> Iterator[Path]:
    """Yield what is in a folder, in order, but for what the system or a tool has put there."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.startswith((".", "__")) or (entry.is_symlink() and entry.is_dir()):
            skipped.append((Path(entry.path), Skipped.HIDDEN))
        else:
            yield Path(entry.path)


def _by_table(root: Path, skipped: list[tuple[Path, Skipped]]) -> Iterator[Named]:
    """Yield the pictures that a table in the folder names, file and class in each row."""
    tables = sorted(root.glob("*.csv"))
    if len(tables) != 1 or tables[0].stat().st_size > _LARGEST_TABLE:
        return
    with tables[0].open(encoding="utf-8-sig", errors="replace", newline="") as file:
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
                yield path, row[1].strip(), None
            else:
                skipped.append((path, Skipped.MISSING))


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
