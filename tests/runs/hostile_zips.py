"""Zips that were made to do harm, or have come to it: a real export with one thing wrong."""

from __future__ import annotations

import copy
import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from lenet_desktop.runs.run_archive import LARGEST_EPOCH

NEW = "epoch-0004.safetensors"
"""A name that a file of a run may have, and that is not in the export."""
NOT_OF_A_RUN = "which is no part of a run"
TOO_MANY = "it holds too many files"
MANY_EPOCHS = [f"epoch-{number:04}.safetensors" for number in range(1, 2_004)]


@dataclass(frozen=True, slots=True)
class Hostile:
    """What makes a hostile zip of the export of a run, and how it is refused."""

    name: str
    make: Callable[[bytes], bytes]
    reason: str


def edited(content: bytes, edit: Callable[[zipfile.ZipFile], object]) -> bytes:
    """Return a zip after something was done to it; its directory is written last."""
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        edit(archive)
        archive._didModify = True  # type: ignore[attr-defined]  # its directory is written anew
    return stream.getvalue()


def added(
    name: str, content: bytes = b"", how: int = zipfile.ZIP_STORED, **facts: int
) -> Callable[[bytes], bytes]:
    """Put in one more file; `facts` are what its place in the directory says of it."""

    def add(archive: zipfile.ZipFile) -> None:
        archive.writestr(zipfile.ZipInfo(name), content, how)
        for fact, value in facts.items():
            setattr(archive.filelist[-1], fact, value)

    return lambda real: edited(real, add)


def named(name: bytes) -> Callable[[bytes], bytes]:
    """Put in one more file whose name has just these bytes, which no well-meaning zip has."""
    stand_in = b"?" * len(name)
    return lambda real: added(stand_in.decode())(real).replace(stand_in, name)


def of_kind(kind: int) -> Callable[[bytes], bytes]:
    """Put in what is no file, but for example a link to one."""
    return added(NEW, b"../../../../etc/passwd", external_attr=(kind | 0o777) << 16)


def stated(name: str, **facts: int) -> Callable[[bytes], bytes]:
    """Have the directory say something else of a file that is there."""

    def state(archive: zipfile.ZipFile) -> None:
        for fact, value in facts.items():
            setattr(archive.getinfo(name), fact, value)

    return lambda real: edited(real, state)


def overlapping(real: bytes) -> bytes:
    """List the same bytes again and again as other files, as David Fifield's bomb does (2019)."""

    def repeat(archive: zipfile.ZipFile) -> None:
        first = archive.getinfo("epoch-0001.safetensors")
        for name in MANY_EPOCHS[3:100]:
            again = copy.copy(first)
            again.filename = again.orig_filename = name
            archive.filelist.append(again)

    return edited(real, repeat)


def beyond_the_end(real: bytes) -> bytes:
    """Let the last file go on through the directory until there are no more bytes."""
    with_last = added(NEW, b"last")(real)
    size = 4 + len(with_last) - with_last.index(b"PK\x01\x02") + 10
    return stated(NEW, file_size=size, compress_size=size)(with_last)


def at_the_end(real: bytes) -> bytes:
    """Let a file begin where there is no room for what is said at its beginning."""
    return stated("epoch-0001.safetensors", header_offset=len(real) - 10)(real)


def without_about(real: bytes) -> bytes:
    return edited(real, lambda archive: archive.filelist.remove(archive.getinfo("about.json")))


def of_empty_files(names: list[str]) -> Callable[[bytes], bytes]:
    def make(_real: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name in names:
                archive.writestr(zipfile.ZipInfo(name), b"")
        return stream.getvalue()

    return make


def inside(folder: str) -> Callable[[bytes], bytes]:
    """Put everything into a folder, in the order of its files' names."""

    def move(real: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(real)) as old, zipfile.ZipFile(stream, "w") as new:
            for name in old.namelist():
                new.writestr(zipfile.ZipInfo(folder + name), old.read(name))
        return stream.getvalue()

    return move


def overlapping_litter(real: bytes) -> bytes:
    """List the bytes of an epoch again and again as what is passed over."""

    def repeat(archive: zipfile.ZipFile) -> None:
        for number in range(100):
            again = copy.copy(archive.getinfo("epoch-0001.safetensors"))
            again.filename = again.orig_filename = f"._{number}"
            archive.filelist.append(again)

    return edited(real, repeat)


def bomb(_real: bytes) -> bytes:
    """Pack megabytes of zeros, each file of which is small enough by itself."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("about.json", *MANY_EPOCHS[:4]):
            archive.writestr(name, bytes(2**20 if name == "about.json" else 2**22))
    return stream.getvalue()


def claiming(real: bytes, place: int, value: bytes) -> bytes:
    """Write other bytes into the record at the end, which says where the directory is."""
    end = real.rindex(b"PK\x05\x06") + place
    return real[:end] + value + real[end + len(value) :]


NAMES = (
    b"../about.json", b"../../evil.safetensors", b"/evil.safetensors", b"//host/share/evil",
    b"..\\evil.safetensors", b"C:\\evil.safetensors", b"C:evil.safetensors",
    b"folder/" + NEW.encode(), b"./folder/" + NEW.encode(), b"./../" + NEW.encode(),
    b"././" + NEW.encode(), b"/" + NEW.encode(), b"folder/../" + NEW.encode(),
    b"__MACOSX" + NEW.encode(), b"x.DS_Store", b"Thumbs.db.exe",
    b"lock", b"runs.sqlite", NEW.upper().encode(),
    NEW.encode() + b"\0", NEW.encode() + b"\0.exe", NEW.encode() + b"\n", NEW.encode() + b" ",
    NEW.encode() + b".part", NEW.encode() + b":stream", b"epoch-4.safetensors",
    b"epoch-00004.safetensors", b"epoch--001.safetensors", b"checkpoint-0003.safetensors", b"\xff",
)  # fmt: skip

HOSTILE = [
    *(Hostile(f"a file called {name!r}", named(name), NOT_OF_A_RUN) for name in NAMES),
    Hostile("a file without a name", added(""), NOT_OF_A_RUN),
    Hostile("other digits", added("epoch-000\N{FULLWIDTH DIGIT FOUR}.safetensors"), NOT_OF_A_RUN),
    Hostile("a name that turns around", added("\N{RIGHT-TO-LEFT OVERRIDE}txt.evil"), NOT_OF_A_RUN),
    Hostile("a name of 60 kB", added("n" * 60_000), NOT_OF_A_RUN),
    Hostile("a link", of_kind(stat.S_IFLNK), NOT_OF_A_RUN),
    Hostile("a pipe", of_kind(stat.S_IFIFO), NOT_OF_A_RUN),
    Hostile("a device", of_kind(stat.S_IFBLK), NOT_OF_A_RUN),
    Hostile("a folder with the name of a file", of_kind(stat.S_IFDIR), NOT_OF_A_RUN),
    Hostile("a second about.json", named(b"about.json"), "it holds “about.json” twice"),
    Hostile(
        "a second checkpoint",
        added("checkpoint-0002-000001.safetensors"),
        "it holds more than one checkpoint",
    ),
    Hostile("./ before a second about.json", added("./about.json"), "it holds “about.json” twice"),
    Hostile("a second run in a folder", added("other/about.json"), NOT_OF_A_RUN),
    Hostile("files beside its folder", lambda r: added(NEW)(inside("run/")(r)), NOT_OF_A_RUN),
    Hostile("a run in two folders", inside("outer/inner/"), NOT_OF_A_RUN),
    Hostile("a run in the folder above", inside("../"), NOT_OF_A_RUN),
    Hostile("a run at the root of the disk", inside("/"), NOT_OF_A_RUN),
    Hostile("a folder with something in it", added("folder/", b"something"), NOT_OF_A_RUN),
    Hostile("too much litter", of_empty_files([f"._{n}" for n in range(2_100)]), TOO_MANY),
    Hostile("a bomb among the litter", added(".DS_Store", file_size=2**31), "which no run has"),
    Hostile("litter that overlaps", overlapping_litter, "its files overlap"),
    Hostile("no about.json", without_about, "there is no about.json in it"),
    Hostile("nothing in it", of_empty_files([]), "there is no about.json in it"),
    Hostile("too many files", of_empty_files(["about.json", *MANY_EPOCHS]), TOO_MANY),
    Hostile("far too many files", of_empty_files([str(n) for n in range(11_000)]), TOO_MANY),
    Hostile("a bomb", bomb, "it would unpack to 18\xa0MB, which no run has"),
    Hostile(
        "a large file",
        added(NEW, b"small", zipfile.ZIP_DEFLATED, file_size=LARGEST_EPOCH + 1),
        f"its “{NEW}” is too large (68\xa0MB)",
    ),
    Hostile(
        "a file that would be large",
        stated("epoch-0001.safetensors", file_size=2**40),
        "its “epoch-0001.safetensors” is too large (1,099,512\xa0MB)",
    ),
    Hostile(
        "a file that is larger than it says",
        added(NEW, bytes(2**26), zipfile.ZIP_DEFLATED, file_size=100),
        f"its {NEW} is damaged",
    ),
    Hostile(
        "a file that is smaller than it says",
        added(NEW, b"small", zipfile.ZIP_DEFLATED, file_size=2**20),
        f"its {NEW} is damaged",
    ),
    Hostile("files that overlap", overlapping, "its files overlap"),
    Hostile("a file encrypted", stated("about.json", flag_bits=1), "it is encrypted"),
    Hostile("strongly encrypted", stated("about.json", flag_bits=0x41), "it is encrypted"),
    Hostile(
        "packed by bzip2", added(NEW, b"packed", zipfile.ZIP_BZIP2), "it is packed in a way"
    ),
    Hostile(
        "packed by nobody knows what", added(NEW, b"packed", compress_type=99), "it is packed"
    ),
    Hostile(
        "a file beyond the end",
        stated("epoch-0001.safetensors", header_offset=2**30),
        "its “epoch-0001.safetensors” is damaged",
    ),
    Hostile(
        "a file in the middle of another",
        stated("epoch-0001.safetensors", header_offset=5),
        "its epoch-0001.safetensors is damaged",
    ),
    Hostile("a file that goes on beyond the end", beyond_the_end, f"its {NEW} is damaged"),
    Hostile("a file at the very end", at_the_end, "its epoch-0001.safetensors is damaged"),
    Hostile(
        "a file of another checksum",
        stated("epoch-0001.safetensors", CRC=1),
        "its epoch-0001.safetensors is damaged",
    ),
    Hostile("no bytes", lambda _real: b"", "it is no zip file"),
    Hostile("the first bytes of a zip", lambda real: real[:4], "it is no zip file"),
    Hostile("a text", lambda _real: b"Not a zip at all.\n" * 99, "it is no zip file"),
    Hostile("no directory", lambda real: real[: real.index(b"PK\x01\x02")], "it is no zip file"),
    Hostile("cut in the middle", lambda real: real[: len(real) // 2], "it is no zip file"),
    Hostile("cut at the end", lambda real: real[:-1], "it is no zip file"),
    Hostile("cut at the beginning", lambda real: real[1:], "its “about.json” is damaged"),
    Hostile("a directory of 4 GB", lambda r: claiming(r, 12, b"\xfe" * 4), "it is no zip file"),
    Hostile("a directory elsewhere", lambda r: claiming(r, 16, b"\xfe" * 4), "is damaged"),
]  # fmt: skip
