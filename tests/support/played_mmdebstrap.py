"""A program of mmdebstrap's name, first on the PATH, for tests of what is made with it."""

from __future__ import annotations

from pathlib import Path

import pytest


def first_on_the_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where it is, for the test to write with `play`; the store of what it makes is in the same folder."""
    program = folder / "bin" / "mmdebstrap"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    return program


def play(program: Path, body: str) -> None:
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
