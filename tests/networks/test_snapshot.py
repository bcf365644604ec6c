"""A snapshot gives the very answers that it was taken with, whatever is learned after it."""

from dataclasses import replace

import numpy as np
import pytest

from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.compact_predictions import rounded
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import Trainer, train
from lenet_desktop.training.events import PredictionsReady
from tests.recipes import RELU

CONFIG = replace(RELU.config, epochs=3, normalise=True)
CPU = Device("cpu", "CPU")


def test_each_epochs_network_can_be_asked_again_after_the_run(few: DataSplits) -> None:
    told = [event for event in train(CONFIG, few, CPU) if isinstance(event, PredictionsReady)]

    assert len(told) == 3
    for epoch, event in enumerate(told, start=1):
        assert event.snapshot is not None
        assert event.snapshot.epoch == event.predictions.epoch == epoch
        model = event.snapshot.build()
        assert not model.training
        again = evaluate(model, few.test, epoch, normalise=True)
        kept = rounded(again).probabilities
        np.testing.assert_allclose(kept, event.predictions.probabilities, atol=1e-6)
    first, last = told[0].snapshot, told[-1].snapshot
    assert first is not None
    assert last is not None
    assert not np.array_equal(first.weights["conv1.weight"], last.weights["conv1.weight"])
    with pytest.raises(ValueError, match="read-only"):
        first.weights["conv1.weight"][0] = 0


def test_a_checkpoint_tells_of_its_network_only_while_it_has_it(few: DataSplits) -> None:
    trainer = Trainer(CONFIG, few, CPU, report_interval_s=0.0)
    seen = []
    for event in trainer.events():
        past = [each for each in trainer.checkpoint().past() if isinstance(each, PredictionsReady)]
        seen.append((type(event).__name__, bool(past and past[0].snapshot)))
    assert ("PredictionsReady", True) in seen
    assert ("PredictionsReady", False) not in seen
    assert ("StepsDone", True) not in seen
