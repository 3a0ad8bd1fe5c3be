"""Hear and watch a simulated Director's packets: what the real agent's sockets give, and the same counting of it.

It has no clock: it is given the wall clock and the monotonic one together, and stamps packets in terms of the latter. Not for:
what is sent, and when (see `simulated_vrrp`).
"""

from __future__ import annotations

from collections.abc import Callable

from lvstui.demo.simulated_machine import SimulatedMachine
from lvstui.demo.simulated_vrrp import SimulatedPacket, SimulatedVrrp
from lvstui.director.linux.vrrp.advert_table import STAMP, AdvertTable, tell_advert
from lvstui.director.linux.vrrp.neighbour_packet import NeighbourPacket
from lvstui.director.linux.vrrp.packet_watch import LONGEST, NeighbourBursts
from lvstui.director.linux.vrrp.vrrp_packet import Advert
from lvstui.director.protocol.sighting_messages import Sighting
from lvstui.director.protocol.vrrp_messages import Advertiser, Adverts, Listening

_ADDRESSES = {"ens33": "10.10.0.1", "ens36": "192.168.211.1"}  # without a Director's number


class SimulatedPackets:
    """The adverts that one Director hears, and while it is wanted also those that it sends, and gratuitous ARP."""

    lost = 0  # packets; none ever is
    error: str | None = None  # why packets are not watched

    def __init__(self, vrrp: SimulatedVrrp, me: SimulatedMachine, saw: Callable[[Sighting], None]) -> None:
        """`saw` is told of what is new, in terms of the monotonic clock."""
        self._vrrp = vrrp
        self._me = me
        self._saw = saw
        self._began: float | None = None  # monotonic
        _, self._next = vrrp.packets(0)
        self._heard, self._sent = AdvertTable(), AdvertTable()
        self._bursts = NeighbourBursts()
        self._watched_until = float("-inf")  # monotonic
        self._now = float("-inf")

    @property
    def sent(self) -> tuple[Advertiser, ...]:
        """Return this Director's own adverts, as far as they were watched."""
        return self._sent.all()

    @property
    def watched(self) -> tuple[str, ...]:
        """Return the interfaces whose packets are watched now."""
        return tuple(sorted(_ADDRESSES)) if self._now < self._watched_until else ()

    def watch(self, seconds: float, monotonic: float) -> None:
        """Watch what is sent, and gratuitous ARP, for so many seconds from now."""
        self._now, self._watched_until = monotonic, monotonic + min(LONGEST, max(0.0, seconds))

    def take(self, wall: float, monotonic: float) -> bool:
        """Take in what was sent until now; return True if a sender's advert is news."""
        self._now = monotonic
        if self._began is None:
            self._began = monotonic
        new, self._next = self._vrrp.packets(self._next)
        news = [self._take(packet, packet.at - wall + monotonic) for packet in new]
        return any(news)

    def adverts(self, monotonic: float) -> Adverts:
        """Return all that was heard."""
        began = monotonic if self._began is None else self._began
        instances = self._me.configuration.vrrp
        listening = tuple(Listening("inet", one.interface or "", began) for one in instances)
        return Adverts(monotonic, listening, self._heard.all(), self._heard.lost, None)

    def _take(self, packet: SimulatedPacket, at: float) -> bool:
        own, watched = packet.sender == self._me.name, at < self._watched_until
        if (own and not watched) or not (own or packet.arrives):
            return False
        interface, number = packet.interface, packet.sender[-1]
        if packet.address:
            neighbour = NeighbourPacket("inet", packet.address, f"52:54:00:00:00:1{number}")
            if watched and self._bursts.begins(interface, neighbour, at, own):
                self._saw(Sighting("neighbour", at, STAMP, interface, own, "inet", address=packet.address))
            return False
        source = _ADDRESSES.get(interface, "") + number
        advert = Advert("inet", source, packet.vrid, packet.version, packet.priority, packet.interval)
        if not own:
            return tell_advert(self._heard, advert, interface, at, self._saw, own=False)
        if tell_advert(self._sent, advert, interface, at, self._saw_own, own=True):
            self._bursts.forget(interface)  # a MASTER that begins tells of its VIPs anew
        return False

    def _saw_own(self, sighting: Sighting) -> None:
        self._saw(sighting)
        if sighting.kind == "advert":
            for last in self._heard.last_before(sighting):
                self._saw(last)
