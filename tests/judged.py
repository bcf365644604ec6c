"""What was judged, where a figure might as well be missing."""

from __future__ import annotations

from typing import TypeVar

Figure = TypeVar("Figure")


def judged(figure: Figure | None) -> Figure:
    """Return what the test images came to, which were judged."""
    assert figure is not None, "the test images were not judged"
    return figure
