"""Networks judged one after the other: all that were asked for, in order, and no others."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.judging_session import JudgingSession
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.worker import Worker
from lenet_desktop.training.events import Event, PredictionsReady

LIMIT_MS = 30_000


@pytest.fixture
def snapshots(few_events: list[Event]) -> list[Snapshot]:
    ready = [event for event in few_events if isinstance(event, PredictionsReady)]
    return [event.snapshot for event in ready if event.snapshot is not None]


@pytest.fixture
def heard() -> list[PredictionSet]:
    return []


@pytest.fixture
def session(
    qapp: object, resources: TrainingResources, heard: list[PredictionSet]
) -> Iterator[JudgingSession]:
    judging = JudgingSession()
    judging.use_resources(resources)
    judging.judged.connect(heard.append)
    yield judging
    judging.shutdown()


def test_each_network_is_judged_in_turn(
    qtbot: QtBot, session: JudgingSession, snapshots: list[Snapshot], few: DataSplits,
    heard: list[PredictionSet],
) -> None:  # fmt: skip
    session.judge(snapshots[::-1])
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)
    assert [each.epoch for each in heard] == [2, 1]
    for answers, snapshot in zip(heard, snapshots[::-1], strict=True):
        truth = evaluate(snapshot.build(), few.train, snapshot.epoch)
        np.testing.assert_array_equal(answers.probabilities, truth.probabilities)


def test_what_is_left_may_be_asked_for_again(
    qtbot: QtBot, session: JudgingSession, snapshots: list[Snapshot], heard: list[PredictionSet]
) -> None:
    threads: set[int] = set()

    def ask_for_the_rest(predictions: PredictionSet) -> None:
        threads.add(id(session.findChild(Worker)))
        session.judge([each for each in snapshots if each.epoch > predictions.epoch])

    session.judged.connect(ask_for_the_rest)
    session.judge(snapshots)
    session.judge(snapshots)
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)
    assert [each.epoch for each in heard] == [1, 2]
    assert len(threads) == 1, "it went on"


def test_nothing_wanted_gives_up_everything(
    qtbot: QtBot, session: JudgingSession, snapshots: list[Snapshot], heard: list[PredictionSet]
) -> None:
    session.judge(snapshots)
    session.judge([])
    assert not session.is_busy
    session.judge(snapshots[1:])
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)
    assert [each.epoch for each in heard] == [2]


def test_after_the_shutdown_nothing_is_begun(
    session: JudgingSession, snapshots: list[Snapshot]
) -> None:
    session.judge(snapshots)
    session.shutdown()
    session.judge(snapshots)
    assert not session.is_busy
    session.shutdown()
