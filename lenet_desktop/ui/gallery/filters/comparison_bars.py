"""What became of images between two epochs, or two runs, as counts that are a click away."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QWidget

from lenet_desktop.analysis.paired_outcomes import ONE_PAIR_NOTE, PairedOutcomes
from lenet_desktop.analysis.queries import Show, Sort
from lenet_desktop.analysis.verdict import FROM_FILE
from lenet_desktop.data.images import Split
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, quoted_title, sentences, tip, whole
from lenet_desktop.training.learning_rate import unlike_lengths
from lenet_desktop.ui.gallery.filters.filter_chips import SHOW_NAMES
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.gallery.shown_run import Rival
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.elided_label import ElidedLabel, WholeLabel
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.pair_badge import badge_html
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme, steady_figures

_OF_EPOCHS = {
    Show.FIXED: marked("Images that were wrong after the epoch compared with and are right now."),
    Show.BROKEN: marked("Images that were right after the epoch compared with and are wrong now."),
}
_COUNTED = Change.SOURCE | Change.PREDICTIONS | Change.EPOCH | Change.QUERY
_OF_RUNS = {
    Show.BOTH_RIGHT: marked("Images that both get right."),
    Show.ONLY_THIS: marked("Images that only A gets right."),
    Show.ONLY_OTHER: marked("Images that only B gets right."),
    Show.BOTH_WRONG: marked("Images that both get wrong, with the same prediction or not."),
}
_LONGEST_NAME = 28
"""Letters of a name for which there is room beside the other one in a usual window."""
ONLY_TEST_IMAGES = marked("Runs are compared on the test images. Choose these as the source.")
_NO_PREDICTIONS = marked("There is a comparison as soon as the run shown has finished an epoch.")


class CountChips(QWidget):
    """One chip for each outcome; a click asks for its images, a second one for them no more.

    Args:
        explanations: a sentence for each outcome, in the order of the chips.
        wraps: whether they stand in two rows where there is little room.
    """

    show_requested = Signal(object)  # Show, or None when the chip chosen is clicked again

    def __init__(self, explanations: Mapping[Show, str], *, wraps: bool = False) -> None:
        super().__init__()
        self._wraps = wraps
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACING // 2)
        self._grid.setColumnStretch(len(explanations), 1)
        self.buttons: dict[Show, QToolButton] = {}
        for show, explanation in explanations.items():
            button = identify(
                QToolButton(),
                f"{str(show).replace(' ', '_')}_button",
                _(SHOW_NAMES[show]),
                _(explanation),
            )
            button.setCheckable(True)
            button.setProperty("role", "chip")
            button.setFont(steady_figures(button.font()))
            button.clicked.connect(self._on_clicked)
            self._grid.addWidget(button, 0, len(self.buttons))
            self.buttons[show] = button

    def minimumSizeHint(self) -> QSize:
        """Return the least size, in which what wraps asks for no width."""
        least = super().minimumSizeHint()
        return QSize(0, least.height()) if self._wraps else least

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand in one row or in two."""
        super().resizeEvent(event)
        if self._wraps:
            self._arrange()

    def _arrange(self) -> None:
        buttons = list(self.buttons.values())
        gaps = (len(buttons) - 1) * self._grid.spacing()
        fits = sum(button.sizeHint().width() for button in buttons) + gaps <= self.width()
        columns = len(buttons) if fits else (len(buttons) + 1) // 2
        for place, button in enumerate(buttons):
            self._grid.addWidget(button, *divmod(place, columns))

    def set_chip(self, show: Show, text: str, spoken: str, *, is_known: bool = True) -> None:
        """Write a count on its chip, or that there is none, and what a screen reader says."""
        button = self.buttons[show]
        button.setEnabled(is_known)
        button.setText(text)
        button.setAccessibleName(spoken)
        if self._wraps:
            self._arrange()

    def choose(self, shown: Show | None) -> None:
        """Press the chip whose images are shown, if there is one and it has a count."""
        for show, button in self.buttons.items():
            button.setChecked(show is shown and button.isEnabled())

    @Slot()
    def _on_clicked(self) -> None:
        for show, button in self.buttons.items():
            if button is self.sender():
                self.show_requested.emit(show if button.isChecked() else None)


class EpochsBar(QWidget):
    """Says what became of the images since an epoch; hidden while no epochs are compared.

    The counts are of the images that the other filters leave, as a click on one shows them.
    """

    def __init__(self, state: GalleryState) -> None:
        super().__init__()
        self._state = state
        identify(self, "epochs_bar", _("Comparison of two epochs"))
        self.counts = CountChips(_OF_EPOCHS)
        self.epochs = identify(QLabel(), "epochs_sentence")
        self.rest = muted(identify(ElidedLabel(), "epochs_rest"))
        for label in (self.epochs, self.rest):
            label.setFont(steady_figures(label.font()))
        in_row(self.epochs, self.counts, (self.rest, 1), on=self)
        self.counts.show_requested.connect(self._on_show_requested)
        self.hide()
        state.changed.connect(self._on_changed)

    def minimumSizeHint(self) -> QSize:
        """Ask for no more width than the counts need."""
        return QSize(self.counts.minimumSizeHint().width(), super().minimumSizeHint().height())

    @property
    def text(self) -> str:
        """All that it says."""
        counts = " ".join(button.text() for button in self.counts.buttons.values())
        return " ".join(filter(None, (self.epochs.text(), counts, self.rest.text())))

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
        for show in self.counts.buttons:
            images = found[show]
            words = _count(show, images)
            self.counts.set_chip(show, words, words, is_known=images is not None)
        self.counts.choose(query.show)
        self.epochs.setText(_epochs(query.since_epoch, state.epoch))
        self.rest.setText(_rest(found))

    @Slot(object)
    def _on_show_requested(self, show: Show | None) -> None:
        """Filter by a count, or show all changes when it is clicked again."""
        self._state.show(Show.CHANGED if show is None else show)


def _count(show: Show, images: int | None) -> str:
    """Say how many images were fixed or broken, or what will be counted."""
    if images is None:
        return show.words
    if show is Show.FIXED:
        return counted(images, "{count} fixed", "{count} fixed")
    return counted(images, "{count} broken", "{count} broken")


def _epochs(since: int, shown: int | None) -> str:
    """Say which epochs are compared."""
    if shown is None:
        return _("Since epoch {since}:").format(since=since)
    if since > shown:
        return _("Epoch {shown} beside epoch {since}:").format(since=since, shown=shown)
    return _("From epoch {since} to {shown}:").format(since=since, shown=shown)


def _rest(found: dict[Show, int | None]) -> str:
    """Say what the two counts leave out, where that is anything."""
    changed, fixed, broken = (found[show] for show in (Show.CHANGED, Show.FIXED, Show.BROKEN))
    otherwise = (changed or 0) - (fixed or 0) - (broken or 0)
    if not otherwise:
        return ""
    return counted(otherwise, "{count} wrong in another way", "{count} wrong in another way")


class RivalBar(QWidget):
    """Counts that filter the grid, and what McNemar's test says; hidden without another run."""

    def __init__(self, state: GalleryState) -> None:
        super().__init__()
        identify(self, "rival_bar", _("Comparison of two runs"))
        self._state = state
        self._theme = LIGHT
        self._build()
        self._lay_out()
        self.hide()
        state.changed.connect(self._on_changed)

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        if change & (Change.RIVAL | Change.SOURCE | Change.EPOCH):
            self._show_comparison()
        elif change & Change.QUERY:
            self.counts.choose(self._state.query.show)

    def _show_comparison(self) -> None:
        """Show how the run that is looked at fares beside another one, if there is another."""
        state, rival = self._state, self._state.rival
        self.setVisible(rival is not None)
        if rival is None:
            return
        self._show_title()
        mine, theirs = state.predictions, state.rival_predictions
        if mine is None or theirs is None:
            is_test = state.split is Split.TEST
            self._show_nothing(_(_NO_PREDICTIONS) if is_test else _(ONLY_TEST_IMAGES))
            return
        outcomes = PairedOutcomes(mine, theirs)
        for show, count in zip(self.buttons, outcomes.counts, strict=True):
            name = _(SHOW_NAMES[show])
            spoken = counted(count, "{name}: {count} images", "{name}: {count} images", name=name)
            self.counts.set_chip(show, f"{name}  {whole(count)}", spoken)
        self.counts.choose(state.query.show)
        self.verdict.setText(outcomes.sentence("A", "B"))
        self.caveat.setText(_caveat(state.file, mine.epoch, rival))
        self.caveat.setVisible(bool(self.caveat.text()))

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self._show_title()

    def _show_title(self) -> None:
        """Say who A and B are, each by its colour."""
        rival = self._state.rival
        if rival is None:
            return
        sides = zip("AB", self._sides(rival, _LONGEST_NAME), strict=True)
        parts = (f"{badge_html(each, self._theme)} {escape(text)}" for each, text in sides)
        self.title.setText("&nbsp; ".join(parts))
        first, second = self._sides(rival)
        self.title.setToolTip(tip(_("A: {first}. B: {second}.").format(first=first, second=second)))

    def _sides(self, rival: Rival, longest: int = 60) -> tuple[str, str]:
        """Say in words who A and B are, whose names are cut after so many letters."""
        shown, file = self._state.epoch, self._state.file
        a = _("the run shown") if shown is None else _("the run shown, after epoch {epoch}")
        name = quoted_title(rival.name, longest)
        b = _("{run}, epoch {epoch}").format(run=name, epoch=rival.predictions.epoch)
        return quoted_title(file, longest) if file else a.format(epoch=shown), b

    def _show_nothing(self, why: str) -> None:
        self.caveat.hide()
        for show in self.buttons:
            name = _(SHOW_NAMES[show])
            self.counts.set_chip(show, name, name, is_known=False)
        self.counts.choose(None)
        self.verdict.setText(why)

    def _build(self) -> None:
        self.title = identify(QLabel(textFormat=Qt.TextFormat.RichText), "rival_title")
        # A long name is cut, and does not make the window wider.
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.close_button = identify(
            QToolButton(autoRaise=True),
            "end_comparison_button",
            _("End the comparison"),
            _("Show one run again."),
        )
        self.close_button.setText("✕")
        self.close_button.clicked.connect(self._state.end_comparison)
        self.counts = CountChips(_OF_RUNS, wraps=True)
        self.counts.show_requested.connect(self._on_show_requested)
        self.buttons = self.counts.buttons
        self.verdict = muted(identify(WholeLabel(), "rival_verdict"))
        self.verdict.setToolTip(tip(_(ONE_PAIR_NOTE)))
        self.caveat = identify(WholeLabel(), "rival_caveat")
        self.caveat.setToolTip(
            tip(_("What else than the recipe may be the reason why one network is better."))
        )
        self.caveat.hide()

    def _lay_out(self) -> None:
        in_column(
            in_row((self.title, 1), self.close_button, spacing=SPACING // 2),
            self.counts,
            self.verdict,
            self.caveat,
            spacing=SPACING // 2,
            on=self,
        )

    def minimumSizeHint(self) -> QSize:
        """Ask for no width: what does not fit is cut, and the window stays as narrow as it is."""
        return QSize(0, super().minimumSizeHint().height())

    @Slot(object)
    def _on_show_requested(self, show: Show | None) -> None:
        """Filter by a count, or by none when it is clicked again."""
        self._state.show(Show.ALL if show is None else show)


def _caveat(file: str, epoch: int, rival: Rival) -> str:
    """Say what else than the recipe may be the reason why one of the two is better.

    Args:
        file: that of the network that is shown; empty where it is a run's.
        epoch: after which the run that is shown is looked at.
        rival: what it is compared with.
    """
    if file:
        return _(FROM_FILE)
    return sentences([unlike_lengths(epoch, rival.predictions.epoch), rival.unlike])
