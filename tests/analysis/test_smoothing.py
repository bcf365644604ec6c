"""The trend lies within what it is the trend of, begins with it, and looks at nothing to come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.analysis.history import Series
from lenet_desktop.analysis.smoothing import smoothed

SERIES = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=60).map(np.array)
MEMORY = st.floats(0.1, 50)


@given(SERIES, MEMORY)
def test_a_trend_is_an_average_of_what_was_so_far(values: Series, memory: float) -> None:
    trend = smoothed(values, memory)
    assert trend[0] == pytest.approx(values[0])
    lowest, highest = np.minimum.accumulate(values), np.maximum.accumulate(values)
    assert (trend >= lowest - 1e-6).all()
    assert (trend <= highest + 1e-6).all()
    kept = np.exp(-1 / memory)
    weights = kept ** np.arange(len(values))[::-1]
    assert trend[-1] == pytest.approx(np.average(values, weights=weights), abs=1e-6)


@given(SERIES, SERIES, MEMORY)
def test_what_comes_later_changes_nothing(values: Series, later: Series, memory: float) -> None:
    longer = smoothed(np.concatenate([values, later]), memory)
    np.testing.assert_allclose(longer[: len(values)], smoothed(values, memory), atol=1e-9)


def test_from_what_is_no_number_on_there_is_no_trend() -> None:
    trend = smoothed(np.array([1.0, 2.0, np.nan, 3.0]), 5)
    assert np.isfinite(trend).tolist() == [True, True, False, False]


def test_no_values_have_no_trend_and_a_memory_is_needed() -> None:
    assert len(smoothed(np.empty(0), 5)) == 0
    with pytest.raises(ValueError, match="above 0"):
        smoothed(np.ones(3), 0)
