"""Which images are browsed, after which epoch, and how large."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from lenet_desktop.data.images import Own, Part, Split
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.gallery.grid.cell_painter import scales_of, usual_scale
from lenet_desktop.ui.kit.inputs import ChoiceInput
from lenet_desktop.ui.kit.layout import FittedWidget
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING, steady_figures

_MARK_SIDE = 5
"""Pixels as which the mark of the best epoch is high."""
_SOURCES: dict[Part, str] = {
    Split.TEST: "Test images",
    Split.TRAIN: "Training images",
    Own.PICTURES: "My pictures",
}
_PARTS = {str(part): part for part in _SOURCES}
"""By what a box hands back, which keeps texts only."""


class ViewBar(FittedWidget):
    """The source of the images, the epoch that is replayed and the size of the thumbnails."""

    scale_changed = Signal(int)

    def __init__(self, state: GalleryState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._epochs: Sequence[int] = ()
        self._scales: Sequence[int] = ()
        self._loading = False
        self._build()
        self._lay_out()
        self._connect()
        self._show_epochs()

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        if change & Change.DATA:
            self._offer_scales()
        if change & Change.LOADED:
            self.source_input.setEnabled(self._state.images(Split.TRAIN) is not None)
        if change & Change.SOURCE:
            self._loading = True
            self.source_input.set_value(self._state.split)
            self._loading = False
        if change & (Change.RUN | Change.PREDICTIONS | Change.EPOCH | Change.BEST):
            self._show_epochs()

    def _offer_scales(self) -> None:
        """Let the images of the data set be as large as they can be, of their usual size first."""
        side = self._state.info.side
        self._scales, self._loading = scales_of(side), True
        self.size_slider.setRange(1, len(self._scales))
        self.size_slider.setValue(1 + self._scales.index(usual_scale(side)))
        self._loading = False
        smallest, largest = (side * self._scales[at] for at in (0, -1))
        identify(
            self.size_slider,
            "thumbnail_size_input",
            "Size of the images",
            f"From {smallest} to {largest} pixels; Ctrl and the wheel over the images do the same.",
        )

    def _show_epochs(self) -> None:
        """Offer the epochs that are known, one of which is looked at."""
        epochs, shown = self._state.epochs, self._state.epoch
        self._epochs, self._loading = tuple(epochs), True
        self.epoch_slider.setEnabled(len(epochs) > 1)
        self.epoch_slider.setRange(0, max(0, len(epochs) - 1))
        if shown is not None and shown in epochs:
            self.epoch_slider.setValue(list(epochs).index(shown))
        self._loading = False
        best = self._state.best
        self.epoch_slider.mark(list(epochs).index(best) if best in epochs else None)
        last = f" of {epochs[-1]}" if epochs else ""
        words = "not trained yet" if shown is None else f"{shown}{last}"
        self.fit()
        if best is not None and shown is not None:
            words += ", best" if shown == best else f", best {best}"
        self.epoch_label.setText(words)
        by = " by validation" if best is not None else ""
        self.epoch_slider.setAccessibleDescription(f"Epoch {words}{by}")

    def step_scale(self, steps: int) -> None:
        """Make the thumbnails larger or smaller by some steps."""
        self.size_slider.setValue(self.size_slider.value() + steps)

    def _build(self) -> None:
        self.source_input = identify(
            ChoiceInput(_SOURCES, least_characters=9),
            "gallery_source_input",
            "Which images to browse",
            "Test images were never learned from. Training images show what the network could not "
            "even learn by heart. My pictures are those that you have drawn or opened, and kept.",
        )
        self.source_input.setEnabled(False)
        self.epoch_slider = identify(
            _EpochSlider(),
            "epoch_slider",
            "Epoch to look at",
            "Replays grid, matrix and counts as they were after an earlier epoch. At its right end "
            "it follows the training. Where images are held out, a triangle marks the best epoch "
            "by them.",
        )
        self.epoch_label = muted(QLabel())
        self.epoch_label.setFont(steady_figures(self.epoch_label.font()))
        self.size_slider = _slider()
        self._offer_scales()
        self.fit()

    def fit(self) -> None:
        """Keep as much room as words take."""
        metrics, last = self.epoch_label.fontMetrics(), (*self._epochs, 0)[-1]
        longest = ("not trained yet", f"{last} of {last}, best {last}")
        least = longest if self._state.best else longest[:1]  # or the slider would jump
        self.epoch_label.setMinimumWidth(max(map(metrics.horizontalAdvance, least)))
        self.size_slider.setFixedWidth(self.fontMetrics().averageCharWidth() * 14)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.source_input)
        for text, editor, stretch in (
            ("Epoch", self.epoch_slider, 1),
            ("", self.epoch_label, 0),
            ("Si&ze", self.size_slider, 0),
        ):
            if text:
                label = QLabel(text)
                label.setBuddy(editor)
                layout.addWidget(label)
            layout.addWidget(editor, stretch)

    def _connect(self) -> None:
        self.source_input.currentIndexChanged.connect(self._on_source_changed)
        self.epoch_slider.valueChanged.connect(self._on_epoch_moved)
        self.size_slider.valueChanged.connect(self._on_size_changed)
        self._state.changed.connect(self._on_changed)

    @Slot()
    def _on_source_changed(self) -> None:
        if not self._loading:
            self._state.browse(_PARTS[self.source_input.currentData()])

    @Slot(int)
    def _on_size_changed(self, position: int) -> None:
        if not self._loading:
            self.scale_changed.emit(self._scales[position - 1])

    @Slot(int)
    def _on_epoch_moved(self, position: int) -> None:
        if self._loading or not self._epochs:
            return
        self._state.look_at(self._epochs[position])


def _slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setPageStep(1)
    return slider


class _EpochSlider(QSlider):
    """A slider with a triangle below one of its places."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setPageStep(1)
        self.marked: int | None = None

    def mark(self, place: int | None) -> None:
        """Mark a place, or none."""
        if place != self.marked:
            self.marked = place
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the triangle under the middle of the handle when that is there."""
        super().paintEvent(event)
        if self.marked is None:
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        option.sliderPosition = self.marked
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )
        foot = QPointF(handle.center().x() + 0.5, self.height() - _MARK_SIDE)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().text())
        corner = QPointF(_MARK_SIDE * 0.7, _MARK_SIDE)
        painter.drawPolygon([foot, foot + corner, foot + QPointF(-corner.x(), corner.y())])
