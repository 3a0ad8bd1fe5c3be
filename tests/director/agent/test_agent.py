from __future__ import annotations

from dataclasses import replace

from lvstui.director.agent.outbox import MAX_SIGHTINGS, Outbox
from lvstui.director.protocol.checker_messages import Checkers, CheckersUnchanged
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.host_messages import Host, Network
from lvstui.director.protocol.ipvs_messages import Connections, Ipvs, RealServerId, SampleConnections, ServiceId
from lvstui.director.protocol.keepalived_messages import FoundDaemon, Keepalived, Log, LogLine
from lvstui.director.protocol.link_messages import Goodbye, Hello, Ping, Pong, Refresh, SetInterval, Watch
from lvstui.director.protocol.sighting_messages import Sighting, Sightings, WatchPackets
from lvstui.director.protocol.vrrp_messages import Advertiser, Adverts, Listening, Vrrp
from lvstui.director.system import Ambiguous
from tests.support.agent_in_process import Console
from tests.support.fake_system import FakeSystem, real_server, table
from tests.support.waiting import limit, until_true


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
        console.send(Ping(7.5))
        pong = await console.get(Pong)
    assert pong.sent == 7.5
    assert 0 < pong.received <= pong.at < pong.wall


async def test_a_frame_that_cannot_be_understood_ends_the_link_with_the_reason() -> None:
    async with Console(FakeSystem()) as console:
        console.reader.feed_data(b"GET / HTTP/1.0\r\n\r\n")
        goodbye = await console.get(Goodbye)
        async with limit():
            await console.agent
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
        await until_true(lambda: system.calls.count("read_ipvs") > reads + 3)
        system.ipvs = table(real_server(8081, weight=9))
        await until_true(lambda: system.calls.count("read_ipvs") > reads + 5)
        assert len(console.all(Ipvs)) <= before + 1
        console.pipe.open.set()
        sample = await console.get(Ipvs, lambda ipvs: bool(ipvs.changed) and not ipvs.full)
    assert sample.changed[0].changed == (real_server(8081, weight=9),)
    assert [gone.port for gone in sample.changed[0].gone] == [8082]


async def test_a_log_line_of_a_transition_makes_it_read_vrrp_at_once() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        await console.get(Vrrp)
        await until_true(lambda: system.tell is not None)
        reads = system.calls.count("read_vrrp")
        assert system.tell is not None
        line = LogLine(1.0, "Keepalived_vrrp", "(VI_1) Entering MASTER STATE")
        system.tell(Log(0.0, "journald", False, (line,), None))
        assert (await console.get(Log)).lines == (line,)
        await until_true(lambda: system.calls.count("read_vrrp") > reads)


async def test_a_weight_that_moves_makes_it_read_the_checkers() -> None:
    """Where there is no log, nothing else tells that they have changed it."""
    system = FakeSystem()
    async with Console(system) as console:
        console.send(SetInterval(0.2))
        await console.get(Ipvs, lambda ipvs: not ipvs.full)
        await console.get(Checkers)
        reads = system.calls.count("read_checkers")
        system.ipvs = table(real_server(8081), real_server(8082, weight=0))
        await console.get(CheckersUnchanged)
        await until_true(lambda: system.calls.count("read_checkers") > reads)


async def test_the_history_of_the_log_makes_it_read_nothing() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        await console.get(Checkers)
        await until_true(lambda: system.tell is not None)
        reads = system.calls.count("read_vrrp")
        assert system.tell is not None
        line = LogLine(1.0, "Keepalived_vrrp", "(VI_1) Entering MASTER STATE")
        system.tell(Log(0.0, "journald", True, (line,), None))
        await console.get(Log)
        ticks = system.calls.count("read_ipvs")
        await until_true(lambda: system.calls.count("read_ipvs") > ticks)
        assert system.calls.count("read_vrrp") == reads


async def test_a_vip_that_moves_makes_it_read_vrrp() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        await console.get(Vrrp)
        await until_true(lambda: system.tell is not None)
        reads = system.calls.count("read_vrrp")
        assert system.tell is not None
        system.tell(Network(1.0, (), (), None))
        await console.get(Network)
        await until_true(lambda: system.calls.count("read_vrrp") > reads)


async def test_a_keepalived_that_dies_is_told_once_and_its_state_read_again() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        console.send(SetInterval(0.2))
        await console.get(Keepalived)
        await console.get(Checkers)
        reads = system.calls.count("read_checkers")
        system.keepalived = replace(system.keepalived, running=False, pid=0)
        await console.get(Keepalived, lambda keepalived: not keepalived.running)
        await until_true(lambda: system.calls.count("read_checkers") > reads)
        assert console.all(Keepalived) == []


async def test_what_another_daemon_says_is_told_even_where_it_is_what_the_one_before_has_said() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        console.send(SetInterval(0.2))
        before = await console.get(Vrrp), await console.get(Checkers)
        system.keepalived = replace(
            system.keepalived, started=system.keepalived.started + 5.0
        )  # the same pid: a container's
        await console.get(Keepalived, lambda keepalived: keepalived.started == system.keepalived.started)
        again = await console.get(Vrrp), await console.get(Checkers)
        assert [replace(one, at=0.0) for one in again] == [replace(one, at=0.0) for one in before]


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
        await until_true(lambda: len(console.all(Ipvs)) > samples + 2)
        assert console.all(Adverts) == [], "the same again is not said"
        await until_true(lambda: system.tell is not None)
        assert system.tell is not None
        gave_up = replace(system.adverts, heard=(peer._replace(priority=0),))
        console.send(SetInterval(10.0))
        system.tell(gave_up)
        assert (await console.get(Adverts)).heard == gave_up.heard


async def test_without_a_log_the_kernel_tells_when_to_ask_the_checkers() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        console.send(SetInterval(0.2))
        await until_true(lambda: system.tell is not None)
        assert system.tell is not None
        system.tell(Log(0.0, "", True, (), "there is none"))
        await console.get(Log)
        for _ in range(3):
            await console.get(Ipvs)
        asked = system.calls.count("read_checkers")
        system.ipvs = table(real_server(8081))
        await until_true(lambda: system.calls.count("read_checkers") > asked)


async def test_files_that_are_watched_are_those_of_the_daemon_of_now() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        console.send(SetInterval(10.0))
        await console.get(Host)  # the last of a tick
        system.keepalived = replace(system.keepalived, pid=20, config="/etc/other.conf")
        system.disk = {"/etc/other.conf": b"other"}
        console.send(Watch(("/etc/other.d/*",)))
        await console.get(Files, lambda files: files.files[0].data == b"other")
        assert console.all(Keepalived)[-1].config == "/etc/other.conf"


async def test_where_several_keepalived_run_the_link_ends_with_their_names() -> None:
    class Several(FakeSystem):
        def hello(self) -> Hello:
            raise Ambiguous(
                (FoundDaemon(7, "/etc/a.conf", "web1", "", ""), FoundDaemon(9, "/etc/b.conf", "", "blue", ""))
            )

    async with Console(Several()) as console:
        goodbye = await console.get(Goodbye)
    assert [one.config for one in goodbye.daemons] == ["/etc/a.conf", "/etc/b.conf"]
    assert goodbye.reason == (
        "2 keepalived daemons run here: /etc/a.conf, instance web1, process 7; /etc/b.conf, network namespace blue, process 9"
    )


async def test_packets_are_watched_when_that_is_asked_for_and_what_was_seen_is_told_at_once() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        console.send(WatchPackets(30.0))
        await until_true(lambda: "watch_packets 30" in system.calls and system.tell is not None)
        assert system.tell is not None
        seen = (Sighting("advert", 1.0, 0.001, "ens33", own=True, vrid=51),)
        system.tell(Sightings(1.1, seen, (), ("ens33",), 0, None))
        assert (await console.get(Sightings)).seen == seen


def test_sightings_behind_a_slow_link_are_joined_and_the_oldest_fall_out() -> None:
    outbox = Outbox()
    for number in range(MAX_SIGHTINGS + 7):
        seen = (Sighting("advert", float(number), 0.001, "ens33", own=True, vrid=51),)
        outbox.put(Sightings(float(number), seen, (), (), 2, None))
    told = outbox.take()
    assert isinstance(told, Sightings)
    assert (told.seen[0].at, len(told.seen), told.lost) == (7.0, MAX_SIGHTINGS, 2 + 7)
    assert outbox.take() is None
