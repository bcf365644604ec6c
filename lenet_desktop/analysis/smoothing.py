"""A noisy series as its trend."""

from lenet_desktop.analysis.history import Series


def smoothed(values: Series, memory: float) -> Series:
    """Return the moving average of a series in which what is long past counts less and less.

    The first values are averages of as many as there are, so that the trend begins where the series
    does; the bias of the usual recursion is taken away as Kingma and Ba do ("Adam: A Method for
    Stochastic Optimization", 2015, section 3).

    Args:
        values: float64 (N,). From the first one on that is not a number, no trend is known.
        memory: after how many values the weight of one has fallen to 1/e; above 0.

    Returns:
        float64 (N,).

    Raises:
        ValueError: the memory is not above 0.
    """
    import numpy as np
    from scipy.signal import lfilter

    if not memory > 0:
        raise ValueError("The memory must be above 0.")
    kept = float(np.exp(-1 / memory))
    if not len(values):
        return values
    sums: Series = lfilter([1.0], [1.0, -kept], values)
    weights = -np.expm1(-np.arange(1, len(values) + 1) / memory) / (1 - kept)
    trend: Series = sums / weights
    return trend
