"""Open a page in a real browser without a window: what it made of it, a picture of it, and everything that it asked for."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.waiting import LIMIT_S

CHROMIUM = "chromium"  # Debian's package
_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--window-size=720,900",
)  # fmt: skip
_NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND"  # it reaches no host, whatever it wants of one
_ITS_OWN = ("google.com", "googleapis.com")  # what the browser asks for by itself, in vain
_URL = re.compile(r'"url":"([^"]*)"')


@dataclass(frozen=True)
class Browsed:
    """What became of a page in the browser."""

    dom: str
    colours: Counter[tuple[int, int, int]]  # of the picture's pixels
    requests: list[str]  # of anything but the page itself


def browse(page: Path, *, dark: bool = False) -> Browsed:
    """Open a page. No process of the browser is left, nor a file."""
    folder = Path(tempfile.mkdtemp(prefix="lvb-"))
    log, picture = folder / "net.json", folder / "page.png"
    command = [
        CHROMIUM, *_OPTIONS, _NOWHERE, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}",
        f"--screenshot={picture}", "--dump-dom", *(["--force-dark-mode"] if dark else []), page.as_uri(),
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
        start_new_session=True,
    )
    try:
        dom, _ = process.communicate(timeout=LIMIT_S)
        asked = set(_URL.findall(log.read_text(errors="replace")))
        requests = sorted(one for one in asked if not (urlsplit(one).hostname or "").endswith(_ITS_OWN))
        return Browsed(dom.decode(), pixels(picture.read_bytes()), requests)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def pixels(png: bytes) -> Counter[tuple[int, int, int]]:
    """Count the colours of a PNG, of eight bits and three or four channels."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, header = 8, b"", b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        header, data = (body, data) if kind == b"IHDR" else (header, data + body if kind == b"IDAT" else data)
        at += length + 12
    width, height, depth, colour = struct.unpack(">IIBB", header[:10])
    assert depth == 8 and colour in (2, 6), (depth, colour)
    channels, raw = (3 if colour == 2 else 4), zlib.decompress(data)
    stride = width * channels
    found: Counter[tuple[int, int, int]] = Counter()
    before = bytearray(stride)
    for row in range(height):
        start = row * (stride + 1)
        line = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), before, channels)
        found.update(zip(line[0::channels], line[1::channels], line[2::channels], strict=True))
        before = line
    return found


def _unfiltered(kind: int, line: bytearray, above: bytearray, channels: int) -> bytearray:
    """Undo a filter of PNG on one line."""
    for at in range(len(line)):
        left = line[at - channels] if at >= channels else 0
        corner = above[at - channels] if at >= channels else 0
        if kind == 1:
            line[at] = (line[at] + left) & 255
        elif kind == 2:
            line[at] = (line[at] + above[at]) & 255
        elif kind == 3:
            line[at] = (line[at] + (left + above[at]) // 2) & 255
        elif kind == 4:
            guess = left + above[at] - corner
            near = min(
                (abs(guess - left), 0, left), (abs(guess - above[at]), 1, above[at]), (abs(guess - corner), 2, corner)
            )
            line[at] = (line[at] + near[2]) & 255
    return line
