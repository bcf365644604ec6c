"""Runs seen beside the open one in the plots."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.history import History
from lenet_desktop.runs.records import RunCurves, RunRecord
from lenet_desktop.settings.choices import Activation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.settings.presets import PRESETS
from lenet_desktop.ui.comparison.compared_runs import compared_runs
from lenet_desktop.ui.comparison.comparison_panel import ComparisonPanel
from lenet_desktop.ui.comparison.run_comparison import MOST_CURVES, ComparedSet, RunComparison
from lenet_desktop.ui.kit.theme import DARK, LIGHT
from lenet_desktop.ui.training.line_looks import LOOKS
from lenet_desktop.ui.training.overlay_legend import EntryButton
from lenet_desktop.ui.training.plot_export import plot_drawing, plot_picture
from lenet_desktop.ui.training.plots import TrainingPlots
from lenet_desktop.ui.training.readout import Readout
from tests.made_images import made_info
from tests.made_runs import made_record, made_run
from tests.painted import colours

FAST = TrainingConfig(epochs=3, learning_rate=0.9)
SLOW = replace(FAST, learning_rate=0.5)
OPEN = made_record(1, FAST)
OTHER = made_info(10)


class Compared:
    """A comparison with its plots."""

    def __init__(self, plots: TrainingPlots, panel: ComparisonPanel) -> None:
        self.plots = plots
        self.comparison = RunComparison(plots, panel, plots)
        self.colours: dict[int, QColor] = {}
        self.comparison.coloured.connect(self._on_coloured)

    def _on_coloured(self, colours: dict[int, QColor]) -> None:
        self.colours = colours

    def show(self, *runs: RunCurves, open_run: RunRecord | None = OPEN) -> None:
        self.comparison.show(ComparedSet(runs, open_run))

    @property
    def buttons(self) -> list[EntryButton]:
        return self.plots.overlay_legend.entries

    @property
    def texts(self) -> list[str]:
        return [button.entry.text for button in self.buttons]

    def key(self, place: int = 0) -> int:
        return self.buttons[place].entry.key


@pytest.fixture
def compared(qtbot: QtBot, history: History) -> Compared:
    plots, panel = TrainingPlots(), ComparisonPanel()
    for widget in (plots, panel):
        qtbot.addWidget(widget)
    plots.resize(500, 420)
    plots.show()
    plots.show_history(history)
    return Compared(plots, panel)


def seeds(*accuracies: Sequence[float], config: TrainingConfig = SLOW) -> list[RunCurves]:
    return [
        made_run(10 + seed, replace(config, seed=seed), accuracies=values)
        for seed, values in enumerate(accuracies)
    ]


def test_the_test_figures_of_another_run_are_drawn(compared: Compared) -> None:
    compared.show(made_run(2, SLOW, accuracies=(0.3, 0.6), losses=(2.0, 1.0)))
    for plot, expected in (
        (compared.plots.loss, [2.0, 1.0]),
        (compared.plots.accuracy, [0.3, 0.6]),
    ):
        drawn = plot.overlays.items_of(compared.key())
        x, y = drawn.line.getData()
        np.testing.assert_array_equal(x, [1, 2])
        np.testing.assert_array_equal(y, expected)
        np.testing.assert_array_equal(drawn.points.getData()[1], expected)
        assert drawn.band is None


def test_the_open_run_stays_as_it_is(compared: Compared) -> None:
    curves = [*compared.plots.loss.curves, *compared.plots.accuracy.curves]

    def looks() -> list[tuple[QPen, list[bytes]]]:
        return [
            (curve.opts["pen"], [np.asarray(values).tobytes() for values in curve.getData()])
            for curve in curves
            if curve.getData()[0] is not None
        ]

    before = looks()
    compared.show(*seeds((0.1,), (0.2,), config=FAST))
    assert before == looks()
    assert compared.texts == ["mean of 2 seeds, band: lowest to highest"]
    assert 1 not in compared.colours


def test_the_legend_names_only_what_differs(compared: Compared) -> None:
    compared.show(made_run(2, SLOW), made_run(3, replace(FAST, activation=Activation.RELU)))
    assert compared.texts == ["rate 0.5, sigmoid", "rate 0.9, ReLU"]


def test_a_run_from_which_nothing_differs_is_called_by_its_name(compared: Compared) -> None:
    compared.show(made_run(7, FAST, title="The same again"))
    assert compared.texts == ["The same again"]


def test_a_run_without_an_epoch_says_so_and_draws_nothing(compared: Compared) -> None:
    compared.show(made_run(2, SLOW, accuracies=()))
    assert compared.texts == ["rate 0.5, no epoch yet"]
    compared.plots.loss.show_readout(1.0)


def test_repeated_seeds_are_one_curve_with_a_band(compared: Compared) -> None:
    compared.show(*seeds((0.1, 0.4, 0.7), (0.3, 0.5, 0.8), (0.2, 0.6)), made_run(2, FAST))
    assert compared.texts[0] == "rate 0.5, mean of 2 to 3 seeds, band: lowest to highest"
    assert len(compared.buttons) == 2
    drawn = compared.plots.accuracy.overlays.items_of(compared.key())
    np.testing.assert_allclose(drawn.line.getData()[1], [0.2, 0.5, 0.75])
    np.testing.assert_allclose(drawn.edges[0].getData()[1], [0.1, 0.4, 0.7])
    np.testing.assert_allclose(drawn.edges[1].getData()[1], [0.3, 0.6, 0.8])
    assert drawn.band is not None
    assert drawn.band.path().contains(QPointF(2, 0.5))
    assert not drawn.band.path().contains(QPointF(2, 0.35))
    assert {compared.colours[run].name() for run in (10, 11, 12)} == {
        LOOKS[compared.key()].colour(LIGHT).name()
    }


def test_the_only_other_seed_of_the_open_run_is_a_curve_of_its_own(compared: Compared) -> None:
    compared.show(made_run(2, replace(FAST, seed=4)))
    assert compared.texts == ["seed 4"]
    assert compared.plots.loss.overlays.items_of(compared.key()).band is None


def test_a_loss_that_is_no_number_leaves_a_gap_in_the_band(compared: Compared) -> None:
    one = made_run(2, replace(SLOW, seed=1), accuracies=(0.1,) * 5, losses=(1, 1, np.nan, 1, 1))
    other = made_run(3, replace(SLOW, seed=2), accuracies=(0.1,) * 5, losses=(2, 2, 2, 2, 2))
    compared.show(one, other)
    band = compared.plots.loss.overlays.items_of(compared.key()).band
    assert band is not None
    assert [band.path().contains(QPointF(x, 1.5)) for x in (1.5, 3.0, 4.5)] == [True, False, True]
    compared.plots.loss.show_readout(3.0)
    compared.plots.loss.set_log_scale(True)


def test_the_band_follows_a_logarithmic_axis(compared: Compared) -> None:
    compared.show(*seeds((0.9, 0.9), (0.99, 0.99)))  # losses of 0.1 and 0.01
    compared.plots.log_scale.click()
    band = compared.plots.loss.overlays.items_of(compared.key()).band
    assert band is not None
    assert band.path().contains(QPointF(1.5, -1.5))
    assert band.path().boundingRect().top() == pytest.approx(-2)
    low, high = compared.plots.loss.getPlotItem().viewRange()[1]
    assert low < -2
    assert high < 1
    compared.show(made_run(5, SLOW, losses=(1e-3, 1e-3, 1e-3)))
    assert compared.plots.loss.getPlotItem().viewRange()[1][0] < -3
    compared.plots.log_scale.click()
    assert compared.plots.loss.getPlotItem().viewRange()[1][0] == pytest.approx(0, abs=0.2)


def test_the_axes_make_room_and_give_it_back(compared: Compared) -> None:
    item = compared.plots.loss.getPlotItem()
    before = item.viewRange()
    compared.show(made_run(2, SLOW, accuracies=(0.1,) * 30, losses=(9.0,) * 30))
    assert item.viewRange()[0][1] >= 30
    assert item.viewRange()[1][1] >= 9
    compared.plots.refresh()
    assert item.viewRange()[1][1] >= 9, "a repaint of the open run leaves the room"
    QTest.mouseClick(compared.buttons[0], Qt.MouseButton.LeftButton)
    assert item.viewRange() == before, "a hidden curve needs none"
    QTest.mouseClick(compared.buttons[0], Qt.MouseButton.LeftButton)
    assert item.viewRange()[0][1] >= 30
    compared.show()
    assert item.viewRange() == before


def test_a_zoom_stays(compared: Compared) -> None:
    item = compared.plots.loss.getPlotItem()
    item.getViewBox().setRange(xRange=(0.5, 1.0), yRange=(0, 1))
    item.getViewBox().sigRangeChangedManually.emit([True, True])
    zoomed = item.viewRange()
    compared.show(made_run(2, SLOW, accuracies=(0.1,) * 30))
    compared.buttons[0].click()
    assert item.viewRange() == zoomed


def test_what_stays_as_it_is_is_not_drawn_anew(compared: Compared) -> None:
    first, second = made_run(2, SLOW), made_run(3, replace(SLOW, learning_rate=0.1))
    compared.show(first, second)
    overlays = compared.plots.loss.overlays
    kept, changed = (overlays.items_of(compared.key(place)) for place in (0, 1))
    changes: list[object] = []
    kept.line.sigPlotChanged.connect(changes.append)
    compared.plots.refresh()
    longer = made_run(3, second.record.config, accuracies=(0.1, 0.2, 0.3, 0.4))
    compared.show(first, longer)
    assert overlays.items_of(compared.key(0)) is kept
    assert overlays.items_of(compared.key(1)) is not changed
    assert changes == []
    assert len(overlays.items_of(compared.key(1)).line.getData()[0]) == 4


def test_what_is_not_compared_any_more_leaves_the_plots(compared: Compared) -> None:
    plots = (compared.plots.loss, compared.plots.accuracy)
    before = [len(plot.getPlotItem().items) for plot in plots]
    compared.show(*seeds((0.1,), (0.2,)), made_run(2, FAST))
    assert [len(plot.getPlotItem().items) for plot in plots] > before
    compared.show()
    assert [len(plot.getPlotItem().items) for plot in plots] == before
    assert compared.colours == {}


def test_the_legend_takes_no_room_while_nothing_is_compared(compared: Compared) -> None:
    legend = compared.plots.overlay_legend
    assert legend.isHidden()
    compared.show(made_run(2, SLOW))
    assert legend.isVisible()
    compared.show()
    assert legend.isHidden()


def test_a_click_hides_a_curve_until_it_is_shown_again(compared: Compared) -> None:
    compared.show(*seeds((0.1, 0.2), (0.2, 0.3)), made_run(2, FAST))
    button, key = compared.buttons[0], compared.key()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    for plot in (compared.plots.loss, compared.plots.accuracy):
        drawn = plot.overlays.items_of(key)
        assert drawn.band is not None
        parts = [drawn.line, drawn.points, *drawn.edges, drawn.band]
        assert not any(part.isVisible() for part in parts)
    assert not button.isChecked()
    assert "show the curve" in button.toolTip()
    compared.show(*seeds((0.1, 0.2, 0.3), (0.2, 0.3, 0.4)), made_run(2, FAST))
    assert not compared.plots.loss.overlays.items_of(key).line.isVisible(), "it grew, hidden"
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert compared.plots.loss.overlays.items_of(key).line.isVisible()
    compared.buttons[0].click()
    compared.show(made_run(2, FAST))
    compared.show(*seeds((0.1, 0.2), (0.2, 0.3)), made_run(2, FAST))
    assert all(each.isChecked() for each in compared.buttons), "compared anew, it is seen"


def test_the_space_bar_belongs_to_a_name_that_has_the_focus(
    qtbot: QtBot, compared: Compared
) -> None:
    taken: list[bool] = []
    shortcut = QShortcut(Qt.Key.Key_Space, compared.plots)
    shortcut.activated.connect(lambda: taken.append(True))
    compared.show(made_run(2, SLOW))
    button = compared.buttons[0]
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert not button.isChecked()
    assert taken == []


def test_the_legend_wraps_has_two_lines_at_most_and_shows_the_rest_on_demand(
    compared: Compared,
) -> None:
    rates = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    runs = [
        made_run(2 + place, replace(FAST, learning_rate=rate, batch_size=64))
        for place, rate in enumerate(rates)
    ]
    legend = compared.plots.overlay_legend
    compared.show(runs[0])
    one_line = legend.height()
    compared.show(*runs)
    assert legend.height() == 2 * one_line
    hidden = [button for button in compared.buttons if button.isHidden()]
    assert hidden
    assert legend.more_button.text() == f"+{len(hidden)} more"
    check_layout(legend)
    QTest.mouseClick(legend.more_button, Qt.MouseButton.LeftButton)
    assert not any(button.isHidden() for button in compared.buttons)
    assert legend.height() > 2 * one_line
    check_layout(legend)
    QTest.mouseClick(legend.more_button, Qt.MouseButton.LeftButton)
    assert legend.height() == 2 * one_line
    compared.plots.resize(1600, 700)
    assert legend.height() == one_line
    assert legend.more_button.isHidden()


def test_names_that_begin_alike_are_told_apart_where_they_are_cut(compared: Compared) -> None:
    compared.plots.setMinimumWidth(1)
    compared.plots.resize(340, 420)
    compared.show(
        *(
            made_run(2 + place, replace(FAST, epochs=7, batch_size=64, learning_rate=rate))
            for place, rate in enumerate((0.1, 0.2, 0.3))
        )
    )

    QApplication.processEvents()
    written = [button.short for button in compared.buttons]
    assert len(set(written)) == len(written) == 3
    assert all(len(short) < len(text) for short, text in zip(written, compared.texts, strict=True))
    compared.plots.resize(2_000, 420)
    QApplication.processEvents()
    assert [button.short for button in compared.buttons] == compared.texts


def test_a_run_of_other_data_is_not_drawn_beside_the_open_one(compared: Compared) -> None:
    own, other = made_run(2, SLOW), made_run(3, replace(SLOW, data=OTHER, batch_size=32))

    compared.comparison.show(ComparedSet((own, other), OPEN))
    assert [button.entry.runs for button in compared.buttons] == ["“\u2068Run 2\u2069”"]
    compared.comparison.show(ComparedSet((own, other), data=OTHER))
    assert [button.entry.runs for button in compared.buttons] == ["“\u2068Run 3\u2069”"]
    assert len(compared.plots.accuracy.overlays.shown) == 1
    assert len(compared.comparison.panel.model.columns) == 2, "their figures are compared"


@pytest.mark.parametrize("count", [1, 3, 8, 25])
def test_names_neither_overlap_nor_leave_the_row(compared: Compared, count: int) -> None:
    compared.plots.setMinimumWidth(1)
    compared.plots.resize(340, 420)
    long_name = "A name that is much longer than all the room that there is for it in any line"
    compared.show(
        made_run(2, FAST, title=long_name),
        *(made_run(3 + n, replace(FAST, learning_rate=0.1 * (n + 1))) for n in range(count - 1)),
    )
    check_layout(compared.plots.overlay_legend)
    for width in (900, 500, 200):
        compared.plots.resize(width, 420)
        check_layout(compared.plots.overlay_legend)


def check_layout(legend: QWidget) -> None:
    """No two parts overlap, and all are inside."""
    QApplication.processEvents()  # the row gets its width
    box = legend.parentWidget()
    assert isinstance(box, QWidget)
    assert box.rect().contains(legend.geometry())
    parts = [child for child in legend.children() if isinstance(child, QWidget)]
    areas = [part.geometry() for part in parts if not part.isHidden()]
    assert areas
    for place, area in enumerate(areas):
        assert legend.rect().contains(area), (area, legend.rect())
        assert not any(area.intersects(other) for other in areas[:place])


def test_more_curves_than_can_be_told_apart_are_counted(compared: Compared) -> None:
    runs = [
        made_run(2 + n, replace(FAST, learning_rate=0.01 * (n + 1))) for n in range(MOST_CURVES + 3)
    ]
    compared.show(*runs)
    assert len(compared.buttons) == MOST_CURVES
    assert compared.plots.overlay_legend.notice.text() == "3 more without a curve"
    assert len(compared.colours) == MOST_CURVES


def test_names_are_plain_text(compared: Compared) -> None:
    title = "<b>&fat</b>\n\u202eevil   run <img src=x>"
    compared.show(made_run(2, FAST, title=title))
    (text,) = compared.texts
    assert text == "<b>&fat</b> evil run <img src=x>"
    tip = compared.buttons[0].toolTip()
    assert "&lt;img" in tip
    assert "<img" not in tip
    compared.plots.accuracy.show_readout(2.0, 0.6)
    readout = compared.plots.findChild(Readout, "accuracy_plot_readout")
    assert isinstance(readout, Readout)
    assert readout.textFormat() is Qt.TextFormat.PlainText


def test_the_readout_names_the_nearest_curve_first(compared: Compared) -> None:
    compared.show(
        made_run(2, replace(FAST, learning_rate=0.2), accuracies=(0.2, 0.2)),
        made_run(3, replace(FAST, learning_rate=0.7), accuracies=(0.7, 0.7)),
    )
    said: list[str] = []
    compared.plots.accuracy.readout_changed.connect(said.append)
    compared.plots.accuracy.show_readout(2.0, 0.68)
    compared.plots.accuracy.show_readout(2.0, 0.21)
    near, far = "rate 0.7 70.0\xa0%", "rate 0.2 20.0\xa0%"
    assert said[0].index(near) < said[0].index(far)
    assert said[1].index(far) < said[1].index(near)
    assert said[0].startswith("train "), "the open run comes first"


def test_the_readout_says_the_epoch_where_the_open_run_has_none(compared: Compared) -> None:
    compared.show(made_run(2, SLOW, accuracies=(0.1, 0.2, 0.3, 0.4, 0.5)))
    said: list[str] = []
    compared.plots.accuracy.readout_changed.connect(said.append)
    compared.plots.accuracy.show_readout(5.2, 0.5)
    assert said == ["rate 0.5 50.0\xa0% at 5"]


def test_the_readout_shows_whole_parts_only(compared: Compared) -> None:
    compared.show(*(made_run(2 + n, replace(FAST, learning_rate=0.1 + n)) for n in range(8)))
    readout = compared.plots.findChild(Readout, "accuracy_plot_readout")
    assert isinstance(readout, Readout)
    said: list[str] = []
    compared.plots.accuracy.readout_changed.connect(said.append)
    compared.plots.accuracy.show_readout(2.0, 0.6)
    assert said[0].startswith(readout.text())
    assert readout.text() != said[0]
    assert said[0][len(readout.text()) :].startswith("   ")
    assert readout.fontMetrics().horizontalAdvance(readout.text()) <= readout.width()


def test_long_runs_have_a_point_at_their_end_only(compared: Compared) -> None:
    compared.show(made_run(2, SLOW, accuracies=np.linspace(0.1, 0.8, 60).tolist()))
    points = compared.plots.accuracy.overlays.items_of(compared.key()).points
    x, y = points.getData()
    np.testing.assert_allclose(x, [60])
    np.testing.assert_allclose(y, [0.8])


def test_both_themes_can_be_shown(compared: Compared) -> None:
    compared.show(*seeds((0.1, 0.2), (0.2, 0.3)))
    for theme in (DARK, LIGHT):
        compared.plots.show_theme(theme)
        compared.comparison.show_theme(theme)
        colour = LOOKS[compared.key()].colour(theme).name()
        drawn = compared.plots.loss.overlays.items_of(compared.key())
        assert drawn.line.opts["pen"].color().name() == colour
        assert drawn.band is not None
        assert drawn.band.brush().color().name() == colour
        assert compared.colours[10].name() == colour
        assert colour in colours(compared.plots.overlay_legend.grab().toImage())


def test_overlays_are_in_saved_pictures(compared: Compared) -> None:
    compared.show(made_run(2, SLOW, accuracies=(0.1, 0.2, 0.3)))
    colour = LOOKS[compared.key()].colour(LIGHT).name()
    assert colour in colours(plot_picture(compared.plots.accuracy, "Accuracy"))
    assert colour in plot_drawing(compared.plots.accuracy, "Accuracy").decode()


RUNS = st.lists(
    st.tuples(
        st.sampled_from([0.1, 0.5, 0.9]),
        st.integers(0, 2),
        st.sampled_from(["cpu", "auto"]),
        st.integers(0, 3),
        st.sampled_from(["", "a", "rate 0.1"]),
    ),
    max_size=9,
)


def test_runs_that_differ_in_much_are_named_by_their_recipes() -> None:
    alike = compared_runs(None, [made_run(1, FAST), made_run(2, SLOW)])
    assert [curve.text.partition(",")[0] for curve in alike] == ["rate 0.9", "rate 0.5"]
    configs = [FAST, *(preset.config for preset in PRESETS if preset.name == "Fast")]
    unlike = compared_runs(None, [made_run(run, each) for run, each in enumerate(configs)])
    for curve, config in zip(unlike, configs, strict=True):
        assert curve.text.startswith(recipe_text(config))


@given(RUNS, st.booleans())
def test_every_run_is_in_one_curve_and_no_two_curves_are_called_alike(
    drawn: list[tuple[float, int, str, int, str]], has_open: bool
) -> None:
    runs = [
        made_run(
            2 + place,
            replace(FAST, learning_rate=rate, seed=seed, device=device),
            title=title,
            accuracies=[0.5] * epochs,
        )
        for place, (rate, seed, device, epochs, title) in enumerate(drawn)
    ]
    curves = compared_runs(FAST if has_open else None, runs)
    assert sorted(run for curve in curves for run in curve.ids) == list(range(2, 2 + len(runs)))
    assert len({curve.text for curve in curves}) == len(curves)
    assert all(curve.text and curve.short for curve in curves)
    for curve in curves:
        if len(curve.runs) > 1:
            assert len({run.record.config.learning_rate for run in curve.runs}) == 1
            assert len(curve.band(lambda done: done.test_accuracy).x) > 0
