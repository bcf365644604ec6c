"""The page for a folder of pictures, with the session that looks through it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QLabel, QTreeWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.pictures.preparation import Fit, Invert, Preparation
from lenet_desktop.session.folder_session import FolderSession
from lenet_desktop.ui.data.folder_form import WAYS
from lenet_desktop.ui.data.folder_page import FolderPage
from lenet_desktop.ui.kit.theme import ThemeController


def put(path: Path, number: int, *, size: tuple[int, int] = (12, 10), grey: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = size if grey else (*size, 3)
    pixels = np.random.default_rng(number).integers(0, 256, shape, np.uint8)
    Image.fromarray(pixels).save(path)


def put_classes(root: Path, counts: dict[str, int], *, grey: bool = False) -> None:
    for label, (name, count) in enumerate(counts.items()):
        for number in range(count):
            put(root / name / f"{number}.png", 1_000 * label + number, grey=grey)


@pytest.fixture
def page(qtbot: QtBot) -> FolderPage:
    """Return a page in sight."""
    page = FolderPage()
    ThemeController(page)
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    return page


@pytest.fixture
def session(page: FolderPage) -> Iterator[FolderSession]:
    """Yield a session that tells the page everything."""
    session = FolderSession()
    session.looked.connect(page.show_look)
    session.checked.connect(page.show_check)
    session.prepared.connect(page.show_prepared)
    session.failed.connect(page.show_nothing)
    page.samples_wanted.connect(session.prepare)
    yield session
    session.shutdown()


def look(qtbot: QtBot, session: FolderSession, root: Path) -> None:
    """Look at a folder, and wait until all of it is checked."""
    seen: list[bool] = []
    session.checked.connect(lambda check: seen.append(check.done == check.total))
    with qtbot.waitSignal(session.prepared):
        session.look_at(root)
    qtbot.waitUntil(lambda: True in seen)


def test_choices_of_another_time_are_shown_and_kept_as_they_were(page: FolderPage) -> None:
    how = Preparation(invert=Invert.YES, levels=False, fit=Fit.FRAMED)
    options = FolderOptions(side=20, channels=3, how=how, test_share=1 / 3, seed=9)
    page.form.show_options(options, is_parted=False)
    assert page.form.side.currentText() == "20 x 20 pixels"
    assert page.form.options == options
    page.form.seed.setValue(10)
    assert page.form.options == replace(options, how=WAYS[Fit.FRAMED].how, test_share=0.33, seed=10)


@pytest.mark.usefixtures("spoken_language")
def test_what_can_be_chosen_is_named_as_soon_as_a_folder_is_seen(
    qtbot: QtBot, page: FolderPage, session: FolderSession, tmp_path: Path
) -> None:
    put_classes(tmp_path, {"a": 5, "b": 5})
    look(qtbot, session, tmp_path)
    names = [name for name in page.form.findChildren(QLabel) if name.buddy() is not None]
    assert {name.buddy() for name in names} >= {page.form.side, page.form.share, page.form.seed}
    assert [name.text() for name in names if name.width() < name.sizeHint().width()] == []


def rows(page: FolderPage) -> list[tuple[str, ...]]:
    model = page.table.model()
    return [
        tuple(str(model.index(row, column).data()) for column in range(3))
        for row in range(model.rowCount())
    ]


def texts(tree: QTreeWidget) -> dict[str, str]:
    """Return each reason with the first name under it."""
    model = tree.model()
    reasons = [model.index(row, 0) for row in range(model.rowCount())]
    return {reason.data(): model.index(0, 0, reason).data() for reason in reasons}


def test_a_folder_is_shown_before_anything_is_read_of_it_for_good(
    qtbot: QtBot, page: FolderPage, session: FolderSession, tmp_path: Path
) -> None:
    root = tmp_path / "shoes"
    put_classes(root, {"boot": 41, "heel": 10})
    put(root / ".ipynb_checkpoints" / "0.png", 1)
    (root / "boot" / "40.png").write_bytes(b"broken")
    (root / "heel" / "again.png").write_bytes((root / "heel" / "0.png").read_bytes())

    look(qtbot, session, root)

    assert rows(page) == [("boot", "32", "8"), ("heel", "8", "2")]
    assert "50 pictures in 2 classes" in page.facts.text()
    assert "10 x 12" in page.facts.text()
    assert "boot has 4 times" in page.imbalance.text()
    assert page.form.channels.value() == 3
    assert page.skipped.line.text() == "3 files are left out"
    tree = page.skipped.tree
    assert texts(tree) == {
        "Hidden (1)": ".ipynb_checkpoints",
        "Cannot be read (1)": str(Path("boot", "40.png")),
        "The same picture as another one (1)": str(Path("heel", "again.png")),
    }


def test_grey_pictures_are_suggested_to_be_grey_and_equal_classes_need_no_word(
    qtbot: QtBot, page: FolderPage, session: FolderSession, tmp_path: Path
) -> None:
    put_classes(tmp_path, {"a": 6, "b": 6}, grey=True)

    look(qtbot, session, tmp_path)

    assert page.form.channels.value() == 1
    assert not page.imbalance.isVisible()
    assert not page.skipped.isVisible()


def test_a_choice_is_seen_on_the_samples_at_once(
    qtbot: QtBot, page: FolderPage, session: FolderSession, tmp_path: Path
) -> None:
    put_classes(tmp_path, {"a": 6, "b": 6})
    look(qtbot, session, tmp_path)
    seen = page.table.grab().toImage()

    with qtbot.waitSignal(session.prepared) as prepared:
        page.form.fit.set_value(str(Fit.CENTRED))

    assert prepared.args[0].options.how.fit is Fit.CENTRED
    assert page.table.grab().toImage() != seen
    with qtbot.waitSignal(session.prepared) as prepared:
        page.form.side.set_value(64)
    assert {pixels.shape for pixels in prepared.args[0].pixels} == {(3, 64, 64)}


def test_the_share_held_out_is_counted_and_what_is_no_share_cannot_be_used(
    qtbot: QtBot, page: FolderPage, session: FolderSession, tmp_path: Path
) -> None:
    put_classes(tmp_path, {"a": 10, "b": 20})
    look(qtbot, session, tmp_path)

    page.form.share.setValue(50)
    assert rows(page) == [("a", "5", "5"), ("b", "10", "10")]
    page.form.share.lineEdit().setText("99")

    assert not page.use_button.isEnabled()
    assert "50" in page.status.text()


def test_a_folder_that_is_parted_already_stays_so(
    qtbot: QtBot, page: FolderPage, session: FolderSession, tmp_path: Path
) -> None:
    put_classes(tmp_path / "train", {"a": 7, "b": 8})
    put_classes(tmp_path / "test", {"a": 3, "b": 0, "c": 2})

    look(qtbot, session, tmp_path)

    assert page.form.parted.isVisible()
    assert not page.form.share.isVisible()
    assert rows(page) == [("a", "4", "3"), ("b", "8", "0"), ("c", "0", "2")]


def test_what_a_choice_makes_equal_is_counted_where_it_will_be(
    qtbot: QtBot, page: FolderPage, session: FolderSession, tmp_path: Path
) -> None:
    put_classes(tmp_path / "train", {"a": 7, "b": 8})
    put_classes(tmp_path / "test", {"": 0, "c": 0, "a": 3, "b": 2})
    with Image.open(tmp_path / "train" / "b" / "5.png") as picture:
        picture.convert("L").save(tmp_path / "test" / "b" / "grey.png")
    look(qtbot, session, tmp_path)
    assert rows(page) == [("a", "7", "3"), ("b", "8", "3")]

    page.form.channels.set_value(1)

    qtbot.waitUntil(lambda: rows(page) == [("a", "7", "3"), ("b", "7", "4")])


def test_what_is_chosen_is_asked_for(
    qtbot: QtBot, page: FolderPage, session: FolderSession, tmp_path: Path
) -> None:
    put_classes(tmp_path, {"a": 6, "b": 6})
    look(qtbot, session, tmp_path)
    page.form.side.set_value(32)
    page.form.mirrored.click()

    with qtbot.waitSignal(page.use_requested) as asked:
        page.use_button.click()

    scan, options = asked.args
    assert (scan.root, options.side, options.can_be_mirrored) == (tmp_path, 32, True)
    said = page.status.text()
    page.show_locked(True)
    assert not page.use_button.isEnabled()
    assert "run is going on" in page.status.text()
    page.show_locked(False)
    assert page.status.text() == said, "and nothing of a run that has ended"


@pytest.mark.parametrize(
    ("names", "word"),
    [
        ([], "No pictures"),
        (["only"], "one class only, only"),
        ([f"{number:02}" for number in range(63)], "63 classes"),
    ],
)
def test_a_folder_that_cannot_be_used_gets_a_sentence_in_the_page(
    names: list[str],
    word: str,
    qtbot: QtBot,
    page: FolderPage,
    session: FolderSession,
    tmp_path: Path,
) -> None:
    put_classes(tmp_path, dict.fromkeys(names, 6))

    with qtbot.waitSignal(session.failed):
        session.look_at(tmp_path)

    assert word in page.sentence.text()
    assert page.sentence.isVisible()
