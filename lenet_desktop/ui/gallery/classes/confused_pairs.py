"""The errors that are made most often, as a list to click."""

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.networks.predictions import Numbers, confused_pairs
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import tip, whole
from lenet_desktop.ui.gallery.classes.matrix_layout import Cell
from lenet_desktop.ui.gallery.classes.matrix_painter import matrix_font
from lenet_desktop.ui.kit.elided_label import paint_placeholder, short
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING

_PAIR = Qt.ItemDataRole.UserRole
_GAP = "  "
_MARGIN = SPACING // 2
_LEAST_ROW = 3 * SPACING
"""Pixels of a line that is easy to hit."""
_MOST = 100
"""Pairs that are listed; nobody reads thousands."""
_LARGEST_COUNT = "000"
_WIDEST = 64
"""Average letters that lie between the beginning of a pair and its count, where names are short."""
_BEFORE = marked("After the first epoch, what is taken for what most often is listed here.")
_NO_ERRORS = marked("No image was taken for one of another class.")
Index = QModelIndex | QPersistentModelIndex


class ConfusedPairs(QListWidget):
    """“Shirt → T-shirt/top  143”, most frequent first; a tool tip and a screen reader say more."""

    pair_chosen = Signal(object)  # Cell: of all classes where the filter is taken away

    def __init__(self) -> None:
        super().__init__()
        identify(
            self,
            "confused_pairs",
            _("Most confused classes"),
            _(
                "What is taken for what, most frequent first. A click or Enter shows those images, "
                "a second one takes that filter away."
            ),
        )
        self._placeholder = _(_BEFORE)
        self._names = DEFAULT.class_names
        self._marked: Cell = (None, None)
        self._longest: int | None = None  # pixels of the longest pair, once it was measured
        self.setFont(matrix_font(self.font()))
        self.setItemDelegate(_PairDelegate(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setMinimumWidth(1)  # or a window in which it has room could not grow narrow again
        # What is highlighted is what is filtered by, so clicks and arrow keys highlight nothing.
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.clicked.connect(self._on_chosen)

    @property
    def placeholder(self) -> str:
        """What the list says when it is empty."""
        return self._placeholder

    @property
    def longest(self) -> int:
        """The pixels that the longest pair takes with its count, unless names are endless."""
        if self._longest is None:  # layouts ask for it again and again
            width = self.fontMetrics().horizontalAdvance
            names = sorted((short(name, self.fontMetrics()) for name in self._names), key=width)
            pairs = _words(*names[-2:]), _words(*names[:-3:-1])
            self._longest = max(width(f"{pair}{_GAP}{_LARGEST_COUNT}") for pair in pairs)
        return self._longest

    @property
    def least_width(self) -> int:
        """The width at which no pair of the test images is cut, unless names are endless."""
        bar = self.verticalScrollBar().sizeHint().width()
        return self.longest + 2 * _MARGIN + 2 * self.frameWidth() + bar

    def changeEvent(self, event: QEvent) -> None:
        """Measure the pairs anew when they are written in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._longest = None

    def sizeHint(self) -> QSize:
        """Return the width that is needed, and as much height as there is."""
        return QSize(self.least_width, super().sizeHint().height())

    def show_dataset(self, info: DatasetInfo) -> None:
        """Take on the classes of a data set, of whose images nothing is counted yet."""
        self._names, self._longest = info.class_names, None
        self.show_counts(None)

    def show_counts(self, counts: Numbers | None) -> None:
        """List the errors of a confusion matrix; the keyboard stays at its pair."""
        current = self.currentItem()
        kept = None if current is None else current.data(_PAIR)
        scrolled = self.verticalScrollBar().value()
        self._placeholder = _(_BEFORE) if counts is None else _(_NO_ERRORS)
        self.clear()
        said = _("{true} taken for {predicted}: {count}")
        for true, predicted, times in [] if counts is None else confused_pairs(counts, _MOST):
            names, count = (self._names[true], self._names[predicted]), whole(times)
            item = QListWidgetItem(f"{_words(*names)}{_GAP}{count}", self)
            sentence = said.format(true=names[0], predicted=names[1], count=count)
            item.setData(_PAIR, (true, predicted))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, sentence)
            item.setToolTip(tip(sentence))
            if (true, predicted) == kept:
                self.setCurrentItem(item)
        self._highlight()
        self.verticalScrollBar().setValue(scrolled)
        self.viewport().update()

    def mark(self, cell: Cell) -> None:
        """Highlight the pair that the gallery is filtered to, if it is filtered to one."""
        if cell == self._marked:
            return  # or a list that somebody scrolled would jump back
        self._marked = cell
        item = self._highlight()
        if item is not None:
            self.setCurrentItem(item)
            self.scrollToItem(item)

    def _highlight(self) -> QListWidgetItem | None:
        """Select the pair that is filtered to and return it, or select nothing."""
        self.selectionModel().clearSelection()
        for row in range(self.count()):
            item = self.item(row)
            if item.data(_PAIR) == self._marked:
                flag = QItemSelectionModel.SelectionFlag.Select
                self.selectionModel().select(self.indexFromItem(item), flag)
                return item
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the pair at which the keyboard stands with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_chosen(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pairs, or the reason why there are none."""
        super().paintEvent(event)
        if self.count():
            return
        paint_placeholder(self, self._placeholder, SPACING)

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        pair = index.data(_PAIR)
        if pair is not None:
            self.pair_chosen.emit((None, None) if pair == self._marked else pair)


class _PairDelegate(QStyledItemDelegate):
    """Writes the count at the right, where it is never cut; not too far from what it counts.

    Args:
        pairs: the list.
    """

    def __init__(self, pairs: ConfusedPairs) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        pair, _gap, count = own.text.rpartition(_GAP)
        own.text = ""
        is_at_keyboard = own.state & QStyle.StateFlag.State_HasFocus
        own.state &= ~QStyle.StateFlag.State_HasFocus  # the style would frame a text, if any
        own.widget.style().drawControl(
            QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget
        )
        is_selected = own.state & QStyle.StateFlag.State_Selected
        role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
        painter.setFont(own.font)
        painter.setPen(own.palette.color(role))
        area = own.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        widest = max(self._pairs.longest, _WIDEST * own.fontMetrics.averageCharWidth())
        area.setWidth(min(area.width(), widest))
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | centre, count)
        metrics = own.fontMetrics
        room = area.width() - metrics.horizontalAdvance(f"{_GAP}{count}")
        words = metrics.elidedText(pair, own.textElideMode, room)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | centre, words)
        if is_at_keyboard:
            painter.setPen(QPen(painter.pen().color(), 1, Qt.PenStyle.DashLine))
            painter.drawRect(own.rect.adjusted(0, 0, -1, -1))

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, max(_LEAST_ROW, option.fontMetrics.height() + _MARGIN))


def _words(true: str, predicted: str) -> str:
    return f"{true} → {predicted}"
