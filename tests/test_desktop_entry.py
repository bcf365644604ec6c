"""The program in the menus of a Linux desktop."""

import configparser
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop import desktop_entry


def read_back(value: str) -> list[str]:
    """Return the arguments that a desktop makes of the key Exec, as the specification has it."""
    text = re.sub(r"\\(.)", r"\1", value)  # first as any text of the file
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', text, re.DOTALL)
    return [re.sub(r"\\(.)", r"\1", each, flags=re.DOTALL).replace("%%", "%") for each in quoted]


def test_the_entry_starts_this_program_under_the_name_of_its_windows(tmp_path: Path) -> None:
    entry, icon = desktop_entry.install(tmp_path)

    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # as mypy has it
    parser.read(entry, encoding="utf-8")
    section = parser["Desktop Entry"]
    assert read_back(section["Exec"]) == [sys.executable, "-m", "lenet_desktop"]
    assert entry.stem == icon.stem == section["Icon"] == section["StartupWMClass"]
    assert icon.read_bytes().startswith(b"<svg")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_any_path_survives(path: str) -> None:
    assert read_back(desktop_entry.quoted(path)) == [path]


def test_a_second_one_takes_the_place_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert desktop_entry.install() == desktop_entry.install()
    assert all(tmp_path in file.parents for file in desktop_entry.install())


def test_a_relative_data_home_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert all(tmp_path in file.parents for file in desktop_entry.install())
