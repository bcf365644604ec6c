"""Finds text that somebody cannot read, because what it is written on is too small for it."""

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QTabBar,
    QToolButton,
    QWidget,
)

from lenet_desktop.ui.kit.elided_label import ElidedLabel

AS_LONG_AS_MAY_BE = {"device_input", "preset_input"}
"""Boxes whose choices come from elsewhere; they cut what is too long, and a tool tip says it."""
_ROUNDING = 1
"""Pixels by which Qt's own measures of the same text differ."""


def clipped(window: QWidget) -> list[str]:
    """Return what is not to be read whole in a window, as far as it is in sight.

    Whatever is scrolled counts as in sight. Left out is what says by "…" that it goes on.
    """
    found: list[str] = []
    for part in window.findChildren(QWidget):
        if part.isVisible() and not part.size().isEmpty() and part.window() is window:
            found += [f"{_name(part)}: {why}" for why in _problems(part)]
    return found


def _problems(part: QWidget) -> Iterator[str]:
    text = _text_in(part)
    if text and _is_cut_off(part):
        yield f"“{text}” reaches beyond {_name(part.parentWidget() or part)}"
    for kind, look in _LOOKS.items():
        if isinstance(part, kind):
            yield from look(part)
            return


def _text_in(part: QWidget) -> str:
    if isinstance(part, QLabel | QAbstractButton):
        return part.text()
    if isinstance(part, QComboBox):
        return part.currentText()
    return ""


def _of_label(label: QLabel) -> Iterator[str]:
    if label.wordWrap():
        wanted = label.heightForWidth(label.width())
        if wanted > label.height() + _ROUNDING:
            yield f"“{label.text()}” needs a height of {wanted}, not {label.height()}"
    elif label.text():
        yield from _too_small(label)


def _of_button(button: QAbstractButton) -> Iterator[str]:
    is_icon = isinstance(button, QToolButton) and (
        button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
        and not button.icon().isNull()
    )
    if button.text() and not is_icon:
        yield from _too_small(button)


def _too_small(part: QWidget) -> Iterator[str]:
    wanted = part.sizeHint().width()
    if wanted > part.width() + _ROUNDING:
        yield f"“{_text_in(part)}” needs a width of {wanted}, not {part.width()}"
    yield from _too_low(part)


def _too_low(part: QWidget) -> Iterator[str]:
    least = part.fontMetrics().height() - part.fontMetrics().leading()
    if part.height() + _ROUNDING < least:
        yield f"is {part.height()} high, a line {least}"


def _of_box(box: QComboBox) -> Iterator[str]:
    if box.objectName() in AS_LONG_AS_MAY_BE:
        return
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    field = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    needed = box.fontMetrics().horizontalAdvance(box.currentText())
    if needed > field.width() + _ROUNDING:
        yield f"“{box.currentText()}” needs {needed}, not {field.width()}"


def _of_line(line: QLineEdit) -> Iterator[str]:
    if line.text() or not line.placeholderText():
        return
    option = QStyleOptionFrame()
    line.initStyleOption(option)
    room = line.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, line)
    needed = line.fontMetrics().horizontalAdvance(line.placeholderText())
    if needed > room.width():
        yield f"“{line.placeholderText()}” needs {needed}, not {room.width()}"


def _of_tabs(tabs: QTabBar) -> Iterator[str]:
    for tab in range(tabs.count()):
        if tabs.isTabVisible(tab) and not tabs.rect().contains(tabs.tabRect(tab)):
            yield f"the tab “{tabs.tabText(tab)}” is out of sight"


def _of_header(header: QHeaderView) -> Iterator[str]:
    model = header.model()
    says_more = header.textElideMode() is not Qt.TextElideMode.ElideNone
    if header.orientation() is Qt.Orientation.Vertical or says_more:
        return
    for section in range(header.count()):
        text = str(model.headerData(section, header.orientation()) or "")
        if header.isSectionHidden(section) or not text:
            continue
        metrics, room = header.fontMetrics(), header.sectionSize(section)
        needed = max(map(metrics.horizontalAdvance, text.splitlines()))
        if needed > room:
            yield f"the heading “{text}” needs {needed}, not {room}"


def _is_cut_off(part: QWidget) -> bool:
    """Return whether some of a part lies outside what it lies in, other than by being scrolled."""
    place, parent = QRect(part.rect()), part.parentWidget()
    child = part
    while parent is not None and not child.isWindow():
        place = place.translated(child.pos())
        scroller = parent.parentWidget()
        if isinstance(scroller, QAbstractScrollArea) and parent is scroller.viewport():
            return isinstance(scroller, QScrollArea) and (
                place.left() < 0 and scroller.horizontalScrollBar().maximum() == 0
            )
        if not parent.rect().contains(place):
            return True
        child, parent = parent, parent.parentWidget()
    return False


_LOOKS: dict[type[QWidget], Callable[[Any], Iterator[str]]] = {
    ElidedLabel: _too_low,
    QLabel: _of_label,
    QAbstractButton: _of_button,
    QComboBox: _of_box,
    QLineEdit: _of_line,
    QTabBar: _of_tabs,
    QHeaderView: _of_header,
}
"""What is looked at, by the first kind that a part is of."""


def _name(part: QWidget) -> str:
    return part.objectName() or type(part).__name__
