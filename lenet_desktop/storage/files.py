"""Writing files so that they are either as they were or whole, whatever happens meanwhile."""

import contextlib
import errno
import logging
import os
import re
import secrets
import shutil
import stat
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from filelock import BaseFileLock, FileLock, Timeout

from lenet_desktop.text.language import _

log = logging.getLogger(__name__)

_PART = ".part"
_ABANDONED_AFTER_S = 3_600
_LONGEST_PREFIX = 100
"""Bytes of a name that the name of its temporary file begins with; any file system has the room."""
_LONGEST_STEM = 60
_LONGEST_WAIT_S = 1.0
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
"""What Windows takes for a device, whatever suffix follows."""


def write_atomically(path: Path, content: bytes, *, tidies: bool = True) -> None:
    """Put `content` at `path`, making its folder; two processes may do so at the same time.

    Args:
        path: where.
        content: what.
        tidies: whether to look for what earlier writings left there that were killed.

    Raises:
        OSError: it cannot be written; what was at `path` is still there.
    """
    with replacing(path, tidies=tidies) as stream:
        stream.write(content)


@contextlib.contextmanager
def replacing(path: Path, *, tidies: bool = True) -> Iterator[BinaryIO]:
    """Write a file that takes the place of `path`, whose folder is made, when it is whole.

    Where `path` is a link, what it points to is replaced and the link stays. Permissions stay, too.

    Raises:
        OSError: it cannot be written, or there is something at `path` that is no plain file, as a
            folder or a device; the error names `path`, and what was there is still there.
    """
    with _naming(path):
        target, before = _place(path)
        if before is not None and not stat.S_ISREG(before.st_mode):
            raise _no_plain_file(before)
        if before is not None and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        temporary = _beside(target, tidies=tidies)
        # Not mkstemp, whose files nobody but their owner may read, whatever the person is used to.
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
        handle = os.open(temporary, flags, 0o666)
        try:
            with os.fdopen(handle, "w+b") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            if before is not None:
                temporary.chmod(stat.S_IMODE(before.st_mode))
            temporary.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(target.parent)


def write_folder(path: Path, name: str, content: bytes) -> None:
    """Make a folder with one file in it, so that nobody ever sees half of it.

    Raises:
        OSError: it cannot be made, or there is something at `path` that is no empty folder; the
            error names `path`.
    """
    with _naming(path):
        target, before = _place(path)
        if before is not None and not stat.S_ISDIR(before.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, _("there is something that is no folder"))
        temporary = _beside(target)
        try:
            write_atomically(temporary / name, content)
            if before is not None:
                target.rmdir()  # only if it is empty; Windows replaces no folder, not even then
            temporary.replace(target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def file_stem(text: str, fallback: str) -> str:
    """Return a name for a file, without its suffix, that says `text` and that every system takes.

    Args:
        text: any text.
        fallback: taken where nothing of `text` is left, and in front of the name of a device.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    stem = re.sub(r"[^\w-]+", "-", plain).strip("-")[:_LONGEST_STEM].rstrip("-")
    return f"{fallback}-{stem}" if _RESERVED.fullmatch(stem) else stem or fallback


def claim(lock: BaseFileLock) -> bool:
    """Take a lock at once; False where another process has it. Where there can be none, all may."""
    try:
        lock.acquire()
    except Timeout:
        return False
    except (OSError, NotImplementedError):  # as on some network disks
        log.info("%s cannot be locked", lock.lock_file, exc_info=True)
    return True


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other windows from reading and writing `path` until this one has done both.

    Whoever waits for a second goes on all the same: a window that hangs must not hang another.
    Where there can be no lock, as on some network folders, there is none.
    """
    lock = FileLock(f"{path}.lock", timeout=_LONGEST_WAIT_S)
    with contextlib.suppress(OSError, NotImplementedError):  # a time-out is an OSError, too
        lock.acquire(poll_interval=0.01)
    try:
        yield
    finally:
        lock.release()


def set_aside(path: Path) -> Path:
    """Rename a file to the first free name for damaged ones and return that name.

    Raises:
        OSError: it cannot be renamed and is where it was.
    """
    return path.rename(aside_of(path))


def aside_of(path: Path) -> Path:
    """Return the first free name for damaged files of this name."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return aside


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Have errors name `path` rather than a temporary file that a person never heard of."""
    try:
        yield
    except OSError as error:
        named = None if error.filename is None else Path(os.fsdecode(error.filename))
        if named is None or named in path.parents or any(_is_part(part) for part in named.parts):
            error.filename, error.filename2 = str(path), None
        raise


def _place(path: Path) -> tuple[Path, os.stat_result | None]:
    """Return where `path` leads to, and what is there if anything is; the folder is made."""
    try:
        taken = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:  # half a character
        taken = False
    if not taken:
        raise OSError(errno.EINVAL, _("the system takes no such name"))
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error
    try:
        return target, target.stat()
    except FileNotFoundError:
        return target, None


def _no_plain_file(status: os.stat_result) -> OSError:
    if stat.S_ISDIR(status.st_mode):
        return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return OSError(errno.EINVAL, _("it is no plain file"))


def _beside(target: Path, *, tidies: bool = True) -> Path:
    """Return a new name in the same folder; it `tidies` what was left there a good while ago."""
    prefix = target.name
    while len(os.fsencode(prefix)) > _LONGEST_PREFIX:
        prefix = prefix[:-1]
    if tidies:
        remove_abandoned(target.parent, f"{prefix}.")
    return target.with_name(f"{prefix}.{secrets.token_hex(8)}{_PART}")


def _is_part(name: str) -> bool:
    return name.endswith(_PART)


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk, too, where the system lets a folder be synced."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove_abandoned(folder: Path, prefix: str = "") -> None:
    """Delete what earlier writings of files left that were killed, a good while ago.

    Args:
        folder: where they were written.
        prefix: what their names begin with.
    """
    with contextlib.suppress(OSError):
        # Several times as fast as paths are made, and the folder of a long run has thousands.
        for name in os.listdir(folder):  # noqa: PTH208
            if name.startswith(prefix) and _is_part(name):
                part = folder / name
                with contextlib.suppress(OSError):  # another process may be quicker
                    if is_abandoned(part):
                        part.unlink()


def is_abandoned(path: Path) -> bool:
    """Tell whether nothing has been done to a file, or to what is in a folder, for an hour.

    Raises:
        OSError: it is not there any more.
    """
    return time.time() - path.stat().st_mtime > _ABANDONED_AFTER_S
