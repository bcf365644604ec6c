"""Has the test images judged for a run that is opened and has left them alone so far."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.runs.records import OpenedRun
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.worker import describing
from lenet_desktop.text.language import _
from lenet_desktop.training.events import EpochDone

if TYPE_CHECKING:
    from lenet_desktop.data.images import DataSplits
    from lenet_desktop.runs.store import RunStore

_DONE = "done"


class RunJudge(LatestRequest):
    """Judges one run at a time: that which was opened last."""

    noticed = Signal(str)  # a sentence about what is being done, and why
    withdrawn = Signal(str)  # that sentence does not hold any more
    judged = Signal(int)  # a run of which more is kept now

    def __init__(self, parent: QObject) -> None:
        super().__init__(describing(_("The test images could not be judged")), parent)
        self._resources: TrainingResources | None = None
        self._run_id = 0
        self._said = ""
        self._known: set[tuple[int, int]] = set()  # runs with their epochs, as judged before
        self.failed.connect(self._take_back)

    def use_resources(self, resources: TrainingResources) -> None:
        """Judge the test images of these data from now on."""
        self.give_up()
        self._resources = resources

    @Slot(object)
    def show_opened(self, opened: OpenedRun) -> None:
        """Judge a run that was opened, if there is something to judge and the data are here."""
        self.give_up()
        record, resources = opened.record, self._resources
        state = record.id, record.epochs_done
        if resources is None or record.status.is_active or state in self._known:
            return
        has_data = resources.data.info.fingerprint == record.config.data.fingerprint
        epochs = (event for event in opened.events if isinstance(event, EpochDone))
        if not has_data or not any(done.test_loss is None for done in epochs):
            return
        self._known.add(state)
        self._run_id = record.id
        self._said = _(
            "The test images are judged for {name} only now: its sweep has left them "
            "alone, as whatever is chosen by them looks better on them than it is."
        ).format(name=record.quoted_name)
        self.noticed.emit(self._said)
        store, data, run_id = resources.store, resources.data, record.id
        self.begin(lambda: _judging(store, run_id, data))

    @Slot()
    def give_up(self) -> None:
        """Judge nothing any more; another time goes on from there."""
        if self.is_busy:
            self._known = {known for known in self._known if known[0] != self._run_id}
        self._take_back()
        self.cancel()

    def hear(self, report: object) -> None:
        """Say that a run is judged once all of its epochs are."""
        if report is _DONE:
            self._take_back()
            self.judged.emit(self._run_id)

    @Slot()
    def _take_back(self) -> None:
        if self._said:
            self.withdrawn.emit(self._said)
            self._said = ""


def _judging(store: RunStore, run_id: int, data: DataSplits) -> Generator[object, None, None]:
    from lenet_desktop.runs.judging import judge_run

    yield from judge_run(store, run_id, data)
    yield _DONE
