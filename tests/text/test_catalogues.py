"""The catalogues have all that the source says, and say the same."""

import ast
import builtins
import re
import runpy
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TypeGuard

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from lenet_desktop.text.language import LANGUAGES, SOURCE

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "docs" / "write_catalogues.py"))
forms = SCRIPT["forms"]
CODES = [code for code in LANGUAGES if code != SOURCE]
MARKS = {"_": 1, "marked": 1, "ngettext": 2, "pgettext": 2, "counted": 2}
"""What marks a text, and how many of its arguments are texts."""
BY_NAME = {"_", "pgettext", "ngettext"}
"""Those that also translate what was marked elsewhere."""
LETTER = re.compile(r"&(\w)(?!\w*;)")
"""What the keyboard calls an action by, and not a sign that is written so in HTML."""


def texts(catalogue: Catalog) -> dict[tuple[str | None, object], Message]:
    return {(each.context, forms(each.id)): each for each in catalogue if each.id}


@cache
def collected() -> dict[tuple[str | None, object], Message]:
    """Return the texts that stand in the source, which takes a second to go through."""
    return texts(SCRIPT["template"]())


def placeholders(text: str) -> Counter[tuple[str, str, str]]:
    return Counter(
        (name, form or "", conversion or "")
        for _text, name, form, conversion in Formatter().parse(text)
        if name is not None
    )


def test_the_template_is_what_the_source_says() -> None:
    with SCRIPT["TEMPLATE"].open("rb") as file:
        kept = texts(read_po(file))
    assert (kept.keys() ^ collected().keys()) == set(), "run docs/write_catalogues.py"


@pytest.mark.parametrize("code", CODES)
def test_a_language_has_every_text_and_no_other(code: str) -> None:
    catalogue = SCRIPT["read"](code)
    assert (texts(catalogue).keys() ^ collected().keys()) == set()
    lacking = [each.id for each in texts(catalogue).values() if not all(forms(each.string))]
    assert lacking == []
    assert [each.id for each in catalogue if each.id and each.fuzzy] == []


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_placeholders_of_its_text(code: str) -> None:
    for message in texts(SCRIPT["read"](code)).values():
        wanted = placeholders(forms(message.id)[-1])
        for said in filter(None, forms(message.string)):
            assert placeholders(said) == wanted, said
            assert said.count("%(prog)s") == forms(message.id)[-1].count("%(prog)s"), said


@pytest.mark.parametrize("code", CODES)
def test_a_translation_begins_and_ends_as_its_text_does(code: str) -> None:
    for message in texts(SCRIPT["read"](code)).values():
        for said in filter(None, forms(message.string)):
            text = forms(message.id)[-1]
            assert said.startswith("\n") == text.startswith("\n"), said
            assert said.endswith("\n") == text.endswith("\n"), said


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_patterns_of_files_of_its_text(code: str) -> None:
    pattern = re.compile(r"\(\*[^)]*\)")  # as Qt reads them, who knows no other brackets
    for message in texts(SCRIPT["read"](code)).values():
        for said in filter(None, forms(message.string)):
            assert pattern.findall(said) == pattern.findall(forms(message.id)[-1]), said


@pytest.mark.parametrize("code", CODES)
def test_a_translation_keeps_the_letter_of_its_text(code: str) -> None:
    for message in texts(SCRIPT["read"](code)).values():
        wanted = LETTER.findall(forms(message.id)[-1].upper())
        for said in forms(message.string):
            assert LETTER.findall(said.upper()) == wanted, said


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_forms_that_its_language_tells_apart(code: str) -> None:
    catalogue = SCRIPT["read"](code)
    for message in texts(catalogue).values():
        assert len(forms(message.string)) == (catalogue.num_plurals if message.pluralizable else 1)


@pytest.mark.parametrize("code", CODES)
def test_what_is_compiled_is_what_the_translators_wrote(code: str) -> None:
    path = SCRIPT["file_of"](code)
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {key: forms(each.string) for key, each in texts(read_mo(file)).items()}
    written = {key: forms(each.string) for key, each in texts(SCRIPT["read"](code)).items()}
    assert compiled == {key: said for key, said in written.items() if all(said)}


def test_every_marked_text_is_whole_with_named_placeholders() -> None:
    assert [problem for path in SCRIPT["sources"]() for problem in problems_of(path)] == []


def test_no_error_for_a_person_is_raised_in_english_only() -> None:
    assert [where for path in SCRIPT["sources"]() for where in unmarked_errors(path)] == []


def unmarked_errors(path: Path) -> Iterator[str]:
    """Yield where an error of the program's own is raised with a sentence that is not marked."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
            continue
        if hasattr(builtins, ast.unparse(node.exc.func)):  # for programmers
            continue
        for argument in node.exc.args:
            is_text = isinstance(argument, ast.JoinedStr | ast.Constant)
            if is_text and len(ast.unparse(argument).split()) > 2:
                yield f"{path.name}:{argument.lineno} {ast.unparse(argument)}"


def problems_of(path: Path) -> Iterator[str]:
    """Yield what keeps the texts of a module from being translated as they are shown."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marks = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lenet_desktop.text")
        for name in node.names
        if name.name in MARKS
    }
    for node in ast.walk(tree):
        where = f"{path.name}:{getattr(node, 'lineno', 0)}"
        if "_" in marks and isinstance(node, ast.Name | ast.arg):
            name = node.id if isinstance(node, ast.Name) else node.arg
            if name == "_" and not isinstance(getattr(node, "ctx", None), ast.Load):
                yield f"{where} gives _ another meaning"
        for call in ast.walk(node) if isinstance(node, ast.JoinedStr) else ():
            if is_marking(call, marks) and {ast.Constant} & set(map(type, call.args)):
                yield f"{where} marks a text within an f-string, where it is not found"
        if is_marking(node, marks):
            yield from (f"{where} {problem}" for problem in problems_of_call(node))


def is_marking(node: ast.AST, marks: Collection[str]) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in marks


def problems_of_call(call: ast.Call) -> Iterator[str]:
    mark = ast.unparse(call.func)
    given = call.args[1:3] if mark == "counted" else call.args[: MARKS[mark]]
    if mark == "counted" and ast.unparse(call).count("{count}") == 0:
        yield "counts a noun instead of a text with {count}"
    for argument in given:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            names = placeholders(argument.value)
            if any(not name.isidentifier() for name, _form, _conversion in names):
                yield f"has a placeholder without a name: {argument.value}"
        elif mark not in BY_NAME or not isinstance(
            argument, ast.Name | ast.Attribute | ast.Subscript
        ):
            yield "marks what is put together while the program runs"
