"""What may be done to one real server, each with the lines to replace and the reading that is meant, or the refusal.

Not for: putting changes together and proving them (see `edit`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lvstui.keepalived import blocks, weights
from lvstui.keepalived.keys import RealServerKey, family_of
from lvstui.keepalived.mark import Mark, marked
from lvstui.keepalived.model import Configuration, RealServer, Version, VirtualServer
from lvstui.keepalived.proof import Meant
from lvstui.keepalived.sites import EditRefused, Splice, refusal

_BY_HAND = "Change it by hand."


class Change(Protocol):
    """What is to be done to one real server."""

    @property
    def virtual_server(self) -> str: ...

    @property
    def real_server(self) -> RealServerKey: ...

    def splice(self, configuration: Configuration) -> tuple[Splice, Meant]:
        """The lines to replace, and what the reading must say afterwards. Raises EditRefused."""
        ...


@dataclass(frozen=True, slots=True)
class Drain:
    """Weight 0, with a comment that remembers the weight."""

    virtual_server: str
    real_server: RealServerKey
    by: str
    when: datetime
    reason: str = ""

    def __str__(self) -> str:
        return f"drain {self.real_server} in {self.virtual_server}"

    def splice(self, configuration: Configuration) -> tuple[Splice, Meant]:
        server, real = _target(configuration, self.virtual_server, self.real_server)
        _zero_allowed(configuration, real)
        if real.drained is not None:
            raise refusal(
                configuration, real.span[0], f"{real.key} is drained already, by {real.drained.by}", "Restore it first."
            )
        if real.weight == 0:
            raise refusal(
                configuration, real.span[0], f"the weight of {real.key} is 0 already", "There is nothing to do."
            )

        def mark(original: bytes | None, name: str | None) -> Mark:
            return marked(real.weight, self.by, self.when, self.reason, original, name)

        return weights.put_weight(configuration, real, 0, mark), Meant(server.id, real.key, weight=0)


@dataclass(frozen=True, slots=True)
class Restore:
    """The bytes from before the drain."""

    virtual_server: str
    real_server: RealServerKey

    def __str__(self) -> str:
        return f"restore {self.real_server} in {self.virtual_server}"

    def splice(self, configuration: Configuration) -> tuple[Splice, Meant]:
        server, real = _target(configuration, self.virtual_server, self.real_server)
        if real.drained is None:
            what = "nothing tells what it was before" if real.weight == 0 else "it is not drained"
            raise refusal(
                configuration,
                real.span[0],
                f"the weight of {real.key} is {real.weight} and {what}",
                "Set a weight instead.",
            )
        return weights.take_back(configuration, real), Meant(server.id, real.key)


@dataclass(frozen=True, slots=True)
class SetWeight:
    virtual_server: str
    real_server: RealServerKey
    weight: int

    def __str__(self) -> str:
        return f"weight {self.weight} for {self.real_server} in {self.virtual_server}"

    def splice(self, configuration: Configuration) -> tuple[Splice, Meant]:
        server, real = _target(configuration, self.virtual_server, self.real_server)
        _weight_allowed(configuration, real, self.weight)
        if real.weight == self.weight and real.drained is None:
            raise refusal(
                configuration,
                real.span[0],
                f"the weight of {real.key} is {self.weight} already",
                "There is nothing to do.",
            )
        return weights.put_weight(configuration, real, self.weight, None), Meant(
            server.id, real.key, weight=self.weight
        )


@dataclass(frozen=True, slots=True)
class Add:
    """One more real server, modelled on `like` (None: the last that is written out); its weight too unless given."""

    virtual_server: str
    real_server: RealServerKey
    weight: int | None = None
    like: RealServerKey | None = None

    def __str__(self) -> str:
        return f"add {self.real_server} to {self.virtual_server}"

    def splice(self, configuration: Configuration) -> tuple[Splice, Meant]:
        server = _server(configuration, self.virtual_server)
        model = self._model(configuration, server)
        if server.real_server(self.real_server) is not None:
            raise refusal(
                configuration, server.span[0], f"{self.real_server} is there already", "There is nothing to do."
            )
        if model.method != "TUN" and family_of(self.real_server.address) != family_of(model.key.address):
            raise refusal(configuration, server.span[0], f"{self.real_server} is of another address family", _BY_HAND)
        if model.method != "NAT" and self.real_server.port != model.key.port:
            raise refusal(
                configuration,
                server.span[0],
                f"with {model.method} the port of a real server is that of its virtual server, {model.key.port}",
                "Name it with that port.",
            )
        weight = self.weight
        if weight is None:
            weight = model.drained.weight if model.drained is not None else model.weight
        _weight_allowed(configuration, model, weight)
        splice = blocks.one_more(configuration, server, model, self.real_server, weight)
        return splice, Meant(server.id, self.real_server, weight=weight, added=True)

    def _model(self, configuration: Configuration, server: VirtualServer) -> RealServer:
        if self.like is not None:
            return _real(configuration, server, self.like)
        written = (real for real in reversed(server.real_servers) if blocks.written_out(configuration, real))
        return next(written, server.real_servers[-1])


@dataclass(frozen=True, slots=True)
class Remove:
    virtual_server: str
    real_server: RealServerKey

    def __str__(self) -> str:
        return f"remove {self.real_server} from {self.virtual_server}"

    def splice(self, configuration: Configuration) -> tuple[Splice, Meant]:
        server, real = _target(configuration, self.virtual_server, self.real_server)
        if len(server.real_servers) == 1:
            raise refusal(
                configuration,
                real.span[0],
                f"{real.key} is the last real server of {server.id}: without it keepalived drops the virtual server",
                "Remove the virtual server by hand, if that is what is wanted.",
            )
        return blocks.take_away(configuration, server, real), Meant(server.id, real.key, removed=True)


def _server(configuration: Configuration, name: str) -> VirtualServer:
    server = configuration.virtual_server(name)
    if server is None:
        raise EditRefused(
            f"there is no virtual server {name}",
            configuration.path,
            1,
            f"There are: {', '.join(one.id for one in configuration.virtual_servers[:5]) or 'none'}.",
        )
    return server


def _real(configuration: Configuration, server: VirtualServer, key: RealServerKey) -> RealServer:
    real = server.real_server(key)
    if real is None:
        there = ", ".join(str(one.key) for one in server.real_servers[:5])
        raise refusal(configuration, server.span[0], f"{server.id} has no real server {key}", f"There are: {there}.")
    return real


def _target(configuration: Configuration, name: str, key: RealServerKey) -> tuple[VirtualServer, RealServer]:
    server = _server(configuration, name)
    return server, _real(configuration, server, key)


def _weight_allowed(configuration: Configuration, real: RealServer, weight: int) -> None:
    limit = 65535  # the kernel and every keepalived take this much; no one needs more
    if not 0 <= weight <= limit:
        raise refusal(configuration, real.span[0], f"a weight is 0 to {limit}, not {weight}", "Choose another.")
    if weight == 0:
        _zero_allowed(configuration, real)


def _zero_allowed(configuration: Configuration, real: RealServer) -> None:
    if (why := weight_zero_fault(configuration.version)) is not None:
        raise refusal(configuration, real.span[0], why, "Use ipvsadm on both Directors, or a newer keepalived.")


def weight_zero_fault(version: Version | None) -> str | None:
    """Why a keepalived of that version cannot hold a weight of 0; None where it can, or is not known."""
    if version is None or (2, 0, 16) <= version < (2, 1, 0) or version >= (2, 2, 2):
        return None
    name = ".".join(map(str, version))
    if version < (2, 0, 0):
        return f"keepalived {name} does not push a weight of 0 to the kernel"
    if version < (2, 0, 16):
        return f"keepalived {name} refuses a weight of 0"
    if version < (2, 2, 0):
        return f"keepalived {name} makes 1 of a weight of 0"
    return f"keepalived {name} never pushes a changed weight to the kernel"
