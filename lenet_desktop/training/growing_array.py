"""A series of numbers that grows while a run goes on."""

from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", bound=np.floating)


class GrowingArray(Generic[Number]):
    """An array of one axis that grows at its end, in amortised constant time."""

    def __init__(self, kind: type[Number]) -> None:
        self._room = np.empty(1_024, kind)
        self._length = 0

    @property
    def values(self) -> npt.NDArray[Number]:
        """A read-only view of what is there; later growth leaves it as it is."""
        view = self._room[: self._length]
        view.setflags(write=False)
        return view

    def extend(self, values: npt.NDArray[Number]) -> None:
        """Append values."""
        needed = self._length + len(values)
        if needed > len(self._room):
            room = np.empty(max(needed, 2 * len(self._room)), self._room.dtype)
            room[: self._length] = self.values
            self._room = room
        self._room[self._length : needed] = values
        self._length = needed
