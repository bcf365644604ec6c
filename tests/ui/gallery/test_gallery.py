"""The gallery: what is shown is what was asked for, and nothing moves that need not move."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show, Sort, select
from lenet_desktop.analysis.suspects import Suspect, Suspects
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.data.marks import Mark, MarkKind
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.gallery.grid.gallery_model import NUMBER_ROLE
from lenet_desktop.ui.gallery.shown_run import Rival
from lenet_desktop.ui.kit.theme import DARK, LIGHT
from tests.painted import colours, pixels

CLICK = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def answers(few_events: list[Event]) -> list[PredictionSet]:
    """Return the predictions of a real run after each of its two epochs."""
    return [event.predictions for event in few_events if isinstance(event, PredictionsReady)]


@pytest.fixture
def gallery(qtbot: QtBot) -> GalleryPanel:
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    panel.resize(1_200, 700)
    panel.show()
    return panel


@pytest.fixture
def browsing(gallery: GalleryPanel, few_images: ImageSet) -> GalleryPanel:
    gallery.state.set_images(few_images)
    return gallery


def shown_numbers(gallery: GalleryPanel) -> list[int]:
    model = gallery.model
    return [model.index(row).data(NUMBER_ROLE) for row in range(model.rowCount())]


def select_row(gallery: GalleryPanel, row: int) -> None:
    gallery.view.setCurrentIndex(gallery.model.index(row))


def test_while_loading_it_says_so(gallery: GalleryPanel) -> None:
    assert gallery.filters.count.text() == "0 of 0"
    assert gallery.view.placeholder == "Loading the test images…"


def test_when_there_will_be_no_images_it_says_so(gallery: GalleryPanel) -> None:
    gallery.state.fail()
    assert gallery.view.placeholder == "The test images could not be loaded."


def test_before_any_training_every_image_shows_its_true_label(
    browsing: GalleryPanel, few_images: ImageSet
) -> None:
    model = browsing.model
    assert model.rowCount() == len(few_images)
    for row in (0, 17, 299):
        assert model.index(row).data() == DEFAULT.class_names[few_images.labels[row]]
    assert browsing.filters.count.text() == "300 of 300"
    assert "Not predicted yet" in browsing.inspector.verdict.text()


def test_an_image_is_drawn_with_its_own_pixels(
    browsing: GalleryPanel, few_images: ImageSet
) -> None:
    browsing.state.choose(5)
    picture = browsing.inspector.picture
    drawn = picture.grab(picture.area).toImage().scaled(28, 28)
    np.testing.assert_array_equal(pixels(drawn)[..., 0], few_images.images[5, 0])


def test_asking_for_mistakes_before_training_says_what_to_do(browsing: GalleryPanel) -> None:
    browsing.filters.set_query(Query(show=Show.MISCLASSIFIED))
    assert browsing.model.rowCount() == 0
    assert browsing.view.placeholder == "Press Start to see what the network gets wrong."


def test_wrong_predictions_are_marked_and_carry_both_labels(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.state.add(answers[-1])
    model, predictions = browsing.model, answers[-1]
    assert not predictions.correct.all(), "there is something to look at"
    for row in range(model.rowCount()):
        index = model.index(row)
        predicted = DEFAULT.class_names[predictions.predicted[row]]
        wrong = not predictions.correct[row]
        assert index.data() == (f"✗ {predicted}" if wrong else predicted)
        true = DEFAULT.class_names[predictions.labels[row]]
        lines = [(f"✗ {predicted}", True), (true, False)] if wrong else [(predicted, False)]
        assert model.captions(row) == lines


def test_every_item_speaks_its_text(browsing: GalleryPanel, answers: list[PredictionSet]) -> None:
    browsing.state.add(answers[-1])
    predictions = answers[-1]
    index = browsing.model.index(12)
    expected = (
        f"Test image 12: predicted {DEFAULT.class_names[predictions.predicted[12]]}, "
        f"true label {DEFAULT.class_names[predictions.labels[12]]}, "
        f"confidence {100 * predictions.confidence[12]:.1f}\xa0%"
    )
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == expected
    interface = QAccessible.queryAccessibleInterface(browsing.view)
    assert interface.childCount() == 300
    assert interface.child(12).text(QAccessible.Text.Name) == expected


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(show=Show.MISCLASSIFIED),
        Query(show=Show.CORRECT, sort=Sort.HIGHEST_LOSS),
        Query(true_class=6, sort=Sort.MOST_CONFIDENT),
        Query(predicted_class=6, sort=Sort.LEAST_CONFIDENT),
        Query(show=Show.MISCLASSIFIED, true_class=6, predicted_class=4, sort=Sort.LOWEST_LOSS),
    ],
)
def test_filters_and_order_show_what_was_asked_for(
    browsing: GalleryPanel, answers: list[PredictionSet], query: Query
) -> None:
    browsing.state.add(answers[-1])
    filters = browsing.filters
    filters.show_input.setCurrentIndex(filters.show_input.findData(query.show))
    for box, wanted in (
        (filters.true_class, query.true_class),
        (filters.predicted, query.predicted_class),
    ):
        box.setCurrentText("Any" if wanted is None else DEFAULT.class_names[wanted])
    filters.sort.setCurrentIndex(filters.sort.findData(query.sort))
    expected = select(answers[-1].labels, answers[-1], query)
    assert shown_numbers(browsing) == expected.tolist()
    assert filters.count.text() == f"{len(expected):,} of 300"


def test_a_click_shows_the_image_with_its_probabilities(
    qtbot: QtBot, browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.state.add(answers[-1])
    browsing.filters.set_query(Query(show=Show.MISCLASSIFIED))
    index = browsing.model.index(2)
    QTest.mouseClick(browsing.view.viewport(), CLICK, pos=browsing.view.visualRect(index).center())
    number = index.data(NUMBER_ROLE)
    predicted, true = (words for words, _ in browsing.model.captions(2))
    inspector = browsing.inspector
    assert inspector.number == number
    assert inspector.title.text() == f"Test image {number}"
    assert f"True label: {true}" in inspector.verdict.text()
    assert f"Predicted: {predicted.removeprefix('✗ ')} (✗ wrong)" in inspector.verdict.text()
    np.testing.assert_allclose(
        inspector.bars.probabilities, answers[-1].probabilities[number], rtol=0, atol=0
    )


def test_a_refresh_keeps_selection_and_scroll_position(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.state.add(answers[0])
    browsing.filters.set_query(Query(sort=Sort.HIGHEST_LOSS))
    select_row(browsing, 3)
    number = browsing.inspector.number
    bar = browsing.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    scrolled_to = bar.value()
    browsing.state.add(answers[1])
    assert bar.value() == scrolled_to > 0
    assert browsing.inspector.number == number
    current = browsing.view.currentIndex()
    assert current.data(NUMBER_ROLE) == number
    assert browsing.view.selectionModel().isSelected(current)


def test_another_order_is_shown_from_its_beginning(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    bar = browsing.view.verticalScrollBar()
    browsing.filters.set_query(Query(sort=Sort.HIGHEST_LOSS))  # nothing is sorted yet
    browsing.state.add(answers[0])
    assert bar.value() == 0
    select_row(browsing, 0)
    number = browsing.inspector.number
    browsing.filters.set_query(Query(sort=Sort.LOWEST_LOSS))
    assert browsing.view.currentIndex().row() == browsing.model.rowCount() - 1
    assert bar.value() == 0 < bar.maximum()
    assert browsing.inspector.number == number
    browsing.filters.set_query(Query(show=Show.MISCLASSIFIED, sort=Sort.LOWEST_LOSS))
    assert browsing.view.currentIndex().data(NUMBER_ROLE) == number
    assert bar.value() == bar.maximum(), "another filter keeps what is looked at in sight"


def test_an_image_that_drops_out_of_the_filter_stays_in_the_inspector(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    mended = np.flatnonzero(~answers[0].correct & answers[1].correct)
    assert len(mended), "the second epoch gets something right that the first did not"
    browsing.state.add(answers[0])
    browsing.filters.set_query(Query(show=Show.MISCLASSIFIED))
    browsing.show_number(int(mended[0]))
    browsing.state.add(answers[1])
    assert not browsing.view.selectionModel().hasSelection()
    assert browsing.inspector.number == mended[0]
    assert "correct" in browsing.inspector.verdict.text()
    browsing.state.add(answers[0])
    assert browsing.view.currentIndex().data(NUMBER_ROLE) == mended[0], "and it is found again"


def test_the_keyboard_moves_through_the_grid(qtbot: QtBot, browsing: GalleryPanel) -> None:
    view = browsing.view
    browsing.resize(1_200, 900)  # more than two lines of images
    view.setFocus()
    select_row(browsing, 0)
    columns = view.columns
    steps = [
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + columns),
        (Qt.Key.Key_Left, columns),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, 299),
        (Qt.Key.Key_Down, 299),
        (Qt.Key.Key_Home, 0),
    ]
    for key, row in steps:
        QTest.keyClick(view, key)
        assert view.currentIndex().row() == row, key
        assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))
        assert browsing.inspector.number == row
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert view.currentIndex().row() > columns


def test_every_cell_is_found_where_it_is_drawn(browsing: GalleryPanel) -> None:
    view = browsing.view
    for scrolled_to in (0, 137, view.verticalScrollBar().maximum()):
        view.verticalScrollBar().setValue(scrolled_to)
        found = 0
        for row in range(browsing.model.rowCount()):
            centre = view.visualRect(browsing.model.index(row)).center()
            if view.viewport().rect().contains(centre):
                assert view.indexAt(centre).row() == row
                found += 1
        assert found >= view.columns
    assert not view.indexAt(QPoint(-5, 5)).isValid()


def test_cells_do_not_overlap(browsing: GalleryPanel) -> None:
    rects = [browsing.view.visualRect(browsing.model.index(row)) for row in range(30)]
    assert all(rect.isValid() for rect in rects)
    for position, rect in enumerate(rects):
        assert not any(rect.intersects(other) for other in rects[position + 1 :])


def test_resizing_keeps_the_images_in_sight(qtbot: QtBot, browsing: GalleryPanel) -> None:
    view = browsing.view
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    first = view.first_visible_row()
    browsing.resize(520, 700)
    qtbot.waitUntil(lambda: view.columns < 8)
    last = view.first_visible_row() + view.columns * (view.viewport().height() // 100 + 1)
    assert view.first_visible_row() <= first <= last


def test_an_image_is_looked_at_by_its_number(qtbot: QtBot, browsing: GalleryPanel) -> None:
    browsing.filters.enter_number()
    QTest.keyClicks(browsing.filters.number, "250")
    QTest.keyClick(browsing.filters.number, Qt.Key.Key_Return)
    assert browsing.inspector.number == 250
    current = browsing.view.currentIndex()
    assert current.data(NUMBER_ROLE) == 250
    assert browsing.view.viewport().rect().contains(browsing.view.visualRect(current))


@pytest.mark.parametrize("typed", ["300", "-1", "twelve", "1.5", "99999999"])
def test_a_number_that_does_not_exist_gets_a_sentence(
    qtbot: QtBot, browsing: GalleryPanel, typed: str
) -> None:
    before = browsing.inspector.number
    QTest.keyClicks(browsing.filters.number, typed)
    with qtbot.waitSignal(browsing.problem_found) as problem:
        QTest.keyClick(browsing.filters.number, Qt.Key.Key_Return)
    assert problem.args == [
        f"There is no test image “{typed}”. Enter a whole number from 0 to 299."
    ]
    assert browsing.filters.number.property("wrong") is True
    assert browsing.inspector.number == before
    browsing.filters.number.clear()
    assert browsing.filters.number.property("wrong") is False


def test_a_cell_of_the_matrix_shows_exactly_what_it_counts(
    qtbot: QtBot, browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    predictions = answers[-1]
    browsing.state.add(predictions)
    matrix = browsing.matrix
    counts = predictions.confusion.copy()
    np.testing.assert_array_equal(matrix.counts, counts)
    np.fill_diagonal(off_diagonal := counts.copy(), 0)
    true, predicted = divmod(int(off_diagonal.argmax()), len(DEFAULT.class_names))
    centres = (matrix.part_place(part).center() for part in range(matrix.part_count()))
    place = next(each for each in centres if matrix.cell_at(each) == (true, predicted))
    QTest.mouseClick(matrix, CLICK, pos=place)
    query = browsing.filters.query
    assert (query.true_class, query.predicted_class) == (true, predicted)
    assert browsing.model.rowCount() == counts[true, predicted] > 0
    QTest.mouseClick(matrix, CLICK, pos=place)
    assert browsing.filters.query == Query(), "a second click shows all again"


def test_the_matrix_is_reached_by_the_keyboard(
    qtbot: QtBot, browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.state.add(answers[-1])
    matrix = browsing.matrix
    matrix.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up):
        QTest.keyClick(matrix, key)
    assert matrix.accessibleDescription() == matrix.describe((1, 1))
    assert "Trouser recognised: " in matrix.accessibleDescription()
    QTest.keyClick(matrix, Qt.Key.Key_Return)
    assert browsing.filters.query.true_class == 1


def test_the_matrix_describes_rows_and_columns(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    assert "Press Start" in browsing.matrix.describe((0, 0))
    browsing.state.add(answers[-1])
    counts = browsing.matrix.counts
    assert counts is not None
    assert browsing.matrix.describe((6, None)).startswith(f"All {counts[6].sum():,} images")
    assert browsing.matrix.describe((None, 4)).startswith(f"All {counts[:, 4].sum():,} images")


def test_misclassified_only_is_switched_on_and_off(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.state.add(answers[-1])
    wrong = int((~answers[-1].correct).sum())
    browsing.state.toggle_misclassified()
    assert browsing.model.rowCount() == wrong
    browsing.state.toggle_misclassified()
    assert browsing.model.rowCount() == 300


def test_predictions_of_other_images_are_refused(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    full = answers[-1]
    fewer = PredictionSet(1, full.labels[:10], full.probabilities[:10], full.losses[:10], DEFAULT)
    with pytest.raises(ValueError, match="not of these images"):
        browsing.state.add(fewer)


def test_a_new_run_forgets_the_old_predictions(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.state.add(answers[-1])
    browsing.state.forget()
    assert browsing.model.are_correct(range(1)) is None
    assert browsing.matrix.counts is None


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_everything_is_painted_in_both_themes(
    browsing: GalleryPanel, answers: list[PredictionSet], theme: object
) -> None:
    browsing.state.add(answers[-1])
    browsing.show_theme(theme)  # type: ignore[arg-type]
    browsing.view.selectionModel().setCurrentIndex(
        browsing.model.index(1), QItemSelectionModel.SelectionFlag.ClearAndSelect
    )
    picture = browsing.grab().toImage()
    assert len(colours(picture)) > 50


def ask_for_row(browsing: GalleryPanel, query: Query, row: int) -> int:
    browsing.filters.set_query(query)
    select_row(browsing, row)
    assert browsing.state.chosen is not None
    return browsing.state.chosen


def test_another_question_leads_to_its_first_image(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.state.add(answers[-1])
    wrong = np.flatnonzero(~answers[-1].correct)
    right = np.flatnonzero(answers[-1].correct)
    assert ask_for_row(browsing, Query(show=Show.CORRECT), 20) == right[20]
    browsing.filters.set_query(Query(show=Show.MISCLASSIFIED))
    assert browsing.state.chosen == browsing.inspector.number == wrong[0]
    assert browsing.view.currentIndex().row() == 0
    assert browsing.view.selectionModel().isSelected(browsing.view.currentIndex())
    select_row(browsing, 5)
    browsing.filters.set_query(Query())
    assert browsing.inspector.number == wrong[5], "it is among all images"
    rect = browsing.view.visualRect(browsing.view.currentIndex())
    assert browsing.view.viewport().rect().contains(rect)


def test_a_question_that_has_no_answer_yet_leads_to_its_first_image_later(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.show_number(int(np.flatnonzero(answers[-1].correct)[3]))
    browsing.filters.set_query(Query(show=Show.MISCLASSIFIED))
    browsing.state.add(answers[-1])
    first = int(np.flatnonzero(~answers[-1].correct)[0])
    assert browsing.state.chosen == browsing.inspector.number == first


def test_a_cell_keeps_the_other_filters_and_shows_its_first_image(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    predictions = answers[-1]
    browsing.state.add(predictions)
    counts = predictions.confusion.copy()
    np.fill_diagonal(counts, 0)
    true, predicted = divmod(int(counts.argmax()), len(DEFAULT.class_names))
    query = Query(show=Show.CORRECT, confidence=(0.0, 0.95), sort=Sort.HIGHEST_LOSS)
    browsing.filters.set_query(query)
    browsing.matrix.cell_chosen.emit((true, predicted))
    asked = replace(query, show=Show.ALL, true_class=true, predicted_class=predicted)
    assert browsing.filters.query == asked
    assert shown_numbers(browsing)
    assert browsing.inspector.number == shown_numbers(browsing)[0]
    browsing.filters.set_query(replace(query, show=Show.MISCLASSIFIED))
    browsing.matrix.cell_chosen.emit((true, predicted))
    assert browsing.filters.query == replace(asked, show=Show.MISCLASSIFIED)
    browsing.matrix.cell_chosen.emit((true, true))
    assert browsing.filters.query == replace(asked, predicted_class=true)
    assert {DEFAULT.class_names[true]} >= {
        str(browsing.model.index(row).data()).removeprefix("✗ ")
        for row in range(browsing.model.rowCount())
    }


MARK = Mark(MarkKind.AMBIGUOUS)


def test_marked_images_are_shown_as_they_are_marked(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.state.set_marks(
        {(Split.TEST, 40): MARK, (Split.TEST, 7): MARK, (Split.TRAIN, 9): MARK}
    )
    browsing.filters.set_query(Query(show=Show.MARKED))
    assert shown_numbers(browsing) == [7, 40], "it takes no network"
    browsing.state.add(answers[-1])
    browsing.show_number(40)
    browsing.state.set_marks({(Split.TEST, 7): MARK, (Split.TEST, 299): MARK})
    assert shown_numbers(browsing) == [7, 299]
    assert browsing.filters.count.text() == "2 of 300"
    assert browsing.inspector.number == 40, "so that the mark can be set again"
    browsing.state.set_marks({})
    assert browsing.view.placeholder.startswith("No test image is marked.")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (Query(digits="300"), "No number of a test image contains 300; the last one is 299."),
        (
            Query(show=Show.MISCLASSIFIED, confidence=(0.0, 0.05)),
            "No image is like this. Without “Confidence 0\xa0% to 5\xa0%” there would be {wrong}.",
        ),
        (Query(confidence=(0.0, 0.05)), "No image is like this. Take a filter away to see more."),
        (
            Query(true_class=3, digits="0", confidence=(0.0, 0.05)),
            "No image is like this. Without “Confidence 0\xa0% to 5\xa0%” there would be "
            "{dresses}.",
        ),
    ],
)
def test_an_empty_grid_names_the_reason(
    browsing: GalleryPanel, answers: list[PredictionSet], query: Query, reason: str
) -> None:
    browsing.state.add(answers[-1])
    browsing.filters.set_query(query)
    assert shown_numbers(browsing) == []
    dresses = [n for n in np.flatnonzero(answers[-1].labels == 3).tolist() if "0" in str(n)]
    assert browsing.view.placeholder == reason.format(
        wrong=(~answers[-1].correct).sum(), dresses=len(dresses)
    )


def test_an_epoch_that_was_not_kept_is_named(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.state.open_run([answers[0], replace(answers[1], epoch=4)], [])
    browsing.filters.set_query(Query(show=Show.CHANGED, since_epoch=3))
    assert browsing.view.placeholder == (
        "The predictions after epoch 3 were not kept. Choose another epoch."
    )


def test_an_empty_answer_says_so(browsing: GalleryPanel, answers: list[PredictionSet]) -> None:
    everything_right = replace(answers[-1])
    object.__setattr__(everything_right, "correct", np.ones(300, np.bool_))
    browsing.state.add(everything_right)
    browsing.filters.set_query(Query(show=Show.MISCLASSIFIED))
    assert browsing.model.rowCount() == 0
    assert "Take a filter away" in browsing.view.placeholder


def test_the_count_is_a_label_that_other_programs_find(browsing: GalleryPanel) -> None:
    label = browsing.findChild(QLabel, "gallery_count")
    assert isinstance(label, QLabel)
    assert label.text() == "300 of 300"


def test_the_keyboard_that_comes_back_chooses_no_image(
    qtbot: QtBot, browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.state.add(answers[-1])
    browsing.filters.set_query(Query(show=Show.MISCLASSIFIED))
    right = int(np.flatnonzero(answers[-1].correct)[0])
    browsing.show_number(right)
    assert browsing.filters.left_out.text() == f"Image {right} is left out"
    browsing.activateWindow()
    browsing.inspector.picture.setFocus()
    qtbot.waitUntil(browsing.inspector.picture.hasFocus)
    QTest.keyClick(browsing.inspector.picture, Qt.Key.Key_Escape)
    qtbot.waitUntil(browsing.view.hasFocus)
    assert browsing.state.chosen == right
    assert browsing.filters.left_out.text() == f"Image {right} is left out"
    QTest.keyClick(browsing.view, Qt.Key.Key_Down)
    assert browsing.state.chosen == shown_numbers(browsing)[0], "a key chooses one"


def test_a_mark_that_takes_an_image_out_of_sight_is_told(
    browsing: GalleryPanel, qtbot: QtBot
) -> None:
    mark = Mark(MarkKind.AMBIGUOUS)
    browsing.state.set_marks({(Split.TEST, 5): mark, (Split.TEST, 9): mark})
    browsing.filters.set_query(Query(show=Show.MARKED))
    with qtbot.waitSignal(browsing.state.changed):
        browsing.state.set_marks({(Split.TEST, 9): mark})
    assert shown_numbers(browsing) == [9]
    assert browsing.filters.left_out.text() == "Image 5 is left out"


def test_a_comparison_that_begins_moves_nothing(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.state.add(answers[-1])
    browsing.show_number(3)
    bar = browsing.view.verticalScrollBar()
    bar.setValue(500)
    browsing.state.compare_with(Rival(7, "another", answers[0]))
    assert (browsing.state.chosen, bar.value()) == (3, 500)
    browsing.filters.set_query(Query(show=Show.MISCLASSIFIED))
    right = int(np.flatnonzero(answers[-1].correct)[-1])
    browsing.state.choose(right)
    browsing.state.compare_with(Rival(8, "a third", answers[0]))
    assert browsing.state.chosen == right


def test_figures_count_as_they_are_typed_and_with_the_next_click(
    qtbot: QtBot, browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    for each in answers:
        browsing.state.add(each)
    filters = browsing.filters
    filters.set_query(Query(show=Show.MISCLASSIFIED, since_epoch=2))
    filters.more_button.click()
    filters.confidence.least.setFocus()
    filters.confidence.least.selectAll()
    QTest.keyClicks(filters.confidence.least, "60")
    assert filters.query.confidence == (0.6, 1.0)
    (chip,) = [each for each in filters.chips.buttons if "Misclassified" in each.text()]
    QTest.mouseClick(chip, CLICK)
    assert filters.query == Query(confidence=(0.6, 1.0), since_epoch=2)
    QTest.keyClicks(filters.confidence.least, "0")
    filters.set_query(Query(confidence=(0.1, 0.9), since_epoch=2))
    assert filters.query.confidence == (0.1, 0.9), "another range was asked for"
    assert filters.confidence.least.problem is None


def test_another_font_fits_cells_and_fields_anew(browsing: GalleryPanel) -> None:
    before = browsing.view.gridSize(), browsing.filters.number.width()
    font = browsing.font()
    font.setPointSizeF(1.6 * font.pointSizeF())
    browsing.setFont(font)
    size = browsing.view.gridSize()
    assert size == browsing.view.cells.cell_size(browsing.view.font()) != before[0]
    assert browsing.filters.number.width() > before[1]
    words = browsing.view_bar.epoch_label.fontMetrics().horizontalAdvance("not trained yet")
    assert browsing.view_bar.epoch_label.minimumWidth() >= words


@pytest.mark.parametrize("field", ["show_input", "sort"])
def test_the_wheel_changes_no_filter_that_it_passes_by(
    qtbot: QtBot, browsing: GalleryPanel, answers: list[PredictionSet], field: str
) -> None:
    for each in answers:
        browsing.state.add(each)
    browsing.filters.set_query(Query(show=Show.FIXED, since_epoch=1))
    box = getattr(browsing.filters, field)
    browsing.activateWindow()
    browsing.view.setFocus()
    qtbot.waitUntil(browsing.view.hasFocus)
    turn_wheel(box, up=False)
    assert browsing.filters.query == Query(show=Show.FIXED, since_epoch=1)
    box.setFocus()
    turn_wheel(box, up=False)
    assert browsing.filters.query != Query(show=Show.FIXED, since_epoch=1)


def turn_wheel(box: QWidget, *, up: bool) -> None:
    place = QPointF(box.rect().center())
    event = QWheelEvent(
        place, QPointF(box.mapToGlobal(place)), QPoint(), QPoint(0, 120 if up else -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(box, event)


def test_before_there_are_answers_nobody_knows_how_many_are_wrong(browsing: GalleryPanel) -> None:
    browsing.filters.set_query(Query(show=Show.MISCLASSIFIED))
    assert browsing.filters.count.text() == "… of 300"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter a whole number from 0 to 299."),
        ("1,2,3", "There is no test image “1,2,3”. Enter a whole number from 0 to 299."),
        ("1,234", "There is no test image “1,234”. Enter a whole number from 0 to 299."),
    ],
)
def test_a_number_of_no_image_gets_a_sentence(
    qtbot: QtBot, browsing: GalleryPanel, typed: str, sentence: str
) -> None:
    QTest.keyClicks(browsing.filters.number, typed)
    with qtbot.waitSignal(browsing.problem_found) as problem:
        QTest.keyClick(browsing.filters.number, Qt.Key.Key_Return)
    assert problem.args == [sentence]


def test_an_order_that_waits_for_answers_says_so(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    browsing.filters.set_query(Query(sort=Sort.HIGHEST_LOSS))
    assert browsing.filters.count.text() == "300 of 300, not sorted yet"
    browsing.state.add(answers[0])
    assert browsing.filters.count.text() == "300 of 300"


def test_suspects_of_the_run_before_are_none_of_another_one(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    suspects = browsing.about_classes.suspects
    browsing.state.open_run(answers, [])
    browsing.about_classes.setCurrentWidget(suspects)
    doubted = Suspect(7, label=1, proposed=2, score=0.9, contradicted=2)
    suspects.show_suspects(Suspects((doubted,), epochs=2, images=300, has_learned=True))
    assert suspects.model.rowCount() == 1
    browsing.state.open_run(answers[:1], [])
    assert suspects.model.rowCount() == 0
    assert suspects.table.placeholder == "Examining the labels…"


def test_answers_that_are_no_numbers_are_painted_without_a_bar(
    browsing: GalleryPanel, answers: list[PredictionSet]
) -> None:
    nothing = np.full_like(answers[0].probabilities, np.nan)
    browsing.state.add(replace(answers[0], probabilities=nothing))
    bars = browsing.inspector.bars
    assert len(colours(bars.grab().toImage())) > 1
    assert "nan" in bars.accessibleName()
