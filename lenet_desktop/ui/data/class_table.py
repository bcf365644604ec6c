"""The classes of a folder: how many pictures each has, and a few as the network will see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from lenet_desktop.data.folders.folder_preview import FolderLook
from lenet_desktop.data.pictures.picture_files import Pixels
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import enumerated, one_line, tip, whole
from lenet_desktop.ui.gallery.pixel_images import pixel_image
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.screen_pixels import draw_edges, in_screen_pixels, on_screen
from lenet_desktop.ui.kit.tables import set_up_rows
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme

_BOX = 56
"""Pixels of the window that a picture has, before and after."""
_ARROW = 2 * SPACING
_WIDEST_NAME = 24
_PAIR = 2 * _BOX + _ARROW + 2 * SPACING
_HEADS = (
    marked("Class"),
    marked("Training"),
    marked("Test"),
    marked("Samples, before and after"),
)
_NAME, _SAMPLES = 0, len(_HEADS) - 1
_FROM_ROLE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """A picture, and what the network sees of it; None while that is not known."""

    before: QImage
    name: str
    after: QImage | None = None


@dataclass(slots=True, eq=False)
class _Class:
    name: str
    counts: tuple[int, int] = (0, 0)
    pairs: list[_Pair] = field(default_factory=list)


class ClassModel(QAbstractTableModel):
    """A row for each class."""

    def __init__(self) -> None:
        super().__init__()
        self._classes: list[_Class] = []
        self._places: list[tuple[int, int]] = []  # of each sample: row, and place in the row

    def show_look(self, look: FolderLook) -> None:
        """Show the classes of another folder."""
        self.beginResetModel()
        self._classes = [_Class(one_line(name)) for name in look.scan.class_names]
        self._places = []
        for sample in look.samples:
            pairs = self._classes[sample.found.label].pairs
            self._places.append((sample.found.label, len(pairs)))
            pairs.append(_Pair(_image(sample.thumbnail), one_line(sample.found.path.name)))
        self.endResetModel()

    def show_counts(self, counts: Sequence[tuple[int, int]]) -> None:
        """Say how many pictures of each class are learned from, and how many tested with."""
        for row, of_class in enumerate(counts):
            self._classes[row].counts = of_class
        self._changed(1, 2)

    def show_prepared(self, pixels: Sequence[Pixels | None]) -> None:
        """Show what the network sees of each sample, in the order of the samples."""
        for (row, place), each in zip(self._places, pixels, strict=True):
            pairs = self._classes[row].pairs
            pairs[place] = replace(pairs[place], after=None if each is None else pixel_image(each))
        self._changed(_SAMPLES, _SAMPLES)

    def _changed(self, first: int, last: int) -> None:
        if self._classes:
            end = self.index(len(self._classes) - 1, last)
            self.dataChanged.emit(self.index(0, first), end)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many classes there are."""
        return 0 if parent.isValid() else len(self._classes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return the heads of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(_HEADS[section])
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a name, a count, or pictures with their names."""
        each, column = self._classes[index.row()], index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if column == _SAMPLES:
            names = [pair.name for pair in each.pairs]
            told = {
                _FROM_ROLE: each.pairs,
                Qt.ItemDataRole.ToolTipRole: tip("\n".join(names)) if names else None,
                Qt.ItemDataRole.AccessibleTextRole: enumerated(names)
                or _("No picture can be read"),
            }
            return told.get(Qt.ItemDataRole(role))
        if role == Qt.ItemDataRole.DisplayRole:
            return each.name if column == _NAME else whole(each.counts[column - 1])
        if role == Qt.ItemDataRole.ToolTipRole and column == _NAME:
            return tip(each.name)
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    is_count = column not in (_NAME, _SAMPLES)
    side = Qt.AlignmentFlag.AlignRight if is_count else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _image(pixels: Pixels) -> QImage:
    return pixel_image(pixels if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0))


class _PairDelegate(QStyledItemDelegate):
    """Paints as many pairs as there is room for."""

    theme = LIGHT

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint pictures before and after."""
        super().paint(painter, option, index)
        area: QRect = option.rect
        top = area.top() + (area.height() - _BOX) // 2
        pairs: list[_Pair] = index.data(_FROM_ROLE)
        for place, pair in enumerate(pairs[: max(1, area.width() // _PAIR)]):
            left = area.left() + SPACING + place * _PAIR
            _draw(painter, pair.before, QRect(left, top, _BOX, _BOX), frame=self.theme.border)
            arrow = QRect(left + _BOX, top, _ARROW, _BOX)
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(arrow, Qt.AlignmentFlag.AlignCenter, "→")
            if pair.after is not None:
                _draw(
                    painter,
                    pair.after,
                    arrow.translated(_ARROW, 0).adjusted(0, 0, _BOX - _ARROW, 0),
                )


def _draw(painter: QPainter, image: QImage, box: QRect, frame: str = "") -> None:
    """Draw an image in the middle of a box, and as large as it allows.

    Without a frame it is what a network sees: its pixels are all of one size, if they fit.
    """
    device = painter.device()
    ratio = device.devicePixelRatioF() if isinstance(device, QWidget) else 1.0
    side = on_screen(_BOX, ratio)
    size = image.size().scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
    is_exact = not frame and image.width() <= side
    if is_exact:
        size = image.size() * (side // image.width())
    with in_screen_pixels(painter, ratio):
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_exact)
        corner = QPoint(
            on_screen(box.left(), ratio) + (side - size.width()) // 2,
            on_screen(box.top(), ratio) + (side - size.height()) // 2,
        )
        place = QRect(corner, size)
        painter.drawImage(place, image)
        if frame:
            draw_edges(painter, place, 1, QColor(frame))


class ClassTable(QTableView):
    """Shows a model of classes; a row is as high as its pictures."""

    def __init__(self, model: ClassModel) -> None:
        super().__init__()
        identify(self, "folder_classes", _("Classes of the folder"))
        self._pairs = _PairDelegate(self)
        self.setModel(model)
        self.setItemDelegateForColumn(_SAMPLES, self._pairs)
        set_up_rows(self)
        rows, heads = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(_BOX + SPACING)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        heads.setStretchLastSection(True)
        self.setMinimumHeight(2 * (_BOX + SPACING))

    def sizeHintForColumn(self, column: int) -> int:
        """Ask for the room of a name that is not endless, and for that of a pair."""
        if column == _SAMPLES:
            return _PAIR
        wanted, widest = super().sizeHintForColumn(column), _WIDEST_NAME
        is_name = column == _NAME
        return min(wanted, self.fontMetrics().averageCharWidth() * widest) if is_name else wanted

    def sizeHint(self) -> QSize:
        """Ask for the room of three pairs."""
        return QSize(4 * _PAIR, 5 * _BOX)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._pairs.theme = theme
        self.viewport().update()
