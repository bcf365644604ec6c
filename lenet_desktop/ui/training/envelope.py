"""Many values drawn as few: the least and the greatest of each group, so that no spike is lost."""

import numpy as np

from lenet_desktop.analysis.history import Series


def envelope(x: Series, y: Series, low: float, high: float, groups: int) -> tuple[Series, Series]:
    """Return what of a curve is to be drawn between two places on its axis.

    The last group counts however few values it has by now. Groups begin at fixed places, so that
    what is drawn of a curve that grows does not flicker.

    Args:
        x: ascending, float64 (N,).
        y: float64 (N,); what is not a number is a gap if all of its group are none.
        low: the first place in sight.
        high: the last one.
        groups: about how many groups of values there is room for, from 1.

    Returns:
        Two float64 (K,), K at most 4 * `groups` + 8; those in sight and a neighbour on either
        side as they are where these are no more.
    """
    first = max(0, int(np.searchsorted(x, low)) - 1)
    end = min(len(x), int(np.searchsorted(x, high, side="right")) + 1)
    size = 1
    while end - first > 2 * groups * size:
        size *= 2
    if size == 1:
        return x[first:end], y[first:end]
    starts = np.arange(first // size * size, end, size)
    ends = np.minimum(starts + size, len(x)) - 1
    x, y = x[: ends[-1] + 1], y[: ends[-1] + 1]
    places = np.stack([x[starts], x[ends]], axis=1)
    extremes = np.stack([np.fmax.reduceat(y, starts), np.fmin.reduceat(y, starts)], axis=1)
    return places.ravel(), extremes.ravel()
