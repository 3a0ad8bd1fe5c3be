"""What a Director's page knows besides its instances: interfaces, kernel settings, keepalived, log, link."""

from __future__ import annotations

from lvstui.cluster.views.director_page import DirectorPage
from lvstui.cluster.views.kernel_settings import KernelSetting
from lvstui.director.protocol.host_messages import Host, Network, Nic, Sysctl, Sysctls
from lvstui.director.protocol.keepalived_messages import DaemonProcess
from tests.support.telling import Pair, configuration


def page(pair: Pair, name: str = "director1") -> DirectorPage:
    return pair.state.director_page(name, pair.view())


def host(at: float, in_bytes: int, out_bytes: int, error: str | None = None) -> Host:
    nics = (Nic("ens33", in_bytes, out_bytes, 0),)
    return Host(at, 0.1, 2, 1.0, 20.0, nics, None, None, error)


def test_interfaces_with_link_addresses_and_rates() -> None:
    pair = Pair().up()
    assert page(pair).rates_unknown == "no data yet"
    pair.say("director1", host(1.0, 0, 0))
    pair.say("director1", host(3.0, 1000, 4000))
    one, two = page(pair).interfaces
    assert (one.name, one.up, one.in_bps, one.out_bps, one.dropped_per_s) == ("ens33", True, 4000.0, 16000.0, 0.0)
    assert one.addresses == ("10.10.0.20/32", "192.168.211.20/32")
    assert (two.name, two.in_bps) == ("ens36", None)
    pair.say("director1", host(4.0, 0, 0))  # made anew: no rate
    assert page(pair).interfaces[0].in_bps is None
    pair.say("director1", host(5.0, 0, 0, "needs psutil"))
    assert page(pair).rates_unknown == "needs psutil"
    pair.say("director1", Network(pair.now, (), (), "rtnetlink refuses"))
    assert page(pair).interfaces == () and page(pair).interfaces_unknown == "rtnetlink refuses"


def setting(pair: Pair, name: str) -> KernelSetting:
    return next(one for one in page(pair).settings if one.name == name)


def test_kernel_settings_with_what_they_should_be() -> None:
    pair = Pair().up()
    forward = setting(pair, "net.ipv4.ip_forward")
    assert (forward.value, forward.wanted, forward.why, forward.good) == (None, "1", "nat", None)
    pair.say("director1", Sysctls(1.0, (Sysctl("net.ipv4.ip_forward", "0"), Sysctl("net.ipv4.vs.conntrack", "1"))))
    pair.say("director2", Sysctls(1.0, (Sysctl("net.ipv4.ip_forward", "1"),)))
    forward = setting(pair, "net.ipv4.ip_forward")
    assert (forward.value, forward.good, forward.other) == ("0", False, ("director2", "1"))
    assert setting(pair, "net.ipv4.vs.conntrack").good is None
    assert setting(pair, "net.ipv6.conf.all.forwarding").why == "no nat"
    template = "net.ipv4.vs.expire_quiescent_template"
    assert setting(pair, template).why == "no persistence"
    pair.files("director1", configuration(extra=" persistence_timeout 50\n"))
    assert (setting(pair, template).wanted, setting(pair, template).why) == ("1", "persistence")


def test_an_interface_that_forwards_for_itself_is_among_the_settings() -> None:
    pair = Pair().up()
    name = "net.ipv4.conf.ens36.forwarding"
    pair.say("director1", Sysctls(1.0, (Sysctl(name, "1"),)))
    assert (setting(pair, name).value, setting(pair, name).why) == ("1", "per interface")


def test_keepalived_and_its_processes() -> None:
    pair = Pair().up()
    known = pair.state.director("director1").keepalived
    assert known is not None
    stopped = DaemonProcess("checkers", 102, 1, True, None)
    pair.say("director1", known.__class__(**{**vars(known), "processes": (stopped,), "loaded_from": "copy"}))
    daemon = page(pair).daemon
    assert daemon is not None
    assert (daemon.pid, daemon.vrrp_pid, daemon.checkers_pid, daemon.manager) == (100, 101, 102, "systemd")
    assert [(one.role, one.pid, one.condition) for one in daemon.processes] == [("checkers", 102, "is stopped")]
    assert daemon.loaded_from == "copy"


def test_the_log_is_kept_line_by_line_and_begins_anew_with_a_link() -> None:
    pair = Pair().up()
    pair.log("director1", "first", "second\x1b[31m")
    before = page(pair)
    assert [text for _, text in before.log] == ["first", "second"]
    assert before.log_source == "journald" and before.log_unknown is None
    pair.log("director1", "third", history=True)
    after = page(pair)
    assert [text for _, text in after.log] == ["third"] and after.log_lines > before.log_lines


def test_what_is_not_known_says_why() -> None:
    pair = Pair()
    pair.link("director1")
    found = page(pair)
    assert (found.interfaces_unknown, found.daemon_unknown, found.log_unknown) == ("no data yet",) * 2 + (
        "not read yet",
    )
    assert found.agent is not None and found.agent.root
    assert page(pair, "director2").agent is None
    pair.up().after(1).state.failed("director1", "gone", "", permanent=True, retry_in=None, now=pair.now)
    pair.after(300)
    assert (page(pair).daemon, page(pair).daemon_unknown) == (None, "the link is lost")
