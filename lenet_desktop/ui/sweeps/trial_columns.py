"""The columns of the table of trials: what each says, and what it is sorted by.

What is looked for first stands at the left, as a narrow window shows no more than half of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lenet_desktop.analysis.measures import Measure
from lenet_desktop.settings.config import BY_NAME
from lenet_desktop.sweeps.definition import Aim
from lenet_desktop.sweeps.findings import SweepFindings, number_text
from lenet_desktop.sweeps.records import TrialRecord, TrialState
from lenet_desktop.sweeps.scales import choice_text
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import sentences

NOTHING = "\N{EN DASH}"
GOING_ON = "\N{HORIZONTAL ELLIPSIS} "
"""What stands before a figure that may become another yet."""
_STATES = {state: place for place, state in enumerate(TrialState)}
_MEASURES = {
    Aim.ACCURACY: (
        marked("Accuracy"),
        marked(
            "Accuracy on the images held out, after the epoch with the lowest loss; where none "
            "are, on the test images, after the last epoch."
        ),
    ),
    Aim.LOSS: (
        marked("Loss"),
        marked(
            "Loss on the images held out, after the epoch with the lowest loss; where none are, "
            "on the test images, after the last epoch."
        ),
    ),
}
"""What the figures are called that trials are judged by, and what they are."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column says of a trial.

    Attributes:
        title: what it is called.
        explanation: what it means.
        value: what it is sorted by, None where a trial has none.
        text: writes that.
        is_figure: whether it is written to the right.
    """

    title: str
    explanation: str
    value: Callable[[TrialRecord], Any]
    text: Callable[[TrialRecord], str]
    is_figure: bool = True


def columns_for(findings: SweepFindings) -> list[Column]:
    """Return the columns for what a sweep varies and judges by."""
    aim = findings.definition.aim
    columns = [
        Column(
            _("Trial"),
            _("Its number, in the order of proposal."),
            _number,
            lambda t: f"{t.number}",
        )
    ]
    columns.append(_measure_column(aim, judged_by=True))
    columns.append(
        Column(
            _("State"), _("Where it stands."), lambda t: _STATES[t.state], lambda t: t.state.words,
            is_figure=False,
        )
    )  # fmt: skip
    columns += [_setting_column(name) for name in findings.names]
    if findings.definition.seeds > 1:
        columns.append(
            Column(_("Seed"), _("The seed of its run."), lambda t: t.seed, lambda t: f"{t.seed}")
        )
    columns.append(
        Column(
            _("Epochs"),
            _("How many are finished, of those that are planned."),
            lambda t: t.epochs_done,
            lambda t: _("{done} of {planned}").format(
                done=t.epochs_done, planned=t.planned_epochs(findings.definition)
            ),
        )
    )
    columns += [_measure_column(each, judged_by=False) for each in Aim if each is not aim]
    return columns


def _number(trial: TrialRecord) -> int:
    return trial.number


def _setting_column(name: str) -> Column:
    setting = BY_NAME[name]

    def text(trial: TrialRecord) -> str:
        value = trial.settings.get(name)
        if value is None:
            return NOTHING
        return number_text(value) if setting.is_number else choice_text(name, value)

    def value(trial: TrialRecord) -> Any:
        return trial.settings.get(name) if setting.is_number else text(trial)

    title = setting.noun.capitalize()
    return Column(title, setting.help, value, text, is_figure=setting.is_number)


def _measure_column(aim: Aim, *, judged_by: bool) -> Column:
    measure = Measure(aim.value)

    def text(trial: TrialRecord) -> str:
        value = _finite(trial, aim)
        if value is None:
            return NOTHING
        return measure.text(value) if trial.state.is_settled else GOING_ON + measure.text(value)

    title, explanation = map(_, _MEASURES[aim])
    if judged_by:
        explanation = sentences([explanation, _("The trials are judged by it.")])
    return Column(title, explanation, lambda trial: _finite(trial, aim), text)


def spoken(text: str) -> str:
    """Return a cell in words."""
    if text == NOTHING:
        return _("none yet")
    is_going_on = text.startswith(GOING_ON)
    return so_far(text.removeprefix(GOING_ON)) if is_going_on else text


def so_far(value: str) -> str:
    """Say that what a trial came to may become another figure yet."""
    return _("{value} so far").format(value=value)


def _finite(trial: TrialRecord, aim: Aim) -> float | None:
    value = trial.value(aim)
    return value if value is not None and math.isfinite(value) else None
