"""Writes what came of a run as one HTML file, which needs nothing else and prints well."""

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from lenet_desktop import assets
from lenet_desktop.analysis.history import History
from lenet_desktop.analysis.queries import Query, Show, Sort, select
from lenet_desktop.data.images import Bytes, ImageSet
from lenet_desktop.export.line_chart import Line, chart
from lenet_desktop.export.matrix_chart import matrix_chart, table_fits
from lenet_desktop.networks.predictions import (
    Numbers,
    PredictionSet,
    confused_pairs,
    precisions,
    recalls,
)
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.config_differences import (
    COMPARED,
    recipe_text,
    setting_name,
    setting_text,
)
from lenet_desktop.text.language import _, language
from lenet_desktop.text.wording import counted, duration, figure, joined, percent, tidied, whole
from lenet_desktop.training.events import EpochDone

_TRAIN, _TEST, _VALIDATION, _QUIET = "#0072b2", "#b37400", "#009e73", "#59626e"
_HEAT = (212, 104, 26)
_STRONGEST = 0.6
"""How much of the colour the fullest cell has, on which dark figures can still be read."""
_MOST_ROWS, _MOST_PAIRS, _MOST_MISTAKES = 30, 12, 24


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunReport:
    """What a report tells.

    Attributes:
        name: what the run is called.
        note: what a person wrote about it.
        history: what it has told; it has begun.
        remarks: sentences about how it ended.
        surroundings: where and with what it was computed, by what each is called.
        predictions: what it took each test image for after its last epoch, None where that is not
            kept.
        images: these test images, None where they are not on this machine.

    Raises:
        ValueError: the images are not those of the predictions.
    """

    name: str
    note: str
    history: History
    remarks: Sequence[str]
    surroundings: Mapping[str, str]
    predictions: PredictionSet | None
    images: ImageSet | None

    def __post_init__(self) -> None:
        if self.history.started is None:
            raise ValueError("The run has not begun.")
        images, predictions = self.images, self.predictions
        if None not in (images, predictions) and len(images or ()) != len(predictions or ()):
            raise ValueError("The images are not those of the predictions.")

    @property
    def config(self) -> TrainingConfig:
        """What the run was asked to do."""
        assert self.history.started is not None  # noqa: S101  looked at above
        return self.history.started.config


def report_html(report: RunReport) -> str:
    """Return the report as a whole HTML document, with all of its pictures in it."""
    config, history = report.config, report.history
    found: dict[str, Any] = {"matrix": None, "mistakes": []}
    if report.predictions is not None:
        found = _mistakes(report, report.predictions)
    html: str = _template().render(
        name=tidied(report.name),
        note=report.note.strip(),
        recipe=_capitalised(recipe_text(config)),
        figures=list(_figures(history)),
        remarks=report.remarks,
        loss_chart=_svg(chart(_loss_lines(history), x_title=_("epoch"), y_title=_("loss (nats)"))),
        loss_words=_("Loss over the epochs; the table below has the figures."),
        accuracy_chart=_svg(
            chart(_accuracy_lines(history), x_title=_("epoch"), y_title=_("accuracy"), percent=True)
        ),
        accuracy_words=_("Accuracy over the epochs; the table below has the figures."),
        epochs=_epochs(history),
        settings=[
            (_capitalised(setting_name(field)), setting_text(config, field)) for field in COMPARED
        ],
        surroundings=[*_about_data(config), *report.surroundings.items()],
        **found,
    )
    return html


class _Figure(NamedTuple):
    value: str
    words: str


def _figures(history: History) -> Iterator[_Figure]:
    if history.epochs:
        last = history.epochs[-1]
        if last.test_accuracy is None:
            yield _Figure(_("not judged yet"), _("on the test images"))
        else:
            yield _Figure(percent(last.test_accuracy), _("of the test images right"))
        if last.balanced_accuracy is not None:
            yield _Figure(percent(last.balanced_accuracy), _("balanced over the classes"))
    yield _Figure(
        str(len(history.epochs)),
        counted(history.planned_epochs, "of {count} epoch", "of {count} epochs"),
    )
    yield _Figure(duration(history.elapsed_s), _("of work"))
    if history.started is not None:
        yield _Figure(whole(history.started.parameter_count), _("weights"))


def _loss_lines(history: History) -> list[Line]:
    x, train = history.series("train_loss")
    test_x, test = history.series("test_loss")
    held_x, held = history.series("validation_loss")
    return [
        Line(
            x=history.step_epochs, y=history.step_losses, name="", colour="#b7cfe2", width=1,
        ),
        Line(x=x, y=train, name=_("training"), colour=_TRAIN, dots=True),
        Line(x=test_x, y=test, name=_("test"), colour=_TEST, dots=True),
        Line(x=held_x, y=held, name=_("validation"), colour=_VALIDATION, dashes="6 3", dots=True),
    ]  # fmt: skip


def _accuracy_lines(history: History) -> list[Line]:
    x, train = history.series("train_accuracy")
    test_x, test = history.series("test_accuracy")
    held_x, held = history.series("validation_accuracy")
    lines = [
        Line(x=x, y=train, name=_("training"), colour=_TRAIN, dots=True),
        Line(x=test_x, y=test, name=_("test"), colour=_TEST, dots=True),
        Line(x=held_x, y=held, name=_("validation"), colour=_VALIDATION, dashes="6 3", dots=True),
    ]
    info = history.started.config.data if history.started else None
    if info is not None and len(x):
        ends = np.array([0.0, x[-1]])
        chance = np.full(2, info.chance_accuracy)
        lines.append(Line(x=ends, y=chance, name=_("chance"), colour=_QUIET, dashes="2 4", width=1))
    return lines


def _epochs(history: History) -> dict[str, Any]:
    """Return the table of epochs: all of a short run, and the first and last of a long one."""
    headings = [_("epoch"), _("training loss"), _("test loss"), _("training"), _("test")]
    if history.holds_out:
        headings += [_("validation loss"), _("validation")]
    rows = [_epoch_row(done, history.holds_out) for done in history.epochs]
    left_out = len(rows) - _MOST_ROWS
    if left_out > 0:
        half = _MOST_ROWS // 2
        rows = [*rows[:half], ["…"] + [""] * (len(headings) - 1), *rows[-half:]]
    told = counted(
        left_out, "{count} epoch in between left out.", "{count} epochs in between left out."
    )
    return {"headings": headings, "rows": rows, "left_out": told if left_out > 0 else ""}


def _epoch_row(done: EpochDone, holds_out: bool) -> list[str]:
    row = [
        str(done.epoch),
        _loss(done.train_loss),
        _loss(done.test_loss),
        _share(done.train_accuracy),
        _share(done.test_accuracy),
    ]
    if holds_out:
        row += [_loss(done.validation_loss), _share(done.validation_accuracy)]
    return row


def _mistakes(report: RunReport, predictions: PredictionSet) -> dict[str, Any]:
    """Return what the template shows of the predictions."""
    names, counts = predictions.info.class_names, predictions.confusion
    totals = counts.sum(axis=1)
    return {
        "matrix": _matrix(predictions),
        "pairs": [
            (names[true], names[taken], whole(count), percent(count / int(totals[true])))
            for true, taken, count in confused_pairs(counts, _MOST_PAIRS)
        ],
        "classes": [
            (name, whole(total), _share(recall), _share(precision))
            for name, total, recall, precision in zip(
                names, totals.tolist(), recalls(counts), precisions(counts), strict=True
            )
        ],
        "mistakes": [] if report.images is None else list(_worst(predictions, report.images)),
    }


def _matrix(predictions: PredictionSet) -> dict[str, Any]:
    """Return the matrix as a table, or as a picture of it where a table is wider than a page."""
    names, counts = predictions.info.class_names, predictions.confusion
    cells = [_cells(row) for row in counts]
    found: dict[str, Any] = {
        "words": _(
            "The {count} test images after epoch {epoch}: a row for each true class, a column "
            "for what the network said."
        ).format(count=whole(len(predictions)), epoch=predictions.epoch),
        "classes": names,
        "rows": [{"name": name, "cells": row} for name, row in zip(names, cells, strict=True)],
        "chart": None,
    }
    if not table_fits(names):
        shades = [[cell["shade"] for cell in row] for row in cells]
        drawn, found["height"] = matrix_chart(names, counts.tolist(), shades)
        found["chart"] = _svg(drawn)
    return found


def _cells(row: Numbers) -> list[dict[str, str]]:
    """Return the cells of a row of the matrix, shaded by their share of it."""
    total = max(1, int(row.sum()))
    return [
        {
            "text": whole(count) if count else "·",
            "shade": "#"
            + "".join(
                f"{round(255 - (255 - part) * _STRONGEST * count / total):02x}" for part in _HEAT
            ),
        }
        for count in row.tolist()
    ]


def _worst(predictions: PredictionSet, images: ImageSet) -> Iterator[dict[str, str]]:
    wrong = Query(show=Show.MISCLASSIFIED, sort=Sort.MOST_CONFIDENT)
    names = predictions.info.class_names
    for number in select(predictions.labels, predictions, wrong)[:_MOST_MISTAKES].tolist():
        taken, true = names[predictions.predicted[number]], names[predictions.labels[number]]
        confidence = percent(float(predictions.confidence[number]))
        yield {
            "image": _png(images.images[number]),
            "words": _("An image of {true} that was taken for {taken}").format(
                true=true, taken=taken
            ),
            "answer": joined([taken, confidence]),
            "true": true,
            "number": whole(number),
        }


def _about_data(config: TrainingConfig) -> Iterator[tuple[str, str]]:
    info = config.data
    yield _("Data"), joined([info.title, info.form])
    if info.source:
        yield _("Source"), _(info.source)
    if info.licence:
        yield _("Licence"), info.licence
    yield _("Fingerprint"), info.fingerprint[:16]


def _png(image: Bytes) -> str:
    """Return an image, uint8 (channels, side, side), as a data URL."""
    from PIL import Image

    stream = io.BytesIO()
    rows = np.ascontiguousarray(image.transpose(1, 2, 0))
    Image.fromarray(rows if len(image) == 3 else rows[..., 0]).save(stream, "PNG")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"


def _svg(text: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}"


def _loss(loss: float | None) -> str:
    return "" if loss is None else figure(loss, ".4f")


def _share(share: float | None) -> str:
    return "" if share is None else percent(share)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(assets.resources() / "report")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.globals |= {"_": _, "language": language}
    return environment.get_template("report.html")
