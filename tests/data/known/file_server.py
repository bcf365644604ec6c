"""A server on this very machine that gives away small data sets, and has the faults of servers."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from lenet_desktop.data.known.originals import ORIGINALS, OriginalFile
from tests.data.known.made_originals import given_away, small_originals

__all__ = ["small_originals"]


@dataclass
class Server:
    """What a server has, how it answers, and what it was asked for.

    Attributes:
        files: by their paths.
        knows_ranges: whether it sends the rest of a file when asked for it.
        breaks_after: bytes of an answer after which the connection ends, once.
        asked: the path and the range of each request.
        on_asked: is called at each request.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    knows_ranges: bool = True
    shift: int = 0
    breaks_after: int | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    on_asked: Callable[[], object] = lambda: None
    address: str = ""

    def answer(self, request: http.server.BaseHTTPRequestHandler) -> None:
        wanted = request.headers["Range"]
        self.asked.append((request.path, wanted))
        self.on_asked()
        content = self.files.get(request.path)
        if content is None:
            request.send_error(404)
            return
        start = 0
        if wanted and self.knows_ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                request.send_error(416)
                return
            request.send_response(206)
            end = len(content) - 1
            request.send_header("Content-Range", f"bytes {start + self.shift}-{end}/{len(content)}")
        else:
            request.send_response(200)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        sent = content[start:][: self.breaks_after]
        self.breaks_after = None
        request.wfile.write(sent)


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with contextlib.suppress(ConnectionError):
                served.answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=[0.01])
        thread.start()
        served.address = f"http://127.0.0.1:{listening.server_port}"
        yield served
        listening.shutdown()
        thread.join()


@pytest.fixture
def offered(server: Server, small_originals: None, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Have the small data sets come from the server."""
    for key, original in ORIGINALS.items():
        server.files |= {f"/{key}/{name}": each for name, each in given_away(key).items()}
        files = tuple(
            OriginalFile((f"{server.address}/{key}/{each.name}",), each.md5)
            for each in original.files
        )
        monkeypatch.setitem(ORIGINALS, key, replace(original, files=files))
    return server
