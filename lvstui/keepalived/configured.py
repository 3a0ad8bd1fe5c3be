"""Virtual and real servers as they are written, before anything is put into effect; None is what is not said.

Not for: reading (see `servers`), nor the effective values (see `validation`, `model`).
"""

from __future__ import annotations

from dataclasses import dataclass, field


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
    inhibit: bool | None = None
    alpha: bool | None = None
    uthreshold: int = 0
    lthreshold: int = 0
    checkers: list[tuple[int, list[str]]] = field(default_factory=list)

    @property
    def family(self) -> str:
        return "inet6" if ":" in self.address else "inet"


@dataclass(slots=True)
class Sorry:
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
    weight: int = 1
    persistence_timeout: int | None = None
    persistence_engine: str | None = None
    inhibit: bool = False
    alpha: bool = False
    omega: bool = False
    ha_suspend: bool = False
    delay_loop: float = 60.0
    sorry: Sorry | None = None
    reals: list[Real] = field(default_factory=list)
