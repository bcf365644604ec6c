"""What is learned from, as options of the terminal: a data set by its name, or a folder."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lenet_desktop.data import catalogue
from lenet_desktop.data.dataset_info import SIDES
from lenet_desktop.data.folders.folder_images import FolderImages, open_folder
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_scan import scanning
from lenet_desktop.data.images import DataError, DataSplits, ImageSet, Split, as_splits
from lenet_desktop.data.known.originals import is_here
from lenet_desktop.data.known.packed_files import is_of_packed_files
from lenet_desktop.data.known.taking_in import take_in
from lenet_desktop.data.progress import Progress
from lenet_desktop.settings.config import MAX_SEED
from lenet_desktop.terminal.output import PROGRAM, say
from lenet_desktop.terminal.preparation_options import (
    add_preparation_options,
    chosen_preparation,
    given_steps,
)
from lenet_desktop.terminal.reporting import watched
from lenet_desktop.terminal.usage import UsageError, number, whole
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, enumerated, figure, listed, one_line, sentences

Parts = Mapping[Split, ImageSet]
_MOST_EXAMPLES = 3


def _side(text: str) -> int:
    side = whole(text)
    if side not in SIDES:
        raise argparse.ArgumentTypeError(
            _("{side} is no side from {low} to {high} pixels").format(
                side=side, low=SIDES[0], high=SIDES[-1]
            )
        )
    return side


def _share(text: str) -> float:
    share = number(text)
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(_("{text} is no share between 0 and 1").format(text=text))
    return share


def _seed(text: str) -> int:
    seed = whole(text)
    if not 0 <= seed <= MAX_SEED:
        raise argparse.ArgumentTypeError(
            _("{seed} is no number from 0 to {max_seed}").format(
                seed=seed, max_seed=figure(MAX_SEED, ",")
            )
        )
    return seed


_USUAL = FolderOptions()
_OPTIONS: Mapping[str, tuple[str, dict[str, Any], str]] = {
    "side": (
        "--image-side",
        {"type": _side, "metavar": "N"},
        marked("Height and width that pictures are brought to; usually {usual}."),
    ),
    "channels": (
        "--colour",
        {"action": argparse.BooleanOptionalAction},
        marked("Keep the colours; usually pictures become grey."),
    ),
    "can_be_mirrored": (
        "--mirror",
        {"action": argparse.BooleanOptionalAction},
        marked("A mirrored picture is still of its class, so that recipes may mirror them."),
    ),
    "test_share": (
        "--test-share",
        {"type": _share, "metavar": "X"},
        marked(
            "How much of each class is held out for testing, where no folder says so; usually "
            "{usual}."
        ),
    ),
    "seed": (
        "--test-seed",
        {"type": _seed, "metavar": "N"},
        marked("From which that is drawn; usually {usual}."),
    ),
}
"""Of each field of `FolderOptions` its option, how that is read, and what it does."""


def add_cache_option(parser: argparse.ArgumentParser, **default: Any) -> None:
    """Add where data sets are kept."""
    words = _("where data sets are kept")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help=words, **default)


def add_data_option(parser: argparse.ArgumentParser, what: str, usual: str) -> None:
    """Add the data set; `what` says what for, and `usual` which one it is where none is named."""
    parser.add_argument(
        "--data",
        metavar="NAME|FOLDER",
        help=_(
            "{what}: {names}, or a folder with a subfolder of pictures for each class; usually "
            "{usual}"
        ).format(what=what, names=enumerated(catalogue.TITLES), usual=usual),
    )


def add_folder_options(parser: argparse.ArgumentParser) -> None:
    """Add how a folder of pictures becomes a data set."""
    group = parser.add_argument_group(
        _("pictures of one's own"), _("How a folder becomes a data set.")
    )
    for name, (option, how, words) in _OPTIONS.items():
        said = _(words).format(usual=getattr(_USUAL, name))
        group.add_argument(option, dest=f"folder_{name}", help=said, **how)
    add_preparation_options(parser, _("Usually pictures of one's own are scaled, and no more."))


def open_data(
    options: argparse.Namespace, cache: Path, usual: FolderOptions = _USUAL
) -> DataSplits | None:
    """Return what the options name as tensors, None where they name nothing.

    Args:
        options: as they were parsed.
        cache: where data sets are kept.
        usual: how a folder becomes a data set where the options do not say it.

    Raises:
        UsageError: they name nothing that there is.
        DataError: it cannot be read.
    """
    name, given = options.data, _given(options)
    if given and (name is None or name in catalogue.TITLES):
        raise UsageError(
            _("{given} can be said of pictures of one's own only.").format(given=listed(given))
        )
    if name is None:
        return None
    if name in catalogue.TITLES:
        return as_splits(_named(name, cache))
    place = Path(name)
    if not place.exists():
        raise UsageError(
            _("{name} is neither a folder nor the name of a data set. Those are {titles}.").format(
                name=name, titles=listed(catalogue.TITLES)
            )
        )
    if is_of_packed_files(place):
        return as_splits(_packed(place, cache, _chosen(options, usual) if given else None))
    return as_splits(_pictures(place, cache, _chosen(options, usual)))


def _given(options: argparse.Namespace) -> list[str]:
    """Return the options of a folder that are given, where the command has them."""
    if not hasattr(options, "folder_side"):
        return []
    names = [name for name in _OPTIONS if getattr(options, f"folder_{name}") is not None]
    return [*(_OPTIONS[name][0] for name in names), *(f"--{name}" for name in given_steps(options))]


def _chosen(options: argparse.Namespace, usual: FolderOptions) -> FolderOptions:
    if not _given(options):
        return usual
    values = {name: getattr(options, f"folder_{name}") for name in _OPTIONS}
    values = {name: value for name, value in values.items() if value is not None}
    if "channels" in values:
        values["channels"] = 3 if values["channels"] else 1
    return replace(usual, how=chosen_preparation(options, usual.how), **values)


def _named(key: str, cache: Path) -> Parts:
    try:
        return catalogue.read_named(key, cache)
    except DataError as error:
        if is_here(key, cache):
            raise
        text = _("The first is done by {command}.").format(command=f"{PROGRAM} data get {key}")
        raise DataError(sentences([str(error), text])) from error


def _pictures(place: Path, cache: Path, options: FolderOptions) -> Parts:
    def opening() -> Generator[Progress, None, FolderImages]:
        scan = yield from scanning(place)
        return (yield from open_folder(scan, options, cache))

    opened = watched(opening(), "file")
    by_reason = defaultdict(list)
    for path, reason in opened.skipped:
        by_reason[reason].append(path.name)
    for reason, names in by_reason.items():
        examples = listed(map(one_line, names), _MOST_EXAMPLES)
        say(
            counted(
                len(names),
                "{count} file left out, {reason}: {examples}.",
                "{count} files left out, {reason}: {examples}.",
                reason=reason.words,
                examples=examples,
            )
        )
    return opened.parts


def _packed(place: Path, cache: Path, options: FolderOptions | None) -> Parts:
    taken = watched(take_in(place, cache, options), "B")
    for notice in taken.notices:
        say(notice)
    if taken.own is not None:
        return catalogue.find(taken.own, cache)
    if len(taken.keys) != 1:
        what = listed(taken.keys) or _("no whole data set")
        text = _("{place} holds {what}. Name a data set that is whole with --data.")
        raise UsageError(text.format(place=place.name, what=what))
    return catalogue.read_named(taken.keys[0], cache)
