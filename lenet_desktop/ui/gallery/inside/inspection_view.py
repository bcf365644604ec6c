"""What a network saw in the selected image, on four pages."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.wording import tip
from lenet_desktop.ui.gallery.inside.attribution_page import AttributionPage
from lenet_desktop.ui.gallery.inside.map_grid import MapGrid, MapGroup
from lenet_desktop.ui.gallery.inside.neighbours_page import NeighboursPage
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING, Theme

if TYPE_CHECKING:
    from lenet_desktop.analysis.inspection import Inspection

_NOTHING = "Train a network and select an image to see what the network saw in it."
_LOOKING = "Looking into the network…"
_MAP_LEGEND = "Black is the least a layer gives, white the most"
_KERNEL_LEGEND = "Green adds, pink takes away, black is 0"


class Page(StrEnum):
    """The pages, by the words on their tabs, in this order."""

    ATTRIBUTION = "Where it looked"
    MAPS = "Maps"
    KERNELS = "Kernels"
    NEIGHBOURS = "Neighbours"


_EXPLANATIONS = {
    Page.ATTRIBUTION: (
        "An attribution says how much each pixel spoke for or against the class that was predicted."
    ),
    Page.MAPS: (
        "A feature map is an image that a layer makes of the image: bright where one of its "
        "kernels found what it responds to."
    ),
    Page.KERNELS: (
        "A kernel is a 5x5 pattern of learned weights that a convolution slides over its input."
    ),
    Page.NEIGHBOURS: (
        "Neighbours are the training images whose last features, 84 numbers each, differ least "
        "from those of this image."
    ),
}


class InspectionView(QWidget):
    """Shows an inspection; knows neither the network nor who looked."""

    training_image_chosen = Signal(int)  # its number
    neighbours_wanted = Signal(bool)  # whether the page that shows them has been turned to

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspection_view")
        self.setAccessibleName("What the network saw")
        self._is_empty = True
        self._build()
        self._lay_out()
        self._connect()
        self.show_placeholder(_NOTHING)

    @property
    def page(self) -> Page:
        """The page that is turned to, even while there is nothing to show on it."""
        return list(Page)[self.tabs.currentIndex()]

    @property
    def wants_neighbours(self) -> bool:
        """Whether the page with the neighbours is turned to."""
        return self.page is Page.NEIGHBOURS

    def _build(self) -> None:
        self.tabs = identify(
            QTabBar(drawBase=False, expanding=False), "inspection_tabs", "What to look at"
        )
        for position, page in enumerate(Page):
            self.tabs.addTab(page)
            self.tabs.setTabToolTip(position, tip(_EXPLANATIONS[page]))
        self.placeholder = muted(QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter))
        self.placeholder.setObjectName("inspection_placeholder")
        self.attribution = identify(AttributionPage(), "attribution_page")
        self.maps = identify(MapGrid(), "feature_maps", "Feature maps")
        self.kernels = identify(MapGrid(), "kernels", "Kernels")
        self.neighbours = identify(NeighboursPage(), "neighbours_page")
        self.stack = QStackedWidget()

    def _lay_out(self) -> None:
        for page in (self.attribution, self.maps, self.kernels, self.neighbours, self.placeholder):
            self.stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.tabs)
        layout.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.neighbours.training_image_chosen.connect(self.training_image_chosen)

    def show_dataset(self, info: DatasetInfo) -> None:
        """Take on the classes of a data set, and have room for its images."""
        self.attribution.show_dataset(info)
        self.neighbours.show_dataset(info)

    def show_inspection(self, inspection: Inspection | None, label: int | None = None) -> None:
        """Show what a network saw, or that there is nothing to show.

        Args:
            inspection: what it saw.
            label: the image's true class, from which neighbours of another class are told apart;
                without, they are compared with the predicted class.
        """
        if inspection is None:
            self.show_placeholder(_NOTHING)
            return
        self._is_empty = False
        self.attribution.show_inspection(inspection)
        self.maps.show_groups(_map_groups(inspection), _MAP_LEGEND)
        self.kernels.show_groups(_kernel_groups(inspection), _KERNEL_LEGEND)
        like = inspection.predicted if label is None else label
        self.neighbours.show_neighbours(inspection.neighbours, like)
        self._turn()

    def expect_inspection(self) -> None:
        """Say that an inspection is on its way; the one shown before stays until then."""
        if self._is_empty:
            self.show_placeholder(_LOOKING)

    def show_placeholder(self, sentence: str) -> None:
        """Say why there is nothing to show; the tabs stay where they are."""
        self._is_empty = True
        self.placeholder.setText(sentence)
        self._turn()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.maps.show_theme(theme)
        self.kernels.show_theme(theme)
        self.neighbours.show_theme(theme)

    def _turn(self) -> None:
        position = self.stack.count() - 1 if self._is_empty else self.tabs.currentIndex()
        self.stack.setCurrentIndex(position)
        self.setAccessibleDescription(self.placeholder.text() if self._is_empty else self.page)

    @Slot(int)
    def _on_tab_changed(self, _position: int) -> None:
        self._turn()
        self.neighbours_wanted.emit(self.wants_neighbours)


def _map_groups(inspection: Inspection) -> tuple[MapGroup, ...]:
    return tuple(
        MapGroup(
            f"{ordinal} convolution: {len(maps)} maps of {maps.shape[1]}x{maps.shape[2]}",
            maps,
            tuple(
                f"{ordinal} convolution, map {at} of {len(maps)}" for at in range(1, len(maps) + 1)
            ),
            columns,
        )
        for ordinal, maps, columns in (
            ("First", inspection.first_maps, 6),
            ("Second", inspection.second_maps, 8),
        )
    )


def _kernel_groups(inspection: Inspection) -> tuple[MapGroup, ...]:
    """Return the kernels; of the second ones a column for each map made, a row for each read."""
    first, second = inspection.first_kernels, inspection.second_kernels
    made, read = second.shape[:2]
    by_row = second.swapaxes(0, 1).reshape(made * read, *second.shape[2:])
    return (
        MapGroup(
            "First convolution: a kernel for each of its 6 maps",
            first,
            tuple(f"Kernel of the first convolution's map {at + 1}" for at in range(len(first))),
            len(first),
            is_signed=True,
        ),
        MapGroup(
            f"Second: {made} maps (columns) read {read} (rows)",
            by_row,
            tuple(
                f"Kernel by which second map {column + 1} reads first map {row + 1}"
                for row in range(read)
                for column in range(made)
            ),
            made,
            is_signed=True,
        ),
    )
