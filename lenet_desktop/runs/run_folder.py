"""The files of one run: what it is about, each finished epoch, and where it can be gone on from.

A folder is complete in itself: the database can be put together from it, and so can a run that
comes from another machine.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import filelock
import msgspec

from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.hindrance import Hindrance
from lenet_desktop.runs.records import About, about_bytes, about_from
from lenet_desktop.settings.choices import KeptNetworks
from lenet_desktop.storage.documents import usable
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.files import claim, is_abandoned, write_atomically
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import why_not

if TYPE_CHECKING:
    from lenet_desktop.networks.predictions import PredictionSet
    from lenet_desktop.settings.config import TrainingConfig
    from lenet_desktop.training.checkpoint import Checkpoint
    from lenet_desktop.training.checkpoint_file import Past
    from lenet_desktop.training.epoch_file import KeptEpoch
    from lenet_desktop.training.network_file import Weights

log = logging.getLogger(__name__)

ABOUT_NAME = "about.json"
LOCK_NAME = "lock"
LARGEST_ABOUT = 2**20
CHECKPOINTS_KEPT = 2
"""The one before the newest is kept, too, in case the newest turns out to be unreadable."""

EPOCH_FILE = re.compile(r"epoch-([0-9]{4})\.safetensors")
NETWORK_FILE = re.compile(r"network-([0-9]{4})\.safetensors")
CHECKPOINT_FILE = re.compile(r"checkpoint-[0-9]{4}-[0-9]{6}\.safetensors")
PART_FILE = re.compile(r"(epoch|network|checkpoint)-.*\.part")


@dataclass(frozen=True, slots=True, eq=False)
class Unwritten:
    """Finished epochs for whose files there is no room.

    Attributes:
        hindrance: why; None where there are none.
    """

    epochs: tuple[KeptEpoch, ...] = ()
    hindrance: Hindrance | None = None


class RunFolder:
    """The folder of one run. What is written is there whole, or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = filelock.FileLock(path / LOCK_NAME, timeout=0, thread_local=False)

    def take(self) -> bool:
        """Claim the run for this process until `leave` or its end; False if another one has it."""
        with contextlib.suppress(OSError):
            self.path.mkdir(parents=True, exist_ok=True)
        return claim(self._lock)

    def leave(self) -> None:
        """Let another process have the run."""
        self._lock.release(force=True)

    def write_about(self, about: About) -> None:
        """Put down what the run is about.

        Raises:
            OSError: it cannot be written.
        """
        write_atomically(self.path / ABOUT_NAME, about_bytes(about))

    def read_about(self) -> About:
        """Return what the run is about, all of which is checked.

        Raises:
            CheckpointError: the folder holds no run that this program can read.
        """
        path = self.path / ABOUT_NAME
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_ABOUT + 1)
        except OSError as error:
            raise CheckpointError(
                _("{path} cannot be read ({reason}).").format(path=path, reason=why_not(error))
            ) from error
        with usable(path):
            if len(content) > LARGEST_ABOUT:
                raise ValueError(_("it is too large"))
            return about_from(msgspec.json.decode(content))

    def write_epoch(self, epoch: KeptEpoch) -> None:
        """Keep a finished epoch.

        Raises:
            OSError: it cannot be written.
        """
        from lenet_desktop.training.epoch_file import save_epoch

        save_epoch(epoch, self.epoch_file(epoch.done.epoch))

    def epoch_file(self, epoch: int) -> Path:
        """Return where a finished epoch is kept."""
        from lenet_desktop.training.epoch_file import epoch_name

        return self.path / epoch_name(epoch)

    def network_file(self, epoch: int) -> Path:
        """Return where the network of a finished epoch is kept, if it is."""
        from lenet_desktop.training.network_file import network_name

        return self.path / network_name(epoch)

    def read_epoch(self, epoch: int, *, weights_later: bool = False) -> KeptEpoch:
        """Return a finished epoch, which is checked before it is believed.

        Args:
            epoch: which.
            weights_later: whether its network is read only when somebody asks for its weights.

        Raises:
            CheckpointError: it is not kept, or cannot be used.
        """
        from lenet_desktop.training.epoch_file import read_epoch

        return read_epoch(self.epoch_file(epoch), epoch, weights_later=weights_later)

    def read_predictions(self, epoch: int) -> PredictionSet:
        """Return what was predicted for the test images after an epoch, and read nothing else.

        Raises:
            CheckpointError: it is not kept, or cannot be used.
        """
        from lenet_desktop.training.epoch_file import read_answers

        return read_answers(self.epoch_file(epoch), epoch)

    def has(self, epoch: int) -> bool:
        """Return whether the file of a finished epoch seems to be there."""
        return self.epoch_file(epoch).exists()

    def epochs(self) -> list[int]:
        """Return which finished epochs there are files of, ascending."""
        return _numbers(EPOCH_FILE, self._names())

    def networks(self) -> list[int]:
        """Return of which epochs there are networks in files of their own, ascending.

        Earlier versions of the program kept each in the file of its epoch.
        """
        return _numbers(NETWORK_FILE, self._names())

    def late_networks(self, config: TrainingConfig, epochs: Collection[int]) -> list[Snapshot]:
        """Return the networks after those of some epochs that are kept, in the order of the epochs.

        Their weights are read when somebody asks for them; no file is opened here.

        Args:
            config: the recipe of the run.
            epochs: which.
        """
        from lenet_desktop.training.network_file import LateWeights

        kept = set(self.networks())
        if config.keep_networks is KeptNetworks.ALL:
            kept.update(self.epochs())  # an earlier version has kept them in these files
        return [
            Snapshot(config, epoch, LateWeights(partial(self._weights, epoch)))
            for epoch in sorted(kept.intersection(epochs))
        ]

    def _weights(self, epoch: int) -> Weights:
        from lenet_desktop.training.network_file import network_name, read_network

        path = self.path / network_name(epoch)
        if path.exists():
            return read_network(path, epoch).weights
        return self.read_epoch(epoch).network.weights

    def checkpoints(self) -> list[str]:
        """Return the names of the checkpoints, newest first."""
        return sorted(self._matching(CHECKPOINT_FILE), reverse=True)

    def newest_checkpoint(
        self, steps_per_epoch: int, past: Past = MappingProxyType({})
    ) -> tuple[str | None, Checkpoint | None]:
        """Return the newest checkpoint that can be read, with the name of its file.

        Args:
            steps_per_epoch: how many steps an epoch of the run has.
            past: what is known of its epochs, so that their files need not be read.
        """
        from lenet_desktop.training.checkpoint_file import load_checkpoint

        for name in self.checkpoints():
            try:
                checkpoint = load_checkpoint(self.path / name, past)
            except CheckpointError as error:
                log.warning("%s", error)
                continue
            if checkpoint.steps_per_epoch == steps_per_epoch:
                return name, checkpoint
        return None, None

    def write_checkpoint(self, checkpoint: Checkpoint, lacking: Collection[int] = ()) -> str:
        """Keep where the run stands, and return the name of the file.

        It refers to the files of the epochs that are here, and holds what is in none of them.

        Args:
            checkpoint: where it stands.
            lacking: finished epochs whose files could not be written, or are of an earlier attempt.

        Raises:
            OSError: it cannot be written.
        """
        from lenet_desktop.training.checkpoint_file import save_checkpoint

        name = checkpoint_name(checkpoint)
        save_checkpoint(checkpoint, self.path / name, set(self.epochs()).difference(lacking))
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
            hindrance = Hindrance.of(error)
            log.info("There may be no room for all of the run: %s", error)
        self._make_room()
        # It holds the newest network where that has no file of its own.
        name = self.write_checkpoint(checkpoint, [epoch.done.epoch for epoch in unwritten])
        left: list[KeptEpoch] = []
        for epoch in reversed(unwritten):
            try:
                self.write_epoch(epoch)
            except OSError as error:
                log.info("Epoch %d cannot be written: %s", epoch.done.epoch, error)
                left.insert(0, epoch)
        return name, Unwritten(tuple(left), hindrance if left else None)

    def _make_room(self) -> None:
        """Delete what the run can do without: half-written files, and all but one checkpoint."""
        self._delete([*self._matching(PART_FILE), *self.checkpoints()[1:]])

    def prune(self, newest: str, last_epoch: int, networks: Collection[int] | None = None) -> None:
        """Delete all checkpoints but `newest` and the one before it, and what is half-written.

        Epochs after `last_epoch` go, too: the run has gone on anew from before them.

        Args:
            newest: the name of the newest checkpoint's file.
            last_epoch: the last finished epoch.
            networks: the epochs whose networks are to be kept, None for all.
        """
        names = self._names()  # once, as there are thousands after a long run
        checkpoints = sorted(filter(CHECKPOINT_FILE.fullmatch, names), reverse=True)
        older = [name for name in checkpoints if name < newest]
        spare = set(checkpoints).difference([newest, *older[: CHECKPOINTS_KEPT - 1]])
        # Parts of files are left by whoever was killed, as nobody else writes such files now.
        spare.update(filter(PART_FILE.fullmatch, names))
        last = self.epoch_file(last_epoch).name
        spare.update(name for name in names if name > last and EPOCH_FILE.fullmatch(name))
        if networks is None:
            last = self.network_file(last_epoch).name
            spare.update(name for name in names if name > last and NETWORK_FILE.fullmatch(name))
        else:
            gone = set(_numbers(NETWORK_FILE, names)).difference(networks)
            spare.update(self.network_file(epoch).name for epoch in gone)
        self._delete(spare)

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            with contextlib.suppress(OSError):
                (self.path / name).unlink()

    def remove_abandoned(self) -> None:
        """Delete the folder of a run that ended a good while ago before anything was kept."""
        with contextlib.suppress(OSError):
            names = [entry.name for entry in self.path.iterdir()]  # fails if it cannot be read
            others = [n for n in names if n != LOCK_NAME and not n.startswith(ABOUT_NAME)]
            # A first epoch may take long, or be held.
            if not others and is_abandoned(self.path) and self.take():
                self.leave()
                shutil.rmtree(self.path)

    def size(self) -> int:
        """Return how many bytes the files have."""
        total = 0
        for name in self._names():
            with contextlib.suppress(OSError):
                total += (self.path / name).stat().st_size
        return total

    def _matching(self, pattern: re.Pattern[str]) -> list[str]:
        return [name for name in self._names() if pattern.fullmatch(name)]

    def _names(self) -> list[str]:
        try:
            return os.listdir(self.path)  # noqa: PTH208  # several times as fast as paths are made
        except OSError:
            return []


def _numbers(pattern: re.Pattern[str], names: Iterable[str]) -> list[int]:
    """Return the numbers of the epochs in names of files, ascending."""
    matches = map(pattern.fullmatch, names)
    return sorted(int(match[1]) for match in matches if match)


def checkpoint_name(checkpoint: Checkpoint) -> str:
    """Return what the file of a checkpoint is called; the later a name, the later in the run."""
    return f"checkpoint-{len(checkpoint.epochs):04}-{checkpoint.step:06}.safetensors"
