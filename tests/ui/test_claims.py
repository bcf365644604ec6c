"""Whatever is opened, followed, compared, deleted and filtered: no figure is of another run."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import shiboken6
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show, Sort
from lenet_desktop.data.images import DataSplits, ImageSet
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.requests import Job
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.training.devices import Device
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import BRIEF, STEPS, Elsewhere, KeptRun
from tests.ui.claims import check_claims

LIMIT_MS = 20_000
SOON_MS = 3_000
LONG = replace(BRIEF, epochs=4, seed=5)
KEPT_RUNS = (
    KeptRun(replace(BRIEF, learning_rate=0.05)),
    KeptRun(replace(BRIEF, seed=2)),
    KeptRun(replace(BRIEF, epochs=3, batch_size=100)),
    KeptRun(LONG, steps=2 * STEPS + 4),
)
STOPPED = 4

Opened = tuple[MainWindow, RunStore]


@contextmanager
def opened_window(
    kept: Path, data: DataSplits, images: ImageSet, device: Device
) -> Iterator[Opened]:
    """Open a window on a copy of the kept runs; close it as a person does."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        copytree(kept, folder / "kept")
        session, store = TrainingSession(), open_store(folder / "kept")
        ini = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        window = MainWindow(session, ini)
        window.closed.connect(session.shutdown)
        window.show_images(images)
        window.show_runs(store)
        resources = TrainingResources(data, [device], store)
        window.show_resources(resources)
        session.use_resources(resources)
        window.run_services.look_often(10)
        window.workspaces.show(Workspace.COMPARE)
        window.show()
        try:
            yield window, store
        finally:
            window.close()
            session.shutdown()
            QApplication.processEvents()  # what jobs have said by then is heard
            shiboken6.delete(window)
            store.close()


class Person(RuleBasedStateMachine):
    """Does with runs what a person does, in any order, while others work on them elsewhere."""

    def __init__(self, exits: ExitStack, opened: Opened, qtbot: QtBot, data: DataSplits) -> None:
        super().__init__()
        self._exits = exits
        self.window, self.store = opened
        self._qtbot, self._data = qtbot, data
        self._elsewhere: Elsewhere | None = None

    @property
    def _ids(self) -> list[int]:
        return [record.id for record in self.store.records()]

    def _one_of(self, share: float) -> int | None:
        ids = self._ids
        return ids[int(share * len(ids))] if ids else None

    @rule(share=st.floats(0, 0.99))
    def open(self, share: float) -> None:
        run_id = self._one_of(share)
        if run_id is not None:
            self.window.run_opener.open_run(run_id)

    @rule(shares=st.lists(st.floats(0, 0.99), max_size=3))
    def select(self, shares: list[float]) -> None:
        self.window.runs.select(sorted({run for s in shares if (run := self._one_of(s))}))

    @rule(share=st.floats(0, 0.99))
    def compare_images(self, share: float) -> None:
        run_id = self._one_of(share)
        if run_id is not None and run_id != self.window.session.run_id:
            self.window.runs.compare_requested.emit([run_id])

    @rule()
    def end_comparison(self) -> None:
        self.window.gallery.state.end_comparison()

    @rule()
    def delete(self) -> None:
        self.window.runs.commands.delete.trigger()

    @rule()
    def undo(self) -> None:
        self.window.runs.undo_requested.emit()

    @rule(share=st.floats(0, 0.99), title=st.sampled_from(["", "mine", "ReLU", "a" * 90]))
    def rename(self, share: float, title: str) -> None:
        run_id = self._one_of(share)
        if run_id is not None:
            self.window.runs.renamed.emit(run_id, title)

    @rule(
        show=st.sampled_from([Show.ALL, Show.MISCLASSIFIED, Show.CORRECT, Show.FIXED]),
        true_class=st.none() | st.integers(0, 9),
        sort=st.sampled_from([Sort.NUMBER, Sort.MOST_CONFIDENT]),
    )
    def filter(self, show: Show, true_class: int | None, sort: Sort) -> None:
        self.window.gallery.filters.set_query(Query(show=show, true_class=true_class, sort=sort))

    @rule(share=st.floats(0, 1))
    def move_epoch(self, share: float) -> None:
        slider = self.window.gallery.view_bar.epoch_slider
        slider.setValue(round(share * slider.maximum()))

    @rule(number=st.integers(0, 299))
    def look(self, number: int) -> None:
        self.window.gallery.show_number(number)

    @precondition(lambda self: self._elsewhere is None and STOPPED in self._ids)
    @rule()
    def begin_elsewhere(self) -> None:
        if not self.store.record(STOPPED).status.is_active:
            checkpoint_left = self.store.record(STOPPED).epochs_done < LONG.epochs
            if checkpoint_left:
                self._elsewhere = Elsewhere.begin(self.store.folder, self._data, LONG, STOPPED)
                self._elsewhere.go_on()

    @precondition(lambda self: self._elsewhere is not None)
    @rule()
    def end_elsewhere(self) -> None:
        assert self._elsewhere is not None
        self._elsewhere.end()
        self._elsewhere.stop()
        self._elsewhere = None

    @invariant()
    def every_figure_is_of_the_run_that_it_claims(self) -> None:
        self._qtbot.waitUntil(self._rests, timeout=LIMIT_MS)
        # What others do is seen with the next look at the list, a moment later.
        self._qtbot.waitUntil(self._is_true, timeout=SOON_MS)

    def _rests(self) -> bool:
        return not self.window.findChildren(Job)

    def _is_true(self) -> None:
        check_claims(self.window, self.store)

    def teardown(self) -> None:
        if self._elsewhere is not None:
            self._elsewhere.stop()
        self._exits.close()


def test_every_figure_is_of_the_run_that_it_claims(
    qtbot: QtBot,
    kept: Path,
    few: DataSplits,
    few_images: ImageSet,
    devices: list[Device],
) -> None:
    class Somebody(Person):
        """With a window of their own."""

        def __init__(self) -> None:
            exits = ExitStack()
            opened = exits.enter_context(opened_window(kept, few, few_images, devices[-1]))
            super().__init__(exits, opened, qtbot, few)

    quick = settings(
        max_examples=7,
        stateful_step_count=16,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shorten takes minutes
    )
    run_state_machine_as_test(Somebody, settings=quick)
