"""Looking into a network on a real thread: the latest request wins, and nothing hangs."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from lenet_desktop.core import inspection
from lenet_desktop.core.datasets import DataSplits
from lenet_desktop.core.devices import Device
from lenet_desktop.core.engine import train
from lenet_desktop.core.events import PredictionsReady
from lenet_desktop.core.inspection import FeatureBankBuilder
from lenet_desktop.core.snapshot import Snapshot
from lenet_desktop.session.inspection_session import ImageInspected, InspectionSession
from lenet_desktop.session.loading_thread import TrainingResources
from tests.recipes import RELU

LIMIT_MS = 20_000
CONFIG = replace(RELU.config, epochs=2, batch_size=64)


@pytest.fixture(scope="module")
def networks(few: DataSplits) -> list[Snapshot]:
    """Return the network after each of two epochs."""
    told = [e for e in train(CONFIG, few, Device("cpu", "CPU")) if isinstance(e, PredictionsReady)]
    return [event.snapshot for event in told if event.snapshot is not None]


@pytest.fixture
def looking(qapp: object, resources: TrainingResources) -> Iterator[InspectionSession]:
    owned = InspectionSession()
    owned.use_resources(resources)
    yield owned
    owned.shutdown()


class Gate:
    """Stands before each batch of features: counts them and lets through as many as allowed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached = threading.Semaphore(0)
        self.allowed = threading.Semaphore(0)
        self.passed: list[Snapshot] = []
        advance: Callable[[FeatureBankBuilder], None] = FeatureBankBuilder.advance

        def guarded(builder: FeatureBankBuilder) -> None:
            self.reached.release()
            assert self.allowed.acquire(timeout=10)
            self.passed.append(builder.snapshot)
            advance(builder)

        monkeypatch.setattr(FeatureBankBuilder, "advance", guarded)
        monkeypatch.setattr(
            FeatureBankBuilder.__init__, "__defaults__", (100,)
        )  # six batches of the 600 images

    def wait(self) -> None:
        assert self.reached.acquire(timeout=10)

    def open(self) -> None:
        self.allowed.release(1_000)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


def told_by(looking: InspectionSession) -> list[ImageInspected]:
    told: list[ImageInspected] = []
    looking.inspected.connect(told.append)
    return told


def look(looking: InspectionSession, snapshot: Snapshot, few: DataSplits, number: int) -> None:
    looking.look(snapshot, number, few.test.images[number].numpy())


def wait_for(qtbot: QtBot, told: list[ImageInspected], count: int) -> None:
    qtbot.waitUntil(lambda: len(told) >= count, timeout=LIMIT_MS)


def test_without_neighbours_one_answer_comes_from_another_thread(
    qtbot: QtBot,
    looking: InspectionSession,
    networks: list[Snapshot],
    few: DataSplits,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    computed_on: list[int] = []
    inspect = inspection.inspect

    def noted(*arguments: object) -> object:
        computed_on.append(threading.get_ident())
        return inspect(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(inspection, "inspect", noted)
    told = told_by(looking)
    with qtbot.waitSignal(looking.inspected, timeout=LIMIT_MS):
        look(looking, networks[1], few, 5)
    assert (told[0].number, told[0].epoch) == (5, 2)
    np.testing.assert_array_equal(told[0].inspection.pixels, few.test.images[5, 0].numpy())
    assert told[0].inspection.neighbours is None
    assert computed_on != [threading.get_ident()]
    assert len(computed_on) == 1


def test_neighbours_follow_the_rest_and_come_with_it_once_the_features_are_known(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits, gate: Gate
) -> None:
    told = told_by(looking)
    looking.wants_neighbours = True
    look(looking, networks[0], few, 1)
    wait_for(qtbot, told, 1)
    assert told[0].inspection.neighbours is None, "what is quick is shown first"
    gate.open()
    wait_for(qtbot, told, 2)
    assert told[1].number == 1
    assert told[1].inspection.attribution is told[0].inspection.attribution
    assert len(told[1].inspection.neighbours or ()) == 8
    assert len(gate.passed) == 6

    look(looking, networks[0], few, 2)
    wait_for(qtbot, told, 3)
    assert told[2].number == 2
    assert told[2].inspection.neighbours is not None, "from the features that were kept"
    assert len(gate.passed) == 6


def test_of_two_networks_only_the_latest_is_told_of(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits, gate: Gate
) -> None:
    told = told_by(looking)
    looking.wants_neighbours = True
    look(looking, networks[0], few, 1)
    gate.wait()  # its features are being computed; its first answer may not have been heard yet
    look(looking, networks[1], few, 2)
    look(looking, networks[1], few, 3)
    gate.open()
    qtbot.waitUntil(
        lambda: bool(told) and told[-1].inspection.neighbours is not None, timeout=LIMIT_MS
    )
    assert [(each.number, each.epoch) for each in told] == [(3, 2), (3, 2)]
    assert gate.passed.count(networks[0]) == 1, "given up after the batch under way"
    assert gate.passed.count(networks[1]) == 6


def test_another_image_of_the_same_network_goes_on_with_its_features(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits, gate: Gate
) -> None:
    told = told_by(looking)
    looking.wants_neighbours = True
    look(looking, networks[0], few, 1)
    gate.wait()
    look(looking, networks[0], few, 2)
    gate.allowed.release()
    wait_for(qtbot, told, 1)
    assert told[0].number == 2, "the new image is looked at before the next batch"
    gate.open()
    wait_for(qtbot, told, 2)
    assert len(gate.passed) == 6


def test_what_is_cancelled_is_not_told(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits, gate: Gate
) -> None:
    told = told_by(looking)
    looking.wants_neighbours = True
    look(looking, networks[0], few, 1)
    gate.wait()
    looking.cancel()
    gate.open()
    looking.wants_neighbours = False
    look(looking, networks[1], few, 4)
    wait_for(qtbot, told, 1)
    assert [each.number for each in told] == [4]
    assert len(gate.passed) == 1


def test_neighbours_can_be_wanted_and_not_wanted_any_more_while_an_image_is_looked_at(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits, gate: Gate
) -> None:
    told = told_by(looking)
    look(looking, networks[0], few, 1)
    wait_for(qtbot, told, 1)
    looking.wants_neighbours = True  # the image is looked at again
    gate.wait()
    looking.wants_neighbours = False
    gate.open()
    look(looking, networks[0], few, 2)
    wait_for(qtbot, told, 2)
    assert all(each.inspection.neighbours is None for each in told)
    assert len(gate.passed) == 1
    looking.wants_neighbours = True
    qtbot.waitUntil(lambda: told[-1].inspection.neighbours is not None, timeout=LIMIT_MS)
    assert looking.wants_neighbours
    assert told[-1].number == 2


def test_while_a_run_is_spared_neighbours_come_from_known_features_alone(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits, gate: Gate
) -> None:
    gate.open()
    told = told_by(looking)
    looking.wants_neighbours = True
    look(looking, networks[0], few, 1)
    wait_for(qtbot, told, 2)
    looking.spares_run = True
    passed = len(gate.passed)
    look(looking, networks[0], few, 2)
    wait_for(qtbot, told, 3)
    assert told[2].inspection.neighbours is not None
    look(looking, networks[1], few, 3)
    wait_for(qtbot, told, 4)
    look(looking, networks[1], few, 4)
    wait_for(qtbot, told, 5)
    assert told[4].inspection.neighbours is None
    assert len(gate.passed) == passed, "nothing was computed for the other network"

    looking.spares_run = False

    qtbot.waitUntil(lambda: told[-1].inspection.neighbours is not None, timeout=LIMIT_MS)
    assert (told[-1].number, told[-1].epoch) == (4, 2)


def test_without_training_images_there_are_no_neighbours_until_they_come(
    qtbot: QtBot,
    qapp: object,
    networks: list[Snapshot],
    few: DataSplits,
    resources: TrainingResources,
) -> None:
    looking = InspectionSession()
    told = told_by(looking)
    looking.wants_neighbours = True
    look(looking, networks[0], few, 1)
    wait_for(qtbot, told, 1)
    assert told[0].inspection.neighbours is None
    looking.use_resources(resources)
    qtbot.waitUntil(lambda: told[-1].inspection.neighbours is not None, timeout=LIMIT_MS)
    looking.shutdown()


def test_shutting_down_in_the_middle_of_the_features_waits_for_one_batch_only(
    looking: InspectionSession,
    networks: list[Snapshot],
    few: DataSplits,
    gate: Gate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wait = QThread.wait

    def opened(thread: QThread) -> bool:
        gate.open()  # while `shutdown` already waits
        return wait(thread)

    monkeypatch.setattr(QThread, "wait", opened)
    looking.wants_neighbours = True
    look(looking, networks[0], few, 1)
    gate.wait()
    looking.shutdown()
    assert len(gate.passed) == 1
    looking.shutdown()
    look(looking, networks[0], few, 2)  # asks for nothing any more
    looking.cancel()
    assert len(gate.passed) == 1


def test_shutting_down_what_never_looked_is_no_work(qapp: object) -> None:
    never_used = InspectionSession()
    never_used.cancel()
    never_used.shutdown()
    never_used.shutdown()


def test_a_failure_is_a_sentence_and_the_next_image_can_be_looked_at(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits
) -> None:
    broken = replace(networks[0], weights={})
    with qtbot.waitSignal(looking.failed, timeout=LIMIT_MS) as failure:
        look(looking, broken, few, 1)
    assert failure.args == [
        "What the network saw cannot be shown: the weights conv1.weight are missing. "
        "Training is not affected; choose another image to try again."
    ]
    with qtbot.waitSignal(looking.inspected, timeout=LIMIT_MS):
        look(looking, networks[0], few, 1)
