"""Curves as drawings: within their frame, named, and with gaps where there is no number."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lenet_desktop.export.line_chart import HEIGHT, WIDTH, Line, chart

NUMBERS = st.floats(-1e6, 1e6) | st.just(float("nan"))
SVG = "{http://www.w3.org/2000/svg}"


def line(values: list[float], name: str = "test", *, dots: bool = False) -> Line:
    x = np.arange(1, len(values) + 1, dtype=np.float64)
    return Line(x=x, y=np.array(values, np.float64), name=name, colour="#0072b2", dots=dots)


def paths(svg: str) -> list[str]:
    """Return the courses of the curves, without the grid."""
    return [each.get("d", "") for each in ET.fromstring(svg).iter(f"{SVG}path") if each.get("fill")]  # noqa: S314  our own


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314  our own


@given(st.lists(st.lists(NUMBERS, max_size=40), max_size=4), st.booleans())
@example([[]], False)
@example([[1e-12, 1e-12]], False)
def test_whatever_is_drawn_lies_within_the_picture(curves: list[list[float]], dots: bool) -> None:
    svg = chart([line(each, dots=dots) for each in curves], x_title="epoch", y_title="loss")
    points = [
        (float(x), float(y))
        for path in paths(svg)
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)
    ]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    finite = sum(bool(np.isfinite(value)) for each in curves for value in each)
    assert len(points) == finite


def test_higher_values_stand_higher_and_gaps_stay_open() -> None:
    svg = chart([line([1, 3, float("nan"), 2])], x_title="epoch", y_title="loss")
    (path,) = paths(svg)
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path)]
    assert heights[1] < heights[2] < heights[0]
    assert path.count("M") == 2


def test_names_at_the_margin_never_lie_on_each_other() -> None:
    lines = [line([0.5, 0.5], name) for name in ("training", "test", "validation", "chance")]
    svg = ET.fromstring(chart(lines, x_title="epoch", y_title="accuracy", percent=True))  # noqa: S314  our own
    named = {each.text: float(each.get("y", "")) for each in svg.iter(f"{SVG}text")}
    places = sorted(named[each.name] for each in lines)
    assert min(np.diff(places)) >= 12
    assert places[-1] < HEIGHT


def test_shares_are_written_as_percentages_up_to_all() -> None:
    written = texts(chart([line([0.1, 0.99])], x_title="epoch", y_title="right", percent=True))
    assert "100\xa0%" in written
    assert "120\xa0%" not in written


@pytest.mark.parametrize("count", [999, 1_001, 250_000])
def test_a_long_curve_is_no_long_file(count: int) -> None:
    values = np.sin(np.arange(count) / 50.0).tolist()
    assert len(chart([line(values)], x_title="epoch", y_title="loss")) < 40_000


def test_a_name_is_text_and_nothing_else() -> None:
    assert "<b>&" in texts(chart([line([1, 2], "<b>&")], x_title="epoch", y_title="loss"))
