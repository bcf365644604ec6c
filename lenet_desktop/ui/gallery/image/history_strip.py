"""What one image was taken for, epoch by epoch."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import WRONG_MARK, counted
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.spoken_parts import PartedWidget
from lenet_desktop.ui.kit.theme import LIGHT, Theme

_WIDEST = 24
_APART = 2
"""Pixels from the outer edge of an outline to what it lies around, on which it is hardly seen."""
_EXPLANATION = marked(
    "One cell for each epoch: grey and low where the image was right, coloured and high where it "
    "was wrong. A click shows that epoch, and so do the arrows, Home and End."
)


class HistoryStrip(PartedWidget):
    """A row of cells, one an epoch: quiet where it was right, coloured and high where wrong.

    The keyboard stands at the epoch that is shown, and leads to others.
    """

    epoch_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        identify(self, "history_strip", _("Predictions through the epochs"), _(_EXPLANATION))
        self._theme = LIGHT
        self._names = DEFAULT.class_names
        self._guesses: Sequence[tuple[int, int]] = ()
        self._label = 0
        self._shown: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def guesses(self) -> Sequence[tuple[int, int]]:
        """The epochs that are known and the class predicted in each."""
        return self._guesses

    def show_history(
        self, guesses: Sequence[tuple[int, int]], label: int, shown: int | None
    ) -> None:
        """Show (epoch, predicted class) of an image whose true class is `label`.

        Args:
            guesses: in the order of the epochs.
            label: the true class.
            shown: the epoch that the rest of the gallery shows, which is outlined.
        """
        self._guesses, self._label, self._shown = guesses, label, shown
        right = sum(guess == label for _epoch, guess in guesses)
        words = counted(
            len(guesses),
            "Right in {times} of {count} epoch",
            "Right in {times} of {count} epochs",
            times=right,
        )
        self.setAccessibleName(words if guesses else _("No predictions yet"))
        self.speak_of_current_part(_(_EXPLANATION))
        self.update()

    def show_dataset(self, info: DatasetInfo) -> None:
        """Take on the classes of a data set."""
        self._names = info.class_names

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a line of text."""
        return QSize(100, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Return the same: however narrow, every epoch has its place."""
        return QSize(40, self.fontMetrics().height())

    def part_at(self, point: QPoint) -> int | None:
        """Return which of the epochs lies at a point."""
        position = int(point.x() // self._width)
        return position if 0 <= position < len(self._guesses) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the epoch under the mouse."""
        position = self.part_at(event.position().toPoint())
        if position is not None and event.button() is Qt.MouseButton.LeftButton:
            self.epoch_chosen.emit(self._guesses[position][0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the epochs with the arrows, and to the first and the last."""
        key, epochs, shown = Qt.Key(event.key()), self._epochs, self._shown
        earlier = [epoch for epoch in epochs if shown is not None and epoch < shown]
        later = [epoch for epoch in epochs if shown is None or epoch > shown]
        goals = {
            Qt.Key.Key_Left: earlier[-1:], Qt.Key.Key_Right: later[:1],
            Qt.Key.Key_Home: epochs[:1], Qt.Key.Key_End: epochs[-1:],
        }  # fmt: skip
        if key not in goals or not epochs:
            super().keyPressEvent(event)
            return
        for epoch in goals[key]:
            if epoch != shown:
                self.epoch_chosen.emit(epoch)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a cell for every epoch."""
        painter, theme = QPainter(self), self._theme
        width, low = self._width, self.height() * 2 // 3
        right, wrong = QColor(theme.muted), QColor(theme.wrong)
        for position, (epoch, guess) in enumerate(self._guesses):  # of which there may be thousands
            filled = self._cell(position, width)
            if epoch == self._shown:
                painter.setPen(QPen(QColor(theme.text), 1))
                painter.drawRect(filled.adjusted(0, 0, -1, -1))
                if filled.width() > 2 * _APART:  # or nothing would be left
                    filled.adjust(_APART, _APART, -_APART, -_APART)
            if guess == self._label:
                filled.setTop(low)
            painter.fillRect(filled, right if guess == self._label else wrong)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.text), 1, Qt.PenStyle.DotLine))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def part_count(self) -> int:
        """Return how many epochs are known."""
        return len(self._guesses)

    def part_sentence(self, position: int) -> str:
        """Say what was predicted in an epoch, counted from 0 among those known."""
        epoch, guess = self._guesses[position]
        is_right = guess == self._label
        text = (
            _("Epoch {epoch}: {name}, correct") if is_right else _("Epoch {epoch}: {name}, wrong")
        )
        return text.format(epoch=epoch, name=self._names[guess])

    def part_tip(self, position: int) -> str:
        """Say the same with the sign of what is wrong, which some screen readers spell out."""
        epoch, guess = self._guesses[position]
        text = _("Epoch {epoch}: {name} (correct)")
        if guess != self._label:
            text = _("Epoch {epoch}: {name} ({mark} wrong)")
        return text.format(epoch=epoch, name=self._names[guess], mark=WRONG_MARK)

    def part_place(self, position: int) -> QRect:
        """Return the cell of an epoch."""
        return self._cell(position, self._width)

    def _cell(self, position: int, width: float) -> QRect:
        left, right = round(position * width), round((position + 1) * width)
        gap = 1 if width > 3 else 0
        return QRect(left, 0, max(1, right - left - gap), self.height())

    def current_part(self) -> int | None:
        """Return the place of the epoch that is shown among those known."""
        epochs = self._epochs
        return epochs.index(self._shown) if self._shown in epochs else None

    @property
    def _epochs(self) -> list[int]:
        return [epoch for epoch, _guess in self._guesses]

    @property
    def _width(self) -> float:
        """The width of a cell in pixels."""
        return min(_WIDEST, self.width() / max(1, len(self._guesses)))
