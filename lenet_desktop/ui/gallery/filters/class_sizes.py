"""How many images there are of each class, in the list from which one is chosen."""

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem

from lenet_desktop.data.class_sizes import NOTICEABLE, imbalance
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import ImageSet, Own, Part
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, tip, whole

SIZE = Qt.ItemDataRole.UserRole + 1
"""What stands behind a class in the list: a number as a person reads it."""


class SizeDelegate(QStyledItemDelegate):
    """Writes them behind the names; the name that is chosen stands alone."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Put together what is painted."""
        super().initStyleOption(option, index)
        size = index.data(SIZE)
        if size:
            option.text = f"{option.text}  ({size})"


def tell_sizes(box: QComboBox, info: DatasetInfo, images: ImageSet | None, part: Part) -> None:
    """Tell in a list of classes how many of some images are of each, and how many are learned from.

    The tool tips say it always; in the list it stands where the classes are unequal.

    Args:
        box: has an item for each class, whose data are its number.
        info: the data set.
        images: what is browsed, None before it is there.
        part: which part of the data set that is.
    """
    names = info.class_names
    labels = np.empty(0, np.uint8) if images is None else images.labels
    counts = np.bincount(labels, minlength=len(names)).tolist()
    are_unequal = imbalance(counts) >= NOTICEABLE
    learned = info.train_counts or (0,) * len(names)
    for number, (name, count, known) in enumerate(zip(names, counts, learned, strict=True)):
        row = box.findData(number)
        words = _("{name}: {images}").format(name=name, images=_number(count, part))
        if known:
            words = counted(
                known,
                "{name}: {images}; {count} image to learn from",
                "{name}: {images}; {count} images to learn from",
                name=name,
                images=_number(count, part),
            )
        box.setItemData(row, tip(words), Qt.ItemDataRole.ToolTipRole)
        box.setItemData(row, whole(count) if are_unequal else None, SIZE)


def _number(count: int, part: Part) -> str:
    if part is Own.PICTURES:
        return counted(count, "{count} own picture", "{count} own pictures")
    return part.number(count)
