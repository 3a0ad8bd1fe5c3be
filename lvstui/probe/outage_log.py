"""Make outages of requests that were answered or lost. Sans-IO: times of one monotonic clock in, in seconds.

Requests are counted in the order in which they were sent, whatever order they end in. An outage begins when the first request
that gets no answer is sent, and ends with the first answer to one that was sent later. A request whose SYN was sent a second time
is answered late, often after some that were sent later: so the end moves to the earliest answer.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional, Tuple

KEPT = 200  # outages, the longest ones; the others are counted


class ClientOutage(NamedTuple):
    """A time in which requests were lost."""

    start: float  # when the first request that was lost was sent
    before: Optional[float]  # the last answer before; None: there was none
    end: Optional[float]  # the first answer after; None: there was none
    lost: int
    before_s: float = 0.0  # by so much it may have begun earlier: since the request before
    after_s: float = 0.0  # and ended earlier

    @property
    def length(self) -> float:
        """Return its length in seconds; one without an end is longer than any."""
        return float("inf") if self.end is None else self.end - self.start


class OutageLog:
    """The requests of one probe, as they end."""

    def __init__(self, began: float) -> None:
        self.outages: List[ClientOutage] = []  # in the order of time
        self.more = 0  # outages that are not kept: none is longer than one that is
        self.answered = 0
        self.lost = 0
        self.reasons: Dict[str, int] = {}
        self.last_answer: Optional[float] = None
        self.longest_gap = 0.0
        self._began = began
        self._ended: Dict[int, Tuple[float, Optional[float]]] = {}  # by number: sent, answered
        self._next = 0
        self._open: Optional[ClientOutage] = None
        self._before: Optional[float] = None  # the last answer, in the order of sending
        self._sent = began  # when the last request was sent, likewise

    @property
    def open(self) -> Optional[ClientOutage]:
        """Return the outage that is not over, or not yet known to be."""
        return self._open

    def answer(self, number: int, sent: float, at: float) -> None:
        """Take in that a request was answered."""
        self.answered += 1
        self.longest_gap = max(self.longest_gap, self.gap(at))
        self.last_answer = at if self.last_answer is None else max(self.last_answer, at)
        self._end(number, sent, at)

    def lose(self, number: int, sent: float, reason: str) -> None:
        """Take in that a request got no answer, and why."""
        self.lost += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        self._end(number, sent, None)

    def gap(self, now: float) -> float:
        """Return the time without an answer up to now."""
        return max(0.0, now - (self._began if self.last_answer is None else self.last_answer))

    def finish(self, now: float) -> None:
        """Take in that the last request has ended."""
        self.longest_gap = max(self.longest_gap, self.gap(now))
        if self._open is not None:
            self._keep(self._open)
            self._open = None

    def _end(self, number: int, sent: float, at: Optional[float]) -> None:
        self._ended[number] = (sent, at)
        while self._next in self._ended:
            self._count(*self._ended.pop(self._next))
            self._next += 1

    def _count(self, sent: float, at: Optional[float]) -> None:
        if self._open is not None and self._open.end is not None and sent > self._open.end:
            self._keep(self._open)
            self._open = None
        apart, self._sent = sent - self._sent, sent
        if at is None:
            found = self._open or ClientOutage(sent, self._before, None, 0, apart)
            self._open = found._replace(lost=found.lost + 1)
            return
        self._before = at if self._before is None else max(self._before, at)
        if self._open is not None and (self._open.end is None or at < self._open.end):
            self._open = self._open._replace(end=at, after_s=apart)

    def _keep(self, outage: ClientOutage) -> None:
        if len(self.outages) == KEPT:
            self.more += 1
            shortest = min(self.outages, key=_length)
            if outage.length <= shortest.length:
                return
            self.outages.remove(shortest)
        self.outages.append(outage)


def longest(outages: List[ClientOutage], number: int) -> List[ClientOutage]:
    """Return at most so many of them, the longest ones, in the order of time."""
    return sorted(sorted(outages, key=_length)[-number:], key=_start)


def _start(outage: ClientOutage) -> float:
    return outage.start


def _length(outage: ClientOutage) -> float:
    return outage.length
