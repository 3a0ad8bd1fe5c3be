"""Put together all that is wrong at this moment. The checks themselves are in `checks`, a pure function for each subject.

Nothing is said of a Director whose figures are not fresh but that: two MASTERs are two only when both are seen.

Not for: how long it has been so (see `problems`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lvstui.cluster.checks import advert_checks, daemons, links, loadable, masters, real_servers
from lvstui.cluster.checks.outages import Outages, outages
from lvstui.cluster.checks.quorum import quorum
from lvstui.cluster.checks.return_path import answers
from lvstui.cluster.drift.difference import Difference
from lvstui.cluster.finding import Finding
from lvstui.cluster.flapping import FlappingRun
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.vip_holders import Holders
from lvstui.cluster.view import DirectorView, LinkState, VirtualServerView

NONE_FLAPS: Mapping[tuple[str, str], FlappingRun] = {}


def find(
    directors: Sequence[Director],
    views: Sequence[DirectorView],
    servers: Sequence[VirtualServerView],
    wall: float,
    differences: Sequence[Difference] = (),
    flapping: Mapping[tuple[str, str], FlappingRun] = NONE_FLAPS,
) -> Iterator[Finding]:
    """Return all that is wrong now, which is `wall` by the operator's clock. `flapping`: by virtual and real server."""
    owners = advert_checks.owners(directors)
    holders = Holders(directors, views)
    for director, view in zip(directors, views, strict=True):
        yield from links.reached(view, advert_checks.still_heard(view.name, directors, views, owners))
        if view.state is not LinkState.LOST:
            yield from daemons.running(director, view)
            yield from daemons.responding(director, view, holds=holders.holds_any(view.name))
            yield from loadable.files(director, view)
            yield from links.seen(view)
            yield from links.finished(view)
    yield from masters.masters(views, owners, wall)
    yield from advert_checks.unheard(views, wall)
    yield from advert_checks.foreign(directors, views, owners)
    found = Outages()
    yield from outages(directors, views, servers, holders, wall, found)
    yield from quorum(views, servers, found)
    yield from answers(directors, views, servers, holders)
    yield from real_servers.in_order(views, servers, holders, found, flapping)
    yield from real_servers.flapping(flapping)
    yield from loadable.alike(directors, differences, wall)
