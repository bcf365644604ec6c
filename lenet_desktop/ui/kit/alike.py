"""How much of what is shown is what is to be shown, so that only the rest is done anew."""

from collections.abc import Sequence


def count_alike(shown: Sequence[object], wanted: Sequence[object]) -> int:
    """Return how many of the first values are the same in both, whatever their numbers.

    A view that grows with what it shows keeps these and does the others anew. To go by the number
    of values alone would mix two things of which one is shorter.
    """
    for place, (one, other) in enumerate(zip(shown, wanted, strict=False)):
        if one is not other and one != other:
            return place
    return min(len(shown), len(wanted))
