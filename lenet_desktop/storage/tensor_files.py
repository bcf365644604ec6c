"""Writing safetensors files, and reading those that nobody vouches for.

The library `safetensors` checks what a header says against the file; here are the limits to what is
given to it, and sentences for what it refuses. Nothing in a file is ever executed.

What this program writes has a checksum among its texts, so that not a bit of it changes unnoticed.
"""

import json
import os
import re
import stat
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from safetensors import SafetensorError, deserialize
from safetensors.torch import save
from torch import Tensor

from lenet_desktop.storage.errors import CheckpointError, UnreadableError
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import figure, first_line, one_line, quoted, whole, why_not

LARGEST_FILE = 2**28
"""Bytes, where nothing else is said: all is read into memory."""
LARGEST_HEADER = 2**22
"""Bytes. What is said about 1,000 epochs is 0.2 MB."""
_LONGEST_REASON = 200
DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
}
"""What is read, by the format's names."""

CHECKSUM = "crc32"
"""The text that holds the CRC-32 of all other texts and of the tensors, in hexadecimal digits."""

_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file says about one tensor.

    Attributes:
        dtype: the format's own name, a key of `DTYPES`.
        shape: its axes, each at least 0.
    """

    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TensorFile:
    """The content of a file whose header holds true.

    Attributes:
        path: where it is.
        entries: the tensors by name.
        text: the texts that go with them.
    """

    path: Path
    entries: Mapping[str, Entry]
    text: Mapping[str, str]
    _views: Mapping[str, Mapping[str, Any]]

    def read(self, *, is_as_written: bool = True) -> dict[str, Tensor]:
        """Return the tensors by name, on the CPU.

        Args:
            is_as_written: whether to compare the checksum. Programs that convert tensors often
                leave the texts beside them as they are.

        Raises:
            CheckpointError: the file is damaged.
        """
        stated = self.text.get(CHECKSUM)
        if is_as_written and stated is not None:
            numbers = {name: view["data"] for name, view in self._views.items()}
            if stated != _checksum(self.text, numbers):
                _refuse(self.path, _("it is damaged, as its checksum tells"))
        return {name: _tensor(view) for name, view in self._views.items()}


def pack_tensors(tensors: Mapping[str, Tensor], text: Mapping[str, str]) -> bytes:
    """Return the content of a file: tensors by name, the texts that go with them, a checksum.

    Equal tensors and texts, in whatever order, give equal bytes.
    """
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    numbers = {name: tensor.numpy().tobytes() for name, tensor in plain.items()}
    content = save(plain)
    # `save` orders the tensors, but writes texts in an order that is another one each time.
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "little")
    texts = {**text, CHECKSUM: _checksum(text, numbers)}
    header = {"__metadata__": dict(sorted(texts.items())), **json.loads(content[_LENGTH:end])}
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    head += b" " * (-len(head) % _LENGTH)  # so that the numbers begin where a processor likes it
    return len(head).to_bytes(_LENGTH, "little") + head + content[end:]


def read_tensors(
    path: Path, largest: int = LARGEST_FILE
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the tensors of a file by name, on the CPU, and the texts that go with them.

    Args:
        path: the file.
        largest: how many bytes it may have.

    Raises:
        CheckpointError: there is no such file, or it is none of this kind.
    """
    file = open_tensors(path, largest)
    return file.read(), dict(file.text)


def open_tensors(path: Path, largest: int = LARGEST_FILE) -> TensorFile:
    """Read a file of at most so many bytes and check its header.

    Raises:
        CheckpointError: there is no such file, or it is none of this kind.
    """
    # Not mapped into memory: a mapped file that is cut short later ends the program.
    content = file_content(path, largest)
    length = int.from_bytes(content[:_LENGTH], "little")
    # The length may begin with the very bytes of a pickle, but then it is no huge number.
    if length > LARGEST_HEADER or content[_LENGTH : _LENGTH + 1] != b"{":
        _refuse_other_formats(path, content)
    try:
        views = dict(deserialize(content))  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise unreadable(path, _in_words(first_line(error))) from error
    text = json.loads(content[_LENGTH : _LENGTH + length]).get("__metadata__") or {}
    return file_of_views(path, views, text)


def file_of_views(
    path: Path, views: Mapping[str, Mapping[str, Any]], text: Mapping[str, str]
) -> TensorFile:
    """Return the content of a file, of whose tensors each is told by its dtype, shape and data.

    Raises:
        CheckpointError: one is of a dtype that is not read.
    """
    for name, view in views.items():
        if view["dtype"] not in DTYPES:
            reason = _("its tensor {name} has the dtype {dtype}, which this program does not read")
            _refuse(path, reason.format(name=quoted(name), dtype=quoted(view["dtype"])))
    entries = {name: Entry(view["dtype"], tuple(view["shape"])) for name, view in views.items()}
    return TensorFile(path, entries, text, views)


def typed_array(tensor: Tensor, kind: type[np.generic], ndim: int | None = None) -> Any:
    """Return a tensor of a file as a read-only array of the kind that it has to be.

    Raises:
        ValueError: it is of another kind, or holds what is not a number.
    """
    array = tensor.numpy()
    if array.dtype != kind or (ndim is not None and array.ndim != ndim):
        raise ValueError(_("a tensor has the wrong form"))
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(_("it holds what is not a number"))
    array.setflags(write=False)
    return array


def _in_words(reason: str) -> str:
    """Return why the library refuses a file, in its own words where no plainer ones are known."""
    plain = reason.rpartition("deserializing: ")[2]
    if re.search("incomplete|header ?length", plain, re.IGNORECASE):
        return _("it is cut short, or longer than its header says")
    return _("its header is damaged ({plain})").format(plain=plain[:_LONGEST_REASON])


def _checksum(text: Mapping[str, str], numbers: Mapping[str, bytes]) -> str:
    """Return the CRC-32 of names and contents, each with its length, in the order of the names."""
    texts = {name: value.encode() for name, value in text.items() if name != CHECKSUM}
    total = 0
    for contents in (texts, numbers):
        for name in sorted(contents):
            content = contents[name]
            total = zlib.crc32(f"{name}\0{len(content)}\0".encode(), total)
            total = zlib.crc32(content, total)
    return f"{total:08x}"


def _tensor(view: Mapping[str, Any]) -> Tensor:
    dtype = DTYPES[view["dtype"]]
    if not view["data"]:  # which PyTorch refuses to wrap
        return torch.empty(view["shape"], dtype=dtype)
    return torch.frombuffer(view["data"], dtype=dtype).reshape(view["shape"])


def unreadable(path: Path, reason: str) -> CheckpointError:
    """Return what says of a file why it cannot be read."""
    return CheckpointError(
        _("{path} cannot be read: {reason}.").format(path=one_line(path), reason=one_line(reason))
    )


def _refuse(path: Path, reason: str) -> NoReturn:
    raise unreadable(path, reason)


def file_content(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """Read nothing but a file: a pipe would be waited for, and a device might do anything.

    Raises:
        CheckpointError: there is none, it is empty or larger than `largest` bytes.
    """
    # Without waiting, should it become a pipe between the two checks.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        _check_kind(path, path.stat(), largest)
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            _check_kind(path, status, largest)
            content = file.read(status.st_size)
    except FileNotFoundError as error:
        raise CheckpointError(_("There is no file {path}.").format(path=one_line(path))) from error
    except OSError as error:
        reason = why_not(error)
        raise UnreadableError(str(unreadable(path, reason))) from error
    except ValueError as error:  # a path that no system could have
        raise unreadable(path, first_line(error)) from error
    if not content:
        _refuse(path, _("it is empty"))
    return content


def _check_kind(path: Path, status: os.stat_result, largest: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        _refuse(path, _("it is a folder"))
    if not stat.S_ISREG(status.st_mode):
        _refuse(path, _("it is not a regular file"))
    if status.st_size > largest:
        reason = _("it is too large ({size} MB of at most {most} MB)")
        size, most = whole(round(status.st_size / 1e6)), figure(largest / 1e6, ".0f")
        _refuse(path, reason.format(size=size, most=most))


def _refuse_other_formats(path: Path, first: bytes) -> NoReturn:
    is_archive = first.startswith(b"PK\x03\x04")
    if first.startswith(b"\x80") or (is_archive and b"data.pkl" in first):
        raise CheckpointError(
            _(
                "{path} is a PyTorch pickle, which could run code when opened; this "
                "program opens safetensors only. Convert it with "
                "safetensors.torch.save_file."
            ).format(path=one_line(path))
        )
    reason = (
        _("it is a zip archive; this program opens safetensors only")
        if is_archive
        else _("it is no safetensors file; this program opens safetensors only")
    )
    _refuse(path, reason)
