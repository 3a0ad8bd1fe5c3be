"""Send what a client sends through the VIP, from one long-lived process: short requests, or connections held open.

Each stream runs on a thread of its own in the client's network namespace until its time is over or it is stopped.
"""

from __future__ import annotations

import errno
import itertools
import re
import socket
import threading
import time
from typing import Any

from .addresses import CLIENT
from .networks import in_network

_KEPT_SEQUENCE = 1000
_LATE_S = 0.5
# A port that comes round again soon can meet what IPVS still knows of a connection that did not end (for up to 15 minutes),
# made for another return path, and is never answered. The kernel takes its ports at random, and none of these.
_PORTS = itertools.cycle(range(2048, 32768))
_TRIED_PORTS = 1000  # of those that are in use, for one connection
_PAGE = re.compile(rb"Welcome to nginx (\d+)")


class Stream:
    """A bounded stream of requests; its report may be read while it runs."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.kind = str(request["kind"])
        self._target = (str(request["address"]), int(request["port"]))
        self._source = str(request["source"])
        self._patience_s = float(request["patience_s"])
        self._interval_s = 1.0 / float(request["rate"])
        self._count = int(request["count"])
        self._deadline = time.monotonic() + float(request["seconds"])
        self._stopped = threading.Event()
        self._pages: dict[str, int] = {}
        self._errors: dict[str, int] = {}
        self._sequence: list[str] = []
        self._sent = 0
        self._last_answer = time.monotonic()
        self._longest_gap_s = 0.0
        self._longest_answer_s = 0.0
        self._late = 0
        self._connections: list[dict[str, Any]] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin, and return at once."""
        self._thread.start()

    def stop(self) -> None:
        """End it and wait until it has ended, at most for one request."""
        self._stopped.set()
        self._thread.join()

    def report(self) -> dict[str, Any]:
        """Return what the client has seen so far; times in seconds."""
        return {
            "kind": self.kind,
            "running": self._thread.is_alive(),
            "sent": self._sent,
            "answered": sum(self._pages.values()),
            "pages": dict(self._pages),
            "errors": dict(self._errors),
            "sequence": list(self._sequence),
            "longest_gap_s": round(self._longest_gap_s, 3),
            "longest_answer_s": round(self._longest_answer_s, 3),
            "late": self._late,
            "connections": [dict(connection) for connection in self._connections],
        }

    def _run(self) -> None:
        in_network(CLIENT, self._requests if self.kind == "requests" else self._hold)

    def _over(self) -> bool:
        return self._stopped.is_set() or time.monotonic() >= self._deadline

    def _pause(self, begun: float) -> None:
        self._stopped.wait(max(0.0, min(begun + self._interval_s, self._deadline) - time.monotonic()))

    def _requests(self) -> None:
        self._last_answer = time.monotonic()
        while not self._over() and self._sent < self._count:
            begun = time.monotonic()
            self._sent += 1
            try:
                with self._connect() as connection:
                    self._answered(_ask(connection, keep=False), begun)
            except OSError as error:
                self._failed(error)
            if self._sent < self._count:
                self._pause(begun)
        self._note_gap(time.monotonic())

    def _hold(self) -> None:
        """Hold `count` connections, each asked once per interval for as long as it holds."""
        held: list[tuple[socket.socket, dict[str, Any]]] = []
        for _ in range(self._count):
            connection, seen = self._open()
            self._connections.append(seen)
            if connection is not None:
                held.append((connection, seen))
        while held and not self._over():
            begun = time.monotonic()
            held = [(connection, seen) for connection, seen in held if self._exchange(connection, seen)]
            self._pause(begun)
        for connection, _ in held:
            connection.close()

    def _open(self) -> tuple[socket.socket | None, dict[str, Any]]:
        seen: dict[str, Any] = {"page": None, "exchanges": 0, "error": None}
        try:
            connection = self._connect()
        except OSError as error:
            self._failed(error)
            return None, {**seen, "error": _name(error)}
        return connection, seen

    def _exchange(self, connection: socket.socket, seen: dict[str, Any]) -> bool:
        begun = time.monotonic()
        self._sent += 1
        try:
            page = _ask(connection, keep=True)
        except OSError as error:
            seen["error"] = _name(error)
            connection.close()
            self._failed(error)
            return False
        seen.update(page=page, exchanges=seen["exchanges"] + 1)
        self._answered(page, begun)
        return True

    def _connect(self) -> socket.socket:
        for port in itertools.islice(_PORTS, _TRIED_PORTS):
            try:
                return socket.create_connection(self._target, self._patience_s, (self._source, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, "address already in use")

    def _answered(self, page: str, begun: float) -> None:
        now = time.monotonic()
        self._pages[page] = self._pages.get(page, 0) + 1
        if len(self._sequence) < _KEPT_SEQUENCE:
            self._sequence.append(page)
        self._longest_answer_s = max(self._longest_answer_s, now - begun)
        self._late += now - begun >= _LATE_S
        self._note_gap(now)
        self._last_answer = now

    def _note_gap(self, now: float) -> None:
        self._longest_gap_s = max(self._longest_gap_s, now - self._last_answer)

    def _failed(self, error: OSError) -> None:
        self._errors[_name(error)] = self._errors.get(_name(error), 0) + 1


def _name(error: OSError) -> str:
    # By its text: before Python 3.10 a socket's own timeout is no TimeoutError.
    return "timeout" if "timed out" in str(error) else (error.strerror or str(error)).lower()


def _ask(connection: socket.socket, keep: bool) -> str:
    """Send one request; return the number in the page, which is the port of the web server that made it."""
    wish = b"keep-alive" if keep else b"close"
    connection.sendall(b"GET / HTTP/1.1\r\nHost: lab\r\nConnection: " + wish + b"\r\n\r\n")
    data = b""
    while not (match := _PAGE.search(data)):
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionResetError(104, "closed by the other side")
        data += chunk
    return match.group(1).decode()
