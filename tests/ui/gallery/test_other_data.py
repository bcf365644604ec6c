"""The gallery with images of any side, grey or in colour, of two to sixty-two classes."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.inspection import Inspection, SeenLayer
from lenet_desktop.analysis.neighbours import Neighbour, Neighbours
from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.duplicates import Duplicates
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.data.marks import Mark, MarkKind
from lenet_desktop.ui.gallery.classes.confusion_matrix import Cell, ConfusionMatrix
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.gallery.inside.inspection_view import InspectionView
from lenet_desktop.ui.gallery.pictures import contact_sheet, image_picture, matrix_picture
from lenet_desktop.ui.gallery.shown_run import Rival
from lenet_desktop.ui.kit.theme import LIGHT
from tests.made_images import NAMES, made_images, made_info, made_predictions
from tests.painted import colours, pixels

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
MANY = 62
LONG = tuple(f"a class called {number}" for number in range(10))
LONG_NAMES = tuple(f"class number {number}" for number in range(MANY))
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture(
    params=[(2, 8, 3), (10, 28, 1), (47, 32, 3), (62, 28, 1), (3, 128, 1)],
    ids=lambda made: "-".join(map(str, made)),
)
def gallery(request: pytest.FixtureRequest, qtbot: QtBot) -> GalleryPanel:
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    panel.resize(1000, 800)
    panel.show()
    images = made_images(*request.param)
    panel.state.set_images(images)
    panel.state.add(made_predictions(images))
    return panel


def test_everything_is_there_for_its_classes(gallery: GalleryPanel) -> None:
    state = gallery.state
    names, total = state.info.class_names, len(state.numbers)
    for box in (gallery.filters.true_class, gallery.filters.predicted):
        assert [box.itemText(at) for at in range(box.count())] == ["Any", *names]
    assert gallery.matrix.counts is not None
    assert gallery.matrix.counts.shape == (len(names), len(names))
    assert gallery.matrix.part_count() == (len(names) + 1) ** 2
    wrong, pairs = total // 3, gallery.about_classes.pairs
    assert pairs.count() == min(wrong, len(names))
    gallery.state.choose(0)
    true, other = names[0], names[1]
    assert f"Predicted: {other} (✗ wrong)" in gallery.inspector.verdict.text()
    spoken = gallery.inspector.bars.accessibleName()
    assert f"{other} 80.0\xa0%" in spoken
    assert f"{true} " in spoken, "the true class is told of, however improbable"
    said = str(gallery.model.index(0).data(SPOKEN))
    assert said.startswith(
        f"Test image 0: predicted {other}, true label {true}, confidence 80.0\xa0%"
    )
    gallery.matrix.cell_chosen.emit((0, 1))
    assert state.query == Query(true_class=0, predicted_class=1)
    assert [button.text() for button in gallery.chips.buttons] == [
        f"True: {true} ✕", f"Predicted: {other} ✕",
    ]  # fmt: skip
    assert all(state.predictions.predicted[state.numbers] == 1) if state.predictions else False


def test_images_are_painted_with_their_own_pixels(gallery: GalleryPanel) -> None:
    images = gallery.state.source.images
    assert images is not None
    side, channels = images.info.side, images.info.channels
    expected = np.broadcast_to(images.images[1], (3, side, side)).transpose(1, 2, 0)
    np.testing.assert_array_equal(pixels(image_picture(images, 1, 1)), expected)
    gallery.state.choose(1)
    enlarged = gallery.inspector.picture
    assert enlarged.part_count() == side**2
    said = enlarged.part_sentence(side + 2)
    values = images.images[1, :, 1, 2].tolist()
    assert said.startswith("Row 1, column 2: ")
    assert all(str(value) in said for value in values)
    seen = {tuple(pixel) for pixel in pixels(enlarged.grab().toImage()).reshape(-1, 3).tolist()}
    assert len(seen & {tuple(pixel) for pixel in expected.reshape(-1, 3).tolist()}) > side
    assert (len({len(set(colour)) for colour in seen}) > 1) == (channels == 3)


def test_the_grid_shows_crisp_pixels_at_every_size(gallery: GalleryPanel) -> None:
    images, slider = gallery.state.source.images, gallery.view_bar.size_slider
    assert images is not None
    assert slider.maximum() >= 2
    middle = images.info.side // 2
    centre = tuple(np.broadcast_to(images.images[0, :, middle, middle], 3).tolist())
    widths = []
    for position in range(slider.minimum(), slider.maximum() + 1):
        slider.setValue(position)
        widths.append(gallery.view.gridSize().width())
        assert widths[-1] < gallery.view.width()
        painted = pixels(gallery.view.viewport().grab().toImage()).reshape(-1, 3)
        assert (painted == centre).all(axis=1).any()
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_pictures_for_files_are_drawn_of_all_of_it(gallery: GalleryPanel) -> None:
    images, predictions = gallery.state.source.images, gallery.state.predictions
    assert images is not None
    assert predictions is not None
    side, classes = images.info.side, len(images.info.class_names)
    assert image_picture(images, 0, 2).width() == 2 * side
    sheet = contact_sheet(images, np.arange(4), predictions, LIGHT, scale=2)
    assert sheet.height() > 2 * side
    names, counts = images.info.class_names, predictions.confusion
    whole = matrix_picture(counts, names, LIGHT, 1)
    assert whole.width() > 40 * classes
    assert whole != matrix_picture(counts * 2, names, LIGHT, 1)


def test_another_data_set_takes_the_place_of_the_first(gallery: GalleryPanel) -> None:
    last = len(gallery.state.info.class_names) - 1
    predictions = gallery.state.predictions
    assert predictions is not None
    gallery.state.compare_with(Rival(1, "B", predictions))
    gallery.filters.set_query(Query(show=Show.MISCLASSIFIED, true_class=last))
    images = made_images(5, 16, 3)
    gallery.state.set_images(images)
    assert gallery.matrix.counts is None
    assert not gallery.rival_bar.isVisible()
    assert [button.text() for button in gallery.chips.buttons] == ["Misclassified ✕"]
    gallery.state.add(made_predictions(images))
    assert gallery.filters.true_class.count() == 6
    assert gallery.filters.query == Query(show=Show.MISCLASSIFIED)
    assert gallery.matrix.counts is not None
    assert gallery.matrix.counts.shape == (5, 5)
    assert gallery.model.rowCount() == 5


def test_what_is_not_looked_at_asks_for_the_room_of_the_data_set_as_well(qtbot: QtBot) -> None:
    gallery = GalleryPanel()
    qtbot.addWidget(gallery)
    gallery.show()
    long = replace(made_images(10, 32), info=replace(made_info(10, 32), class_names=LONG))
    widths = []
    for images in (long, made_images(62, 32), long):
        gallery.state.set_images(images)
        widths.append(gallery.about_image.minimumSizeHint().width())
    assert widths[0] == widths[2] > widths[1]


def test_any_number_of_a_large_data_set_can_be_asked_for(qtbot: QtBot) -> None:
    gallery = GalleryPanel()
    qtbot.addWidget(gallery)
    gallery.state.set_images(made_images(2, 8, count=100_001))
    gallery.filters.digits.setText("100000")
    assert gallery.state.numbers.tolist() == [100_000]


def test_what_belongs_to_one_data_set_is_not_said_of_another(qtbot: QtBot) -> None:
    gallery = GalleryPanel()
    qtbot.addWidget(gallery)
    state, editor = gallery.state, gallery.about_image.mark_editor
    images = made_images(10)
    state.set_images(images)
    state.add(made_predictions(images))
    state.compare_with(Rival(1, "B", made_predictions(images)))
    state.show(Show.ONLY_OTHER)
    state.set_duplicates(
        Duplicates.of_groups([((Split.TEST, 0), (Split.TEST, 1))], {Split.TEST: images.labels})
    )
    assert state.duplicates_of(0)
    given: list[Mark | None] = []
    gallery.about_image.mark_changed.connect(lambda _split, _number, mark: given.append(mark))
    state.set_marks({(Split.TEST, 0): Mark(MarkKind.AMBIGUOUS, "a note")})
    editor.kind.set_value("")
    state.set_marks({})
    state.set_images(made_images(5))
    editor.kind.set_value(MarkKind.WRONG_LABEL)
    assert given == [None, Mark(MarkKind.WRONG_LABEL, "")]
    assert state.query == Query()
    assert not state.duplicates_of(0)


@pytest.fixture
def matrix(qtbot: QtBot) -> ConfusionMatrix:
    """Return a matrix of so many classes that only some of them are in sight."""
    images = made_images(MANY)
    shown = ConfusionMatrix()
    qtbot.addWidget(shown)
    shown.show_dataset(images.info)
    shown.show_predictions(made_predictions(images))
    shown.resize(420, 320)
    shown.show()
    shown.activateWindow()
    shown.setFocus()
    qtbot.waitUntil(shown.hasFocus)
    return shown


def at_keyboard(matrix: ConfusionMatrix, true: int, predicted: int) -> QPoint:
    """Return the middle of a cell in which the keyboard stands."""
    names, position = MANY + 1, matrix.current_part()
    assert position is not None
    sentence = matrix.part_sentence(position)
    assert sentence == matrix.describe((true, predicted)), divmod(position, names)
    return matrix.part_place(position).center()


def in_sight(matrix: ConfusionMatrix) -> list[str]:
    """Return the names of the classes whose rows are in sight, from the top."""
    found = [matrix.cell_at(QPoint(5, y)) for y in range(matrix.height())]
    rows = [cell[0] for cell in found if cell is not None and cell[0] is not None]
    return [NAMES[row] for row in dict.fromkeys(rows)]


def test_many_classes_are_large_enough_to_be_read_and_the_keyboard_leads_to_all(
    matrix: ConfusionMatrix,
) -> None:
    assert matrix.is_scrolled
    QTest.keyClick(matrix, KEY.Key_Home, CTRL)
    assert in_sight(matrix)[0] == "0"
    place = matrix.part_place(matrix.part_count() // 2)
    assert min(place.width(), place.height()) >= 18
    QTest.keyClick(matrix, KEY.Key_End, CTRL)
    last = at_keyboard(matrix, MANY - 1, MANY - 1)
    assert matrix.rect().contains(last)
    assert matrix.cell_at(last) == (MANY - 1, MANY - 1)
    assert in_sight(matrix)[-1] == NAMES[-1]
    chosen: list[Cell] = []
    matrix.cell_chosen.connect(chosen.append)
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=last)
    assert chosen == [(MANY - 1, MANY - 1)]
    QTest.keyClick(matrix, KEY.Key_Home, CTRL)
    assert in_sight(matrix)[0] == "0"


def test_short_names_stand_level_over_their_columns(matrix: ConfusionMatrix) -> None:
    place = NAMES.index("I") + 1
    matrix.mark((None, place - 1))
    header = matrix.part_place(place)
    painted = pixels(matrix.grab(header.adjusted(0, 0, 0, -4)).toImage())  # without the outline
    rows, columns = np.nonzero((painted != painted[0, 0]).any(axis=2))
    assert np.ptp(rows) > np.ptp(columns), "an I that is not turned is higher than wide"
    matrix.show_dataset(replace(made_images(MANY).info, class_names=LONG_NAMES))
    assert matrix.part_place(place).height() > header.height()


def test_a_wheel_scrolls_and_names_stay_beside_their_rows(matrix: ConfusionMatrix) -> None:
    before = in_sight(matrix)
    place, turned = QPointF(matrix.rect().center()), QPoint(0, -240)
    wheel = QWheelEvent(
        place, matrix.mapToGlobal(place), QPoint(), turned, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(matrix, wheel)
    after = in_sight(matrix)
    assert after[0] == NAMES[6] != before[0]
    for y in range(0, matrix.height(), 7):
        name, cell = matrix.cell_at(QPoint(5, y)), matrix.cell_at(QPoint(200, y))
        if name is not None and cell is not None:
            assert name[0] == cell[0]


def test_what_is_filtered_to_comes_into_sight(matrix: ConfusionMatrix) -> None:
    assert NAMES[40] not in in_sight(matrix)
    matrix.mark((40, 41))
    assert NAMES[40] in in_sight(matrix)
    matrix.mark((None, None))
    assert NAMES[40] in in_sight(matrix), "nothing moves when a filter is taken away"


def test_the_most_confused_classes_can_come_first(matrix: ConfusionMatrix) -> None:
    images = made_images(MANY)
    predictions = made_predictions(images)
    labels, shares = predictions.labels.copy(), predictions.probabilities.copy()
    labels[50:60], shares[50:60] = 20, 0
    shares[50:60, 55] = 1
    other = type(predictions)(2, labels, shares, predictions.losses, images.info)
    matrix.show_predictions(other)
    usual = in_sight(matrix)
    matrix.show_most_confused_first(True)
    assert set(in_sight(matrix)[:2]) == {NAMES[20], NAMES[55]}
    matrix.show_predictions(predictions)
    assert set(in_sight(matrix)[:2]) == {NAMES[20], NAMES[55]}, "nothing jumps with an epoch"
    QTest.keyClick(matrix, KEY.Key_Home, CTRL)
    QTest.keyClick(matrix, KEY.Key_Right)
    cell = matrix.cell_at(matrix.part_place(matrix.current_part() or 0).center())
    assert cell is not None
    assert {NAMES[cell[0] or 0], NAMES[cell[1] or 0]} == {NAMES[20], NAMES[55]}
    matrix.show_most_confused_first(False)
    assert in_sight(matrix)[: len(usual)] == usual


def test_ten_classes_are_never_scrolled(qtbot: QtBot) -> None:
    images = made_images(10)
    shown = ConfusionMatrix()
    qtbot.addWidget(shown)
    shown.show_dataset(images.info)
    shown.show_predictions(made_predictions(images))
    shown.resize(330, 240)
    shown.show()
    assert not shown.is_scrolled
    assert in_sight(shown) == list(NAMES[:10])
    colour = QColor(shown.grab().toImage().pixelColor(shown.rect().center()))
    assert colour.isValid()


@pytest.mark.parametrize(("side", "channels"), [(8, 1), (32, 3), (128, 3)])
def test_the_inside_of_a_network_is_shown_for_such_images(
    qtbot: QtBot, side: int, channels: int
) -> None:
    images = made_images(MANY, side, channels)
    view, rng = InspectionView(), np.random.default_rng(0)
    qtbot.addWidget(view)
    view.resize(420, 400)
    view.show()
    nearest = tuple(
        Neighbour(number, number % MANY, 1.5, images.images[number]) for number in (0, 1, 62)
    )
    view.show_dataset(images.info)
    view.show_inspection(
        Inspection(
            pixels=images.images[5],
            probabilities=np.eye(MANY, dtype=np.float32)[40],
            maps=(SeenLayer("First convolution", rng.random((6, side, side), np.float32)),),
            kernels=(SeenLayer("First convolution", rng.random((6, channels, 5, 5), np.float32)),),
            features=rng.random(84, np.float32),
            attribution=np.eye(side, dtype=np.float32),
            neighbours=Neighbours(nearest, 100, 100),
        ),
        label=0,
    )
    assert view.attribution.title.text().startswith(f"Why {NAMES[40]}?")
    assert view.attribution.picture.part_count() == side**2
    last = view.attribution.picture.part_sentence(side**2 - 1)
    assert last == f"Row {side - 1}, column {side - 1}: +1.00, spoke for it"
    assert view.maps.part_count() == 6
    assert view.kernels.part_count() == 6 * channels
    said = [tile.accessibleName() for tile in view.neighbours.tiles[:3]]
    assert [sentence.partition(": ")[2] for sentence in said] == [
        "0, distance 1.50", "1, not 0, distance 1.50", "0, distance 1.50",
    ]  # fmt: skip
    for page in range(view.tabs.count()):
        view.tabs.setCurrentIndex(page)
        assert len(colours(view.grab().toImage())) > 8


def test_names_of_classes_are_shown_letter_by_letter(qtbot: QtBot) -> None:
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    names = ("<b>bold</b>", "salt & pepper", "<h1>large")
    made = made_images(3, 8, 3)
    info = replace(made.info, class_names=names)
    images = ImageSet(made.images, made.labels, info)
    panel.state.set_images(images)
    panel.state.add(made_predictions(images))
    panel.filters.set_query(Query(true_class=0, predicted_class=1))
    texts = [button.text() for button in panel.chips.buttons]
    assert texts == ["True: <b>bold</b> ✕", "Predicted: salt && pepper ✕"], "without a key"
    panel.filters.set_query(Query())
    panel.state.choose(0)
    labels = [
        label for label in panel.findChildren(QLabel) if any(n in label.text() for n in names)
    ]
    assert panel.inspector.verdict in labels
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
