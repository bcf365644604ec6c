from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.judging import judge_run
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.portable import export_run, import_run
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.reporting import report_of
from lenet_desktop.runs.store import BusyRunError, RunStore
from lenet_desktop.runs.train_run import checkpoint_of, train_run
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.events import NetworkReady, PredictionsReady

DEVICES = [Device(CPU, "A processor")]
CONFIG = TrainingConfig(epochs=2, batch_size=200, validation_images=200, device=CPU)


@pytest.fixture
def unjudged(store: RunStore, few: DataSplits) -> int:
    """Return the number of a run that has left the test images alone."""
    run = train_run(CONFIG, few, store, DEVICES, judges_test_images=False)
    told = [type(event) for event in run.events]
    assert (told.count(NetworkReady), told.count(PredictionsReady)) == (2, 0)
    assert run.recorder.unkept is None
    return run.recorder.run_id or 0


def test_a_run_that_is_not_judged_is_carried_elsewhere_and_judged_there(
    store: RunStore, unjudged: int, few: DataSplits, cache: Path, tmp_path: Path
) -> None:
    file = tmp_path / "run.zip"
    assert export_run(store, unjudged, file) is None
    assert report_of(store, unjudged, cache).remarks == ["The test images are not judged yet."]
    with closing(open_store(tmp_path / "elsewhere")) as other:
        record = import_run(other, file)
        assert (record.epochs_done, record.last_accuracy, record.best_accuracy) == (2, None, None)
        assert not record.is_judged
        assert record.validation_accuracy is not None
        opened = read_run(other, record.id)
        assert (len(opened.predictions), len(opened.snapshots), opened.notice) == (0, 2, None)

        judging = judge_run(other, record.id, few)
        first = next(answers for answers in judging if answers is not None)
        judging.close()  # somebody gives it up
        again = [answers for answers in judge_run(other, record.id, few) if answers is not None]
        assert [first.epoch, *(answers.epoch for answers in again)] == [1, 2]
        assert not [answers for answers in judge_run(other, record.id, few) if answers]
        judged = other.record(record.id)
        assert judged.is_judged
        assert judged.last_accuracy == again[0].accuracy
        opened = read_run(other, record.id)
        assert [answers.epoch for answers in opened.predictions] == [1, 2]
        np.testing.assert_array_equal(opened.predictions[-1].predicted, again[0].predicted)
        (curves,) = other.curves([record.id])
        assert [done.test_loss for done in curves.epochs] == [first.loss, again[0].loss]
        judged_file = tmp_path / "judged.zip"
        assert export_run(other, record.id, judged_file) is None
    with closing(open_store(tmp_path / "third")) as third:
        assert import_run(third, judged_file).is_judged


def test_a_run_that_is_gone_on_with_judges_from_there_on_and_the_rest_when_it_is_asked_for(
    store: RunStore, unjudged: int, few: DataSplits
) -> None:
    checkpoint = checkpoint_of(store, unjudged).extended(1)
    run = train_run(CONFIG, few, store, DEVICES, checkpoint=checkpoint, run_id=unjudged)
    next(run.events)
    with pytest.raises(BusyRunError, match="going on"):
        next(judge_run(store, unjudged, few))
    for _ in run.events:
        pass
    (curves,) = store.curves([unjudged])
    assert [done.test_loss is None for done in curves.epochs] == [True, True, False]
    assert [answers.epoch for answers in read_run(store, unjudged).predictions] == [3]
    for _ in judge_run(store, unjudged, few):
        pass
    whole = train_run(replace(CONFIG, epochs=2), few, None, DEVICES)
    told = [event for event in whole.events if isinstance(event, PredictionsReady)]
    opened = read_run(store, unjudged)
    assert [answers.epoch for answers in opened.predictions] == [1, 2, 3]
    for kept, event in zip(opened.predictions, told, strict=False):
        np.testing.assert_array_equal(kept.predicted, event.predictions.predicted)
