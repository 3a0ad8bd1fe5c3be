"""Which keepalived runs here, what it is called, and which of its children does what."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from lvstui.director.linux.keepalived import daemon, daemon_search
from lvstui.director.linux.keepalived.daemon import Daemon
from lvstui.director.linux.keepalived.daemon_search import Parent, choose
from lvstui.director.linux.keepalived.dumps import names
from lvstui.director.linux.keepalived.loaded_copy import LoadedCopy
from lvstui.director.linux.keepalived.placement import Placement, placement
from lvstui.director.linux.process import ProcessIdentity, look
from lvstui.director.protocol.keepalived_messages import LoadedConfiguration
from lvstui.director.system import Ambiguous
from tests.support.a_keepalived import keepalived

COPY = """# /opt/k/web1.conf
instance web1
net_namespace blue
net_namespace_ipvs green
global_defs {
router_id X
state_dump_file "/run/dumps/"
}
!
"""


def found(pid: int) -> Parent | None:
    return next((one for one in daemon_search.parents() if one.process.pid == pid), None)


def test_a_daemon_is_found_without_a_pid_file_and_a_test_of_a_configuration_is_none(tmp_path: Path) -> None:
    with keepalived(tmp_path, "-n", "-f", "web.conf", "-i", "left", children="vrrp") as (pid, (child,)):
        one = found(pid)
        assert one is not None
        assert (one.config, one.config_id, one.instance) == (str(tmp_path / "web.conf"), "left", "")
        assert found(child) is None, "a child is no daemon"
    assert found(pid) is None
    with keepalived(tmp_path, "-t", "-f", "web.conf") as (pid, _):
        assert found(pid) is None
    with keepalived(tmp_path, "--signum=DATA") as (pid, _):
        assert found(pid) is None


def test_children_that_a_killed_daemon_left_are_no_daemons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon_search, "_PID_FOLDERS", (str(tmp_path / "run"),))
    (tmp_path / "run").mkdir()
    with keepalived(tmp_path, "-n", children="checkers vrrp") as (pid, pids):
        parent = found(pid)
        assert parent is not None
        known = daemon.children(Daemon(parent, 0, 0, ())).known
        assert [one.pid for one in known] == pids
        os.kill(pid, signal.SIGKILL)
        try:
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            left = [one.process.pid for one in daemon_search.parents() if one.process.pid in pids]
            assert left == pids, "by themselves they look like daemons"
            assert not [one for one in daemon_search.parents(known) if one.process.pid in pids]
            for role, child in zip(("checkers", "vrrp"), pids, strict=True):
                (tmp_path / "run" / f"{role}.pid").write_text(f"{child}\n")
            assert not [one for one in daemon_search.parents() if one.process.pid in pids]
            os.utime(tmp_path / "run" / "vrrp.pid", (1.0, 1.0))
            assert [one.process.pid for one in daemon_search.parents() if one.process.pid in pids] == pids[1:], (
                "not its file"
            )
        finally:
            for child in pids:
                os.kill(child, signal.SIGKILL)


def test_what_it_says_of_itself_is_in_its_copy(tmp_path: Path) -> None:
    with keepalived(tmp_path, "-n", copy=COPY) as (pid, _):
        one = found(pid)
        assert one is not None
        assert (one.config, one.instance) == ("/opt/k/web1.conf", "web1")
        copy = LoadedCopy().read(look(pid))
        assert copy is not None and copy.error is None and copy.data == COPY.encode()
        assert abs(copy.wall - os.stat(f"/proc/{pid}").st_ctime) < 300
        assert placement(copy) == Placement("/opt/k/web1.conf", "web1", "blue", "green", "/run/dumps/", "")
    with keepalived(tmp_path, "-n") as (pid, _):
        one, copy = found(pid), LoadedCopy().read(look(pid))
        assert one is not None and one.config == daemon_search.DEFAULT_CONFIG
        assert copy is not None and copy.error is not None and "before 2.2" in copy.error


def test_a_copy_that_is_being_written_is_not_told(tmp_path: Path) -> None:
    with keepalived(tmp_path, "-n", copy=COPY[:-2]) as (pid, _):
        assert LoadedCopy().read(look(pid)) is None


@pytest.mark.parametrize(
    ("children", "vrrp", "checkers"),
    [("checkers vrrp", 1, 0), ("vrrp", 0, None), ("checkers", None, 0), ("", None, None)],
)
def test_which_child_does_what_is_told_by_its_signals(
    tmp_path: Path, children: str, vrrp: int | None, checkers: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keepalived(tmp_path, "-n", children=children) as (pid, pids):
        parent = found(pid)
        assert parent is not None
        now = daemon.children(Daemon(parent, 0, 0, ()))
        assert now.vrrp == (0 if vrrp is None else pids[vrrp])
        assert now.checkers == (0 if checkers is None else pids[checkers])
        wrong = now._replace(vrrp=now.checkers, checkers=now.vrrp)
        assert daemon.children(wrong) == now, "it had only just begun when that was told"
        monkeypatch.setattr(daemon, "_BEGINNING", -60.0)
        settled = daemon.children(now)
        assert daemon.children(settled) is settled, "nothing is looked for again while they are the same"


def test_a_pid_file_elsewhere_goes_before_all_else(tmp_path: Path) -> None:
    words = ("-n", "-r", str(tmp_path / "v.pid"), f"--checkers_pid={tmp_path}/c.pid")
    with keepalived(tmp_path, *words, children="vrrp checkers checkers") as (pid, (vrrp, bfd, checkers)):
        (tmp_path / "v.pid").write_text(f"{vrrp}\n")
        (tmp_path / "c.pid").write_text(f"{checkers}\n")
        parent = found(pid)
        assert parent is not None
        now = daemon.children(Daemon(parent, 0, 0, ()))
        assert (now.vrrp, now.checkers) == (vrrp, checkers) and bfd not in (now.vrrp, now.checkers)


def one(
    pid: int, config: str, *, instance: str = "", unit: str = "", options: tuple[tuple[str, str], ...] = ()
) -> Parent:
    return Parent(ProcessIdentity(pid, 1, pid), options, config, "lb1", unit, instance, "", "")


WEB = one(7, "/etc/keepalived/web.conf", instance="web1", unit="keepalived@web.service")
DNS = one(9, "/etc/keepalived/dns.conf", options=(("config-id", "dns"),))


@pytest.mark.parametrize("name", ["web1", "/etc/keepalived/web.conf", "keepalived@web.service", "keepalived@web"])
def test_of_several_the_one_that_is_named_is_taken(name: str) -> None:
    assert choose((WEB, DNS), name, "", None) is WEB
    assert choose((WEB, DNS), "dns", "", None) is DNS
    assert choose((WEB, DNS), "mail", "", None) is None


def test_of_several_without_a_name_none_is_guessed() -> None:
    with pytest.raises(Ambiguous) as several:
        choose((WEB, DNS), "", "", None)
    assert [daemon.config for daemon in several.value.daemons] == [WEB.config, DNS.config]
    assert "2 keepalived daemons run here: /etc/keepalived/web.conf, instance web1" in str(several.value)
    assert choose((WEB, DNS), "", DNS.config, None) is DNS, "its file while it does not run is its file while it runs"
    assert choose((WEB, DNS), "", "", WEB._replace(process=ProcessIdentity(3, 1, 3))) is WEB, (
        "as before it was started again"
    )
    assert choose((DNS,), "", WEB.config, None) is DNS and choose((), "", "", None) is None


def test_another_daemon_is_not_taken_for_the_one_that_ended() -> None:
    assert choose((DNS,), "", "", WEB) is None and choose((DNS,), "", WEB.config, WEB) is None
    assert choose((DNS,), "dns", "", WEB) is DNS, "it was named"
    again = DNS._replace(process=ProcessIdentity(3, 1, 3))
    assert choose((again,), "", "", DNS) is again
    moved, unit = again._replace(config="/etc/other.conf", unit="keepalived.service"), "keepalived.service"
    assert choose((moved,), "", "", DNS._replace(unit=unit)) is moved, "its unit starts it with another file now"
    assert choose((again,), "", "", DNS._replace(unit=unit)) is again, "it was started by hand"


@pytest.mark.parametrize(
    ("kind", "placed", "where"),
    [
        ("", Placement(), ("keepalived.data", "keepalived.*.data")),
        ("_check", Placement(), ("keepalived_check.data", "keepalived_check.*.data")),
        ("_check", Placement(state_dump="/run/d/"), ("/run/d/keepalived_check.data", "/run/d/keepalived_check.*.data")),
        ("", Placement(state_dump="/run/d/k.txt"), ("/run/d/k.txt", "/run/d/k.*.txt")),
        ("_parent", Placement(state_dump="state"), ("state_parent", "state_parent.*")),
        ("json", Placement(json_dump="/run/k.json"), ("keepalived.json", "/run/k.json")),
    ],
)
def test_dumps_are_where_the_configuration_puts_them(kind: str, placed: Placement, where: tuple[str, ...]) -> None:
    assert names(kind, placed) == where


def test_of_words_that_are_said_twice_the_one_counts_that_keepalived_takes() -> None:
    data = b'# k.conf\ninstance a\ninstance b\nstate_dump_file a\nstate_dump_file b\nnet_namespace_ipvs ""\n!\n'
    copy = LoadedConfiguration(0.0, 0.0, 1, 1, data, None)
    assert placement(copy) == Placement("", "a", "", "", "b", "")
    assert placement(replace(copy, error="gone")) == Placement()


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("keepalived", True), ("keepalived-2.4.3", True), ("keepalived (deleted)", True), ("keepalived2.2.7", True),
        ("keepalived-exporter", False), ("keepalived_exporter", False), ("keepalived.sh", False), ("genhash", False),
    ],
)  # fmt: skip
def test_what_is_only_called_like_it_is_no_keepalived(name: str, is_one: bool) -> None:
    assert (daemon_search._PROGRAM.fullmatch(name) is not None) is is_one
