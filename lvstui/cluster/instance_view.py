"""Hold what is known of a VRRP instance on one Director, worked out and ready to be drawn or printed.

Frozen values only; None is "not known" everywhere, as in `view`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from lvstui.cluster.identity.vips import Vip

if TYPE_CHECKING:  # the first frame of the console waits for no reading
    from lvstui.keepalived import VrrpKey


@dataclass(frozen=True)
class VipView:
    """A VIP of an instance."""

    address: str
    held: bool | None  # is it on an interface of this Director, where a VIP counts
    interface: str = ""  # that keepalived puts it on; "" not known

    @property
    def name(self) -> str:
        """Return it as an operator names it: a link-local address with its interface."""
        return Vip(self.address, self.interface).name


@dataclass(frozen=True)
class AdvertsView:
    """Whom a Director hears advertise the VRID of one of its instances; silence is as of the Director's last sample."""

    since: float  # all that came since then was heard
    listened_s: float
    patience_s: float  # who is silent for longer is not heard any more
    senders: tuple[SenderView, ...]  # the last heard first; never the Director itself

    @property
    def heard(self) -> tuple[SenderView, ...]:
        """Return those that advertise now."""
        return tuple(one for one in self.senders if one.silent_s <= self.patience_s)


@dataclass(frozen=True)
class SenderView:
    """Somebody who advertises, or did."""

    source: str
    priority: int  # of its last advert; 0: it gave up
    since: float  # when it was first heard
    last: float
    silent_s: float
    per_s: float | None  # while they came


class FaultView(NamedTuple):
    """A cause that has put an instance into FAULT, as in `director.protocol.vrrp_messages.FaultCause`."""

    kind: str
    name: str


@dataclass(frozen=True)
class VrrpView:
    """An instance, with its state and what tells it."""

    name: str
    vrid: int
    interface: str  # of its configuration, under a VMAC
    state: str | None  # "INIT", "BACKUP", "MASTER", "FAULT"; None: not known (keepalived does not run, no link)
    evidence: str  # where the state comes from: "keepalived", "log", "address", "" when not known
    priority: int | None  # effective; the configured one until keepalived has told
    vips: tuple[VipView, ...]
    since: float | None
    adverts_per_s: float | None  # sent as MASTER, received as BACKUP
    adverts: AdvertsView | None = None  # of others; None: it does not listen there, so it is not known
    family: str = "inet"  # or "inet6"
    device: str = ""  # where it speaks: its VMAC, or its interface; "" not known
    faults: tuple[FaultView, ...] = ()  # why it is in FAULT; none where it is not told

    @property
    def key(self) -> VrrpKey:
        """Return what tells it from other instances; the name may be another one on each Director."""
        from lvstui.keepalived import VrrpKey

        return VrrpKey(self.interface, self.vrid, self.family)

    @property
    def title(self) -> str:
        """Return its name with its interface and family: another one may have the name, or the VRID."""
        return f"{self.name} ({self.key.place})"
