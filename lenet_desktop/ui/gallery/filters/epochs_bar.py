"""Two epochs side by side: how many images were fixed and how many broken between them."""

from dataclasses import replace

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from lenet_desktop.analysis.queries import Show, Sort
from lenet_desktop.ui.gallery.filters.count_chips import CountChips
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, steady_figures

_EXPLANATIONS = {
    Show.FIXED: "Images that were wrong after the epoch compared with and are right now.",
    Show.BROKEN: "Images that were right after the epoch compared with and are wrong now.",
}
_COUNTED = Change.SOURCE | Change.PREDICTIONS | Change.EPOCH | Change.QUERY
_WORDS = {Show.FIXED: "fixed", Show.BROKEN: "broken"}


class EpochsBar(QWidget):
    """Says what became of the images since an epoch; hidden while no epochs are compared.

    The counts are of the images that the other filters leave, as a click on one shows them.
    """

    def __init__(self, state: GalleryState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        identify(self, "epochs_bar", "Comparison of two epochs")
        self.counts = CountChips(_EXPLANATIONS)
        self.sentence = identify(QLabel(), "epochs_sentence")
        self.sentence.setFont(steady_figures(self.sentence.font()))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.counts)
        layout.addWidget(self.sentence, 1)
        self.counts.show_requested.connect(self._on_show_requested)
        self.hide()
        state.changed.connect(self._on_changed)

    def minimumSizeHint(self) -> QSize:
        """Ask for no more width than the counts need."""
        return QSize(self.counts.minimumSizeHint().width(), super().minimumSizeHint().height())

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        """Count what was fixed, broken and otherwise changed, where a question compares epochs."""
        state, query = self._state, self._state.query
        if change & Change.QUERY:
            self.setVisible(query.show.compares_epochs)
        if not (change & _COUNTED and query.show.compares_epochs):
            return
        found: dict[Show, int | None] = {
            show: state.count(replace(query, show=show, sort=Sort.NUMBER))
            for show in (Show.CHANGED, Show.FIXED, Show.BROKEN)
        }
        for show, word in _WORDS.items():
            images = found[show]
            words = word if images is None else f"{images:,} {word}"
            self.counts.set_chip(show, words, words, is_known=images is not None)
        self.counts.choose(query.show)
        self.sentence.setText(_sentence(query.since_epoch, state.epoch, found))

    @Slot(object)
    def _on_show_requested(self, show: Show | None) -> None:
        """Filter by a count, or show all changes when it is clicked again."""
        self._state.show(Show.CHANGED if show is None else show)


def _sentence(since: int, shown: int | None, found: dict[Show, int | None]) -> str:
    """Say since when, and what the two counts leave out."""
    is_earlier = shown is None or since <= shown
    words = f"since epoch {since}" if is_earlier else f"compared with epoch {since}"
    changed, fixed, broken = (found[show] for show in (Show.CHANGED, Show.FIXED, Show.BROKEN))
    if changed is None or fixed is None or broken is None:
        return words
    otherwise = changed - fixed - broken
    return f"{words}; {otherwise:,} wrong in another way" if otherwise else words
