"""What a person is told of a folder: its pictures, their sizes and colours, and unequal classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lenet_desktop.data.folders.folder_preview import FolderCheck, FolderLook, Size
from lenet_desktop.data.folders.folder_scan import FolderScan
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.text.wording import counted, figure, joined, one_line, percent, whole

_UNEQUAL_FROM = 3
"""How many times the smallest class the largest one is, from where that is told."""


def facts_told(look: FolderLook, check: FolderCheck | None, count: int) -> str:
    """Say how many pictures there are, of which sizes, and how many have colours."""
    classes = counted(len(look.scan.class_names), "{count} class", "{count} classes")
    words = [
        counted(
            count, "{count} picture in {classes}", "{count} pictures in {classes}", classes=classes
        )
    ]
    sizes: dict[Size, int] = Counter(sample.size for sample in look.samples)
    read, coloured = len(look.samples), sum(not sample.is_grey for sample in look.samples)
    if check is not None and check.sizes:
        sizes, read, coloured = dict(check.sizes), sum(check.sizes.values()), check.coloured
    if read:
        words += [_sizes(sizes), _colours(coloured, read)]
    return pgettext("facts in a line", "{facts}.").format(facts=joined(words))


def _sizes(sizes: dict[Size, int]) -> str:
    def named(size: Size) -> str:
        return f"{whole(size[0])} x {whole(size[1])}"

    by_area = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    least, largest = by_area[0], by_area[-1]
    if least == largest:
        return _("all of {size} pixels").format(size=named(least))
    usual = max(by_area, key=lambda size: sizes[size])
    text = _("of {least} to {largest} pixels, mostly {usual}")
    return text.format(least=named(least), largest=named(largest), usual=named(usual))


def _colours(coloured: int, read: int) -> str:
    if coloured in (0, read):
        return pgettext("pictures", "in colour") if coloured else pgettext("pictures", "grey")
    share = percent(max(coloured / read, 0.01), 0)
    return _("{share} of them in colour").format(share=share)


def imbalance_told(scan: FolderScan, counts: Sequence[int]) -> str:
    """Return a sentence about classes of very unequal size, empty where they are not."""
    least, most = min(counts), max(counts)
    if most <= _UNEQUAL_FROM * max(least, 1):
        return ""
    largest, smallest = (one_line(scan.class_names[counts.index(each)]) for each in (most, least))
    times = figure(round(most / max(least, 1), 1), ".15g")
    text = _(
        "{largest} has {times} times as many pictures as {smallest}: judge by the balanced "
        "accuracy, and use class weights."
    )
    return text.format(largest=largest, times=times, smallest=smallest)


def check_told(check: FolderCheck) -> str:
    """Say how many pictures were looked at."""
    if check.done >= check.total:
        text = _("All {total} pictures were looked at.")
    else:
        text = _("{done} of {total} pictures were looked at so far.")
    return text.format(done=whole(check.done), total=whole(check.total))
