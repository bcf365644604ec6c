"""What a network saw in the selected image, on four pages."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QStackedWidget, QTabBar, QWidget

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import tip
from lenet_desktop.ui.gallery.inside.attribution_page import AttributionPage
from lenet_desktop.ui.gallery.inside.map_grid import MapGrid, MapGroup
from lenet_desktop.ui.gallery.inside.neighbours_page import NeighboursPage
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import Theme

if TYPE_CHECKING:
    from lenet_desktop.analysis.inspection import Inspection, SeenLayer

_NOTHING = marked("Train a network and select an image to see what the network saw in it.")
_LOOKING = marked("Looking into the network…")
MAP_LEGEND = marked("Black is the least a layer gives, white the most")
_KERNEL_LEGEND = marked("Green adds, pink takes away, black is 0")
_COLOURS = (marked("red"), marked("green"), marked("blue"))
_FEW_MAPS, _UNITS_IN_ROW = 8, 12
_DAZZLING = 0.02


class Page(StrEnum):
    """The pages, by the words on their tabs, in this order."""

    ATTRIBUTION = marked("Where it looked")
    MAPS = marked("Maps")
    KERNELS = marked("Kernels")
    NEIGHBOURS = marked("Neighbours")


_EXPLANATIONS = {
    Page.ATTRIBUTION: (
        marked(
            "An attribution says how much each pixel spoke for or against the class that was "
            "predicted."
        )
    ),
    Page.MAPS: (
        marked(
            "A feature map is an image that a layer makes of the image: bright where one of its "
            "kernels found what it responds to."
        )
    ),
    Page.KERNELS: (
        marked(
            "A kernel is a pattern of learned weights: a convolution slides one of a few pixels "
            "over its input, a unit of a perceptron has one as large as the image."
        )
    ),
    Page.NEIGHBOURS: (
        marked(
            "Neighbours are the training images whose last features, {count} numbers each, differ "
            "least from those of this image."
        )
    ),
}


class InspectionView(QWidget):
    """Shows an inspection; knows neither the network nor who looked."""

    training_image_chosen = Signal(int)  # its number
    neighbours_wanted = Signal(bool)  # whether the page that shows them has been turned to

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("inspection_view")
        self.setAccessibleName(_("What the network saw"))
        self._is_empty = True
        self._without_maps = ""
        self._build()
        self._lay_out()
        self._connect()
        self.show_placeholder(_(_NOTHING))

    @property
    def page(self) -> Page:
        """The page that is turned to, even while there is nothing to show on it."""
        return list(Page)[self.tabs.currentIndex()]

    def _build(self) -> None:
        self.tabs = identify(
            QTabBar(drawBase=False, expanding=False), "inspection_tabs", _("What to look at")
        )
        for position, page in enumerate(Page):
            self.tabs.addTab(_(page))
            self.tabs.setTabToolTip(position, tip(_explanation(page)))
        self.placeholder = muted(QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter))
        self.placeholder.setObjectName("inspection_placeholder")
        self.attribution = identify(AttributionPage(), "attribution_page")
        self.maps = identify(MapGrid(), "feature_maps", _("Feature maps"))
        self.kernels = identify(MapGrid(), "kernels", _("Kernels"))
        self.neighbours = identify(NeighboursPage(), "neighbours_page")
        self.stack = QStackedWidget()

    def _lay_out(self) -> None:
        for page in (self.attribution, self.maps, self.kernels, self.neighbours, self.placeholder):
            self.stack.addWidget(page)
        in_column(self.tabs, (self.stack, 1), on=self)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.neighbours.training_image_chosen.connect(self.training_image_chosen)

    def show_dataset(self, info: DatasetInfo) -> None:
        """Take on the classes of a data set, and have room for its images."""
        self.attribution.show_dataset(info)
        self.neighbours.show_dataset(info)
        self.stack.updateGeometry()  # no page that is out of sight does it

    def show_inspection(self, inspection: Inspection, label: int) -> None:
        """Show what a network saw.

        Args:
            inspection: what it saw.
            label: the image's true class, from which neighbours of another class are told apart.
        """
        self._is_empty = False
        self._without_maps = _(inspection.without_maps)
        self.attribution.show_inspection(inspection)
        self.maps.show_groups(map_groups(inspection), _(MAP_LEGEND))
        self.kernels.show_groups(_kernel_groups(inspection), _(_KERNEL_LEGEND))
        self.neighbours.show_neighbours(inspection.neighbours, label, inspection.unlikeness)
        explanation = _explanation(Page.NEIGHBOURS, len(inspection.features))
        self.tabs.setTabToolTip(list(Page).index(Page.NEIGHBOURS), tip(explanation))
        self._turn()

    def expect_inspection(self) -> None:
        """Say that an inspection is on its way; the one shown before stays until then."""
        if self._is_empty:
            self.show_placeholder(_(_LOOKING))

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
        lacks_maps = not self._is_empty and self.page is Page.MAPS and bool(self._without_maps)
        if lacks_maps:
            self.placeholder.setText(self._without_maps)
        says_why = self._is_empty or lacks_maps
        position = self.stack.count() - 1 if says_why else self.tabs.currentIndex()
        self.stack.setCurrentIndex(position)
        self.setAccessibleDescription(self.placeholder.text() if says_why else _(self.page))

    @Slot(int)
    def _on_tab_changed(self, _position: int) -> None:
        self._turn()
        self.neighbours_wanted.emit(self.page is Page.NEIGHBOURS)


def map_groups(inspection: Inspection) -> tuple[MapGroup, ...]:
    """Return the maps of each layer that has some."""
    return tuple(
        MapGroup(
            _("{layer}: {count} maps of {height}x{width}").format(
                layer=_(layer.title),
                count=len(layer.values),
                height=layer.values.shape[1],
                width=layer.values.shape[2],
            ),
            layer.values,
            tuple(
                _("{layer}, map {number} of {count}").format(
                    layer=_(layer.title), number=at, count=len(layer.values)
                )
                for at in range(1, len(layer.values) + 1)
            ),
            _maps_in_row(len(layer.values)),
        )
        for layer in inspection.maps
    )


def _maps_in_row(count: int) -> int:
    """Return how many maps stand side by side: few in one row, more in two, which are lower."""
    return min(count, max(_FEW_MAPS, math.ceil(count / 2)))


def _kernel_groups(inspection: Inspection) -> tuple[MapGroup, ...]:
    """Return the kernels, or the weights of a layer that has none."""
    groups, before = [], ""
    for layer in inspection.kernels:
        make = _of_units if layer.makes == "unit" else _of_maps
        groups.append(make(layer, before))
        _first, before = _ordinals(layer.title)
    return tuple(groups)


def _of_maps(layer: SeenLayer, before: str) -> MapGroup:
    """Return a column for each map made, a row for each map or colour read.

    Args:
        layer: a convolution.
        before: what the convolution before it is called, as "first"; nothing where there is none.
    """
    (title, ordinal), (made, read) = _ordinals(layer.title), layer.values.shape[:2]
    sources = _sources(read, before)
    if read == 1:
        caption = _("{layer}: a kernel for each of its {made} maps")
        name = _("Kernel of the {ordinal} convolution's map {number}")
    elif before:
        caption = _("{ordinal}: {made} maps (columns) read {read} (rows)")
        name = _("Kernel by which {ordinal} map {number} reads {source}")
    else:
        caption = _("{ordinal}: {made} maps (columns) read {read} colours (rows)")
        name = _("Kernel by which {ordinal} map {number} reads {source}")
    return MapGroup(
        caption.format(layer=_(layer.title), ordinal=title, made=made, read=read),
        layer.values.swapaxes(0, 1).reshape(made * read, *layer.values.shape[2:]),
        tuple(
            name.format(ordinal=ordinal, number=column + 1, source=source)
            for source in sources
            for column in range(made)
        ),
        made,
        is_signed=True,
    )


def _of_units(layer: SeenLayer, before: str) -> MapGroup:
    """Return what each unit of a layer that sees all pixels looks for, in each colour."""
    made, read = layer.values.shape[:2]
    sources = _sources(read, before)
    name = _("Weights of unit {unit}") if read == 1 else _("Weights of unit {unit} for {source}")
    return MapGroup(
        _("{layer}: what each of its {count} units looks for").format(
            layer=_(layer.title), count=made
        ),
        layer.values.reshape(made * read, *layer.values.shape[2:]),
        tuple(
            name.format(unit=unit, source=source)
            for unit in range(1, made + 1)
            for source in sources
        ),
        _UNITS_IN_ROW,
        is_signed=True,
        dazzling=_DAZZLING,
    )


def _sources(read: int, before: str) -> list[str]:
    """Name what a layer reads: the maps of the layer before it, or colours."""
    if not before:
        return [_(colour) for colour in _COLOURS[:read]]
    name = _("{ordinal} map {number}")
    return [name.format(ordinal=before, number=row + 1) for row in range(read)]


def _ordinals(title: str) -> tuple[str, str]:
    """Return which of several layers one is, as a line begins and within a sentence."""
    return {
        "First convolution": (pgettext("layer", "First"), pgettext("layer", "first")),
        "Second convolution": (pgettext("layer", "Second"), pgettext("layer", "second")),
        "Third convolution": (pgettext("layer", "Third"), pgettext("layer", "third")),
    }.get(title, (_(title), _(title)))


def _explanation(page: Page, features: int | None = None) -> str:
    """Say what a page shows, with how many numbers two images are compared by."""
    count = pgettext("numbers", "some") if features is None else str(features)
    return _(_EXPLANATIONS[page]).format(count=count)
