"""What is drawn, as strokes on a sheet of paper or on a picture, with everything before it.

A sheet has pixels of its own, as many on every screen, so that one drawing has one answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from lenet_desktop.data.images import read_only
from lenet_desktop.data.pictures.geometry import Pixels
from lenet_desktop.data.pictures.preparation import background_of

PAPER = 560
"""Pixels of an empty sheet's side, and the least of a picture that is drawn on."""
_LARGEST = 2 * PAPER
"""Pixels of the longer side of a picture that is drawn on; a photograph is made smaller."""
_DOT = 0.01
"""Pixels by which a dot is a line, too."""
_MOST_SHEETS = 500
"""Steps that can be undone."""
_MOST_BYTES = 1 << 28
"""Of the pictures that can be brought back; the one that is drawn on may have more."""


class Dab(NamedTuple):
    """A place on a sheet, in its pixels, and how wide the pen is there, as a share of its side."""

    x: float
    y: float
    width: float

    @property
    def point(self) -> QPointF:
        """Where it is."""
        return QPointF(self.x, self.y)


@dataclass(frozen=True, slots=True)
class Stroke:
    """What one movement of a pen, or of an eraser, leaves."""

    dabs: tuple[Dab, ...]
    erases: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A picture, or white paper, with what is drawn on it.

    Attributes:
        picture: uint8 (H, W) or (H, W, 3), None for white paper.
        strokes: in the order in which they were drawn.
        notes: sentences about the picture.
        fingerprint: of the data set that the picture is an image of; empty for any other.
        image: the picture as it is drawn on, which is smaller if that has more pixels.
    """

    picture: Pixels | None = None
    strokes: tuple[Stroke, ...] = ()
    notes: tuple[str, ...] = ()
    fingerprint: str = ""
    image: QImage | None = None

    @classmethod
    def of(cls, picture: Pixels, notes: Sequence[str] = (), fingerprint: str = "") -> Sheet:
        """Return a sheet with a picture; takes a while for a large one, on whichever thread."""
        sheet = cls(picture, (), tuple(notes), fingerprint)
        size, (height, width) = sheet.size, picture.shape[:2]
        if size.width() < width or size.height() < height:
            from PIL import Image

            smaller = Image.fromarray(picture).resize(size.toTuple(), Image.Resampling.BOX)
            picture = np.asarray(smaller)
        return replace(sheet, image=as_image(picture))

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing on it."""
        return self.picture is None and not self.strokes

    @property
    def size(self) -> QSize:
        """How many pixels it has when it is drawn on."""
        if self.picture is None:
            return QSize(PAPER, PAPER)
        height, width = self.picture.shape[:2]
        longest = max(height, width)
        scale = _LARGEST / longest if longest > _LARGEST else max(1, PAPER // longest)
        return QSize(max(1, round(width * scale)), max(1, round(height * scale)))

    @property
    def background(self) -> QColor:
        """What an eraser leaves."""
        if self.picture is None:
            return QColor(Qt.GlobalColor.white)
        colour = np.broadcast_to(background_of(self.picture), 3).tolist()
        return QColor(*colour)

    @property
    def ink(self) -> QColor:
        """What a pen leaves: dark on bright paper, bright on a dark picture."""
        is_bright = self.background.lightness() >= 128
        return QColor(Qt.GlobalColor.black if is_bright else Qt.GlobalColor.white)

    def paint(self, painter: QPainter) -> None:
        """Paint all of it in its own pixels, however large the painter makes these."""
        area = QRectF(QPointF(), self.size.toSizeF())
        if self.image is None:
            painter.fillRect(area, self.background)
        else:
            shown, image = painter.worldTransform().mapRect(area).toRect().size(), self.image
            if shown.width() < image.width():
                keep = Qt.AspectRatioMode.IgnoreAspectRatio
                image = image.scaled(shown, keep, Qt.TransformationMode.SmoothTransformation)
            painter.drawImage(area, image)
        for stroke in self.strokes:
            self.paint_stroke(painter, stroke.dabs, erases=stroke.erases)

    def paint_stroke(
        self,
        painter: QPainter,
        dabs: Sequence[Dab],
        begin: int = 0,
        *,
        erases: bool = False,
        ends: bool = True,
    ) -> None:
        """Paint a stroke, or as much of it as is new.

        The line goes through the middles between the dabs, bent towards each, so that it has no
        corners. Where a whole stroke is of one width, it is one line, with edges without a seam.

        Args:
            painter: paints in the pixels of the sheet.
            dabs: of the whole stroke.
            begin: the first dab that is new.
            erases: whether an eraser has drawn it.
            ends: whether there will be no further dabs.
        """
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(self.background if erases else self.ink)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        side = max(self.size.width(), self.size.height())
        whole = QPainterPath()
        for at in range(begin, len(dabs)):
            path, width = _part(dabs, at, ends=ends)
            if ends and begin == 0 and len({dab.width for dab in dabs}) == 1:
                whole.connectPath(path)
                continue
            pen.setWidthF(width * side)
            painter.setPen(pen)
            painter.drawPath(path)
        if not whole.isEmpty():
            pen.setWidthF(dabs[0].width * side)
            painter.setPen(pen)
            painter.drawPath(whole)

    def render(self) -> QImage:
        """Return all of it in its own pixels."""
        image = QImage(self.size, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self.paint(painter)
        painter.end()
        return image


class Drawing:
    """The sheet that is drawn on, those before it, and those that were undone.

    A stroke belongs to the sheet while it is being drawn; it is undone as a whole.
    """

    def __init__(self) -> None:
        self._sheets = [Sheet()]
        self._at = 0
        self._image: QImage | None = None  # the sheet with the stroke under way, once needed
        self._before: QImage | None = None  # without it
        self._pixels: Pixels | None = None
        self._dabs: list[Dab] = []
        self._erases = False

    @property
    def sheet(self) -> Sheet:
        """The sheet, without the stroke under way."""
        return self._sheets[self._at]

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing on the sheet."""
        return self.sheet.is_blank and not self._dabs

    @property
    def can_undo(self) -> bool:
        """Whether there is a sheet before."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether something was undone."""
        return self._at + 1 < len(self._sheets)

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke is under way."""
        return bool(self._dabs)

    @property
    def pixels(self) -> Pixels:
        """The picture, uint8 (H, W) or (H, W, 3), read-only; as it came if nothing is drawn."""
        sheet = self.sheet
        if sheet.picture is not None and not sheet.strokes and not self._dabs:
            return sheet.picture
        if self._pixels is None:
            is_grey = sheet.picture is None or sheet.picture.ndim == 2
            self._pixels = _as_pixels(self._drawn(), is_grey=is_grey)
        return self._pixels

    def begin(self, dab: Dab, *, erases: bool) -> None:
        """Begin a stroke; the one under way ends."""
        self.end()
        self._erases = erases
        self._before = self._drawn().copy()
        self._extend(dab)

    def extend(self, dab: Dab) -> None:
        """Go on with the stroke under way, if there is one."""
        if self._dabs:
            self._extend(dab)

    def end(self) -> None:
        """End the stroke under way, if there is one."""
        if self._dabs:
            stroke = Stroke(tuple(self._dabs), self._erases)
            self._image, self._before = self._before, None
            self._paint_new(0, ends=True)  # as it will be painted whenever it is done again
            self._dabs.clear()
            self._go_on(replace(self.sheet, strokes=(*self.sheet.strokes, stroke)))

    def show(self, sheet: Sheet) -> None:
        """Draw on another sheet; the one before can be brought back."""
        self.end()
        self._go_on(sheet)
        self._forget()

    def undo(self) -> None:
        """Go back to the sheet before."""
        self.end()
        self._turn(self._at - 1)

    def redo(self) -> None:
        """Bring back what was undone."""
        self.end()
        self._turn(self._at + 1)

    def paint(self, painter: QPainter) -> None:
        """Paint all of it in the pixels of the sheet."""
        self.sheet.paint(painter)
        self.sheet.paint_stroke(painter, self._dabs, erases=self._erases, ends=False)

    def paint_last(self, painter: QPainter) -> None:
        """Paint what the last dab has added."""
        begin = len(self._dabs) - 1
        self.sheet.paint_stroke(painter, self._dabs, begin, erases=self._erases, ends=False)

    def _extend(self, dab: Dab) -> None:
        self._dabs.append(dab)
        self._paint_new(len(self._dabs) - 1, ends=False)

    def _paint_new(self, begin: int, *, ends: bool) -> None:
        painter = QPainter(self._drawn())
        self.sheet.paint_stroke(painter, self._dabs, begin, erases=self._erases, ends=ends)
        painter.end()
        self._pixels = None

    def _drawn(self) -> QImage:
        if self._image is None:
            self._image = self.sheet.render()
        return self._image

    def _go_on(self, sheet: Sheet) -> None:
        self._sheets = [*self._sheets[: self._at + 1], sheet][-_MOST_SHEETS:]
        while len(self._sheets) > 1 and _bytes_of(self._sheets) > _MOST_BYTES:
            self._sheets.pop(0)
        self._at = len(self._sheets) - 1

    def _turn(self, at: int) -> None:
        if 0 <= at < len(self._sheets):
            self._at = at
            self._forget()

    def _forget(self) -> None:
        self._image = self._pixels = None


def _part(dabs: Sequence[Dab], at: int, *, ends: bool) -> tuple[QPainterPath, float]:
    """Return what a dab adds to a line, and how wide that is, as a share of the sheet's side."""
    dab = dabs[at]
    if at == 0:
        dot = QPainterPath(dab.point)
        dot.lineTo(dab.point + QPointF(_DOT, 0))  # a line without length is not painted
        return dot, dab.width
    before = dabs[at - 1]
    start = before.point if at == 1 else (dabs[at - 2].point + before.point) / 2
    path = QPainterPath(start)
    path.quadTo(before.point, (before.point + dab.point) / 2)
    if ends and at == len(dabs) - 1:
        path.lineTo(dab.point)
    return path, (before.width + dab.width) / 2


def _bytes_of(sheets: Sequence[Sheet]) -> int:
    """Return how many bytes their pictures have, each counted once."""
    pictures = {id(each.picture): each.picture for each in sheets if each.picture is not None}
    return sum(picture.nbytes for picture in pictures.values())


def as_image(pixels: Pixels) -> QImage:
    """Return pixels, uint8 (H, W) or (H, W, 3), as an image of its own."""
    height, width = pixels.shape[:2]
    rows = np.ascontiguousarray(pixels)
    kind = QImage.Format.Format_RGB888 if pixels.ndim == 3 else QImage.Format.Format_Grayscale8
    return QImage(rows.data, width, height, rows.strides[0], kind).copy()


def _as_pixels(image: QImage, *, is_grey: bool) -> Pixels:
    """Return the pixels of an RGB32 image, (H, W) or (H, W, 3)."""
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    bgr = rows[:, : image.width(), :3]
    return read_only(np.ascontiguousarray(bgr[..., 0] if is_grey else bgr[..., ::-1]))
