"""Garbage, collected on the window's thread and on no other.

Python looks for what only refers to itself on whichever thread happens to make an object. A widget
that is found there is taken apart by a thread that must not touch it, which ends the process.
"""

import gc
from typing import Any

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 1_000


class GarbageCollector(QObject):
    """Collects garbage on the thread that it lives on, as long as it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self, interval=_INTERVAL_MS)
        timer.timeout.connect(collect_what_is_due)
        QTimer.singleShot(0, timer.start)  # or what makes the window would be gone through at once


def collect_what_is_due() -> None:
    """Collect what Python would have collected by itself since the last time."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [old for old in range(3) if counts[old] > thresholds[old] > 0]
    if due:
        gc.collect(max(due))


def own_menus(plot: Any) -> None:
    """Let the menus that pyqtgraph makes for each of its plots, shown or not, go with the plot.

    Args:
        plot: a PlotWidget.
    """
    plot.destroyed.connect(plot.getPlotItem().ctrlMenu.deleteLater)
