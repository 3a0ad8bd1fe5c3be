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
from lvstui.cluster.plan.facts import Facts, effective_weight
from lvstui.director.protocol.ipvs_messages import RealServerId
from lvstui.keepalived import ConfiguredRealServer, VirtualServer


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
    if sorry_serves(facts, server):
        return Absence.NO_QUORUM
    dumped = bool(facts.alive)  # keepalived has told what it has loaded
    if alive is None and facts.pending is not False and (dumped or facts.pending):
        return Absence.NOT_LOADED
    return Absence.UNEXPLAINED


def sorry_serves(facts: Facts, server: VirtualServer) -> bool:
    """Return True if its sorry server gets the clients, because its quorum is lost.

    One that is a real server of it as well has one row for both: it serves in place of the others only if none of those does.
    """
    sorry = server.sorry_server
    if sorry is None:
        return False
    weights = facts.weights or {}
    place = RealServerId(sorry.key.address, sorry.key.port)
    services = (service_id(one) for one in server.services)
    if not any(weights.get((service, place), 0) > 0 for service in services):
        return False
    if server.real_server(sorry.key) is None:
        return True
    others = (real for real in server.real_servers if real.key != sorry.key)
    return not any(weights.get(key) for real in others for key in kernel_keys(server, real))


def held_at_zero(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> bool:
    """Return True if keepalived leaves its rows there with weight 0 (`inhibit_on_failure`): it is down, or the quorum is lost."""
    return real.inhibit_on_failure and explain(facts, server, real) in (Absence.DEAD, Absence.NO_QUORUM)


def shown_otherwise(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> int | None:
    """Return the weight of a row of it that is not what its files give; None: there is none, or a script decides."""
    if real.misc_dynamic or (real.file_checks and facts.added is None):
        return None
    weight = 0 if held_at_zero(facts, server, real) else effective_weight(facts, server, real)
    weights = facts.weights or {}
    return next((weights[key] for key in kernel_keys(server, real) if weights.get(key, weight) != weight), None)
