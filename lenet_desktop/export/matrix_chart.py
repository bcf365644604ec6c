"""Draws a confusion matrix of any number of classes as SVG, as wide as a page."""

from collections.abc import Iterator, Sequence
from html import escape
from unicodedata import east_asian_width

from lenet_desktop.text.wording import tidied, whole

WIDTH = 630
"""Pixels, of 96 an inch, that a page of A4 has for a picture."""
_WIDEST_TABLE = 720
_LETTER = 0.62
"""The width of most letters, as a share of the size of type."""
_LARGEST, _LONGEST = 12.0, 24
"""Pixels of type, and letters of a name."""
_GAP = 4
_LARGEST_CELL = 64
_MIDDLE = 'text-anchor="middle"'
_FINENESS = 2
"""Pixels for each of the page's, for those who make a picture of it before they scale it."""


def table_fits(names: Sequence[str]) -> bool:
    """Return whether a table with a column for each of these classes has room on a page."""
    widths = [_letters(name) * _LETTER * _LARGEST + 12 for name in names]
    return max(widths) + sum(max(36, width) for width in widths) <= _WIDEST_TABLE


def matrix_chart(
    names: Sequence[str], counts: Sequence[Sequence[int]], shades: Sequence[Sequence[str]]
) -> tuple[str, int]:
    """Return a matrix as an SVG of `WIDTH` pixels, in which it may be narrower, and its height.

    Args:
        names: of the classes.
        counts: how often each true class (row) was taken for each (column); zeros are not written.
        shades: the colour of each cell, as `#rrggbb`.
    """
    written = [tidied(name, _LONGEST) for name in names]
    longest = max(map(_letters, written))
    # The names beside the rows are at most as high as a cell, and take of what the cells have.
    cell = WIDTH / (len(names) + longest * _LETTER)
    size = min(_LARGEST, cell)
    edge = longest * _LETTER * size + 2 * _GAP
    cell = min(_LARGEST_CELL, (WIDTH - edge) / len(names))
    is_level = longest * _LETTER * size < cell
    top = 2 * size if is_level else edge
    height = round(top + cell * len(names))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{_FINENESS * WIDTH}" height="{_FINENESS * height}" font-family="sans-serif">',
        f'<g font-size="{size:.2f}" fill="#59626e">',
    ]
    for number, name in enumerate(written):
        middle, below = (number + 0.5) * cell, 0.35 * size
        across, high = edge + middle, top - _GAP
        parts.append(_text(edge - _GAP, top + middle + below, name, 'text-anchor="end"'))
        turned = f'transform="rotate(-90 {across + below:.1f} {high:.1f})"'
        if is_level:
            parts.append(_text(across, high, name, _MIDDLE))
        else:
            parts.append(_text(across + below, high, name, turned))
    cells = _cells(counts, shades, (edge, top), cell)
    return "".join([*parts, "</g>", *cells, "</svg>"]), height


def _cells(
    counts: Sequence[Sequence[int]],
    shades: Sequence[Sequence[str]],
    corner: tuple[float, float],
    side: float,
) -> Iterator[str]:
    """Yield squares with their counts."""
    figures = max(len(whole(count)) for row in counts for count in row)
    size = min(_LARGEST, 0.8 * side, 0.9 * side / (figures * _LETTER))
    yield f'<g font-size="{size:.2f}" fill="#1a1d21">'
    for row, (row_counts, row_shades) in enumerate(zip(counts, shades, strict=True)):
        for column, (count, shade) in enumerate(zip(row_counts, row_shades, strict=True)):
            x, y = corner[0] + column * side, corner[1] + row * side
            yield (
                f'<rect x="{x:.2f}" y="{y:.2f}" width="{side:.2f}" height="{side:.2f}" '
                f'fill="{shade}" stroke="#eceef1" stroke-width="0.5"/>'
            )
            if count:
                yield _text(x + side / 2, y + side / 2 + 0.35 * size, whole(count), _MIDDLE)
    yield "</g>"


def _letters(name: str) -> int:
    """Return how many letters' room a name takes; a Chinese character takes that of two."""
    return sum(1 + (east_asian_width(sign) in "WF") for sign in name)


def _text(x: float, y: float, text: str, attributes: str) -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" {attributes}>{escape(text)}</text>'
