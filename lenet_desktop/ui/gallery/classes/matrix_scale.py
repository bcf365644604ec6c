"""In which size a confusion matrix is painted: by its room, and by what a person asks for."""

from collections.abc import Sequence
from functools import cached_property

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont

from lenet_desktop.ui.gallery.classes.matrix_layout import LARGE
from lenet_desktop.ui.gallery.classes.matrix_painter import (
    OVERVIEW,
    USUAL,
    MatrixPainter,
    matrix_font,
)
from lenet_desktop.ui.kit.theme import steady_figures

_ZOOMS = (OVERVIEW, USUAL, 24, LARGE, 48, 64)
"""Least pixels of the cells, from all classes at once to a few that are read from afar."""


class MatrixScale:
    """Writes as large as the rest of the window where there is much room, and small elsewhere.

    Args:
        font: of the window.
        names: of the classes, in the order of rows and columns.
        figures: how many stand in the corner.
        zoom: one of those that `zoomed` returns.
    """

    def __init__(
        self, font: QFont, names: Sequence[str], figures: int = 1, zoom: int = USUAL
    ) -> None:
        self._font, self._names = font, names
        self.figures, self.zoom = figures, zoom

    @cached_property
    def small(self) -> MatrixPainter:
        """What paints where there is little room."""
        return self._small_at(self.zoom)

    @cached_property
    def _large(self) -> MatrixPainter:
        return MatrixPainter(steady_figures(self._font), self._names, self.figures, self.zoom)

    def painter_in(self, room: QSize) -> MatrixPainter:
        """Return what paints in some room: large if cells and totals find their place so."""
        layout = self._large.fit(room)
        is_roomy = layout.has_edges and layout.least_side >= LARGE
        return self._large if is_roomy and not self.small.has_many else self.small

    def zoomed(self, steps: int, room: QSize) -> int:
        """Return the zoom after some steps, or fewer where cells grow no larger, or smaller."""
        zooms = _ZOOMS if self.small.has_many else _ZOOMS[1:]
        at, reached, left = zooms.index(self.zoom), self.zoom, abs(steps)
        side = self.small.fit(room).least_side
        for zoom in zooms[at + 1 :] if steps > 0 else zooms[:at][::-1]:
            other = self._small_at(zoom).fit(room).least_side
            if left and (other > side if steps > 0 else other < side):
                reached, side, left = zoom, other, left - 1
        return reached

    def _small_at(self, zoom: int) -> MatrixPainter:
        return MatrixPainter(matrix_font(self._font), self._names, self.figures, zoom)
