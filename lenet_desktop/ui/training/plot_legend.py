"""The names of the curves in a row of their own above them, where they cover none."""

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent

from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.theme import Theme
from lenet_desktop.ui.training.run_curve import RunCurve

_MANY = 4
"""Curves from which on their names are short, and of more as short as can be."""
_SHORTEST = 2


class PlotLegend(pg.LegendItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Names beside samples of the lines; a click on a sample hides or shows its curve.

    Args:
        item: the plot, in whose right upper corner it stands.
        columns: how many curves it has room for.
        size: that of the letters, as in `setLabelTextSize`.
    """

    def __init__(self, item: pg.PlotItem, columns: int, size: str) -> None:
        super().__init__(colCount=columns, frame=False, labelTextSize=size)
        self.layout.setContentsMargins(0, 0, 0, 0)
        self.setParentItem(item)
        self.anchor(itemPos=(1, 0), parentPos=(1, 0), offset=(-1, 0))
        item.legend = self
        self._curves: Sequence[RunCurve] = []
        self._shortness = 0
        self._room = 0.0

    def show_curves(self, curves: Sequence[RunCurve]) -> None:
        """Name exactly these curves."""
        self._curves = curves
        self._write(self._least_shortness)
        self.fit(self._room)

    def fit(self, room: float) -> None:
        """Shorten all names while they take more than some pixels; 0 as long as nobody knows."""
        is_wider, self._room = room > self._room, room
        if is_wider and self._shortness > self._least_shortness:
            self._write(self._least_shortness)
        while room and self.width() > room and self._shortness < _SHORTEST:
            self._write(self._shortness + 1)

    def setLabelTextSize(self, size: str) -> None:
        """Write the names in letters of another size, and as long as they are at first."""
        if size != self.labelTextSize():
            super().setLabelTextSize(size)
            self._write(self._least_shortness)

    @property
    def _least_shortness(self) -> int:
        return (len(self._curves) >= _MANY) + (len(self._curves) > _MANY)

    def _write(self, shortness: int) -> None:
        self._shortness = shortness
        self.clear()  # names that are only changed keep their room
        for curve in self._curves:
            style = curve.style
            names = (style.name, style.narrow or style.name, style.short)
            self.addItem(curve, _(names[shortness]))

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.setLabelTextColor(theme.text)
        for sample, label in self.items:
            label.setText(label.text, color=theme.text)
            sample.update()

    def hoverEvent(self, _event: object) -> None:
        """Leave the mouse to the plot: a legend beside the curves need not be moved."""

    def mouseDragEvent(self, event: QEvent) -> None:
        """Stay in place."""
        event.ignore()
