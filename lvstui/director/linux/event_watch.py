"""Watch what happens on the Director: its network, keepalived's processes and log, and VRRP adverts.

Each source of events is followed by a task of its own, for as long as `EventWatch.run` runs. Not for: reading at each tick.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Callable, List, Optional, Tuple

from ..protocol.host_messages import Network
from ..protocol.keepalived_messages import Log
from ..protocol.sighting_messages import Sighting
from ..protocol.vrrp_messages import Adverts, VrrpInstance
from ..system import Event, ReadAgain
from .keepalived.daemon import Daemon
from .keepalived.keepalived_reader import KeepalivedReader
from .keepalived.log import follow, log_source
from .network import watch_network
from .sighting_queue import SightingQueue

if TYPE_CHECKING:
    from .vrrp.advert_listener import AdvertListener
    from .vrrp.packet_watch import PacketWatch

_RELOOK = 1.0  # seconds
_PARTING = 0.5  # seconds


class EventWatch:
    """Follow what changes while the link stands."""

    def __init__(self, keepalived: KeepalivedReader) -> None:
        self._keepalived = keepalived
        self.has_log = False  # the log can be followed: it tells of the end of a reload
        self._instances: Tuple[VrrpInstance, ...] = ()  # of the last dump that had any
        self._where = asyncio.Event()  # that VRRP runs may have changed
        self._listener: Optional[AdvertListener] = None
        self._sightings: Optional[SightingQueue] = None
        self._packets: Optional[PacketWatch] = None
        self._packets_for = 0.0  # seconds that packets are to be watched for, while nobody watches yet
        self._packets_wanted = asyncio.Event()

    def read_adverts(self) -> Optional[Adverts]:
        """Return all adverts that were heard; None: it does not listen yet."""
        return None if self._listener is None else self._listener.read()

    def vrrp_runs(self, instances: Tuple[VrrpInstance, ...]) -> None:
        """Listen for adverts where these instances run; where a dump has none, those of the last one count."""
        self._instances = instances or self._instances
        self._where.set()
        if self._packets is not None:
            self._packets.join(self._instances)

    def watch_packets(self, seconds: float) -> None:
        """Watch what this machine sends, and neighbour packets, for so many seconds from now."""
        self._packets_for = seconds
        self._packets_wanted.set()
        if self._packets is not None and self._sightings is not None:
            self._sightings.tell_again()
            self._packets.watch(seconds)

    async def run(self, tell: Callable[[Event], None]) -> None:
        """Tell of events until cancelled, as `System.watch` does."""
        sightings = self._sightings = SightingQueue(tell)

        def log(message: Log) -> None:
            self.has_log = message.error is None
            self._keepalived.log_said(message)
            tell(message)

        def network(state: Network) -> None:
            tell(state)
            sightings.network(state)
            if self._instances:
                self._where.set()

        parts = [
            asyncio.ensure_future(part)
            for part in (
                watch_network(network),
                self._watch_daemon(tell, sightings),
                self._follow_log(log),
                self._listen(tell, sightings),
                self._watch_packets(tell, sightings),
            )
        ]
        try:
            await asyncio.gather(*parts)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.wait(parts, timeout=_PARTING)

    async def _watch_daemon(self, tell: Callable[[Event], None], sightings: SightingQueue) -> None:
        """Report a process that ended, at once by its pidfd, and one that began, at the next look."""
        while True:
            daemon = self._keepalived.look()
            if await self._keepalived.ask_program():
                tell(ReadAgain("keepalived"))
            if daemon is None:
                await asyncio.sleep(_RELOOK)
            else:
                if await _one_ended(daemon):
                    sightings.process("ended")
                tell(ReadAgain("keepalived"))

    async def _follow_log(self, tell: Callable[[Log], None]) -> None:
        """Follow the log, and go to another one when another daemon runs that logs there."""
        while True:
            where = log_source(self._keepalived.look())
            following = asyncio.ensure_future(follow(where, tell))
            try:
                while log_source(self._keepalived.look()) == where and not following.done():
                    await self._another_daemon(following)
            finally:
                following.cancel()
                await asyncio.wait([following])
            if not following.cancelled():
                following.result()

    async def _another_daemon(self, following: asyncio.Future[None]) -> None:
        """Wait until the daemon is another than now, or following its log has failed."""
        before = self._keepalived.daemon
        process = None if before is None else before.process
        while True:
            await asyncio.sleep(_RELOOK)
            now = self._keepalived.daemon
            failed = following.done() and following.exception() is not None
            if failed or (now is not None and now.process != process):
                return

    async def _listen(self, tell: Callable[[Event], None], sightings: SightingQueue) -> None:
        """Listen to adverts, after the first dump: it says where, and nothing else has to wait for it."""
        await self._where.wait()
        from .vrrp.advert_listener import AdvertListener

        self._listener = AdvertListener(sightings.add)
        listening = asyncio.ensure_future(self._listener.run(tell))
        try:
            while True:
                self._where.clear()
                self._listener.join(self._instances)
                await self._where.wait()
        finally:
            listening.cancel()
            await asyncio.wait([listening])

    async def _watch_packets(self, tell: Callable[[Event], None], sightings: SightingQueue) -> None:
        """Watch packets whenever that is asked for."""
        await self._packets_wanted.wait()
        from .vrrp.packet_watch import PacketWatch

        def saw(sighting: Sighting) -> None:
            sightings.add(sighting)
            if sighting.kind == "advert" and self._listener is not None:
                for last in self._listener.last_before(sighting):
                    sightings.add(last)

        self._packets = sightings.packets = PacketWatch(saw)
        self._packets.join(self._instances)
        self._packets.watch(self._packets_for)
        await self._packets.run(sightings.flush)


async def _one_ended(daemon: Daemon) -> bool:
    """Wait until the parent or a child of the daemon has ended; return True if it did just now."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    descriptors: List[int] = []
    try:
        for pid in (daemon.process.pid, daemon.vrrp, daemon.checkers):
            if pid:
                descriptors.append(os.pidfd_open(pid))
                loop.add_reader(descriptors[-1], ended.set)
        await ended.wait()
        return True
    except OSError:
        await asyncio.sleep(_RELOOK)  # it has ended already, or this kernel has no pidfds: the tick sees it
        return False
    finally:
        for descriptor in descriptors:
            loop.remove_reader(descriptor)
            os.close(descriptor)
