"""keepalived wherever it runs and logs: a container's standard output, a network namespace, an instance, two on one machine."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest

from lvstui.cli import change_command, exit_status, launch, status_command
from lvstui.cluster.director_facts import KeepalivedView
from lvstui.lab.lab import Lab
from lvstui.session.session import Session
from lvstui.session.subscription import until
from lvstui.settings.values import DirectorSettings
from lvstui.transport.link import NoQuestions
from tests.support import waiting

pytestmark = pytest.mark.lab

DIRECTORS = ("director1", "director2")
REAL = "192.168.211.13:8081"
BLUE = b"""net_namespace blue
vrrp_instance VI_B {
    state MASTER
    interface dum0
    virtual_router_id 77
    priority 100
    virtual_ipaddress {
        10.99.0.20/24
    }
}
virtual_server 10.99.0.20 80 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
    real_server 10.99.0.13 8081 {
        weight 3
    }
}
"""
DNS = b"""instance dns
use_pid_dir
virtual_server 10.10.0.20 53 {
    lb_algo rr
    lb_kind NAT
    protocol UDP
    real_server 192.168.211.13 53 {
        weight 7
    }
}
"""


def session(lab: Lab, *keepalived: str | None) -> Session:
    directors = [
        DirectorSettings(name, keepalived=which)
        for name, which in zip(DIRECTORS, keepalived or (None, None), strict=True)
    ]
    return launch.session(directors, NoQuestions(), ssh_config=lab.ssh_config, name="lab", interval=0.5, read_only=None)


async def change(
    lab: Lab, action: Literal["drain", "restore", "weight"], real: str = REAL, weight: int | None = None
) -> int:
    """As lvsctl makes it, each time with new agents, and nothing overridden."""
    request = change_command.ChangeRequest(action, real, (), weight, "test", False, True, False, frozenset(), None)
    return await change_command.make_change(session(lab), request)


async def status(lab: Lab, capsys: pytest.CaptureFixture[str], *keepalived: str | None) -> dict[str, Any]:
    capsys.readouterr()
    await status_command.show_status(session(lab, *keepalived), as_json=True)
    shown: dict[str, Any] = json.loads(capsys.readouterr().out)
    return shown


def run(lab: Lab, director: str, script: str) -> str:
    done = lab.exec(director, ["sh", "-c", script])
    assert done.status == 0, (script, done)
    return done.stdout


def daemons(lab: Lab, director: str) -> list[str]:
    found = run(lab, director, "ps -o pid=,ppid= -C keepalived || true").split("\n")
    pairs = [line.split() for line in found if line.strip()]
    return [pid for pid, parent in pairs if parent not in [one for one, _ in pairs]]


def stop(lab: Lab, director: str) -> None:
    """Every keepalived there, as by its operator."""
    for pid in daemons(lab, director):
        lab.exec(director, ["kill", pid])
    waiting.until(lambda: daemons(lab, director), lambda left: not left)


@contextlib.contextmanager
def instead(lab: Lab, commands: dict[str, str]) -> Iterator[None]:
    """Other daemons in the place of the lab's own, by Director."""
    try:
        for director, command in commands.items():
            stop(lab, director)
            run(lab, director, command)
        yield
    finally:
        for director in commands:
            stop(lab, director)
            run(lab, director, "keepalived")


def background(command: str) -> str:
    return f"setsid sh -c {command!r} </dev/null >/dev/null 2>&1 &"


async def test_a_container_like_daemon_takes_one_change_after_the_other(
    plain_lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """One logs to a file as its standard output, the other to a pipe: nothing of its log can be read."""
    own = {
        "director1": background("exec keepalived -n -l -G >/run/k.out 2>&1"),
        "director2": background("exec keepalived -n -l -G 2>&1 | cat >/dev/null"),
    }
    with instead(plain_lab, own):
        plain_lab.wait_ready()
        for action in ("drain", "restore"):
            assert await change(plain_lab, action) == 0, capsys.readouterr()
        async with session(plain_lab) as opened:

            def known() -> list[KeepalivedView]:
                return [one.keepalived for one in opened.view().directors]

            async def seen(what: Callable[[], bool]) -> None:
                assert await until(opened, what, waiting.LIMIT_S), opened.view()

            await seen(lambda: all(one.pending is False and one.loaded is not None for one in known()))

            def unseen() -> list[list[str]]:
                return [
                    [one.why for one in director.missing if one.what == "log"] for director in opened.view().directors
                ]

            await seen(lambda: unseen()[1] != [])
            assert unseen()[0] == [] and "to its standard output, which is no file (pipe:" in unseen()[1][0]

            # Touched, and a row changed by hand: drift, as what is loaded is what the file says.
            config = "/etc/keepalived/keepalived.conf"
            run(plain_lab, "director2", f"touch {config}; ipvsadm -e -t 10.10.0.20:80 -r {REAL} -m -w 3")

            def states() -> list[str]:
                reals = [real for server in opened.view().virtual_servers for real in server.real_servers]
                return [real.directors["director2"].state.value for real in reals if real.id == REAL]

            await seen(lambda: states() == ["DRIFT"])
            assert known()[1].pending is False
            # An edit that no weight and no dump of ours tells, and undone.
            run(plain_lab, "director1", f"sed -i 's/delay_loop 6/delay_loop 9/' {config}")
            await seen(lambda: known()[0].pending is True)
            run(plain_lab, "director1", f"sed -i 's/delay_loop 9/delay_loop 6/' {config}")
            await seen(lambda: known()[0].pending is False)


async def test_keepalived_in_a_network_namespace(plain_lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    inside = ["set lo up", "add dum0 type veth peer name dum1", "set dum1 up", "set dum0 up"]
    prepare = "ip netns add blue; " + "".join(f"ip netns exec blue ip link {one}; " for one in inside)
    prepare += "ip netns exec blue ip addr add 10.99.0.1/24 dev dum0; "
    start = prepare + "keepalived -f /etc/keepalived/blue.conf"
    for director in DIRECTORS:
        plain_lab.write_file(director, BLUE, "/etc/keepalived/blue.conf")
    try:
        with instead(plain_lab, dict.fromkeys(DIRECTORS, start)):
            async with session(plain_lab) as opened:

                def serving() -> bool:
                    return all(
                        one.role == "MASTER" and all(vip.held for i in one.vrrp for vip in i.vips)
                        for one in opened.view().directors
                    )

                assert await until(opened, serving, waiting.LIMIT_S), opened.view()
                view = opened.view()
            assert [[one.name for one in director.vrrp] for director in view.directors] == [["VI_B"], ["VI_B"]]
            (server,) = view.virtual_servers
            weights = [figures.kernel_weight for figures in server.real_servers[0].directors.values()]
            assert (server.id, weights) == ("tcp/10.99.0.20:80", [3, 3])
            assert await change(plain_lab, "weight", "10.99.0.13:8081", 5) == 0, capsys.readouterr()
            table = run(plain_lab, "director1", "ip netns exec blue ipvsadm -Ln")
            assert "-> 10.99.0.13:8081              Masq    5" in table
    finally:
        for director in DIRECTORS:
            run(plain_lab, director, "ip netns del blue; rm -f /etc/keepalived/blue.conf")


async def test_of_two_daemons_on_one_machine_one_is_named(plain_lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    plain_lab.write_file("director2", DNS, "/etc/keepalived/dns.conf")
    try:
        run(plain_lab, "director2", "keepalived -C -f /etc/keepalived/dns.conf")
        waiting.until(lambda: daemons(plain_lab, "director2"), lambda found: len(found) == 2)
        assert await change(plain_lab, "drain") == exit_status.USAGE
        said = capsys.readouterr().err
        assert "director2" in said and "2 keepalived daemons run here" in said and 'keepalived = "' in said
        assert "/etc/keepalived/dns.conf, instance dns" in said and "/etc/keepalived/keepalived.conf" in said

        shown = await status(plain_lab, capsys, None, "dns")
        dns = next(one for one in shown["virtual_servers"] if one["id"] == "udp/10.10.0.20:53")
        assert dns["real_servers"][0]["directors"]["director2"]["kernel_weight"] == 7
        assert shown["directors"][1]["keepalived"]["config"] == "/etc/keepalived/dns.conf"
        assert shown["directors"][1]["keepalived"]["pending"] is False
    finally:
        for pid in daemons(plain_lab, "director2"):
            if "dns.conf" in plain_lab.exec("director2", ["cat", f"/proc/{pid}/cmdline"]).stdout:
                run(plain_lab, "director2", f"kill {pid}")
        waiting.until(lambda: daemons(plain_lab, "director2"), lambda found: len(found) == 1)
        run(plain_lab, "director2", "rm -f /etc/keepalived/dns.conf")


async def test_a_fault_names_the_interface_that_failed_and_what_went_with_it_once(plain_lab: Lab) -> None:
    group = b"vrrp_sync_group VG_1 {\n    group {\n        VI_1\n        VI_2\n    }\n}\n"
    plain_lab.write_file("director2", group + plain_lab.read_file("director2"))
    run(plain_lab, "director2", "kill -HUP $(cat /run/keepalived.pid); ip link set ens36 down")
    try:
        async with session(plain_lab) as opened:

            def faults() -> list[str]:
                return [one.text for one in opened.view().problems if one.kind == "fault"]

            told = "VI_2 is in FAULT on director2: ens36 is down; VI_1 with it, through the sync group"
            assert await until(opened, lambda: faults() == [told], waiting.LIMIT_S), opened.view().problems
    finally:
        run(plain_lab, "director2", "ip link set ens36 up")
