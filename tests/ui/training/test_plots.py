"""Both plots show a run; what was measured on images held out only where some are."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.history import History
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training.devices import Device
from lenet_desktop.training.events import EpochDone, RunStarted, StepsDone
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme
from lenet_desktop.ui.training.annotations import HEAD, Mark
from lenet_desktop.ui.training.curve_plot import CurvePlot
from lenet_desktop.ui.training.plots import TrainingPlots, affordable_ms
from tests.ui.paint_counter import PaintCounter

LOSSES = [0.9, 0.5, 0.6]


def history_of(validation_images: int) -> History:
    config = replace(TEXTBOOK.config, epochs=5, validation_images=validation_images)
    history = History()
    history.add(RunStarted(config, Device("cpu", "CPU"), 61_706, 60_000, 10))
    for epoch, loss in enumerate(LOSSES, start=1):
        judged = (loss, 1 - loss) if validation_images else ()
        history.add(EpochDone(epoch, 0.4, 0.8, 0.5, 0.7, 1.0, *judged))
    return history


@pytest.fixture
def plots(qtbot: QtBot) -> TrainingPlots:
    shown = TrainingPlots()
    qtbot.addWidget(shown)
    return shown


def named(plot: CurvePlot) -> list[str]:
    return [label.text for _, label in plot.legend.items]


def marked(plot: CurvePlot) -> list[float]:
    return [line.value() for line in plot.annotations.marks]


def test_what_images_held_out_say_is_a_curve_of_its_own(plots: TrainingPlots) -> None:
    plots.show_history(history_of(5_000))

    for plot, values in ((plots.loss, LOSSES), (plots.accuracy, [1 - loss for loss in LOSSES])):
        assert named(plot)[-1] == "validation"
        curve = plot.curves[named(plot).index("validation")]
        x, y = curve.places, curve.values
        np.testing.assert_array_equal(x, [1, 2, 3])
        np.testing.assert_array_equal(y, values)
        assert marked(plot) == [2]
    assert "best" in plots.loss.annotations.marks[0].label.format
    assert "2" in plots.loss.annotations.marks[0].label.format


def test_words_of_marks_cover_neither_each_other_nor_the_names_of_curves(
    plots: TrainingPlots, qtbot: QtBot
) -> None:
    history = history_of(5_000)
    for epoch in (4, 5):
        history.add(EpochDone(epoch, 0.4, 0.8, 0.5, 0.7, 1.0, 0.9, 0.1))
    plots.show_history(history)
    plots.resize(420, 500)
    plots.show()
    plot = plots.loss
    places = [(1.0, "rate 0.1"), (1.2, "rate 0.05"), (1.3, "rate 0.01"), (2.0, "best 2")]
    marks = [*(Mark(*place) for place in places), Mark(2.0, "plateau", HEAD), Mark(5.0, "end")]
    plot.annotations.set_marks(marks)
    for width in (900, 420, 300):
        plots.resize(width, 500)
        written = words_of(plot)
        assert {"plateau", "end"} <= written.keys(), "the last ones go before the others"
        areas = [*written.values(), *plot.labels.shown.values()]
        assert not any(one.intersects(other) for one, other in combinations(areas, 2)), written
        view = plot.getPlotItem().getViewBox().geometry()
        assert all(view.contains(area) for area in written.values()), written
        if width == 900:
            assert len(written) == len(marks), "all of them have room"

    plot.annotations.set_marks([Mark(1.0 + at / 1_000, f"rate {at}") for at in range(40)])
    written = words_of(plot)
    (first, *_rest) = [mark for mark in range(40) if f"rate {mark}" not in written]
    assert plot.annotations.unwritten_at(1.0 + first / 1_000)
    with qtbot.waitSignal(plot.readout_changed) as told:
        plot.show_readout(1.0)
    assert "rate" in told.args[0], "what has no room is told where it is pointed at"


def words_of(plot: CurvePlot) -> dict[str, QRectF]:
    """Return where the words of upright lines are seen, in the plot's own pixels."""
    return {
        line.label.format: line.label.mapRectToItem(plot.getPlotItem(), line.label.boundingRect())
        for line in plot.annotations.marks
        if line.label.isVisible()
    }


def test_without_images_held_out_nobody_hears_of_them(plots: TrainingPlots) -> None:
    plots.show_history(history_of(5_000))
    plots.show_history(history_of(0))

    for plot in (plots.loss, plots.accuracy):
        assert "validation" not in named(plot)
        assert "test" in named(plot)
        assert marked(plot) == []
        assert len(plot.curves[-1].places) == 0


def test_images_that_the_next_run_is_to_hold_out_are_named_before_it(plots: TrainingPlots) -> None:
    assert "validation" not in named(plots.loss) + named(plots.accuracy)
    for holds_out in (True, False):
        plots.plan(5, holds_out=holds_out)
        for plot in (plots.loss, plots.accuracy):
            assert ("validation" in named(plot)) == holds_out


def test_the_curve_comes_back_with_the_next_run(plots: TrainingPlots) -> None:
    for validation_images in (0, 5_000, 0, 5_000):
        plots.show_history(history_of(validation_images))
    assert named(plots.loss).count("validation") == 1
    labels = [label for _, label in plots.loss.legend.items]
    plots.grab()  # lays out what is on the plots
    assert len({label.pos().y() for label in labels}) == 1, "in one row"
    assert len({label.pos().x() for label in labels}) == 4


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_it_is_told_apart_by_more_than_its_colour(plots: TrainingPlots, theme: Theme) -> None:
    plots.show_history(history_of(5_000))
    plots.show_theme(theme)

    pens = [curve.opts["pen"] for curve in plots.accuracy.curves]
    assert len({pen.style() for pen in pens}) == 3
    assert len({curve.opts["symbol"] for curve in plots.accuracy.curves}) == 3
    assert [pen.color().name() for pen in pens] == [theme.train, theme.test, theme.validation]


def test_the_read_out_names_it(qtbot: QtBot, plots: TrainingPlots) -> None:
    plots.show_history(history_of(5_000))

    with qtbot.waitSignal(plots.loss.readout_changed) as said:
        plots.loss.show_readout(2.0)

    assert "val 0.5000" in said.args[0]


def test_a_step_has_nothing_painted_anew_but_its_curve(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    paint = pg.AxisItem.paint

    def note_and_paint(axis: pg.AxisItem, *arguments: object) -> None:
        drawn.append(axis.orientation)
        paint(axis, *arguments)

    monkeypatch.setattr(pg.AxisItem, "paint", note_and_paint)
    plots = TrainingPlots()
    qtbot.addWidget(plots)
    history = History()
    history.add(RunStarted(TEXTBOOK.config, Device("cpu", "CPU"), 61_706, 60_000, 10))
    history.add(StepsDone(1, 2, np.array([2.3, 2.2], np.float32), 512, 0.1, 0.1))
    plots.show_history(history)
    with qtbot.waitExposed(plots):
        plots.show()
    QApplication.processEvents()
    assert "bottom" in drawn
    drawn.clear()
    loss, accuracy = (PaintCounter(each.viewport()) for each in (plots.loss, plots.accuracy))

    history.add(StepsDone(1, 3, np.array([2.1], np.float32), 256, 0.1, 0.2))
    plots.refresh()
    qtbot.waitUntil(lambda: loss.times > 0)
    QApplication.processEvents()  # what that would have painted again
    assert (loss.times, accuracy.times) == (1, 0)
    assert drawn == []

    history.add(StepsDone(1, 6, np.array([3.5, 1, 1], np.float32), 768, 0.1, 0.3))
    plots.refresh()
    qtbot.waitUntil(lambda: loss.times > 1)
    QApplication.processEvents()
    assert (loss.times, accuracy.times) == (2, 1), "once each, though both axes have grown"
    assert "left" in drawn


@pytest.mark.parametrize(
    ("spent_s", "interval_ms"),
    [(0.0, 200), (0.001, 200), (0.003, 300), (0.008, 800), (0.5, 1_000)],
)
def test_plots_that_take_long_are_painted_more_seldom(spent_s: float, interval_ms: int) -> None:
    assert affordable_ms(spent_s, least_ms=200) == interval_ms
