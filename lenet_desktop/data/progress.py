"""How far the making ready of a data set has come, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from lenet_desktop.data.images import ImageSet, Split


@dataclass(frozen=True, slots=True)
class Progress:
    """How much is done.

    Attributes:
        done: bytes of files, or pictures of a folder.
        total: how many there will be; 0 where nobody has said.
        words: what is being done, as a short sentence.
    """

    done: int
    total: int
    words: str

    @property
    def share(self) -> float | None:
        """0-1, None where nobody knows how much there is."""
        return min(self.done / self.total, 1) if self.total > 0 else None


Result = TypeVar("Result")

Preparing: TypeAlias = Generator[Progress, None, Mapping[Split, ImageSet]]
"""Makes a data set ready step by step and returns its parts; closing it gives that up."""


def result_of(
    stream: Generator[Progress, None, Result], hear: Callable[[Progress], object] = lambda _: None
) -> Result:
    """Let work go on to its end, telling `hear` how far it is, and return what comes of it."""
    while True:
        try:
            hear(next(stream))
        except StopIteration as finished:
            result: Result = finished.value
            return result
