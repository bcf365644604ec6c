"""Every lesson is gone through in the real window, by clicks, with real runs on few images."""

from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QRect, QSettings, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import ImageSet
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.config import SETTINGS, TrainingConfig
from lenet_desktop.settings.lessons import own_lessons, read_lesson
from lenet_desktop.ui.kit.theme import DARK, ThemeMode
from lenet_desktop.ui.lessons.lesson_panel import LessonPanel
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.contrast import AA_GRAPHICS, contrast

LIMIT_MS = 60_000
MINE = """
title = "Mine"
about = "A teacher's."
[[steps]]
text = "Read."
[steps.run]
settings = { preset = "Modern", epochs = 1 }
held = ["learning_rate"]
seen = "After $epochs epoch."
[[steps]]
text = "The end."
"""


def button(lesson: LessonPanel, name: str) -> QPushButton:
    found = lesson.findChild(QPushButton, f"lesson_{name}_button")
    assert isinstance(found, QPushButton)
    return found


def click(lesson: LessonPanel, name: str) -> None:
    wanted = button(lesson, name)
    assert wanted.isVisible()
    assert wanted.isEnabled()
    QTest.mouseClick(wanted, Qt.MouseButton.LeftButton)


def text(lesson: LessonPanel, name: str) -> str:
    label = lesson.findChild(QLabel, f"lesson_{name}")
    assert isinstance(label, QLabel)
    return label.text()


def opened(window: MainWindow, path: Path) -> LessonPanel:
    window.lessons.open_file(path)
    lesson = window.lessons.panel
    assert lesson is not None
    return lesson


def shortened(path: Path, folder: Path) -> Path:
    """Return a lesson whose runs are of one epoch, and fit to the 600 images of the tests."""
    short = folder / path.name
    content = path.read_text(encoding="utf-8")
    for long in ("epochs = 25", "epochs = 3"):
        content = content.replace(long, "epochs = 1")
    short.write_text(content.replace("58000", "300"), encoding="utf-8")
    return short


def run(qtbot: QtBot, window: MainWindow, lesson: LessonPanel) -> None:
    """Start the run of the step that is shown, and wait until it is over."""
    click(lesson, "run")
    assert not button(lesson, "run").isEnabled()
    qtbot.waitUntil(lambda: bool(text(lesson, "outcome")), timeout=LIMIT_MS)
    assert window.session.state in (RunState.FINISHED, RunState.DIVERGED)


@pytest.mark.parametrize("path", own_lessons(), ids=lambda path: path.stem)
def test_a_lesson_is_gone_through(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, path: Path
) -> None:
    window.training.form.device.set_value("cpu")
    short = shortened(path, tmp_path)
    steps = read_lesson(short).steps
    lesson = opened(window, short)
    for number, step in enumerate(steps, start=1):
        assert f"{number} of {len(steps)}" in text(lesson, "place")
        if step.question is not None:
            assert not button(lesson, "next").isEnabled()
            assert not button(lesson, "run").isEnabled()
            answer = lesson.findChild(QRadioButton, f"lesson_answer_{step.question.right}")
            assert isinstance(answer, QRadioButton)
            answer.click()
        if step.run is not None:
            assert not button(lesson, "next").isEnabled()
            run(qtbot, window, lesson)
            assert "$" not in text(lesson, "outcome")
        if step.question is not None:
            assert "You were right" in text(lesson, "outcome")
        if number < len(steps):
            click(lesson, "next")
    with qtbot.waitSignal(lesson.destroyed):
        click(lesson, "next")
    assert window.lessons.panel is None


def test_a_run_that_is_wanted_while_torch_is_loaded_is_told_of_too(
    qtbot: QtBot,
    session: TrainingSession,
    few_images: ImageSet,
    resources: TrainingResources,
    settings_file: Path,
    tmp_path: Path,
) -> None:
    window = MainWindow(session, QSettings(str(settings_file), QSettings.Format.IniFormat))
    window.closed.connect(session.shutdown)
    window.show_images(few_images)
    window.show()
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE, encoding="utf-8")
    lesson = opened(window, mine)
    click(lesson, "run")
    assert window.session.state is RunState.LOADING
    window.show_resources(resources)
    window.session.use_resources(resources)
    qtbot.waitUntil(lambda: "After 1 epoch" in text(lesson, "outcome"), timeout=LIMIT_MS)
    lesson.close()
    window.close()
    shiboken6.delete(window)


def test_what_a_lesson_holds_cannot_be_changed_until_it_is_left(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE, encoding="utf-8")
    form = window.training.form
    form.set_config(replace(TrainingConfig(), device="cpu", batch_size=33))
    lesson = opened(window, mine)
    run(qtbot, window, lesson)
    assert text(lesson, "outcome") == "After 1 epoch."
    assert form.config is not None
    assert form.config.batch_size == 128
    editors = {each.name: form.findChild(QWidget, f"{each.name}_input") for each in SETTINGS}
    held = {name for name, editor in editors.items() if editor and not editor.isEnabled()}
    assert "learning_rate" in held
    assert "epochs" not in held
    assert not form.preset.isEnabled()
    with qtbot.waitSignal(lesson.destroyed):
        lesson.close()
    assert form.learning_rate.isEnabled()
    assert form.preset.isEnabled()


def test_a_wrong_answer_is_put_right_after_the_run_only(qtbot: QtBot, window: MainWindow) -> None:
    (path,) = (each for each in own_lessons() if "plateau" in each.name)
    question = read_lesson(path).steps[0].question
    assert question is not None
    lesson = opened(window, path)
    wrong = lesson.findChild(QRadioButton, f"lesson_answer_{question.right % 3 + 1}")
    assert isinstance(wrong, QRadioButton)
    wrong.click()
    assert text(lesson, "outcome") == ""
    other, own = read_lesson(path).steps[0].run, lesson.step.run
    assert other is not None
    assert own is not None
    lesson.show_outcome(other, {})
    assert text(lesson, "outcome") == ""
    lesson.show_outcome(own, {"epochs": "3"})
    assert question.answers[question.right - 1] in text(lesson, "outcome")
    assert not wrong.isEnabled()
    lesson.close()


def test_a_step_is_found_as_it_was_left(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    asked = f'{MINE}[steps.question]\ntext = "?"\nanswers = ["a", "b"]\nright = 2\nbecause = "."'
    (tmp_path / "mine.toml").write_text(asked, encoding="utf-8")
    lesson = opened(window, tmp_path / "mine.toml")
    run(qtbot, window, lesson)
    seen = text(lesson, "outcome")
    click(lesson, "next")
    answer = lesson.findChild(QRadioButton, "lesson_answer_2")
    assert isinstance(answer, QRadioButton)
    answer.click()
    click(lesson, "back")
    assert text(lesson, "outcome") == seen
    click(lesson, "next")
    again = lesson.findChild(QRadioButton, "lesson_answer_2")
    assert isinstance(again, QRadioButton)
    assert again.isChecked()
    assert "You were right" in text(lesson, "outcome")
    lesson.close()


def test_how_the_run_of_a_lesson_learns_is_seen_whatever_was_in_sight(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(MINE, encoding="utf-8")
    lesson = opened(window, tmp_path / "mine.toml")
    window.workspaces.show(Workspace.EXPLORE)
    run(qtbot, window, lesson)
    assert window.workspaces.current is Workspace.TRAIN
    lesson.close()


def test_a_file_that_is_no_lesson_is_told_in_the_window(window: MainWindow, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("title = 7", encoding="utf-8")
    window.lessons.open_file(wrong)
    assert "wrong.toml is no lesson" in window.message_bar.text
    assert window.lessons.panel is None


def test_the_menu_offers_each_and_a_second_takes_the_place_of_the_first(
    window: MainWindow,
) -> None:
    actions = window.menus.help.lessons.actions()
    assert [bool(each.text()) for each in actions].count(True) == len(own_lessons()) + 1
    for action in actions[:2]:
        action.trigger()
    shown = [each for each in window.findChildren(LessonPanel) if each.isVisible()]
    assert [each.accessibleName() in actions[1].text() for each in shown] == [True]
    shown[0].close()


def test_an_answer_that_is_not_chosen_is_seen_on_a_dark_card(window: MainWindow) -> None:
    lesson = opened(window, own_lessons()[0])
    window.menus.theme_chosen.emit(ThemeMode.DARK)
    answer = lesson.findChild(QRadioButton, "lesson_answer_1")
    assert isinstance(answer, QRadioButton)
    side = answer.height()
    picture = lesson.grab(QRect(answer.mapTo(lesson, QPoint()), QSize(14, side))).toImage()
    drawn = {picture.pixelColor(x, y).name() for x in range(14) for y in range(side)}
    assert max(contrast(colour, DARK.surface) for colour in drawn) >= AA_GRAPHICS
    window.menus.theme_chosen.emit(ThemeMode.LIGHT)
    lesson.close()


def test_a_lesson_covers_nothing_that_is_to_be_watched(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(MINE, encoding="utf-8")
    window.resize(1100, 700)
    window.message_bar.show_error("Something that has to be said. " * 5)
    lesson = opened(window, tmp_path / "mine.toml")
    assert window.isAncestorOf(lesson)
    for workspace in Workspace:
        window.workspaces.show(workspace)
        qtbot.waitUntil(lesson.isVisible)
        page = window.workspaces.stack
        around = QRect(page.mapTo(window, QPoint()), page.size())
        beside = QRect(lesson.mapTo(window, QPoint()), lesson.size())
        said = QRect(window.message_bar.mapTo(window, QPoint()), window.message_bar.size())
        assert not around.intersects(beside)
        assert window.message_bar.isVisible()
        assert not said.intersects(beside)
        assert window.rect().contains(beside)
    assert window.width() == 1100
    lesson.close()


@pytest.mark.parametrize("way", ["escape", "close"])
def test_a_lesson_that_is_left_by_any_way_lets_go(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, way: str
) -> None:
    (tmp_path / "mine.toml").write_text(MINE, encoding="utf-8")
    lesson = opened(window, tmp_path / "mine.toml")
    qtbot.waitUntil(lesson.isVisible)
    with qtbot.waitSignal(lesson.destroyed):
        if way == "escape":
            QTest.keyClick(lesson, Qt.Key.Key_Escape)
        else:
            lesson.close()
    assert window.lessons.panel is None
    window.session.state_changed.emit(RunState.READY)  # and nobody hears of it who is gone
