"""One row in which a person notes what is the matter with the selected image."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from lenet_desktop.data.marks import LONGEST_NOTE, Mark, MarkKind
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.inputs import ChoiceInput, typed_in
from lenet_desktop.ui.kit.naming import identify, label_for

_NO_MARK = ""
_KIND_NAMES = {
    _NO_MARK: marked("No mark"),
    MarkKind.WRONG_LABEL: marked("Label is wrong"),
    MarkKind.AMBIGUOUS: marked("Ambiguous"),
}


class MarkEditor(QWidget):
    """Shows the mark on an image and says what a person makes of it.

    A kind counts at once, a note when it is finished: with Enter, or when the keyboard goes
    elsewhere. Whoever shows another image calls `commit` before, while the old one is selected.
    """

    mark_changed = Signal(object)  # Mark, or None when it is taken away

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("mark_editor")
        self._mark: Mark | None = None
        self._taken_note = ""
        self._loading = False
        self._build()
        self._lay_out()
        self._connect()
        self._show_whether_notes_count()

    @property
    def mark(self) -> Mark | None:
        """What is entered right now."""
        kind = self.kind.currentData()
        if kind == _NO_MARK:
            return None
        return Mark(MarkKind(kind), typed_in(self.note).strip())

    @property
    def taken_note(self) -> str:
        """The note of the mark that was taken away last, finished or not."""
        return self._taken_note

    @property
    def is_being_typed_in(self) -> bool:
        """Whether there is a note that is not finished yet."""
        return self.note.hasFocus() and self.mark != self._mark

    def show_mark(self, mark: Mark | None) -> None:
        """Show the mark on an image, None if it has none; nothing counts as changed.

        What is shown already stays as it is, and with it the place of the cursor.
        """
        if mark == self.mark:
            self._mark = mark
            return
        self._loading = True
        self.kind.set_value(_NO_MARK if mark is None else mark.kind)
        self.note.setText("" if mark is None else mark.note)
        self.note.setCursorPosition(0)
        self._loading = False
        self._mark = self.mark  # as it can be entered, or it would count as changed
        self._show_whether_notes_count()

    @Slot()
    def commit(self) -> None:
        """Take over what is entered, if it is not what was shown."""
        entered = self.mark
        if entered is not None and self.note.text() != entered.note:
            self.note.setText(entered.note)  # what is shown is what is kept
        if self._loading or entered == self._mark:
            return
        self._mark = entered
        self.mark_changed.emit(self._mark)

    def _build(self) -> None:
        self.kind = identify(
            ChoiceInput({kind: _(name) for kind, name in _KIND_NAMES.items()}, least_characters=10),
            "mark_input",
            _("Mark on the image"),
            _(
                "Note that the label of this image is wrong, or that the image could be either of "
                "two classes. The data and the training stay as they are."
            ),
        )
        self.note = identify(
            QLineEdit(maxLength=LONGEST_NOTE),
            "mark_note_input",
            _("Note on the image"),
            _("Say in a few words why. It is saved with Enter, or when you go elsewhere."),
        )
        self.note.setPlaceholderText(_("Note (optional)"))
        policy = self.note.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # or the mark would move when it is chosen
        self.note.setSizePolicy(policy)

    def _lay_out(self) -> None:
        label = label_for(self.kind, pgettext("noun", "Mark"))  # whose letters all lead elsewhere
        in_row(label, self.kind, (self.note, 1), on=self)

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(self._on_kind_changed)
        self.note.editingFinished.connect(self.commit)

    def _show_whether_notes_count(self) -> None:
        marked = self.kind.currentData() != _NO_MARK
        self.note.setEnabled(marked)
        self.note.setVisible(marked)

    @Slot()
    def _on_kind_changed(self) -> None:
        if self._loading:
            return
        if self.kind.currentData() == _NO_MARK:
            self._taken_note = self.note.text().strip()
            self.note.clear()
        self._show_whether_notes_count()
        self.commit()
