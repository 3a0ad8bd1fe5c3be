"""The sample of one real server's connections, from files like the kernel's."""

from __future__ import annotations

from pathlib import Path

from lvstui.director.linux.ipvs.connections import sample
from lvstui.director.protocol.ipvs_messages import Connection, RealServerId, SampleConnections, ServiceId, StateCount

WEB = ServiceId("inet", "tcp", "10.10.0.20", 80, 0)
REAL = RealServerId("192.168.211.13", 8081)
HEADING = "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n"
TABLE = HEADING + (
    "TCP 0A0A0063 9C41 0A0A0014 0050 C0A8D30D 1F91 ESTABLISHED     899\n"
    "TCP 0A0A0063 9C42 0A0A0014 0050 C0A8D30D 1F91 SYN_RECV         55\n"
    "TCP 0A0A0063 9C43 0A0A0014 0050 C0A8D30D 1F91 SYN_RECV         56\n"
    "TCP 0A0A0063 9C44 0A0A0014 0050 C0A8D30D 1F92 ESTABLISHED     899\n"  # another real server
    "TCP 0A0A0063 9C45 0A0A0014 01BB C0A8D30D 1F91 ESTABLISHED     899\n"  # another service
    "TCP 0A0A0063 0000 0A0A0014 0050 C0A8D30D 1F91 NONE            300\n"  # persistence
    "TCP 2001:0db8:0000:0000:0000:0000:0000:0063 9C41 2001:0db8:0000:0000:0000:0000:0000:0020 0050"
    " 2001:0db8:0000:0000:0000:0000:0000:0013 1F91 FIN_WAIT         17\n"
)


def wanted(*services: ServiceId, real: RealServerId = REAL, rows: int = 100, seconds: float = 5.0) -> SampleConnections:
    return SampleConnections(7, services or (WEB,), real, rows, seconds)


def table(folder: Path, text: str = TABLE) -> str:
    path = folder / "ip_vs_conn"
    path.write_text(text)
    return str(path)


async def test_only_the_connections_of_that_real_server_in_that_service(tmp_path: Path) -> None:
    found = await sample(wanted(), table(tmp_path))
    assert found.nonce == 7 and found.error is None and found.complete
    assert found.states == (StateCount("SYN_RECV", 2), StateCount("ESTABLISHED", 1))
    assert found.rows[0] == Connection("10.10.0.99", 40001, "ESTABLISHED", 899)
    assert [row.state for row in found.rows] == ["ESTABLISHED", "SYN_RECV", "SYN_RECV"]
    assert found.templates == 1


async def test_ipv6_is_compared_whatever_its_case(tmp_path: Path) -> None:
    service = ServiceId("inet6", "tcp", "2001:db8::20", 80, 0)
    found = await sample(wanted(service, real=RealServerId("2001:db8::13", 8081)), table(tmp_path))
    assert found.rows == (Connection("2001:db8::63", 40001, "FIN_WAIT", 17),)


async def test_with_a_firewall_mark_the_real_server_alone_counts(tmp_path: Path) -> None:
    found = await sample(wanted(ServiceId("inet", "", "", 0, 7)), table(tmp_path))
    assert sum(count for _, count in found.states) == 4


async def test_the_rows_are_bounded_and_the_counts_are_not(tmp_path: Path) -> None:
    found = await sample(wanted(rows=1), table(tmp_path))
    assert len(found.rows) == 1
    assert sum(count for _, count in found.states) == 3


async def test_the_rarest_states_come_first(tmp_path: Path) -> None:
    line = "TCP 0A0A0063 9C41 0A0A0014 0050 C0A8D30D 1F91 {:<11}     100\n"
    text = HEADING + line.format("TIME_WAIT") * 50 + line.format("SYN_RECV") + line.format("ESTABLISHED") * 2
    found = await sample(wanted(rows=5), table(tmp_path, text))
    assert [row.state for row in found.rows] == ["SYN_RECV", "ESTABLISHED", "ESTABLISHED", "TIME_WAIT", "TIME_WAIT"]
    assert found.states[0] == StateCount("TIME_WAIT", 50)


async def test_it_ends_when_its_time_is_up_and_says_so(tmp_path: Path) -> None:
    found = await sample(wanted(seconds=0.0), table(tmp_path))
    assert not found.complete and found.rows == () and found.error is None


async def test_a_large_table_is_read_over_the_ends_of_its_pieces(tmp_path: Path) -> None:
    line = "TCP 0A0A0063 9C41 0A0A0014 0050 C0A8D30D 1F91 ESTABLISHED     899\n"
    found = await sample(wanted(), table(tmp_path, HEADING + line * 5000))
    assert found.states == (StateCount("ESTABLISHED", 5000),)


async def test_no_table_is_said_in_words(tmp_path: Path) -> None:
    found = await sample(wanted(), str(tmp_path / "none"))
    assert found.error is not None and "is not there" in found.error
    assert not found.complete


async def test_what_is_not_understood_is_passed_over(tmp_path: Path) -> None:
    text = HEADING + "TCP \x1b[31m nonsense\nTCP ZZZZ 9C41 0A0A0014 0050 C0A8D30D 1F91 ESTABLISHED     899\n"
    found = await sample(wanted(), table(tmp_path, text))
    assert found.states == (StateCount("ESTABLISHED", 1),) and found.rows == ()
