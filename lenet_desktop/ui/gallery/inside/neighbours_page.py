"""The training images that the network finds most like the one looked at."""

from __future__ import annotations

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
    QVBoxLayout,
    QWidget,
)

from lenet_desktop.data.datasets import CLASS_NAMES, IMAGE_SIDE
from lenet_desktop.text.wording import WRONG_MARK, tip
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

TILES, COLUMNS = 8, 4
_SEARCHING = "Looking through the training images…"
_NOTHING_TO_SEARCH = "There are no training images."
_SEARCHED_ALL = "All {total:,} training images were searched."
_SEARCHED_SOME = (
    "The first {searched:,} of {total:,} training images were searched so far. The others follow "
    "within about a second, or as soon as no run is going on: searching all of them would slow it "
    "down by a third."
)
_MARGIN = SPACING // 2
_RADIUS = 4


class NeighbourTile(QAbstractButton):
    """One training image with its class and its distance."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
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

    def show_neighbour(self, neighbour: Neighbour, label: int) -> None:
        """Show a neighbour of an image of the class `label`."""
        name = CLASS_NAMES[neighbour.label]
        self.number = neighbour.number
        self._is_wrong = neighbour.label != label
        pixels, side = neighbour.pixels.tobytes(), IMAGE_SIDE
        self._image = QImage(pixels, side, side, side, QImage.Format.Format_Grayscale8).copy()
        self._distance = f"{neighbour.distance:#.3g}"
        self.setText(f"{WRONG_MARK} {name}" if self._is_wrong else name)
        outcome = f", not {CLASS_NAMES[label]}" if self._is_wrong else ""
        description = (
            f"Training image {neighbour.number}: {name}{outcome}, distance {self._distance}"
        )
        self.setAccessibleName(description)
        self.setToolTip(tip(description))
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return the size with the image as it is."""
        return self._size(1)

    def sizeHint(self) -> QSize:
        """Return the size with the image at 2x."""
        return self._size(2)

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
        side = IMAGE_SIDE * enlargement(room, IMAGE_SIDE, ratio)
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
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _size(self, scale: int) -> QSize:
        metrics, side = self.fontMetrics(), IMAGE_SIDE * scale
        longest = max(metrics.horizontalAdvance(f"{WRONG_MARK} {name}") for name in CLASS_NAMES)
        width = max(side + 2 * _MARGIN, longest + _MARGIN)
        return QSize(width, side + 2 * metrics.height() + 2 * _MARGIN)


class NeighboursPage(QWidget):
    """The nearest training images, or a sentence about why there are none."""

    training_image_chosen = Signal(int)  # its number

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()
        self._lay_out()
        for tile in self.tiles:
            tile.clicked.connect(partial(self._on_tile_clicked, tile))

    def _build(self) -> None:
        self.sentence = muted(QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter))
        self.caption = identify(QLabel(wordWrap=True), "neighbours_caption")
        self.tiles = [
            identify(NeighbourTile(), f"neighbour_{position}") for position in range(TILES)
        ]
        self._grid = QWidget()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(SPACING // 2)
        for position, tile in enumerate(self.tiles):
            grid.addWidget(tile, *divmod(position, COLUMNS))
        page = QVBoxLayout(self._grid)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(SPACING // 2)
        page.addWidget(self.caption)
        page.addLayout(grid, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.sentence)
        self._stack.addWidget(self._grid)

    def show_neighbours(self, neighbours: Neighbours | None, label: int) -> None:
        """Show the neighbours of an image of the class `label`; None while they are looked for."""
        if neighbours is None or not neighbours.nearest:
            self.sentence.setText(_SEARCHING if neighbours is None else _NOTHING_TO_SEARCH)
            self._stack.setCurrentWidget(self.sentence)
            return
        shown = neighbours.nearest[:TILES]
        for tile, neighbour in zip(self.tiles, shown, strict=False):
            tile.show_neighbour(neighbour, label)
        for position, tile in enumerate(self.tiles):
            tile.setVisible(position < len(shown))
        others = sum(tile.is_wrong for tile in self.tiles[: len(shown)])
        among = "" if neighbours.is_complete else f" among the first {neighbours.searched:,}"
        self.caption.setText(
            f"{len(shown) - others} of the {len(shown)} nearest training images{among} are of "
            f"class {CLASS_NAMES[label]}"
        )
        reach = _SEARCHED_ALL if neighbours.is_complete else _SEARCHED_SOME
        self.caption.setToolTip(
            tip(reach.format(searched=neighbours.searched, total=neighbours.total))
        )
        self._stack.setCurrentWidget(self._grid)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        for tile in self.tiles:
            tile.show_theme(theme)

    def _on_tile_clicked(self, tile: NeighbourTile) -> None:
        if tile.number is not None:
            self.training_image_chosen.emit(tile.number)
