"""What is kept of a run, as frozen values."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt

from lenet_desktop.analysis.kept_predictions import KeptPredictions
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.hindrance import Hindrance, Remedy
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.documents import read_whole
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import Worded, quoted
from lenet_desktop.training.devices import in_words
from lenet_desktop.training.events import EpochDone, Event, LearningRateChanged
from lenet_desktop.training.learning_rate import RateCourse
from lenet_desktop.training.validation import stopping_sentence

if TYPE_CHECKING:
    from lenet_desktop.training.checkpoint import Checkpoint
    from lenet_desktop.training.checkpoint_file import Past


FORMAT, VERSION = "LeNet Desktop run", 1
LONGEST_TITLE, LONGEST_NOTE = 200, 10_000
_Count = Annotated[int, msgspec.Meta(gt=0, lt=2**31)]
_Moment = Annotated[float, msgspec.Meta(ge=0, lt=1e11)]


class RunStatus(Worded):
    """Where a kept run stands."""

    RUNNING = marked("running")
    PAUSED = marked("paused")
    FINISHED = marked("finished")
    STOPPED = marked("stopped")
    FAILED = marked("failed")
    DIVERGED = marked("diverged")
    INTERRUPTED = marked("interrupted")
    """The program ended in the middle of it: it was killed, or the power failed."""
    INCOMPLETE = marked("incomplete")
    """It came to its end, but some of what it has learned could not be written."""

    @property
    def is_active(self) -> bool:
        """Whether some window or terminal is working on it."""
        return self in (RunStatus.RUNNING, RunStatus.PAUSED)

    @property
    def ended_badly(self) -> bool:
        """Whether its last steps are in no checkpoint because they cannot be trusted."""
        return self in (RunStatus.FAILED, RunStatus.DIVERGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where a run was computed, and by what.

    Attributes:
        device: PyTorch's name of the device, for example `cuda:0`.
        device_name: what a person calls it, in English.
        machine: processor and system.
        torch: PyTorch's version.
        program: this program's version.
    """

    device: str = ""
    device_name: str = ""
    machine: str = ""
    torch: str = ""
    program: str = ""

    @property
    def computed_by(self) -> str:
        """What a person calls the device; empty where it is not known."""
        return in_words(self.device_name or self.device)


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


_LOST = {
    Remedy.ROOM: marked(
        "{name} is not kept from epoch {first} on ({reason}). Save its network elsewhere, or make "
        "room and continue it, before the window is closed."
    ),
    Remedy.ACCESS: marked(
        "{name} is not kept from epoch {first} on ({reason}). Save its network elsewhere, or see "
        "that the folder of runs is there and can be written to and continue it, before the window "
        "is closed."
    ),
    Remedy.NONE: marked(
        "{name} is not kept from epoch {first} on ({reason}). Save its network elsewhere before "
        "the window is closed."
    ),
}
"""What is said of a run whose newest network is in memory only, by what helps."""


@dataclass(frozen=True, slots=True, eq=False)
class UnkeptWork:
    """What a run has learned that is not on the disk.

    Attributes:
        epochs: whose networks and predictions are not kept, ascending.
        hindrance: why they are not.
        network: the newest network where that is not kept either, else None.
    """

    epochs: tuple[int, ...]
    hindrance: Hindrance
    network: Snapshot | None = None

    def sentence(self, name: str) -> str:
        """Say what is not kept and what can be done, for the person.

        Args:
            name: what the run is called, in quotes.
        """
        first, last = self.epochs[0], self.epochs[-1]
        if self.network is not None:
            text = _(_LOST[self.hindrance.remedy])
        elif first == last:
            text = _(
                "What {name} had learned after epoch {first} could not be kept ({reason}). Its "
                "curves and its last network are kept."
            )
        else:
            text = _(
                "What {name} had learned after epochs {first} to {last} could not be kept "
                "({reason}). Its curves and its last network are kept."
            )
        return text.format(name=name, first=first, last=last, reason=self.hindrance.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A line of the list of runs.

    Attributes:
        id: its number in this list, from 1; never given twice.
        key: its name in the world, 32 hexadecimal digits; stays when a run is carried to another
            machine, and names its folder.
        title: the name that a person gave it; empty when nobody did.
        config: the recipe, with all epochs that are planned by now.
        steps_per_epoch: how many steps an epoch has.
        epochs_done: how many epochs are finished.
        last_accuracy: share of test images right after the last finished epoch, 0-1.
        best_accuracy: the highest such share of any epoch, 0-1.
        balanced_accuracy: of the last finished epoch, see `EpochDone`.
        best_epoch: the best one by the images held out; None where there are none.
        validation_accuracy: share of these right after it, 0-1.
        elapsed_s: seconds of work, without pauses.
        created_at: when it was started, in seconds since 1970.
        updated_at: when something was last kept of it, likewise.
        sweep_id: the sweep that it is a trial of; None for a run on its own.
    """

    id: int
    key: str
    title: str = ""
    note: str = ""
    starred: bool = False
    status: RunStatus
    config: TrainingConfig
    surroundings: Surroundings = Surroundings()
    steps_per_epoch: int
    epochs_done: int = 0
    last_accuracy: float | None = None
    best_accuracy: float | None = None
    balanced_accuracy: float | None = None
    best_epoch: int | None = None
    validation_accuracy: float | None = None
    elapsed_s: float = 0.0
    created_at: float
    updated_at: float
    sweep_id: int | None = None

    @property
    def name(self) -> str:
        """What the run is called: its title, or its number."""
        return self.title or _("Run {number}").format(number=self.id)

    @property
    def is_judged(self) -> bool:
        """Whether the test images were judged after the last finished epoch, if there is one."""
        return self.epochs_done == 0 or self.last_accuracy is not None

    @property
    def is_left_to_sweep(self) -> bool:
        """Whether it is a trial that no person has picked, or that its sweep will go on with."""
        is_picked = self.last_accuracy is not None and self.status is not RunStatus.INTERRUPTED
        return self.sweep_id is not None and not is_picked

    @property
    def why_early(self) -> str:
        """A sentence about why it ended before its planned end; empty where it did not."""
        is_whole = self.epochs_done >= self.config.epochs or not self.config.patience
        if is_whole or self.status is not RunStatus.FINISHED:
            return ""
        return stopping_sentence(self.config.patience, self.epochs_done)

    @property
    def quoted_name(self) -> str:
        """What it is called, fit to stand in a sentence, whatever its name consists of."""
        return quoted(self.name)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunCurves:
    """What the plots show of a run; needs no PyTorch.

    Attributes:
        losses: float32 (S,), the loss of every step.
        epochs: the figures of every finished epoch.
        changes: every learning rate that was set while the run went on.
        cycles: how many epochs each course of the learning rate schedule has; empty where that is
            not known, because an earlier version of the program kept the run.
    """

    record: RunRecord
    losses: npt.NDArray[np.float32]
    epochs: tuple[EpochDone, ...]
    changes: tuple[LearningRateChanged, ...]
    cycles: tuple[int, ...] = ()

    @property
    def past(self) -> Past:
        """The finished epochs, so that their files need not be read to go on with the run."""
        steps = self.record.steps_per_epoch
        return {
            done.epoch: (done, self.losses[(done.epoch - 1) * steps : done.epoch * steps])
            for done in self.epochs
        }

    @property
    def course(self) -> RateCourse:
        """What was done to its learning rate on the way."""
        return RateCourse.of(self.record.config, self.changes, self.cycles)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenedRun:
    """All that is kept of a run.

    Attributes:
        events: what it has reported, told again in few words; without the predictions.
        predictions: the predictions for the test images after each epoch that they are kept of;
            all but the last are read when somebody asks for them.
        snapshots: the network after each epoch that it is kept of; likewise.
        checkpoint: where it can be gone on from; None where there is no going on.
        notice: a sentence about what could not be read, else None.
    """

    record: RunRecord
    events: tuple[Event, ...]
    predictions: Sequence[PredictionSet]
    snapshots: tuple[Snapshot, ...]
    checkpoint: Checkpoint | None
    notice: str | None = None

    @property
    def epochs(self) -> Sequence[int]:
        """The epochs whose predictions are kept, ascending; none of these is read for it."""
        if isinstance(self.predictions, KeptPredictions):
            return self.predictions.epochs
        return [each.epoch for each in self.predictions]


@dataclass(frozen=True, slots=True, eq=False)
class RunNews:
    """What has become of a run that goes on elsewhere.

    Attributes:
        record: its line by now.
        events: what it has reported since, with the predictions.
    """

    record: RunRecord
    events: tuple[Event, ...]


def about_bytes(about: About) -> bytes:
    """Return the document that says what a run is about."""
    return json.dumps({"format": FORMAT, "version": VERSION, **asdict(about)}, indent=1).encode()


def about_from(document: Any) -> About:
    """Return what `about_bytes` made this of.

    Raises:
        ValueError: it is something else, or of another version of this program.
    """
    if not isinstance(document, dict) or document.pop("format", None) != FORMAT:
        raise ValueError(_("it was not written by this program"))
    if document.pop("version", None) != VERSION:
        raise ValueError(_("it was written by another version of this program"))
    parts = {
        "config": read_config(document.get("config")),
        "surroundings": read_surroundings(document.get("surroundings")),
    }
    if not re.fullmatch("[0-9a-f]{32}", str(document.get("key"))):  # which names a folder
        raise ValueError(_("it has no proper key"))
    return read_whole(document | parts, About)


def read_config(document: Any) -> TrainingConfig:
    """Return the recipe that `to_dict` made this of.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(document, dict):
        raise ValueError(_("its configuration has no settings"))
    return TrainingConfig.from_dict(document)


def read_surroundings(document: Any) -> Surroundings:
    """Return what `asdict` made of surroundings, with no text longer than a line.

    Raises:
        ValueError: it is something else.
    """
    texts = asdict(msgspec.convert(document, Surroundings))
    return Surroundings(**{name: text[:LONGEST_TITLE] for name, text in texts.items()})
