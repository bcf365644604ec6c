"""Pages of help that are searched, beside the window instead of in front of it."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QWidget,
)

from lenet_desktop.text.language import _
from lenet_desktop.ui.help.topics import Topic, find_topics, topic_about, topics
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.layout import bring_up, follow_font
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.screen_fit import ScreenFit
from lenet_desktop.ui.kit.theme import SPACING

_LIST_WIDTH = 240
_TOPIC = Qt.ItemDataRole.UserRole


class HelpWindow(QDialog):
    """Help that may stay open while one works: a field to search, what it finds, and a page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("help_window")
        self.setWindowTitle(_("Help"))
        self.setModal(False)
        self._search = identify(
            QLineEdit(
                clearButtonEnabled=True, placeholderText=_("Search, for example: learning rate")
            ),
            "help_search",
            _("Search the help"),
        )
        follow_font(self._search, self._fit)
        self._list = identify(QListWidget(), "help_topics", _("Pages of help"))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setStyleSheet("QListWidget::item { padding: 4px; }")
        self._none = QLabel(_("No page has all of these words."), wordWrap=True)
        self._page = identify(QTextBrowser(openExternalLinks=False), "help_page", _("The page"))
        self._page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._page.document().setDocumentMargin(2 * SPACING)
        left = QWidget()
        in_column(self._search, self._list, (self._none, 1), margins=SPACING, on=left)
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        halves = QSplitter(childrenCollapsible=False)
        halves.addWidget(left)
        halves.addWidget(self._page)
        halves.setSizes([_LIST_WIDTH + 2 * SPACING, 2 * _LIST_WIDTH])
        in_column(halves, on=self)
        self.resize(760, 560)
        ScreenFit(self)
        self._list.currentItemChanged.connect(self._on_item_changed)
        self._search.textChanged.connect(self._on_search_changed)
        self._on_search_changed("")

    def _fit(self) -> None:
        words = self._search.fontMetrics().horizontalAdvance(self._search.placeholderText())
        self._search.setMinimumWidth(words + 4 * SPACING)

    def show_topic(self, topic: Topic) -> None:
        """Show a page, among all of them."""
        self._search.clear()
        for row in range(self._list.count()):
            if self._list.item(row).data(_TOPIC) == topic:
                self._list.setCurrentRow(row)

    @Slot(str)
    def _on_search_changed(self, text: str) -> None:
        """List the pages found, and show the first one."""
        found = find_topics(text)
        self._list.clear()
        for topic in found:
            item = QListWidgetItem(topic.title, self._list)
            item.setData(_TOPIC, topic)
        self._list.setVisible(bool(found))
        self._none.setVisible(not found)
        if found:
            self._list.setCurrentRow(0)

    @Slot(QListWidgetItem)
    def _on_item_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            topic: Topic = item.data(_TOPIC)
            self._page.setHtml(f"<h2>{topic.title}</h2>{topic.text}")


def show_help(window: QWidget, topic: Topic | None = None) -> None:
    """Open the help of a window at a page, the first one by default, or bring it to the front."""
    page = window.findChild(HelpWindow) or HelpWindow(window)
    page.show_topic(topic or topics()[0])
    bring_up(page)


def show_help_on_focus(window: QWidget) -> None:
    """Open the help at what has the keyboard."""
    show_help(window, topic_about(QApplication.focusWidget()))
