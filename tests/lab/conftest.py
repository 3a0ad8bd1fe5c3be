"""The labs for a whole run of tests: each up when a test first wants it, in the seed's state at the start of every test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lvstui.lab.lab import Lab
from lvstui.lab.options import LabOptions


@contextmanager
def a_lab(options: LabOptions) -> Iterator[Lab]:
    """Up, in a folder of its own (a short one: there are sockets in it), and down again."""
    folder = Path(tempfile.mkdtemp(prefix="lvl-"))
    try:
        with Lab.up(options, folder / "lab") as lab:
            yield lab
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the lab removes an empty one itself


@pytest.fixture(scope="session")
def running_lab() -> Iterator[Lab]:
    with a_lab(LabOptions()) as lab:
        yield lab


@pytest.fixture(scope="session")
def running_mixed_lab() -> Iterator[Lab]:
    with a_lab(LabOptions(releases=("bullseye", "trixie"))) as lab:
        yield lab


@pytest.fixture(scope="session")
def running_plain_lab() -> Iterator[Lab]:
    with a_lab(LabOptions(releases=("bookworm", "trixie"), inits=("none", "none"))) as lab:
        yield lab


@pytest.fixture
def lab(running_lab: Lab) -> Iterator[Lab]:
    """Two bookworm Directors with systemd, in the seed's state; what a test changed is put back after it."""
    yield running_lab
    running_lab.reset()


@pytest.fixture
def mixed_lab(running_mixed_lab: Lab) -> Iterator[Lab]:
    """director1 on bullseye (keepalived 2.1.5), director2 on trixie (2.3.3), both with systemd."""
    yield running_mixed_lab
    running_mixed_lab.reset()


@pytest.fixture
def plain_lab(running_plain_lab: Lab) -> Iterator[Lab]:
    """director1 on bookworm, director2 on trixie, both without systemd: signals, and a log by syslogd."""
    yield running_plain_lab
    running_plain_lab.reset()
