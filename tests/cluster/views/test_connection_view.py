"""When a sample of connections may be taken, what is asked for, and what is made of the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.views import connection_view
from lvstui.cluster.views.connection_view import SampleRefused
from lvstui.director.protocol.ipvs_messages import Connection, Connections, RealServerId, SampleConnections, StateCount
from lvstui.director.protocol.link_messages import Hello
from tests.support.telling import REAL, WEB, Pair, row

VS = "tcp/10.10.0.20:80"


def ask(pair: Pair) -> SampleConnections:
    return pair.state.sample_request("director1", VS, REAL, 7)


def found(*states: tuple[str, int], error: str | None = None) -> Connections:
    rows = (Connection("10.10.0.99\x1b[2J", 40001, "SYN_RECV", 55), Connection("2001:db8::9", 1, "SYN_RECV", 5))
    return Connections(0.0, 7, rows, tuple(StateCount(*one) for one in states), 2, True, 0.01, error)


def test_it_asks_for_that_real_server_with_a_bound_and_a_limit() -> None:
    request = ask(Pair().up())
    assert request.services == (WEB,) and request.real_server == RealServerId("192.168.211.13", 8081)
    assert request.nonce == 7 and request.rows == connection_view.ROWS and request.seconds == connection_view.SECONDS


def test_a_large_table_is_not_read_before_linux_6_14() -> None:
    pair = Pair().up()
    pair.ipvs("director1", row(8081, active=connection_view.MOST_BEFORE), row(8082, inactive=1), row(8083))
    with pytest.raises(SampleRefused, match=r"50,001 connections.*before 6\.14.*6\.1\.0"):
        ask(pair)


def test_since_linux_6_14_more_is_read_and_still_not_everything() -> None:
    pair = Pair()
    pair.link("director1")
    pair.say("director1", Hello(pair.now, pair.wall(), "director1", "root", True, "6.14.2-amd64", "3.11", ()))
    pair.ipvs("director1", row(8081, active=connection_view.MOST_BEFORE * 2))
    assert ask(pair).services == (WEB,)
    pair.ipvs("director1", row(8081, active=connection_view.MOST + 1))
    with pytest.raises(SampleRefused, match="1,000,001 connections"):
        ask(pair)


def test_nothing_is_asked_of_a_director_that_is_not_live() -> None:
    pair = Pair().up()
    pair.state.failed("director1", "refused", "", permanent=False, retry_in=1, now=pair.now)
    with pytest.raises(SampleRefused, match="director1 is stale"):
        ask(pair)


def test_a_virtual_server_that_is_not_there() -> None:
    with pytest.raises(SampleRefused, match=r"has no tcp/10\.9\.9\.9:80"):
        Pair().up().state.sample_request("director1", "tcp/10.9.9.9:80", REAL, 1)


def test_handshakes_that_never_end_are_explained() -> None:
    seen = connection_view.answer("director1", found(("TIME_WAIT", 90), ("SYN_RECV", 8), ("ESTABLISHED", 2)))
    assert seen.total == 100 and seen.templates == 2
    assert (
        seen.warning is not None and "8 of 10 open ones are in SYN_RECV" in seen.warning and "gateway" in seen.warning
    )
    assert [one.client for one in seen.connections] == ["10.10.0.99:40001", "[2001:db8::9]:1"]


@pytest.mark.parametrize("states", [(("ESTABLISHED", 8), ("SYN_RECV", 3)), (("SYN_RECV", 2),), ()])
def test_a_few_handshakes_are_nothing(states: tuple[tuple[str, int], ...]) -> None:
    assert connection_view.answer("director1", found(*states)).warning is None


def test_a_director_that_cannot_tell_says_why() -> None:
    with pytest.raises(SampleRefused, match="director1: no such file"):
        connection_view.answer("director1", replace(found(), error="no such file"))
