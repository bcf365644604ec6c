"""Which images to show, in which order, and how many they are."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from lenet_desktop.analysis.queries import Query, Show, Sort
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.numbers import plain_digits
from lenet_desktop.text.wording import quoted, whole
from lenet_desktop.ui.gallery.filters.class_sizes import SizeDelegate, tell_sizes
from lenet_desktop.ui.gallery.filters.filter_chips import SHOW_NAMES, FilterChips
from lenet_desktop.ui.gallery.filters.filter_fields import ConfidenceRange, ImageNumberInput
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.elided_label import ElidedLabel
from lenet_desktop.ui.kit.inputs import CheckedLine, ChoiceInput, FieldProblems, WholeNumberInput
from lenet_desktop.ui.kit.layout import Disclosure, FittedWidget
from lenet_desktop.ui.kit.naming import identify, label_for, muted
from lenet_desktop.ui.kit.theme import SPACING, steady_figures

_SORT_NAMES = {
    Sort.NUMBER: marked("Image number"),
    Sort.MOST_CONFIDENT: marked("Most confident first"),
    Sort.LEAST_CONFIDENT: marked("Least confident first"),
    Sort.HIGHEST_LOSS: marked("Highest loss first"),
    Sort.LOWEST_LOSS: marked("Lowest loss first"),
    Sort.SMALLEST_MARGIN: marked("Closest call first"),
    Sort.HIGHEST_ENTROPY: marked("Most undecided first"),
    Sort.MOST_FORGOTTEN: marked("Most often forgotten first"),
    Sort.LEARNED_LAST: marked("Learned last first"),
    Sort.LEAST_OFTEN_RIGHT: marked("Least often right first"),
}
_OWN_SHOWS = [show for show in SHOW_NAMES if not show.compares_runs]
_COMPARED_SHOWS = [show for show in SHOW_NAMES if show.compares_runs]
_COUNTED = Change.SOURCE | Change.PREDICTIONS | Change.EPOCH | Change.QUERY | Change.ROWS
_ANY = -1
_MOST_DIGITS = 6


class FilterBar(FittedWidget):
    """Lets a person put together a query; the boxes come with the first answers of a network."""

    query_changed = Signal(object)  # Query
    number_entered = Signal(int)  # of an image to look at
    problem_found = Signal(str)  # a sentence about what was typed
    problem_solved = Signal()

    def __init__(self, state: GalleryState) -> None:
        super().__init__()
        self._state = state
        self._loading = False
        self._since, self._rival_class = Query().since_epoch, Query().rival_class
        self._build()
        self._lay_out()
        self._connect()
        self._show_count()

    @property
    def query(self) -> Query:
        """What is asked for."""
        true_class, predicted = self.true_class.currentData(), self.predicted.currentData()
        return Query(
            show=Show(self.show_input.currentData()),
            true_class=None if true_class == _ANY else true_class,
            predicted_class=None if predicted == _ANY else predicted,
            confidence=self.confidence.range,
            digits=_digits_in(self.digits),
            since_epoch=self._since,
            rival_class=self._rival_class,
            sort=Sort(self.sort.currentData()),
        )

    def set_query(self, query: Query) -> None:
        """Ask for something else, all at once; texts that cannot be used are replaced."""
        if query == self.query and not any(field.problem for field in self._filters()):
            return
        self._loading = True
        self.show_input.set_value(query.show)
        self.true_class.set_value(_ANY if query.true_class is None else query.true_class)
        self.predicted.set_value(_ANY if query.predicted_class is None else query.predicted_class)
        self.sort.set_value(query.sort)
        self.confidence.set_range(query.confidence)
        self.digits.setText(query.digits)
        self._since, self._rival_class = query.since_epoch, query.rival_class
        self._loading = False
        self._on_edited()

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        state = self._state
        if change & Change.DATA:
            self._offer_classes()
            self.questions.hide()
        if state.epoch is not None or state.query != Query():
            self.questions.show()  # and so they stay, as the next run will have answers, too
        if change & (Change.DATA | Change.SOURCE | Change.LOADED):
            tell_sizes(self.true_class, state.info, state.source.images, state.split)
        if change & Change.QUERY and state.query != self.query:
            self.set_query(state.query)
        if change & Change.RIVAL:
            self._offer_comparison(state.rival is not None)
        if change & _COUNTED:
            self._show_count()
        if change & (Change.ROWS | Change.CHOSEN):
            number = state.left_out
            left_out = _("Image {number} is left out").format(number=number)
            self.left_out.setText("" if number is None else left_out)

    @property
    def _class_choices(self) -> dict[int, str]:
        return {_ANY: _("Any"), **dict(enumerate(self._state.info.class_names))}

    def _offer_classes(self) -> None:
        self._loading = True
        for box in (self.true_class, self.predicted):
            box.clear()
            for number, name in self._class_choices.items():
                box.addItem(name, number)
        self._loading = False
        self._show_query()

    def _offer_comparison(self, offered: bool) -> None:
        """Let a person ask where two runs differ, or not."""
        box, is_offered = self.show_input, self.show_input.count() > len(_OWN_SHOWS)
        if offered and not is_offered:
            for show in _COMPARED_SHOWS:
                box.addItem(_(SHOW_NAMES[show]), str(show))
        elif is_offered and not offered:
            for _show in _COMPARED_SHOWS:
                box.removeItem(len(_OWN_SHOWS))

    def _show_count(self) -> None:
        """Say how many images there are and how many of them are shown, in their order."""
        state, query = self._state, self._state.query
        total = 0 if state.source.images is None else len(state.source.images)
        shown = whole(len(state.numbers)) if state.known.can_answer(query) else "…"
        is_sorted = query.sort is Sort.NUMBER or state.epoch is not None
        self.number.browse(total, state.split)
        words = _("{count} of {total}") if is_sorted else _("{count} of {total}, not sorted yet")
        self.count.setText(words.format(count=shown, total=whole(total)))

    def enter_number(self) -> None:
        """Let a person type the number of an image."""
        self.number.setFocus()
        self.number.selectAll()

    def _build_questions(self) -> None:
        """Make what is asked of the answers of a network."""
        self._more, self.questions = QWidget(), QWidget()
        self.questions.hide()
        classes = self._class_choices
        self.show_input = identify(
            ChoiceInput({show: _(SHOW_NAMES[show]) for show in _OWN_SHOWS}, least_characters=4),
            "gallery_show_input",
            _("Show images by outcome"),
            _(
                "All images, or those the network gets wrong or right, whose answer has changed "
                "since an epoch, that were right once and are wrong now (forgotten), never right, "
                "right only since the epoch looked at (learned last), or that somebody has "
                "marked. While two runs are compared, also what only one of them gets right."
            ),
        )
        self.true_class = identify(
            ChoiceInput(classes, least_characters=4),
            "gallery_true_input",
            _("True class"),
            _("Only images that really are of this class."),
        )
        self.true_class.setItemDelegate(SizeDelegate(self.true_class))
        self.predicted = identify(
            ChoiceInput(classes, least_characters=4),
            "gallery_predicted_input",
            _("Predicted class"),
            _("Only images that the network takes for this class."),
        )
        self.sort = identify(
            ChoiceInput({sort: _(name) for sort, name in _SORT_NAMES.items()}, least_characters=7),
            "gallery_sort_input",
            _("Order of the images"),
            _(
                "Confidence is the probability of the predicted class; the loss is high where the "
                "true class was thought improbable. A close call has two classes almost equally "
                "probable; undecided means that many are (entropy). Forgotten: right in one epoch, "
                "wrong in the next."
            ),
        )
        self.more_button = identify(
            Disclosure(_("More"), self._more),
            "gallery_more_button",
            _("More filters"),
            _("Filters by confidence and by digits of the image number."),
        )
        self.confidence = ConfidenceRange()
        self.digits = identify(
            CheckedLine(_read_digits, pgettext("placeholder", "digits")),
            "gallery_digits_input",
            _("Digits of the image number"),
            _("Only images whose number contains these digits."),
        )

    def _build(self) -> None:
        self._build_questions()
        self.number = ImageNumberInput()
        self.chips = FilterChips()
        self.left_out = muted(
            identify(
                ElidedLabel(),
                "gallery_left_out",
                "",
                _("The image that is looked at is not among those that the filters show."),
            )
        )
        self.count = identify(
            QLabel(_("{count} of {total}").format(count=0, total=0)), "gallery_count"
        )
        self.count.setFont(steady_figures(self.count.font()))
        self._problems = FieldProblems([*self._filters(), self.number], self)
        self.fit()

    def fit(self) -> None:
        """Keep as much room as figures take."""
        self.number.setFixedWidth(self.fontMetrics().horizontalAdvance("0") * 9)

    def _lay_out(self) -> None:
        label = label_for(self.number, _("Image"))
        found = in_row(label, self.number, (self.chips, 1), self.left_out, self.count)
        in_column(self.questions, found, on=self)
        self._lay_out_questions()
        self._show_query()

    def _lay_out_questions(self) -> None:
        layout = QGridLayout(self.questions)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        sort, predicted = (
            label_for(self.sort, _("S&ort")),
            label_for(self.predicted, _("&Predicted")),
        )
        outcome = in_row((self.show_input, 1), sort, (self.sort, 1))
        classes = in_row((self.true_class, 1), predicted, (self.predicted, 1), self.more_button)
        first = ((_("Sho&w"), self.show_input, outcome), (_("Tr&ue"), self.true_class, classes))
        for row, (text, box, fields) in enumerate(first):
            layout.addWidget(label_for(box, text), row, 0)
            layout.addLayout(fields, row, 1)
        layout.setColumnStretch(1, 1)
        in_row(
            label_for(self.confidence.least, _("Confidence")),
            self.confidence,
            label_for(self.digits, _("Number has")),
            self.digits,
            None,
            on=self._more,
        )
        layout.addWidget(self._more, 2, 0, 1, 2)

    def _connect(self) -> None:
        for box in (self.show_input, self.true_class, self.predicted, self.sort):
            box.currentIndexChanged.connect(self._on_edited)
        self.confidence.changed.connect(self._on_edited)
        self.digits.textChanged.connect(self._on_edited)
        self.more_button.toggled.connect(self._on_more_toggled)
        self.number.entered.connect(self._on_number_entered)
        self.number.refused.connect(self.problem_found)
        self._problems.found.connect(self.problem_found)
        self._problems.solved.connect(self.problem_solved)
        self.chips.query_changed.connect(self.set_query)
        self._state.changed.connect(self._on_changed)

    @Slot()
    def _on_edited(self) -> None:
        if not self._loading:
            self._show_query()
            self._state.ask(self.query)
            self.query_changed.emit(self.query)

    @Slot(bool)
    def _on_more_toggled(self, shown: bool) -> None:
        if not shown:
            self.confidence.restore()
            if self.digits.problem is not None:
                self.digits.clear()

    def _show_query(self) -> None:
        query = self.query
        self.chips.show_query(query, self._state.info.class_names)

    @Slot(int)
    def _on_number_entered(self, number: int) -> None:
        self.problem_solved.emit()
        self.number_entered.emit(number)

    def _filters(self) -> tuple[WholeNumberInput | CheckedLine, ...]:
        return self.confidence.least, self.confidence.most, self.digits


def _read_digits(text: str) -> str:
    """Return the digits that the number of an image has to contain."""
    digits = plain_digits(text).strip()
    if digits and not (digits.isdecimal() and len(digits) <= _MOST_DIGITS):
        refusal = _("{digits} is in no number. Enter up to {most} digits.")
        raise ValueError(refusal.format(digits=quoted(text), most=_MOST_DIGITS))
    return digits


def _digits_in(field: CheckedLine) -> str:
    """Return the digits that are asked for; a text that cannot be used asks for none."""
    return "" if field.problem is not None else _read_digits(field.text())
