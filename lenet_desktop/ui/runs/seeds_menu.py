"""Asks with how many seeds a recipe is to be repeated, in a menu with a field and a button."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QWidget, QWidgetAction

from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.inputs import WholeNumberInput
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING

USUAL_SEEDS = 5
_MOST_SEEDS = 1_000
_EXPLANATION = marked(
    "Train the recipe once with each seed, as many at once as there are cores for."
)


class SeedsMenu(QMenu):
    """A click opens it, and another one has the recipe repeated."""

    chosen = Signal(int)  # with how many seeds

    def __init__(self, object_name: str, parent: QWidget) -> None:
        super().__init__(_("Repe&at with seeds"), parent)
        self.setObjectName(object_name)
        self.seeds = identify(
            WholeNumberInput(1, _MOST_SEEDS, _("The number of seeds")),
            f"{object_name}_input",
            _("Seeds"),
            _(
                "With how many seeds the recipe is trained: each is a run of its own, and "
                "together they show how much of a result is chance."
            ),
        )
        self.seeds.setValue(USUAL_SEEDS)
        self.start = identify(
            QPushButton(_("Start")),
            f"{object_name}_start_button",
            _("Start these runs"),
            _(_EXPLANATION),
        )
        self.start.setProperty("role", "primary")
        follow_font(self.start, self._fit)
        line = QWidget()
        # Translators: {seeds} is a field to type into.
        before, _field, after = _("Repeat with {seeds} seeds").partition("{seeds}")
        in_row(
            QLabel(before.strip()),
            self.seeds,
            QLabel(after.strip()),
            self.start,
            margins=(SPACING, SPACING // 2, SPACING, SPACING // 2),
            on=line,
        )
        action = QWidgetAction(self)
        action.setDefaultWidget(line)
        self.addAction(action)
        self.seeds.edited.connect(self._on_edited)
        self.seeds.lineEdit().returnPressed.connect(self._on_started)
        self.start.clicked.connect(self._on_started)

    def showEvent(self, event: QShowEvent) -> None:
        """Give the keyboard to the field."""
        super().showEvent(event)
        QTimer.singleShot(0, self.seeds.setFocus)
        self.seeds.selectAll()

    @Slot()
    def _on_edited(self) -> None:
        self.start.setEnabled(self.seeds.problem is None)
        self.start.setToolTip(self.seeds.problem or _(_EXPLANATION))

    @Slot()
    def _on_started(self) -> None:
        if self.seeds.problem is None:
            self.close()
            self.chosen.emit(self.seeds.value())

    def _fit(self) -> None:
        self.start.setMinimumWidth(self.start.sizeHint().width())
