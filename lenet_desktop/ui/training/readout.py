"""The exact values under the mouse, as many of them as fit."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel

from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import steady_figures

GAP = "   "
"""What stands between two parts of a read-out, which are shown whole or not at all."""


def named_value(curve: str, value: str) -> str:
    """Say what value a curve has: `test 0.4312`."""
    return _("{curve} {value}").format(curve=curve, value=value)


def at_epoch(figures: str, epoch: str) -> str:
    """Say of which epoch figures are: `train 0.4012, test 0.4312 at 3`."""
    return _("{figures} at {epoch}").format(figures=figures, epoch=epoch)


class Readout(QLabel):
    """A quiet line that asks for no room; shows the first parts, as many as have room."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        muted(identify(self, object_name))
        self.setFont(steady_figures(self.font()))
        self.setTextFormat(Qt.TextFormat.PlainText)  # a run may be called anything
        self.setMinimumWidth(1)

    @Slot(str)
    def show_parts(self, text: str) -> None:
        """Show parts with a `GAP` between each two; the first one stays, however narrow it is."""
        shown, *rest = text.split(GAP)
        metrics = self.fontMetrics()
        for part in rest:
            longer = shown + GAP + part
            if metrics.horizontalAdvance(longer) > self.width():
                break
            shown = longer
        self.setText(shown)
