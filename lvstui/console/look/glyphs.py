"""Give each state a glyph and a tone, and each tone a colour. Colour is never the only sign."""

from __future__ import annotations

from typing import Literal

from lvstui.cluster.view import LinkState, RealServerState, Severity

Tone = Literal["plain", "good", "warn", "bad", "dim", "accent"]
Toned = tuple[str, Tone]  # a text, and the tone that it is in

STYLES: dict[Tone, str] = {
    "plain": "$foreground",
    "good": "$success",
    "warn": "$warning",
    "bad": "bold $error",
    "dim": "$foreground-muted",
    "accent": "$accent",
}

DIM = STYLES["dim"]

# The signs that stand for themselves, and in the tables below for states.
GOOD, BAD, UNEQUAL, AWAITED, PARTLY, AGREED, UNSURE, CAUTION = "●", "✖", "≠", "◌", "◐", "✓", "?", "!"
ABOUT = "≈"  # before a time: clocks do not settle whether it was before what stands above
HANDED_OVER = "○"  # a Director, for maintenance
CURSOR, MARKED, UNFOLDED, FOLDED, ASCENDING, DESCENDING = "▌", "*", "▾", "▸", "▲", "▼"

REAL_SERVER: dict[RealServerState, Toned] = {
    RealServerState.UP: (GOOD, "good"),
    RealServerState.DRAINED: ("○", "accent"),
    RealServerState.DRAINING: (PARTLY, "accent"),
    RealServerState.PENDING: (AWAITED, "warn"),
    RealServerState.UNMANAGED: ("◇", "warn"),
    RealServerState.DRIFT: (UNEQUAL, "warn"),
    RealServerState.NO_QUORUM: ("⊘", "warn"),
    RealServerState.DOWN: (BAD, "bad"),
    RealServerState.UNKNOWN: (UNSURE, "dim"),
}

SORRY_SERVER: dict[bool | None, Toned] = {  # does it serve
    True: ("◆", "bad"),
    False: ("○", "dim"),
    None: (UNSURE, "dim"),
}

SAFE: Toned = (AGREED, "good")  # to stop

VRRP: dict[str, Toned] = {
    "MASTER": ("▲", "good"),
    "BACKUP": ("▽", "plain"),
    "FAULT": (BAD, "bad"),
    "INIT": (AWAITED, "warn"),
}

LINK: dict[LinkState, Toned] = {
    LinkState.CONNECTING: (AWAITED, "accent"),
    LinkState.LIVE: (GOOD, "good"),
    LinkState.STALE: ("◔", "warn"),
    LinkState.LOST: (BAD, "bad"),
}

SEVERITY: dict[Severity, Toned] = {
    Severity.INFO: ("·", "plain"),
    Severity.WARNING: (CAUTION, "warn"),
    Severity.ERROR: (BAD, "bad"),
    Severity.CRITICAL: ("▲▲", "bad"),
}

GUARD: dict[str, Toned] = {
    "ok": (AGREED, "good"),
    "note": (CAUTION, "warn"),
    "ask": (UNSURE, "warn"),
    "refuse": (BAD, "bad"),
}

STEP: dict[str, Toned] = {
    "waiting": ("·", "dim"),
    "running": (PARTLY, "accent"),
    "done": (AGREED, "good"),
    "failed": (BAD, "bad"),
}
