"""Lessons as files: those of the program are whole, others are read with suspicion."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.lessons import Lesson, LessonError, own_lessons, read_lesson, told
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.text.language import LANGUAGES, SOURCE, _, pgettext, set_language
from tests.text.window_words import strangers, words_of_the_window

SMALL = """
title = "A lesson"
about = "About something."
[[steps]]
text = "Read this."
[steps.question]
text = "And?"
answers = ["yes", "no"]
right = 2
because = "So."
[steps.run]
settings = { preset = "Modern", epochs = 3 }
held = ["epochs"]
seen = "It has $test_accuracy."
"""
WRONG = {
    "no TOML": ("title = ", "no lesson"),
    "another word": (SMALL + "colour = 1", "colour"),
    "an unknown setting": (SMALL.replace("epochs = 3", "epoch = 3"), "epochs"),
    "an unknown setting held": (SMALL.replace('["epochs"]', '["epoch"]'), "epochs"),
    "a value out of range": (SMALL.replace("epochs = 3", "epochs = 0"), "1 to 1,000"),
    "an unknown preset": (SMALL.replace("Modern", "Ancient"), "Ancient"),
    "an answer that is not there": (SMALL.replace("right = 2", "right = 3"), "two answers or more"),
    "one answer": (SMALL.replace(', "no"', "").replace("right = 2", "right = 1"), "two answers"),
    "unknown data": ('data = "cats"\n' + SMALL, "cats"),
    "no steps": ('title = "A"\nabout = ""\nsteps = []', "steps"),
    "a number for a text": (SMALL.replace('"Read this."', "7"), "no lesson"),
    "a table for a list": ('title = "A"\nabout = ""\n[steps]\ntext = "x"', "no lesson"),
    "other letters": ("title = '\udcff'", "no lesson"),
}


@pytest.fixture
def _english_afterwards() -> Iterator[None]:
    yield
    set_language(SOURCE)


def texts(lesson: Lesson) -> list[str]:
    """Return all that is told in a lesson, in its order."""
    said = [lesson.title, lesson.about]
    for step in lesson.steps:
        said.append(step.text)
        if step.question is not None:
            said += [step.question.text, step.question.because, *step.question.answers]
        if step.run is not None:
            said.append(step.run.seen)
    return said


def without_texts(lesson: Lesson) -> Lesson:
    """Return a lesson of which only that is left which is the same in all languages."""
    steps = []
    for step in lesson.steps:
        question, run = step.question, step.run
        if question is not None:
            blank = ("",) * len(question.answers)
            question = replace(question, text="", answers=blank, because="")
        steps.append(replace(step, text="", question=question, run=run and replace(run, seen="")))
    return replace(lesson, title="", about="", steps=tuple(steps))


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_bytes(text.encode("utf-8", errors="surrogateescape"))
    return path


@pytest.mark.parametrize("path", own_lessons(), ids=lambda path: path.stem)
def test_each_lesson_of_the_program_asks_before_it_shows(path: Path) -> None:
    lesson = read_lesson(path)
    assert lesson.about
    first = lesson.steps[0]
    assert first.question is not None
    assert first.run is not None
    for step in lesson.steps:
        if step.run is not None:
            assert "$" in step.run.seen
            assert lesson.config(step.run, TrainingConfig()).data == DEFAULT


def test_there_are_the_four_that_the_help_promises() -> None:
    assert len(own_lessons()) == 4


@pytest.mark.usefixtures("_english_afterwards")
@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != SOURCE])
def test_a_lesson_is_the_same_in_each_language_but_for_its_texts(code: str) -> None:
    english = own_lessons()
    set_language(code)
    own = own_lessons()
    assert [path.name for path in own] == [path.name for path in english]
    assert {path.parent.name for path in own} == {code}
    assert len(list(own[0].parent.iterdir())) == len(own)
    words = words_of_the_window(code)
    for path, source in zip(own, english, strict=True):
        mine, theirs = read_lesson(path), read_lesson(source)
        assert without_texts(mine) == without_texts(theirs), path.name
        for said, original in zip(texts(mine), texts(theirs), strict=True):
            assert said.strip(), original
            assert said != original or not re.search("[A-Za-z]", original), said
            assert set(re.findall(r"\$\w+", said)) == set(re.findall(r"\$\w+", original)), said
            assert strangers(said, original, words) == []


@pytest.mark.usefixtures("_english_afterwards")
@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != SOURCE])
def test_a_lesson_leads_to_the_same_places_in_each_language(code: str) -> None:
    english = own_lessons()
    set_language(code)
    explore, compare = pgettext("page", "Explore"), pgettext("page", "Compare")
    pages = {"to Explore": explore, "in Explore": explore, "to Compare": compare}
    places = pages | {name: _(name) for name in ("Inside the network", "Find…")}
    for path, source in zip(own_lessons(), english, strict=True):
        mine, theirs = texts(read_lesson(path)), texts(read_lesson(source))
        for said, original in zip(mine, theirs, strict=True):
            named = [own for place, own in places.items() if place in original]
            assert [own for own in named if own not in said] == [], said


def test_a_teachers_lesson_is_read(tmp_path: Path) -> None:
    lesson = read_lesson(written(tmp_path, SMALL))
    (step,) = lesson.steps
    assert step.run is not None
    config = lesson.config(step.run, replace(TrainingConfig(), device="cpu"))
    assert config.epochs == 3
    assert config.device == "cpu"
    assert config.normalise
    assert step.run.held == ("epochs",)


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_lesson_is_told_in_a_sentence(tmp_path: Path, case: str) -> None:
    text, words = WRONG[case]
    with pytest.raises(LessonError, match=r"^mine\.toml .*\.$") as error:
        read_lesson(written(tmp_path, text))
    assert words in str(error.value)


def test_a_file_that_is_not_there_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"gone\.toml cannot be read"):
        read_lesson(tmp_path / "gone.toml")


def test_what_cannot_be_done_with_the_data_is_refused(tmp_path: Path) -> None:
    lesson = read_lesson(written(tmp_path, SMALL.replace("epochs = 3", 'augmentation = "flips"')))
    run = lesson.steps[0].run
    assert run is not None
    digits = replace(DEFAULT, can_be_mirrored=False)
    with pytest.raises(ConfigError):
        lesson.config(run, TrainingConfig(data=digits))


def test_names_without_a_figure_stay() -> None:
    assert told("$a of $b, 5 $", {"a": "1"}) == "1 of $b, 5 $"
