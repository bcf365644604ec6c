"""The line above everything that belongs to a run: which run it is, and its recipe."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lenet_desktop.analysis.history import History
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.config_differences import recipe_text, setting_phrase
from lenet_desktop.text.wording import one_line, tip
from lenet_desktop.training.learning_rate import RateCourse
from lenet_desktop.ui.kit.elided_label import ElidedLabel
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, heading

_NO_RUN = "No run is shown yet. Press Start to train a network."
_STATES = {
    RunState.RUNNING: "running",
    RunState.PAUSED: "paused",
    RunState.STOPPING: "stopping",
    RunState.FINISHED: "finished",
    RunState.STOPPED: "stopped",
    RunState.DIVERGED: "diverged",
    RunState.FAILED: "failed",
}


class RunHeader(QWidget):
    """Says whose curves, images and figures the window shows, in one line that may be cut."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, "run_header", "The run that is shown")
        self.name = identify(ElidedLabel(textFormat=Qt.TextFormat.PlainText), "run_header_name")
        self.name.setFont(heading(self.name.font()))
        self.recipe = identify(ElidedLabel(textFormat=Qt.TextFormat.PlainText), "run_header_recipe")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING // 2, SPACING, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.name)
        layout.addWidget(self.recipe, 1)
        self.show_nothing()

    @property
    def text(self) -> str:
        """All that it says, as it is spoken."""
        return " ".join(part for part in (self.name.text(), self.recipe.text()) if part)

    def show_nothing(self) -> None:
        """Say that there is no run."""
        self._show("", _NO_RUN)

    def show_model(self, name: str, recipe: str) -> None:
        """Say that a network from a file is shown, and how it computes."""
        self._show(name, recipe)

    def show_run(
        self, name: str, history: History, state: RunState, *, goes_on_elsewhere: bool = False
    ) -> None:
        """Say which run is shown, how it was set and how far it has come.

        Args:
            name: what it is called; nothing where it is not kept.
            history: what is known of it; it has begun.
            state: where it stands.
            goes_on_elsewhere: whether another window or terminal works on it.
        """
        if history.started is None:
            self.show_nothing()
            return
        config = history.started.config
        course = RateCourse(tuple(history.changes)).text
        where = "running elsewhere" if goes_on_elsewhere else _STATES.get(state, "")
        if state is RunState.FINISHED and history.finished and history.finished.reason:
            where = "stopped early"
        done = f"{len(history.epochs)} of {setting_phrase(config, 'epochs')}, {where}"
        parts = (recipe_text(config), f"seed {config.seed}", course, done)
        self._show(one_line(name) or "This run", " · ".join(part for part in parts if part))

    def _show(self, name: str, recipe: str) -> None:
        if (name, recipe) == (self.name.text(), self.recipe.text()):
            return
        self.name.setText(name)
        self.name.setVisible(bool(name))
        self.recipe.setText(recipe)
        self.setToolTip(tip(self.text))
        self.setAccessibleDescription(self.text)
