"""What holds for every test: nothing is written into the audit log of whoever runs them; property tests have no time limit of
their own, and in CI they are the same ones each time.
"""

from __future__ import annotations

import gc
import itertools
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import schedule

_PATIENT = [HealthCheck.too_slow]
settings.register_profile("everywhere", deadline=None, suppress_health_check=_PATIENT)
settings.register_profile("ci", deadline=None, suppress_health_check=_PATIENT, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "everywhere")

_STATES = itertools.count()


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where lvstui keeps its state is each test's own, and made only where something is kept: a folder for each test costs."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "states" / str(next(_STATES))))


def pytest_configure(config: pytest.Config) -> None:
    # Each worker holds 5,700 tests and all modules. By Python's own thresholds, the collector takes a twelfth of the tests' time.
    gc.set_threshold(50_000, 20, 100)
    if hasattr(config, "workerinput"):
        schedule.give_way(config.workerinput["workerid"])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    schedule.arrange(items, name_kinds=hasattr(config, "workerinput"))


def pytest_sessionfinish() -> None:
    """Look for what the last tests left unclosed once; pytest would go through all that lives five times more, in each worker."""
    gc.collect()
    gc.freeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> schedule.ByUnit:
    return schedule.ByUnit(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [one for one in terminalreporter.stats.get("skipped", []) if "../shared" in str(one.longrepr)]
    if skipped:
        terminalreporter.line(
            f"{len(skipped)} skipped: they use real files in ../shared, beside the repo, which are not here."
        )
