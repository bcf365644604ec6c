"""The files of one run: what it is about, each finished epoch, and where it can be gone on from.

A folder is complete in itself: the database can be put together from it, and so can a run that
comes from another machine.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import filelock
import msgspec
import numpy as np
import numpy.typing as npt

from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import EPOCH_FORMAT, Snapshot
from lenet_desktop.runs.records import RunStatus, Surroundings
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.text.wording import first_line
from lenet_desktop.training.events import EpochDone, LearningRateChanged

if TYPE_CHECKING:
    from lenet_desktop.training.checkpoint import Checkpoint

log = logging.getLogger(__name__)

ABOUT_NAME = "about.json"
LOCK_NAME = "lock"
FORMAT = "LeNet Desktop run"
VERSION = 1
LARGEST_ABOUT = 2**20
LONGEST_TITLE, LONGEST_NOTE = 200, 10_000
CHECKPOINTS_KEPT = 2
"""The one before the newest is kept, too, in case the newest turns out to be unreadable."""

EPOCH_FILE = re.compile(r"epoch-(\d{4})\.safetensors")
CHECKPOINT_FILE = re.compile(r"checkpoint-(\d{4})-(\d{6})\.safetensors")
PART_FILE = re.compile(r"(epoch|checkpoint)-.*\.part")
_ABANDONED_AFTER_S = 3_600
_MODEL, _PREDICTIONS = "model.", "predictions."
_Count = Annotated[int, msgspec.Meta(gt=0, lt=2**31)]
_Kind = TypeVar("_Kind", "About", EpochDone)
_Moment = Annotated[float, msgspec.Meta(ge=0, lt=1e11)]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a run from its start, and what a person says about it."""

    key: str
    title: Annotated[str, msgspec.Meta(max_length=LONGEST_TITLE)] = ""
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)] = ""
    starred: bool = False
    status: RunStatus
    config: TrainingConfig
    surroundings: Surroundings
    images_per_epoch: _Count
    steps_per_epoch: _Count
    parameter_count: _Count
    elapsed_s: _Moment = 0.0
    created_at: _Moment
    updated_at: _Moment
    deleted_at: _Moment | None = None


@dataclass(frozen=True, slots=True, eq=False)
class KeptEpoch:
    """A finished epoch as its file holds it.

    Attributes:
        losses: float32 (S,), the loss of each of its steps.
        changes: every learning rate that was set in the run up to its end.
    """

    done: EpochDone
    losses: npt.NDArray[np.float32]
    changes: tuple[LearningRateChanged, ...]
    predictions: PredictionSet
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Unwritten:
    """Finished epochs for whose files there is no room.

    Attributes:
        reason: what the system says, without a full stop; empty where there are none.
    """

    epochs: tuple[KeptEpoch, ...] = ()
    reason: str = ""


class RunFolder:
    """The folder of one run. What is written is there whole, or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = filelock.FileLock(path / LOCK_NAME, timeout=0, thread_local=False)

    def take(self) -> bool:
        """Claim the run for this process until `leave` or its end; False if another one has it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except filelock.Timeout:
            return False
        except (OSError, NotImplementedError):
            log.info("%s knows no locks", self.path, exc_info=True)
        return True

    def leave(self) -> None:
        """Let another process have the run."""
        self._lock.release(force=True)

    def write_about(self, about: About) -> None:
        """Put down what the run is about.

        Raises:
            OSError: it cannot be written.
        """
        document = {"format": FORMAT, "version": VERSION, **asdict(about)}
        write_atomically(self.path / ABOUT_NAME, json.dumps(document, indent=1).encode())

    def read_about(self) -> About:
        """Return what the run is about, all of which is checked.

        Raises:
            CheckpointError: the folder holds no run that this program can read.
        """
        path = self.path / ABOUT_NAME
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_ABOUT + 1)
            if len(content) > LARGEST_ABOUT:
                raise ValueError("it is too large")
            return _read_about(msgspec.json.decode(content))
        except OSError as error:
            raise CheckpointError(f"{path} cannot be read ({error.strerror}).") from error
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise CheckpointError(f"{path} cannot be used: {first_line(error)}.") from error

    def write_epoch(self, epoch: KeptEpoch) -> None:
        """Keep a finished epoch.

        Raises:
            OSError: it cannot be written.
        """
        import torch

        from lenet_desktop.networks.inputs import usage_texts
        from lenet_desktop.storage.tensor_files import pack_tensors

        predictions = epoch.predictions
        tensors: dict[str, npt.NDArray[Any]] = {
            f"{_MODEL}{name}": value for name, value in epoch.snapshot.weights.items()
        }
        tensors |= {
            f"{_PREDICTIONS}labels": predictions.labels,
            f"{_PREDICTIONS}probabilities": predictions.probabilities,
            f"{_PREDICTIONS}losses": predictions.losses,
            "losses": epoch.losses,
        }
        text = {
            "format": EPOCH_FORMAT,
            "version": str(VERSION),
            "config": json.dumps(epoch.snapshot.config.to_dict()),
            "figures": json.dumps(asdict(epoch.done)),
            "changes": json.dumps([asdict(change) for change in epoch.changes]),
            **usage_texts(epoch.snapshot.config),
        }
        content = pack_tensors({n: torch.tensor(array) for n, array in tensors.items()}, text)
        write_atomically(self.epoch_file(epoch.done.epoch), content)

    def epoch_file(self, epoch: int) -> Path:
        """Return where a finished epoch is kept."""
        return self.path / f"epoch-{epoch:04}.safetensors"

    def read_epoch(self, epoch: int) -> KeptEpoch:
        """Return a finished epoch, which is checked before it is believed.

        Raises:
            CheckpointError: it is not kept, or cannot be used.
        """
        from lenet_desktop.storage.tensor_files import CHECKSUM, read_tensors

        path = self.epoch_file(epoch)
        tensors, text = read_tensors(path)
        try:
            if text.get("format") != EPOCH_FORMAT or text.get("version") != str(VERSION):
                raise ValueError("it is of another kind")
            if CHECKSUM not in text:
                raise ValueError("it has no checksum")
            kept = _read_epoch({name: t.numpy() for name, t in tensors.items()}, text)
            if kept.done.epoch != epoch:
                raise ValueError("it is of another epoch")
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise CheckpointError(f"{path} cannot be used: {first_line(error)}.") from error
        return kept

    def epochs(self) -> list[int]:
        """Return which finished epochs there are files of, ascending."""
        matches = (EPOCH_FILE.fullmatch(name) for name in self._names())
        return sorted(int(match[1]) for match in matches if match)

    def checkpoints(self) -> list[str]:
        """Return the names of the checkpoints, newest first."""
        return sorted((n for n in self._names() if CHECKPOINT_FILE.fullmatch(n)), reverse=True)

    def write_checkpoint(self, checkpoint: Checkpoint) -> str:
        """Keep where the run stands, and return the name of the file.

        Raises:
            OSError: it cannot be written.
        """
        from lenet_desktop.training.checkpoint import save_checkpoint

        name = f"checkpoint-{len(checkpoint.epochs):04}-{checkpoint.step:06}.safetensors"
        save_checkpoint(checkpoint, self.path / name)
        return name

    def write_state(
        self, epochs: Sequence[KeptEpoch], checkpoint: Checkpoint
    ) -> tuple[str, Unwritten]:
        """Keep finished epochs, and then where the run stands.

        Where there is no room for all of it, older checkpoints give way, and the newest network
        comes before older ones.

        Returns:
            The name of the checkpoint's file, and what could not be written besides it.

        Raises:
            OSError: not even the checkpoint can be written.
        """
        unwritten = list(epochs)
        try:
            while unwritten:
                self.write_epoch(unwritten[0])
                del unwritten[0]
            return self.write_checkpoint(checkpoint), Unwritten()
        except OSError as error:
            reason = error.strerror or first_line(error)
            log.info("There may be no room for all of the run: %s", reason)
        self._make_room()
        name = self.write_checkpoint(checkpoint)  # which holds the newest network, too
        left: list[KeptEpoch] = []
        for epoch in reversed(unwritten):
            try:
                self.write_epoch(epoch)
            except OSError as error:
                log.info("Epoch %d cannot be written: %s", epoch.done.epoch, error)
                left.insert(0, epoch)
        return name, Unwritten(tuple(left), reason if left else "")

    def _make_room(self) -> None:
        """Delete what the run can do without: half-written files, and all but one checkpoint."""
        spare = {name for name in self._names() if PART_FILE.fullmatch(name)}
        for name in spare | set(self.checkpoints()[1:]):
            with contextlib.suppress(OSError):
                (self.path / name).unlink()

    def prune(self, newest: str, last_epoch: int) -> None:
        """Delete all checkpoints but `newest` and the one before it, and what is half-written.

        Epochs after `last_epoch` go, too: the run has gone on anew from before them.
        """
        older = [name for name in self.checkpoints() if name < newest]
        kept = {newest, *older[: CHECKPOINTS_KEPT - 1]}
        # Parts of files are left by whoever was killed, as nobody else writes such files now.
        parts = {name for name in self._names() if PART_FILE.fullmatch(name)}
        overtaken = {self.epoch_file(each).name for each in self.epochs() if each > last_epoch}
        for name in (set(self.checkpoints()) | parts | overtaken) - kept:
            with contextlib.suppress(OSError):
                (self.path / name).unlink()

    def remove_abandoned(self) -> None:
        """Delete the folder of a run that ended a good while ago before anything was kept."""
        with contextlib.suppress(OSError):
            names = [entry.name for entry in self.path.iterdir()]  # fails if it cannot be read
            others = [n for n in names if n != LOCK_NAME and not n.startswith(ABOUT_NAME)]
            is_old = time.time() - self.path.stat().st_mtime > _ABANDONED_AFTER_S
            if not others and is_old and self.take():  # a first epoch may take long, or be held
                self.leave()
                shutil.rmtree(self.path)

    def size(self) -> int:
        """Return how many bytes the files have."""
        total = 0
        for name in self._names():
            with contextlib.suppress(OSError):
                total += (self.path / name).stat().st_size
        return total

    def _names(self) -> list[str]:
        try:
            return [entry.name for entry in self.path.iterdir()]
        except OSError:
            return []


def losses_of(checkpoint: Checkpoint, epoch: int) -> npt.NDArray[np.float32]:
    """Return the losses of the steps of an epoch, from 1, float32 (S,)."""
    per_epoch = checkpoint.steps_per_epoch
    return checkpoint.losses[(epoch - 1) * per_epoch : epoch * per_epoch]


def _read_about(document: Any) -> About:
    if not isinstance(document, dict) or document.pop("format", None) != FORMAT:
        raise ValueError("it was not written by this program")
    if document.pop("version", None) != VERSION:
        raise ValueError("it was written by another version of this program")
    parts = {
        "config": read_config(document.get("config")),
        "surroundings": read_surroundings(document.get("surroundings")),
    }
    if not re.fullmatch("[0-9a-f]{32}", str(document.get("key"))):  # which names a folder
        raise ValueError("it has no proper key")
    return _read_whole(document | parts, About)


def _read_whole(document: Any, kind: type[_Kind]) -> _Kind:
    """Return what a file says, every part of which is known and can be.

    Raises:
        ValueError: it says more, less or something else.
    """
    if isinstance(document, dict) and document.keys() - {each.name for each in fields(kind)}:
        raise ValueError("it has other parts than expected")
    return msgspec.convert(document, kind)


def read_config(document: Any) -> TrainingConfig:
    """Return the recipe that `to_dict` made this of.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(document, dict):
        raise ValueError("its configuration has no settings")
    return TrainingConfig.from_dict(document)


def read_surroundings(document: Any) -> Surroundings:
    """Return what `asdict` made of surroundings, with no text longer than a line.

    Raises:
        ValueError: it is something else.
    """
    texts = asdict(msgspec.convert(document, Surroundings))
    return Surroundings(**{name: text[:LONGEST_TITLE] for name, text in texts.items()})


def _read_epoch(arrays: dict[str, npt.NDArray[Any]], text: dict[str, str]) -> KeptEpoch:
    done = _read_whole(msgspec.json.decode(text["figures"]), EpochDone)
    if (done.validation_loss is None) is not (done.validation_accuracy is None):
        raise ValueError("it was judged by half")
    losses = _typed(arrays["losses"], np.float32, 1)
    config = read_config(msgspec.json.decode(text["config"]))
    predictions = PredictionSet(
        done.epoch,
        _typed(arrays[f"{_PREDICTIONS}labels"], np.uint8, 1),
        _typed(arrays[f"{_PREDICTIONS}probabilities"], np.float32, 2),
        _typed(arrays[f"{_PREDICTIONS}losses"], np.float32, 1),
        config.data,
    )
    if not len(predictions):
        raise ValueError("its predictions are of no images")
    weights = {
        name.removeprefix(_MODEL): _typed(array, np.float32)
        for name, array in arrays.items()
        if name.startswith(_MODEL)
    }
    snapshot = Snapshot(config, done.epoch, weights)
    snapshot.build()  # raises a ValueError where the weights are not its own
    changes = msgspec.json.decode(text["changes"], type=tuple[LearningRateChanged, ...])
    return KeptEpoch(done, losses, changes, predictions, snapshot)


def _typed(array: npt.NDArray[Any], kind: type[np.generic], ndim: int | None = None) -> Any:
    if array.dtype != kind or (ndim is not None and array.ndim != ndim):
        raise ValueError("a tensor has the wrong form")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError("it holds what is not a number")
    array.setflags(write=False)
    return array
