"""The file of a finished epoch: figures, losses of its steps, answers and network.

What stands here stands in no other file of a run: a checkpoint refers to the files of the epochs
before it. The file is safetensors: tensors and a text, nothing that could be executed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.networks.inputs import usage_texts
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import EPOCH_FORMAT, Snapshot
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.documents import DAMAGE, read_whole
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.storage.tensor_files import CHECKSUM, pack_tensors, read_tensors
from lenet_desktop.text.wording import first_line
from lenet_desktop.training.events import EpochDone, LearningRateChanged

VERSION = 1
MODEL = "model."
_PREDICTIONS = "predictions."


@dataclass(frozen=True, slots=True, eq=False)
class KeptEpoch:
    """A finished epoch as its file holds it.

    Attributes:
        predictions: the answers for the test images; None where these were not judged.
        losses: float32 (S,), the loss of each of its steps.
        changes: every learning rate that was set in the run up to its end.
    """

    done: EpochDone
    losses: npt.NDArray[np.float32]
    changes: tuple[LearningRateChanged, ...]
    predictions: PredictionSet | None
    snapshot: Snapshot


class LateWeights(Mapping[str, npt.NDArray[np.float32]]):
    """The weights in the file of an epoch, which are read when somebody asks for one of them.

    Asking raises a `CheckpointError` where the file is gone or holds none of such a network.
    """

    def __init__(self, path: Path, epoch: int) -> None:
        self._path = path
        self._epoch = epoch

    @cached_property
    def _weights(self) -> Mapping[str, npt.NDArray[np.float32]]:
        return read_epoch(self._path, self._epoch).snapshot.weights

    def __getitem__(self, name: str) -> npt.NDArray[np.float32]:
        return self._weights[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)


def epoch_name(epoch: int) -> str:
    """Return what the file of an epoch is called."""
    return f"epoch-{epoch:04}.safetensors"


def save_epoch(epoch: KeptEpoch, path: Path) -> None:
    """Write the file of an epoch.

    Raises:
        OSError: it cannot be written.
    """
    tensors = {f"{MODEL}{n}": torch.tensor(each) for n, each in epoch.snapshot.weights.items()}
    if epoch.predictions is not None:
        tensors |= prediction_tensors(epoch.predictions)
    tensors["losses"] = torch.tensor(epoch.losses)
    text = {
        "format": EPOCH_FORMAT,
        "version": str(VERSION),
        "config": json.dumps(epoch.snapshot.config.to_dict()),
        "figures": json.dumps(asdict(epoch.done)),
        "changes": json.dumps([asdict(change) for change in epoch.changes]),
        **usage_texts(epoch.snapshot.config),
    }
    write_atomically(path, pack_tensors(tensors, text))


def read_epoch(path: Path, epoch: int, *, weights_later: bool = False) -> KeptEpoch:
    """Return what the file of an epoch holds, which is checked before it is believed.

    Args:
        path: the file.
        epoch: the epoch that it should be of.
        weights_later: whether the network is checked only when somebody asks for its weights.

    Raises:
        CheckpointError: there is no such file, or it cannot be used.
    """
    tensors, text = read_tensors(path)
    try:
        if text.get("format") != EPOCH_FORMAT or text.get("version") != str(VERSION):
            raise ValueError("it is of another kind")
        if CHECKSUM not in text:
            raise ValueError("it has no checksum")
        done = read_figures(msgspec.json.decode(text["figures"]))
        if done.epoch != epoch:
            raise ValueError("it is of another epoch")
        config = TrainingConfig.from_dict(msgspec.json.decode(text["config"]))
        predictions = read_predictions(tensors, epoch, config.data)
        if (predictions is None) is not (done.test_loss is None):
            raise ValueError("its predictions and its figures do not fit")
        if predictions is not None and not len(predictions):
            raise ValueError("its predictions are of no images")
        if weights_later:
            snapshot = Snapshot(config, epoch, LateWeights(path, epoch))
        else:
            weights = {name: _typed(each, np.float32) for name, each in under(MODEL, tensors)}
            snapshot = Snapshot(config, epoch, weights)
            snapshot.build()  # raises a ValueError where the weights are not of its network
        losses = read_losses(tensors)
        changes = msgspec.json.decode(text["changes"], type=tuple[LearningRateChanged, ...])
    except DAMAGE as error:
        raise CheckpointError(f"{path} cannot be used: {first_line(error)}.") from error
    return KeptEpoch(done, losses, changes, predictions, snapshot)


def read_answers(path: Path, epoch: int) -> PredictionSet:
    """Return the answers in the file of an epoch, and nothing else of it.

    Raises:
        CheckpointError: there is no such file, or it cannot be used.
    """
    answers = read_epoch(path, epoch, weights_later=True).predictions
    if answers is None:
        raise CheckpointError(f"{path} holds no answers: the test images were not judged.")
    return answers


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
        raise ValueError("an epoch was judged by half")
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
        _typed(tensors[f"{_PREDICTIONS}labels"], np.uint8, 1),
        _typed(tensors[f"{_PREDICTIONS}probabilities"], np.float32, 2),
        _typed(tensors[f"{_PREDICTIONS}losses"], np.float32, 1),
        info,
    )


def read_losses(tensors: Mapping[str, Tensor]) -> npt.NDArray[np.float32]:
    """Return the losses of steps in the tensors of a file, float32 (S,).

    Raises:
        ValueError: they are something else.
    """
    losses: npt.NDArray[np.float32] = _typed(tensors["losses"], np.float32, 1)
    return losses


def under(prefix: str, tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors whose names begin with a prefix, by the rest of their names."""
    for name, tensor in tensors.items():
        if name.startswith(prefix):
            yield name.removeprefix(prefix), tensor


def _typed(tensor: Tensor, kind: type[np.generic], ndim: int | None = None) -> Any:
    array = tensor.numpy()
    if array.dtype != kind or (ndim is not None and array.ndim != ndim):
        raise ValueError("a tensor has the wrong form")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError("it holds what is not a number")
    array.setflags(write=False)
    return array
