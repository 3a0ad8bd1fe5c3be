"""Define our own themes, and find the style sheets. Not for: what is drawn with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath

from textual.theme import Theme

_PACKAGE = Path(__file__).resolve().parents[2]  # lvstui


def sheets() -> list[str | PurePath]:
    """Return the style sheets: those of the wheel, or those of the checkout. Raise FileNotFoundError when there are none."""
    for folder in (_PACKAGE / "styles", _PACKAGE.parent / "styles"):
        found = sorted(folder.glob("*.tcss"))
        if found:
            return list(found)
    raise FileNotFoundError("lvstui's style sheets are missing: the installation is incomplete; install it again")


DARK = Theme(
    name="lvstui-dark",
    primary="#5fb3b3",
    secondary="#8294ab",
    accent="#5fb3b3",
    foreground="#d5dae1",
    background="#12161c",
    surface="#171c23",
    panel="#202731",
    success="#8fc17a",
    warning="#e2b25b",
    error="#ee7d76",
    dark=True,
    variables={"border-blurred": "#333d49", "foreground-muted": "#949ca6"},
)

LIGHT = Theme(
    name="lvstui-light",
    primary="#0b6e76",
    secondary="#526375",
    accent="#0b6e76",
    foreground="#1f2730",
    background="#fbfbf9",
    surface="#f3f3ef",
    panel="#e6e7e3",
    success="#246b27",
    warning="#855500",
    error="#b3261e",
    dark=False,
    variables={"border-blurred": "#b9bdb8", "foreground-muted": "#545e68"},
)

# The terminal's own 16 colours on its own background, whatever the operator made of them.
ANSI = Theme(
    name="lvstui-ansi",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_default",
    accent="ansi_cyan",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    dark=True,
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border": "ansi_cyan",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_cyan",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_black",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_cyan",
        "screen-selection-foreground": "ansi_black",
    },
)

# At least 7 to 1 of contrast for everything that is read.
CONTRAST = Theme(
    name="lvstui-contrast",
    primary="#00e5ff",
    secondary="#d0d0d0",
    accent="#00e5ff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    success="#5fff5f",
    warning="#ffd75f",
    error="#ff9090",
    dark=True,
    variables={"border-blurred": "#b0b0b0", "foreground-muted": "#d0d0d0", "text-muted": "#d0d0d0"},
)

THEMES = (DARK, LIGHT, ANSI, CONTRAST)


def ascii_terminal(environment: Mapping[str, str]) -> bool:
    """Return True if the terminal takes ASCII alone, as the locale says; a locale that says nothing is UTF-8.

    Python itself turns the C locale into LC_CTYPE=C.UTF-8, which therefore says nothing of the terminal.
    """
    if environment.get("TERM") == "linux":
        return True  # the kernel's own console: its font has lines and letters, and hardly a sign
    coerced = environment.get("LC_CTYPE") == "C.UTF-8"
    names = ("LC_ALL", "LANG") if coerced else ("LC_ALL", "LC_CTYPE", "LANG")
    said = next((environment[name] for name in names if environment.get(name)), "UTF-8")
    return "utf8" not in said.lower().replace("-", "")
