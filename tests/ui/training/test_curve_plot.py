"""The plots answer questions: exact values, zoom, reset, log scale."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.history import History
from lenet_desktop.text.wording import with_marks
from lenet_desktop.training.events import EpochDone, Event
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.theme import DARK, LIGHT
from lenet_desktop.ui.sweeps.trial_plot import MeasureAxis
from lenet_desktop.ui.training.axes import EpochAxis, PercentAxis, ValueAxis
from lenet_desktop.ui.training.curve_plot import CurvePlot
from lenet_desktop.ui.training.line_looks import LOOKS
from lenet_desktop.ui.training.overlays import Overlay
from lenet_desktop.ui.training.plot_export import plot_drawing
from lenet_desktop.ui.training.plots import TrainingPlots
from tests.ui.training.test_plots import history_of


def test_every_step_and_every_epoch_is_drawn(plots: TrainingPlots, history: History) -> None:
    epochs = [event for event in history.epochs if isinstance(event, EpochDone)]
    x, y = plots.loss.curves[0].getData()
    np.testing.assert_array_equal(x, history.step_epochs)
    np.testing.assert_array_equal(y, history.step_losses)
    for curve, expected in (
        (plots.loss.curves[1], [done.train_loss for done in epochs]),
        (plots.loss.curves[2], [done.test_loss for done in epochs]),
        (plots.accuracy.curves[0], [done.train_accuracy for done in epochs]),
        (plots.accuracy.curves[1], [done.test_accuracy for done in epochs]),
    ):
        x, y = curve.getData()
        np.testing.assert_array_equal(x, [1, 2])
        np.testing.assert_array_equal(y, expected)


def test_the_axis_has_room_for_the_epochs_that_are_planned(plots: TrainingPlots) -> None:
    low, high = plots.loss.getPlotItem().viewRange()[0]
    assert low <= 0
    assert 2 <= high < 2.5


def test_before_a_run_the_axis_follows_the_form(qtbot: QtBot) -> None:
    plots = TrainingPlots()
    qtbot.addWidget(plots)
    plots.plan(25, holds_out=False)
    assert plots.accuracy.getPlotItem().viewRange()[0][1] >= 25


@pytest.mark.parametrize("share", [None, 0.1, 1.0])
def test_no_two_ticks_of_a_share_read_alike_and_none_is_above_the_whole(
    qtbot: QtBot, share: float | None
) -> None:
    plot = CurvePlot(
        "shares", title="Shares", styles=[], write_value=str, percent_axis=True, is_tight=True
    )
    qtbot.addWidget(plot)
    if share is not None:
        x = np.array([1.0, 2.0, 3.0])
        plot.show_overlays([Overlay(key=1, text="one", look=LOOKS[0], x=x, y=np.full(3, share))])
    axis = plot.getPlotItem().getAxis("left")
    low, high = plot.getPlotItem().viewRange()[1]
    assert high < 1.1
    for spacing, places in axis.tickValues(low, high, 300):
        words = axis.tickStrings(places, 1.0, spacing)
        assert len(set(words)) == len(words)


@pytest.mark.parametrize("axis", [ValueAxis, PercentAxis, EpochAxis, MeasureAxis])
@pytest.mark.usefixtures("spoken_language")
def test_all_figures_of_an_axis_have_as_many_decimals(
    qtbot: QtBot, axis: type[pg.AxisItem]
) -> None:
    side = "bottom" if axis is EpochAxis else "left"
    plot = pg.PlotWidget(axisItems={side: axis(side)})
    qtbot.addWidget(plot)
    plot.resize(320, 320)
    item = plot.getPlotItem()
    item.getAxis("left").setWidth(80)
    plot.show()
    picture, kinds = QPixmap(320, 320), set()
    for high in (0.93, 0.87, 0.3, 0.004):
        item.setRange(xRange=(0, high), yRange=(0, high), padding=0)
        plot.grab()
        painter = QPainter(picture)
        _line, _ticks, texts = item.getAxis(side).generateDrawSpecs(painter)
        painter.end()
        figures = [text.removesuffix("%").strip() for _area, _flags, text in texts]
        decimals = {len(figure.partition(with_marks("."))[2]) for figure in figures}
        assert len(decimals) == 1, figures
        kinds |= decimals
    assert len(kinds) > 1, "no more of them than needed"


def test_a_plot_is_as_it_was_once_larger_letters_are_small_again(qtbot: QtBot) -> None:
    compared = CurvePlot("compared", title="Loss", styles=[], write_value=str)
    qtbot.addWidget(compared)
    compared.resize(460, 300)
    compared.show_overlays(lines_of(("one", [0.5, 0.9]), ("other", [0.4, 0.3])))
    usual, large = compared.font(), compared.font()
    large.setPointSizeF(2 * usual.pointSizeF())
    before = compared.grab().toImage()
    compared.setFont(large)
    assert compared.grab().toImage() != before
    compared.setFont(usual)
    compared.grab()  # where axes measure what they paint
    assert compared.grab().toImage() == before


@pytest.mark.usefixtures("spoken_language")
def test_figures_on_a_logarithmic_axis_have_the_mark_of_the_language(plots: TrainingPlots) -> None:
    plots.log_scale.click()
    axis = plots.loss.getPlotItem().getAxis("left")
    assert axis.tickStrings([-1.0, 0.0], 1.0, 1.0) == [with_marks("0.1"), "1"]


def test_a_spike_of_the_newest_step_is_drawn(plots: TrainingPlots) -> None:
    values = np.full(46_907, 0.3)
    values[-1] = 9.0
    plots.loss.set_epochs(20)
    plots.loss.set_curve(0, np.linspace(0, 20, len(values)), values)
    drawn = plots.loss.curves[0].getData()[1]
    assert drawn.max() == 9.0
    assert len(drawn) < 5_000


def test_zooming_in_shows_every_step(plots: TrainingPlots) -> None:
    x = np.linspace(0, 20, 46_907)
    plots.loss.set_epochs(20)
    plots.loss.set_curve(0, x, np.cos(x))
    plots.loss.getPlotItem().setXRange(9.99, 10.01, padding=0)
    drawn = plots.loss.curves[0].getData()[0]
    assert set(x[(x > 9.99) & (x < 10.01)]) <= set(drawn)


@pytest.mark.parametrize(
    ("planned", "reached", "room"),
    [(10, 0, 10), (10, 0.002, 0.5), (10, 0.25, 0.5), (10, 1, 2), (10, 9, 10), (30, 2, 3),
     (60, 10, 20), (60, 55, 60), (1_000, 0, 30), (1_000, 31, 50),
     (1_000, 1_000, 1_000), (1_000, 999, 1_000)],
)  # fmt: skip
def test_an_axis_follows_the_progress_and_ends_with_a_tick(
    plots: TrainingPlots, planned: int, reached: float, room: float
) -> None:
    plots.show_history(History())
    plots.loss.set_epochs(planned)
    places = np.linspace(0, reached, 4)[1:] if reached else np.empty(0)
    plots.loss.set_curve(0, places, np.ones(len(places)))
    low, high = plots.loss.getPlotItem().viewRange()[0]
    assert low <= 0
    assert room <= high < 1.3 * room
    axis = plots.loss.getPlotItem().getAxis("bottom")
    ticks = [place for _, places in axis.tickValues(low, high, 400) for place in places]
    assert ticks[0] == 0
    assert max(ticks) == pytest.approx(room), "behind it is room for names only"
    if room >= 1:
        assert all(place == int(place) for place in ticks)


def test_an_epoch_stands_at_the_same_place_in_both_plots(
    plots: TrainingPlots, few_events: list[Event]
) -> None:
    history = History()
    for event in few_events[:2]:
        history.add(event)
        plots.show_history(history)
        first, second = (each.getPlotItem().viewRange()[0] for each in (plots.loss, plots.accuracy))
        assert first == second
    assert not history.epochs, "only steps were made"


def test_what_somebody_has_zoomed_to_stays_though_the_run_goes_on(plots: TrainingPlots) -> None:
    plots.loss.set_epochs(1_000)
    plots.loss.getPlotItem().getViewBox().sigRangeChangedManually.emit([True, True])
    before = plots.loss.getPlotItem().viewRange()
    plots.loss.set_curve(1, np.arange(1.0, 101.0), np.ones(100))
    assert plots.loss.getPlotItem().viewRange() == before


def test_hovering_reads_out_the_exact_values(plots: TrainingPlots, history: History) -> None:
    words: list[str] = []
    plots.loss.readout_changed.connect(words.append)
    plots.loss.show_readout(2.0)
    for value in (
        history.step_losses[-1], history.epochs[1].train_loss, history.epochs[1].test_loss
    ):  # fmt: skip
        assert f"{value:.4f}" in words[-1]


def test_moving_the_mouse_over_the_plot_reads_out(qtbot: QtBot, plots: TrainingPlots) -> None:
    centre = plots.accuracy.getPlotItem().getViewBox().sceneBoundingRect().center()
    with qtbot.waitSignal(plots.accuracy.readout_changed) as changed:
        plots.accuracy.scene().sigMouseMoved.emit(QPointF(centre))
    assert "%" in changed.args[0]


def test_zooming_stays_until_a_double_click(plots: TrainingPlots, history: History) -> None:
    item = plots.loss.getPlotItem()
    item.getViewBox().setRange(xRange=(0.5, 1.0), yRange=(0, 1))
    item.getViewBox().sigRangeChangedManually.emit([True, True])
    zoomed = item.viewRange()
    plots.refresh()
    assert item.viewRange() == zoomed
    place = QPointF(100, 100)
    plots.loss.mouseDoubleClickEvent(
        QMouseEvent(
            QEvent.Type.MouseButtonDblClick, place, place, Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )
    )  # fmt: skip
    assert item.viewRange()[0][1] >= 2
    assert item.viewRange()[1][1] >= history.step_losses.max()


def test_the_loss_has_a_logarithmic_scale(qtbot: QtBot, plots: TrainingPlots) -> None:
    box = plots.findChild(QCheckBox, "log_scale_input")
    assert isinstance(box, QCheckBox)
    box.click()
    assert plots.loss.log_scale
    high = plots.loss.getPlotItem().viewRange()[1][1]
    assert high < 1.0, "the axis is in powers of ten now"
    box.click()
    assert not plots.loss.log_scale


@pytest.mark.parametrize("size", [(340, 300), (500, 380), (900, 900)])
def test_the_legend_covers_no_curve(
    qtbot: QtBot, plots: TrainingPlots, size: tuple[int, int]
) -> None:
    plots.resize(*size)
    plots.grab()  # lays out what is on the plots
    for plot in (plots.loss, plots.accuracy):
        item = plot.getPlotItem()
        assert item.sceneBoundingRect().width() > size[0] - 40
        legend, curves = plot.legend.sceneBoundingRect(), item.getViewBox().sceneBoundingRect()
        names = {label.text for _, label in plot.legend.items}
        assert "test" in names
        assert not {"validation", "trend"} & names, "what there is not"
        assert legend.bottom() <= curves.top()
        assert legend.top() >= item.sceneBoundingRect().top()
        assert legend.right() <= item.sceneBoundingRect().right()


def test_the_legend_of_all_curves_fits_a_plot_beside_another(plots: TrainingPlots) -> None:
    plots.smooth.click()
    plots.show_history(history_of(5_000))
    plots.resize(2 * 340, 300)
    plots.grab()
    assert plots.orientation() is Qt.Orientation.Horizontal
    item, legend = plots.loss.getPlotItem(), plots.loss.legend
    assert len(legend.items) == 5
    assert legend.sceneBoundingRect().left() >= item.sceneBoundingRect().left()


def test_the_legend_says_as_much_as_there_is_room_for(plots: TrainingPlots) -> None:
    item, legend = plots.loss.getPlotItem(), plots.loss.legend

    def names() -> list[str]:
        plots.grab()  # lays out what is on the plots
        assert legend.sceneBoundingRect().left() >= item.sceneBoundingRect().left()
        return [label.text for _, label in legend.items]

    plots.resize(900, 900)
    long = names()
    font = plots.font()
    font.setPointSizeF(1.6 * font.pointSizeF())
    plots.setFont(font)
    plots.resize(340, 300)
    assert sum(map(len, names())) < sum(map(len, long))
    plots.resize(900, 900)
    assert names() == long


def test_the_legend_stays_in_its_place(plots: TrainingPlots) -> None:
    place = plots.loss.legend.sceneBoundingRect()
    viewport = plots.loss.viewport()
    start = plots.loss.mapFromScene(place.center())
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, start + QPoint(-60, 40))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(-60, 40))
    assert plots.loss.legend.sceneBoundingRect() == place


def test_an_empty_plot_can_be_reset_and_logarithmic(qtbot: QtBot) -> None:
    plots = TrainingPlots()
    qtbot.addWidget(plots)
    plots.loss.set_log_scale(True)
    plots.reset_views()
    plots.loss.show_readout(0.5)


def test_both_themes_can_be_shown(plots: TrainingPlots) -> None:
    for theme in (DARK, LIGHT):
        plots.show_theme(theme)
        assert plots.loss.backgroundBrush().color().name() == theme.surface
        pen = plots.accuracy.curves[0].opts["pen"]
        assert pen.color().name() == theme.train


def test_repaints_are_bundled(qtbot: QtBot, plots: TrainingPlots, few_events: list[Event]) -> None:
    history = History()
    history.add(few_events[0])
    plots.show_history(history)
    for event in few_events[1:]:
        history.add(event)
        plots.note_change()
    assert len(plots.loss.curves[0].places) == 0, "nothing is painted at once"
    qtbot.waitUntil(lambda: len(plots.loss.curves[0].places) == len(history.step_losses))


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "values",
    [[np.nan] * 6, [1, np.inf, np.nan, 3, -np.inf, 2], [np.inf] * 6, [0] * 6, [1] * 45 + [np.nan]],
)
def test_what_is_no_number_leaves_a_gap_and_no_warning(
    plots: TrainingPlots, values: list[float], log: bool
) -> None:
    plot = plots.loss
    x, y = np.arange(1.0, len(values) + 1), np.array(values, float)
    line = Overlay(key=1, text="A", look=LOOKS[0], x=x, y=y)
    plot.show_overlays([line, replace(line, key=2, low=y, high=y)])
    plot.show_overlay(2, visible=False)
    plots.log_scale.setChecked(log)
    for index in range(3):
        plot.set_curve(index, x, y)
    plot.grab()
    plot_drawing(plot, "Loss")
    plots.log_scale.setChecked(not log)
    plots.log_scale.setChecked(log)
    plot.grab()

    has_place = np.isfinite(y) & ((y > 0) | (not log))
    expected = np.log10(y[has_place]) if log else y[has_place]
    for curve in (plot.curves[1], plot.overlays.items_of(1).line):
        _, drawn = curve.getData()
        drawn = np.empty(0) if drawn is None else drawn
        np.testing.assert_array_equal(drawn[np.isfinite(drawn)], expected)
    assert [overlay.key for overlay in plot.overlays.shown] == [1]


def test_names_stand_behind_the_ends_of_the_curves_and_apart(plots: TrainingPlots) -> None:
    plot = plots.accuracy
    plots.show_history(history_of(5_000))
    shown = plot.labels.shown
    assert set(shown) == {"train", "test", "validation"}
    view = plot.getPlotItem().getViewBox().geometry()
    areas = list(shown.values())
    for area in areas:
        assert view.contains(area), "what lines mean has the margin for itself"
    assert not any(one.intersects(other) for one, other in combinations(areas, 2))
    for curve in plot.curves:
        end = plot.getPlotItem().getViewBox().mapFromView(QPointF(*curve.end))
        place = plot.getPlotItem().mapFromItem(plot.getPlotItem().getViewBox(), end)
        assert place.x() < shown[curve.style.label].left() < place.x() + 20
    picture = plot.grab().toImage()
    centre = plot.mapFromScene(plot.getPlotItem().mapToScene(areas[0].topLeft()))
    assert picture.pixelColor(centre).name() == LIGHT.surface, "words lie on a ground"
    plot.curves[0].hide()
    assert set(plot.labels.shown) == {"test", "validation"}
    plot.getPlotItem().setXRange(0, 0.5, padding=0)
    assert plot.labels.shown == {}, "no end is in sight"


def test_curves_of_other_runs_are_named_at_their_ends_unless_they_are_many(
    plots: TrainingPlots,
) -> None:
    x = np.array([1.0, 2.0])
    lines = [
        Overlay(key=each, text=f"A{each}", look=LOOKS[each], x=x, y=np.array([0.5, 0.9]))
        for each in range(10)
    ]
    plots.loss.show_overlays(lines[:3])
    own = {"train", "test"}
    assert set(plots.loss.labels.shown) == own | {"A0", "A1", "A2"}
    assert not any(
        one.intersects(other) for one, other in combinations(plots.loss.labels.shown.values(), 2)
    )
    plots.loss.show_overlay(1, visible=False)
    plots.log_scale.click()
    assert set(plots.loss.labels.shown) == own | {"A0", "A2"}
    plots.loss.show_overlays(lines)
    assert set(plots.loss.labels.shown) == own
    plots.loss.show_overlays([])
    assert set(plots.loss.labels.shown) == own


@pytest.fixture
def compared(qtbot: QtBot) -> Iterator[CurvePlot]:
    """Return a plot of other runs alone."""
    plot = CurvePlot("compared", title="Loss", styles=[], write_value=str, is_tight=True)
    page = Card("", plot)
    qtbot.addWidget(page)
    page.resize(460, 260)
    page.show()
    yield plot
    page.close()


def lines_of(*runs: tuple[str, list[float]]) -> list[Overlay]:
    """Return the curve of each run with such a name and such values from epoch 1 on."""
    return [
        Overlay(
            key=key,
            text=text,
            look=LOOKS[key],
            x=np.arange(1.0, len(values) + 1),
            y=np.array(values),
        )
        for key, (text, values) in enumerate(runs)
    ]


def covered(plot: CurvePlot, lines: list[Overlay]) -> list[tuple[str, str]]:
    """Return which names lie on which curves, looked for point by point."""
    item, found = plot.getPlotItem(), []
    for name, area in plot.labels.shown.items():
        for line in lines:
            for x in np.linspace(line.x[0], line.x[-1], 500):
                y = float(np.interp(x, line.x, line.y))
                place = item.mapFromItem(
                    item.getViewBox(), item.getViewBox().mapFromView(QPointF(x, y))
                )
                if area.contains(place):
                    found.append((name, line.text))
                    break
    return found


def test_no_name_of_a_run_lies_on_a_curve(compared: CurvePlot) -> None:
    steady = [0.5] * 8
    lines = lines_of(
        ("longest", [0.9, 0.8, *steady[:6]]),
        ("ends on it", [0.7, 0.6, 0.51]),
        ("just below", [0.7, 0.49]),
        ("far below", [0.3, 0.2, 0.1]),
        ("as long", [0.2] * 8),
    )
    compared.show_overlays(lines)
    assert covered(compared, lines) == []
    assert set(compared.labels.shown) == {"longest", "far below", "as long"}
    compared.show_overlay(0, visible=False)
    assert "ends on it" in compared.labels.shown, "it is in no way now"


def test_a_name_is_whole_where_there_is_room_and_never_cut_to_another_one(
    compared: CurvePlot,
) -> None:
    names = [f"Textbook LeNet, 5 epochs, rate {rate}" for rate in ("0.01", "0.015", "0.5")]
    lines = lines_of(*((name, [0.9, 0.2 * at]) for at, name in enumerate(names)))
    compared.show_overlays(lines)
    page = compared.parentWidget()
    assert page is not None
    page.resize(1_400, 400)
    assert set(compared.labels.shown) == set(names)
    page.resize(460, 400)
    shown = compared.labels.shown
    assert len(shown) == len(names)
    assert all(any(name.endswith(short[-4:]) for short in shown) for name in names)
    view = compared.getPlotItem().getViewBox().geometry()
    assert all(view.contains(area) for area in shown.values())
    page.resize(1_400, 400)
    assert set(compared.labels.shown) == set(names)


def test_a_name_stands_near_the_end_of_its_curve_or_nowhere(compared: CurvePlot) -> None:
    lines = lines_of(*((f"run {at}", [0.9, 0.5 + at / 1_000]) for at in range(7)), ("low", [0, 0]))
    compared.show_overlays(lines)
    item, shown = compared.getPlotItem(), compared.labels.shown
    assert {"run 0", "low"} & set(shown)
    for line in lines:
        if line.text in shown:
            end = item.getViewBox().mapFromView(QPointF(line.x[-1], line.y[-1]))
            area = shown[line.text]
            away = abs(item.mapFromItem(item.getViewBox(), end).y() - area.center().y())
            assert away < 3 * area.height()


def test_names_that_begin_alike_are_cut_where_they_differ_and_those_alike_take_no_room(
    compared: CurvePlot,
) -> None:
    long = "8 epochs, batch 20, seed 0, rate {}"
    rising, falling = [0.2, 0.3, 0.8], [0.9, 0.5, 0.4]
    compared.show_overlays(lines_of(("one name", rising), ("one name", falling)))
    assert compared.labels.shown == {}
    (_left, without), _heights = compared.getPlotItem().getViewBox().viewRange()
    compared.show_overlays(lines_of((long.format(1), rising), (long.format(2), falling)))
    assert set(compared.labels.shown) == {"…rate 1", "…rate 2"}
    (_left, behind), _heights = compared.getPlotItem().getViewBox().viewRange()
    assert behind > without
    compared.show_overlays(lines_of(("A: 8 epochs, batch", rising), ("B: 8 epochs", falling)))
    assert len(compared.labels.shown) == 2


def test_curves_that_end_at_one_place_have_names_below_each_other(plots: TrainingPlots) -> None:
    plot = plots.accuracy
    for height in (0.0, 0.5, 1.0):
        for index in range(2):
            plot.set_curve(index, np.array([1.0, 2.0]), np.array([0.3, height]))
        areas = list(plot.labels.shown.values())
        assert len(areas) == 2
        assert not areas[0].intersects(areas[1])
        assert all(plot.rect().toRectF().contains(area) for area in areas)


def test_of_many_epochs_some_have_points_by_which_the_line_is_known(plots: TrainingPlots) -> None:
    curve = plots.loss.curves[2]
    for epochs, points in ((40, 40), (41, 21), (300, 31)):
        plots.loss.set_curve(2, np.arange(1.0, epochs + 1), np.ones(epochs))
        for theme in (DARK, LIGHT):
            plots.show_theme(theme)
            places = curve.scatter.data["x"]
            assert abs(len(places) - points) <= 1, "each costs as much as one that is seen"
            assert places[-1] == epochs
    plots.log_scale.click()
    plots.log_scale.click()
    assert abs(len(curve.scatter.data) - 31) <= 1
    assert len(curve.getData()[0]) == 300, "the line goes through all epochs"


def test_of_very_many_epochs_a_line_is_a_hairline(plots: TrainingPlots) -> None:
    curve = plots.accuracy.curves[1]
    usual = curve.opts["pen"]
    for epochs, share in ((100, 1.0), (101, 0.5), (20, 1.0)):
        plots.accuracy.set_curve(1, np.arange(1.0, epochs + 1), np.full(epochs, 0.9))
        pen = curve.opts["pen"]
        assert pen.widthF() == share * usual.widthF()
        assert (pen.color(), pen.style()) == (usual.color(), usual.style())


def test_a_tenth_of_an_epoch_is_written_as_one(plots: TrainingPlots) -> None:
    axis = plots.loss.getPlotItem().getAxis("bottom")
    plots.loss.getPlotItem().setXRange(0, 0.1, padding=0)
    plots.grab()
    assert axis.labelString().count("Epoch") == 1
    assert "x0" not in axis.labelString()


def test_thick_lines_are_seen_from_afar(plots: TrainingPlots) -> None:
    def widths() -> list[float]:
        return [curve.opts["pen"].widthF() for curve in plots.loss.curves]

    usual = widths()
    plots.set_line_scale(2)
    assert widths() == [2 * each for each in usual]
    plots.show_theme(DARK)
    assert widths() == [2 * each for each in usual]


def test_the_trend_is_drawn_over_the_steps(plots: TrainingPlots, history: History) -> None:
    steps, trend = plots.loss.curves[0], plots.loss.curves[-1]
    assert len(trend.values) == 0
    assert "trend" not in [label.text for _, label in plots.loss.legend.items]
    plots.smooth.click()
    assert len(trend.values) == len(history.step_losses)
    assert np.ptp(trend.values) < np.ptp(history.step_losses)
    np.testing.assert_array_equal(steps.values, history.step_losses)
    assert steps.isVisible()
    assert "trend" in [label.text for _, label in plots.loss.legend.items]
    plots.smooth.click()
    assert len(trend.values) == 0


def test_the_trend_of_many_steps_is_drawn_as_fast_as_there_are_pixels(plots: TrainingPlots) -> None:
    x = np.linspace(0, 300, 140_000)
    plots.loss.set_epochs(300)
    plots.loss.set_curve(-1, x, np.cos(x))
    assert len(plots.loss.curves[-1].getData()[0]) < 5_000


def test_low_plots_stand_side_by_side(qtbot: QtBot, plots: TrainingPlots) -> None:
    room = QWidget()
    qtbot.addWidget(room)
    plots.setParent(room)  # which leaves them any size
    plots.show()
    room.show()
    found = []
    for size in ((900, 700), (900, 240), (500, 240), (900, 240), (900, 700)):
        plots.resize(*size)
        found.append(plots.orientation() is Qt.Orientation.Horizontal)
    plots.setParent(None)
    assert found == [False, True, False, True, False]
