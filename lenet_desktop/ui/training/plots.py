"""The loss and the accuracy of a run, live."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from lenet_desktop.analysis.history import History, Series
from lenet_desktop.analysis.smoothing import smoothed
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import figure, percent
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, Theme, heading
from lenet_desktop.ui.training.annotations import BELOW_HEAD, HEAD, Mark
from lenet_desktop.ui.training.axes import rounded_percent
from lenet_desktop.ui.training.curve_plot import CurvePlot
from lenet_desktop.ui.training.curve_styles import (
    ACCURACY_CURVES,
    LOSS_CURVES,
    STEPS,
    TREND,
    VALIDATED,
)
from lenet_desktop.ui.training.overlay_legend import LegendEntry, OverlayLegend
from lenet_desktop.ui.training.overlays import Overlay
from lenet_desktop.ui.training.readout import Readout

REPAINT_INTERVAL_MS = 200
"""Plots follow at 5 Hz at most, however fast events come."""
_SHARE, _LONGEST_MS = 0.01, 1_000
"""Of the time, what may go into making ready what is painted, as it is missing to the trainer:
where that takes long, plots follow more seldom, but still each second."""

_NARROW, _LOW = 330, 120
"""Pixels that a plot is wide beside another; of height by which both have room above each other."""
SMOOTHED_ALPHA = 0.3
"""How opaque the values of each step are behind their trend."""
_MEMORY = 64
"""Into so many parts of all steps, at least, the trend forgets what was, so that it lags unseen."""


class TrainingPlots(QSplitter):
    """Two plots that follow a history, repainted at a rate that they can afford."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical, childrenCollapsible=False)
        self._history = History()
        self._loaded = DEFAULT
        self._stale = False
        self._build()
        self._least_ms = REPAINT_INTERVAL_MS
        self._timer = QTimer(self, interval=self._least_ms)
        self._timer.timeout.connect(self._on_timeout)

    def set_refresh_hz(self, refresh_hz: int) -> None:
        """Repaint at most so often while a run goes on."""
        self._least_ms = 1_000 // refresh_hz
        self._timer.setInterval(self._least_ms)

    def history(self) -> History:
        """Return the history that is shown."""
        return self._history

    def _build(self) -> None:
        self.loss = CurvePlot(
            "loss_plot",
            title=_("Loss"),
            styles=LOSS_CURVES,
            offered=VALIDATED,
            write_value=lambda value: figure(value, ".4f"),
        )
        self.accuracy = CurvePlot(
            "accuracy_plot",
            title=_("Accuracy"),
            styles=ACCURACY_CURVES,
            offered=2,
            write_value=percent,
            y_range=(0, 1),
            percent_axis=True,
        )
        self._mark_references()
        self.log_scale = identify(
            QCheckBox(_("Lo&g scale")),
            "log_scale_input",
            _("Logarithmic scale for the loss"),
            _("Draw the loss on a logarithmic axis, which shows small changes better."),
        )
        self.log_scale.toggled.connect(self.loss.set_log_scale)
        self.smooth = identify(
            QCheckBox(_("Smooth c&urve")),
            "smooth_input",
            _("Trend of the loss"),
            _("Draw the trend of the loss of the steps, over the steps themselves."),
        )
        self.smooth.toggled.connect(self._on_smooth_toggled)
        self.overlay_legend = OverlayLegend()
        self.overlay_legend.toggled.connect(self._on_overlay_toggled)
        controls = (self.smooth, self.log_scale)
        self._boxes = (
            _titled(_("Loss"), self.loss, *controls, above=self.overlay_legend),
            _titled(_("Accuracy"), self.accuracy),
        )
        for box in self._boxes:
            self.addWidget(box)
        self.setHandleWidth(SPACING)

    def show_history(self, history: History, *, keeps_view: bool = False) -> None:
        """Follow a history from now on; show all of it, or what somebody has zoomed to."""
        self._history = history
        self._mark_references()
        for plot in (self.loss, self.accuracy):
            plot.set_epochs(history.planned_epochs)
            if not keeps_view:
                plot.reset_view()
        self.refresh()

    def show_data(self, info: DatasetInfo) -> None:
        """Take in what is learned from, to be shown where no run is."""
        self._loaded = info
        self._mark_references()

    def _mark_references(self) -> None:
        """Mark what chance and people reach on the data, as far as that is known."""
        started = self._history.started
        info = self._loaded if started is None else started.config.data
        known = ((_("people"), info.human_accuracy), (_("chance"), info.chance_accuracy))
        self.accuracy.annotations.set_references(
            [
                (share, f"{name}\n{rounded_percent(share, 3)}")
                for name, share in known
                if share is not None
            ]
        )

    def plan(self, epochs: int, *, holds_out: bool) -> None:
        """Make room for the epochs and curves that are planned, while there is no run to show."""
        if self._history.started is None:
            self.loss.set_epochs(epochs)
            self.accuracy.set_epochs(epochs)
            self._offer_validation(holds_out)

    def _offer_validation(self, holds_out: bool) -> None:
        self.loss.offer_curve(VALIDATED, holds_out)
        self.accuracy.offer_curve(2, holds_out)

    def note_change(self) -> None:
        """Repaint soon, because the history has grown."""
        self._stale = True
        if not self._timer.isActive():
            self._timer.start()

    def settle(self) -> None:
        """Repaint now what has changed since the last time, if anything has."""
        if self._stale:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Repaint now."""
        self._stale = False
        history = self._history
        self.loss.set_curves(
            {
                STEPS: (history.step_epochs, history.step_losses),
                1: history.series("train_loss"),
                2: history.series("test_loss"),
                VALIDATED: history.series("validation_loss"),
                TREND: self._trend,
            }
        )
        # Below each other, the same epoch stands at the same place.
        self.accuracy.set_progress(max(history.step_epochs[-1:].tolist(), default=0.0))
        self.accuracy.set_curves(
            {
                0: history.series("train_accuracy"),
                1: history.series("test_accuracy"),
                2: history.series("validation_accuracy"),
            }
        )
        self._offer_validation(history.holds_out)
        marks = [
            Mark(place, _("rate {rate}").format(rate=f"{rate:g}"))
            for place, rate in history.rate_changes
        ]
        if history.best_epoch is not None:
            word = _("best {epoch}").format(epoch=history.best_epoch)
            marks.append(Mark(history.best_epoch, word, HEAD))
        if (overfits := history.overfits_since) is not None:
            marks.append(Mark(overfits.epoch, _("learns by heart"), BELOW_HEAD))
        if (plateau := history.plateau_until) is not None:
            word = _("plateau") if history.is_on_plateau else _("end of the plateau")
            marks.append(Mark(plateau, word))  # at the foot, below the loss that falls from there
        if history.is_far_off:
            marks.append(Mark(history.epochs[-1].epoch, _("much worse than guessing"), BELOW_HEAD))
        if history.diverged is not None and len(history.step_epochs):
            marks.append(Mark(float(history.step_epochs[-1]), _("diverged"), BELOW_HEAD))
        self.loss.annotations.set_marks(marks)
        self.accuracy.annotations.set_marks(marks, are_written=False)
        for plot in (self.loss, self.accuracy):
            plot.scene().prepareForPaint()  # or what that moves would be painted a second time

    def set_line_scale(self, scale: float) -> None:
        """Draw lines and points so many times as thick as usual, to be seen from afar."""
        for plot in (self.loss, self.accuracy):
            plot.set_line_scale(scale)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the plots side by side where they would be too low above each other."""
        low = sum(box.minimumSizeHint().height() for box in self._boxes) + _LOW
        size = event.size()
        is_flat = size.height() < low and size.width() >= 2 * _NARROW
        wanted = Qt.Orientation.Horizontal if is_flat else Qt.Orientation.Vertical
        if wanted is not self.orientation():
            self.setOrientation(wanted)
            self.setSizes([max(size.width(), size.height())] * 2)  # less would be the least of each
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Return the least size, in which the plots stand side by side if there is the width."""
        first, second = (box.minimumSizeHint() for box in self._boxes)
        width = max(first.width(), second.width())
        if self.width() >= 2 * _NARROW:
            return QSize(width, max(first.height(), second.height()))
        return QSize(width, first.height() + self.handleWidth() + second.height())

    @property
    def _trend(self) -> tuple[Series, Series]:
        """The trend of the loss of the steps, where it is asked for."""
        places, losses = self._history.step_epochs, self._history.step_losses
        if not self.smooth.isChecked():
            return places[:0], losses[:0]
        # By powers of two, or what was drawn would change with every step.
        memory = 1 << max(1, (len(losses) // _MEMORY).bit_length() - 1)
        return places, smoothed(losses, memory)

    def follow(self, plots: TrainingPlots) -> None:
        """Have a logarithmic scale and a smooth curve where others have."""
        for mine, theirs in ((self.log_scale, plots.log_scale), (self.smooth, plots.smooth)):
            mine.setChecked(theirs.isChecked())
            theirs.toggled.connect(mine.setChecked)

    @Slot(bool)
    def _on_smooth_toggled(self, smooths: bool) -> None:
        self.loss.fade_curve(STEPS, SMOOTHED_ALPHA if smooths else None)
        self.loss.offer_curve(TREND, smooths)
        self.loss.set_curve(TREND, *self._trend)

    def show_overlays(
        self,
        entries: Sequence[LegendEntry],
        losses: Sequence[Overlay],
        accuracies: Sequence[Overlay],
        notice: str = "",
    ) -> None:
        """Draw exactly these curves of other runs, and name them.

        Args:
            entries: what is said of each curve.
            losses: the curves in the plot of the loss, with the keys of the entries.
            accuracies: those in the plot of the accuracy, likewise.
            notice: what else is to be said of them, a few words.
        """
        self.loss.show_overlays(losses)
        self.accuracy.show_overlays(accuracies)
        self.overlay_legend.show_entries(entries, notice)

    @Slot()
    def reset_views(self) -> None:
        """Show all of both plots."""
        self.loss.reset_view()
        self.accuracy.reset_view()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.loss.show_theme(theme)
        self.accuracy.show_theme(theme)
        self.overlay_legend.show_theme(theme)

    @Slot(int, bool)
    def _on_overlay_toggled(self, key: int, visible: bool) -> None:
        self.loss.show_overlay(key, visible)
        self.accuracy.show_overlay(key, visible)

    @Slot()
    def _on_timeout(self) -> None:
        if not self._stale:
            self._timer.stop()
            return
        began_at = perf_counter()
        self.refresh()
        self._timer.setInterval(affordable_ms(perf_counter() - began_at, self._least_ms))


def affordable_ms(spent_s: float, least_ms: int) -> int:
    """Return after how many milliseconds to repaint again, if it took so many seconds this time.

    Args:
        spent_s: seconds.
        least_ms: milliseconds that are to lie between, however little it takes.
    """
    return max(least_ms, min(round(1_000 * spent_s / _SHARE), _LONGEST_MS))


def _titled(
    title: str, plot: CurvePlot, *controls: QWidget, above: QWidget | None = None
) -> QWidget:
    """Put a line above a plot: its title, what the mouse points at, its controls.

    Args:
        above: what stands above that line.
    """
    box = QFrame()
    box.setProperty("role", "card")
    name = QLabel(title)
    name.setFont(heading(name.font()))
    readout = Readout(f"{plot.objectName()}_readout")
    plot.readout_changed.connect(readout.show_parts)
    line = QHBoxLayout()
    line.setSpacing(SPACING)
    line.addWidget(name)
    line.addWidget(readout, 1)
    for control in controls:
        line.addWidget(control)
    layout = QVBoxLayout(box)
    layout.setContentsMargins(SPACING, SPACING // 2, SPACING // 2, SPACING // 2)
    layout.setSpacing(SPACING // 2)
    if above is not None:
        layout.addWidget(above)
    layout.addLayout(line)
    layout.addWidget(plot, 1)
    return box
