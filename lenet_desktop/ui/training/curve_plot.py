"""A plot of curves over epochs that answers questions: hover, zoom, reset, log scale."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPen

from lenet_desktop.analysis.history import Series
from lenet_desktop.ui.kit.alike import count_alike
from lenet_desktop.ui.kit.theme import LIGHT, Theme, with_alpha
from lenet_desktop.ui.training.envelope import envelope
from lenet_desktop.ui.training.overlays import Overlay, Overlays, drawable
from lenet_desktop.ui.training.readout import GAP

_POINT_SIZE = 6
_MOST_POINTS = 40
"""Epochs beyond which points would hide the line they stand on."""
_MINIMUM_LINES = 9
"""Lines of text as which a plot is at least as high, for its axis, legend and references."""
_MARGIN = 56
"""Pixels beside the curves for the ticks on the left and what lines mean on the right."""
_LONGEST_AT_ONCE = 30
"""Epochs up to which all that are planned are shown from the beginning."""
_ROOM_STEPS = (1, 2, 3, 5)
"""Times a power of ten: the epochs that a longer axis has room for, as the run goes on."""
_TICK_GAP = 16
"""Pixels between what stands at two ticks, at least."""
_DOTS, _DASHES = (1.0, 4.0), (4.0, 4.0)
"""Lengths of a line's strokes and gaps in widths of it; its ends are flat, or gaps would close."""
FINE_ALPHA = 0.75
"""How opaque the line of thousands of noisy values is."""
_FINE_Z = -4
"""Noise comes below all other curves, those of other runs, too."""


@dataclass(frozen=True, slots=True)
class CurveStyle:
    """How one curve looks.

    Attributes:
        name: what the legend calls it.
        short: what the read-out calls it.
        colour: reads the curve's colour from a theme.
        fine: a hairline without points, for thousands of noisy values.
        line: how it is stroked, and with its symbol tells curves apart without colour, too.
        symbol: pyqtgraph's name of the shape of its points.
    """

    name: str
    short: str
    colour: Callable[[Theme], str]
    fine: bool = False
    line: Qt.PenStyle = Qt.PenStyle.SolidLine
    symbol: str = "o"


class _ValueAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """On a logarithmic scale, ticks at 1, 2 and 5 of every power of ten, and no more."""

    def tickValues(
        self, low: float, high: float, size: float
    ) -> list[tuple[float | None, list[float]]]:
        """Return the spacing and the places of the ticks, in powers of ten if logarithmic."""
        if not self.logMode:
            ticks: list[tuple[float | None, list[float]]] = super().tickValues(low, high, size)
            return ticks
        places = [
            power + float(np.log10(digit))
            for power in range(int(np.floor(low)), int(np.ceil(high)) + 1)
            for digit in (1, 2, 5)
        ]
        return [(None, [place for place in places if low <= place <= high])]

    def logTickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Return what stands beside each tick of a logarithmic scale."""
        return [f"{10**value:g}" for value in values]


class _NoteAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Says what lines mean, at their end in the margin; no ticks and no line of its own."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation, pen=None, tickPen=None, maxTickLength=0)
        self.setTicks([[]])


class _PercentAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Writes shares, 0-1, as percentages."""

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Return what stands beside each tick."""
        return [f"{100 * value:g} %" for value in values]


class _EpochAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Whole epochs as long as there are some in sight; the last of them has its tick, too."""

    def tickValues(
        self, low: float, high: float, size: float
    ) -> list[tuple[float | None, list[float]]]:
        """Return the spacing and the places of the ticks."""
        widest = QFontMetricsF(self.font()).horizontalAdvance(f"{high:.0f}") + _TICK_GAP
        most = max(2, int(size / widest))
        steps = (digit * 10**power for power in range(6) for digit in (1, 2, 5))
        step = next((step for step in steps if (high - low) / step <= most), 10**6)
        places = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
        if len(places) < 2:  # somebody has zoomed into an epoch
            ticks: list[tuple[float | None, list[float]]] = super().tickValues(low, high, size)
            return ticks
        return [(step, (places + 0.0).tolist())]  # no negative zero

    def boundingRect(self) -> QRectF:
        """Let what stands at the outermost ticks reach into the margins."""
        area: QRectF = super().boundingRect()
        return area.adjusted(-_MARGIN // 2, 0, _MARGIN // 2, 0)


class _Legend(pg.LegendItem):  # type: ignore[misc]  # pyqtgraph has no types
    """The names in a row of their own above the curves, where they cover none.

    A click on a sample hides or shows its curve.
    """

    def hoverEvent(self, _event: object) -> None:
        """Leave the mouse to the plot: a legend beside the curves need not be moved."""

    def mouseDragEvent(self, event: QEvent) -> None:
        """Stay in place."""
        event.ignore()


class CurvePlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Curves over epochs. Follows the data until a person zooms; a double click follows again."""

    readout_changed = Signal(str)

    def __init__(
        self,
        object_name: str,
        *,
        title: str,
        styles: list[CurveStyle],
        write_value: Callable[[float], str],
        y_range: tuple[float, float] | None = None,
        percent_axis: bool = False,
    ) -> None:
        axis = _PercentAxis if percent_axis else _ValueAxis
        axes = {"left": axis("left"), "bottom": _EpochAxis("bottom"), "right": _NoteAxis("right")}
        super().__init__(axisItems=axes)
        self.setMinimumHeight(_MINIMUM_LINES * self.fontMetrics().height())
        self.setObjectName(object_name)
        self.setAccessibleName(f"{title} over epochs")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard has nothing to do here
        self._styles = styles
        self._write_value = write_value
        self._y_range = y_range
        self._epochs = 1
        self._shown_room = 0.0
        self._groups = 0  # of the values of a fine curve, as they are drawn
        self.references: list[tuple[float, str]] = []
        self._log_scale = False
        self._follows = True
        self._data: list[tuple[Series, Series]] = [_nothing() for _ in styles]
        self._build()
        self.show_theme(LIGHT)
        self.reset_view()

    def _build(self) -> None:
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setLabel("bottom", "Epoch")
        item.showGrid(x=True, y=True, alpha=0.12)
        item.getAxis("left").setWidth(_MARGIN)
        item.showAxis("right")
        item.getAxis("right").setWidth(_MARGIN)
        item.getAxis("right").setGrid(False)
        item.getViewBox().setDefaultPadding(0.02)
        item.getViewBox().sigRangeChangedManually.connect(self._on_range_changed_manually)
        item.getViewBox().sigXRangeChanged.connect(self._on_range_changed)
        item.getViewBox().sigResized.connect(self._on_resized)
        self.legend = _Legend(
            colCount=len(self._styles),
            frame=False,
            labelTextSize=f"{self.font().pointSizeF():.1f}pt",
        )
        self.legend.layout.setContentsMargins(0, 0, 0, 0)
        self.legend.setParentItem(item)
        self.legend.anchor(itemPos=(1, 0), parentPos=(1, 0), offset=(-1, 0))
        item.legend = self.legend  # which is what curves with a name are listed in
        self.curves = [
            item.plot(name=style.name, antialias=not style.fine) for style in self._styles
        ]
        for curve, style in zip(self.curves, self._styles, strict=True):
            if style.fine:
                curve.setZValue(_FINE_Z)
        item.layout.setRowFixedHeight(0, self.legend.height())  # the row of pyqtgraph's own titles
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.hide()
        item.addItem(self._cursor, ignoreBounds=True)
        self._reference_lines: list[pg.InfiniteLine] = []
        self.marks: list[pg.InfiniteLine] = []
        self._marked: list[tuple[float, str]] = []
        self.overlays = Overlays(item, LIGHT)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.viewport().installEventFilter(self)

    def sizeHint(self) -> QSize:
        """Ask for no more than the least; whatever room there is comes on top."""
        return QSize(super().minimumSizeHint().width(), self.minimumHeight())

    def set_references(self, notes: list[tuple[float, str]]) -> None:
        """Draw a faint line at each value that is worth knowing, and say what it is at its end."""
        if notes == self.references:
            return
        item = self.getPlotItem()
        for line in self._reference_lines:
            item.removeItem(line)
        self._reference_lines = [pg.InfiniteLine(pos=value, angle=0) for value, _ in notes]
        for line in self._reference_lines:
            line.setPen(self._line_pen(_DOTS))
            item.addItem(line, ignoreBounds=True)
        self.references = notes
        item.getAxis("right").setTicks([notes])

    def set_marks(self, marks: list[tuple[float, str]]) -> None:
        """Draw an upright line at each place on the axis, in epochs, with a word at its foot."""
        kept = count_alike(self._marked, marks)
        for line in self.marks[kept:]:
            self.getPlotItem().removeItem(line)
        del self.marks[kept:]
        self._marked = list(marks)
        for place, text in marks[kept:]:
            edges = [(0, 1), (1, 1)]  # to the right of the line, to the left at the far end
            line = pg.InfiniteLine(
                pos=place,
                angle=90,
                label=text,
                labelOpts={"position": 0.02, "anchors": edges},
            )
            self.getPlotItem().addItem(line, ignoreBounds=True)
            self.marks.append(line)
            self._paint_mark(line)

    def set_curve(self, index: int, x: Series, y: Series) -> None:
        """Show the values of a curve, float64 (K,) each; x is in epochs."""
        self._data[index] = (x, y)
        curve = self.curves[index]
        if self._styles[index].fine:
            self._draw_fine(index)
        else:
            curve.setData(*drawable(x, y, log=self._log_scale))
            curve.setSymbolSize(_POINT_SIZE if len(x) <= _MOST_POINTS else 0)
        if self._follows:
            if self._room != self._shown_room:
                self._fit_x()
            self._fit_y()

    def _draw_fine(self, index: int) -> None:
        """Draw of many values what there are pixels for.

        pyqtgraph could do so itself, but leaves out the newest values where they are no full group.
        """
        (low, high), _ = self.getPlotItem().getViewBox().viewRange()
        values = drawable(*self._data[index], log=self._log_scale)
        self._groups = self._groups_with_room()
        self.curves[index].setData(*envelope(*values, low, high, self._groups))

    def _groups_with_room(self) -> int:
        """Return how many groups of values have a pixel each: a power of two, 128 at least."""
        return 1 << max(7, int(self.getPlotItem().getViewBox().width()).bit_length())

    @Slot(object)
    def _on_resized(self, *_: object) -> None:
        if self._groups_with_room() != self._groups:
            self._on_range_changed()

    @Slot(object)
    def _on_range_changed(self, *_: object) -> None:
        for index, style in enumerate(self._styles):
            if style.fine:
                self._draw_fine(index)

    def offer_curve(self, index: int, offered: bool) -> None:
        """Name a curve in the legend, or leave it out."""
        curve = self.curves[index]
        if offered == (self.legend.getLabel(curve) is not None):
            return
        if offered:
            self.legend.addItem(curve, self._styles[index].name)
        else:
            self.legend.removeItem(curve)

    def curve_data(self, index: int) -> tuple[Series, Series]:
        """Return the values of a curve as they were set."""
        return self._data[index]

    def show_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Draw exactly these curves of other runs."""
        self.overlays.show(overlays)
        if self._follows:
            self.reset_view()

    def show_overlay(self, key: int, visible: bool) -> None:
        """Show a curve of other runs, or hide it."""
        self.overlays.set_visible(key, visible)
        if self._follows:
            self.reset_view()

    def set_epochs(self, epochs: int) -> None:
        """Make room on the axis for the epochs that are planned."""
        self._epochs = max(1, epochs)
        if self._follows:
            self.reset_view()

    @property
    def log_scale(self) -> bool:
        """Whether the values are drawn on a logarithmic axis."""
        return self._log_scale

    @Slot(bool)
    def set_log_scale(self, on: bool) -> None:
        """Draw the values on a logarithmic axis, or on a linear one."""
        if on == self._log_scale:
            return
        self._log_scale = on
        for curve in self.curves:
            curve.setData([], [])  # which fits either axis
        self.overlays.set_log_scale(on)
        for index, (x, y) in enumerate(self._data):
            self.set_curve(index, x, y)
        self.reset_view()

    @Slot()
    def reset_view(self) -> None:
        """Show everything, and follow the data from now on."""
        self._follows = True
        self._fit_x()
        self._fit_y()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.setBackground(theme.surface)
        for name in ("left", "bottom", "right"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(theme.outline if name != "right" else None)
            axis.setTextPen(theme.muted)
        self.legend.setLabelTextColor(theme.text)
        for _, label in self.legend.items:
            label.setText(label.text, color=theme.text)
        for curve, style in zip(self.curves, self._styles, strict=True):
            self._paint_curve(curve, style)
        self.overlays.show_theme(theme)
        for sample, _ in self.legend.items:
            sample.update()
        self._cursor.setPen(pg.mkPen(theme.muted, width=1))
        for line in self._reference_lines:
            line.setPen(self._line_pen(_DOTS))
        for line in self.marks:
            self._paint_mark(line)

    def _paint_mark(self, line: pg.InfiniteLine) -> None:
        line.setPen(self._line_pen(_DASHES))
        line.label.setColor(self._theme.muted)

    def _line_pen(self, dash: Sequence[float]) -> QPen:
        pen: QPen = pg.mkPen(self._theme.muted, width=1)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(dash)
        return pen

    def _paint_curve(self, curve: pg.PlotDataItem, style: CurveStyle) -> None:
        colour = style.colour(self._theme)
        if style.fine:
            curve.setPen(pg.mkPen(with_alpha(colour, FINE_ALPHA), width=1))
            return
        curve.setPen(pg.mkPen(colour, width=2, style=style.line))
        curve.setSymbol(style.symbol)
        curve.setSymbolPen(None)
        curve.setSymbolBrush(QColor(colour))
        curve.scatter.setPen(None)  # the legend asks the points, which know nothing before data
        curve.scatter.setBrush(QColor(colour))
        curve.scatter.setSize(_POINT_SIZE)

    @property
    def _room(self) -> float:
        """The epochs that the axis has room for: of very many, not all before they are reached."""
        reached = max((float(x[-1]) for x, _ in self._data if len(x)), default=0.0)
        reached = max(reached, self.overlays.last_epoch)
        if self._epochs <= _LONGEST_AT_ONCE:
            return max(reached, self._epochs)
        room = 10
        steps = (digit * 10**power for power in range(1, 5) for digit in _ROOM_STEPS)
        room = next((step for step in steps if step > reached), self._epochs)
        return max(reached, min(room, self._epochs))

    def _fit_x(self) -> None:
        self._shown_room = self._room
        self.getPlotItem().setXRange(0, self._shown_room, padding=0.02)

    def _fit_y(self) -> None:
        if self._y_range is not None and not self._log_scale:
            self.getPlotItem().setYRange(*self._y_range, padding=0.07)
            return
        values = np.concatenate([*(y for _, y in self._data), self.overlays.values])
        values = values[np.isfinite(values)]
        if self._log_scale:
            values = np.log10(values[values > 0])
            low, high = (values.min(), values.max()) if len(values) else (-1.0, 0.5)
            self.getPlotItem().setYRange(low, max(high, low + 0.1), padding=0.05)
        else:
            high = values.max() if len(values) else 2.5
            self.getPlotItem().setYRange(0, max(high, 1e-9), padding=0.05)

    @Slot()
    def _on_range_changed_manually(self) -> None:
        self._follows = False

    def mouseDoubleClickEvent(self, event: QEvent) -> None:
        """Show everything again."""
        self.reset_view()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the read-out away when the mouse leaves."""
        if event.type() is QEvent.Type.Leave:
            self._cursor.hide()
            self.readout_changed.emit("")
        return bool(super().eventFilter(watched, event))

    @Slot(object)
    def _on_mouse_moved(self, position: QPointF) -> None:
        box = self.getPlotItem().getViewBox()
        if not box.sceneBoundingRect().contains(position):
            return
        place = box.mapSceneToView(position)
        self.show_readout(float(place.x()), float(place.y()))

    def show_readout(self, epoch: float, height: float = 0.0) -> None:
        """Mark a place on the axis and say the exact values that lie nearest to it.

        Args:
            epoch: the place.
            height: where the mouse is beside the axis of the values, in powers of ten on a
                logarithmic scale; of several runs, the nearest one is named first.
        """
        self._cursor.setPos(epoch)
        self._cursor.show()
        parts: dict[str, list[str]] = {}
        for style, (x, y) in zip(self._styles, self._data, strict=True):
            if not len(x) or epoch > x[-1] + 0.5 or epoch < x[0] - 0.5:
                continue
            nearest = int(np.abs(x - epoch).argmin())
            place = f"{x[nearest]:.2f}" if style.fine else f"{x[nearest]:.0f}"
            value = f"{style.short} {self._write_value(float(y[nearest]))}"
            parts.setdefault(place, []).append(value)
        said = [f"{', '.join(values)} at {place}" for place, values in parts.items()]
        self.readout_changed.emit(GAP.join(said + self._overlay_parts(epoch, height, set(parts))))

    def _overlay_parts(self, epoch: float, height: float, places: set[str]) -> list[str]:
        """Return what is said of other runs; `places` are the epochs that are named already."""

        def distance(found: tuple[Overlay, float, float]) -> float:
            value = found[2]
            if self._log_scale:
                value = float(np.log10(value)) if value > 0 else -np.inf
            return abs(value - height) if np.isfinite(value) else np.inf

        parts = []
        for overlay, x, y in sorted(self.overlays.at(epoch), key=distance):
            place = "" if f"{x:.0f}" in places else f" at {x:.0f}"
            parts.append(f"{overlay.text} {self._write_value(y)}{place}")
        return parts


def _nothing() -> tuple[Series, Series]:
    return np.empty(0), np.empty(0)
