"""Of many values, what is drawn keeps every spike that is in sight, the newest ones too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.ui.training.run_curve import envelope


@given(
    count=st.integers(0, 5_000),
    groups=st.integers(1, 300),
    window=st.tuples(st.floats(-1, 11), st.floats(0, 11)),
    seed=st.integers(0, 2**16),
)
def test_what_is_in_sight_keeps_its_extremes_in_few_values(
    count: int, groups: int, window: tuple[float, float], seed: int
) -> None:
    numbers = np.random.default_rng(seed)
    x = np.sort(numbers.uniform(0, 10, count))
    y = numbers.normal(size=count)
    y[numbers.random(count) < 0.1] = np.nan
    low, high = window[0], window[0] + window[1]
    drawn_x, drawn_y = envelope(x, y, low, high, groups)
    assert len(drawn_x) == len(drawn_y) <= 4 * groups + 8
    assert np.all(np.diff(drawn_x) >= 0)
    seen = y[(x >= low) & (x <= high)]
    seen = seen[np.isfinite(seen)]
    if len(seen):
        assert np.nanmax(drawn_y) >= seen.max()
        assert np.nanmin(drawn_y) <= seen.min()
        assert set(drawn_y[np.isfinite(drawn_y)]) <= set(y[np.isfinite(y)])


@pytest.mark.parametrize("count", [1, 18_759, 18_760, 46_907, 234_999])
def test_the_newest_spike_is_drawn_however_many_there_are(count: int) -> None:
    y = np.full(count, 0.3)
    y[-1] = 9.0
    x = np.linspace(0, 20, count)
    drawn_x, drawn_y = envelope(x, y, 0, 20, 400)
    assert drawn_y.max() == 9.0
    assert drawn_x[-1] == x[-1]


def test_few_values_are_drawn_as_they_are() -> None:
    x, y = np.arange(100.0), np.random.default_rng(0).normal(size=100)
    drawn_x, drawn_y = envelope(x, y, 20.5, 30.5, 50)
    np.testing.assert_array_equal(drawn_x, x[20:32])
    np.testing.assert_array_equal(drawn_y, y[20:32])


def test_what_was_drawn_stays_as_it_is_while_a_curve_grows() -> None:
    x, y = np.arange(10_000.0), np.random.default_rng(0).normal(size=10_000)
    before, after = (envelope(x[:n], y[:n], 0, 10_000, 100)[1] for n in (9_000, 9_050))
    np.testing.assert_array_equal(before[:-2], after[: len(before) - 2])
