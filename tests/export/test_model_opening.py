"""A network from a file can be used at once, even where the file does not say how it computes."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from lenet_desktop.data.images import DataSplits, LabelledImages
from lenet_desktop.export.model_files import ModelSource, read_model
from lenet_desktop.export.model_opening import (
    JUDGED_IMAGES,
    OpenedModel,
    find_fits,
    judge,
    make_usable,
    set_computation,
)
from lenet_desktop.networks.catalogue import build_network, load_weights
from lenet_desktop.networks.computation import (
    SCALES,
    UNIT,
    Computation,
    PixelScale,
    computations,
)
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.choices import Activation, Network, Optimizer, Pooling
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.training.learner import Learner
from lenet_desktop.training.network_file import save_model
from lenet_desktop.training.sampling import Variations

Train = Callable[[TrainingConfig], dict[str, Tensor]]
COMBINATIONS = [
    TrainingConfig(activation=activation, pooling=pooling, normalise=normalise)
    for activation, pooling, normalise in product(Activation, Pooling, (False, True))
] + [
    TrainingConfig(network=Network.PERCEPTRON, activation=activation, normalise=normalise)
    for activation, normalise in ((Activation.RELU, False), (Activation.TANH, True))
]


def open_model(
    path: Path, images: LabelledImages, candidates: Iterable[Computation] | None = None
) -> OpenedModel:
    return make_usable(read_model(path, images.info), images, candidates)


@pytest.fixture(scope="module")
def trained(few: DataSplits) -> Train:
    """Return what teaches a network a little of `few`, whatever it is made of."""
    known: dict[TrainingConfig, dict[str, Tensor]] = {}

    def train(config: TrainingConfig) -> dict[str, Tensor]:
        if config not in known:
            # Sigmoids need more steps before they learn anything at all.
            steps, rate = (200, 1e-2) if config.activation is Activation.SIGMOID else (60, 4e-3)
            adam = replace(config, optimizer=Optimizer.ADAM, learning_rate=rate)
            learner = Learner(adam, few.train)
            order = torch.Generator().manual_seed(0)
            for _ in range(steps):
                numbers = torch.randperm(len(few.train), generator=order)[:32]
                learner.learn(numbers, Variations(), adam.learning_rate)
            known[config] = dict(learner.state().weights)
        return known[config]

    return train


def computation(config: TrainingConfig) -> Computation:
    scale = SCALES[config.data.key] if config.normalise else UNIT
    pooling = config.pooling if config.network.pools else None
    return Computation(config.activation, pooling, scale)


def bare(config: TrainingConfig, weights: dict[str, Tensor]) -> Snapshot:
    return Snapshot.of(TrainingConfig(network=config.network), 0, weights)


def on_another_scale(weights: dict[str, Tensor], scale: PixelScale) -> dict[str, Tensor]:
    """Return weights that do with pixels on a scale what these do with pixels from 0 to 1.

    Where the mean is not 0 that holds except at the margins, which are padded with zeros.
    """
    kernels = weights["conv1.weight"]
    bias = weights["conv1.bias"] + scale.mean * kernels.sum(dim=(1, 2, 3))
    return {**weights, "conv1.weight": kernels * scale.std, "conv1.bias": bias}


@pytest.mark.parametrize("config", COMBINATIONS, ids=lambda c: computation(c).sentence_part())
def test_how_a_network_computes_is_found_out_from_its_weights(
    few: DataSplits, trained: Train, config: TrainingConfig
) -> None:
    snapshot = bare(config, trained(config))
    best, *_ = find_fits(snapshot, few.train, computations(config.network))
    assert best.computation == computation(config)


@pytest.mark.parametrize("name", SCALES)
@pytest.mark.parametrize(
    ("activation", "pooling"),
    [(Activation.RELU, Pooling.MAX), (Activation.SIGMOID, Pooling.AVERAGE)],
)
def test_a_network_is_right_about_as_much_as_on_the_scale_that_it_has_learned_on(
    few: DataSplits,
    trained: Train,
    tmp_path: Path,
    name: str,
    activation: Activation,
    pooling: Pooling,
) -> None:
    config, scale = TrainingConfig(activation=activation, pooling=pooling), SCALES[name]
    weights = on_another_scale(trained(config), scale)
    save_file(weights, file := tmp_path / "theirs.safetensors")
    its_own = build_network(config)
    its_own.load_state_dict(weights)
    read = (few.test.images / 255 - scale.mean) / scale.std

    opened = open_model(file, few.train)

    with torch.inference_mode():
        expected = its_own(read).softmax(dim=1).numpy()
    answers = judge(set_computation(opened, Computation(activation, pooling, scale)), few.test)
    assert answers.probabilities == pytest.approx(expected, abs=1e-4)
    assert judge(opened, few.test).accuracy == pytest.approx(answers.accuracy, abs=0.005)
    assert opened.computation is not None
    assert opened.computation.scale == scale


def test_where_several_ways_fit_the_figures_are_doubted(
    few: DataSplits, trained: Train, tmp_path: Path
) -> None:
    weights = trained(COMBINATIONS[0])
    # Without kernels in front a network does not see the scale of its pixels at all.
    save_file(
        {**weights, "conv1.weight": torch.zeros(6, 1, 5, 5)}, file := tmp_path / "blind.safetensors"
    )
    only_scales = [*computations(Network.LENET, Activation.SIGMOID, Pooling.AVERAGE)]
    network = bare(COMBINATIONS[0], weights)

    doubted = open_model(file, few.train, only_scales)
    sure = open_model(file, few.train, only_scales[:1])

    assert "may" in doubted.sentence
    assert "As chosen" in sure.sentence
    assert len(find_fits(network, few.train, only_scales)) == 1
    assert len(find_fits(network, few.train, [*only_scales, only_scales[0]])) == 2


def test_only_some_training_images_tell_how_a_network_computes(
    few: DataSplits, trained: Train
) -> None:
    network = bare(COMBINATIONS[0], trained(COMBINATIONS[0]))
    fits = find_fits(network, few.train, computations(Network.LENET))
    assert len(fits[0].predictions) == min(len(few.train), JUDGED_IMAGES)


def test_a_file_of_another_program_shows_the_answers_that_it_gave_there(
    few: DataSplits, trained: Train, tmp_path: Path
) -> None:
    config = TrainingConfig(activation=Activation.RELU, pooling=Pooling.MAX)
    weights = trained(config)
    file = tmp_path / "theirs.safetensors"
    save_file({f"features.{place}": value for place, value in enumerate(weights.values())}, file)

    opened = open_model(file, few.train)

    assert opened.source is ModelSource.OTHER
    assert opened.epochs_done is None
    assert opened.sentence == (
        "Opened theirs.safetensors. Which of its tensors is which was told by their shapes. The "
        "file does not say how its network computes; ReLU, maximum pooling and pixels from 0 to 1 "
        "fit it best."
    )
    learner = Learner(config, few.train)
    learner.model.load_state_dict(weights)
    expected = evaluate(learner.model, few.test, 0, normalise=False)
    found = evaluate(opened.snapshot.build(), few.test, 0, normalise=False)
    assert found.probabilities == pytest.approx(expected.probabilities, abs=1e-6)


def test_a_network_that_knows_nothing_is_said_to_be_no_better_than_chance(
    few: DataSplits, trained: Train, tmp_path: Path
) -> None:
    weights = trained(COMBINATIONS[0])
    file = tmp_path / "odd"
    save_file({**weights, "fc3.weight": -9 * weights["fc3.weight"]}, file)
    assert "no better than chance" in open_model(file, few.train).sentence


def test_weights_that_no_number_comes_of_are_refused_with_a_sentence(
    few: DataSplits, trained: Train, tmp_path: Path
) -> None:
    huge = {name: torch.full_like(value, 3e38) for name, value in trained(COMBINATIONS[0]).items()}
    save_file(huge, tmp_path / "huge")
    with pytest.raises(CheckpointError, match="The weights are too large"):
        open_model(tmp_path / "huge", few.train)


@pytest.mark.parametrize(
    ("epochs_done", "words_for_it"),
    [(None, "“Textbook LeNet”."), (0, "before its first epoch."), (3, "epoch 3 of 10.")],
)
def test_a_file_of_this_program_says_what_it_is(
    few: DataSplits, trained: Train, tmp_path: Path, epochs_done: int | None, words_for_it: str
) -> None:
    file = tmp_path / "ours.safetensors"
    save_model(trained(COMBINATIONS[0]), TrainingConfig(), file, epochs_done)
    opened = open_model(file, few.train)
    assert opened.source is ModelSource.MODEL
    assert opened.sentence.startswith("Opened ours.safetensors: “Textbook LeNet”")
    assert opened.sentence.endswith(words_for_it)
    assert opened.snapshot.epoch == (epochs_done or 0)


def test_a_perceptron_of_another_program_is_known_by_its_shapes(
    few: DataSplits, trained: Train, tmp_path: Path
) -> None:
    config = COMBINATIONS[-2]
    weights = trained(config)
    names = (f"net.{place}.{kind}" for place in (1, 3, 5) for kind in ("weight", "bias"))
    save_file(dict(zip(names, weights.values(), strict=True)), file := tmp_path / "mlp.safetensors")

    opened = open_model(file, few.train)

    assert opened.snapshot.config.network is Network.PERCEPTRON
    assert opened.computation == computation(config)
    assert opened.sentence == (
        "Opened mlp.safetensors. Which of its tensors is which was told by their shapes. The file "
        "does not say how its network computes; ReLU and pixels from 0 to 1 fit it best."
    )
    for name, weight in weights.items():
        assert torch.equal(torch.tensor(opened.snapshot.weights[name]), weight)


def test_two_biases_of_one_shape_are_not_guessed(
    few: DataSplits, trained: Train, tmp_path: Path
) -> None:
    weights = trained(COMBINATIONS[-2]).values()
    save_file({f"tensor{place}": each for place, each in enumerate(weights)}, tmp_path / "mlp")

    with pytest.raises(CheckpointError, match=r"nothing tells which .* is fc1\.bias"):
        open_model(tmp_path / "mlp", few.train)


@pytest.mark.parametrize("title", ["Mirrored clothes", "Fashion-MNIST"])
def test_a_network_that_has_learned_other_data_says_so_and_reads_its_own_scale(
    few: DataSplits, trained: Train, tmp_path: Path, title: str
) -> None:
    weights = trained(COMBINATIONS[0])
    other = replace(few.info, title=title, fingerprint="ab" * 32, mean=0.5, std=0.25)
    config = replace(COMBINATIONS[0], data=other, normalise=True)
    save_model(weights, config, file := tmp_path / "theirs.safetensors")

    opened = open_model(file, few.train)

    assert f"{title}, and is judged on Fashion-MNIST here." in opened.sentence
    network = build_network(config)
    load_weights(network, weights)
    with torch.inference_mode():
        logits = network((few.test.images / 255 - 0.5) / 0.25)
    answers = judge(opened, few.test)
    assert answers.info == few.info
    torch.testing.assert_close(torch.tensor(answers.probabilities), logits.softmax(dim=1))


@pytest.mark.parametrize(
    "unlike",
    [{"class_names": tuple("abc"), "train_counts": ()}, {"side": 32}, {"channels": 3}],
    ids=str,
)
def test_a_network_for_other_classes_or_images_of_another_size_does_not_fit(
    few: DataSplits, tmp_path: Path, unlike: dict[str, Any]
) -> None:
    other = replace(few.info, title="Signs", fingerprint="ab" * 32, **unlike)
    config = TrainingConfig(data=other)
    weights = dict(build_network(config).named_parameters())
    save_model({name: torch.zeros_like(w) for name, w in weights.items()}, config, tmp_path / "x")
    with pytest.raises(CheckpointError, match="x does not fit Fashion-MNIST: it has learned Signs"):
        open_model(tmp_path / "x", few.train)
