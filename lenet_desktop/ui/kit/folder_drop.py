"""Takes folders and tables that are dropped on a window."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from lenet_desktop.data.folders.folder_scan import TABLE


class FolderDrop(QObject):
    """Lets one folder, or one table, be dropped on a window that takes nothing else."""

    dropped = Signal(object)  # Path

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take what can be opened, as a copy: nothing goes from where it is."""
        if not isinstance(event, QDropEvent):
            return False
        path = _place(event.mimeData())
        if path is None:
            return False
        event.acceptProposedAction()
        if not isinstance(event, QDragMoveEvent):
            self.dropped.emit(path)
        return True


def _place(data: QMimeData) -> Path | None:
    """Return the folder or table that is carried, None where it is anything else."""
    files = [url.toLocalFile() for url in data.urls()]
    path = Path(files[0]) if len(files) == 1 and files[0] else None
    if path is None or not (path.is_dir() or path.suffix.lower() == TABLE):
        return None
    return path
