"""The line at the bottom of the window: where the run stands, how fast it is, how long it takes."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar

from lenet_desktop.analysis.history import History
from lenet_desktop.session.run_state import RunState
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import duration, figure, percent, whole
from lenet_desktop.training.events import EpochDone
from lenet_desktop.ui.kit.elided_label import ElidedLabel, keep_width
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, steady_figures

LOADING = marked("Loading PyTorch…")
_PROGRESS_STEPS = 1_000


class RunStatusBar(QStatusBar):
    """Shows state, progress of the epoch and of the run, images per second and time left."""

    def __init__(self) -> None:
        super().__init__(sizeGripEnabled=False)
        self.setContentsMargins(SPACING, 0, SPACING, SPACING // 2)
        self.text = self._add_label("run_status", _("Where the run stands."), _(LOADING), 1)
        self.progress = identify(
            QProgressBar(maximum=_PROGRESS_STEPS, textVisible=True),
            "run_progress",
            _("Progress of the run"),
        )
        self.progress.setFormat("")
        self.addWidget(self.progress, 1)
        self.rate = self._add_label(
            "run_rate", _("How many training images are learned from each second."), ""
        )
        self.left = self._add_label(
            "run_time_left", _("How long the run will take from now, without pauses."), ""
        )
        follow_font(self, self._fit)

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        keep_width(self.rate, metrics.horizontalAdvance(_rate_text("1,000,000") + "  "))
        keep_width(self.left, metrics.horizontalAdvance(_left_text("00:00:00") + "  "))

    def _add_label(self, object_name: str, explanation: str, text: str, stretch: int = 0) -> QLabel:
        # A label speaks its text; an accessible name would take the text's place.
        label = identify(ElidedLabel(text), object_name, explanation=explanation)
        label.setFont(steady_figures(label.font()))
        self.addWidget(label, stretch)
        return label

    def show_text(self, text: str) -> None:
        """Say something other than where a run stands."""
        self.text.setText(text)

    def announce_epoch(self, done: EpochDone) -> None:
        """Have a screen reader say how an epoch came out, whatever it reads."""
        words = _("Epoch {epoch} is done")
        if done.test_accuracy is not None:
            words = _("Epoch {epoch}: {share} of test images right")
        share = percent(done.test_accuracy or 0)
        self._announce(words.format(epoch=whole(done.epoch), share=share))

    def announce_end(self) -> None:
        """Have a screen reader say how a run has ended, which is shown already."""
        self._announce(self.text.text())

    def _announce(self, words: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    @Slot(bool)
    def show_waiting(self, waits: bool) -> None:
        """Say whether a run begins as soon as all that it takes is loaded."""
        words = _("Loading PyTorch… The run begins as soon as it is there") if waits else _(LOADING)
        self.text.setText(words)

    def show_run(
        self, state: RunState, history: History, *, goes_on_elsewhere: bool = False
    ) -> None:
        """Show where a run stands, which another window or terminal may be working on."""
        self.text.setText(
            _describe_elsewhere(history) if goes_on_elsewhere else _describe(state, history)
        )
        self.progress.setFormat(percent(history.progress, 0) if history.started else "")
        rate, left = history.images_per_s, history.remaining_s
        self.rate.setText(_rate_text(figure(rate, ",.0f")) if rate is not None else "")
        if state.is_active and left is not None:
            self.left.setText(_left_text(duration(left)))
        else:
            took = history.elapsed_s and not goes_on_elsewhere
            words = _("took {time}").format(time=duration(history.elapsed_s))
            self.left.setText(words if took else "")
        self.progress.setUpdatesEnabled(False)  # or it would be painted at once, and again later
        self.progress.setValue(round(history.progress * _PROGRESS_STEPS))
        self.progress.setUpdatesEnabled(True)


def _rate_text(rate: str) -> str:
    return _("{rate} images/s").format(rate=rate)


def _left_text(time: str) -> str:
    return _("{time} left").format(time=time)


def _describe_elsewhere(history: History) -> str:
    return _at(_("Going on elsewhere, epoch {epoch} of {planned}"), history)


def _at(sentence: str, history: History) -> str:
    """Put into a sentence in which epoch a run is, and of how many."""
    return sentence.format(
        epoch=whole(history.epoch),
        planned=whole(history.planned_epochs),
        share=percent(history.epoch_progress, 0),
    )


def _describe(state: RunState, history: History) -> str:
    match state:
        case RunState.LOADING:
            return _(LOADING)
        case RunState.READY:
            return _("Ready to start")
        case RunState.RUNNING if history.started is None:
            return _("Preparing…")
        case RunState.RUNNING:
            return _at(_("Epoch {epoch} of {planned}, {share} of it done"), history)
        case RunState.PAUSED:
            return _at(_("Paused in epoch {epoch} of {planned}"), history)
        case RunState.STOPPING:
            return _("Stopping…")
        case RunState.FINISHED if not history.epochs:
            return _("Finished")
        case RunState.FINISHED:
            is_early = history.finished is not None and history.finished.reason
            return _describe_early_end(history) if is_early else _describe_end(history)
        case RunState.STOPPED:
            words = _("Stopped in epoch {epoch} of {planned}")
            return _at(words, history) if history.started else _("Stopped")
        case RunState.DIVERGED:
            return _at(_("Ended in epoch {epoch} of {planned}: the loss is not a number"), history)
        case RunState.FAILED:
            words = _("Failed in epoch {epoch} of {planned}")
            return _at(words, history) if history.started else _("Failed")


def _describe_end(history: History) -> str:
    accuracy = history.epochs[-1].test_accuracy
    if accuracy is None:
        return _("Finished: the test images are not judged yet")
    return _("Finished: {share} of test images right").format(share=percent(accuracy))


def _describe_early_end(history: History) -> str:
    epoch, accuracy = len(history.epochs), history.epochs[-1].test_accuracy
    if accuracy is None:
        words = _("Stopped early after epoch {epoch}: the test images are not judged yet")
        return words.format(epoch=whole(epoch))
    words = _("Stopped early after epoch {epoch}: {share} of test images right")
    return words.format(epoch=whole(epoch), share=percent(accuracy))
