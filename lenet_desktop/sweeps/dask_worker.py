"""What a worker of Dask does for a sweep: one epoch of a trial at a time.

An epoch is a function of where the trial stands, and what comes of it goes home at once. So a
worker keeps nothing, and if it dies another one makes the same epoch from the same beginning. Its
disk is needed for a moment only.
"""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import platformdirs

from lenet_desktop import __version__
from lenet_desktop.data import catalogue
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import (
    Bytes,
    DataError,
    DataSplits,
    ImageSet,
    Split,
    as_splits,
    fingerprint_of,
)
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.runs.carrying import pack_about, pack_run, take_home
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.runs.store import FOLDER_NAME
from lenet_desktop.sweeps.executor import Report, TaskAdvanced, TaskEnded, TrialTask
from lenet_desktop.sweeps.trial import train_trial
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import why_not
from lenet_desktop.training.events import EpochDone

log = logging.getLogger(__name__)

_SENT = "sent"
_NO_ROOM = _("its disk has no room for what comes of an epoch, or cannot be written")
_data: dict[str, DataSplits] = {}  # the data set of the sweep, by its fingerprint
_reading = threading.Lock()


class WorkerError(RuntimeError):
    """Why a worker cannot do what it is asked for.

    Args:
        worker: its address.
        reason: a part of a sentence.
    """

    def __init__(self, worker: str, reason: str) -> None:
        super().__init__(worker, reason)
        self.worker, self.reason = worker, reason


class DataLackingError(WorkerError):
    """It has no such data set, until that is sent."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What comes home of an epoch.

    Attributes:
        done: its figures; None where none was finished.
        ended: how the trial ended; None where it can go on.
        reason: a sentence about why it failed, else empty.
        files: a zip of the files that came of it, and all that it takes to go on from there; of
            what the run is about where it came to nothing else.
    """

    done: EpochDone | None
    ended: RunStatus | None
    reason: str
    files: bytes | None


def versions() -> Mapping[str, str]:
    """Return the versions that decide whether the same recipe gives the same bits."""
    from lenet_desktop.training import learner

    return {
        "LeNet Desktop": __version__,
        "torch": version("torch"),
        marked("its arithmetic of version"): str(learner.ARITHMETIC),
    }


def take_data(parts: Mapping[Split, tuple[Bytes, Bytes]], info: DatasetInfo) -> str:
    """Take in a data set that was sent, and keep it for the next time where there is room.

    Args:
        parts: the images of each part, uint8 (N, channels, side, side), and their labels, uint8
            (N,).
        info: what is known of it.

    Returns:
        Why it cannot be used; empty where it can.
    """
    images = {split: ImageSet(*arrays, info) for split, arrays in parts.items()}
    train, test = images[Split.TRAIN], images[Split.TEST]
    if fingerprint_of(train.images, train.labels, test.images, test.labels) != info.fingerprint:
        return _("the data that were sent did not arrive as they are")
    notice = PreparedSets(_cache()).save(images, _origin(info))
    if notice is not None:
        log.warning("%s", notice)
    with _reading:
        _data.clear()
        _data[info.fingerprint] = as_splits(images)
    return ""


def train_epoch(task: TrialTask, known: int, state: bytes | None) -> Parcel:
    """Train a trial for an epoch.

    Args:
        task: the trial.
        known: how many of its epochs are finished.
        state: the zip that it takes to go on after these, None to begin.

    Raises:
        DataLackingError: this worker does not have the data.
        WorkerError: it has no room for what comes of it.
    """
    from lenet_desktop.training.devices import find_devices
    from lenet_desktop.training.libraries import import_torch

    import_torch()
    data = _find(task.config.data)
    try:
        with tempfile.TemporaryDirectory() as place:
            folder = RunFolder(Path(place) / FOLDER_NAME / task.key)
            if state is not None:
                take_home(folder, state)
            reports = train_trial(task, Path(place), data, find_devices())
            done, ended = _next_epoch(reports, folder, known)
            if done is not None and not (done.epoch in folder.epochs() and folder.checkpoints()):
                raise WorkerError(_address(), _NO_ROOM)
            return Parcel(
                done,
                None if ended is None else ended.status,
                "" if ended is None else ended.reason,
                pack_run(folder, known) or pack_about(folder),
            )
    except OSError as error:
        raise WorkerError(_address(), why_not(error)) from error


def _next_epoch(
    reports: Generator[Report | None, None, None], folder: RunFolder, known: int
) -> tuple[EpochDone | None, TaskEnded | None]:
    """Return the figures of the next epoch, if there is one, and how the trial ended, if it did."""
    done: EpochDone | None = None
    with closing(reports):
        for report in reports:
            if isinstance(report, TaskEnded):
                return done, report
            if isinstance(report, TaskAdvanced) and report.done.epoch > known:
                done = report.done
                if not _is_finished(folder):  # or it would begin the epoch after this
                    break
    return done, None


def _is_finished(folder: RunFolder) -> bool:
    _other, checkpoint = folder.newest_checkpoint(folder.read_about().steps_per_epoch)
    return checkpoint is not None and checkpoint.is_finished


def _find(info: DatasetInfo) -> DataSplits:
    with _reading:  # once for all threads
        if info.fingerprint not in _data:
            try:
                found = catalogue.load_splits(_cache(), info)
            except DataError as error:
                raise DataLackingError(_address(), str(error)) from error
            _data.clear()
            _data[info.fingerprint] = found
        return _data[info.fingerprint]


def _origin(info: DatasetInfo) -> str:
    """Return under what a data set is looked for that was known by name where it comes from."""
    return info.key if info.key in catalogue.TITLES else _SENT


def _cache() -> Path:
    return platformdirs.user_cache_path("lenet-desktop", appauthor=False)


def _address() -> str:
    from distributed import get_worker

    return str(get_worker().address)
