"""A person's own pictures with their labels: a small collection, kept where runs and marks are.

Each is a PNG of its own, as it was but for its size, which says its label, too, and how it is
prepared where that is not as for others: so one that is damaged takes no other with it, nothing can
get out of step, and any program can show the folder.

A label is the name of a class, and counts for every data set that has a class of that name: a drawn
7 is one for MNIST and for USPS alike. The fingerprint of a data set would tie it to one of them.
"""

from __future__ import annotations

import io
import logging
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from lenet_desktop.data.dataset_info import LONGEST_NAME
from lenet_desktop.data.pictures.geometry import scaled
from lenet_desktop.data.pictures.picture_files import PictureError, Pixels, read_picture, read_texts
from lenet_desktop.data.pictures.preparation import Preparation
from lenet_desktop.storage.files import (
    locked,
    remove_abandoned,
    set_aside,
    write_atomically,
)
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, listed, one_line, quoted, sentences, whole, why_not

log = logging.getLogger(__name__)

FOLDER = "pictures"
"""Where they are, in the folder in which runs and marks are kept."""
MOST_PICTURES = 1_000
LONGEST_SIDE = 560
"""Pixels, as the paper has on which one draws; larger pictures are scaled down by area."""
LARGEST_PICTURE = 2**20
"""Bytes. Colours at random, 560 x 560, take 0.94 MB."""
KEY = re.compile("0[0-9a-f]{19}")
"""The name of a picture's file: microseconds since 1970 and a random number, hexadecimal."""
_DIGITS_OF_TIME = 14

_SUFFIX = ".png"
_LABEL, _HOW = "Label", "Preparation"
"""Under which keywords a file says what it is, and how it is prepared."""
_MOST_NAMED = 3
_NOT_READ = marked("The picture cannot be read ({folder}: {reason}).")
_NOT_RELABELLED = marked("The picture cannot be given another label ({folder}: {reason}).")
_NOT_DELETED = marked("The picture cannot be deleted ({folder}: {reason}).")
_NOT_KEPT = marked("The picture cannot be kept ({folder}: {reason}).")


class OwnPictureError(ValueError):
    """Something cannot be done with an own picture; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class OwnPicture:
    """A picture that is kept.

    Attributes:
        key: what no other picture has, nor will have; in the order in which they were kept.
        label: the name of its class.
        how: how it is prepared for a network; None as any picture is for the data set.
    """

    key: str
    label: str
    how: Preparation | None = None


class OwnPictures:
    """The collection in a folder, which several windows may use at the same time.

    Attributes:
        notice: a sentence about what could not be read the last time, else None.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.notice: str | None = None

    def read(self) -> list[OwnPicture]:
        """Return all that are kept, the oldest first; what cannot be used is set aside."""
        pictures: list[OwnPicture] = []
        lost: list[str] = []
        self.notice = None
        try:
            keys = self._keys()
        except OSError as error:
            self.notice = _("Your own pictures cannot be read ({folder}: {reason}).").format(
                folder=self._folder, reason=why_not(error)
            )
            return []
        for key in keys[:MOST_PICTURES]:
            try:
                pictures.append(OwnPicture(key, *_said_in(self._content(key))))
            except OwnPictureError as error:
                lost.append(self._give_up(key, error))
            except OSError as error:
                log.warning("%s cannot be read: %s", self._path(key), error)
                lost.append(f"{key}{_SUFFIX} ({why_not(error)})")
        if lost:
            self.notice = counted(
                len(lost),
                "{count} own picture cannot be used: {names}, in {folder}.",
                "{count} own pictures cannot be used: {names}, in {folder}.",
                names=listed(lost, _MOST_NAMED),
                folder=self._folder,
            )
        elif len(keys) > MOST_PICTURES:
            self.notice = _(
                "Only the first {most_pictures} of your own pictures are shown."
            ).format(most_pictures=whole(MOST_PICTURES))
        return pictures

    def pixels(self, key: str) -> Pixels:
        """Return a picture: uint8, (H, W) of a grey one and (H, W, 3) of a coloured one.

        Raises:
            OwnPictureError: it is gone, or damaged, and was set aside then.
        """
        try:
            return read_picture(self.content(key), _("An own picture")).pixels
        except PictureError as error:
            aside = _("It is {name} now.").format(name=self._give_up(key, error))
            raise OwnPictureError(sentences([str(error), aside])) from error

    def content(self, key: str) -> bytes:
        """Return what is in a picture's file.

        Raises:
            OwnPictureError: it is gone, or cannot be read.
        """
        try:
            return self._content(key)
        except OSError as error:
            raise self._not_done(_NOT_READ, error) from error

    def add(self, pixels: Pixels, label: str, how: Preparation | None = None) -> OwnPicture:
        """Keep a picture.

        Args:
            pixels: uint8 (H, W) or (H, W, 3); scaled down where there are too many.
            label: the name of its class.
            how: how it is prepared, if not as any picture is for the data set.

        Raises:
            OwnPictureError: it cannot be kept.
        """
        now = min(max(0, time.time_ns() // 10**3), 2**52 - 1)  # whatever the clock says
        key = f"{now:0{_DIGITS_OF_TIME}x}{secrets.token_hex(3)}"
        return self._keep(key, pixels, label, how)

    def take_in(self, key: str, content: bytes) -> OwnPicture | None:
        """Keep what was in the file of a picture, from elsewhere or from before it was deleted.

        Returns:
            None where there is a picture with this key already, which stays as it is.

        Raises:
            OwnPictureError: it is no picture with a label, or cannot be kept.
        """
        if KEY.fullmatch(key) is None or len(content) > LARGEST_PICTURE:
            raise OwnPictureError(_("The picture is none that was kept by this program."))
        said = _said_in(content)
        try:
            pixels = read_picture(content, _("The picture")).pixels
        except PictureError as error:
            raise OwnPictureError(str(error)) from error
        if self._path(key).exists():
            return None
        return self._keep(key, pixels, *said)

    def relabel(self, key: str, label: str) -> OwnPicture:
        """Give a picture another label.

        Raises:
            OwnPictureError: it is gone, or nothing can be written.
        """
        try:
            with locked(self._lock):
                _other, how = _said_in(self.content(key))
                self._write(key, self.pixels(key), label, how)
        except OSError as error:
            raise self._not_done(_NOT_RELABELLED, error) from error
        return OwnPicture(key, label, how)

    def delete(self, key: str) -> bytes:
        """Delete a picture; return what `take_in` brings it back with.

        Raises:
            OwnPictureError: it is gone, or cannot be deleted.
        """
        try:
            with locked(self._lock):
                content = self._content(key)
                self._path(key).unlink()
        except OSError as error:
            raise self._not_done(_NOT_DELETED, error) from error
        return content

    def _keep(self, key: str, pixels: Pixels, label: str, how: Preparation | None) -> OwnPicture:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            remove_abandoned(self._folder)  # as no other picture will ever have their names
            with locked(self._lock):
                if len(self._keys()) >= MOST_PICTURES:
                    raise OwnPictureError(
                        _(
                            "My pictures has room for {most_pictures}. Delete some that you "
                            "need no more."
                        ).format(most_pictures=whole(MOST_PICTURES))
                    )
                self._write(key, _shrunk(pixels), label, how)
        except OSError as error:
            raise self._not_done(_NOT_KEPT, error) from error
        return OwnPicture(key, label, how)

    def _write(self, key: str, pixels: Pixels, label: str, how: Preparation | None) -> None:
        from PIL import Image
        from PIL.PngImagePlugin import PngInfo

        _check_label(label)
        texts, stream = PngInfo(), io.BytesIO()
        texts.add_itxt(_LABEL, label)
        if how is not None:
            texts.add_itxt(_HOW, msgspec.json.encode(how).decode())
        Image.fromarray(np.ascontiguousarray(pixels)).save(stream, "PNG", pnginfo=texts)
        write_atomically(self._path(key), stream.getvalue())

    def _give_up(self, key: str, error: ValueError) -> str:
        """Set a file aside that is no picture; return what it is called now."""
        path = self._path(key)
        log.warning("%s cannot be used: %s", path, error)
        try:
            return _("{name} (set aside)").format(name=set_aside(path).name)
        except OSError:
            return path.name

    def _not_done(self, sentence: str, error: OSError) -> OwnPictureError:
        log.warning(sentence.format(folder=self._folder, reason=error))
        if isinstance(error, FileNotFoundError):
            return OwnPictureError(_("The picture is gone: another window may have deleted it."))
        told = _(sentence).format(folder=self._folder, reason=why_not(error))
        advice = _("Make room there, or make the folder writable, and try again.")
        return OwnPictureError(sentences([told, advice]))

    @property
    def _lock(self) -> Path:
        return self._folder / "pictures"

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_SUFFIX}"

    def _keys(self) -> list[str]:
        """Return the keys of all pictures, ascending; none while there is no folder."""
        try:
            paths = list(self._folder.iterdir())
        except FileNotFoundError:
            return []
        return sorted(
            path.stem for path in paths if path.suffix == _SUFFIX and KEY.fullmatch(path.stem)
        )

    def _content(self, key: str) -> bytes:
        with self._path(key).open("rb") as file:
            return file.read(LARGEST_PICTURE + 1)


def _said_in(content: bytes) -> tuple[str, Preparation | None]:
    """Return label and preparation as a picture's file has them, whose pixels are not looked at.

    Raises:
        OwnPictureError: it is no picture, or has no label.
    """
    if len(content) > LARGEST_PICTURE:
        raise OwnPictureError(_("The picture has more bytes than any that is kept."))
    try:
        texts = read_texts(content)
        label, how = texts.get(_LABEL, ""), texts.get(_HOW)
        prepared = None if how is None else msgspec.json.decode(how, type=Preparation)
    except (PictureError, msgspec.MsgspecError) as error:
        raise OwnPictureError(str(error)) from error
    _check_label(label)
    return label, prepared


def _check_label(label: str) -> None:
    if not label or len(label) > LONGEST_NAME or one_line(label) != label:
        raise OwnPictureError(
            _("{label} is no label. A class has a name on one line.").format(label=quoted(label))
        )


def _shrunk(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    longest = max(height, width)
    if longest <= LONGEST_SIDE:
        return pixels
    height, width = (max(1, round(edge * LONGEST_SIDE / longest)) for edge in (height, width))
    return scaled(pixels, height, width)
