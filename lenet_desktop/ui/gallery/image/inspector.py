"""One image enlarged, with what it is, what it was taken for and how sure the network was."""

from collections.abc import Sequence
from enum import Enum, auto
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QWidget

from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.duplicates import Duplicate
from lenet_desktop.data.images import ImageSet, Part, Split
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import WRONG_MARK, figure, joined, percent, sentences, whole
from lenet_desktop.ui.gallery.image.duplicate_links import DuplicateLinks
from lenet_desktop.ui.gallery.image.history_strip import HistoryStrip
from lenet_desktop.ui.gallery.image.probability_bars import ProbabilityBars
from lenet_desktop.ui.gallery.image_words import describe_image, title_image
from lenet_desktop.ui.gallery.inside.pixel_picture import EnlargedImage
from lenet_desktop.ui.gallery.pixel_images import pixel_image
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.elided_label import plain_label
from lenet_desktop.ui.kit.layout import FittedWidget, VerticalScrollArea
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, Theme, heading, steady_figures

_GAP = SPACING // 2
_USUAL_SIDE = 168
"""Pixels of an image that is seen whole in the least room, twice those of the grid at first."""
_RANK = marked("Loss {loss}, rank {rank} of {total}")
_ANY_WIDTH = 16_777_215
"""Qt's word for no limit, QWIDGETSIZE_MAX."""
_HEADER_LINES = 4
"""The title and a verdict of three lines."""
_WRAPPED_LINES = 6
"""The same where the longer lines of the verdict take two."""


class _Header(Enum):
    """Where the words stand: across the page, between image and bars, or beside it above them."""

    ABOVE = auto()
    BETWEEN = auto()
    BESIDE = auto()


class _Arrangement(NamedTuple):
    header: _Header
    scale: int


class Inspector(FittedWidget):
    """Shows the image that is selected in the grid, as large as all that is said of it allows."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self._number: int | None = None
        self._info = DEFAULT
        self._header: _Header | None = None
        self._is_compared = False
        self._build()
        self._lay_out()
        self.show_image(None, None, None)

    @property
    def number(self) -> int | None:
        """The number of the image shown, None when there is none."""
        return self._number

    def _build(self) -> None:
        self.picture = EnlargedImage()
        self.title = identify(QLabel(), "inspector_title")
        self.title.setFont(heading(self.title.font()))
        self.verdict = identify(plain_label(), "inspector_verdict")
        self.verdict.setFont(steady_figures(self.verdict.font()))
        self.duplicates = DuplicateLinks()
        self.duplicates.setFont(self.verdict.font())
        self.strip = HistoryStrip()
        self.bars = ProbabilityBars()

    def _lay_out(self) -> None:
        words = in_column(self.title, self.verdict, None, spacing=0)
        self._words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._words.addLayout(words, 1)
        self._words.addWidget(self.duplicates)
        self._predicted = in_column(self.strip, (self.bars, 1), spacing=_GAP)
        page = QWidget()
        self._page = QGridLayout(page)
        self._page.setContentsMargins(0, 0, 0, 0)
        self._page.setHorizontalSpacing(SPACING)
        self._page.setVerticalSpacing(_GAP)
        self._page.setColumnStretch(1, 1)
        self._page.setRowStretch(1, 1)
        self._arrange(_Arrangement(_Header.ABOVE, self._scales[-1]))
        self.area = VerticalScrollArea(page)
        in_column(self.area, on=self)

    def minimumSizeHint(self) -> QSize:
        """Return the size at which all of an image with one verdict is seen, and that large.

        It is less high where it is wide enough for the words to stand between image and bars.
        """
        side = self._info.side
        usual, least = side * max(1, _USUAL_SIDE // side), side * self._scales[-1]
        predicted, widest = self._predicted_size, self._widest_line
        height = max(usual, predicted.height())
        is_wrapped = self.width() < widest + SPACING + self.duplicates.column_width
        words = (_WRAPPED_LINES if is_wrapped else _HEADER_LINES) * self.fontMetrics().height()
        if self.width() >= least + widest + predicted.width() + 2 * SPACING:
            height = max(height, words + self.duplicates.minimumHeight())
        else:
            height += words + _GAP
        return QSize(super().minimumSizeHint().width(), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew between the image and what is said of it."""
        super().resizeEvent(event)
        self.fit()
        self.updateGeometry()  # the least height depends on the width

    @property
    def _scales(self) -> range:
        """How many times an image may be enlarged, the best first."""
        side, picture = self._info.side, EnlargedImage
        return range(max(1, picture.LARGEST // side), max(1, picture.SMALLEST // side) - 1, -1)

    @property
    def _widest_line(self) -> int:
        return self.verdict.fontMetrics().horizontalAdvance(_rank(12.34, 8_888, 88_888))

    @property
    def _predicted_size(self) -> QSize:
        """The least size of the bars with the epochs above them, known or not yet."""
        bars = self.bars.minimumSizeHint()
        return QSize(bars.width(), self.strip.sizeHint().height() + _GAP + bars.height())

    def fit(self) -> None:
        """Enlarge the image as far as nothing has to be scrolled to, wherever the words stand."""
        choices = (
            _Arrangement(header, scale) for scale in self._scales for header in reversed(_Header)
        )
        best = next((each for each in choices if self._fits(each)), None)
        # Beside a scroll bar the words may need the very line that makes it necessary.
        policies = Qt.ScrollBarPolicy
        self.area.setVerticalScrollBarPolicy(
            policies.ScrollBarAsNeeded if best is None else policies.ScrollBarAlwaysOff
        )
        self._arrange(best or _Arrangement(_Header.ABOVE, self._scale_beside_predicted()))

    def _fits(self, arrangement: _Arrangement) -> bool:
        predicted, side = self._predicted_size, arrangement.scale * self._info.side
        beside = self.width() - side - SPACING
        if beside < predicted.width():
            return False
        if arrangement.header is _Header.ABOVE:
            column = self.duplicates.column_width
            words = self._words_height(self.width() - column - SPACING)
            header = max(words, self.duplicates.height_of(column, brief=False))
            return header + _GAP + max(side, predicted.height()) <= self.height()
        is_between = arrangement.header is _Header.BETWEEN
        if beside < self._widest_line + (SPACING + predicted.width() if is_between else 0):
            return False
        width = self._widest_line if is_between else beside
        others = self.duplicates.height_of(width, brief=True)
        if not self._is_compared:  # the other run's answer takes the room kept for duplicates
            others = max(others, self.duplicates.minimumHeight())
        words = self._words_height(width) + others
        if is_between:
            return max(side, words, predicted.height()) <= self.height()
        return max(side, words + _GAP + predicted.height()) <= self.height()

    def _words_height(self, width: int) -> int:
        return self.title.sizeHint().height() + self.verdict.heightForWidth(width)

    def _scale_beside_predicted(self) -> int:
        """Return how far an image is enlarged that makes a page that scrolls no taller."""
        bar = self.area.verticalScrollBar().sizeHint().width()
        predicted = self._predicted_size
        room = min(self.width() - bar - SPACING - predicted.width(), predicted.height())
        return min(max(room // self._info.side, self._scales[-1]), self._scales[0])

    def _arrange(self, arrangement: _Arrangement) -> None:
        side = arrangement.scale * self._info.side
        self.picture.setMaximumSize(side, side)
        above = arrangement.header is _Header.ABOVE
        self._fit_duplicates(above=above)
        if arrangement.header is not self._header:
            self._header = arrangement.header
            self._place(arrangement.header)
        if arrangement.header is _Header.BETWEEN:
            words = self._widest_line
            self._page.setColumnStretch(1, words)
            self._page.setColumnStretch(2, self.width() - side - words - 2 * SPACING)
        self._page.activate()  # now, and not after the next repaint

    def _place(self, header: _Header) -> None:
        for item in (self._words, self._predicted):
            self._page.removeItem(item)
        self._page.removeWidget(self.picture)
        corner = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        above, between = header is _Header.ABOVE, header is _Header.BETWEEN
        if above:
            self._page.addLayout(self._words, 0, 0, 1, 2)
            self._page.addWidget(self.picture, 1, 0, corner)
        elif between:
            self._page.addWidget(self.picture, 1, 0, corner)
            self._page.addLayout(self._words, 1, 1, Qt.AlignmentFlag.AlignTop)
        else:
            self._page.addLayout(self._words, 0, 1)
            self._page.addWidget(self.picture, 0, 0, 2, 1, corner)
        self._page.addLayout(self._predicted, 1, 2 if between else 1)
        self._page.setColumnStretch(1, 1)
        self._page.setColumnStretch(2, 0)
        order = [self.duplicates, self.picture] if above else [self.picture, self.duplicates]
        for first, second in pairwise([*order, self.strip]):
            QWidget.setTabOrder(first, second)

    def _fit_duplicates(self, *, above: bool) -> None:
        """Keep a place for duplicates, so that nothing moves when an image has some."""
        directions = QBoxLayout.Direction
        self._words.setDirection(directions.LeftToRight if above else directions.TopToBottom)
        self._words.setSpacing(SPACING if above else 0)
        policy = self.duplicates.sizePolicy()
        policy.setRetainSizeWhenHidden(above or not self._is_compared)
        self.duplicates.setSizePolicy(policy)
        column = self.duplicates.column_width
        self.duplicates.setMinimumWidth(column if above else 0)
        self.duplicates.setMaximumWidth(column if above else _ANY_WIDTH)
        self.duplicates.show_brief(not above)

    def show_dataset(self, info: DatasetInfo) -> None:
        """Have room for the images and the classes of a data set."""
        self._info = info
        self.picture.show_side(info.side)
        self.strip.show_dataset(info)
        self.bars.show_dataset(info)
        self.fit()

    def show_image(
        self,
        images: ImageSet | None,
        number: int | None,
        predictions: PredictionSet | None,
        *,
        split: Part = Split.TEST,
        history: PredictionHistory | None = None,
        why_unpredicted: str = "",
        duplicates: Sequence[Duplicate] = (),
        rival: PredictionSet | None = None,
        is_held_out: bool = False,
    ) -> None:
        """Show an image and, where there are any, what was predicted for it, also by a rival."""
        self._number = number
        self._is_compared = rival is not None
        if images is None or number is None:
            self.picture.show_image(None)
            self.title.setText(_("No image selected"))
            self.verdict.setText(_("Click an image to look at it closely."))
            self.duplicates.show_duplicates(())
            self.bars.show_probabilities([], 0)
            self.strip.hide()
            self.setAccessibleName(_("No image selected"))
            self.fit()
            return
        label = int(images.labels[number])
        description = describe_image(number, label, self._info.class_names, predictions, split)
        held_out = [_("held out for validation")] if is_held_out else []
        self.setAccessibleName(joined([description, *held_out]))
        self.picture.setAccessibleName(description)
        self.picture.show_image(pixel_image(images.images[number]))
        self.title.setText(joined([title_image(split, number), *held_out]))
        verdict = self._verdict(label, number, predictions, why_unpredicted)
        compared = [] if rival is None else [self._of_rival(rival, number)]
        self.verdict.setText("\n".join([verdict, *compared]))
        self.duplicates.show_duplicates(duplicates)
        guesses = [] if history is None else history.of_image(number)
        shown = None if predictions is None else predictions.epoch
        self.strip.show_history(guesses, label, shown)
        self.strip.setVisible(len(guesses) > 1)
        shares = [] if predictions is None else predictions.probabilities[number].tolist()
        self.bars.show_probabilities(shares, label)
        self.fit()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.bars.show_theme(theme)
        self.strip.show_theme(theme)

    def _of_rival(self, rival: PredictionSet, number: int) -> str:
        return _("B: {outcome}, {confidence}").format(
            outcome=self._outcome(rival, number),
            confidence=percent(float(rival.confidence[number])),
        )

    def _outcome(self, predictions: PredictionSet, number: int) -> str:
        text = _("{name} (correct)") if predictions.correct[number] else _("{name} ({mark} wrong)")
        name = self._info.class_names[predictions.predicted[number]]
        return text.format(name=name, mark=WRONG_MARK)

    def _verdict(
        self, label: int, number: int, predictions: PredictionSet | None, why_unpredicted: str
    ) -> str:
        true = _("True label: {name}").format(name=self._info.class_names[label])
        if predictions is None:
            why = sentences([_("Not predicted yet."), why_unpredicted])
            return f"{true}\n{why}"
        loss = float(predictions.losses[number])
        rank = int((predictions.losses > predictions.losses[number]).sum()) + 1
        outcome = _("Predicted: {outcome}").format(outcome=self._outcome(predictions, number))
        return f"{true}\n{outcome}\n{_rank(loss, rank, len(predictions))}"


def _rank(loss: float, rank: int, total: int) -> str:
    return _(_RANK).format(loss=figure(loss, ".2f"), rank=whole(rank), total=whole(total))
