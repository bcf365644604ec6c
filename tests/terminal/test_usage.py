"""Numbers on a command line are read as they stand, or not at all."""

import argparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.terminal.usage import number, whole

OTHER_DIGITS = ("\N{ARABIC-INDIC DIGIT ONE}", "\N{FULLWIDTH DIGIT ONE}", "\N{SUPERSCRIPT TWO}")


@given(st.integers())
def test_a_whole_number_is_read(value: int) -> None:
    assert whole(str(value)) == value


@pytest.mark.parametrize(
    "text", ["1_0", " 10", "10\n", *OTHER_DIGITS, "1,000", "1e3", "10.", "", "+"]
)
def test_what_only_python_takes_for_a_whole_number_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="not a whole number"):
        whole(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read(value: float) -> None:
    assert number(repr(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "0.1_5",
        "1_0",
        " 0.9",
        "nan",
        "inf",
        "-infinity",
        *OTHER_DIGITS,
        "1,000",
        "0,9",
        ".",
        "1e",
        "1e999",
    ],
)
def test_what_only_python_takes_for_a_number_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="number"):
        number(text)
