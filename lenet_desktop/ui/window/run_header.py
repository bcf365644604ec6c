"""The head of everything that belongs to a run: which run it is, its recipe and its accuracy."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from lenet_desktop.analysis.history import History
from lenet_desktop.runs.records import RunRecord
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import counted, joined, one_line, percent, tidied, tip, whole
from lenet_desktop.training.learning_rate import RateCourse
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.elided_label import ElidedLabel
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.inputs import typed_in
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import as_caption, as_display, identify, muted
from lenet_desktop.ui.kit.theme import SPACING, TARGET, Theme, heading
from lenet_desktop.ui.runs.list_foot import EscapableLine, NoteLine
from lenet_desktop.ui.runs.run_delegates import LONGEST_NAME

_OF_TEST = marked("of test images right")
_MARGIN = SPACING // 2
_NO_RUN = marked("No run is shown yet. Press Start to train a network.")
_STATES = {
    RunState.RUNNING: marked("running"),
    RunState.PAUSED: marked("paused"),
    RunState.STOPPING: marked("stopping"),
    RunState.FINISHED: marked("finished"),
    RunState.STOPPED: marked("stopped"),
    RunState.DIVERGED: marked("diverged"),
    RunState.FAILED: marked("failed"),
}


class RunHeader(QWidget):
    """Says whose curves, images and figures the window shows, and changes what a person says of it.

    What is too long is cut. The accuracy is that of the newest epoch.
    """

    renamed = Signal(int, str)
    note_changed = Signal(int, str)
    starred = Signal(int, bool)
    settings_requested = Signal(int)
    changed = Signal()
    """It says something else."""
    left = Signal()
    """A name or a note is entered; the keyboard may go where it came from."""

    def __init__(self) -> None:
        super().__init__()
        identify(self, "run_header", _("The run that is shown"))
        self._record: RunRecord | None = None
        self._stars: dict[bool, QIcon] = {}
        self._has_room = False
        self._build()
        self._lay_out()
        self._connect()
        self.name_line.hide()
        self.note_line.hide()
        self.show_record(None)
        self.show_nothing()

    def _build(self) -> None:
        self.name = identify(ElidedLabel(), "run_header_name")
        self.name.setFont(heading(self.name.font()))
        self.recipe = identify(ElidedLabel(), "run_header_recipe")
        self.star = _button(
            "run_header_star",
            pgettext("action", "Star"),
            _("Give the run a star, or take it away."),
        )
        self.rename = _button("run_header_rename", _("Rename"), _("Give the run another name."))
        self.edit_note = _button(
            "run_header_note", pgettext("action", "Note"), _("Write down what you found out.")
        )
        self.use_settings = _button(
            "run_header_settings",
            _("Use these settings"),
            _("Put the settings of this run into the form for the next one."),
        )
        self.name_line = identify(
            EscapableLine(maxLength=LONGEST_NAME), "run_header_name_input", _("Name of the run")
        )
        self.note_line = NoteLine("run_header_note_input", marked("Note on the run"))
        self.note = muted(identify(ElidedLabel(), "run_header_note_text"))
        self.accuracy = as_display(identify(QLabel(), "run_header_accuracy"))
        self.of_what = as_caption(muted(QLabel(_(_OF_TEST))))

    def _lay_out(self) -> None:
        buttons = (self.rename, self.edit_note, self.use_settings)
        first = in_row(self.star, self.name, (self.name_line, 1), *buttons, None)
        second = in_row((self.recipe, 3), (self.note, 2), (self.note_line, 1))
        right = Qt.AlignmentFlag.AlignRight
        figure = in_column((self.accuracy, 0, right), (self.of_what, 0, right), spacing=0)
        in_row(
            (in_column(first, second, spacing=0), 1),
            figure,
            spacing=2 * SPACING,
            margins=(SPACING, _MARGIN, 2 * SPACING, _MARGIN),
            on=self,
        )
        follow_font(self, self._fit)

    def _fit(self) -> None:
        """Be as high as a run needs, once there was one."""
        if not self._has_room:
            return
        columns = ((self.rename, self.recipe), (self.accuracy, self.of_what))
        for label in (self.accuracy, self.of_what):
            label.ensurePolished()  # of what is hidden, the style sheet's size is not known yet
        heights = [sum(each.sizeHint().height() for each in column) for column in columns]
        self.setMinimumHeight(max(heights) + 2 * _MARGIN)

    def showEvent(self, event: QShowEvent) -> None:
        """Take on the sizes of the style sheet."""
        super().showEvent(event)
        self._fit()

    def _connect(self) -> None:
        self.star.clicked.connect(self._on_star_clicked)
        self.rename.clicked.connect(self._on_rename_clicked)
        self.edit_note.clicked.connect(self._on_note_clicked)
        self.use_settings.clicked.connect(self._on_settings_clicked)
        self.name_line.editingFinished.connect(self._on_name_entered)
        self.name_line.escaped.connect(self._on_name_left)
        self.note_line.note_changed.connect(self.note_changed)
        self.note_line.edit.editingFinished.connect(self._on_note_left)
        self.note_line.edit.escaped.connect(self._on_note_left)

    def show_record(self, record: RunRecord | None) -> None:
        """Offer what can be said of a run that is kept, None where none is open.

        A name or a note that is being typed stays; where another run comes, it is of the former.
        """
        is_another = (record and record.id) != (self._record and self._record.id)
        if is_another:
            self._on_name_entered()
            self._on_note_left()
        self._record = record
        for button in (self.star, self.rename, self.edit_note, self.use_settings):
            button.setVisible(record is not None)
        note = "" if record is None else tidied(record.note)
        self.note.setText(note)
        self.note.setVisible(bool(note) and self.note_line.isHidden())
        self.note_line.show_note(None if record is None else record.id, note)
        self._show_star()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._stars = {
            False: themed_icon("star", theme.muted),
            True: themed_icon("starred", theme.text),
        }
        self.rename.setIcon(themed_icon("pen", theme.muted))
        self._show_star()

    def _show_star(self) -> None:
        is_starred = self._record is not None and self._record.starred
        self.star.setIcon(self._stars.get(is_starred, QIcon()))
        self.star.setAccessibleName(_("Take the star away") if is_starred else _("Give a star"))

    @property
    def text(self) -> str:
        """All that it says, as it is spoken."""
        figure = self.accuracy.text()
        judged = _("{accuracy} of test images right").format(accuracy=figure) if figure else ""
        parts = (self.name.text(), self.recipe.text(), judged)
        return " ".join(part for part in parts if part)

    @property
    def caption(self) -> str:
        """Which run it is, and its recipe, for a picture; nothing where there is no run."""
        name = self.name.text()
        words = pgettext("run and recipe", "{name}: {recipe}")
        return words.format(name=name, recipe=self.recipe.text()) if name else ""

    def make_room(self) -> None:
        """Be as high as a run needs from now on, or all below would move with its first figure."""
        if not self._has_room:
            self._has_room = True
            self._fit()

    def show_nothing(self) -> None:
        """Say that there is no run."""
        self._show("", _(_NO_RUN), None)

    def show_model(self, name: str, recipe: str, accuracy: float | None = None) -> None:
        """Say that a network from a file is shown, how it computes, and what it gets right."""
        self._show(name, recipe, accuracy)

    def show_run(
        self, name: str, history: History, state: RunState, *, goes_on_elsewhere: bool = False
    ) -> None:
        """Say which run is shown, how it was set and how far it has come.

        Args:
            name: what it is called; nothing where it is not kept.
            history: what is known of it; it has begun.
            state: where it stands.
            goes_on_elsewhere: whether another window or terminal works on it.
        """
        if history.started is None:
            self.show_nothing()
            return
        config = history.started.config
        course = RateCourse(tuple(history.changes)).text
        known = _STATES.get(state, "")
        where = _("running elsewhere") if goes_on_elsewhere else _(known)
        if state is RunState.FINISHED and history.finished and history.finished.reason:
            where = _("stopped early")
        epochs = whole(len(history.epochs))
        done = counted(
            config.epochs, "{done} of {count} epoch", "{done} of {count} epochs", done=epochs
        )
        seed = _("seed {seed}").format(seed=config.seed)
        parts = (recipe_text(config), seed, course, joined(filter(None, [done, where])))
        words = " · ".join(part for part in parts if part)
        accuracy = history.epochs[-1].test_accuracy if history.epochs else None
        self._show(one_line(name) or _("This run"), words, accuracy)

    def _show(self, name: str, recipe: str, accuracy: float | None) -> None:
        figure = "" if accuracy is None else percent(accuracy)
        if (name, recipe, figure) == (self.name.text(), self.recipe.text(), self.accuracy.text()):
            return
        self.name.setText(name)
        self.name.setVisible(bool(name) and self.name_line.isHidden())
        self.recipe.setText(recipe)
        self.accuracy.setText(figure)
        for label in (self.accuracy, self.of_what):
            label.setVisible(bool(figure))
        if name:
            self.make_room()
        self.setToolTip(tip(self.text))
        self.setAccessibleDescription(self.text)
        self.changed.emit()

    @Slot()
    def _on_star_clicked(self) -> None:
        if self._record is not None:
            self.starred.emit(self._record.id, not self._record.starred)

    @Slot()
    def _on_rename_clicked(self) -> None:
        if self._record is None:
            return
        self.name_line.setText(tidied(self._record.name, None)[:LONGEST_NAME])
        self.name.hide()
        self.name_line.show()
        self.name_line.setFocus()
        self.name_line.selectAll()

    @Slot()
    def _on_name_entered(self) -> None:
        if self._record is not None and self.name_line.isModified():
            self.name_line.setModified(False)
            self.renamed.emit(self._record.id, tidied(typed_in(self.name_line), None))
        self._on_name_left()

    @Slot()
    def _on_name_left(self) -> None:
        self.name_line.setModified(False)
        had_keyboard = self.name_line.hasFocus()
        self.name_line.hide()
        self.name.setVisible(bool(self.name.text()))
        if had_keyboard:
            self.rename.setFocus()

    @Slot()
    def _on_note_clicked(self) -> None:
        self.note.hide()
        self.recipe.hide()
        self.note_line.show()
        self.note_line.begin()

    @Slot()
    def _on_note_left(self) -> None:
        had_keyboard = self.note_line.edit.hasFocus()
        self.note_line.hide()
        self.recipe.show()
        self.note.setVisible(bool(self.note.text()))
        if had_keyboard:
            self.edit_note.setFocus()

    @Slot()
    def _on_settings_clicked(self) -> None:
        if self._record is not None:
            self.settings_requested.emit(self._record.id)


def _button(object_name: str, text: str, explanation: str) -> QToolButton:
    button = identify(QToolButton(autoRaise=True), object_name, text, explanation)
    button.setText(text)
    button.setMinimumSize(TARGET, TARGET)
    return button
