"""Two epochs side by side: how many images were fixed and how many broken between them."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from lenet_desktop.analysis.queries import Query, Show, Sort
from lenet_desktop.ui.gallery.filters.count_chips import CountChips
from lenet_desktop.ui.gallery.known_predictions import Answers
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, steady_figures

_EXPLANATIONS = {
    Show.FIXED: "Images that were wrong after the epoch compared with and are right now.",
    Show.BROKEN: "Images that were right after the epoch compared with and are wrong now.",
}
_WORDS = {Show.FIXED: "fixed", Show.BROKEN: "broken"}


class EpochsBar(QWidget):
    """Says what became of the images since an epoch; hidden while no epochs are compared.

    The counts are of the images that the other filters leave, as a click on one shows them.
    """

    show_requested = Signal(object)  # Show

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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

    def minimumSizeHint(self) -> QSize:
        """Ask for no more width than the counts need."""
        return QSize(self.counts.minimumSizeHint().width(), super().minimumSizeHint().height())

    def show_comparison(
        self, query: Query, answers: Answers, count: Callable[[Query], int | None]
    ) -> None:
        """Count what was fixed, broken and otherwise changed, where a question compares epochs.

        Args:
            query: what the grid shows.
            answers: what is known.
            count: tells how many images a question selects, None before all is known.
        """
        self.setVisible(query.show.compares_epochs)
        if not query.show.compares_epochs:
            return
        found: dict[Show, int | None] = {
            show: count(replace(query, show=show, sort=Sort.NUMBER))
            for show in (Show.CHANGED, Show.FIXED, Show.BROKEN)
        }
        for show, word in _WORDS.items():
            images = found[show]
            if images is None:
                self.counts.set_unknown(show, word)
            else:
                words = f"{images:,} {word}"
                self.counts.set_chip(show, words, words, chosen=show is query.show)
        self.sentence.setText(_sentence(query, answers, found))

    @Slot(object)
    def _on_show_requested(self, show: Show | None) -> None:
        """Filter by a count, or show all changes when it is clicked again."""
        self.show_requested.emit(Show.CHANGED if show is None else show)


def _sentence(query: Query, answers: Answers, found: dict[Show, int | None]) -> str:
    """Say since when, and what the two counts leave out."""
    since, shown = query.since_epoch, answers.shown
    is_earlier = shown is None or since <= shown
    words = f"since epoch {since}" if is_earlier else f"compared with epoch {since}"
    changed, fixed, broken = (found[show] for show in (Show.CHANGED, Show.FIXED, Show.BROKEN))
    if changed is None or fixed is None or broken is None:
        return words
    otherwise = changed - fixed - broken
    return f"{words}; {otherwise:,} wrong in another way" if otherwise else words
