"""Read lines of keepalived's log: VRRP transitions, checkers' verdicts and their reasons, weights, quorums, loads of the files.

The one place that knows the log's wording on the console's side: that of 2.0 to 2.4. A line that is not understood says
nothing; none is ever an error.

Not for: putting the facts together (see `checkers.verdicts`, `checkers.quorums`, `vrrp.vrrp_state`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvstui.cluster.identity.server_names import group_names, real_server_id
from lvstui.cluster.text import plain
from lvstui.director.protocol.keepalived_messages import READS_FILES
from lvstui.keepalived.keys import ServiceKey, family_of


@dataclass(frozen=True, slots=True)
class Entered:
    """A VRRP instance changed its state."""

    instance: str
    state: str  # "MASTER", "BACKUP", "FAULT"
    reason: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A check of a real server failed. Not yet a verdict: that is the line after it, or none while it is tried again."""

    real_server: str
    reason: str


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A real server was taken out of its virtual server, or put back."""

    virtual_servers: tuple[
        str, ...
    ]  # the names that it can have: a group's has its protocol where others share the group
    real_server: str
    up: bool


@dataclass(frozen=True, slots=True)
class EffectiveWeightChange:
    """A real server's weight became another one: its checkers or a reload have changed it."""

    virtual_servers: tuple[str, ...]  # the names that the virtual server can have
    real_server: str
    weight: int


@dataclass(frozen=True, slots=True)
class QuorumChange:
    """A virtual server has gained or lost its quorum."""

    virtual_servers: tuple[str, ...]  # the names that it can have; none where it could be any of several
    up: bool
    needed: int
    hysteresis: int
    live_weight: int


Fact = Entered | Failure | VerdictChange | EffectiveWeightChange | QuorumChange

_TRIO = r"\[([0-9A-Fa-f.:]+)\]:(\w+):(\d+)"  # as the log names both kinds of server: address, protocol, port
_ENTERED = re.compile(r"\(([^()]+)\):? [Ee]ntering (MASTER|BACKUP|FAULT) (?:STATE|state)(?: \((.+)\))?")
_VERDICT = re.compile(rf"(Add|Remov|Enabl|Disabl)ing service {_TRIO} (?:to|from|of) VS (.+)")
_WEIGHT = re.compile(rf"Changing weight from -?\d+ to (-?\d+) for (?:in)?active service {_TRIO} of VS (.+)")
_QUORUM = re.compile(
    r"(Gained quorum|Lost quorum|Starting with quorum down) (\d+)[+-](\d+)=-?\d+ (?:<=|>) (-?\d+) for VS (.+)"
)
_SERVER = re.compile(_TRIO)
_GROUP = re.compile(r"\[([^\]]+)\]:\d+")
_FWMARK = re.compile(r"FWM (\d+)")
_FAILED = re.compile(r"\b(?:fail|timed? ?out|error|refused|bad|wrong|mismatch|not found)", re.IGNORECASE)
_MISC = re.compile(r"Misc check for \[.+?\] by \[(.+?)\] (.+)")
_MENTION = re.compile(rf"(?:\s+(?:on|to|for|of|with|from|server|service))*\s+{_TRIO}")
_SILENCE = re.compile(r"\(([^()]+)\):? (?:Receive advertisement timeout|Backup received priority 0 advertisement)")
_STARTS = re.compile(r"Starting Keepalived v")  # with its version, the first line of each life of the daemon


def fact(text: str) -> Fact | None:
    """Return what one line says, given without its time and identifier; None: nothing that is understood."""
    if (entered := _ENTERED.match(text)) is not None:
        instance, state, reason = entered.groups()
        return Entered(instance, state, None if reason in (None, "init") else plain(reason))
    if (verdict := _VERDICT.match(text)) is not None:
        what, address, protocol, port, virtual_server = verdict.groups()
        names = _virtual_servers(virtual_server.strip(), address, protocol)
        return VerdictChange(names, real_server_id(address, int(port)), what in ("Add", "Enabl"))
    server = _SERVER.search(text)
    if server is not None and _FAILED.search(text):
        return Failure(real_server_id(server[1], int(server[3])), _reason(text))
    if (weight := _WEIGHT.match(text)) is not None:
        number, address, protocol, port, virtual_server = weight.groups()
        names = _virtual_servers(virtual_server.strip(), address, protocol)
        return EffectiveWeightChange(names, real_server_id(address, int(port)), int(number))
    if (quorum := _QUORUM.match(text)) is not None:
        what, needed, hysteresis, live, virtual_server = quorum.groups()
        numbers = (int(needed), int(hysteresis), int(live))
        return QuorumChange(_without_a_real_server(virtual_server.strip()), what.startswith("Gained"), *numbers)
    return None


def silence_noticed(text: str) -> str | None:
    """Return the instance that notices that it must take over: its timer ran out, or it was told; None: no such line."""
    found = _SILENCE.match(text)
    return None if found is None else found[1]


def begins_with_it(text: str) -> bool:
    """Return True if the line tells of the state with which keepalived begins, or goes on after a reload."""
    return _ENTERED.match(text) is not None and text.rstrip().endswith("(init)")


def starts(text: str) -> bool:
    """Return True if the line is the first one of a life of the daemon."""
    return _STARTS.match(text) is not None


def reads_files(text: str) -> bool:
    """Return True if the line says that keepalived reads its files now."""
    return READS_FILES.search(text) is not None


def reload_begins(identifier: str, text: str) -> bool:
    """Return True if the daemon's main process, by its identifier in the log, begins a reload."""
    return identifier == "Keepalived" and text.startswith("Reloading")


def reload_ends(text: str) -> bool:
    """Return True if the line says that a reload is over."""
    return text.startswith("Reload complete")


def _reason(text: str) -> str:
    text = f"{misc[1]} {misc[2]}" if (misc := _MISC.match(text)) is not None else _MENTION.sub("", text)
    return plain(text).rstrip(".")


def _virtual_servers(text: str, address: str, protocol: str) -> tuple[str, ...]:
    """Return the names that `[10.10.0.20]:tcp:80`, `FWM 7` or `[web]:0` can have, as the log has it beside a real server.

    `[web]:1` is the second virtual server that uses the group. The log does not tell a mark's family: but for tunnels it is
    that of the real servers.
    """
    family = family_of(address)
    if (server := _SERVER.fullmatch(text)) is not None:
        return (f"{server[2].lower()}/{real_server_id(server[1], int(server[3]))}",)
    if (mark := _FWMARK.fullmatch(text)) is not None:
        return (str(ServiceKey.marked(int(mark[1]), family)),)
    if (group := _GROUP.fullmatch(text)) is not None:
        names = group_names(group[1], family if protocol == "none" else protocol.lower())
        # Before 2.2.2 a group of marks alone keeps the protocol that is written, and its name has the family all the same
        return tuple(dict.fromkeys((*names[:1], *group_names(group[1], family), *names[1:])))
    return (plain(text),)


def _without_a_real_server(virtual_server: str) -> tuple[str, ...]:
    """Return the names of a line that has no real server: it does not tell the protocol or family of a group or a mark."""
    names = (_virtual_servers(virtual_server, address, "tcp") for address in ("0.0.0.0", "::"))
    found = dict.fromkeys(name for some in names for name in some)
    return tuple(name for name in found if not name.endswith("/tcp"))
