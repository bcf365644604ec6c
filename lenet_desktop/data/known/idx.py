"""The format of MNIST's files, by which many data sets are given away: idx.

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", 1998.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from lenet_desktop.text.language import _

_KINDS = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
_MOST_AXES = 4


@dataclass(frozen=True, slots=True)
class IdxHeader:
    """What an idx file says of itself.

    Attributes:
        kind: NumPy's name of its numbers.
        shape: its axes.
    """

    kind: str
    shape: tuple[int, ...]

    @property
    def length(self) -> int:
        """How many bytes the header itself has."""
        return 4 + 4 * len(self.shape)

    @property
    def size(self) -> int:
        """How many bytes the whole file has."""
        return self.length + prod(self.shape) * np.dtype(self.kind).itemsize

    @classmethod
    def of(cls, start: bytes) -> IdxHeader | None:
        """Read the first bytes of a file; None if it is no idx file."""
        if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in _KINDS:
            return None
        axes = start[3]
        if not 1 <= axes <= _MOST_AXES or len(start) < 4 + 4 * axes:
            return None
        return cls(_KINDS[start[2]], struct.unpack_from(f">{axes}I", start, 4))

    def array(self, content: bytes | bytearray) -> npt.NDArray[Any]:
        """Return what the whole file holds, in its own memory.

        Raises:
            ValueError: it is not as long as it says, or no array can be.
        """
        if len(content) != self.size:
            raise ValueError(_("The IDX file is not as long as its header says."))
        return np.frombuffer(content, self.kind, offset=self.length).reshape(self.shape)


def read_array(content: bytes) -> npt.NDArray[np.uint8]:
    """Read a file of unsigned bytes into a read-only array of the shape that it states.

    Raises:
        ValueError: it is no such file, or is cut short.
    """
    header = IdxHeader.of(content)
    if header is None or header.kind != "u1":
        raise ValueError(_("This is not an IDX file of unsigned bytes."))
    return header.array(content)
