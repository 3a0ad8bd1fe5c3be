"""Virtual servers that share a group, a mark or a service, on a live pair: each changed by itself, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from lvstui.cli import change_command, exit_status, status_command
from lvstui.cluster.plan.intent import Action
from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from lvstui.session.session import Session
from tests.support.lab_sessions import staying
from tests.support.waiting import until, until_seen

pytestmark = pytest.mark.lab

WEB = "192.168.211.13"
CHECKED = "delay_loop 1\n TCP_CHECK {\n connect_timeout 2\n retry 1\n delay_before_retry 1\n }\n"


def virtual(head: str, *reals: str, protocol: str = "TCP", check: str = "") -> str:
    blocks = "".join(
        f" real_server {real.rsplit(' ', 1)[0]} {{\n  weight {real.rsplit(' ', 1)[1]}\n{check} }}\n" for real in reals
    )
    kind = f" protocol {protocol}\n" if protocol else ""
    return f"virtual_server {head} {{\n lb_algo rr\n lb_kind NAT\n{kind}{blocks}}}\n"


DNS = "virtual_server_group DNS {\n 10.10.0.53 8081\n 10.10.0.54 8081\n}\n"
HALVES = virtual("group DNS", f"{WEB} 8081 10", f"{WEB} 8082 10", check=CHECKED) + virtual(
    "group DNS", f"{WEB} 8081 20", f"{WEB} 8082 20", protocol="UDP"
)
MARKED = virtual("fwmark 7", "::1 8091 2", "::1 9 2", protocol="", check=CHECKED)
TWINS = virtual("10.77.0.100 8060", f"{WEB} 8081 2") + virtual("10.77.0.100 8060", f"{WEB} 8082 3").replace("rr", "wlc")
EMPTY = virtual("10.77.0.101 80")
OLD, DEAD, NEW = "[::1]:8091", "[::1]:9", "[::1]:8092"


def install(lab: Lab, text: str, head: str = "") -> list[bytes]:
    """Give both Directors their own VRRP and those virtual servers; the files."""
    for name in addresses.DIRECTORS:
        seed = lab.read_file(name)
        lab.write_file(name, head.encode() + seed[: seed.index(b"virtual_server ")] + text.encode())
        assert lab.exec(name, ["systemctl", "restart", "keepalived"]).status == 0
    until(lambda: lab.status()["directors"]["director1"]["vips"], lambda vips: addresses.SERVICE_VIP in vips)
    return [lab.read_file(name) for name in addresses.DIRECTORS]


def kernel(lab: Lab, name: str) -> dict[str, dict[str, int]]:
    """The weights in the Director's kernel, by service as ipvsadm has it."""
    table: dict[str, dict[str, int]] = {}
    for line in lab.exec(name, ["ipvsadm", "-Sn"]).stdout.splitlines():
        words = line.split()
        reals = table.setdefault(" ".join(words[1:3]) + (" -6" if "-6" in words else ""), {})
        if words[0] == "-a":
            reals[words[words.index("-r") + 1]] = int(words[words.index("-w") + 1])
    return table


async def change(opened: Session, action: Action, real: str, *virtual_servers: str, like: str | None = None) -> int:
    request = change_command.ChangeRequest(
        action, real, virtual_servers, None, "test", False, True, False, frozenset({"twins", "pending"}), None, like
    )
    return await change_command.make_change(opened, request)


async def status(opened: Session, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert await status_command.show_status(opened, as_json=True) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert not [one["error"] for one in found["directors"] if one["state"] != "live"]
    return found


def states(seen: dict[str, Any], virtual_server: str) -> dict[str, str]:
    [found] = [one for one in seen["virtual_servers"] if one["id"] == virtual_server]
    return {real["id"]: real["state"] for real in found["real_servers"]}


def changed_lines(before: Iterable[bytes], after: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    return [
        (old.strip(), new.strip())
        for one, other in zip(before, after, strict=True)
        for old, new in zip(one.splitlines(), other.splitlines(), strict=True)
        if old != new
    ]


ANSWER = """
import socket, sys
server = socket.create_server(("::1", int(sys.argv[1])), family=socket.AF_INET6)
while True:
    server.accept()[0].close()
"""


@pytest.fixture
def six(lab: Lab) -> Iterator[None]:
    """Something on each Director that answers at the two ports: a check is cheap, for there are many."""
    for name in addresses.DIRECTORS:
        for port in ("8091", "8092"):
            started = lab.exec(name, ["systemd-run", f"--unit=six-{port}", "python3", "-c", ANSWER, port])
            assert started.status == 0, started.stderr
    yield
    for name in addresses.DIRECTORS:
        lab.exec(name, ["systemctl", "stop", "six-8091", "six-8092"])


@pytest.mark.usefixtures("six", "patient_add")
async def test_the_named_one_of_a_group_is_changed_and_twins_are_not(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    before = install(lab, DNS + HALVES + MARKED + TWINS + EMPTY)
    async with staying(lab) as opened:
        await until_seen(lambda: [kernel(lab, name).get("-f 7 -6") for name in addresses.DIRECTORS] == [{OLD: 2}] * 2)
        seen = await status(opened, capsys)
        assert [one["id"] for one in seen["virtual_servers"]] == [
            "group/DNS/tcp", "group/DNS/udp", "fwmark/7/inet6", "tcp/10.77.0.100:8060", "tcp/10.77.0.101:80",
        ]  # fmt: skip
        assert [one["id"] for one in seen["virtual_servers"] if one["ignored"]] == ["tcp/10.77.0.101:80"]
        assert states(seen, "fwmark/7/inet6") == {OLD: "UP", DEAD: "DOWN"}
        assert states(seen, "tcp/10.77.0.100:8060") == {f"{WEB}:8081": "UP", f"{WEB}:8082": "UP"}

        real = f"{WEB}:8081"
        assert await change(opened, "drain", real, "group/DNS") == exit_status.REFUSED
        assert "group/DNS/tcp, group/DNS/udp" in capsys.readouterr().err
        assert await change(opened, "drain", real, "tcp/10.77.0.100:8060") == exit_status.REFUSED
        assert "configured twice" in capsys.readouterr().err
        assert [lab.read_file(name) for name in addresses.DIRECTORS] == before

        halves = {"-t": {real: 10, f"{WEB}:8082": 10}, "-u": {real: 20, f"{WEB}:8082": 20}}
        for half, flag, weight in (("tcp", "-t", b"10"), ("udp", "-u", b"20")):
            was = [lab.read_file(name) for name in addresses.DIRECTORS]
            assert await change(opened, "drain", real, f"group/DNS/{half}") == 0
            halves[flag][real] = 0
            for name in addresses.DIRECTORS:
                table = kernel(lab, name)
                for address in ("10.10.0.53:8081", "10.10.0.54:8081"):
                    assert {kind: table[f"{kind} {address}"] for kind in halves} == halves, name
            lines = changed_lines(was, [lab.read_file(name) for name in addresses.DIRECTORS])
            assert [(old, new.partition(b"  #")[0]) for old, new in lines] == [(b"weight " + weight, b"weight 0")] * 2
        assert await change(opened, "restore", real) == 0
        assert [lab.read_file(name) for name in addresses.DIRECTORS] == before

        assert await change(opened, "add", NEW, "fwmark/7", like=OLD) == 0  # raised once it is seen alive
        assert [kernel(lab, name)["-f 7 -6"] for name in addresses.DIRECTORS] == [{OLD: 2, NEW: 2}] * 2
        assert states(await status(opened, capsys), "fwmark/7/inet6") == {OLD: "UP", DEAD: "DOWN", NEW: "UP"}


async def test_with_nftables_each_protocol_of_a_group_is_one_mark(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """The guest's kernel knows no tables of nftables for IPv4, so no client gets the mark; the services are there."""
    install(lab, DNS + HALVES, "global_defs {\n nftables_ipvs\n}\n")
    marks = {"-f 1000": {f"{WEB}:8081": 10, f"{WEB}:8082": 10}, "-f 1001": {f"{WEB}:8081": 20, f"{WEB}:8082": 20}}
    until(lambda: [kernel(lab, name) for name in addresses.DIRECTORS], ([marks] * 2).__eq__)
    async with staying(lab) as opened:
        seen = await status(opened, capsys)
        for half in ("tcp", "udp"):
            assert states(seen, f"group/DNS/{half}") == {f"{WEB}:8081": "UP", f"{WEB}:8082": "UP"}
        assert await change(opened, "drain", f"{WEB}:8082", "group/DNS/udp") == 0
        marks["-f 1001"][f"{WEB}:8082"] = 0
        assert [kernel(lab, name) for name in addresses.DIRECTORS] == [marks] * 2
