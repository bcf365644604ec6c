"""Keeps a window, with its frame, on the screen that it is on, and no larger than it has to be."""

from PySide6.QtCore import QEvent, QMargins, QObject, QRect, QSize, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QApplication, QWidget


def fitted(place: QRect, room: QRect) -> QRect:
    """Return a place made no larger than a room, and moved into it no further than it must be."""
    size = place.size().boundedTo(room.size())
    left = min(max(place.x(), room.x()), room.x() + room.width() - size.width())
    top = min(max(place.y(), room.y()), room.y() + room.height() - size.height())
    return QRect(left, top, size.width(), size.height())


class ScreenFit(QObject):
    """Shrinks and moves a window when it is opened and when its screen shrinks or goes.

    A window that a person drags partly out of sight is left there. One that larger letters make
    grow has its size again with smaller ones.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._chosen = window.size()
        window.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._on_screen_added)
            application.screenRemoved.connect(self._on_screen_removed)
        for screen in QGuiApplication.screens():
            self._on_screen_added(screen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the window before it is seen, and once more when its frame is known."""
        if event.type() is QEvent.Type.Show and not event.spontaneous():
            self._fit()
            handle = self._window.windowHandle()
            if handle is not None:
                handle.installEventFilter(self)
        elif event.type() is QEvent.Type.Resize and self._window.size() != self._least:
            self._chosen = self._window.size()
        elif event.type() is QEvent.Type.FontChange and watched is self._window:
            QTimer.singleShot(0, self, self._shrink)  # once all parts have other letters
        elif event.type() is QEvent.Type.Expose:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._fit)
        return super().eventFilter(watched, event)

    @property
    def _least(self) -> QSize:
        """The size that was chosen, or as much more as the content needs."""
        return self._chosen.expandedTo(self._window.minimumSize())

    @Slot()
    def _shrink(self) -> None:
        layout = self._window.layout()
        if layout is not None and not self._window.isMaximized():
            layout.activate()
            self._window.resize(self._least)
            self._fit()

    @Slot()
    def _fit(self) -> None:
        window = self._window
        if window.isMaximized() or window.isFullScreen() or window.isMinimized():
            return
        frame, inner = window.frameGeometry(), window.geometry()
        wanted = fitted(frame, window.screen().availableGeometry())
        if wanted != frame:
            start, end = (
                inner.topLeft() - frame.topLeft(),
                frame.bottomRight() - inner.bottomRight(),
            )
            margins = QMargins(start.x(), start.y(), end.x(), end.y())
            window.setGeometry(wanted.marginsRemoved(margins))

    @Slot(QScreen)
    def _on_screen_added(self, screen: QScreen) -> None:
        screen.availableGeometryChanged.connect(self._fit)

    @Slot(QScreen)
    def _on_screen_removed(self, _screen: QScreen) -> None:
        QTimer.singleShot(0, self, self._fit)  # once the window has been given another screen
