"""Lessons: what is asked before a run, what is run, and what was to be seen.

A lesson is a TOML file, so that a teacher can write and hand out another one; `docs/lessons.md`
tells the form.
"""

import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from string import Template
from typing import Any

import msgspec

from lenet_desktop import assets
from lenet_desktop.data.catalogue import DEFAULT, TITLES
from lenet_desktop.settings.config import BY_NAME, TrainingConfig, unknown_setting
from lenet_desktop.settings.presets import PRESETS, TEXTBOOK
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.text.language import _, language
from lenet_desktop.text.wording import first_line, listed, one_line, quoted, why_not

LARGEST_LESSON = 1_000_000
"""Bytes."""
SUFFIX = ".toml"
_MOST_STEPS, _MOST_ANSWERS = 50, 8


class LessonError(ValueError):
    """A file is no lesson; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a run.

    Attributes:
        text: the question.
        answers: what can be answered, two or more.
        right: the number of the right one, from 1.
        because: why, told after the run.
    """

    text: str
    answers: tuple[str, ...]
    right: int
    because: str


@dataclass(frozen=True, slots=True)
class LessonRun:
    """What is trained.

    Attributes:
        settings: by the names of the table; `preset` names the recipe that the others change.
        held: the settings that cannot be changed meanwhile; `all` for every one.
        seen: what was to be seen, told after it; `$` and a name stands for a figure of the run.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A page of a lesson: something to read, perhaps a question, perhaps a run."""

    text: str
    question: Question | None = None
    run: LessonRun | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson.

    Attributes:
        title: what it is called.
        about: what is learned in it, in a sentence.
        minutes: how long it takes.
        data: the key of the data set that it is about.
        steps: its pages, one or more.
    """

    title: str
    about: str
    steps: tuple[Step, ...]
    minutes: int = 10
    data: str = DEFAULT.key

    def config(self, run: LessonRun, now: TrainingConfig) -> TrainingConfig:
        """Return what a run of it is asked to do.

        Args:
            run: one of its runs.
            now: of which the data and the device are taken.

        Raises:
            ConfigError: the settings cannot be used with these data.
        """
        values = dict(run.settings)
        key = values.pop("preset", TEXTBOOK.name)
        preset = next((each for each in PRESETS if each.name == key), None)
        if preset is None:
            names = listed(quoted(each.name) for each in PRESETS)
            text = _("There is no preset {preset}. There are {names}.")
            raise ConfigError("preset", text.format(preset=quoted(key), names=names))
        for name in (*values, *(each for each in run.held if each != "all")):
            if name not in BY_NAME:
                raise unknown_setting(name)
        wanted: dict[str, Any] = {"device": now.device}
        wanted |= {name: BY_NAME[name].read(value) for name, value in values.items()}
        return replace(preset.for_data(now.data), **wanted)


def read_lesson(path: Path) -> Lesson:
    """Read a lesson from a file.

    Raises:
        LessonError: it cannot be read, or is none.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_LESSON + 1)
        if len(content) > LARGEST_LESSON:
            raise ValueError(_("it is larger than a lesson can be"))
        lesson = msgspec.convert(_strict(tomllib.loads(content.decode())), Lesson)
        _check(lesson)
    except OSError as error:
        text = _("{file} cannot be read: {reason}.")
        reason = why_not(error)
        raise LessonError(text.format(file=one_line(path.name), reason=reason)) from error
    except (ValueError, RecursionError) as error:  # of TOML, of the letters, of the form
        text = _("{file} is no lesson: {reason}.")
        reason = first_line(error)
        raise LessonError(text.format(file=one_line(path.name), reason=reason)) from error
    return lesson


def own_lessons() -> list[Path]:
    """Return the files of the lessons that come with the program, in their order.

    A lesson that there is not in the language that is spoken comes in English.
    """
    folder = assets.resources() / "lessons"
    spoken = folder / language()
    return [
        spoken / each.name if (spoken / each.name).is_file() else each
        for each in sorted(folder.glob(f"*{SUFFIX}"))
    ]


def told(text: str, figures: dict[str, str]) -> str:
    """Return a text in which figures stand for their names; a name that is none stays."""
    return Template(text).safe_substitute(figures)


def _strict(document: dict[str, Any]) -> dict[str, Any]:
    """Refuse parts that no lesson has, which would be passed over without a word.

    Raises:
        ValueError: there is one; the message names it.
    """
    _refuse_others(document, Lesson)
    for step in _tables(document.get("steps")):
        _refuse_others(step, Step)
        for part in _tables([step.get("question")]):
            _refuse_others(part, Question)
        for part in _tables([step.get("run")]):
            _refuse_others(part, LessonRun)
    return document


def _tables(values: object) -> list[dict[str, Any]]:
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []


def _refuse_others(table: dict[str, Any], kind: type[Lesson | Step | Question | LessonRun]) -> None:
    known = [each.name for each in fields(kind)]
    others = table.keys() - set(known)
    if others:
        text = _("there is no {name} in it, only {known}")
        raise ValueError(text.format(name=quoted(min(others)), known=listed(known)))


def _check(lesson: Lesson) -> None:
    """Refuse what cannot be done.

    Raises:
        ValueError: the message says what.
    """
    if not lesson.title.strip() or not 1 <= len(lesson.steps) <= _MOST_STEPS:
        raise ValueError(_("it needs a title and steps"))
    if lesson.data not in TITLES:
        text = _("there is no data set {name}, only {known}")
        raise ValueError(text.format(name=quoted(lesson.data), known=listed(TITLES)))
    for step in lesson.steps:
        question = step.question
        if question is not None and not (
            2 <= len(question.answers) <= _MOST_ANSWERS
            and 1 <= question.right <= len(question.answers)
        ):
            raise ValueError(_("a question needs two answers or more, one of which is right"))
        if step.run is not None:
            lesson.config(step.run, TrainingConfig())
