"""Writing files so that they are either as they were or whole, whatever happens meanwhile."""

import contextlib
import os
import secrets
import time
from pathlib import Path

_PART = ".part"
_ABANDONED_AFTER_S = 3_600


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` at `path`, making its folder; two processes may do so at the same time.

    Raises:
        OSError: it cannot be written; what was at `path` is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(path)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}{_PART}")
    # Not mkstemp, whose files nobody but their owner may read, whatever the person is used to.
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary, flags, 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk, too, where the system lets a folder be synced."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_abandoned(path: Path) -> None:
    """Delete what an earlier writing of `path` left when it was killed, a good while ago."""
    for part in path.parent.glob(f"{path.name}.*{_PART}"):
        with contextlib.suppress(OSError):  # another process may be quicker
            if time.time() - part.stat().st_mtime > _ABANDONED_AFTER_S:
                part.unlink()
