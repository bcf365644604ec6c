"""Draws curves as SVG, for files that are looked at without this program."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt

from lenet_desktop.analysis.history import Series
from lenet_desktop.text.language import pgettext
from lenet_desktop.text.wording import figure

WIDTH, HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 132, 12, 40
_MOST_POINTS = 1_000
_GAP = 16
"""Pixels that names at the right margin keep between them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """A curve with its name.

    Attributes:
        x: float64 (N,), ascending.
        y: float64 (N,), in the same order; what is not finite leaves a gap.
        name: stands at its right end; empty for none.
        colour: as `#rrggbb`.
        dashes: lengths of strokes and gaps, as SVG has them; empty for a line without gaps.
        width: in pixels.
        dots: whether each point is marked.
    """

    x: Series
    y: Series
    name: str
    colour: str
    dashes: str = ""
    width: float = 2
    dots: bool = False


def chart(lines: Sequence[Line], *, x_title: str, y_title: str, percent: bool = False) -> str:
    """Return the lines as one SVG of `WIDTH` x `HEIGHT` pixels, whose axes hold all of them.

    Args:
        lines: without the empty ones nothing is drawn of them.
        x_title: what stands below the axis; it begins at 0.
        y_title: what stands above the other axis.
        percent: whether y is a share, written as a percentage on an axis within 0-1.
    """
    drawn = [line for line in lines if np.isfinite(line.y).any()]
    x_ticks = _ticks(0, max([1.0, *(float(line.x.max()) for line in drawn)]))
    low, high = _range([line.y for line in drawn], percent)
    y_ticks = _ticks(low, high)
    low, high = min(low, y_ticks[0]), max(high, y_ticks[-1])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">'
    ]
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM

    def across(x: Series) -> Series:
        return _LEFT + x / x_ticks[-1] * (right - _LEFT)

    def up(y: Series) -> Series:
        return bottom - (y - low) / (high - low) * (bottom - _TOP)

    for tick in y_ticks:
        height = float(up(np.array(tick)))
        text = _tick_text(tick, percent=percent)
        parts.append(
            f'<path d="M{_LEFT} {height:.1f}H{right}" stroke="#d5d9de"/>'
            + _text(_LEFT - 6, height + 4, text, anchor="end")
        )
    parts += (
        _text(float(across(np.array(tick))), bottom + 18, figure(tick, ".4g"), anchor="middle")
        for tick in x_ticks
    )
    parts.append(_text((_LEFT + right) / 2, HEIGHT - 4, x_title, anchor="middle"))
    parts.append(_text(_LEFT + 6, _TOP + 12, y_title))
    for line in drawn:
        parts += _drawn(line, across(line.x), up(line.y))
    parts += _names(drawn, [float(up(_last(line.y))) for line in drawn], right + 8, bottom)
    return "".join([*parts, "</svg>"])


def _drawn(line: Line, x: Series, y: Series) -> Iterator[str]:
    """Yield the path of a line and its dots, of no more points than can be told apart."""
    every = max(1, math.ceil(len(x) / _MOST_POINTS))
    if every > 1:
        count = len(x) // every * every
        x, y = (values[:count].reshape(-1, every).mean(axis=1) for values in (x, y))
    steps, is_broken = [], True
    for place, height in zip(x.tolist(), y.tolist(), strict=True):
        if math.isfinite(height):
            steps.append(f"{'M' if is_broken else 'L'}{place:.1f} {height:.1f}")
        is_broken = not math.isfinite(height)
    dashes = f' stroke-dasharray="{line.dashes}"' if line.dashes else ""
    yield (
        f'<path d="{"".join(steps)}" fill="none" stroke="{line.colour}" '
        f'stroke-width="{line.width}" stroke-linejoin="round"{dashes}/>'
    )
    if line.dots and every == 1 and len(x) <= 60:
        for place, height in zip(x.tolist(), y.tolist(), strict=True):
            if math.isfinite(height):
                yield f'<circle cx="{place:.1f}" cy="{height:.1f}" r="3" fill="{line.colour}"/>'


def _tick_text(tick: float, *, percent: bool) -> str:
    if not percent:
        return figure(tick, ".3g")
    return pgettext("share", "{number} %").format(number=figure(tick * 100, ".3g"))


def _names(lines: Sequence[Line], ends: list[float], x: float, bottom: float) -> Iterator[str]:
    """Yield the names beside the ends of their lines, moved where they would lie on each other."""
    order = sorted((end, number) for number, end in enumerate(ends) if lines[number].name)
    places: list[float] = []
    for end, _ in order:
        places.append(max(end, places[-1] + _GAP) if places else max(end, _TOP + 8))
    too_low = max(0.0, places[-1] - bottom) if places else 0.0
    for place, (_, number) in zip(places, order, strict=True):
        line = lines[number]
        yield _text(x, place - too_low + 4, line.name, colour=line.colour)


def _text(x: float, y: float, text: str, *, anchor: str = "start", colour: str = "#59626e") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(text)}</text>"
    )


def _last(values: Series) -> Series:
    finite: npt.NDArray[np.float64] = values[np.isfinite(values)]
    return finite[-1:].reshape(())


def _range(values: Sequence[Series], percent: bool) -> tuple[float, float]:
    finite = np.concatenate([[], *(each[np.isfinite(each)] for each in values)])
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if percent:
        return low, min(1.0, max(high, low + 0.01))
    return min(0.0, low), high if high > low else low + 1


def _ticks(low: float, high: float) -> list[float]:
    """Return about five round numbers around a range, evenly spaced."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, last + 1)]
