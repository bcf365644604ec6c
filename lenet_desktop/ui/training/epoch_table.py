"""The figures of every finished epoch."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QTableWidget,
    QTableWidgetItem,
)

from lenet_desktop.analysis.history import History
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import figure, percent, tip
from lenet_desktop.training.events import EpochDone
from lenet_desktop.ui.kit.alike import count_alike
from lenet_desktop.ui.kit.elided_label import paint_placeholder
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import as_caption, identify
from lenet_desktop.ui.kit.theme import SPACING, steady_figures

_COLUMNS = (
    (marked("Epoch"), marked("How many times every training image was seen.")),
    (
        marked("Train\nloss"),
        marked("Mean cross-entropy per training image while the epoch went on, in nats."),
    ),
    (marked("Test\nloss"), marked("Mean cross-entropy per test image after the epoch, in nats.")),
    (
        marked("Train\nacc."),
        marked("Share of training images that were right when their batch came."),
    ),
    (marked("Test\nacc."), marked("Share of test images that are right after the epoch.")),
    (marked("Seconds"), marked("How long the epoch took, training and testing.")),
    (
        marked("Val.\nloss"),
        marked("Mean cross-entropy per image held out after the epoch, in nats."),
    ),
    (marked("Val.\nacc."), marked("Share of the images held out that are right after the epoch.")),
    (
        marked("Bal.\nacc."),
        marked(
            "Balanced accuracy after the epoch: the share of the test images of each class that "
            "are right, averaged over the classes. A rare class counts as much as a frequent one."
        ),
    ),
)
_BEST = marked("The best epoch by validation: the loss of the images held out was lowest.")
_FIGURES = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_VALIDATION, _BALANCED = (6, 7), (8,)
_PLACES = {6: 2, 7: 5, 8: 7}
"""Where the columns stand that there are only where images are held out, or classes unequal."""
_SECONDS = 5
"""The column that can be spared where there is too little room for all."""


class EpochTable(QTableWidget):
    """One row an epoch; stays at the newest one unless a person scrolled away."""

    def __init__(self) -> None:
        super().__init__(0, len(_COLUMNS))
        identify(self, "epoch_table", _("Figures of every finished epoch"))
        self._shown: list[EpochDone] = []
        self._best_row = -1  # there is none
        self._blank = QTableWidgetItem()  # to copy one is quicker than to align each
        self._blank.setTextAlignment(_FIGURES)
        self.setFont(steady_figures(self.font()))
        for part in (self, self.horizontalHeader()):
            as_caption(part)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        for column, (title, explanation) in enumerate(_COLUMNS):
            header = QTableWidgetItem(_(title))
            header.setToolTip(tip(_(explanation)))
            header.setTextAlignment(_FIGURES)
            self.setHorizontalHeaderItem(column, header)
        for column, place in _PLACES.items():
            self.horizontalHeader().moveSection(column, place)
        self._offered: tuple[int, ...] = ()
        self._longest = [""] * len(_COLUMNS)
        follow_font(self, self._fit)

    def sizeHint(self) -> QSize:
        """Ask for no more than the least; whatever room there is comes on top."""
        return QSize(super().minimumSizeHint().width(), self.minimumHeight())

    def show_history(self, history: History) -> None:
        """Show the epochs of a history; only those that are not shown yet cost anything."""
        bar = self.verticalScrollBar()
        follows = bar.value() == bar.maximum()
        kept = count_alike(self._shown, history.epochs)
        self.setRowCount(kept)  # nothing of the others stays
        if not kept:
            self._longest = [""] * len(_COLUMNS)
        self._shown = list(history.epochs)
        self.setRowCount(len(self._shown))
        is_unequal = any(done.balanced_accuracy is not None for done in self._shown)
        self._offered = _VALIDATION * history.holds_out + _BALANCED * is_unequal
        for row, done in enumerate(self._shown[kept:], start=kept):
            self._fill(row, done)
        self._mark(history.best_epoch, kept)
        self._share_room()
        if follows:
            self.scrollToBottom()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or what will stand there."""
        super().paintEvent(event)
        if not self.rowCount():
            paint_placeholder(self, _("Each finished epoch has a row here."), SPACING)

    def _fill(self, row: int, done: EpochDone) -> None:
        texts = (
            f"{done.epoch}",
            figure(done.train_loss, ".4f"),
            "" if done.test_loss is None else figure(done.test_loss, ".4f"),
            percent(done.train_accuracy),
            "" if done.test_accuracy is None else percent(done.test_accuracy),
            figure(done.elapsed_s, ".1f"),
            "" if done.validation_loss is None else figure(done.validation_loss, ".4f"),
            "" if done.validation_accuracy is None else percent(done.validation_accuracy),
            "" if done.balanced_accuracy is None else percent(done.balanced_accuracy),
        )
        for column in self._columns:
            item = QTableWidgetItem(self._blank)
            item.setText(texts[column])
            self.setItem(row, column, item)
            self._longest[column] = max(self._longest[column], texts[column], key=len)

    @property
    def _columns(self) -> list[int]:
        """The columns that there are, as images are held out or not."""
        every = range(len(_COLUMNS))
        return [column for column in every if column not in _PLACES or column in self._offered]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Give each column what it needs and as much more as the others; one goes if need be."""
        needed = {column: self._needed(column) for column in self._columns}
        room = self.viewport().width()
        if sum(needed.values()) > room:
            del needed[_SECONDS]
        share, rest = divmod(max(0, room - sum(needed.values())), len(needed))
        for column in range(len(_COLUMNS)):
            self.setColumnHidden(column, column not in needed)
        for place, (column, width) in enumerate(needed.items()):
            self.setColumnWidth(column, width + share + (place < rest))

    def _needed(self, column: int) -> int:
        """Return how wide a column has to be for its title and its figures, the best one, too."""
        lines, font = _(_COLUMNS[column][0]).split("\n"), self.font()
        title = max(map(self.fontMetrics().horizontalAdvance, lines))
        text = self._longest[column]
        if column == 0 and self._best_row >= 0:
            font.setBold(True)
            text = max(text, _("best {epoch}").format(epoch=len(self._shown)), key=len)
        margin = self.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1
        beside = 2 * margin + 1  # text ends within a pixel
        return max(title + SPACING // 2, QFontMetrics(font).horizontalAdvance(text) + beside)

    def _fit(self) -> None:
        """Have room for two lines of titles and some rows, and share the width."""
        metrics = self.fontMetrics()
        row = metrics.height() + 6
        self.verticalHeader().setDefaultSectionSize(row)
        self.setMinimumHeight(6 * row)
        self._share_room()

    def _mark(self, best: int | None, kept: int) -> None:
        """Say which epoch is the best by the images held out.

        Args:
            best: its number.
            kept: how many of the rows were filled before; of these one may be marked.
        """
        changed = {self._best_row, *range(kept, len(self._shown))}
        found = (row for row, done in enumerate(self._shown) if done.epoch == best)
        self._best_row = -1 if best is None else next(found, -1)
        for row in changed.union([self._best_row]):
            item, is_best = self.item(row, 0), row == self._best_row
            if item is not None and item.font().bold() != is_best:
                font = QFont()  # which says nothing of the size
                font.setBold(is_best)
                item.setFont(font)
                item.setText(
                    _("best {epoch}").format(epoch=best) if is_best else f"{self._shown[row].epoch}"
                )
                item.setToolTip(tip(_(_BEST)) if is_best else "")
