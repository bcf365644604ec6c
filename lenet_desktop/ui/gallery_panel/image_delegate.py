"""Paints one cell of the grid: the image, what it was taken for and what it is."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from lenet_desktop.core.datasets import CLASS_NAMES, IMAGE_SIDE
from lenet_desktop.ui.gallery_panel.gallery_model import Role
from lenet_desktop.ui.theme import LIGHT, SPACING, Theme, with_alpha
from lenet_desktop.ui.wording import WRONG_MARK

SMALLEST_SCALE, USUAL_SCALE, LARGEST_SCALE = 1, 3, 6
_MARGIN = SPACING // 2
_RADIUS = 4


class ImageDelegate(QStyledItemDelegate):
    """Draws images at a whole multiple of their size, so that their pixels stay crisp."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._scale = USUAL_SCALE

    @property
    def scale(self) -> int:
        """How many pixels of the screen a pixel of an image is wide."""
        return self._scale

    def set_scale(self, scale: int) -> None:
        """Draw images larger or smaller, from 1x (28 px) to 6x (168 px)."""
        self._scale = min(max(scale, SMALLEST_SCALE), LARGEST_SCALE)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme

    def cell_size(self, font: QFont) -> QSize:
        """Return the size of every cell, wide enough for every class name."""
        metrics = QFontMetrics(_caption_font(font))
        names = (f"{WRONG_MARK} {name}" for name in CLASS_NAMES)
        text_width = max(metrics.horizontalAdvance(name) for name in names)
        side = IMAGE_SIDE * self._scale
        if not self._has_captions:
            return QSize(side + 2 * _MARGIN + 2, side + 2 * _MARGIN + 2)
        width = max(side, text_width) + 2 * _MARGIN + SPACING
        return QSize(width, side + 2 * metrics.height() + 3 * _MARGIN + SPACING)

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the size of every cell."""
        return self.cell_size(option.font)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one cell."""
        cell = option.rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        self._paint_frame(painter, option, cell)
        wrong = index.data(Role.CORRECT) is False
        side = IMAGE_SIDE * self._scale
        picture = QRect(0, 0, side, side)
        picture.moveCenter(cell.center())
        if self._has_captions:
            picture.moveTop(cell.top() + _MARGIN)
        painter.drawImage(picture, index.data(Role.IMAGE))
        if index.data(Role.MARK) is not None:
            self._paint_flag(painter, picture)
        if self._has_captions:
            self._paint_captions(painter, option, index, cell, picture.bottom() + 1 + _MARGIN // 2)
        elif wrong:
            self._paint_wrong_corner(painter, option, picture)

    @property
    def _has_captions(self) -> bool:
        """Whether there is room for words; at 28 pixels a mark has to do."""
        return self._scale > SMALLEST_SCALE

    def _paint_flag(self, painter: QPainter, picture: QRect) -> None:
        """Draw a flag on the image's corner: somebody has marked it."""
        size = max(10, picture.width() // 5)
        corner = QRect(picture.left(), picture.bottom() + 1 - size, size, size)
        painter.fillRect(corner, QColor(self._theme.test))
        painter.setPen(QPen(QColor(self._theme.window), 2))
        painter.drawLine(
            corner.left() + 3, corner.top() + 2, corner.left() + 3, corner.bottom() - 2
        )
        flag = QRect(corner.left() + 3, corner.top() + 2, size - 6, (size - 4) // 2)
        painter.fillRect(flag, QColor(self._theme.window))

    def _paint_wrong_corner(
        self, painter: QPainter, option: QStyleOptionViewItem, picture: QRect
    ) -> None:
        painter.setPen(QPen(QColor(self._theme.wrong), 2))
        painter.drawRect(picture.adjusted(0, 0, -1, -1))
        painter.setFont(_caption_font(option.font))
        mark = painter.fontMetrics().boundingRect(WRONG_MARK).size()
        corner = QRect(picture.right() - mark.width() - 2, picture.top(), mark.width() + 3, 12)
        painter.fillRect(corner, QColor(self._theme.window))
        painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, WRONG_MARK)

    def _paint_frame(self, painter: QPainter, option: QStyleOptionViewItem, cell: QRect) -> None:
        selected = option.state & QStyle.StateFlag.State_Selected
        pointed = option.state & QStyle.StateFlag.State_MouseOver
        if not (selected or pointed):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(with_alpha(self._theme.accent, 0.14 if selected else 0.06))
        focused = option.state & QStyle.StateFlag.State_HasFocus
        colour = self._theme.accent if focused else self._theme.muted
        painter.setPen(QPen(QColor(colour), 2) if selected else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(cell, _RADIUS, _RADIUS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_captions(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        cell: QRect,
        top: int,
    ) -> None:
        theme = self._theme
        painter.setFont(_caption_font(option.font))
        metrics = painter.fontMetrics()
        wrong = index.data(Role.CORRECT) is False
        lines = [(str(index.data()), theme.wrong if wrong else theme.muted)]
        if wrong:
            lines.append((str(index.data(Role.TRUE_LABEL)), theme.text))
        for text, colour in lines:
            painter.setPen(QColor(colour))
            area = QRect(cell.left(), top, cell.width(), metrics.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
            top += metrics.height()


def _caption_font(font: QFont) -> QFont:
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * 0.9)
    return small
