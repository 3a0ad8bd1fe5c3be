"""Hold virtual and real servers as they are written, before anything is put into effect; None is what is not said.

Not for: reading (see `checker_process`), nor the effective values (see `effective`, `model`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lvstui.keepalived.keys import family_of


@dataclass(slots=True)
class Times:
    """Hold how often, how long and how many times a checker looks; seconds."""

    retry: int | None = None
    delay_before_retry: float | None = None
    connect_timeout: float | None = None
    delay_loop: float | None = None
    warmup: float | None = None


@dataclass(frozen=True, slots=True)
class TrackWeight:
    """The weight of a tracked file: its number, multiplied with this, is added to the weight of the real server."""

    weight: int
    reverse: bool = False


@dataclass(slots=True)
class CheckerBlock:
    """A checker's block."""

    kind: str
    at: int
    options: list[str] = field(default_factory=list)
    times: Times = field(default_factory=Times)
    alpha: bool | None = None
    urls: int = 0  # with a path
    hosts: list[Times] = field(default_factory=list)  # of an SMTP_CHECK: each is a checker of its own
    own: bool = False  # does it say where to connect, or from where?
    script: bool = False
    connect_ip: str | None = None
    bind_if: bool = False
    misc_timeout: int | None = None
    misc_dynamic: bool = False
    track_file: str | None = None
    weight: TrackWeight | None = None
    default_weight: TrackWeight | None = None  # of the tracked file itself


@dataclass(slots=True)
class Real:
    """A real server as configured; None is what it does not say."""

    address: str
    port: int
    method: str | None
    first: int
    last: int = -1
    weight: int | None = None
    weight_at: int = -1  # statement
    zero: bool = False  # written as 0, of which 2.1 makes 1 in the kernel alone
    inhibit: bool | None = None
    alpha: bool | None = None
    uthreshold: int = 0
    lthreshold: int = 0
    times: Times = field(default_factory=Times)
    checkers: list[CheckerBlock] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """Return the weight that it brings to the quorum."""
        return 0 if self.zero else self.weight or 0

    @property
    def family(self) -> str:
        return family_of(self.address)


@dataclass(slots=True)
class Sorry:
    """A sorry server as configured."""

    address: str
    port: int
    method: str | None
    at: int
    inhibit: bool = False


@dataclass(slots=True)
class Virtual:
    """A virtual server as configured."""

    first: int
    group: str | None = None
    fwmark: int | None = None
    address: str = ""
    port: int = 0
    last: int = -1
    family: str | None = None
    protocol: str = ""
    scheduler: str = ""
    flags: list[str] = field(default_factory=list)
    method: str | None = None
    quorum: int = 1
    hysteresis: int = 0
    quorum_up: str | None = None
    quorum_down: str | None = None
    weight: int = 1
    persistence_timeout: int | None = None
    persistence_engine: str | None = None
    inhibit: bool = False
    alpha: bool = False
    omega: bool = False
    ha_suspend: bool = False
    times: Times = field(default_factory=Times)
    sorry: Sorry | None = None
    reals: list[Real] = field(default_factory=list)
