"""The recorder of a run: nothing that anybody heard of is lost, and a bad disk stops no run."""

import errno
import os
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import lenet_desktop
import lenet_desktop.training.engine
from lenet_desktop.analysis.history import History
from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.recorder import RunRecorder, surroundings_of
from lenet_desktop.runs.records import RunCurves, RunStatus
from lenet_desktop.runs.store import BusyRunError, RunStore
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.checkpoint_file import load_checkpoint
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import (
    CheckpointFailed,
    EpochDone,
    Event,
    LearningRateChanged,
    PredictionsReady,
    RunDiverged,
    RunFinished,
    RunStarted,
    StepsDone,
)
from tests.judged import judged
from tests.runs.conftest import CHANGE, CPU, SHORT, STEPS, Course, Disk, trainer_on

FULL = os.strerror(errno.ENOSPC)
Losses = npt.NDArray[np.float32]


def run_until(
    events: Generator[Event, None, None], kind: type[Any], epoch: int, step: int | None = None
) -> list[Event]:
    """Take events up to one of an epoch, then stop the run."""
    seen: list[Event] = []
    for event in events:
        seen.append(event)
        found = event.predictions if isinstance(event, PredictionsReady) else event
        place = getattr(found, "epoch", None), getattr(found, "step", None)
        if isinstance(event, kind) and place in ((epoch, step), (epoch, None)):
            break
    events.close()
    return seen


def told_losses(events: list[Event]) -> Losses:
    return np.concatenate([event.losses for event in events if isinstance(event, StepsDone)])


def complaints(events: list[Event]) -> list[str]:
    return [event.reason for event in events if isinstance(event, CheckpointFailed)]


def only_curves(store: RunStore) -> RunCurves:
    (record,) = store.records()
    return store.curves([record.id])[0]


def assert_all_kept(store: RunStore, course: Course, status: RunStatus) -> None:
    """See that a run of `SHORT` with `CHANGE` is kept to its end, to the bit."""
    curves = only_curves(store)
    record, folder = curves.record, store.run_folder(curves.record.id)
    assert (record.status, record.epochs_done) == (status, 3)
    np.testing.assert_array_equal(curves.losses, course.checkpoints[2].losses)
    assert curves.changes == (CHANGE,)
    assert folder.epochs() == [1, 2, 3]
    for kept, figures in zip(course.kept, curves.epochs, strict=True):
        assert replace(figures, elapsed_s=0) == replace(kept.done, elapsed_s=0)
        read = folder.read_epoch(figures.epoch)
        assert read.done == figures
        np.testing.assert_array_equal(read.losses, kept.losses)
        np.testing.assert_array_equal(
            judged(read.predictions).probabilities, judged(kept.predictions).probabilities
        )
        for name, weight in kept.network.weights.items():
            np.testing.assert_array_equal(read.network.weights[name], weight)
    assert load_checkpoint(folder.path / folder.checkpoints()[0]).is_finished


def test_every_event_is_passed_on_as_the_run_tells_it(
    store: RunStore, few: DataSplits, course: Course
) -> None:
    told = list(trainer_on(few, changes=[CHANGE]).events())
    recorder = RunRecorder(store, title="Mine")
    heard = list(recorder.follow(trainer_on(few, changes=[CHANGE])))
    assert [type(event) for event in heard] == [type(event) for event in told]
    np.testing.assert_array_equal(told_losses(heard), told_losses(told))
    assert_all_kept(store, course, RunStatus.FINISHED)
    (record,) = store.records()
    assert (record.id, record.title) == (recorder.run_id, "Mine")
    assert record.surroundings == surroundings_of(CPU)
    assert record.surroundings.device == "cpu"
    assert record.surroundings.program == lenet_desktop.__version__
    assert recorder.latest is not None
    assert recorder.latest.is_finished


def test_all_is_kept_before_anybody_hears_of_it(
    store: RunStore, another_window: RunStore, few: DataSplits
) -> None:
    done, looks = None, 0
    for event in RunRecorder(store).follow(trainer_on(few)):
        if isinstance(event, RunStarted):
            (record,) = another_window.records()
            assert (record.status, record.epochs_done) == (RunStatus.RUNNING, 0)
        elif isinstance(event, EpochDone):
            done = event
        elif isinstance(event, PredictionsReady):
            curves = only_curves(another_window)
            assert curves.record.epochs_done == event.predictions.epoch
            assert curves.epochs[-1] == done
            looks += 1
            folder = another_window.run_folder(curves.record.id)
            read = folder.read_epoch(event.predictions.epoch)
            np.testing.assert_array_equal(
                judged(read.predictions).probabilities, event.predictions.probabilities
            )
            checkpoint = load_checkpoint(folder.path / folder.checkpoints()[0])
            assert checkpoint.epochs == curves.epochs
            assert checkpoint.step == 0
    assert looks > 1


@pytest.mark.parametrize("kind", [EpochDone, PredictionsReady])
def test_a_run_that_is_stopped_behind_its_last_epoch_is_finished(
    store: RunStore, few: DataSplits, course: Course, kind: type[Any]
) -> None:
    run_until(RunRecorder(store).follow(trainer_on(few, changes=[CHANGE])), kind, 3)
    assert_all_kept(store, course, RunStatus.FINISHED)


def test_a_run_that_is_stopped_before_its_answers_are_told_keeps_them(
    store: RunStore, few: DataSplits, course: Course
) -> None:
    recorder = RunRecorder(store)
    run_until(recorder.follow(trainer_on(few, changes=[CHANGE])), EpochDone, 2)
    curves = only_curves(store)
    assert (curves.record.status, curves.record.epochs_done) == (RunStatus.STOPPED, 2)
    opened = read_run(store, curves.record.id)
    assert opened.notice is None
    assert [snapshot.epoch for snapshot in opened.snapshots] == [1, 2]
    again = RunRecorder(store, recorder.run_id, opened.checkpoint)
    list(again.follow(trainer_on(few, checkpoint=opened.checkpoint, changes=[CHANGE])))
    assert_all_kept(store, course, RunStatus.FINISHED)


def test_wherever_a_run_is_stopped_all_that_was_heard_is_kept_and_no_more(
    store: RunStore, few: DataSplits
) -> None:
    tiny = DataSplits(few.train.first(40), few.test.first(20))
    config = replace(SHORT, epochs=2, batch_size=20)
    heard = 0
    while True:
        recorder, history, last = RunRecorder(store), History(), None
        trainer = Trainer(config, tiny, CPU, changes=[CHANGE], report_interval_s=0)
        events = recorder.follow(trainer)
        heard += 1
        for last in islice(events, heard):
            history.add(last)
        events.close()
        (curves,) = store.curves([recorder.run_id or 0])
        assert tuple(history.epochs) == curves.epochs, last
        np.testing.assert_array_equal(history.step_losses, curves.losses, str(last))
        assert tuple(history.changes) == curves.changes, last
        if isinstance(last, RunFinished):
            break


@pytest.mark.parametrize(("epoch", "step"), [(1, 1), (2, 2), (3, 3)])
def test_a_run_that_is_stopped_keeps_its_last_step(
    store: RunStore, few: DataSplits, course: Course, epoch: int, step: int
) -> None:
    recorder = RunRecorder(store)
    events = recorder.follow(trainer_on(few, changes=[CHANGE]))
    heard = run_until(events, StepsDone, epoch, step)
    curves = only_curves(store)
    assert curves.record.status is RunStatus.STOPPED
    assert len(curves.losses) == (epoch - 1) * STEPS + step
    np.testing.assert_array_equal(curves.losses, told_losses(heard))

    checkpoint = read_run(store, curves.record.id).checkpoint
    assert checkpoint is not None
    assert (checkpoint.epoch, checkpoint.step) == (epoch, step)
    again = RunRecorder(store, recorder.run_id, checkpoint)
    heard = list(again.follow(trainer_on(few, checkpoint=checkpoint, changes=[CHANGE])))
    np.testing.assert_array_equal(told_losses(heard), course.checkpoints[2].losses)
    assert_all_kept(store, course, RunStatus.FINISHED)


def test_a_run_that_is_stopped_at_once_is_there_to_go_on_with(
    store: RunStore, few: DataSplits, course: Course
) -> None:
    recorder = RunRecorder(store)
    events = recorder.follow(trainer_on(few))
    assert isinstance(next(events), RunStarted)
    events.close()
    (record,) = store.records()
    assert (record.status, record.epochs_done) == (RunStatus.STOPPED, 0)
    checkpoint = read_run(store, record.id).checkpoint
    assert checkpoint is not None
    assert (checkpoint.epoch, checkpoint.step) == (1, 0)


def test_a_run_that_nobody_asks_for_an_event_leaves_nothing(
    store: RunStore, few: DataSplits
) -> None:
    RunRecorder(store).follow(trainer_on(few)).close()
    assert store.records() == []


def test_to_stop_hearing_at_the_very_end_is_no_stop(store: RunStore, few: DataSplits) -> None:
    events = RunRecorder(store).follow(trainer_on(few, replace(SHORT, epochs=1)))
    run_until(events, RunFinished, 0)
    assert only_curves(store).record.status is RunStatus.FINISHED


def fail_in(monkeypatch: pytest.MonkeyPatch, epoch: int) -> None:
    def failing(*arguments: Any, **keywords: Any) -> PredictionSet:
        if arguments[2] == epoch:
            raise RuntimeError("CUDA error: the device fell off the bus")
        return evaluate(*arguments, **keywords)

    monkeypatch.setattr(lenet_desktop.training.engine, "evaluate", failing)


def test_a_run_that_fails_keeps_its_last_epoch_and_the_losses_after_it(
    store: RunStore, few: DataSplits, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_in(monkeypatch, 3)
    recorder = RunRecorder(store)
    heard: list[Event] = []
    with pytest.raises(RuntimeError, match="fell off the bus"):
        heard.extend(recorder.follow(trainer_on(few, changes=[CHANGE])))
    curves = only_curves(store)
    assert (curves.record.status, curves.record.epochs_done) == (RunStatus.FAILED, 2)
    np.testing.assert_array_equal(curves.losses, course.checkpoints[2].losses)
    checkpoint = read_run(store, curves.record.id).checkpoint
    assert checkpoint is not None
    assert (checkpoint.epoch, checkpoint.step) == (3, 0)
    assert recorder.latest is not None
    np.testing.assert_array_equal(recorder.latest.losses, checkpoint.losses)

    monkeypatch.undo()
    again = RunRecorder(store, recorder.run_id, checkpoint)
    events = again.follow(trainer_on(few, checkpoint=checkpoint))
    next(events)
    np.testing.assert_array_equal(only_curves(store).losses, checkpoint.losses)
    list(events)
    assert_all_kept(store, course, RunStatus.FINISHED)


def test_a_run_that_fails_in_its_first_epoch_is_there_without_a_checkpoint(
    store: RunStore, few: DataSplits, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_in(monkeypatch, 1)
    with pytest.raises(RuntimeError, match="fell off the bus"):
        list(RunRecorder(store).follow(trainer_on(few)))
    curves = only_curves(store)
    assert curves.record.status is RunStatus.FAILED
    np.testing.assert_array_equal(curves.losses, course.kept[0].losses)
    assert read_run(store, curves.record.id).checkpoint is None


def test_a_run_that_diverges_keeps_what_was_sound(
    store: RunStore, few: DataSplits, course: Course
) -> None:
    burst = LearningRateChanged(2, 1, 1e20)
    heard = list(RunRecorder(store).follow(trainer_on(few, changes=[burst])))
    assert isinstance(heard[-1], RunDiverged)
    curves = only_curves(store)
    assert (curves.record.status, curves.record.epochs_done) == (RunStatus.DIVERGED, 1)
    np.testing.assert_array_equal(curves.losses, told_losses(heard))
    assert len(curves.losses) > STEPS
    assert curves.changes == (burst,), "by which it diverged"
    opened = read_run(store, curves.record.id)
    assert isinstance(opened.events[-1], RunDiverged)
    assert opened.events[-1].learning_rate == burst.learning_rate
    checkpoint = opened.checkpoint
    assert checkpoint is not None
    np.testing.assert_array_equal(checkpoint.losses, course.checkpoints[0].losses)


# --- a run that goes on


def test_what_a_run_tells_again_is_not_kept_again(
    store: RunStore, few: DataSplits, course: Course
) -> None:
    run_id = course.stop(store)
    folder = store.run_folder(run_id)
    before = {epoch: folder.epoch_file(epoch).stat().st_ino for epoch in (1, 2)}
    recorder = RunRecorder(store, run_id, course.midway)
    trainer = trainer_on(few, checkpoint=course.midway, changes=[CHANGE])
    list(recorder.follow(trainer))
    assert recorder.run_id == run_id
    assert {epoch: folder.epoch_file(epoch).stat().st_ino for epoch in (1, 2)} == before
    assert_all_kept(store, course, RunStatus.FINISHED)


def test_a_run_that_goes_on_elsewhere_is_not_touched(
    store: RunStore, another_window: RunStore, few: DataSplits, course: Course
) -> None:
    run_id = course.stop(store)
    RunProgress(another_window).go_on(run_id, SHORT)
    before = another_window.curves([run_id])[0]
    recorder = RunRecorder(store, run_id, course.midway)
    recorder.note_pause(True)
    with pytest.raises(BusyRunError, match="another window"):
        next(recorder.follow(trainer_on(few, checkpoint=course.midway)))
    recorder.note_pause(True)
    after = store.curves([run_id])[0]
    assert after.record == before.record
    assert after.record.status is RunStatus.RUNNING
    np.testing.assert_array_equal(after.losses, before.losses)


def test_a_run_that_went_on_elsewhere_loses_nothing_of_it(
    store: RunStore, another_window: RunStore, few: DataSplits, course: Course
) -> None:
    """A window that has not heard of it would train the last epoch again, and in its place."""
    config = replace(SHORT, epochs=1)
    here = RunRecorder(store)
    list(here.follow(trainer_on(few, config)))
    assert here.latest is not None
    for_two, for_three = here.latest.extended(1), here.latest.extended(2)
    there = RunRecorder(another_window, here.run_id, for_three)
    list(there.follow(trainer_on(few, checkpoint=for_three)))

    again = RunRecorder(store, here.run_id, for_two)
    with pytest.raises(BusyRunError, match="and has 3 epochs now"):
        list(again.follow(trainer_on(few, checkpoint=for_two)))

    assert again.run_id is None
    curves = only_curves(store)
    assert (curves.record.status, curves.record.config.epochs) == (RunStatus.FINISHED, 3)
    assert curves.cycles == (1, 2)
    assert len(curves.epochs) == curves.record.epochs_done == 3
    opened = read_run(store, curves.record.id)
    assert (opened.record, opened.notice) == (curves.record, None)
    assert opened.checkpoint is not None
    np.testing.assert_array_equal(opened.checkpoint.losses, curves.losses)


def test_somebody_else_may_follow_the_run_before(
    store: RunStore, few: DataSplits, course: Course
) -> None:
    trainer = trainer_on(few, changes=[CHANGE])
    passed: list[Event] = []
    ended: list[bool] = []

    def listening() -> Generator[Event, None, None]:
        try:
            for event in trainer.events():
                passed.append(event)
                yield event
        finally:
            ended.append(True)

    heard = run_until(RunRecorder(store).follow(trainer, listening()), StepsDone, 3, 2)
    assert heard == passed
    assert ended == [True]
    np.testing.assert_array_equal(only_curves(store).losses, course.midway.losses)


def test_a_pause_is_noted_as_long_as_it_lasts(store: RunStore, few: DataSplits) -> None:
    recorder = RunRecorder(store)
    recorder.note_pause(True)  # says nothing before there is a run
    events = recorder.follow(trainer_on(few))
    next(events)
    for paused, status in ((True, RunStatus.PAUSED), (False, RunStatus.RUNNING)):
        recorder.note_pause(paused)
        assert only_curves(store).record.status is status
    events.close()
    assert only_curves(store).record.status is RunStatus.STOPPED


def test_a_pause_that_comes_before_the_run_begins_is_noted_when_it_does(
    store: RunStore, few: DataSplits, course: Course
) -> None:
    recorder = RunRecorder(store)
    recorder.note_pause(True)
    events = recorder.follow(trainer_on(few))
    next(events)
    assert only_curves(store).record.status is RunStatus.PAUSED
    events.close()
    checkpoint = recorder.latest
    again = RunRecorder(store, recorder.run_id, checkpoint)
    again.note_pause(True)
    assert only_curves(store).record.status is RunStatus.STOPPED, "it does not go on yet"
    events = again.follow(trainer_on(few, checkpoint=checkpoint))
    next(events)
    assert only_curves(store).record.status is RunStatus.PAUSED
    events.close()


def test_a_pause_lasts_while_an_epoch_is_kept(store: RunStore, few: DataSplits) -> None:
    recorder = RunRecorder(store)
    events = recorder.follow(trainer_on(few))
    for event in events:
        if isinstance(event, EpochDone):
            recorder.note_pause(True)
        elif isinstance(event, PredictionsReady):
            assert only_curves(store).record.status is RunStatus.PAUSED
            recorder.note_pause(False)
            assert only_curves(store).record.status is RunStatus.RUNNING
    assert only_curves(store).record.status is RunStatus.FINISHED


@pytest.mark.parametrize("paused", [True, False])
def test_a_pause_that_begins_or_ends_while_files_are_written_is_noted(
    store: RunStore, few: DataSplits, monkeypatch: pytest.MonkeyPatch, paused: bool
) -> None:
    recorder = RunRecorder(store)
    events = recorder.follow(trainer_on(few))
    next(events)
    recorder.note_pause(not paused)
    fsync = os.fsync

    def press_and_write(handle: int) -> None:
        recorder.note_pause(paused)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", press_and_write)
    for event in events:
        if isinstance(event, PredictionsReady):
            break
    expected = RunStatus.PAUSED if paused else RunStatus.RUNNING
    assert only_curves(store).record.status is expected
    events.close()


@pytest.mark.parametrize("paused", [True, False])
def test_the_list_never_takes_back_a_pause_while_an_epoch_is_kept(
    store: RunStore, few: DataSplits, monkeypatch: pytest.MonkeyPatch, paused: bool
) -> None:
    recorder = RunRecorder(store)
    events = recorder.follow(trainer_on(few))
    next(events)
    recorder.note_pause(not paused)
    fsync, writing = os.fsync, store.writing
    seen: list[RunStatus] = []

    def press_and_write(handle: int) -> None:
        recorder.note_pause(paused)
        fsync(handle)

    @contextmanager
    def write_and_look() -> Iterator[sqlite3.Connection]:
        with writing() as connection:
            yield connection
        seen.append(only_curves(store).record.status)

    monkeypatch.setattr(os, "fsync", press_and_write)
    monkeypatch.setattr(store, "writing", write_and_look)
    for event in events:
        if isinstance(event, PredictionsReady):
            break
    assert set(seen) == {RunStatus.PAUSED if paused else RunStatus.RUNNING}
    events.close()


@pytest.mark.parametrize("kind", [StepsDone, RunFinished], ids=["stopped", "finished"])
def test_a_pause_that_comes_after_the_end_says_nothing(
    store: RunStore, few: DataSplits, kind: type[Any]
) -> None:
    recorder = RunRecorder(store)
    events = recorder.follow(trainer_on(few, replace(SHORT, epochs=1)))
    for event in events:
        if isinstance(event, kind):
            break
    events.close()
    ended = only_curves(store).record
    assert not ended.status.is_active
    recorder.note_pause(True)
    recorder.note_pause(False)
    assert only_curves(store).record == ended


# --- disks that cannot be written


class BadDisk:
    """Fails from one event on until another one comes."""

    def __init__(self, disk: Disk, trainer: Trainer, first: int, last: int) -> None:
        self._disk, self._trainer = disk, trainer
        self._first, self._last = first, last

    def events(self) -> Generator[Event, None, None]:
        for event in self._trainer.events():
            if isinstance(event, RunStarted | PredictionsReady | RunFinished):
                self._disk.files_are_full = self._first <= self._place(event) <= self._last
            yield event

    def _place(self, event: Event) -> int:
        match event:
            case RunStarted():
                return 0
            case PredictionsReady():
                return event.predictions.epoch
            case _:
                return SHORT.epochs + 1


@pytest.mark.parametrize(
    ("first", "last"),
    [(1, 1), (1, 2), (2, 3), (0, 0), (0, 3)],
    ids=lambda place: f"epoch {place}" if place else "start",
)
def test_a_disk_that_is_full_for_a_while_costs_nothing(
    disk: Disk, store: RunStore, few: DataSplits, course: Course, first: int, last: int
) -> None:
    trainer = trainer_on(few, changes=[CHANGE])
    recorder = RunRecorder(store)
    heard = list(recorder.follow(trainer, BadDisk(disk, trainer, first, last).events()))
    assert_all_kept(store, course, RunStatus.FINISHED)
    assert complaints(heard) == [FULL], "it is said once"
    before = heard[[isinstance(event, CheckpointFailed) for event in heard].index(True) - 1]
    assert isinstance(before, PredictionsReady if first else RunStarted), "as soon as it fails"


def test_a_list_that_cannot_be_written_for_a_while_costs_nothing(
    disk: Disk, store: RunStore, few: DataSplits, course: Course
) -> None:
    trainer = trainer_on(few, changes=[CHANGE])

    def events() -> Generator[Event, None, None]:
        for event in trainer.events():
            if isinstance(event, RunStarted):
                disk.protect_database(True)
            if isinstance(event, PredictionsReady) and event.predictions.epoch == 2:
                disk.protect_database(False)
            yield event

    heard = list(RunRecorder(store).follow(trainer, events()))
    assert_all_kept(store, course, RunStatus.FINISHED)
    (complaint,) = complaints(heard)
    assert complaint.startswith("The list of runs cannot be written")


def test_a_disk_that_is_full_to_the_end_leaves_all_in_memory(
    disk: Disk, store: RunStore, few: DataSplits, course: Course
) -> None:
    trainer = trainer_on(few, changes=[CHANGE])
    recorder = RunRecorder(store)
    heard = list(recorder.follow(trainer, BadDisk(disk, trainer, 2, 9).events()))
    assert isinstance(heard[-1], RunFinished)
    assert complaints(heard) == [FULL]
    assert recorder.latest is not None
    np.testing.assert_array_equal(recorder.latest.losses, course.checkpoints[2].losses)
    disk.files_are_full = False
    opened = read_run(store, only_curves(store).record.id)
    assert opened.record.epochs_done == 1
    assert isinstance(opened.checkpoint, Checkpoint)


def test_a_full_disk_when_a_run_is_stopped_leaves_its_last_epoch(
    disk: Disk, store: RunStore, few: DataSplits, course: Course
) -> None:
    recorder = RunRecorder(store)
    events = recorder.follow(trainer_on(few, changes=[CHANGE]))
    for event in events:
        if isinstance(event, StepsDone) and (event.epoch, event.step) == (3, 2):
            disk.files_are_full = True
            break
    events.close()
    disk.files_are_full = False
    assert recorder.latest is not None
    np.testing.assert_array_equal(recorder.latest.losses, course.midway.losses)
    opened = read_run(store, only_curves(store).record.id)
    assert opened.record.status is RunStatus.INCOMPLETE
    assert opened.checkpoint is not None
    np.testing.assert_array_equal(opened.checkpoint.losses, course.checkpoints[1].losses)


def test_a_run_that_comes_into_the_list_when_it_ends_is_not_paused_any_more(
    disk: Disk, store: RunStore, few: DataSplits
) -> None:
    recorder = RunRecorder(store)
    disk.files_are_full = True
    events = recorder.follow(trainer_on(few))
    next(events)
    recorder.note_pause(True)
    assert recorder.run_id is None
    disk.files_are_full = False
    events.close()
    recorder.note_pause(False)
    recorder.note_pause(True)
    assert only_curves(store).record.status is RunStatus.STOPPED


def test_a_run_that_fails_with_an_epoch_unkept_tries_once_more(
    disk: Disk,
    store: RunStore,
    few: DataSplits,
    course: Course,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fail_in(monkeypatch, 2)
    events = RunRecorder(store).follow(trainer_on(few, changes=[CHANGE]))

    def hear() -> None:
        for event in events:
            disk.files_are_full = isinstance(event, EpochDone)

    with pytest.raises(RuntimeError, match="fell off the bus"):
        hear()
    curves = only_curves(store)
    assert (curves.record.status, curves.record.epochs_done) == (RunStatus.FAILED, 1)
    assert store.run_folder(curves.record.id).epochs() == [1]
    np.testing.assert_array_equal(curves.losses, course.checkpoints[1].losses)


def test_a_store_in_memory_is_mentioned_once(
    tmp_path: Path, few: DataSplits, course: Course
) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    store = open_store(tmp_path / "blocked" / "kept")
    recorder = RunRecorder(store)
    heard = list(recorder.follow(trainer_on(few, changes=[CHANGE])))
    assert complaints(heard) == [store.reason]
    curves = only_curves(store)
    assert (curves.record.status, curves.record.epochs_done) == (RunStatus.FINISHED, 3)
    np.testing.assert_array_equal(curves.losses, course.checkpoints[2].losses)
    assert recorder.latest is not None
    assert recorder.unkept is not None
    assert recorder.unkept.epochs == (1, 2, 3), "none of it is on the disk"
    store.close()
