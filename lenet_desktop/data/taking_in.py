"""Takes in original files that somebody has already, recognised by their content.

The shapes that idx files state tell most data sets apart, and checksums those of MNIST's shape.
They are put where torchvision's readers look for them. What is of no known data set becomes one of
somebody's own.
"""

from __future__ import annotations

import bz2
import hashlib
import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.fashion_mnist import FASHION_MNIST, FILES
from lenet_desktop.data.folder_images import FolderOptions
from lenet_desktop.data.idx_folder import IdxFile, read_idx_files
from lenet_desktop.data.images import DataError, Split
from lenet_desktop.data.originals import ORIGINALS, Original, is_here
from lenet_desktop.data.packed_files import (
    TEXT_LINE,
    IdxHeader,
    PackedError,
    PackedFile,
    files_in,
    md5,
)
from lenet_desktop.data.progress import Progress
from lenet_desktop.storage.files import replacing, why_not
from lenet_desktop.text.wording import listed, one_line

_LARGEST_TEXT = 50_000_000
_TEST_NAME = re.compile("t10k|test")
_BZ2 = b"BZh"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of it.

    Attributes:
        keys: the data sets of which files were found and that are complete now.
        own: what became a data set of one's own, if any; it is found again by its fingerprint.
        notices: sentences for the person, on what is ambiguous, missing or was not used.
    """

    keys: tuple[str, ...]
    own: DatasetInfo | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fit:
    """What a file may be by its shape: what is read from a place below the cache folder."""

    original: Original
    split: Split
    place: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A file of a known data set.

    Attributes:
        header: what it says of itself; None of a text.
        size: in bytes, unpacked; packed of a text.
        is_proven: whether its checksum is known.
    """

    file: PackedFile
    header: IdxHeader | None
    size: int
    is_proven: bool = False


@dataclass(slots=True)
class _Found:
    """What a look through a folder has found.

    Attributes:
        known: the files of known data sets, by their places.
        unknown: the other idx files.
        guessed: files that a name has decided on, by the data sets that they may be of.
        brought: whether what comes with the program is among them.
        notices: sentences about the rest.
    """

    known: dict[str, _Known] = field(default_factory=dict)
    unknown: list[IdxFile] = field(default_factory=list)
    guessed: dict[str, list[str]] = field(default_factory=dict)
    brought: bool = False
    notices: list[str] = field(default_factory=list)


def take_in(
    place: Path, cache: Path, options: FolderOptions | None = None
) -> Generator[Progress, None, TakenIn]:
    """Look through a folder or a single file for original files, and put them in their places.

    Args:
        place: a folder, or an idx, gz, bz2 or zip file.
        cache: the folder below which the files shall lie.
        options: how a data set of one's own is made, by default in its own size and colours.

    Returns:
        What was found, as the value of the generator.

    Raises:
        DataError: there is nothing of use, or it cannot be written; the message says what to do.
    """
    found = yield from _look_through(place)
    try:
        yield from _put_all(found, cache)
    except OSError as error:
        raise DataError(
            f"The files cannot be written to {one_line(cache)} "
            f"({why_not(error)}). Make room there, or choose another folder."
        ) from error
    touched = [each for each in ORIGINALS.values() if each.places & found.known.keys()]
    for each in touched:
        if not is_here(each.key, cache):
            missing = sorted(at for at in each.places if not (cache / at).is_file())
            names = listed(at.rpartition("/")[2] for at in missing)
            found.notices.append(f"{each.title} is not complete yet without {names}.")
    own = None
    if found.unknown:
        try:
            parts = yield from read_idx_files(found.unknown, place, cache, options)
            own = parts[Split.TRAIN].info
        except (DataError, PackedError) as error:
            found.notices.append(str(error))
    if not touched and own is None:
        raise DataError(_nothing(place, found))
    keys = tuple(each.key for each in touched if is_here(each.key, cache))
    return TakenIn(keys, own, tuple(found.notices))


def _nothing(place: Path, found: _Found) -> str:
    if found.notices:
        return " ".join(found.notices)
    there = "holds no files of a data set" if place.exists() else "is not there"
    return f"{one_line(place)} {there}. Choose a folder of idx, gz, bz2 or zip files."


def _look_through(place: Path) -> Generator[Progress, None, _Found]:
    found = _Found()
    for file in files_in(place, found.notices):
        yield Progress(0, 0, f"Looking at {file.name}…")
        try:
            yield from _recognise(file, found)
        except PackedError as error:
            found.notices.append(str(error))
    _return_lonely_labels(found)
    for titles, names in found.guessed.items():
        verb = "has" if len(names) == 1 else "have"
        found.notices.append(
            f"{listed(names, 4)} {verb} the shape of {titles}, and no checksum that is known. What "
            "they are called has decided."
        )
    if found.brought:
        found.notices.append(f"{FASHION_MNIST.title} comes with the program.")
    return found


def _recognise(file: PackedFile, found: _Found) -> Generator[Progress, None, None]:
    """Note what a file is, by its shape, else by its checksum, else by what it is called."""
    header = IdxHeader.of(file.start())
    known = _Known(file, header, file.path.stat().st_size if header is None else header.size)
    fitting = list(_fitting(file, header))
    if len(fitting) == 1 and not fitting[0].original.unpacked:
        found.known.setdefault(fitting[0].place, known)
        return
    if fitting:
        proven = yield from _proven(file, known.size)
        if proven == FASHION_MNIST.key:
            found.brought = True
            return
        if proven is not None:
            found.known[proven] = replace(known, is_proven=True)
            return
    called = _by_name(fitting, file)
    if called is not None:
        found.known.setdefault(called.place, known)
        titles = listed(dict.fromkeys(fit.original.title for fit in fitting))
        found.guessed.setdefault(titles, []).append(file.name)
    elif header is not None:
        found.unknown.append(IdxFile(file, header))


def _return_lonely_labels(found: _Found) -> None:
    """Have labels that are as many as those of a known data set go with images of another."""
    for original in ORIGINALS.values():
        for part in original.parts.values():
            known = found.known.get(part.labels)
            if known is None or part.images in found.known or known.is_proven:
                continue
            if found.unknown and known.header is not None:
                found.unknown.append(IdxFile(known.file, known.header))
                del found.known[part.labels]


def _fitting(file: PackedFile, header: IdxHeader | None) -> Iterator[_Fit]:
    """Yield what a file may be by its shape."""
    lines = _lines(file) if header is None else None
    for original in ORIGINALS.values():
        for split, place, expected in original.headers():
            of_text = (original.parts[split].count, original.side**2)
            if lines == of_text if expected is None else header == expected:
                yield _Fit(original, split, place)


def _lines(file: PackedFile) -> tuple[int, int] | None:
    """Return how many lines of how many pixels a text as that of USPS has; None for another one."""
    first, newline, _ = file.start().partition(b"\n")
    if not newline or not TEXT_LINE.fullmatch(first):
        return None
    content = bytearray()
    for piece in file.pieces():
        content += piece
        if len(content) > _LARGEST_TEXT:
            return None
    return len(content.splitlines()), first.count(b":")


def _proven(file: PackedFile, size: int) -> Generator[Progress, None, str | None]:
    """Return the place of a file by its checksum, the key of what comes with the program, or None.

    Torchvision knows those of packed files, and there may be others of what is in them.
    """
    packed, content, of_bundle = md5(), md5(), hashlib.sha256()
    for piece in file.pieces(unpacked=False):
        packed.update(piece)
    done = 0
    for piece in file.pieces():
        content.update(piece)
        of_bundle.update(piece)
        done += len(piece)
        yield Progress(done, size, f"Comparing {file.name}…")
        if done > size:
            return None
    if of_bundle.hexdigest() in _BUNDLED:
        return FASHION_MNIST.key
    for original in ORIGINALS.values():
        for each in original.files:
            if each.md5 == packed.hexdigest():
                return original.place_of(each)
        for at, known in original.unpacked.items():
            if known == content.hexdigest():
                return at
    return None


_BUNDLED = {file.sha256 for files in (FILES.images, FILES.labels) for file in files.values()}


def _by_name(fitting: list[_Fit], file: PackedFile) -> _Fit | None:
    """Return what a file and its folders are called after; nothing whose checksums are known."""
    called = "/".join(file.names).lower()
    fits = [fit for fit in fitting if not fit.original.unpacked]
    if len({fit.original.key for fit in fitting}) > 1:
        fits = [fit for fit in fits if any(name in called for name in fit.original.called)]
    if len(fits) > 1:
        is_test = _TEST_NAME.search(file.name.lower()) is not None
        fits = [fit for fit in fits if (fit.split is Split.TEST) == is_test]
    return fits[0] if len(fits) == 1 else None


def _put_all(found: _Found, cache: Path) -> Generator[Progress, None, None]:
    """Put the files of known data sets where they are read."""
    total, done = sum(each.size for each in found.known.values()), 0
    for at, known in list(found.known.items()):
        try:
            with closing(_put(known.file, known.size, cache / at)) as putting:
                for written in putting:
                    yield Progress(done + written, total, f"Unpacking {known.file.name}…")
        except PackedError as error:
            found.notices.append(str(error))
            del found.known[at]
        done += known.size


def _put(file: PackedFile, size: int, target: Path) -> Generator[int, None, None]:
    """Write one file, and yield how many bytes of it there are."""
    with replacing(target) as stream:
        if target.suffix == ".bz2":
            is_packed = file.start(unpacked=False).startswith(_BZ2)
            packer = bz2.BZ2Compressor()
            for piece in file.pieces(unpacked=not is_packed):
                stream.write(piece if is_packed else packer.compress(piece))
                yield min(stream.tell(), size)
            stream.write(b"" if is_packed else packer.flush())
            return
        written = 0
        for piece in file.pieces():
            written += stream.write(piece)
            if written > size:
                break
            yield written
        if written != size:
            raise PackedError(f"{file.name} is not as long as its header says.")
