"""A faulty line to an ERP: an HTTP proxy that fails the calls it is told to fail, before or after the ERP.

The ERP behind it is real and does what reaches it; what fails is what a network fails at.
"""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# name: whether the ERP gets the call, and what our side sees.
FAULTS = {
    "refused before": (False, "cut"),
    "503 before": (False, "503"),
    "500 before": (False, "500"),
    "429 before": (False, "429"),
    "409 before": (False, "409"),
    "cut after": (True, "cut"),
    "half an answer": (True, "half"),
    "500 after": (True, "500"),
    "504 after": (True, "504"),
    "too late": (True, "late"),
    "hangs": (False, "late"),
}
_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "host"}


@dataclass(slots=True)
class FaultyLine:
    """One proxy in front of one ERP."""

    port: int  # of the ERP
    patience: float = 2.0  # of our side; "too late" is later than that
    fault: str = ""
    at: int = 0  # the call that fails, counted from 1; 0: none
    calls: int = 0
    seen: list[str] = field(default_factory=list)
    server: "ThreadingHTTPServer | None" = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Return where our side calls."""
        assert self.server is not None  # noqa: S101 it is running
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def expect(self, fault: str = "", at: int = 0) -> None:
        """Count anew, and fail the call of this number once."""
        with self.lock:
            self.fault, self.at, self.calls = fault, at, 0
            self.seen.clear()

    def next_fault(self, what: str) -> str:
        """Return how the call that came now is to fail; empty where it is not."""
        with self.lock:
            self.calls += 1
            self.seen.append(what)
            return self.fault if self.calls == self.at else ""


@contextmanager
def faulty_line(port: int, patience: float = 2.0) -> Iterator[FaultyLine]:
    """Yield a line to the ERP on this port; it is closed at the end."""
    line = FaultyLine(port, patience)

    class Handler(_Handler):
        pass

    Handler.line = line
    line.server = _Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=line.server.serve_forever, daemon=True).start()
    try:
        yield line
    finally:
        line.server.shutdown()
        line.server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: broken lines are what this is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    line: FaultyLine

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""

    def _carry(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        reaches, shown = FAULTS.get(self.line.next_fault(f"{self.command} {self.path}"), (True, ""))
        answer = self._ask(body) if reaches else None
        if shown == "late":
            time.sleep(self.line.patience * 1.5)
        if shown in ("cut", "late"):
            self._cut()
        elif shown == "half":
            self._half(answer)
        elif shown:
            self._say(int(shown), b"the line is faulty", {"Retry-After": "0"})
        elif answer is None:
            self._cut()  # the ERP is down
        else:
            self._say(*answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _carry  # noqa: N815 as http.server wants

    def _ask(self, body: bytes) -> tuple[int, bytes, dict[str, str]] | None:
        there = http.client.HTTPConnection("127.0.0.1", self.line.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        try:
            there.request(self.command, self.path, body, headers)
            answer = there.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            there.close()
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP}
        return answer.status, content, kept

    def _say(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _half(self, answer: tuple[int, bytes, dict[str, str]] | None) -> None:
        if answer is not None:
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(answer[1]) + 10))
            self.end_headers()
            self.wfile.write(answer[1][: len(answer[1]) // 2])
        self._cut()

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
