"""What the gallery shows is saved and copied as it is, through real actions and dialogs."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.duplicates import find_duplicates
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.data.marks import Mark, MarkKind
from lenet_desktop.export.tables import confusion_csv, predictions_table
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.text.wording import NEAR_MARK
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.gallery.exporter import GalleryExporter
from lenet_desktop.ui.gallery.gallery_content import GalleryContent
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.gallery.pictures import contact_sheet, image_picture, matrix_picture
from lenet_desktop.ui.kit.saving import SaveDialog, SaveFolder
from lenet_desktop.ui.kit.theme import DARK
from tests.image_sets import image_set
from tests.ui.dialogs import answer_question, dialog_of, save

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NOTE = "=looks like a dress, “I think”"
NOTES = {3: ("label is wrong", NOTE)}


@pytest.fixture(scope="module")
def answers(few_events: list[Event]) -> PredictionSet:
    return [event.predictions for event in few_events if isinstance(event, PredictionsReady)][-1]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.show()
    return shown


@pytest.fixture
def content(few_images: ImageSet, answers: PredictionSet) -> GalleryContent:
    return GalleryContent(
        images=few_images,
        split=Split.TEST,
        numbers=np.array([3, 250, 12]),
        predictions=answers,
        selected=12,
        marks={(Split.TEST, 3): Mark(MarkKind.WRONG_LABEL, NOTE)},
        theme=DARK,
    )


class Shelf:
    """Holds what a gallery would show."""

    def __init__(self, content: GalleryContent) -> None:
        self.content = content

    def look(self) -> GalleryContent:
        return self.content


@pytest.fixture
def shelf(content: GalleryContent) -> Shelf:
    return Shelf(content)


@pytest.fixture
def exporter(window: QWidget, shelf: Shelf, tmp_path: Path) -> Iterator[GalleryExporter]:
    saving = GalleryExporter(shelf.look, window, SaveFolder(tmp_path))
    yield saving
    saving.shutdown()


def all_actions(exporter: GalleryExporter) -> list[QAction]:
    return [
        exporter.save_list,
        exporter.save_grid,
        exporter.save_matrix_csv,
        exporter.save_matrix_png,
        exporter.copy_image,
        exporter.copy_list,
        *exporter.save_image.values(),
        exporter.other_scale,
        exporter.image_menu.menuAction(),
    ]


def test_the_list_is_saved_as_it_is_shown(
    qtbot: QtBot, exporter: GalleryExporter, content: GalleryContent, tmp_path: Path
) -> None:
    path = tmp_path / "chosen.csv"
    sentence = save(qtbot, exporter, exporter.save_list, path)
    assert sentence == f"3 images were saved to {path}."
    assert content.images is not None
    names = content.images.info.class_names
    expected = predictions_table(
        "test", content.numbers, content.images.labels, names, content.predictions, marks=NOTES
    )
    assert path.read_bytes().decode("utf-8-sig") == expected
    assert expected.count("\r\n") == 4


def test_what_was_shown_is_saved_though_another_epoch_comes_meanwhile(
    qtbot: QtBot, exporter: GalleryExporter, shelf: Shelf, tmp_path: Path
) -> None:
    exporter.save_list.trigger()
    shelf.content = replace(shelf.content, numbers=np.arange(7), predictions=None)
    dialog = dialog_of(exporter)
    dialog.selectFile(str(tmp_path / "list.csv"))
    with qtbot.waitSignal(exporter.saved) as saved:
        dialog.accept()
    assert saved.args[0].startswith("3 images were saved")
    assert len((tmp_path / "list.csv").read_bytes().splitlines()) == 4


def test_the_grid_is_saved_as_a_picture(
    qtbot: QtBot, exporter: GalleryExporter, content: GalleryContent, tmp_path: Path
) -> None:
    path = tmp_path / "grid.png"
    assert save(qtbot, exporter, exporter.save_grid, path) == f"3 images were saved to {path}."
    assert content.images is not None
    sheet = contact_sheet(
        content.images,
        content.numbers,
        content.predictions,
        DARK,
        head=("Test images after epoch 2", "No filter"),
        marked=content.notes,
    )
    assert QImage(str(path)).convertToFormat(sheet.format()) == sheet


def test_a_long_grid_says_how_much_of_it_was_saved(
    qtbot: QtBot, exporter: GalleryExporter, shelf: Shelf, tmp_path: Path
) -> None:
    shelf.content = replace(shelf.content, numbers=np.arange(300))
    sentence = save(qtbot, exporter, exporter.save_grid, tmp_path / "grid.png")
    assert sentence.startswith("The first 200 of 300 images were saved to ")


def test_a_grid_is_saved_from_the_first_image_in_sight(
    qtbot: QtBot,
    exporter: GalleryExporter,
    shelf: Shelf,
    few_images: ImageSet,
    tmp_path: Path,
) -> None:
    query = Query(show=Show.MISCLASSIFIED, true_class=6, digits="1")
    shelf.content = content = replace(
        shelf.content,
        split=Split.TRAIN,
        numbers=np.arange(300)[::-1],
        query=query,
        first_row=40,
        duplicates=find_duplicates(few_images, image_set(255 - few_images.images)).with_near(
            [((Split.TRAIN, 250), (Split.TEST, 6)), ((Split.TRAIN, 290), (Split.TEST, 7))]
        ),
    )
    sentence = save(qtbot, exporter, exporter.save_grid, tmp_path / "grid.png")
    assert sentence.startswith("200 of 300 images from image 259 on were saved to ")
    assert content.images is not None
    sheet = contact_sheet(
        content.images,
        content.numbers,
        content.predictions,
        DARK,
        first=40,
        head=(
            "Training images after epoch 2",
            "Misclassified · True: Shirt · Number has 1",
        ),
        marked=content.notes,
        duplicate_marks={250: NEAR_MARK},
    )
    assert QImage(str(tmp_path / "grid.png")).convertToFormat(sheet.format()) == sheet
    shelf.content = replace(content, first_row=299)
    sentence = save(qtbot, exporter, exporter.save_grid, tmp_path / "last.png")
    assert sentence.startswith("The last image of 300 images was saved to ")


def test_the_gallery_hands_over_what_is_in_sight(
    qtbot: QtBot, few_images: ImageSet, answers: PredictionSet
) -> None:
    gallery = GalleryPanel()
    qtbot.addWidget(gallery)
    gallery.resize(1_200, 700)
    gallery.show()
    gallery.state.set_images(few_images)
    gallery.state.add(answers)
    assert gallery.content().first_row == 0
    gallery.view.verticalScrollBar().setValue(10 * gallery.view.gridSize().height() + 3)
    content = gallery.content()
    assert content.first_row == 10 * gallery.view.columns
    assert content.query == Query()
    assert not content.in_percent
    gallery.about_classes.percent.setChecked(True)
    gallery.filters.set_query(Query(true_class=6))
    content = gallery.content()
    assert content.in_percent
    assert content.query == Query(true_class=6)
    assert content.first_row < len(content.numbers)
    gallery.filters.set_query(Query(digits="9999"))
    assert gallery.content().first_row == 0


def test_one_image_is_one_image(
    qtbot: QtBot, exporter: GalleryExporter, shelf: Shelf, tmp_path: Path
) -> None:
    shelf.content = replace(shelf.content, numbers=np.array([5]))
    sentence = save(qtbot, exporter, exporter.save_list, tmp_path / "list.csv")
    assert sentence.startswith("1 image was saved to ")


def test_the_matrix_is_saved_as_a_table_and_as_a_picture(
    qtbot: QtBot, exporter: GalleryExporter, content: GalleryContent, tmp_path: Path
) -> None:
    assert content.counts is not None
    table, picture = tmp_path / "matrix.csv", tmp_path / "matrix.png"
    sentence = save(qtbot, exporter, exporter.save_matrix_csv, table)
    assert sentence == f"The confusion matrix was saved to {table}."
    assert table.read_bytes().decode() == confusion_csv(content.counts, DEFAULT.class_names)
    save(qtbot, exporter, exporter.save_matrix_png, picture)
    assert content.predictions is not None
    title = "Confusion matrix of test images after epoch 2"
    expected = matrix_picture(content.counts, DEFAULT.class_names, DARK, title=title)
    assert QImage(str(picture)).convertToFormat(expected.format()) == expected


def test_the_matrix_is_saved_in_percent_where_it_is_shown_so(
    qtbot: QtBot, exporter: GalleryExporter, shelf: Shelf, tmp_path: Path
) -> None:
    shelf.content = replace(shelf.content, split=Split.TRAIN, in_percent=True)
    save(qtbot, exporter, exporter.save_matrix_png, tmp_path / "matrix.png")
    assert shelf.content.counts is not None
    title = "Confusion matrix of training images after epoch 2, in percent"
    counts = shelf.content.counts
    expected = matrix_picture(counts, DEFAULT.class_names, DARK, title=title, in_percent=True)
    saved = QImage(str(tmp_path / "matrix.png"))
    assert saved.convertToFormat(expected.format()) == expected


def test_pictures_say_which_run_they_are_of(
    qtbot: QtBot, exporter: GalleryExporter, shelf: Shelf, tmp_path: Path
) -> None:
    def saved(name: str, action: QAction) -> QImage:
        save(qtbot, exporter, action, tmp_path / name)
        return QImage(str(tmp_path / name))

    actions = {"matrix": exporter.save_matrix_png, "grid": exporter.save_grid}
    plain = {name: saved(f"{name}.png", action) for name, action in actions.items()}
    shelf.content = replace(shelf.content, run="Run 7: ReLU · rate 0.1 · seed 3")
    for name, action in actions.items():
        named = saved(f"{name}_named.png", action)
        line = named.height() - plain[name].height()
        assert line > 0, "there is one line more, and all else below it is the same"
        end = named.copy(0, line + 60, named.width(), 200)
        assert end == plain[name].copy(0, 60, named.width(), 200)
    named = saved("named.png", exporter.save_matrix_png)
    shelf.content = replace(shelf.content, run="a name " * 200)
    long = saved("long.png", exporter.save_matrix_png)
    assert long.width() == plain["matrix"].width()
    assert long.height() > named.height(), "a long recipe takes more lines, and is not cut"


def test_the_table_of_the_matrix_says_which_run_it_is_of(
    qtbot: QtBot, exporter: GalleryExporter, shelf: Shelf, tmp_path: Path
) -> None:
    shelf.content = replace(shelf.content, run="Run 7: ReLU, rate 0.1")
    save(qtbot, exporter, exporter.save_matrix_csv, tmp_path / "matrix.csv")
    with (tmp_path / "matrix.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert "Run 7: ReLU, rate 0.1" in head[0]
    assert head[1:] == [*DEFAULT.class_names, "total", "recall"]
    assert [row[0] for row in rows] == [*DEFAULT.class_names, "total", "precision"]


def test_the_matrix_is_copied_as_it_would_be_saved(
    qtbot: QtBot, exporter: GalleryExporter, shelf: Shelf, tmp_path: Path
) -> None:
    with qtbot.waitSignal(exporter.saved):
        exporter.copy_matrix.trigger()
    save(qtbot, exporter, exporter.save_matrix_png, tmp_path / "matrix.png")
    copied = QGuiApplication.clipboard().image()
    assert copied == QImage(str(tmp_path / "matrix.png")).convertToFormat(copied.format())
    shelf.content = replace(shelf.content, predictions=None)
    exporter.refresh()
    assert not exporter.copy_matrix.isEnabled()


@pytest.mark.parametrize("scale", [1, 4, 8, 16])
def test_an_image_is_saved_at_the_scale_that_was_chosen(
    qtbot: QtBot, exporter: GalleryExporter, content: GalleryContent, tmp_path: Path, scale: int
) -> None:
    path = tmp_path / "image.png"
    sentence = save(qtbot, exporter, exporter.save_image[scale], path)
    assert sentence == f"Test image 12 was saved to {path}."
    assert content.images is not None
    expected = image_picture(content.images, 12, scale)
    assert QImage(str(path)).convertToFormat(expected.format()) == expected


@pytest.mark.parametrize("way", ["enter", "button"])
def test_an_image_is_saved_at_any_other_scale(
    qtbot: QtBot, exporter: GalleryExporter, content: GalleryContent, tmp_path: Path, way: str
) -> None:
    menu, field = exporter.image_menu, exporter.other_scale.scale_input
    menu.popup(menu.pos())
    qtbot.waitUntil(menu.isVisible)
    QTest.keyClick(menu, Qt.Key.Key_Up)  # to the last line, which is the field
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    QTest.keyClicks(field, "23")
    assert exporter.other_scale.size_label.text() == "644 × 644 pixels"  # noqa: RUF001
    if way == "enter":
        QTest.keyClick(field, Qt.Key.Key_Return)
    else:
        QTest.mouseClick(exporter.other_scale.save_button, Qt.MouseButton.LeftButton)
    assert not menu.isVisible()
    dialog = dialog_of(exporter)
    assert [Path(name).name for name in dialog.selectedFiles()] == ["test_image_12_23x.png"]
    with qtbot.waitSignal(exporter.saved):
        dialog.accept()
    assert content.images is not None
    expected = image_picture(content.images, 12, 23)
    saved = QImage(str(tmp_path / "test_image_12_23x.png"))
    assert saved.convertToFormat(expected.format()) == expected


def test_every_whole_scale_up_to_the_largest_can_be_chosen(exporter: GalleryExporter) -> None:
    field = exporter.other_scale.scale_input
    assert (field.minimum(), field.maximum()) == (1, 64)
    field.setValue(64)
    assert exporter.other_scale.size_label.text() == "1,792 × 1,792 pixels"  # noqa: RUF001


def test_an_image_is_copied_as_an_image(
    qtbot: QtBot, exporter: GalleryExporter, content: GalleryContent
) -> None:
    with qtbot.waitSignal(exporter.saved) as saved:
        exporter.copy_image.trigger()
    assert saved.args[0].startswith("Test image 12 was copied.")
    assert content.images is not None
    expected = image_picture(content.images, 12, 8)
    copied = QGuiApplication.clipboard().image()
    assert copied.convertToFormat(expected.format()) == expected


def test_the_list_is_copied_with_tabs(qtbot: QtBot, exporter: GalleryExporter) -> None:
    with qtbot.waitSignal(exporter.saved) as saved:
        exporter.copy_list.trigger()
    assert saved.args[0].startswith("3 images were copied")
    text = QGuiApplication.clipboard().text()
    lines = list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t"))
    assert [line["number"] for line in lines] == ["3", "250", "12"]
    assert lines[0]["note"] == f"'{NOTE}"


def test_keys_copy_where_the_actions_are_added(
    qtbot: QtBot, exporter: GalleryExporter, window: QWidget
) -> None:
    grid, other = QWidget(window), QWidget(window)
    grid.addActions([exporter.copy_image, exporter.copy_list])
    window.show()
    grid.show()
    other.show()
    for widget in (grid, other):
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    for modifier, what in ((CTRL, "Test image 12"), (CTRL | SHIFT, "3 images")):
        with qtbot.waitSignal(exporter.saved) as saved:
            QTest.keyClick(grid, Qt.Key.Key_C, modifier)
        assert saved.args[0].startswith(what)
    other.setFocus()
    with qtbot.assertNotEmitted(exporter.saved):
        QTest.keyClick(other, Qt.Key.Key_C, CTRL)


def test_the_name_tells_what_it_is_and_gets_its_suffix(
    qtbot: QtBot, exporter: GalleryExporter, tmp_path: Path
) -> None:
    exporter.save_list.trigger()
    dialog = dialog_of(exporter)
    assert [Path(name) for name in dialog.selectedFiles()] == [tmp_path / "test_epoch_2_images.csv"]
    dialog.selectFile(str(tmp_path / "plain"))
    with qtbot.waitSignal(exporter.saved):
        dialog.accept()
    assert (tmp_path / "plain.csv").exists()


def test_files_of_two_runs_are_called_differently(exporter: GalleryExporter, shelf: Shelf) -> None:
    shelf.content = replace(shelf.content, run_name="ReLU / rate 0.1")
    exporter.save_matrix_csv.trigger()
    dialog = dialog_of(exporter)
    names = [Path(name).name for name in dialog.selectedFiles()]
    assert names == ["relu-rate-0-1_test_epoch_2_matrix.csv"]
    dialog.reject()


def test_the_next_dialog_opens_where_was_saved_last(
    qtbot: QtBot, exporter: GalleryExporter, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    save(qtbot, exporter, exporter.save_list, other / "list.csv")
    exporter.save_grid.trigger()
    dialog = dialog_of(exporter)
    assert Path(dialog.directory().absolutePath()) == other
    dialog.reject()


def test_changing_ones_mind_saves_nothing(
    qtbot: QtBot, exporter: GalleryExporter, tmp_path: Path
) -> None:
    exporter.save_list.trigger()
    dialog = dialog_of(exporter)
    with qtbot.assertNotEmitted(exporter.saved), qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_only_after_a_question(
    qtbot: QtBot, exporter: GalleryExporter, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("mine")
    exporter.save_list.trigger()
    dialog = dialog_of(exporter)
    dialog.selectFile(str(path))
    for button in (QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes):
        assert path.read_text() == "mine"
        QTimer.singleShot(0, lambda answer=button: answer_question(answer))
        dialog.accept()
    qtbot.waitUntil(lambda: path.read_text(encoding="utf-8-sig").startswith("number,"))


def test_a_folder_that_cannot_be_written_gets_a_sentence(
    qtbot: QtBot, exporter: GalleryExporter, tmp_path: Path
) -> None:
    exporter.save_list.trigger()
    dialog = dialog_of(exporter)
    gone = tmp_path / "file"
    gone.write_text("")  # root writes into any folder, but not into a file
    with qtbot.waitSignal(exporter.failed) as failed:
        dialog.fileSelected.emit(str(gone / "list.csv"))
    assert failed.args[0].startswith(f"{gone / 'list.csv'} could not be written (")
    assert failed.args[0].endswith("). Choose another folder or another disk.")
    dialog.reject()


def test_a_full_disk_leaves_what_was_there(
    qtbot: QtBot, exporter: GalleryExporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    exporter.save_grid.trigger()
    dialog = dialog_of(exporter)
    dialog.selectFile(str(tmp_path / "grid.png"))
    with qtbot.waitSignal(exporter.failed) as failed:
        dialog.accept()
    assert "(No space left on device)" in failed.args[0]
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_offered_while_there_is_nothing(
    qtbot: QtBot, exporter: GalleryExporter, shelf: Shelf, few_images: ImageSet
) -> None:
    assert all(action.isEnabled() for action in all_actions(exporter))
    shelf.content = GalleryContent(images=None, split=Split.TEST, numbers=np.arange(0))
    exporter.refresh()
    assert not any(action.isEnabled() for action in all_actions(exporter))
    shelf.content = GalleryContent(images=few_images, split=Split.TEST, numbers=np.arange(9))
    exporter.refresh()
    assert exporter.save_list.isEnabled()
    assert not exporter.save_matrix_png.isEnabled()
    assert not exporter.copy_image.isEnabled()


def test_what_is_gone_when_it_is_asked_for_is_not_saved(
    qtbot: QtBot, exporter: GalleryExporter, shelf: Shelf, window: QWidget
) -> None:
    shelf.content = GalleryContent(images=None, split=Split.TEST, numbers=np.arange(0))
    with qtbot.assertNotEmitted(exporter.saved):
        for action in all_actions(exporter):
            action.trigger()
    assert not window.findChildren(SaveDialog)


def test_every_action_is_in_a_menu(exporter: GalleryExporter, window: QWidget) -> None:
    menu, context = QMenu(window), QMenu(window)
    exporter.fill_menu(menu)
    exporter.fill_context_menu(context)
    scales = {*exporter.save_image.values(), exporter.other_scale}
    assert set(all_actions(exporter)) - scales <= set(menu.actions())
    assert scales <= set(exporter.image_menu.actions())
    assert exporter.copy_image in context.actions()


def test_no_two_actions_share_a_name_or_a_mnemonic(
    exporter: GalleryExporter, window: QWidget
) -> None:
    menu = QMenu(window)
    exporter.fill_menu(menu)
    for actions in (menu.actions(), exporter.image_menu.actions()):
        fields = [exporter.other_scale]  # a letter would save before a scale is chosen
        lines = [action for action in actions if not action.isSeparator() and action not in fields]
        texts = [action.text() for action in lines]
        keys = [text[text.index("&") + 1].lower() for text in texts]
        assert len(set(keys)) == len(keys), texts
    names = [action.objectName() for action in all_actions(exporter)[:-1]]
    assert len(set(names)) == len(names)
