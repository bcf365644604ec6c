"""The fields that pick out trials by their settings, as a drag over the plot does."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QStackedWidget, QToolButton, QWidget

from lenet_desktop.sweeps.findings import number_text
from lenet_desktop.sweeps.scales import Scale
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.text.wording import counted, whole
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.inputs import NumberInput, mark_wrong
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.sweeps.parallel_plot import ParallelPlot

_NEAR = 0.01
"""How far from a named value a place may be to be picked out with it."""
_TARGET = 28


class BrushFields(QWidget):
    """Says which part of which axis picks out trials, and changes it."""

    picked_changed = Signal()

    def __init__(self, plot: ParallelPlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = plot
        self._is_showing = False
        self._build()
        label = QLabel(_("Onl&y"))
        label.setBuddy(self.axis)
        in_row(label, self.axis, self._pages, self.clear, self.count, None, on=self)
        self.axis.currentIndexChanged.connect(self._show_span)
        for line in (self.low, self.high):
            line.editingFinished.connect(self._on_ends_entered)
        self.value.activated.connect(self._on_value_chosen)
        self.clear.clicked.connect(self._on_cleared)
        plot.brushed.connect(self._on_brushed)

    def _build(self) -> None:
        self.axis = identify(
            QComboBox(), "brush_setting_input", _("Setting that picks out trials"),
            _("By which setting, or result, trials are picked out."),
        )  # fmt: skip
        self.low = identify(NumberInput(), "brush_low_input", _("At least"))
        self.high = identify(NumberInput(), "brush_high_input", _("At most"))
        for line in (self.low, self.high):
            follow_font(line, partial(_fit, line))
        self.value = identify(QComboBox(), "brush_value_input", _("Value that picks out trials"),
            _("Only trials with this value are shown."),
        )  # fmt: skip
        self.clear = identify(
            QToolButton(),
            "brush_clear_button",
            _("Show all trials"),
            _("Pick out no trials any more."),
        )
        self.clear.setText(_("All trials"))
        self.clear.setMinimumHeight(_TARGET)
        self.clear.setProperty("role", "chip")
        self.count = muted(identify(QLabel(), "brush_count"))
        span = QWidget()
        between = QLabel(pgettext("between the ends of a range", "to"))
        before = QLabel(pgettext("before the ends of a range", "from"))
        in_row(before, self.low, between, self.high, on=span)
        self._pages = QStackedWidget()
        self._pages.addWidget(span)
        self._pages.addWidget(self.value)

    @Slot()
    def show_axes(self) -> None:
        """Take in what axes the plot has by now."""
        titles = [scale.title for scale in self._plot.scales]
        if titles != [self.axis.itemText(row) for row in range(self.axis.count())]:
            self._is_showing = True
            self.axis.clear()
            self.axis.addItems(titles)
            self._is_showing = False
        self._show_span()

    @property
    def _scale(self) -> Scale | None:
        row = self.axis.currentIndex()
        scales = self._plot.scales
        return scales[row] if 0 <= row < len(scales) else None

    @Slot()
    def _show_span(self) -> None:
        """Show the part of the chosen axis that picks out trials."""
        scale = self._scale
        if self._is_showing or scale is None:
            return
        self._is_showing = True
        self._pages.setCurrentIndex(0 if scale.is_number else 1)
        span = self._plot.spans.get(scale.name)
        if scale.is_number:
            places = (0.0, 1.0) if span is None else span
            for line, place in zip((self.low, self.high), places, strict=True):
                if not line.hasFocus():
                    line.setText(number_text(scale.value_at(place)))
        else:
            self.value.clear()
            self.value.addItem(pgettext("value", "any"))
            self.value.addItems([words for _other, words in scale.ticks])
            inside = [
                row
                for row, (place, _other) in enumerate(scale.ticks, start=1)
                if span is not None and span[0] <= place <= span[1]
            ]
            self.value.setCurrentIndex(inside[0] if inside else 0)
        self._is_showing = False
        self._show_count()

    def _show_count(self) -> None:
        picked = self._plot.picked
        self.clear.setEnabled(self._plot.has_brush)
        words = counted(
            len(picked),
            "{picked} of {count} trial",
            "{picked} of {count} trials",
            picked=whole(int(picked.sum())),
        )
        self.count.setText(words if self._plot.has_brush else "")

    @Slot()
    def _on_brushed(self) -> None:
        self._show_span()
        self.picked_changed.emit()

    @Slot()
    def _on_ends_entered(self) -> None:
        scale = self._scale
        if self._is_showing or scale is None or not scale.is_number:
            return
        for line in (self.low, self.high):
            mark_wrong(line, line.problem is not None)
        if self.low.problem or self.high.problem:
            return
        spans = {name: span for name, span in self._plot.spans.items() if name != scale.name}
        low, high = sorted((self.low.value(), self.high.value()))
        ends = scale.ends or (0.0, 1.0)
        is_all = [number_text(low), number_text(high)] == [*map(number_text, ends)]
        if not is_all and (not scale.is_log or low > 0):
            spans[scale.name] = scale.place_of(low) - 1e-9, scale.place_of(high) + 1e-9
        if spans != self._plot.spans:
            self._plot.brush(spans)

    @Slot()
    def _on_value_chosen(self) -> None:
        scale = self._scale
        if scale is None:
            return
        spans = {name: span for name, span in self._plot.spans.items() if name != scale.name}
        row = self.value.currentIndex() - 1
        if row >= 0:
            place = scale.ticks[row][0]
            spans[scale.name] = place - _NEAR, place + _NEAR
        self._plot.brush(spans)

    @Slot()
    def _on_cleared(self) -> None:
        self._plot.brush({})


def _fit(line: NumberInput) -> None:
    line.setMaximumWidth(line.fontMetrics().averageCharWidth() * 12)
