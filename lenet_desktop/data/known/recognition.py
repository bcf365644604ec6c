"""Tells which data sets files are of, by what is in them.

The shapes that idx files state tell most data sets apart, and checksums those of MNIST's shape.
Where nobody knows the checksums, what files and folders are called decides, which is said.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from lenet_desktop.data.folders.idx_folder import IdxFile
from lenet_desktop.data.images import Split
from lenet_desktop.data.known.fashion_mnist import FASHION_MNIST, FILES
from lenet_desktop.data.known.idx import IdxHeader
from lenet_desktop.data.known.originals import ORIGINALS, Original
from lenet_desktop.data.known.packed_files import (
    TEXT_LINE,
    PackedError,
    PackedFile,
    files_in,
    md5,
)
from lenet_desktop.data.progress import Progress
from lenet_desktop.text.language import _, marked, ngettext
from lenet_desktop.text.wording import listed, sentences

_LARGEST_TEXT = 50_000_000
_TEST_NAME = re.compile("t10k|test")
_NAMED = marked("What they are called has decided.")
_UNNAMED = marked(
    "They are taken as a data set of your own. Where they are one of these, call their folder so."
)


@dataclass(frozen=True, slots=True)
class _Fit:
    """What a file may be by its shape: what is read from a place below the cache folder."""

    original: Original
    split: Split
    place: str


@dataclass(frozen=True, slots=True)
class Known:
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
class Found:
    """What a look through a folder has found.

    Attributes:
        known: the files of known data sets, by their places.
        unknown: the other idx files.
        guessed: files that have the shape of several data sets and no known checksum, by these and
            by whether a name has decided.
        brought: whether what comes with the program is among them.
        notices: sentences about the rest.
    """

    known: dict[str, Known] = field(default_factory=dict)
    unknown: list[IdxFile] = field(default_factory=list)
    guessed: dict[tuple[str, bool], list[str]] = field(default_factory=dict)
    brought: bool = False
    notices: list[str] = field(default_factory=list)


def look_through(place: Path) -> Generator[Progress, None, Found]:
    """Return what there is of data sets in a folder, or in a single file."""
    found = Found()
    for file in files_in(place, found.notices):
        yield Progress(0, 0, _("Looking at {name}…").format(name=file.name))
        try:
            yield from _recognise(file, found)
        except PackedError as error:
            found.notices.append(str(error))
    _return_lonely_labels(found)
    for (titles, is_named), names in found.guessed.items():
        text = ngettext(
            "{names} has the shape of {titles}, and no checksum that is known.",
            "{names} have the shape of {titles}, and no checksum that is known.",
            len(names),
        ).format(names=listed(names, 4), titles=titles)
        found.notices.append(sentences([text, _(_NAMED) if is_named else _(_UNNAMED)]))
    if found.brought:
        found.notices.append(_("{title} comes with the program.").format(title=FASHION_MNIST.title))
    return found


def _recognise(file: PackedFile, found: Found) -> Generator[Progress, None, None]:
    """Note what a file is, by its shape, else by its checksum, else by what it is called."""
    header = IdxHeader.of(file.start())
    known = Known(file, header, file.path.stat().st_size if header is None else header.size)
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
    if fitting:
        titles = listed(dict.fromkeys(fit.original.title for fit in fitting))
        found.guessed.setdefault((titles, called is not None), []).append(file.name)
    if called is not None:
        found.known.setdefault(called.place, known)
    elif header is not None:
        found.unknown.append(IdxFile(file, header))


def _return_lonely_labels(found: Found) -> None:
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
    first, newline, _other = file.start().partition(b"\n")
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
        yield Progress(done, size, _("Comparing {name}…").format(name=file.name))
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
