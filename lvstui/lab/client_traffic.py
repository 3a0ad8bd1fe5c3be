"""Ask for the client's traffic from the host, and report what the client saw."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Literal

from lvstui.lab.control_port import ControlLink
from lvstui.lab.errors import LabError
from lvstui.lab.guest import addresses

_POLL_S = 0.1


@dataclass(frozen=True)
class Traffic:
    """A wish: short requests, or `count` connections held open and asked `rate` times a second each."""

    kind: Literal["requests", "hold"] = "requests"
    count: int = 1_000_000
    rate: float = 10.0
    seconds: float = 600.0
    patience_s: float = 1.0
    address: str = addresses.SERVICE_VIP
    port: int = addresses.SERVICE_PORT
    # A client that persistence should see as another one asks from another of CLIENT_ADDRESSES.
    source: str = addresses.CLIENT_ADDRESSES[0]

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.count < 1 or self.seconds <= 0 or self.patience_s <= 0:
            raise LabError("count, rate, seconds and patience_s must be above zero; no traffic was sent.")


@dataclass(frozen=True)
class TrafficReport:
    """The answers that the client has seen; `longest_gap_s` is the longest time without an answer.

    `late`: answers that took half a second or more, because the server was slow or TCP had to send a packet again.
    """

    kind: str
    running: bool
    sent: int
    answered: int
    pages: dict[str, int]
    errors: dict[str, int]
    sequence: list[str]
    longest_gap_s: float
    longest_answer_s: float
    late: int
    connections: list[dict[str, Any]]


class RunningTraffic:
    """A stream in the guest, by its number there."""

    def __init__(self, link: ControlLink, number: int) -> None:
        self._link = link
        self._number = number

    def report(self, *, stop: bool = False) -> TrafficReport:
        """Return the report so far; or all of it, when it is stopped."""
        return TrafficReport(**self._link.ask("traffic-report", number=self._number, stop=stop))

    def wait(self) -> TrafficReport:
        """Wait until its count or its time is over, and return the report."""
        while (report := self.report()).running:
            time.sleep(_POLL_S)
        return report
