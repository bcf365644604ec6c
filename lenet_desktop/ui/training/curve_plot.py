"""A plot of curves over epochs that answers questions: hover, zoom, reset, log scale."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal, Slot

from lenet_desktop.analysis.history import Series
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import joined
from lenet_desktop.ui.kit.garbage import own_menus
from lenet_desktop.ui.kit.theme import LIGHT, Theme
from lenet_desktop.ui.training.annotations import Annotations
from lenet_desktop.ui.training.axes import (
    EpochAxis,
    NoteAxis,
    PercentAxis,
    ValueAxis,
    fit_letters,
    letter_size,
    room_for,
)
from lenet_desktop.ui.training.line_labels import LineLabels
from lenet_desktop.ui.training.overlays import Overlay, Overlays
from lenet_desktop.ui.training.plot_legend import PlotLegend
from lenet_desktop.ui.training.readout import GAP, at_epoch, named_value
from lenet_desktop.ui.training.run_curve import FINE_ALPHA, CurveStyle, RunCurve

_PADDING = 0.02
"""Share of the room for the epochs that is left on each side of them."""
_LEAST_HEIGHT = 0.002
"""Share of the values as which an axis of theirs is at least as high."""
_MINIMUM_LINES = 9
"""Lines of text as which a plot is at least as high, for its axis, legend and references."""


class CurvePlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Curves over epochs. Follows the data until a person zooms; a double click follows again.

    Args:
        object_name: what it is found by.
        title: what is drawn.
        styles: the curves.
        offered: how many of them, from the first on, are named to begin with; all by default.
        write_value: writes a value for people.
        y_range: the least and the greatest value in sight; those that there are by default.
        percent_axis: whether values are shares, 0-1.
        is_tight: whether no more is in sight than the values, so that close ones lie apart.

    Attributes:
        curves: those of the run that is shown.
        overlays: those of other runs.
        annotations: values and places that are worth noting.
        log_scale: whether the values are drawn on a logarithmic axis.
    """

    readout_changed = Signal(str)

    def __init__(
        self,
        object_name: str,
        *,
        title: str,
        styles: list[CurveStyle],
        offered: int | None = None,
        write_value: Callable[[float], str],
        y_range: tuple[float, float] | None = None,
        percent_axis: bool = False,
        is_tight: bool = False,
    ) -> None:
        axis = PercentAxis if percent_axis else ValueAxis
        axes = {"left": axis("left"), "bottom": EpochAxis("bottom"), "right": NoteAxis()}
        super().__init__(axisItems=axes, enableMenu=False)
        own_menus(self)
        self.setObjectName(object_name)
        self.setAccessibleName(_("{title} over epochs").format(title=title))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard has nothing to do here
        self._write_value = write_value
        self._y_range = y_range
        self._most_unknown = 1.0 if percent_axis else 2.5  # before there are values
        self._is_tight = is_tight
        self._theme = LIGHT
        self._epochs = 1
        self._progress = 0.0
        self._shown_room = 0.0
        self._groups = 0  # of the values of a fine curve, as they are drawn
        self.log_scale = False
        self._follows = True
        self.curves = [RunCurve(style) for style in styles]
        self._offered = frozenset(range(len(styles) if offered is None else offered))
        self._build()
        self._paint_in(LIGHT)
        self.reset_view()

    def _build(self) -> None:
        item = self.getPlotItem()
        item.hideButtons()
        item.setLabel("bottom", _("Epoch"))
        item.showGrid(x=True, y=True, alpha=0.12)
        item.showAxis("right")
        item.getAxis("right").setGrid(False)
        item.getViewBox().setDefaultPadding(0.02)
        item.getViewBox().sigRangeChangedManually.connect(self._on_range_changed_manually)
        item.getViewBox().sigXRangeChanged.connect(self._on_range_changed)
        item.getViewBox().sigResized.connect(self._on_resized)
        for curve in self.curves:
            item.addItem(curve)
        # Later than the curves, or all would be named at first.
        self.legend = PlotLegend(item, len(self.curves), letter_size(self.font()))
        self._name_curves()
        self.labels = LineLabels(item, self.curves)
        self.annotations = Annotations(item, self.labels)
        self._fit_letters()
        self.overlays = Overlays(item, LIGHT)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.viewport().installEventFilter(self)

    def sizeHint(self) -> QSize:
        """Ask for no more than the least; whatever room there is comes on top."""
        return QSize(super().minimumSizeHint().width(), self.minimumHeight())

    def set_progress(self, progress: float) -> None:
        """Make room up to a place on the axis, in epochs, though no curve reaches it yet."""
        self._progress = progress
        if self._follows and self._room != self._shown_room:
            self._fit_x()

    def set_curve(self, index: int, x: Series, y: Series) -> None:
        """Show the values of a curve, float64 (K,) each; x is in epochs."""
        self.set_curves({index: (x, y)})

    def set_curves(self, curves: Mapping[int, tuple[Series, Series]]) -> None:
        """Show the values of several curves, as `set_curve` does with one."""
        has_changed = False
        for index, (x, y) in curves.items():
            curve = self.curves[index]
            if np.array_equal(curve.places, x) and np.array_equal(curve.values, y, equal_nan=True):
                continue  # between two epochs only what has a value for each step grows
            curve.take(x, y)
            self._draw(curve)
            has_changed = True
        if not has_changed:
            return
        if self._follows:
            if self._room != self._shown_room:
                self._fit_x()
            self._fit_y()
        self.labels.place()
        self.annotations.place()

    def set_line_scale(self, scale: float) -> None:
        """Draw lines and points so many times as thick as usual, to be seen from afar."""
        for curve in self.curves:
            curve.set_scale(scale)
            curve.paint_in(self._theme)
        self.overlays.set_line_scale(scale)

    def changeEvent(self, event: QEvent) -> None:
        """Write all words in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and hasattr(self, "annotations"):
            self._fit_letters()

    def _fit_letters(self) -> None:
        font = self.font()
        self.setMinimumHeight(_MINIMUM_LINES * self.fontMetrics().height())
        fit_letters(self.getPlotItem(), self.legend, font)
        self.legend.fit(self.getPlotItem().width())
        self.labels.set_font(font)
        self.annotations.set_font(font)

    def _draw(self, curve: RunCurve) -> None:
        (low, high), _values = self.getPlotItem().getViewBox().viewRange()
        self._groups = self._groups_with_room()
        curve.draw(low, high, self._groups, log=self.log_scale)

    def _groups_with_room(self) -> int:
        """Return how many groups of values have a pixel each: a power of two, 128 at least."""
        return 1 << max(7, int(self.getPlotItem().getViewBox().width()).bit_length())

    @Slot(object)
    def _on_resized(self, *_sizes: object) -> None:
        self.legend.fit(self.getPlotItem().width())
        if self._groups_with_room() != self._groups:
            self._on_range_changed()
        if self._follows:
            self._fit_x()

    @Slot(object)
    def _on_range_changed(self, *_ranges: object) -> None:
        for curve in self.curves:
            if curve.style.has_steps:
                self._draw(curve)

    def offer_curve(self, index: int, offered: bool) -> None:
        """Name a curve in the legend, or leave it out."""
        if offered == (index in self._offered):
            return
        self._offered = self._offered | {index} if offered else self._offered - {index}
        self._name_curves()
        if self._follows:
            self._fit_x()

    def _name_curves(self) -> None:
        self.legend.show_curves([self.curves[each] for each in sorted(self._offered)])

    def fade_curve(self, index: int, opacity: float | None) -> None:
        """Draw the hairline of a curve paler, or as usual with None."""
        curve = self.curves[index]
        curve.opacity_of_fine = FINE_ALPHA if opacity is None else opacity
        curve.paint_in(self._theme)

    def show_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Draw exactly these curves of other runs."""
        if not overlays and self.overlays.are_none:
            return
        self.overlays.show(overlays)
        self._name_overlays()
        if self._follows:
            self.reset_view()

    def show_overlay(self, key: int, visible: bool) -> None:
        """Show a curve of other runs, or hide it."""
        self.overlays.set_visible(key, visible)
        self._name_overlays()
        if self._follows:
            self.reset_view()

    def _name_overlays(self) -> None:
        self.labels.show_overlays(self.overlays.shown, log=self.log_scale)

    def set_epochs(self, epochs: int) -> None:
        """Make room on the axis for the epochs that are planned."""
        self._epochs = max(1, epochs)
        if self._follows:
            self.reset_view()

    @Slot(bool)
    def set_log_scale(self, on: bool) -> None:
        """Draw the values on a logarithmic axis, or on a linear one."""
        if on == self.log_scale:
            return
        self.log_scale = on
        for curve in self.curves:
            curve.wipe()
        self.overlays.set_log_scale(on)
        self._name_overlays()
        for curve in self.curves:
            self._draw(curve)
        self.reset_view()

    @Slot()
    def reset_view(self) -> None:
        """Show everything, and follow the data from now on."""
        self._follows = True
        self._fit_x()
        self._fit_y()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        if theme is not self._theme:
            self._paint_in(theme)

    def _paint_in(self, theme: Theme) -> None:
        self.setBackground(theme.surface)
        for name in ("left", "bottom", "right"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(theme.outline if name != "right" else None)
            axis.setTextPen(theme.muted)
        self._theme = theme
        for curve in self.curves:
            curve.paint_in(theme)
        self.labels.show_theme(theme)
        self.overlays.show_theme(theme)
        self.legend.show_theme(theme)
        self.annotations.show_theme(theme)

    @property
    def _room(self) -> float:
        reached = [float(curve.places[-1]) for curve in self.curves if len(curve.places)]
        return room_for(max([self._progress, self.overlays.last_epoch, *reached]), self._epochs)

    def _fit_x(self) -> None:
        self._shown_room = room = self._room
        self.getPlotItem().getAxis("bottom").end_at(room)
        width = max(1.0, self.getPlotItem().getViewBox().width())
        # What the curves are called stands behind their ends.
        self.labels.fit(width)
        names = self.labels.width_of(self.curves[each] for each in self._offered)
        behind = max(_PADDING, names / max(1.0, width - names))
        self.getPlotItem().setXRange(-_PADDING * room, (1 + behind) * room, padding=0)

    def _fit_y(self) -> None:
        if self._y_range is not None and not self.log_scale:
            self.getPlotItem().setYRange(*self._y_range, padding=0.07)
            return
        extremes = (curve.extremes for curve in self.curves)
        values = np.concatenate([*extremes, self.overlays.values])
        values = values[np.isfinite(values)]
        if self.log_scale:
            values = np.log10(values[values > 0])
            low, high = (values.min(), values.max()) if len(values) else (-1.0, 0.5)
            self.getPlotItem().setYRange(low, max(high, low + 0.1), padding=0.05)
        else:
            high = values.max() if len(values) else self._most_unknown
            low = values.min() if self._is_tight and len(values) > 1 else 0
            lacks = max(0.0, _LEAST_HEIGHT * abs(high) - (high - low))  # or ticks would read alike
            self.getPlotItem().setYRange(low - lacks / 2, max(high, 1e-9) + lacks / 2, padding=0.05)

    @Slot()
    def _on_range_changed_manually(self) -> None:
        self._follows = False
        self.getPlotItem().getAxis("bottom").end_at(np.inf)

    def mouseDoubleClickEvent(self, event: QEvent) -> None:
        """Show everything again."""
        self.reset_view()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the read-out away when the mouse leaves."""
        if event.type() is QEvent.Type.Leave:
            self.annotations.cursor.hide()
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
        self.annotations.cursor.setPos(epoch)
        self.annotations.cursor.show()
        parts: dict[str, list[str]] = {}
        for curve in self.curves:
            if found := curve.near(epoch):
                place, value = found
                words = named_value(_(curve.style.short), self._write_value(value))
                parts.setdefault(place, []).append(words)
        said = self.annotations.unwritten_at(epoch)
        said += [at_epoch(joined(values), place) for place, values in parts.items()]
        self.readout_changed.emit(GAP.join(said + self._overlay_parts(epoch, height, set(parts))))

    def _overlay_parts(self, epoch: float, height: float, places: set[str]) -> list[str]:
        """Return what is said of other runs; `places` are the epochs that are named already."""
        parts = []
        for overlay, x, y in self.overlays.at(epoch, height):
            said, place = named_value(overlay.text, self._write_value(y)), f"{x:.0f}"
            parts.append(said if place in places else at_epoch(said, place))
        return parts
