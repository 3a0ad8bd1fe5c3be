"""Each fault is what it says, and lifting it puts everything right."""

from __future__ import annotations

from typing import Any

import pytest

from lvstui.lab.client_traffic import Traffic
from lvstui.lab.errors import LabError
from lvstui.lab.fault_names import DIRECTOR_FAULTS, WEB_FAULTS
from lvstui.lab.guest import addresses
from lvstui.lab.guest import faults as guest_faults
from lvstui.lab.lab import CONFIG_PATH, Lab
from tests.support.waiting import until

pytestmark = pytest.mark.lab

VIPS = [addresses.SERVICE_VIP, addresses.NAT_VIP]


def directors(lab: Lab) -> tuple[dict[str, Any], dict[str, Any]]:
    seen = lab.status()["directors"]
    return seen["director1"], seen["director2"]


def vips(lab: Lab) -> tuple[list[str], list[str]]:
    first, second = directors(lab)
    return first["vips"], second["vips"]


def test_every_fault_has_words_and_a_deed() -> None:
    assert DIRECTOR_FAULTS.keys() == guest_faults.DIRECTOR_FAULTS.keys()
    assert WEB_FAULTS.keys() == guest_faults.WEB_FAULTS.keys()


def test_a_killed_keepalived_leaves_its_vips_and_the_other_takes_them_too(lab: Lab) -> None:
    lab.fault("keepalived-killed", "director1")
    until(lambda: vips(lab), lambda both: both == (VIPS, VIPS))
    first, second = directors(lab)
    assert first["keepalived_pid"] is None
    assert second["keepalived_pid"] is not None
    assert len(first["real_servers"]) == 3
    lab.lift()
    lab.wait_ready()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("cut-service", (VIPS, VIPS[:1])),  # silence: both are MASTER of VI_1
        ("cut-nat", (VIPS, VIPS[1:])),
        ("unplugged-service", (VIPS[1:], VIPS[:1])),  # no carrier: FAULT on director1
        ("unplugged-nat", (VIPS[:1], VIPS[1:])),
        ("frozen", (VIPS, VIPS)),
    ],
)
def test_a_network_fault_moves_the_vips_it_should(lab: Lab, fault: str, expected: tuple[list[str], list[str]]) -> None:
    lab.fault(fault, "director1")
    until(lambda: vips(lab), lambda both: both == expected)
    assert lab.status()["faults"] == [f"{fault} director1"]
    assert lab.lift() == [f"{fault} director1"]
    lab.wait_ready()


@pytest.mark.parametrize(("fault", "reason"), [("disk-full", "No space left"), ("disk-read-only", "Read-only")])
def test_a_disk_that_cannot_be_written(lab: Lab, fault: str, reason: str) -> None:
    before, names = lab.read_file("director2"), lab.exec("director2", ["ls", "/etc/keepalived"]).stdout
    lab.fault(fault, "director2")
    copied = lab.exec("director2", ["cp", CONFIG_PATH, "/etc/keepalived/copy"])
    assert copied.status != 0
    assert reason in copied.stderr
    lab.lift(fault, "director2")
    assert lab.exec("director2", ["cp", CONFIG_PATH, "/etc/keepalived/copy"]).status == 0
    lab.reset()
    assert lab.read_file("director2") == before
    assert lab.exec("director2", ["ls", "/etc/keepalived"]).stdout == names


@pytest.mark.parametrize(
    ("fault", "error"),
    [("web-stopped", "connection refused"), ("web-refusing", "connection refused"), ("web-silent", "timeout")],
)
def test_new_connections_to_a_web_server_fail_as_they_should(lab: Lab, fault: str, error: str) -> None:
    held = lab.start_traffic(Traffic("hold", count=3, rate=20, patience_s=60))
    until(held.report, lambda report: report.answered >= 3)
    lab.fault(fault, 8082)
    report = lab.traffic(Traffic(count=3, rate=50, patience_s=3))
    assert set(report.errors) == {error}
    assert report.answered == 3 - report.errors[error] > 0 and "8082" not in report.pages
    kept = held.report(stop=True)
    assert {held["page"] for held in kept.connections if held["error"]} == (
        {"8082"} if fault == "web-stopped" else set()
    )


def test_a_slow_web_server_answers_late(lab: Lab) -> None:
    lab.fault("web-slow", 8083, seconds=3)
    report = lab.traffic(Traffic(count=3, rate=50, patience_s=60))
    assert report.answered == 3
    assert report.longest_answer_s > 3 and report.late >= 1
    lab.lift()
    until(lambda: lab.traffic(Traffic(count=3, rate=50, patience_s=60)).longest_answer_s, lambda longest: longest < 3)


def test_reset_puts_a_hand_made_change_of_the_kernel_right(lab: Lab) -> None:
    real = f"{addresses.REAL_SERVER_ADDRESS}:8081"
    lab.exec("director1", ["ipvsadm", "-e", "-t", "10.10.0.20:80", "-r", real, "-m", "-w", "7"])
    assert directors(lab)[0]["real_servers"][real] == 7
    lab.reset()
    assert lab.ready()


def test_a_fault_that_is_not_there_is_refused_with_those_that_are(lab: Lab) -> None:
    with pytest.raises(LabError, match="choose one of keepalived-killed"):
        lab.fault("meteor", "director1")
    with pytest.raises(LabError, match="is for 8081, 8082, 8083, not for 'director1'; nothing was changed"):
        lab.fault("web-slow", "director1")
    assert lab.status()["faults"] == []


def test_a_reset_ends_traffic(lab: Lab) -> None:
    """What a test has begun, and ended before its end, is none of the next one's."""
    traffic = lab.start_traffic(Traffic(seconds=3600.0))
    assert traffic.report().running
    lab.reset()
    assert not traffic.report().running
