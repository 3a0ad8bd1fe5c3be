"""Work out the weight that a real server is to have in the kernel: the configured one, and what its checkers add. Pure.

keepalived adds the weight of a FILE_CHECK (times the number in its file) and of a MISC_CHECK with misc_dynamic to the configured
one; the sum, within what IPVS takes, is what the kernel gets and what counts for the quorum.

Not for: what a difference means (see `states`).
"""

from __future__ import annotations

from lvstui.cluster.observed.checkers.verdicts import Verdict
from lvstui.keepalived import ConfiguredRealServer


def expected(configured: ConfiguredRealServer, verdict: Verdict | None) -> int | None:
    """Return its weight in the kernel while it is up, as far as keepalived has told what its checkers add; None: not known."""
    wanted = configured.weight
    if verdict is None or verdict.weight is None or verdict.added is None:
        return None if weighed_by(configured) else wanted
    return verdict.effective if verdict.weight == wanted else summed(wanted, verdict.added)  # the file is newer


def summed(configured: int, added: int) -> int:
    """Return a configured weight with what checkers add to it, as the kernel gets it: none is below 0."""
    return max(0, configured + added)


def weighed_by(configured: ConfiguredRealServer) -> tuple[str, ...]:
    """Return the kinds of its checkers that change its weight."""
    kinds = (checker.kind for checker in configured.checkers if checker.misc_dynamic or checker.weight)
    return tuple(dict.fromkeys(kinds))


def explained(configured: ConfiguredRealServer, effective: int) -> str:
    """Say what has made the configured weight another, in a few words."""
    kinds = weighed_by(configured) or ("a checker",)
    return f"{' and '.join(kinds)} {'gives' if len(kinds) == 1 else 'give'} it weight {effective}, the file {configured.weight}"
