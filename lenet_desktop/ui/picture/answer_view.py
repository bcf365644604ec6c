"""What a network makes of a picture: what it sees, its answer, where it looked, what is alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.pictures.geometry import Pixels
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import joined, percent
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
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.elided_label import WholeLabel
from lenet_desktop.ui.kit.layout import Frugal
from lenet_desktop.ui.kit.naming import as_display, identify, muted, set_muted
from lenet_desktop.ui.kit.theme import SPACING, Theme, heading, steady_figures

if TYPE_CHECKING:
    from lenet_desktop.analysis.inspection import Inspection
    from lenet_desktop.analysis.unlikeness import Unlikeness

_LEAST, _MOST = 84, 224
"""Pixels of the window between which the two pictures are."""
_REMARK_LINES = 2
_AIRY = 1.5
"""By how much the lines of the bars may be higher than their letters."""
_LOOKING = marked("Looking into the network…")
_INSIDE = marked(
    "What a network makes of your picture appears here: its maps, and the training images that "
    "are most like it to the network."
)
_WHERE = marked("Where it looked")
_SIGNS = marked("Solid green: for it; pink grid: against it")


class AnswerView(Frugal):
    """The image that the network sees beside where it looked, above what it takes it for."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("answer_view")
        self._info = DEFAULT
        self._remarked: Pixels | None = None  # what the network saw of which something is said
        self._build()
        self._lay_out()
        self.show_dataset(DEFAULT)

    def _build(self) -> None:
        self.seen = identify(EnlargedImage(), "seen_image", _("What the network sees"))
        self.attribution = identify(
            AttributionPicture(_MOST),
            "where_it_looked",
            _(_WHERE),
            _(ATTRIBUTION_EXPLANATION),
        )
        self.titles = [QLabel(_("The network sees")), QLabel(_(_WHERE))]
        self.signs = muted(WholeLabel(_(_SIGNS)))
        self.verdict = identify(WholeLabel(), "picture_verdict")
        as_display(self.verdict).setFont(steady_figures(self.verdict.font()))
        self.detail = muted(identify(WholeLabel(), "picture_detail"))
        self.detail.setFont(steady_figures(self.detail.font()))
        self.bars = identify(ProbabilityBars(), "picture_bars")
        self.remark = identify(WholeLabel(), "picture_remark")

    def _lay_out(self) -> None:
        pictures = QGridLayout()
        pictures.setHorizontalSpacing(2 * SPACING)
        pictures.setVerticalSpacing(SPACING // 2)
        corner = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        for column, picture in enumerate((self.seen, self.attribution)):
            self.titles[column].setFont(heading(self.titles[column].font()))
            pictures.addWidget(self.titles[column], 0, column)
            pictures.addWidget(picture, 1, column, corner)
        pictures.setColumnStretch(2, 1)
        in_column(
            pictures,
            self.signs,
            SPACING // 2,
            self.verdict,
            self.detail,
            (self.bars, 1),
            self.remark,
            (None, 0),
            spacing=SPACING // 2,
            on=self,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Enlarge the two pictures as far as there is room for all the rest."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        line, info = self.fontMetrics().height(), self._info
        words = (self.titles[0], self.signs, self.verdict, self.detail)
        taken = sum(label.sizeHint().height() + SPACING for label in words)
        taken += self.bars.minimumSizeHint().height() + _REMARK_LINES * line
        room = self.width() - 2 * SPACING
        room = min(
            room // 2, room - self.titles[0].sizeHint().width(), self.height() - taken, _MOST
        )
        side = info.side * max(1, max(room, _LEAST) // info.side)
        for picture in (self.seen, self.attribution):
            picture.setMaximumSize(side, side)

    def show_dataset(self, info: DatasetInfo) -> None:
        """Take on the classes of a data set, and have room for its images."""
        self._info = info
        self.bars.show_dataset(info)
        lines = len(info.class_names) * self.bars.fontMetrics().height()
        self.bars.setMaximumHeight(round(lines * _AIRY))
        for picture in (self.seen, self.attribution):
            picture.show_side(info.side)
            side = info.side * max(1, _LEAST // info.side)
            picture.setMinimumSize(side, side)
        self.seen.show_image(None)
        self.attribution.show_nothing()
        self._fit()

    def show_seen(self, pixels: Pixels) -> None:
        """Show what a network reads, uint8 (channels, side, side)."""
        self.seen.show_image(pixel_image(pixels))

    def show_probabilities(self, probabilities: list[float], epoch: int) -> None:
        """Show what the network of an epoch takes the picture for."""
        predicted = max(range(len(probabilities)), key=probabilities.__getitem__)
        name = self._info.class_names[predicted]
        self.verdict.setText(joined([name, percent(probabilities[predicted])]))
        after = _("After epoch {epoch}").format(epoch=epoch)
        self.detail.setText(after if epoch else _("By the model that is open"))
        self.bars.show_probabilities(probabilities, predicted)

    def show_reason(self, short: str, sentence: str) -> None:
        """Say why there is no answer, in a word or two and in a sentence."""
        self.verdict.setText(short)
        self.detail.setText(sentence)
        self.bars.show_probabilities([], 0)
        self.attribution.show_nothing()
        self._show_attribution(is_there=False)
        self._remark(None, None)

    def show_inspection(self, inspection: Inspection) -> None:
        """Show where the network looked, and say how unlike the training images this is."""
        self._show_attribution(is_there=True)
        self.attribution.show_inspection(inspection)
        unlikeness, pixels = inspection.unlikeness, inspection.pixels
        is_same = self._remarked is not None and np.array_equal(self._remarked, pixels)
        if unlikeness is not None or not is_same:  # else it follows
            self._remark(unlikeness, pixels)

    def _show_attribution(self, *, is_there: bool) -> None:
        self.titles[1].setText(_(_WHERE) if is_there else "")
        self.signs.setText(_(_SIGNS) if is_there else "")

    def _remark(self, unlikeness: Unlikeness | None, pixels: Pixels | None) -> None:
        self._remarked = pixels
        self.remark.setText("" if unlikeness is None else unlikeness.sentence)
        is_unlike = unlikeness is not None and unlikeness.is_unlike
        self.remark.setFont(heading(self.font()) if is_unlike else self.font())
        set_muted(self.remark, not is_unlike)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.bars.show_theme(theme)


class InsideView(Frugal):
    """The maps that a picture gives, above the training images that are most like it."""

    training_image_chosen = Signal(int)  # its number

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("picture_inside_view")
        self.titles = [QLabel(_("Its maps")), QLabel(_("Its nearest training images"))]
        self.maps = identify(MapGrid(), "picture_maps", _("Feature maps"))
        self.neighbours = identify(NeighboursPage(), "picture_neighbours")
        self.neighbours.training_image_chosen.connect(self.training_image_chosen)
        self.placeholder = muted(QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter))
        for title in self.titles:
            title.setFont(heading(title.font()))
        of_maps, of_images = self.titles
        self._content = (of_maps, self.maps, of_images, self.neighbours)
        # Not a stack, which asks for all the height that it would like.
        in_column(
            self.placeholder,
            of_maps,
            (self.maps, 1),
            of_images,
            (self.neighbours, 1),
            spacing=SPACING // 2,
            on=self,
        )
        self.show_nothing()

    def show_dataset(self, info: DatasetInfo) -> None:
        """Take on the classes of a data set."""
        self.neighbours.show_dataset(info)
        self.show_nothing()

    def show_inspection(self, inspection: Inspection) -> None:
        """Show what a network saw."""
        legend = _(inspection.without_maps) or _(MAP_LEGEND)
        self.maps.show_groups(map_groups(inspection), legend)
        self.neighbours.show_neighbours(inspection.neighbours, None)
        self._turn(is_there=True)

    def expect_inspection(self) -> None:
        """Say that an inspection is on its way; the one shown before stays until then."""
        self.placeholder.setText(_(_LOOKING))

    def show_nothing(self) -> None:
        """Say what there would be to see."""
        self.placeholder.setText(_(_INSIDE))
        self._turn(is_there=False)

    def _turn(self, *, is_there: bool) -> None:
        self.placeholder.setVisible(not is_there)
        for part in self._content:
            part.setVisible(is_there)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.maps.show_theme(theme)
        self.neighbours.show_theme(theme)
