"""The inspector: everything it says can be read, however little room there is."""

from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.data.duplicates import Duplicate
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.gallery.image.inspector import Inspector
from lenet_desktop.ui.gallery.image.probability_bars import ProbabilityBars
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme
from tests.contrast import AA_TEXT, contrast
from tests.made_images import made_images, made_predictions

WRONG_BOOT = 4


@pytest.fixture(scope="module")
def answers(few_events: list[Event]) -> list[PredictionSet]:
    return [event.predictions for event in few_events if isinstance(event, PredictionsReady)]


@pytest.fixture
def inspector(qtbot: QtBot, few_images: ImageSet, answers: list[PredictionSet]) -> Inspector:
    shown = Inspector()
    qtbot.addWidget(shown)
    history = PredictionHistory()
    for each in answers:
        history.add(each)
    shown.show_image(few_images, WRONG_BOOT, answers[-1], history=history)
    shown.resize(344, 230)
    shown.show()
    return shown


def test_the_verdict_tells_loss_and_rank_in_one_line(
    inspector: Inspector, answers: list[PredictionSet]
) -> None:
    losses = answers[-1].losses
    rank = int((losses > losses[WRONG_BOOT]).sum()) + 1
    lines = inspector.verdict.text().split("\n")
    assert lines[2] == f"Loss {losses[WRONG_BOOT]:.2f}, rank {rank} of 300"
    widest = inspector.verdict.fontMetrics().horizontalAdvance("Loss 12.34, rank 9,876 of 10,000")
    assert widest <= inspector.verdict.width(), "also where there are 10,000 images"


def test_of_many_classes_those_that_matter_are_seen_in_the_least_window(
    inspector: Inspector,
) -> None:
    images = made_images(62, 32, 3)
    inspector.resize(261, 232)
    inspector.show_dataset(images.info)
    history, predictions = PredictionHistory(), made_predictions(images, 2)
    history.add(made_predictions(images))
    history.add(predictions)
    inspector.show_image(images, 0, predictions, history=history)
    bars = inspector.bars
    lines = bars.height() // bars.fontMetrics().height()
    assert not inspector.area.verticalScrollBar().isVisible()
    assert lines >= 8
    assert {0, 1} < set(bars.shown(lines))


@pytest.mark.parametrize("size", [(344, 230), (300, 200), (262, 120)])
@pytest.mark.parametrize("percent_of_font", [100, 150])
def test_bars_keep_their_lines_apart_and_are_scrolled_to_instead(
    qtbot: QtBot, inspector: Inspector, few_images: ImageSet, answers: list[PredictionSet],
    size: tuple[int, int], percent_of_font: int,
) -> None:  # fmt: skip
    font = inspector.font()
    font.setPointSizeF(font.pointSizeF() * percent_of_font / 100)
    inspector.setFont(font)
    inspector.show_image(few_images, WRONG_BOOT, answers[-1], rival=answers[0])
    inspector.resize(*size)
    verdict, bars = inspector.verdict, inspector.bars
    qtbot.waitUntil(lambda: verdict.height() >= verdict.heightForWidth(verdict.width()))
    assert bars.height() >= 10 * bars.fontMetrics().height()
    page = inspector.area.widget()
    assert page is not None
    assert page.rect().contains(bars.geometry())
    assert page.rect().contains(inspector.picture.geometry())
    assert not inspector.picture.geometry().intersects(bars.geometry())
    room = inspector.area.viewport().height()
    assert inspector.area.verticalScrollBar().maximum() == max(0, page.height() - room)


def test_at_its_least_height_nothing_is_scrolled(inspector: Inspector) -> None:
    inspector.resize(344, inspector.minimumSizeHint().height())
    inspector.grab()
    assert inspector.strip.isVisible()
    assert inspector.area.verticalScrollBar().maximum() == 0
    assert inspector.area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    np.testing.assert_allclose(sum(inspector.bars.probabilities), 1, atol=1e-5)


DUPLICATES = [
    Duplicate(Split.TRAIN, 60_000 - at, label_differs=False, is_near=True) for at in (1, 2, 3)
]
ROOM_OF_WINDOWS = {
    (344, 232): 6,
    (430, 232): 8,
    (640, 180): 6,  # a low window
    (344, 300): 6,
    (562, 300): 8,
}


def show(
    inspector: Inspector, few_images: ImageSet, answers: list[PredictionSet],
    number: int = WRONG_BOOT, *, duplicates: Sequence[Duplicate] = (), compared: bool = False,
) -> None:  # fmt: skip
    history = PredictionHistory()
    for each in answers:
        history.add(each)
    inspector.show_image(
        few_images, number, answers[-1], history=history, duplicates=duplicates,
        rival=answers[0] if compared else None,
    )  # fmt: skip
    inspector.grab()
    QApplication.processEvents()  # a page that became lower is told to who scrolls it


def parts(inspector: Inspector) -> list[QWidget]:
    return [
        inspector.title, inspector.verdict, inspector.picture, inspector.strip, inspector.bars,
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "scale"), ROOM_OF_WINDOWS.items())
def test_the_image_is_as_large_as_the_room_allows(
    inspector: Inspector, few_images: ImageSet, answers: list[PredictionSet],
    size: tuple[int, int], scale: int,
) -> None:  # fmt: skip
    inspector.resize(*size)
    show(inspector, few_images, answers)
    assert inspector.picture.scale == scale
    assert inspector.area.verticalScrollBar().maximum() == 0
    page = inspector.area.widget()
    assert page is not None
    places = [part.geometry() for part in parts(inspector)]
    assert all(page.rect().contains(place) for place in places)
    assert not any(one.intersects(other) for at, one in enumerate(places) for other in places[:at])


@pytest.mark.parametrize("size", ROOM_OF_WINDOWS)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_duplicates_move_nothing_and_cut_nothing(
    inspector: Inspector, few_images: ImageSet, answers: list[PredictionSet],
    size: tuple[int, int], count: int,
) -> None:  # fmt: skip
    inspector.resize(*size)
    show(inspector, few_images, answers)
    before = [part.geometry() for part in parts(inspector)]
    show(inspector, few_images, answers, duplicates=DUPLICATES[:count])
    assert inspector.duplicates.isVisible()
    assert [part.geometry() for part in parts(inspector)] == before
    assert inspector.area.verticalScrollBar().maximum() == 0
    duplicates = inspector.duplicates
    assert duplicates.height() >= duplicates.heightForWidth(duplicates.width())
    assert not any(duplicates.geometry().intersects(place) for place in before)
    show(inspector, few_images, answers)
    assert not inspector.duplicates.isVisible()
    assert [part.geometry() for part in parts(inspector)] == before


@pytest.mark.parametrize("before", [(430, 232), (562, 300), (640, 180), (344, 160)])
def test_no_scroll_bar_stays_from_a_window_of_another_size(
    inspector: Inspector, few_images: ImageSet, answers: list[PredictionSet],
    before: tuple[int, int],
) -> None:  # fmt: skip
    show(inspector, few_images, answers, duplicates=DUPLICATES)
    first, second, _ = inspector.verdict.text().split("\n")
    # Beside a scroll bar this takes two lines, for which the scroll bar would then be needed.
    inspector.verdict.setText(f"{first}\n{second}\nLoss 12.34, rank 9,876 of 10,000")
    for size in (before, (344, 232)):
        inspector.resize(*size)
        QApplication.processEvents()
    assert inspector.picture.scale == 6
    assert not inspector.area.verticalScrollBar().isVisible()
    assert inspector.area.viewport().width() == inspector.width()


@pytest.mark.parametrize("size", [(344, 232), (430, 232), (640, 180)])
@pytest.mark.parametrize("duplicates", [[], DUPLICATES], ids=["alone", "with duplicates"])
def test_another_run_s_answer_fits_as_well(
    inspector: Inspector, few_images: ImageSet, answers: list[PredictionSet],
    size: tuple[int, int], duplicates: list[Duplicate],
) -> None:  # fmt: skip
    inspector.resize(*size)
    show(inspector, few_images, answers, duplicates=duplicates, compared=True)
    assert inspector.area.verticalScrollBar().maximum() == 0
    assert inspector.picture.scale >= 5
    assert inspector.verdict.height() >= inspector.verdict.heightForWidth(inspector.verdict.width())


def test_its_least_size_does_not_grow_with_the_image(
    inspector: Inspector, few_images: ImageSet, answers: list[PredictionSet]
) -> None:
    least = inspector.minimumSizeHint()
    assert least.height() <= 230
    assert least.width() <= 278, "what it was when the image was small"
    inspector.resize(900, 600)
    show(inspector, few_images, answers, duplicates=DUPLICATES)
    assert inspector.picture.scale == 8
    wide = inspector.minimumSizeHint()
    assert wide.width() == least.width()
    assert wide.height() < least.height() - 40, "the words stand between the image and the bars"


def test_tab_goes_in_reading_order(
    qtbot: QtBot, inspector: Inspector, few_images: ImageSet, answers: list[PredictionSet]
) -> None:
    inspector.activateWindow()
    qtbot.waitUntil(inspector.isActiveWindow)
    orders = {
        (344, 232): [inspector.duplicates, inspector.picture, inspector.strip],
        (430, 232): [inspector.picture, inspector.duplicates, inspector.strip],
        (640, 180): [inspector.picture, inspector.duplicates, inspector.strip],
    }
    for size, order in orders.items():
        inspector.resize(*size)
        show(inspector, few_images, answers, duplicates=DUPLICATES[:1])
        order[0].setFocus()
        for widget in order:
            assert widget.hasFocus()
            QTest.keyClick(widget, Qt.Key.Key_Tab)
            if widget is inspector.duplicates and widget.hasFocus():  # its link comes in between
                QTest.keyClick(widget, Qt.Key.Key_Tab)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_bars_are_as_long_as_their_share_and_names_are_read_on_them(
    qtbot: QtBot, theme: Theme
) -> None:
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.resize(200, 160)
    bars.show_theme(theme)
    bars.show_probabilities([0.5, 0, 0.25, 0.25, 0, 0, 0, 0, 0, 0], 2)
    image = bars.grab().toImage()
    under = 14  # the line under the first class, which is wrong
    lengths = []
    for line in range(4):
        ground = image.pixelColor(199, 16 * line + under)
        row = [image.pixelColor(x, 16 * line + under) for x in range(200)]
        lengths.append(next(x for x, colour in enumerate(row) if colour == ground))
    assert lengths == [100, 0, 50, 50]
    assert image.pixelColor(0, under) == QColor(theme.wrong)
    assert image.pixelColor(0, 2 * 16 + under) == QColor(theme.muted)
    for line in (0, 2):
        assert contrast(theme.text, image.pixelColor(1, 16 * line + 1).name()) >= AA_TEXT
    assert contrast(theme.muted, theme.grid) >= AA_TEXT
