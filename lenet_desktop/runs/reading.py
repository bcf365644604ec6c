"""Brings back a kept run: what it has told, its predictions and networks, and its checkpoint."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lenet_desktop.runs.kept_epochs import read_answers
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.records import About, OpenedRun, RunCurves, RunNews, RunStatus
from lenet_desktop.runs.recovery import catch_up
from lenet_desktop.runs.rows import outcome_of, read_curves
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import epochs_named, sentences
from lenet_desktop.training.devices import Device
from lenet_desktop.training.events import (
    EpochDone,
    Event,
    NetworkReady,
    PredictionsReady,
    RunDiverged,
    RunFinished,
    RunStarted,
    StepsDone,
    tell_again,
)

if TYPE_CHECKING:
    from lenet_desktop.training.checkpoint import Checkpoint

log = logging.getLogger(__name__)


def read_run(store: RunStore, run_id: int) -> OpenedRun:
    """Return all that is kept of a run. What cannot be read is left out, and the notice says so.

    Raises:
        StoreError: there is no such run.
    """
    catch_up(store, store.record(run_id))
    curves = next(iter(store.curves([run_id])))
    folder = store.run_folder(run_id)
    checkpoint, older = _checkpoint(folder, curves)
    if checkpoint is not None and len(checkpoint.epochs) > curves.record.epochs_done:
        curves = _caught_up(store, curves, checkpoint)
    record = curves.record
    last = checkpoint.last_network() if checkpoint is not None else None
    told = last.predictions if isinstance(last, PredictionsReady) else None
    unjudged = [done.epoch for done in curves.epochs if done.test_loss is None]
    answers = read_answers(store, folder, record, told, unjudged)
    epochs = {*answers.epochs, *filter(folder.has, unjudged)}
    snapshots = folder.late_networks(record.config, epochs)
    is_in_no_file = answers.is_from_checkpoint or (
        isinstance(last, NetworkReady) and not folder.has(last.epoch)
    )
    if last is not None and last.snapshot is not None and is_in_no_file:
        snapshots.append(last.snapshot)
    return OpenedRun(
        record=record,
        events=tuple(retell(curves, store.about(run_id))),
        predictions=answers.predictions,
        snapshots=tuple(snapshots),
        checkpoint=checkpoint,
        notice=_notice(record.quoted_name, record.status, answers.lost, checkpoint, older),
    )


def read_news(store: RunStore, run_id: int, known: EpochDone, changes: int = 0) -> RunNews | None:
    """Return what a run that goes on has come to since an epoch, and read nothing before that.

    Args:
        store: the list.
        run_id: the run.
        known: the last epoch that is known of it.
        changes: how many changes of its learning rate are known.

    Returns:
        None where it does not just go on: it has ended, or begun anew from an earlier epoch.

    Raises:
        StoreError: there is no such run.
    """
    record = store.record(run_id)
    with store.reading() as connection:
        curves = read_curves(connection, record, known.epoch)
    goes_on = record.status.is_active and curves.epochs[:1] == (known,)
    if not goes_on or any(done.test_loss is None for done in curves.epochs):
        return None
    folder, steps = store.run_folder(run_id), record.steps_per_epoch
    left = list(curves.changes[changes:])
    elapsed_s = record.elapsed_s - sum(done.elapsed_s for done in curves.epochs[1:])
    events: list[Event] = []
    for place, done in enumerate(curves.epochs[1:], start=1):
        elapsed_s += done.elapsed_s
        losses = curves.losses[place * steps : (place + 1) * steps]
        events.append(StepsDone(done.epoch, steps, losses, 0, duration_s=0, elapsed_s=elapsed_s))
        while left and left[0].epoch <= done.epoch:
            events.append(left.pop(0))
        events.append(done)
        try:
            network = next(iter(folder.late_networks(record.config, [done.epoch])), None)
            events.append(PredictionsReady(folder.read_predictions(done.epoch), network))
        except CheckpointError as error:
            log.warning("%s", error)  # it is told when the run is opened anew
    return RunNews(record, tuple(events))


def retell(curves: RunCurves, about: About) -> Iterator[Event]:
    """Tell again, in few words, what a run has reported; without its predictions."""
    record, epochs = curves.record, curves.epochs
    surroundings = record.surroundings
    device = Device(surroundings.device or record.config.device, surroundings.device_name)
    steps = about.steps_per_epoch
    yield RunStarted(
        record.config, device, about.parameter_count, about.images_per_epoch, steps, resumed=True
    )
    yield from tell_again(epochs, curves.losses, curves.changes, steps, record.elapsed_s)
    if record.status is RunStatus.DIVERGED:
        rate = curves.changes[-1].learning_rate if curves.changes else record.config.learning_rate
        step = len(curves.losses) - len(epochs) * steps
        yield RunDiverged(len(epochs) + 1, step + 1, rate)
    elif record.status is RunStatus.FINISHED:
        yield RunFinished(len(epochs), record.elapsed_s, record.why_early)


def _checkpoint(folder: RunFolder, curves: RunCurves) -> tuple[Checkpoint | None, bool]:
    """Return the newest checkpoint that can be read, and whether a newer one is lost."""
    record = curves.record
    if record.status.is_active or not record.steps_per_epoch:
        return None, False
    _other, checkpoint = folder.newest_checkpoint(record.steps_per_epoch, curves.past)
    if checkpoint is None:
        return None, bool(folder.checkpoints())
    is_behind = len(checkpoint.losses) < len(curves.losses)
    return checkpoint, is_behind and not record.status.ended_badly


def _caught_up(store: RunStore, curves: RunCurves, checkpoint: Checkpoint) -> RunCurves:
    """Return the curves with what the program did not come to put into the list when it ended.

    The list gets it, too, unless it cannot be written.
    """
    run_id = curves.record.id
    try:
        RunProgress(store).keep(run_id, checkpoint, (), curves.record.status)
        return next(iter(store.curves([run_id])))
    except (OSError, StoreError):
        log.warning("Run %d of the list is behind its files", run_id, exc_info=True)
    record = replace(
        curves.record,
        config=checkpoint.config,
        elapsed_s=checkpoint.elapsed_s,
        **outcome_of(checkpoint.epochs),
    )
    return RunCurves(
        record=record,
        losses=checkpoint.losses,
        epochs=checkpoint.epochs,
        changes=checkpoint.changes,
        cycles=checkpoint.cycles,
    )


def _notice(
    name: str, status: RunStatus, lost: Sequence[int], checkpoint: Checkpoint | None, older: bool
) -> str | None:
    said: list[str] = []
    if status is RunStatus.INCOMPLETE and checkpoint is not None and older:
        done = len(checkpoint.epochs)
        text = _("{name} could not be kept whole. Continue goes on from epoch {epoch}.")
        return text.format(name=name, epoch=done)
    if lost:
        text = _("The predictions of {name} after {epochs} cannot be read.")
        said.append(text.format(name=name, epochs=epochs_named(list(lost))))
    if older and checkpoint is None:
        text = _("No checkpoint of {name} can be read, so it cannot be continued.")
        said.append(text.format(name=name))
    elif checkpoint is not None and older:
        text = _(
            "The newest checkpoint of {name} cannot be read; it can be continued from epoch "
            "{epoch}."
        )
        said.append(text.format(name=name, epoch=len(checkpoint.epochs)))
    return sentences(said) or None
