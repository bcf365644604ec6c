"""What one draws with, and where pictures come from and go to: actions with their buttons."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QIcon, QKeySequence
from PySide6.QtWidgets import QMenu, QSlider, QToolButton, QWidget

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import tip
from lenet_desktop.ui.kit.actions import make_local_action, with_keys
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.naming import identify, without_mnemonic
from lenet_desktop.ui.kit.shortcuts import Shortcut
from lenet_desktop.ui.kit.theme import LEAST_TARGET, SPACING, Theme
from lenet_desktop.ui.picture.canvas import Canvas

_THINNEST, _USUAL, _THICKEST = 2, 8, 24
"""Widths of the pen, in hundredths of the sheet."""
_SLIDER = 88


class CanvasTools(QObject):
    """The actions of a canvas; their keys work wherever the keyboard is on the page.

    Args:
        canvas: what is drawn on.
        page: where the keys work.
    """

    def __init__(self, canvas: Canvas, page: QWidget) -> None:
        super().__init__(page)
        self._canvas, self._page = canvas, page
        self.pen = self._action(_("&Pen"), "pen_action", _("Draw, black on white paper"))
        self.eraser = self._action(_("&Eraser"), "eraser_action", _("Take away what is drawn"))
        self._tools = QActionGroup(self)
        for action in (self.pen, self.eraser):
            action.setCheckable(True)
            self._tools.addAction(action)
        self.pen.setChecked(True)
        self.undo = self._action(_("Undo"), "undo_stroke_action", "", Shortcut.UNDO_STROKE)
        self.redo = self._action(_("Redo"), "redo_stroke_action", "", Shortcut.REDO_STROKE)
        platforms = QKeySequence.keyBindings(QKeySequence.StandardKey.Redo)
        self.redo.setShortcuts(list(dict.fromkeys([Shortcut.REDO_STROKE.sequence, *platforms])))
        self.clear = self._action(_("&Clear"), "clear_drawing_action", "", Shortcut.CLEAR_DRAWING)
        self.open = self._action(
            _("&Open a picture…"),
            "open_picture_action",
            _("Try a picture from a file"),
            short=_("&Open…"),
        )
        self.paste = self._action(
            _("P&aste"), "paste_picture_action", _("Try what was copied"), Shortcut.PASTE_PICTURE
        )
        self.take = self._action(
            _("Take the image of the &gallery"),
            "take_image_action",
            _("Try the image that is chosen in the gallery, and draw on it"),
            short=_("From &gallery"),
        )
        self.save = self._action(_("Save the drawing…"), "save_drawing_action")
        self.save_seen = self._action(_("Save what the network sees…"), "save_seen_action")
        self.copy = self._action(
            _("Copy the drawing"), "copy_drawing_action", "", Shortcut.COPY_DRAWING
        )
        self.copy_seen = self._action(_("Copy what the network sees"), "copy_seen_action")
        self.eraser.toggled.connect(self._on_eraser_toggled)
        self.undo.triggered.connect(canvas.undo)
        self.redo.triggered.connect(canvas.redo)
        self.clear.triggered.connect(canvas.clear)
        canvas.changed.connect(self._on_changed)
        canvas.history_changed.connect(self._on_changed)
        self._build()
        self._on_changed()

    def _action(
        self,
        text: str,
        object_name: str,
        explanation: str = "",
        shortcut: Shortcut | None = None,
        short: str = "",
    ) -> QAction:
        action = make_local_action(self._page, text, object_name, shortcut)
        action.setIconText(short or text)
        words = explanation or (shortcut.does if shortcut is not None else "")
        action.setToolTip(tip(with_keys(words, action)))
        self._page.addAction(action)
        return action

    def _build(self) -> None:
        self.width = identify(
            QSlider(Qt.Orientation.Horizontal),
            "pen_width_input",
            _("Width"),
            _("How wide the pen is"),
        )
        self.width.setMinimumHeight(LEAST_TARGET)
        self.width.setRange(_THINNEST, _THICKEST)
        self.width.setFixedWidth(_SLIDER)
        self.width.valueChanged.connect(self._on_width_changed)
        self.width.setValue(_USUAL)
        self.save_button = identify(QToolButton(), "save_picture_button", _("Save or copy"))
        self.save_button.setText(_("&Save"))
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.save_button)
        menu.addActions([self.save, self.save_seen])
        menu.addSeparator()
        menu.addActions([self.copy, self.copy_seen])
        self.save_button.setMenu(menu)
        self.drawing_row = in_row(
            _button(self.pen), _button(self.eraser), self.width, None,
            _button(self.undo, has_words=False), _button(self.redo, has_words=False),
            _button(self.clear), spacing=SPACING // 2,
        )  # fmt: skip
        self.source_row = in_row(
            _button(self.open), _button(self.paste), _button(self.take), None, self.save_button,
            spacing=SPACING // 2,
        )  # fmt: skip

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        for name in ("pen", "eraser", "undo", "redo"):
            action: QAction = getattr(self, name)
            icon = QIcon(themed_icon(name, theme.text, theme.outline))
            chosen = themed_icon(name, theme.on_accent)
            for size in icon.availableSizes():
                icon.addPixmap(chosen.pixmap(size), QIcon.Mode.Normal, QIcon.State.On)
            action.setIcon(icon)

    def show_seen(self, *, is_there: bool) -> None:
        """Offer what the network sees, once there is something."""
        self.save_seen.setEnabled(is_there)
        self.copy_seen.setEnabled(is_there)

    def offer_gallery(self, *, has_image: bool) -> None:
        """Offer the image of the gallery, if one is chosen there."""
        self.take.setEnabled(has_image)

    @Slot()
    def _on_changed(self) -> None:
        drawing = self._canvas.drawing
        self.undo.setEnabled(drawing.can_undo)
        self.redo.setEnabled(drawing.can_redo)
        for action in (self.clear, self.save, self.copy):
            action.setEnabled(not drawing.is_blank)

    @Slot(bool)
    def _on_eraser_toggled(self, erases: bool) -> None:
        self._canvas.erases = erases

    @Slot(int)
    def _on_width_changed(self, hundredths: int) -> None:
        self._canvas.width_share = hundredths / 100


def _button(action: QAction, *, has_words: bool = True) -> QToolButton:
    button = QToolButton(autoRaise=False)
    button.setDefaultAction(action)
    button.setObjectName(action.objectName().removesuffix("_action") + "_button")
    button.setAccessibleName(without_mnemonic(action.text()))
    styles = Qt.ToolButtonStyle
    button.setToolButtonStyle(
        styles.ToolButtonTextBesideIcon if has_words else styles.ToolButtonIconOnly
    )
    if action.isCheckable():
        button.setProperty("role", "choice")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard on the drawing
    return button
