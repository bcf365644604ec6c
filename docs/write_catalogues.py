"""Collects what people are told, and brings the catalogues of all languages in line with it.

python docs/write_catalogues.py

Then translate what is empty in `resources/locale/*/LC_MESSAGES/lenet_desktop.po` and run it again:
it also compiles the `.mo` beside each, which is what the program reads.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from lenet_desktop.settings.config import SETTINGS
from lenet_desktop.text.language import DOMAIN, LANGUAGES, SOURCE

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "lenet_desktop"
LOCALE = ROOT / "resources" / "locale"
TEMPLATES = sorted((ROOT / "resources" / "report").glob("*.html"))
TEMPLATE = LOCALE / f"{DOMAIN}.pot"
_KEYWORDS = {
    "_": None,
    "marked": None,
    "ngettext": (1, 2),
    "counted": (2, 3),
    "pgettext": ((1, "c"), 2),
}
_HEAD = f"# The texts of LeNet Desktop. Written by docs/{Path(__file__).name}."
_TABLE = "lenet_desktop/settings/config.py"
"""Whose texts are taken from the table of settings itself, where some follow from others."""
_OF_ARGPARSE = re.compile(r"%(\(\w+\))?[rs]")
_SINCE = datetime(2026, 11, 28, tzinfo=UTC)
"""In place of the hour of the last run, which would differ in every branch."""


def sources() -> list[Path]:
    """Return the modules whose texts are translated."""
    return sorted(PACKAGE.rglob("*.py"))


def template() -> Catalog:
    """Return all texts of the source, each with the modules that it stands in."""
    found = Catalog(project="LeNet Desktop", header_comment=_HEAD, creation_date=_SINCE)
    for path in sources():
        where = path.relative_to(ROOT).as_posix()
        for line, text, comments, context in extract_from_file(
            "python", path, _KEYWORDS, comment_tags=["Translators:"], strip_comment_tags=True
        ):
            found.add(text, None, [(where, line)], auto_comments=comments, context=context)
    for path in TEMPLATES:
        where = path.relative_to(ROOT).as_posix()
        with path.open("rb") as file:
            for line, _function, said, comments in babel_extract(file, ["_"], [], {}):
                found.add(str(said), None, [(where, line)], auto_comments=comments)
    for setting in SETTINGS:
        for text in (text for text in setting.texts if text != "{value}"):
            found.add(text, None, [(_TABLE, 1)])
    _unflag(found)
    return found


def _unflag(catalogue: Catalog) -> None:
    """Take for a format of Python's only what argparse has; "95 % interval" looks like one, too."""
    for message in catalogue:
        if not _OF_ARGPARSE.search(forms(message.id)[0]):
            message.flags.discard("python-format")


def translated() -> Iterator[str]:
    """Yield the code of each language but that of the source."""
    yield from (code for code in LANGUAGES if code != SOURCE)


def file_of(code: str) -> Path:
    """Return where the texts of a language are."""
    return LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(code: str) -> Catalog:
    """Return the texts of a language as its translators left them."""
    path = file_of(code)
    if not path.exists():
        return Catalog(locale=code, project="LeNet Desktop", creation_date=_SINCE)
    with path.open("rb") as file:
        return read_po(file, locale=code)


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return the forms of a text: one, or one for each number that the language tells apart."""
    return tuple(text) if isinstance(text, tuple | list) else (text or "",)


def main() -> None:
    """Write the template, and the catalogue of each language with its compiled form."""
    LOCALE.mkdir(exist_ok=True)
    collected = template()
    with TEMPLATE.open("wb") as file:
        write_po(file, collected, width=99, sort_by_file=True, include_lineno=False)
    for code in translated():
        catalogue, path = read(code), file_of(code)
        catalogue.fuzzy = False  # of the head
        catalogue.update(collected, no_fuzzy_matching=True, update_header_comment=False)
        _unflag(catalogue)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(
                file, catalogue, 99, sort_by_file=True, include_lineno=False, ignore_obsolete=True
            )
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        missing = sum(not all(forms(message.string)) for message in catalogue if message.id)
        print(f"{code}: {len(catalogue)} texts, {missing} not translated yet")


if __name__ == "__main__":
    main()
