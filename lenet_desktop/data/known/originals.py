"""The files in which the makers of a data set give it away: from where they come, where they lie.

Addresses and checksums are torchvision's, whose readers read the files. Nothing is asked of a
network here; see `downloads` for that, and `taking_in` for files that somebody has already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from lenet_desktop.data.images import Split
from lenet_desktop.data.known.idx import IdxHeader
from lenet_desktop.data.known.torchvision_sets import SETS
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import byte_count, listed, one_line


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """A file as it is given away.

    Attributes:
        urls: where, the first one first.
        md5: of its content, in hexadecimal digits.
    """

    urls: tuple[str, ...]
    md5: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.urls[0].rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a data set as torchvision's reader looks for it.

    Attributes:
        count: how many images it has.
        images: the file of the images, below the cache folder.
        labels: that of the labels; the same one where they are together.
    """

    count: int
    images: str
    labels: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A data set that is not in the program, but can be got.

    Attributes:
        key: its key in `torchvision_sets.SETS`.
        size: about how many bytes are downloaded.
        files: what is downloaded, or put in its place by hand.
        parts: what is read of it.
        side: height and width of its images, in pixels.
        label_columns: how many numbers its files have for each label.
        unpacked: the MD5 of each file as it is read, by its place below the cache folder, where
            that is known.
        called: what its files or their folder may be called.
    """

    key: str
    size: int
    files: tuple[OriginalFile, ...]
    parts: Mapping[Split, Part]
    side: int = 28
    label_columns: int = 1
    unpacked: Mapping[str, str] = field(default_factory=dict)
    called: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What people call it."""
        return SETS[self.key].title

    @property
    def host(self) -> str:
        """The name of the machine that it comes from first."""
        return urlsplit(self.files[0].urls[0]).hostname or ""

    @property
    def file_names(self) -> tuple[str, ...]:
        """What its files are called."""
        return tuple(file.name for file in self.files)

    @property
    def places(self) -> frozenset[str]:
        """The files that are read, below the cache folder."""
        return frozenset(place for _other, place, _other2 in self.headers())

    def headers(self) -> Iterator[tuple[Split, str, IdxHeader | None]]:
        """Yield the part, the place and the header of each file; of a text None for the last."""
        for split, part in self.parts.items():
            if part.images == part.labels:
                yield split, part.images, None
                continue
            yield split, part.images, IdxHeader("u1", (part.count, self.side, self.side))
            if self.label_columns == 1:
                yield split, part.labels, IdxHeader("u1", (part.count,))
            else:
                yield split, part.labels, IdxHeader(">i4", (part.count, self.label_columns))

    def missing(self, cache: Path) -> list[str]:
        """Return the places of those files that are not here, or not as long as they should be."""
        return [
            place
            for _other, place, header in self.headers()
            if not _is_whole(cache / place, header)
        ]

    def place_of(self, file: OriginalFile) -> str | None:
        """Return where a file is read from, below the cache folder; None for a zip of several."""
        name = file.name.removesuffix(".gz")
        return next((each for each in self.places if each.rpartition("/")[2] == name), None)

    @property
    def words(self) -> str:
        """What a download is: "12 MB from ossci-datasets.s3.amazonaws.com"."""
        return _("{size} from {host}").format(size=byte_count(self.size), host=self.host)


def _packed(addresses: tuple[str, ...], *files: tuple[str, str]) -> tuple[OriginalFile, ...]:
    return tuple(OriginalFile(tuple(at + name for at in addresses), md5) for name, md5 in files)


def _parts(
    counts: tuple[int, ...], start: str, names: Mapping[Split, str], labels: str = "1-ubyte"
) -> Mapping[Split, Part]:
    """Return both parts as idx files, whose names begin with `start`."""
    return {
        split: Part(count, f"{start}{name}-images-idx3-ubyte", f"{start}{name}-labels-idx{labels}")
        for count, (split, name) in zip(counts, names.items(), strict=True)
    }


_T10K = {Split.TRAIN: "train", Split.TEST: "t10k"}
_TEST = {Split.TRAIN: "train", Split.TEST: "test"}
_USPS = "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/"
_EMNIST = _packed(
    ("https://biometrics.nist.gov/cs_links/EMNIST/",),
    ("gzip.zip", "58c8d27c78d21e728a6bc7b3cc06412e"),
)


def _emnist(kind: str, *counts: int) -> Original:
    return Original(
        key=f"emnist-{kind}",
        size=561_753_746,
        files=_EMNIST,
        parts=_parts(counts, f"EMNIST/raw/emnist-{kind}-", _TEST),
    )


ORIGINALS: Mapping[str, Original] = {
    each.key: each
    for each in (
        Original(
            key="mnist",
            size=11_594_722,
            files=_packed(
                (
                    "https://ossci-datasets.s3.amazonaws.com/mnist/",
                    "http://yann.lecun.com/exdb/mnist/",
                ),
                ("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
                ("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"),
                ("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"),
                ("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c"),
            ),
            parts=_parts((60_000, 10_000), "MNIST/raw/", _T10K),
            unpacked={
                "MNIST/raw/train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
                "MNIST/raw/train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
                "MNIST/raw/t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
                "MNIST/raw/t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
            },
        ),
        Original(
            key="kmnist",
            size=21_240_888,
            files=_packed(
                ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
                ("train-images-idx3-ubyte.gz", "bdb82020997e1d708af4cf47b453dcf7"),
                ("train-labels-idx1-ubyte.gz", "e144d726b3acfaa3e44228e80efcd344"),
                ("t10k-images-idx3-ubyte.gz", "5c965bf0a639b31b8f53240b1b52f4d7"),
                ("t10k-labels-idx1-ubyte.gz", "7320c461ea6c1c855c0b718fb2a4b134"),
            ),
            parts=_parts((60_000, 10_000), "KMNIST/raw/", _T10K),
            called=("kmnist", "kuzushiji"),
        ),
        Original(
            key="qmnist",
            size=20_435_162,
            files=_packed(
                ("https://raw.githubusercontent.com/facebookresearch/qmnist/master/",),
                ("qmnist-train-images-idx3-ubyte.gz", "ed72d4157d28c017586c42bc6afe6370"),
                ("qmnist-train-labels-idx2-int.gz", "0058f8dd561b90ffdd0f734c6a30e5e4"),
                ("qmnist-test-images-idx3-ubyte.gz", "1394631089c404de565df7b7aeaf9412"),
                ("qmnist-test-labels-idx2-int.gz", "5b5b05890a5e13444e108efe57b788aa"),
            ),
            parts=_parts((60_000, 60_000), "QMNIST/raw/qmnist-", _TEST, "2-int"),
            label_columns=8,
            called=("qmnist",),
        ),
        _emnist("balanced", 112_800, 18_800),
        _emnist("letters", 124_800, 20_800),
        _emnist("digits", 240_000, 40_000),
        Original(
            key="usps",
            size=8_411_109,
            files=_packed(
                (_USPS,),
                ("usps.bz2", "ec16c51db3855ca6c91edd34d0e9b197"),
                ("usps.t.bz2", "8ea070ee2aca1ac39742fdd1ef5ed118"),
            ),
            parts={
                Split.TRAIN: Part(7_291, "usps.bz2", "usps.bz2"),
                Split.TEST: Part(2_007, "usps.t.bz2", "usps.t.bz2"),
            },
            side=16,
        ),
    )
}  # fmt: skip
"""By their keys, in the order in which they are offered."""


def is_here(key: str, cache: Path) -> bool:
    """Tell whether a data set that is known by name can be read without a network.

    Only the sizes of its files are looked at: what else is wrong with them is told when they are
    read.
    """
    original = ORIGINALS.get(key)
    return original is None or PreparedSets(cache).has(key) or not original.missing(cache)


def _is_whole(file: Path, header: IdxHeader | None) -> bool:
    try:
        size = file.stat().st_size
    except OSError:
        return False
    return size > 0 if header is None else size == header.size


def how_to_get(key: str, cache: Path) -> str:
    """Return what can be done where a data set is not here, as sentences."""
    original = ORIGINALS[key]
    text = _(
        "{title} is not on this machine. It can be downloaded ({download}), or put {files} into "
        "{folder}."
    )
    return text.format(
        title=original.title,
        download=original.words,
        files=listed(original.file_names),
        folder=one_line(hand_folder(cache)),
    )


def hand_folder(cache: Path) -> Path:
    """Return the folder in which files are looked for that somebody puts there by hand."""
    return cache / "originals"
