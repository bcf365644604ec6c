"""A lesson beside the page: its text, its question, its run and what was to be seen."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QRadioButton, QToolButton, QWidget

from lenet_desktop.settings.lessons import Lesson, LessonRun, Question, Step, told
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.text.wording import sentences, unwrapped
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.layout import VerticalScrollArea, follow_font, throw_away
from lenet_desktop.ui.kit.naming import identify, muted, set_role
from lenet_desktop.ui.kit.page import LeavablePage
from lenet_desktop.ui.kit.theme import SPACING, Theme

_WIDTH = 320
"""Pixels, or more where an answer is longer."""


class LessonPanel(LeavablePage):
    """Shows one step of a lesson after the other; nothing that is to be watched lies below it.

    A step with a question waits for an answer before its run may begin, or before the next step;
    whether it was right is told after the run. Whoever goes back finds a step as it was left.
    """

    run_requested = Signal(object)  # LessonRun
    closed = Signal()  # the lesson is over, or was left

    def __init__(self, lesson: Lesson, theme: Theme) -> None:
        super().__init__()
        identify(self, "lesson_panel", lesson.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._lesson = lesson
        self._number = 0
        # Of each step: the figures of its run once it is over, and the answer, counted from 1.
        self._figures: list[dict[str, str] | None] = [None] * len(lesson.steps)
        self._given = [0] * len(lesson.steps)
        self._runs = False
        self._place = muted(identify(QLabel(), "lesson_place"))
        self._text = identify(QLabel(wordWrap=True), "lesson_text")
        self._question = identify(QLabel(wordWrap=True), "lesson_question")
        font = self._question.font()
        font.setBold(True)
        self._question.setFont(font)
        self._answers = QButtonGroup(self)
        self._answer_box = QWidget()
        self._answer_lines = in_column(on=self._answer_box)
        self._outcome = identify(QLabel(wordWrap=True), "lesson_outcome")
        self._outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._back = identify(
            QPushButton(pgettext("step of a lesson", "Back")), "lesson_back_button"
        )
        self._run = identify(QPushButton(_("Start the run")), "lesson_run_button")
        self._next = identify(QPushButton(), "lesson_next_button")  # which says different things
        self._close = identify(QToolButton(autoRaise=True), "lesson_close_button", _("Close"))
        self._close.setToolTip(_("Leave the lesson (Esc)"))
        self.show_theme(theme)
        self._lay_out()
        self.left.connect(self.close)
        self._close.clicked.connect(self.close)
        self._answers.idToggled.connect(self._on_answered)
        self._back.clicked.connect(self._on_back_clicked)
        self._run.clicked.connect(self._on_run_clicked)
        self._next.clicked.connect(self._on_next_clicked)
        follow_font(self, self._fit_width)
        self._show_step()

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self._lesson.steps[self._number]

    def begin(self) -> None:
        """Come into sight, with the keyboard."""
        self.show()
        self._lead_keyboard()

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
        for number, step in enumerate(self._lesson.steps):
            if step.run is run:
                self._figures[number] = figures
        self._tell_outcome()
        self._allow()

    @Slot(object)
    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._close.setIcon(themed_icon("close", theme.muted))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say that it goes."""
        super().closeEvent(event)
        self.closed.emit()

    def _lay_out(self) -> None:
        content = QWidget()
        in_column(
            self._text,
            self._question,
            self._answer_box,
            self._outcome,
            None,
            spacing=2 * SPACING,
            on=content,
        )
        card = Card(self._lesson.title, self._place, VerticalScrollArea(content))
        card.title.setWordWrap(True)
        card.head.setStretch(0, 1)
        card.head.setStretch(1, 0)
        card.head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(in_row(self._back, None, self._run, self._next))
        # As far from the edge as the page.
        in_column(card, margins=(0, SPACING, SPACING, SPACING), on=self)

    @Slot()
    def _fit_width(self) -> None:
        """Have room for the longest answer, which is not broken into lines."""
        self.setFixedWidth(max(_WIDTH, self.minimumSizeHint().width()))

    def _show_step(self) -> None:
        step, count = self.step, len(self._lesson.steps)
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
                button.setChecked(number == self._given[self._number])
        self._run.setVisible(step.run is not None)
        self._next.setText(
            pgettext("step of a lesson", "Finish")
            if self._number == count - 1
            else pgettext("step of a lesson", "Next")
        )
        self._back.setEnabled(self._number > 0)
        self._tell_outcome()
        self._allow()
        self._fit_width()

    def _lead_keyboard(self) -> None:
        """Give the keyboard to what is to be done first in the step."""
        answers = () if self._is_answered else self._answers.buttons()
        offered = (each for each in (*answers, self._run, self._next) if each.isEnabled())
        next(offered, self._close).setFocus()

    @property
    def _is_answered(self) -> bool:
        return self.step.question is None or self._given[self._number] > 0

    @property
    def _waits_for_run(self) -> bool:
        return self.step.run is not None and self._figures[self._number] is None

    def _allow(self) -> None:
        """Offer what can be done now, and what is to be done next as the primary button."""
        waits_for_run = self._waits_for_run
        self._run.setEnabled(self._is_answered and not self._runs)
        self._next.setEnabled(self._is_answered and not waits_for_run)
        for button in self._answers.buttons():
            button.setEnabled(self._figures[self._number] is None)
        for button, is_next in ((self._run, waits_for_run), (self._next, not waits_for_run)):
            set_role(button, "primary" if is_next else "")

    def _tell_outcome(self) -> None:
        """Tell what was seen and whether the answer was right, as soon as that may be known."""
        step, parts = self.step, []
        figures, answer = self._figures[self._number], self._given[self._number]
        if step.run is not None and figures is not None:
            parts.append(told(step.run.seen, figures))
        if step.question is not None and answer and not self._waits_for_run:
            parts.append(_judged(step.question, answer))
        self._outcome.setText(_paragraphs("\n\n".join(parts)))
        self._outcome.setVisible(bool(parts))

    @Slot(int, bool)
    def _on_answered(self, number: int, checked: bool) -> None:
        if checked:
            self._given[self._number] = number
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
        self._lead_keyboard()

    @Slot()
    def _on_next_clicked(self) -> None:
        if self._number == len(self._lesson.steps) - 1:
            self.close()
            return
        self._number += 1
        self._show_step()
        self._lead_keyboard()


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
