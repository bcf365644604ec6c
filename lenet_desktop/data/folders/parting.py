"""Parts pictures of one's own into those to learn from and those to be judged on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_scan import (
    FEWEST_PER_CLASS,
    TABLE,
    FolderScan,
    FoundPicture,
)
from lenet_desktop.data.images import Bytes, DataError, ImageSet, Split, described_by_content
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, one_line

KEY = "folder"
"""By which files know that a data set is of somebody's own."""

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


def make_parts(
    scan: FolderScan,
    kept: Sequence[FoundPicture],
    images: Bytes,
    equal: Numbers,
    options: FolderOptions,
) -> Mapping[Split, ImageSet]:
    """Part pictures into those to learn from and those to be judged on.

    Args:
        scan: what they are called, and their classes.
        kept: N pictures.
        images: what is read of them, uint8 (N, channels, side, side).
        equal: int64 (N,), the same number for those that are equal, counted from 0.
        options: how much is held out, and how.

    Raises:
        DataError: there are too few of a class, or they make no data set.
    """
    labels = np.array([found.label for found in kept], np.uint8)
    _check(scan, labels, equal)
    given = np.array([found.split is Split.TEST for found in kept])
    is_test = held_out(labels, given, equal, options)
    _check_parts(scan, labels, is_test)
    parts = {Split.TRAIN: ~is_test, Split.TEST: is_test}
    try:
        return described_by_content(
            {split: (images[chosen], labels[chosen]) for split, chosen in parts.items()},
            key=KEY,
            title=title_of(scan),
            class_names=_class_names(scan),
            can_be_mirrored=options.can_be_mirrored,
            preparation=options.how,
            source=marked("a folder of one's own"),
            licence="",
            **({} if _are_parted(given) else _drawn_by(options)),
        )
    except ValueError as error:
        raise DataError(_("This folder makes no data set: {error}").format(error=error)) from error


def held_out(labels: Bytes, given: Bools, equal: Numbers, options: FolderOptions) -> Bools:
    """Tell which pictures are to be judged on. Equal pictures stay together.

    Args:
        labels: uint8 (N,).
        given: bool (N,), which the folder says are for testing.
        equal: int64 (N,), the same number for those that are equal.
        options: how much of each class is drawn, and how, where the folder does not say it.
    """
    return np.isin(equal, equal[given]) if _are_parted(given) else _drawn(labels, equal, options)


def _are_parted(given: Bools) -> bool:
    return bool(given.any() and not given.all())


def _drawn_by(options: FolderOptions) -> dict[str, Any]:
    return {"test_share": options.test_share, "test_seed": options.seed}


def _test_count(of_class: int, options: FolderOptions) -> int:
    """Return how many pictures of a class are held out, at least one and never all."""
    return max(min(max(round(of_class * options.test_share), 1), of_class - 1), 0)


def is_made_of(info: DatasetInfo, scan: FolderScan) -> bool:
    """Whether a data set was made of a folder of this name with these classes."""
    return (info.key, info.title, info.class_names) == (KEY, title_of(scan), _class_names(scan))


def title_of(scan: FolderScan) -> str:
    """Return what a data set is called that is made of a folder."""
    name = scan.root.stem if scan.root.suffix == TABLE else scan.root.name
    return one_line(name)[:80] or "Pictures"


def _class_names(scan: FolderScan) -> tuple[str, ...]:
    return tuple(one_line(name)[:80] for name in scan.class_names)


def _check(scan: FolderScan, labels: Bytes, equal: Numbers) -> None:
    """See that enough different pictures of each class could be read."""
    for label, name in enumerate(scan.class_names):
        count = len(np.unique(equal[labels == label]))
        if count < FEWEST_PER_CLASS:
            raise DataError(
                counted(
                    count,
                    "Of the class {name} only {count} different picture can be used, and a class "
                    "needs {fewest}. Add some, or take its folder away.",
                    "Of the class {name} only {count} different pictures can be used, and a class "
                    "needs {fewest}. Add some, or take its folder away.",
                    name=one_line(name),
                    fewest=FEWEST_PER_CLASS,
                )
            )


def _drawn(labels: Bytes, equal: Numbers, options: FolderOptions) -> Bools:
    """Choose what is held out: a share of each class, by the seed."""
    _numbers, first, equal = np.unique(equal, return_index=True, return_inverse=True)
    first, equal = np.unique(first[equal], return_inverse=True)  # in the order of the pictures
    in_test, sizes = np.zeros(len(first), np.bool_), np.bincount(equal)
    of_group = labels[first]
    generator = np.random.default_rng(options.seed)
    for label in np.unique(of_group):
        groups = generator.permutation(np.flatnonzero(of_group == label))
        reached = np.cumsum(sizes[groups])
        wanted = _test_count(int(reached[-1]), options)
        count = int(np.searchsorted(reached, wanted)) + 1
        in_test[groups[: min(count, len(groups) - 1)]] = True
    return in_test[equal]


def _check_parts(scan: FolderScan, labels: Bytes, is_test: Bools) -> None:
    """See that there is something to learn from of each class, and something to be judged on."""
    if is_test.all() or not is_test.any():
        raise DataError(_("Too few different pictures are left to learn from and to be judged on."))
    unlearned = set(labels.tolist()) - set(labels[~is_test].tolist())
    if unlearned:
        name = one_line(scan.class_names[min(unlearned)])
        raise DataError(
            _(
                "Of the class {name} all pictures are held out for testing. Put some "
                "beside those to learn from, or take its folder away."
            ).format(name=name)
        )
