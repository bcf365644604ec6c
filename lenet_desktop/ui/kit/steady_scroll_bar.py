"""A scroll bar that is painted only where its slider was and where it is now."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QScrollBar, QStyle, QStyleOptionSlider

_EDGE = 2
"""Pixels around the slider that its outline and its shadow may take."""


class SteadyScrollBar(QScrollBar):
    """The usual scroll bar, without its groove being painted anew whenever the slider moves.

    Qt paints a tall groove in many short pieces, on several threads, which takes as long as all
    the images beside it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._painted = QRect()

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        """Have painted what is different; everything, unless only the value is."""
        if change is not QAbstractSlider.SliderChange.SliderValueChange:
            super().sliderChange(change)
            return
        slider = self._slider()
        if slider != self._painted:
            for place in (self._painted, slider):
                self.update(place.adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Remember where the slider is painted."""
        super().paintEvent(event)
        self._painted = self._slider()

    def _slider(self) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ScrollBar, QStyle.SubControl.SC_ScrollBarSlider
        return self.style().subControlRect(control, option, part, self)
