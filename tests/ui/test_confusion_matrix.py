"""The confusion matrix: all of it is reached by keyboard, spoken, and adds up."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from lenet_desktop.core.predictions import PredictionSet, confusion_counts
from lenet_desktop.ui.gallery_panel.confusion_matrix import Cell, ConfusionMatrix
from lenet_desktop.ui.gallery_panel.matrix_layout import LINES, NAMES, SHARES, TOTALS
from lenet_desktop.ui.gallery_panel.matrix_painter import MatrixPainter, matrix_font

COAT, SHIRT, BOOT = 4, 6, 9
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def answers() -> PredictionSet:
    """Return answers for 200 shirts, 50 of them taken for coats, and 100 coats, all recognised."""
    labels = np.repeat(np.array([SHIRT, COAT], np.uint8), [200, 100])
    predicted = np.repeat(np.array([SHIRT, COAT], np.uint8), [150, 150])
    probabilities = np.eye(10, dtype=np.float32)[predicted]
    return PredictionSet(3, labels, probabilities, np.zeros(300, np.float32))


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


def test_every_move_is_spoken(matrix: ConfusionMatrix, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []

    def listen(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            spoken.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", staticmethod(listen))
    press(matrix, KEY.Key_Left, *[KEY.Key_Down] * SHIRT, *[KEY.Key_Right] * (COAT + 1))
    assert len(spoken) == 1 + SHIRT + COAT + 1
    assert spoken[SHIRT] == "All 200 images of Shirt, 75.0 % recognised (recall)"
    assert spoken[-1] == "Shirt taken for Coat: 50 of 200 images (25.0 %)"
    press(matrix, KEY.Key_End, KEY.Key_Right)
    assert len(spoken) == 1 + SHIRT + COAT + 1 + 1, "at the end there is nothing new to say"


def test_the_corner_says_what_its_number_is(matrix: ConfusionMatrix) -> None:
    assert matrix.describe((None, None)) == "All 300 images, 250 of them right (accuracy 83.3 %)"


@pytest.mark.parametrize("size", [(320, 230), (402, 266), (498, 266), (900, 500)])
def test_a_point_belongs_to_what_is_drawn_there(
    matrix: ConfusionMatrix, size: tuple[int, int]
) -> None:
    matrix.resize(*size)
    painter = MatrixPainter(matrix_font(matrix.font()))
    layout = painter.fit(QSize(*size))
    for row in range(NAMES, LINES):
        for column in range(NAMES, LINES):
            place = layout.place(row, column)
            assert matrix.rect().contains(place), (row, column)
            expected = tuple(at if at in range(10) else None for at in (row, column))
            assert matrix.cell_at(place.center()) == expected
    assert matrix.cell_at(QPoint(-1, 5)) is None


@pytest.mark.parametrize("width", [316, 402, 900])
def test_totals_of_the_data_set_fit_where_they_are_drawn(qtbot: QtBot, width: int) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    font = matrix_font(matrix.font())
    layout = MatrixPainter(font).fit(QSize(width, 266))
    matrix.setFont(font)
    figures = matrix.fontMetrics()
    assert figures.horizontalAdvance("1,000") <= layout.place(0, TOTALS).width()
    assert figures.horizontalAdvance("100") <= layout.place(0, SHARES).width()
    place = layout.place(TOTALS, 0)
    room = place.height() if layout.totals_are_upright else place.width()
    assert figures.horizontalAdvance("1089") <= room
    assert figures.height() <= min(place.width(), place.height()) + 2
    assert layout.totals_are_upright == (width == 316)


def test_edges_show_totals_that_change_what_is_painted(
    matrix: ConfusionMatrix, answers: PredictionSet
) -> None:
    """Twice the images with the same shares differ nowhere but in counts and totals."""
    layout = MatrixPainter(matrix_font(matrix.font())).fit(matrix.size())
    matrix.show_percentages(True)
    matrix.clearFocus()
    before = matrix.grab().toImage()
    twice = PredictionSet(
        3, *(np.concatenate([each, each]) for each in (
            answers.labels, answers.probabilities, answers.losses
        ))
    )  # fmt: skip
    matrix.show_predictions(twice)
    after = matrix.grab().toImage()
    changed = {
        (row, column)
        for row in range(NAMES, LINES)
        for column in range(NAMES, LINES)
        if before.copy(layout.place(row, column)) != after.copy(layout.place(row, column))
    }
    assert {(SHIRT, TOTALS), (COAT, TOTALS), (TOTALS, SHIRT), (TOTALS, COAT)} <= changed
    assert changed <= {
        (SHIRT, TOTALS), (COAT, TOTALS), (TOTALS, SHIRT), (TOTALS, COAT),
        (TOTALS, TOTALS), (TOTALS, SHARES),
    }  # fmt: skip
    np.testing.assert_array_equal(
        matrix.counts, 2 * confusion_counts(answers.labels, answers.predicted)
    )
