"""Saves a plot with a right click: as it looks, or the numbers behind it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from xml.etree import ElementTree as ET

import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QIODevice, QObject, QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QAction, QImage, QPainter, QPen, QTransform
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QMenu

from lenet_desktop.export.tables import to_csv_bytes
from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.saving import SaveFolder, Saver, png_bytes
from lenet_desktop.ui.kit.theme import SPACING, heading

PICTURE_SCALE = 2
"""Times that a PNG is larger than the plot on the screen, for print and for sharp screens."""
_SVG = "{http://www.w3.org/2000/svg}"
_PLACES = {"d", "points"}


class PlotExport(QObject):
    """The menu of a right click on a plot. Dragging with the right button still zooms.

    Pictures show the plot as it is when the file is chosen, with its zoom and its theme; the table
    has all figures, whatever the plot shows of them.

    Args:
        plot: a plot whose own menu is switched off.
        title: what the plot shows, as in "Loss"; `marked`, as its files are called by it.
        folder: where somebody saved last; shared with others that save.
        has_content: returns whether there is something on the plot.
        csv: writes the table of the figures.
        what: what these are called, and their file; likewise.
        whose: returns whose curves they are, for a line below the title of pictures.
    """

    saved = Signal(str)  # a sentence
    failed = Signal(str)  # a sentence

    def __init__(
        self,
        plot: pg.PlotWidget,
        title: str,
        folder: SaveFolder,
        *,
        has_content: Callable[[], bool],
        csv: Callable[[], str],
        what: str,
        whose: Callable[[], str] = str,
    ) -> None:
        super().__init__(plot)
        self._plot = plot
        self._title = title
        self._has_content, self._csv, self._what = has_content, csv, what
        self._whose = whose
        self._saver = Saver(plot, folder)
        self._saver.saved.connect(self.saved)
        self._saver.failed.connect(self.failed)
        self._build()
        self.refresh()

    def _build(self) -> None:
        self.save_png = self._action(_("Save plot as &PNG…"), "png", self._on_save_png)
        self.save_svg = self._action(_("Save plot as &SVG…"), "svg", self._on_save_svg)
        self.save_csv = self._action(
            _("Save {figures} as &CSV…").format(figures=_(self._what)), "csv", self._on_save_csv
        )
        self.menu = QMenu(self._plot)
        self.menu.setObjectName(f"{self._plot.objectName()}_menu")
        self.menu.addActions([self.save_png, self.save_svg, self.save_csv])
        self._plot.scene().sigMouseClicked.connect(self._on_mouse_clicked)

    def _action(self, text: str, suffix: str, triggered: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setObjectName(f"{self._plot.objectName()}_save_{suffix}_action")
        action.triggered.connect(triggered)
        return action

    @Slot()
    def refresh(self) -> None:
        """Offer to save as soon as there is something on the plot."""
        some = self._has_content()
        for action in (self.save_png, self.save_svg, self.save_csv):
            action.setEnabled(some)

    @Slot(object)
    def _on_mouse_clicked(self, click: object) -> None:
        if click.button() is Qt.MouseButton.RightButton:  # type: ignore[attr-defined]  # untyped
            click.accept()  # type: ignore[attr-defined]
            self.refresh()
            self.menu.popup(click.screenPos().toPoint())  # type: ignore[attr-defined]

    @Slot()
    def _on_save_png(self) -> None:
        plot, head = self._plot, self._head
        self._ask(_("Save plot as PNG"), "png", lambda: png_bytes(plot_picture(plot, *head)))

    @Slot()
    def _on_save_svg(self) -> None:
        plot, head = self._plot, self._head
        self._ask(_("Save plot as SVG"), "svg", lambda: plot_drawing(plot, *head))

    @property
    def _head(self) -> tuple[str, str]:
        return _(self._title), self._whose()

    @Slot()
    def _on_save_csv(self) -> None:
        self._saver.ask(
            title=_("Save {figures} as CSV").format(figures=_(self._what)),
            suggestion=f"{self._what}.csv",
            content=lambda: to_csv_bytes(self._csv()),
            done=_("The {figures} were saved").format(figures=_(self._what)),
        )

    def _ask(self, action: str, suffix: str, content: Callable[[], bytes]) -> None:
        self._saver.ask(
            title=action,
            suggestion=f"{self._title.lower()}.{suffix}",
            content=content,
            done=_("The plot “{title}” was saved").format(title=_(self._title)),
        )


def plot_picture(
    plot: pg.PlotWidget, title: str, whose: str = "", scale: int = PICTURE_SCALE
) -> QImage:
    """Return what a plot shows, with a title, `scale` times as large as on the screen."""
    area = _area(plot, whose)
    picture = QImage((area.size() * scale).toSize(), QImage.Format.Format_RGB32)
    # Rather than a larger painter, which pyqtgraph's legend would not follow.
    picture.setDevicePixelRatio(scale)
    picture.fill(plot.backgroundBrush().color())
    with _thicker(plot, scale):
        _render(plot, QPainter(picture), area, title, whose)
    return picture


@contextmanager
def _thicker(plot: pg.PlotWidget, scale: int) -> Iterator[None]:
    """Draw lines so many times as thick meanwhile, as a larger picture does not make them so."""
    items = plot.scene().items()
    pens = [(item, item.opts["pen"]) for item in items if isinstance(item, pg.PlotDataItem)]
    pens += [(item, item.pen) for item in items if isinstance(item, pg.InfiniteLine)]
    pens = [(item, pg.mkPen(pen)) for item, pen in pens]
    for item, pen in pens:
        thick = QPen(pen)
        thick.setWidthF(pen.widthF() * scale)
        item.setPen(thick)
    try:
        yield
    finally:
        for item, pen in pens:
            item.setPen(pen)


def plot_drawing(plot: pg.PlotWidget, title: str, whose: str = "") -> bytes:
    """Return what a plot shows, with a title, as the content of an SVG file.

    Qt draws it, because pyqtgraph's own SVG export can't read the paths that Qt writes since 6.11.
    """
    area = _area(plot, whose)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # the older one can't clip
    generator.setOutputDevice(buffer)
    generator.setTitle(plot.accessibleName())
    generator.setResolution(plot.logicalDpiX())
    generator.setSize(area.size().toSize())
    generator.setViewBox(QRectF(QPointF(), area.size()))
    painter = QPainter(generator)
    painter.fillRect(generator.viewBoxF(), plot.backgroundBrush())
    _render(plot, painter, area, title, whose)
    view: QRectF = plot.getPlotItem().getViewBox().rect()
    return _portable(bytes(buffer.data().data()), view.size())


def _portable(drawing: bytes, view: QSizeF) -> bytes:
    """Rewrite what Qt draws so that other programs show the same, given the size of the view."""
    ET.register_namespace("", _SVG[1:-1])
    root = ET.fromstring(drawing)  # noqa: S314  what Qt has just written is trusted
    for group in root.iter(f"{_SVG}g"):
        if "font-family" in group.attrib:  # a system's font may be unknown elsewhere
            group.set("font-family", f"{group.get('font-family')}, sans-serif")
        for empty in group.findall(f"{_SVG}path[@d='']"):  # which make readers complain
            group.remove(empty)
        effects = {shape.get("vector-effect") for shape in group}
        if effects == {"non-scaling-stroke"} and all(
            _PLACES & shape.attrib.keys() for shape in group
        ):
            _flatten(group)
    _unclip(root, view)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _unclip(root: ET.Element, view: QSizeF) -> None:
    """Let all be seen that stands around the curves.

    Qt clips it by what was clipped last, a word of the legend, say. The last part of the view is
    its frame.
    """
    clipped = root.findall(f".//{_SVG}g[@clip-path]")
    frames = [at for at, group in enumerate(clipped) if _has_frame(group, view)]
    for group in clipped[frames[-1] :] if frames else ():
        del group.attrib["clip-path"]


def _has_frame(group: ET.Element, view: QSizeF) -> bool:
    sizes = (
        QSizeF(*(float(each.get(side, "0")) for side in ("width", "height")))
        for each in group.iter(f"{_SVG}rect")
    )
    return any((size - view).width() ** 2 + (size - view).height() ** 2 < 1 for size in sizes)


def _flatten(group: ET.Element) -> None:
    """Move a group's shapes to where they are seen: many programs scale hairlines with a group."""
    figures = group.attrib["transform"].removeprefix("matrix(").removesuffix(")")
    seen = QTransform(*map(float, figures.split(",")))
    group.set("transform", "matrix(1,0,0,1,0,0)")
    for shape in group:
        for name in _PLACES & shape.attrib.keys():
            shape.set(name, " ".join(_moved(place, seen) for place in shape.attrib[name].split()))


def _moved(place: str, seen: QTransform) -> str:
    """Move a place as it stands in a shape: `1.5,2`, or with a command as `L1.5,2`, or only `Z`."""
    command = place[0] if place[0].isalpha() else ""
    if place == command:
        return place
    point = seen.map(QPointF(*map(float, place.removeprefix(command).split(","))))
    return f"{command}{point.x():.3f},{point.y():.3f}"


def _area(plot: pg.PlotWidget, whose: str) -> QRectF:
    """Return what to draw of the scene: the plot, a margin, and room for a title above it."""
    area: QRectF = plot.getPlotItem().sceneBoundingRect()
    lines = 2 if whose else 1
    top = lines * plot.fontMetrics().height() + 2 * SPACING
    return area.adjusted(-SPACING, -top, SPACING, SPACING).toAlignedRect().toRectF()


def _render(plot: pg.PlotWidget, painter: QPainter, area: QRectF, title: str, whose: str) -> None:
    from pyqtgraph.exporters.Exporter import Exporter

    exporter = Exporter(plot.getPlotItem())
    # Points are drawn as shapes then, not as the small pictures that are kept for the screen.
    exporter.setExportMode(True, {"antialias": True, "painter": painter, "resolutionScale": 1.0})
    try:
        plot.scene().render(painter, QRectF(QPointF(), area.size()), area)
        painter.setFont(heading(plot.font()))
        painter.setPen(plot.getPlotItem().getAxis("left").textPen().color())
        painter.drawText(SPACING, SPACING + painter.fontMetrics().ascent(), title)
        painter.setFont(plot.font())
        metrics, cut = painter.fontMetrics(), Qt.TextElideMode.ElideRight
        line = metrics.elidedText(whose, cut, int(area.width()) - 2 * SPACING)
        painter.drawText(SPACING, SPACING + metrics.height() + metrics.ascent(), line)
    finally:
        exporter.setExportMode(False)
        painter.end()
