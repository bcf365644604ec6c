"""Does what the page of sweeps asks for: starts sweeps, goes on with them, deletes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.session.sweep_session import Prolonging
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.config import MAX_SEED, TrainingConfig
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.records import SweepRecord, SweepState, TrialRecord
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, sentences, whole
from lenet_desktop.ui.kit.late_part import LatePart
from lenet_desktop.ui.kit.message_bar import MessageAction
from lenet_desktop.ui.services.data_switch import DataSwitch
from lenet_desktop.ui.services.sweep_display import SweepDisplay
from lenet_desktop.ui.sweeps.sweeps_page import SweepsPage

if TYPE_CHECKING:
    from lenet_desktop.sweeps.executor import Executor

_BOTH = marked(
    "A sweep and a run go on at once: both take longer, and come to the same as they would alone."
)
_UNFINISHED = {
    SweepState.INTERRUPTED: marked("{name} was interrupted after {settled} of {runs}."),
    SweepState.PAUSED: marked("{name} is paused after {settled} of {runs}."),
}
"""What is said at the start; `runs` is, for example, "12 runs"."""


class SweepServices(SweepDisplay):
    """Starts sweeps and does what is asked of them, beside showing how they stand."""

    saved = Signal(str)
    noticed = Signal(str)
    advised = Signal(str, object)  # a sentence, and the MessageActions that do what it advises
    form_requested = Signal()  # the form of the next run is to be seen
    done = Signal(str, object)  # a sentence, and the MessageActions that go with it
    open_requested = Signal(int)  # the number of a run
    page_requested = Signal(bool)  # the page is to come into sight

    def __init__(
        self,
        place: LatePart[SweepsPage],
        data: DataSwitch,
        base: Callable[[], TrainingConfig | None],
        training: TrainingSession,
        parent: QObject,
    ) -> None:
        super().__init__(place, parent)
        self._data, self._base, self._training = data, base, training
        self.session.noticed.connect(self.noticed)
        self.session.failed.connect(self._on_session_failed)

    def _connect_page(self, page: SweepsPage) -> None:
        super()._connect_page(page)
        view, session = page.view, self.session
        page.new_requested.connect(self._on_new_requested)
        page.editor.start_requested.connect(self.start)
        page.editor.base_requested.connect(self._on_base_requested)
        page.list.delete_requested.connect(self._on_delete_requested)
        view.pause_requested.connect(session.pause)
        view.stop_requested.connect(self._on_stop_requested)
        view.resume_requested.connect(self._on_resume_requested)
        view.place_requested.connect(self._on_place_requested)
        view.clone_requested.connect(self._show_pace)
        view.repeat_requested.connect(self.start)
        view.run_requested.connect(self._on_run_requested)
        view.stop_trial_requested.connect(self._on_stop_trial_requested)
        view.prolong_requested.connect(self._on_prolong_requested)
        view.saved.connect(self.saved)
        view.failed.connect(self.failed)

    def use_store(self, runs: RunStore) -> None:
        """List the sweeps of a store, and say which can be gone on with."""
        self._sweeps = SweepStore(runs)
        self.refresh()
        self._look.start()
        self._say_unfinished()

    def use_executor(self, make_executor: Callable[[str], Executor]) -> None:
        """Train trials by what this makes, given the address of a scheduler, or nothing."""
        if self._sweeps is not None:
            self.session.use(self._sweeps, make_executor)
            self._show()

    def _say_unfinished(self) -> None:
        if self._sweeps is None:
            return
        left = next((each for each in self._sweeps.sweeps() if each.state in _UNFINISHED), None)
        if left is not None:
            runs = counted(left.definition.runs, "{count} run", "{count} runs")
            stands = _(_UNFINISHED[left.state]).format(
                name=left.quoted_name, settled=whole(left.settled), runs=runs
            )
            self.done.emit(
                sentences([stands, _("Nothing that was finished is lost.")]),
                (MessageAction(_("Show it"), lambda: self.show_sweep(left.id)),),
            )

    @Slot(int)
    def show_sweep(self, sweep_id: int) -> None:
        """Bring the page into sight with a sweep on it."""
        self.page_requested.emit(True)
        self._page.list.choose(sweep_id)

    # What a person does

    @Slot()
    def _on_new_requested(self) -> None:
        base = self._base()
        if base is None:
            self._advise_on_form(
                _("An entry of the form cannot be used. Mend it before you vary it.")
            )
            return
        self._show_pace()
        self._page.edit_new(base)

    def _advise_on_form(self, sentence: str) -> None:
        show = MessageAction(_("Show the form"), self.form_requested.emit)
        self.advised.emit(sentence, [show])

    @Slot()
    def _show_pace(self) -> None:
        """Let the form for a sweep say how long that takes."""
        self._page.editor.show_pace(self._usual_pace())

    def _usual_pace(self) -> float | None:
        """Return how many seconds the latest run took for an image; None without one."""
        try:
            latest = None if self._sweeps is None else self._sweeps.runs.latest()
        except StoreError:
            return None
        if latest is None:
            return None
        images = latest.epochs_done * latest.config.data.training_images
        return latest.elapsed_s / images if images else None

    @Slot()
    def _on_base_requested(self) -> None:
        base = self._base()
        if base is not None:
            self._page.editor.use_base(base)

    @Slot(int)
    def repeat_form(self, seeds: int) -> None:
        """Train the recipe of the form with so many seeds, from that of the form on."""
        base = self._base()
        if base is None:
            self._advise_on_form(
                _("An entry of the form cannot be used. Mend it before you repeat it.")
            )
        else:
            self._repeat(base, seeds)

    @Slot(int, int)
    def repeat_run(self, run_id: int, seeds: int) -> None:
        """Train the recipe of a kept run with so many seeds after its own."""
        if self._sweeps is None:
            return
        try:
            config = self._sweeps.runs.record(run_id).config
        except StoreError as error:
            self.failed.emit(str(error))
        else:
            self._repeat(fresh_seed(config), seeds)

    def _repeat(self, config: TrainingConfig, seeds: int) -> None:
        try:
            self.start(SweepDefinition(base=config, seeds=seeds))
        except ConfigError as error:
            self.failed.emit(str(error))

    @Slot(object)
    def start(self, definition: SweepDefinition) -> None:
        """Keep a new sweep, show it, and begin it unless another one goes on."""
        if self._sweeps is None:
            return
        try:
            sweep = self._sweeps.add(definition, scheduler=self._page.editor.address)
        except StoreError as error:
            self.failed.emit(str(error))
            return
        self._shown = sweep.id
        self._page.show_view()
        self.page_requested.emit(True)
        self.refresh()
        self._page.list.choose(sweep.id)
        self._go_on(sweep)

    @Slot()
    def _on_resume_requested(self) -> None:
        if self._sweeps is not None and self._shown is not None:
            self._go_on(self._sweeps.sweep(self._shown))

    @Slot(str)
    def _on_place_requested(self, scheduler: str) -> None:
        if self._shown is not None:
            self._move(self._shown, scheduler)

    def _move(self, sweep_id: int, scheduler: str, prolonging: Prolonging | None = None) -> None:
        """Go on with a sweep by the workers of another scheduler, or on this machine."""
        sweeps = self._sweeps
        if sweeps is not None and self._do(lambda: sweeps.set_scheduler(sweep_id, scheduler)):
            self._go_on(sweeps.sweep(sweep_id), prolonging)

    @Slot(str)
    def _on_session_failed(self, sentence: str) -> None:
        """Say why a sweep cannot go on; one of other machines can go on on this one."""
        sweep_id, prolonging = self.session.sweep_id, self.session.prolonging
        if self._sweeps is None or sweep_id is None or not self._sweeps.sweep(sweep_id).scheduler:
            self.failed.emit(sentence)
            return
        words = _("Resume on this machine") if prolonging is None else _("Train it on this machine")
        here = MessageAction(words, lambda: self._move(sweep_id, "", prolonging))
        self.advised.emit(sentence, [here])

    def _go_on(self, sweep: SweepRecord, prolonging: Prolonging | None = None) -> None:
        """Go on with a sweep, or with one trial of it alone, once its data are there."""
        if self.session.sweep_id is not None:
            text = (
                _(
                    "Another sweep is going on. {name} waits: resume it when that has "
                    "ended or is paused."
                )
                if prolonging is None
                else _("Another sweep is going on. Prolong the trial when that has ended.")
            )
            pause = MessageAction(_("Pause the other one"), self.session.pause)
            self.advised.emit(text.format(name=sweep.quoted_name), [pause])
            return

        def then(problem: str) -> None:
            if problem:
                self.failed.emit(problem)
            elif not self._begin(sweep.id, prolonging):
                text = (
                    _("{name} waits until all is loaded. Press Resume then.")
                    if prolonging is None
                    else _("The libraries are still being loaded. Prolong the trial in a moment.")
                )
                self.noticed.emit(text.format(name=sweep.quoted_name))

        self._data.bring(sweep.definition.base.data, then)

    def _begin(self, sweep_id: int, prolonging: Prolonging | None) -> bool:
        if not self.session.go_on(sweep_id, prolonging):
            return False
        if self._training.state.is_active:
            self.noticed.emit(_(_BOTH))
        return True

    @Slot()
    def note_run(self) -> None:
        """Say that a run that begins shares the machine with the sweep."""
        if self.session.sweep_id is not None:
            self.noticed.emit(_(_BOTH))

    @Slot()
    def _on_stop_requested(self) -> None:
        if self._shown == self.session.sweep_id:
            self.session.stop()
            return
        sweeps, shown = self._sweeps, self._shown
        if sweeps is not None and shown is not None:
            self._do(lambda: sweeps.set_state(shown, SweepState.STOPPED))

    @Slot(object)
    def _on_run_requested(self, trial: TrialRecord) -> None:
        if self._sweeps is None:
            return
        run_id = self._sweeps.run_ids(trial.sweep_id).get(trial.number)
        if run_id is None:
            self.noticed.emit(_("The run of this trial is not in the list of runs any more."))
            return
        self.open_requested.emit(run_id)

    @Slot(int)
    def _on_stop_trial_requested(self, number: int) -> None:
        trial = self._trials.get(number)
        if trial is not None:
            self._do(lambda: self.session.stop_trial(trial))

    @Slot(int, int)
    def _on_prolong_requested(self, number: int, more_epochs: int) -> None:
        if self._sweeps is None or self._shown is None:
            return
        if self._shown == self.session.sweep_id:
            self.session.prolong_trial(number, more_epochs)
        else:
            self._go_on(self._sweeps.sweep(self._shown), (number, more_epochs))

    @Slot(int)
    def _on_delete_requested(self, sweep_id: int) -> None:
        sweeps = self._sweeps
        if sweeps is None:
            return
        try:
            sweep = sweeps.sweep(sweep_id)
            sweeps.delete([sweep_id])
        except StoreError as error:
            self.failed.emit(str(error))
            return
        self.refresh()
        self.runs_changed.emit()
        self.done.emit(
            _("{name} was deleted, with its runs.").format(name=sweep.quoted_name),
            (MessageAction(_("Undo"), lambda: self._restore(sweep_id)),),
        )

    def _restore(self, sweep_id: int) -> None:
        sweeps = self._sweeps
        if sweeps is not None:
            self._do(lambda: sweeps.restore([sweep_id]))
            self.runs_changed.emit()

    def _do(self, change: Callable[[], object]) -> object:
        """Change something in the store and show it; return what came of it."""
        try:
            result = change()
        except StoreError as error:
            self.failed.emit(str(error))
            return None
        self.refresh()
        return result


def fresh_seed(config: TrainingConfig) -> TrainingConfig:
    """Return a recipe with the seed after its own, which was trained already."""
    return replace(config, seed=min(config.seed + 1, MAX_SEED))
