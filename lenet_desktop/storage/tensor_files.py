"""Writing safetensors files, and reading those that nobody vouches for.

A file of this kind is the length of its header (uint64, little-endian), the header (JSON that
gives every tensor's dtype, shape and place, and texts under `__metadata__`), and the numbers. What
the header says is checked against the file before memory is taken for it, and only then does
`safetensors` read the whole, which checks once more. Nothing in a file is ever executed.

What this program writes has a checksum among its texts, so that not a bit of it changes unnoticed.

Source: the description of the format at https://huggingface.co/docs/safetensors.
"""

import json
import os
import re
import stat
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from math import prod
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import torch
from safetensors import SafetensorError, deserialize
from safetensors.torch import save
from torch import Tensor

from lenet_desktop.storage.errors import CheckpointError, UnreadableError
from lenet_desktop.text.wording import first_line, one_line, quoted

LARGEST_FILE = 2**28
"""Bytes. The losses of 1,000 epochs in batches of one image are 240 MB."""
LARGEST_HEADER = 2**22
"""Bytes. What is said about 1,000 epochs is 0.2 MB."""
MOST_TENSORS = 1_000
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
_MOST_AXES = 8
_MOST_TOKENS = 32 * MOST_TENSORS
# Texts, and the marks behind which a value comes. Possessive and with an end that may be missing,
# so that one pass is enough for any text.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[{\[,]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the header says about one tensor.

    Attributes:
        dtype: the format's own name, a key of `DTYPES`.
        shape: its axes, each at least 0.
        begin: where its numbers begin, in bytes after the header.
        end: where they end.
    """

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TensorFile:
    """An open file with a header that was checked; its numbers are not read yet.

    Attributes:
        path: where it is.
        entries: the tensors by name.
        text: the texts that go with them.
    """

    path: Path
    entries: Mapping[str, Entry]
    text: Mapping[str, str]
    _file: BinaryIO
    _head: bytes

    def read(self, *, is_as_written: bool = True) -> dict[str, Tensor]:
        """Return the tensors by name, on the CPU.

        Args:
            is_as_written: whether to compare the checksum. Programs that convert tensors often
                leave the texts beside them as they are.

        Raises:
            CheckpointError: the file has changed since it was opened, or cannot be read.
        """
        size = len(self._head) + max((entry.end for entry in self.entries.values()), default=0)
        try:
            self._file.seek(0)
            # Not mapped into memory: a mapped file that is cut short later ends the program.
            content = self._file.read(size)
            if len(content) != size or not content.startswith(self._head):
                _refuse(self.path, "it changed meanwhile")
            views = dict(deserialize(content))  # type: ignore[no-untyped-call]
            stated = self.text.get(CHECKSUM)
            if (
                is_as_written
                and stated is not None
                and stated
                != _checksum(self.text, {name: view["data"] for name, view in views.items()})
            ):
                _refuse(self.path, "it is damaged, as its checksum tells")
            return {name: _tensor(view) for name, view in views.items()}
        except OSError as error:
            raise _withheld(self.path, error) from error
        except SafetensorError as error:
            raise _unreadable(self.path, first_line(error)) from error


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


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the tensors of a file by name, on the CPU, and the texts that go with them.

    Raises:
        CheckpointError: there is no such file, or it is none of this kind.
    """
    with open_tensors(path) as file:
        return file.read(), dict(file.text)


@contextmanager
def open_tensors(path: Path) -> Iterator[TensorFile]:
    """Open a file and check its header; it is closed when the context ends.

    Raises:
        CheckpointError: there is no such file, or it is none of this kind.
    """
    with _open_regular(path) as file:
        try:
            size = os.fstat(file.fileno()).st_size
            head = _read_head(path, file, size)
        except OSError as error:
            raise _withheld(path, error) from error
        entries, text = _parse(path, head[_LENGTH:])
        _check_places(path, entries, size - len(head))
        yield TensorFile(path, entries, text, file, head)


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


def _unreadable(path: Path, reason: str) -> CheckpointError:
    return CheckpointError(f"{one_line(path)} cannot be read: {one_line(reason)}.")


def _refuse(path: Path, reason: str) -> NoReturn:
    raise _unreadable(path, reason)


def _withheld(path: Path, error: OSError) -> UnreadableError:
    return UnreadableError(str(_unreadable(path, error.strerror or first_line(error))))


@contextmanager
def _open_regular(path: Path) -> Iterator[BinaryIO]:
    """Open nothing but a file: a pipe would be waited for, and a device might do anything."""
    # Without waiting, should it become a pipe between the two checks.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        _check_kind(path, path.stat())
        file = os.fdopen(os.open(path, flags), "rb")
    except FileNotFoundError as error:
        raise CheckpointError(f"There is no file {one_line(path)}.") from error
    except OSError as error:
        raise _withheld(path, error) from error
    except ValueError as error:  # a path that no system could have
        raise _unreadable(path, first_line(error)) from error
    with file:
        _check_kind(path, os.fstat(file.fileno()))
        yield file


def _check_kind(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        _refuse(path, "it is a folder")
    if not stat.S_ISREG(status.st_mode):
        _refuse(path, "it is not a regular file")
    if status.st_size > LARGEST_FILE:
        megabytes = round(status.st_size / 1e6)
        _refuse(path, f"it is too large ({megabytes:,} MB of at most {LARGEST_FILE / 1e6:.0f} MB)")


def _read_head(path: Path, file: BinaryIO, size: int) -> bytes:
    """Return the header with the eight bytes before it."""
    first = file.read(512)
    if not first:
        _refuse(path, "it is empty")
    length = int.from_bytes(first[:_LENGTH], "little")
    # The length may begin with the very bytes of a pickle, but then it is no huge number.
    if length > LARGEST_HEADER or first[_LENGTH : _LENGTH + 1] != b"{":
        _refuse_other_formats(path, first)
    if length > size - _LENGTH:
        _refuse(path, "it is cut short")
    head = first[: _LENGTH + length] + file.read(max(0, _LENGTH + length - len(first)))
    if len(head) != _LENGTH + length:
        _refuse(path, "it changed meanwhile")
    return head


def _refuse_other_formats(path: Path, first: bytes) -> NoReturn:
    is_archive = first.startswith(b"PK\x03\x04")
    if first.startswith(b"\x80") or (is_archive and b"data.pkl" in first):
        raise CheckpointError(
            f"{one_line(path)} is a PyTorch pickle, which could run code when opened; this program "
            "opens safetensors only. Convert it with safetensors.torch.save_file."
        )
    kind = "a zip archive" if is_archive else "no safetensors file"
    _refuse(path, f"it is {kind}; this program opens safetensors only")


def _parse(path: Path, header: bytes) -> tuple[dict[str, Entry], dict[str, str]]:
    """Return the tensors and the texts that a header tells of."""
    # Before it is parsed, because a short text can become very many objects.
    if next(islice(_TOKEN.finditer(header), _MOST_TOKENS, None), None) is not None:
        _refuse(path, f"its header tells of more than {MOST_TENSORS:,} tensors")
    try:
        document = json.loads(header.decode(), object_pairs_hook=_without_repetitions)
    except _RepeatedError as error:
        _refuse(path, f"its header has {error} twice")
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, "its header is damaged") from error
    if not isinstance(document, dict):
        _refuse(path, "its header is damaged")
    text = document.pop("__metadata__", {})
    if not isinstance(text, dict) or not all(isinstance(value, str) for value in text.values()):
        _refuse(path, "its header has something other than texts beside the tensors")
    if len(document) > MOST_TENSORS:
        _refuse(path, f"its header tells of more than {MOST_TENSORS:,} tensors")
    return {name: _entry(path, name, value) for name, value in document.items()}, text


class _RepeatedError(Exception):
    pass


def _without_repetitions(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise _RepeatedError(quoted(name))
        values[name] = value
    return values


def _entry(path: Path, name: str, value: Any) -> Entry:
    """Return what the header says about a tensor, which agrees with itself."""
    named = f"its tensor {quoted(name)}"
    if not isinstance(value, dict) or not {"dtype", "shape", "data_offsets"} <= value.keys():
        _refuse(path, f"{named} lacks its dtype, its shape or its place")
    dtype, shape, place = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPES:
        _refuse(path, f"{named} has the dtype {quoted(dtype)}, which this program does not read")
    # An axis of no length hides the others from the product, but PyTorch multiplies them too.
    if not _are_sizes(shape) or prod(axis or 1 for axis in shape) > LARGEST_FILE:
        _refuse(path, f"{named} has the impossible shape {quoted(shape)}")
    if not _are_sizes(place) or len(place) != 2 or place[0] > place[1]:
        _refuse(path, f"{named} has the impossible place {quoted(place)}")
    if prod(shape) * DTYPES[dtype].itemsize != place[1] - place[0]:
        _refuse(path, f"{named} does not take the room that its shape {tuple(shape)} needs")
    return Entry(dtype, tuple(shape), *place)


def _are_sizes(values: Any) -> bool:
    """Tell whether this is a list of sizes that anything in a file could have."""
    return (
        isinstance(values, list)
        and len(values) <= _MOST_AXES
        and all(type(value) is int and 0 <= value <= LARGEST_FILE for value in values)
    )


def _check_places(path: Path, entries: Mapping[str, Entry], size: int) -> None:
    """See that the tensors fill the bytes after the header, one behind the other."""
    end = 0
    for name, entry in sorted(entries.items(), key=lambda item: (item[1].begin, item[1].end)):
        if entry.end > size:
            _refuse(path, f"it ends before its tensor {quoted(name)}; it may be cut short")
        if entry.begin != end:
            fault = "overlaps the one before it" if entry.begin < end else "has a gap before it"
            _refuse(path, f"its tensor {quoted(name)} {fault}")
        end = entry.end
    if end != size:
        _refuse(path, f"it is {size - end:,} bytes longer than its tensors")
