"""Read the load of this machine: processors, memory, network cards, connection tracking. By psutil, and by /proc alone.

psutil is imported at the first read, which comes after the first IPVS sample. Without it the load and connection tracking
are still known, and the error says what is not.
"""

from __future__ import annotations

import importlib.util
import os
import time
from typing import Any, Optional, Tuple

from ..protocol.host_messages import Host, Nic
from ..protocol.link_messages import Missing
from .process import contents

_CONNTRACK = "/proc/sys/net/netfilter/nf_conntrack_count"
_CONNTRACK_MAX = "/proc/sys/net/netfilter/nf_conntrack_max"
_WITHOUT = "processor, memory and network card figures need psutil; on this Director: apt install python3-psutil"


class HostReader:
    """A reader that remembers the processors' times from read to read."""

    def __init__(self) -> None:
        self._psutil: Any = None
        self._error: Optional[str] = None
        self._reads = 0

    def missing(self) -> Tuple[Missing, ...]:
        """Return what cannot be read here, without importing anything."""
        try:
            there = importlib.util.find_spec("psutil") is not None
        except (ImportError, ValueError):
            there = False
        return () if there else (Missing("host metrics", _WITHOUT),)

    def read(self) -> Host:
        """Return the figures of now."""
        if self._reads == 0:
            self._import()
        self._reads += 1
        cpu, memory, nics, error = self._figures()
        return Host(
            at=time.monotonic(),
            load1=os.getloadavg()[0],
            cpus=os.cpu_count() or 1,
            cpu_percent=cpu,
            memory_percent=memory,
            nics=nics,
            conntrack=_number(_CONNTRACK),
            conntrack_max=_number(_CONNTRACK_MAX),
            error=error,
        )

    def _import(self) -> None:
        try:
            import psutil
        except Exception as error:  # noqa: BLE001 - one built for another machine may raise anything
            self._error = f"{_WITHOUT} ({error})"
        else:
            self._psutil = psutil

    def _figures(self) -> Tuple[Optional[float], Optional[float], Tuple[Nic, ...], Optional[str]]:
        if self._psutil is None:
            return None, None, (), self._error
        try:
            cpu = self._psutil.cpu_percent(None)
            memory = self._psutil.virtual_memory().percent
            counters = self._psutil.net_io_counters(pernic=True)
        except (OSError, RuntimeError, ValueError) as error:
            return None, None, (), f"psutil could not read /proc: {error}"
        nics = tuple(
            Nic(name, one.bytes_recv, one.bytes_sent, one.dropin + one.dropout)
            for name, one in sorted(counters.items())
        )
        # the first is since nothing at all: psutil then gives a meaningless 0.0
        return (float(cpu) if self._reads > 1 else None), float(memory), nics, None


def _number(path: str) -> Optional[int]:
    """Return the number in a file; None where the kernel tracks no connections."""
    try:
        return int(contents(path))
    except (OSError, ValueError):
        return None
