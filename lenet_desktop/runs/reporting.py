"""Puts together what a report of a kept run tells."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from lenet_desktop.analysis.history import History
from lenet_desktop.data.catalogue import read_split
from lenet_desktop.data.images import DataError, ImageSet, Split
from lenet_desktop.export.run_report import RunReport
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.reading import retell
from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import moment
from lenet_desktop.training.devices import in_words

log = logging.getLogger(__name__)


def history_of(store: RunStore, run_id: int) -> History:
    """Return what a kept run has told, without its predictions.

    Raises:
        StoreError: there is no such run.
    """
    history = History()
    for event in retell(store.curves([run_id])[0], store.about(run_id)):
        history.add(event)
    return history


def report_of(store: RunStore, run_id: int, cache: Path) -> RunReport:
    """Return what came of a run. What cannot be read is left out, and a remark says so.

    Args:
        store: where it is kept.
        run_id: its number.
        cache: the folder of the data sets.

    Raises:
        StoreError: there is no such run.
    """
    record, history = store.record(run_id), history_of(store, run_id)
    remarks = [record.why_early] if record.why_early else []
    if record.status is not RunStatus.FINISHED:
        remarks.insert(0, _("The run is {status}.").format(status=record.status.words))
    predictions = _last_predictions(store, record)
    images = None if predictions is None else _test_images(predictions, cache)
    if not record.is_judged:
        remarks.append(_("The test images are not judged yet."))
    elif predictions is None and record.epochs_done:
        remarks.append(_("What it said of each image is not kept."))
    elif predictions is not None and images is None:
        remarks.append(_("Its images are not on this machine, so its mistakes are not pictured."))
    return RunReport(
        name=record.name,
        note=record.note,
        history=history,
        remarks=remarks,
        surroundings=_surroundings(record),
        predictions=predictions,
        images=images,
    )


def _last_predictions(store: RunStore, record: RunRecord) -> PredictionSet | None:
    if not record.epochs_done:
        return None
    try:
        return store.run_folder(record.id).read_predictions(record.epochs_done)
    except CheckpointError as error:
        log.info("%s", error)
        return None


def _test_images(predictions: PredictionSet, cache: Path) -> ImageSet | None:
    """Return the images that were judged, None where these are not here."""
    try:
        images = read_split(Split.TEST, cache, predictions.info)
    except DataError as error:
        log.info("%s", error)
        return None
    return images if np.array_equal(images.labels, predictions.labels) else None


def _surroundings(record: RunRecord) -> dict[str, str]:
    where = record.surroundings
    told = {
        _("Computed by"): where.computed_by,
        _("Machine"): in_words(where.machine),
        "PyTorch": where.torch,
        "LeNet Desktop": where.program,
        _("Begun"): moment(record.created_at),
    }
    return {label: text for label, text in told.items() if text}
