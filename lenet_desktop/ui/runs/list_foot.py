"""The row below the table of runs: the note on one, and which were deleted just now."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from lenet_desktop.runs.records import LONGEST_NOTE
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, listed, quoted_title, tidied, tip
from lenet_desktop.ui.kit.actions import make_local_action
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.inputs import typed_in
from lenet_desktop.ui.kit.naming import identify, label_for, muted
from lenet_desktop.ui.kit.page import escapes
from lenet_desktop.ui.kit.shortcuts import Shortcut
from lenet_desktop.ui.kit.theme import LIGHT, Theme


class EscapableLine(QLineEdit):
    """A line that keeps Esc for itself, which would stop the run in the window."""

    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        """Claim the key, and say that it was pressed."""
        return escapes(event, self.escaped.emit) or super().event(event)


class NoteLine(QWidget):
    """Shows the note on one run. A change counts with Enter or when the keyboard goes elsewhere."""

    note_changed = Signal(int, str)
    left = Signal()
    """Enter or Esc was pressed, so that the keyboard can go back to where it came from."""

    def __init__(
        self,
        object_name: str = "run_note_input",
        name: str = marked("Note on the selected run"),
    ) -> None:
        super().__init__()
        self._run_id: int | None = None
        self._note = ""
        self.edit = identify(
            EscapableLine(maxLength=LONGEST_NOTE),
            object_name,
            _(name),
            _(
                "What you found out about the run. It is saved with Enter, or when you go "
                "elsewhere; Esc brings back what was saved."
            ),
        )
        in_row(muted(label_for(self.edit, _("Note"))), (self.edit, 1), on=self)
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
        hint = _("What did you find out?")
        if run_id is None:
            hint = _("Select one run for a note") if several else _("Select a run for a note")
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
        note = tidied(typed_in(self.edit), None)
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


class DeletedBar(QWidget):
    """A sentence and a button beside the note, so that nothing moves when it comes and goes."""

    undo_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("runs_deleted_bar")
        self._label = identify(QLabel(textFormat=Qt.TextFormat.PlainText), "runs_deleted_label")
        self.undo = make_local_action(self, _("Undo"), shortcut=Shortcut.UNDO_DELETION)
        self.undo.setToolTip(tip(_("Bring the deleted runs back (Ctrl+Z)")))
        self.undo.triggered.connect(self._on_undo_triggered)
        parent.addAction(self.undo)  # its keys count everywhere in the list
        self.undo_button = identify(QToolButton(), "runs_undo_button", _("Undo the deletion"))
        self.undo_button.setDefaultAction(self.undo)
        self.undo_button.setProperty("role", "chip")
        self._dismiss = identify(
            QToolButton(autoRaise=True),
            "runs_dismiss_button",
            _("Dismiss this message"),
            _("Dismiss this message."),
        )
        self._dismiss.clicked.connect(self.clear)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        in_row(self._label, self.undo_button, self._dismiss, on=self)
        self.show_theme(LIGHT)
        self.clear()

    @property
    def text(self) -> str:
        """The sentence shown, empty when there is none."""
        return self._label.text()

    def show_deleted(self, names: Sequence[str]) -> None:
        """Say which runs were deleted; nothing for none."""
        if not names:
            self.clear()
            return
        self._label.setText(deleted_text(names))
        self.undo.setEnabled(True)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self._label, QAccessible.Event.Alert))

    @Slot()
    def clear(self) -> None:
        """Hide the bar; nothing can be undone any more."""
        self._label.clear()
        self.undo.setEnabled(False)
        self.hide()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._dismiss.setIcon(themed_icon("close", theme.muted))

    @Slot()
    def _on_undo_triggered(self) -> None:
        self.clear()
        self.undo_requested.emit()


def deleted_text(names: Sequence[str]) -> str:
    """Say which runs were deleted, by name where they are few."""
    if len(names) > 2:
        return counted(len(names), "Deleted {count} run.", "Deleted {count} runs.")
    quoted = listed(quoted_title(name, 60 // len(names)) for name in names)
    return _("Deleted {names}.").format(names=quoted)
