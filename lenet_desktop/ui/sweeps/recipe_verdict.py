"""Two recipes beside each other: which is better over their seeds, and whether that is real."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from lenet_desktop.sweeps.findings import SweepFindings
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING

_NO_RECIPES = marked("No trial has come to its end yet.")


class RecipeVerdict(QWidget):
    """Offers the recipes of a sweep and compares the two that are chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings: SweepFindings | None = None
        self._is_chosen = False  # by a person; before that, the best two are compared
        words = _("Which recipes are compared over their seeds.")
        self.first = identify(QComboBox(), "sweep_first_recipe_input", _("First recipe"), words)
        self.second = identify(QComboBox(), "sweep_second_recipe_input", _("Second recipe"), words)
        for box in (self.first, self.second):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(12)
            box.currentIndexChanged.connect(self._show_verdict)
            box.activated.connect(self._on_activated)
        self.verdict = identify(
            QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText), "sweep_verdict"
        )
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.method = muted(identify(QLabel(wordWrap=True), "sweep_method"))
        self._lay_out()

    def _lay_out(self) -> None:
        before = QLabel(pgettext("before two recipes", "Compare"))
        between = QLabel(pgettext("between two recipes", "with"))
        in_column(
            in_row(before, (self.first, 1), between, (self.second, 1)),
            self.verdict,
            self.method,
            spacing=SPACING // 2,
            on=self,
        )

    def forget(self) -> None:
        """Be filled anew with what is shown next, as that of another sweep."""
        self._findings = None

    def show_findings(self, findings: SweepFindings) -> None:
        """Offer the recipes, the best first, and keep what is chosen."""
        if self._findings is None or self._findings.definition != findings.definition:
            self._is_chosen = False
        self._findings = findings
        recipes = [recipe for recipe in findings.recipes if recipe.mean is not None]
        for box, first in ((self.first, 0), (self.second, 1)):
            names = [recipe.name for recipe in recipes]
            if names == [box.itemText(row) for row in range(box.count())]:
                continue
            chosen = box.currentData() if self._is_chosen else None
            box.blockSignals(True)
            box.clear()
            for recipe in recipes:
                box.addItem(recipe.name, recipe.number)
            kept = box.findData(chosen) if chosen is not None else -1
            box.setCurrentIndex(kept if kept >= 0 else min(first, len(recipes) - 1))
            box.blockSignals(False)
        if self.first.currentIndex() == self.second.currentIndex() and len(recipes) > 1:
            self.second.blockSignals(True)
            self.second.setCurrentIndex(0 if self.first.currentIndex() else 1)
            self.second.blockSignals(False)
        self._show_verdict()

    @Slot()
    def _on_activated(self) -> None:
        self._is_chosen = True

    @Slot()
    def _show_verdict(self) -> None:
        """Say which of the two recipes is better, and whether that is real."""
        findings = self._findings
        if findings is None:
            return
        known = {recipe.number: recipe for recipe in findings.recipes}
        a, b = known.get(self.first.currentData()), known.get(self.second.currentData())
        if a is None or b is None or a is b:
            self.verdict.setText(
                _(_NO_RECIPES) if a is None else _("Choose two recipes to compare.")
            )
            self.method.setText("")
            return
        compared = findings.compare(a, b)
        if compared is not None:
            self.verdict.setText(compared.sentence(a.name, b.name))
            self.method.setText(compared.method)
