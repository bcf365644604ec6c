"""What a network makes of a picture: what it sees, its answer, where it looked, what is alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.preparation import Pixels
from lenet_desktop.text.wording import percent
from lenet_desktop.ui.gallery.image.probability_bars import ProbabilityBars
from lenet_desktop.ui.gallery.inside.attribution_page import (
    ATTRIBUTION_EXPLANATION,
    AttributionPicture,
)
from lenet_desktop.ui.gallery.inside.inspection_view import MAP_LEGEND, map_groups
from lenet_desktop.ui.gallery.inside.map_grid import MapGrid
from lenet_desktop.ui.gallery.inside.neighbours_page import NeighboursPage
from lenet_desktop.ui.gallery.inside.pixel_picture import EnlargedImage
from lenet_desktop.ui.gallery.pixel_images import pixel_image
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING, Theme, heading, steady_figures

if TYPE_CHECKING:
    from lenet_desktop.analysis.inspection import Inspection

_SIDE = 140
"""Pixels of the window that the two pictures have at most, in whole pixels of theirs."""
_SIGNS = "Solid green: for it; pink grid: against it"


class AnswerView(QWidget):
    """The image that the network sees beside where it looked, above what it takes it for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answer_view")
        self._info = DEFAULT
        self._build()
        self._lay_out()
        self.show_dataset(DEFAULT)

    def _build(self) -> None:
        self.seen = identify(EnlargedImage(), "seen_image", "What the network sees")
        self.attribution = identify(
            AttributionPicture(), "where_it_looked", "Where it looked", ATTRIBUTION_EXPLANATION
        )
        self.titles = [QLabel("The network sees"), QLabel("Where it looked")]
        self.signs = muted(QLabel(_SIGNS, wordWrap=True))
        self.verdict = identify(QLabel(wordWrap=True), "picture_verdict")
        larger = heading(steady_figures(self.verdict.font()))
        larger.setPointSizeF(larger.pointSizeF() * 1.35)
        self.verdict.setFont(larger)
        self.detail = muted(identify(QLabel(wordWrap=True), "picture_detail"))
        self.detail.setFont(steady_figures(self.detail.font()))
        self.bars = identify(ProbabilityBars(), "picture_bars")
        self.remark = identify(QLabel(wordWrap=True), "picture_remark")

    def _lay_out(self) -> None:
        pictures = QGridLayout()
        pictures.setHorizontalSpacing(2 * SPACING)
        pictures.setVerticalSpacing(SPACING // 2)
        corner = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        for column, picture in enumerate((self.seen, self.attribution)):
            self.titles[column].setFont(heading(self.titles[column].font()))
            pictures.addWidget(self.titles[column], 0, column)
            picture.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            pictures.addWidget(picture, 1, column, corner)
        pictures.setColumnStretch(2, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(pictures)
        layout.addWidget(self.signs)
        layout.addSpacing(SPACING // 2)
        layout.addWidget(self.verdict)
        layout.addWidget(self.detail)
        layout.addWidget(self.bars, 1)
        layout.addWidget(self.remark)

    def show_dataset(self, info: DatasetInfo) -> None:
        """Take on the classes of a data set, and have room for its images."""
        self._info = info
        self.bars.show_dataset(info)
        side = info.side * max(1, _SIDE // info.side)
        for picture in (self.seen, self.attribution):
            picture.show_side(info.side)
            picture.setFixedSize(side, side)
        self.seen.show_image(None)
        self.attribution.show_nothing()

    def show_seen(self, pixels: Pixels) -> None:
        """Show what a network reads, uint8 (channels, side, side)."""
        self.seen.show_image(pixel_image(pixels))

    def show_probabilities(self, probabilities: list[float], epoch: int) -> None:
        """Show what the network of an epoch takes the picture for."""
        predicted = max(range(len(probabilities)), key=probabilities.__getitem__)
        name = self._info.class_names[predicted]
        self.verdict.setText(f"{name}, {percent(probabilities[predicted])}")
        self.detail.setText(f"After epoch {epoch}" if epoch else "Says this model")
        self.bars.show_probabilities(probabilities, predicted)

    def show_reason(self, short: str, sentence: str) -> None:
        """Say why there is no answer, in a word or two and in a sentence."""
        self.verdict.setText(short)
        self.detail.setText(sentence)
        self.bars.show_probabilities([], 0)
        self.attribution.show_nothing()
        self.remark.clear()

    def show_inspection(self, inspection: Inspection) -> None:
        """Show where the network looked."""
        self.attribution.show_inspection(inspection)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.bars.show_theme(theme)


class InsideView(QWidget):
    """The maps that a picture gives, above the training images that are most like it."""

    training_image_chosen = Signal(int)  # its number

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture_inside_view")
        self.titles = [QLabel("Its maps"), QLabel("Its nearest training images")]
        self.maps = identify(MapGrid(), "picture_maps", "Feature maps")
        self.neighbours = identify(NeighboursPage(), "picture_neighbours")
        self.neighbours.training_image_chosen.connect(self.training_image_chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        parts = ((self.maps, 3), (self.neighbours, 2))
        for title, (part, stretch) in zip(self.titles, parts, strict=True):
            title.setFont(heading(title.font()))
            layout.addWidget(title)
            layout.addWidget(part, stretch)

    def show_dataset(self, info: DatasetInfo) -> None:
        """Take on the classes of a data set."""
        self.neighbours.show_dataset(info)

    def show_inspection(self, inspection: Inspection) -> None:
        """Show what a network saw."""
        legend = inspection.without_maps or MAP_LEGEND
        self.maps.show_groups(map_groups(inspection), legend)
        self.neighbours.show_neighbours(inspection.neighbours, None)

    def show_nothing(self, sentence: str) -> None:
        """Say why there is nothing to see."""
        self.maps.show_groups((), sentence)
        self.neighbours.show_sentence(sentence)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.maps.show_theme(theme)
        self.neighbours.show_theme(theme)
