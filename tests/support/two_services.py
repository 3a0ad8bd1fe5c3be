"""A session with two virtual servers of three real servers, and how their table is read in tests."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.view import ClusterView, Figures, RealServerState, RealServerView
from lvstui.console.app import ConsoleApp
from tests.support.console import table
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair

WEB, API = "tcp/10.10.0.20:80", "tcp/10.10.0.20:443"


def real_server(server: str, port: int, state: RealServerState = RealServerState.UP, active: int = 0) -> RealServerView:
    """Return a real server of that port, the same on both Directors."""
    one = Figures(state, 1, 1, True, active, 0, 0, 0, 0, 0, float(active), 0.0, 0.0, None)
    return RealServerView(f"192.168.211.13:{port}", server, state, None, None, {"director1": one, "director2": one})


def session() -> FakeSession:
    """Return a session: ports 8081 to 8083 with 5, 9, 5 connections, and 9091 to 9093, the first DOWN."""
    fake = FakeSession(Pair().up())
    view = fake.pair.view()
    (web,) = view.virtual_servers
    down = RealServerState.DOWN
    web = replace(
        web,
        real_servers=(
            real_server(WEB, 8081, active=5),
            real_server(WEB, 8082, active=9),
            real_server(WEB, 8083, active=5),
        ),
    )
    api = replace(
        web,
        id=API,
        real_servers=(real_server(API, 9091, down), real_server(API, 9092, active=7), real_server(API, 9093)),
    )
    fake.shown = replace(view, virtual_servers=(web, api))
    return fake


def shown(fake: FakeSession) -> ClusterView:
    """Return the view that the session gives."""
    assert fake.shown is not None
    return fake.shown


def lines(app: ConsoleApp) -> list[str]:
    """Return each row's port, or of a virtual server its own between brackets."""
    listing = table(app).listing
    rows = [listing.row(number) for number in range(len(listing))]
    return [f"[{row.virtual.id.rpartition(':')[2]}]" if row.real is None else row.real.id[-4:] for row in rows]


def current(app: ConsoleApp) -> str | None:
    """Return the port of the real server under the cursor, or the name of the virtual server."""
    row = table(app).current()
    return None if row is None else row.real.id[-4:] if row.real is not None else row.virtual.id


def marked(app: ConsoleApp) -> list[str]:
    """Return the ports of the marked real servers that are shown."""
    return [row.real.id[-4:] for row in table(app).marked() if row.real is not None]


ALL = ["[80]", "8081", "8082", "8083", "[443]", "9091", "9092", "9093"]
