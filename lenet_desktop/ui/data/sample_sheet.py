"""A few images of each class, with the names of the classes."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lenet_desktop.data.images import ImageSet
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import listed
from lenet_desktop.ui.gallery.pixel_images import pixel_image
from lenet_desktop.ui.kit.elided_label import short
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING

EACH = 4
"""Images of a class."""
_SIDE = 40
_GAP = 2
_BLOCK = EACH * (_SIDE + _GAP) - _GAP


class SampleSheet(QWidget):
    """Paints the images class by class, as many classes side by side as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        identify(self, "data_samples", _("Sample images"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._images: ImageSet | None = None

    def show_images(self, images: ImageSet | None) -> None:
        """Show images that stand class by class, or none."""
        self._images = images
        names = () if images is None else images.info.class_names
        told = _("A few images of {names}.").format(names=listed(names))
        self.setAccessibleDescription(told if names else "")
        self.setVisible(images is not None)
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:
        """Return the height that all classes take."""
        if self._images is None:
            return 0
        lines = -(-len(self._images.info.class_names) // self._columns(width))
        return lines * self._block_height - SPACING

    def minimumSizeHint(self) -> QSize:
        """Return the size of a sheet with one class beside the other as far as there is room."""
        return QSize(_BLOCK, self.heightForWidth(max(self.width(), _BLOCK)))

    def sizeHint(self) -> QSize:
        """Return the size with three classes side by side."""
        width = 3 * _BLOCK + 2 * SPACING
        return QSize(width, self.heightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height where other columns have room."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    @property
    def _block_height(self) -> int:
        return self.fontMetrics().height() + _GAP + _SIDE + SPACING

    def _columns(self, width: int) -> int:
        return max(1, (width + 2 * SPACING) // (_BLOCK + 2 * SPACING))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the name of each class and its images below it."""
        images = self._images
        if images is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        columns, line = self._columns(self.width()), self.fontMetrics().height()
        next_place: dict[int, int] = {}
        for label, name in enumerate(images.info.class_names):
            corner = self._corner(label, columns)
            painter.drawText(
                QRect(corner, QSize(_BLOCK, line)),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                short(name, self.fontMetrics()),
            )
        for pixels, label in zip(images.images, images.labels.tolist(), strict=True):
            place = next_place.get(label, 0)
            next_place[label] = place + 1
            corner = self._corner(label, columns) + QPoint(place * (_SIDE + _GAP), line + _GAP)
            painter.drawImage(QRect(corner, QSize(_SIDE, _SIDE)), pixel_image(pixels))

    def _corner(self, label: int, columns: int) -> QPoint:
        row, column = divmod(label, columns)
        return QPoint(column * (_BLOCK + 2 * SPACING), row * self._block_height)
