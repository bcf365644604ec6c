"""The pages of help in each language: the same pages, in the words of the window."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from lenet_desktop.settings.config import SETTINGS
from lenet_desktop.text.language import LANGUAGES, SOURCE, set_language
from lenet_desktop.text.wording import figure
from lenet_desktop.ui.help.topics import file_of, find_topics, topics
from tests.text.window_words import plain, strangers, words_of_the_window

OTHERS = [code for code in LANGUAGES if code != SOURCE]
KEY = re.compile(r"\b(?:(?:Ctrl|Strg|Shift|Umschalt)\+\w+|F\d+|Esc)\b")
KEYBOARDS = {"de": {"Ctrl+": "Strg+", "Shift+": "Umschalt+"}}
"""What stands on the keys of a language where it is not what stands on the English ones."""
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    set_language(SOURCE)


def written(code: str) -> list[ET.Element]:
    return list(ET.fromstring(file_of(code).read_text(encoding="utf-8")))  # noqa: S314  our own


def as_written(code: str, number: str) -> str:
    """Return what stands in English, figures and keys as in a language; sections are none."""
    set_language(code)
    for key, own in KEYBOARDS.get(code, {}).items():
        number = number.replace(key, own)
    return figure(float(number), ".2f") if re.fullmatch(r"\d+\.\d\d", number) else number


def said(topic: ET.Element) -> str:
    return "".join(topic.itertext())


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_the_same_pages_about_the_same_parts(code: str) -> None:
    assert file_of(code).stem == code
    for topic, own in zip(written(SOURCE), written(code), strict=True):
        title = own.get("title")
        assert title, topic.get("title")
        assert own.keys() == topic.keys(), title
        assert own.get("parts", "").split() == topic.get("parts", "").split(), title
        tags, own_tags = (
            [each.tag for each in of.iter() if each.tag != "i"] for of in (topic, own)
        )
        assert own_tags == tags, title
        for pattern in (KEY, NUMBER):
            found, own_found = (set(pattern.findall(said(of))) for of in (topic, own))
            assert own_found == {as_written(code, each) for each in found}, title


@pytest.mark.parametrize("code", OTHERS)
def test_no_page_was_left_in_english(code: str) -> None:
    for topic, own in zip(written(SOURCE), written(code), strict=True):
        assert said(own).strip() != said(topic).strip()
    set_language(code)
    titles = {topic.title for topic in topics()}
    assert len(titles) == len(topics())
    assert all(any(each.noun in title for title in titles) for each in SETTINGS)


@pytest.mark.parametrize("code", OTHERS)
def test_a_page_is_called_as_the_window_calls_what_it_is_about(code: str) -> None:
    words = words_of_the_window(code)
    for topic, own in zip(written(SOURCE), written(code), strict=True):
        called = words.get(plain(topic.get("title", "")))
        assert called is None or plain(own.get("title", "")) in called, called


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_quoted_or_bold_on_a_page_is_what_the_window_says(code: str) -> None:
    words = words_of_the_window(code)
    for topic, own in zip(written(SOURCE), written(code), strict=True):
        assert strangers(said(own), said(topic), words) == []
        for bold, own_bold in zip(topic.iter("b"), own.iter("b"), strict=True):
            called = words.get(plain(bold.text or ""))
            assert called is None or plain(own_bold.text or "") in called, called


CHINESE = {
    "学习率": "学习率",
    "学习率太大": "学习率",  # two words without a blank
    "太大 学习率": "学习率",
    "可疑标签": "可疑标签",
    "overfitting": "过拟合",  # by the English term, too
    "mcnemar 检验": "McNemar 检验",
    "随机种子": "随机种子",
}


@pytest.mark.parametrize("typed", CHINESE)
def test_chinese_words_are_found_with_and_without_blanks(typed: str) -> None:
    set_language("zh")
    assert find_topics(typed)[0].title == CHINESE[typed]


@pytest.mark.parametrize("typed", ["斑马", "学习率斑马", "学习率斑", "马"])
def test_what_is_on_no_page_is_not_found(typed: str) -> None:
    set_language("zh")
    assert find_topics(typed) == []


def test_pages_stand_in_the_order_of_their_language() -> None:
    for code, order in {
        "en": ["Batch", "Recall", "TPE"],
        "zh": ["过拟合", "混淆矩阵", "准确率"],
    }.items():
        set_language(code)
        titles = [topic.title for topic in topics()]
        assert sorted(order, key=titles.index) == order
    assert len(find_topics("")) == len(topics())
