"""The sample of a real server's connections: read when it is asked for, and said to be cut short."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.identity.target import Target
from lvstui.cluster.views.connection_view import ConnectionView, SampleView
from lvstui.console.real_server.connections_dialog import ConnectionsScreen
from lvstui.console.real_server.screen import RealServerScreen
from tests.support.console import screen, shows, until
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, Pair

SECOND = Target("tcp/10.10.0.20:80", "192.168.211.13:8082")


def sample(director: str, warning: str | None = None, *, complete: bool = True) -> SampleView:
    connections = (
        ConnectionView("10.10.0.99:40001", "SYN_RECV", 55),
        ConnectionView("10.10.0.98:40002", "ESTABLISHED", 899),
    )
    states = (("SYN_RECV", 8), ("ESTABLISHED", 2))
    return SampleView(director, connections, states, 10, 1, complete, 0.012, warning)


async def test_connections_are_sampled_only_when_asked_for() -> None:
    session = FakeSession(Pair().up())
    session.samples = {
        "director1": sample("director1", "8 of 10 open ones are in SYN_RECV: its replies"),
        "director2": "director2 is stale",
    }
    async with screen(session, "down", "enter") as (app, pilot):
        await shows(app, pilot, "● alive")
        assert session.sampled == []
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, ConnectionsScreen))
        shown = await shows(app, pilot, "10.10.0.99:40001", "SYN_RECV 8", "director2 is stale", "and 1 of persistence")
        assert "8 of 10 open ones are in SYN_RECV: its replies" in shown and "and 8 more" in shown
        assert session.sampled == [(name, SECOND.virtual_server, SECOND.real_server) for name in NAMES]
        await pilot.press("s")
        await until(pilot, lambda: len(session.sampled) == 4)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen))


async def test_a_sample_that_was_cut_short_says_so() -> None:
    session = FakeSession(Pair().up())
    session.samples = {"director1": sample("director1", complete=False)}
    async with screen(session, "down", "enter", "s") as (app, pilot):
        await shows(app, pilot, "at least 10 connections", "there may be more")


async def test_one_connection_is_no_connections() -> None:
    session = FakeSession(Pair().up())
    session.samples = {"director1": replace(sample("director1"), total=1)}
    async with screen(session, "down", "enter", "s") as (app, pilot):
        assert "1 connections" not in await shows(app, pilot, "1 connection ")
