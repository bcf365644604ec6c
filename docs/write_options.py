"""Writes `options.md`, every option of the terminal, from the parser that reads them.

python docs/write_options.py
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from lenet_desktop.app import command_line

FILE = Path(__file__).with_name("options.md")
_HEAD = """\
# Every option of the terminal

Written by `docs/write_options.py` from the program itself; [terminal.md](terminal.md) tells what
the commands are for.
"""


def options_page() -> str:
    """Return the page as Markdown: a section for each command."""
    return "\n".join([_HEAD, *_sections(command_line(), "main.py")]).rstrip() + "\n"


def _sections(parser: argparse.ArgumentParser, called: str) -> Iterator[str]:
    """Yield the lines of a command, then those of the commands below it."""
    yield f"## `{called}`\n"
    if parser.description:
        yield f"{parser.description}\n"
    below: list[argparse._SubParsersAction[argparse.ArgumentParser]] = []
    for group in parser._action_groups:
        lines = []
        for action in group._group_actions:
            if isinstance(action, argparse._SubParsersAction):
                below.append(action)
            elif "--help" not in action.option_strings:
                lines.append(f"- {_called(action)}: {_sentence(action.help or '')}")
        if lines and group.title not in {"options", "positional arguments"}:
            yield f"### {(group.title or '').capitalize()}\n"
        if lines and group.description:
            yield f"{group.description}\n"
        yield from [*lines, ""] if lines else []
    for commands in below:
        for name, command in commands.choices.items():
            yield from _sections(command, f"{called} {name}")


def _called(action: argparse.Action) -> str:
    """Return the names of an option, and what is given with it."""
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.choices is not None:
        value = "{" + ", ".join(str(choice) for choice in action.choices) + "}"
    if not action.option_strings:
        return f"`{value}`"
    takes_none = isinstance(action, argparse.BooleanOptionalAction) or action.nargs == 0
    names = ", ".join(action.option_strings)
    return f"`{names}`" if takes_none else f"`{names} {value}`"


def _sentence(text: str) -> str:
    text = text.replace("%%", "%").rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


if __name__ == "__main__":
    FILE.write_text(options_page(), encoding="utf-8")
