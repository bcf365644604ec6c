"""Where the network looked: the image with what spoke for and against its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from lenet_desktop.core.datasets import CLASS_NAMES, IMAGE_SIDE
from lenet_desktop.ui.gallery_panel.pixel_picture import Pixel, PixelPicture
from lenet_desktop.ui.gallery_panel.signed_colours import (
    AGAINST_COLOUR,
    FOR_COLOUR,
    Floats,
    signed_image,
)
from lenet_desktop.ui.naming import identify, muted
from lenet_desktop.ui.theme import SPACING, heading, steady_figures
from lenet_desktop.ui.wording import percent, tip

if TYPE_CHECKING:
    from lenet_desktop.core.inspection import Inspection

_FULL_STRENGTH = 99.0
"""The percentile of the amounts at which a colour is strongest: a few outliers dim nothing."""
_APART_SHARE = 0.15
"""From this share of full strength on, pixels that speak against the answer stand apart."""
_SWATCH_SCALE = 6
_EXPLANATION = (
    "An attribution says how much each pixel spoke for or against the class that was predicted. "
    "The arrow keys lead from pixel to pixel."
)
_METHOD = "Integrated gradients (Sundararajan et al., 2017), computed with Captum"


class AttributionPicture(PixelPicture):
    """The image in dim grey under the colours of its attribution, at a whole multiple."""

    _SMALLEST, _USUAL, _LARGEST = 4, 7, 12

    def __init__(self) -> None:
        super().__init__(self._SMALLEST, self._LARGEST)
        self._attribution: Floats | None = None
        self._limit = 0.0
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return the size at 7x."""
        return QSize(IMAGE_SIDE * self._USUAL, IMAGE_SIDE * self._USUAL)

    def show_inspection(self, inspection: Inspection) -> None:
        """Show an image with its attribution.

        The keyboard waits at the strongest pixel, but stays where somebody leads it, so that one
        pixel can be followed from epoch to epoch.
        """
        self._attribution = inspection.attribution
        amounts = np.abs(np.nan_to_num(inspection.attribution))
        inked = amounts[amounts > 0]
        self._limit = float(np.percentile(inked, _FULL_STRENGTH)) if len(inked) else 0.0
        dim = inspection.pixels / np.float32(2 * 255)
        self._image = signed_image(inspection.attribution, self._limit, dim)
        if self.was_led:
            self.tell()
        else:
            self.go_to(Pixel(*divmod(int(amounts.argmax()), IMAGE_SIDE)))

    @property
    def has_picture(self) -> bool:
        """Whether there is an attribution."""
        return self._attribution is not None

    def describe(self, pixel: Pixel) -> str:
        """Say what one pixel did."""
        if self._attribution is None:
            return ""
        share = float(self._attribution[pixel])
        verdict = (
            "spoke for it" if share > 0 else "spoke against it" if share < 0 else "said nothing"
        )
        return f"Row {pixel.row}, column {pixel.column}: {_signed(share)}, {verdict}"

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


class AttributionPage(QWidget):
    """The picture with the class it is about, a legend and the name of the method."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()
        self._lay_out()

    def _build(self) -> None:
        self.picture = identify(
            AttributionPicture(), "attribution_picture", "Where the network looked", _EXPLANATION
        )
        self.title = identify(QLabel(wordWrap=True), "attribution_title")
        self.title.setFont(heading(steady_figures(self.title.font())))
        self.change = identify(QLabel(wordWrap=True), "attribution_change")
        self.change.setFont(steady_figures(self.change.font()))
        self.change.setToolTip(
            tip("A logit is the network's raw score for a class, before it becomes a probability.")
        )
        self.method = identify(
            muted(QLabel(_METHOD, wordWrap=True)),
            "attribution_method",
            "",
            "Integrated gradients add up how the score changes while a black image turns into "
            "this one, and share the change out among the pixels.",
        )

    def _lay_out(self) -> None:
        legend = QGridLayout()
        legend.setSpacing(SPACING // 2)
        legend.setColumnStretch(1, 1)
        lines = (
            (FOR_COLOUR, False, "+ spoke for it (solid)"),
            (AGAINST_COLOUR, True, "- spoke against it (grid)"),
        )
        for row, (colour, apart, text) in enumerate(lines):
            legend.addWidget(_swatch(colour, apart=apart), row, 0)
            legend.addWidget(QLabel(text, wordWrap=True), row, 1)
        words = QVBoxLayout()
        words.setSpacing(SPACING)
        words.addWidget(self.title)
        words.addLayout(legend)
        words.addWidget(self.change)
        words.addWidget(self.method)
        words.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.picture, 1)
        layout.addLayout(words, 1)

    def show_inspection(self, inspection: Inspection) -> None:
        """Show where a network looked."""
        shares = np.nan_to_num(inspection.attribution)
        predicted = CLASS_NAMES[inspection.predicted]
        confidence = percent(float(inspection.probabilities.max()))
        self.picture.show_inspection(inspection)
        self.title.setText(f"Why {predicted}? ({confidence})")
        spoke_for, against = float(shares[shares > 0].sum()), float(shares[shares < 0].sum())
        self.change.setText(
            f"{_signed(spoke_for)} and {_signed(against)} logits, from a black image to this one"
        )
        most = self.picture.describe(Pixel(*divmod(int(np.abs(shares).argmax()), IMAGE_SIDE)))
        self.picture.setAccessibleName(
            f"Where the network looked. Predicted {predicted}. Strongest pixel: {most}"
        )


def _swatch(colour: str, *, apart: bool) -> QLabel:
    """Return three by three pixels of an attribution."""
    pixmap = QPixmap(3 * _SWATCH_SCALE, 3 * _SWATCH_SCALE)
    pixmap.fill(QColor(colour))
    if apart:
        painter = QPainter(pixmap)
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


def _signed(value: float) -> str:
    return f"{value:+#.3g}"
