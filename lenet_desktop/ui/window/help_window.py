"""What the program does and which keys it knows, beside the window instead of in front of it."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from lenet_desktop import __version__
from lenet_desktop.ui.kit.screen_fit import ScreenFit
from lenet_desktop.ui.kit.shortcuts import shortcut_rows


def _key_table() -> str:
    return "\n".join(
        f"<tr><td><b>{escape(keys)}</b></td><td>{escape(does)}</td></tr>"
        for keys, does in shortcut_rows()
    )


_TEXT = f"""
<h2>LeNet Desktop {__version__}</h2>
<p>Train LeNet on Fashion-MNIST, watch it learn and look at what it gets wrong.</p>
<h3>In three steps</h3>
<ol>
<li><b>Train.</b> Choose the settings on the left and press Start.</li>
<li><b>Watch.</b> The curves follow every step; after each epoch the network is tested on 10,000
images that it never learned from. Apply gives another learning rate to the run under way. A run
that was stopped goes on with Continue, also after the program was closed.</li>
<li><b>Look.</b> Press F for the misclassified images, or click a cell of the confusion matrix
to see, for example, which shirts were taken for coats.</li>
</ol>
<p>Press Ctrl+T to try a picture of your own: draw, paste, drop or open one, and see what the
network sees of it and says to it, after each epoch of a run.</p>
<p>Every run is kept. Press Ctrl+L for the list: click runs to compare their curves and settings,
open or continue one, or compare its answers with those of the run shown, image by image.</p>
<h3>Keys</h3>
<table cellspacing="6">
{_key_table()}
</table>
<h3>Words</h3>
<p><b>Epoch</b>: one pass over all training images. <b>Batch</b>: the images averaged for one
step. <b>Loss</b>: how improbable the network thought the truth, in nats; guessing gives 2.30.
<b>Confidence</b>: the probability that the network gives to its answer. <b>Margin</b>: how far the
most probable class is ahead of the second. <b>Recall</b>: the share of a class that was recognised.
<b>Precision</b>: the share of the images predicted as a class that are of it. <b>Forgotten</b>:
right in an earlier epoch, wrong now. <b>McNemar's
test</b>: whether two networks that disagree on some images could still be equally good.
<b>Sigmoid</b>: the curve that squeezes a number into 0 to 1;
with it, the network often learns nothing for an epoch before it takes off.</p>
<h3>Sources</h3>
<p>LeCun et al., Gradient-based learning applied to document recognition, 1998. Zhang et al., Dive
into Deep Learning, section 7.6. Xiao et al., Fashion-MNIST, 2017; data © Zalando SE, MIT
licence.</p>
"""


class HelpWindow(QDialog):
    """A page of help that may stay open while one works."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("help_window")
        self.setWindowTitle("Help")
        self.setModal(False)
        page = QTextBrowser(openExternalLinks=False)
        page.setHtml(_TEXT)
        page.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(page)
        self.resize(560, 640)
        ScreenFit(self)


def show_help(window: QWidget) -> None:
    """Open the page of a window, or bring it to the front."""
    page = window.findChild(HelpWindow) or HelpWindow(window)
    page.show()
    page.raise_()
    page.activateWindow()
