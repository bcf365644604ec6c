"""The confusion matrices of two networks, side by side."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lenet_desktop.text.language import _
from lenet_desktop.ui.comparison.compared_pair import ComparedPair, Side
from lenet_desktop.ui.comparison.matrix_export import MatrixExport
from lenet_desktop.ui.gallery.classes.confusion_matrix import Cell, ConfusionMatrix
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.pair_badge import badge_html
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme


class PairMatrices(QStackedWidget):
    """Two matrices that are zoomed and scrolled as one; a click on a cell asks for its images.

    Attributes:
        tools: what changes how both are shown, for whoever has room; of use with many classes.
    """

    cell_chosen = Signal(str, object)  # the letter of the matrix, and its Cell

    saved = Signal(str)  # a sentence
    failed = Signal(str)  # a sentence

    def __init__(self, folder: SaveFolder) -> None:
        super().__init__()
        identify(self, "pair_matrices", _("Confusion matrices of A and B"))
        self._theme = LIGHT
        self._names = {"A": "", "B": ""}
        self._is_following = False
        self._pair: ComparedPair | None = None
        self.matrices: dict[str, ConfusionMatrix] = {}
        self.titles: dict[str, QLabel] = {}
        self.exports = {letter: MatrixExport(letter, folder, self) for letter in self._names}
        for export in self.exports.values():
            export.saved.connect(self.saved)
            export.failed.connect(self.failed)
        both = QWidget()
        columns = [(self._one(letter), 1) for letter in self._names]
        in_row(*columns, spacing=2 * SPACING, margins=(0, SPACING // 2, 0, 0), on=both)
        self.empty = muted(identify(QLabel(wordWrap=True), "pair_matrices_empty"))
        self.empty.setText(_("The matrices of two single runs stand here once they are compared."))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.addWidget(self.empty)
        self.addWidget(both)
        self._build_tools()

    def _build_tools(self) -> None:
        self.tools = QWidget()
        self.ordered = identify(
            QCheckBox(_("Most confused first")),
            "pair_matrices_order_input",
            _("Most confused classes first"),
            _(
                "Puts classes side by side that A or B takes for each other, beginning with the "
                "worst, in both matrices alike."
            ),
        )
        self.ordered.toggled.connect(self._put_in_order)
        self._zooms: dict[int, QToolButton] = {}
        for steps, name, words in ((-1, "zoom_out", _("Zoom out")), (1, "zoom_in", _("Zoom in"))):
            button = QToolButton(autoRaise=True)
            self._zooms[steps] = identify(button, f"pair_{name}_button", words, words)
            button.setMinimumSize(3 * SPACING, 3 * SPACING)
            button.clicked.connect(partial(self._zoom, steps))
        self.zoom_out, self.zoom_in = self._zooms.values()
        in_row(self.ordered, *self._zooms.values(), spacing=SPACING // 2, on=self.tools)
        self.matrices["A"].zoomed.connect(self._offer_zooms)

    @property
    def have_many(self) -> bool:
        """Whether there are more classes than every window has room for."""
        return self.currentIndex() == 1 and self.matrices["A"].has_many

    def minimumSizeHint(self) -> QSize:
        """Ask for no width: where there is little, both are written small."""
        return QSize(0, super().minimumSizeHint().height())

    def show_pair(self, pair: ComparedPair | None) -> None:
        """Count what both networks said of the test images, if that is known."""
        is_known = pair is not None and pair.outcomes is not None
        self.setCurrentIndex(1 if is_known else 0)
        sides: dict[str, Side] = {} if pair is None or not is_known else pair.sides
        for letter, matrix in self.matrices.items():
            side = sides.get(letter)
            self.exports[letter].show_side(side)
            if side is None or side.predictions is None:
                matrix.show_predictions(None)
                continue
            matrix.show_dataset(side.predictions.info)
            matrix.show_predictions(side.predictions)
            matrix.setAccessibleName(_("Confusion matrix of {name}").format(name=side.name))
            self._names[letter] = side.name
        is_new = pair is None or self._pair is None or pair.ids != self._pair.ids
        self._pair = pair
        if is_new:
            self._put_in_order()
        self._offer_zooms()
        self._write_titles()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        for matrix in self.matrices.values():
            matrix.show_theme(theme)
        for export in self.exports.values():
            export.show_theme(theme)
        for button, icon in ((self.zoom_out, "zoom_out"), (self.zoom_in, "zoom_in")):
            button.setIcon(themed_icon(icon, theme.text, theme.outline))
        self._write_titles()

    def _one(self, letter: str) -> QVBoxLayout:
        title = identify(QLabel(), f"pair_matrix_title_{letter.lower()}")
        title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        matrix = ConfusionMatrix()
        matrix.setObjectName(f"pair_matrix_{letter.lower()}")
        matrix.cell_chosen.connect(self._on_cell_chosen)
        matrix.zoomed.connect(partial(self._follow, letter))
        matrix.scrolled.connect(partial(self._follow, letter))
        self.titles[letter], self.matrices[letter] = title, matrix
        export = self.exports[letter]
        head = in_row((title, 1), export.copy, export.save, spacing=SPACING // 2)
        return in_column(head, (matrix, 1), spacing=0)

    def _write_titles(self) -> None:
        for letter, title in self.titles.items():
            name = self._names[letter].replace("&", "&amp;").replace("<", "&lt;")
            title.setText(f"{badge_html(letter, self._theme)} {name}")

    @Slot()
    def _put_in_order(self, *_checked: bool) -> None:
        """Put the classes into one order, by the errors of both, or into the usual one."""
        counts = [matrix.counts for matrix in self.matrices.values()]
        both = None if counts[0] is None or counts[1] is None else counts[0] + counts[1]
        for matrix in self.matrices.values():
            matrix.show_most_confused_first(self.ordered.isChecked(), both)

    def _zoom(self, steps: int, _checked: bool = False) -> None:
        self.matrices["A"].zoom(steps)  # which the other one follows

    @Slot()
    def _offer_zooms(self) -> None:
        for steps, button in self._zooms.items():
            button.setEnabled(self.matrices["A"].can_zoom(steps))

    def _follow(self, letter: str) -> None:
        """Have the other matrix show the same classes in the same size."""
        if not self._is_following:
            self._is_following = True
            for other in self.matrices.keys() - {letter}:
                self.matrices[other].show_same_as(self.matrices[letter])
            self._is_following = False

    @Slot(object)
    def _on_cell_chosen(self, cell: Cell) -> None:
        for letter, matrix in self.matrices.items():
            if matrix is self.sender():
                self.cell_chosen.emit(letter, cell)
