"""A lesson beside the window: its text, its question, its run and what was to be seen."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from lenet_desktop.settings.lessons import Lesson, LessonRun, Question, Step, told
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.text.wording import sentences, unwrapped
from lenet_desktop.ui.kit.layout import throw_away
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.screen_fit import ScreenFit
from lenet_desktop.ui.kit.theme import SPACING

_WIDTH, _HEIGHT = 440, 560


class LessonWindow(QDialog):
    """Shows one step of a lesson after the other.

    A step with a question waits for an answer before its run may begin, or before the next step;
    whether it was right is told after the run.
    """

    run_requested = Signal(object)  # LessonRun
    left = Signal()  # the lesson is over, or was closed

    def __init__(self, lesson: Lesson, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("lesson_window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(lesson.title)
        self.setModal(False)
        self._lesson = lesson
        self._number = 0
        self._figures: dict[str, str] | None = None  # of the run of this step, once it is over
        self._runs = False
        self._place = muted(identify(QLabel(), "lesson_place"))
        self._text = identify(QLabel(wordWrap=True), "lesson_text")
        self._question = identify(QLabel(wordWrap=True), "lesson_question")
        font = self._question.font()
        font.setBold(True)
        self._question.setFont(font)
        self._answers = QButtonGroup(self)
        self._answer_box = QWidget()
        self._answer_lines = QVBoxLayout(self._answer_box)
        self._outcome = identify(QLabel(wordWrap=True), "lesson_outcome")
        self._outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._back = identify(
            QPushButton(pgettext("step of a lesson", "&Back")), "lesson_back_button"
        )
        self._run = identify(QPushButton(_("&Start the run")), "lesson_run_button")
        self._next = identify(
            QPushButton(pgettext("step of a lesson", "&Next")), "lesson_next_button"
        )
        self._lay_out()
        self.finished.connect(self._on_finished)  # by Esc, too, which closes no window
        self._answers.idToggled.connect(self._on_answered)
        self._back.clicked.connect(self._on_back_clicked)
        self._run.clicked.connect(self._on_run_clicked)
        self._next.clicked.connect(self._on_next_clicked)
        self.resize(_WIDTH, _HEIGHT)
        ScreenFit(self)
        self._show_step()

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self._lesson.steps[self._number]

    def show_running(self, runs: bool) -> None:
        """Say whether a run goes on, of the lesson or not; meanwhile none can be started."""
        self._runs = runs
        self._allow()

    def show_outcome(self, run: LessonRun, figures: dict[str, str]) -> None:
        """Tell what was to be seen in a run of the lesson, which is over.

        Args:
            run: which one it was.
            figures: what stands for the names of figures in a text.
        """
        if run is self.step.run:
            self._figures = figures
            self._tell_outcome()
            self._allow()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setSpacing(2 * SPACING)
        for part in (self._text, self._question, self._answer_box, self._outcome):
            column.addWidget(part)
        column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(content)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QHBoxLayout()
        buttons.addWidget(self._back)
        buttons.addStretch(1)
        buttons.addWidget(self._run)
        buttons.addWidget(self._next)
        layout = QVBoxLayout(self)
        layout.addWidget(self._place)
        layout.addWidget(area, 1)
        layout.addLayout(buttons)

    def _show_step(self) -> None:
        step, count = self.step, len(self._lesson.steps)
        self._figures = None
        self._place.setText(
            _("Step {number} of {count}").format(number=self._number + 1, count=count)
        )
        self._text.setText(_paragraphs(step.text))
        for button in self._answers.buttons():
            self._answers.removeButton(button)
            throw_away(button)
        question = step.question
        self._question.setVisible(question is not None)
        self._answer_box.setVisible(question is not None)
        if question is not None:
            self._question.setText(question.text)
            for number, answer in enumerate(question.answers, start=1):
                button = identify(QRadioButton(answer), f"lesson_answer_{number}")
                self._answers.addButton(button, number)
                self._answer_lines.addWidget(button)
        self._run.setVisible(step.run is not None)
        self._next.setText(
            pgettext("step of a lesson", "&Finish")
            if self._number == count - 1
            else pgettext("step of a lesson", "&Next")
        )
        self._back.setEnabled(self._number > 0)
        self._tell_outcome()
        self._allow()

    @property
    def _is_answered(self) -> bool:
        return self.step.question is None or self._answers.checkedId() > 0

    def _allow(self) -> None:
        """Offer what can be done now, and what is to be done next as the default."""
        waits_for_run = self.step.run is not None and self._figures is None
        self._run.setEnabled(self._is_answered and not self._runs)
        self._next.setEnabled(self._is_answered and not waits_for_run)
        for button in self._answers.buttons():
            button.setEnabled(self._figures is None)
        (self._run if waits_for_run else self._next).setDefault(True)

    def _tell_outcome(self) -> None:
        """Tell what was seen and whether the answer was right, as soon as that may be known."""
        step, parts = self.step, []
        is_over = step.run is None or self._figures is not None
        if step.run is not None and self._figures is not None:
            parts.append(told(step.run.seen, self._figures))
        if step.question is not None and self._answers.checkedId() > 0 and is_over:
            parts.append(_judged(step.question, self._answers.checkedId()))
        self._outcome.setText(_paragraphs("\n\n".join(parts)))
        self._outcome.setVisible(bool(parts))

    @Slot()
    def _on_finished(self) -> None:
        self.left.emit()

    @Slot(int, bool)
    def _on_answered(self, _number: int, checked: bool) -> None:
        if checked:
            self._tell_outcome()
            self._allow()

    @Slot()
    def _on_run_clicked(self) -> None:
        if self.step.run is not None:
            self.run_requested.emit(self.step.run)

    @Slot()
    def _on_back_clicked(self) -> None:
        self._number -= 1
        self._show_step()

    @Slot()
    def _on_next_clicked(self) -> None:
        if self._number == len(self._lesson.steps) - 1:
            self.close()
            return
        self._number += 1
        self._show_step()


def _judged(question: Question, answer: int) -> str:
    right = question.answers[question.right - 1]
    verdict = (
        _("You were right.")
        if answer == question.right
        else _("It was: {right}.").format(right=right)
    )
    return sentences([verdict, question.because])


def _paragraphs(text: str) -> str:
    """Return a text without the line breaks of its file, but with those between paragraphs."""
    return "\n\n".join(map(unwrapped, text.strip().split("\n\n")))
