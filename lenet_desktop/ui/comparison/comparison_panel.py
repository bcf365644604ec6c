"""The table of compared runs, with what differs marked."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTableView,
    QWidget,
)

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import quoted
from lenet_desktop.ui.comparison.comparison_model import ComparedColumn, ComparisonModel
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.tables import set_up_table
from lenet_desktop.ui.kit.theme import SPACING, Theme

LEAST_RUNS = 2
"""How many runs a comparison needs."""

_COLUMN_CHARACTERS = 16
_WIDEST_CHARACTERS = 34


class ComparisonTable(QTableView):
    """Runs side by side. Ctrl+C copies the selected cells with their names, or all of them."""

    def __init__(self, model: ComparisonModel) -> None:
        super().__init__()
        identify(self, "comparison_table", _("Comparison of runs"))
        self._model = model
        self.setModel(model)
        set_up_table(self)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setCornerButtonEnabled(False)
        runs, rows = self.horizontalHeader(), self.verticalHeader()
        runs.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        rows.setHighlightSections(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        runs.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        follow_font(self, self._fit)

    def _fit(self) -> None:
        metrics, runs = self.fontMetrics(), self.horizontalHeader()
        self.verticalHeader().setDefaultSectionSize(metrics.height() + 6)
        runs.setMinimumSectionSize(_COLUMN_CHARACTERS * metrics.averageCharWidth())
        runs.setMaximumSectionSize(_WIDEST_CHARACTERS * metrics.averageCharWidth())

    def sizeHint(self) -> QSize:
        """Ask for no more than the least; whatever room there is comes on top."""
        return self.minimumSizeHint()

    def copy(self) -> None:
        """Copy the selected cells, all of them where at most one is selected."""
        chosen = self.selectedIndexes()
        if len(chosen) <= 1:
            rows = list(range(self._model.rowCount()))
            columns = list(range(self._model.columnCount()))
        else:
            rows = sorted({index.row() for index in chosen})
            columns = sorted({index.column() for index in chosen})
        QGuiApplication.clipboard().setText(self._model.as_tsv(rows, columns))

    def event(self, event: QEvent) -> bool:
        """Claim Ctrl+C before the window's shortcuts see it."""
        is_key = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and event.matches(QKeySequence.StandardKey.Copy):  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, or move."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)


class ComparisonPanel(QWidget):
    """The table, a box that leaves out what is equal, and a sentence where there is no table."""

    def __init__(self) -> None:
        super().__init__()
        identify(self, "comparison_panel", _("Comparison of runs"))
        self._build()
        self._lay_out()
        self._refresh()

    def _build(self) -> None:
        self.model = ComparisonModel(self)
        self.table = ComparisonTable(self.model)
        self.differences_only = identify(
            QCheckBox(_("Differences only")),
            "differences_only_input",
            explanation=_("Leave out what is the same for all compared runs."),
        )
        self.differences_only.setChecked(True)
        self.differences_only.toggled.connect(self.model.set_differences_only)
        self.sentence = muted(identify(QLabel(), "comparison_sentence"))
        self.empty = muted(identify(QLabel(textFormat=Qt.TextFormat.PlainText), "comparison_empty"))
        self.explain_file("")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.pages = QStackedWidget()

    def _lay_out(self) -> None:
        filled = QWidget()
        in_column(
            in_row(self.differences_only, (self.sentence, 1), spacing=2 * SPACING),
            (self.table, 1),
            spacing=SPACING // 2,
            margins=(SPACING, SPACING // 2, SPACING, SPACING),
            on=filled,
        )
        self.pages.addWidget(filled)
        self.pages.addWidget(self.empty)
        in_column(self.pages, on=self)

    def show_columns(self, columns: Sequence[ComparedColumn]) -> None:
        """Compare exactly these runs, the open one first; one alone is nothing to compare."""
        self.model.show_columns(columns if len(columns) >= LEAST_RUNS else ())
        self._refresh()

    def explain_file(self, file: str) -> None:
        """Say why there is no table beside a network from a file; without one, how to get one."""
        text = _("Runs are compared by their settings. How {file} was trained is not looked at.")
        how = _("Select two or more runs to compare them.")
        self.empty.setText(text.format(file=quoted(file)) if file else how)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.model.show_theme(theme)

    def _refresh(self) -> None:
        self.pages.setCurrentIndex(0 if len(self.model.columns) >= LEAST_RUNS else 1)
        same = "" if self.model.has_differences else _("These runs have the same settings.")
        self.sentence.setText(same)
