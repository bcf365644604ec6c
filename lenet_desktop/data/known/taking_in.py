"""Takes in original files that somebody has already, recognised by their content.

They are put where torchvision's readers look for them. What is of no known data set becomes one of
somebody's own.
"""

from __future__ import annotations

import bz2
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.idx_folder import read_idx_files
from lenet_desktop.data.images import DataError, Split
from lenet_desktop.data.known.originals import ORIGINALS, is_here
from lenet_desktop.data.known.packed_files import PackedError, PackedFile
from lenet_desktop.data.known.recognition import Found, look_through
from lenet_desktop.data.progress import Progress
from lenet_desktop.storage.files import replacing
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import listed, one_line, sentences, why_not

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
    found = yield from look_through(place)
    try:
        yield from _put_all(found, cache)
    except OSError as error:
        raise DataError(
            _(
                "The files cannot be written to {cache} ({reason}). Make room there, or "
                "choose another folder."
            ).format(cache=one_line(cache), reason=why_not(error))
        ) from error
    touched = [each for each in ORIGINALS.values() if each.places & found.known.keys()]
    for each in touched:
        missing = [] if is_here(each.key, cache) else each.missing(cache)
        if missing:
            names = listed(at.rpartition("/")[2] for at in missing)
            found.notices.append(
                _("{title} is not complete yet without {names}.").format(
                    title=each.title, names=names
                )
            )
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


def _nothing(place: Path, found: Found) -> str:
    if found.notices:
        return sentences(found.notices)
    text = (
        _("{place} holds no files of a data set. Choose a folder of idx, gz, bz2 or zip files.")
        if place.exists()
        else _("{place} is not there. Choose a folder of idx, gz, bz2 or zip files.")
    )
    return text.format(place=one_line(place))


def _put_all(found: Found, cache: Path) -> Generator[Progress, None, None]:
    """Put the files of known data sets where they are read."""
    total, done = sum(each.size for each in found.known.values()), 0
    for at, known in list(found.known.items()):
        try:
            with closing(_put(known.file, known.size, cache / at)) as putting:
                for written in putting:
                    yield Progress(
                        done + written, total, _("Unpacking {name}…").format(name=known.file.name)
                    )
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
            raise PackedError(_("{name} is not as long as its header says.").format(name=file.name))
