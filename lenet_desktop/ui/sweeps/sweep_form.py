"""The fields of the form in which a sweep is defined, and where they lie."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from lenet_desktop.settings.config import MAX_EPOCHS, MAX_VALIDATION_IMAGES
from lenet_desktop.sweeps.definition import Aim, Pruning, Sampler
from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.inputs import ChoiceInput, WholeNumberInput
from lenet_desktop.ui.kit.layout import Disclosure, VerticalScrollArea, follow_font
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING, heading

_SAMPLERS = {
    Sampler.GRID: marked("Grid: every combination"),
    Sampler.SOBOL: marked("Quasi-random (Sobol): evenly spread"),
    Sampler.TPE: marked("Adaptive (TPE): near the best so far"),
}
_PRUNING = {
    Pruning.NONE: marked("No trial"),
    Pruning.MEDIAN: marked("Trials worse than the median"),
    Pruning.HALVING: marked("All but the better half, again and again"),
}
_AIMS = {
    Aim.ACCURACY: marked("Accuracy, as high as possible"),
    Aim.LOSS: marked("Loss, as low as possible"),
}
_WIDEST = 720
_CHARACTERS = 34
_USUAL_TRIALS = 20
_USUAL_VALUES = 5
_WHY_HELD_OUT = marked(
    "Trials are judged by images held out from the training set. The test images are "
    "judged only once you open a trial's run: whoever chooses by them has no honest "
    "figure left."
)


class SweepForm(QWidget):
    """Lays out the fields of a sweep; what is entered in them is read by `SweepEditor`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweep_editor")
        self._build()
        self._lay_out()

    def _build(self) -> None:
        self.base = identify(
            QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText), "sweep_base"
        )
        self.take_base = identify(
            QPushButton(_("Ta&ke the settings of the form")),
            "sweep_base_button",
            _("Take the settings of the form"),
            _("Everything that is not varied is as the form says it now."),
        )
        self.add = identify(
            QPushButton(_("Vary &a further setting")),
            "sweep_add_button",
            _("Vary a further setting"),
            _("Let another setting take several values, too."),
        )
        self.sampler = identify(
            ChoiceInput(_told(_SAMPLERS), _CHARACTERS),
            "sweep_sampler_input",
            _("How recipes are chosen"),
            _(
                "Every combination of the values; evenly spread over all ranges; or near "
                "what came out best so far."
            ),
        )
        self.sampler.set_value(str(Sampler.SOBOL))
        self.pruning = identify(
            ChoiceInput(_told(_PRUNING), _CHARACTERS),
            "sweep_pruning_input",
            _("Which trials are ended early"),
            _(
                "Trials that are worse than earlier ones by then are ended, which saves "
                "their epochs."
            ),
        )
        self.aim = identify(
            ChoiceInput(_told(_AIMS), _CHARACTERS),
            "sweep_aim_input",
            _("What is aimed at"),
            _("By what the trials are judged, on the images held out."),
        )
        self.scheduler = identify(
            QLineEdit(placeholderText=_("This machine")),
            "sweep_scheduler_input",
            _("Scheduler"),
            _(
                "The address of a Dask scheduler, as tcp://HOST:PORT, whose workers "
                "train the runs; empty for this machine."
            ),
        )
        self._build_numbers()
        self.why = muted(identify(QLabel(_(_WHY_HELD_OUT), wordWrap=True), "sweep_why"))
        self.summary = identify(QLabel(wordWrap=True), "sweep_summary")
        self.problem = identify(QLabel(wordWrap=True), "sweep_problem")
        self.problem.setProperty("role", "error")
        self.start = identify(
            QPushButton(_("Star&t the sweep")),
            "sweep_start_button",
            _("Start the sweep"),
            _("Train all of these runs, as many at once as this machine has cores for."),
        )
        self.start.setProperty("role", "primary")
        follow_font(self.start, self._fit)
        self.cancel = identify(
            QPushButton(_("Cance&l")),
            "sweep_cancel_button",
            _("Cancel"),
            _("Go back without a new sweep."),
        )

    def _fit(self) -> None:
        address = self.scheduler.fontMetrics().averageCharWidth() * _CHARACTERS
        self.scheduler.setMinimumWidth(address)  # longer than Qt's usual field
        self.start.setMinimumWidth(self.start.sizeHint().width())

    def _build_numbers(self) -> None:
        self.trials = _number(
            "sweep_trials_input",
            _("Recipes"),
            (1, 10_000, _USUAL_TRIALS),
            _("How many are tried."),
        )
        self.in_range = _number(
            "sweep_grid_input",
            _("Values of a range"),
            (2, 1_000, _USUAL_VALUES),
            _("Of how many values each range consists in the grid."),
        )
        self.seeds = _number(
            "sweep_seeds_input",
            _("Seeds of each"),
            (1, 1_000, 1),
            _("With how many seeds each recipe is trained; several show what is chance."),
        )
        self.epochs = _number(
            "sweep_epochs_input",
            _("Epochs of each"),
            (1, MAX_EPOCHS, 3),
            _("How long each run is."),
        )
        self.held_out = _number(
            "sweep_held_out_input",
            _("Images held out"),
            (0, MAX_VALIDATION_IMAGES, 0),
            _("So many training images are not learned from: the trials are judged by them."),
        )
        self.generation = _number(
            "sweep_generation_input",
            _("Recipes in a generation"),
            (1, 10_000, 10),
            _(
                "So many recipes are chosen at once, knowing the results of those "
                "before; the same sweep then gives the same trials, however many are "
                "trained at once."
            ),
        )
        self.seed = _number(
            "sweep_seed_input",
            _("Seed of the search"),
            (0, 2**31 - 1, 0),
            _("The number from which recipes are drawn: the same one draws the same."),
        )

    def _lay_out(self) -> None:
        self._vary = in_column()
        main, more = QFormLayout(), QFormLayout()
        for form in (main, more):
            form.setContentsMargins(0, 0, 0, 0)
            form.setSpacing(SPACING)
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self._sampler_label = _row(main, _("&Choose recipes"), self.sampler)
        self._trials_label = _row(main, _("Reci&pes"), self.trials)
        self._in_range_label = _row(main, _("Values &of a range"), self.in_range)
        _row(main, _("&Seeds of each"), self.seeds)
        _row(main, _("&Epochs of each"), self.epochs)
        _row(main, _("Images held o&ut"), self.held_out)
        _row(more, _("Ai&m at"), self.aim)
        _row(more, _("End earl&y"), self.pruning)
        _row(more, _("Recipes in a &generation"), self.generation)
        _row(more, _("Seed of the search"), self.seed)
        _row(more, _("Scheduler"), self.scheduler)
        content = QWidget()
        content.setLayout(more)
        self.more = identify(
            Disclosure(_("More optio&ns"), content), "sweep_more_button", _("More options")
        )
        page = QWidget()
        page.setMaximumWidth(_WIDEST)
        page.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        in_column(
            _heading(_("What stays")),
            in_row((self.base, 1), self.take_base),
            _heading(_("What is varied")),
            self._vary,
            in_row(self.add, None),
            _heading(_("How many")),
            main,
            self.more,
            content,
            self.why,
            self.summary,
            self.problem,
            in_row(self.start, self.cancel, None),
            None,
            margins=(2 * SPACING, SPACING, 2 * SPACING, SPACING),
            on=page,
        )
        in_column(VerticalScrollArea(page), on=self)


def _told(choices: Mapping[Any, str]) -> dict[Any, str]:
    """Return choices with what each is called in the language that is spoken."""
    return {choice: _(text) for choice, text in choices.items()}


def _number(
    name: str, label: str, span: tuple[int, int, int], explanation: str
) -> WholeNumberInput:
    """Return a field; the span is the least, the greatest and the first value."""
    low, high, value = span
    field = identify(WholeNumberInput(low, high, label), name, label, explanation)
    field.setValue(value)
    return field


def _row(form: QFormLayout, text: str, field: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(field)
    form.addRow(label, field)
    return label


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(heading(label.font()))
    return label
