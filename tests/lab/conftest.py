"""The labs for all tests of this folder: each up from when a test first wants it until a worker leaves the folder, in the seed's
state at the start of every test.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvstui.cluster.plan.guards import reloading
from lvstui.lab.lab import Lab
from lvstui.lab.options import LabOptions
from lvstui.session import change_runner
from tests.support.labs import a_lab, forget_soon
from tests.support.patience import held_live, patient_add, patient_commands, patient_links
from tests.support.waiting import LIMIT_S

__all__ = ["held_live", "patient_add", "patient_commands", "patient_links"]


@pytest.fixture(autouse=True)
def patient_lab(held_live: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No Director of the lab is silent, no reload takes too long, and no drill is given up, because the machine is slow."""
    monkeypatch.setattr(reloading, "_too_long", lambda facts, others: iter(()))
    monkeypatch.setattr(change_runner, "DRILL_SILENCE", LIMIT_S)


@pytest.fixture(scope="package")
def running_lab() -> Iterator[Lab]:
    with a_lab(LabOptions()) as lab:
        forget_soon(lab)
        yield lab


@pytest.fixture(scope="package")
def running_mixed_lab() -> Iterator[Lab]:
    with a_lab(LabOptions(releases=("bullseye", "trixie"))) as lab:
        forget_soon(lab)
        yield lab


@pytest.fixture(scope="package")
def running_plain_lab() -> Iterator[Lab]:
    with a_lab(LabOptions(releases=("bookworm", "trixie"), inits=("none", "none"))) as lab:
        forget_soon(lab)
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


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: there is a socket in it."""
    path = Path(tempfile.mkdtemp(prefix="lvt-"))
    yield path
    shutil.rmtree(path)
