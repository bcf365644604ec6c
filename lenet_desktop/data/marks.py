"""What a person noted about images: that a label is wrong, or that an image is ambiguous.

The marks are kept in a JSON file that several windows may use at the same time, and of which
nobody vouches for what it says: it is checked before it is believed, and what cannot be used is
set aside rather than written over.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import msgspec

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import Split
from lenet_desktop.storage.files import locked, set_aside, write_atomically
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import Worded, first_line, sentences, why_not

log = logging.getLogger(__name__)

FORMAT = "LeNet Desktop marks"
VERSION = 1
LONGEST_NOTE = 500
"""Characters."""
LARGEST_FILE = 2**26
"""Bytes; enough for a long note on each of 70,000 images."""

_NUMBERS = range(2**31)
"""Of images, however many a data set has."""
_DIGITS = 16
"""Of a fingerprint, in the name of a file."""

ImageKey = tuple[Split, int]


class MarkKind(Worded):
    """What is the matter with an image."""

    WRONG_LABEL = marked("label is wrong")
    AMBIGUOUS = marked("ambiguous")


class MarkError(ValueError):
    """A mark cannot be kept; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A person's mark on one image.

    Attributes:
        note: what the person wrote about it, at most `LONGEST_NOTE` characters.
    """

    kind: MarkKind
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.note) > LONGEST_NOTE:
            raise MarkError(
                _("A note has at most {longest_note} characters.").format(longest_note=LONGEST_NOTE)
            )
        try:
            self.note.encode()
        except UnicodeEncodeError as error:
            raise MarkError(_("The note holds half a character. Write it anew.")) from error


class _UnusableError(ValueError):
    """What a file holds cannot be used.

    Attributes:
        sentence: says so, with `{path}` for the file and perhaps `{reason}`.
    """

    def __init__(self, sentence: str, reason: str = "") -> None:
        super().__init__(sentence, reason)
        self.sentence, self.reason = sentence, reason


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    """A mark as it stands in the file."""

    split: Split
    number: Annotated[int, msgspec.Meta(ge=_NUMBERS.start, lt=_NUMBERS.stop)]
    kind: MarkKind
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)]


class _Head(msgspec.Struct):
    """What kind of file it is, whatever else stands in it."""

    format: str
    version: int


class _Document(_Head, forbid_unknown_fields=True, omit_defaults=True):
    """All of the file; `data` is the fingerprint of the images."""

    marks: list[_Entry]
    data: str = DEFAULT.fingerprint


class MarkStore:
    """The marks on all images of a data set, in memory and in a file of its own.

    Args:
        path: the file of the marks on the data set that is meant where none is named; those on
            another one stand beside it.
        info: the data set.

    Attributes:
        notice: a sentence about what went wrong when the marks were last read or saved, else None.
    """

    def __init__(self, path: Path, info: DatasetInfo = DEFAULT) -> None:
        own = f"{path.stem}-{info.fingerprint[:_DIGITS]}{path.suffix}"
        self._path = path if info.fingerprint == DEFAULT.fingerprint else path.with_name(own)
        self._data = info.fingerprint
        self._marks: dict[ImageKey, Mark] = {}
        self._unsaved: dict[ImageKey, Mark | None] = {}
        self.notice: str | None = None
        self.reload()

    @property
    def marks(self) -> Mapping[ImageKey, Mark]:
        """Every mark, by (split, number)."""
        return MappingProxyType(self._marks)

    def reload(self) -> str | None:
        """Read what other windows have saved; return a sentence if something went wrong."""
        try:
            if not self._path.exists():
                return None  # and no lock is made beside a file that is not there
            with locked(self._path):
                self.notice = self._merge()
        except OSError as error:
            self.notice = self._unreadable(error)
        return self.notice

    def set_mark(self, split: Split, number: int, mark: Mark | None) -> str | None:
        """Mark an image, or take its mark away with None, and save it.

        Marks that another window has saved meanwhile are kept; on the same image the one that is
        saved last holds. Where the file cannot be written the mark is kept in memory and saved
        along with the next one.

        Returns:
            A sentence if something went wrong, else None.

        Raises:
            MarkError: there is no such image.
        """
        key = (Split(split), number)
        if type(number) is not int or number not in _NUMBERS:
            raise MarkError(_("There is no image {number}.").format(number=str(number)[:20]))
        self._unsaved[key] = mark
        self._apply(self._unsaved)
        self.notice = self._save()
        return self.notice

    def _save(self) -> str | None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self._path):
                notice = self._merge()
                content = _written(self._marks, self._data)
                if len(content) > LARGEST_FILE:
                    return _(
                        "There is no more room for marks, so this one is kept only until "
                        "the window is closed. Shorten some notes."
                    )
                write_atomically(self._path, content)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path, error)
            return _(
                "The marks cannot be saved in {path} ({reason}). They are kept until "
                "the window is closed; make the folder writable and mark an image "
                "again."
            ).format(path=self._path, reason=why_not(error))
        self._unsaved.clear()
        return notice

    def _merge(self) -> str | None:
        """Take over what the file says, and what was not saved yet on top of it.

        A file that is gone or cannot be used takes nothing away from what is known already.

        Raises:
            OSError: it cannot be read, or not be set aside, and must not be written over.
        """
        try:
            content = _content(self._path)
            marks = _read(content, self._data)
        except FileNotFoundError:
            return None
        except _UnusableError as error:
            log.warning("%s cannot be used: %s", self._path, error)
            aside = set_aside(self._path)
            told = error.sentence.format(path=self._path, reason=error.reason)
            return sentences([told, _("It was set aside as {name}.").format(name=aside.name)])
        self._marks = marks
        self._apply(self._unsaved)
        return None

    def _apply(self, changes: Mapping[ImageKey, Mark | None]) -> None:
        for key, mark in changes.items():
            if mark is None:
                self._marks.pop(key, None)
            else:
                self._marks[key] = mark

    def _unreadable(self, error: OSError) -> str:
        log.warning("%s cannot be read: %s", self._path, error)
        return _(
            "The marks in {path} cannot be read ({reason}). Make the file readable "
            "and start the program again."
        ).format(path=self._path, reason=why_not(error))


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise _UnusableError(_("The file of marks {path} is too large to be one."))
    return content


def _read(content: bytes, data: str) -> dict[ImageKey, Mark]:
    """Return the marks in a file's content, all of which is checked.

    Raises:
        _UnusableError: it is damaged, foreign, of a newer version of the program, or of other
            images than those with the fingerprint `data`.
    """
    try:
        head = msgspec.json.decode(content, type=_Head)
        if head.format != FORMAT:
            raise _UnusableError(_("The file of marks {path} was not written by this program."))
        if head.version > VERSION:
            raise _UnusableError(
                _("The file of marks {path} was written by a newer version of this program.")
            )
        if head.version < VERSION:
            raise _UnusableError(_("The file of marks {path} is damaged (its version is unknown)."))
        document = msgspec.json.decode(content, type=_Document)
        if document.data != data:
            raise _UnusableError(_("The file of marks {path} is of other images."))
        entries = document.marks
        marks = {(entry.split, entry.number): Mark(entry.kind, entry.note) for entry in entries}
        if len(marks) < len(entries):
            raise _UnusableError(
                _("The file of marks {path} is damaged (an image is marked twice).")
            )
    except (msgspec.MsgspecError, MarkError, RecursionError) as error:
        raise _UnusableError(
            _("The file of marks {path} is damaged ({reason})."), first_line(error)
        ) from error
    return marks


def _written(marks: Mapping[ImageKey, Mark], data: str) -> bytes:
    entries = [
        _Entry(split, number, mark.kind, mark.note)
        for (split, number), mark in sorted(marks.items(), key=lambda item: item[0])
    ]
    document = _Document(FORMAT, VERSION, entries, data)
    return msgspec.json.format(msgspec.json.encode(document), indent=1)
