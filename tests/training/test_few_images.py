"""Learning from hardly any images, with classes of one image or none: it works, or a sentence."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from lenet_desktop.data.images import DataSplits
from lenet_desktop.settings.choices import ClassWeights, Network
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import PRESETS, Preset
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import train
from lenet_desktop.training.events import EpochDone, RunFinished, RunStarted
from lenet_desktop.training.rate_search import search_rates
from tests.judged import judged
from tests.made_images import made_images
from tests.other_data import colours

PROCESSOR = Device(CPU, "A processor")
LABELS: list[tuple[Sequence[int], Sequence[int]]] = [
    ([0, 1, 2], [0, 1, 2]),
    ([0, 0, 1], [1, 2]),  # the last class is never learned, the first never judged
    ([1] * 9 + [2], [0, 0, 2]),
]


def run(config: TrainingConfig, data: DataSplits) -> tuple[RunStarted, list[EpochDone]]:
    started, *events = train(replace(config, device=CPU), data, PROCESSOR)
    assert isinstance(started, RunStarted)
    assert isinstance(events[-1], RunFinished)
    return started, [event for event in events if isinstance(event, EpochDone)]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
@pytest.mark.parametrize(("train_labels", "test_labels"), LABELS)
def test_every_preset_learns_whatever_there_is(
    preset: Preset, train_labels: Sequence[int], test_labels: Sequence[int]
) -> None:
    data = colours(train_labels=train_labels, test_labels=test_labels)
    weighted = ClassWeights.BALANCED
    config = replace(preset.for_data(data.info), epochs=2, class_weights=weighted, dropout=0.5)

    _, epochs = run(config, data)

    assert [done.epoch for done in epochs] == [1, 2]
    assert all(0 <= judged(done.test_accuracy) <= 1 for done in epochs)


def test_a_batch_larger_than_all_images_is_all_images() -> None:
    data = colours(train_labels=[0, 1, 2] * 3)
    _, all_at_once = run(TrainingConfig(epochs=2, batch_size=9), data)
    started, larger = run(TrainingConfig(epochs=2, batch_size=10_000), data)
    assert started.steps_per_epoch == 1
    assert [done.train_loss for done in larger] == [done.train_loss for done in all_at_once]
    *_, last = search_rates(TrainingConfig(batch_size=10_000), data, PROCESSOR)
    assert last.is_done


@pytest.mark.parametrize(
    ("wanted", "labels", "can_be"),
    [
        (500, [0, 1, 2] * 3, False),  # more than there are
        (1, [0, 1, 2], False),  # the only one of its class
        (3, [0] * 9 + [1, 2], True),  # of the class that has enough
    ],
)
def test_what_cannot_be_held_out_is_a_sentence(
    wanted: int, labels: list[int], can_be: bool
) -> None:
    config = TrainingConfig(epochs=1, validation_images=wanted)
    if can_be:
        _, (done,) = run(config, colours(train_labels=labels))
        assert done.validation_accuracy is not None
        return
    with pytest.raises(ConfigError, match="Hold out fewer") as caught:
        run(config, colours(train_labels=labels))
    assert caught.value.field == "validation_images"


@pytest.mark.parametrize("network", Network)
def test_sixty_two_classes_of_ten_images_are_learned_from(network: Network) -> None:
    images = made_images(62, side=8, count=620).as_tensors()
    data = DataSplits(images, images.first(62))
    config = TrainingConfig(network=network, epochs=1, validation_images=62, data=data.info)
    started, (done,) = run(config, data)
    assert started.images_per_epoch == 620 - 62
    assert done.balanced_accuracy is None, "there is one of each to be judged"
