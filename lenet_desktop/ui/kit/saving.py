"""Asks where to save, without holding up the program, and says what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, QStandardPaths, Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from lenet_desktop.runs.store import StoreError
from lenet_desktop.session.requests import JobRunner
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import sentences, why_not
from lenet_desktop.ui.kit.qt_words import name_fields

FILE_KINDS = {
    "csv": marked("Table for spreadsheets and pandas (*.csv)"),
    "png": marked("PNG image (*.png)"),
    "svg": marked("SVG drawing (*.svg)"),
    "html": marked("Page for any browser (*.html)"),
    "pdf": marked("PDF (*.pdf)"),
    "zip": marked("Run of LeNet Desktop (*.zip)"),
    "safetensors": marked("Network as safetensors (*.safetensors)"),
    "onnx": marked("Network as ONNX (*.onnx)"),
    "": marked("Folder (*)"),
}
"""What the dialog calls the files of each suffix."""


def _documents() -> Path:
    place = QStandardPaths.StandardLocation.DocumentsLocation
    documents = Path(QStandardPaths.writableLocation(place) or Path.home())
    return documents if documents.is_dir() else Path.home()  # or dialogs take it for a file's name


@dataclass(slots=True)
class SaveFolder:
    """Where somebody saved last; shared by all that saves, as long as the program runs."""

    path: Path = field(default_factory=_documents)


@dataclass(frozen=True, slots=True)
class SaveRequest:
    """Something to save, once somebody has said where; see `Saver.ask`."""

    title: str
    suggestion: str
    done: str
    content: Callable[[], bytes] | None
    write: Callable[[Path], str | None] | None

    @property
    def suffix(self) -> str:
        """The suffix of the file, without its dot."""
        return Path(self.suggestion).suffix.removeprefix(".")


class SaveDialog(QFileDialog):
    """Asks for the file of one request; `open` returns at once."""

    chosen = Signal(object, object)  # Path, SaveRequest

    def __init__(self, request: SaveRequest, folder: Path, parent: QWidget) -> None:
        super().__init__(parent, request.title, str(folder))
        self.setObjectName("save_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setFileMode(QFileDialog.FileMode.AnyFile)
        self.setNameFilter(_(FILE_KINDS[request.suffix]))
        if request.suffix:
            self.setDefaultSuffix(request.suffix)
        self.selectFile(request.suggestion)
        name_fields(self)
        self._request = request
        self.fileSelected.connect(self._on_file_selected)

    @Slot(str)
    def _on_file_selected(self, name: str) -> None:
        self.chosen.emit(Path(name), self._request)


class Saver(QObject):
    """Lets somebody choose a file for a request and writes it, whole or not at all.

    Whoever owns it calls `shutdown` before the program ends.
    """

    saved = Signal(str)  # a sentence
    failed = Signal(str)  # a sentence

    def __init__(self, parent: QWidget, folder: SaveFolder) -> None:
        super().__init__(parent)
        self._parent = parent
        self._folder = folder
        self._jobs = JobRunner(self, writes=True)

    def ask(
        self,
        *,
        title: str,
        suggestion: str,
        done: str,
        content: Callable[[], bytes] | None = None,
        write: Callable[[Path], str | None] | None = None,
    ) -> None:
        """Open the dialog above the parent's window and return at once; a choice is written.

        Args:
            title: what the dialog is headed with.
            suggestion: the name that the file gets if nobody types another one, with its suffix,
                which is one of `FILE_KINDS`.
            done: the beginning of the sentence about success, as in "1,912 images were saved".
            content: makes the bytes of the file; it may raise an OSError.
            write: instead of `content`, writes to a place, whole or not at all, and returns a
                sentence about what is missing there, if anything is; it is called on another
                thread and may raise what has a sentence.
        """
        request = SaveRequest(title, suggestion, done, content, write)
        dialog = SaveDialog(request, self._folder.path, self._parent.window())
        dialog.chosen.connect(self._on_chosen)
        dialog.open()

    @Slot(object, object)
    def _on_chosen(self, path: Path, request: SaveRequest) -> None:
        self._folder.path = path.parent
        if request.write is not None:
            failure = _("{path} could not be written").format(path=path)
            self._jobs.start(_writing(path, request), failure, self.saved.emit, self.failed)
        elif request.content is not None:
            try:
                write_atomically(path, request.content())
            except OSError as error:
                self.failed.emit(_failure(path, error))
                return
            self.saved.emit(_success(path, request))

    def shutdown(self) -> None:
        """Wait for what is being written. May be called again and again."""
        self._jobs.shutdown()


def _writing(path: Path, request: SaveRequest) -> Callable[[], str]:
    def write() -> str:
        try:
            notice = request.write(path) if request.write is not None else None
        except OSError as error:
            raise StoreError(_failure(path, error)) from error
        return sentences([_success(path, request), notice or ""])

    return write


def _success(path: Path, request: SaveRequest) -> str:
    # Translators: {done} is, for example, "The network was saved".
    return pgettext("what was saved", "{done} to {path}.").format(done=request.done, path=path)


def _failure(path: Path, error: OSError) -> str:
    reason = why_not(error)
    words = _("{path} could not be written ({reason}). Choose another folder or another disk.")
    return words.format(path=path, reason=reason)


def png_bytes(image: QImage) -> bytes:
    """Return an image as the content of a PNG file.

    Raises:
        OSError: Qt could not make one, as where there is no memory for it.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # the stubs want bytes
        raise OSError(_("the image is too large"))
    return bytes(buffer.data().data())
