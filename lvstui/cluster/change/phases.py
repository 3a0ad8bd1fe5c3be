"""Hold the state machine of one Director's part in a change: its phases, and the one table of its transitions. As in h11.

    WAITING ── stage ──→ STAGING ── tested ──→ STAGED ── install ──→ INSTALLING ── installed ──→ VERIFYING
                                                                                                  │    ↑
                                                                                              matched disturbed
                                                                                                  ↓    │
    CHANGED ←── kept ─── CLOSING ←── close ── CONFIRMED ←── confirmed ── CONFIRMING ←── confirm ── VERIFIED

One on which nothing is written goes from STAGED to VERIFYING (watch), and from VERIFIED to ROLLING_BACK, which releases it.

The ways to the other end, CLOSED, whose participant says in `left` how its Director was left:

    STAGING to CONFIRMED           ── roll back ──→ ROLLING_BACK ── rolled back ──→ CLOSED
    INSTALLING to CLOSING          ── lost ───────→ AWAY, from which it comes back as what it was found to be:
      and ROLLING_BACK                                ── found old, found unfinished, overdue ──→ CLOSED
                                                      ── found confirmed ──→ CONFIRMED
                                                      ── close ────────────→ CLOSING, where the others are already
                                                      ── roll back ────────→ ROLLING_BACK, when another one has failed
                                                      ── kept ─────────────→ CHANGED, with the new files and nothing open
    WAITING                        ── abandoned ──────→ CLOSED
    WAITING to STAGED, VERIFYING   ── lost unchanged ─→ CLOSED, where nothing was written
      and VERIFIED
      and ROLLING_BACK of these
    STAGING, INSTALLING,           ── failed ─────────→ CLOSED, for the agent has undone it by itself
      CONFIRMING, CLOSING
    CONFIRMING, CLOSING,           ── overdue ────────→ CLOSED, for there is nothing left to ask for
      ROLLING_BACK
    anywhere                       ── rolled back ────→ CLOSED, by the agent's own deadline

CHANGED and CLOSED are the ends. What an agent says too late still counts there: it says how its Director was left.

Not for: deciding what happens (see `coordinator`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto


class Phase(Enum):
    """Name where a Director stands in a change."""

    WAITING = auto()  # for the others' locks
    STAGING = auto()
    STAGED = auto()
    INSTALLING = auto()
    VERIFYING = auto()
    VERIFIED = auto()
    CONFIRMING = auto()
    CONFIRMED = auto()
    CLOSING = auto()  # every Director has confirmed
    CHANGED = auto()  # the end: the new files
    ROLLING_BACK = auto()
    AWAY = auto()  # the link was lost after an install was asked for; it may come back and show how it was left
    CLOSED = auto()  # the end: as the participant's `left` says


class ChangeEvent(Enum):
    """Name what happens to a Director in a change."""

    # it is asked to
    STAGE = auto()
    INSTALL = auto()
    WATCH = auto()  # nothing is to be installed there: only verified, while another one is changed
    CONFIRM = auto()
    CLOSE = auto()
    ROLL_BACK = auto()
    # its agent or its kernel tells
    TESTED = auto()
    INSTALLED = auto()
    MATCHED = auto()  # the kernel shows what was meant
    DISTURBED = auto()  # not any more, while another was installed
    CONFIRMED = auto()
    KEPT = auto()  # the new files stay: closed, settled, or found so
    ROLLED_BACK = auto()  # the old files are back
    FAILED = auto()
    # nothing is heard of it
    LOST = auto()  # its link, and how it was left is not known
    LOST_UNCHANGED = auto()  # its link, and nothing had been installed
    OVERDUE = auto()
    ABANDONED = auto()  # another one failed before this one was asked for anything
    # it is back, and a new agent shows what was left
    FOUND_OLD = auto()
    FOUND_UNFINISHED = auto()
    FOUND_CONFIRMED = auto()


TRANSITIONS: Mapping[Phase, Mapping[ChangeEvent, Phase]] = {
    Phase.WAITING: {
        ChangeEvent.STAGE: Phase.STAGING,
        ChangeEvent.ABANDONED: Phase.CLOSED,
        ChangeEvent.LOST_UNCHANGED: Phase.CLOSED,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.STAGING: {
        ChangeEvent.TESTED: Phase.STAGED,
        ChangeEvent.FAILED: Phase.CLOSED,
        ChangeEvent.LOST_UNCHANGED: Phase.CLOSED,
        ChangeEvent.ROLL_BACK: Phase.ROLLING_BACK,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.STAGED: {
        ChangeEvent.INSTALL: Phase.INSTALLING,
        ChangeEvent.WATCH: Phase.VERIFYING,
        ChangeEvent.LOST_UNCHANGED: Phase.CLOSED,
        ChangeEvent.ROLL_BACK: Phase.ROLLING_BACK,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.INSTALLING: {
        ChangeEvent.INSTALLED: Phase.VERIFYING,
        ChangeEvent.FAILED: Phase.CLOSED,
        ChangeEvent.LOST: Phase.AWAY,
        ChangeEvent.ROLL_BACK: Phase.ROLLING_BACK,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.VERIFYING: {
        ChangeEvent.MATCHED: Phase.VERIFIED,
        ChangeEvent.LOST: Phase.AWAY,
        ChangeEvent.LOST_UNCHANGED: Phase.CLOSED,
        ChangeEvent.ROLL_BACK: Phase.ROLLING_BACK,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.VERIFIED: {
        ChangeEvent.DISTURBED: Phase.VERIFYING,
        ChangeEvent.CONFIRM: Phase.CONFIRMING,
        ChangeEvent.LOST: Phase.AWAY,
        ChangeEvent.LOST_UNCHANGED: Phase.CLOSED,
        ChangeEvent.ROLL_BACK: Phase.ROLLING_BACK,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.CONFIRMING: {
        ChangeEvent.CONFIRMED: Phase.CONFIRMED,
        ChangeEvent.FAILED: Phase.CLOSED,
        ChangeEvent.LOST: Phase.AWAY,
        ChangeEvent.OVERDUE: Phase.CLOSED,
        ChangeEvent.ROLL_BACK: Phase.ROLLING_BACK,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.CONFIRMED: {
        ChangeEvent.CLOSE: Phase.CLOSING,
        ChangeEvent.LOST: Phase.AWAY,
        ChangeEvent.ROLL_BACK: Phase.ROLLING_BACK,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.CLOSING: {
        ChangeEvent.KEPT: Phase.CHANGED,
        ChangeEvent.FAILED: Phase.CLOSED,
        ChangeEvent.LOST: Phase.AWAY,
        ChangeEvent.OVERDUE: Phase.CLOSED,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.CHANGED: {
        ChangeEvent.KEPT: Phase.CHANGED,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.ROLLING_BACK: {
        ChangeEvent.LOST: Phase.AWAY,
        ChangeEvent.LOST_UNCHANGED: Phase.CLOSED,
        ChangeEvent.OVERDUE: Phase.CLOSED,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.AWAY: {
        ChangeEvent.FOUND_OLD: Phase.CLOSED,
        ChangeEvent.FOUND_UNFINISHED: Phase.CLOSED,
        ChangeEvent.FOUND_CONFIRMED: Phase.CONFIRMED,
        ChangeEvent.CLOSE: Phase.CLOSING,
        ChangeEvent.ROLL_BACK: Phase.ROLLING_BACK,
        ChangeEvent.KEPT: Phase.CHANGED,
        ChangeEvent.OVERDUE: Phase.CLOSED,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
    Phase.CLOSED: {
        ChangeEvent.KEPT: Phase.CHANGED,
        ChangeEvent.ROLLED_BACK: Phase.CLOSED,
    },
}

ENDS = frozenset({Phase.CHANGED, Phase.CLOSED})
CAN_ROLL_BACK = frozenset(phase for phase, moves in TRANSITIONS.items() if ChangeEvent.ROLL_BACK in moves) - {
    Phase.AWAY
}


class IllegalMove(Exception):
    """An event that cannot happen in a phase: a defect of the coordinator, and no Director's fault."""


def after(phase: Phase, event: ChangeEvent) -> Phase:
    """Return the phase that an event leads to. Raises IllegalMove."""
    try:
        return TRANSITIONS[phase][event]
    except KeyError:
        raise IllegalMove(f"{event.name} cannot happen in {phase.name}") from None
