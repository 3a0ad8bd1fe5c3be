"""Read the kernel's IPVS table: every service and real server, with 64-bit counters, in milliseconds.

Asks over generic netlink; without CAP_NET_ADMIN it reads /proc/net/ip_vs instead. Only ever reads, and never makes the
kernel load its module: the operator's kernel stays as it is. What the figures mean is worked out elsewhere.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import time
from typing import Iterator, List, Optional, Tuple

from ...protocol.ipvs_messages import RealServer, Service, ServiceId, SyncDaemon, SyncDaemons
from ...protocol.link_messages import Missing
from ...system import IpvsTable, Unavailable
from ..namespaces import within
from . import ipvs_proc, ipvs_walk
from .genetlink import GenericNetlink, Interrupted, MalformedAnswer, attribute, message_spans
from .ipvs_layout import RealServerDecoder

_TABLE = "/proc/net/ip_vs"
_GET_SERVICE, _GET_DEST, _GET_DAEMON = 4, 8, 11
_TIMEOUT = 0.5  # seconds for one datagram; the kernel answers in less than one millisecond
_ATTEMPTS = 3  # a table that changes under every one of them is told as such
_CAP_NET_ADMIN = 12
_NUMBERS = {"tcp": socket.IPPROTO_TCP, "udp": socket.IPPROTO_UDP, "sctp": 132}
_NO_MODULE = (
    "this kernel has no IPVS table: its module ip_vs is not loaded. keepalived loads it when it starts; "
    "by hand: modprobe ip_vs"
)
_OBSERVER = (
    "without CAP_NET_ADMIN the kernel shows weights and connections alone (/proc/net/ip_vs), no packets, bytes, "
    "thresholds or persistence. Connect as root, or give this account sudo without a password"
)


def _identity(path: str) -> Optional[Tuple[int, int]]:
    try:
        found = os.stat(path)
    except OSError:
        return None  # "", or it is gone
    return found.st_dev, found.st_ino


class IpvsReader:
    """A reader that holds one socket from read to read. Not for two threads at once."""

    def __init__(self) -> None:
        self._link: Optional[GenericNetlink] = None
        self._namespace = ""
        self._identity: Optional[Tuple[int, int]] = None  # of that namespace: one that was made anew has the same path
        self._family = 0
        self._decoder = RealServerDecoder(0)
        self._observer = not _has_net_admin()

    def missing(self) -> Tuple[Missing, ...]:
        """Return what this account cannot see of IPVS."""
        return (Missing("IPVS counters", _OBSERVER),) if self._observer else ()

    def look_in(self, namespace: str) -> None:
        """Read the table of the network namespace of that path from now on; "": of this process's own."""
        identity = _identity(namespace)
        if (namespace, identity) != (self._namespace, self._identity):
            self._namespace, self._identity = namespace, identity
            self.close()

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def read(self) -> IpvsTable:
        """Return the whole table. Raises Unavailable, saying why."""
        if not os.path.exists(_TABLE):  # looked at first, because asking for the family would load the module
            self.close()
            raise Unavailable(_NO_MODULE)
        if not self._observer:
            try:
                return self._read_kernel()
            except PermissionError:  # root of a user namespace only: the kernel wants the capability in the first one
                self._observer = True
                self.close()
        try:
            with within(self._namespace):
                return _read_proc()
        except OSError as error:
            raise Unavailable(self._elsewhere(error)) from None

    def _elsewhere(self, error: OSError) -> str:
        where = f"the network namespace {self._namespace} (net_namespace_ipvs)"
        return f"the IPVS table is in {where}, which cannot be entered: {error.strerror}"

    def read_daemons(self) -> SyncDaemons:
        """Return the daemons that synchronise connections, or why they are not known. Call it after `read`."""
        at = time.monotonic()
        if self._link is None:  # the module is not loaded, or the account may not ask
            return SyncDaemons(at, (), _OBSERVER if self._observer else _NO_MODULE)
        try:
            return SyncDaemons(at, tuple(self._daemons(self._link)), None)
        except (Interrupted, MalformedAnswer, OSError) as error:
            self.close()
            return SyncDaemons(at, (), f"the kernel did not tell its sync daemons: {error}")

    def _daemons(self, link: GenericNetlink) -> Iterator[SyncDaemon]:
        sequence = link.ask(self._family, _GET_DAEMON, b"")
        while True:
            data = link.receive(sequence)
            for done, part in message_spans(data, self._family, sequence):
                if done:
                    return
                yield ipvs_walk.daemon(data, part)

    def _read_kernel(self) -> IpvsTable:
        """Return the kernel's table over netlink. Raises Unavailable, PermissionError."""
        problem: Exception = Interrupted()
        for _ in range(_ATTEMPTS):
            try:
                return self._table()
            except PermissionError:
                raise
            except socket.timeout:
                self.close()
                raise Unavailable(f"the kernel did not answer for its IPVS table within {_TIMEOUT} s") from None
            except (Interrupted, MalformedAnswer, OSError) as error:
                problem = error
                self.close()  # whatever is still on its way must not be taken for the next answer
        raise Unavailable(f"the kernel's IPVS table could not be read, {_ATTEMPTS} times in a row: {problem}")

    def _table(self) -> IpvsTable:
        link = self._connected()
        services = self._services(link)
        found = [(service, self._real_servers(link, service.id)) for service in services]
        if any(not real_servers for _, real_servers in found):
            # Asked for a service that is gone, the kernel answers like for one without real servers
            still = {service.id for service in self._services(link)}
            found = [(service, servers) for service, servers in found if servers or service.id in still]
        return IpvsTable(tuple(found), counters=True)

    def _connected(self) -> GenericNetlink:
        if self._link is None:
            with contextlib.ExitStack() as there:
                try:
                    there.enter_context(within(self._namespace))
                except OSError as error:
                    raise Unavailable(self._elsewhere(error)) from None
                link = GenericNetlink(_TIMEOUT)
            try:
                family = link.family("IPVS")
            except BaseException:
                link.close()
                raise
            if family != self._family:
                self._family, self._decoder = family, RealServerDecoder(family)
            self._link = link
        return self._link

    def _services(self, link: GenericNetlink) -> List[Service]:
        services: List[Service] = []
        sequence = link.ask(self._family, _GET_SERVICE, b"")
        while True:
            data = link.receive(sequence)
            for done, part in message_spans(data, self._family, sequence):
                if done:
                    return services
                services.append(ipvs_walk.service(data, part))

    def _real_servers(self, link: GenericNetlink, service: ServiceId) -> Tuple[RealServer, ...]:
        real_servers: List[RealServer] = []
        family = socket.AF_INET if service.family == "inet" else socket.AF_INET6
        sequence = link.ask(self._family, _GET_DEST, _selector(service, family))
        while not self._decoder.feed(link.receive(sequence), sequence, family, real_servers):
            pass
        return tuple(real_servers)


def _selector(service: ServiceId, family: int) -> bytes:
    """Return the attributes that name one service to the kernel."""
    named = attribute(1, struct.pack("=H", family))
    if service.fwmark:
        return attribute(1, named + attribute(5, struct.pack("=I", service.fwmark)))
    named += attribute(2, struct.pack("=H", _NUMBERS[service.protocol]))
    named += attribute(3, socket.inet_pton(family, service.address).ljust(16, b"\0"))
    return attribute(1, named + attribute(4, struct.pack("!H", service.port)))


def _read_proc() -> IpvsTable:
    try:
        table = ipvs_proc.read(_TABLE)
    except (OSError, MalformedAnswer) as error:
        raise Unavailable(f"the IPVS table could not be read: {error}") from None
    if table is None:
        raise Unavailable(_NO_MODULE)
    return table


def _has_net_admin() -> bool:
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as file:
            effective = next(line for line in file if line.startswith("CapEff:"))
    except (OSError, StopIteration):
        return os.geteuid() == 0
    return bool(int(effective.split()[1], 16) >> _CAP_NET_ADMIN & 1)
