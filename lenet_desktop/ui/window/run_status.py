"""The line at the bottom of the window: where the run stands, how fast it is, how long it takes."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QWidget

from lenet_desktop.analysis.history import History
from lenet_desktop.session.run_state import RunState
from lenet_desktop.text.wording import duration, percent
from lenet_desktop.ui.kit.elided_label import ElidedLabel
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, steady_figures

LOADING = "Loading PyTorch…"
_PROGRESS_STEPS = 1_000


class RunStatusBar(QStatusBar):
    """Shows state, progress of the epoch and of the run, images per second and time left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, sizeGripEnabled=False)
        self.setContentsMargins(SPACING, 0, SPACING, SPACING // 2)
        self.text = self._add_label("run_status", "Where the run stands.", LOADING, 1)
        self.progress = identify(
            QProgressBar(maximum=_PROGRESS_STEPS, textVisible=True),
            "run_progress",
            "Progress of the run",
        )
        self.progress.setFormat("")
        self.addWidget(self.progress, 1)
        self.rate = self._add_label(
            "run_rate", "How many training images are learned from each second.", ""
        )
        self.left = self._add_label(
            "run_time_left", "How long the run will take from now, without pauses.", ""
        )
        follow_font(self, self._fit)

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        self.rate.setMinimumWidth(metrics.horizontalAdvance("1,000,000 images/s  "))
        self.left.setMinimumWidth(metrics.horizontalAdvance("00:00:00 left  "))

    def _add_label(self, object_name: str, explanation: str, text: str, stretch: int = 0) -> QLabel:
        # A label speaks its text; an accessible name would take the text's place.
        label = identify(ElidedLabel(text), object_name, explanation=explanation)
        label.setFont(steady_figures(label.font()))
        self.addWidget(label, stretch)
        return label

    def show_text(self, text: str) -> None:
        """Say something other than where a run stands."""
        self.text.setText(text)

    @Slot(bool)
    def show_waiting(self, waits: bool) -> None:
        """Say whether a run begins as soon as all that it takes is loaded."""
        self.text.setText(f"{LOADING} The run begins as soon as it is there" if waits else LOADING)

    def show_run(
        self, state: RunState, history: History, *, goes_on_elsewhere: bool = False
    ) -> None:
        """Show where a run stands, which another window or terminal may be working on."""
        self.text.setText(
            _describe_elsewhere(history) if goes_on_elsewhere else _describe(state, history)
        )
        self.progress.setValue(round(history.progress * _PROGRESS_STEPS))
        self.progress.setFormat(percent(history.progress, 0) if history.started else "")
        rate, left = history.images_per_s, history.remaining_s
        self.rate.setText(f"{rate:,.0f} images/s" if rate is not None else "")
        if state.is_active and left is not None:
            self.left.setText(f"{duration(left)} left")
        else:
            took = history.elapsed_s and not goes_on_elsewhere
            self.left.setText(f"took {duration(history.elapsed_s)}" if took else "")


def _describe_elsewhere(history: History) -> str:
    return f"Going on elsewhere, {_place(history)}"


def _place(history: History) -> str:
    return f"epoch {history.epoch} of {history.planned_epochs}"


def _describe(state: RunState, history: History) -> str:
    place = _place(history)
    match state:
        case RunState.LOADING:
            return LOADING
        case RunState.READY:
            return "Ready to start"
        case RunState.RUNNING if history.started is None:
            return "Preparing…"
        case RunState.RUNNING:
            return f"{place.capitalize()}, {percent(history.epoch_progress, 0)} of it done"
        case RunState.PAUSED:
            return f"Paused in {place}"
        case RunState.STOPPING:
            return "Stopping…"
        case RunState.FINISHED if not history.epochs:
            return "Finished"
        case RunState.FINISHED:
            is_early = history.finished is not None and history.finished.reason
            how = f"Stopped early after epoch {len(history.epochs)}" if is_early else "Finished"
            accuracy = history.epochs[-1].test_accuracy
            if accuracy is None:
                return f"{how}: the test images are not judged yet"
            return f"{how}: {percent(accuracy)} of test images right"
        case RunState.STOPPED:
            return f"Stopped in {place}" if history.started else "Stopped"
        case RunState.DIVERGED:
            return f"Ended in {place}: the loss is not a number"
        case RunState.FAILED:
            return f"Failed in {place}" if history.started else "Failed"
