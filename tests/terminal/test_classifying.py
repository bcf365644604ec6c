"""Pictures are classified in the terminal, by any network, from any file."""

import io
import json
import os
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

import lenet_desktop.app
from lenet_desktop.analysis import unlikeness
from lenet_desktop.app import main
from lenet_desktop.data import catalogue
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import DataError, DataSplits
from lenet_desktop.data.pictures.picture_files import Pixels, png_bytes, read_picture
from lenet_desktop.data.pictures.preparation import PHOTOGRAPHED, Fit, prepare
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.opening import open_store
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import train
from lenet_desktop.training.events import PredictionsReady
from lenet_desktop.training.network_file import save_network
from tests.kept_runs import BRIEF, KeptRun, keep_runs

CPU = Device("cpu", "CPU")


@pytest.fixture(scope="module")
def network(few: DataSplits) -> Snapshot:
    """Return a network that has learned a little."""
    config = replace(BRIEF, batch_size=32, epochs=1)
    told = [e for e in train(config, few, CPU) if isinstance(e, PredictionsReady)]
    assert told[-1].snapshot is not None
    return told[-1].snapshot


@pytest.fixture
def model(network: Snapshot, tmp_path: Path) -> str:
    save_network(network, path := tmp_path / "model.safetensors")
    return str(path)


@pytest.fixture(autouse=True)
def _few(few: DataSplits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "load_splits", lambda *_: few)
    monkeypatch.setattr(lenet_desktop.app, "_user_data", lambda: tmp_path / "kept")


@pytest.fixture
def pictures(few: DataSplits, tmp_path: Path) -> list[str]:
    """Return files with three test images, the last one as a photograph on white paper."""
    greys = [image[0].numpy() for image in few.test.images[:3]]
    paper = np.pad(255 - greys[2].repeat(9, axis=0).repeat(9, axis=1), 40, constant_values=255)
    return [saved(tmp_path / f"{at}.png", p) for at, p in enumerate([*greys[:2], paper])]


def saved(path: Path, pixels: Pixels) -> str:
    path.write_bytes(png_bytes(pixels))
    return str(path)


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_test_images_get_the_answers_that_they_get_everywhere(
    network: Snapshot,
    few: DataSplits,
    model: str,
    pictures: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    expected = evaluate(network.build(), few.test.first(2), 1, normalise=network.config.normalise)

    assert main(["classify", *pictures[:2], "--model", model, "--jsonl"]) == 0

    for answer, probabilities in zip(told(capsys), expected.probabilities, strict=True):
        assert answer["class"] == few.info.class_names[probabilities.argmax()]
        found = answer["probabilities"]
        assert isinstance(found, dict)
        assert tuple(found) == few.info.class_names
        assert [*found.values()] == pytest.approx(probabilities.tolist(), abs=1e-5)
        assert answer["notes"] == []
        assert 0 <= float(str(answer["unlikeness"])) <= 1


def test_a_line_says_the_likeliest_classes_and_whether_it_is_like_nothing(
    few: DataSplits,
    model: str,
    pictures: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for unlike in (2.0, 0.0):  # from which share of the test images on
        monkeypatch.setattr(unlikeness, "UNLIKE", unlike)
        assert main(["classify", pictures[0], "--model", model, "--top", "2"]) == 0
        line = capsys.readouterr().out
        answer, _, more = line.partition("Unlike the training images: ")
        assert answer.startswith(f"{pictures[0]}: ")
        assert answer.count("%") == 2
        assert sum(name in answer for name in few.info.class_names) >= 2
        assert bool(more) == (unlike == 0)
        assert line.count("\n") == 1


def test_a_photograph_is_prepared_as_everywhere_and_every_step_can_be_switched(
    model: str, pictures: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = tmp_path / "steps"
    picture = read_picture(Path(pictures[2])).pixels
    usual = prepare(picture, 28, 1, PHOTOGRAPHED)

    assert main(["classify", pictures[2], "--model", model, "--jsonl", "--steps", str(steps)]) == 0
    assert told(capsys)[0]["notes"] == [step.words for step in usual.steps]
    np.testing.assert_array_equal(read_picture(steps / "1-2.png").pixels, usual.picture)
    assert len([*steps.iterdir()]) == len(usual.steps) + 1

    switched = ["--invert", "no", "--levels", "--no-crop", "--fit", "stretched"]
    options = ["--model", model, "--steps", str(steps), *switched]
    assert main(["classify", pictures[2], *options]) == 0
    how = type(PHOTOGRAPHED)(type(PHOTOGRAPHED.invert)("no"), True, False, Fit.STRETCHED)
    expected = prepare(picture, 28, 1, how).picture
    np.testing.assert_array_equal(read_picture(steps / "1-2.png").pixels, expected)


def test_what_cannot_be_read_gets_a_sentence_and_the_others_go_on(
    model: str, pictures: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "shoe.png"
    text.write_text("no picture")
    bad = [str(text), str(tmp_path), str(tmp_path / "missing.png"), "/dev/zero", "a\x1b[2J\n.png"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(fifo := tmp_path / "pipe.png")
        bad.append(str(fifo))

    assert main(["classify", *bad, pictures[0], "--model", model]) == 1

    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    assert said.out.startswith(pictures[0])
    lines = said.err.splitlines()
    assert len(lines) == len(bad)
    assert all(line.endswith(".") and line.isprintable() for line in lines)


def test_a_picture_comes_from_standard_input(
    model: str,
    pictures: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["classify", pictures[1], "--model", model, "--jsonl"]) == 0
    expected = told(capsys)[0]

    def give(content: bytes, *, is_terminal: bool = False) -> None:
        given = SimpleNamespace(buffer=io.BytesIO(content), isatty=lambda: is_terminal)
        monkeypatch.setattr(sys, "stdin", given)

    give(Path(pictures[1]).read_bytes())
    assert main(["classify", "-", "--model", model, "--jsonl"]) == 0
    assert told(capsys)[0] == expected | {"file": "-"}
    for content, is_terminal in ((b"", False), (b"", True)):
        give(content, is_terminal=is_terminal)
        assert main(["classify", "-", "--model", model]) == 1
        assert capsys.readouterr().err.endswith(".\n")


def test_without_a_name_the_newest_finished_run_answers(
    few: DataSplits, tmp_path: Path, pictures: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["classify", pictures[0]]) == 2
    assert "--model" in capsys.readouterr().err
    brief = replace(BRIEF, epochs=1)
    runs = [KeptRun(brief), KeptRun(replace(brief, seed=1), title="Good"), KeptRun(brief, steps=3)]
    keep_runs(tmp_path / "kept", few, runs)

    assert main(["classify", pictures[0], "--jsonl"]) == 0
    said = capsys.readouterr()
    assert "“Good” after epoch 1" in said.err
    assert main(["classify", pictures[0], "--jsonl", "--model", "2"]) == 0
    assert capsys.readouterr().out == said.out
    assert main(["classify", pictures[0], "--jsonl", "--model", "1"]) == 0
    assert capsys.readouterr().out != said.out
    assert main(["classify", pictures[0], "--model", "3"]) == 2, "it has finished no epoch"
    assert main(["classify", pictures[0], "--model", "77"]) == 1
    assert "77" in capsys.readouterr().err
    with closing(open_store(tmp_path / "kept")) as store:
        assert len(store.records()) == 3


def test_a_network_of_another_program_answers_too(
    network: Snapshot,
    tmp_path: Path,
    model: str,
    pictures: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    theirs = {f"net.{name}": torch.tensor(each) for name, each in network.weights.items()}
    save_file(theirs, path := tmp_path / "theirs.safetensors")
    ways = ["--activation", "relu", "--pooling", network.config.pooling.value, "--normalise"]
    scale = "fashion-mnist" if network.config.normalise else "unit"
    assert main(["classify", *pictures, "--model", model, "--jsonl"]) == 0
    expected = told(capsys)

    assert main(["classify", *pictures, "--model", str(path), "--jsonl", *ways, scale]) == 0
    for answer, other in zip(told(capsys), expected, strict=True):
        assert answer["class"] == other["class"]
        assert answer["probabilities"] == pytest.approx(other["probabilities"], abs=1e-5)
    for known in (model, "1"):
        assert main(["classify", pictures[0], "--model", known, *ways]) == 2
        assert "leave --activation" in capsys.readouterr().err
        assert main(["classify", pictures[0], "--model", known, "--data", "digits"]) == 2
        assert "leave --data" in capsys.readouterr().err

    digits = ["--model", str(path), "--data", "digits", "--jsonl", *ways, scale]
    assert main(["classify", pictures[0], *digits]) == 0
    assert told(capsys)[0]["class"] in set("0123456789")


def test_without_the_data_all_but_the_unlikeness_is_told(
    model: str,
    pictures: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def missing(_cache: Path, wanted: DatasetInfo) -> DataSplits:
        raise DataError(f"{wanted.title} is not here.")

    monkeypatch.setattr(catalogue, "load_splits", missing)
    assert main(["classify", pictures[0], "--model", model, "--jsonl"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["unlikeness"] is None
    assert "is not here." in said.err


def test_a_picture_of_nothing_is_said_to_be_one(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blank = saved(tmp_path / "blank.png", np.full((40, 50), 255, np.uint8))
    assert main(["classify", blank, "--model", model]) == 0
    assert "nothing on it" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--top", "0"], ["--fit", "loud"], ["--top", "x"]])
def test_what_cannot_be_asked_for_is_refused(
    model: str, pictures: list[str], arguments: list[str]
) -> None:
    try:
        status = main(["classify", pictures[0], "--model", model, *arguments])
    except SystemExit as ended:
        status = int(str(ended.code))
    assert status == 2


def test_weights_that_are_too_large_get_a_sentence(
    network: Snapshot, pictures: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = {name: each * np.float32(1e30) for name, each in network.weights.items()}
    save_network(replace(network, weights=weights), path := tmp_path / "large.safetensors")
    assert main(["classify", pictures[0], "--model", str(path), "--jsonl"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "too large" in said.err
