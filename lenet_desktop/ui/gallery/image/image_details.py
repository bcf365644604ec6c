"""What is known of the image that is looked at: predictions, marks and what the network saw."""

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from lenet_desktop.data.images import Own, Part, Split
from lenet_desktop.data.marks import Mark, MarkKind
from lenet_desktop.session.inspection_session import ImageInspected
from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.gallery.grid.empty_reasons import why_unpredicted
from lenet_desktop.ui.gallery.image.inspector import Inspector
from lenet_desktop.ui.gallery.image.mark_editor import MarkEditor
from lenet_desktop.ui.gallery.image.own_label_editor import OwnLabelEditor
from lenet_desktop.ui.gallery.inside.inspection_view import InspectionView
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.theme import SPACING, Theme

_LOST = marked("The network of this epoch was not kept, so nobody can look into it.")
_STRETCH = 2
_USUAL_WIDTH = 352
"""Pixels in which the maps of a small network stand side by side; the classes get the rest."""
_SAID = (
    Change.SOURCE | Change.CHOSEN | Change.PREDICTIONS | Change.EPOCH
    | Change.RIVAL | Change.DUPLICATES | Change.RUNNING
)  # fmt: skip
"""What the first page is about, besides marks."""


class ImageDetails(QTabWidget):
    """Two pages about one image: what was predicted, and what happened inside the network."""

    inspection_requested = Signal(object, object, int, object)  # Snapshot, Part, number, pixels
    preparation_requested = Signal(object)  # the Snapshot that may be looked into next
    mark_changed = Signal(object, int, object)  # Split, number, Mark or None
    own_label_chosen = Signal(int, str)  # number, name of a class
    own_deletion_requested = Signal(int)  # number

    def __init__(self, state: GalleryState) -> None:
        super().__init__(documentMode=True)
        self.setObjectName("image_tabs")
        self._state = state
        policy = self.sizePolicy()
        policy.setHorizontalStretch(_STRETCH)
        self.setSizePolicy(policy)
        self._shown: tuple[Part, int] | None = None
        self._taken_notes: dict[tuple[Split, int], str] = {}
        self.inspector = Inspector()
        self.mark_editor = MarkEditor()
        self.own_editor = OwnLabelEditor()
        self.inside = InspectionView()
        page = QWidget()
        in_column(
            (self.inspector, 1),
            self.mark_editor,
            self.own_editor,
            spacing=SPACING // 2,
            margins=(0, SPACING // 2, 0, 0),
            on=page,
        )
        self.addTab(page, _("Image"))
        self.addTab(self.inside, _("Inside the network"))
        self.mark_editor.mark_changed.connect(self._on_mark_changed)
        self.own_editor.label_chosen.connect(self._on_own_label_chosen)
        self.own_editor.deletion_requested.connect(self._on_own_deletion_requested)
        self.currentChanged.connect(self.look_inside)
        self.inspector.strip.epoch_chosen.connect(state.look_at)
        self.inspector.duplicates.image_chosen.connect(self._on_image_chosen)
        self.inside.training_image_chosen.connect(partial(state.go_to, split=Split.TRAIN))
        state.to_show.connect(self._on_changed)
        self._show_image()

    def sizeHint(self) -> QSize:
        """Return the width that all pages can do with."""
        return QSize(_USUAL_WIDTH, super().sizeHint().height())

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        if change & Change.DATA:
            self.inspector.show_dataset(self._state.info)
            self.inside.show_dataset(self._state.info)
            self.own_editor.show_dataset(self._state.info)
            self.updateGeometry()
            self._taken_notes.clear()
        if change & _SAID:
            self._show_image()
        elif change & Change.MARKS:
            self._show_mark(self._shown)
        if change & (Change.SOURCE | Change.CHOSEN | Change.RUN | Change.EPOCH | Change.RUNNING):
            self.look_inside()

    def _show_image(self) -> None:
        """Show the image that is looked at, after the epoch that is."""
        state, number = self._state, self._state.chosen
        images = state.source.images
        self.inspector.show_image(
            images,
            number,
            state.predictions,
            split=state.split,
            history=state.known.course,
            why_unpredicted=why_unpredicted(state),
            duplicates=() if number is None else state.duplicates_of(number),
            rival=state.rival_predictions,
            is_held_out=number is not None and state.is_held_out(number),
        )
        self._show_mark(None if images is None or number is None else (state.split, number))

    def show_inspection(self, told: ImageInspected) -> None:
        """Show what the network saw in an image, unless another is looked at by now."""
        images = self._state.source.images
        if images is None or self._shown is None:
            return
        if (told.number, told.epoch) != (self._shown[1], self._state.epoch):
            return
        if np.array_equal(told.inspection.pixels.ravel(), images.images[told.number].ravel()):
            self.inside.show_inspection(told.inspection, int(images.labels[told.number]))

    def mark_next_kind(self) -> None:
        """Mark the image: its label is wrong, it is ambiguous, no mark, one after the other."""
        self.mark_editor.commit()
        if self._shown is None:
            return
        if self._shown[0] is Own.PICTURES:
            self._state.refused.emit(
                _("Own pictures need no marks: give one another label with F2.")
            )
            return
        mark, kinds = self._state.mark_of(self._shown[1]), [None, *MarkKind]
        kind = kinds[(kinds.index(mark.kind if mark else None) + 1) % len(kinds)]
        note = mark.note if mark else ""
        self._change_mark(None if kind is None else Mark(kind, note), note)

    def lead_to_own_label(self) -> None:
        """Lead the keyboard to the label of an own picture, opened to be chosen anew."""
        self.setCurrentIndex(0)
        self.own_editor.label.setFocus()
        self.own_editor.label.showPopup()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.inspector.show_theme(theme)
        self.inside.show_theme(theme)

    def _show_mark(self, key: tuple[Part, int] | None) -> None:
        if key != self._shown:
            self.mark_editor.commit()  # a note that was typed belongs to the image before
        elif self.mark_editor.is_being_typed_in:
            return
        self._shown, state = key, self._state
        is_own = state.split is Own.PICTURES
        self.mark_editor.setVisible(not is_own)
        self.own_editor.setVisible(is_own)
        self.mark_editor.setEnabled(key is not None)
        self.mark_editor.show_mark(None if key is None else state.mark_of(key[1]))
        images = state.source.images if is_own else None
        label = None if key is None or images is None else int(images.labels[key[1]])
        self.own_editor.show_label(label)

    @Slot()
    def look_inside(self) -> None:
        """Ask what the network saw in the image if that is looked at, else only get ready."""
        state, images = self._state, self._state.source.images
        if state.snapshot is None or images is None or self._shown is None:
            self.inside.show_placeholder(
                why_unpredicted(state) if state.epoch is None else _(_LOST)
            )
            self.preparation_requested.emit(None)  # or the look before would still be answered
        elif self.currentWidget() is self.inside:
            split, number = self._shown
            self.inside.expect_inspection()
            self.inspection_requested.emit(state.snapshot, split, number, images.images[number])
        else:
            self.preparation_requested.emit(state.snapshot)

    @Slot(object, int)
    def _on_image_chosen(self, split: Split, number: int) -> None:
        self._state.go_to(number, split)

    @Slot(object)
    def _on_mark_changed(self, mark: Mark | None) -> None:
        self._change_mark(mark, self.mark_editor.taken_note)

    @Slot(str)
    def _on_own_label_chosen(self, label: str) -> None:
        if self._shown is not None:
            self.own_label_chosen.emit(self._shown[1], label)

    @Slot()
    def _on_own_deletion_requested(self) -> None:
        if self._shown is not None:
            self.own_deletion_requested.emit(self._shown[1])

    def _change_mark(self, mark: Mark | None, taken_note: str) -> None:
        """Pass it on; the note of a mark that is taken away comes back with the next mark."""
        if self._shown is None or self._shown[0] is Own.PICTURES:
            return
        key = self._shown[0], self._shown[1]
        before = self._state.marks.get(key)
        if mark is None and before is not None:
            self._taken_notes[key] = taken_note
        elif mark is not None and before is None and not mark.note:
            mark = replace(mark, note=self._taken_notes.get(key, ""))
        self.mark_changed.emit(*key, mark)
