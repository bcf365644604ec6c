"""Says what a saved network takes pictures for."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lenet_desktop.data import catalogue
from lenet_desktop.data.images import DataError
from lenet_desktop.data.pictures.picture_files import (
    MOST_BYTES,
    Picture,
    PictureError,
    png_bytes,
    read_picture,
)
from lenet_desktop.data.pictures.preparation import Prepared, prepare
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.stopping import StopRequests
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.terminal.data_options import add_data_option, open_data
from lenet_desktop.terminal.evaluating import add_computation_options, open_foreign, refuse_given
from lenet_desktop.terminal.output import say, tell, write_json
from lenet_desktop.terminal.preparation_options import add_preparation_options, chosen_preparation
from lenet_desktop.terminal.usage import (
    EXIT_FAILURE,
    EXIT_SUCCESS,
    UsageError,
    run_number,
    whole,
)
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import joined, percent, sentences
from lenet_desktop.training.libraries import import_torch

if TYPE_CHECKING:
    from lenet_desktop.analysis.neighbours import Bytes, Floats
    from lenet_desktop.analysis.unlikeness import Unlikeness
    from lenet_desktop.networks.snapshot import Snapshot

_STANDARD_INPUT = "-"
_TOP = 3
_EMPTY = marked("There is nothing on it but background.")


def add_classification_options(parser: argparse.ArgumentParser) -> None:
    """Add the pictures, the network, the steps from one to the other, and how to print."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help=_("a picture; - for one from standard input")
    )
    parser.add_argument(
        "--model",
        metavar="FILE|ID",
        help=_(
            "a network, as safetensors or ONNX of any program, or a run by its number in the list; "
            "without it the newest finished run"
        ),
    )
    parser.add_argument(
        "--top",
        type=whole,
        default=_TOP,
        metavar="K",
        help=_("how many classes; usually {count}").format(count=_TOP),
    )
    parser.add_argument("--jsonl", action="store_true", help=_("print a line of JSON for each"))
    parser.add_argument(
        "--steps",
        type=Path,
        metavar="FOLDER",
        help=_("where to save what the network reads as PNG"),
    )
    add_preparation_options(
        parser, _("What is not given is done as suits the data that the network has learned.")
    )
    add_data_option(
        parser, _("what a network of another program has learned"), catalogue.DEFAULT.key
    )
    add_computation_options(parser)


@dataclass(frozen=True, slots=True, eq=False)
class _Classified:
    """What came of a picture."""

    file: str
    names: tuple[str, ...]
    probabilities: Floats
    unlikeness: Unlikeness | None
    notes: tuple[str, ...]
    is_empty: bool

    def best(self, count: int) -> list[tuple[str, float]]:
        order = (-self.probabilities).argsort(kind="stable")[:count]
        return [(self.names[label], float(self.probabilities[label])) for label in order]

    def as_line(self, count: int) -> str:
        likeliest = joined(f"{name} {percent(share)}" for name, share in self.best(count))
        more = [_(_EMPTY)] if self.is_empty else []
        if self.unlikeness is not None and self.unlikeness.is_unlike:
            more.append(self.unlikeness.sentence)
        if not more:
            return f"{self.file}: {likeliest}"
        told = sentences([_("{answers}.").format(answers=likeliest), *more])
        return f"{self.file}: {told}"

    def as_dict(self) -> dict[str, Any]:
        found = self.unlikeness
        return {
            "file": self.file,
            "class": self.best(1)[0][0],
            "probabilities": dict(zip(self.names, self.probabilities.tolist(), strict=True)),
            "unlikeness": None if found is None else found.share,
            "is_unlike": None if found is None else found.is_unlike,
            "notes": self.notes,
        }


def classify(options: argparse.Namespace, cache: Path, kept: Path) -> int:
    """Say what a network takes pictures for, each on a line of its own."""
    if options.top < 1:
        raise UsageError(_("--top takes a number from 1 on."))
    import_torch()
    with StopRequests():
        snapshot = _find_network(options, cache, kept)
        info = snapshot.config.data
        how = chosen_preparation(options, info.preparation)
        ask = _asking(snapshot, cache)
        status = EXIT_SUCCESS
        for position, file in enumerate(options.files, start=1):
            try:
                picture = _read(file)
            except PictureError as error:
                say(str(error))
                status = EXIT_FAILURE
                continue
            prepared = prepare(picture.pixels, info.side, info.channels, how)
            if options.steps is not None:
                _save_steps(prepared, options.steps, f"{position}-{Path(file).stem or 'input'}")
            notes = (
                *picture.notes,
                *(step.words for step in prepared.steps),
                *([_(_EMPTY)] if prepared.is_empty else []),
            )
            found = _Classified(
                file, info.class_names, *ask(prepared.pixels), notes, prepared.is_empty
            )
            if options.jsonl:
                write_json(found.as_dict())
            else:
                tell(found.as_line(options.top))
    return status


def _read(file: str) -> Picture:
    if file != _STANDARD_INPUT:
        return read_picture(Path(file))
    if sys.stdin.isatty():
        raise PictureError(_("A picture cannot be typed: pass it on with “|”, or with “<”."))
    return read_picture(sys.stdin.buffer.read(MOST_BYTES + 1), _("Standard input"))


def _save_steps(prepared: Prepared, folder: Path, name: str) -> None:
    """Save what came of each step, and last what the network reads."""
    for number, step in enumerate(prepared.steps, start=1):
        write_atomically(folder / f"{name}-step-{number}.png", png_bytes(step.pixels))
    write_atomically(folder / f"{name}.png", png_bytes(prepared.picture))


def _find_network(options: argparse.Namespace, cache: Path, kept: Path) -> Snapshot:
    """Return the network that is asked, and say which it is where nobody has named a file."""
    run_id = run_number(options.model)
    if options.model is not None and run_id is None:
        return _open_file(Path(options.model), options, cache)
    refuse_given(options, _("A run of the list"))
    if options.data is not None:
        raise UsageError(_("A run of the list says itself what it has learned: leave --data out."))
    with contextlib.closing(open_store(kept)) as store:
        if store.notice is not None:
            say(store.notice)
        return _of_run(store, _newest_finished(store) if run_id is None else run_id)


def _open_file(path: Path, options: argparse.Namespace, cache: Path) -> Snapshot:
    from lenet_desktop.export.model_files import read_model
    from lenet_desktop.networks.snapshot import Snapshot

    chosen = open_data(options, cache)
    stored = read_model(path, catalogue.DEFAULT if chosen is None else chosen.info)
    if stored.config is None:
        data = chosen or catalogue.load_splits(cache, catalogue.DEFAULT)
        return open_foreign(stored, data.train, options).snapshot
    refuse_given(options, path.name)
    if chosen is not None:
        raise UsageError(
            _("{name} says itself what it has learned: leave --data out.").format(name=path.name)
        )
    return Snapshot.of(stored.config, stored.epochs_done or 0, stored.weights)


def _newest_finished(store: RunStore) -> int:
    finished = (run.id for run in store.records() if run.status is RunStatus.FINISHED)
    run_id = next(finished, None)
    if run_id is None:
        raise UsageError(_("No finished run is kept: name a network with --model."))
    return run_id


def _of_run(store: RunStore, run_id: int) -> Snapshot:
    from lenet_desktop.runs.reading import read_run

    opened = read_run(store, run_id)
    name = opened.record.quoted_name
    if not opened.snapshots:
        raise UsageError(
            _("No network of {name} is kept: name another one with --model.").format(name=name)
        )
    snapshot = opened.snapshots[-1]
    say(
        _("The network is that of {name} after epoch {epoch}.").format(
            name=name, epoch=snapshot.epoch
        )
    )
    return snapshot


def _asking(snapshot: Snapshot, cache: Path) -> Callable[[Bytes], tuple[Floats, Unlikeness | None]]:
    """Return what answers with probabilities, and how unlike the training images an image is."""
    import torch

    from lenet_desktop.analysis.inspection import Asked
    from lenet_desktop.analysis.neighbours import FeatureBankBuilder
    from lenet_desktop.export.model_opening import TOO_LARGE

    asked = Asked(snapshot)
    try:
        data = catalogue.load_splits(cache, snapshot.config.data)
    except DataError as error:
        text = _("Whether a picture is unlike the training images cannot be told.")
        say(sentences([text, str(error)]))
        builder = None
    else:
        builder = FeatureBankBuilder(snapshot, data.train)
        while not builder.is_complete:
            builder.advance()
        while builder.compare(data.test):
            pass

    def ask(pixels: Bytes) -> tuple[Floats, Unlikeness | None]:
        probabilities = asked.probabilities(pixels)
        if not np.isfinite(probabilities).all():
            raise CheckpointError(_(TOO_LARGE))
        bank = None if builder is None else builder.bank()
        unlikeness = None
        if builder is not None and bank is not None and bank.scale is not None:
            features = builder.features(torch.tensor(pixels)[np.newaxis])[0]
            unlikeness = bank.scale.place(features)
        return probabilities, unlikeness

    return ask
