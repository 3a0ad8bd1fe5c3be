"""Run a probe on this machine or on a host that SSH reaches, and turn what it tells into a drill's `ProbeResult`.

Its times are of the probe's own clock; round trips bound how far that is from this machine's. Not for: sending requests (see
`lvstui.probe`), nor which target may be asked (see `cluster.drill.clients.probe_target`).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lvstui.cluster.drill.result import HeldConnection, HeldFate, ProbeOutage, ProbeResult
from lvstui.cluster.observed.clock_offset import ClockOffset
from lvstui.cluster.text import plain
from lvstui.director.protocol.link_messages import Pong
from lvstui.probe.probe_wish import PATIENCE, ProbeWish
from lvstui.transport.link import ByteLink, Connector, LinkError

_PING = 0.5  # seconds
_OVER = 15.0  # seconds after its time, or after it was told to stop, until a probe is given up
_FAREWELL = 5.0  # seconds
_LONGEST_LINE = 1024 * 1024  # bytes


@dataclass(frozen=True)
class ProbeNews:
    """A probe while it runs, and how its clients fare."""

    sent: int
    answered: int
    lost: int
    silent_s: float  # since the last answer
    longest_gap_s: float
    outages: int
    held: HeldFate | None  # None: it holds


class ProbeRun:
    """One probe. `run` never raises: what went wrong is in the result."""

    def __init__(
        self,
        connector: Connector,
        wish: ProbeWish,
        target: str,
        *,
        wall: Callable[[float], float],
        news: Callable[[ProbeNews], None] = lambda news: None,
    ) -> None:
        """`target` is what it is called in the result; `wall` gives the time of a drill for this machine's monotonic clock."""
        self.answered = asyncio.Event()  # the first answer has come
        self.ended = asyncio.Event()
        self._connector = connector
        self._wish = wish
        self._target = target
        self._wall = wall
        self.news: ProbeNews | None = None  # the newest
        self._tell = news
        self._told_more = asyncio.Event()
        self._clock = ClockOffset()
        self._pings: list[float] = []  # when each was sent
        self._link: ByteLink | None = None
        self._limit: asyncio.Timeout | None = None  # until when it is waited for, while it is
        self._last: Mapping[str, Any] = {}  # what it told last of all it has seen
        self._began = 0.0
        self._stopped = False
        self._by_itself = False  # it reported without being told to
        self._error = ""

    def stop(self) -> None:
        """Let it send nothing more, and report."""
        self._stopped = True
        self._say(stop=True)
        if self._limit is not None and not self._limit.expired():
            soon = asyncio.get_running_loop().time() + _OVER
            self._limit.reschedule(min(soon, self._limit.when() or soon))

    async def run(self) -> ProbeResult:
        """Run it to its end. When it is cancelled, the probe ends at once."""
        try:
            async with asyncio.timeout(self._wish.seconds + _OVER) as self._limit:
                self._link = await self._connector.connect()
                await self._follow(self._link)
        except LinkError as error:
            self._error = str(error)
        except TimeoutError:
            self._error = "it did not report in time"
        except (ValueError, KeyError, TypeError) as error:
            self._error = f"its report cannot be understood: {type(error).__name__}"
        finally:
            self._limit = None
            await self._close()
            self.ended.set()
            self._told_more.set()
        return self.result()

    async def seen(self, condition: Callable[[ProbeNews], bool]) -> bool:
        """Wait until its clients have fared so; return False if it ended before."""
        while not self.ended.is_set():
            if self.news is not None and condition(self.news):
                return True
            self._told_more.clear()
            await self._told_more.wait()
        return False

    async def _follow(self, link: ByteLink) -> None:
        self._say(wish=self._wish._asdict())
        pinging = asyncio.ensure_future(self._ping())
        data = b""
        try:
            while part := await link.receive():
                *lines, data = (data + part).split(b"\n")
                now = time.monotonic()
                if len(data) > _LONGEST_LINE or any(self._told(json.loads(line), now) for line in lines):
                    return
        finally:
            pinging.cancel()
        raise LinkError("it ended without a report")

    async def _close(self) -> None:
        """End the probe, and wait a moment until it has: a process of this machine is to leave nothing behind."""
        if self._link is None:
            return
        self._link.abort()
        try:
            async with asyncio.timeout(_FAREWELL):
                while await self._link.receive():
                    pass
        except (LinkError, TimeoutError):
            pass  # it ends by itself

    async def _ping(self) -> None:
        while True:
            self._pings.append(time.monotonic())
            self._say(ping=len(self._pings) - 1)
            await asyncio.sleep(_PING)

    def _say(self, **told: Any) -> None:
        if self._link is not None:
            self._link.send(json.dumps(told).encode("ascii") + b"\n")

    def _told(self, told: Mapping[str, Any], now: float) -> bool:
        """Take in a line. Return True if it is the last."""
        if "refused" in told:
            raise LinkError(f"it refused: {plain(str(told['refused']))}")
        if "hello" in told and self._stopped:
            self._say(stop=True)
        if "pong" in told:
            pong = told["pong"]
            sent = self._pings[int(pong["number"])]
            self._clock.receive(
                Pong(
                    at=float(pong["sent"]), received=float(pong["received"]), sent=sent, wall=float(pong["wall"])
                ), now,
            )  # fmt: skip
        seen = told.get("report", told.get("tally"))
        if seen is not None:
            self._last = seen
            if seen["answered"]:
                self.answered.set()
            self.news = self._as_news(seen)
            self._tell(self.news)
            self._told_more.set()
        self._by_itself = "report" in told and not self._stopped
        return "report" in told

    def _as_news(self, seen: Mapping[str, Any]) -> ProbeNews:
        last = seen["last_answer"]
        silent = 0.0 if last is None else max(0.0, float(seen["at"]) - float(last))
        fate = seen["held"]["fate"]
        return ProbeNews(
            int(seen["sent"]),
            int(seen["answered"]),
            int(seen["lost"]),
            silent,
            float(seen["longest_gap"]),
            len(seen["outages"]) + int(seen.get("more_outages", 0)),
            None if fate is None else HeldFate(fate),
        )

    # --- the result ---

    def result(self) -> ProbeResult:
        """Return what it has told up to now."""
        seen = self._last
        clock = self._clock.of_monotonic(time.monotonic())
        return ProbeResult(
            target=self._target,
            host=self._connector.name,
            rate=self._wish.rate,
            requests=int(seen.get("sent", 0)),
            answered=int(seen.get("answered", 0)),
            outages=tuple(map(self._outage, seen.get("outages", ()))),
            longest_gap=float(seen["longest_gap"]) if seen else None,
            held=self._held(seen["held"]) if seen and self._wish.hold else None,
            error=self._error or _never_answered(seen),
            clock_uncertainty=clock[1] if clock is not None else None,
            reasons=tuple(f"{plain(str(reason))}: {count}" for reason, count in seen.get("reasons", {}).items()),
            skipped=int(seen.get("skipped", 0)),
            until=self._at(seen["at"]) if seen and (self._error or self._by_itself) else None,
            lost=int(seen.get("lost", 0)),
            more_outages=int(seen.get("more_outages", 0)),
        )

    def _outage(self, one: Mapping[str, Any]) -> ProbeOutage:
        end = None if one["end"] is None else self._at(one["end"])
        return ProbeOutage(
            self._at(one["start"]), end, int(one["lost"]), float(one["before_s"]) + float(one["after_s"])
        )

    def _held(self, told: Mapping[str, Any]) -> HeldConnection:
        fate = HeldFate(told["fate"] or "survived")
        at = None if told["at"] is None else self._at(told["at"])
        return HeldConnection(fate, at, "", float(told["silent"]))

    def _at(self, at: float) -> float:
        clock = self._clock.of_monotonic(time.monotonic())
        return self._wall(float(at) - (0.0 if clock is None else clock[0]))


def _never_answered(seen: Mapping[str, Any]) -> str:
    if not seen or seen["answered"] or not seen["sent"]:
        return ""
    why = ", ".join(plain(str(reason)) for reason in seen.get("reasons", {})) or f"no answer within {PATIENCE:g} s"
    return f"none of {seen['sent']} requests was answered: {why}"
