"""Judges the test images for a run that has left them alone while it was trained.

The runs of a sweep do, because whatever is chosen by the test images looks better on them than it
is. They are judged once a person has picked a run, and the run is then as any other.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING

from lenet_desktop.data.images import DataSplits, LabelledImages
from lenet_desktop.networks.compact_predictions import rounded
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.recovery import put_content, read_content
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.runs.store import BusyRunError, RunStore, StoreError, why_busy
from lenet_desktop.text.language import _
from lenet_desktop.training.events import EpochDone

if TYPE_CHECKING:
    from lenet_desktop.networks.snapshot import Snapshot

Judging = Generator[PredictionSet | None, None, None]


def judge_run(store: RunStore, run_id: int, data: DataSplits) -> Judging:
    """Judge the test images for each epoch of a run that is not judged yet; to be iterated.

    Epochs whose networks are not kept stay as they are.

    It can be given up at any time, and done again: what is judged already is left as it is.

    Args:
        store: the list of runs.
        run_id: the run.
        data: what it learned from.

    Yields:
        None now and then, and what each of its networks says of them.

    Raises:
        BusyRunError: another window or terminal works on it.
        CheckpointError: a file of it cannot be read, or the data are others.
        OSError: a file of it cannot be written.
        StoreError: there is no such run, or the list cannot be written.
    """
    record, folder = store.record(run_id), store.run_folder(run_id)
    if store.reason is not None:
        raise StoreError(
            _("{name} cannot be judged, as nothing can be kept.").format(name=record.quoted_name)
        )
    if record.status.is_active or not folder.take():
        raise BusyRunError(why_busy(record.quoted_name))
    try:
        judged: dict[int, EpochDone] = {}
        for epoch in folder.epochs():
            kept = folder.read_epoch(epoch, weights_later=True)
            if kept.predictions is not None or kept.snapshot is None:
                continue
            answers = yield from _judged(kept.snapshot, data.described(record.config.data).test)
            judged[epoch] = _with_answers(kept.done, answers)
            folder.write_epoch(replace(kept, done=judged[epoch], predictions=answers))
            yield answers
        if judged:
            _complete_checkpoint(folder, record.steps_per_epoch, judged)
        content = read_content(folder, store.about(run_id))
        with store.writing() as connection:
            put_content(connection, run_id, content)
    finally:
        folder.leave()


def _judged(
    snapshot: Snapshot, images: LabelledImages
) -> Generator[PredictionSet | None, None, PredictionSet]:
    from lenet_desktop.networks.evaluation import evaluate_in_steps

    normalise = snapshot.config.normalise
    steps = evaluate_in_steps(snapshot.build(), images, snapshot.epoch, normalise=normalise)
    for answers in steps:
        if answers is not None:
            return rounded(answers)  # as they are kept
        yield None
    raise RuntimeError(_("Nothing was judged."))


def _with_answers(done: EpochDone, answers: PredictionSet) -> EpochDone:
    return replace(
        done,
        test_loss=answers.loss,
        test_accuracy=answers.accuracy,
        balanced_accuracy=answers.balanced_accuracy,
    )


def _complete_checkpoint(
    folder: RunFolder, steps_per_epoch: int, judged: dict[int, EpochDone]
) -> None:
    """Have the newest checkpoint say of its epochs what their files say."""
    _other, checkpoint = folder.newest_checkpoint(steps_per_epoch)
    if checkpoint is None:
        return
    epochs = tuple(judged.get(done.epoch, done) for done in checkpoint.epochs)
    last = len(epochs)
    answers = folder.read_predictions(last) if last in judged else checkpoint.predictions
    folder.write_checkpoint(replace(checkpoint, epochs=epochs, predictions=answers))
