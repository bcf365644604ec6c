"""Downloads of original files, the only thing here that asks anything of a network.

What has come stays when a download breaks off, and the next one goes on from there. A file has its
name only once it is whole and what its checksum says.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import re
import shutil
import socket
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import filelock

from lenet_desktop import __version__
from lenet_desktop.data.images import DataError
from lenet_desktop.data.known.originals import (
    ORIGINALS,
    Original,
    OriginalFile,
    hand_folder,
    is_here,
)
from lenet_desktop.data.known.packed_files import md5
from lenet_desktop.data.known.taking_in import take_in
from lenet_desktop.data.progress import Progress
from lenet_desktop.storage.files import claim
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.text.wording import listed, one_line, why_not

_PIECE = 2**16
PATIENCE_S = 20.0
"""Seconds without a byte after which a server is given up."""
_FOLDER = "downloads"


class _BrokenError(Exception):
    """Why a server did not give a file, as the end of a sentence."""


def download(key: str, cache: Path) -> Generator[Progress, None, None]:
    """Download the files of a data set and put them where they are read from.

    Closing the generator ends it between two pieces; another call goes on from there.

    Args:
        key: the data set, of `originals.ORIGINALS`.
        cache: the folder below which its files shall lie.

    Raises:
        DataError: it cannot be got; the message says why, and what can be done instead.
    """
    original = ORIGINALS[key]
    folder = _folder(key, cache)
    if is_here(key, cache):
        _tidy_up(folder, cache)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(original, folder):
            yield from _fetch_all(original, folder)
            yield from _put_in_place(original, folder, cache)
    except OSError as error:
        raise DataError(
            _(
                "{title} cannot be written to {cache} ({reason}). Make room there, or "
                "choose another folder."
            ).format(title=original.title, cache=one_line(cache), reason=why_not(error))
        ) from error


@contextlib.contextmanager
def _alone(original: Original, folder: Path) -> Iterator[None]:
    """Keep other windows and terminals from downloading the same at the same time."""
    lock = filelock.FileLock(folder / ".lock", timeout=0, thread_local=False)
    if not claim(lock):
        raise DataError(
            _("{title} is being downloaded already, in another window or terminal.").format(
                title=original.title
            )
        )
    try:
        yield
    finally:
        lock.release()


def _fetch_all(original: Original, folder: Path) -> Generator[Progress, None, None]:
    done = 0
    for file in original.files:
        for size in _fetch(original, file, folder):
            total = max(original.size, done + size)
            yield Progress(done + size, total, _("Downloading {name}…").format(name=file.name))
        done += (folder / file.name).stat().st_size


def _put_in_place(original: Original, folder: Path, cache: Path) -> Generator[Progress, None, None]:
    taken = yield from take_in(folder, cache)
    _tidy_up(folder, cache)
    if original.key not in taken.keys:
        for file in original.files:
            (folder / file.name).unlink(missing_ok=True)
        raise DataError(
            _("{title} came, but is not what it should be. Download it again.").format(
                title=original.title
            )
        )


def _folder(key: str, cache: Path) -> Path:
    """Return where the files of a data set are downloaded to, one for all that share one file."""
    return cache / _FOLDER / key.partition("-")[0]


def _tidy_up(folder: Path, cache: Path) -> None:
    """Delete what was downloaded, unless another data set that comes with it is not here yet."""
    if all(is_here(each, cache) for each in ORIGINALS if _folder(each, cache) == folder):
        shutil.rmtree(folder, ignore_errors=True)  # but for the lock, where that is held


def _fetch(original: Original, file: OriginalFile, folder: Path) -> Generator[int, None, None]:
    """Yield how many bytes of a file are here, until all are and its checksum holds.

    Raises:
        DataError: no server gives it.
        OSError: it cannot be written.
    """
    whole, part = folder / file.name, folder / f"{file.name}.part"
    if whole.exists():
        return
    reasons: list[str] = []
    # What is here already may have been damaged; then it all comes again, from the first.
    for url in (*file.urls, *file.urls[: part.exists()]):
        try:
            yield from _fetch_from(url, part)
        except _BrokenError as error:
            reasons.append(f"{urlsplit(url).hostname}: {one_line(error)}")
            continue
        if _md5(part) == file.md5:
            part.replace(whole)
            return
        part.unlink()
        reasons.append(
            _("{hostname}: what came is not the original").format(hostname=urlsplit(url).hostname)
        )
    tried = pgettext("between parts of a sentence", "; ").join(dict.fromkeys(reasons))
    names = listed(original.file_names)
    raise DataError(
        _(
            "{title} could not be downloaded ({tried}). See whether there is a network "
            "and try again: it goes on from where it stood. Or put {names} from "
            "elsewhere into {hand_folder}."
        ).format(
            title=original.title,
            tried=tried,
            names=names,
            hand_folder=one_line(hand_folder(folder.parent.parent)),
        )
    )


def _fetch_from(url: str, part: Path) -> Generator[int, None, None]:
    """Go on with a file from one server, and yield how many bytes of it are here.

    Raises:
        _BrokenError: not all of it came.
        OSError: it cannot be written.
    """
    begun = part.stat().st_size if part.exists() else 0
    with contextlib.closing(_answer(url, begun)) as answer:
        start, total = _extent(answer, begun)
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            file.truncate()
            yield file.tell()
            while piece := _piece(answer):
                file.write(piece)
                if total is not None and file.tell() > total:
                    raise _BrokenError(_("it sent more than it said"))
                yield file.tell()
            if total is not None and file.tell() < total:
                raise _BrokenError(_("the connection broke off"))


def _answer(url: str, begun: int) -> http.client.HTTPResponse:
    """Ask a server for a file from some byte on."""
    opener = urllib.request.build_opener()
    opener.addheaders = [("User-Agent", f"lenet-desktop/{__version__}")]
    if begun:
        opener.addheaders.append(("Range", f"bytes={begun}-"))
    try:
        answer: http.client.HTTPResponse = opener.open(url, timeout=PATIENCE_S)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and begun:
                return _answer(url, 0)
            raise _BrokenError(_reason(error)) from error
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenError(_reason(error)) from error
    return answer


def _extent(answer: http.client.HTTPResponse, begun: int) -> tuple[int, int | None]:
    """Return from which byte on an answer holds the file, and how long the file is if it says so.

    A server that knows no ranges sends the file from its beginning.
    """
    if answer.status == http.client.PARTIAL_CONTENT:
        stated = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
        if stated is None or int(stated[1]) != begun:
            raise _BrokenError(_("it sent another part of the file than it was asked for"))
        return begun, None if stated[2] == "*" else int(stated[2])
    return 0, answer.length


def _piece(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read1(_PIECE)
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenError(_reason(error)) from error


def _reason(error: Exception) -> str:
    """Return in a few words why a server did not give a file."""
    if isinstance(error, urllib.error.HTTPError):
        if error.code in (http.client.NOT_FOUND, http.client.GONE):
            return _("it has no such file any more")
        return _("it answers {code} {reason}").format(code=error.code, reason=error.reason)
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        return _reason(error.reason)
    if isinstance(error, TimeoutError):
        return _("no answer for {seconds} seconds").format(seconds=f"{PATIENCE_S:g}")
    if isinstance(error, socket.gaierror):
        return _("it is not found")
    if isinstance(error, http.client.IncompleteRead):
        return _("the connection broke off")
    return why_not(error)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, md5).hexdigest()
