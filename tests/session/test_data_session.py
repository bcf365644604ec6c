"""Another data set is loaded behind the window, or given up; store and devices stay."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event as Flag

import pytest
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import DataError, Split
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.data.progress import Preparing, Progress
from lenet_desktop.session.data_session import DataSession
from lenet_desktop.session.loading_thread import TrainingResources
from tests.other_data import colours

LIMIT_MS = 30_000


@pytest.fixture
def loading(resources: TrainingResources, tmp_path: Path, qapp: object) -> Iterator[DataSession]:
    session = DataSession(tmp_path)
    session.use_resources(resources)
    yield session
    session.shutdown()


def test_a_named_set_comes_with_the_store_and_devices_of_before(
    qtbot: QtBot, loading: DataSession, resources: TrainingResources
) -> None:
    with qtbot.waitSignal(loading.loaded, timeout=LIMIT_MS) as loaded:
        assert loading.load_named("digits")
    (new,) = loaded.args
    assert new.data.info.key == "digits"
    assert len(new.data.train) + len(new.data.test) == 1_797
    assert new.store is resources.store
    assert new.devices is resources.devices


def test_what_was_learned_from_is_found_by_its_content_or_missed_in_words(
    qtbot: QtBot, loading: DataSession
) -> None:
    other = colours()
    with qtbot.waitSignal(loading.failed, timeout=LIMIT_MS) as failed:
        loading.load_again(other.info)
    assert "Colours" in failed.args[0]
    parts = {Split.TRAIN: other.train.as_image_set(), Split.TEST: other.test.as_image_set()}
    assert PreparedSets(loading.cache).save(parts, "folder-1") is None
    with qtbot.waitSignal(loading.loaded, timeout=LIMIT_MS) as loaded:
        loading.load_again(other.info)
    assert loaded.args[0].data.info == other.info


def preparing(steps: int, begun: Flag, may_go_on: Flag, closed: Flag) -> Callable[[], Preparing]:
    """Return what waits after its first step, and then fails after its last."""

    def prepare() -> Preparing:
        try:
            for step in range(steps):
                yield Progress(step, steps, f"{step} of {steps} pictures")
                begun.set()
                may_go_on.wait(LIMIT_MS / 1_000)
        finally:
            closed.set()
        raise DataError("Nothing is left.")

    return prepare


def test_progress_and_failure_are_told(qtbot: QtBot, loading: DataSession) -> None:
    flags = Flag(), Flag(), Flag()
    flags[1].set()
    heard: list[Progress] = []
    loading.progressed.connect(heard.append)
    with qtbot.waitSignal(loading.failed, timeout=LIMIT_MS) as failed:
        loading.load(preparing(4, *flags))
    assert failed.args == ["Nothing is left."]
    assert [(each.done, each.share, each.words) for each in heard] == [
        (step, step / 4, f"{step} of 4 pictures") for step in range(4)
    ]


def test_given_up_it_is_closed_and_nothing_is_heard(qtbot: QtBot, loading: DataSession) -> None:
    begun, may_go_on, closed = Flag(), Flag(), Flag()
    with qtbot.assertNotEmitted(loading.failed), qtbot.assertNotEmitted(loading.loaded):
        loading.load(preparing(4, begun, may_go_on, closed))
        qtbot.waitUntil(begun.is_set, timeout=LIMIT_MS)
        loading.cancel()
        assert not loading.is_busy
        may_go_on.set()
        qtbot.waitUntil(closed.is_set, timeout=LIMIT_MS)


def test_nothing_can_be_loaded_before_the_libraries_are(tmp_path: Path, qapp: object) -> None:
    assert not DataSession(tmp_path).load_named("digits")
