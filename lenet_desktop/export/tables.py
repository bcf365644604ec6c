"""Writes predictions, confusions and curves as tables that spreadsheets and pandas read.

Tables are comma-separated after RFC 4180. Figures have a point for their decimals, whatever the
system's language, and as many digits as it takes to read back the very same float.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from lenet_desktop.analysis.history import History
from lenet_desktop.networks.predictions import (
    Floats,
    Labels,
    Numbers,
    PredictionSet,
    precisions,
    recalls,
)

Marks = Mapping[int, tuple[str, str]]
"""The mark and the note that a person gave to an image, by the image's number."""

_ANSWER_COLUMNS = ("number", "split", "true", "predicted", "correct", "confidence", "loss")
CURVE_COLUMNS = (
    "kind", "epoch", "step",
    "train_loss", "train_accuracy", "test_loss", "test_accuracy", "seconds", "learning_rate",
    "validation_loss", "validation_accuracy", "balanced_accuracy",
)  # fmt: skip
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
"""What a spreadsheet may take for the beginning of a formula, as OWASP lists it."""
_YES_NO = np.array(["false", "true"])

Row = Sequence[object]


def predictions_table(
    split_name: str,
    numbers: Numbers,
    labels: Labels,
    class_names: Sequence[str],
    predictions: PredictionSet | None,
    *,
    marks: Marks,
    separator: str = ",",
) -> str:
    """Write one line for each image, in the order given, under `prediction_columns`.

    The column named after a class has the probability of that class, 0-1; the loss is in nats.
    Notes that a spreadsheet would take for a formula get an apostrophe in front.

    Args:
        split_name: which images they are, for the second column.
        numbers: intp (K,), the images to write.
        labels: uint8 (N,), the true classes of all images.
        class_names: in the order of the labels.
        predictions: the predictions for the same N images; without them their cells are empty.
        marks: what a person noted on any of the N images.
        separator: a tab for what is pasted into a spreadsheet.
    """
    names = np.array(list(map(harmless, class_names)))
    rows: list[Row] = [prediction_columns(class_names)]
    predicted = _prediction_cells(predictions, numbers, names)
    for number, name, cells in zip(
        numbers.tolist(), names[labels[numbers]].tolist(), predicted, strict=True
    ):
        mark, note = marks.get(number, ("", ""))
        rows.append([number, split_name, name, *cells, harmless(mark), harmless(note)])
    return csv_text(rows, separator)


def prediction_columns(class_names: Sequence[str]) -> list[str]:
    """Return what stands above the columns of `predictions_table`."""
    return [*_ANSWER_COLUMNS, *map(harmless, class_names), "mark", "note"]


def confusion_csv(counts: Numbers, class_names: Sequence[str], whose: str = "") -> str:
    """Write how often each true class (row) was predicted as each class (column).

    Every row ends with its total and its recall, every column with its total and its precision,
    0-1; they are empty for a class that never was, or never was predicted.

    Args:
        counts: intp (classes, classes), as from `confusion_counts`.
        class_names: in their order.
        whose: which run predicted it; it joins the words in the corner, which nobody computes with.
    """
    names = list(map(harmless, class_names))
    corner = " · ".join(("true \\ predicted", *filter(None, [whose])))
    rows: list[Row] = [[corner, *names, "total", "recall"]]
    rows += (
        [name, *row, sum(row), recall]
        for name, row, recall in zip(names, counts.tolist(), recalls(counts), strict=True)
    )
    rows.append(["total", *counts.sum(axis=0).tolist(), int(counts.sum()), None])
    rows.append(["precision", *precisions(counts), None, None])
    return csv_text(rows)


def curves_csv(history: History, whose: str = "") -> str:
    """Write the curves of a run under `CURVE_COLUMNS`, which `pandas.read_csv(path)` reads alone.

    First comes a line of the kind `step` for every step, then a line of the kind `epoch` for every
    finished epoch, then a line of the kind `rate` for the learning rate that the run began with and
    for every one that was set on the way; cells that a kind does not have are empty. The column
    `epoch` is the axis of the plots (1.0 is the first epoch's end) and `step` counts through the
    whole run, so all kinds can be drawn over either. Losses are in nats, accuracies 0-1, seconds
    are of work in that epoch. A rate is the one before the schedule's factor; it holds from the
    step after the one that its line names.

    Args:
        history: the run.
        whose: its name and its recipe, in a last column `run` of each line, so that the tables of
            several runs can be put into one; by default there is no such column.
    """
    rows: list[Row] = [*_step_rows(history), *_epoch_rows(history), *_rate_rows(history)]
    if not whose:
        return csv_text([CURVE_COLUMNS, *rows])
    name = harmless(whose)
    return csv_text([(*CURVE_COLUMNS, "run"), *([*row, name] for row in rows)])


def to_csv_bytes(table: str) -> bytes:
    """Encode a table as UTF-8, with the mark without which Excel misreads what is not ASCII."""
    return table.encode("utf-8" if table.isascii() else "utf-8-sig", errors="replace")


def _step_rows(history: History) -> Iterable[Row]:
    places, losses = history.step_epochs.tolist(), history.step_losses.tolist()
    for step, (place, loss) in enumerate(zip(places, losses, strict=True), start=1):
        yield ["step", place, step, loss, *[""] * 8]


def _epoch_rows(history: History) -> Iterable[Row]:
    for done in history.epochs:
        yield [
            "epoch", float(done.epoch), done.epoch * _steps_per_epoch(history), done.train_loss,
            done.train_accuracy, done.test_loss, done.test_accuracy, done.elapsed_s, "",
            done.validation_loss, done.validation_accuracy, done.balanced_accuracy,
        ]  # fmt: skip


def _rate_rows(history: History) -> Iterable[Row]:
    if history.started is None:
        return
    per_epoch = _steps_per_epoch(history)
    rates = [(0.0, history.started.config.learning_rate), *history.rate_changes]
    for place, rate in rates:
        yield ["rate", place, round(place * per_epoch), *[""] * 5, rate, *[""] * 3]


def _steps_per_epoch(history: History) -> int:
    return history.started.steps_per_epoch if history.started else 1


def _prediction_cells(
    predictions: PredictionSet | None, numbers: Numbers, names: npt.NDArray[np.str_]
) -> list[list[str]]:
    """Return the cells from `predicted` to the last probability for each of the numbers."""
    if predictions is None:
        return [[""] * (4 + len(names))] * len(numbers)
    columns = (
        names[predictions.predicted[numbers]],
        _YES_NO[predictions.correct[numbers].astype(np.intp)],
        _written(predictions.confidence[numbers]),
        _written(predictions.losses[numbers]),
        _written(predictions.probabilities[numbers]),
    )
    cells: list[list[str]] = np.column_stack(columns).tolist()
    return cells


def _written(values: Floats) -> npt.NDArray[np.str_]:
    """Write floats, of any shape, with the fewest digits from which each is read back exactly."""
    return values.astype(np.str_)


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe where it might."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_text(rows: Iterable[Row], separator: str = ",") -> str:
    """Write rows as a table; a cell that is None is empty."""
    stream = io.StringIO(newline="")
    # Other line ends than these would leave a lone carriage return unquoted before Python 3.13.
    csv.writer(stream, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()
