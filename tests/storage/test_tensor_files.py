"""Tensors are read from files that say the truth; of any other a sentence says what is wrong."""

import json
import os
import pickle
import struct
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save

from lenet_desktop.storage import tensor_files
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.tensor_files import open_tensors, pack_tensors, read_tensors

GOOD = save({"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(4).bfloat16()}, {"text": "yes"})
ENTRY = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}


def file_of(header: object, numbers: bytes = bytes(24)) -> bytes:
    """Return a file with any header, given as bytes or as what JSON makes of it."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + numbers


def entry(**changes: object) -> dict[str, object]:
    return {"a": ENTRY | changes}


def refused(path: Path, content: bytes) -> str:
    """Return the sentence with which `content` is refused, in well-behaved memory."""
    path.write_bytes(content)
    with pytest.raises(CheckpointError) as told:
        read_tensors(path)
    assert_is_sentence(str(told.value))
    return str(told.value)


def assert_is_sentence(text: str) -> None:
    assert text.isprintable()
    assert text.endswith(".")
    assert not text.endswith("..")
    assert len(text) < 1_000


def test_tensors_and_texts_are_read_as_they_were_written(tmp_path: Path) -> None:
    kinds = tensor_files.DTYPES.values()
    written = {str(kind): torch.tensor([[1, 2], [3, 100]]).to(kind) for kind in kinds}
    written |= {"nothing": torch.zeros(0, 3), "single": torch.tensor(2.0)}
    path = tmp_path / "file"
    path.write_bytes(save(written, {"format": "ours"}))

    tensors, text = read_tensors(path)

    assert text == {"format": "ours"}
    assert tensors.keys() == written.keys()
    for name, tensor in tensors.items():
        assert tensor.dtype == written[name].dtype
        assert tensor.equal(written[name])


def test_equal_content_gives_equal_bytes_in_whatever_order_it_comes(tmp_path: Path) -> None:
    tensors = {"b": torch.arange(3), "a": torch.ones(2, 2), "ä\n": torch.zeros(1)}
    text = {f"text {number}": "\N{SNOWMAN} “”" * number for number in range(9)}
    backwards = dict(reversed(tensors.items())), dict(reversed(text.items()))

    content = pack_tensors(tensors, text)

    assert {pack_tensors(tensors, text) for _ in range(5)} == {content}
    assert pack_tensors(*backwards) == content
    (path := tmp_path / "file").write_bytes(content)
    with safe_open(path, "pt") as theirs:
        assert set(theirs.keys()) == set(tensors)
        assert theirs.metadata().items() >= text.items()
    assert read_tensors(path)[1].items() >= text.items()


def test_shapes_are_told_beside_the_numbers(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(GOOD)
    shapes = {name: entry.shape for name, entry in open_tensors(path).entries.items()}
    assert shapes == {"a": (2, 3), "b": (4,)}


@pytest.mark.parametrize(
    "header",
    [
        entry(dtype="F31"),
        entry(dtype=["F32"]),
        entry(shape=[3, 3]),
        entry(shape=[-2, -3]),
        entry(shape=[2.0, 3]),
        entry(shape=[True, 6]),
        entry(shape=[2**62, 2**62, 0], data_offsets=[0, 0]),
        entry(shape=[0] + 7 * [2**28], data_offsets=[0, 0]),
        entry(shape=[1] * 99),
        entry(shape="6"),
        entry(shape=[10**15], data_offsets=[0, 4 * 10**15]),
        entry(shape=[10**6], data_offsets=[0, 4 * 10**6]),
        entry(data_offsets=[24, 0]),
        entry(data_offsets=[-24, 0]),
        entry(data_offsets=[0]),
        entry(data_offsets=None),
        entry(data_offsets=[1, 25]),
        entry(shape=[5], data_offsets=[4, 24]),
        entry(shape=[5], data_offsets=[0, 20]),
        {**entry(), "b": ENTRY},
        {"a": {"dtype": "F32"}},
        {"a": [1, 2]},
        {"line\nbreak\x1b[2J\u202e": None},
        {"a" * 10_000: None},
        {"__metadata__": {"text": 1}},
        {"__metadata__": ["text"]},
        {str(n): None for n in range(1_001)},
        b'{"a": [' + 20_000 * b"[],",
        b"{" + 5_000 * b'"a":{',
        b'{"a": 1, "a": 1}',
        b'{"a": {"dtype": "F32", "dtype": "F64"}}',
        b'{"a": ' + 5_000 * b"9" + b"}",
        b'{"\xff": 1}',
        b'{"a": NaN}',
        b'{"\\ud800": 1}',
        b"{",
        b"{}[]",
    ],
)
def test_a_header_that_lies_is_refused(header: object, tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert refused(path, file_of(header)).startswith(f"{path} cannot be read: ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"{", "no safetensors file"),
        (GOOD[:5], "no safetensors file"),
        (GOOD[:30], "cut short"),
        (GOOD[:-1], "cut short"),
        (GOOD + b"x", "longer"),
        (b"import os\n" * 100, "no safetensors file"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "zip archive"),
        (struct.pack("<Q", 2**63) + b"{}", "no safetensors file"),
        (struct.pack("<Q", 2**22) + b"{}", "cut short"),
    ],
)
def test_a_file_of_another_kind_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    assert words in refused(tmp_path / "file", content)


def test_a_pickle_is_refused_and_what_to_do_is_said(tmp_path: Path) -> None:
    torch.save({"weight": torch.ones(2)}, tmp_path / "zipped.pt")
    torch.save({"a": torch.ones(2)}, tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    (tmp_path / "plain.pkl").write_bytes(pickle.dumps({"weight": [1.0, 2.0]}))

    for path in tmp_path.iterdir():
        with pytest.raises(CheckpointError, match="Convert it with safetensors") as told:
            read_tensors(path)
        assert "PyTorch pickle, which could run code when opened" in str(told.value)


def test_a_header_that_is_as_long_as_a_pickle_begins_is_read(tmp_path: Path) -> None:
    text = json.dumps(entry()).encode().ljust(0x0280)
    (tmp_path / "file").write_bytes(file_of(text))
    assert (tmp_path / "file").read_bytes().startswith(b"\x80\x02")
    assert read_tensors(tmp_path / "file")[0]["a"].equal(torch.zeros(2, 3))


def test_what_is_no_file_is_neither_read_nor_waited_for(tmp_path: Path) -> None:
    paths = {
        tmp_path / "nothing": "There is no file",
        tmp_path: "it is a folder",
        tmp_path / "nul\0": "cannot be read",
        tmp_path / ("long" * 1_000): "cannot be read",
        Path(os.devnull): "not a regular file",
    }
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        paths[tmp_path / "pipe"] = "not a regular file"
    for path, words in paths.items():
        with pytest.raises(CheckpointError, match=words):
            read_tensors(path)


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.truncate(5 * 10**9)  # takes no room on the disk
    with pytest.raises(CheckpointError, match=r"too large \(5,000 MB of at most 268 MB\)"):
        read_tensors(tmp_path / "file")


@pytest.mark.parametrize(
    "content",
    [
        file_of(entry(shape=[10**15], data_offsets=[0, 4 * 10**15])),
        file_of(entry(shape=[2**26], data_offsets=[0, 2**28])),
        struct.pack("<Q", 2**62) + b"{" + bytes(100),
        struct.pack("<Q", 2**22) + b"{" + bytes(100),
        file_of(b"{" + 100_000 * b'"a":{},'),
        file_of(b'{"a":' + 300_000 * b"["),
        file_of(b'{"a":"' + 300_000 * b'\\"'),
        file_of(b'{"a":{"shape":[' + 300_000 * b"1,"),
    ],
)
def test_a_lying_header_takes_neither_memory_nor_time(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(CheckpointError):
            read_tensors(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4e6


# --- anything at all

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)
_ENTRIES = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(sorted(tensor_files.DTYPES)) | _VALUES,
        "shape": st.lists(st.integers(0, 6), max_size=3) | _VALUES,
        "data_offsets": st.lists(st.integers(0, 48), min_size=2, max_size=2).map(sorted) | _VALUES,
    }
)
_HEADERS = st.dictionaries(
    st.sampled_from(["a", "b", "__metadata__"]) | st.text(), _ENTRIES | _VALUES, max_size=4
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzzed") / "file"


def read_or_refused(path: Path, content: bytes) -> Mapping[str, Any]:
    """Return the tensors, or nothing where a sentence says why."""
    path.write_bytes(content)
    try:
        return read_tensors(path)[0]
    except CheckpointError as error:
        assert_is_sentence(str(error))
        return {}


@given(content=st.binary(max_size=200))
def test_random_bytes_are_refused_with_a_sentence(content: bytes, path: Path) -> None:
    assert read_or_refused(path, content) == {}


@given(header=_HEADERS, numbers=st.binary(max_size=48))
def test_any_header_is_read_or_refused_with_a_sentence(
    header: dict[str, Any], numbers: bytes, path: Path
) -> None:
    tensors = read_or_refused(path, file_of(header, numbers))
    assert sum(tensor.nbytes for tensor in tensors.values()) in {0, len(numbers)}


@given(drawn=st.data())
def test_any_damage_is_read_or_refused_with_a_sentence(drawn: st.DataObject, path: Path) -> None:
    content = bytearray(GOOD)
    for _ in range(drawn.draw(st.integers(1, 4))):
        place = drawn.draw(st.integers(0, len(GOOD) - 1))
        content[place] ^= 1 << drawn.draw(st.integers(0, 7))
    length = drawn.draw(st.integers(0, len(GOOD)) | st.none())
    tensors = read_or_refused(path, bytes(content[:length]))
    assert sum(tensor.numel() for tensor in tensors.values()) in {0, 10}


PACKED = pack_tensors({"a": torch.arange(6.0), "b": torch.ones(2, dtype=torch.uint8)}, {"c": "yes"})


@given(place=st.integers(0, len(PACKED) - 1), bit=st.integers(0, 7))
def test_not_a_bit_of_what_this_program_wrote_changes_unnoticed(
    place: int, bit: int, path: Path
) -> None:
    content = bytearray(PACKED)
    content[place] ^= 1 << bit
    path.write_bytes(content)
    try:
        tensors, text = read_tensors(path)
    except CheckpointError as error:
        assert_is_sentence(str(error))
        return
    # Blanks are one as good as the other, and a checksum of another name is none.
    assert torch.equal(tensors["a"], torch.arange(6.0))
    assert torch.equal(tensors["b"], torch.ones(2, dtype=torch.uint8))
    assert text["c"] == "yes"
