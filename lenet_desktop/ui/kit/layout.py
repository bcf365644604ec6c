"""Parts of a window that share its room: hidden, stacked or scrolled where there is little."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QToolButton, QWidget

_SMALL_SCREEN = QSize(800, 320)
"""Pixels that a page may ask for: what the head and the foot of a window leave of such a screen."""


def throw_away(part: QWidget) -> None:
    """Take a part out of a layout for good, at once, so that nobody finds or speaks it.

    A layout shows what was added to it with the next turn of the event loop, and what has no parent
    by then would become a window: so it is hidden first.
    """
    part.hide()
    part.setParent(None)
    part.deleteLater()


def bring_up(window: QWidget) -> None:
    """Open a window, or bring it to the front."""
    window.show()
    window.raise_()
    window.activateWindow()


class Disclosure(QToolButton):
    """An arrow and a name; checked while its content is in sight, which it is not at first."""

    def __init__(self, text: str, content: QWidget) -> None:
        super().__init__(
            autoRaise=True,
            arrowType=Qt.ArrowType.RightArrow,
            toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
        )
        self.setText(text)
        self.setCheckable(True)
        self._content = content
        content.hide()
        self.toggled.connect(self._on_toggled)

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        self._content.setVisible(shown)
        self.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)


def follow_font(widget: QWidget, fit: Callable[[], object]) -> None:
    """Fit something to the words of a widget, now and soon after its font is another one."""
    widget.installEventFilter(_FontFollower(widget, fit))
    fit()


class _FontFollower(QObject):
    def __init__(self, widget: QWidget, fit: Callable[[], object]) -> None:
        super().__init__(widget)
        self._fit = fit

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self._fit)  # at once, the widget may be just being destroyed
        return super().eventFilter(watched, event)


class FittedWidget(QWidget):
    """Calls `fit` when words take more or less room than before; a subclass says what that is."""

    def fit(self) -> None:
        """Share the room anew."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        """Share the room anew in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.fit()


class StackingSplitter(QSplitter):
    """Asks for no more width than its widest part; each way to stand keeps its own sizes."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self._parts = parts
        self._sizes: dict[Qt.Orientation, list[int]] = {}
        for part in parts:
            self.addWidget(part)

    def minimumSizeHint(self) -> QSize:
        """Return the least size, in which the parts are stacked if need be."""
        return QSize(max(self._least_widths()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stack the parts, or put them side by side again."""
        self._stack()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Look what fits, which matters from now on."""
        self._stack()
        super().showEvent(event)

    def event(self, event: QEvent) -> bool:
        """Look anew what fits when a part asks for another width."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._stack()
        return super().event(event)

    def _least_widths(self) -> list[int]:
        return [max(part.minimumSizeHint().width(), part.minimumWidth()) for part in self._parts]

    def _stack(self) -> None:
        if not self.isVisible():
            return  # it has a size that nobody gave it, and would forget those of its parts
        widths = self._least_widths()
        fits = sum(widths) + (len(widths) - 1) * self.handleWidth() <= self.width()
        wanted = Qt.Orientation.Horizontal if fits else Qt.Orientation.Vertical
        if wanted is not self.orientation():
            self._sizes[self.orientation()] = self.sizes()
            self.setOrientation(wanted)
            self.setSizes(self._sizes.get(wanted, [1] * self.count()))


class Frugal(QWidget):
    """Can do with the least height of its content, which Qt does not give where sentences wrap.

    These have to insist on their lines, as a `WholeLabel` does.
    """

    def hasHeightForWidth(self) -> bool:
        """Return that the least height is the same in any width."""
        return False

    def sizeHint(self) -> QSize:
        """Return the least height; what is left is for others."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())


class FramelessArea(QScrollArea):
    """Scrolls a content where it finds no room; the ground of a card is seen through both."""

    def __init__(self, content: QWidget) -> None:
        super().__init__(widgetResizable=True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)


class VerticalScrollArea(FramelessArea):
    """Holds a content that always finds the width it needs, also beside a scroll bar."""

    def __init__(self, content: QWidget) -> None:
        super().__init__(content)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = content
        content.installEventFilter(self)
        self._fit_width()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Measure anew when the content wants another size: more settings, another font."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit_width()
        return super().eventFilter(watched, event)

    def _fit_width(self) -> None:
        bar = self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(self._content.minimumSizeHint().width() + bar)


class PageArea(FramelessArea):
    """Lets a window be smaller than a page of it is at the least, which is scrolled then."""

    def minimumSizeHint(self) -> QSize:
        """Ask for what the page needs, but for no more than a small screen has."""
        page = self.widget()
        needed = QSize() if page is None else page.minimumSizeHint().expandedTo(page.minimumSize())
        return needed.boundedTo(_SMALL_SCREEN)

    def sizeHint(self) -> QSize:
        """Return the size that the page would like."""
        page = self.widget()
        return super().sizeHint() if page is None else page.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask anew when the page needs another size."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
