"""The window that finds a learning rate."""

import math

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from lenet_desktop.session.rate_search_session import RateSearchSession
from lenet_desktop.settings.choices import Activation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import sentences
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.garbage import own_menus
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.screen_fit import ScreenFit
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme
from lenet_desktop.ui.training.axes import EvenAxis, fit_titles

Floats = npt.NDArray[np.floating]

_EXPLANATION = marked(
    "A fresh network makes one step with each learning rate, from very small to very large. Where "
    "the loss falls, the rate works; where it shoots up, it is too large. A tenth of the rate "
    "with the lowest loss is a good start (Smith 2017)."
)
_FLAT = marked("No rate made the loss fall within this short test, so there is nothing to suggest.")
_SIGMOIDS = marked("That is usual for sigmoids, which need an epoch before they learn.")


class _RateAxis(EvenAxis):
    """Writes powers of ten in full, all in one way."""

    def logTickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Return what stands beside each tick."""
        decimals = (max(0, -math.floor(power)) for power in values)
        return [f"{10**power:.{n}f}" for power, n in zip(values, decimals, strict=True)]


class RatePlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """The loss of a step with each learning rate, and which rate is suggested."""

    def __init__(self, theme: Theme) -> None:
        axes = {"bottom": _RateAxis("bottom"), "left": EvenAxis("left")}
        super().__init__(axisItems=axes, enableMenu=False)
        own_menus(self)
        self.setObjectName("rate_plot")
        self.setAccessibleName(_("Loss over the learning rate"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item = self.getPlotItem()
        item.hideButtons()
        item.setLogMode(x=True)
        item.setLabel("bottom", _("Learning rate"))
        item.setLabel("left", _("Loss"))
        follow_font(self, lambda: fit_titles(item, self.font()))
        item.showGrid(x=True, y=True, alpha=0.12)
        self._curve = item.plot()
        self._mark = pg.InfiniteLine(angle=90)
        item.addItem(self._mark, ignoreBounds=True)
        self.show_theme(theme)

    def show_losses(self, rates: Floats, losses: Floats, suggestion: float | None) -> None:
        """Show the losses, float (K,), with each of K rates, and mark one if it is suggested."""
        self._curve.setData(rates, losses)
        self._mark.setVisible(suggestion is not None)
        if suggestion is not None:
            self._mark.setPos(math.log10(suggestion))

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.setBackground(theme.surface)
        for name in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(theme.outline)
            axis.setTextPen(theme.muted)
        self._curve.setPen(pg.mkPen(theme.train, width=2))
        self._mark.setPen(pg.mkPen(theme.text, width=1, style=Qt.PenStyle.DashLine))


class RateFinder(QDialog):
    """Shows a search while it goes on, and offers what it suggests."""

    rate_chosen = Signal(float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("rate_finder")
        self.setWindowTitle(_("Find a learning rate"))
        self.session = session = RateSearchSession(self)
        session.tried.connect(self._on_tried)
        session.failed.connect(self._on_failed)
        self._suggestion: float | None = None
        self._is_sigmoid = False
        self._theme = LIGHT
        self._plot: RatePlot | None = None
        self._build()
        self._lay_out()
        self.use_button.clicked.connect(self._on_use_clicked)
        self.close_button.clicked.connect(self.close)

    def search(self, config: TrainingConfig) -> None:
        """Search for the learning rate of a recipe, in sight."""
        self._is_sigmoid = config.activation is Activation.SIGMOID
        self.plot.show_losses(np.empty(0), np.empty(0), None)
        self._offer(None)
        self.answer.setText(_("Trying learning rates…"))
        self.session.start(config)
        self.show()
        self.raise_()
        self.activateWindow()

    @property
    def plot(self) -> RatePlot:
        """The losses, made when they are needed first: many a person never begins a search."""
        if self._plot is None:
            self._plot = RatePlot(self._theme)
            self._column.insertWidget(1, self._plot, 1)
        return self._plot

    @Slot()
    def give_up(self) -> None:
        """End a search that still goes on."""
        self.session.cancel()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        if self._plot is not None:
            self._plot.show_theme(theme)

    def reject(self) -> None:
        """Close, on Esc as on the cross, and give up a search that still goes on."""
        self.give_up()
        super().reject()

    def _build(self) -> None:
        self.explanation = muted(QLabel(_(_EXPLANATION), wordWrap=True))
        self.answer = identify(QLabel(wordWrap=True), "rate_answer")
        self.use_button = identify(
            QPushButton(_("Use it")),
            "use_rate_button",
            _("Use this rate"),
            _("Put the suggestion into the form."),
        )
        self.close_button = identify(
            QPushButton(pgettext("verb", "Close")),
            "close_rate_finder_button",
            explanation=_("Close this window; a search that goes on is given up."),
        )

    def _lay_out(self) -> None:
        self._column = in_column(
            self.explanation,
            in_row((self.answer, 1), self.use_button, self.close_button),
            margins=2 * SPACING,
            on=self,
        )
        self.resize(640, 460)
        ScreenFit(self)

    def _offer(self, rate: float | None) -> None:
        self._suggestion = rate
        self.use_button.setEnabled(rate is not None)
        self.use_button.setDefault(rate is not None)
        text = _("Use it") if rate is None else _("Use {rate}").format(rate=f"{rate:g}")
        self.use_button.setText(text)

    @Slot(object)
    def _on_tried(self, report: object) -> None:
        from lenet_desktop.training.rate_search import RatesTried

        assert isinstance(report, RatesTried)  # noqa: S101  the session sends nothing else
        rate = report.suggestion if report.is_done else None
        self.plot.show_losses(report.rates, report.losses, rate)
        if not report.is_done:
            return
        self._offer(rate)
        if rate is None:
            self.answer.setText(sentences([_(_FLAT), _(_SIGMOIDS) if self._is_sigmoid else ""]))
            return
        self.answer.setText(_("Suggestion: {rate}").format(rate=f"{rate:g}"))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.answer.setText(sentence)

    @Slot()
    def _on_use_clicked(self) -> None:
        if self._suggestion is not None:
            self.rate_chosen.emit(self._suggestion)
            self.close()
