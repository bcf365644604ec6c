"""The curves of the runs that are compared, beside each other's."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import percent
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.layout import StackingSplitter
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, Theme
from lenet_desktop.ui.training.curve_plot import CurvePlot
from lenet_desktop.ui.training.overlay_legend import LegendEntry, OverlayLegend
from lenet_desktop.ui.training.overlays import Overlay
from lenet_desktop.ui.training.readout import Readout


class ComparedPlots(QWidget):
    """Loss and accuracy of the test images, a line for each run or recipe."""

    def __init__(self) -> None:
        super().__init__()
        identify(self, "compared_plots", _("Curves of the compared runs"))
        self.accuracy = CurvePlot(
            "compared_accuracy_plot",
            title=_("Test accuracy"),
            styles=[],
            write_value=percent,
            percent_axis=True,
            is_tight=True,
        )
        self.loss = CurvePlot(
            "compared_loss_plot",
            title=_("Test loss"),
            styles=[],
            write_value=lambda value: f"{value:.4f}",
            is_tight=True,
        )
        self.legend = OverlayLegend()
        self.legend.setObjectName("compared_legend")
        self.legend.toggled.connect(self._on_toggled)
        self.splitter = StackingSplitter(
            _titled(_("Test accuracy"), self.accuracy), _titled(_("Test loss"), self.loss)
        )
        self.splitter.setHandleWidth(SPACING)
        for place in range(self.splitter.count()):
            self.splitter.setStretchFactor(place, 1)
        self.splitter.setSizes([1, 1])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addWidget(self.legend)
        layout.addWidget(self.splitter, 1)

    def show_overlays(
        self,
        entries: Sequence[LegendEntry],
        losses: Sequence[Overlay],
        accuracies: Sequence[Overlay],
        notice: str = "",
    ) -> None:
        """Draw exactly these curves, and name them, as `TrainingPlots.show_overlays` does."""
        self.loss.show_overlays(losses)
        self.accuracy.show_overlays(accuracies)
        self.legend.show_entries(entries, notice)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        for part in (self.loss, self.accuracy, self.legend):
            part.show_theme(theme)

    @Slot(int, bool)
    def _on_toggled(self, key: int, visible: bool) -> None:
        self.loss.show_overlay(key, visible)
        self.accuracy.show_overlay(key, visible)


def _titled(title: str, plot: CurvePlot) -> Card:
    readout = Readout(f"{plot.objectName()}_readout")
    plot.readout_changed.connect(readout.show_parts)
    card = Card(title, plot)
    card.head.insertWidget(1, readout, 1)
    return card
