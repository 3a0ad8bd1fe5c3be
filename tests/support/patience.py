"""Have the product wait as long as a test does: a machine that is slow takes long to let in, to start, to answer and to end.

Not for tests of a link that is cut. Each `put` sets an attribute: `setattr`, or `MonkeyPatch.setattr`, which sets it back.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from lvstui.cli import main, status_command
from lvstui.cluster.drill import recogniser
from lvstui.cluster.observed import link_state
from lvstui.cluster.plan import planned_follow_up
from lvstui.cluster.plan.outcome import Limits
from lvstui.demo import pair, world
from lvstui.record import recorder
from lvstui.session import connection_samples, director_link, drill_run
from lvstui.session.drill_parts import probe_run
from lvstui.session.session import Session
from lvstui.transport import local_process, ssh
from tests.support.waiting import LIMIT_S

ROOT = Path(__file__).parents[2]
Put = Callable[[object, str, object], None]

_LINKS = (
    (ssh, "CONNECT_LIMIT"),
    (ssh, "START_LIMIT"),
    (ssh, "SILENT_LIMIT"),
    (local_process, "_START_LIMIT"),
    (director_link, "FIRST_FRAME_LIMIT"),
    (director_link, "SILENCE_LIMIT"),
)
_COMMANDS = (
    (status_command, "CONNECT_LIMIT"),
    (status_command, "TELL_LIMIT"),
    (status_command, "PROBLEM_LIMIT"),
    (recogniser, "_LOG_PATIENCE"),
    (recorder, "_LAST"),
    (connection_samples, "_PATIENCE"),
    (drill_run, "ARM"),
    (drill_run, "_FIRST_ANSWER"),
    (drill_run, "_RESTORE"),
    (probe_run, "_OVER"),
    (probe_run, "_FAREWELL"),
    (pair, "_PARTING"),
    (pair, "_END"),
)
_SILENCE = (
    (link_state, "_SILENT_AT_LEAST"),
    (link_state, "_SILENT_AT_START"),
    (link_state, "LOST_AFTER"),
)
_STORY = ("_FAILS_AT", "_RECOVERS_AT", "_LINK_DOWN_AT", "_LINK_UP_AT")


def wait_long(put: Put) -> None:
    """Have links and commands, the steps of a change, and the ends of all these wait as long as a test does."""
    for module, name in _LINKS:
        put(module, name, LIMIT_S)
    _wait_for_commands(put)


def _wait_for_commands(put: Put) -> None:
    for module, name in _COMMANDS:
        put(module, name, LIMIT_S)
    limits = Limits(stage=LIMIT_S, verify=LIMIT_S, confirm=LIMIT_S, silence=LIMIT_S)
    put(Session.__init__, "__kwdefaults__", dict(Session.__init__.__kwdefaults__ or {}, limits=limits))


def hold_live(put: Put) -> None:
    """Take no Director that says nothing for a while for silent."""
    for module, name in _SILENCE:
        put(module, name, LIMIT_S)


def hold_story(put: Put) -> None:
    """Let nothing happen to the demo's pair by itself."""
    for name in _STORY:
        put(world, name, math.inf)


def patient(program: Literal["lvstui", "lvsctl"]) -> list[str]:
    """Return what runs the program in a process of its own, from any folder, as patient as one in this process."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.support import patience; patience.run({program!r})"
    )
    return [sys.executable, "-c", code]


def run(program: str) -> None:
    """Run it in this process, which ends with it."""
    for patiently in (wait_long, hold_live, hold_story):
        patiently(setattr)
    getattr(main, program)()


@pytest.fixture(autouse=True)
def patient_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a folder whose conftest imports it."""
    for module, name in _LINKS:
        monkeypatch.setattr(module, name, LIMIT_S)


@pytest.fixture(autouse=True)
def patient_commands(patient_links: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a folder whose conftest imports both."""
    _wait_for_commands(monkeypatch.setattr)


@pytest.fixture
def held_live(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test to whose end each Director is live: one that says nothing for a while is not taken for silent."""
    hold_live(monkeypatch.setattr)


@pytest.fixture
def patient_add(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test that adds a real server which answers: it is waited for as long as a test waits."""
    monkeypatch.setattr(planned_follow_up, "_PATIENCE", LIMIT_S)


@pytest.fixture
def held_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test of the demo's pair to which nothing happens by itself."""
    hold_story(monkeypatch.setattr)
