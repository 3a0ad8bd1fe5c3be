"""The machine's load, with psutil and without."""

from __future__ import annotations

import os
import socket
import sys

import psutil
import pytest

from lvstui.director.linux.host import HostReader


def test_the_first_read_knows_no_processor_load() -> None:
    reader = HostReader()
    first, second = reader.read(), reader.read()
    assert first.cpu_percent is None
    assert second.cpu_percent is not None and 0 <= second.cpu_percent <= 100
    assert second.at > first.at


def test_figures_are_psutils() -> None:
    host = HostReader().read()
    assert host.error is None
    assert host.cpus == os.cpu_count()
    assert host.memory_percent is not None and 0 < host.memory_percent < 100
    assert [one.name for one in host.nics] == sorted(name for _, name in socket.if_nameindex())
    assert HostReader().missing() == ()


def test_without_psutil_the_rest_is_still_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    reader = HostReader()
    host = reader.read()
    assert [one.what for one in reader.missing()] == ["host metrics"]
    assert host.error is not None and "python3-psutil" in host.error
    assert (host.cpu_percent, host.memory_percent, host.nics) == (None, None, ())
    assert host.load1 >= 0 and host.cpus >= 1


def test_a_broken_proc_is_an_error_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OSError("no /proc/meminfo")

    monkeypatch.setattr(psutil, "virtual_memory", broken)
    host = HostReader().read()
    assert host.error is not None and "meminfo" in host.error
    assert host.memory_percent is None
