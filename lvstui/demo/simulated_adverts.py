"""Work out which adverts a simulated Director hears of the other one, from the moment it listens, by the clock alone."""

from __future__ import annotations

import math

from lvstui.demo.world import SimulatedMachine, World
from lvstui.director.protocol.vrrp_messages import Advertiser, Adverts, Listening

_ADDRESSES = {"ens33": "10.10.0.1", "ens36": "192.168.211.1"}  # without a Director's number


class SimulatedAdverts:
    """The adverts that one Director has heard. It has no clock: `began` and `now` are of the wall clock."""

    def __init__(self, world: World, me: SimulatedMachine, began: float) -> None:
        self._world = world
        self._me = me
        self._peer = world.peer(me.name)
        self._began = began
        self._heard: dict[int, Advertiser] = {}  # by VRID; times are of the wall clock

    def read(self, now: float, monotonic: float) -> Adverts:
        """Return all that was heard until now."""
        self._world.advance(now)
        instances = self._peer.configuration.vrrp
        for one in instances:
            broken = one.interface == "ens33" and self._me.state == "FAULT"
            if self._peer.master and not broken:
                self._hear(one.vrid or 0, one.interface or "", one.advert_int, now)
        shift = monotonic - now
        heard = tuple(one._replace(first=one.first + shift, last=one.last + shift) for one in self._heard.values())
        listening = tuple(Listening("inet", one.interface or "", self._began + shift) for one in instances)
        return Adverts(monotonic, listening, heard, 0, None)

    def _hear(self, vrid: int, interface: str, interval: float, now: float) -> None:
        """Count the adverts since the last look: the peer sends one when it becomes MASTER, and then one each interval."""
        since, known = self._peer.since, self._heard.get(vrid)
        first = max(0, math.ceil((self._began - since) / interval))
        if known is not None and known.last >= since:
            first = round((known.last - since) / interval) + 1
        last = math.floor((now - since) / interval)
        if last < first:
            return
        source = _ADDRESSES.get(interface, "") + self._peer.name[-1]
        begun = since + first * interval if known is None else known.first
        adverts = last - first + 1 + (0 if known is None else known.adverts)
        self._heard[vrid] = Advertiser(
            "inet", interface, source, vrid, 2, self._peer.priority, interval, adverts, begun, since + last * interval
        )
