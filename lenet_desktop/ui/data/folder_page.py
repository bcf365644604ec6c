"""The page for pictures of one's own: what is in a folder, and how it becomes a data set."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStackedWidget, QWidget

from lenet_desktop.data.folders.folder_images import FolderImages
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_preview import FolderCheck, FolderLook
from lenet_desktop.data.progress import Progress
from lenet_desktop.session.folder_session import PreparedSamples
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, one_line, sentences, whole
from lenet_desktop.ui.data.class_table import ClassModel, ClassTable
from lenet_desktop.ui.data.folder_form import FolderForm
from lenet_desktop.ui.data.folder_words import check_told, facts_told, imbalance_told
from lenet_desktop.ui.data.skipped_list import SkippedList
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.elided_label import ElidedLabel, plain_label
from lenet_desktop.ui.kit.layout import StackingSplitter, VerticalScrollArea
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING, Theme, heading

_TITLE = marked("Images of your own")
_WORDS = marked(
    "Choose a folder that has a subfolder of pictures for each class, named after the class; or "
    "one with a table (CSV) that has a file and its class in each row. You see what is in it "
    "before anything is learned. Folders and tables can also be dropped on the window."
)
_LOCKED = marked("A run is going on. Stop it before you choose other data.")
_STEPS = 1_000


class FolderPage(QWidget):
    """Shows a folder, and says what a person wants made of it."""

    folder_wanted = Signal()  # a dialog is to ask for a folder
    samples_wanted = Signal(object, object)  # FolderLook, and FolderOptions to prepare it with
    use_requested = Signal(object, object)  # FolderScan, FolderOptions
    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("folder_page")
        self._look: FolderLook | None = None
        self._check: FolderCheck | None = None
        self._is_locked = False
        self._is_loading = False
        self._used: FolderOptions | None = None
        self._told = ""  # what the status says unless something is in the way
        self._build()
        self._lay_out()
        for button in (self.choose_button, self._another):
            button.clicked.connect(self.folder_wanted)
        self.use_button.clicked.connect(self._on_use_clicked)
        for button in (self.give_up_button, self.cancel_button):
            button.clicked.connect(self.cancel_requested)
        self.form.edited.connect(self._on_edited)
        self.show_nothing()

    def _build(self) -> None:
        self._title = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._title.setFont(heading(self._title.font()))
        self._place = muted(ElidedLabel())
        self.choose_button = identify(
            QPushButton(_("Choose a &folder…")),
            "choose_folder_button",
            explanation=_("Choose the folder of your pictures."),
        )
        self.choose_button.setProperty("role", "primary")
        self._another = identify(
            QPushButton(_("Choose another &folder…")),
            "other_folder_button",
            explanation=_("Look at another folder instead."),
        )
        self.sentence = identify(plain_label(), "folder_sentence")
        self._looking = identify(QProgressBar(), "folder_looking", _("Progress"))
        self._doing = muted(plain_label())
        self.give_up_button = _cancel_button("give_up_folder_button")
        self.facts = identify(plain_label(), "folder_facts")
        self.imbalance = identify(plain_label(), "folder_imbalance")
        self._model = ClassModel()
        self.table = ClassTable(self._model)
        self.form = FolderForm()
        self.skipped = SkippedList()
        self.status = muted(identify(plain_label(), "folder_status"))
        self._loading = identify(QProgressBar(maximum=_STEPS), "folder_loading", _("Progress"))
        self.cancel_button = _cancel_button("cancel_folder_button")
        self.use_button = identify(
            QPushButton(_("&Use these pictures")),
            "use_folder_button",
            explanation=_("Read all pictures and learn from them from now on."),
        )
        self.use_button.setProperty("role", "primary")

    def _lay_out(self) -> None:
        self._start, self._busy, self._preview = QWidget(), QWidget(), QWidget()
        self._stack = QStackedWidget()
        for page in (self._start, self._busy, self._preview):
            self._stack.addWidget(page)
        left = Qt.AlignmentFlag.AlignLeft
        words = muted(plain_label(_(_WORDS)))
        in_column(words, self.sentence, (self.choose_button, 0, left), None, on=self._start)
        in_column(self._doing, self._looking, (self.give_up_button, 0, left), None, on=self._busy)
        in_column(
            self.facts,
            self.imbalance,
            (self._two_columns(), 1),
            self.skipped,
            in_row((self.status, 1), (self._loading, 1), self.cancel_button, self.use_button),
            on=self._preview,
        )
        in_column(
            in_row(self._title, (self._place, 1), self._another),
            (self._stack, 1),
            margins=2 * SPACING,
            on=self,
        )

    def _two_columns(self) -> QWidget:
        splitter = StackingSplitter(self.table, VerticalScrollArea(self.form))
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([600, 280])
        return splitter

    # What others tell the page

    def show_nothing(self, sentence: str = "") -> None:
        """Ask for a folder; a sentence says why the one before cannot be used."""
        self._look = self._check = None
        self._show_place(None)
        self.sentence.setText(sentence)
        self.sentence.setProperty("role", "error")
        self._stack.setCurrentWidget(self._start)

    def show_progress(self, root: Path, progress: Progress) -> None:
        """Show how far a folder is gone through, of which nothing can be shown yet."""
        self._show_place(root)
        files = counted(progress.done, "{count} file so far.", "{count} files so far.")
        is_counted = progress.done and not progress.total
        self._doing.setText(sentences([progress.words, files if is_counted else ""]))
        self._looking.setMaximum(progress.total)
        self._looking.setValue(progress.done)
        self._stack.setCurrentWidget(self._busy)

    def show_look(self, look: FolderLook, options: FolderOptions | None = None) -> None:
        """Show what is in a folder, with the choices of the last time, or else those that suit."""
        self._look, self._check, self._used = look, None, None
        self._show_place(look.scan.root)
        self._model.show_look(look)
        self.form.show_options(options or look.suggested, is_parted=look.scan.is_parted)
        self._show_known()
        self._stack.setCurrentWidget(self._preview)

    def show_check(self, check: FolderCheck) -> None:
        """Show what is known by now of all pictures, once it is no less than before."""
        if self._check is None or check.done >= self._check.done:
            self._check = check
            self._show_known()

    def show_prepared(self, prepared: PreparedSamples) -> None:
        """Show what a network would see of the samples."""
        self._model.show_prepared(prepared.pixels)

    def show_loading(self, progress: Progress | None) -> None:
        """Show how far the pictures are read; None where they are not being read."""
        self._is_loading = progress is not None
        if progress is not None:
            self._loading.setMaximum(progress.total)
            self._loading.setValue(progress.done)
            done, total = whole(progress.done), whole(progress.total)
            self._loading.setFormat(_("{done} of {total}").format(done=done, total=total))
            self.status.setText(progress.words)
        else:
            self._show_known()
        self._show_state()

    def show_used(self, sentence: str, opened: FolderImages) -> None:
        """Say that the pictures are in the window now, and which of them are not."""
        if self._look is not None:
            self._used = self.form.options
            self.show_outcome(sentence)
            self._model.show_counts(opened.part_counts)
            self.skipped.show_skipped(self._look.scan.root, opened.skipped)

    @Slot(str)
    def show_outcome(self, sentence: str) -> None:
        """Say what came of what a person asked for."""
        self.show_loading(None)
        if self._look is None:
            self.sentence.setText(sentence)
        else:
            self._told = sentence
            self._show_state()

    def show_locked(self, is_locked: bool) -> None:
        """Take in whether a run goes on, so that no other data can be used."""
        self._is_locked = is_locked
        self._show_state()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.table.show_theme(theme)

    # What is seen

    def _show_place(self, root: Path | None) -> None:
        self._title.setText(_(_TITLE) if root is None else one_line(root.name or root))
        self._place.setText("" if root is None else one_line(root.parent))
        self._another.setVisible(root is not None)

    def _show_known(self) -> None:
        look, check = self._look, self._check
        if look is None:
            return
        useless = [] if check is None else check.skipped(look.scan)
        counts = look.part_counts(self.form.options, check)
        self._model.show_counts(counts)
        self.facts.setText(facts_told(look, check, sum(map(sum, counts))))
        sentence = imbalance_told(look.scan, [sum(each) for each in counts])
        self.imbalance.setText(sentence)
        self.imbalance.setVisible(bool(sentence))
        self.skipped.show_skipped(look.scan.root, (*look.scan.skipped, *useless))
        self._told = "" if check is None else check_told(check)
        self._show_state()

    def _show_state(self) -> None:
        problem = _(_LOCKED) if self._is_locked else self.form.problem
        is_used = problem is None and self._used == self.form.options
        self.use_button.setText(_("In use") if is_used else _("&Use these pictures"))
        self._loading.setVisible(self._is_loading)
        self.cancel_button.setVisible(self._is_loading)
        self.use_button.setVisible(not self._is_loading)
        self.use_button.setEnabled(problem is None and not is_used)
        self.form.setEnabled(not self._is_loading)
        if not self._is_loading:
            self.status.setText(problem or self._told)

    # What a person does

    @Slot()
    def _on_edited(self) -> None:
        if self._look is not None and self.form.problem is None:
            self.samples_wanted.emit(self._look, self.form.options)
        self._show_known()

    @Slot()
    def _on_use_clicked(self) -> None:
        if self._look is not None:
            self.use_requested.emit(self._look.scan, self.form.options)


def _cancel_button(object_name: str) -> QPushButton:
    return identify(
        QPushButton(_("&Cancel")), object_name, explanation=_("Give up what is under way.")
    )
