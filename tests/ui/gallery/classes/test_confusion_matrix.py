"""The confusion matrix: all of it is reached by keyboard, spoken, and adds up."""

from dataclasses import dataclass
from itertools import combinations, pairwise
from math import isqrt
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.networks.predictions import Numbers, PredictionSet
from lenet_desktop.ui.gallery.classes.confusion_matrix import Cell, ConfusionMatrix
from lenet_desktop.ui.gallery.classes.matrix_layout import NAMES, SHARES, TOTALS
from lenet_desktop.ui.gallery.classes.matrix_painter import MatrixPainter, matrix_font
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme, steady_figures
from tests.made_images import made_images, made_predictions
from tests.painted import changed

COAT, SHIRT, BOOT = 4, 6, 9
CLASS_NAMES = DEFAULT.class_names
LINES = (NAMES, *range(len(CLASS_NAMES)), TOTALS, SHARES)
KEY = Qt.Key
DOTS_PER_INCH = 96
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def answers() -> PredictionSet:
    """Return answers for 200 shirts, 50 of them taken for coats, and 100 coats, all recognised."""
    labels = np.repeat(np.array([SHIRT, COAT], np.uint8), [200, 100])
    predicted = np.repeat(np.array([SHIRT, COAT], np.uint8), [150, 150])
    probabilities = np.eye(10, dtype=np.float32)[predicted]
    return PredictionSet(3, labels, probabilities, np.zeros(300, np.float32), DEFAULT)


@pytest.fixture
def matrix(qtbot: QtBot, answers: PredictionSet) -> ConfusionMatrix:
    shown = ConfusionMatrix()
    qtbot.addWidget(shown)
    shown.resize(400, 260)
    shown.show_predictions(answers)
    shown.show()
    shown.activateWindow()
    shown.setFocus()
    qtbot.waitUntil(shown.hasFocus)
    return shown


def press(matrix: ConfusionMatrix, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(matrix, key)


@pytest.mark.parametrize(
    ("keys", "goal"),
    [
        ([KEY.Key_Left], (0, None)),
        ([KEY.Key_Up], (None, 0)),
        ([KEY.Key_Up, KEY.Key_Left, KEY.Key_Left], (None, None)),
        ([KEY.Key_Down, KEY.Key_Left, KEY.Key_Down], (2, None)),
        ([KEY.Key_Up, KEY.Key_Right], (None, 1)),
        ([KEY.Key_Left, KEY.Key_Right], (0, 0)),
        ([KEY.Key_Down, KEY.Key_End], (1, 9)),
        ([KEY.Key_End, KEY.Key_Right, KEY.Key_Right], (0, 9)),
        ([KEY.Key_Down, KEY.Key_End, KEY.Key_Home], (1, 0)),
    ],
)
def test_keys_lead_to_cells_and_to_the_names_of_rows_and_columns(
    matrix: ConfusionMatrix, keys: list[Qt.Key], goal: Cell
) -> None:
    chosen = QSignalSpy(matrix.cell_chosen)
    matrix.mark((SHIRT, COAT))
    press(matrix, *keys)
    assert matrix.accessibleDescription() == matrix.describe(goal)
    press(matrix, KEY.Key_Return)
    assert [tuple(chosen.at(at)[0]) for at in range(chosen.count())] == [goal]


def test_control_leads_to_the_first_and_the_last_cell(matrix: ConfusionMatrix) -> None:
    QTest.keyClick(matrix, KEY.Key_End, CTRL)
    assert matrix.accessibleDescription() == matrix.describe((BOOT, BOOT))
    QTest.keyClick(matrix, KEY.Key_Home, CTRL)
    assert matrix.accessibleDescription() == matrix.describe((0, 0))


def test_every_move_is_spoken(matrix: ConfusionMatrix, spoken: list[str]) -> None:
    press(matrix, KEY.Key_Left, *[KEY.Key_Down] * SHIRT, *[KEY.Key_Right] * (COAT + 1))
    assert len(spoken) == 1 + SHIRT + COAT + 1
    assert spoken[SHIRT] == "All 200 images of Shirt, 75.0\xa0% recognised (recall)"
    assert spoken[-1] == "Shirt taken for Coat: 50 of 200 images (25.0\xa0%)"
    press(matrix, KEY.Key_End, KEY.Key_Right)
    assert len(spoken) == 1 + SHIRT + COAT + 1 + 1, "at the end there is nothing new to say"


def test_the_corner_says_what_its_number_is(matrix: ConfusionMatrix) -> None:
    assert matrix.describe((None, None)) == (
        "All 300 images, 250 of them right (accuracy 83.3\xa0%, balanced 87.5\xa0%)"
    )


@pytest.mark.parametrize(
    ("size", "is_large"), [((320, 400), False), ((498, 360), False), ((900, 620), True)]
)
def test_a_point_belongs_to_what_is_drawn_there(
    matrix: ConfusionMatrix, size: tuple[int, int], *, is_large: bool
) -> None:
    matrix.resize(*size)
    font = steady_figures(matrix.font()) if is_large else matrix_font(matrix.font())
    layout = MatrixPainter(font, CLASS_NAMES, figures=2).fit(QSize(*size))
    assert layout.has_edges == is_large
    for row in LINES:
        for column in LINES:
            place = layout.place(row, column)
            if place.isEmpty():
                continue
            assert matrix.rect().contains(place), (row, column)
            expected = tuple(at if at in range(10) else None for at in (row, column))
            assert matrix.cell_at(place.center()) == expected
    assert matrix.cell_at(QPoint(-1, 5)) is None


@pytest.mark.usefixtures("qapp")
def test_totals_and_shares_fold_away_where_cells_would_be_small() -> None:
    painter = MatrixPainter(matrix_font(QGuiApplication.font()), CLASS_NAMES)
    folded, whole = painter.fit(painter.least_size), painter.fit(QSize(600, 600))
    for layout, has_edges in ((folded, False), (whole, True)):
        for edge in (TOTALS, SHARES):
            assert (layout.place(0, edge).width() > 0) is has_edges
            assert (layout.place(edge, 0).height() > 0) is has_edges
    lower = painter.fit(QSize(600, 400))
    assert lower.place(0, TOTALS).width() > 0, "there is room beside the cells, if not below"
    assert lower.place(TOTALS, 0).height() == 0
    texts = written(np.eye(10, dtype=np.intp), painter.least_size)
    assert not {"total", "recall %", "precision %"} & {each.text for each in texts}


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("size", [(420, 430), (460, 520), (640, 520), (900, 700)])
def test_where_there_is_room_cells_are_large(size: tuple[int, int]) -> None:
    painter = MatrixPainter(matrix_font(QGuiApplication.font()), CLASS_NAMES)
    cell = painter.fit(QSize(*size)).place(0, 0)
    assert min(cell.width(), cell.height()) >= 32


@pytest.mark.usefixtures("qapp")
def test_totals_fold_away_before_large_figures_are_written_small() -> None:
    font = QFont(QGuiApplication.font())
    font.setPointSizeF(20)
    layout = MatrixPainter(font, CLASS_NAMES).fit(QSize(720, 620))
    assert layout.place(0, TOTALS).width() == 0
    assert layout.place(0, 0).width() > QFontMetricsF(font).horizontalAdvance("000")


@pytest.mark.parametrize("width", [460, 480, 900])
def test_totals_of_the_data_set_fit_where_they_are_drawn(qtbot: QtBot, width: int) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    font = matrix_font(matrix.font())
    layout = MatrixPainter(font, CLASS_NAMES).fit(QSize(width, 560))
    matrix.setFont(font)
    figures = matrix.fontMetrics()
    assert figures.horizontalAdvance("1,000") <= layout.place(0, TOTALS).width()
    assert figures.horizontalAdvance(">99") <= layout.place(0, SHARES).width()
    place = layout.place(TOTALS, 0)
    room = place.height() if layout.totals_are_upright else place.width()
    assert figures.horizontalAdvance("1,089") <= room - 4, "two pixels of air on each side"
    assert figures.height() <= min(place.width(), place.height()) + 2
    assert layout.totals_are_upright == (width == 460)


def test_edges_show_totals_that_change_what_is_painted(
    matrix: ConfusionMatrix, answers: PredictionSet
) -> None:
    """Twice the images with the same shares differ nowhere but in counts and totals."""
    matrix.resize(700, 600)
    font = steady_figures(matrix.font())
    layout = MatrixPainter(font, CLASS_NAMES, figures=2).fit(matrix.size())
    matrix.show_percentages(True)
    matrix.clearFocus()
    before = matrix.grab().toImage()
    labels, probabilities, losses = (
        np.concatenate([each, each])
        for each in (answers.labels, answers.probabilities, answers.losses)
    )
    twice = PredictionSet(3, labels, probabilities, losses, DEFAULT)
    matrix.show_predictions(twice)
    after = matrix.grab().toImage()
    changed = {
        (row, column)
        for row in LINES
        for column in LINES
        if before.copy(layout.place(row, column)) != after.copy(layout.place(row, column))
    }
    assert {(SHIRT, TOTALS), (COAT, TOTALS), (TOTALS, SHIRT), (TOTALS, COAT)} <= changed
    assert changed <= {
        (SHIRT, TOTALS), (COAT, TOTALS), (TOTALS, SHIRT), (TOTALS, COAT),
        (TOTALS, TOTALS), (TOTALS, SHARES),
    }  # fmt: skip
    np.testing.assert_array_equal(matrix.counts, 2 * answers.confusion)


@dataclass(frozen=True)
class Written:
    """A text and where it lies."""

    text: str
    area: QRectF
    points: float


def written(counts: Numbers, size: QSize, *, in_percent: bool = False) -> list[Written]:
    """Return what is written in a matrix; from an SVG, in which texts can be read."""
    font = matrix_font(QGuiApplication.font())
    matrix, buffer, svg = MatrixPainter(font, CLASS_NAMES), QBuffer(), QSvgGenerator()
    svg.setOutputDevice(buffer)
    svg.setSize(size)
    svg.setResolution(DOTS_PER_INCH)
    painter = QPainter(svg)
    matrix.paint(painter, matrix.fit(size), counts, LIGHT, in_percent=in_percent)
    painter.end()
    return [
        found
        for group in ElementTree.fromstring(buffer.data().data()).iter()  # noqa: S314  our own
        if "transform" in group.attrib
        for text in group.iterfind("{*}text")
        if (found := _written(text, group.attrib["transform"], font)).text
    ]


def _written(text: ElementTree.Element, transform: str, font: QFont) -> Written:
    own = QFont(font)
    own.setPointSizeF(float(text.attrib["font-size"]) * 72 / DOTS_PER_INCH)
    words, metrics = (text.text or "").strip(), QFontMetricsF(own)
    x, y = float(text.attrib["x"]), float(text.attrib["y"])
    length, ascent = metrics.horizontalAdvance(words), metrics.tightBoundingRect(words).height()
    _, turn, _, _, dx, dy = (float(each) for each in transform[7:-1].split(","))
    if turn:
        area = QRectF(dx + y - ascent, dy - x - length, ascent, length)
    else:
        area = QRectF(dx + x, dy + y - ascent, length, ascent)
    return Written(words, area, own.pointSizeF())


def at(texts: list[Written], place: QRect) -> str:
    """Return what is written at a place."""
    return " ".join(each.text for each in texts if place.contains(each.area.center().toPoint()))


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width", [318, 322, 402, 480, 900])
def test_a_small_share_does_not_read_as_none_and_a_large_one_not_as_all(width: int) -> None:
    counts = np.diag(np.full(10, 1000))
    counts[0, :3] = [996, 4, 0]
    counts[1, :3] = [5, 990, 5]
    counts[2, :3] = [6, 994, 0]
    size = QSize(width, 560)
    layout = MatrixPainter(matrix_font(QGuiApplication.font()), CLASS_NAMES).fit(size)
    texts = written(counts, size, in_percent=True)
    cells = [[at(texts, layout.place(row, column)) for column in range(3)] for row in range(3)]
    assert cells == [[">99", "<1", ""], ["<1", "99", "<1"], ["1", "99", ""]]
    assert at(texts, layout.place(3, 3)) == "100"
    shares = [at(texts, layout.place(row, SHARES)) for row in range(4)]
    assert shares == ([">99", "99", "0", "100"] if width >= 480 else [""] * 4)
    for each in texts:
        if each.text == ">99":
            inside = QRectF(layout.place(0, 0) | layout.place(0, SHARES))
            assert inside.contains(each.area)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("images", "width", "least_points"),
    [
        (1_000, 318, 6.5), (1_000, 322, 6.5), (1_000, 402, 7.5), (1_000, 900, 8),
        (6_000, 336, 5), (6_000, 402, 6.5), (6_000, 524, 8), (6_000, 900, 8),
    ],
)  # fmt: skip
def test_figures_have_separators_and_air(images: int, width: int, least_points: float) -> None:
    counts = np.full((10, 10), 3) + np.diag(np.full(10, images - 30))
    counts[0, 1:] += 8
    size = QSize(width, 560)
    layout = MatrixPainter(matrix_font(QGuiApplication.font()), CLASS_NAMES).fit(size)
    texts = written(counts, size)
    totals = [at(texts, layout.place(TOTALS, column)) for column in range(10)]
    assert totals == [f"{total:,}" for total in counts.sum(axis=0)]
    if layout.across.totals:
        assert at(texts, layout.place(0, TOTALS)) == f"{counts[0].sum():,}"
    for row in (*range(10), *((TOTALS,) if layout.across.totals else ())):
        whole = layout.place(row, 0) | layout.place(row, TOTALS)
        line = [each.area for each in texts if whole.contains(each.area.center().toPoint())]
        line.sort(key=QRectF.left)
        assert len(line) == len(CLASS_NAMES) + bool(layout.across.totals)
        for left, right in pairwise(line):
            assert right.left() - left.right() >= 2, row
    for row in range(10):
        cell = layout.place(row, row).adjusted(0, 0, -1, -1)
        (figures,) = (each for each in texts if cell.contains(each.area.center().toPoint()))
        assert figures.area.left() - cell.left() >= 0.9, figures
        assert cell.right() + 1 - figures.area.right() >= 0.9, figures
        assert figures.points >= least_points
    others = [each.points for each in texts if each.text in ("3", "11")]
    assert min(others) >= 6.5, "long counts don't make short ones unreadable"


def inside(picture: QImage, matrix: ConfusionMatrix, row: int, column: int) -> QImage:
    layout = MatrixPainter(matrix_font(matrix.font()), CLASS_NAMES, figures=2).fit(matrix.size())
    return picture.copy(layout.place(row, column).adjusted(0, 0, -1, -1))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("width", [322, 402, 524])
def test_marks_leave_figures_alone_and_are_told_apart(
    matrix: ConfusionMatrix, theme: Theme, width: int
) -> None:
    matrix.resize(width, 360)
    matrix.show_theme(theme)
    QTest.keyClick(matrix, KEY.Key_Home, CTRL)
    press(matrix, *[KEY.Key_Down] * SHIRT, *[KEY.Key_Right] * COAT)
    pictures = {}
    for focused in (True, False):
        if not focused:
            matrix.clearFocus()
        for marked in ((SHIRT, COAT), (None, None)):
            matrix.mark(marked)
            pictures[focused, marked] = matrix.grab().toImage()
    plain = pictures[False, (None, None)]
    for picture in pictures.values():
        assert inside(picture, matrix, SHIRT, COAT) == inside(plain, matrix, SHIRT, COAT)
    for one, other in combinations(pictures.values(), 2):
        assert len(changed(one, other)) >= 30


@pytest.mark.parametrize("cell", [(None, None), (SHIRT, None), (None, COAT)])
def test_the_keyboard_is_seen_at_names_as_well(matrix: ConfusionMatrix, cell: Cell) -> None:
    QTest.keyClick(matrix, KEY.Key_Home, CTRL)
    true, predicted = cell
    down, right = (-1 if place is None else place for place in cell)
    press(matrix, *[KEY.Key_Down] * down, *[KEY.Key_Right] * right)
    press(matrix, *[KEY.Key_Up] * (true is None), *[KEY.Key_Left] * (predicted is None))
    assert matrix.accessibleDescription() == matrix.describe(cell)
    with_focus = matrix.grab().toImage()
    matrix.clearFocus()
    without = matrix.grab().toImage()
    layout = MatrixPainter(matrix_font(matrix.font()), CLASS_NAMES, figures=2).fit(matrix.size())
    places = changed(with_focus, without)
    assert places
    place = layout.place(*(NAMES if at is None else at for at in cell))
    assert all(place.contains(x, y) for x, y in places)


@pytest.fixture
def many(qtbot: QtBot) -> ConfusionMatrix:
    shown = ConfusionMatrix()
    qtbot.addWidget(shown)
    shown.resize(520, 460)
    images = made_images(62)
    shown.show_dataset(images.info)
    shown.show_predictions(made_predictions(images))
    shown.show()
    return shown


def first_cell(matrix: ConfusionMatrix) -> QRect:
    """Return where the cell is that comes after a line of names and one more name."""
    return matrix.part_place(isqrt(matrix.part_count()) + 1)


def test_many_classes_are_seen_all_at_once_or_a_few_of_them_large(many: ConfusionMatrix) -> None:
    assert many.is_scrolled
    usual = first_cell(many).height()
    press(many, KEY.Key_Minus)
    assert not many.is_scrolled
    last = many.part_place(many.part_count() - 1)
    assert many.rect().contains(last)
    assert many.part_at(last.center()) == many.part_count() - 1, "small cells are hit as well"
    assert not many.can_zoom(-1)
    press(many, *[KEY.Key_Plus] * 9)
    assert min(first_cell(many).size().toTuple()) >= 64 > usual
    assert not many.can_zoom(1)
    press(many, *[KEY.Key_Minus] * 8)
    many.zoom(1)
    assert first_cell(many).height() == usual
    assert not many.is_zoomed


def test_what_the_mouse_is_at_stays_there_when_it_zooms(many: ConfusionMatrix) -> None:
    press(many, KEY.Key_Plus)
    many.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, KEY.Key_End, CTRL))  # far from all borders
    many.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, KEY.Key_Home, CTRL))
    point = QPoint(460, 400)
    before = many.cell_at(point)
    turn(many, point, 120)
    assert many.cell_at(point) == before
    size = first_cell(many).size()
    turn(many, point, -60)
    assert first_cell(many).size() == size, "half a notch is not a step yet"
    turn(many, point, -60)
    assert first_cell(many).height() < size.height()


def test_what_is_outlined_or_the_worst_stays_in_sight_when_a_button_zooms(
    many: ConfusionMatrix,
) -> None:
    many.zoom(-9)
    many.mark((61, None))
    many.zoom(9)
    assert many.rect().contains(many.part_place(61 * 63 + 63).center()), "the name of the row"
    many.mark((None, None))
    many.zoom(-9)
    many.show_most_confused_first(True)
    before = many.part_sentence(64)
    many.zoom(9)
    assert many.part_sentence(64) == before
    assert many.part_at(first_cell(many).center()) == 64, "the first cell is all in sight"


def turn(matrix: ConfusionMatrix, point: QPoint, by: int) -> None:
    """Turn the wheel over a point while Ctrl is held."""
    event = QWheelEvent(
        QPointF(point), QPointF(matrix.mapToGlobal(point)), QPoint(), QPoint(0, by),
        Qt.MouseButton.NoButton, CTRL, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QGuiApplication.sendEvent(matrix, event)


def test_the_zoom_survives_epochs_and_goes_with_the_data(many: ConfusionMatrix) -> None:
    press(many, KEY.Key_Plus)
    size = first_cell(many).size()
    many.show_predictions(made_predictions(made_images(62)))
    assert first_cell(many).size() == size
    many.show_dataset(DEFAULT)
    assert not many.is_zoomed


@pytest.mark.parametrize("classes", [2, 10, 47, 62])
def test_any_number_of_classes_is_painted_in_any_room(qtbot: QtBot, classes: int) -> None:
    images = made_images(classes)
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.show_dataset(images.info)
    matrix.show_predictions(made_predictions(images))
    for size in ((60, 40), (300, 200), (520, 460), (2400, 1300)):
        matrix.resize(*size)
        for steps in (0, -9, 9):
            matrix.zoom(steps)
            assert not matrix.grab().isNull()
        cell = first_cell(matrix).size()
        assert cell.height() <= max(1.25 * cell.width(), 32)
