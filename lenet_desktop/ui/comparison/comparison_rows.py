"""What the table of compared runs says, row by row. Needs no widgets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.settings.config_differences import (
    COMPARED,
    differing_fields,
    setting_name,
    setting_text,
)
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import duration, epochs_named, joined, tidied
from lenet_desktop.ui.runs.run_texts import NOTHING, accuracy_text, epochs_text, status_text


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One row of the table.

    Attributes:
        name: what is compared.
        explanation: a sentence about it; empty where its name says all.
        texts: what each run has.
        is_setting: whether it is a setting, else it is what came of the run.
        differs: whether the runs differ in it.
        best: the columns with the highest figure, where one is better than the others.
    """

    name: str
    explanation: str
    texts: tuple[str, ...]
    is_setting: bool = False
    differs: bool = False
    best: frozenset[int] = frozenset()


def comparison_rows(records: Sequence[RunRecord]) -> list[ComparisonRow]:
    """Return what came of some runs, then all their settings in the order of the form."""
    return _outcomes(records) + _settings(records)


def _outcomes(records: Sequence[RunRecord]) -> list[ComparisonRow]:
    balanced = [record.balanced_accuracy for record in records]
    rows = [
        _row(
            _("State"),
            _("Whether the run is going on, and else how it ended."),
            map(status_text, records),
        ),
        _accuracies(
            _("Best test accuracy"),
            _("The highest share of test images that were right after any epoch."),
            [record.best_accuracy for record in records],
        ),
        _accuracies(
            _("Last test accuracy"),
            _("Share of test images that were right after the last finished epoch."),
            [record.last_accuracy for record in records],
        ),
    ]
    if any(share is not None for share in balanced):
        words = _(
            "Mean over the classes of the share of their test images that were right after the "
            "last finished epoch, so that a rare class counts as much as a frequent one."
        )
        rows.append(_accuracies(_("Balanced accuracy"), words, balanced))
    if any(record.best_epoch for record in records):
        words = _("Share of the images held out that were right after the best epoch by them.")
        shares = [record.validation_accuracy for record in records]
        texts = map(_best_validation, records)
        rows.append(_row(_("Best validation accuracy"), words, texts, shares))
    return [
        *rows,
        _row(
            _("Epochs done"),
            _("How many epochs are finished, of those that are planned."),
            map(epochs_text, records),
        ),
        _row(
            _("Duration"),
            _("How long the run worked, without pauses."),
            (duration(record.elapsed_s) for record in records),
        ),
        _row(_("Computed on"), _("What the run was computed on."), map(_computed_on, records)),
    ]


def _row(
    name: str, explanation: str, texts: Iterable[str], shares: Sequence[float | None] = ()
) -> ComparisonRow:
    told = tuple(texts)
    differs = len(set(told)) > 1
    return ComparisonRow(name, explanation, told, differs=differs, best=_highest(shares))


def _accuracies(name: str, explanation: str, shares: Sequence[float | None]) -> ComparisonRow:
    return _row(name, explanation, map(accuracy_text, shares), shares)


def _settings(records: Sequence[RunRecord]) -> list[ComparisonRow]:
    configs = [record.config for record in records]
    differing = differing_fields(configs)
    return [
        ComparisonRow(
            setting_name(field).capitalize(),
            "",
            tuple(tidied(setting_text(config, field)) for config in configs),
            is_setting=True,
            differs=field in differing,
        )
        for field in COMPARED
    ]


def _best_validation(record: RunRecord) -> str:
    text = accuracy_text(record.validation_accuracy)
    return text if record.best_epoch is None else joined([text, epochs_named([record.best_epoch])])


def _computed_on(record: RunRecord) -> str:
    return tidied(record.surroundings.computed_by) or NOTHING


def _highest(shares: Sequence[float | None]) -> frozenset[int]:
    """Return the places of the highest share, none where all are equal."""
    known = {share for share in shares if share is not None}
    if len(known) < 2:
        return frozenset()
    return frozenset(place for place, share in enumerate(shares) if share == max(known))
