import threading
from collections.abc import Iterator

import pytest

from lenet_desktop.text import language
from lenet_desktop.text.language import (
    LANGUAGES,
    SOURCE,
    _,
    marked,
    ngettext,
    pgettext,
    set_language,
    wanted_language,
)
from lenet_desktop.text.wording import byte_count, one_line, percent

CONSTANT = marked("Stopped.")


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    set_language(SOURCE)


def test_english_is_the_source_and_says_what_is_written() -> None:
    assert language.language() == SOURCE
    assert _("Stopped.") == CONSTANT == pgettext("a meaning", "Stopped.") == "Stopped."
    assert [ngettext("{count} run", "{count} runs", count) for count in (0, 1, 2)] == [
        "{count} runs",
        "{count} run",
        "{count} runs",
    ]


def test_a_text_that_no_catalogue_has_stays_english() -> None:
    for code in LANGUAGES:
        set_language(code)
        assert _("a text that nobody ever wrote") == "a text that nobody ever wrote"
        assert _("") == ""


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="tlh"):
        set_language("tlh")
    assert language.language() == SOURCE


def test_every_thread_and_every_process_begun_later_speaks_the_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(language.VARIABLE, raising=False)
    set_language("zh")
    said: list[str] = []
    thread = threading.Thread(target=lambda: said.append(language.language()))
    thread.start()
    thread.join()
    assert said == ["zh"]
    assert wanted_language() == "zh"


@pytest.mark.parametrize(("named", "spoken"), [("zh", "zh"), ("", "en"), ("tlh", "en")])
def test_a_process_speaks_as_the_one_that_began_it(
    named: str, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(language.VARIABLE, named)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")  # which counts for a terminal only
    language.inherit_language()
    assert language.language() == spoken


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_SG"}, "zh"),
        ({"LANG": "zh_Hans_CN"}, "zh"),
        ({"LANG": "zh_TW.UTF-8"}, "en"),
        ({"LANG": "Chinese (Simplified)_China.936"}, "zh"),
        ({"LANG": "Chinese (Traditional)_Taiwan.950"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr:zh_CN:en"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LENET_DESKTOP_LANGUAGE": "en"}, "en"),
        ({"LANG": "en_US.UTF-8", "LENET_DESKTOP_LANGUAGE": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LENET_DESKTOP_LANGUAGE": "tlh"}, "en"),
    ],
)
def test_the_environment_names_the_language(environment: dict[str, str], wanted: str) -> None:
    assert wanted_language(environment) == wanted


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_figure_and_its_unit_stay_on_one_line(code: str) -> None:
    set_language(code)
    glue = "\xa0"
    assert percent(0.5, 0).removesuffix("%") in {"50", f"50{glue}"}
    assert byte_count(12_000) == f"12{glue}kB"
    assert one_line(percent(0.5, 0)).removesuffix("%").strip() == "50", "a terminal knows no other"
    unknown = {"95 %", "{size} GB", "{seconds} s", "12 steps", "{count} sweeps", "3 MBs"}
    assert {text for text in unknown if glue in _(text)} == {"95 %", "{size} GB", "{seconds} s"}
