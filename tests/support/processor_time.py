"""Measure the processor time of each test file: of the tests' own processes, and of the guests of their labs.

python -m pytest -p tests.support.processor_time [--store-processor-time] ...     prints a table at the end

Stored, it is what tests/support/schedule.py goes by; what did not run keeps what it had.

Time of a processor does not depend on what else the machine does, as time on a clock would.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.schedule import STORED, stored, unit

TICKS = os.sysconf("SC_CLK_TCK")


class Spent(NamedTuple):
    """Seconds of a processor: of the tests' process and what it started, and of guests; each in user mode and in the kernel."""

    user: float = 0.0
    system: float = 0.0
    guest_user: float = 0.0
    guest_system: float = 0.0

    def plus(self, other: Spent) -> Spent:
        return Spent(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Guest(NamedTuple):
    """What the processes of one guest have used so far, those that ended among them too."""

    user: float
    system: float


def guests(parent: int) -> dict[int, Guest]:
    """Return the guests that `parent` started, by the process id of their kernel."""
    sessions: dict[int, list[list[str]]] = defaultdict(list)
    kernels: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (folder / "stat").read_text().rpartition(")")
        except OSError:
            continue  # it has ended
        if not name.endswith("(linux.uml"):
            continue
        fields = rest.split()
        sessions[int(fields[3])].append(fields)
        if int(fields[1]) == parent:
            kernels.add(int(folder.name))
    return {
        kernel: Guest(*(sum(int(one[at]) + int(one[at + 2]) for one in sessions[kernel]) / TICKS for at in (11, 12)))
        for kernel in kernels
    }


class Meter:
    """What this process has used from one reading to the next."""

    def __init__(self) -> None:
        self._times = os.times()
        self._guests = guests(os.getpid())

    def since(self) -> Spent:
        """Return what was used since the last call."""
        times, now = os.times(), guests(os.getpid())
        user, system = times.user - self._times.user, times.system - self._times.system
        if (
            self._guests.keys() <= now.keys()
        ):  # or one was taken down: its time is among the children's, and was counted
            user += times.children_user - self._times.children_user
            system += times.children_system - self._times.children_system
        none = Guest(0.0, 0.0)
        used = (sum(guest[at] - self._guests.get(pid, none)[at] for pid, guest in now.items()) for at in (0, 1))
        spent = Spent(user, system, *used)
        self._times, self._guests = times, now
        return spent


class Recorder:
    """Notes what each file has used; the workers of a run write into one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._meter = Meter()
        self._files: dict[str, Spent] = defaultdict(Spent)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._meter.since()
        result = yield
        self._note(item)
        self._folder.joinpath(f"{os.getpid()}.json").write_text(json.dumps(self._files))
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Look at the guests before the last test of a worker takes them down."""
        self._note(item)

    def _note(self, item: pytest.Item) -> None:
        name = unit(item)
        self._files[name] = self._files[name].plus(self._meter.since())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store-processor-time", action="store_true", help="write it into tests/processor_time.json")


def pytest_configure(config: pytest.Config) -> None:
    folder = config.rootpath / "build" / "processor-time"
    folder.mkdir(parents=True, exist_ok=True)
    if not hasattr(config, "workerinput"):
        for path in folder.glob("*.json"):
            path.unlink()
    config.pluginmanager.register(Recorder(folder), "processor-time-recorder")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    total: dict[str, Spent] = defaultdict(Spent)
    for path in (config.rootpath / "build" / "processor-time").glob("*.json"):
        for name, spent in json.loads(path.read_text()).items():
            total[name] = total[name].plus(Spent(*spent))
    terminalreporter.section("seconds of a processor: tests user, system; guests user, system; all")
    for name, spent in sorted(total.items(), key=lambda one: -sum(one[1])):
        terminalreporter.line(f"{''.join(f'{part:8.1f}' for part in spent)}{sum(spent):9.1f}  {name}")
    if config.getoption("store_processor_time"):
        seconds = {**stored(), **{name: round(sum(spent), 1) for name, spent in total.items()}}
        STORED.write_text(json.dumps(dict(sorted(seconds.items())), indent=1) + "\n")
    everything = Spent()
    for spent in total.values():
        everything = everything.plus(spent)
    terminalreporter.line(f"{''.join(f'{part:8.1f}' for part in everything)}{sum(everything):9.1f}  all")
