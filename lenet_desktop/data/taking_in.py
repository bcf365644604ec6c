"""Takes in original files that somebody has already, recognised by their content.

They are put where torchvision's readers look for them.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import DataError
from lenet_desktop.data.originals import ORIGINALS, is_here
from lenet_desktop.data.progress import Progress
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.text.wording import one_line


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of it.

    Attributes:
        keys: the data sets that are complete now.
        own: what became a data set of one's own, if any; it is found again by its fingerprint.
        notices: sentences for the person, on what is ambiguous, missing or was not used.
    """

    keys: tuple[str, ...]
    own: DatasetInfo | None = None
    notices: tuple[str, ...] = ()


def take_in(place: Path, cache: Path) -> Generator[Progress, None, TakenIn]:
    """Look through a folder or a single file for original files, and put them in their places.

    Args:
        place: a folder, or an idx, gz, bz2 or zip file.
        cache: the folder below which the files shall lie.

    Returns:
        What was found, as the value of the generator.

    Raises:
        DataError: there is nothing of use; the message says what would be.
    """
    known = {file.md5: (each, file) for each in ORIGINALS.values() for file in each.files}
    paths = (
        sorted(path for path in place.iterdir() if path.is_file()) if place.is_dir() else [place]
    )
    for path in paths:
        content = path.read_bytes()
        original, file = known.get(
            hashlib.md5(content, usedforsecurity=False).hexdigest(), (None, None)
        )
        if original is None or file is None:
            continue
        yield Progress(0, len(content), f"Unpacking {path.name}.")
        name = file.name.removesuffix(".gz")
        for target in original.places:
            if target.rpartition("/")[2] == name:
                unpacked = gzip.decompress(content) if name != file.name else content
                write_atomically(cache / target, unpacked)
    keys = tuple(key for key in ORIGINALS if is_here(key, cache))
    if not keys:
        raise DataError(
            f"{one_line(place)} holds no original files of a data set. They are idx, gz, bz2 or "
            "zip files."
        )
    return TakenIn(keys)
