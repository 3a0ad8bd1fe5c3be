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

_EXAMPLES = int(os.environ.get("LVSTUI_EXAMPLES", "50"))  # of each property; `make soak` takes many more
settings.register_profile(
    "suite",
    deadline=None,
    max_examples=_EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("suite")

_STATES = itertools.count()


@pytest.fixture(autouse=True)
def own_state(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where lvstui keeps its state is each test's own: `state` in its folder, if it has one. To make one for each test costs."""
    if "tmp_path" in request.fixturenames:
        folder = request.getfixturevalue("tmp_path")
    else:
        folder = request.getfixturevalue("tmp_path_factory").getbasetemp() / "states" / str(next(_STATES))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))


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
