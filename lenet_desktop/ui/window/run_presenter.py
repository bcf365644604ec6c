"""Shows the run of the session, or a model from a file, in every part of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.records import OpenedRun, RunRecord, UnkeptWork
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import quoted, tidied
from lenet_desktop.training.events import EpochDone, Event, PredictionsReady, RunStarted, StepsDone
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.kit.message_bar import MessageBar
from lenet_desktop.ui.services.model_opener import ModelOpener
from lenet_desktop.ui.services.run_services import RunServices
from lenet_desktop.ui.training.training_panel import TrainingPanel
from lenet_desktop.ui.window.run_header import RunHeader
from lenet_desktop.ui.window.run_launcher import RunLauncher
from lenet_desktop.ui.window.run_messages import RunMessages
from lenet_desktop.ui.window.run_status import RunStatusBar

if TYPE_CHECKING:
    from lenet_desktop.export.model_opening import JudgedModel

_LONGEST_NAME = 60
STATUS_INTERVAL_MS = 400
"""Every repaint takes time from the trainer, and nobody reads figures faster than this."""


class RunPresenter(QObject):
    """Hands on what happens to whoever shows it: curves, images, header, status and messages."""

    named = Signal(str)  # what the run that is shown is called, "" without one

    def __init__(
        self,
        session: TrainingSession,
        launcher: RunLauncher,
        *,
        training: TrainingPanel,
        gallery: GalleryPanel,
        header: RunHeader,
        status: RunStatusBar,
        messages: MessageBar,
        runs: RunServices,
        models: ModelOpener,
    ) -> None:
        super().__init__(launcher)
        self._session = session
        self._training, self._gallery = training, gallery
        self._header, self._status, self._bar = header, status, messages
        self._runs, self._models = runs, models
        self._messages = RunMessages(messages, launcher.restart, launcher.go_on, self._save_network)
        self._name = ""
        self._timer = QTimer(self, interval=STATUS_INTERVAL_MS, singleShot=True)
        self._timer.timeout.connect(self._show_status)
        self._is_active = False  # whether a run was under way when its state was shown last
        launcher.begun.connect(self._on_begun)
        launcher.waits.connect(self._on_waits)
        session.event_received.connect(self._on_event_received)
        session.run_opened.connect(self._on_run_opened)
        session.left_unkept.connect(self._on_left_unkept)
        runs.open_changed.connect(self._on_open_changed)
        runs.exporter.network_saved.connect(self._messages.forget_loss)
        models.opened.connect(self._on_model_opened)

    def show_state(self, state: RunState) -> None:
        """Say how the run stands."""
        self._training.show_state(state)
        self._gallery.state.set_running(state.is_active, paused=state is RunState.PAUSED)
        self._show_status()
        self._show_header()
        if not state.is_active:
            self._training.plots.settle()
            if self._is_active:
                self._status.announce_end()
        self._is_active = state.is_active

    def _save_network(self, network: Snapshot) -> None:
        self._runs.exporter.save_network(network, self._name)

    def _show_header(self) -> None:
        """Say whose figures the window shows."""
        session, model = self._session, self._models.shown
        if session.history.started is not None:
            elsewhere = self._runs.opener.goes_on_elsewhere
            self._header.show_run(
                self._name, session.history, session.state, goes_on_elsewhere=elsewhere
            )
        elif model is not None:
            self._header.show_model(
                model.model.path.name, model.model.introduction, model.predictions.accuracy
            )
        else:
            self._header.show_nothing()
        self._gallery.name_run(self._header.name.text(), self._header.caption)
        self._training.name_run(self._header.caption)

    def leave(self) -> str:
        """Show neither a run nor a model any more; return what the run is called that was shown."""
        name = self._name if self._session.history.started is not None else ""
        if name or self._models.shown is not None:
            self._bar.clear()  # or what was said at the start would go
        self._session.leave()
        self._training.show_run(self._session.history)
        self._models.show_model(None)
        self._show_header()
        return name

    @Slot()
    def _show_status(self) -> None:
        """Say how far the run is; the header says nothing of single steps."""
        session, elsewhere = self._session, self._runs.opener.goes_on_elsewhere
        self._status.show_run(session.state, session.history, goes_on_elsewhere=elsewhere)

    @Slot(bool)
    def _on_waits(self, waits: bool) -> None:
        if self._session.state is RunState.LOADING:
            self._status.show_waiting(waits)

    @Slot()
    def _on_begun(self) -> None:
        """Show a run that begins, or goes on, from its beginning; nothing else is wanted now."""
        self._runs.opener.give_up()
        self._models.give_up()
        self._bar.clear()
        self._training.show_run(self._session.history)
        self._models.show_model(None)
        self._header.make_room()
        self._show_header()

    @Slot(object)
    def _on_event_received(self, event: Event) -> None:
        history = self._session.history
        if isinstance(event, RunStarted) and not event.resumed:
            self._gallery.state.forget()
        elif isinstance(event, PredictionsReady):
            source = self._runs.kept_epochs()
            if source is not None:
                self._gallery.state.use_source(source)
            self._gallery.state.add(event.predictions, event.snapshot)
            self._gallery.state.mark_best(history.best_epoch)
        elsewhere = self._runs.opener.goes_on_elsewhere
        if not elsewhere:  # or nothing can be done about it here
            self._messages.show_event(event, history)
        self._training.show_event(event, history)
        if isinstance(event, EpochDone):
            self._status.announce_epoch(event)
        if isinstance(event, EpochDone) and elsewhere:
            self._show_status()  # what is told of an epoch there is all there is to wait for
        if not isinstance(event, StepsDone):
            self._show_header()
        if not self._timer.isActive():
            self._timer.start()

    @Slot(object)
    def _on_run_opened(self, opened: OpenedRun) -> None:
        opener, gallery = self._runs.opener, self._gallery.state
        if opener.is_asked_for:
            self._bar.clear()
        self._training.show_run(self._session.history, is_the_same=opener.opens_anew)
        further = opener.further_predictions(opened, gallery.newest)
        if further is None:
            gallery.open_run(opened.predictions, opened.snapshots)
        else:
            networks = {snapshot.epoch: snapshot for snapshot in opened.snapshots}
            for predictions in further:
                gallery.add(predictions, networks.get(predictions.epoch))
        gallery.mark_best(self._session.history.best_epoch)
        self._runs.show_open()
        self._models.show_model(None)
        opener.show_opened(opened)

    @Slot(object)
    def _on_model_opened(self, judged: JudgedModel) -> None:
        if not self._session.leave():
            self._models.refuse()
            return
        self._runs.opener.give_up()
        self._training.show_run(self._session.history)
        predictions, model = judged.predictions, judged.model
        self._gallery.state.open_run([predictions], [model.snapshot], file=model.path.name)
        self._models.show_model(judged)
        self._show_header()
        self._bar.show_done(judged.sentence)

    @Slot(object)
    def _on_left_unkept(self, unkept: UnkeptWork | None) -> None:
        self._messages.show_unkept(quoted(self._name or _("This run")), unkept)

    @Slot(object)
    def _on_open_changed(self, record: RunRecord | None) -> None:
        self._name = "" if record is None else tidied(record.name, _LONGEST_NAME)
        self._header.show_record(record)
        self.named.emit(self._name)
        self._show_header()
