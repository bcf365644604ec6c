"""Where the entries of the form stand: few are always in sight, the others in groups."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from lenet_desktop.settings.table import Group
from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.kit.boxes import Part, in_column, in_row
from lenet_desktop.ui.kit.theme import SPACING, heading
from lenet_desktop.ui.training.setting_entry import SettingEntry

_TITLES = {
    Group.NETWORK: marked("Network"),
    Group.OPTIMISER: marked("Optimiser"),
    Group.DATA: marked("Data"),
    Group.STOPPING: marked("Stopping"),
    Group.KEEPING: marked("Repeating and keeping"),
}
Beside = Mapping[str, QWidget]
"""What stands right of the field of a setting, by the setting's name."""


def in_one_row(entries: Sequence[SettingEntry], beside: Beside) -> QVBoxLayout:
    """Put fields side by side, and below them what is wrong with one."""
    fields = [(_field(each, beside), 2 if each.setting.name in beside else 1) for each in entries]
    is_half = len(entries) == 1 and not entries[0].needs_a_row
    row = in_row(*fields, *([(QWidget(), 1)] if is_half else []))
    return in_column(row, *(entry.problem for entry in entries), spacing=SPACING // 2)


def in_groups(entries: Iterable[SettingEntry], foot: QWidget) -> QVBoxLayout:
    """Put fields below the titles of their groups, two in a row where their texts allow it.

    Args:
        entries: of settings that are of a group.
        foot: stands at the end.
    """
    parts: list[Part] = []
    entries = list(entries)
    for group, text in _TITLES.items():
        title = QLabel(_(text))
        title.setFont(heading(title.font()))
        rows = _rows([each for each in entries if each.setting.group is group])
        parts += [title, *(in_one_row(row, {}) for row in rows), SPACING]
    return in_column(*parts, in_row(None, foot))


def _rows(entries: Sequence[SettingEntry]) -> list[list[SettingEntry]]:
    rows: list[list[SettingEntry]] = []
    for entry in entries:
        last = rows[-1] if rows else []
        if len(last) == 1 and not (entry.needs_a_row or last[0].needs_a_row):
            last.append(entry)
        else:
            rows.append([entry])
    return rows


def _field(entry: SettingEntry, beside: Beside) -> QVBoxLayout:
    """Put the name of a setting above its field."""
    others = [beside[entry.setting.name]] if entry.setting.name in beside else []
    line = in_row((entry.editor, 1), *others, spacing=SPACING // 2)
    return in_column(entry.label, line, spacing=2)
