"""A step that takes long says what it waits for, for how long, and for how long at most."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cli.output import progress
from lvstui.cluster.plan.outcome import Limits
from lvstui.director.protocol.ipvs_messages import Ipvs
from lvstui.director.protocol.keepalived_messages import DaemonProcess, Keepalived
from lvstui.director.protocol.vrrp_messages import Vrrp
from tests.support.changing_pair import Cluster


class Slow(Cluster):
    """director2's keepalived does not come to the end of its reload; what its processes do is told meanwhile."""

    def __init__(self) -> None:
        super().__init__(("director2", "install", "silent"))
        queue = self.change.start(self.now)
        while queue:
            name, command = queue.pop(0)
            queue += self.perform(name, command)

    def text(self, after: float, step: str = "install") -> str:
        self.change.tick(after)
        [view] = [one for one in self.change.steps if (one.director, one.step) == ("director2", step)]
        return view.text


def test_a_reload_that_takes_long_says_so() -> None:
    slow = Slow()
    assert slow.text(0.0) == slow.text(1.9) == ""
    assert slow.text(12.4) == f"keepalived is loading its files: 12 s of at most {Limits().reload:.0f} s"


def test_a_process_that_hangs_is_named() -> None:
    slow = Slow()
    slow.text(0.0)
    known = slow.facts["director2"].keepalived
    assert known is not None

    def say(at: float, *, stopped: bool, deaf: float | None) -> None:
        told: Keepalived = replace(known, at=at + 500, processes=(DaemonProcess("checkers", 102, 7, stopped, deaf),))
        slow.change.receive("director2", told, at)

    say(3.0, stopped=True, deaf=None)
    assert slow.text(4.0).startswith(
        "keepalived is loading its files, but its checkers process (102) is stopped: 4 s of "
    )
    say(5.0, stopped=False, deaf=504.0)
    assert slow.text(6.0).startswith("keepalived is loading its files: 6 s")
    assert slow.text(40.0).startswith(
        "keepalived is loading its files, but its checkers process (102) has not answered for 36 s: 40 s of "
    )


def test_a_kernel_that_does_not_show_it_yet_says_what_is_missing() -> None:
    cluster = Cluster(("director2", "verify", "silent"))
    queue = cluster.change.start(0.0)
    while queue:
        name, command = queue.pop(0)
        queue += cluster.perform(name, command)  # the same pair
    cluster.kernel("director2", 1)
    cluster.change.tick(0.1)
    _ = cluster.change.steps
    cluster.change.receive("director2", Ipvs(2.0, True, True, (), (), None), 0.2)
    cluster.change.receive("director2", Vrrp(2.0, (), None), 0.3)
    cluster.change.tick(5.0)
    [view] = [one for one in cluster.change.steps if (one.director, one.step) == ("director2", "verify")]
    assert view.text == (
        "waiting for the kernel: 192.168.211.13 8082 of tcp 10.10.0.20 80 should have weight 0, and has 1: 5 s of at most 15 s"
    )


def test_lvsctl_prints_what_it_waits_for_every_ten_seconds(capsys: object) -> None:
    slow = Slow()
    show = progress(quiet=False)
    for at in range(35):
        slow.change.tick(float(at))
        show(slow.change.steps)
    printed = capsys.readouterr().out.splitlines()  # type: ignore[attr-defined]
    waits = [line for line in printed if "keepalived is loading its files" in line]
    assert [line.split(": ")[-1].split()[0] for line in waits] == ["10", "20", "30"]
