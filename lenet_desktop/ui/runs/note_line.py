"""One line in which a person notes what was found out about a run."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from lenet_desktop.text.wording import tidied
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING

LONGEST_NOTE = 10_000


class EscapableLine(QLineEdit):
    """A line that keeps Esc for itself, which would stop the run in the window."""

    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        """Claim Esc before the window's shortcuts see it."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Say that Esc was pressed, or edit."""
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
            return
        super().keyPressEvent(event)


class NoteLine(QWidget):
    """Shows the note on one run. A change counts with Enter or when the keyboard goes elsewhere."""

    note_changed = Signal(int, str)
    left = Signal()
    """Enter or Esc was pressed, so that the keyboard can go back to where it came from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_id: int | None = None
        self._note = ""
        self.edit = identify(
            EscapableLine(maxLength=LONGEST_NOTE),
            "run_note_input",
            "Note on the selected run",
            "What you found out about the run. It is saved with Enter, or when you go elsewhere; "
            "Esc brings back what was saved.",
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        label = muted(QLabel("Note"))
        label.setBuddy(self.edit)
        layout.addWidget(label)
        layout.addWidget(self.edit, 1)
        self.edit.editingFinished.connect(self.commit)
        self.edit.returnPressed.connect(self.left)
        self.edit.escaped.connect(self._on_escaped)
        self.show_note(None)

    def show_note(self, run_id: int | None, note: str = "", *, several: bool = False) -> None:
        """Show the note on a run; what is being typed about the same run stays.

        Args:
            run_id: the run, None where not exactly one is selected.
            note: its note.
            several: whether that is because more than one is selected.
        """
        if run_id == self._run_id and self.edit.isModified():
            self._note = note
            return
        self.commit()
        self._run_id, self._note = run_id, note
        self._restore()
        self.edit.setEnabled(run_id is not None)
        asked = "one run only" if several else "a run"
        hint = f"Select {asked} to write a note" if run_id is None else "What did you find out?"
        self.edit.setPlaceholderText(hint)

    def begin(self) -> None:
        """Give the keyboard to the note."""
        self.edit.setFocus()
        self.edit.selectAll()

    @Slot()
    def commit(self) -> None:
        """Hand on what was typed, if anything was."""
        if self._run_id is None or not self.edit.isModified():
            return
        # A pasted text that is cut at the limit may end in half a character.
        note = tidied(self.edit.text().encode(errors="ignore").decode(), None)
        if self.edit.text() != note:
            self.edit.setText(note)  # what is shown is what is kept
        self.edit.setModified(False)
        if note != tidied(self._note, None):
            self._note = note
            self.note_changed.emit(self._run_id, note)

    def _restore(self) -> None:
        self.edit.setText(tidied(self._note, LONGEST_NOTE - 1))
        self.edit.setCursorPosition(0)
        self.edit.setModified(False)

    @Slot()
    def _on_escaped(self) -> None:
        self._restore()
        self.left.emit()
