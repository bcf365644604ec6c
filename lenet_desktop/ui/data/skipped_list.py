"""The files of a folder that are not used, by the reasons for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from lenet_desktop.data.folders.folder_scan import Skipped
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, enumerated, one_line, whole
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.elided_label import ElidedLabel
from lenet_desktop.ui.kit.layout import Disclosure, follow_font
from lenet_desktop.ui.kit.naming import identify, muted

_MOST_NAMED = 500
_ROWS = 5
_REASON = Qt.ItemDataRole.UserRole


class SkippedList(QWidget):
    """A line that says how many files are left out, and opens to reasons and names."""

    def __init__(self) -> None:
        super().__init__()
        self.tree = identify(QTreeWidget(), "folder_skipped", _("Files that are left out"))
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        follow_font(self.tree, self._fit)
        self.line = identify(
            Disclosure("", self.tree),
            "folder_skipped_button",
            explanation=_("Files that are not used, and why."),
        )
        self.reasons = muted(ElidedLabel())
        in_column(in_row(self.line, (self.reasons, 1)), self.tree, spacing=0, on=self)
        self._known: object = None

    def show_skipped(self, root: Path, skipped: Sequence[tuple[Path, Skipped]]) -> None:
        """Show what is left out of a folder; what was opened stays open."""
        known = root, len(skipped), skipped[-1:]
        if known == self._known:
            return
        self._known = known
        found: dict[Skipped, list[Path]] = {}
        for path, reason in skipped:
            found.setdefault(reason, []).append(path)
        by_reason = {reason: found[reason] for reason in Skipped if reason in found}
        self.setVisible(bool(skipped))
        line = counted(len(skipped), "{count} file is left out", "{count} files are left out")
        self.line.setText(line)
        told = (
            _("{count} {reason}").format(count=whole(len(paths)), reason=reason.words)
            for reason, paths in by_reason.items()
        )
        self.reasons.setText(enumerated(told))
        items = (self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount()))
        opened = {item.data(0, _REASON) for item in items if item is not None and item.isExpanded()}
        self.tree.clear()
        for reason, paths in by_reason.items():
            head = _("{reason} ({count})").format(reason=_as_head(reason), count=whole(len(paths)))
            item = QTreeWidgetItem(self.tree, [head])
            item.setData(0, _REASON, reason.value)
            names = [_name(root, path) for path in paths[:_MOST_NAMED]]
            if len(paths) > _MOST_NAMED:
                more = len(paths) - _MOST_NAMED
                names.append(counted(more, "and {count} more", "and {count} more"))
            item.addChildren([QTreeWidgetItem([name]) for name in names])
            item.setExpanded(reason.value in opened)

    def _fit(self) -> None:
        self.tree.setFixedHeight(_ROWS * (self.tree.fontMetrics().height() + 8))


def _as_head(reason: Skipped) -> str:
    """Return a reason as it stands above the files that are left out for it."""
    return reason.words[:1].upper() + reason.words[1:]


def _name(root: Path, path: Path) -> str:
    folder = root if root.is_dir() else root.parent
    return one_line(path.relative_to(folder) if path.is_relative_to(folder) else path)
