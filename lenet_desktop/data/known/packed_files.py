"""The files in a folder, in zips and in what `gzip` and `bzip2` make, told by their content.

Nobody vouches for them: nothing is unpacked to where a zip says, names serve for sentences only,
and all is read in pieces, by whoever knows when it is enough.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import hashlib
import os
import re
import zipfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from lenet_desktop.data.known.idx import IdxHeader
from lenet_desktop.storage.zips import (
    DAMAGE,
    RefusedError,
    check_apart,
    check_readable,
    is_plain,
    open_zip,
)
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import one_line, whole, why_not

MOST_FILES = 10_000
"""Files that are looked at; a folder with more is hardly one of data sets."""
_GLANCED_AT = 20
_MOST_MEMBERS = 1_000
_LARGEST_ZIP = 2**32
_PIECE, _START = 2**20, 2**14
"""Bytes that are read at once, of all of a file and of its beginning."""

_UNPACKERS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda packed: gzip.GzipFile(fileobj=packed),
    b"BZh": bz2.BZ2File,
}
_ZIP = b"PK\x03\x04"
TEXT_LINE = re.compile(rb"\s*\d+( \d+:\S+)+\s*")
"""An image as a line of text: its class, and each pixel with its number (LIBSVM's format)."""


class PackedError(Exception):
    """A file cannot be used; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file, or one that a zip holds.

    Attributes:
        path: the file.
        member: what it is in the zip, None of a file by itself.
    """

    path: Path
    member: zipfile.ZipInfo | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What it and the folders around it are called, itself last."""
        inside = () if self.member is None else self.member.filename.split("/")
        return (*self.path.parts[-3:], *inside)

    @property
    def name(self) -> str:
        """What it is called, for a sentence."""
        return one_line(self.names[-1])

    def pieces(
        self, *, unpacked: bool = True, at_once: int = _PIECE
    ) -> Generator[bytes, None, None]:
        """Yield what is in it, or else what is stored of it, so many bytes at once.

        Raises:
            PackedError: it cannot be read to its end.
        """
        with _reason_told(self.name), contextlib.ExitStack() as stack:
            if self.member is None:
                stream: Any = stack.enter_context(self.path.open("rb"))
            else:
                archive = stack.enter_context(open_zip(self.path, _LARGEST_ZIP))
                stream = stack.enter_context(archive.open(self.member))
            unpacker = _unpacker(stream.peek(8)) if unpacked else None
            if unpacker is not None:
                stream = stack.enter_context(unpacker(stream))
            while piece := stream.read(at_once):
                yield piece

    def start(self, *, unpacked: bool = True) -> bytes:
        """Return its first few thousand bytes.

        Raises:
            PackedError: it cannot be read.
        """
        with contextlib.closing(self.pieces(unpacked=unpacked, at_once=_START)) as pieces:
            return next(pieces, b"")


def files_in(place: Path, unusable: list[str]) -> Iterator[PackedFile]:
    """Yield what there is in a folder, or in a single file, in the order of the names.

    Args:
        place: the folder or the file.
        unusable: takes a sentence for each file that cannot be used.
    """
    paths = [place] if place.is_file() else list(islice(_below(place), MOST_FILES + 1))
    if len(paths) > MOST_FILES:
        unusable.append(
            _("{place} has more than {most_files} files; some are left out.").format(
                place=one_line(place), most_files=whole(MOST_FILES)
            )
        )
    for path in sorted(paths[:MOST_FILES]):
        try:
            yield from _opened(path)
        except PackedError as error:
            unusable.append(str(error))


def is_of_packed_files(place: Path) -> bool:
    """Tell whether what lies first in a folder, or a file, holds images or labels of a data set."""
    for file in islice(files_in(place, []), _GLANCED_AT):
        with contextlib.suppress(PackedError):
            start = file.start()
            if IdxHeader.of(start) or TEXT_LINE.fullmatch(start.partition(b"\n")[0]):
                return True
    return False


def _below(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, but for those that a system has put there."""
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in names:
            path = Path(at) / name
            if not name.startswith(".") and path.is_file():
                yield path


def _opened(path: Path) -> list[PackedFile]:
    """Return what a file holds: itself, or the files of a zip."""
    with _reason_told(one_line(path.name)):
        with path.open("rb") as stream:
            is_zip = stream.read(len(_ZIP)) == _ZIP
        if not is_zip:
            return [PackedFile(path)]
        with open_zip(path, _LARGEST_ZIP) as archive:
            members = [each for each in archive.infolist() if is_plain(each) and not each.is_dir()]
        size = path.stat().st_size
        for member in members:
            check_readable(member, member.filename, size)
        check_apart(members, size)
        if len(members) > _MOST_MEMBERS:
            raise RefusedError(_("it holds too many files"))
        return [PackedFile(path, member) for member in members]


def md5() -> hashlib._Hash:
    """Return torchvision's kind of checksum, also where it must not be used for secrets."""
    return hashlib.md5(usedforsecurity=False)


@contextlib.contextmanager
def _reason_told(name: str) -> Iterator[None]:
    """Say in a sentence what is wrong with a file."""
    try:
        yield
    except (RefusedError, OSError, *DAMAGE) as error:
        reason = one_line(why_not(error))
        raise PackedError(
            _("{name} cannot be used: {reason}.").format(name=name, reason=reason)
        ) from error


def _unpacker(start: bytes) -> Callable[[IO[bytes]], Any] | None:
    return next((each for magic, each in _UNPACKERS.items() if start.startswith(magic)), None)
