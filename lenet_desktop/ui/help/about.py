"""What the program is, with the versions of what it is made of, and what a report needs to say."""

import logging
import platform
import sys
from collections.abc import Iterable
from html import escape
from pathlib import Path

import pyqtgraph
import PySide6
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from lenet_desktop import __version__
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.screen_fit import ScreenFit

LINES = 200
"""How many lines of the log go into a report."""


def versions() -> str:
    """Return what the program runs with, as a line."""
    return ", ".join(f"{name} {version}" for name, version in _parts()) + f", {platform.platform()}"


def problem_report() -> str:
    """Return what a report of a problem needs: versions, and the last lines of the log.

    The person's home folder, which names them, is written as a tilde.
    """
    lines: list[str] = []
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.FileHandler):
            try:
                text = Path(handler.baseFilename).read_text("utf-8", errors="replace")
            except OSError as error:
                text = f"The log cannot be read: {error}"
            lines = text.splitlines()[-LINES:]
    report = "\n".join([versions(), "", *(lines or ["The log is empty."])])
    return report.replace(str(Path.home()), "~")


class AboutWindow(QDialog):
    """The versions of the program and its libraries, and where its data come from."""

    def __init__(self, data: Iterable[DatasetInfo], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about_window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("About LeNet Desktop"))
        page = identify(QTextBrowser(openExternalLinks=False), "about_page", _("About the program"))
        page.setFrameShape(QTextBrowser.Shape.NoFrame)
        page.setHtml(_about(data))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(_("&Copy versions"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("copy_versions_button")
        copy.clicked.connect(self._on_copy_clicked)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(page)
        layout.addWidget(buttons)
        self.resize(560, 480)
        ScreenFit(self)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(versions())


def _parts() -> list[tuple[str, str]]:
    """Return what the program is made of, with versions; torch only if it is loaded by now."""
    torch = getattr(sys.modules.get("torch"), "__version__", marked("not loaded"))
    return [
        ("LeNet Desktop", __version__),
        ("Python", platform.python_version()),
        ("PySide6", PySide6.__version__),
        ("pyqtgraph", pyqtgraph.__version__),
        ("torch", torch),
    ]


def _about(data: Iterable[DatasetInfo]) -> str:
    parts = "".join(f"<tr><td>{name}</td><td>{_(version)}</td></tr>" for name, version in _parts())
    sources = "".join(
        _("<p><b>{title}</b>: {source}. Licence: {licence}.</p>").format(
            title=escape(each.title),
            source=escape(_(each.source)),
            licence=escape(each.licence or pgettext("licence", "not said")),
        )
        for each in data
    )
    about = _("Train LeNet, watch it learn and look at what it gets wrong. MIT licence.")
    data_head, network_head = pgettext("of images", "Data"), _("The network")
    network = _(
        "LeCun, Bottou, Bengio and Haffner, <i>Gradient-based learning applied to document "
        "recognition</i>, 1998, as taught in Zhang, Lipton, Li and Smola, <i>Dive into Deep "
        "Learning</i>, section 7.6."
    )
    return f"""
<h2>LeNet Desktop</h2>
<p>{about}</p>
<table cellspacing="4">{parts}</table>
<p>{escape(platform.platform())}</p>
<h3>{data_head}</h3>
{sources}
<h3>{network_head}</h3>
<p>{network}</p>
"""
