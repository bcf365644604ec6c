"""Trains in a terminal, into the same list of runs as the window."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

from lenet_desktop.data import catalogue
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.stopping import StopRequests
from lenet_desktop.terminal.data_options import open_data
from lenet_desktop.terminal.output import say
from lenet_desktop.terminal.reporting import JsonReporter, TextReporter
from lenet_desktop.terminal.setting_options import read_config, refuse_recipe
from lenet_desktop.terminal.usage import EXIT_FAILURE, EXIT_SUCCESS, UsageError, run_number
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import epochs_named, sentences
from lenet_desktop.training.devices import find_devices
from lenet_desktop.training.events import EpochDone, Event, PredictionsReady, RunDiverged
from lenet_desktop.training.libraries import import_torch
from lenet_desktop.training.validation import best_epoch

if TYPE_CHECKING:
    from lenet_desktop.networks.snapshot import Snapshot
    from lenet_desktop.runs.recorder import RunRecorder
    from lenet_desktop.runs.store import RunStore
    from lenet_desktop.training.checkpoint import Checkpoint

CHECKPOINT_NAME, MODEL_NAME = "checkpoint.safetensors", "model.safetensors"
BEST_NAME = "best.safetensors"
"""The network of the best epoch by validation, beside that of the last one."""


def train(options: argparse.Namespace, cache: Path, kept: Path) -> int:
    """Train a network and print how it learns, epoch by epoch."""
    if options.resume is not None:
        refuse_recipe(options)
    config = read_config(options)
    import_torch()
    from lenet_desktop.runs.opening import open_store
    from lenet_desktop.runs.train_run import train_run

    with StopRequests() as stops, contextlib.ExitStack() as stack:
        store = None
        if not options.no_store or run_number(options.resume) is not None:
            store = stack.enter_context(contextlib.closing(open_store(kept)))
            if store.notice is not None:
                say(store.notice)
        run_id, checkpoint = (None, None) if options.resume is None else _resumed(options, store)
        usual = FolderOptions() if checkpoint is None else FolderOptions.of(checkpoint.config.data)
        chosen = open_data(options, cache, usual)
        if checkpoint is not None:
            config = checkpoint.config
            if checkpoint.caveat:
                say(checkpoint.caveat)
        elif chosen is not None:
            config = read_config(options, chosen.info)
        if chosen is not None and chosen.info.fingerprint != config.data.fingerprint:
            raise UsageError(
                _(
                    "The run goes on with {title} only, and not with {data}: leave --data out."
                ).format(title=config.data.title, data=chosen.info.told_from(config.data))
            )
        data = chosen or catalogue.load_splits(cache, config.data)
        if options.out is not None:
            options.out.mkdir(parents=True, exist_ok=True)
        run = train_run(
            config,
            data,
            store,
            find_devices(),
            checkpoint=checkpoint,
            run_id=run_id,
            title=options.name or "",
            file=None if options.out is None else options.out / CHECKPOINT_NAME,
        )
        if checkpoint is not None and options.learning_rate is not None:
            run.learning_rate.change(options.learning_rate)
        with stops.held():
            last, best = _print(run.events, options, stops)
            _close(last, best, run.recorder, options)
            _say_unkept(run.recorder)
        if run.recorder.latest is None or not run.recorder.latest.is_finished:
            stops.check()
    return EXIT_SUCCESS if run.recorder.reason is None else EXIT_FAILURE


def _say_unkept(recorder: RunRecorder) -> None:
    """Say what is not kept of a run, if anything."""
    from lenet_desktop.runs.hindrance import Remedy

    unkept = recorder.unkept
    if unkept is None:
        return
    name = _("The run")
    if recorder.run_id is not None:
        name = _("Run {number}").format(number=recorder.run_id)
    lost = (
        _("What it had learned after {epochs} could not be kept ({reason}).")
        if unkept.network is None
        else _("Where it stands after {epochs} could not be kept ({reason}).")
    ).format(epochs=epochs_named(unkept.epochs), reason=unkept.hindrance.reason)
    advice = (
        _("Make room on the disk, or save the network with --out to another one.")
        if unkept.hindrance.remedy is Remedy.ROOM
        else _(
            "See that the folder of runs is there and can be written to, or save the network with "
            "--out elsewhere."
        )
    )
    say(sentences([_("{name} is incomplete.").format(name=name), lost, advice]))


def _print(
    events: Generator[Event, None, None], options: argparse.Namespace, stops: StopRequests
) -> tuple[Event | None, Snapshot | None]:
    """Print events until they end or somebody stops the run.

    Returns:
        The last one, and the network of the best epoch by validation, if it was told here.
    """
    reporter = JsonReporter() if options.jsonl else TextReporter()
    last: Event | None = None
    best: Snapshot | None = None
    epochs: list[EpochDone] = []
    # Whatever happens, the run ends before its list.
    with contextlib.closing(events), contextlib.closing(reporter):
        for event in events:
            last = event
            if isinstance(event, EpochDone):
                epochs.append(event)
            elif isinstance(event, PredictionsReady) and event.snapshot is not None:
                is_best = event.snapshot.epoch == best_epoch(epochs)
                best = event.snapshot if is_best else best
            if stops.number is not None:  # before printing: the terminal may be gone
                break
            reporter.show(event)
    return last, best


def _close(
    last: Event | None, best: Snapshot | None, recorder: RunRecorder, options: argparse.Namespace
) -> None:
    """Save the network if that was asked for, and say how to go on where that is possible."""
    if isinstance(last, RunDiverged):
        raise ConfigError(
            "learning_rate",
            _(
                "The loss is not a number any more: the learning rate {rate} is too high for this "
                "network. Lower it and start again."
            ).format(rate=f"{last.learning_rate:g}"),
        )
    checkpoint = recorder.latest
    if options.out is not None and checkpoint is not None:
        from lenet_desktop.training.network_file import save_model, save_network

        save_model(checkpoint.network, checkpoint.config, options.out / MODEL_NAME)
        if best is not None:
            save_network(best, options.out / BEST_NAME)
            text = _("The best epoch by validation is {epoch}: {file}.")
            say(text.format(epoch=best.epoch, file=options.out / BEST_NAME))
    if checkpoint is None or not checkpoint.is_finished:
        place = options.out / CHECKPOINT_NAME if options.out else recorder.run_id
        text = _("Stopped.") if place is None else _("Stopped. Go on with {command}.")
        say(text.format(command=f"--resume {place}"))


def _resumed(options: argparse.Namespace, store: RunStore | None) -> tuple[int | None, Checkpoint]:
    """Return where to go on from, with more epochs planned if they were asked for.

    With it comes the number of the run, None for a file, which becomes a run of its own.
    """
    run_id = run_number(options.resume)
    checkpoint = _found(options.resume, run_id, store)
    if checkpoint.is_stopped_early:
        checkpoint = checkpoint.waiting()
    planned = checkpoint.config.epochs
    if options.epochs is not None and options.epochs < planned:
        raise UsageError(
            _("The run is planned for {planned} epochs: --epochs can only add to them.").format(
                planned=planned
            )
        )
    if options.epochs is not None and options.epochs > planned:
        checkpoint = checkpoint.extended(options.epochs - planned)
    elif checkpoint.is_finished:
        raise UsageError(
            _("The run is finished: plan more than {planned} epochs with --epochs.").format(
                planned=planned
            )
        )
    if options.device is not None:
        checkpoint = checkpoint.moved_to(options.device)
    return run_id, checkpoint


def _found(place: str, run_id: int | None, store: RunStore | None) -> Checkpoint:
    from lenet_desktop.runs.train_run import checkpoint_of
    from lenet_desktop.training.checkpoint_file import load_checkpoint

    if run_id is None or store is None:
        return load_checkpoint(Path(place))
    return checkpoint_of(store, run_id)
