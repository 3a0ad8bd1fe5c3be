"""Faults at a step of a change on a Director of the lab: the lab's own, signals to real processes, other hands on real files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from tests.support.faulted_session import DIRECTORS, TARGET, Scene
from tests.support.waiting import until


def shell(lab: Lab, director: str, script: str) -> str:
    done = lab.exec(director, ["sh", "-c", script])
    return done.stdout + done.stderr


def kill_agent(scene: Scene, director: str) -> None:
    said = shell(scene.lab, director, "kill -9 $(pgrep -f '[a]2b_base64') && echo killed")
    assert "killed" in said, said


def kill_console(scene: Scene, director: str) -> None:
    """It is another process that dies: see `_run_killed`."""
    raise AssertionError("a test does not kill itself")


def stop_keepalived(scene: Scene, director: str) -> None:
    shell(scene.lab, director, "kill -STOP $(cat /run/keepalived.pid)")


def continue_keepalived(scene: Scene, director: str) -> None:
    shell(scene.lab, director, "kill -CONT $(cat /run/keepalived.pid) 2>/dev/null; true")


def kill_keepalived(scene: Scene, director: str) -> None:
    shell(scene.lab, director, "kill -9 $(cat /run/keepalived.pid)")


def freeze_link(scene: Scene, director: str) -> None:
    """Packets of the link vanish, in both directions; nobody is told."""
    for way, match in (("ingress", "dst_port"), ("egress", "src_port")):
        _filter_link(scene, director, "add", f"{way} protocol ip pref 50 flower ip_proto tcp {match} 22 action drop")


def thaw_link(scene: Scene, director: str) -> None:
    for way in ("ingress", "egress"):
        _filter_link(scene, director, "del", f"{way} protocol ip pref 50")


def _filter_link(scene: Scene, director: str, action: str, rule: str) -> None:
    said = shell(scene.lab, director, f"tc filter {action} dev {addresses.SERVICE_INTERFACE} {rule}")
    assert not said, said


def another_hand(scene: Scene, director: str) -> None:
    data = scene.lab.read_file(director)
    scene.lab.write_file(director, b"# another hand was here\n" + data)


_holders: dict[str, threading.Thread] = {}


def hold_lock(scene: Scene, director: str) -> None:
    """As a second lvstui would, without its journal."""
    script = "exec flock /etc/keepalived sh -c 'echo $$ > /run/holder; exec sleep 60'"
    _holders[director] = threading.Thread(target=lambda: shell(scene.lab, director, script))
    _holders[director].start()
    until(lambda: scene.lab.exec(director, ["cat", "/run/holder"]).status == 0)


def release_lock(scene: Scene, director: str) -> None:
    shell(scene.lab, director, "kill $(cat /run/holder); rm /run/holder")
    _holders.pop(director).join()


def complain(scene: Scene, director: str) -> None:
    """A keepalived that has something to say of every file with a drained server in it."""
    script = (
        "#!/bin/sh\nfor f; do :; done\n"
        'grep -q "weight 0" /etc/keepalived/keepalived.conf && echo "(Line 1) it does not like this" >&2\n'
        'exec /usr/sbin/keepalived "$@"\n'
    )
    scene.lab.write_file(director, script.encode(), "/usr/local/sbin/keepalived")
    shell(scene.lab, director, "chmod 755 /usr/local/sbin/keepalived")


def be_content(scene: Scene, director: str) -> None:
    shell(scene.lab, director, "rm -f /usr/local/sbin/keepalived")


def another_weight(scene: Scene, director: str) -> None:
    shell(scene.lab, director, f"ipvsadm -e -t 10.10.0.20:80 -r {TARGET.real_server} -m -w 5")


def nothing(scene: Scene, director: str) -> None:
    """There is nothing to lift."""


class Fault(NamedTuple):
    """What goes wrong, at which steps it makes sense, and how it is put right once the outcome is there."""

    name: str
    steps: tuple[str, ...]
    suite: tuple[str, ...]  # those of them that every run of the tests tries
    begin: Callable[[Scene, str], None]
    lift: Callable[[Scene, str], None] = nothing
    lifts_after: float = 0.0  # seconds after which it is lifted by itself, while the change goes on


def lab_fault(kind: str) -> tuple[Callable[[Scene, str], None], Callable[[Scene, str], None]]:
    def lift(scene: Scene, director: str) -> None:
        scene.lab.lift(kind, director)

    return lambda scene, director: scene.lab.fault(kind, director), lift


STEPS = ("stage", "test", "install", "reload", "verify", "confirm", "close")


_WRITES = ("stage", "install", "confirm", "close")


_AT_REST = ("stage", "test", "install", "verify", "confirm", "close")


FAULTS = (
    Fault("agent killed -9", STEPS, ("reload", "close"), kill_agent),
    Fault("console killed -9", _AT_REST, ("install",), kill_console),
    Fault("link cut", STEPS, ("reload", "confirm"), lambda scene, director: scene.cut(director)),
    Fault("link frozen", _WRITES, ("install",), freeze_link, thaw_link, 8.0),
    Fault("disk full", _WRITES, ("install",), *lab_fault("disk-full")),
    Fault("disk read-only", _WRITES, ("confirm",), *lab_fault("disk-read-only")),
    Fault("file changed by another hand", ("stage", "install", "verify"), ("verify",), another_hand),
    Fault("lock held", ("stage",), ("stage",), hold_lock, release_lock),
    Fault("-t complains anew", ("test",), ("test",), complain, be_content),
    Fault("keepalived dies", ("reload", "verify"), ("reload",), kill_keepalived),
    Fault("reload hangs", ("reload",), ("reload",), nothing),
    Fault("kernel shows something else", ("verify",), ("verify",), another_weight),
)


class Case(NamedTuple):
    fault: Fault
    step: str
    director: str

    def __str__(self) -> str:
        return f"{self.fault.name} at {self.step} on {self.director}"


def cases() -> Iterator[Case]:
    for fault in FAULTS:
        for step in fault.steps:
            for director in DIRECTORS:
                yield Case(fault, step, director)
