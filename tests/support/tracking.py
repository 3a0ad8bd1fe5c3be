"""Two Directors whose VI_1 tracks something, as their files and keepalived's dumps tell."""

from __future__ import annotations

from dataclasses import replace

from lvstui.director.protocol.vrrp_messages import TrackedState, Vrrp
from tests.support.telling import NAMES, Pair, configuration

SCRIPT = b"vrrp_script chk_web {\n script /bin/true\n weight -20\n}\n"
TRACKS = b" track_script {\n  chk_web\n }\n track_interface {\n  ens36\n }\n"
PRIORITY = b" priority 100\n"


def tracking(base: int = 100) -> bytes:
    """The seed's file, in which VI_1 has that priority and tracks a script and an interface."""
    text = SCRIPT + configuration()
    return text.replace(PRIORITY, b" priority %d\n" % base + TRACKS, 1)


def line_of(data: bytes, text: str) -> int:
    """The number of the first line that says so."""
    return next(number for number, line in enumerate(data.decode().splitlines(), 1) if line.strip() == text)


def script(up: bool | None, weight: int = -20) -> TrackedState:
    return TrackedState("VI_1", "script", "chk_web", weight, False, up, 0)


def interface(up: bool = True) -> TrackedState:
    return TrackedState("VI_1", "interface", "ens36", 0, False, up, 0)


def tell(
    pair: Pair, name: str, state: str, base: int, priority: int, *tracked: TrackedState, asked: bool = True
) -> None:
    """Let a Director's keepalived tell of VI_1 so; VI_2 stays what it was."""
    pair.vrrp(name, state)
    last = pair.state.director(name).vrrp
    assert last is not None
    first, *others = last.instances
    first = first._replace(base_priority=base, priority=priority)
    message: Vrrp = replace(last, instances=(first, *others), tracked=tracked if asked else None)
    pair.say(name, message)


def pair() -> Pair:
    """director1 is BACKUP with 100, of which a failing script takes 20; director2 is MASTER with 90."""
    two = Pair().up(masters=("director2",))
    for name, base in zip(NAMES, (100, 90), strict=True):
        two.files(name, tracking(base))
    tell(two, "director1", "BACKUP", 100, 80, script(False), interface())
    tell(two, "director2", "MASTER", 90, 90, script(True), interface())
    return two
