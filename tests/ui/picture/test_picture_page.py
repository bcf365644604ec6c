"""A picture is tried in the window: drawn, pasted, dropped or opened, and answered each epoch."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.inspection import inspect
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import DataSplits, ImageSet, Split
from lenet_desktop.data.pictures.geometry import Pixels
from lenet_desktop.data.pictures.picture_files import PictureError, read_picture
from lenet_desktop.data.pictures.preparation import AS_IT_IS, Fit, Invert, StepKind, prepare
from lenet_desktop.networks.compact_predictions import CELLS
from lenet_desktop.session.inspection_session import InspectionSession
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.kit.theme import ThemeMode
from lenet_desktop.ui.picture.drawing import PAPER, Sheet
from lenet_desktop.ui.picture.picture_page import PicturePage, has_picture
from lenet_desktop.ui.services.picture_services import read_image
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.made_images import made_images
from tests.other_data import colours
from tests.recipes import RELU
from tests.ui.dialogs import dialog_of

LIMIT_MS = 30_000
LEFT = Qt.MouseButton.LeftButton
DIRECTLY = Qt.FindChildOption.FindDirectChildrenOnly
CTRL = Qt.KeyboardModifier.ControlModifier
BOOT = ((0.4, 0.2), (0.4, 0.6), (0.2, 0.75), (0.7, 0.75), (0.7, 0.2))


@pytest.fixture
def window(
    qtbot: QtBot,
    session: TrainingSession,
    tmp_path: Path,
    few_images: ImageSet,
    resources: TrainingResources,
) -> Iterator[MainWindow]:
    """Return a window on the page of a picture, before the first run."""
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    shown = MainWindow(session, settings)
    shown.closed.connect(session.shutdown)
    qtbot.addWidget(shown)
    shown.resize(1280, 800)
    shown.show()
    shown.show_images(few_images)
    shown.show_resources(resources)
    session.use_resources(resources)
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    shown.workspaces.show(Workspace.TRY)
    yield shown
    shown.close()


@pytest.fixture
def epochs(few_events: list[Event]) -> list[PredictionsReady]:
    return [event for event in few_events if isinstance(event, PredictionsReady)]


def draw(window: MainWindow, *places: tuple[float, float]) -> None:
    """Draw a stroke with the mouse, through places given as shares of an empty sheet."""
    canvas = window.picture.canvas
    points = [canvas.from_sheet(QPointF(x * PAPER, y * PAPER)).toPoint() for x, y in places or BOOT]
    QTest.mousePress(canvas, LEFT, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, LEFT, pos=points[-1])


def seen(page: PicturePage) -> Pixels:
    """Return what the network sees, which is there."""
    assert page.seen is not None
    return page.seen


def add(window: MainWindow, epoch: PredictionsReady) -> None:
    window.gallery.state.add(epoch.predictions, epoch.snapshot)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until what is shown is about the picture that is there, as it is prepared now."""
    page = window.picture

    def is_settled() -> bool:
        expected = prepare(page.canvas.pixels, page.info.side, page.info.channels, page.how)
        return page.seen is not None and np.array_equal(page.seen, expected.pixels)

    qtbot.waitUntil(is_settled, timeout=LIMIT_MS)


def answered(qtbot: QtBot, window: MainWindow, epoch: PredictionsReady) -> list[float]:
    """Return the probabilities shown, once they are those of an epoch for the picture."""
    settle(qtbot, window)
    page = window.picture
    assert page.seen is not None
    assert epoch.snapshot is not None
    expected: list[float] = inspect(epoch.snapshot, page.seen).probabilities.tolist()
    qtbot.waitUntil(lambda: page.answer.bars.probabilities == expected, timeout=LIMIT_MS)
    return expected


def says(window: MainWindow, words: str) -> bool:
    return words in window.message_bar.text


def drop(window: MainWindow, mime: QMimeData, on: QPoint) -> bool:
    """Drop something at a point of the page; return whether the page takes it."""
    page, actions = window.picture, Qt.DropAction.CopyAction
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(on, actions, mime, LEFT, none)
    QApplication.sendEvent(page, enter)
    if enter.isAccepted():
        QApplication.sendEvent(page, QDropEvent(QPointF(on), actions, mime, LEFT, none))
    return enter.isAccepted()


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def picture_file(path: Path, size: tuple[int, int] = (40, 60)) -> Path:
    """Write a picture of a dark bar on white."""
    image = Image.new("RGB", size, "white")
    image.paste("navy", (size[0] // 4, size[1] // 5, size[0] // 2, size[1] * 4 // 5))
    image.save(path)
    return path


def test_a_drawing_is_answered_as_its_saved_file_is(
    qtbot: QtBot, window: MainWindow, epochs: list[PredictionsReady], tmp_path: Path
) -> None:
    add(window, epochs[1])
    draw(window)
    shares = answered(qtbot, window, epochs[1])
    page, info = window.picture, window.picture.info
    name = info.class_names[int(np.argmax(shares))]
    assert page.answer.verdict.text().startswith(name)
    assert "epoch 2" in page.answer.detail.text()
    for action, wanted in ((page.tools.save, page.picture), (page.tools.save_seen, page.seen)):
        action.trigger()
        dialog = dialog_of(window)
        dialog.selectFile(str(tmp_path / f"{action.objectName()}.png"))
        saved_there = window.picture_services.saved
        with qtbot.waitSignal(dialog.destroyed), qtbot.waitSignal(saved_there):
            dialog.accept()
        saved = read_picture(tmp_path / f"{action.objectName()}.png")
        assert saved.notes == ()
        assert wanted is not None
        np.testing.assert_array_equal(saved.pixels, wanted.reshape(saved.pixels.shape))
    prepared = prepare(read_picture(tmp_path / "save_drawing_action.png").pixels, 28, 1, page.how)
    assert epochs[1].snapshot is not None
    assert inspect(epochs[1].snapshot, prepared.pixels).probabilities.tolist() == shares


def test_without_a_network_it_says_so_and_shows_what_one_would_see(
    qtbot: QtBot, window: MainWindow, epochs: list[PredictionsReady]
) -> None:
    page = window.picture
    assert page.isVisible()
    assert page.canvas.hasFocus()
    assert page.picture is None
    qtbot.waitUntil(lambda: page.seen is not None)
    assert page.answer.verdict.text() == "Draw something"
    draw(window)
    settle(qtbot, window)
    assert page.answer.seen.has_picture
    qtbot.waitUntil(lambda: page.answer.verdict.text() == "No network yet")
    assert "Start" in page.answer.detail.text()
    assert page.answer.bars.probabilities == []
    window.gallery.state.set_running(True)
    assert "first epoch" in page.answer.detail.text()
    add(window, epochs[0])
    answered(qtbot, window, epochs[0])
    page.canvas.clear()
    qtbot.waitUntil(lambda: page.answer.verdict.text() == "Draw something")
    assert page.answer.bars.probabilities == []


def test_the_answers_follow_each_epoch_and_what_is_looked_back_at(
    qtbot: QtBot, window: MainWindow, epochs: list[PredictionsReady]
) -> None:
    draw(window)
    shares = []
    for epoch in epochs:
        add(window, epoch)
        shares.append(answered(qtbot, window, epoch))
    assert shares[0] != shares[1]
    window.gallery.state.look_at(1)
    answered(qtbot, window, epochs[0])
    page, inspecting = window.picture, window.services.inspecting
    qtbot.waitUntil(lambda: page.answer.attribution.has_picture, timeout=LIMIT_MS)
    window.gallery.state.forget()
    qtbot.waitUntil(lambda: page.answer.bars.probabilities == [])
    with qtbot.assertNotEmitted(inspecting.inspected, wait=50):
        pass
    assert not page.answer.attribution.has_picture, "nothing of the network before"
    assert not page.inside.maps.isVisible()


def test_a_run_started_there_moves_the_bars_with_each_epoch(
    qtbot: QtBot, window: MainWindow
) -> None:
    draw(window)
    page, epochs = window.picture, set()

    def note() -> None:
        if page.answer.bars.probabilities:
            epochs.add(page.answer.detail.text())

    window.picture_services.answering.answered.connect(note)
    window.training.form.set_config(replace(RELU.config, epochs=3, device="cpu"))
    QTest.mouseClick(window.controls.start_button, LEFT)
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: "epoch 3" in page.answer.detail.text(), timeout=LIMIT_MS)
    assert page.isVisible(), "the run does not lead away"
    assert len(epochs) > 1, epochs


def test_beside_the_answer_is_where_it_looked_what_it_made_of_it_and_what_is_like_it(
    qtbot: QtBot, window: MainWindow, epochs: list[PredictionsReady], few: DataSplits
) -> None:
    page = window.picture
    add(window, epochs[1])
    draw(window)
    answered(qtbot, window, epochs[1])
    qtbot.waitUntil(lambda: bool(page.answer.remark.text()), timeout=LIMIT_MS)
    assert page.answer.attribution.has_picture
    assert page.inside.maps.part_count() == 6 + 16
    tiles = [tile for tile in page.inside.neighbours.tiles if tile.isVisible()]
    assert len(tiles) == 8
    assert not any(tile.is_wrong for tile in tiles), "nobody knows what it is"
    assert "training images" in page.answer.remark.text()
    number = tiles[2].number
    tiles[2].click()
    assert not page.isVisible()
    assert (window.gallery.state.split, window.gallery.state.chosen) == (Split.TRAIN, number)


def test_the_gallery_looks_again_once_it_is_back(
    qtbot: QtBot, window: MainWindow, epochs: list[PredictionsReady]
) -> None:
    add(window, epochs[1])
    about = window.gallery.about_image
    window.workspaces.show(Workspace.EXPLORE)
    assert window.gallery.isVisible()
    about.setCurrentIndex(1)
    qtbot.waitUntil(lambda: about.inside.maps.part_count() > 0, timeout=LIMIT_MS)
    window.workspaces.show(Workspace.TRY)
    draw(window)
    page = window.picture
    qtbot.waitUntil(lambda: page.inside.maps.part_count() > 0, timeout=LIMIT_MS)
    window.gallery.state.choose(7)  # out of sight
    with qtbot.waitSignal(window.services.inspecting.inspected, timeout=LIMIT_MS) as told:
        QTest.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert told.args[0].number == 7
    assert page.inside.maps.part_count() > 0


def test_what_was_not_told_yet_follows_once_somebody_is_back(
    qtbot: QtBot, window: MainWindow, epochs: list[PredictionsReady]
) -> None:
    page = window.picture
    add(window, epochs[1])
    draw(window)
    answered(qtbot, window, epochs[1])
    window.workspaces.show(Workspace.EXPLORE)
    assert not page.answer.remark.text()
    window.workspaces.show(Workspace.TRY)
    qtbot.waitUntil(lambda: bool(page.answer.remark.text()), timeout=LIMIT_MS)


def test_an_empty_sheet_is_not_looked_into(
    qtbot: QtBot,
    window: MainWindow,
    epochs: list[PredictionsReady],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add(window, epochs[1])
    window.workspaces.show(Workspace.EXPLORE)
    looks: list[object] = []
    monkeypatch.setattr(InspectionSession, "look", lambda _self, *asked: looks.append(asked))
    with qtbot.waitSignal(window.picture_services.answering.answered, timeout=LIMIT_MS):
        window.workspaces.show(Workspace.TRY)
    window.workspaces.show(Workspace.EXPLORE)
    window.workspaces.show(Workspace.TRY)
    rest = window.picture_services.findChild(QTimer, "", DIRECTLY)
    assert rest is not None
    qtbot.waitUntil(lambda: not rest.isActive(), timeout=LIMIT_MS)
    assert not looks
    draw(window)
    answered(qtbot, window, epochs[1])
    qtbot.waitUntil(lambda: bool(looks), timeout=LIMIT_MS)


def test_a_picture_is_asked_about_again_whose_answer_came_while_nobody_was_there(
    qtbot: QtBot, window: MainWindow, epochs: list[PredictionsReady]
) -> None:
    page = window.picture
    add(window, epochs[1])
    draw(window)
    answered(qtbot, window, epochs[1])
    with qtbot.waitSignal(window.picture_services.answering.answered, timeout=LIMIT_MS):
        draw(window, (0.1, 0.1), (0.9, 0.1))
        window.workspaces.show(Workspace.EXPLORE)
    assert not page.isVisible()
    window.workspaces.show(Workspace.TRY)
    answered(qtbot, window, epochs[1])


def test_pictures_are_pasted_as_images_and_as_files(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    clipboard, page = QGuiApplication.clipboard(), window.picture
    image = QImage(30, 50, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    image.setDevicePixelRatio(2)
    for row in range(10, 40):
        image.setPixelColor(15, row, QColor(10, 20, 30))
    clipboard.setImage(image)
    QTest.keyClick(page.canvas, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: page.picture is not None)
    assert page.picture is not None
    assert page.picture.shape == (50, 30, 3), "in its own pixels"
    assert page.picture[20, 15].tolist() == [10, 20, 30]
    assert page.picture[0, 0].tolist() == [255, 255, 255], "on white"
    assert "transparent" in page.notes.text()
    clipboard.setMimeData(files(picture_file(tmp_path / "bar.png")))
    QTest.keyClick(page.canvas, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: page.canvas.pixels.shape == (60, 40, 3))
    assert page.notes.text() == ""
    page.canvas.undo()
    assert page.canvas.pixels.shape == (50, 30, 3)
    assert "transparent" in page.notes.text()


def test_odd_things_on_the_clipboard_are_told_in_a_sentence(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    clipboard, page, bar = QGuiApplication.clipboard(), window.picture, window.message_bar
    elsewhere, nothing = QMimeData(), QMimeData()
    elsewhere.setUrls([QUrl("https://example.org/boot.png")])
    no_picture = tmp_path / "no picture.png"
    no_picture.write_bytes(b"no picture")
    draw(window)
    before = page.canvas.pixels
    text = QMimeData()
    text.setText("a boot")
    for mime, words in (
        (text, "no picture"), (elsewhere, "no file on this machine"), (nothing, "no picture"),
        (files(no_picture), "no picture that can be read"), (files(tmp_path / "gone.png"), "gone"),
    ):  # fmt: skip
        bar.clear()
        clipboard.setMimeData(mime)
        QTest.keyClick(page.canvas, Qt.Key.Key_V, CTRL)
        qtbot.waitUntil(partial(says, window, words), timeout=LIMIT_MS)
        assert bar.text.endswith(".")
        assert page.notes.text() == "", "nothing is being read any more"
    np.testing.assert_array_equal(page.canvas.pixels, before)


def test_images_of_every_kind_are_read_as_files_of_them_are() -> None:
    deep = np.linspace(0, 65_535, 40 * 30).reshape(30, 40).astype(np.uint16)
    image = QImage(deep.tobytes(), 40, 30, 80, QImage.Format.Format_Grayscale16).copy()
    picture = read_image(image)
    assert picture.is_grey
    np.testing.assert_allclose(picture.pixels, deep / 257, atol=1)
    assert picture.notes
    bits = QImage(9, 5, QImage.Format.Format_Mono)
    bits.fill(1)
    bits.setPixel(2, 3, 0)
    assert read_image(bits).pixels[3, 2] != read_image(bits).pixels[0, 0]
    for broken in (QImage(), QImage(7_000, 7_000, QImage.Format.Format_Mono)):
        with pytest.raises(PictureError, match=r"\.$"):
            read_image(broken)


def test_a_file_or_an_image_is_dropped_anywhere_but_a_folder_is_left_to_others(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    page = window.picture
    file = picture_file(tmp_path / "bar.png")
    for part in (page.canvas, page.strip, page.answer, page.inside):
        assert not part.acceptDrops(), "or it would keep what is meant for the page"
    assert drop(window, files(tmp_path, file), QPoint(900, 500))
    qtbot.waitUntil(lambda: page.canvas.pixels.shape == (60, 40, 3))
    image, text = QMimeData(), QMimeData()
    image.setImageData(QImage(str(file)).scaled(20, 30))
    assert drop(window, image, QPoint(3, 3))
    qtbot.waitUntil(lambda: page.canvas.pixels.shape == (30, 20, 3))
    text.setText("boot")
    assert not has_picture(text)
    assert not has_picture(files(tmp_path))
    with qtbot.assertNotEmitted(page.dropped):
        drop(window, files(tmp_path), QPoint(3, 3))


def test_a_picture_is_opened_from_a_file(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    file = picture_file(tmp_path / "bar.webp")
    window.picture.tools.open.trigger()
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.objectName() == "open_picture_dialog"
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    qtbot.waitUntil(lambda: window.picture.picture is not None)
    np.testing.assert_array_equal(window.picture.canvas.pixels, read_picture(file).pixels)


def test_the_image_of_the_gallery_is_seen_as_it_is_and_can_be_drawn_on(
    qtbot: QtBot, window: MainWindow, epochs: list[PredictionsReady], few_images: ImageSet
) -> None:
    page = window.picture
    add(window, epochs[1])
    window.gallery.state.choose(7)
    page.strip.crop.click()
    page.tools.take.trigger()
    shares = answered(qtbot, window, epochs[1])
    np.testing.assert_array_equal(seen(page), few_images.images[7])
    assert shares == pytest.approx(epochs[1].predictions.probabilities[7].tolist(), abs=1 / CELLS)
    assert page.how == AS_IT_IS
    assert "Test image 7" in page.notes.text()
    assert "gallery" in page.strip.title.text()
    draw(window, (0.05, 0.05), (0.95, 0.05))
    answered(qtbot, window, epochs[1])
    assert not np.array_equal(seen(page), few_images.images[7])
    page.canvas.clear()
    assert page.how == DEFAULT.preparation
    assert "Fashion-MNIST was made" in page.strip.title.text()


def test_each_step_is_shown_and_can_be_switched(qtbot: QtBot, window: MainWindow) -> None:
    page, strip = window.picture, window.picture.strip
    draw(window)
    settle(qtbot, window)
    assert "bright" in strip.words[StepKind.INVERT].text()
    assert not strip.back.isVisible()
    automatic, usual = seen(page), DEFAULT.preparation
    for switch, expected in (
        (partial(strip.invert.set_value, Invert.NO), replace(usual, invert=Invert.NO)),
        (strip.levels.click, replace(usual, invert=Invert.NO, levels=True)),
        (strip.levels.click, replace(usual, invert=Invert.NO)),
        (strip.crop.click, replace(usual, invert=Invert.NO, crop=False)),
        (
            partial(strip.fit.set_value, Fit.CENTRED),
            replace(usual, invert=Invert.NO, crop=False, fit=Fit.CENTRED),
        ),
    ):
        switch()
        assert page.how == expected
        settle(qtbot, window)
        assert not np.array_equal(seen(page), automatic)
        assert strip.back.isVisible()
        assert "you have chosen" in strip.title.text()
    strip.back.click()
    settle(qtbot, window)
    np.testing.assert_array_equal(seen(page), automatic)
    assert not strip.back.isVisible()
    assert strip.invert.value() == Invert.AUTOMATIC


def test_what_is_drawn_on_paper_is_as_light_on_black_as_pictures_that_are_so(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    page = window.picture
    dark = replace(DEFAULT, preparation=AS_IT_IS, mean=0.1, fingerprint=16 * "d")
    page.show_dataset(dark)
    draw(window)
    settle(qtbot, window)
    assert seen(page)[0, 0, 0] == 0
    assert not page.strip.back.isVisible(), "nobody has chosen it"
    page.show_sheet(Sheet.of(read_picture(picture_file(tmp_path / "bright.png")).pixels))
    assert page.how == AS_IT_IS, "a file is prepared as those of the folder were"
    page.canvas.undo()
    page.show_dataset(replace(dark, mean=0.6, fingerprint=16 * "b"))
    assert page.how == AS_IT_IS, "and so is dark ink among pictures on white"


def test_keys_and_menu_lead_there_and_back(qtbot: QtBot, window: MainWindow) -> None:
    page, canvas, tools = window.picture, window.picture.canvas, window.picture.tools
    draw(window)
    draw(window, (0.9, 0.9))
    QTest.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    QTest.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert page.picture is None
    assert not tools.undo.isEnabled()
    QTest.keyClick(canvas, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert page.picture is not None
    QTest.keyClick(canvas, Qt.Key.Key_C, CTRL)
    copied = read_image(QGuiApplication.clipboard().image())
    np.testing.assert_array_equal(copied.pixels, page.picture)
    settle(qtbot, window)
    tools.copy_seen.trigger()
    copied = read_image(QGuiApplication.clipboard().image())
    assert page.seen is not None
    np.testing.assert_array_equal(copied.pixels, page.seen[0])
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert page.picture is None
    for name, erases in (("eraser_button", True), ("pen_button", False)):
        button = page.findChild(QToolButton, name)
        assert button is not None
        QTest.mouseClick(button, LEFT)
        assert canvas.erases is erases
    before = canvas.width_share
    tools.width.setValue(tools.width.maximum())
    assert canvas.width_share > before
    strip = page.strip.invert
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert window.training.hasFocus(), "where somebody came from"
    QTest.keyClick(window.training, Qt.Key.Key_T, CTRL)
    assert page.isVisible()
    assert not window.services.mark_action.isEnabled(), "nobody marks what nobody sees"
    window.menus.jump_requested.emit()
    assert window.gallery.isVisible(), "where the number is entered"


def test_another_data_set_is_prepared_for_and_answered(
    qtbot: QtBot, window: MainWindow, epochs: list[PredictionsReady], resources: TrainingResources
) -> None:
    page = window.picture
    add(window, epochs[1])
    draw(window)
    answered(qtbot, window, epochs[1])
    page.strip.crop.click()
    other = colours()
    window.show_images(other.test.as_image_set())
    window.show_resources(replace(resources, data=other))
    settle(qtbot, window)
    assert page.seen is not None
    assert page.seen.shape == (3, 16, 16)
    assert page.how == other.info.preparation
    assert "Colours" in page.strip.title.text()
    qtbot.waitUntil(lambda: page.answer.bars.probabilities == [])
    assert page.answer.verdict.text() == "No network yet"
    page.tools.take.trigger()
    settle(qtbot, window)
    np.testing.assert_array_equal(seen(page), other.test.images[0].numpy())


def test_names_of_classes_are_shown_letter_by_letter_and_long_ones_have_room(
    qtbot: QtBot, window: MainWindow
) -> None:
    page, made = window.picture, made_images(3, 28, 3)
    names = ("<b>bold</b>", "a name that is far too long for this", "c")
    info = replace(made.info, class_names=names)
    page.show_dataset(info)
    page.show_image(made.images[0], info, f"Test image 0: {names[0]}.")
    page.show_probabilities([0.8, 0.1, 0.1], 1)
    labels = [each for each in page.findChildren(QLabel) if names[0] in each.text()]
    assert {page.notes, page.answer.verdict} <= set(labels)
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    page.inside.neighbours.show_dataset(info)
    assert page.inside.minimumSizeHint().width() < 450, "or the page is scrolled to the side"


def test_it_takes_on_a_theme_and_stays_as_small_as_the_window(
    qtbot: QtBot, window: MainWindow
) -> None:
    page = window.picture
    draw(window)
    settle(qtbot, window)
    grounds = []
    for mode in (ThemeMode.DARK, ThemeMode.LIGHT):
        window.menus.theme_chosen.emit(mode)
        shown = page.grab().toImage()
        grounds.append(shown.pixelColor(2, 2).lightness())
        middle = page.canvas.mapTo(page, page.canvas.rect().center())
        assert shown.pixelColor(middle - QPoint(40, 40)).lightness() in (0, 255)
    assert grounds[0] < 100 < grounds[1]
    window.menus.theme_chosen.emit(ThemeMode.SYSTEM)
    for width, height in ((1100, 700), (1440, 900), (1900, 1040), (1100, 700)):
        window.resize(width, height)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (width, height)
        assert page.canvas.area.width() == page.canvas.area.height()
        assert page.answer.seen.size() == page.answer.attribution.size()
        bottom = page.strip.mapTo(window, page.strip.rect().bottomRight())
        assert bottom.y() < height, "without scrolling"
        assert bottom.x() < width


@pytest.mark.parametrize("size", [(1280, 560), (1280, 600), (1280, 640), (1280, 690), (1100, 700)])
def test_the_lines_of_the_bars_are_as_high_as_their_letters_in_any_window(
    qtbot: QtBot, window: MainWindow, epochs: list[PredictionsReady], size: tuple[int, int]
) -> None:
    window.resize(*size)
    window.gallery.state.add(epochs[0].predictions, epochs[0].snapshot)
    draw(window)
    answer = window.picture.answer
    qtbot.waitUntil(lambda: bool(answer.bars.probabilities), timeout=LIMIT_MS)
    QApplication.processEvents()
    assert (
        answer.bars.height() >= len(answer.bars.probabilities) * answer.bars.fontMetrics().height()
    )
    for words in (
        answer.verdict,
        answer.detail,
        answer.signs,
        *window.picture.strip.words.values(),
    ):
        assert words.height() >= words.heightForWidth(words.width())
