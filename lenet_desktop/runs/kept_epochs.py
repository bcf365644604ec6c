"""The finished epochs of a kept run, whose predictions and networks are read when asked for."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lenet_desktop.analysis.kept_predictions import KeptPredictions
from lenet_desktop.data.images import read_only
from lenet_desktop.networks.predictions import Labels, PredictionSet
from lenet_desktop.runs import rows
from lenet_desktop.runs.records import RunRecord
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.storage.errors import CheckpointError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What is known of the predictions of a kept run.

    Attributes:
        predictions: those after each epoch that they are kept of.
        epochs: the epochs of these whose files are there, ascending.
        lost: the epochs after which they cannot be read, ascending, as far as that is known.
        is_from_checkpoint: whether the last of them are in no file but the checkpoint's.
    """

    predictions: Sequence[PredictionSet] = ()
    epochs: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()
    is_from_checkpoint: bool = False


def read_answers(
    store: RunStore,
    folder: RunFolder,
    record: RunRecord,
    last: PredictionSet | None,
    unjudged: Collection[int] = (),
) -> Answers:
    """Return what a run has answered, of which the newest alone is read from its file.

    What the list does not know of the others, because an earlier version of the program kept them,
    is read from their files and put into the list, once and for all.

    Args:
        store: the list.
        folder: where the run is kept.
        record: its line.
        last: the predictions in its checkpoint, None where there are none.
        unjudged: finished epochs after which the test images were not judged.
    """
    known = folder.epochs()
    epochs = [each for each in known if each <= record.epochs_done and each not in unjudged]
    lost = set(range(1, record.epochs_done + 1)).difference(known) if known else set()
    newest: PredictionSet | None = None
    while epochs and newest is None:
        newest = _read(folder, epochs[-1], lost)
        if newest is None:
            epochs.pop()
    is_later = last is not None and (newest is None or newest.epoch < last.epoch)
    final = last if is_later else newest
    if final is None:
        return Answers(lost=tuple(sorted(lost)))
    others = [epoch for epoch in epochs if epoch != final.epoch]
    with store.reading() as connection:
        packed = rows.read_answers(connection, record.id)
    classes, news = _predicted_classes(folder, others, packed, final.labels, lost)
    _note(store, record.id, news)
    classes[final.epoch] = final.predicted
    table = np.stack(list(classes.values()))
    predictions = KeptPredictions(tuple(classes), read_only(table), final, folder)
    kept = tuple(epoch for epoch in epochs if epoch in classes)
    return Answers(predictions, kept, tuple(sorted(lost)), is_later)


def _predicted_classes(
    folder: RunFolder,
    epochs: Sequence[int],
    packed: Mapping[int, bytes],
    labels: Labels,
    lost: set[int],
) -> tuple[dict[int, Labels], list[tuple[int, bytes]]]:
    """Return the predicted class of each image, uint8 (N,), after some epochs, in their order.

    Epochs of which that is neither in the list nor in a file are left out, and put among the lost.
    With it comes what the list does not have, packed.
    """
    found: dict[int, Labels] = {}
    news: list[tuple[int, bytes]] = []
    for epoch in epochs:
        classes = rows.unpack_answers(packed[epoch], labels) if epoch in packed else None
        if classes is None and (predictions := _read(folder, epoch, lost)) is not None:
            if len(predictions) == len(labels):
                classes = predictions.predicted
                news.append((epoch, rows.pack_answers(predictions)))
            else:
                lost.add(epoch)
        if classes is not None:
            found[epoch] = classes
    return found, news


def _note(store: RunStore, run_id: int, news: Sequence[tuple[int, bytes]]) -> None:
    """Put what some files say into the list, so that they need not be read again for it."""
    if not news:
        return
    try:
        with store.writing() as connection:
            rows.put_answers(connection, run_id, news)
    except StoreError:
        log.info("The list cannot be written", exc_info=True)


def _read(folder: RunFolder, epoch: int, lost: set[int]) -> PredictionSet | None:
    try:
        return folder.read_predictions(epoch)
    except CheckpointError as error:
        log.warning("%s", error)
        lost.add(epoch)
        return None
