"""Opens the zip of a run that comes from nobody knows where.

Nothing in it is believed before it is checked: names are compared with those that the files of a
run have, are no paths otherwise, and sizes are limited before and while they are read. A zip may
have been unpacked and packed again by other programs: one folder around the files, and what a
system leaves in every folder, are passed over and never unpacked.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lenet_desktop.data.dataset_info import MOST_CLASSES
from lenet_desktop.data.folders.folder_scan import MOST_IMAGES
from lenet_desktop.data.pictures.own_pictures import KEY, LARGEST_PICTURE, MOST_PICTURES
from lenet_desktop.runs.run_folder import (
    ABOUT_NAME,
    CHECKPOINT_FILE,
    EPOCH_FILE,
    LARGEST_ABOUT,
    NETWORK_FILE,
)
from lenet_desktop.settings.config import MAX_EPOCHS
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.storage.zips import (
    RefusedError,
    check_apart,
    check_readable,
    damage_told,
    is_plain,
    open_zip,
)
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import byte_count, quoted

LARGEST_NETWORK = 2**24
"""Bytes. One for 128 x 128 coloured pixels has 7 MB."""
LARGEST_EPOCH = MOST_IMAGES * (4 * MOST_CLASSES + 9) + LARGEST_NETWORK
"""Bytes. In the file of an earlier version each test image has its class, its loss and a
probability of each class, each step, which may be of one image, its loss; and there is a network.
"""
LARGEST_ARCHIVE = MAX_EPOCHS * LARGEST_EPOCH
"""Bytes, packed and unpacked."""
MOST_GROWTH = 200
"""Unpacked bytes for each byte of the file. Where all of a network's units have died, it gives the
same answer to each of 200,000 images, and its epoch deflates 170:1."""
MOST_ENTRIES = 2 * MAX_EPOCHS + 2
"""Files of a run; own pictures are counted on their own."""
MOST_LITTER = MOST_ENTRIES + 10
"""Entries that are passed over. macOS packs one beside each file."""

_PICTURE = re.compile(rf"picture-({KEY.pattern})\.png")
# What an entry may be called, with the most bytes that it may have. A checkpoint is limited by its
# reader, too.
_KINDS = (
    (re.compile(re.escape(ABOUT_NAME)), LARGEST_ABOUT),
    (EPOCH_FILE, LARGEST_EPOCH),
    (NETWORK_FILE, LARGEST_NETWORK),
    (CHECKPOINT_FILE, 2**28),
    (_PICTURE, LARGEST_PICTURE),
)
_LITTER = re.compile(r"\.DS_Store|desktop\.ini|Thumbs\.db|\._.*", re.IGNORECASE | re.DOTALL)
_LITTER_FOLDER = "__MACOSX"
_PIECE = 2**18


@dataclass(frozen=True, slots=True)
class RunArchive:
    """An open zip whose directory was checked."""

    archive: zipfile.ZipFile
    entries: Mapping[str, zipfile.ZipInfo]

    @property
    def size(self) -> int:
        """How many bytes it unpacks to."""
        return sum(entry.file_size for entry in self.entries.values())

    def names(self) -> list[str]:
        """Return what there is of the run beside `about.json`."""
        return sorted(self.entries.keys() - {ABOUT_NAME, *self.pictures().values()})

    def pictures(self) -> dict[str, str]:
        """Return the entries that are own pictures, by their keys, which ascend."""
        found = filter(None, map(_PICTURE.fullmatch, sorted(self.entries)))
        return {match[1]: match[0] for match in found}

    def unpack(self, name: str, folder: Path) -> None:
        """Write one entry into a folder; `name` is one of `entries`.

        Raises:
            RefusedError: it is damaged.
            OSError: it cannot be written.
        """
        write_atomically(folder / name, self.read(name))

    def read(self, name: str) -> bytes:
        """Return what is in an entry; `name` is one of `entries`.

        Raises:
            RefusedError: it is damaged.
        """
        entry, content = self.entries[name], bytearray()
        with (
            damage_told(_("its {name} is damaged").format(name=name)),
            self.archive.open(entry) as stream,
        ):
            while piece := stream.read(_PIECE):
                content += piece
                if len(content) > entry.file_size:
                    break
        if len(content) != entry.file_size:
            raise RefusedError(_("its {name} is damaged").format(name=name))
        return bytes(content)


def picture_name(key: str) -> str:
    """Return what an own picture is called in a zip."""
    return f"picture-{key}.png"


@contextlib.contextmanager
def open_archive(file: Path) -> Iterator[RunArchive]:
    """Open a zip and check its directory; it is closed when the context ends.

    Raises:
        RefusedError: it cannot be the zip of a run.
        OSError: it cannot be read.
    """
    with open_zip(file, LARGEST_ARCHIVE) as archive:
        yield RunArchive(archive, _checked_entries(archive.infolist(), file.stat().st_size))


def _checked_entries(entries: list[zipfile.ZipInfo], size: int) -> dict[str, zipfile.ZipInfo]:
    """Return the files of a run that a zip of `size` bytes holds, by their names in its folder."""
    unpacked = sum(entry.file_size for entry in entries)
    named = {id(entry): _inner_name(entry) for entry in entries}
    parts = [entry for entry in entries if not _is_litter(entry, named[id(entry)])]
    folder = _folder_of_run(named[id(entry)] for entry in parts)
    # Outside of the run's folder nothing has a proper name.
    inner = (named[id(entry)] for entry in parts)
    names = [name.removeprefix(folder) if name.startswith(folder) else "/" for name in inner]
    pictures = sum(_PICTURE.fullmatch(name) is not None for name in names)
    is_full = pictures > MOST_PICTURES or len(parts) - pictures > MOST_ENTRIES
    if is_full or len(entries) - len(parts) > MOST_LITTER + pictures:
        raise RefusedError(_("it holds too many files"))
    checked: dict[str, zipfile.ZipInfo] = {}
    for entry, name in zip(parts, names, strict=True):
        _check_entry(entry, name, size)
        if name in checked:
            raise RefusedError(_("it holds {name} twice").format(name=quoted(name)))
        checked[name] = entry
    if ABOUT_NAME not in checked:
        raise RefusedError(_("it holds no run: there is no {file} in it").format(file=ABOUT_NAME))
    if sum(name.startswith("checkpoint") for name in checked) > 1:
        raise RefusedError(_("it holds more than one checkpoint"))
    if unpacked > min(LARGEST_ARCHIVE, MOST_GROWTH * size):
        raise RefusedError(
            _("it would unpack to {size}, which no run has").format(size=byte_count(unpacked))
        )
    check_apart(entries, size)
    return checked


def _inner_name(entry: zipfile.ZipInfo) -> str:
    """Return where an entry lies, without the `./` that some programs begin every name with."""
    return entry.orig_filename.removeprefix("./")  # `filename` ends before the first NUL


def _is_litter(entry: zipfile.ZipInfo, name: str) -> bool:
    """Tell whether an entry is a folder by itself, or what a system leaves in every folder."""
    *folders, last = name.split("/")
    if not last and entry.orig_filename:
        return entry.file_size == 0
    return _LITTER_FOLDER in folders or _LITTER.fullmatch(last) is not None


def _folder_of_run(names: Iterable[str]) -> str:
    """Return the one folder that the run lies in, with its slash, or nothing."""
    for name in names:
        folder, slash, last = name.partition("/")
        if last == ABOUT_NAME and folder not in ("", "..", "."):
            return folder + slash
    return ""


def _check_entry(entry: zipfile.ZipInfo, name: str, size: int) -> None:
    limits = [limit for kind, limit in _KINDS if kind.fullmatch(name)]
    if not limits or not is_plain(entry):
        raise RefusedError(
            _("it holds {name}, which is no part of a run").format(name=quoted(entry.orig_filename))
        )
    check_readable(entry, name, size)
    if entry.file_size > limits[0]:
        raise RefusedError(
            _("its {name} is too large ({size})").format(
                name=quoted(name), size=byte_count(entry.file_size)
            )
        )
