"""What a terminal prints has nothing in it that the terminal does not know or would obey."""

import errno
import io
import logging
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.terminal.output import CleanFormatter, OutputError, say, tell, write

NAME = "Попытка “é” \N{EN DASH} \x1b[31mred\x07 \u202eevil\u2066 …"


def printed(text: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as patched:
        output = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
        patched.setattr(sys, "stdout", output)
        tell(text)
        return output.buffer.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "Попытка “é” \N{EN DASH} �[31mred� �evil� …"),
        ("cp1252", "??????? “é” \N{EN DASH} ?[31mred? ?evil? …"),
        ("cp437", '??????? "é" - ?[31mred? ?evil? ...'),
        ("ascii", '??????? "e" - ?[31mred? ?evil? ...'),
    ],
)
def test_a_line_is_written_in_the_letters_that_there_are(
    encoding: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert printed(NAME, encoding, monkeypatch) == f"{expected}\n"


@given(st.text(), st.sampled_from(["utf-8", "cp1252", "cp437", "cp932", "ascii"]))
def test_any_text_is_one_line_that_steers_nothing(text: str, encoding: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        line = printed(text, encoding, patch)
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    kinds = {unicodedata.category(letter) for letter in line[:-1] if letter not in "\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}


class FullDisk(io.StringIO):
    """A file for which there is no room."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_without_room_is_told_and_no_complaint_is_fatal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", FullDisk())
    say("There is no room.")
    with pytest.raises(OutputError, match="No space left"):
        write("line\n", FullDisk())


def test_what_is_logged_is_as_clean() -> None:
    record = logging.makeLogRecord(
        {"msg": "“%s” cannot be read\nfor a reason", "args": ("\x1b[2J",)}
    )
    assert CleanFormatter().format(record) == "“�[2J” cannot be read\nfor a reason"
