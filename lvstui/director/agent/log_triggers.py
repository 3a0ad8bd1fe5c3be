"""Decide which log lines are a reason to read again. Not for what a line means to the operator.

Each of our reads asks keepalived with a signal, and keepalived logs a line for it ("Printing …"): such a line, or one that a
detailed log repeats at every advert, must never cause a read, or the agent would run in a circle.
"""

from __future__ import annotations

import re
from typing import FrozenSet

from ..protocol.keepalived_messages import LogLine

_VRRP = re.compile(
    r"Entering \w+ STATE|Changing effective priority|Effective priority|priority 0|transition|Netlink reports|Sync group|Quorum"
)
_CHECKERS = re.compile(
    r"^(Removing|Adding|Enabling|Disabling|Changing weight) |service \[|Misc check|(Gained|Lost) quorum|Remote \w+ server"
    r"|check succe|check fail|success\.$|failed\b|no longer exist"
)
_RELOAD = re.compile(r"^(Reload|Reloading|Startup|Starting|Stopped|Stopping|Got SIGHUP)")
_OWN = re.compile(r"^Printing ")

NOTHING: FrozenSet[str] = frozenset()
EVERYTHING = frozenset(("vrrp", "checkers"))


def concerns(line: LogLine) -> FrozenSet[str]:
    """Return the things to read again after this line: "vrrp", "checkers", both or none."""
    if _OWN.search(line.text):
        return NOTHING
    if _RELOAD.search(line.text):
        return EVERYTHING
    if line.identifier.endswith("_vrrp"):
        return frozenset(("vrrp",)) if _VRRP.search(line.text) else NOTHING
    if line.identifier.endswith("_healthcheckers"):
        return frozenset(("checkers",)) if _CHECKERS.search(line.text) else NOTHING
    found = [name for name, pattern in (("vrrp", _VRRP), ("checkers", _CHECKERS)) if pattern.search(line.text)]
    return frozenset(found)
