"""Simulate the VRRP of both Directors: adverts, timers, states and the log's lines, each at its own moment.

    FAULT --its network is back--> BACKUP --no advert for the master-down interval--> MASTER
    MASTER --a higher priority is heard--> BACKUP
    any --its network fails--> FAULT; a MASTER gives up (priority 0) on the network that still works

Both instances are in one sync group, so a Director has one state. It goes to MASTER when the last instance has waited long
enough: that of the network that fell silent, as priority 0 comes through the other one alone. No clock: `run` moves it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from lvstui.demo.simulated_machine import SimulatedMachine
from lvstui.keepalived import ConfiguredVrrpInstance
from lvstui.keepalived.reading.master_down import master_down

SERVICE_LINK = "ens33"  # the network that fails
VIP_ADDED = 0.001  # seconds after a Director has become MASTER
_TOLD = 0.002  # seconds after it until it tells its networks of the VIPs
_KEPT = 1024  # packets: some minutes
_VRRP = "Keepalived_vrrp"


class SimulatedPacket(NamedTuple):
    """An advert, or a gratuitous ARP of a VIP (`address`). `at` is of the wall clock."""

    at: float
    sender: str
    interface: str
    arrives: bool  # at the other Director
    vrid: int = 0
    version: int = 0
    priority: int = 0
    interval: float = 0.0
    address: str = ""


class SimulatedVrrp:
    """Both Directors' VRRP, and the packets that they have sent."""

    def __init__(self, directors: Sequence[SimulatedMachine]) -> None:
        self._directors = tuple(directors)
        self._packets: deque[SimulatedPacket] = deque(maxlen=_KEPT)
        self._sent = 0
        self._cut = ""  # the Director whose service network has failed

    def packets(self, number: int) -> tuple[tuple[SimulatedPacket, ...], int]:
        """Return the packets from `number` on, as far as they are kept, and the number of the next one."""
        new = min(len(self._packets), self._sent - number)
        return tuple(self._packets)[len(self._packets) - new :], self._sent

    def run(self, until: float) -> None:
        """Let everything happen that is due until then."""
        while True:
            due = [one for one in self._directors if one.state != "FAULT" and one.timer <= until]
            if not due:
                return
            first = min(due, key=lambda one: one.timer)
            if first.master:
                self._advertise(first, first.timer)
            else:
                self._become_master(first, first.timer)

    def postpone(self, seconds: float) -> None:
        """Take in that the machine has slept for so long: nothing happened meanwhile."""
        for one in self._directors:
            one.timer += seconds

    def link_down(self, director: SimulatedMachine, at: float) -> None:
        """Have a Director's service network fail."""
        self._cut = director.name
        was_master = director.master
        self._enter(director, "FAULT", at, f"Netlink reports {SERVICE_LINK} down")
        if not was_master:
            return
        peer = self._peer(director)
        for one in director.configuration.vrrp:
            if one.interface != SERVICE_LINK:
                self._send_advert(director, one, at, priority=0)
                if peer.state == "BACKUP":
                    peer.say(at, _VRRP, f"({one.name}) Backup received priority 0 advertisement")

    def link_up(self, director: SimulatedMachine, at: float) -> None:
        """Have it work again."""
        self._cut = ""
        self._enter(director, "BACKUP", at, f"Netlink reports {SERVICE_LINK} up")
        self._wait(director, at)

    def reloaded(self, director: SimulatedMachine, at: float) -> None:
        """Take in that a Director has read its file: a BACKUP begins to wait anew."""
        if director.state == "BACKUP":
            self._wait(director, at)

    # --- moves ---

    def _wait(self, director: SimulatedMachine, at: float) -> None:
        director.timer = at + max(
            master_down(one.priority, one.version, one.advert_int) for one in director.configuration.vrrp
        )

    def _become_master(self, director: SimulatedMachine, at: float) -> None:
        first = director.configuration.vrrp[0]
        self._enter(director, "MASTER", at, f"({first.name}) Receive advertisement timeout")
        self._advertise(director, at)
        for one in director.configuration.vrrp:
            for vip in one.vips:
                self._send(director, SimulatedPacket(at + _TOLD, director.name, one.interface or "", True, address=vip))

    def _advertise(self, director: SimulatedMachine, at: float) -> None:
        """Send an advert of each instance; the other Director waits anew, steps down, or goes by its own priority."""
        for one in director.configuration.vrrp:
            self._send_advert(director, one, at, one.priority)
        director.timer = at + director.configuration.vrrp[0].advert_int
        peer = self._peer(director)
        if peer.state == "FAULT":
            return
        if peer.master and director.priority > peer.priority:
            number, name = director.name[-1], peer.configuration.vrrp[0].name
            heard = f"from 10.10.0.1{number} with higher priority {director.priority}, ours {peer.priority}"
            self._enter(peer, "BACKUP", at, f"({name}) Master received advert {heard}")
        if peer.state == "BACKUP" and director.priority >= peer.priority:
            self._wait(peer, at)

    def _enter(self, director: SimulatedMachine, state: str, at: float, why: str) -> None:
        director.state, director.since = state, at
        first, *others = (one.name for one in director.configuration.vrrp)
        lines = [why, f"({first}) Entering {state} STATE", f"VRRP_Group(VG_1) Syncing instances to {state} state"]
        for line in lines + [f"({name}) Entering {state} STATE" for name in others]:
            director.say(at, _VRRP, line)

    # --- packets ---

    def _send_advert(self, director: SimulatedMachine, one: ConfiguredVrrpInstance, at: float, priority: int) -> None:
        head = (at, director.name, one.interface or "", True, one.vrid or 0)
        self._send(director, SimulatedPacket(*head, one.version, priority, one.advert_int))

    def _send(self, director: SimulatedMachine, packet: SimulatedPacket) -> None:
        cut = packet.interface == SERVICE_LINK and self._cut != ""
        if not (cut and director.name == self._cut):
            self._packets.append(packet._replace(arrives=not cut))
            self._sent += 1

    def _peer(self, director: SimulatedMachine) -> SimulatedMachine:
        [other] = (one for one in self._directors if one is not director)
        return other
