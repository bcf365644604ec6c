"""Paints the cells of the list that hold more than a text, and edits a name in its cell."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from lenet_desktop.text.language import _, pgettext
from lenet_desktop.text.wording import tidied
from lenet_desktop.ui.kit.inputs import typed_in
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.pair_badge import text_on
from lenet_desktop.ui.kit.theme import SPACING, heading, with_alpha
from lenet_desktop.ui.runs.run_table_model import (
    COLOUR_ROLE,
    LETTER_ROLE,
    NOTE_ROLE,
    PLACE_ROLE,
    RowPlace,
)

Index = QModelIndex | QPersistentModelIndex

LONGEST_NAME = 200
"""Characters that somebody can give a run as its name."""

FOLD_SIDE = 24
"""Pixels for the arrow that folds the runs of a sweep, and by which these stand further in."""
_SWATCH = 10
_LETTER_SWATCH = 16
"""Pixels of the colour of a run, and of one with its letter on it."""
QUIET_ALPHA = 0.8
"""How opaque what is said beside the name of a selected run is."""


class RowDelegate(QStyledItemDelegate):
    """Gives rows the height that they have in the other tables."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the room that a cell needs."""
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), option.fontMetrics.height() + 6)

    def _paint_background(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> QStyleOptionViewItem:
        """Paint an empty cell and return what the style would paint into it."""
        filled = QStyleOptionViewItem(option)
        self.initStyleOption(filled, index)
        filled.text, filled.icon = "", QIcon()
        filled.features &= ~QStyleOptionViewItem.ViewItemFeature.HasDecoration
        widget = filled.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, filled, painter, widget)
        return filled


class StarDelegate(RowDelegate):
    """Centres the star in its column."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one star."""
        cell = self._paint_background(painter, option, index)
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(icon, QIcon):
            selected = bool(cell.state & QStyle.StateFlag.State_Selected)
            mode = QIcon.Mode.Selected if selected else QIcon.Mode.Normal
            icon.paint(painter, cell.rect, Qt.AlignmentFlag.AlignCenter, mode)


class NameDelegate(RowDelegate):
    """Paints the colour of the curves, the name, whether the run is open, and the note."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = parent
        self.is_unfolded: Callable[[Index], bool] = lambda _index: False
        """Whether the runs under the row of a sweep are in sight."""
        self.leaves_room_for_colour = False
        """Whether all names move aside, so that those with a colour stand in line with the rest."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one name."""
        cell = self._paint_background(painter, option, index)
        selected = bool(cell.state & QStyle.StateFlag.State_Selected)
        palette: QPalette = cell.palette
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        text_colour = palette.color(role)
        quiet = (
            with_alpha(text_colour.name(), QUIET_ALPHA) if selected else palette.placeholderText()
        )
        rest: QRect = cell.rect.adjusted(SPACING // 2, 0, -SPACING // 2, 0)
        painter.save()
        place = index.data(PLACE_ROLE)
        if place is RowPlace.GROUP:
            rest = self._paint_arrow(painter, cell, rest, index)
        elif place is RowPlace.UNDER_GROUP:
            rest.setLeft(rest.left() + FOLD_SIDE)
        if self.leaves_room_for_colour:
            letter = str(index.data(LETTER_ROLE) or "")
            self._paint_swatch(painter, rest, index.data(COLOUR_ROLE), palette, letter)
            rest.setLeft(rest.left() + _LETTER_SWATCH + SPACING // 2)
        font: QFont = cell.font
        name = str(index.data() or "")
        rest = _write(painter, rest, name, font, text_colour)
        font.setBold(False)
        quiet_colour = quiet if isinstance(quiet, QColor) else quiet.color()
        if index.data(Qt.ItemDataRole.FontRole) is not None:
            rest = _write(painter, rest, pgettext("run", "open"), font, quiet_colour)
        _write(painter, rest, str(index.data(NOTE_ROLE) or ""), font, quiet_colour)
        painter.restore()

    def _paint_arrow(
        self, painter: QPainter, cell: QStyleOptionViewItem, rest: QRect, index: Index
    ) -> QRect:
        """Paint whether a sweep is folded, and return what is left of the room."""
        arrow = QStyleOptionViewItem(cell)
        arrow.rect = QRect(rest.left(), rest.top(), FOLD_SIDE, rest.height())
        arrow.state = QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_Children
        if self.is_unfolded(index):
            arrow.state |= QStyle.StateFlag.State_Open
        style = self._view.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorBranch, arrow, painter, self._view)
        return rest.adjusted(FOLD_SIDE, 0, 0, 0)

    def _paint_swatch(
        self, painter: QPainter, area: QRect, colour: object, palette: QPalette, letter: str
    ) -> None:
        if not isinstance(colour, QColor):
            return
        side = _LETTER_SWATCH if letter else _SWATCH
        left = area.left() + (_LETTER_SWATCH - side) // 2
        place = QRect(left, area.center().y() - side // 2 + 1, side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color(QPalette.ColorRole.Base))  # stands off from a selected row
        painter.setBrush(colour)
        painter.drawRoundedRect(place, 2, 2)
        if letter:
            font = heading(painter.font())
            font.setPixelSize(_LETTER_SWATCH - 4)
            painter.setFont(font)
            painter.setPen(text_on(colour))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, letter)

    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,  # noqa: ARG002  Qt's signature
        index: Index,  # noqa: ARG002
    ) -> QWidget:
        """Return the line in which a name is edited."""
        editor = identify(QLineEdit(parent), "run_name_editor", _("Name of the run"))
        editor.setPlaceholderText(_("Empty: its number is its name"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show the name, unless somebody has begun to change it: runs change while they go on."""
        if isinstance(editor, QLineEdit) and not editor.isModified():
            name = str(index.data(Qt.ItemDataRole.EditRole) or "")
            editor.setMaxLength(max(LONGEST_NAME, len(name.encode("utf-16-le")) // 2))
            editor.setText(name)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hand on a name that was changed."""
        if isinstance(editor, QLineEdit) and editor.isModified():
            model.setData(index, tidied(typed_in(editor), None), Qt.ItemDataRole.EditRole)


def _write(painter: QPainter, area: QRect, text: str, font: QFont, colour: QColor) -> QRect:
    """Write a text on one line, cut to its area, and return what is left of the area."""
    metrics = QFontMetrics(font)
    if not text or area.width() < metrics.averageCharWidth() * 3:
        return area
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.setFont(font)
    painter.setPen(colour)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(area, flags | Qt.TextFlag.TextSingleLine, shown)
    return area.adjusted(metrics.horizontalAdvance(shown) + SPACING, 0, 0, 0)
