"""Have links wait as long as a test does: a machine that is slow takes long to let in, to start an agent and to answer.

Not for tests of a link that is cut.
"""

from __future__ import annotations

import pytest

from lvstui.session import director_link
from lvstui.transport import local_process, ssh
from tests.support.waiting import LIMIT_S

_LIMITS = (
    (ssh, "CONNECT_LIMIT"),
    (ssh, "START_LIMIT"),
    (ssh, "SILENT_LIMIT"),
    (local_process, "_START_LIMIT"),
    (director_link, "FIRST_FRAME_LIMIT"),
    (director_link, "SILENCE_LIMIT"),
)


@pytest.fixture(autouse=True)
def patient_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a folder whose conftest imports it."""
    for module, name in _LIMITS:
        monkeypatch.setattr(module, name, LIMIT_S)
