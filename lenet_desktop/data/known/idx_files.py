"""Data sets in the form of MNIST: four IDX files, bundled, unpacked, checked and read.

They are unpacked once into a cache folder laid out as torchvision expects, unless all users of the
machine share such a folder, and their SHA-256 is checked at every reading, so that a damaged or
half-written cache is noticed and made anew. Where the cache cannot be written, the same bytes serve
from memory.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lenet_desktop import assets
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import DataError, ImageSet, Split
from lenet_desktop.data.known.idx import read_array
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import sentences, why_not

log = logging.getLogger(__name__)


class IdxFile(NamedTuple):
    """One unpacked IDX file and what its content must be."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class IdxDataset:
    """A data set that travels with the program as IDX files.

    Attributes:
        info: what is known of it.
        bundle: the folder of the gzipped files, below the resources.
        unpacked: the folder of the unpacked ones, below the cache.
        images: the file of each part's images, N of side x side pixels.
        labels: the file of each part's labels.
    """

    info: DatasetInfo
    bundle: str
    unpacked: str
    images: Mapping[Split, IdxFile]
    labels: Mapping[Split, IdxFile]

    def read(self, split: Split, cache: Path) -> ImageSet:
        """Read one part with NumPy alone, unpacking it into `cache` first where needed.

        Raises:
            DataError: the bundled files are missing or damaged.
        """
        images, image_notice = self._checked_bytes(self.images[split], cache)
        labels, label_notice = self._checked_bytes(self.labels[split], cache)
        pixels = read_array(images)[:, np.newaxis]
        return ImageSet(pixels, read_array(labels), self.info, image_notice or label_notice)

    def raw_folder(self, cache: Path) -> Path:
        """Return where torchvision looks for the unpacked files below its root `cache`."""
        return cache / self.unpacked / "raw"

    def _checked_bytes(self, file: IdxFile, cache: Path) -> tuple[bytes, str | None]:
        """Return the content of `file`, and a notice if the cache had to be done without."""
        shared = assets.shared_data()
        if shared is not None:
            with contextlib.suppress(OSError):
                content = (self.raw_folder(shared) / file.name).read_bytes()
                if _is_intact(content, file):
                    return content, None
        path = self.raw_folder(cache) / file.name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            content = b""
        except OSError as error:  # which says nothing about what is in it
            log.warning("%s cannot be read: %s", path, error)
            return self.unpack(file), _done_without(
                _("The data folder {folder} cannot be read ({reason})."), path, error
            )
        if _is_intact(content, file):
            return content, None
        if content:
            log.warning("%s is damaged; it is unpacked anew.", path)
        content = self.unpack(file)
        try:
            write_atomically(path, content)
        except OSError as error:
            log.warning("%s cannot be written: %s", path, error)
            return content, _done_without(
                _("The data folder {folder} cannot be written ({reason})."), path, error
            )
        return content, None

    def unpack(self, file: IdxFile) -> bytes:
        """Return the content of a bundled file.

        Raises:
            DataError: it is missing or damaged.
        """
        packed = assets.bundled_data(self.bundle) / f"{file.name}.gz"
        try:
            content = gzip.decompress(packed.read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(
                _(
                    "The bundled file {name} cannot be read ({error}). Install LeNet Desktop again."
                ).format(name=packed.name, error=error)
            ) from error
        if not _is_intact(content, file):
            raise DataError(
                _(
                    "The bundled file {name} is not the original. Install LeNet Desktop again."
                ).format(name=packed.name)
            )
        return content


def _done_without(sentence: str, path: Path, error: OSError) -> str:
    told = sentence.format(folder=path.parent, reason=why_not(error))
    return sentences([told, _("The images are read from memory this time; everything works.")])


def _is_intact(content: bytes, file: IdxFile) -> bool:
    return hashlib.sha256(content).hexdigest() == file.sha256
