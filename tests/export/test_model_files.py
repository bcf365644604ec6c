"""Networks are read from files of any origin, or a sentence says what does not fit."""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save
from torch import Tensor

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.export.model_files import (
    ModelSource,
    StoredModel,
    read_model,
)
from lenet_desktop.networks.catalogue import new_network, parameter_shapes
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import MODEL_FORMAT, Snapshot
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.settings.choices import Network
from lenet_desktop.settings.config import MAX_EPOCHS, TrainingConfig
from lenet_desktop.settings.presets import MODERN
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.tensor_files import read_tensors
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.checkpoint_file import checkpoint_bytes
from lenet_desktop.training.epoch_file import KeptEpoch
from lenet_desktop.training.events import EpochDone
from lenet_desktop.training.learner import LearnerState
from lenet_desktop.training.network_file import save_model
from tests.made_images import made_info
from tests.models import load_model

WEIGHTS = {
    name: parameter.detach() for name, parameter in new_network(MODERN.config).named_parameters()
}
SHAPES = parameter_shapes(Network.LENET, MODERN.config.data)
STEPS = 3  # in an epoch of the checkpoints here
Change = Callable[[dict[str, Tensor]], object]


def checkpoint_of(epochs: int, further_steps: int = 0) -> Checkpoint:
    """Return a checkpoint of the modern recipe."""
    done = tuple(EpochDone(n, 0.5, 0.8, 0.4, 0.9, 1.0) for n in range(1, epochs + 1))
    return Checkpoint(
        config=MODERN.config,
        cycles=(MODERN.config.epochs,),
        learning_rate=0.1,
        correct=0,
        elapsed_s=3.0,
        epoch_elapsed_s=0.0,
        learner=LearnerState(WEIGHTS, {"fc3.bias.momentum_buffer": torch.zeros(10)}),
        losses=np.ones(epochs * STEPS + further_steps, np.float32),
        epochs=done,
        changes=(),
        predictions=None,
        steps_per_epoch=STEPS,
    )


def assert_same_weights(stored: StoredModel, weights: Mapping[str, Tensor]) -> None:
    assert list(stored.weights) == list(SHAPES)
    for name, weight in stored.weights.items():
        assert weight.dtype == torch.float32
        assert weight.equal(weights[name].float())


def assert_is_sentence(text: str) -> None:
    assert text.isprintable()
    assert text.endswith(".")
    assert len(text) < 1_000


def written(path: Path, tensors: Mapping[str, Tensor], text: dict[str, str] | None = None) -> Path:
    path.write_bytes(save({name: t.clone().contiguous() for name, t in tensors.items()}, text))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


@pytest.mark.parametrize("epochs_done", [None, 0, 4, MODERN.config.epochs])
def test_a_saved_model_is_read_as_it_was(epochs_done: int | None, file: Path) -> None:
    save_model(WEIGHTS, MODERN.config, file, epochs_done)

    stored = read_model(file)
    model, config = load_model(file)

    assert (stored.source, stored.path) == (ModelSource.MODEL, file)
    assert stored.config == config == MODERN.config
    assert (stored.epochs_done, stored.is_within_epoch) == (epochs_done, False)
    assert_same_weights(stored, WEIGHTS)
    assert_same_weights(stored, dict(model.named_parameters()))


def test_a_model_of_many_classes_with_long_names_is_read(file: Path) -> None:
    names = tuple(f"{number} {'語' * 90}" for number in range(62))
    config = replace(
        MODERN.config, data=replace(MODERN.config.data, class_names=names, train_counts=())
    )
    weights = {name: weight.detach() for name, weight in new_network(config).named_parameters()}
    save_model(weights, config, file)

    assert read_model(file).config == config


@pytest.mark.parametrize(("epochs", "further_steps"), [(0, 0), (0, 2), (2, 0), (2, 1)])
def test_a_checkpoint_says_how_far_its_network_is(
    epochs: int, further_steps: int, file: Path
) -> None:
    file.write_bytes(checkpoint_bytes(checkpoint_of(epochs, further_steps)))

    stored = read_model(file)

    assert stored.source is ModelSource.CHECKPOINT
    assert stored.config == MODERN.config
    assert (stored.epochs_done, stored.is_within_epoch) == (epochs, further_steps > 0)
    assert_same_weights(stored, WEIGHTS)
    assert load_model(file)[1] == MODERN.config


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16, torch.bfloat16])
def test_any_file_with_the_shapes_of_lenet_is_read(dtype: torch.dtype, file: Path) -> None:
    cast = {name: weight.to(dtype) for name, weight in WEIGHTS.items()}
    foreign = {f"layers.{9 - number}": weight for number, weight in enumerate(cast.values())}

    stored = read_model(written(file, foreign, {"format": "pt"}))

    assert stored.source is ModelSource.OTHER
    assert (stored.config, stored.epochs_done) == (None, None)
    assert_same_weights(stored, cast)


def test_the_file_of_an_epoch_is_known(tmp_path: Path) -> None:
    answers = PredictionSet(
        3, np.zeros(2, np.uint8), np.full((2, 10), 0.1, np.float32), np.ones(2, np.float32), DEFAULT
    )
    snapshot = Snapshot.of(MODERN.config, 3, {name: w.clone() for name, w in WEIGHTS.items()})
    losses = np.ones(STEPS, np.float32)
    done = EpochDone(3, 0.5, 0.8, 0.4, 0.9, 1.0)
    folder = RunFolder(tmp_path)
    folder.write_epoch(KeptEpoch(MODERN.config, done, losses, (), answers, snapshot))

    stored = read_model(folder.epoch_file(3))

    assert (stored.source, stored.config) == (ModelSource.EPOCH, MODERN.config)
    assert (stored.epochs_done, stored.is_within_epoch) == (3, False)
    assert_same_weights(stored, WEIGHTS)


BY_SHAPES = "Which of its tensors is which was told by their shapes."
BY_POSITION = ("0", "3", "7", "9", "11")


@pytest.mark.parametrize(
    ("rename", "note"),
    [
        ("{}", ""),
        ("module.{}", "The “module.” before the names of its tensors was taken off."),
        ("_orig_mod.{}", "The “_orig_mod.” before the names of its tensors was taken off."),
        (
            "module._orig_mod.{}",
            "The “module._orig_mod.” before the names of its tensors was taken off.",
        ),
        ("model.net.{}", "The “model.net.” before the names of its tensors was taken off."),
        ("a/{}", BY_SHAPES),
    ],
)
def test_names_may_have_a_prefix_in_common(rename: str, note: str, file: Path) -> None:
    stored = read_model(written(file, {rename.format(n): w for n, w in WEIGHTS.items()}))
    assert_same_weights(stored, WEIGHTS)
    assert " ".join(stored.notes) == note


@pytest.mark.parametrize("prefix", ["", "module.", "features."])
def test_names_may_be_the_places_in_a_sequential(prefix: str, file: Path) -> None:
    layers = zip([place for place in BY_POSITION for _ in range(2)], WEIGHTS.items(), strict=True)
    numbered = {f"{prefix}{place}.{n.split('.')[1]}": w for place, (n, w) in layers}
    stored = read_model(written(file, numbered))
    assert_same_weights(stored, WEIGHTS)
    assert stored.notes == (BY_SHAPES,)


@pytest.mark.parametrize(
    ("dtype", "word"),
    [
        (torch.float64, "double-precision"),
        (torch.float16, "half-precision"),
        (torch.bfloat16, "bfloat16"),
    ],
)
def test_what_was_done_to_weights_of_another_kind_is_said(
    dtype: torch.dtype, word: str, file: Path
) -> None:
    cast = {name: weight.to(dtype) for name, weight in WEIGHTS.items()}
    assert read_model(written(file, cast)).notes == (
        f"Its {word} weights were converted to float32.",
    )


def test_a_model_of_this_program_that_another_one_has_converted_is_still_known(file: Path) -> None:
    save_model(WEIGHTS, MODERN.config, file, 4)
    tensors, text = read_tensors(file)
    written(file, {name: tensor.half() for name, tensor in tensors.items()}, text)

    stored = read_model(file)

    assert (stored.source, stored.config) == (ModelSource.MODEL, MODERN.config)
    assert stored.epochs_done == 4
    assert stored.notes == ("Its half-precision weights were converted to float32.",)
    written(file, {name: tensor + 1 for name, tensor in tensors.items()}, text)
    with pytest.raises(CheckpointError, match="checksum"):
        read_model(file)


def test_what_is_kept_beside_a_network_is_left_out_and_named(file: Path) -> None:
    tensors = {f"module.{name}": weight for name, weight in WEIGHTS.items()}
    memory = {f"optimizer.{n}.momentum_buffer": w for n, w in WEIGHTS.items()}
    stored = read_model(written(file, {**tensors, "n_averaged": torch.tensor(3)}))
    assert_same_weights(stored, WEIGHTS)
    assert stored.notes[-1] == "Its “n_averaged” was left out."
    stored = read_model(written(file, {**tensors, **memory}))
    assert_same_weights(stored, WEIGHTS)
    assert (
        stored.notes[-1] == "Its “optimizer.conv1.bias.momentum_buffer” and 9 more were left out."
    )


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("ema.{}", "it holds two networks, under “ema.” and “module.”"),
        ("{}", "it holds “conv1.bias” twice, as “module.conv1.bias” and as “conv1.bias”"),
        ("module.{}", None),
    ],
)
def test_a_file_with_two_networks_is_refused(other: str, reason: str | None, file: Path) -> None:
    tensors = {f"module.{name}": weight for name, weight in WEIGHTS.items()}
    tensors |= {other.format(name): weight for name, weight in WEIGHTS.items()}
    written(file, tensors)
    if reason is None:
        assert_same_weights(read_model(file), WEIGHTS)
        return
    with pytest.raises(CheckpointError) as told:
        read_model(file)
    assert reason in str(told.value)
    assert_is_sentence(str(told.value))


def test_a_name_of_nothing_but_dots_takes_no_time(file: Path) -> None:
    tensors = {f"{'.' * 3_000}{number}": torch.zeros(1) for number in range(900)}
    with pytest.raises(CheckpointError):
        read_model(written(file, tensors))


def drop(name: str) -> Change:
    return lambda tensors: tensors.pop(name)


def put(name: str, *shape: int, dtype: torch.dtype = torch.float32) -> Change:
    return lambda tensors: tensors.update({name: torch.zeros(shape, dtype=dtype)})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            [drop("fc1.weight"), put("fc.weight", 120, 256)],
            "it has no tensor of the shape (120, 400), which fc1.weight needs; its “fc.weight” is "
            "(120, 256)",
        ),
        (
            [put("fc1.weight", 400, 120)],
            "it has no tensor of the shape (120, 400), which fc1.weight needs; its “fc1.weight” is "
            "(400, 120), the same with its axes in another order than PyTorch's",
        ),
        (
            [drop("conv1.weight"), put("conv2d/kernel", 5, 5, 1, 6)],
            "it has no tensor of the shape (6, 1, 5, 5), which conv1.weight needs; its "
            "“conv2d/kernel” is (5, 5, 1, 6), the same with its axes in another order than "
            "PyTorch's",
        ),
        (
            [drop("conv1.weight"), put("features.0.weight", 64, 3, 5, 5)],
            "it has no tensor of the shape (6, 1, 5, 5), which conv1.weight needs; its "
            "“features.0.weight” is (64, 3, 5, 5)",
        ),
        ([drop("fc3.bias")], "it has no tensor of the shape (10,), which fc3.bias needs"),
        (
            [drop("fc3.bias"), put("running_mean", 33)],
            "it has no tensor of the shape (10,), which fc3.bias needs",
        ),
        (
            [put("fc3.bias", 11), put("fc2.bias", 12), drop("fc1.bias")],
            "it has no tensor of the shape (120,), which fc1.bias needs; its “fc2.bias” is (12,); "
            "2 more are missing",
        ),
        ([put("fc4.weight", 10, 10)], "it has no place for “fc4.weight”, which is (10, 10)"),
        (
            [put("a", 120), put("b", 3)],
            "it has no place for “a”, which is (120,), nor for 1 more",
        ),
        (
            [put("fc1.bias", 120, dtype=torch.int64)],
            "its “fc1.bias” is I64, and weights are F32, F64, F16, BF16",
        ),
        ([dict.clear], "it holds no tensors"),
        (
            [lambda tensors: tensors["fc1.weight"].view(-1)[7].fill_(torch.nan)],
            "its “fc1.weight” holds what is no finite number",
        ),
        (
            [lambda tensors: tensors.update({"fc3.bias": torch.ones(10).double() * 1e39})],
            "its “fc3.bias” holds what is no finite number",
        ),
    ],
)
@pytest.mark.parametrize("text", [None, {"format": MODEL_FORMAT, "config": "{}"}])
def test_what_does_not_fit_is_named(
    changes: list[Change], reason: str, text: dict[str, str] | None, file: Path
) -> None:
    tensors = {name: weight.clone() for name, weight in WEIGHTS.items()}
    for change in changes:
        change(tensors)
    with pytest.raises(CheckpointError) as told:
        read_model(written(file, tensors, text))
    assert str(told.value) == f"model.safetensors does not fit LeNet: {reason}."


@pytest.mark.parametrize("info", [made_info(10, 28, 3), made_info(4), made_info(62, 64, 3)])
def test_a_network_for_images_of_another_kind_is_told_from_another_network(
    info: DatasetInfo, file: Path
) -> None:
    with pytest.raises(CheckpointError, match="does not fit LeNet: it has no") as told:
        read_model(written(file, WEIGHTS), info)
    assert f"of another kind than those of {info.title}" in str(told.value)
    wider = {**WEIGHTS, "fc2.weight": torch.zeros(84, 90), "fc1.bias": torch.zeros(90)}
    with pytest.raises(CheckpointError) as told:
        read_model(written(file, wider), info)
    assert "another kind" not in str(told.value)


def test_names_count_where_shapes_do_not_decide(file: Path) -> None:
    tensors = {"a": torch.zeros(120), **WEIGHTS}
    with pytest.raises(CheckpointError, match="no place for “a”"):
        read_model(written(file, tensors))


def test_a_name_without_end_is_compared_and_told_in_short(file: Path) -> None:
    tensors = {name: weight for name, weight in WEIGHTS.items() if name != "fc1.weight"}
    tensors["\n" + 1_000_000 * "fc"] = torch.zeros(120, 256)
    with pytest.raises(CheckpointError) as told:
        read_model(written(file, tensors))
    assert_is_sentence(str(told.value))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ({"config": None}, "'config'"),
        ({"config": "{"}, "damaged"),
        ({"config": "[]"}, "damaged"),
        ({"config": "null"}, "damaged"),
        ({"config": "[" * 9_000}, "damaged"),
        ({"config": "[" * 70_000}, "too long"),
        ({"config": '{"surprise": 1}'}, "There is no setting called “surprise”"),
        ({"config": '{"epochs": 1e400}'}, "inf is no value for 'epochs'"),
        ({"config": '{"epochs": ' + 5_000 * "9" + "}"}, "damaged"),
        ({"config": '{"learning_rate": NaN}'}, "learning rate"),
        ({"config": '{"activation": ["relu"]}'}, "activation"),
        ({"config": '{"device": "' + "x" * 70_000 + '"}'}, "too long"),
        ({"config": json.dumps({"seed": "\n\x1b" * 500})}, "damaged"),
        ({"epochs_done": "11"}, "finished epochs makes no sense"),
        ({"epochs_done": "-1"}, "finished epochs makes no sense"),
        ({"epochs_done": "1.0"}, "finished epochs makes no sense"),
        ({"epochs_done": "\N{ARABIC-INDIC DIGIT ONE}"}, "finished epochs makes no sense"),
        ({"epochs_done": "9" * 5_000}, "finished epochs makes no sense"),
    ],
)
def test_a_damaged_text_is_refused_with_a_sentence(
    text: dict[str, str | None], words: str, file: Path
) -> None:
    good = {"format": MODEL_FORMAT, "config": json.dumps(MODERN.config.to_dict())}
    merged = {name: value for name, value in (good | text).items() if value is not None}
    with pytest.raises(CheckpointError, match=words) as told:
        read_model(written(file, WEIGHTS, merged))
    assert str(told.value).startswith("model.safetensors is damaged")
    assert_is_sentence(str(told.value))


def test_a_checkpoint_with_more_epochs_than_it_may_have_is_refused(file: Path) -> None:
    checkpoint = replace(checkpoint_of(3), config=replace(MODERN.config, epochs=2))
    file.write_bytes(checkpoint_bytes(checkpoint))
    with pytest.raises(CheckpointError, match="finished epochs makes no sense"):
        read_model(file)


# --- anything at all

_HUGE = st.sampled_from([2**31, 2**63, 10**400, -1, 1e308, float("inf"), float("nan")])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | _HUGE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_FILES = {
    "model": save(
        WEIGHTS,
        {"format": MODEL_FORMAT, "config": json.dumps(MODERN.config.to_dict()), "epochs_done": "3"},
    ),
    "checkpoint": checkpoint_bytes(checkpoint_of(2, 1)),
    "other": save({f"net.{name}": weight for name, weight in WEIGHTS.items()}),
}
_KINDS = pytest.mark.parametrize("kind", list(_FILES))


def parts_of(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the header of a file and its numbers."""
    end = 8 + struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8:end]), content[end:]


def joined(header: object, numbers: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + numbers


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzzed") / "file"


def assert_read_or_refused(path: Path, content: bytes) -> None:
    """See that there is either a good network or a sentence."""
    path.write_bytes(content)
    try:
        stored = read_model(path)
    except CheckpointError as error:
        assert_is_sentence(str(error))
        return
    assert {name: tuple(weight.shape) for name, weight in stored.weights.items()} == dict(SHAPES)
    assert all(weight.isfinite().all() for weight in stored.weights.values())
    assert (stored.config is None) is (stored.source is ModelSource.OTHER)
    assert stored.config is None or isinstance(stored.config, TrainingConfig)
    assert stored.epochs_done is None or 0 <= stored.epochs_done <= MAX_EPOCHS


@_KINDS
@given(drawn=st.data())
def test_flipped_bits_and_cut_files(drawn: st.DataObject, kind: str, path: Path) -> None:
    content = bytearray(_FILES[kind])
    header = 8 + struct.unpack("<Q", content[:8])[0]
    for _ in range(drawn.draw(st.integers(1, 3))):
        limit = drawn.draw(st.sampled_from([header, len(content)])) - 1
        content[drawn.draw(st.integers(0, limit))] ^= 1 << drawn.draw(st.integers(0, 7))
    length = drawn.draw(st.none() | st.integers(0, len(content)))
    assert_read_or_refused(path, bytes(content[:length]))


@_KINDS
@given(drawn=st.data())
def test_edited_headers(drawn: st.DataObject, kind: str, path: Path) -> None:
    header, numbers = parts_of(_FILES[kind])
    for _ in range(drawn.draw(st.integers(1, 2))):
        name = drawn.draw(st.sampled_from(sorted(header)))
        if isinstance(header[name], dict) and header[name]:
            field = drawn.draw(st.sampled_from(sorted(header[name])))
            dtypes = st.sampled_from(["F64", "F16", "BF16", "I32", "U8", "F8_E4M3"])
            header[name][field] = drawn.draw(dtypes | _VALUES | st.text())
        else:
            header[name] = drawn.draw(_VALUES)
        if drawn.draw(st.booleans()):
            header[drawn.draw(st.text(max_size=5))] = header.pop(name)
    assert_read_or_refused(path, joined(header, numbers))


@given(drawn=st.data())
def test_edited_configurations_of_models(drawn: st.DataObject, path: Path) -> None:
    header, numbers = parts_of(_FILES["model"])
    config = json.loads(header["__metadata__"]["config"])
    config[drawn.draw(st.sampled_from(sorted(config)) | st.text())] = drawn.draw(_VALUES)
    header["__metadata__"]["config"] = json.dumps(drawn.draw(st.just(config) | _VALUES))
    assert_read_or_refused(path, joined(header, numbers))


@given(drawn=st.data())
def test_edited_documents_of_checkpoints(drawn: st.DataObject, path: Path) -> None:
    header, numbers = parts_of(_FILES["checkpoint"])
    run = json.loads(header["__metadata__"]["run"])
    run[drawn.draw(st.sampled_from(sorted(run)))] = drawn.draw(_VALUES)
    header["__metadata__"]["run"] = json.dumps(drawn.draw(st.just(run) | _VALUES))
    assert_read_or_refused(path, joined(header, numbers))
