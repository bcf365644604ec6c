"""Anything done to the window in any order leaves it right; see also `benchmarks/monkey.py`."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import DataSplits, ImageSet
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.devices import Device
from tests.ui.claims import check_claims
from tests.ui.monkey import KINDS, Cage, Deed, MisbehavedError, random_script, read_script, written

DEEDS = 500
LIMIT_MS = 20_000


@pytest.fixture
def cage(
    qapp: QApplication, tmp_path: Path, few: DataSplits, few_images: ImageSet, devices: list[Device]
) -> Cage:
    return Cage(tmp_path, lambda store: TrainingResources(few, devices[-1:], store), few_images)


@pytest.mark.timeout(300)
def test_nothing_that_is_done_makes_the_window_wrong(cage: Cage) -> None:
    cage.follow(random_script(seed=7, length=DEEDS))
    assert sum(cage.counts.values()) > DEEDS // 2
    assert len(cage.counts) > len(KINDS) // 2


def test_a_window_that_is_wrong_is_noticed(cage: Cage, monkeypatch: pytest.MonkeyPatch) -> None:
    def lie(cage: Cage, _deed: Deed) -> str:
        cage.window.controls.stop_button.setEnabled(True)
        return "a lie"

    monkeypatch.setitem(KINDS, "wait", (lie, 1.0))
    monkeypatch.setattr("tests.ui.monkey.PATIENCE", 1)
    with pytest.raises(MisbehavedError, match="deed 1, wait a lie"):
        cage.follow([Deed("wait", 0, 0)])


def test_what_is_said_of_a_run_of_one_epoch_is_true(qtbot: QtBot, cage: Cage) -> None:
    cage.open()
    window = cage.window
    window.training.form.set_config(TrainingConfig(epochs=1, batch_size=100))
    window.controls.start.trigger()
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
    check_claims(window, cage.store)
    cage.close()


def test_a_script_is_the_same_when_it_is_read_again(tmp_path: Path) -> None:
    script = random_script(seed=1, length=50)
    (tmp_path / "script").write_text(written(script), encoding="utf-8")
    assert read_script(tmp_path / "script") == script == random_script(seed=1, length=50)
    assert script != random_script(seed=2, length=50)
