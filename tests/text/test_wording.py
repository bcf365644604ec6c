"""Names, counts and lists as they stand in a sentence."""

import errno
import os
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lenet_desktop.text.language import SOURCE, set_language
from lenet_desktop.text.wording import (
    byte_count,
    counted,
    epochs_named,
    listed,
    percent,
    quoted,
    quoted_title,
    sentences,
    tidied,
    unwrapped,
    why_not,
)


@pytest.fixture
def chinese() -> Iterator[None]:
    set_language("zh")
    yield
    set_language(SOURCE)


def test_counts_lists_and_sentences_are_written_as_the_language_has_them(chinese: None) -> None:
    assert counted(1200, "{count} epoch", "{count} epochs") == "1,200 轮"
    assert [listed(items) for items in ("", "甲", "甲乙", "甲乙丙")] == [
        "",
        "甲",
        "甲和乙",
        "甲、乙和丙",
    ]
    assert listed("甲乙丙丁", 2) == "甲、乙和另外 2 项"
    assert [listed(["7", "8"]), listed(["猫", "dog"])] == ["7 和 8", "猫和 dog"]
    assert sentences(["甲。", "", "乙。"]) == "甲。乙。"
    assert [epochs_named([3]), epochs_named([3, 4])] == ["第 3 轮", "第 3、4 轮"]
    assert percent(0.612) == "61.2%"


def test_what_the_system_says_is_told_in_the_language_that_is_spoken(chinese: None) -> None:
    told = [
        why_not(OSError(number, os.strerror(number))) for number in (errno.ENOENT, errno.ENOSPC)
    ]
    assert told == ["没有这个文件或文件夹", "磁盘空间不足"]
    assert why_not(OSError(0, "Said by nobody else")) == "Said by nobody else"
    assert why_not(ValueError("It is odd.\nVery.")) == "It is odd"


def test_sentences_stand_behind_each_other_and_none_is_nothing() -> None:
    assert [sentences(said) for said in ([], ["", ""], ["One."], ["One.", "", "Two."])] == [
        "", "", "One.", "One. Two.",
    ]  # fmt: skip


def test_what_is_counted_may_be_a_sentence() -> None:
    text = ("{count} image of {name} is new.", "{count} images of {name} are new.")
    assert [counted(n, *text, name="a set") for n in (1, 2000)] == [
        "1 image of a set is new.",
        "2,000 images of a set are new.",
    ]


@given(st.text())
def test_a_quoted_name_is_short_and_on_one_line(name: str) -> None:
    joiners = "\u200c\u200d"  # spelling, in some languages
    assert quoted(name).translate(dict.fromkeys(map(ord, joiners))).isprintable()
    assert len(quoted(3 * name)) <= 83
    assert len(quoted_title(3 * name)) <= 65


@given(st.text())
@example("a \x1b")  # what is left out leaves no blank behind
def test_any_text_becomes_one_line_that_stays_as_it_is(raw: str) -> None:
    line = tidied(raw, None)
    assert tidied(line, None) == line
    assert len(line.splitlines()) <= 1
    assert not set(line) & set("\n\r\t\x00\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def test_what_is_counted_is_singular_once_only() -> None:
    told = [counted(n, "{count} epoch", "{count} epochs") for n in (0, 1, 1200)]
    assert told == ["0 epochs", "1 epoch", "1,200 epochs"]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([], ""), ([1], "1"), ([1, 2], "1 and 2"), ("abc", "a, b and c"),
        (range(1, 9), "1, 2, 3 and 5 more"),
    ],
)  # fmt: skip
def test_a_list_stands_in_a_sentence_and_does_not_run_on(items: list[int], words: str) -> None:
    assert listed(items, most=3) == words


def test_one_epoch_and_several_are_named() -> None:
    sizes = [0, 1, 12_345, 99_001, 100_000, 11_594_722, 9_949_999, 561_753_746, 2_000_000_000]
    assert list(map(byte_count, sizes)) == [
        "0\xa0kB", "1\xa0kB", "13\xa0kB", "100\xa0kB", "0.1\xa0MB",
        "12\xa0MB", "9.9\xa0MB", "562\xa0MB", "2,000\xa0MB"
    ]  # fmt: skip
    assert [epochs_named([4]), epochs_named([1, 4])] == ["epoch 4", "epochs 1, 4"]
    assert epochs_named(range(1, 9), most=2) == "epochs 1, 2…"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("\n  Of many\n  images.\n", "Of many images."),
        ("Press\n“Start”,\nthen wait.", "Press “Start”, then wait."),
        ("误判的\n图像。\n然后", "误判的图像。然后"),
        ("按\n“开始”。\nReLU\n会", "按“开始”。ReLU 会"),
        ("第\n3 轮\n$share。", "第 3 轮 $share。"),
        ("图像 一", "图像 一"),  # what was typed stays
        ("그림\n하나", "그림 하나"),
    ],
)
def test_the_lines_of_a_file_become_one_as_its_script_is_written(text: str, read: str) -> None:
    assert unwrapped(text) == read
