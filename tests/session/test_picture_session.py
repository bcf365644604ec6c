"""Pictures are answered one after the other, the newest next, as the network answers them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.inspection import inspect
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.pictures.geometry import Pixels
from lenet_desktop.data.pictures.preparation import AS_IT_IS, DRAWN, prepare
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.picture_session import PictureAnswered, PictureSession, Question
from lenet_desktop.training.events import Event, PredictionsReady

LIMIT_MS = 20_000


@pytest.fixture
def session(qapp: object) -> Iterator[PictureSession]:
    owned = PictureSession()
    yield owned
    owned.shutdown()


@pytest.fixture
def snapshots(few_events: list[Event]) -> list[Snapshot]:
    return [
        event.snapshot
        for event in few_events
        if isinstance(event, PredictionsReady) and event.snapshot is not None
    ]


def picture(seed: int) -> Pixels:
    drawn = np.full((60, 40), 255, np.uint8)
    drawn[10:50, 5 + seed : 15 + seed] = 20
    return drawn


def answer_of(qtbot: QtBot, session: PictureSession, question: Question) -> PictureAnswered:
    with qtbot.waitSignal(session.answered, timeout=LIMIT_MS) as told:
        session.ask(question)
    (answer,) = told.args
    assert isinstance(answer, PictureAnswered)
    return answer


def test_the_answer_is_that_of_a_whole_look_to_the_last_bit(
    qtbot: QtBot, session: PictureSession, snapshots: list[Snapshot]
) -> None:
    for how in (DRAWN, DEFAULT.preparation):
        for snapshot in snapshots:
            question = Question(picture(3), how, DEFAULT, snapshot)
            answer = answer_of(qtbot, session, question)
            assert answer.question is question
            prepared = prepare(question.picture, 28, 1, how)
            np.testing.assert_array_equal(answer.prepared.pixels, prepared.pixels)
            seen = inspect(snapshot, prepared.pixels)
            assert answer.probabilities is not None
            np.testing.assert_array_equal(answer.probabilities, seen.probabilities)


def test_without_a_network_or_a_picture_nothing_is_answered_but_all_is_prepared(
    qtbot: QtBot, session: PictureSession, snapshots: list[Snapshot]
) -> None:
    answer = answer_of(qtbot, session, Question(picture(0), DRAWN, DEFAULT, None))
    assert answer.probabilities is None
    assert not answer.prepared.is_empty
    blank = np.full((20, 20), 255, np.uint8)
    answer = answer_of(qtbot, session, Question(blank, DRAWN, DEFAULT, snapshots[0]))
    assert answer.probabilities is None
    assert answer.prepared.is_empty


def test_of_those_that_come_meanwhile_only_the_newest_is_answered(
    qtbot: QtBot, session: PictureSession
) -> None:
    answers: list[PictureAnswered] = []
    session.answered.connect(answers.append)
    questions = [Question(picture(seed % 20), DRAWN, DEFAULT, None) for seed in range(60)]
    for question in questions:
        session.ask(question)
    qtbot.waitUntil(lambda: bool(answers) and answers[-1].question is questions[-1])
    order = [questions.index(answer.question) for answer in answers]
    assert order == sorted(order)
    assert len(order) < len(questions)


def test_after_a_question_that_cannot_be_answered_the_next_one_is(
    qtbot: QtBot, session: PictureSession
) -> None:
    broken = Question(np.zeros((3, 3, 3, 3), np.uint8), AS_IT_IS, DEFAULT, None)
    with qtbot.waitSignal(session.failed, timeout=LIMIT_MS) as told:
        session.ask(broken)
    assert told.args[0].startswith("The picture was not understood")
    colours = replace(DEFAULT, channels=3)
    answer = answer_of(qtbot, session, Question(picture(1), DRAWN, colours, None))
    assert answer.prepared.pixels.shape == (3, 28, 28)


def test_after_the_end_nothing_is_begun(session: PictureSession) -> None:
    session.shutdown()
    session.ask(Question(picture(0), DRAWN, DEFAULT, None))
    session.shutdown()
