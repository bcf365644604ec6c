"""The layers of a network from top to bottom, each drawn to its shape."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy

from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import joined, whole
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.spoken_parts import PartedWidget
from lenet_desktop.ui.kit.theme import (
    CHOSEN_TINT,
    LIGHT,
    SPACING,
    Theme,
    between,
    caption,
    steady_figures,
    with_alpha,
)
from lenet_desktop.ui.training.network.layer_shapes import LANE, draw_maps, draw_units
from lenet_desktop.ui.training.network.layer_words import Step, added_names, shape_text, step_name

_LEAST_ROW, _MOST_ROW = 24, 52
"""Pixels that a row is high."""
_RADIUS = 4
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_EXPLANATION = marked(
    "The layers of the network from the image to the answer: what is drawn full learns, the "
    "rest does not. The arrows, Home and End choose one that is explained."
)


class LayerList(PartedWidget):
    """A row for each step: drawn to its shape, its name, its shape in figures, its parameters."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        identify(self, "network_layers", _("Layers of the network"), _(_EXPLANATION))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.steps: Sequence[Step] = ()
        self.chosen_place: int | None = None
        self._config = TrainingConfig()
        self._theme = LIGHT
        follow_font(self, self._fit)

    def show_steps(self, steps: Sequence[Step], config: TrainingConfig) -> None:
        """Draw the steps of a network; the one that is chosen stays, where there is one there."""
        names = [step[0].name for step in self.steps]
        if names != [step[0].name for step in steps]:
            self.chosen_place = None
        self.steps, self._config = steps, config
        self._fit()
        self.speak_of_current_part(_(_EXPLANATION))
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def _fit(self) -> None:
        """Ask for room in which every name and figure can be read."""
        metrics = self.fontMetrics()
        names = [metrics.horizontalAdvance(step_name(step, self._config)) for step in self.steps]
        apart = 3 * SPACING
        self.setMinimumWidth(LANE + max(names, default=0) + sum(self._widths()) + apart)
        self.setMinimumHeight(self._head + len(self.steps) * self._least_row)
        self.setMaximumHeight(self._head + len(self.steps) * self._most_row)

    def sizeHint(self) -> QSize:
        """Return the size at which rows are as high as they need be."""
        return QSize(320, self.minimumHeight())

    # Parts

    def part_count(self) -> int:
        """Return how many rows there are."""
        return len(self.steps)

    def part_sentence(self, position: int) -> str:
        """Say what stands in a row."""
        step = self.steps[position]
        name = joined([step_name(step, self._config), *added_names(step, self._config)])
        text = _("{name}: {shape}, {parameters} parameters")
        return text.format(
            name=name, shape=shape_text(step[-1].comes_out), parameters=whole(_learned(step))
        )

    def part_place(self, position: int) -> QRect:
        """Return the place of a row."""
        height = self._row
        return QRect(0, self._head + position * height, self.width(), height)

    def part_at(self, point: QPoint) -> int | None:
        """Return which row lies at a point."""
        position = (point.y() - self._head) // self._row
        return position if point.y() >= self._head and position < len(self.steps) else None

    def current_part(self) -> int | None:
        """Return the row that is chosen."""
        return self.chosen_place

    # Mouse and keyboard

    def choose(self, position: int | None) -> None:
        """Choose a row, to have it explained; None for the whole network."""
        if position != self.chosen_place:
            self.chosen_place = position
            self.chosen.emit()
            self.speak_of_current_part(_(_EXPLANATION))
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row under the mouse; a second click leads back to the whole network."""
        if event.button() is Qt.MouseButton.LeftButton:
            position = self.part_at(event.position().toPoint())
            self.choose(None if position == self.chosen_place else position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from row to row."""
        last, now = len(self.steps) - 1, self.chosen_place
        goals = {
            Qt.Key.Key_Up: last if now is None else max(0, now - 1),
            Qt.Key.Key_Down: 0 if now is None else min(last, now + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in goals and last >= 0:
            self.choose(goals[key])
        else:
            super().keyPressEvent(event)

    # Painting

    @property
    def _small(self) -> QFont:
        return caption(steady_figures(self.font()))

    def _titles(self) -> tuple[str, str]:
        return _("Comes out"), _("Parameters")

    def _figures(self) -> tuple[list[str], list[str]]:
        """Return what stands in each row below the titles."""
        shapes = [shape_text(step[-1].comes_out) for step in self.steps]
        return shapes, [whole(_learned(step)) if _learned(step) else "" for step in self.steps]

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(self._small)
        return [
            max(metrics.horizontalAdvance(text) for text in (title, *texts))
            for title, texts in zip(self._titles(), self._figures(), strict=True)
        ]

    @property
    def _head(self) -> int:
        return self.fontMetrics().height() + SPACING // 2

    @property
    def _least_row(self) -> int:
        return max(_LEAST_ROW, self.fontMetrics().height() + SPACING)

    @property
    def _most_row(self) -> int:
        return max(_MOST_ROW, self._least_row)

    @property
    def _row(self) -> int:
        room = (self.height() - self._head) // max(1, len(self.steps))
        return max(self._least_row, min(room, self._most_row))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rows, and what their columns are called."""
        if not self.steps:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        titles, (shapes, learned), widths = self._titles(), self._figures(), self._widths()
        painter.setFont(self._small)
        right = self.width() - SPACING // 2
        columns = [right - widths[1] - SPACING - widths[0], right - widths[1]]
        painter.setPen(QColor(self._theme.muted))
        for left, width, title in zip(columns, widths, titles, strict=True):
            painter.drawText(QRect(left, 0, width, self._head), _RIGHT, title)
        for position, step in enumerate(self.steps):
            row = self.part_place(position)
            self._paint_ground(painter, row, is_chosen=position == self.chosen_place)
            self._paint_name(painter, row, step, columns[0] - SPACING // 2)
            painter.setFont(self._small)
            painter.setPen(QColor(self._theme.muted))
            for left, width, texts in zip(columns, widths, (shapes, learned), strict=True):
                place = QRect(left, row.top(), width, row.height())
                painter.drawText(place, _RIGHT, texts[position])
        self._paint_layers(painter)
        if self.hasFocus() and self.chosen_place is None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), _RADIUS, _RADIUS)

    def _paint_ground(self, painter: QPainter, row: QRect, *, is_chosen: bool) -> None:
        if not is_chosen:
            return
        theme = self._theme
        painter.setBrush(with_alpha(theme.accent, CHOSEN_TINT))
        colour = theme.accent if self.hasFocus() else theme.muted
        painter.setPen(QPen(QColor(colour), 1))
        painter.drawRoundedRect(row.adjusted(0, 0, -1, -1), _RADIUS, _RADIUS)

    def _paint_name(self, painter: QPainter, row: QRect, step: Step, right: int) -> None:
        """Write what a step is called, and behind or below that what else is done in it."""
        small, left = caption(self.font()), LANE + SPACING
        added = " · ".join(added_names(step, self._config))
        heights = [QFontMetrics(font).height() for font in (self.font(), small)]
        place = QRect(left, row.top(), right - left, row.height())
        is_below = bool(added) and sum(heights) + SPACING // 2 <= row.height()
        if is_below:
            place.setTop(row.center().y() - sum(heights) // 2)
            place.setHeight(heights[0])
        name_end = self._write(painter, place, step_name(step, self._config), self.font())
        if is_below:
            place.translate(0, heights[0])
        else:
            place.setLeft(name_end + SPACING // 2)
        if is_below or QFontMetrics(small).horizontalAdvance(added) <= place.width():
            self._write(painter, place, added, small, is_muted=True)

    def _write(
        self, painter: QPainter, place: QRect, text: str, font: QFont, *, is_muted: bool = False
    ) -> int:
        """Write a text from the left, cut where there is no room; return where it ends."""
        painter.setFont(font)
        painter.setPen(QColor(self._theme.muted if is_muted else self._theme.text))
        metrics = QFontMetrics(font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, _LEFT, text)
        return place.left() + metrics.horizontalAdvance(text)

    def _paint_layers(self, painter: QPainter) -> None:
        """Draw what comes out of each step, and a line that leads from one to the next."""
        middle = LANE // 2
        painter.setPen(QPen(QColor(self._theme.border), 1))
        first, last = self.part_place(0), self.part_place(len(self.steps) - 1)
        painter.drawLine(middle, first.center().y(), middle, last.center().y())
        side = max(step[-1].comes_out[-1] for step in self.steps if len(step[-1].comes_out) == 3)
        units = [step[-1].comes_out[0] for step in self.steps if len(step[-1].comes_out) == 1]
        for position, step in enumerate(self.steps):
            row, shape = self.part_place(position), step[-1].comes_out
            theme = self._theme
            full = between(theme.surface, theme.muted, 0.55)
            painter.setBrush(QColor(full if _learned(step) else theme.surface))
            painter.setPen(QPen(QColor(theme.muted), 1))
            centre = QPoint(middle, row.center().y())
            if len(shape) == 3:
                draw_maps(painter, centre, row.height(), shape, side)
            else:
                draw_units(painter, centre, shape[0], max(units))


def _learned(step: Step) -> int:
    return sum(layer.parameters for layer in step)
