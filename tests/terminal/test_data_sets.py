"""The data sets in the terminal: listed, downloaded, and taken in by hand."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.app import main
from lenet_desktop.data.catalogue import TITLES
from tests.data.known.file_server import Server, offered, server
from tests.data.known.made_originals import given_away, idx, small_originals

__all__ = ["offered", "server", "small_originals"]


def data(cache: Path, *arguments: str) -> int:
    return main(["data", "--cache", str(cache), *arguments])


def test_every_data_set_is_listed_with_how_to_get_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert data(tmp_path) == 0

    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(TITLES)
    assert "not here" in lines[-1]
    assert "8.4 MB from" in lines[-1]
    assert "comes with the program" in lines[0]


def test_a_data_set_is_downloaded_and_then_here(
    offered: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert data(tmp_path, "get", "usps") == 0
    assert capsys.readouterr().out == (
        "USPS: 10 training images and 3 test images, 10 classes of grey images of 16 x 16 pixels.\n"
    )

    count = len(offered.asked)
    assert main(["data", "get", "usps", "--jsonl", "--cache", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["key"] == "usps"
    assert len(offered.asked) == count
    assert data(tmp_path, "--jsonl") == 0
    *_, told = map(json.loads, capsys.readouterr().out.splitlines()[-9:])
    assert (told["name"], told["state"]) == ("usps", "here")


def test_a_download_that_is_stopped_goes_on(
    offered: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offered.on_asked = lambda: os.kill(os.getpid(), signal.SIGINT)
    assert data(tmp_path, "get", "mnist") == 128 + signal.SIGINT
    said = capsys.readouterr()
    assert "data get mnist" in said.err
    assert said.out == ""

    offered.on_asked = lambda: None
    assert data(tmp_path, "--jsonl", "get", "mnist") == 0
    *progress, ready = map(json.loads, capsys.readouterr().out.splitlines())
    assert {each["event"] for each in progress} == {"progress"}
    assert (ready["event"], ready["images"]["training image"]) == ("data_ready", 9)


def test_what_cannot_be_downloaded_gets_one_sentence(
    offered: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offered.files.clear()

    assert data(tmp_path, "get", "kmnist") == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.usefixtures("small_originals")
def test_files_are_taken_in_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "files"
    place.mkdir()
    for name, content in given_away("emnist-letters").items():
        (place / name).write_bytes(content)
    (place / "own").write_bytes(idx(np.arange(20 * 64, dtype=np.uint8).reshape(20, 8, 8)))
    (place / "own labels").write_bytes(idx((np.arange(20) % 2).astype(np.uint8)))

    assert data(tmp_path, "add", str(place)) == 0

    said = capsys.readouterr()
    titles = [line.partition(":")[0] for line in said.out.splitlines()]
    assert titles == ["EMNIST balanced", "EMNIST letters", "EMNIST digits", "files"]
    assert data(tmp_path) == 0
    assert "own: 2 classes" in capsys.readouterr().out.splitlines()[-1]


def test_what_is_of_no_use_gets_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert data(tmp_path, "add", str(tmp_path / "nothing")) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
