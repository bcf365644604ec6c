"""Questions answered as plain Python would answer them."""

import itertools
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.analysis.queries import ANY_CONFIDENCE, Query, Show, Sort, select
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.networks.predictions import PredictionSet
from tests.predicting import example_set, histories, prediction_sets

classes_or_none = st.none() | st.integers(0, 9)
COMPARED = {
    Show.BOTH_RIGHT: (True, True),
    Show.ONLY_THIS: (True, False),
    Show.ONLY_OTHER: (False, True),
    Show.BOTH_WRONG: (False, False),
}
bounds = st.sampled_from([0.0, 0.25, 0.5, 1.0])
queries = st.builds(
    Query,
    show=st.sampled_from(Show),
    true_class=classes_or_none,
    predicted_class=classes_or_none,
    confidence=st.just(ANY_CONFIDENCE) | st.tuples(bounds, bounds),
    digits=st.sampled_from(["", "", "1", "12", "0"]),
    since_epoch=st.integers(1, 9),
    sort=st.sampled_from(Sort),
)


def guesses(predictions: PredictionSet) -> list[int]:
    return [row.index(max(row)) for row in predictions.probabilities.tolist()]


def rights(predictions: PredictionSet) -> list[bool]:
    labels = predictions.labels.tolist()
    return [guess == label for guess, label in zip(guesses(predictions), labels, strict=True)]


def is_shown(
    number: int,
    query: Query,
    known: list[PredictionSet],
    before: PredictionSet | None,
    rival: PredictionSet | None,
    marked: set[int],
) -> bool:
    """Answer for one image; `known` ends with the epoch that is asked for."""
    if query.show is Show.MARKED:
        return number in marked
    if query.show in COMPARED:
        if rival is None:
            return False
        return (rights(known[-1])[number], rights(rival)[number]) == COMPARED[query.show]
    course = [rights(each)[number] for each in known]
    match query.show:
        case Show.CORRECT:
            return course[-1]
        case Show.MISCLASSIFIED:
            return not course[-1]
        case Show.NEVER_RIGHT:
            return not any(course)
        case Show.LEARNED_LAST:
            return course[-1] and not any(course[-2:-1])
        case Show.FORGOTTEN:
            return any(course) and not course[-1]
        case Show.CHANGED:
            return before is not None and guesses(before)[number] != guesses(known[-1])[number]
        case Show.FIXED:
            return before is not None and not rights(before)[number] and course[-1]
        case Show.BROKEN:
            return before is not None and rights(before)[number] and not course[-1]
    return True


def sort_key(number: int, query: Query, known: list[PredictionSet]) -> float:
    row = known[-1].probabilities.tolist()[number]
    loss = known[-1].losses.tolist()[number]
    course = [rights(each)[number] for each in known]
    match query.sort:
        case Sort.MOST_CONFIDENT:
            return float(-max(row))
        case Sort.LEAST_CONFIDENT:
            return float(max(row))
        case Sort.HIGHEST_LOSS:
            return float(-loss)
        case Sort.LOWEST_LOSS:
            return float(loss)
        case Sort.SMALLEST_MARGIN:
            return float(known[-1].margin[number])
        case Sort.HIGHEST_ENTROPY:
            return -float(known[-1].entropy[number])
        case Sort.MOST_FORGOTTEN:
            return -sum(a and not b for a, b in itertools.pairwise(course))
        case Sort.LEAST_OFTEN_RIGHT:
            return sum(course)
        case Sort.LEARNED_LAST:
            if not course[-1]:
                return 0
            streak = len(list(itertools.takewhile(bool, reversed(course))))
            return -known[-streak].epoch
    return number


@given(histories(), queries, st.data())
def test_every_question_is_answered_as_plain_python_would(
    history: PredictionHistory, query: Query, data: st.DataObject
) -> None:
    epoch = data.draw(st.sampled_from(history.epochs))
    predictions = history.at(epoch)
    assert predictions is not None
    known = [each for e in history.epochs if e <= epoch and (each := history.at(e)) is not None]
    before = history.at(query.since_epoch)  # which may be a later one, too
    labels = predictions.labels
    least, most = query.confidence

    rival = data.draw(st.none() | prediction_sets(labels))
    marked = data.draw(st.sets(st.integers(0, len(labels) - 1)) if len(labels) else st.just(set()))
    marks = np.array(sorted(marked), np.intp)

    numbers = select(labels, predictions, query, history, rival, marked=marks)

    expected = [
        number
        for number in range(len(labels))
        if is_shown(number, query, known, before, rival, marked)
        and query.true_class in (None, labels[number])
        and query.predicted_class in (None, guesses(predictions)[number])
        and least <= max(predictions.probabilities.tolist()[number]) <= most
        and query.digits in str(number)
    ]
    assert numbers.dtype == np.intp
    assert numbers.tolist() == sorted(expected, key=lambda n: sort_key(n, query, known))


@given(prediction_sets(), queries)
def test_without_a_history_only_the_epoch_itself_is_known(
    predictions: PredictionSet, query: Query
) -> None:
    history = PredictionHistory()
    history.add(predictions)

    alone = select(predictions.labels, predictions, query)

    assert alone.tolist() == select(predictions.labels, predictions, query, history).tolist()


@given(histories(), classes_or_none, classes_or_none, st.sampled_from(Sort))
def test_what_belongs_together_adds_up(
    history: PredictionHistory, true: int | None, predicted: int | None, sort: Sort
) -> None:
    latest = history.latest
    assert latest is not None
    found = {
        show: select(
            latest.labels,
            latest,
            Query(
                show=show,
                true_class=true,
                predicted_class=predicted,
                sort=sort,
                since_epoch=history.epochs[0],
            ),
            history,
        ).tolist()
        for show in Show
    }

    assert not set(found[Show.CORRECT]) & set(found[Show.MISCLASSIFIED])
    assert sorted(found[Show.CORRECT] + found[Show.MISCLASSIFIED]) == sorted(found[Show.ALL])
    lost = found[Show.FORGOTTEN] + found[Show.NEVER_RIGHT]
    assert sorted(lost) == sorted(found[Show.MISCLASSIFIED])
    assert set(found[Show.FIXED] + found[Show.BROKEN]) <= set(found[Show.CHANGED])
    assert set(found[Show.LEARNED_LAST]) <= set(found[Show.CORRECT])


@given(prediction_sets(), queries, st.data())
def test_the_outcomes_of_two_runs_add_up_to_all_images(
    predictions: PredictionSet, query: Query, data: st.DataObject
) -> None:
    labels = predictions.labels
    rival = data.draw(prediction_sets(labels))

    def ask(show: Show, one: PredictionSet, other: PredictionSet | None) -> list[int]:
        asked = replace(query, show=show, predicted_class=None, confidence=ANY_CONFIDENCE)
        numbers: list[int] = select(labels, one, asked, rival=other).tolist()
        return sorted(numbers)

    parts = [ask(show, predictions, rival) for show in COMPARED]

    assert sorted(itertools.chain(*parts)) == ask(Show.ALL, predictions, rival)
    assert parts[1] == ask(Show.ONLY_OTHER, rival, predictions)
    assert [ask(show, predictions, None) for show in COMPARED] == [[], [], [], []]


def test_only_questions_about_two_runs_compare_them() -> None:
    assert [show for show in Show if show.compares_runs] == list(COMPARED)
    assert not any(show.compares_epochs for show in COMPARED)


def test_a_run_on_other_images_is_no_rival() -> None:
    predictions = example_set()
    labels = predictions.labels[::-1].copy()
    rival = PredictionSet(3, labels, predictions.probabilities, predictions.losses, DEFAULT)

    with pytest.raises(ValueError, match="not judged on the same images"):
        select(predictions.labels, predictions, Query(show=Show.BOTH_WRONG), rival=rival)


def test_an_example_worked_out_by_hand() -> None:
    predictions = example_set()

    def ask(query: Query) -> list[int]:
        numbers: list[int] = select(predictions.labels, predictions, query).tolist()
        return numbers

    assert ask(Query()) == [0, 1, 2, 3]
    assert ask(Query(show=Show.MISCLASSIFIED)) == [2]
    assert ask(Query(show=Show.CORRECT, sort=Sort.LEAST_CONFIDENT)) == [1, 0, 3]
    assert ask(Query(sort=Sort.MOST_CONFIDENT)) == [0, 3, 2, 1]
    assert ask(Query(sort=Sort.HIGHEST_LOSS)) == [2, 1, 0, 3]
    assert ask(Query(predicted_class=6)) == [1, 2]
    assert ask(Query(true_class=4, predicted_class=6, show=Show.CORRECT)) == []


@given(
    hnp.arrays(np.uint8, st.integers(5, 30), elements=st.integers(0, 9)),
    queries,
    st.sets(st.integers(0, 4)),
)
def test_before_any_training_only_true_classes_numbers_and_marks_can_be_asked_for(
    labels: npt.NDArray[np.uint8], query: Query, marked: set[int]
) -> None:
    numbers = select(labels, None, query, marked=np.array(sorted(marked), np.intp)).tolist()

    if query.needs_predictions:
        assert numbers == []
        return
    assert query.show in (Show.ALL, Show.MARKED)
    assert query.predicted_class is None
    assert numbers == [
        number
        for number, label in enumerate(labels)
        if query.true_class in (None, label)
        and query.digits in str(number)
        and (query.show is Show.ALL or number in marked)
    ]


@given(histories(), queries, st.data())
def test_an_outcome_says_what_all_its_images_are(
    history: PredictionHistory, query: Query, data: st.DataObject
) -> None:
    latest = history.latest
    assert latest is not None
    rival = data.draw(prediction_sets(latest.labels))
    numbers = select(latest.labels, latest, query, history, rival)
    outcome = query.show.outcome
    assert outcome is None or set(latest.correct[numbers].tolist()) <= {outcome}


@given(queries, classes_or_none, classes_or_none)
def test_a_cell_keeps_what_does_not_contradict_it(
    query: Query, true: int | None, predicted: int | None
) -> None:
    asked = query.at_cell(true, predicted)

    assert (asked.true_class, asked.predicted_class) == (true, predicted)
    restored = replace(
        asked,
        show=query.show,
        true_class=query.true_class,
        predicted_class=query.predicted_class,
    )
    assert restored == query, "nothing but the outcome is given up"
    is_one_cell = true is not None and predicted is not None
    contradicts = is_one_cell and query.show.outcome is (true != predicted)
    assert asked.show is (Show.ALL if contradicts else query.show)


@given(histories(), queries, st.data())
def test_an_answer_takes_the_epochs_that_it_says_it_needs_and_no_others(
    history: PredictionHistory, query: Query, data: st.DataObject
) -> None:
    shown = data.draw(st.sampled_from(history.epochs))
    query = replace(query, since_epoch=data.draw(st.sampled_from(history.epochs)))
    predictions = history.at(shown)
    assert predictions is not None
    needed = query.epochs_needed(history.epochs, shown)
    sparse = PredictionHistory()
    for epoch in {*needed, shown}:
        known = history.at(epoch)
        assert known is not None
        sparse.insert(known)

    labels = predictions.labels
    enough = select(labels, predictions, query, sparse).tolist()

    assert enough == select(labels, predictions, query, history).tolist()
    if not needed:
        plain = replace(query, sort=Sort.NUMBER)
        assert sorted(enough) == select(labels, None, plain).tolist()


def test_what_tells_of_the_course_needs_every_epoch_so_far() -> None:
    epochs = [1, 2, 4, 5]
    for query in (
        Query(show=Show.FORGOTTEN),
        Query(show=Show.NEVER_RIGHT),
        Query(show=Show.LEARNED_LAST),
        Query(sort=Sort.MOST_FORGOTTEN),
        Query(sort=Sort.LEAST_OFTEN_RIGHT),
        Query(sort=Sort.LEARNED_LAST, show=Show.CORRECT),
    ):
        assert query.epochs_needed(epochs, 4) == [1, 2, 4]
    for show in (Show.CHANGED, Show.FIXED, Show.BROKEN):
        assert Query(show=show, since_epoch=2).epochs_needed(epochs, 5) == [2, 5]
    assert Query(show=Show.MISCLASSIFIED).epochs_needed(epochs, 5) == [5]
    assert Query(sort=Sort.HIGHEST_LOSS).epochs_needed(epochs, 5) == []


def test_of_a_model_that_knows_no_epoch_nothing_wrong_was_learned_last() -> None:
    labels = np.array([1, 2, 3], np.uint8)
    probabilities = np.eye(10, dtype=np.float32)[[1, 5, 3]]
    model = PredictionSet(0, labels, probabilities, np.zeros(3, np.float32), DEFAULT)
    history = PredictionHistory()
    history.add(model)
    found = select(labels, model, Query(show=Show.LEARNED_LAST), history)
    assert found.tolist() == [0, 2]
