"""Write the terminal's title and its notifications: what is sent, and to which terminals. Pure: texts in, sequences out.

A name may hold anything: no control character of it reaches a sequence, so none can end it or begin another. Terminals that
have no titles, as Linux's own console, would print what they do not know: nothing is sent to them but the bell.

Not for: when something is told (see `notifications`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lvstui.cluster.text import one_line
from lvstui.settings.values import Notify

BELL = "\x07"
_ESC, _END = "\x1b", "\x1b\\"
_LONGEST = 200  # characters of a text
_WITHOUT_TITLES = frozenset(("", "unknown", "dumb", "linux", "cons25", "ansi", "vt52", "vt100", "vt102", "vt220"))


@dataclass(frozen=True)
class Terminal:
    """Hold what the environment tells of the terminal."""

    sequences: bool  # it takes titles and notifications, or passes over them
    tmux: bool = False  # which passes on only what is wrapped for it

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Terminal:
        """Return what these variables tell."""
        return cls(environment.get("TERM", "") not in _WITHOUT_TITLES, bool(environment.get("TMUX")))

    def title(self, text: str) -> str:
        """Return what sets the title."""
        return f"{_ESC}]2;{one_line(text, _LONGEST)}{_END}" if self.sequences else ""

    def keep_title(self) -> str:
        """Return what has the terminal remember its title, for `put_back`."""
        return f"{_ESC}[22;2t" if self.sequences else ""

    def put_title_back(self) -> str:
        """Return what sets the title that was remembered."""
        return f"{_ESC}[23;2t" if self.sequences else ""

    def notification(self, form: Notify, title: str, text: str) -> str:
        """Return what tells an operator who looks elsewhere; the bell where the terminal knows no other form."""
        if form == "none":
            return ""
        if form == "bell" or not self.sequences:
            return BELL
        said = one_line(text, _LONGEST)
        if form == "osc9":
            sent = f"{_ESC}]9;{one_line(title, _LONGEST)}: {said}{_END}"
        else:
            sent = f"{_ESC}]777;notify;{one_line(title, _LONGEST).replace(';', ',')};{said}{_END}"
        return f"{_ESC}Ptmux;{sent.replace(_ESC, _ESC * 2)}{_END}" if self.tmux else sent
