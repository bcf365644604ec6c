"""One family of icons, drawn as SVG and tinted by the theme."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from lenet_desktop import assets

_SIZES = (16, 24, 32, 48, 64)


@lru_cache(maxsize=256)
def themed_icon(
    name: str,
    colour: str,
    disabled: str | None = None,
    highlighted: str | None = None,
    selected: str | None = None,
) -> QIcon:
    """Return the icon `resources/icons/<name>.svg` in a colour.

    Args:
        name: of the file.
        colour: `#rrggbb`.
        disabled: the colour where it is switched off; without one, Qt makes it pale.
        highlighted: the colour on the line of a menu that is pointed at; without one, the same.
        selected: the colour in a row of a list that is selected; without one, Qt tints it.
    """
    icon = QIcon()
    modes = QIcon.Mode
    for mode, tint in (
        (modes.Normal, colour),
        (modes.Disabled, disabled),
        (modes.Active, highlighted),
        (modes.Selected, selected),
    ):
        if tint is not None:
            tinted = _source(name).replace("currentColor", QColor(tint).name())
            renderer = QSvgRenderer(QByteArray(tinted.encode()))
            for size in _SIZES:
                icon.addPixmap(_render(renderer, size), mode)
    return icon


def application_icon() -> QIcon:
    """Return the icon of the program, in its own colours."""
    return QIcon(str(assets.icons() / "app.svg"))


@lru_cache
def _source(name: str) -> str:
    return (assets.icons() / f"{name}.svg").read_text(encoding="utf-8")


def _render(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
