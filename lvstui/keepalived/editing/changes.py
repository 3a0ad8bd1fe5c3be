"""Say of each change of a real server which lines it replaces and what the reading must say then, or refuse it.

Not for: putting changes together and proving them (see `edit`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from lvstui.keepalived.drain_comment import Mark, marked
from lvstui.keepalived.editing import block_numbers, blocks
from lvstui.keepalived.editing.block_numbers import weight_of
from lvstui.keepalived.editing.clashes import refuse_clash
from lvstui.keepalived.editing.locations import BY_HAND, EditRefused, Splice, refusal
from lvstui.keepalived.editing.proof import Meant, MeantPriority
from lvstui.keepalived.keys import RealServerKey, family_of
from lvstui.keepalived.parsing.dialect import Version, name_of
from lvstui.keepalived.reading.model import Configuration, ConfiguredRealServer, VirtualServer
from lvstui.keepalived.reading.names import named_virtual_server

MAX_WEIGHT = 65535  # what every keepalived since 2.0 takes; IPVS itself could hold more


class Change(Protocol):
    """Name what is to be done to one real server, or to the priority of one instance."""

    def splice(self, configuration: Configuration) -> tuple[Splice, Meant | MeantPriority]:
        """Return the lines to replace, and what the reading must say afterwards. Raises EditRefused."""
        ...


@dataclass(frozen=True, slots=True)
class DrainRealServer:
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

        return block_numbers.put(configuration, weight_of(real), 0, mark), Meant(server.id, real.key, weight=0)


@dataclass(frozen=True, slots=True)
class RestoreRealServer:
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
        return block_numbers.take_back(configuration, weight_of(real)), Meant(server.id, real.key)


@dataclass(frozen=True, slots=True)
class SetWeight:
    """Another weight, and no comment of a drain."""

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
        return block_numbers.put(configuration, weight_of(real), self.weight, None), Meant(
            server.id, real.key, weight=self.weight
        )


@dataclass(frozen=True, slots=True)
class AddRealServer:
    """One more real server, modelled on `like` (None: the last that is written out); its weight too unless given."""

    virtual_server: str
    real_server: RealServerKey
    weight: int | None = None
    like: RealServerKey | None = None

    def __str__(self) -> str:
        return f"add {self.real_server} to {self.virtual_server}"

    def splice(self, configuration: Configuration) -> tuple[Splice, Meant]:
        server = _server(configuration, self.virtual_server)
        model = self.model(configuration)
        refuse_clash(configuration, server, replace(model, key=self.real_server))
        if server.real_server(self.real_server) is not None:
            raise refusal(
                configuration, server.span[0], f"{self.real_server} is there already", "There is nothing to do."
            )
        if model.method != "TUN" and family_of(self.real_server.address) != family_of(model.key.address):
            raise refusal(configuration, server.span[0], f"{self.real_server} is of another address family", BY_HAND)
        if model.method != "NAT" and self.real_server.port != model.key.port:
            raise refusal(
                configuration,
                server.span[0],
                f"with {model.method} the port of a real server is that of its virtual server, {model.key.port}",
                "Name it with that port.",
            )
        own_port = server.services[0].port if server.group is None and server.services else 0
        if self.real_server.port == 0 and own_port:
            raise refusal(
                configuration,
                server.span[0],
                f"keepalived reads port 0 of a real server as the port of its virtual server, {own_port}",
                f"Name it {RealServerKey(self.real_server.address, own_port)}.",
            )
        weight = self.weight
        if weight is None:
            weight = model.drained.weight if model.drained is not None else model.weight
        _weight_allowed(configuration, model, weight)
        splice = blocks.one_more(configuration, _block_of(server, model), model, self.real_server, weight)
        return splice, Meant(server.id, self.real_server, weight=weight, added=True)

    def model(self, configuration: Configuration) -> ConfiguredRealServer:
        """Return the real server that it is a copy of. Raises EditRefused."""
        server = _server(configuration, self.virtual_server)
        if self.like is not None:
            return _real(configuration, server, self.like)
        written = (real for real in reversed(server.own_real_servers) if blocks.written_out(configuration, real))
        return next(written, server.own_real_servers[-1])


@dataclass(frozen=True, slots=True)
class RemoveRealServer:
    """One real server less."""

    virtual_server: str
    real_server: RealServerKey

    def __str__(self) -> str:
        return f"remove {self.real_server} from {self.virtual_server}"

    def splice(self, configuration: Configuration) -> tuple[Splice, Meant]:
        server, real = _target(configuration, self.virtual_server, self.real_server)
        block = _block_of(server, real)
        if len(block.own_real_servers) == 1:
            raise refusal(
                configuration,
                real.span[0],
                f"{real.key} is the last real server of {server.id}: without it keepalived drops the virtual server",
                "Remove the virtual server by hand, if that is what is wanted.",
            )
        return blocks.take_away(configuration, block, real), Meant(server.id, real.key, removed=True)


def _server(configuration: Configuration, name: str) -> VirtualServer:
    server = configuration.virtual_server(name)
    if server is not None:
        return server
    try:
        found = named_virtual_server(name, [one.id for one in configuration.virtual_servers])
    except LookupError as error:
        raise EditRefused(str(error.args[0]), configuration.path, 1, "Name one that there is.") from error
    server = configuration.virtual_server(found)
    assert server is not None
    return server


def _block_of(server: VirtualServer, real: ConfiguredRealServer) -> VirtualServer:
    """Return the virtual server in whose block the real server stands: another than `server` where two have its name."""
    return next((one for one in server.also if one.span[0] < real.span[0] <= one.span[1]), server)


def _real(configuration: Configuration, server: VirtualServer, key: RealServerKey) -> ConfiguredRealServer:
    real = server.real_server(key)
    if real is None:
        there = ", ".join(str(one.key) for one in server.real_servers[:5])
        raise refusal(configuration, server.span[0], f"{server.id} has no real server {key}", f"There are: {there}.")
    return real


def _target(configuration: Configuration, name: str, key: RealServerKey) -> tuple[VirtualServer, ConfiguredRealServer]:
    server = _server(configuration, name)
    real = _real(configuration, server, key)
    refuse_clash(configuration, server, real)
    return server, real


def _weight_allowed(configuration: Configuration, real: ConfiguredRealServer, weight: int) -> None:
    if not 0 <= weight <= MAX_WEIGHT:
        raise refusal(configuration, real.span[0], f"a weight is 0 to {MAX_WEIGHT}, not {weight}", "Choose another.")
    if weight == 0:
        _zero_allowed(configuration, real)


def _zero_allowed(configuration: Configuration, real: ConfiguredRealServer) -> None:
    if (why := weight_zero_fault(configuration.version)) is not None:
        raise refusal(configuration, real.span[0], why, "Use ipvsadm on both Directors, or a newer keepalived.")


def weight_zero_fault(version: Version | None) -> str | None:
    """Return why a keepalived of that version cannot hold a weight of 0; None where it can, or is not known."""
    if version is None or (2, 0, 16) <= version < (2, 1, 0) or version >= (2, 2, 2):
        return None
    name = name_of(version)
    if version < (2, 0, 0):
        return f"keepalived {name} does not push a weight of 0 to the kernel"
    if version < (2, 0, 16):
        return f"keepalived {name} refuses a weight of 0"
    if version < (2, 2, 0):
        return f"keepalived {name} makes 1 of a weight of 0"
    return f"keepalived {name} never pushes a changed weight to the kernel"
