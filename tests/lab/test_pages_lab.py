"""A Director's page and a virtual server's in a real terminal, against the real pair: what they show is what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lvstui.lab.lab import Lab
from tests.support.lab_console import CONFIG, console, known

pytestmark = pytest.mark.lab

SETTINGS = ("net.ipv4.ip_forward", "net.ipv4.vs.expire_nodest_conn")
TALL = (200, 90)  # nothing has to be scrolled
SCRIPT = b'vrrp_script never {\n    script "/bin/false"\n    interval 1\n    fall 1\n    weight -20\n}\n'
TRACKS = b"priority 100\n    track_script {\n        never\n    }"


def track(lab: Lab) -> None:
    """Let VI_1 of director1 track a script that always fails."""
    text = lab.read_file("director1")
    assert text.count(b"priority 100") >= 1
    lab.write_file("director1", SCRIPT + text.replace(b"priority 100", TRACKS, 1))
    assert lab.exec("director1", ["systemctl", "reload", "keepalived"]).status == 0


def value(lab: Lab, director: str, setting: str) -> str:
    return lab.exec(director, ["cat", "/proc/sys/" + setting.replace(".", "/")]).stdout.strip()


def pid(lab: Lab, director: str) -> str:
    return lab.exec(director, ["systemctl", "show", "--property=MainPID", "--value", "keepalived"]).stdout.strip()


def line_of(data: bytes, text: str) -> int:
    return next(number for number, line in enumerate(data.decode().splitlines(), 1) if line.strip() == text)


def test_why_a_priority_is_what_it_is_and_what_the_machine_has(lab: Lab, folder: Path) -> None:
    track(lab)
    data = lab.read_file("director1")
    with console(lab, folder, TALL) as terminal:
        terminal.until(known)
        terminal.press("i")
        machine = [f"{setting} {value(lab, 'director1', setting)}" for setting in SETTINGS]
        wanted = [
            r"priority  80\b",
            rf"100  base +line {line_of(data, 'priority 100')}\b",
            rf"-20  script never  ✖ fails +weight -20, line {line_of(data, 'never')}\b",
            r"director1 +80 \(base 100\) +▲ MASTER",
            r"director2 +50 +▽ BACKUP",
            "→ director1 is MASTER: its priority, 80, is the highest",
            r"VIP  10\.10\.0\.20 on ens33 +● in the kernel",
            rf"as process {pid(lab, 'director1')}\b",
            "files      ● are loaded",
            r"privilege +root",
            r"ens33 +● up +in",
            *map(re.escape, (*machine, CONFIG)),
        ]
        terminal.until(lambda screen: all(re.search(one, screen) for one in wanted))
        terminal.press("l")
        terminal.until(lambda screen: "Changing effective priority" in screen and "VRRP instances" not in screen)
        terminal.press("Escape")  # alone: with another key at once it is that key with alt
        terminal.until("VRRP instances")
        terminal.press("Tab")
        terminal.until(
            lambda screen: re.search(r"VIP  10\.10\.0\.20 on ens33 +○ not in the kernel", screen) is not None
        )


def test_a_virtual_server_on_both_directors(lab: Lab, folder: Path) -> None:
    lines = {
        name: next(
            number
            for number, line in enumerate(lab.read_file(name).decode().splitlines(), 1)
            if line.startswith("virtual_server 10.10.0.20 80")
        )
        for name in ("director1", "director2")
    }
    with console(lab, folder) as terminal:
        terminal.until(known)
        terminal.press("Home", "Enter")
        shown = terminal.until(lambda screen: "tcp/10.10.0.20:80   3/3 up" in screen and "● met" in screen)
        assert all(f"{CONFIG}:{line}" in shown for line in lines.values())
        assert "kernel     tcp/10.10.0.20:80 rr" in shown and "NAT · tcp" in shown
        assert all(f"192.168.211.13:{port}" in shown for port in (8081, 8082, 8083))
        terminal.press("Down", "Enter")
        terminal.until(lambda screen: "192.168.211.13:8082  in tcp/10.10.0.20:80" in screen)
        terminal.press("Escape")
        terminal.until("tcp/10.10.0.20:80   3/3 up")
