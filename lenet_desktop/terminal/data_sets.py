"""The data sets in a terminal: which there are, and how they come onto this machine."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from lenet_desktop.data.catalogue import TITLES, find, read_named, take_in_by_hand
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.data.known.downloads import download
from lenet_desktop.data.known.originals import ORIGINALS, is_here
from lenet_desktop.data.known.taking_in import TakenIn, take_in
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.data.progress import Progress, result_of
from lenet_desktop.stopping import Stopped, StopRequests
from lenet_desktop.terminal.columns import row
from lenet_desktop.terminal.data_options import add_cache_option
from lenet_desktop.terminal.output import PROGRAM, say, tell, write_json
from lenet_desktop.terminal.reporting import watched
from lenet_desktop.terminal.usage import EXIT_FAILURE, EXIT_SUCCESS, OneSentenceParser
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import listed

Result = TypeVar("Result")
_LINE = "{:16} {:20} {:12} {}"
_HEADINGS = (marked("name"), marked("title"), marked("state"), marked("where from"))
_REPORTED_EACH_S = 0.5


def add_data_actions(parser: argparse.ArgumentParser) -> None:
    """Add what can be done with data sets."""
    _add_common_options(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=OneSentenceParser)
    getting = actions.add_parser("get", help=_("download a data set"))
    getting.add_argument("name", choices=TITLES, metavar="NAME", help=", ".join(TITLES))
    adding = actions.add_parser(
        "add", help=_("take in files that are on this machine, known by their content")
    )
    adding.add_argument(
        "place",
        type=Path,
        metavar="FOLDER",
        help=_("idx, gz, bz2 or zip files, or a folder of them"),
    )
    for action in (getting, adding):  # what was said before stays where it is not said again
        _add_common_options(action, default=argparse.SUPPRESS)


def _add_common_options(parser: argparse.ArgumentParser, **default: Any) -> None:
    add_cache_option(parser, **default)
    parser.add_argument("--jsonl", action="store_true", help=_("print lines of JSON"), **default)


def manage_data(options: argparse.Namespace, cache: Path) -> int:
    """List the data sets, download one, or take in files of one."""
    with StopRequests():
        match options.action:
            case "get":
                return _get(options, cache)
            case "add":
                return _add(options, cache)
            case _:
                _list(options, cache)
                return EXIT_SUCCESS


def _list(options: argparse.Namespace, cache: Path) -> None:
    rows = [*_known(cache), *_own(cache)]
    if options.jsonl:
        for values in rows:
            write_json(values)
        return
    tell(row(_LINE, map(_, _HEADINGS)))
    for values in rows:
        tell(row(_LINE, values.values()))


def _known(cache: Path) -> Iterator[dict[str, str]]:
    for key, title in TITLES.items():
        original = ORIGINALS.get(key)
        state = _("here") if is_here(key, cache) else _("not here")
        source = _("comes with the program") if original is None else original.words
        yield {"name": key, "title": title, "state": state, "source": source}


def _own(cache: Path) -> Iterator[dict[str, str]]:
    for info in PreparedSets(cache).infos():
        if info.key not in TITLES:
            source = _("own: {form}").format(form=info.form)
            yield {"name": "", "title": info.title, "state": _("here"), "source": source}


def _get(options: argparse.Namespace, cache: Path) -> int:
    name = options.name
    for sentence in take_in_by_hand(name, cache):
        say(sentence)
    if is_here(name, cache):
        say(_("{title} is here already.").format(title=TITLES[name]))
    else:
        try:
            _heard(download(name, cache), options)
        except Stopped:
            text = _("Stopped. Go on with {command}.")
            say(text.format(command=f"{PROGRAM} data get {name}"))
            raise
    _tell_of(read_named(name, cache), options)
    return EXIT_SUCCESS


def _add(options: argparse.Namespace, cache: Path) -> int:
    taken: TakenIn = _heard(take_in(options.place, cache), options)
    for notice in taken.notices:
        say(notice)
    for key in taken.keys:
        _tell_of(read_named(key, cache), options)
    if taken.own is not None:
        _tell_of(find(taken.own, cache), options)
        text = _("Train on it with {command}.")
        say(text.format(command=f"{PROGRAM} train --data {options.place}"))
    return EXIT_SUCCESS if taken.keys or taken.own else EXIT_FAILURE


def _heard(stream: Generator[Progress, None, Result], options: argparse.Namespace) -> Result:
    """Let work go on to its end, and show how far it is."""
    if not options.jsonl:
        return watched(stream, "B")
    last = -_REPORTED_EACH_S

    def hear(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= _REPORTED_EACH_S:
            last = time.monotonic()
            write_json({"event": "progress", **asdict(progress)})

    with contextlib.closing(stream):
        return result_of(stream, hear)


def _tell_of(parts: Mapping[Split, ImageSet], options: argparse.Namespace) -> None:
    """Say of a data set what is in it; it was read, so that what is wrong with it was told."""
    info, notice = parts[Split.TRAIN].info, parts[Split.TRAIN].notice
    if notice is not None:
        say(notice)
    if options.jsonl:
        counts = {split.word: len(parts[split]) for split in Split}  # in English, as all JSON is
        known = {name: getattr(info, name) for name in ("key", "title", "class_names", "side")}
        write_json({"event": "data_ready", **known, "images": counts, "from": info.source})
    else:
        text = _("{title}: {images}, {form}.")
        images = listed(split.number(len(parts[split])) for split in Split)
        tell(text.format(title=info.title, images=images, form=info.form))
