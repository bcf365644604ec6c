"""A trained network as a file: weights, and what it takes to use them.

Files of this program say how their network computes. Any other safetensors or ONNX file is read
too, if its tensors are those of a network of this program, whatever they are called.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import FEWEST_CLASSES, DatasetInfo
from lenet_desktop.export.finding_network import (
    WEIGHT_DTYPES,
    FoundNetwork,
    MisfitError,
    find_network,
    match_names,
)
from lenet_desktop.export.onnx_export import FORMAT as ONNX_FORMAT
from lenet_desktop.export.onnx_reading import SUFFIX, open_onnx
from lenet_desktop.networks.catalogue import NETWORKS, parameter_shapes
from lenet_desktop.networks.snapshot import EPOCH_FORMAT, MODEL_FORMAT
from lenet_desktop.settings.choices import Network
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.tensor_files import Entry, TensorFile, open_tensors
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line, listed, one_line, quoted, sentences
from lenet_desktop.training.checkpoint_file import FORMAT as CHECKPOINT_FORMAT
from lenet_desktop.training.epoch_file import epoch_name
from lenet_desktop.training.network_file import network_name, not_kept

_INNER = "model."
_LONGEST_CONFIG = 2**16
_LONGEST_REASON = 200


class ModelSource(StrEnum):
    """What kind of file a network was read from."""

    MODEL = "model"
    CHECKPOINT = "checkpoint"
    EPOCH = "epoch"
    OTHER = "other"


_SOURCES = {
    MODEL_FORMAT: ModelSource.MODEL,
    ONNX_FORMAT: ModelSource.MODEL,
    CHECKPOINT_FORMAT: ModelSource.CHECKPOINT,
    EPOCH_FORMAT: ModelSource.EPOCH,
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StoredModel:
    """What a file says about a network.

    Attributes:
        path: the file.
        source: what kind of file it is.
        network: what kind of network it is.
        weights: float32 by the network's names, in its order, on the CPU; all are finite.
        config: the recipe; None where the file does not say how the network computes.
        epochs_done: how many epochs it has finished, None where the file does not say.
        is_within_epoch: whether it has learned on since the last of them.
        notes: a sentence for each thing that was done to get at the weights.
    """

    path: Path
    source: ModelSource
    network: Network
    weights: Mapping[str, Tensor]
    config: TrainingConfig | None = None
    epochs_done: int | None = None
    is_within_epoch: bool = False
    notes: tuple[str, ...] = ()


def read_model(path: Path, data: DatasetInfo = DEFAULT) -> StoredModel:
    """Read a network from a file of this program, or any other file that fits one of its own.

    Args:
        path: the file, which nobody need vouch for.
        data: what a network of another program is taken to have learned from.

    Raises:
        CheckpointError: there is none; the message names what does not fit.
    """
    file = open_onnx(path) if path.suffix.lower() == SUFFIX else open_tensors(path)
    source = _SOURCES.get(file.text.get("format", ""), ModelSource.OTHER)
    told = _told(file, source)
    if told.config is not None:
        network, data = told.config.network, told.config.data
        prefix = "" if source is ModelSource.MODEL else _INNER
        mine = {name: each for name, each in file.entries.items() if name.startswith(prefix)}
        if not mine and told.epochs_done and source is not ModelSource.MODEL:
            return _read_beside(path, source, told.epochs_done)
        found = FoundNetwork(mine, ())
    else:
        network, found = _find(file, data)
    why = str if told.config else partial(_why_misfit, found, network, data)
    with _naming(path, network, why):
        names = match_names(found.entries, parameter_shapes(network, data))
    # This program writes float32 only, so that the checksum of anything else is of what it was.
    is_as_written = all(entry.dtype == "F32" for entry in found.entries.values())
    tensors = file.read(is_as_written=is_as_written)
    weights = {name: tensors[theirs].to(torch.float32) for name, theirs in names.items()}
    for name, weight in weights.items():
        if not weight.isfinite().all():
            with _naming(path, network):
                text = _("its {name} holds what is no finite number")
                raise MisfitError(text.format(name=quoted(names[name])))
    notes = (*found.notes, *_conversion(found.entries))
    return StoredModel(path, source, network, weights, *told, notes)


def _find(file: TensorFile, data: DatasetInfo) -> tuple[Network, FoundNetwork]:
    """Return which network another program has written, and where it is; else the likeliest.

    Raises:
        CheckpointError: more than one could be meant.
    """
    candidates = {network: parameter_shapes(network, data) for network in Network}
    shapes = {entry.shape for entry in file.entries.values()}
    network = max(candidates, key=lambda each: len(shapes.intersection(candidates[each].values())))
    with _naming(file.path, network):
        found = find_network(file.entries, candidates[network])
    return network, found or FoundNetwork(file.entries, ())


@contextmanager
def _naming(path: Path, network: Network, why: Callable[[], str] = str) -> Iterator[None]:
    """Say of which file and of which network it is that a reason is given for not fitting."""
    try:
        yield
    except MisfitError as error:
        text = _("{file} does not fit {network}: {reason}.")
        network_name = _(NETWORKS[network].name)
        told = text.format(file=one_line(path.name), network=network_name, reason=error)
        raise CheckpointError(sentences(filter(None, [told, why()]))) from error


def _why_misfit(found: FoundNetwork, network: Network, data: DatasetInfo) -> str:
    """Say so where a network fits in all but what its images and classes make of it."""
    names = data.class_names
    classes = names[:-1] if len(names) > FEWEST_CLASSES else (*names, "…")
    side = 28 if data.side != 28 else 32
    other = replace(
        data, side=side, channels=4 - data.channels, class_names=classes, train_counts=()
    )
    mine, others = parameter_shapes(network, data), parameter_shapes(network, other)
    left = [entry.shape for entry in found.entries.values()]
    is_same = True
    heights: dict[str, int] = {}  # of each layer's weight, and as long is its bias
    for name in sorted(mine, key=lambda name: mine[name] != others[name]):  # exact ones first
        layer = name.rpartition(".")[0]
        fitting = [
            shape
            for shape in left
            if _agree(shape, mine[name], others[name]) and heights.get(layer, shape[0]) == shape[0]
        ]
        if not fitting:
            return ""
        left.remove(fitting[0])
        heights[layer] = fitting[0][0]
        is_same = is_same and fitting[0] == mine[name]
    if is_same:
        return ""
    text = _(
        "It is for images or classes of another kind than those of {title}; choose the data that "
        "it has learned first."
    )
    return text.format(title=one_line(data.title))


def _agree(shape: Sequence[int], mine: Sequence[int], other: Sequence[int]) -> bool:
    """Return whether a shape is one of ours, but for what data make of it."""
    lengths = zip(shape, mine, other, strict=False)
    return len(shape) == len(mine) and all(a == b or b != c for a, b, c in lengths)


def _read_beside(path: Path, source: ModelSource, epoch: int) -> StoredModel:
    """Return the network to which the file of an epoch, or a checkpoint after it, refers."""
    beside = path.with_name(network_name(epoch))
    if not beside.exists() and source is ModelSource.CHECKPOINT:
        beside = path.with_name(epoch_name(epoch))
    elif not beside.exists():
        text = _("{file} holds no network.").format(file=one_line(path.name))
        raise CheckpointError(sentences([text, not_kept(epoch)]))
    return replace(read_model(beside), path=path, source=source)


def _conversion(entries: Mapping[str, Entry]) -> Iterator[str]:
    """Say of what kind the weights are where they are not float32."""
    kinds = sorted({WEIGHT_DTYPES[entry.dtype] for entry in entries.values()} - {""})
    if kinds:
        text = _("Its {kinds} weights were converted to float32.")
        yield text.format(kinds=listed(kinds))


class _Told(NamedTuple):
    config: TrainingConfig | None = None
    epochs_done: int | None = None
    is_within_epoch: bool = False


def _told(file: TensorFile, source: ModelSource) -> _Told:
    """Return what a file of this program says about the network, and of others nothing."""
    try:
        match source:
            case ModelSource.MODEL:
                return _told_by_model(file)
            case ModelSource.CHECKPOINT:
                return _told_by_checkpoint(file)
            case ModelSource.EPOCH:
                return _told_by_epoch(file)
            case ModelSource.OTHER:
                return _Told()
    except (
        LookupError, TypeError, ValueError, AttributeError, RecursionError,
    ) as error:  # fmt: skip
        reason = one_line(first_line(error)[:_LONGEST_REASON])
        text = _("{file} is damaged: what it says about its run cannot be read ({reason}).")
        raise CheckpointError(text.format(file=one_line(file.path.name), reason=reason)) from error


def _told_by_model(file: TensorFile) -> _Told:
    text = file.text["config"]
    if len(text) > _LONGEST_CONFIG:
        raise ValueError(_("the configuration is too long"))
    config = TrainingConfig.from_dict(json.loads(text))
    done = file.text.get("epochs_done")
    if done is None:
        return _Told(config)
    if not re.fullmatch("[0-9]{1,4}", done) or int(done) > config.epochs:
        raise ValueError(_("the number of finished epochs makes no sense"))
    return _Told(config, int(done))


def _told_by_checkpoint(file: TensorFile) -> _Told:
    run = json.loads(file.text["run"])
    config = TrainingConfig.from_dict(run["config"])
    own, steps_per_epoch = len(run["epochs"]), run["steps_per_epoch"]
    done = run.get("epochs_done", own)
    if (
        type(done) is not int
        or not own <= done <= config.epochs
        or type(steps_per_epoch) is not int
    ):
        raise ValueError(_("the number of finished epochs makes no sense"))
    steps = file.entries["losses"].shape[0]
    return _Told(config, done, steps > own * steps_per_epoch)


def _told_by_epoch(file: TensorFile) -> _Told:
    config = TrainingConfig.from_dict(json.loads(file.text["config"]))
    done = json.loads(file.text["figures"])["epoch"]
    if type(done) is not int or not 1 <= done <= config.epochs:
        raise ValueError(_("the number of finished epochs makes no sense"))
    return _Told(config, done)
