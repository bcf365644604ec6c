"""Data sets and folders of one's own in the terminal: they are trained on, and found again."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import lenet_desktop.app
from lenet_desktop.app import main
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.runs.opening import open_store
from lenet_desktop.terminal.training import MODEL_NAME
from tests.data.known.made_originals import idx, put, small_originals

__all__ = ["small_originals"]

BRIEF = ["--epochs", "1", "--batch-size", "32", "--device", "cpu"]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the commands of a test keep data sets; runs are kept beside."""
    monkeypatch.setattr(lenet_desktop.app, "_user_data", lambda: tmp_path / "kept")
    monkeypatch.setattr(lenet_desktop.app, "_user_cache", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of pictures in three classes, one of them broken and one hidden."""
    generator = np.random.default_rng(0)
    root = tmp_path / "leaves"
    for label, name in enumerate(("ash", "elm", "oak")):
        (root / name).mkdir(parents=True)
        for number in range(8):
            pixels = generator.integers(0, 80, (20, 20, 3), np.uint8)
            pixels[..., label] += 150
            Image.fromarray(pixels).save(root / name / f"{number}.png")
    (root / "ash" / "broken.png").write_bytes(b"no picture")
    (root / "elm" / "notes.txt").write_text("no picture")
    (root / ".hidden").mkdir()
    return root


def newest(tmp_path: Path) -> tuple[int, DatasetInfo]:
    with closing(open_store(tmp_path / "kept")) as store:
        record = store.records()[0]
        return record.id, record.config.data


def test_a_folder_is_trained_on_and_found_again_when_the_run_goes_on(
    folder: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    choices = ["--image-side", "16", "--colour", "--test-share", "0.4", "--test-seed", "3"]
    assert main(["train", "--data", str(folder), *choices, *BRIEF]) == 0

    said = capsys.readouterr().err
    assert "cannot be read: broken.png" in said
    assert "no picture: notes.txt" in said
    assert ".hidden" in said
    run, info = newest(tmp_path)
    assert (info.title, info.class_names) == ("leaves", ("ash", "elm", "oak"))
    assert (info.side, info.channels) == (16, 3)
    assert (info.test_share, info.test_seed) == (0.4, 3)

    go_on = ["train", "--resume", str(run), "--epochs"]
    assert main([*go_on, "2"]) == 0

    shutil.rmtree(cache)
    capsys.readouterr()
    assert main([*go_on, "3"]) == 1
    assert "Open their folder again" in capsys.readouterr().err
    other = ["--data", str(folder), "--image-side", "20", "--colour"]
    assert main([*go_on, "3", *other]) == 2
    assert "leave --data out" in capsys.readouterr().err
    assert main([*go_on, "3", "--data", str(folder)]) == 0, "it knows the choices itself"
    assert newest(tmp_path) == (run, info)


def test_a_network_is_judged_on_other_images_that_it_can_read(
    folder: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    choices = ["--colour", "--test-share", "0.5", "--test-seed", "7"]
    assert main(["train", "--data", str(folder), *choices, "--out", str(out), *BRIEF]) == 0
    shutil.copytree(folder, more := tmp_path / "more leaves")
    Image.new("RGB", (20, 20)).save(more / "oak" / "black.png")
    capsys.readouterr()

    model = str(out / MODEL_NAME)
    assert main(["evaluate", model]) == 0
    learned = capsys.readouterr().out
    assert main(["evaluate", model, "--data", str(folder)]) == 0
    assert capsys.readouterr().out == learned, "as many are held out, and the same"
    assert main(["evaluate", model, "--data", str(more)]) == 0
    said = capsys.readouterr()
    assert "has learned leaves, and is judged on more leaves" in said.err
    assert len(said.out.splitlines()) == 5

    assert main(["evaluate", model, "--data", "digits"]) == 1
    assert "does not fit Digits" in capsys.readouterr().err


def test_idx_files_of_ones_own_are_trained_on(
    cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "signs"
    place.mkdir()
    images = np.random.default_rng(0).integers(0, 256, (40, 16, 16), np.uint8)
    (place / "images").write_bytes(idx(images))
    (place / "labels").write_bytes(idx((np.arange(40) % 2).astype(np.uint8)))

    assert main(["train", "--data", str(place), *BRIEF]) == 0
    assert newest(tmp_path)[1].form == "2 classes of grey images of 16 x 16 pixels"
    assert main(["train", "--data", str(place), "--image-side", "20", *BRIEF]) == 0
    assert newest(tmp_path)[1].form == "2 classes of grey images of 20 x 20 pixels"


@pytest.mark.usefixtures("small_originals")
def test_a_data_set_is_known_by_its_name_and_by_its_files(
    cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put("usps", cache)
    assert main(["train", "--data", "usps", "--preset", "modern", *BRIEF]) == 0
    assert newest(tmp_path)[1].key == "usps"

    put("emnist-digits", place := tmp_path / "files")
    assert main(["train", "--data", str(place), *BRIEF]) == 0
    assert newest(tmp_path)[1].key == "emnist-digits"

    put("emnist-letters", place)
    capsys.readouterr()
    assert main(["train", "--data", str(place), *BRIEF]) == 2
    assert "emnist-letters and emnist-digits" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--data", "mnits"], 2, "mnist, kmnist"),
        (["--data", "mnist"], 1, "data get mnist"),
        (["--data", "digits", "--image-side", "9", "--crop"], 2, "--image-side and --crop"),
        (["--colour"], 2, "--colour"),
        (["--data", "{folder}"], 1, "No pictures"),
    ],
)
def test_what_cannot_be_learned_from_gets_one_sentence(
    arguments: list[str],
    status: int,
    words: str,
    cache: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "empty").mkdir()
    arguments = [each.replace("{folder}", str(tmp_path / "empty")) for each in arguments]

    assert main(["train", *arguments]) == status
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert len(said.err.splitlines()) == 1
    assert not (tmp_path / "kept" / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--image-side", "7"], "8 to 128"),
        (["--image-side", "many"], "not a whole number"),
        (["--test-share", "1"], "between 0 and 1"),
        (["--test-seed", "-1"], "0 to 2,147,483,647"),
        (["--fit", "loose"], "loose"),
    ],
)
def test_how_a_folder_is_read_is_checked(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["train", "--data", ".", *arguments])
    assert words in capsys.readouterr().err
