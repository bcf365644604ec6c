"""A network as a file of its own: weights, and what it takes to use them.

A run keeps the networks of its epochs as such files, and a person saves one as such a file.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lenet_desktop.networks.inputs import usage_texts
from lenet_desktop.networks.snapshot import MODEL_FORMAT, Snapshot
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.documents import usable
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.storage.tensor_files import CHECKSUM, pack_tensors, read_tensors, typed_array
from lenet_desktop.text.language import _

Weights = Mapping[str, npt.NDArray[np.float32]]


def network_name(epoch: int) -> str:
    """Return what the file of the network of an epoch is called in the folder of a run."""
    return f"network-{epoch:04}.safetensors"


def not_kept(epoch: int) -> str:
    """Say that the network of an epoch is not there."""
    return _(
        "The network after epoch {epoch} is not kept. A run can be set to keep the "
        "best, every tenth and the last one only."
    ).format(epoch=epoch)


def save_model(
    weights: Mapping[str, Tensor],
    config: TrainingConfig,
    path: Path,
    epochs_done: int | None = None,
    *,
    tidies: bool = True,
) -> None:
    """Write weights with the configuration that they come from, as safetensors.

    The texts beside the tensors say how to use them: `config`; what `usage_texts` returns; and
    `epochs_done`, where it is given: how many epochs were finished of those that were planned.
    For `tidies` see `write_atomically`.

    Raises:
        OSError: it cannot be written.
    """
    text = {"format": MODEL_FORMAT, "config": json.dumps(config.to_dict()), **usage_texts(config)}
    if epochs_done is not None:
        text["epochs_done"] = str(epochs_done)
    write_atomically(path, pack_tensors(weights, text), tidies=tidies)


def save_network(network: Snapshot, path: Path, *, tidies: bool = True) -> None:
    """Write the network of an epoch as `save_model` does.

    Raises:
        OSError: it cannot be written.
    """
    weights = {name: torch.tensor(array) for name, array in network.weights.items()}
    save_model(weights, network.config, path, network.epoch, tidies=tidies)


def read_network(path: Path, epoch: int) -> Snapshot:
    """Return the network of an epoch that a run has kept, which is checked before it is believed.

    Raises:
        CheckpointError: it was not kept, or cannot be used.
    """
    if not path.exists():
        raise CheckpointError(not_kept(epoch))
    tensors, text = read_tensors(path)
    with usable(path):
        if text.get("format") != MODEL_FORMAT or text.get("epochs_done") != str(epoch):
            raise ValueError(_("it is of another kind, or of another epoch"))
        if CHECKSUM not in text:
            raise ValueError(_("it has no checksum"))
        config = TrainingConfig.from_dict(msgspec.json.decode(text["config"]))
        weights = {name: typed_array(each, np.float32) for name, each in tensors.items()}
        snapshot = Snapshot(config, epoch, weights)
        snapshot.build()  # raises a ValueError where the weights are not of its network
    return snapshot


class LateWeights(Weights):
    """Weights that are read when somebody asks for one of them, and are held for a while then.

    Asking raises a `CheckpointError` where their file is gone or holds none of such a network.

    Attributes:
        read: returns them.
    """

    __hash__ = object.__hash__

    def __init__(self, read: Callable[[], Weights]) -> None:
        self.read = read

    def __getitem__(self, name: str) -> npt.NDArray[np.float32]:
        return _held(self)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_held(self))

    def __len__(self) -> int:
        return len(_held(self))


@lru_cache(maxsize=8)
def _held(weights: LateWeights) -> Weights:
    """Return weights that are read, of which only those asked for last stay in memory."""
    return weights.read()
