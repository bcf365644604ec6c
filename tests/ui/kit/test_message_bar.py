"""What is said lies over the window, moves nothing, and what matters more is not pushed aside."""

from collections.abc import Iterator

import pytest
import shiboken6
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit.message_bar import MessageAction, MessageBar, MessageKind
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.ui.controls import every

LONG = "What was asked for could not be done, and this is why. " * 6


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[QWidget]:
    """Return a widget in sight with an entry in it, over which a bar can lie."""
    room = QWidget()
    layout = QVBoxLayout(room)
    layout.addWidget(QLineEdit())
    room.resize(900, 600)
    room.show()
    qtbot.waitExposed(room)
    yield room
    shiboken6.delete(room)


@pytest.fixture
def bar(room: QWidget) -> MessageBar:
    bar = MessageBar()
    bar.lie_over(room)
    return bar


def press(bar: MessageBar, name: str) -> None:
    QApplication.processEvents()
    button = bar.findChild(QAbstractButton, name)
    assert isinstance(button, QAbstractButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def places(window: QWidget, but: QWidget) -> dict[QWidget, QRect]:
    """Return where everything is in a window that is not part of `but`."""
    return {
        part: QRect(part.mapTo(window, QPoint()), part.size())
        for part in every(QWidget, window)
        if part.isVisible() and part is not but and not but.isAncestorOf(part)
    }


def test_saying_something_moves_nothing_in_the_window(window: MainWindow) -> None:
    QApplication.processEvents()
    before = places(window, window.message_bar)
    for kind in MessageKind:
        window.message_bar.add_message(f"{LONG} {kind}", kind)
        QApplication.processEvents()
        assert window.message_bar.isVisible()
        assert places(window, window.message_bar) == before


def test_what_is_used_on_the_page_for_a_picture_is_not_lain_over(
    qtbot: QtBot, window: MainWindow
) -> None:
    bar, page = window.message_bar, window.picture
    bar.show_message(LONG[:100])
    usual = bar.geometry()
    window.workspaces.show(Workspace.TRY)
    for size in ((1_440, 900), (1_000, 640)):
        window.resize(*size)
        used = (page.canvas, page.keep, page.strip, *every(QAbstractButton, page))
        qtbot.waitUntil(lambda: bar.geometry().left() > page.keep.geometry().left(), timeout=5_000)
        QApplication.processEvents()
        lying = QRect(bar.mapTo(window, QPoint()), bar.size())
        for part in (each for each in used if each.isVisible()):
            assert not lying.intersects(QRect(part.mapTo(window, QPoint()), part.size())), part
    window.workspaces.show(Workspace.EXPLORE)
    window.resize(1_440, 900)
    qtbot.waitUntil(lambda: bar.geometry().size() == usual.size(), timeout=5_000)


def test_the_focus_stays_where_it_is(room: QWidget, bar: MessageBar) -> None:
    entry = every(QLineEdit, room)[0]
    entry.setFocus()
    bar.show_message("Nothing was saved.", MessageKind.ERROR, MessageAction("Again", list))
    QApplication.processEvents()
    assert room.focusWidget() is entry


@pytest.mark.parametrize("size", [(900, 600), (320, 240), (1_920, 1_080)])
def test_it_stays_within_its_parent_and_no_word_is_cut_off(
    room: QWidget, bar: MessageBar, size: tuple[int, int]
) -> None:
    bar.show_message(LONG, MessageKind.WARNING)
    room.resize(*size)
    QApplication.processEvents()
    assert room.rect().contains(bar.geometry())
    (label,) = (each for each in every(QLabel, bar) if each.text() == LONG)
    assert label.height() >= label.heightForWidth(label.width())
    assert bar.geometry().bottom() > room.height() // 2


def test_it_does_not_come_up_under_the_mouse(room: QWidget, bar: MessageBar) -> None:
    QCursor.setPos(room.mapToGlobal(QPoint(450, 585)))
    bar.show_message("Saved.")
    assert not bar.geometry().contains(room.mapFromGlobal(QCursor.pos()))
    assert room.rect().contains(bar.geometry())


def test_what_matters_less_stands_below_and_comes_back(bar: MessageBar) -> None:
    bar.show_message("The disk is full.", MessageKind.LOSS)
    bar.show_message("It cannot be read.", MessageKind.ERROR)
    bar.show_message("It was worked around.", MessageKind.WARNING)
    bar.show_message("Try another rate.", MessageKind.HINT)
    bar.show_message("It was saved.", MessageKind.INFO)
    assert bar.text.splitlines() == [
        "The disk is full.", "It cannot be read.", "It was worked around.",
    ]  # fmt: skip
    assert bar.kind is MessageKind.LOSS
    bar.withdraw("It cannot be read.")
    assert "Try another rate." in bar.text
    bar.clear()
    assert bar.text == "The disk is full."


def test_lost_work_is_said_until_it_is_dismissed_or_mended(bar: MessageBar) -> None:
    for kind in MessageKind:
        bar.show_message("The run is lost.", MessageKind.LOSS)
        bar.show_message("Something else.", kind)
        bar.clear()
        assert "The run is lost." in bar.text
        assert bar.isVisible()
        bar.withdraw("Something else.")
        press(bar, "dismiss_button")
        assert bar.text == ""
        assert not bar.isVisible()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(MessageKind)), max_size=8))
def test_no_message_makes_a_greater_one_go(said: list[tuple[bool, MessageKind]]) -> None:
    bar = MessageBar()
    for number, (alone, kind) in enumerate(said):
        say = bar.show_message if alone else bar.add_message
        before = bar.text.splitlines()
        is_lesser = bool(before) and bar.kind.rank > kind.rank
        say(f"Number {number}.", kind)
        if is_lesser:
            assert bar.text.splitlines()[0] == before[0]
        else:
            assert f"Number {number}." in bar.text or not alone
    assert bar.isHidden() == (not said)


def test_what_is_said_twice_is_shown_once(bar: MessageBar) -> None:
    bar.add_message("The disk is full.", MessageKind.WARNING)
    bar.add_message("The disk is full.", MessageKind.WARNING)
    assert bar.text == "The disk is full."


@pytest.mark.parametrize("kind", MessageKind)
def test_a_button_does_what_it_says(bar: MessageBar, kind: MessageKind) -> None:
    done: list[str] = []
    bar.show_message("Nobody learns.", kind, MessageAction("Try ReLU", lambda: done.append("x")))
    press(bar, "message_action_button")
    assert done == ["x"]
    stays = kind in (MessageKind.ERROR, MessageKind.LOSS)
    assert bar.isVisible() == stays, "until it is mended"


def test_a_button_may_say_something_else(bar: MessageBar) -> None:
    again = MessageAction("Again", lambda: bar.show_message("It failed again."))
    bar.show_message("It failed.", MessageKind.HINT, again)
    press(bar, "message_action_button")
    assert bar.text == "It failed again."


def test_every_button_can_be_hit_and_has_a_name(bar: MessageBar) -> None:
    for kind in MessageKind:
        bar.add_message(f"{kind}.", kind, MessageAction("Do it", list))
    QApplication.processEvents()
    for button in every(QAbstractButton, bar, least=6):
        if button.isVisible():
            assert button.accessibleName()
            assert button.toolTip()
            assert min(button.width(), button.height()) >= 24


def test_what_was_done_fades_and_what_asks_for_an_answer_stays(
    qtbot: QtBot, bar: MessageBar
) -> None:
    bar.least_ms = 0
    bar.add_message("Mend it.", MessageKind.WARNING)
    bar.add_message("Deleted.", MessageKind.INFO, MessageAction("Undo", list))
    bar.add_message("Ok", MessageKind.INFO)
    qtbot.waitUntil(lambda: "Ok" not in bar.text)
    assert bar.text.splitlines() == ["Mend it.", "Deleted."]


def test_nothing_fades_while_the_keyboard_is_on_it(qtbot: QtBot, bar: MessageBar) -> None:
    bar.least_ms = 0
    bar.show_message("Ok")
    cross = bar.findChild(QAbstractButton, "dismiss_button")
    assert isinstance(cross, QAbstractButton)
    cross.setFocus()
    (timer,) = bar.findChildren(QTimer)
    with qtbot.waitSignals([timer.timeout] * 2):
        pass
    assert bar.text == "Ok"
    cross.clearFocus()
    qtbot.waitUntil(bar.isHidden)


def test_what_is_said_no_more_does_not_become_a_window(room: QWidget, bar: MessageBar) -> None:
    for said in ("one", "two", "three"):  # within one turn of the event loop
        bar.show_message(said)
    bar.clear()
    QApplication.processEvents()
    assert [each for each in QApplication.topLevelWidgets() if each.isVisible()] == [room]


def test_what_parts_have_to_say_is_heard_by_the_names_of_their_signals(bar: MessageBar) -> None:
    class Part(QObject):
        failed = Signal(str)
        noticed = Signal(str)
        withdrawn = Signal(str)

    part, silent = Part(), QObject()
    bar.hear(part, silent)
    part.failed.emit("It failed.")
    part.noticed.emit("It was worked around.")
    assert bar.text.splitlines() == ["It failed.", "It was worked around."]
    part.withdrawn.emit("It failed.")
    assert bar.text == "It was worked around."
