"""Judging gives the same figures as a plain loop over the images."""

from dataclasses import replace

import numpy as np
import pytest
from torch import nn

from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks import evaluation
from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.settings.presets import TEXTBOOK
from tests.recipes import RELU
from tests.textbook import judge_plainly, textbook_model


def test_judging_gives_what_a_plain_loop_gives(few: DataSplits) -> None:
    config = replace(RELU.config, seed=2)
    probabilities, losses = judge_plainly(textbook_model(config), few.test)

    answers = evaluate(new_network(config), few.test, epoch=4)

    assert answers.epoch == 4
    assert answers.probabilities.shape == (300, 10)
    assert answers.probabilities.dtype == answers.losses.dtype == np.float32
    np.testing.assert_allclose(answers.probabilities, probabilities.numpy(), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(answers.losses, losses.numpy(), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(answers.labels, few.test.labels.numpy())
    known = {"predicted", "confidence", "margin", "entropy"}
    assert known <= vars(answers).keys(), "no window that sorts by it has to wait for it"


@pytest.mark.parametrize("batch", [1, 7, 299, 300])
def test_judging_does_not_depend_on_the_batch_size(
    batch: int, few: DataSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = new_network(RELU.config)
    expected = evaluate(model, few.test, epoch=1)

    monkeypatch.setattr(evaluation, "EVALUATION_BATCH", batch)
    answers = evaluate(model, few.test, epoch=1)

    np.testing.assert_allclose(answers.probabilities, expected.probabilities, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(answers.losses, expected.losses, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("training", [True, False])
def test_judging_restores_the_mode_and_leaves_no_gradient(training: bool, few: DataSplits) -> None:
    model = new_network(TEXTBOOK.config).train(training)

    evaluate(model, few.test, epoch=1)

    assert all(module.training is training for module in model.modules())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_judging_is_done_in_eval_mode(few: DataSplits) -> None:
    linear = nn.Linear(784, 10)
    forgetful = nn.Sequential(nn.Flatten(), nn.Dropout(0.9), linear).train()
    whole = nn.Sequential(nn.Flatten(), linear)

    np.testing.assert_allclose(  # sums in another order: own kernels compute only one of them
        evaluate(forgetful, few.test, epoch=1).losses,
        evaluate(whole, few.test, epoch=1).losses,
        rtol=1e-5,
    )
