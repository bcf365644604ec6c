"""Makes a person's own pictures ready for the network, on a thread of its own."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import ImageSet, read_only
from lenet_desktop.data.pictures.own_pictures import OwnPicture, OwnPictureError, OwnPictures
from lenet_desktop.data.pictures.preparation import prepare
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.worker import describing
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, listed, quoted, sentences, whole

_MOST_NAMED = 3
_PATIENCE_S = 0.5
"""Seconds after which it is told how far it is."""
Ready = dict[str, npt.NDArray[np.uint8]]
"""What is made of each picture, uint8 (channels, side, side), by its key."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnImages:
    """Own pictures as a network for a data set reads them.

    Attributes:
        pictures: those whose label is one of its classes, the oldest first.
        images: what was made of each; its notice says which pictures are not among them.
        notice: a sentence about what cannot be read, else None.
    """

    pictures: Sequence[OwnPicture]
    images: ImageSet
    notice: str | None


class OwnPicturesSession(LatestRequest):
    """Reads the collection anew when it is asked to; makes ready what it has not made before."""

    prepared = Signal(object)  # OwnImages
    progressed = Signal(str)  # a sentence about how far it is, where it takes longer

    def __init__(self, own: OwnPictures, parent: QObject | None = None) -> None:
        super().__init__(describing(_("Your own pictures cannot be shown")), parent)
        self._own = own
        self._info: DatasetInfo | None = None
        self._ready: Ready = {}

    def read(self, info: DatasetInfo) -> None:
        """Make the pictures ready for a data set as they are kept by now."""
        if info != self._info:
            self._info, self._ready = info, {}
        ready = self._ready  # only one thread at a time adds to it
        self.begin(lambda: _prepared(self._own, info, ready))

    def hear(self, report: object) -> None:
        """Pass on how far it is, and what is ready, which comes after the last picture."""
        if isinstance(report, str):
            self.progressed.emit(report)
        elif report is not None:
            self.cancel()
            self.prepared.emit(report)


def _prepared(
    own: OwnPictures, info: DatasetInfo, ready: Ready
) -> Generator[OwnImages | str | None, None, None]:
    """Yield after each picture, so that it can be given up, and all of them in the end.

    What is yielded before is None or, now and then, a sentence about how far it is.
    """
    shown: list[OwnPicture] = []
    waiting: list[str] = []
    kept = own.read()
    problems = [own.notice] if own.notice is not None else []
    told_at = time.monotonic()
    for number, picture in enumerate(kept):
        if time.monotonic() - told_at > _PATIENCE_S:
            told_at = time.monotonic()
            yield _("Your own pictures are being read: {number} of {count}…").format(
                number=whole(number), count=whole(len(kept))
            )
        if picture.label not in info.class_names:
            waiting.append(picture.label)
            continue
        try:
            if picture.key not in ready:
                pixels = own.pixels(picture.key)
                how = picture.how or info.preparation
                ready[picture.key] = prepare(pixels, info.side, info.channels, how).pixels
        except OwnPictureError as error:
            problems.append(str(error))
            continue
        shown.append(picture)
        yield None
    images = np.empty((len(shown), *info.shape), np.uint8)
    for place, picture in enumerate(shown):
        images[place] = ready[picture.key]
    labels = np.array([info.class_names.index(each.label) for each in shown], np.uint8)
    note = _wait(waiting, info, bool(shown))
    yield OwnImages(
        tuple(shown),
        ImageSet(read_only(images), read_only(labels), info, note),
        sentences(problems) or None,
    )


def _wait(labels: Sequence[str], info: DatasetInfo, others_are_shown: bool) -> str | None:
    """Say which pictures wait for a data set that has a class of their name."""
    if not labels:
        return None
    names = listed(map(quoted, dict.fromkeys(labels)), _MOST_NAMED)
    if others_are_shown:
        return counted(
            len(labels),
            "{count} more own picture waits for other data, as {title} has no class called "
            "{names}.",
            "{count} more own pictures wait for other data, as {title} has no class called "
            "{names}.",
            title=info.title,
            names=names,
        )
    return counted(
        len(labels),
        "{count} own picture waits for other data, as {title} has no class called {names}.",
        "{count} own pictures wait for other data, as {title} has no class called {names}.",
        title=info.title,
        names=names,
    )
