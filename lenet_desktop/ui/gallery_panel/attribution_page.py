"""Where the network looked: the image with what spoke for and against its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from lenet_desktop.core.datasets import CLASS_NAMES, IMAGE_SIDE
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

_MAX_SCALE, _MIN_SCALE = 12, 4
_FULL_STRENGTH = 99.0
"""The percentile of the amounts at which a colour is strongest: a few outliers dim nothing."""
_MARKED_SHARE = 0.5
"""A pixel that speaks against the answer with this share of full strength is marked by a dash."""
_EXPLANATION = (
    "An attribution says how much each pixel spoke for or against the class that was predicted."
)


class AttributionPicture(QWidget):
    """The image in dim grey under the colours of its attribution, at a whole multiple."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._attribution: Floats | None = None
        self._limit = 0.0
        self._image: QImage | None = None
        side = IMAGE_SIDE * _MIN_SCALE
        self.setMinimumSize(side, side)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a screen reader tells what is to be seen
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return the size at 7x."""
        return QSize(IMAGE_SIDE * 7, IMAGE_SIDE * 7)

    def show_inspection(self, inspection: Inspection) -> None:
        """Show an image with its attribution."""
        self._attribution = inspection.attribution
        amounts = np.abs(np.nan_to_num(inspection.attribution))
        inked = amounts[amounts > 0]
        self._limit = float(np.percentile(inked, _FULL_STRENGTH)) if len(inked) else 0.0
        dim = inspection.pixels / np.float32(2 * 255)
        self._image = signed_image(inspection.attribution, self._limit, dim)
        self.update()

    def describe(self, row: int, column: int) -> str:
        """Say what one pixel did."""
        if self._attribution is None:
            return ""
        share = float(self._attribution[row, column])
        verdict = (
            "spoke for it" if share > 0 else "spoke against it" if share < 0 else "said nothing"
        )
        return f"Row {row}, column {column}: {_signed(share)}, {verdict}"

    def event(self, event: QEvent) -> bool:
        """Explain the pixel under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            pixel = self._pixel_at(event.pos())
            sentence = _EXPLANATION if pixel is None else self.describe(*pixel)
            QToolTip.showText(event.globalPos(), tip(sentence), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint crisp pixels, with a dash on those that speak against the answer."""
        if self._image is None or self._attribution is None:
            return
        painter, area = QPainter(self), self._area()
        painter.drawImage(area, self._image)
        scale = area.width() // IMAGE_SIDE
        dash = QSize(max(1, scale // 2), max(1, scale // 5))
        against = self._attribution < -_MARKED_SHARE * self._limit
        for row, column in np.argwhere(against).tolist() if self._limit else []:
            mark = QRect(QPoint(), dash)
            left, top = area.left() + column * scale, area.top() + row * scale
            mark.moveCenter(QRect(left, top, scale, scale).center())
            painter.fillRect(mark, QColor(Qt.GlobalColor.black))
        if self.hasFocus():  # within the black of the picture in either theme
            painter.setPen(QColor(Qt.GlobalColor.white))
            painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _area(self) -> QRect:
        scale = max(1, min(_MAX_SCALE, min(self.width(), self.height()) // IMAGE_SIDE))
        return QRect(0, 0, IMAGE_SIDE * scale, IMAGE_SIDE * scale)

    def _pixel_at(self, point: QPoint) -> tuple[int, int] | None:
        area = self._area()
        if self._attribution is None or not area.contains(point):
            return None
        scale = area.width() // IMAGE_SIDE
        return point.y() // scale, point.x() // scale


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
            muted(QLabel("Integrated gradients (Sundararajan et al., 2017)", wordWrap=True)),
            "attribution_method",
            "",
            "Integrated gradients add up how the score changes while a black image turns into "
            "this one, and share the change out among the pixels.",
        )

    def _lay_out(self) -> None:
        legend = QGridLayout()
        legend.setSpacing(SPACING // 2)
        legend.setColumnStretch(1, 1)
        lines = ((FOR_COLOUR, "+ spoke for it"), (AGAINST_COLOUR, "- spoke against it"))
        for row, (colour, text) in enumerate(lines):
            legend.addWidget(_swatch(colour), row, 0)
            legend.addWidget(QLabel(text), row, 1)
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
        most = self.picture.describe(*divmod(int(np.abs(shares).argmax()), IMAGE_SIDE))
        self.picture.setAccessibleDescription(f"Predicted {predicted}. Strongest pixel: {most}")


def _swatch(colour: str) -> QLabel:
    pixmap = QPixmap(SPACING * 2, SPACING * 2)
    pixmap.fill(QColor(colour))
    return QLabel(pixmap=pixmap)


def _signed(value: float) -> str:
    return f"{value:+#.3g}"
