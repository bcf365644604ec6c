"""What is known of the image that is looked at: answers, marks and what the network saw."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from lenet_desktop.data.datasets import ImageSet, Split
from lenet_desktop.data.duplicates import Duplicates, EqualImage
from lenet_desktop.data.marks import Mark, MarkKind
from lenet_desktop.session.inspection_session import ImageInspected
from lenet_desktop.ui.gallery.gallery_state import GalleryState
from lenet_desktop.ui.gallery.image.inspector import Inspector
from lenet_desktop.ui.gallery.image.mark_editor import MarkEditor
from lenet_desktop.ui.gallery.inside.inspection_view import InspectionView
from lenet_desktop.ui.kit.theme import SPACING, Theme

_LOST = "The network of this epoch was not kept, so nobody can look into it."
_STRETCH = 2
_USUAL_WIDTH = 352
"""Pixels in which six maps of 28 stand side by side at 2x; more goes to the classes first."""
Marks = Mapping[tuple[Split, int], Mark]


class ImageDetails(QTabWidget):
    """Two pages about one image: what was answered, and what happened inside the network."""

    inspection_requested = Signal(object, object, int, object)  # Snapshot, Split, number, pixels
    preparation_requested = Signal(object)  # the Snapshot that may be looked into next
    mark_changed = Signal(object, int, object)  # Split, number, Mark or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, documentMode=True)
        self.setObjectName("image_tabs")
        policy = self.sizePolicy()
        policy.setHorizontalStretch(_STRETCH)
        self.setSizePolicy(policy)
        self._images: ImageSet | None = None
        self._shown: tuple[Split, int] | None = None
        self._epoch: int | None = None
        self._marks: Marks = {}
        self._taken_notes: dict[tuple[Split, int], str] = {}
        self._duplicates: Duplicates | None = None
        self.inspector = Inspector()
        self.mark_editor = MarkEditor()
        self.inside = InspectionView()
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, SPACING // 2, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addWidget(self.inspector, 1)
        layout.addWidget(self.mark_editor)
        self.addTab(page, "Image")
        self.addTab(self.inside, "Inside the network")
        self.mark_editor.mark_changed.connect(self._on_mark_changed)

    def sizeHint(self) -> QSize:
        """Return the width that all pages can do with."""
        return QSize(_USUAL_WIDTH, super().sizeHint().height())

    def show_image(self, state: GalleryState, number: int | None, why_unpredicted: str) -> None:
        """Show an image of the source that is browsed, after the epoch that is looked at."""
        source = state.source
        is_known = source.images is not None and number is not None
        self._images, self._epoch = source.images, state.epoch
        self.inspector.show_image(
            source.images,
            number,
            state.predictions,
            split=state.split,
            history=state.answers.course,
            why_unpredicted=why_unpredicted,
            equal_images=self._equal_images(state.split, number),
            rival=state.rival_predictions,
        )
        self._show_mark((state.split, number) if is_known and number is not None else None)
        self._look_inside(state, why_unpredicted)

    def show_inspection(self, told: ImageInspected) -> None:
        """Show what the network saw in an image, unless another is looked at by now."""
        images = self._images
        if images is None or self._shown is None:
            return
        if (told.number, told.epoch) != (self._shown[1], self._epoch):
            return
        if np.array_equal(told.inspection.pixels, images.images[told.number, 0]):
            self.inside.show_inspection(told.inspection, int(images.labels[told.number]))

    def show_marks(self, marks: Marks) -> None:
        """Show what a person noted on images."""
        self._marks = marks
        self._show_mark(self._shown)

    def show_duplicates(self, duplicates: Duplicates) -> None:
        """Say which images there are more than once, from the next image on."""
        self._duplicates = duplicates

    def mark_next_kind(self) -> None:
        """Mark the image: its label is wrong, it is ambiguous, no mark, one after the other."""
        self.mark_editor.commit()
        if self._shown is None:
            return
        mark, kinds = self._marks.get(self._shown), [None, *MarkKind]
        kind = kinds[(kinds.index(mark.kind if mark else None) + 1) % len(kinds)]
        note = mark.note if mark else ""
        self._change_mark(None if kind is None else Mark(kind, note), note)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.inspector.show_theme(theme)
        self.inside.show_theme(theme)

    def _equal_images(self, split: Split, number: int | None) -> Sequence[EqualImage]:
        if self._duplicates is None or number is None:
            return ()
        return self._duplicates.of(split, number)

    def _show_mark(self, key: tuple[Split, int] | None) -> None:
        if key != self._shown:
            self.mark_editor.commit()  # a note that was typed belongs to the image before
        elif self.mark_editor.is_being_typed_in:
            return
        self._shown = key
        self.mark_editor.setEnabled(key is not None)
        self.mark_editor.show_mark(None if key is None else self._marks.get(key))

    def _look_inside(self, state: GalleryState, why_unpredicted: str) -> None:
        """Ask what the network saw in the image if that is looked at, else only get ready."""
        if state.snapshot is None or self._images is None or self._shown is None:
            self.inside.show_placeholder(why_unpredicted if state.epoch is None else _LOST)
            self.preparation_requested.emit(None)  # or the look before would still be answered
        elif self.currentWidget() is self.inside:
            split, number = self._shown
            pixels = self._images.images[number, 0]
            self.inside.expect_inspection()
            self.inspection_requested.emit(state.snapshot, split, number, pixels)
        else:
            self.preparation_requested.emit(state.snapshot)

    @Slot(object)
    def _on_mark_changed(self, mark: Mark | None) -> None:
        self._change_mark(mark, self.mark_editor.taken_note)

    def _change_mark(self, mark: Mark | None, taken_note: str) -> None:
        """Pass it on; the note of a mark that is taken away comes back with the next mark."""
        key = self._shown
        if key is None:
            return
        before = self._marks.get(key)
        if mark is None and before is not None:
            self._taken_notes[key] = taken_note
        elif mark is not None and before is None and not mark.note:
            mark = replace(mark, note=self._taken_notes.get(key, ""))
        self.mark_changed.emit(*key, mark)
