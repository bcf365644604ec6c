"""Many small images of a network's layers, each at a whole multiple of its size on the screen.

Where there is no room for that, they are shown smaller.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import figure
from lenet_desktop.ui.gallery.pixel_images import Floats, grey_image, signed_image
from lenet_desktop.ui.kit.screen_pixels import (
    draw_edges,
    in_screen_pixels,
    in_window,
    on_screen,
    point_on_screen,
)
from lenet_desktop.ui.kit.spoken_parts import PartedWidget
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme, steady_figures

_GAP = 1
"""Pixels between images, which is where their frames are."""
_MAX_SIDE = 168
_NARROW = 180
"""Pixels that a group needs at least; one that is wider is shown smaller where room is short."""
_STEP = 1 / 8
"""By how much the scale of such a group grows at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class MapGroup:
    """The images of one layer, which share one scale so that they can be compared.

    Attributes:
        caption: what stands above them.
        maps: float32 (K, H, W).
        names: what each of the K is.
        columns: how many stand side by side.
        is_signed: whether 0 is black and the sign is a colour; else the least value is black.
        dazzling: the share of signed values that are so large that they are shown as the brightest;
            without any, one among thousands would leave all others in the dark.
    """

    caption: str
    maps: Floats
    names: tuple[str, ...]
    columns: int
    is_signed: bool = False
    dazzling: float = 0.0

    @property
    def rows(self) -> int:
        """How many lines of images there are."""
        return -(-len(self.maps) // self.columns)

    def images(self) -> list[QImage]:
        """Return the K images, (H, W) each."""
        numbers = np.nan_to_num(self.maps)
        if self.is_signed:
            limit = float(np.quantile(np.abs(numbers), 1 - self.dazzling))
            return [signed_image(values, limit) for values in self.maps]
        low, high = float(numbers.min()), float(numbers.max())
        return [grey_image(values, low, high) for values in self.maps]

    def size(self, scale: float, gap: int) -> QSize:
        """Return the room that the images take, each `scale` times its size, with gaps between."""
        last = self.place(self.rows * self.columns - 1, scale, gap)
        return QSize(last.right() + 1, last.bottom() + 1)

    def place(self, position: int, scale: float, gap: int) -> QRect:
        """Return where one image lies in this room."""
        row, column = divmod(position, self.columns)
        height, width = (math.ceil(length * scale) for length in self.maps.shape[1:])
        return QRect(column * (width + gap), row * (height + gap), width, height)

    def smallest_scale(self) -> float:
        """Return how far the images can be made smaller, to be seen still."""
        scales = (eighths * _STEP for eighths in range(8, 1, -1))
        return next((each for each in scales if self.size(each, _GAP).width() <= _NARROW), _STEP)

    def describe(self, position: int) -> str:
        """Say what one image is and between which values it lies."""
        values = self.maps[position]
        low, high = float(values.min()), float(values.max())
        return _("{name}: {low} to {high}").format(
            name=self.names[position], low=figure(low), high=figure(high)
        )


class MapGrid(PartedWidget):
    """Groups of images one below the other, with a line that says what is pointed at.

    The arrow keys go from image to image.
    """

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._legend = ""
        self._groups: tuple[MapGroup, ...] = ()
        self._items: list[tuple[MapGroup, int, QImage]] = []
        self._places: list[QRect] = []  # in pixels of the screen
        self._captions: list[QRect] = []
        self._cursor = 0
        self._pointed: int | None = None
        self.setFont(steady_figures(self.font()))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def detail(self) -> str:
        """What the line at the bottom says."""
        position = self._pointed
        if position is None and self.hasFocus():
            position = self._cursor
        return self._legend if position is None else self.part_sentence(position)

    def show_groups(self, groups: Iterable[MapGroup], legend: str) -> None:
        """Show these groups; the legend says how to read their colours."""
        self._groups = tuple(groups)
        self._legend = legend
        self._items = [
            (group, position, image)
            for group in self._groups
            for position, image in enumerate(group.images())
        ]
        self._cursor = min(self._cursor, max(0, len(self._items) - 1))
        if self._pointed is not None and self._pointed >= len(self._items):
            self._pointed = None
        self._place()
        self._tell()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def part_place(self, position: int) -> QRect:
        """Return the pixels of the window that an image covers, counted through all groups."""
        place, ratio = self._places[position], self._ratio
        left, top = math.ceil(place.left() / ratio), math.ceil(place.top() / ratio)
        right, bottom = (int(end / ratio) for end in (place.right() + 1, place.bottom() + 1))
        return QRect(left, top, right - left, bottom - top)

    def part_at(self, point: QPoint) -> int | None:
        """Return which image lies at a point, counted through all groups."""
        on_it, gap = point_on_screen(point, self._ratio), self._gap
        for position, place in enumerate(self._places):
            if place.adjusted(0, 0, gap, gap).contains(on_it):
                return position
        return None

    def part_count(self) -> int:
        """Return the number of images in all groups."""
        return len(self._items)

    def part_sentence(self, position: int) -> str:
        """Say what an image is and between which values it lies."""
        if position >= len(self._items):
            return self._legend
        group, within, _image = self._items[position]
        return group.describe(within)

    def current_part(self) -> int | None:
        """Return the image at which the keyboard stands."""
        return self._cursor if self._items else None

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which there is anything to see."""
        return self._room([group.smallest_scale() for group in self._groups], 1.0)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return self._room([3 * group.smallest_scale() for group in self._groups], 1.0)

    def event(self, event: QEvent) -> bool:
        """Place everything anew on a screen with smaller or larger pixels."""
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._place()
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Place everything anew around words in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the images as large as they fit."""
        super().resizeEvent(event)
        self._place()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the mouse."""
        self._point_at(self.part_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Say what the keyboard stands at again."""
        super().leaveEvent(event)
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the keyboard's mark under the mouse."""
        position = self.part_at(event.position().toPoint())
        if position is not None and event.button() is Qt.MouseButton.LeftButton:
            self._cursor = position
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from image to image."""
        position = self._neighbour(Qt.Key(event.key()))
        if position is None:
            super().keyPressEvent(event)
            return
        self._cursor = position
        self._pointed = None
        self._tell()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint captions, images, the keyboard's mark and the line at the bottom."""
        painter = QPainter(self)
        for group, area in zip(self._groups, self._captions, strict=True):
            self._write(painter, area, group.caption, self._theme.text)
        with in_screen_pixels(painter, self._ratio):
            self._paint_images(painter)
        bottom = QRect(0, self.height() - self._line, self.width(), self._line)
        self._write(painter, bottom, self.detail, self._theme.muted)

    def _paint_images(self, painter: QPainter) -> None:
        gap, thick = self._gap, on_screen(2, self._ratio)
        for (_group, _position, image), place in zip(self._items, self._places, strict=True):
            frame = place.adjusted(-gap, -gap, gap, gap)
            draw_edges(painter, frame, gap, QColor(self._theme.outline))
            is_smaller = place.width() < image.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smaller)
            painter.drawImage(place, image)
        marked = self._cursor if self.hasFocus() else None
        for position in {marked, self._pointed} - {None}:
            if position is not None and position < len(self._places):
                far = thick + gap
                frame = self._places[position].adjusted(-far, -far, far, far)
                draw_edges(painter, frame, thick, QColor(self._theme.text))

    def _write(self, painter: QPainter, area: QRect, text: str, colour: str) -> None:
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.setPen(QColor(colour))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _point_at(self, position: int | None) -> None:
        if position != self._pointed:
            self._pointed = position
            self.update()

    def _tell(self) -> None:
        self.speak_of_current_part(self._legend)
        self.update()

    def _neighbour(self, key: Qt.Key) -> int | None:
        """Return the image to which a key leads, None for a key that leads nowhere."""
        last = len(self._items) - 1
        if last < 0:
            return None
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -last - 1,
                 Qt.Key.Key_End: last + 1}  # fmt: skip
        if key in steps:
            return min(max(self._cursor + steps[key], 0), last)
        if key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return None
        sign = 1 if key == Qt.Key.Key_Down else -1
        here = self._places[self._cursor].center()
        ways = {
            position: (sign * (place.center().y() - here.y()), abs(place.center().x() - here.x()))
            for position, place in enumerate(self._places)
        }
        ahead = [position for position, (down, _across) in ways.items() if down > 0]
        return min(ahead, key=ways.__getitem__, default=self._cursor)

    @property
    def _line(self) -> int:
        return self.fontMetrics().height()

    @property
    def _ratio(self) -> float:
        return self.devicePixelRatioF()

    @property
    def _gap(self) -> int:
        return on_screen(_GAP, self._ratio)

    def _room(self, scales: Sequence[float], ratio: float) -> QSize:
        """Return what everything takes in the window when each group has its scale on a screen."""
        gap = on_screen(_GAP, ratio)
        sizes = [group.size(scale, gap) for group, scale in zip(self._groups, scales, strict=True)]
        each = self._line + SPACING // 2 + SPACING
        return QSize(
            in_window(max((size.width() for size in sizes), default=0) + 2 * gap, ratio),
            sum(in_window(size.height(), ratio) + each for size in sizes) + self._line,
        )

    def _scales(self) -> list[float]:
        """Return the largest scale for each group; the group with smaller images grows first.

        A scale says how many pixels of the screen each pixel of an image is wide.
        """
        scales, ratio = [group.smallest_scale() for group in self._groups], self._ratio
        growing = set(range(len(scales)))
        while growing:
            chosen = min(growing, key=lambda at: scales[at] * self._groups[at].maps.shape[2])
            before = scales[chosen]
            scales[chosen] = before + (1 if before >= 1 else _STEP)
            room = self._room(scales, ratio)
            too_large = scales[chosen] * self._groups[chosen].maps.shape[2] > _MAX_SIDE * ratio
            if too_large or room.width() > self.width() or room.height() > self.height():
                scales[chosen] = before
                growing.remove(chosen)
        return scales

    def _place(self) -> None:
        """Decide where everything lies."""
        self._places, self._captions = [], []
        top, ratio, gap = 0, self._ratio, self._gap
        for group, scale in zip(self._groups, self._scales(), strict=True):
            self._captions.append(QRect(0, top, self.width(), self._line))
            top += self._line + SPACING // 2
            corner = QPoint(gap, on_screen(top, ratio))
            self._places += [
                group.place(position, scale, gap).translated(corner)
                for position in range(len(group.maps))
            ]
            top += in_window(group.size(scale, gap).height(), ratio) + SPACING
        self.updateGeometry()
        self.update()
