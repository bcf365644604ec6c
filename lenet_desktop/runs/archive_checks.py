"""Checks the files of a run that comes from nobody knows where.

Every file goes through the reader that this program reads its own files with; what is checked here
is what they say together, and what would be shown of them.
"""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lenet_desktop.runs.records import About
from lenet_desktop.runs.run_folder import ABOUT_NAME, RunFolder, checkpoint_name
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.zips import RefusedError
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line, one_line

if TYPE_CHECKING:
    from lenet_desktop.networks.predictions import PredictionSet
    from lenet_desktop.training.checkpoint import Checkpoint

log = logging.getLogger(__name__)

_LONGEST_REASON = 200


def checked_about(folder: RunFolder) -> About:
    """Return what the run is about.

    Raises:
        RefusedError: it cannot be used.
    """
    with _named(folder.path / ABOUT_NAME):
        return folder.read_about()


def check_files(folder: RunFolder, about: About) -> None:
    """See that the epochs and the checkpoint of a folder are sound and of one run.

    Raises:
        RefusedError: one of them is not.
    """
    from lenet_desktop.training.network_file import read_network

    judged: set[tuple[str, bytes]] = set()
    if 1 not in folder.epochs() and not folder.checkpoints():
        raise RefusedError(_("it holds neither the first epoch nor a checkpoint"))
    for number in folder.epochs():
        network = folder.network_file(number)
        with _named(path := folder.epoch_file(number)):
            epoch = folder.read_epoch(number, weights_later=network.exists())
        _check_run(path, len(epoch.losses), epoch.config, about)
        if network.exists():
            with _named(network):
                kept = read_network(network, number)
            _check_run(network, len(epoch.losses), kept.config, about)
        if epoch.predictions is not None:
            judged.add(_judged(epoch.predictions))
    for name in folder.checkpoints():
        predictions = _checked_checkpoint(folder.path / name, about)
        if predictions is not None:
            judged.add(_judged(predictions))
    if len(judged) > 1:
        raise RefusedError(_("its epochs were not judged by the same images"))
    if any(data != about.config.data.fingerprint for data, _other in judged):
        raise RefusedError(_("its epochs are of other data than it says"))


def _judged(predictions: PredictionSet) -> tuple[str, bytes]:
    """Return what stands for the images that were judged: their data set and their labels."""
    return predictions.info.fingerprint, predictions.labels.tobytes()


def _check_run(path: Path, steps_per_epoch: int, config: TrainingConfig, about: About) -> None:
    if steps_per_epoch != about.steps_per_epoch or config.network is not about.config.network:
        raise RefusedError(_("its {name} is of another run").format(name=path.name))


def _checked_checkpoint(path: Path, about: About) -> PredictionSet | None:
    from lenet_desktop.training.checkpoint_file import load_checkpoint

    with _named(path):
        checkpoint = load_checkpoint(path)
    _check_run(path, checkpoint.steps_per_epoch, checkpoint.config, about)
    try:
        is_sound = path.name == checkpoint_name(checkpoint) and _is_sound(checkpoint)
    except (TypeError, ValueError, OverflowError) as error:
        raise RefusedError(
            _("its {name} is damaged: {reason}").format(
                name=path.name, reason=_short(first_line(error))
            )
        ) from error
    if not is_sound:
        raise RefusedError(_("its {name} is damaged").format(name=path.name))
    return checkpoint.predictions


def _is_sound(checkpoint: Checkpoint) -> bool:
    """Tell whether what a checkpoint says can be shown, too, and not only be gone on from.

    Raises:
        TypeError: the weights are of a kind that no network has.
        ValueError: they are not those of its network.
        OverflowError: a figure is too large.
    """
    from lenet_desktop.networks.snapshot import Snapshot

    weights = checkpoint.network
    snapshot = Snapshot.of(checkpoint.config, len(checkpoint.epochs), weights)
    snapshot.build()
    figures = (checkpoint.elapsed_s, checkpoint.epoch_elapsed_s, float(checkpoint.correct))
    answers = checkpoint.predictions
    return (
        (answers is None or len(answers) > 0)
        and all(weight.dtype == np.float32 for weight in snapshot.weights.values())
        and all(math.isfinite(figure) and figure >= 0 for figure in figures)
    )


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name a file in what its reader says by its name in the zip, not by where it was unpacked."""
    try:
        yield
    except CheckpointError as error:
        log.info("An imported file was refused", exc_info=True)
        reason = first_line(error)
        if not reason.startswith(f"{path} "):
            raise RefusedError(_("its {name} cannot be used").format(name=path.name)) from error
        told = f"{path.name} {_short(reason.removeprefix(f'{path} '))}"
        raise RefusedError(_("its {told}").format(told=told)) from error


def _short(reason: str) -> str:
    """Return a reason that may quote what stands in a file, fit to be shown."""
    line = one_line(reason[: _LONGEST_REASON + 1])
    return line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]}…"
