"""Look at a pair of Directors once with `lvsctl status`; every other command begins with such a look.

Not for: what is printed of it (see `cluster.views.status`).
"""

from __future__ import annotations

import json

from lvstui.cli.exit_status import UNREACHABLE
from lvstui.cluster.view import ClusterView, DirectorView, LinkState
from lvstui.cluster.views import status
from lvstui.session.session import Session
from lvstui.session.subscription import until

TELL_LIMIT = 20.0  # seconds that keepalived is given to tell its state, which a busy Director's takes
PROBLEM_LIMIT = 20.0  # seconds; longer than any problem has to last
CONNECT_LIMIT = 30.0  # seconds until a Director that has not answered is given up


async def show_status(session: Session, *, as_json: bool) -> int:
    """Print one look at everything. 3 when a Director cannot be reached; what is known of the other is printed all the same."""
    async with session:
        view = await long_look(session)
    print(json.dumps(status.as_json(view)) if as_json else status.as_text(view))
    return 0 if all(director.state is LinkState.LIVE for director in view.directors) else UNREACHABLE


async def look(session: Session) -> ClusterView:
    """Return the first view in which every Director has answered with all it has, or has failed."""
    await until(session, lambda: all(_answered(one) for one in session.view().directors), CONNECT_LIMIT)
    await until(session, lambda: all(map(_told_all, session.view().directors)), TELL_LIMIT)
    return session.view()


async def long_look(session: Session) -> ClusterView:
    """Return a view that shows each problem which the console would show, were it open: some tell only when they last."""
    await look(session)
    await until(session, lambda: not session.awaited(), PROBLEM_LIMIT)
    return session.view()


def _answered(director: DirectorView) -> bool:
    if director.state is LinkState.LIVE:
        return director.host.cpus is not None  # an agent sends the host's figures after all others
    return director.error is not None


def _told_all(director: DirectorView) -> bool:
    """Return True if its daemon's own words (version, VRRP, checkers, the log) and its links have come too: they take longer.

    What the log tells of the checkers is history until a dump of theirs says what holds now. Who was silent for some seconds
    over all that, and whose link is there, is busy: it is waited for.
    """
    if director.state is LinkState.STALE:
        return director.error is not None
    if director.state is not LinkState.LIVE or director.privilege == "observer" or not director.keepalived.running:
        return True
    daemon = director.keepalived
    told = daemon.vrrp_told and daemon.checkers_told and daemon.pending_judged and director.network_told
    role_known = director.role is not None or not director.vrrp  # a daemon without VRRP has none
    return told and role_known and daemon.version is not None
