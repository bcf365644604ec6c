"""The commands for the terminal: the same engine without a window, and without Qt."""

from __future__ import annotations

import argparse
from pathlib import Path

from lenet_desktop.data import catalogue
from lenet_desktop.stopping import Stopped
from lenet_desktop.terminal.classifying import add_classification_options, classify
from lenet_desktop.terminal.data_options import (
    add_cache_option,
    add_data_option,
    add_folder_options,
)
from lenet_desktop.terminal.data_sets import add_data_actions, manage_data
from lenet_desktop.terminal.evaluating import add_evaluation_options, evaluate_file
from lenet_desktop.terminal.kept_runs import manage_runs
from lenet_desktop.terminal.output import ReaderGoneError, say
from lenet_desktop.terminal.setting_options import add_setting_options
from lenet_desktop.terminal.sweeping import add_sweep_command, manage_sweeps
from lenet_desktop.terminal.training import train
from lenet_desktop.terminal.usage import (
    EXIT_FAILURE,
    EXIT_READER_GONE,
    EXIT_USAGE,
    OneSentenceParser,
    UsageError,
    whole,
)
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import ToldError, sentences, why_not
from lenet_desktop.training.devices import DeviceError


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Add the commands; without one the window opens."""
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=OneSentenceParser
    )
    shared = OneSentenceParser(add_help=False)
    add_cache_option(shared)
    training = commands.add_parser(
        "train",
        parents=[shared],
        help=_("train without a window"),
        description=_("Train a network and print how it learns, epoch by epoch."),
        usage=_("%(prog)s [OPTION ...]"),
    )
    _add_training_options(training)
    sweeping = commands.add_parser(
        "sweep",
        parents=[shared],
        help=_("train many runs that differ in what is varied"),
        description=_(
            "Train many runs that differ in what is varied, or list, show, resume or stop such "
            "sweeps."
        ),
        usage=_(
            "%(prog)s [FILE] [--vary SETTING=VALUES ...] [OPTION ...]\n"
            "       %(prog)s list | show ID | resume ID | stop ID"
        ),
    )
    add_sweep_command(sweeping)
    judging = commands.add_parser(
        "evaluate",
        parents=[shared],
        help=_("judge a saved network"),
        description=_("Judge a saved network on the test images and print how each class fares."),
    )
    add_evaluation_options(judging)
    classifying = commands.add_parser(
        "classify",
        parents=[shared],
        help=_("say what a saved network takes pictures for"),
        description=_("Say what a network takes pictures for, each on a line of its own."),
        usage=_("%(prog)s FILE [FILE ...] [OPTION ...]"),
    )
    add_classification_options(classifying)
    data = commands.add_parser(
        "data",
        help=_("list, get or add data sets"),
        description=_("List the data sets, download one, or take in files of one."),
    )
    add_data_actions(data)
    runs = commands.add_parser(
        "runs",
        parents=[shared],
        help=_("list, report, export, import or delete runs"),
        description=_("List the runs that are kept, or report on, export, import or delete one."),
    )
    actions = runs.add_subparsers(dest="action", metavar="ACTION", parser_class=OneSentenceParser)
    exporting = actions.add_parser("export", help=_("save a run as one zip file"))
    reporting = actions.add_parser("report", help=_("write what came of a run as one HTML file"))
    importing = actions.add_parser("import", help=_("take in a run that was exported"))
    importing.add_argument("file", type=Path, metavar="FILE")
    deleting = actions.add_parser("delete", help=_("delete a run"))
    for action in (exporting, reporting, deleting):
        action.add_argument("id", type=whole, metavar="ID", help=_("its number in the list"))
    for action in (exporting, reporting):
        action.add_argument(
            "file", type=Path, metavar="FILE", help=_("where to; - for standard output")
        )
    for action, does in (
        (exporting, _("put My pictures in, too")),
        (importing, _("take own pictures in, too")),
    ):
        action.add_argument("--own-pictures", action="store_true", help=does)


def _add_training_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--name", metavar="TEXT", help=_("what the run is called in the list of runs")
    )
    parser.add_argument(
        "--no-store", action="store_true", help=_("keep it out of the list of runs")
    )
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help=_("where to save network and checkpoint besides")
    )
    parser.add_argument(
        "--resume",
        metavar="FILE|ID",
        help=_("go on, exactly, from a checkpoint or from a run of the list"),
    )
    parser.add_argument("--jsonl", action="store_true", help=_("print the events as lines of JSON"))
    add_data_option(parser, _("what is learned from"), catalogue.DEFAULT.key)
    add_folder_options(parser)
    add_setting_options(parser)


def run_command(options: argparse.Namespace, cache: Path, kept: Path) -> int:
    """Run a command; return the exit status, 0 only on success.

    Whatever ends it, what it has opened is closed by then, the last thing first.

    Args:
        options: what was read from the command line.
        cache: where data sets are kept, unless the options name another folder.
        kept: where runs are kept.
    """
    try:
        match options.command:
            case "train":
                return train(options, options.cache or cache, kept)
            case "sweep":
                return manage_sweeps(options, options.cache or cache, kept)
            case "evaluate":
                return evaluate_file(options, options.cache or cache)
            case "classify":
                return classify(options, options.cache or cache, kept)
            case "data":
                return manage_data(options, options.cache or cache)
            case _:
                return manage_runs(options, options.cache or cache, kept)
    except Stopped as stopped:
        return stopped.status
    except ReaderGoneError:
        return EXIT_READER_GONE
    except UsageError as error:
        say(str(error))
        return EXIT_USAGE
    except DeviceError as error:
        say(sentences([str(error), _("With --device auto the best one is taken.")]))
        return EXIT_FAILURE
    except ToldError as error:
        say(str(error))
        return EXIT_FAILURE
    except OSError as error:
        text = _("{file} cannot be used: {reason}.")
        reason = why_not(error)
        say(text.format(file=error.filename or _("A file"), reason=reason))
        return EXIT_FAILURE
