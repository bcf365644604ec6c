"""A right click on a plot saves it as it looks, or the numbers behind it."""

import io
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.history import History
from lenet_desktop.export.tables import curves_csv
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme
from lenet_desktop.ui.training.annotations import Mark
from lenet_desktop.ui.training.plot_export import PlotExport, plot_drawing, plot_picture
from lenet_desktop.ui.training.plots import TrainingPlots
from tests.painted import colours
from tests.ui.dialogs import dialog_of, save

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def export(plots: TrainingPlots, history: History, tmp_path: Path) -> PlotExport:
    return PlotExport(
        plots.loss,
        "Loss",
        SaveFolder(tmp_path),
        has_content=lambda: len(history.step_losses) > 0,
        csv=lambda: curves_csv(history),
        what="curves",
    )


def drawn(content: bytes) -> QImage:
    renderer = QSvgRenderer(content)
    assert renderer.isValid()
    picture = QImage(renderer.defaultSize() * 2, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    return picture


def test_a_picture_says_which_run_its_curves_are_of(plots: TrainingPlots) -> None:
    plain, named = (plot_picture(plots.loss, "Loss", whose) for whose in ("", "Run 7: ReLU"))
    line = named.height() - plain.height()
    assert line > 0
    rest = plain.height() // 2
    assert named.copy(0, line + rest, 9_999, 9_999) == plain.copy(0, rest, 9_999, 9_999)
    drawing = plot_drawing(plots.loss, "Loss", "Run 7: ReLU").decode()
    assert "Run 7: ReLU" in drawing


@THEMES
def test_a_picture_is_sharp_and_has_the_theme(
    qtbot: QtBot, plots: TrainingPlots, export: PlotExport, tmp_path: Path, theme: Theme
) -> None:
    plots.show_theme(theme)
    path = tmp_path / "loss.png"
    sentence = save(qtbot, export, export.save_png, path)
    assert sentence == f"The plot “Loss” was saved to {path}."
    picture = QImage(str(path))
    assert picture.width() >= 2 * plots.loss.getPlotItem().width()
    assert QColor(picture.pixel(1, 1)).name() == theme.surface
    assert {theme.train, theme.test, theme.surface} <= colours(picture)


@THEMES
def test_a_drawing_has_the_same_in_shapes_and_text(
    qtbot: QtBot, plots: TrainingPlots, export: PlotExport, tmp_path: Path, theme: Theme
) -> None:
    plots.show_theme(theme)
    path = tmp_path / "loss.svg"
    save(qtbot, export, export.save_svg, path)
    content = path.read_bytes()
    root = ET.fromstring(content)  # noqa: S314  what was written here is trusted
    texts = {"".join(element.itertext()).strip() for element in root.iter(f"{SVG}text")}
    assert {"Loss", "Epoch", "test", "train, epoch mean"} <= texts
    assert not list(root.iter(f"{SVG}image")), "nothing is a picture of pixels"
    picture = drawn(content)
    assert "#ff00ff" not in colours(picture), "the background is drawn, too"
    assert {theme.train, theme.test, theme.surface} <= colours(picture)


@pytest.mark.parametrize("zoomed", [False, True])
def test_a_drawing_needs_no_lines_that_do_not_scale(
    qtbot: QtBot, plots: TrainingPlots, export: PlotExport, tmp_path: Path, zoomed: bool
) -> None:
    plots.loss.annotations.set_marks([Mark(0.5, "rate 0.1")])
    if zoomed:
        plots.loss.getPlotItem().setXRange(0.2, 0.6)
    save(qtbot, export, export.save_svg, tmp_path / "loss.svg")
    root = ET.fromstring((tmp_path / "loss.svg").read_bytes())  # noqa: S314
    groups = [group for group in root.iter(f"{SVG}g") if "transform" in group.attrib]
    assert groups
    for group in groups:
        if any(shape.get("vector-effect") == "non-scaling-stroke" for shape in group):
            assert group.attrib["transform"].startswith("matrix(1,0,0,1,")


def test_a_line_is_as_thick_in_a_picture_as_on_the_screen(plots: TrainingPlots) -> None:
    plot, both = plots.accuracy, np.array([1.0, 2.0])
    plot.set_curves({0: (both, np.array([0.3, 0.3])), 1: (both[:0], both[:0])})
    screen = plot.grab().toImage()
    picture = plot_picture(plot, "Accuracy", scale=4)

    assert thickness(screen) == 2
    assert thickness(picture) == 8
    assert plot.grab().toImage() == screen


def thickness(picture: QImage) -> int:
    """Return how many points a coloured line is high between two epochs."""
    rows = range(picture.height() // 2, picture.height())
    columns = range(picture.width() // 2, picture.width() * 3 // 4)
    coloured = [[QColor(picture.pixel(x, y)).saturation() > 128 for y in rows] for x in columns]
    return int(np.median([sum(column) for column in coloured]))


def test_nothing_around_the_curves_is_clipped_away(
    qtbot: QtBot, plots: TrainingPlots, export: PlotExport, tmp_path: Path
) -> None:
    save(qtbot, export, export.save_svg, tmp_path / "loss.svg")
    root = ET.fromstring((tmp_path / "loss.svg").read_bytes())  # noqa: S314
    clips = {
        f"url(#{clip.get('id')})": places_in(clip[0].get("d", ""))
        for clip in root.iter(f"{SVG}clipPath")
    }
    for outer in root.findall(f".//{SVG}g[@clip-path]"):
        clip = around(clips[outer.attrib["clip-path"]])
        for group in outer.iter(f"{SVG}g"):
            x, y = map(float, group.get("transform", "0,0)").rstrip(")").split(",")[-2:])
            for shape in (each for each in group if each.tag in {f"{SVG}text", f"{SVG}polyline"}):
                places = places_in(shape.get("points") or f"{shape.get('x')},{shape.get('y')}")
                assert all(clip.contains(QPointF(x + left, y + top)) for left, top in places)


def places_in(path: str) -> list[tuple[float, float]]:
    """Return the places that a shape names."""
    figures = [float(each) for each in re.findall(r"-?[\d.]+", path)]
    return list(zip(figures[::2], figures[1::2], strict=True))


def around(corners: list[tuple[float, float]]) -> QRectF:
    """Return what some places enclose, and a pixel more."""
    left, top = (min(each) for each in zip(*corners, strict=True))
    right, bottom = (max(each) for each in zip(*corners, strict=True))
    return QRectF(left, top, right - left, bottom - top).adjusted(-1, -1, 1, 1)


def test_drawing_leaves_the_plot_as_it_was(
    qtbot: QtBot, plots: TrainingPlots, export: PlotExport, tmp_path: Path
) -> None:
    before = plots.loss.grab().toImage()
    save(qtbot, export, export.save_png, tmp_path / "loss.png")
    save(qtbot, export, export.save_svg, tmp_path / "loss.svg")
    assert plots.loss.grab().toImage() == before


def test_a_logarithmic_plot_with_marks_is_saved(
    qtbot: QtBot, plots: TrainingPlots, export: PlotExport, tmp_path: Path
) -> None:
    plots.loss.set_log_scale(True)
    plots.loss.annotations.set_marks([Mark(0.5, "rate 0.1")])
    save(qtbot, export, export.save_svg, tmp_path / "loss.svg")
    content = (tmp_path / "loss.svg").read_bytes()
    assert b"rate 0.1" in content
    drawn(content)


def test_the_table_has_every_step_and_epoch_and_the_learning_rate(
    qtbot: QtBot, export: PlotExport, history: History, tmp_path: Path
) -> None:
    path = tmp_path / "curves.csv"
    assert save(qtbot, export, export.save_csv, path) == f"The curves were saved to {path}."
    assert path.read_bytes().decode() == curves_csv(history)
    lines = io.StringIO(curves_csv(history), newline="").readlines()
    assert len(lines) == 1 + len(history.step_losses) + len(history.epochs) + 1


def test_a_right_click_opens_the_menu(
    qtbot: QtBot, plots: TrainingPlots, export: PlotExport
) -> None:
    centre = plots.loss.viewport().rect().center()
    with qtbot.waitSignal(export.menu.aboutToShow):
        QTest.mouseClick(plots.loss.viewport(), Qt.MouseButton.RightButton, pos=centre)
    assert isinstance(plots.findChild(QMenu, "loss_plot_menu"), QMenu)
    assert export.menu.isVisible()
    export.menu.close()
    with qtbot.assertNotEmitted(export.menu.aboutToShow):
        QTest.mouseClick(plots.loss.viewport(), Qt.MouseButton.LeftButton, pos=centre)


def test_an_empty_plot_offers_nothing(qtbot: QtBot, tmp_path: Path, history: History) -> None:
    plots = TrainingPlots()
    qtbot.addWidget(plots)
    runs = [History()]
    export = PlotExport(
        plots.accuracy,
        "Accuracy",
        SaveFolder(tmp_path),
        has_content=lambda: len(runs[-1].step_losses) > 0,
        csv=lambda: curves_csv(runs[-1]),
        what="curves",
    )
    assert not any(action.isEnabled() for action in export.menu.actions())
    runs.append(history)
    export.refresh()
    assert all(action.isEnabled() for action in export.menu.actions())


def test_a_failure_gets_a_sentence(qtbot: QtBot, export: PlotExport, tmp_path: Path) -> None:
    gone = tmp_path / "file"
    gone.write_text("")
    export.save_svg.trigger()
    dialog = dialog_of(export)
    with qtbot.waitSignal(export.failed) as failed:
        dialog.fileSelected.emit(str(gone / "loss.svg"))
    assert f"{gone / 'loss.svg'} could not be written (" in failed.args[0]
    dialog.reject()
