"""What a window or panel is made of, for tests that go through all of it."""

from typing import TypeVar

from PySide6.QtCore import QObject

from lenet_desktop.ui.window.main_window import MainWindow
from tests.sweeps.made_sweeps import made_findings, made_record

Kind = TypeVar("Kind", bound=QObject)


def every(kind: type[Kind], owner: QObject, least: int = 1) -> list[Kind]:
    """Return all parts of a kind, of which there have to be some, or a test would prove nothing."""
    found: list[Kind] = [part for part in owner.findChildren(kind) if not _is_of_qt(part)]
    assert len(found) >= least, f"{owner.objectName()} has only {len(found)} {kind.__name__}"
    return found


def make_all_parts(window: MainWindow) -> None:
    """Have a window make also those parts that it makes when they are first needed."""
    findings = made_findings([0.9, 0.8])
    window.sweeps.view.show_sweep(made_record(findings), findings)
    plots = window.rate_finder.plot, window.compare.plots.loss
    assert all(plot.getPlotItem() is not None for plot in plots)
    assert window.picture.canvas is not None


def _is_of_qt(part: QObject) -> bool:
    """Return whether Qt has made a part on its own, as the field in a box with arrows."""
    return part.objectName().startswith("qt_")
