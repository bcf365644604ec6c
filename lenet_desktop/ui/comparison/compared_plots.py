"""The curves of the runs that are compared, beside each other's."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from lenet_desktop.export.tables import csv_text
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import figure, percent
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.late_part import LatePart
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import SPACING, Theme
from lenet_desktop.ui.training.curve_plot import CurvePlot
from lenet_desktop.ui.training.overlay_legend import LegendEntry, OverlayLegend
from lenet_desktop.ui.training.overlays import Overlay
from lenet_desktop.ui.training.plot_export import PlotExport
from lenet_desktop.ui.training.readout import Readout

_COLUMNS = ["curve", "epoch", "test_loss", "test_accuracy"]


class ComparedPlots(QWidget):
    """Loss and accuracy of the test images, a line for each run or recipe; they can be saved.

    The plots are made when they are first seen: they take longer than all the rest of a page.
    """

    saved = Signal(str)  # a sentence
    failed = Signal(str)  # a sentence

    def __init__(self, folder: SaveFolder) -> None:
        super().__init__()
        self._folder = folder
        self._entries: Sequence[LegendEntry] = ()
        self._losses: Sequence[Overlay] = ()
        self._accuracies: Sequence[Overlay] = ()
        identify(self, "compared_plots", _("Curves of the compared runs"))
        self._plots = LatePart(self._make_plots)
        self.legend = OverlayLegend()
        self.legend.setObjectName("compared_legend")
        self.legend.toggled.connect(self._on_toggled)
        in_column(self.legend, (self._plots, 1), spacing=SPACING // 2, on=self)

    def _make_plots(self) -> "_BothPlots":
        plots = _BothPlots()
        for plot, title in (
            (plots.accuracy, marked("Test accuracy")),
            (plots.loss, marked("Test loss")),
        ):
            export = PlotExport(
                plot,
                title,
                self._folder,
                has_content=lambda: bool(self._entries),
                csv=self.as_csv,
                what=marked("curves"),
                whose=lambda: self.names,
            )
            export.saved.connect(self.saved)
            export.failed.connect(self.failed)
        return plots

    @property
    def accuracy(self) -> CurvePlot:
        """The plot of the accuracy."""
        return self._plots.part.accuracy

    @property
    def loss(self) -> CurvePlot:
        """The plot of the loss."""
        return self._plots.part.loss

    @property
    def names(self) -> str:
        """Whose curves these are, with the names of the runs."""
        curve = _("{curve} ({runs})")
        said = [curve.format(curve=each.text, runs=each.runs) for each in self._entries]
        return pgettext("between parts of a sentence", "; ").join(said)

    def as_csv(self) -> str:
        """Write the figures after every epoch, a line for each curve and epoch."""
        rows: list[Sequence[object]] = [_COLUMNS]
        for entry, loss, share in zip(self._entries, self._losses, self._accuracies, strict=True):
            shares = dict(zip(share.x.tolist(), share.y.tolist(), strict=True))
            epochs = zip(loss.x.tolist(), loss.y.tolist(), strict=True)
            rows += [[entry.text, int(at), value, shares.get(at, "")] for at, value in epochs]
        return csv_text(rows)

    def show_overlays(
        self,
        entries: Sequence[LegendEntry],
        losses: Sequence[Overlay],
        accuracies: Sequence[Overlay],
        notice: str = "",
    ) -> None:
        """Draw exactly these curves, and name them, as `TrainingPlots.show_overlays` does."""
        self._entries, self._losses, self._accuracies = entries, losses, accuracies
        self.legend.show_entries(entries, notice)
        if self.isVisible():  # out of sight it would only take time from a run
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while nobody saw it."""
        super().showEvent(event)
        self._draw()

    def _draw(self) -> None:
        self.loss.show_overlays(self._losses)
        self.accuracy.show_overlays(self._accuracies)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._plots.show_theme(theme)
        self.legend.show_theme(theme)

    @Slot(int, bool)
    def _on_toggled(self, key: int, visible: bool) -> None:
        self.loss.show_overlay(key, visible)
        self.accuracy.show_overlay(key, visible)


class _BothPlots(QWidget):
    """The accuracy beside the loss."""

    def __init__(self) -> None:
        super().__init__()
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
            write_value=lambda value: figure(value, ".4f"),
            is_tight=True,
        )
        in_row(
            (_titled(_("Test accuracy"), self.accuracy), 1),
            (_titled(_("Test loss"), self.loss), 1),
            on=self,
        )

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.loss.show_theme(theme)
        self.accuracy.show_theme(theme)


def _titled(title: str, plot: CurvePlot) -> Card:
    readout = Readout(f"{plot.objectName()}_readout")
    plot.readout_changed.connect(readout.show_parts)
    card = Card(title, plot)
    card.head.insertWidget(1, readout, 1)
    return card
