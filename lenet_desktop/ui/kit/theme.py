"""The two palettes, and the one place that applies them.

Colour carries one meaning each, after Okabe and Ito's palette for colour-blind readers: train is
blue, test is orange, validation is green, wrong is vermilion. Each theme takes the shade of that
hue that keeps WCAG AA contrast on its own background: 4.5:1 for text, 3:1 for lines.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from string import Template
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from lenet_desktop import assets

SPACING = 8
"""Pixels of the grid on which everything is aligned."""
LEAST_TARGET = 24
"""Pixels as which what the mouse takes hold of is at least high (WCAG 2.2, 2.5.8)."""
TARGET = 28
"""Height of a button or a field beside text of the usual size, in pixels; and width, at least."""
_FRAMES = {
    "field": 6, "button": 8, "primary": 10, "tool": 7, "choice": 11, "chip": 7, "box": 7, "tab": 0,
}  # fmt: skip
"""Pixels around what the style sheet measures, by Fusion or by its own padding and border."""
_CAPTION, _DISPLAY = 0.9, 2.0
"""Sizes of type, as parts of the body's."""
POINTED_TINT, CHOSEN_TINT = 0.05, 0.08
"""How strong the accent is behind what the mouse points at, and behind what is chosen."""
WRONG_TINT = 0.2
"""How strong the colour of what is wrong is behind an entry that cannot be used."""
_OUTLINED: tuple[Any, ...] = (
    "QLineEdit", "QAbstractSpinBox", "QComboBox", "QCheckBox", "QSlider", "QPushButton",
    "QToolButton",
)  # fmt: skip
"""Qt's names of what has an outline; PySide's stubs ask for bytes, which its code refuses."""
_FRAMED: tuple[Any, ...] = ("QAbstractItemView", "QTextEdit", "QGroupBox", "QTabWidget")
"""Qt's names of what is only set off from its ground."""
_PLAIN: Any = "QHeaderView"
"""Qt's name of what is framed, too, but fills the room beside its columns with the ground."""
_FUSION_DARKENS = 140
"""Percent by which an outline is darker than the colour that it is made of."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Named colours, as `#rrggbb`.

    A `border` only sets parts off from each other. An `outline` shows where there is something to
    use, or what is switched off, and is seen on every ground. `heat` is the shade of `wrong` on
    which text can be read.
    """

    name: str
    window: str
    surface: str
    raised: str
    text: str
    muted: str
    border: str
    outline: str
    grid: str
    accent: str
    on_accent: str
    train: str
    test: str
    validation: str
    wrong: str
    heat: str
    progress: str

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than its background."""
        return QColor(self.text).lightness() > QColor(self.window).lightness()


LIGHT = Theme(
    name="light",
    window="#f3f4f6",
    surface="#ffffff",
    raised="#ffffff",
    text="#1a1d21",
    muted="#59626e",
    border="#c3c9d1",
    outline="#6f7782",
    grid="#e3e6ea",
    accent="#1f2937",
    on_accent="#ffffff",
    train="#0072b2",
    test="#b37400",
    validation="#009e73",
    wrong="#a84600",
    heat="#d4681a",
    progress="#b9c2cd",
)
DARK = Theme(
    name="dark",
    window="#1b1d21",
    surface="#23262b",
    raised="#2e3238",
    text="#e8eaed",
    muted="#a4acb6",
    border="#525861",
    outline="#7f8792",
    grid="#32363c",
    accent="#dfe3e8",
    on_accent="#15171a",
    train="#56b4e9",
    test="#e69f00",
    validation="#00a378",
    wrong="#ff8a3d",
    heat="#ad4a00",
    progress="#565e69",
)


class ThemeMode(StrEnum):
    """What a person chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class ThemeController(QObject):
    """Applies the chosen theme to a window and follows the system where asked to.

    The window should have no parts yet: to dress each of them anew takes as long as to make a page.

    Args:
        window: what the rules of the theme are about.
        mode: what a person chose.
    """

    changed = Signal(object)  # Theme

    def __init__(self, window: QWidget, mode: ThemeMode = ThemeMode.SYSTEM) -> None:
        super().__init__(window)
        self._window = window
        self._text_percent = 100
        self.set_mode(mode)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    def tell(self) -> None:
        """Tell the theme to all parts that have been made since, to which it is new."""
        self.changed.emit(self.theme)

    @property
    def mode(self) -> ThemeMode:
        """What a person chose."""
        return self._mode

    @Slot(object)
    def set_mode(self, mode: ThemeMode) -> None:
        """Choose light, dark, or whatever the system has."""
        self._mode = mode
        schemes = {
            ThemeMode.SYSTEM: Qt.ColorScheme.Unknown,
            ThemeMode.LIGHT: Qt.ColorScheme.Light,
            ThemeMode.DARK: Qt.ColorScheme.Dark,
        }
        QGuiApplication.styleHints().setColorScheme(schemes[mode])  # for title bars
        self._apply()

    @Slot(int)
    def set_text_percent(self, percent: int) -> None:
        """Write all text of the program larger or smaller; what it stands in follows."""
        if percent != self._text_percent:
            self._text_percent = percent
            QApplication.setFont(_resized(usual_font(), percent / 100))
            self._apply()

    @Slot()
    def toggle(self) -> None:
        """Choose light where it is dark, and dark where it is light."""
        self.set_mode(ThemeMode.LIGHT if self.theme.is_dark else ThemeMode.DARK)

    @Slot()
    def _on_system_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        dark = self._mode is ThemeMode.DARK or (
            self._mode is ThemeMode.SYSTEM
            and QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        )
        self.theme = DARK if dark else LIGHT
        palette = make_palette(self.theme)
        QApplication.setPalette(palette)
        for kinds, colour in ((_OUTLINED, self.theme.outline), (_FRAMED, self.theme.border)):
            for kind in kinds:
                QApplication.setPalette(make_outlined_palette(self.theme, colour), kind)
        QApplication.setPalette(palette, _PLAIN)
        QToolTip.setPalette(palette)
        self._window.setStyleSheet(_style_sheet(self.theme, QApplication.font()))
        self.changed.emit(self.theme)


def make_palette(theme: Theme) -> QPalette:
    """Return the Qt palette of a theme."""
    palette = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.wrong,
        role.ToolTipBase: theme.text,
        role.ToolTipText: theme.window,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.train,
        role.Accent: theme.accent,
        role.Light: theme.raised,
        role.Midlight: theme.border,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.Shadow: theme.border,
    }
    for colour_role, colour in colours.items():
        palette.setColor(colour_role, QColor(colour))
    for colour_role in (role.Text, role.WindowText, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, colour_role, QColor(theme.outline))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.border))
    return palette


def make_outlined_palette(theme: Theme, colour: str) -> QPalette:
    """Return the palette of what has an outline, which Fusion makes of the window's colour."""
    palette = make_palette(theme)
    palette.setColor(QPalette.ColorRole.Window, QColor(colour).lighter(_FUSION_DARKENS))
    return palette


def with_alpha(colour: str, alpha: float) -> QColor:
    """Return a colour made translucent, `alpha` 0-1."""
    translucent = QColor(colour)
    translucent.setAlphaF(alpha)
    return translucent


def steady_figures(font: QFont) -> QFont:
    """Return the font with figures of equal width, so that changing numbers do not jump."""
    steady = QFont(font)
    steady.setFeature(QFont.Tag("tnum"), 1)
    return steady


def heading(font: QFont) -> QFont:
    """Return the font for the title of a part of the window."""
    bold = QFont(font)
    bold.setBold(True)
    return bold


def caption(font: QFont) -> QFont:
    """Return the font for what is said below a picture or beside a figure."""
    return _resized(font, _CAPTION)


def display(font: QFont) -> QFont:
    """Return the font for the one figure that is read from afar."""
    return _resized(heading(steady_figures(font)), _DISPLAY)


def control_height(font: QFont) -> int:
    """Return how high buttons and fields are beside text of a font, in pixels."""
    return round(TARGET * max(1.0, font.pointSizeF() / usual_font().pointSizeF()))


def usual_font() -> QFont:
    """Return the font of the desktop, in which the program begins."""
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)


def _resized(font: QFont, factor: float) -> QFont:
    other = QFont(font)
    if font.pointSizeF() > 0:
        other.setPointSizeF(font.pointSizeF() * factor)
    else:
        other.setPixelSize(round(font.pixelSize() * factor))
    return other


def between(first: str, second: str, share: float) -> str:
    """Return the opaque colour that has a share, 0-1, of the second one."""
    one, other = QColor(first), QColor(second)
    parts = (one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue())
    return QColor(*(round(a + (b - a) * share) for a, b in parts)).name()


def _style_sheet(theme: Theme, font: QFont) -> str:
    """Return the few rules that a palette cannot say, for text of a font."""
    sizes = {
        **{kind: control_height(font) - frame for kind, frame in _FRAMES.items()},
        "caption": f"{caption(font).pointSizeF():.2f}",
        "display": f"{display(font).pointSizeF():.2f}",
        "wrong_ground": between(theme.surface, theme.wrong, WRONG_TINT),
    }
    rules = (assets.resources() / "style" / "window.qss").read_text("utf-8")
    return Template(rules).substitute(asdict(theme), **sizes)
