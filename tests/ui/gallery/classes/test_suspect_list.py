"""The list of suspects: it says what it shows, keeps its place, and leads to the image."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLabel, QTableView
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.suspects import LEARNED_FROM, METHOD, Suspect, Suspects
from lenet_desktop.data.duplicates import Duplicates, find_duplicates
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.text.wording import tip
from lenet_desktop.ui.gallery.classes.suspect_list import SuspectList
from lenet_desktop.ui.gallery.classes.suspect_model import Column
from lenet_desktop.ui.gallery.grid.gallery_model import NUMBER_ROLE
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme
from tests.image_sets import image_set

SUSPECTS = Suspects(
    (
        Suspect(4321, label=0, proposed=8, score=0.9972, contradicted=7),
        Suspect(12, label=6, proposed=2, score=0.9, contradicted=5),
        *(Suspect(100 + row, 4, 2, 0.8 - row / 100, 5) for row in range(40)),
    ),
    epochs=9,
    images=10_000,
    has_learned=True,
)
NONE_FOUND = Suspects((), epochs=3, images=10_000, has_learned=True)
NOT_LEARNED = Suspects((), epochs=3, images=10_000, has_learned=False)


@pytest.fixture
def listed(qtbot: QtBot) -> SuspectList:
    shown = SuspectList()
    qtbot.addWidget(shown)
    shown.resize(560, 400)
    shown.show()
    return shown


@pytest.fixture(scope="module")
def duplicates(images: ImageSet) -> Duplicates:
    """Return what would be found if image 12 stood twice more, once with another label."""
    test, train = images.images[:60].copy(), images.images[60:90].copy()
    test[40] = train[7] = test[12]
    labels = np.zeros(60, np.uint8)
    return find_duplicates(image_set(test, labels), image_set(train, labels[:30] + 1))


def chosen_in(listed: SuspectList) -> object:
    """Return the number of the image in the current row, if any."""
    return listed.table.currentIndex().data(NUMBER_ROLE)


def find(listed: SuspectList, suspects: Suspects) -> None:
    """Look for suspects, in the part of the data where it was done last, and find these."""
    listed.show_computing(listed.split)
    listed.show_suspects(suspects)


def texts(listed: SuspectList, row: int) -> list[str]:
    return [str(listed.model.index(row, column).data()) for column in Column]


def index(listed: SuspectList, row: int, column: Column = Column.SCORE) -> QModelIndex:
    return listed.model.index(row, column)


def click(listed: SuspectList, row: int) -> None:
    place = listed.table.visualRect(index(listed, row)).center()
    QTest.mouseClick(listed.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_other_programs_find_it_and_it_explains_its_method(listed: SuspectList) -> None:
    assert listed.objectName() == "suspect_labels"
    assert listed.findChild(QTableView, "suspect_table") is listed.table
    explanation = listed.findChild(QLabel, "suspect_method")
    assert isinstance(explanation, QLabel)
    assert explanation.text() == "Labels doubted by confident learning (cleanlab)"
    assert explanation.toolTip() == tip(METHOD)
    assert explanation.height() < 2 * explanation.fontMetrics().height(), "one line"
    assert explanation.property("role") == "muted"


def test_every_state_says_what_there_is_to_wait_for(listed: SuspectList) -> None:
    assert listed.table.placeholder == "Press Start to see which labels the network doubts."
    listed.show_untrained(running=True)
    assert "after the first epoch" in listed.table.placeholder
    listed.show_waiting("The images are judged first.")
    assert listed.table.placeholder == "The images are judged first."
    listed.show_computing(Split.TEST)
    assert listed.table.placeholder == "Examining the labels…"
    find(listed, NONE_FOUND)
    assert "contradicts no label" in listed.table.placeholder
    find(listed, NOT_LEARNED)
    assert "wrong more often than right" in listed.table.placeholder
    listed.show_failure("cleanlab cannot be loaded.")
    assert listed.table.placeholder == "cleanlab cannot be loaded."
    assert listed.table.accessibleDescription() == "cleanlab cannot be loaded."
    assert listed.count.text() == ""


def test_a_row_says_everything_about_its_image(listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    assert listed.model.rowCount() == len(SUSPECTS)
    assert texts(listed, 0) == ["4321", "T-shirt/top", "✗ Bag", "0.997", "7 of 9", ""]
    sentence = (
        "Test image 4321: label T-shirt/top, network says Bag, score 0.997, "
        "contradicted in 7 of 9 epochs"
    )
    for column in Column:
        spoken = index(listed, 0, column).data(Qt.ItemDataRole.AccessibleTextRole)
        assert spoken == sentence
    assert listed.count.text() == "42 of 10,000 images"
    assert listed.table.isColumnHidden(Column.DUPLICATES)


def test_every_row_can_be_spoken_and_every_column_explains_itself(listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    spoken = {
        index(listed, row).data(Qt.ItemDataRole.AccessibleTextRole)
        for row in range(listed.model.rowCount())
    }
    assert len(spoken) == len(SUSPECTS)
    for column in Column:
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            assert listed.model.headerData(column, Qt.Orientation.Horizontal, role)


def test_a_single_epoch_is_counted_in_the_singular(listed: SuspectList) -> None:
    find(listed, Suspects((Suspect(1, 2, 3, 1.0, 1),), 1, 300, has_learned=True))
    assert listed.count.text() == "1 of 300 images, each contradicted in 1 of 1 epoch"


def test_what_is_the_same_in_every_row_is_said_once(listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    assert not listed.table.isColumnHidden(Column.CONTRADICTED)
    same = Suspects(SUSPECTS.ranked[2:], 9, 10_000, has_learned=True)
    find(listed, same)
    assert listed.table.isColumnHidden(Column.CONTRADICTED)
    assert listed.count.text() == "40 of 10,000 images, each contradicted in 5 of 9 epochs"
    assert "contradicted in 5 of 9 epochs" in str(
        index(listed, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    )


def test_an_image_that_stands_elsewhere_too_gets_a_badge(
    listed: SuspectList, duplicates: Duplicates
) -> None:
    find(listed, SUSPECTS)
    listed.show_duplicates(duplicates)
    assert not listed.table.isColumnHidden(Column.DUPLICATES)
    assert texts(listed, 0)[Column.DUPLICATES] == ""
    assert texts(listed, 1)[Column.DUPLICATES] == "test 40; train 7, other label"
    spoken = str(index(listed, 1).data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.endswith(", same image as test 40; train 7, other label")
    listed.show_duplicates(None)
    assert listed.table.isColumnHidden(Column.DUPLICATES)


def test_one_click_leads_to_the_image(qtbot: QtBot, listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    chosen = QSignalSpy(listed.image_chosen)
    click(listed, 1)
    assert chosen.count() == 1
    assert chosen.at(0) == [12]
    assert chosen_in(listed) == 12


def test_the_keyboard_leads_to_the_image(qtbot: QtBot, listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    listed.table.setFocus()
    chosen = QSignalSpy(listed.image_chosen)
    QTest.keyClick(listed.table, Qt.Key.Key_Return)
    assert chosen.count() == 0, "no row is current yet"
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(listed.table, key)
    assert [chosen.at(each)[0] for each in range(chosen.count())] == [4321, 12, 12, 12]


def test_a_row_that_is_current_can_be_clicked_again(listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    click(listed, 1)
    chosen = QSignalSpy(listed.image_chosen)
    click(listed, 1)
    assert [chosen.at(each) for each in range(chosen.count())] == [[12]]


def test_the_image_that_is_looked_at_is_highlighted_and_no_other(listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    chosen = QSignalSpy(listed.image_chosen)
    listed.show_chosen(12)
    assert chosen_in(listed) == 12
    assert listed.table.selectionModel().isRowSelected(1)
    listed.show_chosen(4_000)
    assert chosen_in(listed) is None
    assert not listed.table.selectionModel().hasSelection()
    find(listed, NONE_FOUND)
    listed.show_chosen(12)
    find(listed, SUSPECTS)
    assert chosen_in(listed) == 12
    assert chosen.count() == 0, "highlighting is not choosing"


def test_every_suspect_is_seen(listed: SuspectList, images: ImageSet) -> None:
    listed.show_computing(Split.TEST, images)
    listed.show_suspects(SUSPECTS)
    picture = index(listed, 0, Column.NUMBER).data(Qt.ItemDataRole.DecorationRole)
    assert picture.size() == QSize(28, 28)
    seen = [[picture.pixelColor(x, y).lightness() for x in range(28)] for y in range(28)]
    np.testing.assert_array_equal(seen, images.images[4321, 0])
    assert index(listed, 0, Column.LABEL).data(Qt.ItemDataRole.DecorationRole) is None


def test_a_refresh_keeps_the_current_row_and_the_scroll_position(listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    click(listed, 1)
    bar = listed.table.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    scrolled_to = bar.value()
    listed.show_computing(Split.TEST)
    assert listed.model.rowCount() == len(SUSPECTS), "what was found before stays meanwhile"
    assert listed.count.text() == "42 of 10,000 images. Examining the labels…"
    chosen = QSignalSpy(listed.image_chosen)
    reversed_ranks = Suspects(SUSPECTS.ranked[::-1], 10, 10_000, has_learned=True)
    find(listed, reversed_ranks)
    assert bar.value() == scrolled_to > 0
    assert listed.table.currentIndex().data(NUMBER_ROLE) == 12
    assert listed.table.selectionModel().isRowSelected(listed.table.currentIndex().row())
    assert chosen.count() == 0


def test_an_image_that_is_no_longer_suspect_is_let_go(listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    click(listed, 1)
    find(listed, NONE_FOUND)
    assert chosen_in(listed) is None


def test_a_new_run_forgets_the_old_suspects(listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    listed.show_untrained(running=True)
    assert listed.model.rowCount() == 0
    assert listed.count.text() == ""


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_contradiction_has_the_colour_of_what_is_wrong(listed: SuspectList, theme: Theme) -> None:
    find(listed, SUSPECTS)
    listed.show_theme(theme)
    role = Qt.ItemDataRole.ForegroundRole
    assert index(listed, 0, Column.PROPOSED).data(role) == QColor(theme.wrong)
    assert index(listed, 0, Column.LABEL).data(role) is None
    assert not listed.grab().isNull()


def test_training_images_are_called_so_and_have_other_equals(
    listed: SuspectList, duplicates: Duplicates
) -> None:
    listed.show_duplicates(duplicates)
    find(listed, SUSPECTS)
    assert texts(listed, 1)[Column.DUPLICATES] == "test 40; train 7, other label"
    listed.show_computing(Split.TRAIN)
    assert listed.model.rowCount() == 0, "those of test images are no longer asked for"
    assert LEARNED_FROM in listed.explanation.toolTip()
    assert listed.explanation.text().startswith("Learned labels doubted")
    find(listed, SUSPECTS)
    assert texts(listed, 1)[Column.DUPLICATES] == ""
    spoken = index(listed, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Training image 12: label Shirt")
    listed.show_computing(Split.TEST)
    assert listed.explanation.toolTip() == tip(METHOD)


def test_what_is_found_too_late_is_passed_over(listed: SuspectList) -> None:
    waits: list[Callable[[], None]] = [
        partial(listed.show_waiting, "The training images are judged first."),
        partial(listed.show_untrained, running=True),
        listed.show_untrained,
    ]
    for wait in waits:
        find(listed, SUSPECTS)
        wait()
        said = listed.table.placeholder
        listed.show_suspects(SUSPECTS)
        listed.show_failure("cleanlab cannot be loaded.")
        assert listed.model.rowCount() == 0
        assert listed.table.placeholder == said


def test_the_keyboard_that_comes_in_chooses_no_suspect(qtbot: QtBot, listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    listed.show_chosen(77)
    chosen = QSignalSpy(listed.image_chosen)
    listed.activateWindow()
    listed.table.setFocus()
    qtbot.waitUntil(listed.table.hasFocus)
    assert chosen.count() == 0
    QTest.keyClick(listed.table, Qt.Key.Key_Down)
    assert chosen.count() == 1


def test_a_screen_reader_hears_of_suspects_where_there_are_some(listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    assert listed.table.accessibleDescription() == listed.count.text() != ""
    find(listed, NONE_FOUND)
    assert "contradicts no label" in listed.table.accessibleDescription()


def test_a_long_count_keeps_no_window_wide(listed: SuspectList) -> None:
    find(listed, SUSPECTS)
    assert listed.minimumSizeHint().width() < listed.fontMetrics().horizontalAdvance(
        listed.count.text()
    )
