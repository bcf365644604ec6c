"""What a run looks like in a terminal: lines of words, or lines of JSON."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator
from dataclasses import asdict
from typing import Any, NoReturn, TypeVar

import numpy as np
from tqdm import tqdm

from lenet_desktop.data.progress import Progress, result_of
from lenet_desktop.terminal.output import fitted, say, tell, write_json
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.text.wording import joined, one_line
from lenet_desktop.training.events import (
    CheckpointFailed,
    CheckpointRecovered,
    EpochDone,
    Event,
    PredictionsReady,
    RunFinished,
    RunStarted,
    StepsDone,
)

Result = TypeVar("Result")


class Reporter:
    """Prints what goes on; a bar shows how far it is, where somebody can see it move."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None

    def begin(self, total: int, unit: str) -> None:
        """Show the bar, of so many units."""
        self._bar = tqdm(
            total=total,
            unit=unit,
            leave=False,
            disable=None,  # where standard error is no terminal
            file=sys.stderr,
        )

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()


class TextReporter(Reporter):
    """Prints a line an epoch, and a progress bar."""

    def show(self, event: Event) -> None:
        """Print what an event means, if anything."""
        match event:
            case RunStarted():
                tell(_("training on {device}").format(device=event.device.id))
                steps = event.config.epochs * event.steps_per_epoch
                self.begin(steps, pgettext("counted", "step"))
            case StepsDone() if self._bar is not None:
                self._bar.update(len(event.losses))
            case EpochDone():
                with tqdm.external_write_mode(file=sys.stdout):
                    tell(_line(event))
            case RunFinished(reason=reason) if reason:
                with tqdm.external_write_mode(file=sys.stdout):
                    tell(reason)
            case CheckpointFailed():
                with tqdm.external_write_mode(file=sys.stderr):
                    text = _(
                        "The run cannot be kept: {reason}. It goes on, and keeping it is tried "
                        "again after each epoch."
                    )
                    say(text.format(reason=event.reason))
            case CheckpointRecovered():
                with tqdm.external_write_mode(file=sys.stderr):
                    say(_("All of the run is kept again."))


def watched(stream: Generator[Progress, None, Result], unit: str) -> Result:
    """Let work go on to its end, with a bar where somebody can see it move; return what it does.

    Args:
        stream: the work.
        unit: what is counted: "B" for bytes.
    """
    bar: tqdm[NoReturn] = tqdm(
        unit=unit, unit_scale=unit == "B", leave=False, disable=None, file=sys.stderr
    )

    def hear(progress: Progress) -> None:
        bar.total = progress.total or None
        bar.set_description_str(fitted(one_line(progress.words), sys.stderr), refresh=False)
        bar.update(progress.done - bar.n)

    with contextlib.closing(stream), bar:
        return result_of(stream, hear)


class JsonReporter(Reporter):
    """Prints every event but the predictions as a line of JSON, with its name in snake case."""

    def show(self, event: Event) -> None:
        """Print an event."""
        if isinstance(event, PredictionsReady):
            return
        kind = type(event).__name__
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).lstrip("_")
        write_json({"event": name, **asdict(event)}, _plain)


def _line(done: EpochDone) -> str:
    figures = [
        (_("loss {figure}"), done.train_loss, 4),
        (_("train acc {figure}"), done.train_accuracy, 3),
        (_("val loss {figure}"), done.validation_loss, 4),
        (_("val acc {figure}"), done.validation_accuracy, 3),
        (_("test acc {figure}"), done.test_accuracy, 3),
        (_("balanced acc {figure}"), done.balanced_accuracy, 3),
    ]
    return joined(
        [
            _("epoch {number}").format(number=done.epoch),
            *(
                text.format(figure=f"{value:.{places}f}")
                for text, value, places in figures
                if value is not None
            ),
            _("time {seconds} sec").format(seconds=f"{done.elapsed_s:.1f}"),
        ]
    )


def _plain(value: object) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no JSON form")
