"""Rows are laid out again where something changed, and are then what they would be if all were laid out anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.drift.drift import Drift
from lvstui.cluster.servers import entries, inventory
from lvstui.cluster.servers.entries import Entries
from lvstui.cluster.servers.entry import RealServerEntry
from lvstui.cluster.view import RealServerState, RealServerView, VirtualServerView
from lvstui.director.protocol.checker_messages import CheckedVirtualServer
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, RealServerId, ServiceChange, ServiceId
from tests.support.telling import NAMES, WALL, Pair, checked, configuration, row, service

PORTS = (8081, 8082, 8083, 8084)
OTHER = "virtual_server 10.10.0.21 80 {\n protocol TCP\n real_server 10.1.1.1 80 {\n  weight 2\n }\n}\n"
TWICE = "virtual_server_group web {\n 10.10.0.30 80\n}\n" + 2 * (
    "virtual_server group web {\n protocol TCP\n real_server 10.1.1.2 80 {\n }\n}\n"
)
SHARED = "virtual_server_group over {\n 10.10.0.20 80\n}\n" + "".join(  # the first one's service is that of the seed
    f"virtual_server group over {{\n protocol {protocol}\n real_server 192.168.211.13 8081 {{\n }}\n}}\n"
    for protocol in ("TCP", "UDP")
)
HALF = SHARED[: SHARED.rindex("virtual_server group")]
TWIN = "virtual_server 10.10.0.20 80 {\n protocol TCP\n real_server 192.168.211.13 8083 {\n }\n}\n"
EMPTY = "virtual_server 10.10.0.22 80 {\n protocol TCP\n}\n"

FILES = st.builds(
    lambda weights, head, tail, swap, extra: (tail + head if swap else head).encode()
    + configuration(weights, extra=extra)
    + (b"" if swap else tail.encode()),
    st.dictionaries(st.sampled_from(PORTS), st.sampled_from([0, 1, "0 # drained, was 1, 2026-11-22 14:01 by a: b"]), min_size=1),
    st.sampled_from(["", "# one line more\n", OTHER, SHARED, TWIN]),
    st.sampled_from(["", "\n", TWICE, HALF, EMPTY]),
    st.booleans(),
    st.sampled_from(["", " quorum 2\n sorry_server 192.168.211.13 9999\n", " sorry_server 192.168.211.13 8081\n"]),
)  # fmt: skip
STEPS = st.tuples(
    st.sampled_from(NAMES),
    st.one_of(
        st.tuples(st.just("files"), FILES),
        st.tuples(st.just("row"), st.tuples(st.sampled_from((*PORTS, 9999)), st.integers(0, 2))),
        st.tuples(st.just("gone"), st.sampled_from((*PORTS, 9999))),
        st.tuples(st.just("quorum"), st.booleans()),
        st.tuples(st.just("checkers"), st.lists(st.booleans(), min_size=3, max_size=3)),
        st.tuples(st.just("loaded"), st.sampled_from([700.5, 2000.5])),
        st.tuples(st.just("view"), st.none()),
        st.tuples(st.just("work"), st.integers(1, 8)),
    ),
)


def shown(servers: Iterable[VirtualServerView]) -> object:
    """All of it that does not tell of the time that went by."""
    return [
        (
            server.id,
            server.services,
            server.scheduler,
            server.method,
            [(real.id, figures(real)) for real in server.real_servers],
            server.quorum and server.quorum.directors,
            server.sorry_server,
            server.ignored,
        )
        for server in servers
    ]


def figures(real: RealServerView) -> object:
    return {name: one._replace(state=RealServerState.UNKNOWN) for name, one in real.directors.items()}


@pytest.fixture(scope="module", params=["pieces of a row", "pieces as they are"])
def pieces(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        if request.param == "pieces of a row":
            monkeypatch.setattr(entries, "PIECE", 1)
            monkeypatch.setattr(inventory, "PIECE", 1)
        yield


@pytest.mark.usefixtures("pieces")
@given(st.lists(STEPS, max_size=12))
def test_any_series_of_events_ends_in_what_a_new_inventory_shows(steps: list[tuple[str, tuple[str, object]]]) -> None:
    pair = Pair().up()
    pair.view()
    for name, (what, how) in steps:
        pair.after(1.0)
        match what, how:
            case "files", bytes(data):
                pair.files(name, data, mtime=pair.wall())
            case "row", (int(port), int(weight)):
                pair.ipvs(name, row(port, weight, active=weight), full=False)
            case "gone", int(port):
                pair.ipvs(name, full=False, gone=[RealServerId("192.168.211.13", port)])
            case "checkers", [*alive]:
                pair.checkers(name, *(checked(port, alive=bool(up)) for port, up in zip(PORTS, alive, strict=False)))
            case "quorum", bool(up):
                sorry = RealServerId("192.168.211.13", 9999)
                told = CheckedVirtualServer("10.10.0.20 tcp 80", 1, 0, up, sorry, None)
                pair.checkers(name, *(checked(port) for port in PORTS), quorums=[told])
            case "loaded", float(at):
                pair.keepalived(name, loaded=pair.wall(at))
            case "work", int(count):
                for _ in range(count):
                    pair.state.work(pair.now, WALL + pair.now)
            case _:
                pair.view()
    found = pair.view().virtual_servers
    anew = Entries(pair.state._directors).views(pair.now, WALL + pair.now)
    assert shown(found) == shown(anew)
    assert pair.state._drift.files() == Drift(pair.state._directors).files()
    pair.after(60.0).sample()
    settled = pair.view().virtual_servers
    pair.state._entries.everything()
    assert settled == pair.view().virtual_servers


def test_what_changes_while_the_first_rows_are_worked_out_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever in the work it comes."""
    monkeypatch.setattr(entries, "PIECE", 1)
    monkeypatch.setattr(inventory, "PIECE", 1)
    for before in range(40):
        pair = Pair().up()
        pair.files("director2", b"")  # there, all that its kernel has is in no file
        done = [pair.state.work(pair.now, WALL + pair.now) for _ in range(before)]
        pair.ipvs("director1", row(8081, active=before + 1), full=False)
        pair.ipvs("director2", full=False, gone=[RealServerId("192.168.211.13", 8083)])
        pair.ipvs("director2", row(8084), full=False)
        found = pair.view().virtual_servers
        assert shown(found) == shown(Entries(pair.state._directors).views(pair.now, WALL + pair.now))
        assert found[0].real_servers[0].directors["director1"].active == before + 1
    assert done[0] is None and any(done)  # the last ones came after all


def test_what_goes_while_the_rows_are_laid_out_is_not_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a reload does: the file has dropped a real server, its kernel drops it while the new rows are made."""
    monkeypatch.setattr(entries, "PIECE", 1)
    monkeypatch.setattr(inventory, "PIECE", 1)
    for before in range(20):
        pair = Pair().up()
        pair.view()
        for name in NAMES:
            pair.files(name, configuration({8081: 1, 8082: 1}))
        for _ in range(before):
            pair.state.work(pair.now, WALL + pair.now)
        for name in NAMES:
            pair.ipvs(name, full=False, gone=[RealServerId("192.168.211.13", 8083)])
        (server,) = pair.view().virtual_servers
        assert [real.id for real in server.real_servers] == ["192.168.211.13:8081", "192.168.211.13:8082"]


def test_a_file_that_changed_works_out_the_rows_that_it_changes_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[str] = []
    work_out = RealServerEntry.work_out

    def counted(self: RealServerEntry, *args: object) -> object:
        worked_out.append(self.key[1])
        return work_out(self, *args)  # type: ignore[arg-type]

    pair = Pair().up()
    pair.view()
    monkeypatch.setattr(RealServerEntry, "work_out", counted)
    for name in NAMES:
        pair.files(name, b"# a line more\n" + configuration({8081: 1, 8082: 0, 8083: 1}))
    pair.view()
    assert set(worked_out) == {"192.168.211.13:8082"}


def test_a_virtual_server_that_did_not_change_is_the_same_object_to_who_draws_it() -> None:
    pair = Pair().up()
    other = RealServer("10.1.1.1", 80, "NAT", 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    change = ServiceChange(service(ServiceId("inet", "tcp", "10.10.0.21", 80, 0)), (other,), ())
    for name in NAMES:
        pair.say(name, Ipvs(pair.now, False, True, (change,), (), None))
        pair.files(name, configuration() + OTHER.encode())
    before = pair.view().virtual_servers
    for name in NAMES:
        pair.files(name, configuration({8081: 1, 8082: 1, 8083: 1, 8084: 1}) + OTHER.encode())
    after = pair.view().virtual_servers
    assert after[0] != before[0] and after[1] is before[1]
