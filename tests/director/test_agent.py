from __future__ import annotations

import asyncio
from dataclasses import replace

from lvstui.director.messages import (
    Advertiser,
    Adverts,
    Checkers,
    Connections,
    Goodbye,
    Hello,
    Host,
    Ipvs,
    Keepalived,
    Listening,
    Log,
    LogLine,
    Network,
    Ping,
    Pong,
    RealServerId,
    Refresh,
    SampleConnections,
    ServiceId,
    SetInterval,
    Vrrp,
)

from .fake_system import FakeSystem, real_server, table
from .link import Console, until


async def test_hello_and_the_whole_table_come_first() -> None:
    async with Console(FakeSystem()) as console:
        await console.get(Keepalived)
        first, second = console.pipe.received[:2]
    assert isinstance(first, Hello)
    assert isinstance(second, Ipvs)
    assert second.full
    assert [real.port for real in second.changed[0].changed] == [8081, 8082]


async def test_later_samples_hold_only_what_changed() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        console.send(SetInterval(0.2))
        await console.get(Ipvs, lambda ipvs: not ipvs.full and not ipvs.changed)
        system.ipvs = table(real_server(8081), real_server(8082, weight=0))
        sample = await console.get(Ipvs, lambda ipvs: bool(ipvs.changed) and not ipvs.full)
    assert sample.changed[0].changed == (real_server(8082, weight=0),)


async def test_a_table_that_cannot_be_read_is_said_and_then_sent_whole() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        await console.get(Ipvs, lambda ipvs: ipvs.full)
        system.ipvs = "the ip_vs module is gone"
        console.send(SetInterval(0.2))
        assert (await console.get(Ipvs, lambda ipvs: ipvs.error is not None)).error == "the ip_vs module is gone"
        system.ipvs = table(real_server(8081))
        sample = await console.get(Ipvs, lambda ipvs: ipvs.error is None and ipvs.full)
    assert sample.changed[0].changed == (real_server(8081),)


async def test_refresh_sends_everything_again() -> None:
    async with Console(FakeSystem()) as console:
        await console.get(Ipvs, lambda ipvs: ipvs.full)
        await console.get(Vrrp)
        await console.get(Checkers)
        console.send(Refresh())
        await console.get(Ipvs, lambda ipvs: ipvs.full)
        await console.get(Vrrp)
        await console.get(Checkers)


async def test_ping_is_answered() -> None:
    async with Console(FakeSystem()) as console:
        console.send(Ping(7))
        assert (await console.get(Pong)).nonce == 7


async def test_a_frame_that_cannot_be_understood_ends_the_link_with_the_reason() -> None:
    async with Console(FakeSystem()) as console:
        console.reader.feed_data(b"GET / HTTP/1.0\r\n\r\n")
        goodbye = await console.get(Goodbye)
        await asyncio.wait_for(console.agent, 5)
    assert "could not understand" in goodbye.reason


async def test_the_end_of_the_stream_ends_the_agent_and_closes_the_machine() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        await console.get(Ipvs)
        await console.end()
        assert console.agent.done()
    assert system.closed


async def test_a_failure_of_the_agent_itself_is_said() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        await console.get(Keepalived)
        system.keepalived = None  # type: ignore[assignment]  # no read gives this: it stands for any mistake of ours
        console.send(SetInterval(0.2))
        assert "the agent failed" in (await console.get(Goodbye)).reason


async def test_a_slow_link_gets_the_newest_sample_and_no_queue() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        console.send(SetInterval(0.2))
        await console.get(Ipvs, lambda ipvs: not ipvs.full)
        console.pipe.open.clear()
        before = len(console.all(Ipvs))
        reads = system.calls.count("read_ipvs")
        await until(lambda: system.calls.count("read_ipvs") > reads + 3)
        system.ipvs = table(real_server(8081, weight=9))
        await until(lambda: system.calls.count("read_ipvs") > reads + 5)
        assert len(console.all(Ipvs)) <= before + 1
        console.pipe.open.set()
        sample = await console.get(Ipvs, lambda ipvs: bool(ipvs.changed) and not ipvs.full)
    assert sample.changed[0].changed == (real_server(8081, weight=9),)
    assert [gone.port for gone in sample.changed[0].gone] == [8082]


async def test_a_log_line_of_a_transition_makes_it_read_vrrp_at_once() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        await console.get(Vrrp)
        await until(lambda: system.tell is not None)
        reads = system.calls.count("read_vrrp")
        assert system.tell is not None
        line = LogLine(1.0, "Keepalived_vrrp", "(VI_1) Entering MASTER STATE")
        system.tell(Log(0.0, "journald", False, (line,), None))
        assert (await console.get(Log)).lines == (line,)
        await until(lambda: system.calls.count("read_vrrp") > reads)


async def test_the_history_of_the_log_makes_it_read_nothing() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        await console.get(Checkers)
        await until(lambda: system.tell is not None)
        reads = system.calls.count("read_vrrp")
        assert system.tell is not None
        line = LogLine(1.0, "Keepalived_vrrp", "(VI_1) Entering MASTER STATE")
        system.tell(Log(0.0, "journald", True, (line,), None))
        await console.get(Log)
        ticks = system.calls.count("read_ipvs")
        await until(lambda: system.calls.count("read_ipvs") > ticks)
        assert system.calls.count("read_vrrp") == reads


async def test_a_vip_that_moves_makes_it_read_vrrp() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        await console.get(Vrrp)
        await until(lambda: system.tell is not None)
        reads = system.calls.count("read_vrrp")
        assert system.tell is not None
        system.tell(Network(1.0, (), (), None))
        await console.get(Network)
        await until(lambda: system.calls.count("read_vrrp") > reads)


async def test_a_keepalived_that_dies_is_told_once_and_its_state_read_again() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        console.send(SetInterval(0.2))
        await console.get(Keepalived)
        await console.get(Checkers)
        reads = system.calls.count("read_checkers")
        system.keepalived = replace(system.keepalived, running=False, pid=0)
        await console.get(Keepalived, lambda keepalived: not keepalived.running)
        await until(lambda: system.calls.count("read_checkers") > reads)
        assert console.all(Keepalived) == []


async def test_connections_are_sampled_when_they_are_asked_for() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        await console.get(Keepalived)
        assert not any(call.startswith("sample_connections") for call in system.calls)
        service = ServiceId("inet", "tcp", "10.10.0.20", 80, 0)
        console.send(SampleConnections(7, (service,), RealServerId("192.168.211.13", 8081), 100, 2.0))
        found = await console.get(Connections)
    assert found.nonce == 7 and [row.client for row in found.rows] == ["10.10.0.99"]


async def test_adverts_come_with_the_sample_that_says_that_no_more_were_heard_and_news_at_once() -> None:
    system = FakeSystem()
    peer = Advertiser("inet", "ens33", "10.10.0.11", 51, 2, 100, 1.0, 1, 5.0, 5.0)
    async with Console(system) as console:
        console.send(SetInterval(0.2))
        await console.get(Host)
        assert console.all(Adverts) == [], "it does not listen yet"
        system.adverts = Adverts(6.0, (Listening("inet", "ens33", 4.0),), (peer,), 0, None)
        assert (await console.get(Adverts)).heard == (peer,)
        samples = len(console.all(Ipvs))
        await until(lambda: len(console.all(Ipvs)) > samples + 2)
        assert console.all(Adverts) == [], "the same again is not said"
        await until(lambda: system.tell is not None)
        assert system.tell is not None
        gave_up = replace(system.adverts, heard=(peer._replace(priority=0),))
        console.send(SetInterval(10.0))
        system.tell(gave_up)
        assert (await console.get(Adverts)).heard == gave_up.heard
