"""The training images that the network finds most like the one looked at."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QWidget,
)

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import WRONG_MARK, figure, sentences, tip, whole
from lenet_desktop.ui.gallery.pixel_images import pixel_image
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.elided_label import plain_label, short
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.screen_pixels import enlargement, in_screen_pixels, in_window, on_screen
from lenet_desktop.ui.kit.theme import (
    CHOSEN_TINT,
    LIGHT,
    POINTED_TINT,
    SPACING,
    Theme,
    steady_figures,
    with_alpha,
)

if TYPE_CHECKING:
    from lenet_desktop.analysis.neighbours import Neighbour, Neighbours
    from lenet_desktop.analysis.unlikeness import Unlikeness

TILES, COLUMNS = 8, 4
_SEARCHING = marked("Looking through the training images…")
_NOTHING_TO_SEARCH = marked("There are no training images.")
_SEARCHED_ALL = marked("All {total} training images were searched.")
_SEARCHED_SOME = marked(
    "The first {searched} of {total} training images were searched so far. The others follow "
    "within about a second, or as soon as no run is going on: searching all of them would slow it "
    "down by a third."
)
_LEAST_SIDE = 7 * SPACING // 2
"""Pixels of the window."""
_LEAST_NAME = 14
"""Letters of a name that there is always room for."""
_MARGIN = SPACING // 2
_RADIUS = 4


class NeighbourTile(QAbstractButton):
    """One training image with its class and its distance."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._names = DEFAULT.class_names
        self._image = QImage()
        self._distance = ""
        self._is_wrong = False
        self.number: int | None = None
        self.setFont(steady_figures(self.font()))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def is_wrong(self) -> bool:
        """Whether the image belongs to another class than the one looked at."""
        return self._is_wrong

    def show_dataset(self, info: DatasetInfo) -> None:
        """Have room for the class names of a data set."""
        self._names = info.class_names
        self.updateGeometry()

    def show_neighbour(self, neighbour: Neighbour, label: int | None) -> None:
        """Show a neighbour of an image of the class `label`, None where nobody knows it."""
        name = self._names[neighbour.label]
        self.number = neighbour.number
        self._is_wrong = label not in (None, neighbour.label)
        self._image = pixel_image(neighbour.pixels)
        self._distance = figure(neighbour.distance, "#.3g")
        self.setText(f"{WRONG_MARK} {name}" if self._is_wrong else name)
        text, other = _("Training image {number}: {name}, distance {distance}"), ""
        if self._is_wrong and label is not None:
            text = _("Training image {number}: {name}, not {other}, distance {distance}")
            other = self._names[label]
        description = text.format(
            number=neighbour.number, name=name, other=other, distance=self._distance
        )
        self.setAccessibleName(description)
        self.setToolTip(tip(description))
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return the size with a small image; long names are cut where there is no more room."""
        size, most = self._size(_LEAST_SIDE), self.fontMetrics().averageCharWidth() * _LEAST_NAME
        return QSize(min(size.width(), most), size.height())

    def sizeHint(self) -> QSize:
        """Return the size with an image of twice that side."""
        return self._size(2 * _LEAST_SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the image, its class, its distance and whether the button is pointed at."""
        painter, theme = QPainter(self), self._theme
        if self.hasFocus() or self.underMouse():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(
                with_alpha(theme.accent, CHOSEN_TINT if self.isDown() else POINTED_TINT)
            )
            pen = QPen(QColor(theme.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen
            painter.setPen(pen)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_words(painter, self._paint_image(painter))

    def _paint_image(self, painter: QPainter) -> int:
        """Paint the image and return where it ends, so many pixels below the button's edge."""
        ratio, words = self.devicePixelRatioF(), 2 * self.fontMetrics().height()
        room = min(self.width() - 2 * _MARGIN, self.height() - words - 2 * _MARGIN)
        own = max(1, self._image.width())
        side = own * enlargement(room, own, ratio)
        if side > room * ratio:  # a large image in a narrow window
            side = int(room * ratio)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        height = in_window(side, ratio)
        top = max(_MARGIN, (self.height() - height - words) // 2)
        left = (on_screen(self.width(), ratio) - side) // 2
        with in_screen_pixels(painter, ratio):
            painter.drawImage(QRect(left, on_screen(top, ratio), side, side), self._image)
        return top + height

    def _paint_words(self, painter: QPainter, top: int) -> None:
        line, theme = self.fontMetrics().height(), self._theme
        lines = ((self.text(), theme.wrong if self._is_wrong else theme.text),
                 (self._distance, theme.muted))  # fmt: skip
        for position, (text, colour) in enumerate(lines):
            painter.setPen(QColor(colour))
            area = QRect(0, top + position * line, self.width(), line)
            shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)

    def _size(self, side: int) -> QSize:
        metrics = self.fontMetrics()
        names = (f"{WRONG_MARK} {short(name, metrics)}" for name in self._names)
        longest = max(metrics.horizontalAdvance(name) for name in names)
        width = max(side + 2 * _MARGIN, longest + _MARGIN)
        return QSize(width, side + 2 * metrics.height() + 2 * _MARGIN)


class NeighboursPage(QWidget):
    """The nearest training images, or a sentence about why there are none."""

    training_image_chosen = Signal(int)  # its number

    def __init__(self) -> None:
        super().__init__()
        self._names = DEFAULT.class_names
        self._build()
        self._lay_out()
        for tile in self.tiles:
            tile.clicked.connect(partial(self._on_tile_clicked, tile))

    def _build(self) -> None:
        self.sentence = muted(QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter))
        self.caption = identify(plain_label(), "neighbours_caption")
        self.tiles = [
            identify(NeighbourTile(), f"neighbour_{position}") for position in range(TILES)
        ]
        self._grid = QWidget()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(SPACING // 2)
        for position, tile in enumerate(self.tiles):
            grid.addWidget(tile, *divmod(position, COLUMNS))
        self._page = in_column(self.caption, (grid, 1), spacing=SPACING // 2, on=self._grid)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.sentence)
        self._stack.addWidget(self._grid)

    def hasHeightForWidth(self) -> bool:
        """Ask for the least height: in a stack a caption that wraps asks for all that is liked."""
        return False

    def show_dataset(self, info: DatasetInfo) -> None:
        """Take on the classes of a data set."""
        self._names = info.class_names
        for tile in self.tiles:
            tile.show_dataset(info)
        self._page.activate()  # out of sight it would ask for the room of the names before

    def show_neighbours(
        self, neighbours: Neighbours | None, label: int | None, unlikeness: Unlikeness | None = None
    ) -> None:
        """Show the neighbours of an image.

        Args:
            neighbours: None while they are looked for.
            label: the image's class, None where nobody knows it.
            unlikeness: how far they are from the image; said at once only where that is unusual.
        """
        if neighbours is None or not neighbours.nearest:
            self.show_sentence(_(_SEARCHING) if neighbours is None else _(_NOTHING_TO_SEARCH))
            return
        shown = neighbours.nearest[:TILES]
        for tile, neighbour in zip(self.tiles, shown, strict=False):
            tile.show_neighbour(neighbour, label)
        for position, tile in enumerate(self.tiles):
            tile.setVisible(position < len(shown))
        counts = Counter(neighbour.label for neighbour in shown)
        named = label if label is not None else counts.most_common(1)[0][0]
        searched, total = whole(neighbours.searched), whole(neighbours.total)
        text = _(
            "{count} of the {shown} nearest training images among the first {searched} are of "
            "class {name}"
        )
        if neighbours.is_complete:
            text = _("{count} of the {shown} nearest training images are of class {name}")
        caption = text.format(
            count=counts[named], shown=len(shown), searched=searched, name=self._names[named]
        )
        reach = _(_SEARCHED_ALL) if neighbours.is_complete else _(_SEARCHED_SOME)
        explanation = reach.format(searched=searched, total=total)
        if unlikeness is not None and unlikeness.is_unlike:
            caption = _("{first}. {then}").format(first=caption, then=unlikeness.sentence)
        elif unlikeness is not None:
            explanation = sentences([explanation, unlikeness.sentence])
        self.caption.setText(caption)
        self.caption.setToolTip(tip(explanation))
        self._stack.setCurrentWidget(self._grid)

    def show_sentence(self, sentence: str) -> None:
        """Say why there are no neighbours."""
        self.sentence.setText(sentence)
        self._stack.setCurrentWidget(self.sentence)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        for tile in self.tiles:
            tile.show_theme(theme)

    def _on_tile_clicked(self, tile: NeighbourTile) -> None:
        if tile.number is not None:
            self.training_image_chosen.emit(tile.number)
