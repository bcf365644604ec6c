"""Names that are on their way out: take them from `images` and `catalogue`."""

from lenet_desktop.data.catalogue import DEFAULT, load_splits, read_split
from lenet_desktop.data.images import DataError, DataSplits, ImageSet, LabelledImages, Split

__all__ = [
    "CLASS_NAMES",
    "IMAGE_SIDE",
    "DataError",
    "DataSplits",
    "ImageSet",
    "LabelledImages",
    "Split",
    "load_splits",
    "read_split",
]

CLASS_NAMES = DEFAULT.class_names
IMAGE_SIDE = DEFAULT.side
