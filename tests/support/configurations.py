"""What the tests of the language share: reading text, the corpus, and applying a diff as `patch` would.

Not for: tests.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from lvstui.keepalived import Configuration, MemoryFiles, RealServerKey, load
from lvstui.keepalived.parsing.dialect import Version
from tests.support.paths import SHARED

CORPUS = SHARED / "corpus"
CORPUS2 = CORPUS.with_name("corpus2")
CORPUS_ID = "vm"  # the config id with which the oracle was made
WHEN = datetime(2026, 11, 22, 14, 1)
_HUNK = re.compile(rb"@@ -(\d+),(\d+) \+\d+,\d+ @@\n")


def corpus() -> list[Path]:
    """The real files; the test is skipped where they are not."""
    if not CORPUS.is_dir():
        pytest.skip("../shared/corpus is not here")
    return sorted(path for path in CORPUS.iterdir() if path.name not in ("index.tsv", "oracle.json"))


def read(
    text: str | bytes, config_id: str = "director1", version: tuple[int, int, int] | None = None, **files: str | bytes
) -> Configuration:
    """The configuration of one text, other files given by name (`a_conf` is a.conf)."""
    data = {"keepalived.conf": _bytes(text)} | {name.replace("_", "."): _bytes(body) for name, body in files.items()}
    globs = {name: [name] for name in data} | {"*.conf": [name for name in data if name != "keepalived.conf"]}
    return load("keepalived.conf", MemoryFiles(data, globs), config_id, version)


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def weights(configuration: Configuration) -> dict[tuple[str, str], int]:
    """Every real server's weight, by names."""
    return {
        (server.id, str(real.key)): real.weight
        for server in configuration.virtual_servers
        for real in server.real_servers
    }


def key(text: str) -> RealServerKey:
    return RealServerKey.parse(text)


def patched(files: dict[str, bytes], diff: bytes) -> dict[str, bytes]:
    """The files after the diff, every context and removed line checked."""
    result = dict(files)
    for part in re.split(rb"(?m)^(?=--- )", diff)[1:]:
        header, _, body = part.partition(b"\n")
        body = body.partition(b"\n")[2]
        path = header[4:].rstrip(b"\t").decode()
        old = re.findall(rb"[^\n]*\n|[^\n]+", result[path])
        out: list[bytes] = []
        position = 0
        hunks = _HUNK.split(body)
        for start, length, lines in zip(hunks[1::3], hunks[2::3], hunks[3::3], strict=True):
            begin = int(start) - (int(length) > 0)
            out += old[position:begin]
            position = begin
            for line in re.findall(rb"(?:[ +-][^\n]*\n)(?:\\[^\n]*\n)?", lines):
                sign, text = line[:1], line[1:]
                if b"\n\\ No newline" in text:
                    text = text[: text.index(b"\n\\")]
                if sign in b" -":
                    assert old[position] == text
                    position += 1
                if sign in b" +":
                    out.append(text)
        result[path] = b"".join(out + old[position:])
    return result


def unknown(text: str, version: Version | None) -> list[str]:
    """Return the keywords that keepalived of that version does not know."""
    found = (one.message for one in read(text, version=version).diagnostics)
    return [message.split("'")[1] for message in found if message.startswith("unknown keyword")]
