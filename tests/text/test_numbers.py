"""Numbers: read as people of any language write them, and never as another number."""

import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lenet_desktop.text.numbers import parse_number, parse_whole, write_number

ARABIC = str.maketrans("0123456789", "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669")
BENGALI = str.maketrans(
    "0123456789", "\u09e6\u09e7\u09e8\u09e9\u09ea\u09eb\u09ec\u09ed\u09ee\u09ef"
)
MINUS, TIMES, NO_BREAK, NARROW = "\u2212", "\u00d7", "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.9", 0.9), ("0,9", 0.9), (".5", 0.5), (",5", 0.5), ("1.", 1.0), ("1e-3", 0.001),
        ("1,5E+2", 150.0), ("  2 ", 2.0), ("\t0.1\n", 0.1), ("+3", 3.0), ("-3", -3.0),
        # What its own fields show, and what begins with a nought, has one meaning.
        ("1.234", 1.234), ("0,001", 0.001), ("0.900", 0.9),
        # Thousands, where nothing else can be meant.
        ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1,000,000", 1e6), ("1.000.000", 1e6),
        ("1 000", 1000.0), ("1'234,5", 1234.5), ("1\u2019234.5", 1234.5),
        ("12,34,567.5", 1234567.5),
        (f"1{NARROW}234,5", 1234.5), (f"1{NO_BREAK}234,5", 1234.5),
        # Signs and digits of other desktops.
        (f"{MINUS}0,5", -0.5), (f"1,5{TIMES}10^{MINUS}07", 1.5e-7), ("\u200e\u22121", -1.0),
        ("-1\u066c234\u066b5".translate(ARABIC), -1234.5), ("0\u066b001".translate(ARABIC), 0.001),
        ("\u061c-1".translate(ARABIC), -1.0), ("1\u0623\u0633\u061c-07".translate(ARABIC), 1e-7),
        ("0.25".translate(BENGALI), 0.25), ("\uff10\uff0e\uff15", 0.5),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "  ", "nan", "inf", "-inf", "1e999", "1_000", "0x10", "1e", "e5", ".", "1.2.3", "1,2,3",
     "1 00", "1,0000,000", "0,000,000", "--1", "1e1.5", "0.9 %", "one", "5\u00b2", "\u00bd"],
)  # fmt: skip
def test_what_is_no_finite_number_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"0\.9 or 1e-3\.$"):
        parse_number(text)


@pytest.mark.parametrize(
    "text", ["1,000", "12,500", "-1,000", "1,000e-3", "1,000".translate(BENGALI)]
)
def test_what_means_two_numbers_is_refused_and_both_are_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"two ways\. Write \S+ or \S+\.$"):
        parse_number(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1.234)
@example(1e22)
def test_every_finite_number_is_read_back_from_what_is_shown(value: float) -> None:
    assert parse_number(write_number(value)) == value
    assert parse_number(repr(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1.234)
def test_with_a_comma_it_is_the_same_number_or_refused(value: float) -> None:
    text = repr(value).replace(".", ",")
    if re.fullmatch(r"-?[1-9]\d{0,2},\d{3}(e.*)?", text):
        with pytest.raises(ValueError, match="two ways"):
            parse_number(text)
    else:
        assert parse_number(text) == value


@given(st.text(max_size=12) | st.text("0123456789.,' eE+-_naif", max_size=12))
def test_any_text_is_a_finite_number_or_a_short_sentence(text: str) -> None:
    try:
        number = parse_number(text)
    except ValueError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right
    else:
        assert math.isfinite(number)


def test_a_page_that_was_pasted_is_not_repeated() -> None:
    with pytest.raises(ValueError, match=r"^.{,200}$"):
        parse_number("all of a page " * 2000)
    with pytest.raises(ValueError, match=r"^.{,200}$"):
        parse_whole("9" * 30_000)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10", 10), (" 007 ", 7), ("+5", 5), ("-3", -3), (f"{MINUS}3", -3),
        ("1,000", 1000), ("10,000", 10_000), ("1 000", 1000), (f"1{NARROW}000", 1000),
        ("1'000", 1000), ("1,00,000", 100_000), ("2,147,483,647", 2**31 - 1),
        ("1\u066c000".translate(ARABIC), 1000), ("1,000".translate(BENGALI), 1000), ("\uff17", 7),
    ],
)  # fmt: skip
def test_a_whole_number_is_read_as_people_type_it(text: str, number: int) -> None:
    assert parse_whole(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1.000",
        "7.0",
        "1e3",
        "1_0",
        "0x7",
        "1,00",
        "0,000",
        "1,0000",
        "- 1",
        "x",
        "5\u00b2",
    ],
)
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a whole number"):
        parse_whole(text)


def test_the_thousands_of_the_desktop_are_read() -> None:
    assert parse_whole("1.000", group=".") == 1000
    with pytest.raises(ValueError, match="is not a whole number"):
        parse_whole("1.00", group=".")


@given(st.integers(-(10**12), 10**12), st.sampled_from([",", " ", "'"]))
def test_every_whole_number_is_read_back(value: int, mark: str) -> None:
    assert parse_whole(str(value)) == value
    assert parse_whole(f"{value:,}".replace(",", mark)) == value
