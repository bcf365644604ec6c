"""What can be made of a run for other programs and machines, and the menu that offers it."""

from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.text.wording import tip


class ExportKind(StrEnum):
    """What can be made of a run for other programs and machines."""

    RUN = "run"
    RUN_AND_PICTURES = "run and pictures"
    BEST_WEIGHTS = "best weights"
    WEIGHTS = "weights"
    BEST_ONNX = "best onnx"
    ONNX = "onnx"
    REPORT = "report"
    PDF_REPORT = "pdf report"
    CURVES = "curves"
    TENSORBOARD = "tensorboard"


_WEIGHTS = "The network's weights as a safetensors file."
_ONNX = "The network in the format that other frameworks read."
_BEST = "The network after the epoch with the lowest loss of the images held out."
_OF_RUN = (ExportKind.RUN, ExportKind.RUN_AND_PICTURES)
_OF_BEST = (ExportKind.BEST_WEIGHTS, ExportKind.BEST_ONNX)
"""What there is only where images are held out, and is offered before that of the last epoch."""


class _Export(NamedTuple):
    """How something to take along is offered, and what its file is called.

    Attributes:
        text: of the action, with its mnemonic and a place for the epoch, if there are two.
        explanation: what it is, for the tool tip.
        title: of the dialog.
        suffix: of the file, after what the run is called.
    """

    text: str
    explanation: str
    title: str
    suffix: str


EXPORTS = {
    ExportKind.RUN: _Export(
        "&Run as zip…", "All that is kept of the run, to be imported elsewhere.",
        "Save a run as zip", ".zip",
    ),
    ExportKind.RUN_AND_PICTURES: _Export(
        "Run as &zip, with My pictures…",
        "The same, with the pictures of your own that you have kept.",
        "Save a run as zip, with My pictures", ".zip",
    ),
    ExportKind.BEST_WEIGHTS: _Export(
        "Weights of the &best epoch by validation{}…", _BEST,
        "Save the weights of the best epoch by validation", "-best.safetensors",
    ),
    ExportKind.WEIGHTS: _Export("&Weights{}…", _WEIGHTS, "Save the weights", ".safetensors"),
    ExportKind.BEST_ONNX: _Export(
        "ONNX of the b&est epoch by validation{}…", _BEST,
        "Save the network of the best epoch by validation as ONNX", "-best.onnx",
    ),
    ExportKind.ONNX: _Export("&ONNX{}…", _ONNX, "Save the network as ONNX", ".onnx"),
    ExportKind.REPORT: _Export(
        "Re&port (HTML)…",
        "Curves, matrix, worst mistakes, recipe and machine in one file for any browser.",
        "Save a report", ".html",
    ),
    ExportKind.PDF_REPORT: _Export(
        "Report as P&DF…", "The same, ready to be printed.", "Save a report as PDF", ".pdf",
    ),
    ExportKind.CURVES: _Export(
        "&Curves as CSV…", "Loss and accuracies as a table for spreadsheets.",
        "Save curves as CSV", ".csv",
    ),
    ExportKind.TENSORBOARD: _Export(
        "&TensorBoard folder…", "Loss and accuracies for TensorBoard.",
        "Save curves for TensorBoard", "-tensorboard",
    ),
}  # fmt: skip


class RunExportMenu(QMenu):
    """Offers what there is of a run, and says of the rest why it is not offered.

    Attributes:
        exports: the actions, by what they save.
    """

    chosen = Signal(object)  # ExportKind

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent, toolTipsVisible=True)
        self.exports: dict[ExportKind, QAction] = {}
        for kind, each in EXPORTS.items():
            action = self.exports[kind] = QAction(each.text, self)
            action.setData(kind)
            action.triggered.connect(self._on_triggered)
            self.addAction(action)
        self.offer(None, "")

    def offer(self, record: RunRecord | None, obstacle: str) -> None:
        """Offer what there is of a run; of none, or where something stands in the way, nothing."""
        idle = obstacle or ("" if record is None else why_active(record))
        done = obstacle or ("" if record is None else why_no_epoch(record))
        best = None if record is None else record.best_epoch
        last = f" of the last epoch ({record.epochs_done})" if record and best else ""
        for kind, action in self.exports.items():
            allow(action, EXPORTS[kind].explanation, idle if kind in _OF_RUN else done)
            # The best epoch by validation comes before the last one, where there is such a one.
            action.setVisible(kind not in _OF_BEST or best is not None)
            action.setText(EXPORTS[kind].text.format(f" ({best})" if kind in _OF_BEST else last))

    @Slot()
    def _on_triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.chosen.emit(ExportKind(action.data()))


def allow(action: QAction, explanation: str, obstacle: str) -> None:
    """Offer an action, or say in its tool tip what stands in its way."""
    action.setToolTip(tip(f"{explanation} {obstacle}".rstrip()))
    action.setEnabled(not obstacle)


def why_active(record: RunRecord) -> str:
    """Say of a run that it goes on; nothing otherwise."""
    return "The run is still going on." if record.status.is_active else ""


def why_no_epoch(record: RunRecord) -> str:
    """Say of a run that nothing has come of it yet; nothing otherwise."""
    return "" if record.epochs_done else "No epoch of the run is finished yet."
