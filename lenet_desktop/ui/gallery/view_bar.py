"""Which images are browsed, after which epoch, and how large."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QSlider, QToolButton

from lenet_desktop.analysis.queries import Show
from lenet_desktop.data.images import Own, Part, Split
from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.gallery.epoch_range import SHORT_SLIDER, EpochRange
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.gallery.grid.cell_painter import scales_of, usual_scale
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.elided_label import keep_width
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.inputs import ChoiceInput
from lenet_desktop.ui.kit.layout import FittedWidget, follow_font
from lenet_desktop.ui.kit.naming import identify, label_for, muted
from lenet_desktop.ui.kit.theme import TARGET, Theme, steady_figures

_STEP_MS = 400
"""How long an epoch is seen while the epochs are played."""
_MOST_STEPS = 40
"""In how many steps they are played: a long run in strides."""
_EPOCHS = Change.RUN | Change.PREDICTIONS | Change.EPOCH | Change.BEST | Change.QUERY
_SOURCES: dict[Part, str] = {
    Split.TEST: marked("Test images"),
    Split.TRAIN: marked("Training images"),
    Own.PICTURES: marked("My pictures"),
}
_PARTS = {str(part): part for part in _SOURCES}
"""By what a box hands back, which keeps texts only."""


class ViewBar(FittedWidget):
    """The source of the images, the epoch that is replayed and the size of the thumbnails.

    In place of epochs, which a network from a file does not have, it can be compared with a run.
    """

    scale_changed = Signal(int)

    def __init__(self, state: GalleryState) -> None:
        super().__init__()
        self._state = state
        self._epochs: Sequence[int] = ()
        self._scales: Sequence[int] = ()
        self._timer = QTimer(self, interval=_STEP_MS, singleShot=True)
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
        if change & Change.RUN:
            self.play.setChecked(False)  # the epochs that were played are of another run
        if change & _EPOCHS:
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
            _("Size of the images"),
            _(
                "From {smallest} to {largest} pixels; Ctrl and the wheel over the images do the "
                "same."
            ).format(smallest=smallest, largest=largest),
        )

    def _show_epochs(self) -> None:
        """Offer the epochs that are known, one of which is looked at."""
        epochs, shown = self._state.epochs, self._state.epoch
        self._epochs = tuple(epochs)
        for part in self._of_epochs:
            part.setVisible(not self._state.file)
        self.compare_button.setVisible(bool(self._state.file))
        places = {epoch: place for place, epoch in enumerate(epochs)}
        place, since = places.get(shown or 0, 0), self._state.query.since_epoch
        self.epochs.set_places(len(epochs), min(places.get(since, 0), place), place)
        self.play.setEnabled(len(epochs) > 1)
        if len(epochs) < 2:
            self.play.setChecked(False)
        best = self._state.best
        self.epochs.mark(places.get(best or 0))
        self.fit()
        where = {"shown": shown, "last": epochs[-1] if epochs else "", "best": best}
        brief, spoken = _words(shown, best)
        self.epoch_label.setText(_(brief).format(**where))
        self.epoch_slider.setAccessibleDescription(_(spoken).format(**where))

    def step_scale(self, steps: int) -> None:
        """Make the thumbnails larger or smaller by some steps."""
        self.size_slider.setValue(self.size_slider.value() + steps)

    def play_every(self, interval_ms: int) -> None:
        """Show an epoch for so long while the epochs are played."""
        self._timer.setInterval(interval_ms)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.play.setIcon(themed_icon("start", theme.text, theme.outline))

    def _build(self) -> None:
        self.source_input = identify(
            ChoiceInput({part: _(name) for part, name in _SOURCES.items()}, least_characters=9),
            "gallery_source_input",
            _("Which images to browse"),
            _(
                "Test images were never learned from. Training images show what the network "
                "could not even learn by heart. My pictures are those that you have drawn or "
                "opened, and kept."
            ),
        )
        self.source_input.setEnabled(False)
        self.epochs = EpochRange()
        self.epoch_slider = self.epochs.shown
        self.play = identify(
            QToolButton(autoRaise=True),
            "epoch_play_button",
            _("Play the epochs"),
            _("Shows one epoch after the other; a second click stops."),
        )
        self.play.setCheckable(True)
        self.play.setMinimumSize(TARGET, TARGET)
        self.epoch_label = muted(QLabel())
        self.epoch_label.setFont(steady_figures(self.epoch_label.font()))
        self.compare_button = identify(
            QPushButton(_("Compare with…")),
            "compare_model_button",
            explanation=_(
                "Choose a run: you see on which images only it is right and on which only this "
                "network, and whether the difference could be chance."
            ),
        )
        self.size_slider = _slider()
        self.size_slider.setFixedWidth(SHORT_SLIDER)
        self.size_slider.setMinimumHeight(TARGET)
        self._offer_scales()
        follow_font(self.epoch_label, self.fit)

    def fit(self) -> None:
        """Keep as much room as words take."""
        metrics, last = self.epoch_label.fontMetrics(), (*self._epochs, 0)[-1]
        longest = (
            _("not trained yet"),
            _("{shown} of {last}, best {best}").format(shown=last, last=last, best=last),
        )
        least = longest if self._state.best else longest[:1]  # or the slider would jump
        keep_width(self.epoch_label, max(map(metrics.horizontalAdvance, least)))

    def _lay_out(self) -> None:
        name = label_for(self.epoch_slider, _("Epoch"))
        self._of_epochs = (self.play, name, self.epochs, self.epoch_label)
        in_row(
            self.source_input,
            self.play,
            name,
            (self.epochs, 1),
            self.epoch_label,
            self.compare_button,
            (None, 0),  # of use where the epochs are out of sight
            label_for(self.size_slider, _("Si&ze")),
            self.size_slider,
            on=self,
        )

    def _connect(self) -> None:
        self.source_input.currentIndexChanged.connect(self._on_source_changed)
        self.epochs.shown_moved.connect(self._on_epoch_moved)
        self.epochs.since_moved.connect(self._on_since_moved)
        self.play.toggled.connect(self._on_play_toggled)
        self._timer.timeout.connect(self._on_step_due)
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
        if not self._epochs:
            return
        epoch, query = self._epochs[position], self._state.query
        self._state.look_at(epoch)
        if query.show.compares_epochs and epoch < query.since_epoch:
            self._state.ask(replace(query, since_epoch=epoch))  # as the left handle is pushed

    @Slot(int)
    def _on_since_moved(self, position: int) -> None:
        """Show what was forgotten since an epoch, or whatever is asked of two epochs already."""
        if not self._epochs:
            return
        query = self._state.query
        show = query.show if query.show.compares_epochs else Show.BROKEN
        self._state.ask(replace(query, show=show, since_epoch=self._epochs[position]))

    @Slot(bool)
    def _on_play_toggled(self, plays: bool) -> None:
        """Begin where the handle stands, or at the first epoch where it stands at the last."""
        self._timer.stop()
        if plays and self.epoch_slider.value() == self.epoch_slider.maximum():
            since, last = self.epochs.since.value(), self.epoch_slider.maximum()
            compares = self._state.query.show.compares_epochs and since < last
            first = since if compares else 0
            self._state.look_at(self._epochs[first])
        if plays:
            self._timer.start()

    @Slot()
    def _on_step_due(self) -> None:
        state = self._state
        is_unseen = state.predictions is None and state.snapshot is not None
        if (
            is_unseen and not state.must_wait
        ):  # what an epoch says has to be seen before the next one has its turn
            self._timer.start()
            return
        last, place = len(self._epochs) - 1, self.epoch_slider.value()
        if place >= last:
            self.play.setChecked(False)
            return
        self._state.look_at(self._epochs[min(last, place + max(1, last // _MOST_STEPS))])
        self._timer.start()


def _words(shown: int | None, best: int | None) -> tuple[str, str]:
    """Return what is written of the epoch that is shown, and what a screen reader says of it."""
    if shown is None:
        return marked("not trained yet"), marked("Epoch not trained yet")
    if best is None:
        return marked("{shown} of {last}"), marked("Epoch {shown} of {last}")
    if shown == best:
        return (
            marked("{shown} of {last}, best"),
            marked("Epoch {shown} of {last}, best by validation"),
        )
    return (
        marked("{shown} of {last}, best {best}"),
        marked("Epoch {shown} of {last}, best {best} by validation"),
    )


def _slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setPageStep(1)
    return slider
