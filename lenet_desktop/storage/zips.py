"""Opening a zip that nobody vouches for."""

from __future__ import annotations

import contextlib
import io
import logging
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import figure, quoted

log = logging.getLogger(__name__)

_LARGEST_READ = 2**20  # bytes at once; the directory of 1,000 files has 80 kB, from macOS 0.4 MB
_ENCRYPTED = 0x1
# All that zipfile is known to raise for an archive that does not make sense.
DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error,
    EOFError, ValueError, RuntimeError, IndexError, OverflowError,
)  # fmt: skip


class RefusedError(Exception):
    """Why a file cannot be used, as the end of a sentence without its full stop."""


class _BoundedReader(io.BufferedReader):
    """A file that is never read in pieces larger than any part of an archive's directory.

    `zipfile` reads the directory at once and makes an object of each entry, however many the file
    says there are.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = _LARGEST_READ + 1 if size is None or size < 0 else size
        if wanted > _LARGEST_READ + 1:
            raise RefusedError(_("it holds too many files"))
        content = super().read(wanted)
        if len(content) > _LARGEST_READ:
            raise RefusedError(_("it holds too many files"))
        return content


@contextlib.contextmanager
def open_zip(file: Path, largest: int) -> Iterator[zipfile.ZipFile]:
    """Open a zip; it is closed when the context ends.

    Args:
        file: what may be one.
        largest: how many bytes it may have.

    Raises:
        RefusedError: it is none, or is made to do harm.
        OSError: it cannot be read.
    """
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for
        raise RefusedError(_("it is no file"))
    if status.st_size > largest:
        raise RefusedError(
            _("it is too large ({size} GB)").format(size=figure(status.st_size / 1e9, ".1f"))
        )
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(_BoundedReader(io.FileIO(file)))
        with damage_told(_("it is no zip file, or not a whole one")):
            archive = stack.enter_context(zipfile.ZipFile(stream))
        yield archive


def check_readable(entry: zipfile.ZipInfo, name: str, size: int) -> None:
    """See that an entry of a zip of `size` bytes can be read; `name` is what it is called.

    Raises:
        RefusedError: it cannot.
    """
    if entry.flag_bits & _ENCRYPTED:
        raise RefusedError(_("it is encrypted"))
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedError(_("it is packed in a way that this program does not know"))
    if not 0 <= entry.header_offset < size:
        raise RefusedError(_("its {name} is damaged").format(name=quoted(name)))


def check_apart(entries: Iterable[zipfile.ZipInfo], size: int) -> None:
    """See that the entries of a zip of `size` bytes can lie beside each other.

    Raises:
        RefusedError: they cannot, so that a few bytes are unpacked again and again.
    """
    if sum(entry.compress_size for entry in entries) > size:
        raise RefusedError(_("its files overlap"))


def is_plain(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry is a file, and its name the one that is read."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return entry.filename == entry.orig_filename and kind in (0, stat.S_IFREG)


@contextlib.contextmanager
def damage_told(reason: str) -> Iterator[None]:
    """Say one sentence for whatever `zipfile` has against an archive."""
    try:
        yield
    except DAMAGE as error:
        log.info("A zip cannot be read", exc_info=True)
        raise RefusedError(reason) from error
