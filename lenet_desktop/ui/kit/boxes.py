"""Rows and columns of widgets, written in the order in which they are seen."""

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from lenet_desktop.ui.kit.theme import SPACING

Content = QWidget | QLayout | None
Part = Content | tuple[Content, int] | tuple[Content, int, Qt.AlignmentFlag] | int
Margins = int | tuple[int, int, int, int]
Box = TypeVar("Box", bound=QBoxLayout)
_ANYWHERE = Qt.AlignmentFlag(0)


def in_column(
    *parts: Part, spacing: int = SPACING, margins: Margins = 0, on: QWidget | None = None
) -> QVBoxLayout:
    """Put parts below each other.

    Args:
        *parts: widgets and other boxes, each by itself or with its share of the room that is left
            and its side; a number for so many pixels; None for room that stays free.
        spacing: pixels between them.
        margins: pixels around all of them; or to the left, above, to the right and below.
        on: the widget that they fill.
    """
    return _filled(QVBoxLayout(), parts, spacing, margins, on)


def in_row(
    *parts: Part, spacing: int = SPACING, margins: Margins = 0, on: QWidget | None = None
) -> QHBoxLayout:
    """Put parts side by side, as `in_column` puts them below each other."""
    return _filled(QHBoxLayout(), parts, spacing, margins, on)


def _filled(
    box: Box, parts: tuple[Part, ...], spacing: int, margins: Margins, on: QWidget | None
) -> Box:
    box.setSpacing(spacing)
    box.setContentsMargins(*(margins if isinstance(margins, tuple) else (margins,) * 4))
    if on is not None:
        on.setLayout(box)
    for part in parts:
        if isinstance(part, int):
            box.addSpacing(part)
        else:
            _add(box, *(part if isinstance(part, tuple) else (part,)))
    return box


def _add(
    box: QBoxLayout,
    content: Content,
    share: int | None = None,
    side: Qt.AlignmentFlag = _ANYWHERE,
) -> None:
    if content is None:
        box.addStretch(1 if share is None else share)
    elif isinstance(content, QLayout):
        box.addLayout(content, share or 0)
    else:
        box.addWidget(content, share or 0, side)
