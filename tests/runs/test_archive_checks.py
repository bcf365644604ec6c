"""Files of runs that come from nobody knows where: what they say together, and what is shown."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.archive_checks import check_files, checked_about
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.records import LONGEST_NOTE, About, RunStatus
from lenet_desktop.runs.recovery import read_content
from lenet_desktop.runs.run_folder import ABOUT_NAME, RunFolder
from lenet_desktop.settings.choices import Network
from lenet_desktop.storage.tensor_files import CHECKSUM, read_tensors
from lenet_desktop.storage.zips import RefusedError
from lenet_desktop.training.checkpoint_file import save_checkpoint
from lenet_desktop.training.epoch_file import KeptEpoch
from lenet_desktop.training.network_file import save_model
from tests.judged import judged
from tests.runs.conftest import SHORT, Course, about_a_run, rewrite

ABOUT = about_a_run(status=RunStatus.FINISHED)
CHECKPOINT = "checkpoint-0003-000000.safetensors"
SIZE = 10**400
"""A whole number that no float can hold."""


@pytest.fixture
def folder(course: Course, tmp_path: Path) -> RunFolder:
    """Return the files of a sound run, as they are unpacked."""
    made = RunFolder(tmp_path / "new")
    made.write_about(ABOUT)
    for epoch in course.kept:
        made.write_epoch(epoch)
    save_checkpoint(course.checkpoints[-1], made.path / CHECKPOINT)
    return made


def refusal(folder: RunFolder, about: About = ABOUT) -> str:
    """Return why the files are refused, as the end of a sentence fit to be shown."""
    with pytest.raises(RefusedError) as caught:
        check_files(folder, about)
    return assert_readable(str(caught.value), folder)


def refused(folder: RunFolder, name: str, case: str) -> bool:
    """Return whether the files are refused because of one of them, and nothing else happens."""
    try:
        if name == ABOUT_NAME:
            checked_about(folder)
        else:
            check_files(folder, ABOUT)
    except RefusedError as error:
        reason = assert_readable(str(error), folder)
    else:
        return False
    assert reason.startswith(f"its {name} "), case
    return True


def assert_readable(reason: str, folder: RunFolder) -> str:
    assert reason.isprintable()
    assert reason.strip(" .") == reason
    assert len(reason) < 300
    assert str(folder.path) not in reason, "it was unpacked where nobody can look"
    return reason


def texts_beside(path: Path) -> dict[str, str]:
    """Return the texts of a file but for the checksum, which whoever changes a file leaves out."""
    _, text = read_tensors(path)
    return {name: value for name, value in text.items() if name != CHECKSUM}


def edit(path: Path, key: str, change: Callable[[Any], Any]) -> None:
    """Change one of the JSON documents in the header of a file."""
    text = texts_beside(path)
    rewrite(path, load_file(path), text | {key: json.dumps(change(json.loads(text[key])))})


def put(path: Path, name: str, array: Any) -> None:
    """Put another tensor into a file."""
    text = texts_beside(path)
    rewrite(path, load_file(path) | {name: array}, text)


def test_the_files_of_a_sound_run_are_accepted(course: Course, folder: RunFolder) -> None:
    assert checked_about(folder) == ABOUT
    check_files(folder, ABOUT)

    folder.epoch_file(1).unlink()  # with a checkpoint the run can be gone on from all the same
    check_files(folder, ABOUT)
    folder.write_epoch(course.kept[0])
    (folder.path / CHECKPOINT).unlink()  # and without one it can be looked at
    check_files(folder, ABOUT)
    folder.write_checkpoint(course.midway)
    check_files(folder, ABOUT)


def test_a_run_of_which_nothing_is_there_is_refused(folder: RunFolder) -> None:
    folder.epoch_file(1).unlink()
    (folder.path / CHECKPOINT).unlink()

    assert refusal(folder) == "it holds neither the first epoch nor a checkpoint"


@pytest.mark.parametrize(
    "other",
    [
        replace(ABOUT, steps_per_epoch=ABOUT.steps_per_epoch + 1),
        replace(ABOUT, config=replace(ABOUT.config, network=Network.PERCEPTRON)),
    ],
    ids=["steps", "network"],
)
def test_files_of_another_run_are_refused(folder: RunFolder, other: About) -> None:
    assert refusal(folder, other) == "its epoch-0001.safetensors is of another run"

    for number in folder.epochs():
        folder.epoch_file(number).unlink()
    assert refusal(folder, other) == f"its {CHECKPOINT} is of another run"


def test_a_file_under_the_name_of_another_is_refused(course: Course, folder: RunFolder) -> None:
    folder.epoch_file(2).replace(folder.epoch_file(3))
    assert refusal(folder) == "its epoch-0003.safetensors cannot be used: it is of another epoch"

    folder.write_epoch(course.kept[2])
    (folder.path / CHECKPOINT).rename(folder.path / "checkpoint-0003-000001.safetensors")
    assert refusal(folder) == "its checkpoint-0003-000001.safetensors is damaged"


def test_epochs_that_were_judged_by_other_images_are_refused(
    course: Course, folder: RunFolder
) -> None:
    given = judged(course.kept[1].predictions)
    turned = PredictionSet(2, given.labels[::-1].copy(), given.probabilities, given.losses, DEFAULT)
    folder.write_epoch(replace(course.kept[1], predictions=turned))

    assert refusal(folder) == "its epochs were not judged by the same images"


def test_files_of_other_data_than_the_run_says_are_refused(folder: RunFolder) -> None:
    other = replace(ABOUT.config.data, title="Digits", fingerprint="0" * 64)
    about = replace(ABOUT, config=replace(ABOUT.config, data=other))

    assert refusal(folder, about) == "its epochs are of other data than it says"


def nothing_predicted(epoch: KeptEpoch) -> KeptEpoch:
    none = PredictionSet(
        1, np.zeros(0, np.uint8), np.zeros((0, 10), np.float32), np.zeros(0, "f4"), DEFAULT
    )
    return replace(epoch, predictions=none)


def test_an_epoch_without_answers_is_refused(course: Course, folder: RunFolder) -> None:
    folder.write_epoch(nothing_predicted(course.kept[0]))

    assert "its epoch-0001.safetensors cannot be used" in refusal(folder)


def not_a_number(shape: tuple[int, ...]) -> Any:
    return np.full(shape, np.nan, np.float32)


UNSHOWN = [
    ("model.conv1.weight", not_a_number((6, 1, 5, 5))),
    ("model.conv1.weight", np.zeros((6, 1, 5, 4), np.float32)),
    ("model.conv1.weight", np.zeros((6, 1, 5, 5), np.float16)),
    ("model.conv3.weight", np.zeros((6, 1, 5, 5), np.float32)),
    ("losses", not_a_number((3,))),
    ("losses", np.zeros((3, 1), np.float32)),
]


@pytest.mark.parametrize(
    ("name", "array"),
    [
        *UNSHOWN,
        ("predictions.labels", np.full(300, 10, np.uint8)),
        ("predictions.labels", np.zeros(299, np.uint8)),
        ("predictions.labels", np.zeros(300, np.int64)),
        ("predictions.probabilities", np.full((300, 9), 0.1, np.float32)),
        ("predictions.probabilities", not_a_number((300, 10))),
        ("predictions.losses", np.zeros((300, 1), np.float32)),
        ("predictions.losses", np.full(300, np.inf, np.float32)),
    ],
)
def test_a_checkpoint_with_tensors_that_cannot_be_shown_is_refused(
    name: str, array: Any, folder: RunFolder
) -> None:
    folder.epoch_file(2).unlink()
    folder.network_file(2).unlink()
    put(folder.path / CHECKPOINT, name, array)
    assert refusal(folder).startswith(f"its {CHECKPOINT} is damaged")


@pytest.mark.parametrize(("name", "array"), UNSHOWN)
def test_an_epoch_with_tensors_that_cannot_be_shown_is_refused(
    name: str, array: Any, folder: RunFolder
) -> None:
    weight = name.removeprefix("model.")
    path = folder.epoch_file(2) if weight == name else folder.network_file(2)
    put(path, weight, array)
    assert refusal(folder).startswith(f"its {path.name} cannot be used: ")


def test_networks_of_others_are_refused(course: Course, folder: RunFolder) -> None:
    folder.network_file(2).write_bytes(folder.network_file(1).read_bytes())
    assert refusal(folder).startswith("its network-0002.safetensors cannot be used: ")

    other = replace(SHORT, network=Network.PERCEPTRON)
    weights = {name: w.detach() for name, w in new_network(other).named_parameters()}
    save_model(weights, other, folder.network_file(2), 2)
    assert refusal(folder) == "its network-0002.safetensors is of another run"
    folder.network_file(2).unlink()
    check_files(folder, ABOUT)  # it need not be kept


@pytest.mark.parametrize(
    "name", [ABOUT_NAME, "epoch-0002.safetensors", "network-0002.safetensors", CHECKPOINT]
)
@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff" * 100, b"[" * 100_000, b'{"format": 1}', bytes(2**21)],
    ids=lambda content: repr(content[:13]),
)
def test_what_is_no_file_of_a_run_is_refused_by_its_name(
    name: str, content: bytes, folder: RunFolder
) -> None:
    (folder.path / name).write_bytes(content)

    with pytest.raises(RefusedError) as caught:
        check_files(folder, checked_about(folder))
    assert assert_readable(str(caught.value), folder).startswith(f"its {name} ")


# --- every value of every document


HOSTILE_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**63, SIZE, -0.5, 1e308, float("nan"), float("inf"), "", "../../up",
    "line\nbreak", "x" * 100_000, "half a \ud800", [], ["x"], [[]], {}, {"x": 1}, {"a\nb" * 99: 1},
)  # fmt: skip


def places_of(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return where the values of a document are, those that hold others included."""
    yield place
    inner = value.items() if isinstance(value, dict) else ()
    for key, each in [*inner, *(enumerate(value[:1]) if isinstance(value, list) else ())]:
        yield from places_of(each, (*place, key))


def spoiled(document: Any) -> Iterator[tuple[str, Any]]:
    """Return a document with each of its values left out or made hostile, in 23 ways each."""
    for place in places_of(document):
        for value in HOSTILE_VALUES:
            yield f"{place} = {str(value)[:20]!r}", with_value(document, place, value)
        if place:
            yield f"without {place}", with_value(document, place, ...)


def with_value(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    changed = copy.deepcopy(document)
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return changed


def test_whatever_a_hostile_about_json_says_it_is_refused_or_can_be_listed(
    folder: RunFolder,
) -> None:
    path = folder.path / ABOUT_NAME
    cases = list(spoiled(json.loads(path.read_bytes())))
    count = 0
    for case, document in cases:
        path.write_text(json.dumps(document))
        if refused(folder, ABOUT_NAME, case):
            count += 1
            continue
        about = checked_about(folder)
        for text in (about.title, about.note, about.config.device, *texts_in(about)):
            assert len(text.encode()) <= LONGEST_NOTE, case
    assert len(cases) / 2 < count < len(cases)


def texts_in(about: About) -> list[str]:
    return list(asdict(about.surroundings).values())


def test_whatever_a_hostile_checkpoint_says_it_is_refused_or_can_be_kept(
    folder: RunFolder,
) -> None:
    path = folder.path / CHECKPOINT
    for number in folder.epochs():
        folder.epoch_file(number).unlink()
    text = texts_beside(path)
    tensors = load_file(path)
    cases = list(spoiled(json.loads(text["run"])))[::3]
    count = 0
    for case, document in cases:
        rewrite(path, tensors, text | {"run": json.dumps(document)})
        if refused(folder, CHECKPOINT, case):
            count += 1
            continue
        content = read_content(folder, ABOUT)
        assert content.checkpoint == CHECKPOINT, case
        assert [done.epoch for done, *_ in content.epochs] == [1, 2, 3], case
        assert len(content.about.config.device.encode()) <= LONGEST_NOTE, case
    assert len(cases) / 2 < count < len(cases)


@pytest.mark.parametrize("key", ["figures", "changes", "config"])
def test_whatever_a_hostile_epoch_says_it_is_refused_or_can_be_kept(
    key: str, course: Course, tmp_path: Path
) -> None:
    folder = RunFolder(tmp_path / "new")
    folder.write_about(ABOUT)
    for epoch in course.kept[:2]:  # the second has a change of the learning rate
        folder.write_epoch(epoch)
    path = folder.epoch_file(2)
    text = texts_beside(path)
    tensors = load_file(path)
    cases = list(spoiled(json.loads(text[key])))[::3]
    count = 0
    for case, document in cases:
        rewrite(path, tensors, text | {key: json.dumps(document)})
        if refused(folder, path.name, case):
            count += 1
        else:
            assert len(read_content(folder, ABOUT).epochs) == 2, case
    assert len(cases) / 2 < count < len(cases)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("elapsed_s",), -1),
        (("elapsed_s",), float("inf")),
        (("correct",), float("inf")),
        (("correct",), -1),
        (("learning_rate",), 0),
        (("steps_per_epoch",), 4),
        (("cycles",), []),
        (("cycles", 0), SIZE),
        (("config",), []),
        (("config", "epochs"), 2),
        (("epochs", 0, "epoch"), 2),
        (("epochs", 0, "epoch"), True),
        (("epochs", 0, "test_accuracy"), 1.5),
        (("epochs", 0, "train_accuracy"), -0.5),
        (("epochs", 0, "test_loss"), float("nan")),
        (("epochs", 0, "elapsed_s"), SIZE),
        (("changes", 0, "learning_rate"), -1),
        (("changes", 0, "step"), -1),
        (("changes", 0, "epoch"), 2**31),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_checkpoint_that_says_what_cannot_be_is_refused(
    place: tuple[Any, ...], value: Any, folder: RunFolder
) -> None:
    edit(folder.path / CHECKPOINT, "run", lambda document: with_value(document, place, value))

    assert f"its {CHECKPOINT} is" in refusal(folder)


def test_a_store_opens_although_the_checkpoint_of_a_run_that_it_does_not_know_is_hostile(
    course: Course, folder: RunFolder, tmp_path: Path
) -> None:
    edit(
        folder.path / CHECKPOINT,
        "run",
        lambda document: with_value(document, ("correct",), float("inf")),
    )
    (tmp_path / "kept" / "runs").mkdir(parents=True)
    folder.path.rename(tmp_path / "kept" / "runs" / ABOUT.key)

    with closing(open_store(tmp_path / "kept")) as store:
        (record,) = store.records()
    assert (record.key, record.epochs_done) == (ABOUT.key, 3)
