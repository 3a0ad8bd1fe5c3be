"""Hold what a simulated Director is at a moment: its file, its VRRP state, its kernel's rows, its log. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field

from lvstui.director.protocol.keepalived_messages import LogLine
from lvstui.keepalived import Configuration, RealServerKey, ServiceKey


@dataclass
class SimulatedRow:
    """A real server in a simulated kernel."""

    weight: int
    active: float = 0.0
    inactive: float = 0.0
    connections: float = 0.0
    shown: tuple[int, int, int] = (0, 0, 0)  # connections, bytes in and out, as the kernel last refreshed them


@dataclass
class SimulatedMachine:
    """One machine of the world. Times are of the wall clock."""

    name: str
    data: bytes
    loaded: float
    configuration: Configuration
    state: str  # "MASTER", "BACKUP" or "FAULT": of both instances, which the sync group keeps together
    since: float
    timer: float  # a MASTER's next adverts are due then; a BACKUP becomes MASTER then, unless it hears adverts
    locked: bool = False  # an agent is writing here
    passed: float = 0.0  # connections that came through its networks, of rows that are gone too
    rows: dict[tuple[ServiceKey, RealServerKey], SimulatedRow] = field(default_factory=dict)
    log: list[LogLine] = field(default_factory=list)

    @property
    def master(self) -> bool:
        return self.state == "MASTER"

    @property
    def priority(self) -> int:
        return self.configuration.vrrp[0].priority

    def say(self, at: float, identifier: str, text: str) -> None:
        """Write a line into its log."""
        self.log.append(LogLine(at, identifier, text))
