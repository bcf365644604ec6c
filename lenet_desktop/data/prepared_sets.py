"""Data sets as networks read them, kept in the cache once they have been made ready.

Reading the original files takes torchvision, and a folder of pictures takes a while to decode. What
came of it is one file for each data set, which NumPy alone reads, and by which a run that learned
from it finds it again.
"""

from __future__ import annotations

import contextlib
import json
import logging
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lenet_desktop import assets
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import ImageSet, Split, read_only
from lenet_desktop.storage.files import replacing
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import why_not

log = logging.getLogger(__name__)

_FOLDER = "datasets"
_SUFFIX = ".npz"
_DIGITS = 16
"""How many digits of a fingerprint stand in a name."""
_INFO, _REMARK = "info", "remark"


class PreparedSets:
    """The data sets in a cache folder, and those that all users of the machine share.

    Each has an origin: the key of a data set that is known by name, or whatever tells that a folder
    of pictures would be made into the same one again.
    """

    def __init__(self, cache: Path) -> None:
        self._folder = cache / _FOLDER
        shared = assets.shared_data()
        self._shared = None if shared is None else shared / _FOLDER

    def save(self, parts: Mapping[Split, ImageSet], origin: str, remark: str = "") -> str | None:
        """Keep a data set; what had the same origin gives way.

        Args:
            parts: its images, of one data set.
            origin: of lower-case letters, digits and hyphens.
            remark: what else is to be known when it is found again.

        Returns:
            A sentence for the person if it cannot be kept; the images serve all the same.
        """
        info = parts[Split.TRAIN].info
        arrays: dict[str, Any] = {
            f"{split.value}-{name}": array
            for split, part in parts.items()
            for name, array in (("images", part.images), ("labels", part.labels))
        }
        for name, text in ((_INFO, json.dumps(asdict(info))), (_REMARK, remark)):
            arrays[name] = np.frombuffer(text.encode(), np.uint8)
        path = self._folder / f"{origin}-{info.fingerprint[:_DIGITS]}{_SUFFIX}"
        try:
            with replacing(path) as stream:
                np.savez(stream, **arrays)
            for other in _files_in(self._folder, origin):
                if other != path:
                    other.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s cannot be written", path, exc_info=True)
            return _(
                "{title} cannot be kept in {folder} ({reason}). It is made ready anew "
                "the next time."
            ).format(title=info.title, folder=self._folder, reason=why_not(error))
        return None

    def read(self, *, fingerprint: str = "", origin: str = "") -> Mapping[Split, ImageSet] | None:
        """Return a data set, found by its fingerprint or by its origin.

        None where it is not here, or too damaged to be used.
        """
        for path in self._files(origin, fingerprint):
            read = _read(path, tuple(Split))
            if read is not None and fingerprint in ("", read.info.fingerprint):
                return read.parts
        return None

    def remark(self, origin: str) -> str:
        """Return what else was said of the data set of an origin; empty where it is not here."""
        read = next(filter(None, (_read(path, ()) for path in self._files(origin))), None)
        return "" if read is None else read.remark

    def read_split(self, split: Split, fingerprint: str) -> ImageSet | None:
        """Return one part of a data set, as `read` does."""
        for path in self._files(fingerprint=fingerprint):
            read = _read(path, (split,))
            if read is not None and read.info.fingerprint == fingerprint:
                return read.parts[split]
        return None

    def has(self, origin: str) -> bool:
        """Tell whether there is a file of an origin, without reading it."""
        return bool(self._files(origin))

    def path_of(self, fingerprint: str) -> Path | None:
        """Return the file of a data set, None where it is not here."""
        return next(iter(self._files(fingerprint=fingerprint)), None)

    def forget(self, origin: str, keep: Collection[str] = ()) -> None:
        """Delete what there is of an origin, if it can be deleted.

        Args:
            origin: of one, or with a * of several.
            keep: the fingerprints of those that stay.
        """
        kept = {fingerprint[:_DIGITS] for fingerprint in keep}
        for path in _files_in(self._folder, origin):
            if path.stem[-_DIGITS:] not in kept:
                with contextlib.suppress(OSError):
                    path.unlink()

    def infos(self) -> Iterator[DatasetInfo]:
        """Yield what is known of each data set, without reading its images."""
        for path in self._files():
            read = _read(path, ())
            if read is not None:
                yield read.info

    def has_any(self, origin: str) -> bool:
        """Whether anything is here whose origin begins like that."""
        return bool(self._files(f"{origin}*"))

    def _files(self, origin: str = "", fingerprint: str = "") -> list[Path]:
        folders = [self._folder] if self._shared is None else [self._folder, self._shared]
        return [path for each in folders for path in _files_in(each, origin, fingerprint)]


class _Stored(NamedTuple):
    info: DatasetInfo
    remark: str
    parts: Mapping[Split, ImageSet]


def _files_in(folder: Path, origin: str = "", fingerprint: str = "") -> list[Path]:
    digits = fingerprint[:_DIGITS] or "[0-9a-f]" * _DIGITS
    try:
        return sorted(folder.glob(f"{origin or '*'}-{digits}{_SUFFIX}"))
    except OSError:
        return []


def _read(path: Path, splits: tuple[Split, ...]) -> _Stored | None:
    """Return what is known of a data set and some of its parts, None where the file is damaged."""
    try:
        # np.load leaves a damaged file open that it has opened itself.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            info = DatasetInfo.from_dict(json.loads(file[_INFO].tobytes()))
            remark = file[_REMARK].tobytes().decode()
            parts = {split: _part(file, split, info) for split in splits}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        log.warning("%s cannot be read: %s", path, error)
        return None
    return _Stored(info, remark, parts)


def _part(file: Mapping[str, npt.NDArray[Any]], split: Split, info: DatasetInfo) -> ImageSet:
    """Return one part; the file has a checksum of each array, which says whether it is damaged.

    Raises:
        ValueError: the arrays are none of this data set.
    """
    images, labels = file[f"{split.value}-images"], file[f"{split.value}-labels"]
    is_whole = images.dtype == labels.dtype == np.uint8 and labels.shape == images.shape[:1]
    if not is_whole or images.shape[1:] != info.shape or not len(labels):
        raise ValueError(_("the arrays do not fit each other"))
    if labels.max() >= len(info.class_names):
        raise ValueError(_("there is a label without a class"))
    return ImageSet(read_only(images), read_only(labels), info)
