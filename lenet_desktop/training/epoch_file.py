"""The file of a finished epoch: figures, losses of its steps and answers; beside it, its network.

What stands here stands in no other file of a run: a checkpoint refers to the files of the epochs
before it. The file is safetensors: tensors and a text, nothing that could be executed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.networks.compact_predictions import packed, unpacked
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import EPOCH_FORMAT, Snapshot
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.documents import read_whole, usable
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.storage.tensor_files import CHECKSUM, pack_tensors, read_tensors, typed_array
from lenet_desktop.text.language import _
from lenet_desktop.training.events import EpochDone, LearningRateChanged
from lenet_desktop.training.network_file import (
    LateWeights,
    network_name,
    not_kept,
    read_network,
    save_network,
)

VERSION = "2"
EARLIER = "1"
"""A file of this version holds its network itself, and every probability to the bit."""
MODEL = "model."
_PREDICTIONS = "predictions."
_PACKED = "packed."


@dataclass(frozen=True, slots=True, eq=False)
class KeptEpoch:
    """A finished epoch as its files hold it.

    Attributes:
        config: the recipe of the run, as it was then.
        predictions: the answers for the test images; None where these were not judged.
        losses: float32 (S,), the loss of each of its steps.
        changes: every learning rate that was set in the run up to its end.
        snapshot: its network; None where that is not kept.
    """

    config: TrainingConfig
    done: EpochDone
    losses: npt.NDArray[np.float32]
    changes: tuple[LearningRateChanged, ...]
    predictions: PredictionSet | None
    snapshot: Snapshot | None

    @property
    def network(self) -> Snapshot:
        """Its network.

        Raises:
            CheckpointError: it is not kept.
        """
        if self.snapshot is None:
            raise CheckpointError(not_kept(self.done.epoch))
        return self.snapshot


def epoch_name(epoch: int) -> str:
    """Return what the file of an epoch is called."""
    return f"epoch-{epoch:04}.safetensors"


def save_epoch(epoch: KeptEpoch, path: Path) -> None:
    """Write the file of an epoch, and before it that of its network, beside it.

    The folder, in which there may be thousands, is left to who keeps the run to be tidied.

    Raises:
        OSError: one of them cannot be written.
    """
    number = epoch.done.epoch
    if epoch.snapshot is not None:
        save_network(epoch.snapshot, path.with_name(network_name(number)), tidies=False)
    parts = {} if epoch.predictions is None else packed(epoch.predictions)
    tensors = {f"{_PACKED}{name}": torch.tensor(part) for name, part in parts.items()}
    tensors["losses"] = torch.tensor(epoch.losses)
    text = {
        "format": EPOCH_FORMAT,
        "version": VERSION,
        "config": json.dumps(epoch.config.to_dict()),
        "figures": json.dumps(asdict(epoch.done)),
        "changes": json.dumps([asdict(change) for change in epoch.changes]),
    }
    if epoch.predictions is not None:
        text["images"] = str(len(epoch.predictions))
    write_atomically(path, pack_tensors(tensors, text), tidies=False)


def read_epoch(path: Path, epoch: int, *, weights_later: bool = False) -> KeptEpoch:
    """Return what the files of an epoch hold, which is checked before it is believed.

    Args:
        path: the file; that of its network is beside it.
        epoch: the epoch that it should be of.
        weights_later: whether the network is checked only when somebody asks for its weights.

    Raises:
        CheckpointError: there is no such file, or one of them cannot be used.
    """
    tensors, text, done = _read(path, epoch)
    with usable(path):
        config = TrainingConfig.from_dict(msgspec.json.decode(text["config"]))
        predictions = _predictions(tensors, text, epoch, config.data)
        if (predictions is None) is not (done.test_loss is None):
            raise ValueError(_("its predictions and its figures do not fit"))
        losses = read_losses(tensors)
        changes = msgspec.json.decode(text["changes"], type=tuple[LearningRateChanged, ...])
        own = None
        if text["version"] == EARLIER and not weights_later:
            own = _own_network(tensors, config, epoch)
    if text["version"] == EARLIER and weights_later:
        own = Snapshot(config, epoch, LateWeights(lambda: read_epoch(path, epoch).network.weights))
    snapshot = own or _network_beside(path, config, epoch, later=weights_later)
    return KeptEpoch(config, done, losses, changes, predictions, snapshot)


def read_answers(path: Path, epoch: int) -> PredictionSet:
    """Return the predictions in the file of an epoch, and nothing else of it.

    Raises:
        CheckpointError: there is no such file, or it cannot be used.
    """
    tensors, text, _other = _read(path, epoch)
    with usable(path):
        config = TrainingConfig.from_dict(msgspec.json.decode(text["config"]))
        answers = _predictions(tensors, text, epoch, config.data)
    if answers is None:
        raise CheckpointError(
            _("{path} holds no answers: the test images were not judged.").format(path=path)
        )
    return answers


def _read(path: Path, epoch: int) -> tuple[Mapping[str, Tensor], Mapping[str, str], EpochDone]:
    """Return what is in the file of an epoch, and its figures."""
    tensors, text = read_tensors(path)
    with usable(path):
        if text.get("format") != EPOCH_FORMAT or text.get("version") not in (VERSION, EARLIER):
            raise ValueError(_("it is of another kind"))
        if CHECKSUM not in text:
            raise ValueError(_("it has no checksum"))
        done = read_figures(msgspec.json.decode(text["figures"]))
        if done.epoch != epoch:
            raise ValueError(_("it is of another epoch"))
    return tensors, text, done


def _predictions(
    tensors: Mapping[str, Tensor], text: Mapping[str, str], epoch: int, info: DatasetInfo
) -> PredictionSet | None:
    parts = {name: typed_array(each, np.uint8, 1) for name, each in under(_PACKED, tensors)}
    if parts:
        return unpacked(parts, int(text["images"]), epoch, info)
    predictions = read_predictions(tensors, epoch, info)
    if predictions is not None and not len(predictions):
        raise ValueError(_("its predictions are of no images"))
    return predictions


def _own_network(tensors: Mapping[str, Tensor], config: TrainingConfig, epoch: int) -> Snapshot:
    weights = {name: typed_array(each, np.float32) for name, each in under(MODEL, tensors)}
    snapshot = Snapshot(config, epoch, weights)
    snapshot.build()  # raises a ValueError where the weights are not of its network
    return snapshot


def _network_beside(
    path: Path, config: TrainingConfig, epoch: int, *, later: bool
) -> Snapshot | None:
    beside = path.with_name(network_name(epoch))
    if not beside.exists():
        return None
    if later:
        return Snapshot(config, epoch, LateWeights(lambda: read_network(beside, epoch).weights))
    return read_network(beside, epoch)


def read_figures(document: Any) -> EpochDone:
    """Return the figures of an epoch from what a file says.

    Raises:
        ValueError: they are none.
    """
    done = read_whole(document, EpochDone)
    judged = [
        (done.validation_loss, done.validation_accuracy),
        (done.test_loss, done.test_accuracy),
    ]
    if any((loss is None) is not (accuracy is None) for loss, accuracy in judged):
        raise ValueError(_("an epoch was judged by half"))
    return done


def prediction_tensors(predictions: PredictionSet) -> dict[str, Tensor]:
    """Return answers as the tensors of a file."""
    return {
        f"{_PREDICTIONS}labels": torch.tensor(predictions.labels),
        f"{_PREDICTIONS}probabilities": torch.tensor(predictions.probabilities),
        f"{_PREDICTIONS}losses": torch.tensor(predictions.losses),
    }


def read_predictions(
    tensors: Mapping[str, Tensor], epoch: int, info: DatasetInfo
) -> PredictionSet | None:
    """Return the answers in the tensors of a file, None where it holds none.

    Raises:
        ValueError: they are no answers for images of these data.
    """
    if f"{_PREDICTIONS}labels" not in tensors:
        return None
    return PredictionSet(
        epoch,
        typed_array(tensors[f"{_PREDICTIONS}labels"], np.uint8, 1),
        typed_array(tensors[f"{_PREDICTIONS}probabilities"], np.float32, 2),
        typed_array(tensors[f"{_PREDICTIONS}losses"], np.float32, 1),
        info,
    )


def read_losses(tensors: Mapping[str, Tensor]) -> npt.NDArray[np.float32]:
    """Return the losses of steps in the tensors of a file, float32 (S,).

    Raises:
        ValueError: they are something else.
    """
    losses: npt.NDArray[np.float32] = typed_array(tensors["losses"], np.float32, 1)
    return losses


def under(prefix: str, tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors whose names begin with a prefix, by the rest of their names."""
    for name, tensor in tensors.items():
        if name.startswith(prefix):
            yield name.removeprefix(prefix), tensor
