"""Predict what a reload does to the kernel beside the change: with what lay in the files before, and is not loaded yet.

    another weight          the row gets it if it is there, and not held at 0; else it may come in with it
    a real server less      its rows go
    a virtual server less   all its rows go, its sorry server's too
    a real server more      its rows may come in: keepalived adds them at once, but for `alpha` or where the quorum is lost

What cannot be foreseen is named, so that it is refused. So is what the kernel shows otherwise than the files say, where it is
not known what is loaded.

Not for: the lines that are pending (see `unloaded`), nor what a restart does (see `kernel_start`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lvstui.cluster.identity.kernel_key import KernelKey, kernel_keys
from lvstui.cluster.identity.server_names import service_id
from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.plan.absence import absent, held_at_zero, shown_otherwise, sorry_serves
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.facts import Facts, effective_weight
from lvstui.cluster.plan.guards.live_weight import live_weight, needed
from lvstui.cluster.plan.unloaded import loaded_configuration
from lvstui.director.protocol.ipvs_messages import RealServerId
from lvstui.keepalived import Configuration, ConfiguredRealServer, RealServerKey, VirtualServer

_Row = tuple[VirtualServer, ConfiguredRealServer]


@dataclass
class BroughtAlong:
    """The kernel's rows that the reload changes beside those of the targets, and what cannot be foreseen."""

    expected: list[tuple[KernelKey, int | None]] = field(default_factory=list)  # and their weights; None: gone
    possible: list[tuple[KernelKey, int]] = field(default_factory=list)  # those that may come in
    shown: dict[tuple[str, str], tuple[int | None, int | None]] = field(
        default_factory=dict
    )  # (virtual server, real server) -> weight before and after
    unforeseen: dict[str, None] = field(default_factory=dict)  # what it is about, in the order of the files


def brought_along(edited: DirectorEdit, targets: Sequence[Target]) -> BroughtAlong:
    """Return what the reload of an edit brings along; nothing where nothing is reloaded, or all is loaded."""
    found = BroughtAlong()
    facts, now = edited.facts, edited.before
    if not edited.edit.files or not facts.pending:
        return found
    mine = {
        key
        for configuration in (edited.before, edited.after)
        for one in (find(configuration, target) for target in targets)
        if one is not None
        for key in kernel_keys(*one)
    }
    loaded = loaded_configuration(facts, now)
    if loaded is None:
        _unlike(found, facts, now, mine)
        return found
    old, new = _rows(loaded), _rows(now)
    for key in dict.fromkeys((*old, *new)):
        if key not in mine:
            _compare(found, facts, key, old.get(key), new.get(key))
    _sorry_servers(found, facts, loaded, now)
    return found


def _rows(configuration: Configuration) -> dict[KernelKey, _Row]:
    return {
        key: (server, real)
        for server in configuration.virtual_servers
        for real in server.real_servers
        for key in kernel_keys(server, real)
    }


def _name(server: VirtualServer, real: ConfiguredRealServer) -> str:
    return f"{real.key} in {server.id}"


def _compare(found: BroughtAlong, facts: Facts, key: KernelKey, was: _Row | None, will: _Row | None) -> None:
    """Put in what becomes of one row."""
    has = (facts.weights or {}).get(key)
    if was is None and will is not None:
        _new(found, facts, key, has, will)
    elif was is not None and will is None:
        if has is not None:
            _expect(found, key, was, has, None)
    elif was is None or will is None or was[1] is will[1]:
        return  # nothing is said of it, or the same
    elif was[0].full_id != will[0].full_id:
        found.unforeseen[_name(*will)] = None  # the one virtual server goes, and the other comes
    elif _said(was[1]) != _said(will[1]):
        inhibit = was[1].inhibit_on_failure != will[1].inhibit_on_failure
        held = held_at_zero(facts, *was)
        if inhibit and (held or has is None):
            found.unforeseen[_name(*will)] = None
        elif has is None:
            found.possible.append((key, effective_weight(facts, *will)))
        elif not held and _said(was[1])[:2] != _said(will[1])[:2]:
            _expect(found, key, will, has, _weight(facts, *will))


def _said(real: ConfiguredRealServer) -> tuple[int, bool, bool]:
    """Return what decides about the weight of its row."""
    return real.weight, _is_weighed(real), real.inhibit_on_failure


def _is_weighed(real: ConfiguredRealServer) -> bool:
    return bool(real.misc_dynamic or real.file_checks)


def _weight(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> int:
    """Return its weight with what its checkers add now; what those added that it no longer has does not count."""
    return effective_weight(facts, server, real) if _is_weighed(real) else real.weight


def _new(found: BroughtAlong, facts: Facts, key: KernelKey, has: int | None, will: _Row) -> None:
    server, real = will
    weight = _weight(facts, server, real)
    if has == weight:
        return  # added by hand, as it is written now: keepalived takes it over
    if has is not None or (real.alpha and real.inhibit_on_failure):  # in no file until now; or in at 0 until it is seen
        found.unforeseen[_name(*will)] = None
        return
    found.possible.append((key, weight))
    comes = not real.alpha and not sorry_serves(facts, server)
    found.shown.setdefault((server.id, str(real.key)), (None, weight if comes else None))


def _expect(found: BroughtAlong, key: KernelKey, row: _Row, has: int, weight: int | None) -> None:
    server, real = row
    found.expected.append((key, weight))
    found.shown.setdefault((server.id, str(real.key)), (has, weight))


def _sorry_servers(found: BroughtAlong, facts: Facts, loaded: Configuration, now: Configuration) -> None:
    """Put in the sorry servers that go with their virtual servers; name those that serve, or would, otherwise than now."""
    kept = {service_id(service) for server in now.virtual_servers for service in server.services}
    for server in loaded.virtual_servers:
        sorry = server.sorry_server
        after = now.virtual_server(server.full_id)
        rows = _sorry_rows(facts, server)
        if sorry is None or _is_as_before(server, after) or not rows:
            continue
        gone = [key for key in rows if key[0] not in kept]
        found.expected += [(key, None) for key in gone]
        if gone:
            found.shown.setdefault((server.id, str(sorry.key)), (rows[gone[0]], None))
        elif after is None or _sorry(after) != _sorry(server):
            found.unforeseen[server.id] = None
    for server in now.virtual_servers:
        before = loaded.virtual_server(server.full_id)
        if server.sorry_server is None or before is None or _is_as_before(before, server):
            continue
        if server.real_server(server.sorry_server.key) is not None:
            found.unforeseen[server.id] = None  # one row has two meanings
        elif live_weight(facts, server) < needed(server) and not sorry_serves(facts, server):
            found.unforeseen[server.id] = None  # it would take every live one out


def _is_as_before(was: VirtualServer, will: VirtualServer | None) -> bool:
    """Return True if its lines say the same, wherever they stand."""
    return will is not None and (was is will or was.said is will.said)


def _sorry(server: VirtualServer) -> tuple[RealServerKey, bool] | None:
    """Return what decides about the row of its sorry server."""
    return None if server.sorry_server is None else (server.sorry_server.key, server.sorry_server.inhibit)


def _sorry_rows(facts: Facts, server: VirtualServer) -> dict[KernelKey, int]:
    """Return the rows of a virtual server's sorry server, and their weights."""
    sorry, weights = server.sorry_server, facts.weights or {}
    if sorry is None:
        return {}
    place = RealServerId(sorry.key.address, sorry.key.port)
    keys = [(service_id(service), place) for service in server.services]
    return {key: weights[key] for key in keys if key in weights}


def _unlike(found: BroughtAlong, facts: Facts, now: Configuration, mine: set[KernelKey]) -> None:
    """Name what the kernel shows otherwise than the files say: it is not known what is loaded, and so what would become of it."""
    rows = _rows(now)
    for key, row in rows.items():
        if key in mine:
            continue
        if shown_otherwise(facts, *row) is not None:
            found.unforeseen[_name(*row)] = None
        elif key in absent(facts, *row):
            found.possible.append((key, effective_weight(facts, *row)))
    sorry = {key for server in now.virtual_servers for key in _sorry_rows(facts, server)}
    own = {service_id(service) for server in now.virtual_servers for service in server.services}
    known = {server.id for server in now.virtual_servers}
    lost = any(id not in known for id, _ in facts.alive)  # keepalived has a virtual server that the files do not have
    for key in sorted((facts.weights or {}).keys() - rows.keys() - sorry - mine):
        if key[0] not in own and not lost:
            continue  # of a service that is not keepalived's: no reload touches it
        found.unforeseen[f"{key[1].address} {key[1].port}, which is in no file"] = None
