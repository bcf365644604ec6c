"""One image enlarged, with what it is, what it was taken for and how sure the network was."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from lenet_desktop.core.datasets import CLASS_NAMES, ImageSet, Split
from lenet_desktop.core.duplicates import EqualImage
from lenet_desktop.core.prediction_history import PredictionHistory
from lenet_desktop.core.predictions import PredictionSet
from lenet_desktop.ui.gallery_panel.gallery_model import image_of
from lenet_desktop.ui.gallery_panel.history_strip import HistoryStrip
from lenet_desktop.ui.gallery_panel.pixel_picture import EnlargedImage
from lenet_desktop.ui.gallery_panel.twin_links import TwinLinks
from lenet_desktop.ui.naming import identify
from lenet_desktop.ui.tall_area import TallArea
from lenet_desktop.ui.theme import LIGHT, SPACING, Theme, heading, steady_figures
from lenet_desktop.ui.wording import WRONG_MARK, describe_image, percent

_BARS_ROOM = 36
"""Pixels by which the bars should be longer than they must be before the image grows."""
_LINES = 5
"""Lines above the bars: the title, a verdict of three, and the course through the epochs."""


class ProbabilityBars(QWidget):
    """The ten class probabilities of one image, as bars with names and figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._probabilities: list[float] = []
        self._label = self._predicted = 0
        self.setFont(steady_figures(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def probabilities(self) -> list[float]:
        """What the bars show, 0-1 for each class, empty when there is nothing to show."""
        return self._probabilities

    def show_probabilities(self, probabilities: list[float], label: int) -> None:
        """Show the probabilities of an image whose true class is `label`."""
        self._probabilities = probabilities
        self._label = label
        self._predicted = max(range(len(probabilities)), key=probabilities.__getitem__, default=0)
        texts = (
            f"{name} {percent(share)}"
            for name, share in zip(CLASS_NAMES, probabilities, strict=bool(probabilities))
        )
        self.setAccessibleName("Class probabilities: " + ", ".join(texts))
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which every line can be read."""
        metrics = self.fontMetrics()
        return QSize(
            self._name_width(metrics) + self._value_width() + 40,
            len(CLASS_NAMES) * metrics.height(),
        )

    def sizeHint(self) -> QSize:
        """Return the same: more room makes longer bars, not more information."""
        return self.minimumSizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ten lines: name, bar and figure; the true and the predicted class stand out."""
        if not self._probabilities:
            return
        painter = QPainter(self)
        theme, metrics = self._theme, self.fontMetrics()
        line = min(self.height() / len(CLASS_NAMES), metrics.height() * 1.5)
        names, values = self._name_width(metrics), self._value_width()
        room = max(1, self.width() - names - values - 2 * SPACING)
        for position, (name, share) in enumerate(
            zip(CLASS_NAMES, self._probabilities, strict=True)
        ):
            top, height = round(position * line), round(line)
            true, predicted = position == self._label, position == self._predicted
            wrong = predicted and not true
            painter.setPen(QColor(theme.text if true or predicted else theme.muted))
            painter.setFont(heading(self.font()) if true else self.font())
            name_area = QRect(0, top, names, height)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(name_area, flags, f"{WRONG_MARK} {name}" if wrong else name)
            bar = QRect(names + SPACING, top + height // 5, room, height - 2 * (height // 5))
            painter.fillRect(bar, QColor(theme.grid))
            bar.setWidth(round(room * share))
            painter.fillRect(bar, QColor(theme.wrong if wrong else theme.muted))
            value_area = QRect(self.width() - values, top, values, height)
            painter.drawText(value_area, flags, percent(share))

    def _name_width(self, metrics: QFontMetrics) -> int:
        bold = QFontMetrics(heading(self.font()))
        return max(
            max(bold.horizontalAdvance(name), metrics.horizontalAdvance(f"{WRONG_MARK} {name}"))
            for name in CLASS_NAMES
        )

    def _value_width(self) -> int:
        return QFontMetrics(heading(self.font())).horizontalAdvance(percent(1.0))


class Inspector(QWidget):
    """Shows the image that is selected in the grid."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self._number: int | None = None
        self._build()
        self.show_image(None, None, None)

    @property
    def number(self) -> int | None:
        """The number of the image shown, None when there is none."""
        return self._number

    def _build(self) -> None:
        self.picture = EnlargedImage()
        self.title = identify(QLabel(), "inspector_title")
        self.title.setFont(heading(self.title.font()))
        self.verdict = identify(QLabel(wordWrap=True), "inspector_verdict")
        self.verdict.setFont(steady_figures(self.verdict.font()))
        self.twins = TwinLinks()
        self.twins.setFont(self.verdict.font())
        self.strip = HistoryStrip()
        self.bars = ProbabilityBars()
        about = QWidget()
        facts = QVBoxLayout(about)
        facts.setContentsMargins(0, 0, 0, 0)
        facts.setSpacing(SPACING // 2)
        facts.addWidget(self.title)
        facts.addWidget(self.verdict)
        facts.addWidget(self.twins)
        facts.addWidget(self.strip)
        facts.addWidget(self.bars, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.picture)
        self.facts = TallArea(about)
        layout.addWidget(self.facts, 1)

    def minimumSizeHint(self) -> QSize:
        """Return the size at which all of an image with one verdict is seen without scrolling."""
        line = self.fontMetrics().height()
        height = _LINES * (line + SPACING // 2) + self.bars.minimumSizeHint().height()
        return QSize(super().minimumSizeHint().width(), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width between the image and what is said of it."""
        facts = self.facts.minimumWidth() + _BARS_ROOM
        self.picture.fit(QSize(self.width() - facts, self.height()))
        super().resizeEvent(event)

    def show_image(
        self,
        images: ImageSet | None,
        number: int | None,
        predictions: PredictionSet | None,
        *,
        split: Split = Split.TEST,
        history: PredictionHistory | None = None,
        why_unpredicted: str = "",
        equal_images: Sequence[EqualImage] = (),
        rival: PredictionSet | None = None,
    ) -> None:
        """Show an image and, where there are any, the answers for it, also those of a rival."""
        self._number = number
        if images is None or number is None:
            self.picture.show_image(None)
            self.title.setText("No image selected")
            self.verdict.setText("Click an image to look at it closely.")
            self.twins.show_equal_images(())
            self.bars.show_probabilities([], 0)
            self.strip.hide()
            self.setAccessibleName("No image selected")
            return
        label = int(images.labels[number])
        description = describe_image(number, label, predictions, split)
        self.setAccessibleName(description)
        self.picture.setAccessibleName(description)
        self.picture.show_image(image_of(images, number))
        self.title.setText(f"{split.word.capitalize()} {number}")
        verdict = _verdict(label, number, predictions, why_unpredicted)
        compared = [] if rival is None else [_rival_answer(rival, number)]
        self.verdict.setText("\n".join([verdict, *compared]))
        self.twins.show_equal_images(equal_images)
        guesses = [] if history is None else history.of_image(number)
        shown = None if predictions is None else predictions.epoch
        self.strip.show_history(guesses, label, shown)
        self.strip.setVisible(len(guesses) > 1)
        shares = [] if predictions is None else predictions.probabilities[number].tolist()
        self.bars.show_probabilities(shares, label)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.bars.show_theme(theme)
        self.strip.show_theme(theme)


def _rival_answer(rival: PredictionSet, number: int) -> str:
    return f"B: {_outcome(rival, number)}, {percent(float(rival.confidence[number]))}"


def _outcome(predictions: PredictionSet, number: int) -> str:
    outcome = "correct" if predictions.correct[number] else f"{WRONG_MARK} wrong"
    return f"{CLASS_NAMES[predictions.predicted[number]]} ({outcome})"


def _verdict(
    label: int, number: int, predictions: PredictionSet | None, why_unpredicted: str
) -> str:
    true = f"True label: {CLASS_NAMES[label]}"
    if predictions is None:
        return f"{true}\nNot predicted yet. {why_unpredicted}"
    loss = float(predictions.losses[number])
    rank = int((predictions.losses > predictions.losses[number]).sum()) + 1
    return (
        f"{true}\nPredicted: {_outcome(predictions, number)}\n"
        f"Loss {loss:.2f}, rank {rank:,} of {len(predictions):,}"
    )
