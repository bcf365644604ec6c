"""A run keeps its look, and looks are told apart."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from lenet_desktop.ui.comparison.run_colours import MOST_LOOKS, RunColours
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme
from lenet_desktop.ui.training.line_looks import LOOKS, SOLID_LOOKS
from tests.contrast import AA_GRAPHICS, contrast

Array = npt.NDArray[np.float64]

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
SELECTIONS = st.lists(
    st.lists(st.integers(1, 60), max_size=MOST_LOOKS, unique=True), min_size=1, max_size=12
)

# Simulations of how colours are seen, for linear RGB, from the table of Machado, Oliveira and
# Fernandes (2009) at full severity.
PROTAN = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
          [-0.003882, -0.048116, 1.051998]]  # fmt: skip
DEUTAN = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
          [-0.011820, 0.042940, 0.968881]]  # fmt: skip
TRITAN = [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
          [0.004733, 0.691367, 0.303900]]  # fmt: skip
VISIONS = {"normal": np.eye(3), "protan": PROTAN, "deutan": DEUTAN, "tritan": TRITAN}
FIXED = ("train", "test", "validation", "wrong")
LEAST_DISTANCE = {"normal": 0.1, "protan": 0.06, "deutan": 0.06, "tritan": 0.045}
"""In OKLab, in which 0.02 is about what is just noticed of two colours side by side."""


def singles(runs: list[int]) -> list[list[int]]:
    return [[run] for run in runs]


@given(SELECTIONS)
def test_looks_are_different_and_stay_as_long_as_a_run_is_compared(
    selections: list[list[int]],
) -> None:
    colours = RunColours()
    before: dict[int, int] = {}
    for runs in selections:
        places = colours.assign(singles(runs))
        assert len(set(places)) == len(runs)
        now = dict(zip(runs, places, strict=True))
        assert all(now[run] == before[run] for run in now.keys() & before.keys())
        before = now


@given(st.permutations(range(1, 9)), st.lists(st.lists(st.integers(1, 8), unique=True)))
def test_eight_runs_get_their_looks_back_however_they_are_selected(
    runs: list[int], selections: list[list[int]]
) -> None:
    colours = RunColours()
    known: dict[int, int] = {}
    for selected in [*selections, runs]:
        for run, place in zip(selected, colours.assign(singles(selected)), strict=True):
            assert known.setdefault(run, place) == place
            assert not LOOKS[place].dash


def test_a_run_gets_its_look_back_after_others_were_compared() -> None:
    colours = RunColours()
    (first,) = colours.assign([[1]])
    colours.assign([[2], [3]])
    colours.assign([])
    assert colours.assign([[4], [1]])[1] == first


def test_the_ninth_curve_is_dashed_and_the_first_eight_are_solid() -> None:
    places = RunColours().assign(singles(list(range(1, 10))))
    assert all(not LOOKS[place].dash for place in places[:8])
    assert LOOKS[places[8]].dash


def test_a_ninth_run_alone_is_solid_again_and_takes_the_look_not_seen_for_longest() -> None:
    colours = RunColours()
    first, *_ = colours.assign(singles([1]))
    colours.assign(singles(list(range(2, 9))))
    assert colours.assign([[9]]) == [first]
    assert colours.assign([[9], [1]])[0] == first, "what is shown stays as it is"


def test_a_group_shares_a_look_and_keeps_it_when_a_run_joins_or_leaves() -> None:
    colours = RunColours()
    place, other = colours.assign([[1, 2], [3]])
    assert place != other
    assert colours.assign([[7, 1, 2], [3]]) == [place, other]
    assert colours.assign([[3], [7]]) == [other, place]


def test_more_curves_than_looks_are_refused() -> None:
    with pytest.raises(ValueError, match="told apart"):
        RunColours().assign(singles(list(range(MOST_LOOKS + 1))))


def test_all_looks_differ_in_colour_or_dash_and_solid_ones_in_shape_too() -> None:
    assert len({(look.light, look.dash) for look in LOOKS}) == len(LOOKS)
    assert len({look.symbol for look in SOLID_LOOKS}) == len(SOLID_LOOKS) == 8


@THEMES
def test_every_line_has_the_contrast_that_lines_need(theme: Theme) -> None:
    for look in SOLID_LOOKS:
        for background in (theme.surface, theme.window, theme.raised):
            assert contrast(look.colour(theme), background) >= AA_GRAPHICS, (look.name, background)


@THEMES
@pytest.mark.parametrize("vision", VISIONS)
def test_colours_are_told_apart_by_colour_blind_readers_too(theme: Theme, vision: str) -> None:
    fixed = {name: QColor(getattr(theme, name)) for name in FIXED}
    colours = fixed | {look.name: look.colour(theme) for look in SOLID_LOOKS}
    seen = {name: lab(colour, np.array(VISIONS[vision])) for name, colour in colours.items()}
    for one, other in combinations(seen, 2):
        if not {one, other} <= fixed.keys():
            distance = np.linalg.norm(seen[one] - seen[other])
            assert distance >= LEAST_DISTANCE[vision], (one, other, distance)


def linear(colour: QColor) -> Array:
    shares = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def lab(colour: QColor, vision: Array) -> Array:
    """Return a colour as it is seen, in OKLab (Ottosson, 2020)."""
    cones = np.array([[0.4122214708, 0.5363325363, 0.0514459929],
                      [0.2119034982, 0.6806995451, 0.1073969566],
                      [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
    opponents = np.array([[0.2104542553, 0.7936177850, -0.0040720468],
                          [1.9779984951, -2.4285922050, 0.4505937099],
                          [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip
    seen = np.clip(vision @ linear(colour), 0, 1)
    return np.asarray(opponents @ np.cbrt(cones @ seen))
