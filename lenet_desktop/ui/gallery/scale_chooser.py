"""A line of a menu in which any scale can be chosen for a picture."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget, QWidgetAction

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import whole
from lenet_desktop.ui.gallery.pictures import MOST_SCALE
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.inputs import FieldProblems, WholeNumberInput
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, steady_figures

_FIRST_SCALE = 32
_INDENT = 7 * SPACING // 2
"""Pixels by which Fusion indents the text of a menu."""


class ScaleChooser(QWidgetAction):
    """Offers every whole scale; triggered by Enter, by its button and as other lines of a menu.

    Where a system draws menus itself and shows no field in them, it is a line like the others, for
    the scale that was chosen last.
    """

    scale_chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("save_image_other_scale_action")
        self.setText(_("Other scale…"))
        self._side = DEFAULT.side
        self._build(parent)
        self._lay_out()
        self._connect()
        self._on_edited()

    @property
    def scale(self) -> int:
        """The scale that is chosen, from 1 to `MOST_SCALE`."""
        return self.scale_input.value()

    def show_side(self, side: int) -> None:
        """Enlarge images of so many pixels."""
        self._side = side
        self._on_edited()

    def _build(self, parent: QWidget) -> None:
        self._line = QWidget(parent)
        self.scale_input = identify(
            WholeNumberInput(1, MOST_SCALE, _("The scale"), suffix="x"),
            "save_image_scale_input",
            _("Other scale"),
            _("How many times the image is enlarged, from 1 to {most}.").format(most=MOST_SCALE),
        )
        self.scale_input.setValue(_FIRST_SCALE)
        FieldProblems([self.scale_input], self)
        self.scale_input.setFont(steady_figures(self.scale_input.font()))
        self.size_label = QLabel()
        self.size_label.setFont(steady_figures(self.size_label.font()))
        self.save_button = identify(
            QPushButton(_("Save…")),
            "save_image_scale_button",
            _("Save at this scale"),
            _("Asks where to save the image at the scale beside this button."),
        )
        self._line.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # or the menu's arrows pass it by
        self._line.setFocusProxy(self.scale_input)
        self.setDefaultWidget(self._line)

    def _lay_out(self) -> None:
        in_row(
            QLabel(_("Other scale")),
            self.scale_input,
            (self.size_label, 1),
            self.save_button,
            margins=(_INDENT, SPACING // 2, SPACING, SPACING // 2),
            on=self._line,
        )

    def _connect(self) -> None:
        self.scale_input.edited.connect(self._on_edited)
        self.save_button.clicked.connect(self._on_save_clicked)
        self.triggered.connect(self._on_triggered)

    @Slot()
    def _on_edited(self) -> None:
        problem, side = self.scale_input.problem, self._side * self.scale
        self.save_button.setEnabled(problem is None)
        pixels = _("{side} × {side} pixels").format(side=whole(side))  # noqa: RUF001
        limits = _("From 1 to {most}").format(most=MOST_SCALE)
        self.size_label.setText(pixels if problem is None else limits)

    @Slot()
    def _on_save_clicked(self) -> None:
        """Do as the line does, and close the menus as it would."""
        while (menu := QApplication.activePopupWidget()) is not None:
            menu.close()
        self.trigger()

    @Slot()
    def _on_triggered(self) -> None:
        if self.scale_input.problem is None:
            self.scale_chosen.emit(self.scale)
