"""What the documents say of the code is there."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "lenet_desktop"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
DOCUMENTS = [
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "README.md",
    ROOT / "tests" / "earlier" / "README.md",
]
LINK = re.compile(r"\]\(([^)#:]+)\)")
FILES = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.(?:py|md|toml|png|txt)\b")


def place_of(name: str) -> Path:
    """Return where a path leads that is given from the root or from the package on."""
    return ROOT / name if (ROOT / name).exists() else PACKAGE / name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_is_named_is_there(document: Path) -> None:
    names = set(FILES.findall(document.read_text(encoding="utf-8")))
    beside = {path.name for path in document.parent.iterdir()}
    missing = sorted(name for name in names if not place_of(name).exists() and name not in beside)
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).is_file()] == []


def test_every_document_is_found_from_the_readme() -> None:
    reached, found = {ROOT / "README.md"}, [ROOT / "README.md"]
    while found:
        document = found.pop()
        for link in LINK.findall(document.read_text(encoding="utf-8")):
            target = (document.parent / link).resolve()
            if target.suffix == ".md" and target not in reached:
                reached.add(target)
                found.append(target)
    assert sorted(set((ROOT / "docs").glob("*.md")) - reached) == []


def test_the_page_of_options_is_that_of_the_program() -> None:
    written = runpy.run_path(str(ROOT / "docs" / "write_options.py"))
    assert (ROOT / "docs" / "options.md").read_text("utf-8") == written["options_page"]()


def test_the_architecture_names_every_room() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/]+/)`", text))
    assert [name for name in named if not place_of(name).is_dir()] == []
    rooms = {f"{path.parent.relative_to(PACKAGE)}/" for path in PACKAGE.rglob("__init__.py")}
    assert rooms - {"./"} <= named


def test_what_is_in_a_file_is_there() -> None:
    claims = re.findall(r"`(\w+)`\s+in\s+`([\w/]+\.py)`", ARCHITECTURE.read_text(encoding="utf-8"))
    claims += re.findall(r"`(\w+)`\*{0,2} \(`([\w/]+\.py)`\)", ARCHITECTURE.read_text("utf-8"))
    assert len(claims) > 5
    for name, file in claims:
        assert re.search(rf"\b{name}\b", place_of(file).read_text(encoding="utf-8")), (name, file)
