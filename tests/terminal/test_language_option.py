import argparse
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lenet_desktop.app import command_line, main
from lenet_desktop.text.language import LANGUAGES, SOURCE, VARIABLE, language, set_language


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    set_language(SOURCE)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have everything kept in a folder of this test, which is returned."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    main(arguments)
    captured = capsys.readouterr()
    return captured.out, captured.err


def has_han(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def every(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from every(below)


def test_a_list_is_in_the_language_that_is_asked_for(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _err = said(["--language", "zh", "data"], capsys)
    assert has_han(out)
    assert "fashion-mnist" in out
    out, _err = said(["--language", "en", "data"], capsys)
    assert not has_han(out)


def test_the_environment_asks_for_it_too(
    folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    assert has_han(said(["data"], capsys)[0])
    assert not has_han(said(["--language", "en", "data"], capsys)[0])


def test_what_a_program_reads_is_the_same_in_every_language(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _err = said(["--language", "zh", "data", "--jsonl"], capsys)
    assert out == said(["--language", "en", "data", "--jsonl"], capsys)[0]
    assert json.loads(out.splitlines()[0])["name"] == "fashion-mnist"


def test_what_is_wrong_with_an_argument_is_said_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--language", "zh", "runs", "export"])
    complaint = capsys.readouterr().err
    assert has_han(complaint)
    assert "required" not in complaint


def test_an_unknown_language_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--language", "tlh", "data"])
    assert "tlh" in capsys.readouterr().err


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_help_of_every_command_can_be_written(code: str) -> None:
    set_language(code)
    for parser in every(command_line()):
        assert has_han(parser.format_help()) == (code == "zh")


def test_english_is_spoken_where_there_are_no_letters_for_more(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), "latin-1"))
    main(["--language", "zh", "data"])
    assert language() == SOURCE
