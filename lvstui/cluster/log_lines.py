"""What lines of keepalived's log say: VRRP transitions, checkers' verdicts and their reasons, the daemon's own life.

Wording of 2.1.5, 2.2.7 and 2.3.3. A line that is not understood says nothing; none is ever an error.

Not for: putting the facts together (see `verdicts` and `roles`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lvstui.cluster.text import plain
from lvstui.keepalived.keys import canonical_address


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
class Verdict:
    """A real server was taken out of its virtual server, or put back."""

    virtual_server: str
    real_server: str
    up: bool


Fact = Entered | Failure | Verdict

_TRIO = r"\[([0-9A-Fa-f.:]+)\]:(\w+):(\d+)"  # as the log names both kinds of server: address, protocol, port
_SERVER = re.compile(_TRIO)
_ENTERED = re.compile(r"\(([^()]+)\):? [Ee]ntering (MASTER|BACKUP|FAULT) (?:STATE|state)(?: \((.+)\))?")
_VERDICT = re.compile(rf"(Add|Remov|Enabl|Disabl)ing service {_TRIO} (?:to|from|of) VS (.+)")
_GROUP = re.compile(r"\[([^\]]+)\]:\d+")
_FWMARK = re.compile(r"FWM (\d+)")
_FAILED = re.compile(r"\b(?:fail|timed? ?out|error|refused|bad|wrong|mismatch|not found)", re.IGNORECASE)
_MISC = re.compile(r"Misc check for \[.+?\] by \[(.+?)\] (.+)")
_MENTION = re.compile(rf"(?:\s+(?:on|to|for|of|with|from|server|service))*\s+{_TRIO}")


def fact(text: str) -> Fact | None:
    """What one line says, without its time and identifier."""
    if (entered := _ENTERED.match(text)) is not None:
        instance, state, reason = entered.groups()
        return Entered(instance, state, None if reason in (None, "init") else plain(reason))
    if (verdict := _VERDICT.match(text)) is not None:
        what, address, _, port, virtual_server = verdict.groups()
        real_server = real_server_id(address, int(port))
        return Verdict(_virtual_server(virtual_server.strip()), real_server, what in ("Add", "Enabl"))
    server = _SERVER.search(text)
    if server is not None and _FAILED.search(text):
        return Failure(real_server_id(server[1], int(server[3])), _reason(text))
    return None


def _reason(text: str) -> str:
    text = f"{misc[1]} {misc[2]}" if (misc := _MISC.match(text)) is not None else _MENTION.sub("", text)
    return plain(text).rstrip(".")


def _virtual_server(text: str) -> str:
    """`[10.10.0.20]:tcp:80`, `FWM 7`, `[web]:0`, as the log names them."""
    if (trio := _SERVER.fullmatch(text)) is not None:
        return f"{trio[2].lower()}/{real_server_id(trio[1], int(trio[3]))}"
    if (mark := _FWMARK.fullmatch(text)) is not None:
        return f"fwmark/{mark[1]}"
    if (group := _GROUP.fullmatch(text)) is not None:
        return f"group/{group[1]}"
    return plain(text)


@lru_cache(maxsize=4096)
def dumped_virtual_server(name: str) -> str:
    """`10.10.0.20 tcp 80`, `fwmark 7`, `group web`, as the checker dump's reading names them."""
    words = name.split()
    if len(words) == 2 and words[0] in ("fwmark", "group"):
        return f"{words[0]}/{words[1]}"
    if len(words) == 3 and words[2].isdigit():
        return f"{words[1].lower()}/{real_server_id(words[0], int(words[2]))}"
    return plain(name)


@lru_cache(maxsize=65536)
def real_server_id(address: str, port: int) -> str:
    """As everywhere: `192.168.211.13:8081`, `[2001:db8::13]:8081`."""
    if ":" not in address:
        return f"{address}:{port}"
    try:
        return f"[{canonical_address(address)}]:{port}"
    except ValueError:
        return f"[{plain(address, 60)}]:{port}"
