"""Where the entries of the form stand: few are always in sight, the others in groups."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lenet_desktop.settings.table import Group
from lenet_desktop.text.language import _, marked
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
    row, whole = QHBoxLayout(), QVBoxLayout()
    row.setSpacing(SPACING)
    whole.setSpacing(SPACING // 2)
    for entry in entries:
        row.addLayout(_field(entry, beside), 2 if entry.setting.name in beside else 1)
    if len(entries) == 1 and not entries[0].needs_a_row:
        row.addWidget(QWidget(), 1)
    whole.addLayout(row)
    for entry in entries:
        whole.addWidget(entry.problem)
    return whole


def in_groups(entries: Iterable[SettingEntry], foot: QWidget) -> QVBoxLayout:
    """Put fields below the titles of their groups, two in a row where their texts allow it.

    Args:
        entries: of settings that are of a group.
        foot: stands at the end.
    """
    whole = QVBoxLayout()
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(SPACING)
    entries = list(entries)
    for group, text in _TITLES.items():
        title = QLabel(_(text))
        title.setFont(heading(title.font()))
        whole.addWidget(title)
        for row in _rows([each for each in entries if each.setting.group is group]):
            whole.addLayout(in_one_row(row, {}))
        whole.addSpacing(SPACING)
    last = QHBoxLayout()
    last.addStretch()
    last.addWidget(foot)
    whole.addLayout(last)
    return whole


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
    field, line = QVBoxLayout(), QHBoxLayout()
    field.setSpacing(2)
    line.setSpacing(SPACING // 2)
    line.addWidget(entry.editor, 1)
    if entry.setting.name in beside:
        line.addWidget(beside[entry.setting.name])
    field.addWidget(entry.label)
    field.addLayout(line)
    return field
