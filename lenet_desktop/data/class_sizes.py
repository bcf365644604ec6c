"""How unequal the classes of a data set are, and from when on that is to be said."""

from collections.abc import Iterable

NOTICEABLE = 1.3
"""Times as many images from which on a balanced accuracy says something else; MNIST has 1.27."""
SEVERE = 3.0
"""Times as many images beyond which it is advised to let all classes count alike."""


def imbalance(counts: Iterable[int]) -> float:
    """Return how many times as many images the largest class has as the smallest.

    Classes without images are left out; where there is nothing to compare it is 1.
    """
    present = [count for count in counts if count > 0]
    return max(present) / min(present) if present else 1.0
