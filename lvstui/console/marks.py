"""The signs of the screen: a glyph, a word and a colour for every state. Colour is never the only sign."""

from __future__ import annotations

from typing import Literal

from lvstui.cluster.view import LinkState, RealServerState, Severity

Tone = Literal["plain", "good", "warn", "bad", "dim", "accent"]

STYLES: dict[Tone, str] = {
    "plain": "$foreground",
    "good": "$success",
    "warn": "$warning",
    "bad": "bold $error",
    "dim": "$foreground-muted",
    "accent": "$accent",
}

CURSOR, MARKED, UNFOLDED, FOLDED, ASCENDING, DESCENDING = "▌", "*", "▾", "▸", "▲", "▼"

REAL_SERVER: dict[RealServerState, tuple[str, Tone]] = {
    RealServerState.UP: ("●", "good"),
    RealServerState.DRAINED: ("○", "accent"),
    RealServerState.DRAINING: ("◐", "accent"),
    RealServerState.PENDING: ("◌", "warn"),
    RealServerState.UNMANAGED: ("◇", "warn"),
    RealServerState.DRIFT: ("≠", "warn"),
    RealServerState.DOWN: ("✖", "bad"),
    RealServerState.UNKNOWN: ("?", "dim"),
}

SAFE: tuple[str, Tone] = ("✓", "good")  # to stop

VRRP: dict[str, tuple[str, Tone]] = {
    "MASTER": ("▲", "good"),
    "BACKUP": ("▽", "plain"),
    "FAULT": ("✖", "bad"),
    "INIT": ("◌", "warn"),
}

LINK: dict[LinkState, tuple[str, Tone]] = {
    LinkState.CONNECTING: ("◌", "accent"),
    LinkState.LIVE: ("●", "good"),
    LinkState.STALE: ("◔", "warn"),
    LinkState.LOST: ("✖", "bad"),
}

SEVERITY: dict[Severity, tuple[str, Tone]] = {
    Severity.INFO: ("·", "plain"),
    Severity.WARNING: ("!", "warn"),
    Severity.ERROR: ("✖", "bad"),
    Severity.CRITICAL: ("▲▲", "bad"),
}

GUARD: dict[str, tuple[str, Tone]] = {
    "ok": ("✓", "good"),
    "note": ("!", "warn"),
    "ask": ("?", "warn"),
    "refuse": ("✖", "bad"),
}

STEP: dict[str, tuple[str, Tone]] = {
    "waiting": ("·", "dim"),
    "running": ("◐", "accent"),
    "done": ("✓", "good"),
    "failed": ("✖", "bad"),
}
