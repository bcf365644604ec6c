"""Tables say exactly what is known, and are read back as such."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lenet_desktop.analysis.history import History
from lenet_desktop.analysis.queries import Query, Show, Sort, select
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.export.tables import (
    CURVE_COLUMNS,
    Marks,
    confusion_csv,
    curves_csv,
    prediction_columns,
    predictions_table,
    to_csv_bytes,
)
from lenet_desktop.networks.predictions import Labels, Numbers, PredictionSet
from lenet_desktop.training.events import EpochDone, Event, LearningRateChanged
from tests.predicting import example_set, prediction_sets

CLASS_NAMES = DEFAULT.class_names
SHARES = st.floats(0, 1, width=32)
LOSSES = st.floats(0, 2.0**127, width=32)
NOTES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]  # noqa: RUF001


@st.composite
def any_floats(draw: st.DrawFn) -> PredictionSet:
    """Probabilities that add up to nothing in particular, so that every float32 occurs."""
    count = draw(st.integers(1, 6))
    return PredictionSet(
        1,
        draw(hnp.arrays(np.uint8, count, elements=st.integers(0, 9))),
        draw(hnp.arrays(np.float32, (count, 10), elements=SHARES)),
        draw(hnp.arrays(np.float32, count, elements=LOSSES)),
        DEFAULT,
    )


def table_of(
    labels: Labels,
    numbers: Numbers,
    predictions: PredictionSet | None = None,
    *,
    split: str = "test",
    marks: Marks = MappingProxyType({}),
    names: Sequence[str] = CLASS_NAMES,
    separator: str = ",",
) -> str:
    return predictions_table(
        split, numbers, labels, names, predictions, marks=marks, separator=separator
    )


def read(table: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table, newline=""), delimiter=delimiter, strict=True))


def floats(texts: list[str]) -> list[float]:
    return [float(value) for value in np.array(texts, np.float64).astype(np.float32)]


@given(any_floats())
def test_every_float_is_read_back_exactly(predictions: PredictionSet) -> None:
    numbers = np.arange(len(predictions))[::-1]

    lines = read(table_of(predictions.labels, numbers, predictions))

    assert [int(line["number"]) for line in lines] == numbers.tolist()
    for number, line in zip(numbers, lines, strict=True):
        probabilities = predictions.probabilities[number].tolist()
        assert floats([line[name] for name in CLASS_NAMES]) == probabilities
        assert floats([line["confidence"], line["loss"]]) == [
            predictions.confidence[number],
            predictions.losses[number],
        ]
        assert line["true"] == CLASS_NAMES[predictions.labels[number]]
        assert line["predicted"] == CLASS_NAMES[predictions.predicted[number]]
        assert line["correct"] == ("true" if predictions.correct[number] else "false")
        assert line["split"] == "test"


@given(
    prediction_sets(),
    st.sampled_from([Show.ALL, Show.MISCLASSIFIED, Show.CORRECT]),
    st.sampled_from([Sort.NUMBER, Sort.MOST_CONFIDENT, Sort.HIGHEST_LOSS]),
)
def test_the_list_is_what_was_asked_for(predictions: PredictionSet, show: Show, sort: Sort) -> None:
    numbers = select(predictions.labels, predictions, Query(show=show, sort=sort))

    lines = read(table_of(predictions.labels, numbers, predictions))

    assert [int(line["number"]) for line in lines] == numbers.tolist()
    wanted = {Show.ALL: {"true", "false"}, Show.MISCLASSIFIED: {"false"}, Show.CORRECT: {"true"}}
    assert {line["correct"] for line in lines} <= wanted[show]
    if sort is not Sort.NUMBER:
        by_confidence = sort is Sort.MOST_CONFIDENT
        keys = [float(line["confidence" if by_confidence else "loss"]) for line in lines]
        assert keys == sorted(keys, reverse=True)


@given(NOTES, NOTES)
def test_marks_and_notes_are_read_back_and_never_are_formulas(mark: str, note: str) -> None:
    predictions = example_set()

    table = table_of(predictions.labels, np.array([2, 0]), predictions, marks={2: (mark, note)})

    first, second = read(table)
    for text, cell in ((mark, first["mark"]), (note, first["note"])):
        assert cell in {text, f"'{text}"}
        assert not cell.startswith(tuple("=+-@\t\r\n"))
    assert second["mark"] == second["note"] == ""


@pytest.mark.parametrize("note", FORMULAS)
def test_a_note_that_looks_like_a_formula_gets_an_apostrophe(note: str) -> None:
    labels = np.zeros(1, np.uint8)

    (line,) = read(table_of(labels, np.array([0]), marks={0: ("", note)}))

    assert line["note"] == f"'{note}"


def test_an_ordinary_note_stays_as_it_is() -> None:
    labels = np.zeros(1, np.uint8)
    note = 'a "shirt", or\na dress = both'

    (line,) = read(table_of(labels, np.array([0]), marks={0: ("unclear", note)}))

    assert (line["mark"], line["note"]) == ("unclear", note)


def test_without_predictions_their_cells_are_empty() -> None:
    table = table_of(np.array([3, 9], np.uint8), np.array([1]), split="train")

    (line,) = read(table)

    known = {"number": "1", "split": "train", "true": "Ankle boot"}
    assert line == dict.fromkeys(prediction_columns(CLASS_NAMES), "") | known


@pytest.mark.parametrize("predictions", [None, example_set()])
def test_an_empty_list_is_a_heading(predictions: PredictionSet | None) -> None:
    labels = np.zeros(4, np.uint8)
    table = table_of(labels, np.empty(0, np.intp), predictions)
    assert table == ",".join(prediction_columns(CLASS_NAMES)) + "\r\n"


def test_lines_end_as_the_standard_says() -> None:
    predictions = example_set()
    table = table_of(predictions.labels, np.arange(4), predictions)
    assert table.count("\r\n") == table.count("\n") == 5


@given(any_floats(), NOTES)
def test_tabs_separate_the_same_cells(predictions: PredictionSet, note: str) -> None:
    def write(separator: str) -> list[dict[str, str]]:
        numbers = np.arange(len(predictions))
        marks = {0: ("odd", note)}
        table = table_of(predictions.labels, numbers, predictions, marks=marks, separator=separator)
        return read(table, separator)

    assert write("\t") == write(",")


def test_names_of_classes_are_no_formulas_and_as_many_as_there_are() -> None:
    info = replace(DEFAULT, class_names=("=1+1", "b", "c"), train_counts=())
    answers = PredictionSet(
        1, np.array([0], np.uint8), np.eye(3, dtype=np.float32)[:1], np.zeros(1, "f4"), info
    )
    (line,) = read(table_of(answers.labels, np.array([0]), answers, names=info.class_names))
    assert (line["true"], line["predicted"], line["'=1+1"]) == ("'=1+1", "'=1+1", "1.0")
    header, *_ = confusion_csv(answers.confusion, info.class_names).splitlines()
    assert header == "true \\ predicted,'=1+1,b,c,total,recall"


@given(hnp.arrays(np.intp, (10, 10), elements=st.integers(0, 1_000)))
def test_the_matrix_is_read_back_with_its_edges(counts: Numbers) -> None:
    lines = read(confusion_csv(counts, CLASS_NAMES))

    rows = lines[: len(CLASS_NAMES)]
    assert [line["true \\ predicted"] for line in rows] == list(CLASS_NAMES)
    assert [[int(line[name]) for name in CLASS_NAMES] for line in rows] == counts.tolist()
    assert [int(line["total"]) for line in rows] == counts.sum(axis=1).tolist()
    total, precision = lines[len(CLASS_NAMES) :]
    assert [int(total[name]) for name in CLASS_NAMES] == counts.sum(axis=0).tolist()
    assert int(total["total"]) == counts.sum()
    for index, name in enumerate(CLASS_NAMES):
        hits, truly, taken = counts[index, index], counts[index].sum(), counts[:, index].sum()
        assert rows[index]["recall"] == (str(float(hits / truly)) if truly else "")
        assert precision[name] == (str(float(hits / taken)) if taken else "")


def test_the_curves_load_in_one_line(few_events: list[Event]) -> None:
    pandas = pytest.importorskip("pandas")
    history = History()
    for event in few_events:
        history.add(event)

    table = pandas.read_csv(io.BytesIO(to_csv_bytes(curves_csv(history))))

    assert tuple(table.columns) == CURVE_COLUMNS
    steps, epochs = table[table.kind == "step"], table[table.kind == "epoch"]
    np.testing.assert_array_equal(steps.epoch, history.step_epochs)
    np.testing.assert_array_equal(steps.train_loss, history.step_losses)
    assert steps.step.tolist() == list(range(1, len(history.step_losses) + 1))
    assert epochs.epoch.tolist() == [1.0, 2.0]
    assert epochs.step.tolist() == [len(steps) // 2, len(steps)]
    for column in ("train_loss", "train_accuracy", "test_loss", "test_accuracy"):
        expected = [getattr(done, column) for done in history.epochs]
        assert epochs[column].tolist() == expected
    assert epochs.seconds.tolist() == [done.elapsed_s for done in history.epochs]
    assert table.validation_loss.isna().all(), "no images are held out"


def test_what_images_held_out_say_has_columns_of_its_own(few_events: list[Event]) -> None:
    history = History()
    for event in few_events:
        if isinstance(event, EpochDone):
            loss = event.epoch / 3
            history.add(replace(event, validation_loss=loss, validation_accuracy=0.75))
        else:
            history.add(event)

    lines = [line for line in read(curves_csv(history)) if line["validation_loss"]]

    assert {line["kind"] for line in lines} == {"epoch"}
    assert [float(line["validation_loss"]) for line in lines] == [1 / 3, 2 / 3]
    assert [float(line["validation_accuracy"]) for line in lines] == [0.75, 0.75]


def test_the_balanced_accuracy_has_a_column_of_its_own(few_events: list[Event]) -> None:
    history = History()
    for event in few_events:
        history.add(
            replace(event, balanced_accuracy=0.75) if isinstance(event, EpochDone) else event
        )

    told = [(line["kind"], line["balanced_accuracy"]) for line in read(curves_csv(history))]

    assert {share for kind, share in told if kind == "epoch"} == {"0.75"}
    assert {share for kind, share in told if kind != "epoch"} == {""}


def test_the_learning_rates_are_told_with_the_places_where_they_were_set(
    few_events: list[Event],
) -> None:
    history = History()
    for event in few_events:
        history.add(event)
    assert history.started is not None
    per_epoch = history.started.steps_per_epoch
    history.add(LearningRateChanged(epoch=1, step=3, learning_rate=0.1))
    history.add(LearningRateChanged(epoch=2, step=0, learning_rate=1e-05))

    rates = [line for line in read(curves_csv(history)) if line["kind"] == "rate"]

    first = history.started.config.learning_rate
    assert [float(line["learning_rate"]) for line in rates] == [first, 0.1, 1e-05]
    assert [int(line["step"]) for line in rates] == [0, 3, per_epoch]
    assert [float(line["epoch"]) for line in rates] == [0.0, 3 / per_epoch, 1.0]
    measured = set(CURVE_COLUMNS) - {"kind", "epoch", "step", "learning_rate"}
    assert {line[column] for line in rates for column in measured} == {""}
    others = [line for line in read(curves_csv(history)) if line["kind"] != "rate"]
    assert {line["learning_rate"] for line in others} == {""}


def test_the_curves_of_no_run_are_a_heading() -> None:
    assert curves_csv(History()) == ",".join(CURVE_COLUMNS) + "\r\n"


def test_curves_may_say_which_run_they_are_of(few_events: list[Event]) -> None:
    history = History()
    for event in few_events:
        history.add(event)
    plain, named = (read(curves_csv(history, whose)) for whose in ("", "Run 7 · ReLU, rate 0.1"))
    assert {line.pop("run") for line in named} == {"Run 7 · ReLU, rate 0.1"}
    assert named == plain


def test_only_what_excel_would_misread_gets_a_mark() -> None:
    assert to_csv_bytes("shirt") == b"shirt"
    assert to_csv_bytes("Mütze").decode("utf-8-sig") == "Mütze"
    assert to_csv_bytes("Mütze").startswith(b"\xef\xbb\xbf")
    assert to_csv_bytes("\ud800") == b"\xef\xbb\xbf?", "half a character is no reason to fail"
