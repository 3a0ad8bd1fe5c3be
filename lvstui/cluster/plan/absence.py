"""Explain why a configured real server is not in a kernel, where something explains it.

    its checkers report it dead              keepalived has taken it out
    its virtual server's sorry server serves   keepalived has taken all of them out, because the quorum is lost
    keepalived has not loaded it yet           the next reload brings it in
    none of these                              somebody else has removed it: keepalived does not put it back, nor change it

Not for: what to say or do about it (see `guards.kernel_rows`, `plan`).
"""

from __future__ import annotations

from enum import Enum

from lvstui.cluster.identity.kernel_key import KernelKey, kernel_keys
from lvstui.cluster.identity.server_names import service_id
from lvstui.cluster.plan.facts import Facts
from lvstui.director.protocol.ipvs_messages import RealServerId
from lvstui.keepalived import ConfiguredRealServer, SorryServer, VirtualServer


class Absence(Enum):
    DEAD = "its checkers report it dead"
    NO_QUORUM = "the sorry server serves in its place"
    NOT_LOADED = "keepalived has not loaded it yet"
    UNEXPLAINED = "for no known reason"


def absent(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> tuple[KernelKey, ...]:
    """Return the kernel's rows of a real server that are not there."""
    weights = facts.weights or {}
    return tuple(key for key in kernel_keys(server, real) if key not in weights)


def explain(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> Absence:
    """Return why rows of a real server are not in the kernel."""
    alive = facts.alive.get((server.id, str(real.key)))
    if alive is False:
        return Absence.DEAD
    if server.sorry_server is not None and _serves(facts, server, server.sorry_server):
        return Absence.NO_QUORUM
    dumped = bool(facts.alive)  # keepalived has told what it has loaded
    if alive is None and facts.pending is not False and (dumped or facts.pending):
        return Absence.NOT_LOADED
    return Absence.UNEXPLAINED


def _serves(facts: Facts, server: VirtualServer, sorry: SorryServer) -> bool:
    weights = facts.weights or {}
    place = RealServerId(sorry.key.address, sorry.key.port)
    services = (service_id(one) for one in server.services)
    return any(weights.get((service, place), 0) > 0 for service in services)
