"""Number the firewall marks that keepalived gives to groups of addresses with `nftables_ipvs`.

The whole group is then one service of the kernel for each protocol: rules of nftables put the mark on what comes for its
addresses. keepalived counts the marks on, from `nftables_ipvs_start_fwmark`, in the order in which it makes the services; a
group keeps its mark at a reload, so what the daemon has may differ from what a new one would count. Its checker dump tells.

Not for: groups that have firewall marks of their own: those are services as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lvstui.keepalived.parsing.dialect import Version
from lvstui.keepalived.parsing.numbers import UNSIGNED_MAX, unsigned
from lvstui.keepalived.reading.defaults import FIRST_FWMARK
from lvstui.keepalived.reading.model import GlobalDefs, GroupFwmarks

KNOWN_SINCE = (2, 2, 0)


@dataclass(slots=True)
class Fwmarks:
    """The marks of one configuration, as its keepalived gives them."""

    next: int
    given: dict[tuple[str, str], int] = field(default_factory=dict)  # (group, protocol) -> mark

    @classmethod
    def of(cls, global_defs: GlobalDefs, version: Version | None, known: GroupFwmarks = ()) -> Fwmarks | None:
        """Return the marks; None where keepalived makes a service of each address. `known`: those that the daemon has given."""
        if version is not None and version < KNOWN_SINCE:
            return None
        start: int | None = None
        for words in global_defs.settings:
            if words[0] == "nftables_ipvs" and start is None:
                start = FIRST_FWMARK  # whatever was said before
            elif words[0] == "nftables_ipvs_start_fwmark" and start is not None and len(words) > 1:
                start = unsigned(words[1].encode(), 1, UNSIGNED_MAX)[0] or start
        if start is None:
            return None
        given = dict(known)
        return cls(max([start, *(mark + 1 for mark in given.values())]), given)

    def number(self, group: str, protocol: str) -> int:
        """Return the mark of that group for that protocol: the next one, unless it has one."""
        found = self.given.get((group, protocol))
        if found is None:
            found = self.given[group, protocol] = self.next
            self.next += 1
        return found
