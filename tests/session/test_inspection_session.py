"""Looking into a network on a real thread: the latest request wins, and nothing hangs."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis import inspection, neighbours
from lenet_desktop.analysis.neighbours import Bytes, FeatureBankBuilder
from lenet_desktop.analysis.unlikeness import UnlikenessScale
from lenet_desktop.data.images import DataSplits, Split
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.inspection_session import ImageInspected, InspectionSession
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.network_inspector import Request
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import train
from lenet_desktop.training.events import PredictionsReady
from tests.other_data import colours
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
    """Return a session that finds neighbours, but has nothing to compare their distance with."""
    owned = InspectionSession()
    without = replace(resources.data, test=resources.data.test.first(0))
    owned.use_resources(replace(resources, data=without))
    yield owned
    owned.shutdown()


@pytest.fixture
def comparing(qapp: object, resources: TrainingResources) -> Iterator[InspectionSession]:
    """Return a session with training images and test images."""
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
    looking.look(snapshot, Split.TEST, number, few.test.images[number].numpy())


def wait_for(qtbot: QtBot, told: list[ImageInspected], count: int) -> None:
    qtbot.waitUntil(lambda: len(told) >= count, timeout=LIMIT_MS)


def searched(told: list[ImageInspected]) -> list[int | None]:
    """Return among how many images neighbours were found, in each answer."""
    found = [each.inspection.neighbours for each in told]
    return [None if each is None else each.searched for each in found]


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a sample be 200 of the 600 images."""
    monkeypatch.setattr(neighbours, "SAMPLE", 200)
    return 200


def noted_looks(monkeypatch: pytest.MonkeyPatch) -> list[Snapshot]:
    """Return the networks that are really looked into from now on."""
    looked_into: list[Snapshot] = []
    inspect = inspection.inspect

    def noted(snapshot: Snapshot, pixels: Bytes) -> inspection.Inspection:
        looked_into.append(snapshot)
        return inspect(snapshot, pixels)

    monkeypatch.setattr(inspection, "inspect", noted)
    return looked_into


def test_a_look_is_answered_from_another_thread(
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
    np.testing.assert_array_equal(told[0].inspection.pixels, few.test.images[5].numpy())
    assert computed_on != [threading.get_ident()]
    assert len(computed_on) == 1


def test_neighbours_follow_the_rest_first_of_a_sample_then_of_all(
    qtbot: QtBot,
    looking: InspectionSession,
    networks: list[Snapshot],
    few: DataSplits,
    gate: Gate,
    sample: int,
) -> None:
    told = told_by(looking)
    look(looking, networks[0], few, 1)
    wait_for(qtbot, told, 1)
    assert searched(told) == [None], "what is quick is shown first"
    gate.open()
    wait_for(qtbot, told, 3)
    assert searched(told) == [None, sample, 600]
    assert {each.number for each in told} == {1}
    assert told[2].inspection.attribution is told[0].inspection.attribution
    nearest = told[2].inspection.neighbours
    assert nearest is not None
    assert len(nearest.nearest) == 8
    assert len(gate.passed) == 6

    look(looking, networks[0], few, 2)
    wait_for(qtbot, told, 4)
    assert told[3].number == 2
    assert searched(told)[3] == 600, "from the features that were kept"
    assert len(gate.passed) == 6


def test_while_somebody_looks_at_neighbours_no_answer_comes_without(
    qtbot: QtBot,
    looking: InspectionSession,
    networks: list[Snapshot],
    few: DataSplits,
    gate: Gate,
    sample: int,
) -> None:
    gate.open()
    told = told_by(looking)
    looking.wants_neighbours = True
    look(looking, networks[0], few, 1)
    wait_for(qtbot, told, 2)
    assert searched(told) == [sample, 600]


def test_of_two_networks_only_the_latest_is_told_of(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits, gate: Gate
) -> None:
    told = told_by(looking)
    look(looking, networks[0], few, 1)
    gate.wait()  # its features are being computed; its first answer may not have been heard yet
    look(looking, networks[1], few, 2)
    look(looking, networks[1], few, 3)
    gate.open()
    qtbot.waitUntil(lambda: bool(told) and searched(told)[-1] == 600, timeout=LIMIT_MS)
    assert [(each.number, each.epoch) for each in told] == [(3, 2), (3, 2)]
    assert gate.passed.count(networks[0]) == 1, "given up after the batch under way"
    assert gate.passed.count(networks[1]) == 6


def test_another_image_of_the_same_network_goes_on_with_its_features(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits, gate: Gate
) -> None:
    told = told_by(looking)
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
    look(looking, networks[0], few, 1)
    gate.wait()
    looking.cancel()
    gate.open()
    look(looking, networks[1], few, 4)
    wait_for(qtbot, told, 1)
    assert {each.number for each in told} == {4}
    assert gate.passed.count(networks[0]) == 1


def test_a_network_that_was_prepared_has_all_neighbours_at_once(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits, gate: Gate
) -> None:
    told = told_by(looking)
    looking.prepare(networks[0])
    gate.open()
    qtbot.waitUntil(lambda: len(gate.passed) == 6, timeout=LIMIT_MS)
    assert told == []
    look(looking, networks[0], few, 3)
    wait_for(qtbot, told, 1)
    assert searched(told) == [600]
    assert len(gate.passed) == 6


def test_the_first_look_is_rehearsed_once_even_while_a_run_is_spared(
    qtbot: QtBot,
    looking: InspectionSession,
    networks: list[Snapshot],
    gate: Gate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate.open()
    rehearsed = noted_looks(monkeypatch)
    told = told_by(looking)
    looking.spares_run = True
    looking.prepare(networks[0])
    qtbot.waitUntil(lambda: rehearsed == [networks[0]], timeout=LIMIT_MS)
    assert gate.passed == []
    looking.spares_run = False
    looking.prepare(networks[1])
    qtbot.waitUntil(lambda: len(gate.passed) >= 6, timeout=LIMIT_MS)
    assert rehearsed == [networks[0]]
    assert told == []


def test_of_networks_that_follow_each_other_only_the_last_is_prepared(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], gate: Gate
) -> None:
    gate.open()
    looking.prepare(networks[0])
    looking.prepare(networks[1])
    looking.prepare(networks[1])  # the same again changes nothing
    qtbot.waitUntil(lambda: len(gate.passed) == 6, timeout=LIMIT_MS)
    assert set(gate.passed) == {networks[1]}


def test_while_a_run_is_spared_nothing_is_prepared_until_it_ends(
    qtbot: QtBot,
    looking: InspectionSession,
    networks: list[Snapshot],
    few: DataSplits,
    gate: Gate,
) -> None:
    gate.open()
    told = told_by(looking)
    looking.spares_run = True
    looking.prepare(networks[0])
    look(looking, networks[1], few, 1)
    wait_for(qtbot, told, 1)
    looking.prepare(networks[0])
    assert gate.passed == []
    looking.spares_run = False
    qtbot.waitUntil(lambda: len(gate.passed) == 6, timeout=LIMIT_MS)
    assert set(gate.passed) == {networks[0]}


def test_while_a_run_is_spared_only_a_sample_is_searched_and_only_if_it_is_looked_at(
    qtbot: QtBot,
    looking: InspectionSession,
    networks: list[Snapshot],
    few: DataSplits,
    gate: Gate,
    sample: int,
) -> None:
    gate.open()
    told = told_by(looking)
    look(looking, networks[0], few, 1)
    wait_for(qtbot, told, 3)
    looking.spares_run = True
    look(looking, networks[0], few, 2)
    wait_for(qtbot, told, 4)
    assert searched(told)[3] == 600, "what was known before costs nothing"

    look(looking, networks[1], few, 3)
    wait_for(qtbot, told, 5)
    assert searched(told)[4] is None
    assert len(gate.passed) == 6, "nothing was computed for the other network"

    looking.wants_neighbours = True  # the image is looked at again
    wait_for(qtbot, told, 6)
    look(looking, networks[1], few, 4)
    wait_for(qtbot, told, 7)
    assert searched(told)[5:] == [sample, sample]
    assert len(gate.passed) == 8, "two batches, and no more"

    looking.spares_run = False
    qtbot.waitUntil(lambda: searched(told)[-1] == 600, timeout=LIMIT_MS)
    assert (told[-1].number, told[-1].epoch) == (4, 2)


def test_an_image_is_told_of_though_neighbours_are_not_wanted_any_more(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits, gate: Gate
) -> None:
    told = told_by(looking)
    looking.spares_run = looking.wants_neighbours = True
    look(looking, networks[0], few, 1)
    gate.wait()
    looking.wants_neighbours = False
    gate.open()
    wait_for(qtbot, told, 1)
    assert searched(told) == [None]
    assert len(gate.passed) == 1


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
    assert searched(told) == [None]
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


def test_a_network_that_cannot_be_prepared_is_told_of_only_when_it_is_looked_at(
    qtbot: QtBot,
    looking: InspectionSession,
    networks: list[Snapshot],
    few: DataSplits,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failures: list[str] = []
    looking.failed.connect(failures.append)
    told = told_by(looking)
    broken = replace(networks[0], weights={})
    tried = noted_looks(monkeypatch)
    looking.prepare(broken)
    qtbot.waitUntil(lambda: tried == [broken], timeout=LIMIT_MS)
    look(looking, networks[1], few, 2)
    wait_for(qtbot, told, 1)
    assert failures == []
    with qtbot.waitSignal(looking.failed, timeout=LIMIT_MS):
        look(looking, broken, few, 2)


def test_a_training_image_is_no_neighbour_of_its_own(
    qtbot: QtBot, looking: InspectionSession, networks: list[Snapshot], few: DataSplits
) -> None:
    told = told_by(looking)
    looking.look(networks[0], Split.TRAIN, 5, few.train.images[5].numpy())
    qtbot.waitUntil(lambda: bool(told) and searched(told)[-1] == 600, timeout=LIMIT_MS)
    found = told[-1].inspection.neighbours
    assert found is not None
    assert 5 not in {each.number for each in found.nearest}
    assert len(found.nearest) == 8


def compared(told: list[ImageInspected]) -> list[bool]:
    """Return whether each answer says how unlike the training images the image is."""
    return [each.inspection.unlikeness is not None for each in told]


def test_how_unlike_an_image_is_follows_its_neighbours_and_is_kept_with_them(
    qtbot: QtBot, comparing: InspectionSession, networks: list[Snapshot], few: DataSplits
) -> None:
    told = told_by(comparing)
    look(comparing, networks[0], few, 1)
    qtbot.waitUntil(lambda: bool(told) and compared(told)[-1], timeout=LIMIT_MS)
    assert searched(told) == [None, 600, 600]
    assert compared(told) == [False, False, True]
    found = told[2].inspection.unlikeness
    assert found is not None
    assert 0 <= found.share <= 1
    assert found.compared == 300

    look(comparing, networks[0], few, 2)
    wait_for(qtbot, told, 4)
    assert (searched(told)[3], compared(told)[3]) == (600, True), "with what was kept"


def test_another_request_need_not_wait_until_all_test_images_are_compared(
    qtbot: QtBot,
    comparing: InspectionSession,
    networks: list[Snapshot],
    few: DataSplits,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = told_by(comparing)
    blocks: list[int] = []
    advance = UnlikenessScale.advance

    def overtaken(scale: UnlikenessScale) -> None:
        blocks.append(len(blocks))
        if len(blocks) == 1:
            comparing.cancel()
        advance(scale)

    monkeypatch.setattr(UnlikenessScale, "advance", overtaken)
    look(comparing, networks[0], few, 1)
    qtbot.waitUntil(lambda: len(blocks) == 1, timeout=LIMIT_MS)
    look(comparing, networks[0], few, 2)
    qtbot.waitUntil(lambda: bool(told) and compared(told)[-1], timeout=LIMIT_MS)
    assert told[-1].number == 2
    assert len(blocks) == 6, "gone on with where it was left"


def test_while_a_run_is_spared_nothing_is_compared_that_nobody_looks_at(
    qtbot: QtBot,
    comparing: InspectionSession,
    networks: list[Snapshot],
    few: DataSplits,
    sample: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FeatureBankBuilder.__init__, "__defaults__", (100,))
    told = told_by(comparing)
    comparing.spares_run = True
    look(comparing, networks[0], few, 1)
    wait_for(qtbot, told, 1)
    assert (searched(told), compared(told)) == ([None], [False])

    comparing.wants_neighbours = True
    qtbot.waitUntil(lambda: compared(told)[-1], timeout=LIMIT_MS)
    assert searched(told) == [None, sample, sample]

    comparing.spares_run = False
    qtbot.waitUntil(lambda: searched(told)[-1] == 600, timeout=LIMIT_MS)
    assert compared(told)[2:] == [True] * (len(told) - 2), "the sentence never goes for a moment"


def test_no_network_is_asked_about_other_data_than_its_own(
    qtbot: QtBot,
    looking: InspectionSession,
    networks: list[Snapshot],
    few: DataSplits,
    resources: TrainingResources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Request | None] = []
    ask = looking.questions.ask

    def noted(request: Request | None) -> None:
        asked.append(request)
        ask(request)

    with qtbot.waitSignal(looking.inspected, timeout=LIMIT_MS):
        looking.look(networks[0], Split.TEST, 3, few.test.images[3].numpy())
    monkeypatch.setattr(looking.questions, "ask", noted)
    looking.use_resources(replace(resources, data=colours()))
    assert [request.snapshot for request in asked if request is not None] == [None]
    looking.use_resources(resources)
    looking.look(networks[0], Split.TEST, 3, few.test.images[3].numpy())
    looking.use_resources(replace(resources, data=replace(few, train=few.train.first(300))))
    assert asked[-1] is not None
    assert asked[-1].snapshot is networks[0], "it has learned these"
