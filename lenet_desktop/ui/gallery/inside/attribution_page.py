"""Where the network looked: the image with what spoke for and against its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import MINUS, figure, percent, sentences, tip
from lenet_desktop.ui.gallery.inside.pixel_picture import Pixel, PixelPicture, name_pixel
from lenet_desktop.ui.gallery.pixel_images import AGAINST_COLOUR, FOR_COLOUR, Floats, signed_image
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.elided_label import plain_label
from lenet_desktop.ui.kit.layout import FittedWidget
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING, heading, steady_figures

if TYPE_CHECKING:
    from lenet_desktop.analysis.inspection import Inspection

_FULL_STRENGTH = 99.0
"""The percentile of the amounts at which a colour is strongest: a few outliers dim nothing."""
_APART_SHARE = 0.15
"""From this share of full strength on, pixels that speak against the answer stand apart."""
_SWATCH_SCALE = 6
_SWATCH = 3 * _SWATCH_SCALE
_ANY = 10_000
"""More pixels than any text is high."""
ATTRIBUTION_EXPLANATION = marked(
    "An attribution says how much each pixel spoke for or against the class that was predicted. "
    "The arrow keys lead from pixel to pixel."
)
_METHOD = marked("Integrated gradients (Sundararajan et al., 2017), computed with Captum")
_LOGIT = marked("A logit is the network's raw score for a class, before it becomes a probability.")


class AttributionPicture(PixelPicture):
    """The image in dim grey under the colours of its attribution, at a whole multiple.

    Args:
        usual: how many pixels of the window high it would like to be.
    """

    SMALLEST, USUAL, LARGEST = 112, 196, 336
    """Pixels of the window."""

    def __init__(self, usual: int = USUAL) -> None:
        super().__init__(self.SMALLEST, self.LARGEST)
        self._usual = usual
        self._attribution: Floats | None = None
        self._limit = 0.0
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return a usual height, and all the width that the page leaves the picture."""
        width = min(self.maximumWidth(), self.side * self.scales[0])
        return QSize(width, self.side * max(1, self._usual // self.side))

    @property
    def scales(self) -> range:
        """How many times an image may be enlarged, the best first."""
        largest, smallest = (max(1, size // self.side) for size in (self.LARGEST, self.SMALLEST))
        return range(largest, smallest - 1, -1)

    def show_nothing(self) -> None:
        """Show that nobody has looked."""
        self._attribution = self._image = None
        self.tell()

    def show_inspection(self, inspection: Inspection) -> None:
        """Show an image with its attribution.

        The keyboard waits at the strongest pixel, but stays where somebody leads it, so that one
        pixel can be followed from epoch to epoch.
        """
        self._attribution = inspection.attribution
        if len(inspection.attribution) != self.side:
            self.show_side(len(inspection.attribution))
        amounts = np.abs(np.nan_to_num(inspection.attribution))
        inked = amounts[amounts > 0]
        self._limit = float(np.percentile(inked, _FULL_STRENGTH)) if len(inked) else 0.0
        grey = inspection.pixels.reshape(-1, self.side, self.side).mean(axis=0)
        dim = grey / np.float32(2 * 255)
        self._image = signed_image(inspection.attribution, self._limit, dim)
        if self.was_led:
            self.tell()
        else:
            self.go_to(Pixel(*divmod(int(amounts.argmax()), self.side)))

    @property
    def has_picture(self) -> bool:
        """Whether there is an attribution."""
        return self._attribution is not None

    def describe(self, pixel: Pixel) -> str:
        """Say what one pixel did."""
        if self._attribution is None:
            return ""
        share = float(self._attribution[pixel])
        if share > 0:
            verdict = _("{pixel}: {share}, spoke for it")
        elif share < 0:
            verdict = _("{pixel}: {share}, spoke against it")
        else:
            verdict = _("{pixel}: {share}, said nothing")
        return verdict.format(pixel=name_pixel(pixel), share=figure(share, "+z#.3g"))

    def paint_picture(self, painter: QPainter, area: QRect) -> None:
        """Paint crisp pixels; those that speak against the answer have dark gaps between them.

        The texture tells the two signs apart for those who cannot by the colours.
        """
        if self._image is None or self._attribution is None:
            return
        painter.drawImage(area, self._image)
        against = self._attribution < -_APART_SHARE * self._limit
        for row, column in np.argwhere(against).tolist() if self._limit else []:
            corner = area.topLeft() + QPoint(column, row) * self.scale
            _paint_gap(painter, QRect(corner, QSize(self.scale, self.scale)))


class AttributionPage(FittedWidget):
    """The picture with the class it is about, a legend and the name of the method."""

    def __init__(self) -> None:
        super().__init__()
        self._names = DEFAULT.class_names
        self._build()
        self._lay_out()

    def _build(self) -> None:
        self.picture = identify(
            AttributionPicture(),
            "attribution_picture",
            _("Where the network looked"),
            _(ATTRIBUTION_EXPLANATION),
        )
        self.title = identify(plain_label(), "attribution_title")
        self.title.setFont(heading(steady_figures(self.title.font())))
        self.change = identify(plain_label(), "attribution_change")
        self.change.setFont(steady_figures(self.change.font()))
        self.change.setToolTip(tip(_(_LOGIT)))
        self.method = identify(
            muted(QLabel(_(_METHOD), wordWrap=True)),
            "attribution_method",
            "",
            _(
                "Integrated gradients add up how the score changes while a black image turns into "
                "this one, and share the change out among the pixels."
            ),
        )

    def _lay_out(self) -> None:
        legend = QGridLayout()
        legend.setSpacing(SPACING // 2)
        legend.setColumnStretch(1, 1)
        lines = (
            (FOR_COLOUR, False, _("+ for it (solid)")),
            (AGAINST_COLOUR, True, _("{minus} against it (grid)").format(minus=MINUS)),
        )
        self._legend = [QLabel(text, wordWrap=True) for _colour, _apart, text in lines]
        for row, (colour, apart, _text) in enumerate(lines):
            legend.addWidget(_swatch(colour, apart=apart), row, 0)
            legend.addWidget(self._legend[row], row, 1)
        words = in_column(self.title, legend, self.change, self.method, None)
        self._page = in_row(self.picture, (words, 1), on=self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew between the picture and the words."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Enlarge the picture as far as the words beside it can be read."""
        self.picture.setMaximumWidth(self.picture.side * self._best_scale())
        self._page.activate()  # now, and not after the next repaint

    def _best_scale(self) -> int:
        """Return the largest scale that fits, the same for every image.

        The words are measured as they are for the longest class name and large numbers.
        """
        longest = max(self._names, key=self.title.fontMetrics().horizontalAdvance)
        texts = [
            (self.title, _question(longest, 1.0)),
            *((label, label.text()) for label in self._legend),
            (self.change, _sum_up(longest, 99.9, -99.9)),
            (self.method, self.method.text()),
        ]
        scales = self.picture.scales
        return next((each for each in scales if self._fits(each, texts)), scales[-1])

    def _fits(self, scale: int, texts: Sequence[tuple[QLabel, str]]) -> bool:
        side = scale * self.picture.side
        beside = self.width() - side - SPACING
        height = (len(texts) - 2) * SPACING  # the lines of the legend are half as far apart
        for label, text in texts:
            room = QSize(beside - (_SWATCH + SPACING // 2 if label in self._legend else 0), _ANY)
            needed = label.fontMetrics().boundingRect(
                QRect(QPoint(), room), Qt.TextFlag.TextWordWrap, text
            )
            if needed.width() > room.width():
                return False
            height += max(needed.height(), _SWATCH if label in self._legend else 0)
        return max(side, height) <= self.height()

    def show_dataset(self, info: DatasetInfo) -> None:
        """Have room for the images and the class names of a data set."""
        self._names = info.class_names
        self.picture.show_side(info.side)
        self.fit()

    def show_inspection(self, inspection: Inspection) -> None:
        """Show where a network looked."""
        shares = np.nan_to_num(inspection.attribution)
        predicted = self._names[inspection.predicted]
        self.picture.show_inspection(inspection)
        self.title.setText(_question(predicted, float(inspection.probabilities.max())))
        spoke_for, against = float(shares[shares > 0].sum()), float(shares[shares < 0].sum())
        self.change.setText(_sum_up(predicted, spoke_for, against))
        self.change.setToolTip(
            tip(sentences([_outcome(predicted, spoke_for + against), _(_LOGIT)]))
        )
        most = self.picture.describe(
            Pixel(*divmod(int(np.abs(shares).argmax()), self.picture.side))
        )
        self.picture.setAccessibleName(
            _("Where the network looked. Predicted {predicted}. Strongest pixel: {pixel}").format(
                predicted=predicted, pixel=most
            )
        )


def _swatch(colour: str, *, apart: bool) -> QLabel:
    """Return three by three pixels of an attribution, in black as in the picture."""
    pixmap = QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(Qt.GlobalColor.black)
    painter = QPainter(pixmap)
    painter.fillRect(pixmap.rect().adjusted(1, 1, -1, -1), QColor(colour))
    if apart:
        for row, column in np.ndindex(3, 3):
            corner = QPoint(column, row) * _SWATCH_SCALE
            _paint_gap(painter, QRect(corner, QSize(_SWATCH_SCALE, _SWATCH_SCALE)))
    painter.end()
    return QLabel(pixmap=pixmap)


def _paint_gap(painter: QPainter, pixel: QRect) -> None:
    """Keep a pixel apart from those to the right of it and below."""
    for edge in (
        QRect(pixel.left(), pixel.bottom(), pixel.width(), 1),
        QRect(pixel.right(), pixel.top(), 1, pixel.height()),
    ):
        painter.fillRect(edge, QColor(Qt.GlobalColor.black))


def _question(predicted: str, confidence: float) -> str:
    share = percent(confidence)
    return _("Why {predicted}? ({share})").format(predicted=predicted, share=share)


def _sum_up(predicted: str, spoke_for: float, against: float) -> str:
    """Say what all pixels did together, however many lines it takes."""
    return _(
        "All pixels together, compared with a black image: {gain} logits for {predicted}, {loss} "
        "against it"
    ).format(predicted=predicted, gain=figure(spoke_for, "+z.1f"), loss=figure(against, "+z.1f"))


def _outcome(predicted: str, change: float) -> str:
    """Say what is left when the two are added up."""
    if change < 0:
        text = _(
            "Added up: this image's logit for {predicted} is {change} lower than a black image's."
        )
    else:
        text = _(
            "Added up: this image's logit for {predicted} is {change} higher than a black image's."
        )
    return text.format(predicted=predicted, change=figure(abs(change), ".1f"))
