"""The labs for all tests of this folder: each up from when a test first wants it until a worker leaves the folder, in the seed's
state at the start of every test.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvstui.cli import status_command
from lvstui.cluster.drill import recogniser
from lvstui.cluster.plan.outcome import Limits
from lvstui.lab.lab import Lab
from lvstui.lab.options import LabOptions
from lvstui.record import recorder
from lvstui.session.session import Session
from tests.support.labs import a_lab, forget_soon
from tests.support.patience import patient_links
from tests.support.waiting import LIMIT_S

__all__ = ["patient_links"]  # it holds for every test here as well


@pytest.fixture(autouse=True)
def patient_commands(patient_links: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine also takes long to tell all, to hand on a log, to take a step of a change, and to end a recording."""
    for module, name in (
        (status_command, "CONNECT_LIMIT"),
        (status_command, "TELL_LIMIT"),
        (status_command, "PROBLEM_LIMIT"),
        (recogniser, "_LOG_PATIENCE"),
        (recorder, "_LAST"),
    ):
        monkeypatch.setattr(module, name, LIMIT_S)
    patient = Limits(verify=LIMIT_S, confirm=LIMIT_S, silence=LIMIT_S)
    monkeypatch.setattr(Session.__init__, "__kwdefaults__", dict(Session.__init__.__kwdefaults__ or {}, limits=patient))


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
