"""What holds for every test of links to the demo's pair: none of them is cut because the machine is slow."""

from __future__ import annotations

import pytest

from tests.support.patience import have_patience


@pytest.fixture(autouse=True)
def patient_links(monkeypatch: pytest.MonkeyPatch) -> None:
    have_patience(monkeypatch)
