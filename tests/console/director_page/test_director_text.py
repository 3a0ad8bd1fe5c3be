"""The words of a Director's page."""

from __future__ import annotations

import pytest

from lvstui.cluster.views.kernel_settings import KernelSetting
from lvstui.cluster.views.vrrp_priority import Rival, elect
from lvstui.console.director_page import machine_text, settings_text, text
from lvstui.console.look.display import Display
from lvstui.director.protocol.host_messages import Host, Link, Network, Nic
from lvstui.director.protocol.keepalived_messages import DaemonProcess, Keepalived
from lvstui.director.protocol.vrrp_messages import FaultCause, TrackedState, Vrrp
from tests.support import tracking
from tests.support.telling import MAIN, NAMES, WALL, Pair

DISPLAY = Display()


def instances(pair: Pair, name: str = "director1", width: int = 100) -> str:
    page = pair.state.director_page(name, pair.view())
    return text.instances(page, WALL + pair.now, DISPLAY, width).plain


def rival(name: str, state: str | None, priority: int | None = 100, *, nopreempt: bool = False) -> Rival:
    able = state in ("MASTER", "BACKUP")
    return Rival(name, state, priority, priority, nopreempt, f"10.0.0.{len(name)}", known=state != "?", able=able)


@pytest.mark.parametrize(
    ("rivals", "says"),
    [
        ([rival("a", "MASTER"), rival("b", "BACKUP", 50)], "a is MASTER: its priority, 100, is the highest"),
        ([rival("a", "BACKUP"), rival("b", "BACKUP", 50)], "a would be MASTER: its priority, 100, is the highest"),
        ([rival("a", "MASTER"), rival("b", "BACKUP")], "a is MASTER: the priorities are equal, 100, and the present"),
        ([rival("a", "BACKUP"), rival("bb", "BACKUP")], "bb would be MASTER: the priorities are equal, 100"),
        ([rival("a", "MASTER"), rival("b", "FAULT")], "a is MASTER: no other Director can be"),
        ([rival("a", "BACKUP", nopreempt=True), rival("b", "MASTER", 50)], "b stays MASTER with 50: a has a higher priority"),
        ([rival("a", "BACKUP"), rival("b", "MASTER", 50)], "a has the highest priority, 100, and should take over"),
        ([rival("a", "MASTER"), rival("b", "MASTER", 50)], "a and b are both MASTER"),
        ([rival("a", "FAULT"), rival("b", "FAULT")], "no Director can be MASTER now"),
        ([rival("a", "BACKUP"), rival("b", "?")], "unknown which Director would be MASTER"),
        ([rival("a", "MASTER"), rival("b", "?")], "a is MASTER; the priority of the other Director is unknown"),
    ],
)  # fmt: skip
def test_who_is_master_and_why(rivals: list[Rival], says: str) -> None:
    assert text.verdict(elect(rivals)).startswith(says)


def test_a_sum_that_is_not_the_priority_says_so() -> None:
    pair = tracking.pair()
    tracking.tell(pair, "director1", "BACKUP", 100, 90, tracking.script(False), tracking.interface())
    assert "≠ these add up to 80" in instances(pair)
    tracking.tell(pair, "director1", "BACKUP", 100, 90, tracking.script(None), tracking.interface())
    assert "effect unknown" in instances(pair)
    assert "chk_web  ? unknown" in instances(pair)


def test_a_priority_that_is_not_loaded_yet_and_what_is_not_tracked() -> None:
    pair = tracking.pair()
    pair.files("director1", tracking.tracking(150))
    assert "the file says 150, which keepalived has not loaded" in instances(pair)
    tracking.tell(pair, "director1", "BACKUP", 100, 100)
    assert instances(pair).count("keepalived does not track it") == 2


def test_files_processes_and_bfd_each_in_their_words() -> None:
    pair = tracking.pair()
    states = (
        TrackedState("VI_1", "file", "gate", 2, False, None, 7),
        TrackedState("VI_1", "process", "named", 5, True, True, 0),
        TrackedState("VI_1", "bfd", "peer", 0, False, False, 0),
        TrackedState("VI_1", "interface", "ens33", 0, False, True, 0),
    )
    tracking.tell(pair, "director1", "BACKUP", 100, 109, *states)
    lines = [" ".join(line.split()) for line in instances(pair, width=140).splitlines()]
    assert "+14 file gate holds 7 weight 2 times its number" in lines
    assert "-5 process named ● runs weight 5 reverse" in lines
    assert "bfd peer ✖ down without weight: its failure is a FAULT" in lines
    assert "interface ens33 ● up without weight: its failure is a FAULT, tracked in any case" in lines


def test_a_fault_with_its_cause_and_a_vip_where_it_should_not_be() -> None:
    pair = Pair().up()
    pair.vrrp("director1", "FAULT")
    last = pair.state.director("director1").vrrp
    assert last is not None
    pair.say(
        "director1",
        Vrrp(pair.now, last.instances, None, (FaultCause("VI_1", "script", "chk"), FaultCause("VI_2", "group", "G"))),
    )
    shown = instances(pair)
    assert "✖ script chk has failed" in shown and "✖ its sync group G is in FAULT" in shown
    assert "VIP  10.10.0.20  ✖ in the kernel" in shown


def machine(pair: Pair, name: str = "director1") -> tuple[str, str, str]:
    page = pair.state.director_page(name, pair.view())
    return (
        machine_text.keepalived(page, WALL + pair.now, DISPLAY, 90).plain,
        machine_text.link(page, DISPLAY, 90).plain,
        machine_text.interfaces(page, DISPLAY, 90).plain,
    )


def test_keepalived_its_processes_what_is_loaded_and_how_it_was_found() -> None:
    pair = Pair().up()
    daemon, _, _ = machine(pair)
    assert "2.2.7  ● runs since" in daemon and "main 100 · VRRP 101 · checkers 102" in daemon
    assert MAIN in daemon and "config id director1" in daemon and "by its log" in daemon
    assert "by systemctl reload" in daemon and "files      ● are loaded" in daemon
    known = pair.state.director("director1").keepalived
    assert known is not None
    stopped = DaemonProcess("checkers", 102, 1, True, None)
    more = {"processes": (stopped,), "instance": "web1", "namespace": "blue"}
    pair.say("director1", Keepalived(**{**vars(known), **more}))
    daemon, _, _ = machine(pair)
    assert "✖ checkers (102) is stopped" in daemon and "instance web1 · network namespace blue" in daemon
    pair.keepalived("director1", running=False)
    daemon, _, _ = machine(pair)
    assert "✖ does not run" in daemon and "processes" not in daemon


def test_the_link_and_what_is_missing_without_root() -> None:
    pair = Pair()
    pair.link("director1", root=False)
    daemon, link, interfaces = machine(pair)
    assert "an observer: reads without root, writes nothing" in link and "python 3.11.2" in link
    assert "missing" in link and "? no data yet" in daemon and "? no data yet" in interfaces
    pair.up()
    assert "nothing is known to be missing" in machine(pair)[1]
    pair.say("director1", Vrrp(pair.now, (), "only root may ask keepalived"))
    assert "VRRP state: only root may ask keepalived" in machine(pair)[1]


def test_interfaces_down_on_another_one_and_dropping() -> None:
    pair = Pair().up()
    links = (Link("ens33", False), Link("vrrp.51", True, "ens33"))
    pair.say("director1", Network(pair.now, links, (), None))
    for at, dropped in ((1.0, 0), (3.0, 8)):
        pair.say("director1", Host(at, 0.1, 2, None, None, (Nic("ens33", 0, 0, dropped),), None, None, None))
    shown = machine(pair)[2]
    assert "ens33    ✖ down" in shown and "4.0 dropped/s" in shown and "vrrp.51  ● up" in shown and "on ens33" in shown
    assert "no address" in shown


def test_kernel_settings_and_why() -> None:
    needed = KernelSetting("net.ipv4.ip_forward", "0", "1", "nat", ("director2", "1"))
    advised = KernelSetting("net.ipv4.vs.expire_nodest_conn", "0", "1", "removed servers", None)
    unknown = KernelSetting("net.ipv4.vs.conntrack", None, None, "netfilter", None)
    shown = settings_text.settings((needed, advised, unknown), 100).plain
    assert "✖ net.ipv4.ip_forward 0  director2 has 1" in shown and "must be 1: with NAT" in shown
    assert "! net.ipv4.vs.expire_nodest_conn 0" in shown and "? net.ipv4.vs.conntrack not told" in shown
    assert settings_text.NOT_READ in shown
    well = needed._replace(value="1", other=None)
    assert "● net.ipv4.ip_forward 1" in settings_text.settings((well,), 100).plain


def test_an_instance_that_only_one_director_has() -> None:
    pair = Pair().up()
    assert all("director1" in instances(pair, name) and "director2" in instances(pair, name) for name in NAMES)
