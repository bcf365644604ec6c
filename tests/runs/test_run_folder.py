"""The files of a run: what is read is what was written, and nothing damaged is believed."""

import errno
import json
import os
import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from lenet_desktop.export.model_files import read_model
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.records import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    About,
    RunStatus,
    Surroundings,
)
from lenet_desktop.runs.run_folder import ABOUT_NAME, LARGEST_ABOUT, RunFolder
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.training.checkpoint_file import checkpoint_bytes, load_checkpoint
from lenet_desktop.training.epoch_file import KeptEpoch
from tests.judged import judged
from tests.runs.conftest import CHANGE, SHORT, Course, Disk, about_a_run, rewrite


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / "run")


def assert_same(read: KeptEpoch, written: KeptEpoch) -> None:
    assert read.done == written.done
    assert read.changes == written.changes
    assert read.network.config == written.network.config
    assert read.network.epoch == judged(read.predictions).epoch == written.done.epoch
    assert read.network.weights.keys() == written.network.weights.keys()
    pairs: list[tuple[npt.NDArray[Any], npt.NDArray[Any]]] = [
        (read.losses, written.losses),
        (judged(read.predictions).labels, judged(written.predictions).labels),
        (judged(read.predictions).probabilities, judged(written.predictions).probabilities),
        (judged(read.predictions).losses, judged(written.predictions).losses),
        *((read.network.weights[name], w) for name, w in written.network.weights.items()),
    ]
    for one, other in pairs:
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
        assert not one.flags.writeable


# --- about.json


finite = st.floats(0, 1e11, exclude_max=True, allow_nan=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
abouts = st.builds(
    About,
    key=st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    title=texts,
    note=texts,
    starred=st.booleans(),
    status=st.sampled_from(RunStatus),
    config=st.builds(
        TrainingConfig,
        epochs=st.integers(1, 1_000),
        learning_rate=st.floats(1e-300, 1e300),
        device=texts,
    ),
    surroundings=st.builds(Surroundings, device=texts, machine=texts),
    images_per_epoch=st.integers(1, 2**31 - 1),
    steps_per_epoch=st.integers(1, 2**31 - 1),
    parameter_count=st.integers(1, 2**31 - 1),
    elapsed_s=finite,
    created_at=finite,
    updated_at=finite,
    deleted_at=st.none() | finite,
)


@settings(max_examples=40)
@given(about=abouts)
def test_what_a_run_is_about_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, about: About
) -> None:
    folder = RunFolder(tmp_path_factory.getbasetemp() / "about")
    folder.write_about(about)
    assert folder.read_about() == about


def put(folder: RunFolder, content: bytes) -> None:
    folder.path.mkdir(exist_ok=True)
    (folder.path / ABOUT_NAME).write_bytes(content)


def written(folder: RunFolder) -> dict[str, Any]:
    folder.write_about(about_a_run(title="Erster"))
    document: dict[str, Any] = json.loads((folder.path / ABOUT_NAME).read_bytes())
    return document


WRONG: dict[str, tuple[Any, ...]] = {
    "format": ("LeNet Desktop epoch", None),
    "version": (2, "1", None),
    "key": ("", "../../../etc/passwd", "A" * 32, "0" * 31, "0" * 32 + "\n", 7, None),
    "title": ("x" * (LONGEST_TITLE + 1), "\ud800", 3, None, ["a"]),
    "note": ("x" * (LONGEST_NOTE + 1), "\udfff", 0, None),
    "starred": (1, "yes", None),
    "status": ("tired", 1, None, []),
    "config": ({"epochs": 0}, {"colour": "red"}, {"epochs": 10**400}, "{}", [], 3, None),
    "surroundings": ({"device": 1}, "{}", [], None),
    "images_per_epoch": (0, -1, 2**31, 1.5, True, "600", None),
    "steps_per_epoch": (0, 2**40, None),
    "parameter_count": (0, 10**400, None),
    "elapsed_s": (-1, 1e11, float("nan"), float("inf"), True, "0", None),
    "created_at": (-0.5, float("nan"), 10**400, None),
    "updated_at": (float("-inf"), [], None),
    "deleted_at": (-1, float("nan"), "", False, [], {}, "yesterday"),
    "colour": ("red",),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_value_in_what_a_run_is_about_is_refused(
    folder: RunFolder, name: str, value: Any
) -> None:
    put(folder, json.dumps(written(folder) | {name: value}).encode())
    with pytest.raises(CheckpointError) as refused:
        folder.read_about()
    assert_names(refused.value, folder.path / ABOUT_NAME)


@pytest.mark.parametrize("name", [*WRONG][:-1])
def test_what_is_missing_is_refused_or_has_a_default(folder: RunFolder, name: str) -> None:
    document = written(folder)
    del document[name]
    put(folder, json.dumps(document).encode())
    if name in ("title", "note", "starred", "elapsed_s", "deleted_at"):
        assert getattr(folder.read_about(), name) == getattr(about_a_run(), name)
        return
    with pytest.raises(CheckpointError) as refused:
        folder.read_about()
    assert_names(refused.value, folder.path / ABOUT_NAME)


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"3", b'"about"', b"{}", b"\x80\x04", b"[" * 100_000, b"9" * 10_000],
)
def test_what_is_no_document_is_refused(folder: RunFolder, content: bytes) -> None:
    put(folder, content)
    with pytest.raises(CheckpointError) as refused:
        folder.read_about()
    assert_names(refused.value, folder.path / ABOUT_NAME)


def test_what_is_too_large_or_missing_or_a_folder_is_refused(folder: RunFolder) -> None:
    path = folder.path / ABOUT_NAME
    with pytest.raises(CheckpointError, match="No such file") as refused:
        folder.read_about()
    assert_names(refused.value, path)
    put(folder, json.dumps(written(folder)).encode() + b" " * LARGEST_ABOUT)
    with pytest.raises(CheckpointError, match="too large"):
        folder.read_about()
    path.unlink()
    path.mkdir()
    with pytest.raises(CheckpointError) as refused:
        folder.read_about()
    assert_names(refused.value, path)


def test_what_is_said_about_the_surroundings_is_shortened_and_may_grow(folder: RunFolder) -> None:
    document = written(folder)
    document["surroundings"] = {"device": "c" * 1_000, "phase_of_the_moon": "full"}
    put(folder, json.dumps(document).encode())
    assert folder.read_about().surroundings == Surroundings(device="c" * LONGEST_TITLE)


@given(data=st.data())
def test_what_a_run_is_about_is_refused_or_sound_whatever_bytes_change(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    about = about_a_run(title="Erster", note="größer", deleted_at=1.7e9)
    content = json.dumps({"format": "LeNet Desktop run", "version": 1, **asdict(about)}).encode()
    folder = RunFolder(tmp_path_factory.getbasetemp() / "changed")
    put(folder, damaged(content, data, 0))
    try:
        read = folder.read_about()
    except CheckpointError as error:
        assert_names(error, folder.path / ABOUT_NAME)
        return
    folder.write_about(read)
    assert folder.read_about() == read


def damaged(content: bytes, data: st.DataObject, first: int) -> bytes:
    """Return what is left after a few bytes from a place on have changed, or the end is lost."""
    changed = bytearray(content)
    if data.draw(st.booleans()):
        return bytes(changed[: data.draw(st.integers(0, len(content) - 1))])
    places = st.one_of(st.integers(0, first or len(content) - 1), st.integers(0, len(content) - 1))
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(places)] = data.draw(st.integers(0, 255))
    return bytes(changed)


def assert_names(error: CheckpointError, path: Path) -> None:
    """See that an error is a sentence about a file."""
    sentence = str(error)
    assert str(path) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


# --- epochs


def test_an_epoch_is_read_to_the_bit_as_it_was_written(folder: RunFolder, course: Course) -> None:
    for kept in reversed(course.kept):
        folder.write_epoch(kept)
    assert folder.epochs() == [1, 2, 3]
    for number, kept in enumerate(course.kept, start=1):
        assert_same(folder.read_epoch(number), kept)
    assert folder.read_epoch(1).changes == ()
    assert folder.read_epoch(3).changes == (CHANGE,)


def test_losses_of_an_epoch_are_those_of_its_steps(course: Course) -> None:
    for number, kept in enumerate(course.kept, start=1):
        np.testing.assert_array_equal(course.checkpoints[-1].losses_of(number), kept.losses)
        assert len(kept.losses) == 3
    assert len(course.midway.losses_of(3)) == 2
    assert len(course.checkpoints[-1].losses_of(4)) == 0


def test_the_file_of_another_epoch_is_refused(folder: RunFolder, course: Course) -> None:
    folder.write_epoch(course.kept[0])
    folder.epoch_file(1).rename(folder.epoch_file(2))
    with pytest.raises(CheckpointError, match="of another epoch") as refused:
        folder.read_epoch(2)
    assert_names(refused.value, folder.epoch_file(2))
    with pytest.raises(CheckpointError) as refused:
        folder.read_epoch(1)
    assert_names(refused.value, folder.epoch_file(1))


def test_a_checkpoint_is_no_epoch(folder: RunFolder, course: Course) -> None:
    name = folder.write_checkpoint(course.checkpoints[0])
    (folder.path / name).rename(folder.epoch_file(1))
    with pytest.raises(CheckpointError, match="of another kind"):
        folder.read_epoch(1)


Tensors = dict[str, Any]
Text = dict[str, str]


def figures_with(**values: Any) -> Callable[[Tensors, Text], None]:
    def change(_: Tensors, text: Text) -> None:
        text["figures"] = json.dumps(json.loads(text["figures"]) | values)

    return change


def text_of(name: str, value: str | None) -> Callable[[Tensors, Text], None]:
    def change(_: Tensors, text: Text) -> None:
        if value is None:
            del text[name]
        else:
            text[name] = value

    return change


def tensor_of(name: str, change: Callable[[Any], Any]) -> Callable[[Tensors, Text], None]:
    def changed(tensors: Tensors, _: Text) -> None:
        tensors[name] = change(tensors[name])

    return changed


def without(name: str) -> Callable[[Tensors, Text], None]:
    def change(tensors: Tensors, _: Text) -> None:
        del tensors[name]

    return change


def deflated(array: Any) -> Any:
    return np.frombuffer(zlib.compress(array.astype(np.uint8).tobytes()), np.uint8)


def deflated_again(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Change the bytes in a part of the predictions, which is deflated."""
    return lambda part: deflated(change(np.frombuffer(zlib.decompress(part.tobytes()), np.uint8)))


def one_nan(array: Any) -> Any:
    array = array.copy()
    array.flat[0] = np.nan
    return array


CHANGED = {
    "another format": text_of("format", "LeNet Desktop checkpoint"),
    "no format": text_of("format", None),
    "another version": text_of("version", "3"),
    "no version": text_of("version", None),
    "no configuration": text_of("config", None),
    "a configuration of nothing": text_of("config", "null"),
    "a configuration that is a list": text_of("config", "[]"),
    "a configuration that is a number": text_of("config", "3"),
    "an impossible configuration": text_of("config", '{"epochs": 0}'),
    "an unknown setting": text_of("config", '{"colour": 1}'),
    "a configuration that ends early": text_of("config", '{"epochs": 1'),
    "no figures": text_of("figures", None),
    "figures that are a list": text_of("figures", "[1, 2, 3, 4, 5, 6]"),
    "deep figures": text_of("figures", "[" * 50_000),
    "a figure too many": figures_with(colour=1),
    "epoch 0": figures_with(epoch=0),
    "half an epoch": figures_with(epoch=1.0),
    "an epoch that is true": figures_with(epoch=True),
    "a negative loss": figures_with(train_loss=-0.1),
    "an endless loss": figures_with(test_loss=float("inf")),
    "a huge loss": figures_with(test_loss=10**400),
    "a loss that is a text": figures_with(train_loss="1"),
    "an accuracy above 1": figures_with(test_accuracy=1.01),
    "an accuracy that is no number": figures_with(train_accuracy=float("nan")),
    "a negative duration": figures_with(elapsed_s=-1),
    "no changes": text_of("changes", None),
    "changes of nothing": text_of("changes", "null"),
    "a change that is a number": text_of("changes", "[1]"),
    "a change in epoch 0": text_of("changes", '[{"epoch":0,"step":0,"learning_rate":1}]'),
    "a change before a step": text_of("changes", '[{"epoch":1,"step":-1,"learning_rate":1}]'),
    "a change to nothing": text_of("changes", '[{"epoch":1,"step":0,"learning_rate":0}]'),
    "a change to a text": text_of("changes", '[{"epoch":1,"step":0,"learning_rate":"1"}]'),
    "no losses": without("losses"),
    "losses of another precision": tensor_of("losses", lambda a: a.astype(np.float64)),
    "losses in rows": tensor_of("losses", lambda a: a[None]),
    "a loss that is no number": tensor_of("losses", one_nan),
    "no number of images": text_of("images", None),
    "no images": text_of("images", "0"),
    "fewer images": text_of("images", "299"),
    "more images": text_of("images", "301"),
    "images without end": text_of("images", str(10**12)),
    "images that are a text": text_of("images", "many"),
    "no labels": without("packed.labels"),
    "labels of another kind": tensor_of("packed.labels", lambda a: a.astype(np.int32)),
    "labels that are not deflated": tensor_of("packed.labels", lambda a: a * 0),
    "a class too many": tensor_of("packed.labels", deflated_again(lambda a: a + 10)),
    "an answer too few": tensor_of("packed.predicted", deflated_again(lambda a: a[1:])),
    "an answer of no class": tensor_of("packed.predicted", deflated_again(lambda a: a + 10)),
    "the same class twice": lambda tensors, _: tensors.update(
        {"packed.second": deflated(np.zeros(300)), "packed.predicted": tensors["packed.second"]}
    ),
    "no share": without("packed.first_share"),
    "shares that are cut short": tensor_of("packed.first_share", lambda a: a[:-9]),
    "shares that are no numbers": tensor_of(
        "packed.second_share", deflated_again(lambda _: np.repeat([0, 0, 0x80, 0xFF], 300))
    ),
    "a cell too few": tensor_of("packed.cells", deflated_again(lambda a: a[2:])),
    "a test loss too few": tensor_of("packed.losses", deflated_again(lambda a: a[4:])),
    "a test loss that is no number": tensor_of(
        "packed.losses", deflated_again(lambda a: np.full_like(a, 255))
    ),
}


@pytest.fixture(scope="module")
def epoch_bytes(course: Course, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the file of the second epoch."""
    folder = RunFolder(tmp_path_factory.mktemp("epoch"))
    folder.write_epoch(course.kept[1])
    return folder.epoch_file(2).read_bytes()


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED.keys())
def test_an_epoch_that_contradicts_itself_is_refused(
    folder: RunFolder, epoch_bytes: bytes, change: Callable[[Tensors, Text], None]
) -> None:
    folder.path.mkdir()
    path = folder.epoch_file(2)
    path.write_bytes(epoch_bytes)
    length = struct.unpack("<Q", epoch_bytes[:8])[0]
    text = json.loads(epoch_bytes[8 : 8 + length])["__metadata__"]
    tensors = load_file(path)
    rewrite(path, tensors, text)
    folder.read_epoch(2)
    change(tensors, text)
    rewrite(path, tensors, text)
    with pytest.raises(CheckpointError) as refused:
        folder.read_epoch(2)
    assert_names(refused.value, path)


@given(data=st.data())
def test_an_epoch_is_refused_or_sound_whatever_bytes_change(
    tmp_path_factory: pytest.TempPathFactory,
    epoch_bytes: bytes,
    course: Course,
    data: st.DataObject,
) -> None:
    header = 8 + struct.unpack("<Q", epoch_bytes[:8])[0]
    content = damaged(epoch_bytes, data, header)
    folder = RunFolder(tmp_path_factory.getbasetemp() / "changed-epoch")
    if not folder.networks():
        folder.write_epoch(course.kept[1])
    folder.epoch_file(2).write_bytes(content)
    try:
        read = folder.read_epoch(2)
    except CheckpointError as error:
        assert_names(error, folder.epoch_file(2))
        assert content != epoch_bytes
        return
    assert len(content) == len(epoch_bytes), "nothing that was cut short is read"
    assert_same(read, course.kept[1])


# --- checkpoints and the rest of the folder


def test_checkpoints_are_listed_newest_first_and_read_to_the_bit(
    folder: RunFolder, course: Course
) -> None:
    names = [folder.write_checkpoint(each) for each in (*course.checkpoints, course.midway)]
    assert folder.checkpoints() == [
        "checkpoint-0003-000000.safetensors",
        "checkpoint-0002-000002.safetensors",
        "checkpoint-0002-000000.safetensors",
        "checkpoint-0001-000000.safetensors",
    ]
    read = load_checkpoint(folder.path / names[-1])
    np.testing.assert_array_equal(read.losses, course.midway.losses)
    assert (read.epochs, read.changes) == (course.midway.epochs, course.midway.changes)


def test_the_checkpoint_before_the_newest_is_kept_and_no_other(
    folder: RunFolder, course: Course
) -> None:
    first, second, third = (folder.write_checkpoint(each) for each in course.checkpoints)
    (folder.path / f"{third}.0123.part").touch()
    (folder.path / "epoch-0004.safetensors.0123.part").touch()
    (folder.path / "a person's own.txt").touch()
    folder.prune(second, 2)
    assert folder.checkpoints() == [second, first], "a newer one is of an attempt before"
    folder.prune(second, 2)
    names = {path.name for path in folder.path.iterdir()}
    assert names == {first, second, "a person's own.txt"}


def test_epochs_from_before_which_a_run_has_gone_on_anew_are_deleted(
    folder: RunFolder, course: Course
) -> None:
    for epoch in course.kept:
        folder.write_epoch(epoch)
    newest = folder.write_checkpoint(course.checkpoints[1])
    folder.prune(newest, 2)
    assert folder.epochs() == [1, 2]


def test_a_folder_that_is_not_there_is_an_empty_one(folder: RunFolder) -> None:
    assert (folder.epochs(), folder.checkpoints(), folder.size()) == ([], [], 0)
    folder.prune("checkpoint-0001-000000.safetensors", 1)
    folder.remove_abandoned()
    folder.leave()
    assert not folder.path.exists()


def test_the_size_is_that_of_all_files(folder: RunFolder, course: Course) -> None:
    folder.write_epoch(course.kept[0])
    folder.write_about(about_a_run())
    assert folder.size() == sum(path.stat().st_size for path in folder.path.iterdir())
    assert folder.size() > 4 * 61_706


def test_a_full_disk_leaves_the_file_that_was_there(
    disk: Disk, folder: RunFolder, course: Course
) -> None:
    folder.write_about(about_a_run(title="before"))
    folder.write_epoch(course.kept[0])
    names = sorted(path.name for path in folder.path.iterdir())
    disk.files_are_full = True
    other = replace(course.kept[0], losses=np.zeros(3, np.float32))
    for attempt in (
        lambda: folder.write_about(about_a_run(title="after")),
        lambda: folder.write_epoch(other),
        lambda: folder.write_checkpoint(course.checkpoints[0]),
    ):
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            attempt()
    assert folder.read_about().title == "before"
    assert_same(folder.read_epoch(1), course.kept[0])
    assert sorted(path.name for path in folder.path.iterdir()) == names


# --- whose it is


def test_a_run_is_one_window_s_until_it_leaves_it(folder: RunFolder) -> None:
    other = RunFolder(folder.path)
    assert folder.take()
    assert folder.take(), "it has it already"
    assert not other.take()
    folder.leave()
    assert other.take()
    assert not folder.take()
    other.leave()


def test_a_system_without_locks_is_no_reason_not_to_train(
    folder: RunFolder, tmp_path: Path
) -> None:
    (tmp_path / "run").write_text("a file where a folder should be")
    assert folder.take()
    folder.leave()


@pytest.mark.parametrize("names", [[], [ABOUT_NAME], [ABOUT_NAME, f"{ABOUT_NAME}.1.part"]])
def test_a_folder_with_nothing_of_a_run_in_it_goes_after_a_while(
    folder: RunFolder, names: list[str]
) -> None:
    folder.take()
    folder.leave()
    for name in names:
        (folder.path / name).touch()
    folder.remove_abandoned()
    assert folder.path.exists(), "somebody may just be beginning it"
    grow_old(folder)
    folder.remove_abandoned()
    assert not folder.path.exists()


def test_a_folder_with_anything_else_in_it_stays(folder: RunFolder) -> None:
    folder.path.mkdir()
    (folder.path / "a person's own.txt").touch()
    grow_old(folder)
    folder.remove_abandoned()
    assert folder.path.exists()


def test_a_run_that_is_long_in_its_first_epoch_is_not_abandoned(folder: RunFolder) -> None:
    folder.take()
    folder.write_about(about_a_run())
    grow_old(folder)
    RunFolder(folder.path).remove_abandoned()
    assert folder.read_about() == about_a_run()
    folder.leave()


def test_a_folder_that_cannot_be_read_just_now_is_not_abandoned(
    folder: RunFolder, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write_about(about_a_run())
    folder.write_epoch(course.kept[0])
    grow_old(folder)
    with monkeypatch.context() as failing:

        def fail(_path: Path) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        failing.setattr(Path, "iterdir", fail)
        folder.remove_abandoned()
    assert folder.epochs() == [1]


def grow_old(folder: RunFolder) -> None:
    long_ago = time.time() - 2 * 3_600
    os.utime(folder.path, (long_ago, long_ago))


def test_predictions_that_are_read_are_those_of_the_epoch(
    folder: RunFolder, course: Course
) -> None:
    folder.write_epoch(course.kept[2])
    read = folder.read_epoch(3)
    assert isinstance(read.predictions, PredictionSet)
    assert read.predictions.accuracy == course.kept[2].done.test_accuracy
    assert read.network.config == SHORT


def test_a_checkpoint_holds_only_what_no_epoch_has(folder: RunFolder, course: Course) -> None:
    """What is written after an epoch does not grow with the number of the epochs before."""
    sizes = []
    for kept, checkpoint in zip(course.kept, course.checkpoints, strict=True):
        name, left = folder.write_state([kept], checkpoint)
        assert not left.epochs
        tensors = load_file(folder.path / name)
        assert {key.partition(".")[0] for key in tensors} <= {"optimizer", "losses"}
        assert len(tensors["losses"]) == 0
        sizes.append((folder.path / name).stat().st_size)
        again = load_checkpoint(folder.path / name)
        assert checkpoint_bytes(again) == checkpoint_bytes(checkpoint), "complete, to the bit"
    assert max(sizes) - min(sizes) < 200, sizes  # a learning rate that was changed meanwhile

    midway = load_checkpoint(folder.path / folder.write_checkpoint(course.midway, [3]))
    assert checkpoint_bytes(midway) == checkpoint_bytes(course.midway)


def test_a_checkpoint_holds_the_epochs_that_could_not_be_written(
    folder: RunFolder, course: Course
) -> None:
    folder.write_epoch(course.kept[1])
    folder.write_epoch(course.kept[2])  # of an earlier attempt at it, say
    name = folder.write_checkpoint(course.checkpoints[2], [3])
    folder.epoch_file(3).unlink()
    expected = checkpoint_bytes(course.checkpoints[2])
    assert checkpoint_bytes(load_checkpoint(folder.path / name)) == expected
    known = {2: (course.kept[1].done, course.kept[1].losses)}
    folder.epoch_file(2).unlink()
    assert checkpoint_bytes(load_checkpoint(folder.path / name, known)) == expected
    with pytest.raises(CheckpointError, match="no file"):
        load_checkpoint(folder.path / name)


def test_a_folder_has_a_checkpoint_that_opens_as_a_model(folder: RunFolder, course: Course) -> None:
    name, _ = folder.write_state(course.kept[:2], course.checkpoints[1])
    model = read_model(folder.path / name)
    assert (model.path.name, model.epochs_done, model.is_within_epoch) == (name, 2, False)
    for weight, kept in course.kept[1].network.weights.items():
        np.testing.assert_array_equal(model.weights[weight].numpy(), kept)
