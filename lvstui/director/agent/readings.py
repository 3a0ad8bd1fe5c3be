"""Read the machine's state at each tick and after each event, and put what is new into the outbox.

`read_schedule` says when keepalived is asked for what it tells only when asked, `log_triggers` which line of its log is a
reason for it. Not for: sending, requests of the console, and changes.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Callable, Coroutine, List, Optional, Tuple, Union

from ..changes.recovery import Recover
from ..journal import UNDONE, left_change, settles_itself, undoes_itself
from ..protocol.change_messages import Unfinished
from ..protocol.checker_messages import Checkers, CheckersUnchanged
from ..protocol.file_messages import Files
from ..protocol.host_messages import Host, Network, Sysctls
from ..protocol.ipvs_messages import SampleConnections, SyncDaemons
from ..protocol.keepalived_messages import Keepalived, LoadedConfiguration, Log
from ..protocol.sighting_messages import Sightings
from ..protocol.vrrp_messages import Adverts, Vrrp
from ..system import Event, ReadAgain, Refused, System, Unavailable
from .log_triggers import EVERYTHING, concerns
from .outbox import IpvsSample, Outbox
from .read_schedule import ReadSchedule

State = Union[
    Network, Vrrp, Adverts, Checkers, Keepalived, LoadedConfiguration, Host, Sysctls, SyncDaemons, Files, Unfinished
]
_WEIGHTS_APART = 2.0  # seconds from a look at the checkers to one for weights that moved: each is a line in the journal
_PRECEDENCE = 2.0  # seconds at most that what keepalived tells when asked goes before everything that happens


class Readings:
    """Read the machine for one link. `tidy` takes the request to tidy what another agent has left."""

    def __init__(
        self, system: System, outbox: Outbox, clock: Callable[[], float], tidy: Callable[[Recover], None]
    ) -> None:
        self._system = system
        self._outbox = outbox
        self._clock = clock
        self._request_tidying = tidy
        self._vrrp = ReadSchedule(self._read_vrrp)
        self._checkers = ReadSchedule(self._read_checkers)
        self._interval = 1.0  # seconds
        self._hurry = asyncio.Event()
        self._patterns: Tuple[str, ...] = ()
        self._asked: Optional[SampleConnections] = None  # the newest, while it waits
        self._sampling = asyncio.Event()
        self._recovering = ""  # the change of another agent that this one has begun to tidy
        self._last: dict[type, Any] = {}  # what was put into the outbox last, without its time

    def loops(self) -> List[Coroutine[Any, Any, None]]:
        """Return all that reads, to run side by side until cancelled."""
        return [
            self._vrrp.run(),
            self._checkers.run(),
            self._tick(),
            self._watch(),
            self._sample_connections(),
        ]

    # --- the console's wishes ---

    def set_interval(self, seconds: float) -> None:
        """Read every so many seconds, within the limits, from now on."""
        self._interval = min(10.0, max(0.2, seconds))
        self._hurry.set()

    def watch_files(self, patterns: Tuple[str, ...]) -> None:
        """Read the files that these patterns match, too."""
        self._patterns = patterns
        self.look()  # the daemon too: which file is the main one may be another since the last tick

    def refresh(self) -> None:
        """Read all anew, and send it even where it is what was sent last."""
        self._last.clear()
        self._hint(EVERYTHING)
        self._hurry.set()

    def request_connections(self, wanted: SampleConnections) -> None:
        """Sample the connection table; a newer request takes the place of one that waits."""
        self._asked = wanted
        self._sampling.set()

    # --- what is read ---

    async def _tick(self) -> None:
        while True:
            started = self._clock()
            adverts = self._system.read_adverts()
            if adverts is not None:
                self._put(adverts)  # before the sample, which says of when it is that nothing more was heard
            self.look()  # before the sample: who drained a server is known when its weight is seen to change
            self.sample()
            self._put(self._system.read_sysctls())
            self._put(self._system.read_sync_daemons())
            self._put(self._system.read_host())  # last: the console takes it for the end of the first look
            self._hurry.clear()
            wait = max(0.01, started + self._interval - self._clock())
            try:
                await asyncio.wait_for(self._hurry.wait(), wait)
            except asyncio.TimeoutError:
                pass  # the next tick

    def sample(self) -> None:
        """Put a sample of the IPVS table into the outbox, or why it cannot be read."""
        at = self._clock()
        try:
            self._outbox.put(IpvsSample(at, self._system.read_ipvs()))
        except Unavailable as error:
            self._outbox.put(IpvsSample(at, None, str(error)))

    def look(self) -> None:
        """Read the daemon and the files: both are cheap to look at, and seldom change."""
        keepalived = self._system.read_keepalived()
        before: Optional[Keepalived] = self._last.get(Keepalived)
        if self._put(keepalived) and before is not None:
            if (before.pid, before.started) != (keepalived.pid, keepalived.started):
                # The console forgets what another daemon has said: what this one says is sent after it, even the same.
                self._outbox.drop(Vrrp, Checkers, CheckersUnchanged)
                for kind in (Vrrp, Checkers):
                    self._last.pop(kind, None)
            self._hint(EVERYTHING)
        loaded = self._system.read_loaded()
        if loaded is not None and self._put(loaded) and before is not None:
            self._hint(EVERYTHING)
        self._put(self._system.read_files(self._patterns))
        self._put(self._unfinished())

    def _unfinished(self) -> Unfinished:
        """Return what another agent has left; where nothing is in doubt, it is tidied instead of reported."""
        at = self._clock()
        try:
            left = self._system.left()
        except Refused as error:
            return Unfinished(at, None, str(error))
        if left is None:
            return Unfinished(at, None, None)
        if left.busy:
            return Unfinished(at, None, None, left.entry.transaction)
        if left.entry.phase == UNDONE:
            self._request_tidying(Recover())
            return Unfinished(at, None, None, undone=left_change(left))
        if settles_itself(left):
            first = left.entry.transaction != self._recovering
            self._recovering = left.entry.transaction
            self._request_tidying(Recover())  # again and again: a disk may have been read-only
            if first or undoes_itself(left):  # a drill: that takes as long as keepalived does to start
                return Unfinished(at, None, None)
        return Unfinished(at, left_change(left), None)

    async def _watch(self) -> None:
        """Follow events; begin it last, as its imports and child processes take a busy Director a second."""
        first = [asyncio.ensure_future(one.answered.wait()) for one in (self._vrrp, self._checkers)]
        try:
            await asyncio.wait(first, timeout=_PRECEDENCE)
        finally:
            for one in first:
                one.cancel()
        await self._system.watch(self._happened)

    async def _sample_connections(self) -> None:
        """Sample connections one request at a time, and only on request: it is work for the kernel."""
        while True:
            await self._sampling.wait()
            self._sampling.clear()
            if self._asked is not None:
                self._outbox.put(await self._system.sample_connections(self._asked))

    async def _read_vrrp(self) -> None:
        self._put(await self._system.read_vrrp())

    async def _read_checkers(self) -> None:
        told = await self._system.read_checkers()
        if not self._put(told):
            self._outbox.put(CheckersUnchanged(told.at))  # when keepalived was asked, as in Checkers

    def _happened(self, event: Event) -> None:
        if isinstance(event, Network):
            if self._put(event):
                self._hint(frozenset(("vrrp",)))
        elif isinstance(event, Adverts):
            self._put(event)
        elif isinstance(event, Sightings):
            self._outbox.put(event)
        elif isinstance(event, Log):
            self._outbox.put(event)
            if not event.history:
                for line in event.lines:
                    concerned = concerns(line)
                    self._hint(concerned)
                    if concerned == EVERYTHING:
                        self._hurry.set()  # a reload: look at what is loaded
        elif isinstance(event, ReadAgain):
            if event.what in EVERYTHING:
                self._hint(frozenset((event.what,)))
            else:
                self._hurry.set()

    def weights_moved(self) -> None:
        """Read the checkers, which may have moved a weight, as without a log nothing else tells; 2 s after the last look."""
        self._checkers.hint_later(asyncio.get_running_loop().time(), _WEIGHTS_APART)

    def _hint(self, what: frozenset[str]) -> None:
        now = asyncio.get_running_loop().time()
        if "vrrp" in what:
            self._vrrp.hint(now)
        if "checkers" in what:
            self._checkers.hint(now)

    def _put(self, message: State) -> bool:
        """Send a state unless it is what was sent last; return True if it is new."""
        same = replace(message, at=0.0)
        if self._last.get(type(message)) == same:
            return False
        self._last[type(message)] = same
        self._outbox.put(message)
        return True
