"""The other Directors: Debian 11 with 13, and without systemd. What they are, and that they work as one pair."""

from __future__ import annotations

import pytest

from lvstui.lab.client_traffic import Traffic
from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from tests.support.waiting import until

pytestmark = pytest.mark.lab

VIPS = [addresses.SERVICE_VIP, addresses.NAT_VIP]


def what_runs(lab: Lab, director: str) -> tuple[str, str, str]:
    """Versions of Debian, keepalived and Python."""
    script = "cut -d. -f1 /etc/debian_version; keepalived -v 2>&1 | head -n 1; python3 -V"
    debian, keepalived, python = lab.exec(director, ["sh", "-c", script]).stdout.splitlines()
    return debian, keepalived.split()[1].lstrip("v"), ".".join(python.split()[1].split(".")[:2])


def goes_over_and_comes_back(lab: Lab) -> None:
    lab.fault("keepalived-stopped", "director1")
    until(lambda: lab.status()["directors"]["director2"]["vips"], lambda vips: vips == VIPS)
    three = Traffic(count=3, rate=50, patience_s=120)
    assert lab.traffic(three).answered == 3
    lab.lift()
    lab.wait_ready()
    assert lab.traffic(three).answered == 3


def boots(lab: Lab, director: str) -> None:
    """All of its units are started, and none has failed."""
    until(lambda: lab.exec(director, ["systemctl", "is-system-running"]).stdout, "running\n".__eq__)


def test_debian_11_and_13_are_one_pair(mixed_lab: Lab) -> None:
    assert what_runs(mixed_lab, "director1") == ("11", "2.1.5", "3.9")
    assert what_runs(mixed_lab, "director2") == ("13", "2.3.3", "3.13")
    for name in addresses.DIRECTORS:
        boots(mixed_lab, name)
    goes_over_and_comes_back(mixed_lab)


def test_directors_without_systemd_log_and_fail_over(plain_lab: Lab) -> None:
    assert what_runs(plain_lab, "director1")[:2] == ("12", "2.2.7")
    for name in addresses.DIRECTORS:
        assert plain_lab.exec(name, ["test", "-d", "/run/systemd/system"]).status == 1
        log = plain_lab.exec(name, ["cat", "/var/log/syslog"]).stdout
        assert "Keepalived_vrrp[" in log
        opened = plain_lab.exec(name, ["sh", "-c", "readlink /proc/[0-9]*/fd/*"]).stdout.split()
        assert "/var/log/syslog" in opened
        assert "/proc/kmsg" not in opened, (
            "two syslogds that share one kernel's messages: one of them would stand still"
        )
    goes_over_and_comes_back(plain_lab)


def test_debian_12_with_systemd_runs_whole(lab: Lab) -> None:
    assert what_runs(lab, "director1") == ("12", "2.2.7", "3.11")
    for name in addresses.DIRECTORS:
        boots(lab, name)
        assert lab.exec(name, ["systemctl", "reload", "keepalived"]).status == 0
    until(lambda: reloaded(lab), {"director1", "director2"}.__eq__)


def reloaded(lab: Lab) -> set[str]:
    """The Directors whose journal has a finished reload."""
    argv = ["journalctl", "--unit=keepalived", "--no-pager", "--output=cat"]
    return {name for name in addresses.DIRECTORS if "Reload complete" in lab.exec(name, argv).stdout}
