"""Files in the format of MNIST's."""

import struct

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lenet_desktop.data.known.idx import read_array

arrays = hnp.arrays(np.uint8, hnp.array_shapes(max_dims=4, min_side=0, max_side=5))


def as_idx(array: npt.NDArray[np.uint8]) -> bytes:
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes((0, 0, 8, array.ndim)) + sizes + array.tobytes()


@given(arrays)
def test_an_array_comes_back_as_it_was_and_read_only(array: npt.NDArray[np.uint8]) -> None:
    read = read_array(as_idx(array))

    assert read.shape == array.shape
    np.testing.assert_array_equal(read, array)
    assert not read.flags.writeable


@given(arrays, st.data())
def test_a_file_that_is_cut_short_is_refused(
    array: npt.NDArray[np.uint8], choice: st.DataObject
) -> None:
    content = as_idx(array)
    kept = choice.draw(st.integers(0, len(content) - 1))

    with pytest.raises(ValueError, match="IDX"):
        read_array(content[:kept])


@given(arrays, st.binary(min_size=1, max_size=8))
def test_a_file_that_is_too_long_is_refused(array: npt.NDArray[np.uint8], surplus: bytes) -> None:
    with pytest.raises(ValueError, match="IDX"):
        read_array(as_idx(array) + surplus)


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda rest: b"\0\0\x08" + rest))
@example(b"")
@example(b"\0\0\x08\xff" + b"\0" * 1020)  # more dimensions than NumPy has
@example(b"\0\0\x08\x03" + b"\0\0\0\0" + b"\xff" * 8)  # no pixels, yet a huge shape
def test_any_bytes_are_either_read_whole_or_refused(content: bytes) -> None:
    try:
        read = read_array(content)
    except ValueError:
        return
    assert as_idx(read) == content


@pytest.mark.parametrize("kind", [0x09, 0x0B, 0x0C, 0x0D, 0x0E])
def test_a_file_of_other_numbers_is_refused(kind: int) -> None:
    content = bytearray(as_idx(np.zeros(3, np.uint8)))
    content[2] = kind

    with pytest.raises(ValueError, match="unsigned bytes"):
        read_array(bytes(content))
