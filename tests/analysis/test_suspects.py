"""Labels that the network contradicts for long and confidently, and no others."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.analysis.suspects import METHOD, WINDOW, Suspect, find_suspects
from lenet_desktop.networks.predictions import Floats, Labels
from lenet_desktop.training.events import Event, PredictionsReady

PLANTED = {17: 3, 256: 8, 999: 0}
"""Numbers of images, and the class that they really are of."""


@pytest.fixture
def labels() -> Labels:
    given_labels = np.random.default_rng(0).integers(0, 10, 1_000).astype(np.uint8)
    given_labels[list(PLANTED)] = 5
    return given_labels


def answers(true: Labels, seed: int = 0) -> Floats:
    """Return float32 (N, 10): the true class gets 0.6 to 0.9, and 0.95 for the planted images."""
    rng = np.random.default_rng(seed)
    sure = rng.uniform(0.6, 0.9, len(true))
    sure[[number for number in PLANTED if number < len(true)]] = 0.95
    shares = rng.dirichlet(np.ones(10), len(true)) * (1 - sure[:, np.newaxis])
    shares[np.arange(len(true)), true] += sure
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)


def truth(labels: Labels) -> Labels:
    true = labels.copy()
    for number, label in PLANTED.items():
        true[number] = label
    return true


def test_planted_mistakes_are_found_and_nothing_else(labels: Labels) -> None:
    epochs = [answers(truth(labels), seed=seed) for seed in range(3)]
    suspects = find_suspects(labels, epochs)
    assert {suspect.number: suspect.proposed for suspect in suspects.ranked} == PLANTED
    assert (suspects.epochs, suspects.images, suspects.has_learned) == (3, 1_000, True)
    for suspect in suspects.ranked:
        assert suspect.label == 5
        assert suspect.contradicted == 3
        assert 0.9 < suspect.score <= 1
    scores = [suspect.score for suspect in suspects.ranked]
    assert scores == sorted(scores, reverse=True)


def test_the_score_is_one_less_the_normalised_margin(labels: Labels) -> None:
    probabilities = answers(truth(labels))
    first = find_suspects(labels, [probabilities]).ranked[0]
    mean = probabilities[first.number].astype(np.float64)
    margin = mean[first.label] - mean[first.proposed]
    assert first.score == pytest.approx(1 - (margin + 1) / 2)


def test_one_epoch_that_agrees_clears_an_image(labels: Labels) -> None:
    suspecting, agreeing = answers(truth(labels)), answers(labels)
    epochs = [suspecting] * 4 + [agreeing]
    assert find_suspects(labels, epochs).ranked == ()
    assert len(find_suspects(labels, epochs[:4]).ranked) == len(PLANTED)


def test_only_the_last_epochs_decide_and_all_are_counted(labels: Labels) -> None:
    suspecting, agreeing = answers(truth(labels)), answers(labels)
    suspects = find_suspects(labels, [agreeing, agreeing, suspecting] + [suspecting] * WINDOW)
    assert {suspect.number for suspect in suspects.ranked} == set(PLANTED)
    assert {suspect.contradicted for suspect in suspects.ranked} == {WINDOW + 1}
    assert suspects.epochs == WINDOW + 3


def test_images_with_the_same_score_stand_by_number() -> None:
    labels = np.repeat(np.arange(10, dtype=np.uint8), 20)
    sure = np.eye(10, dtype=np.float32)[labels]
    for number in (150, 30, 90):
        sure[number] = np.roll(sure[number], 1)
    ranked = find_suspects(labels, [sure]).ranked
    assert ranked[0] == Suspect(30, label=1, proposed=2, score=1.0, contradicted=1)
    assert [suspect.number for suspect in ranked] == [30, 90, 150]


@pytest.mark.parametrize("kind", ["even", "one class", "random", "not a number"])
def test_a_network_that_has_learned_nothing_accuses_nobody(labels: Labels, kind: str) -> None:
    rng = np.random.default_rng(1)
    probabilities = {
        "even": np.full((1_000, 10), 0.1),
        "one class": np.eye(10)[np.zeros(1_000, np.intp)],
        "random": rng.dirichlet(np.ones(10), 1_000),
        "not a number": np.full((1_000, 10), np.nan),
    }[kind].astype(np.float32)
    suspects = find_suspects(labels, [probabilities] * 3)
    assert (suspects.ranked, suspects.has_learned) == ((), False)


def test_an_epoch_that_diverged_spoils_the_judgement(labels: Labels) -> None:
    diverged = answers(labels)
    diverged[7] = np.nan
    assert not find_suspects(labels, [answers(labels), diverged]).has_learned


def test_nothing_to_look_at_gives_nothing(labels: Labels) -> None:
    assert find_suspects(labels, []).ranked == ()
    assert find_suspects(labels[:0], [np.empty((0, 10), np.float32)]).ranked == ()


def test_other_images_are_refused(labels: Labels) -> None:
    with pytest.raises(ValueError, match="not of these images"):
        find_suspects(labels[:10], [answers(labels)])
    with pytest.raises(ValueError, match="one epoch"):
        find_suspects(labels, [answers(labels)], window=0)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(0, 2**16))
def test_few_images_and_missing_classes_do_no_harm(given_labels: list[int], seed: int) -> None:
    labels = np.array(given_labels, np.uint8)
    rng = np.random.default_rng(seed)
    true = np.where(rng.random(len(labels)) < 0.3, rng.integers(0, 10, len(labels)), labels)
    epochs = [answers(true.astype(np.uint8), seed=seed + epoch) for epoch in range(2)]
    suspects = find_suspects(labels, epochs)
    for suspect in suspects.ranked:
        assert 0 <= suspect.score <= 1
        assert suspect.label == labels[suspect.number] != suspect.proposed
        assert suspect.contradicted == 2


def test_a_real_network_contradicts_some_labels(few_events: list[Event]) -> None:
    ready = [event.predictions for event in few_events if isinstance(event, PredictionsReady)]
    labels, epochs = ready[-1].labels, [predictions.probabilities for predictions in ready]
    suspects = find_suspects(labels, epochs, window=1)
    assert suspects.has_learned
    wrong = set(np.flatnonzero(~ready[-1].correct).tolist())
    assert {suspect.number for suspect in suspects.ranked} < wrong


def test_the_method_names_its_source() -> None:
    assert "Northcutt, Jiang and Chuang 2021" in METHOD


def test_cleanlab_is_imported_only_when_it_is_needed() -> None:
    script = (
        "import sys; import lenet_desktop.analysis.suspects, lenet_desktop.data.duplicates, "
        "lenet_desktop.data.marks; print(*{'cleanlab', 'pandas', 'torch'} & set(sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout.strip() == ""
