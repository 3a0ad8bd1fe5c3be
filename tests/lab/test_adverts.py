"""The adverts that each Director hears on the real networks, and what the console makes of it when they cease or are foreign."""

from __future__ import annotations

import asyncio
import re
import time

import pytest

from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.view import ClusterView, Problem
from lvstui.director.protocol.host_messages import Network
from lvstui.director.protocol.link_messages import Ping, Pong
from lvstui.director.protocol.vrrp_messages import Advertiser, Adverts
from lvstui.lab.lab import Lab
from tests.support.faulted_session import scene
from tests.support.lab_agent import AgentLink, agent
from tests.support.waiting import LIMIT_S, until

pytestmark = pytest.mark.lab

# Sends VRRPv2 adverts to the group: interface, VRID, priority, seconds between two, how many.
ROUTER = """
import socket, struct, sys, time
name, vrid, priority, pause, count = sys.argv[1], *map(float, sys.argv[2:])
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name.encode())
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("4s4si", b"", b"", socket.if_nametoindex(name)))
body = bytearray([0x21, int(vrid), int(priority), 1, 0, 1, 0, 0, 10, 10, 0, 77]) + bytes(8)
total = sum(struct.unpack("!10H", body))
struct.pack_into("!H", body, 6, ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF)
for _ in range(int(count)):
    s.sendto(body, ("224.0.0.18", 0))
    time.sleep(pause)
"""


def send(lab: Lab, vrid: int, priority: int, pause: float, count: int) -> None:
    """From the client, a stranger to the pair."""
    done = lab.exec("client", ["python3", "-c", ROUTER, "ens33", *map(str, (vrid, priority, pause, count))])
    assert done.status == 0, done


def of(vrid: int, adverts: Adverts) -> list[Advertiser]:
    return [one for one in adverts.heard if one.vrid == vrid]


async def heard(link: AgentLink, vrid: int, count: int) -> tuple[Adverts, Advertiser]:
    """As soon as so many adverts of it were heard, of one source alone."""
    adverts = await link.get(Adverts, lambda now: any(one.adverts >= count for one in of(vrid, now)))
    [one] = of(vrid, adverts)
    return adverts, one


def instance(view: ClusterView, name: str, which: str) -> VrrpView:
    [found] = [
        one for director in view.directors if director.name == name for one in director.vrrp if one.name == which
    ]
    return found


def problem(view: ClusterView, kind: str) -> Problem | None:
    return next((one for one in view.problems if one.id.startswith(kind)), None)


async def test_the_backup_hears_the_master_once_a_second_and_the_master_nobody(lab: Lab) -> None:
    async with agent(lab, "director2") as backup, agent(lab, "director1") as master:
        first, one = await heard(backup, 51, 2)
        assert (one.family, one.interface, one.source) == ("inet", "ens33", "10.10.0.11")
        assert (one.version, one.priority, one.interval) == (2, 100, 1.0)
        _, same = await heard(backup, 51, one.adverts + 6)
        assert same.last - one.last > 0.5 * (same.adverts - one.adverts), "they may be late, and none is early"
        _, other = await heard(backup, 61, 1)
        assert (other.interface, other.source) == ("ens36", "192.168.211.11")
        assert {one.interface for one in first.listening} == {"ens33", "ens36"}
        assert (first.lost, first.error) == (0, None)
        backup.send(Ping(0.0))
        now = (await backup.get(Pong)).at
        assert 0 <= now - same.last < LIMIT_S, "in terms of the Director's own clock"
        # A socket hears no advert that its own machine sends.
        mine = await master.get(Adverts, lambda adverts: bool(adverts.listening))
        assert mine.heard == ()
        await heard(backup, 51, same.adverts + 3)
        assert master.none(Adverts), "nothing new, so nothing is said"


async def test_it_listens_again_where_an_interface_comes_back(lab: Lab) -> None:
    async with agent(lab, "director2") as link:
        before, _ = await heard(link, 61, 1)
        [since] = [one.since for one in before.listening if one.interface == "ens36"]
        lab.exec("director2", ["ip", "link", "set", "ens36", "down"])
        lab.exec("director2", ["ip", "link", "set", "ens36", "name", "away"])
        without = await link.get(Adverts, lambda now: [one.interface for one in now.listening] == ["ens33"])
        assert of(61, without), "what was heard stays known"
        lab.exec("director2", ["ip", "link", "set", "away", "name", "ens36"])
        lab.exec("director2", ["ip", "link", "set", "ens36", "up"])
        await link.get(
            Adverts, lambda now: any(one.interface == "ens36" and one.since > since for one in now.listening)
        )


async def test_a_priority_of_0_and_a_new_master_are_told_at_once(lab: Lab) -> None:
    async with agent(lab, "director2") as second, agent(lab, "director1") as first:
        await heard(second, 51, 1)
        await first.get(Network)
        lab.fault("keepalived-stopped", "director1")
        gave_up = await second.get(Adverts, lambda now: any(one.priority == 0 for one in of(51, now)))
        [one] = of(51, gave_up)
        assert one.last <= gave_up.at
        taken = await first.get(Adverts, lambda now: bool(of(51, now)))
        [one] = of(51, taken)
        assert (one.source, one.priority) == ("10.10.0.12", 50)
        assert one.last <= taken.at
        lab.lift()


async def test_a_split_brain_names_the_time_of_the_last_advert(lab: Lab) -> None:
    began = time.time()  # before the agents listen: the last one may be of a second before the pair was seen to be well
    async with scene(lab) as session:
        view = await session.see(lambda view: bool((now := instance(view, "director2", "VI_2").adverts) and now.heard))
        rate = await session.see(lambda view: instance(view, "director2", "VI_2").adverts_per_s is not None)
        per_s = instance(rate, "director2", "VI_2").adverts_per_s
        assert per_s is not None and 0 < per_s < 2, "late ones make it less"
        assert not view.problems
        lab.fault("cut-nat", "director1")
        cut = time.time()
        view = await session.see(lambda view: problem(view, "split:VI_2") is not None)
        split = problem(view, "split:VI_2")
        assert split is not None
        found = re.match(
            r"director2 hears no adverts from director1 on ens36 \(last at (\d\d:\d\d:\d\d) \S+\)\. "
            r"director1 hears no adverts from director2 on ens36 \(none since (\d\d:\d\d:\d\d) \S+\)\. Check the network",
            split.detail,
        )
        assert found, split.detail
        times = {time.strftime("%H:%M:%S", time.localtime(began + s)) for s in range(int(cut - began) + 2)}
        assert found[1] in times, "the last that came before the cut"
        assert problem(view, "split:VI_1") is None
        lab.lift()
        await session.see(lambda view: problem(view, "split:") is None)


async def test_a_backup_that_hears_nobody_and_does_nothing_is_told(lab: Lab) -> None:
    """Its VRRP process stands still, so it stays what it was."""
    stop, go = "kill -STOP $(cat /run/keepalived/vrrp.pid /run/vrrp.pid 2>/dev/null)", "kill -CONT $(pidof keepalived)"
    async with scene(lab) as session:
        await session.see(lambda view: bool((now := instance(view, "director2", "VI_1").adverts) and now.heard))
        assert lab.exec("director2", ["sh", "-c", stop]).status == 0
        try:
            lab.fault("keepalived-stopped", "director1")
            view = await session.see(lambda view: problem(view, "unheard:director2:VI_1") is not None)
        finally:
            lab.exec("director2", ["sh", "-c", go])
        told = problem(view, "unheard:director2:VI_1")
        assert told is not None
        assert re.match(r"director2 is BACKUP of VI_1 and hears no adverts on ens33 \(last at \d\d:", told.text)
        lab.lift()


async def test_a_foreign_router_is_told_with_its_address_and_a_flood_of_it_is_counted(lab: Lab) -> None:
    async with scene(lab) as session, agent(lab, "director2") as link:
        await heard(link, 51, 1)
        both = "Heard by director1 and director2, priority 150."
        sending = asyncio.ensure_future(asyncio.to_thread(send, lab, 77, 150, 0.3, 100))
        view = await session.see(
            lambda view: (one := problem(view, "foreign:ens33:77")) is not None and one.detail.startswith(both)
        )
        told = problem(view, "foreign:ens33:77")
        assert told is not None
        assert told.text.startswith("10.10.0.100 advertises VRID 77 on ens33")
        await sending
        # Of the pair's own, with no password.
        sending = asyncio.ensure_future(asyncio.to_thread(send, lab, 51, 1, 0.3, 40))
        view = await session.see(lambda view: problem(view, "foreign:ens33:51") is not None)
        await sending
        assert {one.role for one in view.directors} == {"MASTER", "BACKUP"}
        # What comes while its agent stands still is more than its sockets hold, however fast this machine is.
        agents = "pgrep -f '^python3 -IBSc'"
        assert lab.exec("director2", ["sh", "-c", f"kill -STOP $({agents})"]).status == 0
        try:
            send(lab, vrid=78, priority=1, pause=0.0, count=1500)
        finally:
            lab.exec("director2", ["sh", "-c", f"kill -CONT $({agents})"])
        flooded = await link.get(Adverts, lambda now: bool(of(78, now)) and now.lost > 0)
        assert len(flooded.heard) <= 5
        await session.see(lambda view: problem(view, "foreign:") is None)
        until(lambda: lab.status()["directors"]["director1"]["vips"], lambda vips: len(vips) == 2)


async def test_an_account_without_rights_is_told_why_nothing_is_heard(lab: Lab) -> None:
    async with agent(lab, "director1-watch") as link:
        adverts = await link.get(Adverts)
        assert (adverts.listening, adverts.heard) == ((), ())
        assert "CAP_NET_RAW" in str(adverts.error)
