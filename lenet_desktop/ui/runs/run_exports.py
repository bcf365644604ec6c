"""What can be made of a run for other programs and machines, and the menu that offers it."""

from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import sentences, tip


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


_WEIGHTS = marked("The network's weights as a safetensors file.")
_ONNX = marked("The network in the format that other frameworks read.")
_BEST = marked("The network after the epoch with the lowest loss of the images held out.")
_OF_RUN = (ExportKind.RUN, ExportKind.RUN_AND_PICTURES)
_OF_BEST = (ExportKind.BEST_WEIGHTS, ExportKind.BEST_ONNX)
"""What there is only where images are held out, and is offered before that of the last epoch."""


class _Export(NamedTuple):
    """How something to take along is offered, and what its file is called.

    Attributes:
        text: of the action, with its mnemonic; with a place for the best epoch where it is of it.
        explanation: what it is, for the tool tip.
        title: of the dialog.
        suffix: of the file, after what the run is called.
        text_of_last: of the action with a place for the epoch, where the best epoch has one, too.
    """

    text: str
    explanation: str
    title: str
    suffix: str
    text_of_last: str = ""

    def text_for(self, record: RunRecord | None) -> str:
        """Return the words of the action for a run; they name the epoch where there are two."""
        best = None if record is None else record.best_epoch
        if record is not None and best is not None and self.text_of_last:
            return _(self.text_of_last).format(epoch=record.epochs_done)
        return _(self.text).format(epoch=best)


EXPORTS = {
    ExportKind.RUN: _Export(
        marked("&Run as zip…"), marked("All that is kept of the run, to be imported elsewhere."),
        marked("Save a run as zip"), ".zip",
    ),
    ExportKind.RUN_AND_PICTURES: _Export(
        marked("Run as &zip, with My pictures…"),
        marked("The same, with the pictures of your own that you have kept."),
        marked("Save a run as zip, with My pictures"), ".zip",
    ),
    ExportKind.BEST_WEIGHTS: _Export(
        marked("Weights of the &best epoch by validation ({epoch})…"), _BEST,
        marked("Save the weights of the best epoch by validation"), "-best.safetensors",
    ),
    ExportKind.WEIGHTS: _Export(
        marked("&Weights…"), _WEIGHTS, marked("Save the weights"), ".safetensors",
        marked("&Weights of the last epoch ({epoch})…"),
    ),
    ExportKind.BEST_ONNX: _Export(
        marked("ONNX of the b&est epoch by validation ({epoch})…"), _BEST,
        marked("Save the network of the best epoch by validation as ONNX"), "-best.onnx",
    ),
    ExportKind.ONNX: _Export(
        marked("&ONNX…"), _ONNX, marked("Save the network as ONNX"), ".onnx",
        marked("&ONNX of the last epoch ({epoch})…"),
    ),
    ExportKind.REPORT: _Export(
        marked("Re&port (HTML)…"),
        marked("Curves, matrix, worst mistakes, recipe and machine in one file for any browser."),
        marked("Save a report"), ".html",
    ),
    ExportKind.PDF_REPORT: _Export(
        marked("Report as P&DF…"), marked("The same, ready to be printed."),
        marked("Save a report as PDF"), ".pdf",
    ),
    ExportKind.CURVES: _Export(
        marked("&Curves as CSV…"), marked("Loss and accuracies as a table for spreadsheets."),
        marked("Save curves as CSV"), ".csv",
    ),
    ExportKind.TENSORBOARD: _Export(
        marked("&TensorBoard folder…"), marked("Loss and accuracies for TensorBoard."),
        marked("Save curves for TensorBoard"), "-tensorboard",
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
        for kind in EXPORTS:
            action = self.exports[kind] = QAction(self)
            action.setData(kind)
            action.triggered.connect(self._on_triggered)
            self.addAction(action)
        self.offer(None, "")

    def offer(self, record: RunRecord | None, obstacle: str) -> None:
        """Offer what there is of a run; of none, or where something stands in the way, nothing."""
        idle = obstacle or ("" if record is None else why_active(record))
        done = obstacle or ("" if record is None else why_no_epoch(record))
        best = None if record is None else record.best_epoch
        for kind, action in self.exports.items():
            allow(action, _(EXPORTS[kind].explanation), idle if kind in _OF_RUN else done)
            # The best epoch by validation comes before the last one, where there is such a one.
            action.setVisible(kind not in _OF_BEST or best is not None)
            action.setText(EXPORTS[kind].text_for(record))

    @Slot()
    def _on_triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.chosen.emit(ExportKind(action.data()))


def allow(action: QAction, explanation: str, obstacle: str) -> None:
    """Offer an action, or say in its tool tip what stands in its way."""
    action.setToolTip(tip(sentences([explanation, obstacle])))
    action.setEnabled(not obstacle)


def why_active(record: RunRecord) -> str:
    """Say of a run that it goes on; nothing otherwise."""
    return _("The run is still going on.") if record.status.is_active else ""


def why_no_epoch(record: RunRecord) -> str:
    """Say of a run that nothing has come of it yet; nothing otherwise."""
    return "" if record.epochs_done else _("No epoch of the run is finished yet.")
