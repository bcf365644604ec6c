"""The row in which an image is marked: what is entered is what is told, once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from lenet_desktop.data.marks import LONGEST_NOTE, Mark, MarkKind
from lenet_desktop.ui.gallery.image.mark_editor import MarkEditor

WRONG = Mark(MarkKind.WRONG_LABEL, "This is a coat.")
UNSURE = Mark(MarkKind.AMBIGUOUS)


@pytest.fixture
def editor(qtbot: QtBot) -> MarkEditor:
    shown = MarkEditor()
    qtbot.addWidget(shown)
    shown.show()
    return shown


@pytest.fixture
def changes(editor: MarkEditor) -> QSignalSpy:
    return QSignalSpy(editor.mark_changed)


def told(changes: QSignalSpy) -> list[object]:
    return [changes.at(each)[0] for each in range(changes.count())]


def test_other_programs_and_screen_readers_find_its_fields(editor: MarkEditor) -> None:
    assert editor.findChild(QComboBox, "mark_input") is editor.kind
    assert editor.findChild(QLineEdit, "mark_note_input") is editor.note
    for field in (editor.kind, editor.note):
        assert field.accessibleName()
        assert field.accessibleDescription()
        assert field.toolTip()


def test_an_image_without_a_mark_can_have_no_note(editor: MarkEditor) -> None:
    assert editor.kind.currentText() == "No mark"
    assert not editor.note.isEnabled()
    assert editor.mark is None


@pytest.mark.parametrize("mark", [WRONG, UNSURE, None])
def test_what_is_shown_is_no_change(
    editor: MarkEditor, changes: QSignalSpy, mark: Mark | None
) -> None:
    editor.show_mark(mark)
    editor.commit()
    assert editor.mark == mark
    assert editor.note.isEnabled() is (mark is not None)
    assert told(changes) == []


def test_a_note_that_cannot_be_entered_like_this_is_no_change(
    editor: MarkEditor, changes: QSignalSpy
) -> None:
    editor.show_mark(Mark(MarkKind.AMBIGUOUS, " a line\nand another "))
    editor.commit()
    assert told(changes) == []


def test_the_keyboard_marks_an_image(qtbot: QtBot, editor: MarkEditor, changes: QSignalSpy) -> None:
    editor.kind.setFocus()
    QTest.keyClick(editor.kind, Qt.Key.Key_Down)
    assert told(changes) == [Mark(MarkKind.WRONG_LABEL)]
    assert editor.note.isEnabled()
    QTest.keyClicks(editor.note, "  This is a coat. ")
    assert changes.count() == 1, "not at every letter"
    QTest.keyClick(editor.note, Qt.Key.Key_Return)
    QTest.keyClick(editor.note, Qt.Key.Key_Return)
    assert told(changes)[1:] == [WRONG]
    QTest.keyClick(editor.kind, Qt.Key.Key_Down)
    QTest.keyClick(editor.kind, Qt.Key.Key_Home)
    assert told(changes)[2:] == [Mark(MarkKind.AMBIGUOUS, "This is a coat."), None]
    assert editor.note.text() == ""
    assert not editor.note.isEnabled()


def test_a_note_is_finished_before_another_image_is_shown(
    editor: MarkEditor, changes: QSignalSpy
) -> None:
    editor.show_mark(UNSURE)
    QTest.keyClicks(editor.note, "or a shirt")
    editor.commit()
    editor.show_mark(None)
    assert told(changes) == [Mark(MarkKind.AMBIGUOUS, "or a shirt")]


def test_a_note_that_is_too_long_is_cut_between_two_characters(
    editor: MarkEditor, changes: QSignalSpy
) -> None:
    editor.show_mark(UNSURE)
    editor.note.insert("x" * (LONGEST_NOTE - 1) + "👟")  # which Qt counts as two
    editor.commit()
    assert told(changes) == [Mark(MarkKind.AMBIGUOUS, "x" * (LONGEST_NOTE - 1))]


def test_it_is_one_row(editor: MarkEditor) -> None:
    assert editor.sizeHint().height() <= editor.kind.sizeHint().height() + 2
