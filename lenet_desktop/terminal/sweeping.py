"""Many runs from a terminal: begin a sweep, go on with one, look at what came of it."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lenet_desktop.export.optional_packages import MissingPackageError
from lenet_desktop.runs.opening import open_store
from lenet_desktop.stopping import StopRequests
from lenet_desktop.sweeps.events import SweepChanged
from lenet_desktop.sweeps.executor import ExecutorError
from lenet_desktop.sweeps.records import SweepState, TrialState, best_trial
from lenet_desktop.terminal.columns import row
from lenet_desktop.terminal.kept_runs import shortened
from lenet_desktop.terminal.output import PROGRAM, say, tell, write_json
from lenet_desktop.terminal.sweep_options import (
    add_sweep_options,
    asked_options,
    read_sweep,
    repeated,
)
from lenet_desktop.terminal.sweep_reporting import (
    SweepJsonReporter,
    SweepTextReporter,
    asked_for,
    outcome,
    sweep_values,
    trial_line,
    trial_values,
)
from lenet_desktop.terminal.usage import EXIT_FAILURE, EXIT_SUCCESS, UsageError, whole
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import figure, listed, moment, one_line, sentences

if TYPE_CHECKING:
    from lenet_desktop.sweeps.definition import SweepDefinition
    from lenet_desktop.sweeps.events import SweepEvent
    from lenet_desktop.sweeps.executor import Executor
    from lenet_desktop.sweeps.records import SweepRecord
    from lenet_desktop.sweeps.store import SweepStore

_MOST_WORKERS = 1_024
_NONE_YET = marked(
    "No sweep is kept yet. Begin one, as with {program} sweep --vary learning_rate=log:0.01:1 "
    "--trials 20 --epochs 3."
)
_LINE = "{:>4}  {:24} {:12} {:>11} {:>8}  {:16}  {}"
_HEADINGS = (
    marked("id"), marked("name"), marked("state"), marked("trials"), marked("best"),
    marked("started"), marked("asked for"),
)  # fmt: skip


def add_sweep_command(parser: argparse.ArgumentParser) -> None:
    """Add what to do with which sweep, where it is computed, and all that it can be asked for."""
    parser.add_argument(
        "what",
        nargs="?",
        metavar="FILE|ACTION",
        help=_("a TOML file that says what is wanted; or list, show, resume or stop"),
    )
    parser.add_argument(
        "id", nargs="?", type=whole, metavar="ID", help=_("the sweep to show, resume or stop")
    )
    parser.add_argument("--name", metavar="TEXT", help=_("what the sweep is called in the list"))
    parser.add_argument("--jsonl", action="store_true", help=_("print the events as lines of JSON"))
    where = parser.add_argument_group(
        _("where it is computed"), _("Usually on all cores of this machine.")
    )
    where.add_argument(
        "--workers", type=whole, metavar="N", help=_("how many processes of this machine compute")
    )
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help=_(
            "have the workers of a Dask scheduler compute, as tcp://HOST:8786; resume knows it "
            "from before"
        ),
    )
    add_sweep_options(parser)


def manage_sweeps(options: argparse.Namespace, cache: Path, kept: Path) -> int:
    """Train many runs that differ in what is varied, or list, show, resume or stop such sweeps."""
    _check_place(options)
    with StopRequests() as stops, contextlib.closing(open_store(kept)) as store:
        from lenet_desktop.sweeps.store import SweepStore

        if store.notice is not None:
            say(store.notice)
        sweeps = SweepStore(store)
        action = options.what
        if action is None and not asked_options(options):
            action = "list"
        match action:
            case "show":
                _show(sweeps, _chosen(options, sweeps), options)
            case "stop":
                _stop(sweeps, _chosen(options, sweeps))
            case "resume":
                sweep = _chosen(options, sweeps)
                _refuse_finished(sweep)
                return _resume(sweep, sweeps, options, cache, stops)
            case "list":
                if options.id is not None:
                    raise UsageError(
                        _("list tells of all sweeps: leave {id} out, or ask for show {id}.").format(
                            id=options.id
                        )
                    )
                _list(sweeps, options)
            case _:
                definition, scheduler = _asked(options, sweeps, cache), options.scheduler or ""
                begin = partial(sweeps.add, definition, options.name or "", scheduler)
                return _race(begin, sweeps, options, cache, stops)
    return EXIT_SUCCESS


def _check_place(options: argparse.Namespace) -> None:
    if options.workers is not None and options.scheduler is not None:
        raise UsageError(
            _(
                "Workers of a scheduler are started where they are to compute, by dask "
                "worker: leave --workers or --scheduler out."
            )
        )
    if options.workers is not None and not 1 <= options.workers <= _MOST_WORKERS:
        raise UsageError(
            _("--workers must be from 1 to {most}.").format(most=figure(_MOST_WORKERS, ","))
        )


def _asked(options: argparse.Namespace, sweeps: SweepStore, cache: Path) -> SweepDefinition:
    """Return what a new sweep is to be."""
    if options.repeat is not None:
        return repeated(sweeps.runs.record(options.repeat).config, options)
    return read_sweep(options, cache)


def _chosen(options: argparse.Namespace, sweeps: SweepStore) -> SweepRecord:
    """Return the sweep that is named, by default the newest one."""
    asked = asked_options(options)
    if asked:
        raise UsageError(
            _("A sweep keeps what it was asked for: leave {asked} out.").format(asked=listed(asked))
        )
    if options.id is not None:
        return sweeps.sweep(options.id)
    every = sweeps.sweeps()
    if not every:
        raise UsageError(_(_NONE_YET).format(program=PROGRAM))
    return every[0]


def _refuse_finished(sweep: SweepRecord) -> None:
    if sweep.state is SweepState.FINISHED:
        raise UsageError(_("{name} is finished.").format(name=sweep.quoted_name))


def _resume(
    sweep: SweepRecord,
    sweeps: SweepStore,
    options: argparse.Namespace,
    cache: Path,
    stops: StopRequests,
) -> int:
    """Go on with a sweep where it was computed so far, unless the options name another place."""
    is_told = options.scheduler is not None or options.workers is not None
    if sweep.scheduler and not is_told:
        options.scheduler = sweep.scheduler
    begin = partial(sweeps.set_scheduler, sweep.id, options.scheduler or "")
    try:
        return _race(begin, sweeps, options, cache, stops)
    except (ExecutorError, MissingPackageError) as error:
        if is_told or not sweep.scheduler:
            raise
        advice = _(
            "{name} was trained by the workers of {scheduler}: name another one with "
            "--scheduler ADDRESS, or have this machine go on with --workers N."
        ).format(name=sweep.quoted_name, scheduler=one_line(sweep.scheduler))
        raise ExecutorError(sentences([str(error), advice])) from error


def _race(
    begin: Callable[[], SweepRecord],
    sweeps: SweepStore,
    options: argparse.Namespace,
    cache: Path,
    stops: StopRequests,
) -> int:
    """Go on with a sweep until it is done or somebody stops it, and print what comes of it.

    It begins once there is somebody to compute it, so that nothing is left of it otherwise.
    """
    from lenet_desktop.sweeps.race import race

    reporter = SweepJsonReporter() if options.jsonl else SweepTextReporter()
    with contextlib.closing(executor_for(options, sweeps, cache)) as executor, stops.held():
        sweep = begin()
        is_told = False
        try:
            is_told = _report(race(sweeps, sweep.id, executor), reporter, stops)
        finally:
            sweep = sweeps.sweep(sweep.id)
            if options.jsonl and not is_told:
                reporter.show(SweepChanged(sweep, executor.capacity))
            if sweep.state is SweepState.FAILED:  # which an error goes on to tell of
                _tell_resuming(sweep)
    if not options.jsonl:
        _tell_outcome(sweeps, sweep)
    _tell_resuming(sweep)
    stops.check()
    has_come_to_something = sweep.counts.keys() - {TrialState.FAILED}
    is_done = sweep.state is SweepState.FINISHED and has_come_to_something
    return EXIT_SUCCESS if is_done else EXIT_FAILURE


def _report(
    events: Generator[SweepEvent | None, None, None],
    reporter: SweepJsonReporter | SweepTextReporter,
    stops: StopRequests,
) -> bool:
    """Print what happens in a race; return whether it came to its end, having told of that."""
    with contextlib.closing(events), contextlib.closing(reporter):
        for event in events:
            if stops.number is not None:  # before printing: the terminal may be gone
                return False
            if event is not None:
                reporter.show(event)
    return True


def _tell_resuming(sweep: SweepRecord) -> None:
    if sweep.state.can_go_on:
        text = _("{name} goes on with {command}.")
        say(text.format(name=sweep.quoted_name, command=_resuming(sweep)))


def _resuming(sweep: SweepRecord) -> str:
    return f"{PROGRAM} sweep resume {sweep.id}"


def executor_for(options: argparse.Namespace, sweeps: SweepStore, cache: Path) -> Executor:
    """Return who trains the trials: other machines, or processes of this one."""
    if options.scheduler is not None:
        from lenet_desktop.sweeps.dask_executor import DaskExecutor

        return DaskExecutor(options.scheduler, sweeps.runs.folder, cache)
    from lenet_desktop.sweeps.processes import Layout, ProcessExecutor

    layout = None if options.workers is None else Layout(options.workers, 1)
    return ProcessExecutor(sweeps.runs.folder, cache, layout)


def _stop(sweeps: SweepStore, sweep: SweepRecord) -> None:
    """Have a sweep end, also one that goes on in another window or terminal."""
    _refuse_finished(sweep)
    was_running = sweep.state is SweepState.RUNNING
    sweeps.set_state(sweep.id, SweepState.STOPPED)
    text = (
        _("{name} ends after the steps under way. It goes on with {command}.")
        if was_running
        else _("{name} is stopped. It goes on with {command}.")
    )
    say(text.format(name=sweep.quoted_name, command=_resuming(sweep)))


def _show(sweeps: SweepStore, sweep: SweepRecord, options: argparse.Namespace) -> None:
    trials, run_ids = sweeps.trials(sweep.id), sweeps.run_ids(sweep.id)
    if options.jsonl:
        write_json(sweep_values(sweep))
        for trial in trials:
            write_json(trial_values(trial, run_ids.get(trial.number)))
        return
    text = _("{sweep}: {asked_for}")
    tell(text.format(sweep=sweep.name, asked_for=asked_for(sweep.definition)))
    if sweep.scheduler:
        text = _("It is trained by the workers of {scheduler}.")
        tell(text.format(scheduler=one_line(sweep.scheduler)))
    for trial in trials:
        tell(trial_line(trial, sweep.definition, run_ids.get(trial.number)))
    _tell_outcome(sweeps, sweep)
    _tell_resuming(sweep)


def _tell_outcome(sweeps: SweepStore, sweep: SweepRecord) -> None:
    from lenet_desktop.sweeps.findings import SweepFindings

    others = [
        SweepFindings(each.definition, sweeps.trials(each.id))
        for each in sweeps.sweeps()
        if not each.definition.vary
    ]
    for line in outcome(sweep, sweeps.trials(sweep.id), sweeps.run_ids(sweep.id), others):
        tell(line)


def _list(sweeps: SweepStore, options: argparse.Namespace) -> None:
    every = sweeps.sweeps()
    if options.jsonl:
        for sweep in every:
            write_json(sweep_values(sweep))
        return
    if not every:
        say(_(_NONE_YET).format(program=PROGRAM))
        return
    tell(row(_LINE, map(_, _HEADINGS)))
    for sweep in every:
        tell(row(_LINE, _cells(sweeps, sweep)))


def _cells(sweeps: SweepStore, sweep: SweepRecord) -> tuple[str, ...]:
    definition = sweep.definition
    best = best_trial(sweeps.trials(sweep.id), definition.aim)
    value = None if best is None else best.value(definition.aim)
    return (
        str(sweep.id),
        shortened(f"{'*' if sweep.starred else ''}{sweep.name}"),
        sweep.state.words,
        f"{sweep.settled}/{definition.runs}",
        "-" if value is None else f"{value:.4f}",
        moment(sweep.created_at),
        asked_for(definition),
    )
